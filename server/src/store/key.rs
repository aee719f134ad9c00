//! Keys of the one tree: what lives where, in which order.
//!
//! | key | holds |
//! |---|---|
//! | `e/` kind, id | an entity row |
//! | `l/` revision | a commit of the log |
//! | `q/i/` request id | the outcome of a request |
//! | `q/t/` time, request id | nothing: when that outcome expires |
//! | `m/` name | log id, format, revision, oldest revision, size of the log |
//!
//! Numbers are big-endian, so that key order is id order. A row too large for one value goes on
//! under its key followed by a two-byte chunk number, 1 and up.

use sluice_domain::{EntityKey, EntityKind, Timestamp};

/// Entity rows.
pub const ENTITIES: &[u8] = b"e/";
/// First key after the entity rows.
pub const ENTITIES_END: &[u8] = b"e0";
/// Commits.
pub const LOG: &[u8] = b"l/";
/// First key after the commits.
pub const LOG_END: &[u8] = b"l0";
/// Request outcomes by request id.
pub const OUTCOMES: &[u8] = b"q/i/";
/// Request outcomes by time.
pub const OUTCOME_TIMES: &[u8] = b"q/t/";
/// The log's identity (ULID text).
pub const META_LOG_ID: &[u8] = b"m/log_id";
/// Format of the store (u32).
pub const META_FORMAT: &[u8] = b"m/format";
/// Newest revision (u64).
pub const META_REVISION: &[u8] = b"m/revision";
/// Oldest revision after which the log is whole (u64).
pub const META_OLDEST: &[u8] = b"m/oldest";
/// Bytes of the retained log (u64), to know what a rewrite would gain.
pub const META_LOG_BYTES: &[u8] = b"m/log_bytes";

/// Length of an entity row's first key.
pub const ENTITY_KEY_BYTES: usize = ENTITIES.len() + 1 + 8;
/// Length of a commit's first key.
pub const LOG_KEY_BYTES: usize = LOG.len() + 8;

/// Key of an entity row.
pub fn entity(key: EntityKey) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(ENTITY_KEY_BYTES + 2);
    bytes.extend_from_slice(ENTITIES);
    bytes.push(key.kind.number());
    bytes.extend_from_slice(&key.id.to_be_bytes());
    bytes
}

/// The entity an entity row's first key names.
pub fn parse_entity(key: &[u8]) -> Option<EntityKey> {
    let rest = key.strip_prefix(ENTITIES)?;
    let (&kind, id) = rest.split_first()?;
    Some(EntityKey {
        kind: EntityKind::from_number(kind)?,
        id: u64::from_be_bytes(id.try_into().ok()?),
    })
}

/// Key of a commit.
pub fn log(revision: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(LOG_KEY_BYTES + 2);
    bytes.extend_from_slice(LOG);
    bytes.extend_from_slice(&revision.to_be_bytes());
    bytes
}

/// The revision in a key of the log, first or further chunk.
pub fn parse_log(key: &[u8]) -> Option<u64> {
    let rest = key.strip_prefix(LOG)?.get(..8)?;
    Some(u64::from_be_bytes(rest.try_into().ok()?))
}

/// Key of a request's outcome.
pub fn outcome(request_id: &str) -> Vec<u8> {
    [OUTCOMES, request_id.as_bytes()].concat()
}

/// Key that orders a request's outcome by time.
pub fn outcome_time(time: Timestamp, request_id: &str) -> Vec<u8> {
    [
        OUTCOME_TIMES,
        &order_preserving(time),
        request_id.as_bytes(),
    ]
    .concat()
}

/// First key of the outcomes of `time` or later.
pub fn outcome_time_bound(time: Timestamp) -> Vec<u8> {
    [OUTCOME_TIMES, &order_preserving(time)].concat()
}

/// The request id in a key of [`outcome_time`].
pub fn parse_outcome_time(key: &[u8]) -> Option<&str> {
    let id = key.strip_prefix(OUTCOME_TIMES)?.get(8..)?;
    std::str::from_utf8(id).ok()
}

/// Key of chunk `number` (1 and up) of the row at `first`.
pub fn chunk(first: &[u8], number: u16) -> Vec<u8> {
    [first, &number.to_be_bytes()].concat()
}

/// A key as people read it, for messages.
pub fn describe(key: &[u8]) -> String {
    if let Some(entity) = key.get(..ENTITY_KEY_BYTES).and_then(parse_entity) {
        return format!("e/{:?}/{}", entity.kind, entity.id);
    }
    if let Some(revision) = parse_log(key) {
        return format!("l/{revision}");
    }
    String::from_utf8_lossy(key).escape_debug().to_string()
}

fn order_preserving(time: Timestamp) -> [u8; 8] {
    // Flipping the sign bit makes the byte order of two's complement the numeric order.
    (time.0 as u64 ^ (1 << 63)).to_be_bytes()
}
