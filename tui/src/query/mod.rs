//! The board's filter: terms that must all hold, read with the position of what is wrong, matched on a hundred thousand cards between two keys.
//!
//! ```text
//! acme !renewal "second phase" owner:kim stage:2 >1m <5m stale:14d date<month-end
//! ```
//! | term | holds for deals |
//! |---|---|
//! | `acme` | with this in their name, their customer's or their owner's, case and width aside |
//! | `"second phase"` | the same for several words |
//! | `~acm` | with these letters in this order in their name or customer |
//! | `owner:kim` `owner:none` | of this owner; of nobody |
//! | `customer:acme` `source:fair` `grade:a` | likewise; `grade` compares the whole word |
//! | `stage:2` `stage:prop` | in the second stage; in a stage whose name begins so |
//! | `status:open` | open, `won` or `lost` |
//! | `>1m` `<=5m` `1m..2m` `amount>1m` | with such an amount, bounds of a range included |
//! | `date<fri` `date:2026-01-01..2026-04-01` `date:none` | with such a contract date; the end of a range is excluded |
//! | `stale:14d` `stale:yes` | in their stage for at least 14 days; for longer than the stage allows |
//! | `archived:yes` | archived |
//! | `!term` | for which the term does not hold |

mod parse;
mod text;

use std::fmt;
use std::ops::Range;

use jiff::civil::Date;

use crate::board::Facts;
use crate::entry::amount::AmountError;
use crate::entry::date::DateError;
use crate::entry::names::{fold, is_subsequence};
use crate::picture::Picture;
use crate::record::{Card, Micros, StageKind};

pub use parse::Context;

/// Terms in one filter; more are refused, so that a pasted text is not taken for one.
pub const MAX_TERMS: usize = 32;

/// A filter. An empty one holds for every deal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    conditions: Vec<Condition>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Condition {
    negated: bool,
    term: Term,
}

/// One test of a deal. Words are folded when the filter is read, never while it is matched.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    Text(String),
    Letters(String),
    Owner(String),
    NoOwner,
    Customer(String),
    NoCustomer,
    Source(String),
    Grade(String),
    StagePosition(usize),
    StageName(String),
    Status(StageKind),
    Amount {
        from: i64,
        to: i64,
    },
    /// From inclusive, to exclusive.
    ContractDate {
        from: Date,
        to: Date,
    },
    NoContractDate,
    InStageFor(Micros),
    Stalled,
    Archived,
}

/// Why a text is not a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// Bytes of the text, on character borders.
    pub range: Range<usize>,
    /// What is wrong there.
    pub kind: QueryErrorKind,
}

/// What is wrong with a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryErrorKind {
    /// There is no such field.
    UnknownField(String),
    /// The field has no value yet.
    ValueMissing,
    /// Not an amount.
    Amount(AmountError),
    /// Not a day.
    Date(DateError),
    /// Not a number of days, e.g. `14d`.
    NotDays,
    /// Not one of the words the field knows.
    NotOneOf(&'static [&'static str]),
    /// The field knows no `<` and `>`.
    NoComparison,
    /// The range ends before it begins.
    EmptyRange,
    /// More than [`MAX_TERMS`].
    TooManyTerms,
}

impl fmt::Display for QueryError {
    /// In English: what is wrong and what to do.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            QueryErrorKind::UnknownField(field) => {
                write!(
                    formatter,
                    "there is no field \"{field}\"; there are {}",
                    parse::FIELDS.join(", ")
                )
            }
            QueryErrorKind::ValueMissing => formatter.write_str("a value is missing here"),
            QueryErrorKind::Amount(error) => error.fmt(formatter),
            QueryErrorKind::Date(error) => error.fmt(formatter),
            QueryErrorKind::NotDays => {
                formatter.write_str("not a number of days; write it like 14d, 2w or yes")
            }
            QueryErrorKind::NotOneOf(words) => {
                write!(formatter, "write one of {}", words.join(", "))
            }
            QueryErrorKind::NoComparison => {
                formatter.write_str("only amount and date can be compared with < and >")
            }
            QueryErrorKind::EmptyRange => formatter.write_str("the range ends before it begins"),
            QueryErrorKind::TooManyTerms => {
                write!(formatter, "at most {MAX_TERMS} terms are possible")
            }
        }?;
        write!(formatter, " (at character {})", self.range.start + 1)
    }
}

impl std::error::Error for QueryError {}

/// What a filter asks about a deal.
pub trait DealFacts {
    /// The deal's name.
    fn name(&self) -> &str;
    /// The customer's name; empty when there is none.
    fn customer(&self) -> &str;
    /// The owner's name; empty when there is none.
    fn owner(&self) -> &str;
    /// Source as written.
    fn source(&self) -> &str;
    /// Grade as written.
    fn grade(&self) -> &str;
    /// Name, kind, 1-based position and stagnation period of its stage.
    fn stage(&self) -> Option<StageFacts<'_>>;
    /// Amount in minor units.
    fn amount_minor(&self) -> i64;
    /// Expected contract date.
    fn contract_date(&self) -> Option<Date>;
    /// Time spent in its stage over its whole life.
    fn stage_clock_us(&self) -> Micros;
    /// Archived.
    fn is_archived(&self) -> bool;
}

/// A stage, as far as a filter asks.
#[derive(Clone, Copy, Debug)]
pub struct StageFacts<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its place in the pipeline, from 1.
    pub position: usize,
    /// Open, won or lost.
    pub kind: StageKind,
    /// Stage clock at which a deal is stalled.
    pub stagnation_us: Option<Micros>,
}

impl Query {
    /// Reads a filter; the first thing that is wrong is the error.
    pub fn parse(text: &str, context: &Context<'_>) -> Result<Self, QueryError> {
        parse::parse(text, context)
    }

    /// True when it holds for every deal.
    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    /// True when a card passes, with names from the picture it belongs to.
    pub fn matches(&self, card: &Card, picture: &Picture, now: Micros) -> bool {
        self.holds_for(&CardFacts { card, picture, now })
    }

    /// True when all terms hold.
    pub fn holds_for(&self, deal: &impl DealFacts) -> bool {
        self.conditions
            .iter()
            .all(|condition| condition.term.holds_for(deal) != condition.negated)
    }
}

/// A filter about to be asked of every card: the customers and owners that its words name are looked up once.
pub struct Prepared<'a> {
    query: &'a Query,
    picture: &'a Picture,
    now: Micros,
    words: Vec<&'a str>,
    /// For each word the ids of customers and of owners with it in their name, in order.
    parties: Vec<(Vec<u64>, Vec<u64>)>,
}

impl Query {
    /// Looks up what does not depend on the card.
    pub fn prepare<'a>(&'a self, picture: &'a Picture, now: Micros) -> Prepared<'a> {
        let words = self
            .conditions
            .iter()
            .filter_map(|condition| match &condition.term {
                Term::Text(word) => Some(word.as_str()),
                _ => None,
            });
        let words: Vec<&str> = words.collect();
        let parties = words
            .iter()
            .map(|word| {
                let owners = picture.members.values();
                let owners = owners.filter(|owner| text::contains(&owner.name, word));
                let owners = owners.map(|owner| owner.id).collect();
                (picture.customers_named(word), owners)
            })
            .collect();
        Prepared {
            query: self,
            picture,
            now,
            words,
            parties,
        }
    }
}

impl Prepared<'_> {
    /// The folded words to be looked for in names.
    pub fn words(&self) -> &[&str] {
        &self.words
    }

    /// True when all terms hold: what [`Query::matches`] says, with the words already looked for.
    pub fn matches(&self, facts: &Facts, card: &Card) -> bool {
        let mut word = 0;
        self.query.conditions.iter().all(|condition| {
            let holds = if let Term::Text(_) = condition.term {
                let here = word;
                word += 1;
                facts.words_found >> here & 1 == 1 || self.is_named(here, facts)
            } else {
                condition.term.holds_for(&CardFacts {
                    card,
                    picture: self.picture,
                    now: self.now,
                })
            };
            holds != condition.negated
        })
    }

    fn is_named(&self, word: usize, facts: &Facts) -> bool {
        let among =
            |ids: &[u64], id: Option<u64>| id.is_some_and(|id| ids.binary_search(&id).is_ok());
        let (customers, owners) = &self.parties[word];
        among(customers, facts.customer_id) || among(owners, facts.owner_id)
    }
}

impl Term {
    fn holds_for(&self, deal: &impl DealFacts) -> bool {
        match self {
            Self::Text(text) => [deal.name(), deal.customer(), deal.owner()]
                .into_iter()
                .any(|field| text::contains(field, text)),
            Self::Letters(letters) => [deal.name(), deal.customer()]
                .into_iter()
                .any(|field| is_subsequence(letters, &fold(field))),
            Self::Owner(owner) => text::contains(deal.owner(), owner),
            Self::NoOwner => deal.owner().is_empty(),
            Self::Customer(customer) => text::contains(deal.customer(), customer),
            Self::NoCustomer => deal.customer().is_empty(),
            Self::Source(source) => text::contains(deal.source(), source),
            Self::Grade(grade) => fold(deal.grade()) == *grade,
            Self::StagePosition(position) => deal
                .stage()
                .is_some_and(|stage| stage.position == *position),
            Self::StageName(name) => deal
                .stage()
                .is_some_and(|stage| fold(stage.name).starts_with(name.as_str())),
            Self::Status(kind) => deal.stage().is_some_and(|stage| stage.kind == *kind),
            Self::Amount { from, to } => (*from..=*to).contains(&deal.amount_minor()),
            Self::ContractDate { from, to } => deal
                .contract_date()
                .is_some_and(|day| (*from..*to).contains(&day)),
            Self::NoContractDate => deal.contract_date().is_none(),
            Self::InStageFor(least) => deal.stage_clock_us() >= *least,
            Self::Stalled => deal.stage().is_some_and(|stage| {
                stage.kind == StageKind::Open
                    && stage
                        .stagnation_us
                        .is_some_and(|period| deal.stage_clock_us() >= period)
            }),
            Self::Archived => deal.is_archived(),
        }
    }
}

struct CardFacts<'a> {
    card: &'a Card,
    picture: &'a Picture,
    now: Micros,
}

impl DealFacts for CardFacts<'_> {
    fn name(&self) -> &str {
        &self.card.name
    }

    fn customer(&self) -> &str {
        self.picture.customer_name(self.card.customer_id)
    }

    fn owner(&self) -> &str {
        self.picture.member_name(self.card.owner_id)
    }

    fn source(&self) -> &str {
        &self.card.source
    }

    fn grade(&self) -> &str {
        &self.card.grade
    }

    fn stage(&self) -> Option<StageFacts<'_>> {
        let stage = self.picture.stage(self.card.stage_id)?;
        let pipeline = self.picture.pipeline_of(self.card.stage_id)?;
        let place = pipeline
            .stages
            .iter()
            .position(|candidate| candidate.id == stage.id)?;
        Some(StageFacts {
            name: &stage.name,
            position: place + 1,
            kind: stage.kind,
            stagnation_us: stage.stagnation_us,
        })
    }

    fn amount_minor(&self) -> i64 {
        self.card.amount_minor
    }

    fn contract_date(&self) -> Option<Date> {
        self.card.contract_date
    }

    fn stage_clock_us(&self) -> Micros {
        self.card.stage_clock_us(self.now)
    }

    fn is_archived(&self) -> bool {
        self.card.archived
    }
}

#[cfg(test)]
mod tests;
