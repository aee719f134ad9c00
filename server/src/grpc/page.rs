//! Pages of a list: sizes, and tokens that belong to one query.

use std::hash::Hasher as _;

use super::status::Refusal;

/// Resources on a page when the caller names no number.
pub const DEFAULT_PAGE_SIZE: usize = 50;
/// Most resources on a page; a larger number is cut to it.
pub const MAX_PAGE_SIZE: usize = 1_000;
/// First byte of a token: its layout.
const TOKEN_VERSION: u8 = 1;
/// Version, query, last id, its revision, how many were before, how many match, checksum.
const TOKEN_BYTES: usize = 1 + 5 * 8 + 4;

/// Where a page ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Position {
    /// Number of the last resource sent.
    pub last_id: u64,
    /// Its revision then: one that changed since may stand elsewhere in a sorted list.
    pub last_revision: u64,
    /// Resources sent so far.
    pub sent: u64,
    /// Resources that matched when the first page was read.
    pub total: u64,
}

/// How many resources a page gets.
///
/// # Errors
/// `INVALID_PAGE_SIZE` for a negative number.
pub fn page_size(asked: i32) -> Result<usize, Refusal> {
    match usize::try_from(asked) {
        Ok(0) => Ok(DEFAULT_PAGE_SIZE),
        Ok(size) => Ok(size.min(MAX_PAGE_SIZE)),
        Err(_) => Err(Refusal::invalid(
            "INVALID_PAGE_SIZE",
            "page_size",
            format!(
                "must not be negative, is {asked}: 0 means {DEFAULT_PAGE_SIZE}, at most {MAX_PAGE_SIZE}"
            ),
        )),
    }
}

/// Identifies a query by all that must stay the same from page to page. Stable across processes of one build, as a
/// token outlives a restart but need not outlive an upgrade.
pub fn query_hash(parts: &[&str]) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    for part in parts {
        hasher.write_usize(part.len());
        hasher.write(part.as_bytes());
    }
    hasher.finish()
}

/// A page of something that is reckoned anew for each page, in an order that is the same each time.
#[derive(Debug)]
pub struct Cut {
    query: u64,
    /// How many come before it.
    pub start: usize,
    size: usize,
}

impl Cut {
    /// Reads what a request says about its page.
    ///
    /// # Errors
    /// `INVALID_PAGE_SIZE`, `INVALID_PAGE_TOKEN`.
    pub fn open(query: u64, size: i32, token: &str) -> Result<Self, Refusal> {
        let (size, from) = (page_size(size)?, decode(query, token)?);
        let sent = from.map_or(0, |position| position.sent);
        Ok(Self {
            query,
            start: usize::try_from(sent).unwrap_or(usize::MAX),
            size,
        })
    }

    /// How many are needed, from the first one of all to the last one of this page.
    pub fn end(&self) -> usize {
        self.start.saturating_add(self.size)
    }

    /// How many are on it at most.
    pub const fn size(&self) -> usize {
        self.size
    }

    /// What is on the page.
    pub fn of<T>(&self, all: Vec<T>) -> Vec<T> {
        all.into_iter().skip(self.start).take(self.size).collect()
    }

    /// The token of the next page, empty on the last, and how many there are over all pages.
    pub fn close(&self, total: usize) -> (String, i32) {
        let token = if self.end() < total {
            let position = Position {
                last_id: 0,
                last_revision: 0,
                sent: self.end() as u64,
                total: total as u64,
            };
            encode(self.query, &position)
        } else {
            String::new()
        };
        (token, i32::try_from(total).unwrap_or(i32::MAX))
    }
}

/// One page of something that is reckoned whole for each page, in an order that is the same each time.
#[derive(Debug)]
pub struct Slice<T> {
    /// What is on the page.
    pub items: Vec<T>,
    /// Where the next one starts; empty on the last.
    pub next_page_token: String,
    /// How many there are over all pages.
    pub total_size: i32,
}

/// Cuts a page out of everything.
///
/// # Errors
/// `INVALID_PAGE_SIZE`, `INVALID_PAGE_TOKEN`.
pub fn slice<T>(query: u64, size: i32, token: &str, all: Vec<T>) -> Result<Slice<T>, Refusal> {
    let cut = Cut::open(query, size, token)?;
    let (next_page_token, total_size) = cut.close(all.len());
    Ok(Slice {
        items: cut.of(all),
        next_page_token,
        total_size,
    })
}

/// The token of a position within a query.
pub fn encode(query: u64, position: &Position) -> String {
    let mut bytes = Vec::with_capacity(TOKEN_BYTES);
    bytes.push(TOKEN_VERSION);
    for number in [
        query,
        position.last_id,
        position.last_revision,
        position.sent,
        position.total,
    ] {
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    let checksum = crc32fast::hash(&bytes);
    bytes.extend_from_slice(&checksum.to_be_bytes());
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The position a token holds; `None` for the empty token of a first page.
///
/// # Errors
/// `INVALID_PAGE_TOKEN` when the token is not ours or belongs to another query.
pub fn decode(query: u64, token: &str) -> Result<Option<Position>, Refusal> {
    if token.is_empty() {
        return Ok(None);
    }
    let invalid = |why: &str| Refusal::invalid("INVALID_PAGE_TOKEN", "page_token", why);
    let bytes = unhex(token)
        .ok_or_else(|| invalid("is not a token of this server: start again without one"))?;
    let (body, checksum) = bytes.split_at(TOKEN_BYTES - 4);
    let numbers: Vec<u64> = body[1..]
        .chunks_exact(8)
        .map(|chunk| {
            chunk
                .iter()
                .fold(0, |number, byte| (number << 8) | u64::from(*byte))
        })
        .collect();
    if body[0] != TOKEN_VERSION || crc32fast::hash(body).to_be_bytes() != checksum {
        return Err(invalid(
            "is not a token of this server: start again without one",
        ));
    }
    let &[of_query, last_id, last_revision, sent, total] = numbers.as_slice() else {
        return Err(invalid(
            "is not a token of this server: start again without one",
        ));
    };
    if of_query != query {
        return Err(invalid(
            "belongs to another query: filter and order_by must not change between pages",
        ));
    }
    Ok(Some(Position {
        last_id,
        last_revision,
        sent,
        total,
    }))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.len() != TOKEN_BYTES * 2 || !text.is_ascii() {
        return None;
    }
    (0..TOKEN_BYTES)
        .map(|place| u8::from_str_radix(text.get(place * 2..place * 2 + 2)?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn a_token_says_where_to_go_on_and_belongs_to_its_query() {
        let position = Position {
            last_id: 1042,
            last_revision: 7,
            sent: 50,
            total: 8_800,
        };
        let query = query_hash(&["opportunities", "stage:Won", "amount desc"]);
        let token = encode(query, &position);
        assert_eq!(decode(query, &token).unwrap(), Some(position));
        assert_eq!(decode(query, "").unwrap(), None);
        assert!(decode(query_hash(&["opportunities", "stage:Won"]), &token).is_err());
        let mut other = token.clone();
        other.replace_range(
            20..21,
            if token.as_bytes()[20] == b'0' {
                "1"
            } else {
                "0"
            },
        );
        for bad in [
            "x",
            "zz",
            &other,
            &token[1..],
            &"é".repeat(TOKEN_BYTES),
            &"+1".repeat(TOKEN_BYTES),
        ] {
            assert!(decode(query, bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn cuts_follow_each_other_and_end() {
        let page = |token: &str, count: i32| {
            let cut = Cut::open(7, 2, token).unwrap();
            let items = cut.of((0..count).collect::<Vec<i32>>());
            (items, cut.close(usize::try_from(count).unwrap()).0)
        };
        let (first, token) = page("", 5);
        assert_eq!(first, [0, 1]);
        let (second, next) = page(&token, 5);
        assert_eq!(second, [2, 3]);
        assert_eq!(page(&next, 5), (vec![4], String::new()));
        assert!(Cut::open(8, 2, &token).is_err());
        // What has become shorter meanwhile just ends.
        assert_eq!(page(&next, 1), (vec![], String::new()));
    }

    #[test]
    fn page_sizes_have_a_default_and_a_bound() {
        assert_eq!(page_size(0).unwrap(), DEFAULT_PAGE_SIZE);
        assert_eq!(page_size(7).unwrap(), 7);
        assert_eq!(page_size(i32::MAX).unwrap(), MAX_PAGE_SIZE);
        assert!(page_size(-1).is_err());
    }
}
