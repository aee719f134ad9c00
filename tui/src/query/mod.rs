//! The board's filter: the grammar of the server's lists, read with the position of what is wrong, matched on a hundred thousand cards
//! between two keys.
//!
//! ```text
//! acme !renewal "second phase" (owner:kim or owner:lee) stage:2 >1m stale:14d date<month-end
//! ```
//! | term | holds for deals |
//! |---|---|
//! | `acme` | with this in their name, their customer's or their owner's, case and width aside |
//! | `"second phase"` | the same for several words |
//! | `~acm` | with these letters in this order in their name or customer |
//! | `owner:kim` `owner:"kim"` `owner:kim*` `owner~km` | of an owner with this in their name, called exactly so, whose name begins so, has these letters |
//! | `owner:none` | of nobody |
//! | `customer:` `source:` `name:` | likewise; `grade:a` compares the whole word |
//! | `stage:2` `stage:prop*` | in the second stage; in a stage whose name begins so |
//! | `status:open` | open, `won` or `lost` |
//! | `level:stalled` | told to be `approaching`, `stalled` or `critical`; `flowing` is none of these |
//! | `>1m` `<=5m` `1m..2m` `amount>1m` `weighted>1m` | with such an amount, bounds of a range included |
//! | `date<fri` `date:2026-01-01..2026-04-01` `date:2026-03` `date:this-week` `date:none` | with such a contract date; the end of a range is excluded |
//! | `days>=20` `stale:14d` `stale:yes` | for so many whole days in their open stage; for at least 14; for longer than the stage allows |
//! | `archived:yes` | archived |
//! | `!term` `not term`, `and` `or`, `( )` | as one would think; AND binds more than OR and need not be written |

mod parse;
mod text;
mod tree;

use std::fmt;
use std::ops::Range;

use jiff::civil::Date;

use crate::board::Facts;
use crate::entry::amount::AmountError;
use crate::entry::date::DateError;
use crate::entry::names::{fold, is_subsequence};
use crate::picture::Picture;
use crate::record::{Card, DAY_US, Level, Micros, StageKind};

pub use parse::Context;

/// Terms in one filter; more are refused, so that a pasted text is not taken for one.
pub const MAX_TERMS: usize = 32;

/// A filter. An empty one holds for every deal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// In the order written.
    terms: Vec<Term>,
    /// How they hang together; none = everything passes.
    root: Option<Node>,
}

/// How terms hang together.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    /// By its place among the terms.
    Term(usize),
}

impl Node {
    fn holds(&self, term: &impl Fn(usize) -> bool) -> bool {
        match self {
            Self::All(nodes) => nodes.iter().all(|node| node.holds(term)),
            Self::Any(nodes) => nodes.iter().any(|node| node.holds(term)),
            Self::Not(node) => !node.holds(term),
            Self::Term(place) => term(*place),
        }
    }
}

/// How a word is looked for in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Words {
    /// Somewhere.
    Contains(String),
    /// It is the whole field.
    Exact(String),
    /// The field begins so.
    Prefix(String),
    /// Its letters, in this order.
    Letters(String),
    /// The field is empty.
    None,
}

impl Words {
    fn found_in(&self, field: &str) -> bool {
        match self {
            Self::Contains(words) => text::contains(field, words),
            Self::Exact(words) => fold(field) == *words,
            Self::Prefix(words) => fold(field).starts_with(words.as_str()),
            Self::Letters(letters) => is_subsequence(letters, &fold(field)),
            Self::None => field.is_empty(),
        }
    }
}

/// One test of a deal. Words are folded when the filter is read, never while it is matched.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    Text(String),
    Letters(String),
    Name(Words),
    Owner(Words),
    Customer(Words),
    Source(Words),
    Grade(Words),
    StagePosition(usize),
    StageName(Words),
    Status(StageKind),
    /// From the first to the last, both included.
    Level(Level, Level),
    Amount {
        from: i64,
        to: i64,
    },
    Weighted {
        from: i64,
        to: i64,
    },
    /// From inclusive, to exclusive.
    ContractDate {
        from: Date,
        to: Date,
    },
    NoContractDate,
    /// Whole days in an open stage, both included.
    Days {
        from: i64,
        to: i64,
    },
    NoDays,
    Stalled,
    Archived(bool),
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
    /// The server's lists know the field, the board does not.
    NotOnBoard(String),
    /// A quotation mark is not closed.
    QuoteOpen,
    /// A parenthesis is not closed.
    NotClosed,
    /// A parenthesis is closed that was not opened.
    NothingToClose,
    /// A term must stand here.
    TermMissing,
    /// Too many parentheses within each other.
    TooDeep,
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
            QueryErrorKind::NotOnBoard(field) => {
                write!(
                    formatter,
                    "the board cannot filter by \"{field}\"; sluice opportunity list can"
                )
            }
            QueryErrorKind::QuoteOpen => formatter.write_str("this quotation mark is not closed"),
            QueryErrorKind::NotClosed => formatter.write_str("this parenthesis is not closed"),
            QueryErrorKind::NothingToClose => formatter.write_str("no parenthesis is open here"),
            QueryErrorKind::TermMissing => formatter.write_str("a term is missing here"),
            QueryErrorKind::TooDeep => {
                formatter.write_str("too many parentheses within each other")
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
            QueryErrorKind::NoComparison => formatter
                .write_str("only amounts, dates, days and levels can be compared with < and >"),
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
    /// Amount × win probability, in minor units; 0 for what is lost.
    fn weighted_minor(&self) -> i64;
    /// How far its stage clock has gone, as the server told it.
    fn level(&self) -> Level;
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
        tree::read(text, context)
    }

    /// True when it holds for every deal.
    pub fn is_empty(&self) -> bool {
        self.root.is_none()
    }

    /// True when a card passes, with names from the picture it belongs to.
    pub fn matches(&self, card: &Card, picture: &Picture, now: Micros) -> bool {
        self.holds_for(&CardFacts { card, picture, now })
    }

    /// True when all terms hold.
    pub fn holds_for(&self, deal: &impl DealFacts) -> bool {
        self.root.as_ref().is_none_or(|root| {
            root.holds(&|place| {
                self.terms
                    .get(place)
                    .is_some_and(|term| term.holds_for(deal))
            })
        })
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
        let words = self.terms.iter().filter_map(|term| match term {
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
        let Some(root) = &self.query.root else {
            return true;
        };
        root.holds(&|place| match self.query.terms.get(place) {
            Some(Term::Text(_)) => {
                // Its place among the words.
                let before = &self.query.terms[..place];
                let here = before
                    .iter()
                    .filter(|term| matches!(term, Term::Text(_)))
                    .count();
                facts.words_found >> here & 1 == 1 || self.is_named(here, facts)
            }
            Some(term) => term.holds_for(&CardFacts {
                card,
                picture: self.picture,
                now: self.now,
            }),
            None => false,
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
            Self::Name(words) => words.found_in(deal.name()),
            Self::Owner(words) => words.found_in(deal.owner()),
            Self::Customer(words) => words.found_in(deal.customer()),
            Self::Source(words) => words.found_in(deal.source()),
            Self::Grade(words) => words.found_in(deal.grade()),
            Self::StagePosition(position) => deal
                .stage()
                .is_some_and(|stage| stage.position == *position),
            Self::StageName(words) => deal.stage().is_some_and(|stage| words.found_in(stage.name)),
            Self::Status(kind) => deal.stage().is_some_and(|stage| stage.kind == *kind),
            Self::Level(from, to) => (*from..=*to).contains(&deal.level()),
            Self::Amount { from, to } => (*from..=*to).contains(&deal.amount_minor()),
            Self::Weighted { from, to } => (*from..=*to).contains(&deal.weighted_minor()),
            Self::ContractDate { from, to } => deal
                .contract_date()
                .is_some_and(|day| (*from..*to).contains(&day)),
            Self::NoContractDate => deal.contract_date().is_none(),
            Self::Days { from, to } => {
                is_open(deal) && (*from..=*to).contains(&deal.stage_clock_us().div_euclid(DAY_US))
            }
            Self::NoDays => !is_open(deal),
            Self::Stalled => deal.stage().is_some_and(|stage| {
                stage.kind == StageKind::Open
                    && stage
                        .stagnation_us
                        .is_some_and(|period| deal.stage_clock_us() >= period)
            }),
            Self::Archived(archived) => deal.is_archived() == *archived,
        }
    }
}

fn is_open(deal: &impl DealFacts) -> bool {
    deal.stage()
        .is_some_and(|stage| stage.kind == StageKind::Open)
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

    fn weighted_minor(&self) -> i64 {
        let stage = self.picture.stage(self.card.stage_id);
        let (kind, bp) = stage.map_or((StageKind::Lost, 0), |stage| {
            (stage.kind, stage.win_probability_bp)
        });
        if kind == StageKind::Lost {
            return 0;
        }
        let weighted = crate::board::weighted_minor(self.card, bp);
        i64::try_from(weighted).unwrap_or(i64::MAX)
    }

    fn level(&self) -> Level {
        self.card.level
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
