//! Several deals at once: which are selected, what is to be done with them, what became of it.

use std::collections::{BTreeSet, HashSet};

use crate::effect_request::Action;
use crate::model::Model;

/// Most deals selected at once: each is a commit of its own, and fewer than may wait for the server.
pub const MAX_SELECTED: usize = 500;

/// What is selected on the board, and what goes on with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bulk {
    /// Selected one by one, or by a range that is settled.
    pub ids: BTreeSet<u64>,
    /// Where a range begins that goes to the cursor.
    pub range: Option<RangeStart>,
    /// What the person is being asked about.
    pub asked: Option<Plan>,
    /// What is under way.
    pub running: Option<Running>,
}

/// The card at which a range begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RangeStart {
    /// Its column; the range stays in it.
    pub stage_id: u64,
    /// It.
    pub id: u64,
}

/// An act, apart from the deals it is done to: for many at once, and to be done again to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Some stages on or back.
    Step {
        /// On rather than back.
        forward: bool,
        /// How many.
        steps: usize,
    },
    /// To a stage.
    Stage(u64),
    /// Lost.
    Lose {
        /// The LOST stage.
        stage_id: u64,
        /// Why; never empty.
        reason: String,
    },
    /// Off the board.
    Archive,
    /// Another owner, or none.
    Owner(Option<u64>),
    /// An activity: this one, of each deal.
    Log(Box<Action>),
}

impl Act {
    /// Where the words for it are: its question, and what is said when it is done.
    pub const fn keys(&self) -> (&'static str, &'static str) {
        match self {
            Self::Step { forward: true, .. } => ("bulk-ask-forward", "bulk-done-move"),
            Self::Step { .. } => ("bulk-ask-backward", "bulk-done-move"),
            Self::Stage(_) => ("bulk-ask-stage", "bulk-done-move"),
            Self::Lose { .. } => ("bulk-ask-lose", "bulk-done-lose"),
            Self::Archive => ("bulk-ask-archive", "bulk-done-archive"),
            Self::Owner(_) => ("bulk-ask-owner", "bulk-done-owner"),
            Self::Log(_) => ("bulk-ask-log", "bulk-done-log"),
        }
    }
}

/// An act on some deals, about to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What is done.
    pub act: Act,
    /// The deals, and what is asked of the server for each.
    pub actions: Vec<(u64, Action)>,
}

/// An act on some deals under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// What is done.
    pub act: Act,
    /// Of how many.
    pub total: usize,
    /// Requests that are not answered yet.
    pub waiting: HashSet<String>,
    /// What the server would not do.
    pub refused: Vec<Refused>,
}

impl Running {
    /// How many the server has answered.
    pub fn answered(&self) -> usize {
        self.total.saturating_sub(self.waiting.len())
    }
}

/// A deal of which something was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The deal.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Why, in the server's words.
    pub reason: String,
}

/// What was refused of an act on some deals, to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What was done.
    pub act: Act,
    /// To how many it was to be done.
    pub total: usize,
    /// What was refused.
    pub refused: Vec<Refused>,
    /// First deal shown.
    pub scroll: usize,
}

impl Model {
    /// Some deals are selected on the board, to be acted on together.
    pub fn has_selection(&self) -> bool {
        !self.bulk.ids.is_empty() || self.bulk.range.is_some()
    }

    /// The deal is one of those selected.
    pub fn is_in_selection(&self, id: u64) -> bool {
        self.bulk.ids.contains(&id)
            || self.bulk.range.is_some()
                && self.range().is_some_and(|(stage_id, from, to)| {
                    let board = &self.picture.board;
                    let here = board.card(id).is_some_and(|card| card.stage_id == stage_id);
                    here && board
                        .place(id)
                        .is_some_and(|place| (from..=to).contains(&place))
                })
    }

    /// Stage, first and last place of the range to the cursor.
    fn range(&self) -> Option<(u64, usize, usize)> {
        let RangeStart { stage_id, id } = self.bulk.range?;
        let board = &self.picture.board;
        let cursor = self.anchors.get(&stage_id)?.place;
        let here = board.card(id).is_some_and(|card| card.stage_id == stage_id);
        // The card went elsewhere: what is left is where the cursor is.
        let start = board.place(id).filter(|_| here).unwrap_or(cursor);
        Some((stage_id, start.min(cursor), start.max(cursor)))
    }

    /// The selected deals that are there, in the board's order: at most [`MAX_SELECTED`].
    pub fn selection(&self) -> Vec<u64> {
        let mut ids = self.bulk.ids.clone();
        if let Some((stage_id, from, to)) = self.range() {
            let range = self.picture.board.from(stage_id, from).take(to - from + 1);
            ids.extend(range.map(|card| card.id));
        }
        let board = &self.picture.board;
        let mut cards: Vec<_> = ids.iter().filter_map(|id| board.card(*id)).collect();
        let stages = self.stages();
        let column = |stage_id: u64| stages.iter().position(|stage| stage.id == stage_id);
        cards.sort_by_key(|card| (column(card.stage_id), board.place(card.id), card.id));
        cards
            .iter()
            .map(|card| card.id)
            .take(MAX_SELECTED)
            .collect()
    }
}
