//! The rows that were not imported: reported one by one, and kept byte for byte in a file that can be fixed and imported.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use csv::ByteRecord;
use serde::Serialize;

use super::reading::{Header, REASON_COLUMN, Row};

/// Characters of a bad value that a report shows.
const SHOWN_VALUE_CHARS: usize = 80;
/// How many names are tried for a rejects file before giving up.
const MAX_NAMES_TRIED: u32 = 1_000;

/// Why one row was not imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// Line of the file, from 1.
    pub line: u64,
    /// The column to look at; empty when the whole row is meant.
    pub column: String,
    /// What stands there, shortened when it is long.
    pub value: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Reject {
    /// A reject about one value.
    pub fn new(line: u64, column: &str, value: &[u8], reason: impl Into<String>) -> Self {
        let text = String::from_utf8_lossy(value);
        let mut shown: String = text.chars().take(SHOWN_VALUE_CHARS).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        Self {
            line,
            column: column.to_owned(),
            value: shown,
            reason: reason.into(),
        }
    }

    fn summary(&self) -> String {
        if self.column.is_empty() {
            self.reason.clone()
        } else {
            format!("{}: {}", self.column, self.reason)
        }
    }
}

/// Writes rejected rows as they stood, with a column that says why. The file appears with its first row.
pub struct RejectsFile {
    target: Target,
    header: Header,
    delimiter: u8,
    reason_column: Option<usize>,
    open: Option<(PathBuf, csv::Writer<File>)>,
}

enum Target {
    /// Exactly this file.
    Named(PathBuf),
    /// `STEM.rejects.csv` in the working folder, or the next free name: nobody's half-fixed file is overwritten.
    Beside(String),
}

impl RejectsFile {
    /// A file for the rejects of `source`; `named` is where the person wants it.
    pub fn new(
        source: &Path,
        named: Option<&Path>,
        header: &Header,
        delimiter: u8,
        reason_column: Option<usize>,
    ) -> Self {
        let target = match named {
            Some(path) => Target::Named(path.to_owned()),
            None => Target::Beside(stem(source)),
        };
        Self {
            target,
            header: header.clone(),
            delimiter,
            reason_column,
            open: None,
        }
    }

    /// Adds a row.
    pub fn write(&mut self, row: &Row, reject: &Reject) -> io::Result<()> {
        let mut record = self.without_reason(&row.cells);
        // Short and long rows are kept as they are: the reason must not slide under another column.
        let columns = self.header.names().len() - usize::from(self.reason_column.is_some());
        while record.len() < columns {
            record.push_field(b"");
        }
        record.push_field(reject.summary().as_bytes());
        let reason_column = self.reason_column;
        let names: Vec<String> = self.header.names().to_vec();
        let writer = self.writer(|writer| {
            let kept = names.iter().enumerate();
            let mut header: Vec<&str> = kept
                .filter(|(index, _)| Some(*index) != reason_column)
                .map(|(_, name)| name.as_str())
                .collect();
            header.push(REASON_COLUMN);
            writer.write_record(header)
        })?;
        writer.write_byte_record(&record).map_err(io::Error::from)
    }

    /// Ends the file; its path, when there were any rejects.
    pub fn finish(mut self) -> io::Result<Option<PathBuf>> {
        match self.open.take() {
            Some((path, mut writer)) => writer.flush().map(|()| Some(path)),
            None => Ok(None),
        }
    }

    fn without_reason(&self, cells: &ByteRecord) -> ByteRecord {
        let kept = cells.iter().enumerate();
        kept.filter(|(index, _)| Some(*index) != self.reason_column)
            .map(|(_, cell)| cell)
            .collect()
    }

    fn writer(
        &mut self,
        begin: impl FnOnce(&mut csv::Writer<File>) -> csv::Result<()>,
    ) -> io::Result<&mut csv::Writer<File>> {
        if self.open.is_none() {
            let (path, file) = match &self.target {
                Target::Named(path) => (path.clone(), File::create(path)?),
                Target::Beside(stem) => create_new(stem)?,
            };
            let mut writer = csv::WriterBuilder::new()
                .delimiter(self.delimiter)
                .flexible(true)
                .from_writer(file);
            begin(&mut writer)?;
            self.open = Some((path, writer));
        }
        match &mut self.open {
            Some((_, writer)) => Ok(writer),
            None => Err(io::Error::other("the rejects file was not opened")),
        }
    }
}

fn stem(source: &Path) -> String {
    let name = source.file_name().map_or_else(
        || "import".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    );
    let bare = name.strip_suffix(".gz").unwrap_or(&name);
    bare.strip_suffix(".csv").unwrap_or(bare).to_owned()
}

fn create_new(stem: &str) -> io::Result<(PathBuf, File)> {
    for number in 1..=MAX_NAMES_TRIED {
        let path = PathBuf::from(match number {
            1 => format!("{stem}.rejects.csv"),
            _ => format!("{stem}.rejects-{number}.csv"),
        });
        match File::create_new(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other(format!(
        "{stem}.rejects.csv and {MAX_NAMES_TRIED} other names are taken; remove some, or name one with --rejects"
    )))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::import::reading::Table;

    fn rejected(source: &[u8]) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deals.csv");
        std::fs::write(&path, source).unwrap();
        let mut table = Table::open(&path, b',').unwrap();
        let target = folder.path().join("out.csv");
        let header = table.header().clone();
        let mut file = RejectsFile::new(&path, Some(&target), &header, b',', table.reason_column());
        while let Some(row) = table.next_row().unwrap() {
            let reject = Reject::new(row.line, "amount", &row.cells[1], "not an amount");
            file.write(&row, &reject).unwrap();
        }
        let path = file.finish().unwrap().unwrap();
        std::fs::read(path).unwrap()
    }

    #[test]
    fn rejected_rows_are_kept_byte_for_byte_with_the_reason_last() {
        let written = rejected(b"id,amount\n1,\"x\ny\"\n2,caf\xe9\n");
        assert_eq!(
            written,
            b"id,amount,sluice_reject_reason\n1,\"x\ny\",amount: not an amount\n2,caf\xe9,amount: not an amount\n"
        );
    }

    #[test]
    fn rejecting_a_rejects_file_again_replaces_the_reason() {
        let first = rejected(b"id,amount\n1,x\n");
        assert_eq!(rejected(&first), first);
    }

    #[test]
    fn no_rejects_leave_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out.csv");
        let header = Header::new(vec!["id".into()]);
        let file = RejectsFile::new(Path::new("a.csv"), Some(&target), &header, b',', None);
        assert_eq!(file.finish().unwrap(), None);
        assert!(!target.exists());
    }

    #[test]
    fn long_values_are_shortened_in_reports_only() {
        let reject = Reject::new(3, "note", "长".repeat(200).as_bytes(), "too long");
        assert_eq!(reject.value.chars().count(), SHOWN_VALUE_CHARS + 1);
        assert_eq!(stem(Path::new("/x/stage changes.csv.gz")), "stage changes");
    }
}
