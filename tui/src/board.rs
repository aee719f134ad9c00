//! Cards by id, order per stage and totals, kept with every change and never counted again.

use std::collections::{BTreeMap, HashMap};

use crate::name_text::NameText;
use crate::order::{Key, Order};
use crate::record::{Card, DAY_US, Level, Stage, StageKind};

/// What open columns are sorted by, below what is stalled or soon will be. Won and lost ones always show the latest first.
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
    /// How many of them are stalled, the critical ones among them.
    pub stalled_count: usize,
    /// Sum of the amounts of those, minor units.
    pub stalled_minor: i128,
}

impl Total {
    fn add(&mut self, worth: Worth, stage_bp: u32) {
        self.count += 1;
        self.amount_minor += i128::from(worth.amount_minor);
        self.weighted_minor += worth.weighted_minor(stage_bp);
        if worth.stalled {
            self.stalled_count += 1;
            self.stalled_minor += i128::from(worth.amount_minor);
        }
    }

    fn subtract(&mut self, worth: Worth, stage_bp: u32) {
        self.count = self.count.saturating_sub(1);
        self.amount_minor -= i128::from(worth.amount_minor);
        self.weighted_minor -= worth.weighted_minor(stage_bp);
        if worth.stalled {
            self.stalled_count = self.stalled_count.saturating_sub(1);
            self.stalled_minor -= i128::from(worth.amount_minor);
        }
    }

    /// Both together.
    pub fn plus(self, other: Total) -> Total {
        Total {
            count: self.count + other.count,
            amount_minor: self.amount_minor + other.amount_minor,
            weighted_minor: self.weighted_minor + other.weighted_minor,
            stalled_count: self.stalled_count + other.stalled_count,
            stalled_minor: self.stalled_minor + other.stalled_minor,
        }
    }
}

/// What a card brings to a sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Worth {
    amount_minor: i64,
    win_probability_bp: Option<u32>,
    stalled: bool,
}

impl Worth {
    fn of(card: &Card) -> Self {
        Self {
            amount_minor: card.amount_minor,
            win_probability_bp: card.win_probability_bp,
            stalled: card.level.is_stalled(),
        }
    }

    /// Amount × win probability, rounded half up; the deal's own probability goes before its stage's.
    fn weighted_minor(self, stage_bp: u32) -> i128 {
        let bp = self.win_probability_bp.unwrap_or(stage_bp);
        // Dividing 128 bits takes ten times as long; few deals are large enough to need it.
        let exact = self.amount_minor.checked_mul(i64::from(bp));
        match exact.and_then(|exact| exact.checked_add(5_000)) {
            Some(exact) => exact.div_euclid(10_000).into(),
            None => (i128::from(self.amount_minor) * i128::from(bp) + 5_000).div_euclid(10_000),
        }
    }
}

/// Amount × win probability, rounded half up; the deal's own probability goes before its stage's.
pub fn weighted_minor(card: &Card, stage_bp: u32) -> i128 {
    Worth::of(card).weighted_minor(stage_bp)
}

/// A card at its slot, and beside it what a filter asks of every card: kept together, a hundred thousand are walked in no time.
#[derive(Clone, Debug, Default)]
struct Slot {
    card: Option<Box<Card>>,
    facts: Facts,
    worth: Worth,
}

/// What a filter asks of every card, without looking at the card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Bit n is set when the card's name contains the filter's n-th word.
    pub words_found: u32,
    /// Its customer.
    pub customer_id: Option<u64>,
    /// Its owner.
    pub owner_id: Option<u64>,
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
#[derive(Clone, Debug, Default)]
pub struct Board {
    /// Which slot a card is in.
    places: HashMap<u64, u32>,
    slots: Vec<Slot>,
    free: Vec<u32>,
    names: NameText,
    columns: BTreeMap<u64, Column>,
    sort: Sort,
    filtered: bool,
}

impl PartialEq for Board {
    /// Equal when the same is to be seen: slots do not matter.
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self.cards().all(|card| other.card(card.id) == Some(card))
            && self.columns == other.columns
            && (self.sort, self.filtered) == (other.sort, other.filtered)
    }
}

impl Eq for Board {}

/// An empty column, for stages that hold nothing yet.
static EMPTY: std::sync::LazyLock<Column> = std::sync::LazyLock::new(Column::default);

impl Board {
    /// A card.
    pub fn card(&self, id: u64) -> Option<&Card> {
        self.at_slot(*self.places.get(&id)?)
    }

    fn at_slot(&self, slot: u32) -> Option<&Card> {
        self.slots.get(slot as usize)?.card.as_deref()
    }

    /// All cards, in no order.
    pub fn cards(&self) -> impl Iterator<Item = &Card> {
        self.slots.iter().filter_map(|slot| slot.card.as_deref())
    }

    /// How many cards there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
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
        let slot = *self.places.get(&id)?;
        let card = self.at_slot(slot)?;
        let column = self.columns.get(&card.stage_id)?;
        let key = key(card, slot, column.kind, self.sort);
        column.order().place(key).ok()
    }

    /// The card shown at a place of a column.
    pub fn at(&self, stage_id: u64, place: usize) -> Option<&Card> {
        let key = self.column(stage_id).order().get(place)?;
        self.at_slot(key.slot)
    }

    /// The cards shown in a column from a place on.
    pub fn from(&self, stage_id: u64, place: usize) -> impl Iterator<Item = &Card> {
        self.column(stage_id)
            .order()
            .from(place)
            .filter_map(|key| self.at_slot(key.slot))
    }

    /// All cards of a column from a place on, whatever the filter.
    pub fn all_from(&self, stage_id: u64, place: usize) -> impl Iterator<Item = &Card> {
        let column = self.column(stage_id);
        let keys = column.all.from(place);
        keys.filter_map(|key| self.at_slot(key.slot))
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
        rebuild(column, &self.slots, sort);
    }

    /// Adds a card or replaces it; `matches` says whether the filter shows it.
    pub fn put(&mut self, card: Card, matches: bool) {
        let before = self.take_out(card.id);
        if card.archived {
            self.forget(card.id);
            return;
        }
        let slot = self.slot_for(&card);
        if before.is_none_or(|before| before.name != card.name) {
            self.names.put(slot, &card.name);
        }
        let column = self.columns.entry(card.stage_id).or_default();
        if self.filtered && column.matching.is_none() {
            column.matching = Some((Order::default(), Total::default()));
        }
        let key = key(&card, slot, column.kind, self.sort);
        let worth = Worth::of(&card);
        column.all.insert(key);
        column.all_total.add(worth, column.win_probability_bp);
        if let Some((order, total)) = &mut column.matching
            && matches
        {
            order.insert(key);
            total.add(worth, column.win_probability_bp);
        }
        self.slots[slot as usize] = Slot {
            facts: Facts {
                words_found: 0,
                customer_id: card.customer_id,
                owner_id: card.owner_id,
            },
            worth,
            card: Some(Box::new(card)),
        };
    }

    /// Takes a card out.
    pub fn remove(&mut self, id: u64) -> Option<Card> {
        let card = self.take_out(id);
        self.forget(id);
        card
    }

    /// The slot a card has, or a free one.
    fn slot_for(&mut self, card: &Card) -> u32 {
        if let Some(slot) = self.places.get(&card.id) {
            return *slot;
        }
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot::default());
            u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX)
        });
        self.places.insert(card.id, slot);
        slot
    }

    /// Takes a card out of its slot, its column and the sums; the slot stays its own.
    fn take_out(&mut self, id: u64) -> Option<Card> {
        let slot = *self.places.get(&id)?;
        let card = self.slots.get_mut(slot as usize)?.card.take()?;
        if let Some(column) = self.columns.get_mut(&card.stage_id) {
            let key = key(&card, slot, column.kind, self.sort);
            let worth = Worth::of(&card);
            if column.all.remove(key) {
                column.all_total.subtract(worth, column.win_probability_bp);
            }
            if let Some((order, total)) = &mut column.matching
                && order.remove(key)
            {
                total.subtract(worth, column.win_probability_bp);
            }
        }
        Some(*card)
    }

    /// Gives the slot of a card that has been taken out to others.
    fn forget(&mut self, id: u64) {
        if let Some(slot) = self.places.remove(&id) {
            self.names.remove(slot);
            self.free.push(slot);
        }
    }

    /// Shows only what matches, until [`Board::clear_filter`]. Names that contain one of the folded `words` are found for all cards
    /// at once; `matches` is then asked card by card, in the order of the columns, which so need no sorting.
    pub fn set_filter(&mut self, words: &[&str], matches: impl Fn(&Facts, &Card) -> bool) {
        self.filtered = true;
        for slot in &mut self.slots {
            slot.facts.words_found = 0;
        }
        for (bit, word) in words.iter().enumerate() {
            let slots = &mut self.slots;
            self.names.find(word, |slot| {
                if let Some(slot) = slots.get_mut(slot as usize) {
                    slot.facts.words_found |= 1 << bit;
                }
            });
        }
        let mut keys = Vec::new();
        for column in self.columns.values_mut() {
            keys.clear();
            let mut total = Total::default();
            for key in column.all.from(0) {
                let Some(slot) = self.slots.get(key.slot as usize) else {
                    continue;
                };
                if slot
                    .card
                    .as_deref()
                    .is_some_and(|card| matches(&slot.facts, card))
                {
                    keys.push(key);
                    total.add(slot.worth, column.win_probability_bp);
                }
            }
            column.matching = Some((Order::from_sorted(&keys), total));
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
        for column in self.columns.values_mut() {
            column.matching = None;
            let keys = sorted_by(&column.all, &self.slots, column.kind, sort);
            column.all = Order::from_keys(keys);
        }
    }
}

/// The keys of the same cards under another order.
fn sorted_by(order: &Order, slots: &[Slot], kind: StageKind, sort: Sort) -> Vec<Key> {
    let mut keys = Vec::with_capacity(order.len());
    for old in order.from(0) {
        if let Some(card) = slots
            .get(old.slot as usize)
            .and_then(|slot| slot.card.as_deref())
        {
            keys.push(key(card, old.slot, kind, sort));
        }
    }
    keys
}

/// Sorts and sums one column again from its own cards.
fn rebuild(column: &mut Column, slots: &[Slot], sort: Sort) {
    let bp = column.win_probability_bp;
    let again = |order: &Order| {
        let keys = sorted_by(order, slots, column.kind, sort);
        let mut total = Total::default();
        for key in &keys {
            total.add(slots[key.slot as usize].worth, bp);
        }
        (Order::from_keys(keys), total)
    };
    let (all, all_total) = again(&column.all);
    let matching = column.matching.as_ref().map(|(order, _)| again(order));
    column.all = all;
    column.all_total = all_total;
    column.matching = matching;
}

fn key(card: &Card, slot: u32, kind: StageKind, sort: Sort) -> Key {
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
    // What needs a person most stands highest, whatever else is sorted by.
    let calm = match card.level {
        _ if kind != StageKind::Open => 0,
        Level::Critical => 0,
        Level::Stalled => 1,
        Level::Approaching => 2,
        Level::Moving => 3,
    };
    Key {
        calm,
        rank,
        id: card.id,
        slot,
    }
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
                    1 => board.set_filter(&[], |_, card| even(card)),
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
                        total.add(Worth::of(card), bp);
                        prop_assert!(board.place(card.id).is_some());
                    }
                    prop_assert_eq!(column.total(), total);
                    prop_assert_eq!(column.order().len(), total.count);
                }
            }
        }
    }
}
