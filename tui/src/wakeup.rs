//! When the screen changes by itself.

use crate::follow_up::FOLLOW_UPS_US;
use crate::layer::Layer;
use crate::live::SILENCE_US;
use crate::memory::REMEMBER_US;
use crate::model::{Model, SECOND_US, WHICH_KEY_US};
use crate::record::Micros;

impl Model {
    /// How often the ages on the screen change: those on the cards and in the header by the minute, by the second the one in the banner
    /// and, where it may move, the one of the wall board.
    pub fn age_period_us(&self) -> Micros {
        let silent = self.data_age_us().is_some_and(|age| age >= SILENCE_US);
        let of_wall = self.wall.is_some() && (silent || !self.reduced_motion);
        if self.link_is_down() || of_wall {
            SECOND_US
        } else {
            60 * SECOND_US
        }
    }

    /// When the screen changes by itself next; none = never, and nothing needs to wake.
    pub fn next_wakeup(&self) -> Option<Micros> {
        let which_key = (!self.typed.keys.is_empty()).then(|| self.typed.since + WHICH_KEY_US);
        let which_key = which_key.filter(|at| *at > self.now);
        let notice = self.notices.iter().map(|notice| notice.until).min();
        let tint = self.tints.values().copied().min();
        let period = self.age_period_us();
        let age = (self.loaded || self.link_is_down())
            .then(|| (self.now.div_euclid(period) + 1) * period);
        let report = self.reports.next_wakeup();
        let pulse = self.purse.pulse.map(|pulse| pulse.until);
        let frame = self.layers.iter().find_map(|layer| match layer {
            Layer::Unfolding(unfolding) => unfolding.next_frame(self.now),
            _ => None,
        });
        let purse = self.purse.due().filter(|at| *at > self.now);
        let memory = (self.mind.unwritten).then(|| self.mind.written + REMEMBER_US);
        let memory = memory.filter(|at| *at > self.now);
        let promised = self.follow_ups.stale.then(|| {
            let asked = self.follow_ups.asked_us.unwrap_or(self.now);
            (asked + FOLLOW_UPS_US).max(self.now + 1)
        });
        let promised = promised.filter(|_| self.loaded && self.me.is_some());
        let draft = self.drafts.due().map(|at| at.max(self.now + 1));
        let trend = self.live.next_wakeup();
        let turn = self.wall.as_ref().and_then(|wall| wall.next_turn());
        [
            which_key, notice, tint, age, report, pulse, purse, frame, memory, draft, promised,
            trend, turn,
        ]
        .into_iter()
        .flatten()
        .min()
    }
}
