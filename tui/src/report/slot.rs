//! One answer for each place on the screen: the newest question decides, older answers are dropped.

use std::collections::BTreeMap;

use super::{Answer, Ask, Place};
use crate::message::Refusal;
use crate::record::{Micros, SECOND_US};

/// A visible report is read again at most this often, however many commits arrive.
pub const RELOAD_US: Micros = SECOND_US / 2;
/// A visible report is read again after this long even when nothing was committed: pace and stagnation go on by themselves.
pub const REFRESH_US: Micros = 60 * SECOND_US;
/// How long typing must pause before a search is sent.
pub const SEARCH_DELAY_US: Micros = 150_000;

/// What is known at one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    /// What is wanted there.
    pub ask: Ask,
    /// What came last; it may answer an earlier question, see [`Slot::is_current`].
    pub answer: Option<Answer>,
    /// When it came.
    pub read_at: Micros,
    /// Why the last question was not answered.
    pub problem: Option<Refusal>,
    /// The question that `answer` answers.
    answered: Option<Ask>,
    /// Number of the newest question sent; 0 before the first.
    number: u64,
    /// When it was sent.
    sent: Micros,
    /// The question whose answer is still to come.
    under_way: Option<Ask>,
    /// Something was committed while it was waited for.
    again: bool,
    /// When to ask; none = not before something happens.
    due: Option<Micros>,
}

impl Slot {
    fn new(ask: Ask, due: Micros) -> Self {
        Self {
            ask,
            answer: None,
            read_at: 0,
            problem: None,
            answered: None,
            number: 0,
            sent: Micros::MIN / 2,
            under_way: None,
            again: false,
            due: Some(due),
        }
    }

    /// The answer is to what is asked now, not to what was asked before.
    pub fn is_current(&self) -> bool {
        self.answered.as_ref() == Some(&self.ask)
    }
}

/// All places.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reports {
    slots: BTreeMap<Place, Slot>,
    /// Places the screen shows now.
    visible: Vec<Place>,
    /// Questions asked so far.
    asked: u64,
}

/// A question about to be sent, with the number its answer will carry.
pub type Numbered = (u64, Ask);

impl Reports {
    /// What is known at a place.
    pub fn slot(&self, place: Place) -> Option<&Slot> {
        self.slots.get(&place)
    }

    /// Says what the screen shows now; gives what must be sent at once.
    pub fn want(&mut self, asks: Vec<Ask>, now: Micros) -> Vec<Numbered> {
        let before = std::mem::take(&mut self.visible);
        for ask in asks {
            let place = ask.place();
            let due = now + ask.delay();
            self.visible.push(place);
            match self.slots.get_mut(&place) {
                Some(slot) if slot.ask == ask => {
                    // Shown again: what was committed meanwhile is not in it.
                    if !before.contains(&place) && slot.under_way.is_none() {
                        slot.due = Some(due.max(slot.sent + RELOAD_US));
                    }
                }
                Some(slot) => {
                    slot.ask = ask;
                    slot.problem = None;
                    slot.due = Some(due);
                }
                None => {
                    self.slots.insert(place, Slot::new(ask, due));
                }
            }
        }
        self.due(now)
    }

    /// What is visible and must be sent now.
    pub fn due(&mut self, now: Micros) -> Vec<Numbered> {
        let mut sent = Vec::new();
        for place in &self.visible {
            let Some(slot) = self.slots.get_mut(place) else {
                continue;
            };
            if slot.due.is_some_and(|due| due <= now) {
                self.asked += 1;
                slot.number = self.asked;
                slot.sent = now;
                slot.under_way = Some(slot.ask.clone());
                slot.again = false;
                slot.due = None;
                sent.push((slot.number, slot.ask.clone()));
            }
        }
        sent
    }

    /// Something was committed, or the link came back: what is visible is read again, but not more often than [`RELOAD_US`].
    pub fn touch(&mut self, now: Micros) {
        for place in &self.visible {
            if let Some(slot) = self.slots.get_mut(place).filter(|slot| slot.ask.is_live()) {
                if slot.under_way.is_some() {
                    slot.again = true;
                } else {
                    let at = now.max(slot.sent + RELOAD_US);
                    slot.due = Some(slot.due.map_or(at, |due| due.min(at)));
                }
            }
        }
    }

    /// The person wants everything visible read again, now.
    pub fn retry(&mut self, now: Micros) {
        for place in &self.visible {
            if let Some(slot) = self.slots.get_mut(place) {
                slot.due = Some(now);
            }
        }
    }

    /// Takes an answer; false when it answers a question that is no longer the newest.
    pub fn take(&mut self, number: u64, result: Result<Answer, Refusal>, now: Micros) -> bool {
        let Some(slot) = self.slots.values_mut().find(|slot| slot.number == number) else {
            return false;
        };
        let Some(answered) = slot.under_way.take() else {
            return false;
        };
        // The question may have changed while this one was under way; then the newer one is due already.
        if slot.due.is_none() {
            slot.due = Some(if slot.again {
                now.max(slot.sent + RELOAD_US)
            } else {
                now + REFRESH_US
            });
        }
        match result {
            Ok(answer) => {
                slot.answer = Some(answer);
                slot.answered = Some(answered);
                slot.read_at = now;
                slot.problem = None;
            }
            Err(refusal) => {
                if !slot.is_current() {
                    slot.answer = None;
                }
                slot.problem = Some(refusal);
            }
        }
        true
    }

    /// When something visible must be asked again by itself.
    pub fn next_wakeup(&self) -> Option<Micros> {
        let due = |place| self.slots.get(place).and_then(|slot| slot.due);
        self.visible.iter().filter_map(due).min()
    }

    /// Nothing here belongs to the server now spoken to.
    pub fn forget(&mut self) {
        self.slots.clear();
        self.visible.clear();
    }
}
