//! The badge in the header of every screen: how many alerts are open and how many things wait in the inbox.

use crate::model::Model;
use crate::theme::Role;

/// From this width on, the badge has words.
const WORDS_FROM: u16 = 110;
/// From this width on, a count has a place of its own.
const BADGE_FROM: u16 = 34;

/// What the badge says, each part with its meaning: `▲ 3 alerts`, `✉ 2 in the inbox`; nothing when nothing waits.
pub fn parts(model: &Model, width: u16) -> Vec<(String, Role)> {
    let glyphs = model.theme.glyphs();
    let alerts = model.picture.attention.open_alerts(model.me);
    let inbox = model.to_decide() + model.unread();
    let mut parts = Vec::new();
    if width < BADGE_FROM {
        return parts;
    }
    let mut add = |sign: &str, count: usize, key: &str, role: Role| {
        if count == 0 {
            return;
        }
        let words = if width >= WORDS_FROM {
            let words = model.strings.tell(key, &[("count", count.into())]);
            format!("{sign} {words}")
        } else {
            format!("{sign}{count}")
        };
        parts.push((words, role));
    };
    add(glyphs.stalled, alerts, "badge-alerts", Role::Bad);
    add(glyphs.message, inbox, "badge-inbox", Role::Warn);
    parts
}
