//! What rows mean: entities, commits and request outcomes as MessagePack maps.
//!
//! Fields go by name, so that a field added later reads its default from an old row, and a field
//! unknown here is skipped. The golden bytes in the tests keep that promise.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sluice_domain::{Command, Entity, EntityKey, EntityKind, Timestamp};

use crate::commit::Commit;
use crate::store::{StoreError, key, row};

/// What a request with an id led to, kept so that its repetition gets the same answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredOutcome {
    /// Of the command: another command under the same id is refused.
    pub fingerprint: u64,
    /// The commit it made, or the revision it found nothing to do at.
    pub revision: u64,
    /// Whether it made that commit.
    pub committed: bool,
    /// What it was about.
    #[serde(default)]
    pub subject: Option<EntityKey>,
    /// When.
    pub time: Timestamp,
}

/// Tells commands apart: length and CRC-32 of the encoding. Guards against mistakes of a caller,
/// not against an attacker, who could only confuse their own requests.
pub fn fingerprint(command: &Command) -> Result<u64, StoreError> {
    let bytes = encode(command, "command")?;
    Ok((bytes.len() as u64) << 32 | u64::from(crc32fast::hash(&bytes)))
}

/// The payload of an entity's row: the entity itself, its kind being in the key.
pub fn encode_entity(entity: &Entity) -> Result<Vec<u8>, StoreError> {
    match entity {
        Entity::Workspace(value) => encode(&**value, "workspace"),
        Entity::Team(value) => encode(&**value, "team"),
        Entity::Member(value) => encode(&**value, "member"),
        Entity::Pipeline(value) => encode(&**value, "pipeline"),
        Entity::Customer(value) => encode(&**value, "customer"),
        Entity::Contact(value) => encode(&**value, "contact"),
        Entity::Opportunity(value) => encode(&**value, "opportunity"),
        Entity::Activity(value) => encode(&**value, "activity"),
        Entity::ScoreEntry(value) => encode(&**value, "score entry"),
        Entity::Alert(value) => encode(&**value, "alert"),
        Entity::SavedView(value) => encode(&**value, "saved view"),
        Entity::Notice(value) => encode(&**value, "notice"),
        Entity::PastImage(value) => encode(&**value, "past image"),
        Entity::Goal(value) => encode(&**value, "goal"),
        Entity::Approval(value) => encode(&**value, "approval"),
        Entity::Webhook(value) => encode(&**value, "webhook"),
        Entity::DigestSchedule(value) => encode(&**value, "schedule of digests"),
        Entity::Delivery(value) => encode(&**value, "delivery"),
        Entity::Scheme(value) => encode(&**value, "scheme"),
        Entity::Reward(value) => encode(&**value, "reward"),
        Entity::LedgerTransaction(value) => encode(&**value, "ledger transaction"),
        Entity::Packet(value) => encode(&**value, "packet"),
        Entity::Payout(value) => encode(&**value, "payout"),
        Entity::Badge(value) => encode(&**value, "badge"),
    }
}

/// The entity in a row's payload.
pub fn decode_entity(row_key: &[u8], payload: &[u8]) -> Result<Entity, StoreError> {
    let entity = key::parse_entity(row_key)
        .ok_or_else(|| row::corrupt(row_key, "its key names no known kind of row"))?;
    Ok(match entity.kind {
        EntityKind::Workspace => Entity::Workspace(decode(row_key, payload)?),
        EntityKind::Team => Entity::Team(decode(row_key, payload)?),
        EntityKind::Member => Entity::Member(decode(row_key, payload)?),
        EntityKind::Pipeline => Entity::Pipeline(decode(row_key, payload)?),
        EntityKind::Customer => Entity::Customer(decode(row_key, payload)?),
        EntityKind::Contact => Entity::Contact(decode(row_key, payload)?),
        EntityKind::Opportunity => Entity::Opportunity(decode(row_key, payload)?),
        EntityKind::Activity => Entity::Activity(decode(row_key, payload)?),
        EntityKind::ScoreEntry => Entity::ScoreEntry(decode(row_key, payload)?),
        EntityKind::Alert => Entity::Alert(decode(row_key, payload)?),
        EntityKind::SavedView => Entity::SavedView(decode(row_key, payload)?),
        EntityKind::Notice => Entity::Notice(decode(row_key, payload)?),
        EntityKind::PastImage => Entity::PastImage(decode(row_key, payload)?),
        EntityKind::Goal => Entity::Goal(decode(row_key, payload)?),
        EntityKind::Approval => Entity::Approval(decode(row_key, payload)?),
        EntityKind::Webhook => Entity::Webhook(decode(row_key, payload)?),
        EntityKind::DigestSchedule => Entity::DigestSchedule(decode(row_key, payload)?),
        EntityKind::Delivery => Entity::Delivery(decode(row_key, payload)?),
        EntityKind::Scheme => Entity::Scheme(decode(row_key, payload)?),
        EntityKind::Reward => Entity::Reward(decode(row_key, payload)?),
        EntityKind::LedgerTransaction => Entity::LedgerTransaction(decode(row_key, payload)?),
        EntityKind::Packet => Entity::Packet(decode(row_key, payload)?),
        EntityKind::Payout => Entity::Payout(decode(row_key, payload)?),
        EntityKind::Badge => Entity::Badge(decode(row_key, payload)?),
    })
}

/// The payload of a commit's row.
pub fn encode_commit(commit: &Commit) -> Result<Vec<u8>, StoreError> {
    encode(commit, "commit")
}

/// The commit in a row's payload.
pub fn decode_commit(row_key: &[u8], payload: &[u8]) -> Result<Arc<Commit>, StoreError> {
    decode(row_key, payload)
}

/// The payload of a request's outcome.
pub fn encode_outcome(outcome: &StoredOutcome) -> Result<Vec<u8>, StoreError> {
    encode(outcome, "outcome")
}

/// The outcome in a row's payload.
pub fn decode_outcome(row_key: &[u8], payload: &[u8]) -> Result<StoredOutcome, StoreError> {
    rmp_serde::from_slice(payload).map_err(|error| unreadable(row_key, &error))
}

fn encode<T: Serialize + ?Sized>(value: &T, what: &str) -> Result<Vec<u8>, StoreError> {
    // Only a type that MessagePack cannot express fails here, and the tests encode every type.
    rmp_serde::to_vec_named(value)
        .map_err(|error| StoreError::Inconsistent(format!("a {what} cannot be encoded: {error}")))
}

fn decode<T: DeserializeOwned>(row_key: &[u8], payload: &[u8]) -> Result<Arc<T>, StoreError> {
    rmp_serde::from_slice(payload)
        .map(Arc::new)
        .map_err(|error| unreadable(row_key, &error))
}

fn unreadable(row_key: &[u8], error: &rmp_serde::decode::Error) -> StoreError {
    row::corrupt(row_key, format!("its content is unreadable: {error}"))
}
