//! A row: version byte, chunk count, CRC-32, payload, spread over values sled keeps inline.
//!
//! ```text
//! first value:   version u8 | chunks u16 | crc32 u32 (of the whole payload) | payload …
//! further ones:  payload …
//! ```

use crate::store::{Batch, MAX_VALUE_BYTES, StoreError, key};

/// Version of the row layout written today; older ones stay readable.
pub const ROW_VERSION: u8 = 1;

/// Version, chunk count, checksum.
const HEADER_BYTES: usize = 1 + 2 + 4;

/// Splits the payload over `first` and its chunk keys. Returns the number of values written.
///
/// `previous_chunks` is how many values the row occupied before: those now unused are removed.
pub fn put(
    batch: &mut Batch,
    first: &[u8],
    payload: &[u8],
    previous_chunks: u16,
) -> Result<u16, StoreError> {
    let head_len = payload.len().min(MAX_VALUE_BYTES - HEADER_BYTES);
    let (head, rest) = payload.split_at(head_len);
    let further = rest.chunks(MAX_VALUE_BYTES);
    let Ok(chunks) = u16::try_from(further.len() + 1) else {
        return Err(StoreError::Inconsistent(format!(
            "row {} of {} bytes is larger than any row may be",
            key::describe(first),
            payload.len()
        )));
    };
    let mut value = Vec::with_capacity(HEADER_BYTES + head.len());
    value.push(ROW_VERSION);
    value.extend_from_slice(&chunks.to_be_bytes());
    value.extend_from_slice(&crc32fast::hash(payload).to_be_bytes());
    value.extend_from_slice(head);
    batch.put(first.to_vec(), value);
    for (number, part) in (1u16..).zip(further) {
        batch.put(key::chunk(first, number), part.to_vec());
    }
    remove_chunks(batch, first, chunks, previous_chunks);
    Ok(chunks)
}

/// Removes a row of `chunks` values.
pub fn remove(batch: &mut Batch, first: &[u8], chunks: u16) {
    batch.remove(first.to_vec());
    remove_chunks(batch, first, 1, chunks);
}

fn remove_chunks(batch: &mut Batch, first: &[u8], from: u16, to: u16) {
    for number in from..to {
        batch.remove(key::chunk(first, number));
    }
}

/// A whole row.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// Its first key.
    pub key: Vec<u8>,
    /// Its payload, checked.
    pub payload: Vec<u8>,
    /// How many values it occupies.
    pub chunks: u16,
}

/// Puts rows together again from values in key order.
#[derive(Debug)]
pub struct Assembler {
    /// Length of a first key: longer ones are further chunks.
    first_key_len: usize,
    open: Option<OpenRow>,
}

#[derive(Debug)]
struct OpenRow {
    row: Row,
    crc: u32,
    seen: u16,
}

impl Assembler {
    /// For rows whose first keys are `first_key_len` bytes.
    pub fn new(first_key_len: usize) -> Self {
        Self {
            first_key_len,
            open: None,
        }
    }

    /// Takes the next value; returns the row it completes.
    pub fn push(&mut self, key: &[u8], value: &[u8]) -> Result<Option<Row>, StoreError> {
        let mut open = if key.len() == self.first_key_len {
            self.finish()?;
            open_row(key, value)?
        } else {
            let mut open = self
                .open
                .take()
                .filter(|open| key == key::chunk(&open.row.key, open.seen))
                .ok_or_else(|| corrupt(key, "a part of it has no beginning"))?;
            open.row.payload.extend_from_slice(value);
            open.seen += 1;
            open
        };
        if open.seen < open.row.chunks {
            self.open = Some(open);
            return Ok(None);
        }
        if crc32fast::hash(&open.row.payload) != open.crc {
            return Err(corrupt(&open.row.key, "its checksum differs"));
        }
        open.row.chunks = open.seen;
        Ok(Some(open.row))
    }

    /// Whether a row has begun and not ended.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Says so if the last row is incomplete.
    pub fn finish(&mut self) -> Result<(), StoreError> {
        match self.open.take() {
            Some(open) => Err(corrupt(&open.row.key, "its end is missing")),
            None => Ok(()),
        }
    }
}

fn open_row(key: &[u8], value: &[u8]) -> Result<OpenRow, StoreError> {
    let Some((header, payload)) = value.split_first_chunk::<HEADER_BYTES>() else {
        return Err(corrupt(key, "it is shorter than its header"));
    };
    let [version, c0, c1, crc @ ..] = *header;
    if version > ROW_VERSION {
        return Err(StoreError::NewerFormat {
            found: u32::from(version),
            known: u32::from(ROW_VERSION),
        });
    }
    let chunks = u16::from_be_bytes([c0, c1]);
    if version == 0 || chunks == 0 {
        return Err(corrupt(key, "its header is nonsense"));
    }
    Ok(OpenRow {
        row: Row {
            key: key.to_vec(),
            payload: payload.to_vec(),
            chunks,
        },
        crc: u32::from_be_bytes(crc),
        seen: 1,
    })
}

/// Reads a row known to be a single value.
pub fn single(key: &[u8], value: &[u8]) -> Result<Vec<u8>, StoreError> {
    match Assembler::new(key.len()).push(key, value)? {
        Some(row) => Ok(row.payload),
        None => Err(corrupt(key, "its end is missing")),
    }
}

/// A corrupt row.
pub fn corrupt(key: &[u8], why: impl Into<String>) -> StoreError {
    StoreError::CorruptRow {
        key: key::describe(key),
        why: why.into(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn assemble(batch: &Batch, first_len: usize) -> Result<Vec<Row>, StoreError> {
        let map: std::collections::BTreeMap<_, _> = batch.writes.iter().cloned().collect();
        let mut assembler = Assembler::new(first_len);
        let mut rows = Vec::new();
        for (key, value) in &map {
            if let Some(value) = value {
                rows.extend(assembler.push(key, value)?);
            }
        }
        assembler.finish()?;
        Ok(rows)
    }

    #[test]
    fn rows_of_every_size_come_back_and_no_value_is_too_large() {
        for size in [
            0,
            1,
            MAX_VALUE_BYTES - HEADER_BYTES,
            MAX_VALUE_BYTES,
            200_000,
        ] {
            let payload: Vec<u8> = (0..size).map(|i| i as u8).collect();
            let mut batch = Batch::default();
            put(&mut batch, b"l/12345678", &payload, 0).unwrap();
            for (_, value) in &batch.writes {
                assert!(value.as_ref().is_some_and(|v| v.len() <= MAX_VALUE_BYTES));
            }
            let rows = assemble(&batch, key::LOG_KEY_BYTES).unwrap();
            assert_eq!(rows.len(), 1);
            assert_eq!(rows[0].payload, payload, "size {size}");
        }
    }

    #[test]
    fn a_shrinking_row_removes_the_chunks_it_no_longer_needs() {
        let mut batch = Batch::default();
        let chunks = put(&mut batch, b"l/12345678", &vec![7; 30_000], 0).unwrap();
        assert_eq!(put(&mut batch, b"l/12345678", &[7], chunks).unwrap(), 1);
        let rows = assemble(&batch, key::LOG_KEY_BYTES).unwrap();
        assert_eq!(rows[0].payload, [7]);
    }

    #[test]
    fn a_flipped_bit_a_missing_end_and_a_newer_version_are_told_apart() {
        let mut batch = Batch::default();
        put(&mut batch, &key::log(9), &vec![7; 30_000], 0).unwrap();

        let mut flipped = batch.clone();
        flipped.writes[1].1.as_mut().unwrap()[10] ^= 1;
        let text = assemble(&flipped, key::LOG_KEY_BYTES)
            .unwrap_err()
            .to_string();
        assert!(
            text.contains("row l/9 is corrupt: its checksum differs"),
            "{text}"
        );

        let mut short = batch.clone();
        short.writes.pop();
        let text = assemble(&short, key::LOG_KEY_BYTES)
            .unwrap_err()
            .to_string();
        assert!(
            text.contains("row l/9 is corrupt: its end is missing"),
            "{text}"
        );

        batch.writes[0].1.as_mut().unwrap()[0] = ROW_VERSION + 1;
        let error = assemble(&batch, key::LOG_KEY_BYTES).unwrap_err();
        assert!(matches!(
            error,
            StoreError::NewerFormat { found: 2, known: 1 }
        ));
    }
}
