//! Reads tables row by row: with or without gzip, BOM and CRLF, each row with its line and its bytes as they were.

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use csv::ByteRecord;
use flate2::read::MultiGzDecoder;

/// Column that a rejects file adds; reading it back ignores it.
pub const REASON_COLUMN: &str = "sluice_reject_reason";

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
const UTF8_BOM: [u8; 3] = [0xef, 0xbb, 0xbf];
const UTF16_BOMS: [[u8; 2]; 2] = [[0xff, 0xfe], [0xfe, 0xff]];
const BUFFER_BYTES: usize = 256 * 1024;

/// Why a table cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The system refuses.
    #[error("cannot read {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Not a table we read.
    #[error("{path}: {reason}")]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        reason: String,
    },
}

/// The names of the columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    names: Vec<String>,
}

impl Header {
    /// A header of these names.
    pub fn new(names: Vec<String>) -> Self {
        Self { names }
    }

    /// The names in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The name of a column; empty when there is none.
    pub fn name(&self, index: usize) -> &str {
        self.names.get(index).map_or("", String::as_str)
    }

    /// Where a column is; the error says which there are.
    pub fn find(&self, name: &str) -> Result<usize, String> {
        self.names
            .iter()
            .position(|candidate| candidate == name)
            .ok_or_else(|| {
                format!(
                    "there is no column '{name}'; the file has: {}",
                    self.names.join(", ")
                )
            })
    }
}

/// One row: its bytes, and the line of the file it begins on.
#[derive(Clone, Debug)]
pub struct Row {
    /// From 1; the header is line 1 of most files.
    pub line: u64,
    /// The cells as they stand in the file.
    pub cells: ByteRecord,
}

/// How far a file has been read, for progress bars.
#[derive(Clone, Debug, Default)]
pub struct Consumed(Arc<AtomicU64>);

impl Consumed {
    /// Bytes of the file on disk read so far.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

struct Counting<R> {
    inner: R,
    consumed: Consumed,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.consumed.0.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Where the lines of a file end, as far as it has been read ahead. The parser's own count is of no use: between two rows
/// of a file with CRLF it stands before the LF, and before empty lines.
#[derive(Debug, Default)]
struct Lines {
    /// Offset after the last byte seen.
    end: u64,
    after_return: bool,
    /// Offset of each LF not yet passed, and whether a CR stands before it.
    ahead: VecDeque<(u64, bool)>,
    /// Lines passed.
    passed: u64,
}

impl Lines {
    fn see(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if *byte == b'\n' {
                self.ahead.push_back((self.end, self.after_return));
            }
            self.after_return = *byte == b'\r';
            self.end += 1;
        }
    }

    /// The line of the row that begins at an offset, or after the line ends that stand there.
    fn line_at(&mut self, offset: u64) -> u64 {
        let mut start = offset;
        while let Some((end, after_return)) = self.ahead.front().copied() {
            let before = end < offset;
            let is_empty_line = end == start || (after_return && end == start + 1);
            if !before && !is_empty_line {
                break;
            }
            self.ahead.pop_front();
            self.passed += 1;
            start = start.max(end + 1);
        }
        self.passed + 1
    }
}

struct Watching<R> {
    inner: R,
    lines: Arc<Mutex<Lines>>,
}

impl<R: Read> Read for Watching<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.see(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

/// A table being read.
pub struct Table {
    path: PathBuf,
    lines: Arc<Mutex<Lines>>,
    reader: csv::Reader<Box<dyn Read + Send>>,
    header: Header,
    reason_column: Option<usize>,
    consumed: Consumed,
    total_bytes: u64,
}

impl Table {
    /// Opens a file and reads its header.
    pub fn open(path: &Path, delimiter: u8) -> Result<Self, ReadError> {
        let failed = |source| ReadError::Io {
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(failed(io::Error::from(io::ErrorKind::IsADirectory)));
        }
        let consumed = Consumed::default();
        let counting = Counting {
            inner: file,
            consumed: consumed.clone(),
        };
        Self::from_reader(
            path,
            Box::new(counting),
            delimiter,
            consumed,
            metadata.len(),
        )
    }

    fn from_reader(
        path: &Path,
        raw: Box<dyn Read + Send>,
        delimiter: u8,
        consumed: Consumed,
        total_bytes: u64,
    ) -> Result<Self, ReadError> {
        let failed = |source| ReadError::Io {
            path: path.to_owned(),
            source,
        };
        let wrong = |reason: &str| ReadError::Format {
            path: path.to_owned(),
            reason: reason.to_owned(),
        };
        let (start, raw) = peek(raw, GZIP_MAGIC.len()).map_err(failed)?;
        let raw: Box<dyn Read + Send> = if start == GZIP_MAGIC {
            Box::new(MultiGzDecoder::new(BufReader::with_capacity(
                BUFFER_BYTES,
                raw,
            )))
        } else {
            raw
        };
        let (start, text) = peek(raw, UTF8_BOM.len()).map_err(failed)?;
        if UTF16_BOMS.iter().any(|bom| start.starts_with(bom)) {
            return Err(wrong(
                "this is UTF-16 text; save it as UTF-8 and import that",
            ));
        }
        let text: Box<dyn Read + Send> = if start == UTF8_BOM {
            skip(text, UTF8_BOM.len()).map_err(failed)?
        } else {
            text
        };
        let lines = Arc::new(Mutex::new(Lines::default()));
        let text: Box<dyn Read + Send> = Box::new(Watching {
            inner: text,
            lines: Arc::clone(&lines),
        });
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .buffer_capacity(BUFFER_BYTES)
            .from_reader(text);
        let names = reader
            .byte_headers()
            .map_err(|error| csv_failed(path, error))?
            .iter()
            .map(|name| String::from_utf8(name.to_vec()).map(|name| name.trim().to_owned()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| wrong("line 1: the header is not UTF-8; save the file as UTF-8"))?;
        if names.iter().all(String::is_empty) {
            return Err(wrong(
                "the file is empty; its first line must name the columns",
            ));
        }
        if let Some(name) = first_repeated(&names) {
            return Err(wrong(&format!(
                "line 1: two columns are named '{name}'; rename one of them"
            )));
        }
        let reason_column = names.iter().position(|name| name == REASON_COLUMN);
        Ok(Self {
            path: path.to_owned(),
            lines,
            reader,
            header: Header::new(names),
            reason_column,
            consumed,
            total_bytes,
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its columns.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The column that an earlier rejects file added, if the file is one.
    pub fn reason_column(&self) -> Option<usize> {
        self.reason_column
    }

    /// How far it has been read, of [`Table::total_bytes`].
    pub fn consumed(&self) -> &Consumed {
        &self.consumed
    }

    /// Bytes of the file on disk.
    pub fn total_bytes(&self) -> u64 {
        self.total_bytes
    }

    /// The next row; `None` at the end.
    pub fn next_row(&mut self) -> Result<Option<Row>, ReadError> {
        let mut cells = ByteRecord::new();
        let more = self
            .reader
            .read_byte_record(&mut cells)
            .map_err(|error| csv_failed(&self.path, error))?;
        if !more {
            return Ok(None);
        }
        let offset = cells.position().map_or(0, csv::Position::byte);
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let line = lines.line_at(offset);
        drop(lines);
        Ok(Some(Row { line, cells }))
    }
}

fn first_repeated(names: &[String]) -> Option<&String> {
    names
        .iter()
        .enumerate()
        .find(|(index, name)| !name.is_empty() && names[..*index].contains(name))
        .map(|(_, name)| name)
}

fn csv_failed(path: &Path, error: csv::Error) -> ReadError {
    let line = error.position().map(csv::Position::line);
    match error.into_kind() {
        csv::ErrorKind::Io(source) => ReadError::Io {
            path: path.to_owned(),
            source,
        },
        other => ReadError::Format {
            path: path.to_owned(),
            reason: match line {
                Some(line) => format!("line {line}: {other:?}"),
                None => format!("{other:?}"),
            },
        },
    }
}

type Peeked = (Vec<u8>, Box<dyn Read + Send>);

/// Reads the first bytes and gives them back in front of the rest.
fn peek(mut reader: Box<dyn Read + Send>, count: usize) -> io::Result<Peeked> {
    let mut start = Vec::with_capacity(count);
    reader.by_ref().take(count as u64).read_to_end(&mut start)?;
    let again = io::Cursor::new(start.clone()).chain(reader);
    Ok((start, Box::new(again)))
}

fn skip(mut reader: Box<dyn Read + Send>, count: usize) -> io::Result<Box<dyn Read + Send>> {
    io::copy(&mut reader.by_ref().take(count as u64), &mut io::sink())?;
    Ok(reader)
}

/// A cell as text, or why it is none.
pub fn utf8(cell: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(cell).map(str::trim).map_err(|error| {
        format!(
            "not UTF-8 at byte {} of the value; save the file as UTF-8",
            error.valid_up_to() + 1
        )
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use std::io::Write as _;

    fn rows(bytes: &[u8]) -> (Vec<String>, Vec<(u64, Vec<String>)>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.csv");
        std::fs::write(&path, bytes).unwrap();
        let mut table = Table::open(&path, b',').unwrap();
        let mut rows = Vec::new();
        while let Some(row) = table.next_row().unwrap() {
            let cells = row.cells.iter();
            rows.push((
                row.line,
                cells
                    .map(|cell| String::from_utf8_lossy(cell).into_owned())
                    .collect(),
            ));
        }
        (table.header().names().to_vec(), rows)
    }

    #[test]
    fn bom_crlf_and_quoted_line_breaks_are_read_with_their_lines() {
        let (header, rows) = rows(b"\xef\xbb\xbfid,note\r\n1,\"two\r\nlines\"\r\n2,plain\r\n");
        assert_eq!(header, ["id", "note"]);
        assert_eq!(
            rows,
            [
                (2, vec!["1".to_owned(), "two\r\nlines".to_owned()]),
                (4, vec!["2".to_owned(), "plain".to_owned()]),
            ]
        );
    }

    #[test]
    fn lines_are_counted_past_empty_ones_and_short_rows() {
        for text in ["id\na\n\n\nb\nc\n", "id\r\na\r\n\r\n\r\nb\r\nc\r\n"] {
            let (_, rows) = rows(text.as_bytes());
            let lines: Vec<u64> = rows.iter().map(|(line, _)| *line).collect();
            assert_eq!(lines, [2, 5, 6], "{text:?}");
        }
    }

    #[test]
    fn gzip_is_known_by_its_first_bytes() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(b"\xef\xbb\xbfid\n7\n").unwrap();
        let (header, rows) = rows(&encoder.finish().unwrap());
        assert_eq!(
            (header[0].as_str(), rows[0].0, rows[0].1[0].as_str()),
            ("id", 2, "7")
        );
    }

    #[test]
    fn what_is_no_table_is_refused_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.csv");
        for (bytes, part) in [
            (&b"\xff\xfei\0d\0"[..], "save it as UTF-8"),
            (b"", "must name the columns"),
            (b"a,b,a\n", "two columns are named 'a'"),
            (b"n\xe9e,b\n", "header is not UTF-8"),
        ] {
            std::fs::write(&path, bytes).unwrap();
            let error = Table::open(&path, b',')
                .map(|_| ())
                .unwrap_err()
                .to_string();
            assert!(error.contains(part), "{error}");
        }
        assert!(utf8(b"caf\xe9").unwrap_err().contains("byte 4"));
    }
}
