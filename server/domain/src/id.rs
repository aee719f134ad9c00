//! Typed identifiers: a number that cannot be mistaken for the number of another kind of thing.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text is not an identifier of the wanted kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseIdError {
    /// The kind that was wanted, in its long spelling (`opportunities`).
    pub collection: &'static str,
    /// What was given instead.
    pub given: String,
}

impl fmt::Display for ParseIdError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "'{}' is not an id of {}: write it as {}/1",
            self.given, self.collection, self.collection
        )
    }
}

impl std::error::Error for ParseIdError {}

/// Digits only, no sign, no leading zero, not zero: one spelling per number.
fn parse_number(text: &str) -> Option<u64> {
    let canonical = !text.is_empty()
        && !text.starts_with('0')
        && text.bytes().all(|byte| byte.is_ascii_digit());
    if canonical { text.parse().ok() } else { None }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $collection:literal, $letter:literal) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl $name {
            /// The collection in the long spelling.
            pub const COLLECTION: &'static str = $collection;
            /// The letter of the short spelling.
            pub const LETTER: &'static str = $letter;

            /// The spelling of the API: `opportunities/1042`.
            pub fn long(self) -> String {
                format!("{}/{}", $collection, self.0)
            }

            /// The spelling for people: `O-1042`.
            pub fn short(self) -> String {
                format!("{}-{}", $letter, self.0)
            }

            /// Reads the long spelling only, as the API does.
            pub fn parse(text: &str) -> Result<Self, ParseIdError> {
                text.strip_prefix($collection)
                    .and_then(|rest| rest.strip_prefix('/'))
                    .and_then(parse_number)
                    .map(Self)
                    .ok_or_else(|| ParseIdError {
                        collection: $collection,
                        given: text.to_owned(),
                    })
            }

            /// Reads what a person types where the kind is known: long, short (any case) or the bare number.
            pub fn parse_any(text: &str) -> Result<Self, ParseIdError> {
                let short = text.split_once('-').and_then(|(letter, number)| {
                    letter.eq_ignore_ascii_case($letter).then_some(number)
                });
                match parse_number(short.unwrap_or(text)) {
                    Some(number) => Ok(Self(number)),
                    None => Self::parse(text),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{}-{}", $letter, self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                Self::parse(text)
            }
        }
    };
}

id!(
    /// A team.
    TeamId, "teams", "T"
);
id!(
    /// A member.
    MemberId, "members", "M"
);
id!(
    /// A pipeline.
    PipelineId, "pipelines", "P"
);
id!(
    /// A stage; sequential over all pipelines of the workspace.
    StageId, "stages", "S"
);
id!(
    /// A customer.
    CustomerId, "customers", "C"
);
id!(
    /// A contact (K, because C is the customer).
    ContactId, "contacts", "K"
);
id!(
    /// An opportunity.
    OpportunityId, "opportunities", "O"
);
id!(
    /// An activity.
    ActivityId, "activities", "A"
);
id!(
    /// A request for a manager's approval.
    ApprovalId, "approvals", "AP"
);
id!(
    /// A score entry.
    ScoreEntryId, "scoreEntries", "E"
);
id!(
    /// An alert.
    AlertId, "alerts", "AL"
);
id!(
    /// A saved view.
    SavedViewId, "savedViews", "V"
);
id!(
    /// A notice.
    NoticeId, "notices", "N"
);
id!(
    /// A past image (I: what a thing looked like).
    PastImageId, "pastImages", "I"
);
id!(
    /// A webhook.
    WebhookId, "webhooks", "W"
);
id!(
    /// A schedule of digests.
    DigestScheduleId, "digestSchedules", "D"
);
id!(
    /// A message on its way out (X, because D is the schedule).
    DeliveryId, "deliveries", "X"
);

id!(
    /// A goal.
    GoalId, "goals", "G"
);

id!(
    /// A scheme.
    SchemeId, "schemes", "SC"
);
id!(
    /// A reward.
    RewardId, "rewards", "R"
);
id!(
    /// A transaction of the ledger.
    LedgerTransactionId, "ledgerTransactions", "L"
);
id!(
    /// A packet.
    PacketId, "packets", "PK"
);
id!(
    /// A payout.
    PayoutId, "payouts", "PO"
);
id!(
    /// A badge.
    BadgeId, "badges", "B"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_long_spelling_is_read_by_the_api() {
        assert_eq!(
            OpportunityId::parse("opportunities/1042"),
            Ok(OpportunityId(1042))
        );
        for bad in [
            "O-1042",
            "1042",
            "opportunities/0",
            "opportunities/01",
            "opportunities/+1",
            "opportunities/",
            "teams/1",
            "opportunities/99999999999999999999",
        ] {
            assert!(OpportunityId::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_person_may_type_any_spelling() {
        for text in ["opportunities/7", "O-7", "o-7", "7"] {
            assert_eq!(OpportunityId::parse_any(text), Ok(OpportunityId(7)));
        }
        assert!(OpportunityId::parse_any("C-7").is_err());
        assert_eq!(OpportunityId(7).to_string(), "O-7");
        assert_eq!(OpportunityId(7).long(), "opportunities/7");
    }
}
