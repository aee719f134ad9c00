//! The one evaluator of filters and orders, for lists and watches alike.
//!
//! A filter is terms separated by spaces; all of them must hold:
//!
//! | term | holds for |
//! |---|---|
//! | `acme` | a name (of an opportunity also its customer's) that contains it |
//! | `~acm` | a name that has its letters in this order |
//! | `"acme corp"` | a name that contains these words, the space included |
//! | `owner:kim` | a field that contains it; also ids: `owner:M-3`, `owner:members/3` |
//! | `owner:"Kim Lee"` | a field that is exactly this |
//! | `name:ac*` | a field that begins with it |
//! | `owner:none` | a field that is empty |
//! | `stage:2` | the second stage in use of its pipeline |
//! | `>1m` `<=500k` `1m..2m` `amount>=120万` | an amount, in units of the currency; a range includes both ends |
//! | `probability>=50` `weighted>1m` | win probability in percent, weighted amount |
//! | `date:2026-Q1` `date:2026-01-01..2026-04-01` `date<2026-03-01` `date:this-week` | contract date in a cycle; the end of a range is not included |
//! | `created:` `closed:` `occurred:` `follow_up:` | the same for other days |
//! | `stale:14d` | so many days or more in its stage, over its whole life |
//! | `stalled:true` `status:open` `archived:false` `active:true` | |
//! | `!term` | what the term does not hold for |
//!
//! Letter case, width and runs of spaces make no difference. What is archived is not hidden unless a term says so.

mod evaluate;
mod group;
mod missing;
mod nearest;
mod order;
mod parse;
mod term;

use std::fmt;

pub use group::{GroupBy, GroupField};
pub use order::OrderBy;

use crate::entity::{Entity, EntityKind};
use crate::rejection::{Reason, Rejection};
use crate::state::State;
use crate::time::Timestamp;
use term::Term;

/// Why a filter or an order cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    /// Byte at which the trouble begins.
    pub position: usize,
    /// What is wrong and what to write instead.
    pub problem: String,
}

impl fmt::Display for FilterError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "at position {}: {}", self.position, self.problem)
    }
}

impl std::error::Error for FilterError {}

impl FilterError {
    pub(crate) fn new(position: usize, problem: impl Into<String>) -> Self {
        Self {
            position,
            problem: problem.into(),
        }
    }

    /// The same as a rejection of a request's field (`filter`, `order_by`).
    pub fn into_rejection(self, field: &str) -> Rejection {
        Rejection::new(Reason::InvalidFilter, field, self.to_string())
    }
}

/// A filter: terms that must all hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    text: String,
    terms: Vec<Term>,
    now: Timestamp,
}

impl Filter {
    /// Reads a filter. The empty one lets everything through.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        Ok(Self {
            text: text.to_owned(),
            terms: parse::terms(text)?,
            now: Timestamp(0),
        })
    }

    /// The same filter, judged at an instant: needed by terms such as `stale:14d` and `date:this-week`.
    pub fn at(mut self, now: Timestamp) -> Self {
        self.now = now;
        self
    }

    /// Whether it lets everything through.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The filter as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Refuses terms that things of this kind cannot satisfy.
    pub fn check_kind(&self, kind: EntityKind) -> Result<(), FilterError> {
        for term in &self.terms {
            if !term.test.applies_to(kind) {
                return Err(FilterError::new(
                    term.position,
                    format!("{} have no such field", kind.collection()),
                ));
            }
        }
        Ok(())
    }

    /// Whether a change of a thing of this kind (a renamed stage, say) may change what the filter lets through of others.
    pub fn depends_on(&self, kind: EntityKind) -> bool {
        self.terms.iter().any(|term| term.test.depends_on(kind))
    }

    /// Whether what it lets through changes as time passes, without any commit.
    pub fn reads_clock(&self) -> bool {
        self.terms.iter().any(|term| term.test.reads_clock())
    }

    /// Shows every term.
    fn each_term(&self, visit: &mut dyn FnMut(&Term)) {
        self.terms.iter().for_each(visit);
    }

    /// Whether it lets a thing through.
    pub fn matches(&self, state: &State, entity: &Entity) -> bool {
        self.terms
            .iter()
            .all(|term| evaluate::holds(&term.test, state, entity, self.now) != term.negated)
    }
}
