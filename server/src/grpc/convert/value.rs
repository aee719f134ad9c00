//! The small values: ids, texts, instants, dates, money, actors.

use prost_types::{Duration, Timestamp as ProtoTimestamp};
use sluice_domain::{
    ActivityId, Actor, AlertId, ApprovalId, BadgeId, ContactId, Currency, CustomerId, Date,
    DeliveryId, DigestScheduleId, GoalId, LedgerTransactionId, MemberId, NoticeId, OpportunityId,
    PacketId, PayoutId, PipelineId, RewardId, SavedViewId, SchemeId, ScoreEntryId, StageId, TeamId,
    Timestamp, WebhookId, time::MICROS_PER_SECOND,
};
use sluice_proto::v1;

/// Nanoseconds of a microsecond.
const NANOS_PER_MICRO: i64 = 1_000;
/// Nanoseconds of a second.
const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// A typed id with its one spelling in the API.
pub trait Id: Copy {
    /// The id of nothing: stands in for one that could not be read.
    const NOBODY: Self;

    /// Reads `teams/3`.
    ///
    /// # Errors
    /// What is wrong with it.
    fn read(text: &str) -> Result<Self, String>;

    /// Writes `teams/3`.
    fn write(self) -> String;
}

macro_rules! ids {
    ($($id:ident),* $(,)?) => {$(
        impl Id for $id {
            const NOBODY: Self = Self(u64::MAX);

            fn read(text: &str) -> Result<Self, String> {
                if text.is_empty() {
                    return Err(format!("is missing: write it as {}/1", $id::COLLECTION));
                }
                $id::parse(text).map_err(|error| error.to_string())
            }

            fn write(self) -> String {
                self.long()
            }
        }
    )*};
}

ids!(
    ActivityId,
    AlertId,
    ApprovalId,
    BadgeId,
    ContactId,
    CustomerId,
    GoalId,
    LedgerTransactionId,
    MemberId,
    NoticeId,
    OpportunityId,
    PacketId,
    PayoutId,
    PipelineId,
    RewardId,
    SavedViewId,
    SchemeId,
    ScoreEntryId,
    StageId,
    TeamId,
    DeliveryId,
    DigestScheduleId,
    WebhookId
);

/// An id that may be absent.
pub fn id_or_empty<I: Id>(id: Option<I>) -> String {
    id.map(Id::write).unwrap_or_default()
}

/// A text whose empty form means that there is none.
pub fn text(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// A text that may be absent.
pub fn or_empty<T: AsRef<str>>(text: &Option<T>) -> String {
    text.as_ref()
        .map(|text| text.as_ref().to_owned())
        .unwrap_or_default()
}

/// A date that may be absent.
pub fn date_or_empty(date: Option<Date>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

/// Writes an instant.
pub fn time(at: Timestamp) -> ProtoTimestamp {
    ProtoTimestamp {
        seconds: at.micros().div_euclid(MICROS_PER_SECOND),
        nanos: (at.micros().rem_euclid(MICROS_PER_SECOND) * NANOS_PER_MICRO) as i32,
    }
}

/// Reads an instant; `None` when it is malformed or outside the years of the domain.
pub fn timestamp(at: &ProtoTimestamp) -> Option<Timestamp> {
    let nanos = i64::from(at.nanos);
    if !(0..NANOS_PER_SECOND).contains(&nanos) {
        return None;
    }
    let micros = at
        .seconds
        .checked_mul(MICROS_PER_SECOND)?
        .checked_add(nanos / NANOS_PER_MICRO)?;
    Some(Timestamp::from_micros(micros)).filter(|at| at.in_range())
}

/// Writes a length of time.
pub fn duration(micros: i64) -> Duration {
    Duration {
        seconds: micros / MICROS_PER_SECOND,
        nanos: (micros % MICROS_PER_SECOND * NANOS_PER_MICRO) as i32,
    }
}

/// Writes an amount.
pub fn money(amount_minor: i64, currency: Currency) -> v1::Money {
    v1::Money {
        amount_minor,
        currency_code: currency.code().to_owned(),
    }
}

/// Writes an actor.
pub fn actor(actor: &Actor) -> v1::Actor {
    v1::Actor {
        member_id: id_or_empty(actor.member),
        label: actor.label.clone(),
    }
}

/// A count as the API sends it.
pub fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// `r<revision>`, as [`sluice_domain::Entity::etag`] writes it.
pub fn etag(revision: u64) -> String {
    format!("r{revision}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_go_both_ways_and_bad_ones_are_refused() {
        for micros in [0, 1, -1, 1_700_000_000_123_456, -2_000_000_000_000_001] {
            let at = Timestamp::from_micros(micros);
            assert_eq!(timestamp(&time(at)), Some(at), "{micros}");
        }
        for (seconds, nanos) in [
            (0, -1),
            (0, 1_000_000_000),
            (i64::MAX, 0),
            (i64::MIN, 0),
            (-62_135_596_800, 0),
        ] {
            assert_eq!(
                timestamp(&ProtoTimestamp { seconds, nanos }),
                None,
                "{seconds} {nanos}"
            );
        }
    }
}
