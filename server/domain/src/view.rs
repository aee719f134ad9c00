//! The one evaluator of filters and orders, for lists and watches alike.

use std::cmp::Ordering;
use std::fmt;

use crate::entity::{Entity, EntityKind};
use crate::rejection::{Reason, Rejection};
use crate::state::State;
use crate::time::Timestamp;

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
    /// The same as a rejection of a request's field (`filter`, `order_by`).
    pub fn into_rejection(self, field: &str) -> Rejection {
        Rejection::new(Reason::InvalidFilter, field, self.to_string())
    }
}

/// A filter: terms that must all hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    text: String,
    now: Timestamp,
}

impl Filter {
    /// Reads a filter. The empty one lets everything through.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        Ok(Self {
            text: text.to_owned(),
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
        self.text.is_empty()
    }

    /// The filter as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Refuses terms that things of this kind cannot satisfy.
    pub fn check_kind(&self, kind: EntityKind) -> Result<(), FilterError> {
        let _ = kind;
        Ok(())
    }

    /// Whether a change of a thing of this kind (a renamed stage, say) may change what the filter lets through of others.
    pub fn depends_on(&self, kind: EntityKind) -> bool {
        let _ = kind;
        false
    }

    /// Whether it lets a thing through.
    pub fn matches(&self, state: &State, entity: &Entity) -> bool {
        let _ = (state, entity);
        true
    }
}

/// An order of a list; always total, because it ends in the id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderBy {
    text: String,
}

impl OrderBy {
    /// Reads an order: fields separated by commas, each with `asc` or `desc` if wanted. Empty = by id.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        Ok(Self {
            text: text.to_owned(),
        })
    }

    /// Whether it is the order of ids, in which pages are cheapest.
    pub fn is_by_id(&self) -> bool {
        self.text.is_empty()
    }

    /// Refuses fields that things of this kind do not have.
    pub fn check_kind(&self, kind: EntityKind) -> Result<(), FilterError> {
        let _ = kind;
        Ok(())
    }

    /// Which of two things of one kind comes first.
    pub fn compare(&self, state: &State, left: &Entity, right: &Entity) -> Ordering {
        let _ = state;
        left.key().cmp(&right.key())
    }
}
