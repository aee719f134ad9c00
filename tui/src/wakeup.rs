//! When the screen changes by itself.

use crate::follow_up::FOLLOW_UPS_US;
use crate::layer::Layer;
use crate::memory::REMEMBER_US;
use crate::model::{Model, SECOND_US, WHICH_KEY_US};
use crate::record::Micros;

impl Model {
    /// When the screen changes by itself next; none = never, and nothing needs to wake.
    pub fn next_wakeup(&self) -> Option<Micros> {
        let which_key = (!self.typed.keys.is_empty()).then(|| self.typed.since + WHICH_KEY_US);
        let which_key = which_key.filter(|at| *at > self.now);
        let notice = self.notices.iter().map(|notice| notice.until).min();
        let tint = self.tints.values().copied().min();
        // The age in the banner counts seconds, the ages on the cards and in the header minutes.
        let period = if self.link_is_down() {
            SECOND_US
        } else {
            60 * SECOND_US
        };
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
        [
            which_key, notice, tint, age, report, pulse, purse, frame, memory, draft, promised,
        ]
        .into_iter()
        .flatten()
        .min()
    }
}
