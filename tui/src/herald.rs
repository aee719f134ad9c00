//! What makes itself heard beyond the screen: the terminal's bell and the desktop's notifications, by choice, and seldom.

use crate::config::notify::{NotifySettings, Occasion};
use crate::effect_request::{Effect, Herald as Call};
use crate::record::{Micros, SECOND_US};

/// The bell rings at most this often.
pub const BELL_US: Micros = 3 * SECOND_US;
/// A notification is shown at most this often: what comes between them is on the screen only.
pub const DESKTOP_US: Micros = 10 * SECOND_US;
/// Longest text of a notification, in characters.
pub const MAX_DESKTOP_TEXT: usize = 200;

/// What was heard lately, and what is to be heard next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Herald {
    rung: Option<Micros>,
    shown: Option<Micros>,
    bell: bool,
    desktop: Option<String>,
}

/// Enough time has passed since the last one; a clock that was set back silences nothing.
fn may_again(last: Option<Micros>, now: Micros, pause: Micros) -> bool {
    last.is_none_or(|last| now < last || now - last >= pause)
}

impl Herald {
    /// Something happened that the person may want to hear of; `text` is what the screen says of it.
    pub fn tell(&mut self, wanted: &NotifySettings, occasion: Occasion, text: &str, now: Micros) {
        if wanted.bell.contains(&occasion) && may_again(self.rung, now, BELL_US) {
            self.rung = Some(now);
            self.bell = true;
        }
        if wanted.desktop.contains(&occasion) && may_again(self.shown, now, DESKTOP_US) {
            self.shown = Some(now);
            self.desktop = Some(text.chars().take(MAX_DESKTOP_TEXT).collect());
        }
    }

    /// What the terminal has to be asked for now.
    pub fn take(&mut self, wanted: &NotifySettings) -> Option<Effect> {
        let bell = std::mem::take(&mut self.bell);
        let desktop = self.desktop.take();
        let means = wanted.desktop_means;
        (bell || desktop.is_some()).then_some(Effect::Herald(Call {
            bell,
            desktop,
            means,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::notify::DesktopMeans;

    fn wanted() -> NotifySettings {
        NotifySettings {
            bell: [Occasion::Win].into(),
            desktop: [Occasion::Win, Occasion::Packet].into(),
            ..NotifySettings::default()
        }
    }

    #[test]
    fn nothing_is_heard_that_was_not_chosen() {
        let mut herald = Herald::default();
        herald.tell(&NotifySettings::default(), Occasion::Win, "won", 0);
        herald.tell(&wanted(), Occasion::Stalled, "stalled", 0);
        assert_eq!(herald.take(&wanted()), None);
    }

    #[test]
    fn a_storm_of_wins_is_heard_once_and_later_again() {
        let mut herald = Herald::default();
        for now in 0..100 {
            herald.tell(&wanted(), Occasion::Win, "won", now);
        }
        let call = Effect::Herald(Call {
            bell: true,
            desktop: Some("won".to_owned()),
            means: DesktopMeans::Auto,
        });
        assert_eq!(herald.take(&wanted()), Some(call.clone()));
        herald.tell(&wanted(), Occasion::Win, "won", BELL_US - 1);
        assert_eq!(herald.take(&wanted()), None);
        herald.tell(&wanted(), Occasion::Win, "won", DESKTOP_US);
        assert_eq!(herald.take(&wanted()), Some(call));
    }

    #[test]
    fn a_notification_is_no_longer_than_a_line_or_two() {
        let mut herald = Herald::default();
        herald.tell(&wanted(), Occasion::Packet, &"赢".repeat(10_000), 0);
        let Some(Effect::Herald(call)) = herald.take(&wanted()) else {
            panic!("it is told");
        };
        assert_eq!(
            call.desktop.map(|text| text.chars().count()),
            Some(MAX_DESKTOP_TEXT)
        );
        assert!(!call.bell);
    }
}
