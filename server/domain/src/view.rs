//! The one evaluator of filters and orders, for lists and watches alike.
//!
//! A filter is terms between spaces. How they hang together, from what binds closest:
//!
//! | written | holds when |
//! |---|---|
//! | `(a b)` | what is between the parentheses holds; at most 16 inside each other |
//! | `!a` `not a` | a does not hold |
//! | `a b` `a and b` | both hold |
//! | `a or b` | either holds: `a b or c` is `(a b) or c` |
//!
//! `and`, `or` and `not`, in any letter case, are these operators whenever they stand alone between spaces; to look for such
//! a word put it in quotes: `"or"`. Parentheses within a word belong to it, `acme(us)`; a parenthesis at its beginning groups.
//! A filter has at most 1,000 characters and 32 terms. `（）！：＝＞＜≥≤` are read as their plain forms.
//!
//! | term | holds for |
//! |---|---|
//! | `acme` | a name (of an opportunity also its customer's and its owner's) that contains it |
//! | `~acm` | a name (of an opportunity also its customer's) that has its letters in this order (fuzzy) |
//! | `"acme corp"` | a name that contains these words, the space included |
//! | `owner:kim` `owner=kim` | a field that contains it; also ids: `owner:M-3`, `owner:members/3` |
//! | `owner:"Kim Lee"` | a field that is exactly this |
//! | `name:ac*` | a field that begins with it |
//! | `name~acm` | a field that has these letters in this order |
//! | `owner:none` | a field that is empty; also of dates and numbers |
//! | `stage:2` | the second stage in use of its pipeline |
//! | `>1m` `<=500k` `1m..2m` `..2m` `amount>=120万` | an amount, in units of the currency; a range includes both ends |
//! | `date:2026-Q1` `date<2026-03-01` `date:this-week` `date:2026-01-01..` | a day in a cycle; the end of a range is not included |
//! | `status:open` `archived:false` | `open`, `won`, `lost`; `true`, `yes`, `false`, `no` |
//!
//! Letter case, width and runs of spaces make no difference. What is archived is not hidden unless a term says so.
//!
//! The fields of each kind (◷ = reads the clock or things that no commit announces: for lists, not for watches):
//!
//! | kind | texts | numbers | days | yes or no |
//! |---|---|---|---|---|
//! | opportunities | id name external_id pipeline stage high_water owner team customer customer.industry customer.region contact collaborator competitor source grade note loss_reason, status (= stage_kind), level | amount weighted probability (in percent) moves push_count ◷stale (days, as fractions) ◷days (whole days in its stage) ◷over ◷left (whole days past, until the end of the stage's period) ◷idle (whole days since the last activity) | date (of the contract) created closed entered ◷last_activity | archived ◷stalled |
//! | customers | id name external_id industry region website phone note owner team | ◷idle | created ◷last_activity | |
//! | contacts | id name customer customer.industry customer.region title phone email role stance ◷reports_to | | created | |
//! | activities | id kind purpose note customer customer.industry customer.region contact opportunity member team | | occurred follow_up created | |
//! | members | id name external_id team email role unix_user | | created | active |
//! | teams | id name external_id manager ◷parent | | created | |
//! | pipelines | id name stage | | created | retired skipping |
//! | alerts | id opportunity stage recipient state reason, level | | created | |
//! | notices | id recipient kind subject (an id) | | created | read |
//! | goals | id team member subject (an id) metric measure | target (a count, or minor units) | created | archived locked |
//! | schemes | id name system state | | created | |
//! | rewards | id member team scheme system state opportunity customer giver approver | | created | |
//! | packets | id reward scheme giver receiver state | | created | |
//! | payouts | id state | | created | |
//! | badges | id member team kind giver opportunity | | created | |
//! | savedViews | id name owner collection | | created | shared |
//!
//! `team` is the owner's team and every team above it: `team:east` lets through what is owned in East and below. `level`
//! is the level of stagnation as the last tick left it (`flowing`, `approaching`, `stalled`, `critical`; `level>=stalled`):
//! a watch can use it, because a commit announces it. `stalled:true` asks the clock instead.

mod computed;
mod evaluate;
mod group;
mod incentive;
mod missing;
mod nearest;
mod order;
mod parse;
mod ready;
mod term;
mod tree;

use std::fmt;

pub use group::{GroupBy, GroupField};
pub(crate) use nearest::distance;
pub use order::{OrderBy, SortKeys};
pub use ready::Ready;

use crate::entity::{Entity, EntityKind};
use crate::rejection::{Reason, Rejection};
use crate::state::State;
use crate::time::Timestamp;
use term::field_names;
use tree::Node;

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

/// A filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    text: String,
    root: Node,
    now: Timestamp,
}

impl Filter {
    /// Reads a filter. The empty one lets everything through.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        Ok(Self {
            text: text.to_owned(),
            root: tree::read(text)?,
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
        matches!(&self.root, Node::All(nodes) if nodes.is_empty())
    }

    /// The filter as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Refuses terms that things of this kind cannot satisfy.
    pub fn check_kind(&self, kind: EntityKind) -> Result<(), FilterError> {
        let mut error = None;
        self.root.each_term(&mut |term| {
            if error.is_none() && !term.test.applies_to(kind) {
                let name = term.text.trim_start_matches('~');
                let name = name.split([':', '=', '<', '>', '~']).next().unwrap_or(name);
                let fields: Vec<&str> = field_names(Some(kind)).collect();
                let problem = format!(
                    "{} have no such field{}; they have: {}",
                    kind.collection(),
                    nearest::of_suffix(name, &fields),
                    fields.join(", ")
                );
                error = Some(FilterError::new(term.position, problem));
            }
        });
        error.map_or(Ok(()), Err)
    }

    /// Whether a change of a thing of this kind (a renamed stage, say) may change what the filter lets through of others.
    pub fn depends_on(&self, kind: EntityKind) -> bool {
        self.root.has_term(&|term| term.test.depends_on(kind))
    }

    /// Whether what it lets through changes as time passes, without any commit.
    pub fn reads_clock(&self) -> bool {
        self.root.has_term(&|term| term.test.reads_clock())
    }

    /// Whether every change of what it lets through is announced by a commit that a watch of one kind is told of. Not so
    /// for what reads the clock, the activities of an opportunity, or another thing of the same kind.
    pub fn is_watchable(&self) -> bool {
        let untold = self.root.has_term(&|term| term.test.reads_untold());
        !untold && !self.reads_clock()
    }

    /// Whether another filter asks the same, however it is spelled.
    pub fn asks_the_same(&self, other: &Self) -> bool {
        self.root == other.root
    }

    /// Whether it lets a thing through.
    pub fn matches(&self, state: &State, entity: &Entity) -> bool {
        self.root
            .holds(&|term| evaluate::holds(&term.test, state, entity, self.now))
    }
}

/// Writes the filter in its plainest form; reading that gives the same filter.
impl fmt::Display for Filter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.fmt(formatter)
    }
}
