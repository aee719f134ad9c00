//! Cards by id, order per stage and totals, kept with every change and never counted again.

use std::collections::{BTreeMap, HashMap};

use crate::order::{Key, Order};
use crate::record::{Card, DAY_US, Stage, StageKind};

/// What open columns are sorted by. Won and lost ones always show the latest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Nearest expected contract date first.
    #[default]
    ContractDate,
    /// Largest amount first.
    Amount,
    /// Longest in the stage first.
    StageAge,
}

impl Sort {
    /// The next one, round and round.
    pub fn next(self) -> Self {
        match self {
            Self::ContractDate => Self::Amount,
            Self::Amount => Self::StageAge,
            Self::StageAge => Self::ContractDate,
        }
    }
}

/// Count and sums of some cards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// How many.
    pub count: usize,
    /// Sum of amounts, minor units.
    pub amount_minor: i128,
    /// Sum of amount × win probability, each rounded half up, minor units.
    pub weighted_minor: i128,
}

impl Total {
    fn add(&mut self, card: &Card, stage_bp: u32) {
        self.count += 1;
        self.amount_minor += i128::from(card.amount_minor);
        self.weighted_minor += weighted_minor(card, stage_bp);
    }

    fn subtract(&mut self, card: &Card, stage_bp: u32) {
        self.count = self.count.saturating_sub(1);
        self.amount_minor -= i128::from(card.amount_minor);
        self.weighted_minor -= weighted_minor(card, stage_bp);
    }

    /// Both together.
    pub fn plus(self, other: Total) -> Total {
        Total {
            count: self.count + other.count,
            amount_minor: self.amount_minor + other.amount_minor,
            weighted_minor: self.weighted_minor + other.weighted_minor,
        }
    }
}

/// Amount × win probability, rounded half up; the deal's own probability goes before its stage's.
pub fn weighted_minor(card: &Card, stage_bp: u32) -> i128 {
    let bp = i128::from(card.win_probability_bp.unwrap_or(stage_bp));
    (i128::from(card.amount_minor) * bp + 5_000).div_euclid(10_000)
}

/// One stage's cards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    kind: StageKind,
    win_probability_bp: u32,
    all: Order,
    all_total: Total,
    /// Only those that match, while a filter is on.
    matching: Option<(Order, Total)>,
}

impl Column {
    /// The cards to show, in order.
    pub fn order(&self) -> &Order {
        self.matching.as_ref().map_or(&self.all, |(order, _)| order)
    }

    /// Sums of the cards to show.
    pub fn total(&self) -> Total {
        self.matching
            .as_ref()
            .map_or(self.all_total, |(_, total)| *total)
    }

    /// Sums of all its cards, filtered or not.
    pub fn unfiltered_total(&self) -> Total {
        self.all_total
    }
}

/// The board.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Board {
    cards: HashMap<u64, Card>,
    columns: BTreeMap<u64, Column>,
    sort: Sort,
    filtered: bool,
}

/// An empty column, for stages that hold nothing yet.
static EMPTY: std::sync::LazyLock<Column> = std::sync::LazyLock::new(Column::default);

impl Board {
    /// A card.
    pub fn card(&self, id: u64) -> Option<&Card> {
        self.cards.get(&id)
    }

    /// All cards, in no order.
    pub fn cards(&self) -> impl Iterator<Item = &Card> {
        self.cards.values()
    }

    /// How many cards there are.
    pub fn len(&self) -> usize {
        self.cards.len()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.cards.is_empty()
    }

    /// A stage's cards.
    pub fn column(&self, stage_id: u64) -> &Column {
        self.columns.get(&stage_id).unwrap_or(&EMPTY)
    }

    /// What open columns are sorted by.
    pub fn sort(&self) -> Sort {
        self.sort
    }

    /// Where a card stands among those shown in its column; none when it is not shown.
    pub fn place(&self, id: u64) -> Option<usize> {
        let card = self.cards.get(&id)?;
        let column = self.columns.get(&card.stage_id)?;
        column.order().place(key(card, column.kind, self.sort)).ok()
    }

    /// The card shown at a place of a column.
    pub fn at(&self, stage_id: u64, place: usize) -> Option<&Card> {
        let key = self.column(stage_id).order().get(place)?;
        self.cards.get(&key.id)
    }

    /// The cards shown in a column from a place on.
    pub fn from(&self, stage_id: u64, place: usize) -> impl Iterator<Item = &Card> {
        self.column(stage_id)
            .order()
            .from(place)
            .filter_map(|key| self.cards.get(&key.id))
    }

    /// Takes what a stage means; sums its column again when that changed.
    pub fn put_stage(&mut self, stage: &Stage) {
        let column = self.columns.entry(stage.id).or_default();
        if column.kind == stage.kind && column.win_probability_bp == stage.win_probability_bp {
            return;
        }
        column.kind = stage.kind;
        column.win_probability_bp = stage.win_probability_bp;
        let sort = self.sort;
        rebuild(column, &self.cards, sort);
    }

    /// Adds a card or replaces it; `matches` says whether the filter shows it.
    pub fn put(&mut self, card: Card, matches: bool) {
        self.remove(card.id);
        if card.archived {
            return;
        }
        let column = self.columns.entry(card.stage_id).or_default();
        if self.filtered && column.matching.is_none() {
            column.matching = Some((Order::default(), Total::default()));
        }
        let key = key(&card, column.kind, self.sort);
        column.all.insert(key);
        column.all_total.add(&card, column.win_probability_bp);
        if let Some((order, total)) = &mut column.matching
            && matches
        {
            order.insert(key);
            total.add(&card, column.win_probability_bp);
        }
        self.cards.insert(card.id, card);
    }

    /// Takes a card out.
    pub fn remove(&mut self, id: u64) -> Option<Card> {
        let card = self.cards.remove(&id)?;
        if let Some(column) = self.columns.get_mut(&card.stage_id) {
            let key = key(&card, column.kind, self.sort);
            if column.all.remove(key) {
                column.all_total.subtract(&card, column.win_probability_bp);
            }
            if let Some((order, total)) = &mut column.matching
                && order.remove(key)
            {
                total.subtract(&card, column.win_probability_bp);
            }
        }
        Some(card)
    }

    /// Shows only what matches, until [`Board::clear_filter`].
    pub fn set_filter(&mut self, matches: impl Fn(&Card) -> bool) {
        self.filtered = true;
        let mut keys: BTreeMap<u64, (Vec<Key>, Total)> = BTreeMap::new();
        for card in self.cards.values().filter(|card| matches(card)) {
            let Some(column) = self.columns.get(&card.stage_id) else {
                continue;
            };
            let (keys, total) = keys.entry(card.stage_id).or_default();
            keys.push(key(card, column.kind, self.sort));
            total.add(card, column.win_probability_bp);
        }
        for (stage_id, column) in &mut self.columns {
            let (keys, total) = keys.remove(stage_id).unwrap_or_default();
            column.matching = Some((Order::from_keys(keys), total));
        }
    }

    /// Shows everything again.
    pub fn clear_filter(&mut self) {
        self.filtered = false;
        for column in self.columns.values_mut() {
            column.matching = None;
        }
    }

    /// True while a filter is on.
    pub fn is_filtered(&self) -> bool {
        self.filtered
    }

    /// Sorts open columns by something else. A filter must be set again afterwards.
    pub fn set_sort(&mut self, sort: Sort) {
        self.sort = sort;
        self.filtered = false;
        for (stage_id, column) in &mut self.columns {
            column.matching = None;
            let keys = self
                .cards
                .values()
                .filter(|card| card.stage_id == *stage_id)
                .map(|card| key(card, column.kind, sort))
                .collect();
            column.all = Order::from_keys(keys);
        }
    }
}

/// Sorts and sums one column again from its own cards.
fn rebuild(column: &mut Column, cards: &HashMap<u64, Card>, sort: Sort) {
    let bp = column.win_probability_bp;
    let again = |order: &Order| {
        let mut total = Total::default();
        let mut keys = Vec::with_capacity(order.len());
        for card in order.from(0).filter_map(|key| cards.get(&key.id)) {
            keys.push(key(card, column.kind, sort));
            total.add(card, bp);
        }
        (Order::from_keys(keys), total)
    };
    let (all, all_total) = again(&column.all);
    let matching = column.matching.as_ref().map(|(order, _)| again(order));
    column.all = all;
    column.all_total = all_total;
    column.matching = matching;
}

fn key(card: &Card, kind: StageKind, sort: Sort) -> Key {
    let rank = match (kind, sort) {
        (StageKind::Won | StageKind::Lost, _) => card.stage_entered_us.saturating_neg(),
        (StageKind::Open, Sort::Amount) => card.amount_minor.saturating_neg(),
        // The present visit's start moved back by earlier visits: older clock, smaller number, higher up.
        (StageKind::Open, Sort::StageAge) => card
            .stage_entered_us
            .saturating_sub(card.stage_clock_before_us),
        (StageKind::Open, Sort::ContractDate) => card.contract_date.map_or(i64::MAX, |date| {
            let days = date
                .since(jiff::civil::Date::ZERO)
                .map_or(0, |span| i64::from(span.get_days()));
            days.saturating_mul(DAY_US / 1_000_000)
        }),
    };
    Key { rank, id: card.id }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stage(id: u64, bp: u32, kind: StageKind) -> Stage {
        Stage {
            id,
            win_probability_bp: bp,
            kind,
            ..Stage::default()
        }
    }

    fn card(id: u64, stage_id: u64, amount_minor: i64) -> Card {
        Card {
            id,
            stage_id,
            amount_minor,
            ..Card::default()
        }
    }

    #[test]
    fn open_columns_show_the_nearest_contract_date_first_and_won_ones_the_latest_win() {
        let mut board = Board::default();
        board.put_stage(&stage(1, 1_000, StageKind::Open));
        board.put_stage(&stage(2, 10_000, StageKind::Won));
        for (id, day) in [(1, 9), (2, 3), (3, 6)] {
            let mut open = card(id, 1, 100);
            open.contract_date = Some(jiff::civil::date(2026, 3, day));
            board.put(open, true);
            let mut won = card(10 + id, 2, 100);
            won.stage_entered_us = i64::from(day);
            board.put(won, true);
        }
        board.put(card(4, 1, 100), true);
        let ids = |stage_id| {
            board
                .from(stage_id, 0)
                .map(|card| card.id)
                .collect::<Vec<_>>()
        };
        assert_eq!(ids(1), [2, 3, 1, 4], "a deal without a date stands last");
        assert_eq!(ids(2), [11, 13, 12]);
    }

    #[test]
    fn an_archived_card_leaves_the_board() {
        let mut board = Board::default();
        board.put(card(1, 1, 5), true);
        board.put(
            Card {
                archived: true,
                ..card(1, 1, 5)
            },
            true,
        );
        assert!(board.is_empty());
        assert_eq!(board.column(1).total(), Total::default());
    }

    #[test]
    fn a_changed_win_probability_weighs_the_column_anew() {
        let mut board = Board::default();
        board.put_stage(&stage(1, 1_000, StageKind::Open));
        board.put(card(1, 1, 1_005), true);
        assert_eq!(
            board.column(1).total().weighted_minor,
            101,
            "100.5 is rounded half up"
        );
        board.put_stage(&stage(1, 5_000, StageKind::Open));
        assert_eq!(board.column(1).total().weighted_minor, 503);
    }

    proptest! {
        /// Totals equal the sums over the cards, and every shown card is found at its place, whatever happened before.
        #[test]
        fn totals_are_the_sums_of_the_cards(
            steps in proptest::collection::vec((0_u8..6, 0_u64..40, 1_u64..5, 0_i64..10_000), 0..200)
        ) {
            let mut board = Board::default();
            let even = |card: &Card| card.amount_minor % 2 == 0;
            for (what, id, stage_id, amount) in steps {
                match what {
                    0 => { board.remove(id); }
                    1 => board.set_filter(even),
                    2 => board.clear_filter(),
                    3 => board.put_stage(&stage(stage_id, amount as u32, StageKind::Open)),
                    4 => board.set_sort(board.sort().next()),
                    _ => { let card = card(id, stage_id, amount); let matches = even(&card); board.put(card, matches); }
                }
                for stage_id in 1..5 {
                    let column = board.column(stage_id);
                    let bp = column.win_probability_bp;
                    let mut total = Total::default();
                    for card in board.cards().filter(|card| card.stage_id == stage_id && (!board.is_filtered() || even(card))) {
                        total.add(card, bp);
                        prop_assert!(board.place(card.id).is_some());
                    }
                    prop_assert_eq!(column.total(), total);
                    prop_assert_eq!(column.order().len(), total.count);
                }
            }
        }
    }
}
