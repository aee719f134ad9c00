//! Notices when the terminal takes bytes so slowly that frames wait for it, and when that is over.

use crate::model::{Micros, SECOND_US};

/// A frame that took so long waited for the terminal.
const SLOW_FRAME_US: Micros = 150_000;
/// One that took so long says it alone.
const VERY_SLOW_FRAME_US: Micros = SECOND_US;
/// So many slow ones, one after the other, are no accident.
const SLOW_FRAMES: u8 = 2;
/// So long without a slow frame, the link is quick again: small frames tell nothing, as they fit where they wait.
const QUICK_AGAIN_US: Micros = 300 * SECOND_US;

/// What is known of the link.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Drain {
    /// Slow frames, one after the other.
    slow_frames: u8,
    /// When the last one was; none = the link is quick.
    slow_since: Option<Micros>,
}

impl Drain {
    /// A frame was written; says what is new about the link: slow, or quick again.
    pub(super) fn drawn(&mut self, began: Micros, ended: Micros) -> Option<bool> {
        let took = ended - began;
        if took < SLOW_FRAME_US {
            self.slow_frames = 0;
            let over = self
                .slow_since
                .is_some_and(|since| ended - since > QUICK_AGAIN_US);
            return over.then(|| {
                self.slow_since = None;
                false
            });
        }
        self.slow_frames = self.slow_frames.saturating_add(1);
        if self.slow_since.is_some() {
            self.slow_since = Some(ended);
            return None;
        }
        let slow = took >= VERY_SLOW_FRAME_US || self.slow_frames >= SLOW_FRAMES;
        slow.then(|| {
            self.slow_since = Some(ended);
            true
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_slow_when_frames_wait_and_quick_again_after_a_while() {
        let mut drain = Drain::default();
        assert_eq!(drain.drawn(0, 1_000), None);
        assert_eq!(drain.drawn(0, 200_000), None);
        assert_eq!(drain.drawn(0, 1_000), None, "one alone is an accident");
        assert_eq!(drain.drawn(0, 200_000), None);
        assert_eq!(drain.drawn(0, 200_000), Some(true));
        assert_eq!(drain.drawn(0, 200_000), None, "told once");
        let later = 400 * SECOND_US;
        assert_eq!(drain.drawn(later, later + 1_000), Some(false));
        assert_eq!(drain.drawn(later, later + 2 * SECOND_US), Some(true));
    }
}
