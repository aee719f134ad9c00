//! The badge in the header of every screen: how many alerts are open, how many things wait in the inbox, what is in the wallet.

use super::reward_words as words;
use crate::command::Command;
use crate::model::Model;
use crate::theme::Role;

/// From this width on, the badge has words.
const WORDS_FROM: u16 = 110;
/// From this width on, a count has a place of its own.
const BADGE_FROM: u16 = 34;

/// From this width on, the wallet has a place of its own.
const WALLET_FROM: u16 = 70;

/// What the badge says, each part with its meaning and where a click on it leads: `▲ 3 alerts`, `✉ 2 in the inbox`; nothing when nothing waits.
pub fn parts(model: &Model, width: u16) -> Vec<(String, Role, Command)> {
    let glyphs = model.theme.glyphs();
    let alerts = model.picture.attention.open_alerts(model.me);
    let inbox = model.to_decide() + model.purse.awaiting.len() + model.unread();
    let mut parts = Vec::new();
    if width < BADGE_FROM {
        return parts;
    }
    let mut add = |sign: &str, count: usize, key: &str, role: Role, command: Command| {
        if count == 0 {
            return;
        }
        let words = if width >= WORDS_FROM {
            let words = model.strings.tell(key, &[("count", count.into())]);
            format!("{sign} {words}")
        } else {
            format!("{sign}{count}")
        };
        parts.push((words, role, command));
    };
    add(
        glyphs.stalled,
        alerts,
        "badge-alerts",
        Role::Bad,
        Command::GoAlerts,
    );
    add(
        glyphs.message,
        inbox,
        "badge-inbox",
        Role::Warn,
        Command::GoInbox,
    );
    if let Some((words, role)) = rewards(model, width) {
        parts.push((words, role, Command::GoRewards));
    }
    parts
}

/// The wallet, and how much waits to be claimed or opened; for some seconds what has just been earned instead.
fn rewards(model: &Model, width: u16) -> Option<(String, Role)> {
    let purse = &model.purse;
    let sign = model.theme.glyphs().reward;
    if let Some(pulse) = purse.pulse {
        let amount = words::amount(model, pulse.unit, pulse.amount);
        return Some((format!("{sign} +{amount}"), Role::Focus));
    }
    let own = purse.own.as_ref()?;
    let count = own.claimable_count.saturating_add(own.packet_count);
    let balances = own.balances.iter().filter(|balance| balance.wallet != 0);
    let wallet: Vec<String> = balances
        .map(|balance| words::amount(model, balance.unit, balance.wallet))
        .collect();
    if wallet.is_empty() && count == 0 {
        return None;
    }
    let mut parts = Vec::new();
    if width >= WALLET_FROM {
        parts.extend(wallet);
    }
    if count > 0 {
        parts.push(if width >= WORDS_FROM {
            model
                .strings
                .tell("badge-rewards", &[("count", count.into())])
        } else {
            format!("+{count}")
        });
    }
    if parts.is_empty() {
        return None;
    }
    let role = if count > 0 { Role::Good } else { Role::Dim };
    Some((format!("{sign} {}", parts.join(" ")), role))
}
