//! Rewards as they happen: what was just earned is told at once, balances are read again, packets unfold.

use crossterm::event::KeyCode;

use super::server::NEWS_US;
use super::{commands, herald, navigate, notify, open, optimistic};
use crate::config::notify::Occasion;
use crate::incentive::purse::Unfolding;
use crate::incentive::{
    Badge, IncentiveAction, IncentiveFact, Own, Packet, PacketState, Reward, RewardChange,
    RewardState, Unit,
};
use crate::keymap::Key;
use crate::layer::{Layer, Why};
use crate::layers;
use crate::message::Refusal;
use crate::model::{Action, Effect, Micros, Model, Screen, Severity};
use crate::screens::feed::{self, Thing};
use crate::screens::rewards::{self, Item};
use crate::screens::{inbox, reward_list, reward_words as words};

/// Rewards of one commit that are told one by one; more are summed.
const MAX_TOLD: usize = 2;

/// What a commit says about incentives.
pub(super) fn heard(model: &mut Model, facts: Vec<IncentiveFact>, time: Micros) {
    if facts.is_empty() {
        return;
    }
    let news = model.incoming.is_none() && model.now - time < NEWS_US;
    let mut mine: Vec<(Reward, Vec<RewardChange>)> = Vec::new();
    let mut packets = Vec::new();
    let mut badges = Vec::new();
    for fact in facts {
        match fact {
            IncentiveFact::Reward { reward, change } => {
                await_approval(model, &reward, news);
                if Some(reward.member_id) != model.me {
                    continue;
                }
                // The last word of a commit on a reward counts, with all that happened to it.
                match mine.iter_mut().find(|(known, _)| known.id == reward.id) {
                    Some((known, changes)) => {
                        *known = *reward;
                        changes.push(change);
                    }
                    None => mine.push((*reward, vec![change])),
                }
            }
            IncentiveFact::Packet(packet) => {
                let own = [packet.giver_id, packet.receiver_id].map(Some);
                if own.contains(&model.me) {
                    model.purse.stale = true;
                }
                if Some(packet.receiver_id) == model.me {
                    packets.push(packet);
                }
            }
            IncentiveFact::Badge(badge) if Some(badge.member_id) == model.me => badges.push(badge),
            IncentiveFact::Badge(_) => {}
        }
    }
    model.purse.stale |= !mine.is_empty();
    if !news {
        return;
    }
    tell_rewards(model, &mine);
    for packet in packets {
        tell_packet(model, &packet);
    }
    for badge in badges {
        tell_badge(model, &badge);
    }
}

/// Keeps what waits for the person's approval.
fn await_approval(model: &mut Model, reward: &Reward, news: bool) {
    let waits = reward.awaits_approval && reward.state == RewardState::Pending;
    if waits && model.may_reward(reward.member_id) {
        let before = model.purse.awaiting.insert(reward.id, reward.clone());
        if news && before.is_none() {
            herald::reward_waits(model, reward);
        }
    } else {
        model.purse.awaiting.remove(&reward.id);
    }
}

fn tell_rewards(model: &mut Model, mine: &[(Reward, Vec<RewardChange>)]) {
    let granted = |changes: &[RewardChange]| changes.contains(&RewardChange::Granted);
    let claimed = |changes: &[RewardChange]| changes.contains(&RewardChange::Claimed);
    let count = mine.iter().filter(|(_, changes)| granted(changes)).count();
    for unit in Unit::ALL {
        let of_unit = || mine.iter().filter(move |(reward, _)| reward.unit == unit);
        let earned = of_unit()
            .filter(|(reward, changes)| granted(changes) && paid(reward))
            .fold(0_i64, |sum, (reward, _)| sum.saturating_add(reward.amount));
        if earned > 0 {
            model.purse.earn(unit, earned, model.now);
            let amount = words::amount(model, unit, earned);
            let heard = model
                .strings
                .tell("herald-reward", &[("amount", amount.into())]);
            herald::tell(model, Occasion::Reward, &heard);
            if count > MAX_TOLD {
                let amount = words::amount(model, unit, earned);
                let text = model.strings.tell(
                    "toast-earned-many",
                    &[("amount", amount.into()), ("count", count.into())],
                );
                notify(model, Severity::Good, text);
            }
        }
        let taken = of_unit()
            .filter(|(_, changes)| claimed(changes))
            .fold(0_i64, |sum, (reward, _)| {
                sum.saturating_add(reward.own_amount)
            });
        if taken > 0 {
            let amount = words::amount(model, unit, taken);
            let text = model
                .strings
                .tell("toast-claimed", &[("amount", amount.into())]);
            notify(model, Severity::Good, text);
        }
    }
    for (reward, changes) in mine {
        if granted(changes) {
            if count <= MAX_TOLD {
                tell_grant(model, reward);
            }
        } else if let Some(key) = changes.iter().rev().find_map(|change| match change {
            RewardChange::Vested | RewardChange::Approved | RewardChange::Funded
                if reward.state == RewardState::Claimable =>
            {
                Some("toast-vested")
            }
            RewardChange::Expired => Some("toast-expired"),
            RewardChange::Reversed => Some("toast-reversed"),
            RewardChange::PacketsReturned => Some("toast-returned"),
            _ => None,
        }) {
            tell_change(model, reward, key);
        }
    }
}

/// It was paid, though it may wait: not one that the fund could not pay.
fn paid(reward: &Reward) -> bool {
    matches!(
        reward.state,
        RewardState::Pending | RewardState::Claimable | RewardState::Claimed
    )
}

fn tell_grant(model: &mut Model, reward: &Reward) {
    let amount = words::amount(model, reward.unit, reward.amount);
    let cause = words::cause(model, reward);
    let arguments = [("amount", amount.into()), ("cause", cause.into())];
    let key = match reward.state {
        RewardState::Unfunded => "toast-unfunded",
        RewardState::Pending => "toast-pending",
        _ => "toast-earned",
    };
    let mut text = model.strings.tell(key, &arguments);
    let dot = format!(" {} ", model.theme.glyphs().dot);
    if let Some(split) = &reward.split {
        let shared = words::amount(model, reward.unit, split.amount);
        let shared = model.strings.tell(
            "toast-shared",
            &[("amount", shared.into()), ("count", split.packets.into())],
        );
        text.push_str(&dot);
        text.push_str(&shared);
    }
    match reward.state {
        RewardState::Claimable => {
            text.push_str(&dot);
            text.push_str(model.strings.say("toast-claim-key"));
        }
        RewardState::Pending => {
            text.push_str(&dot);
            text.push_str(&words::standing(model, reward));
        }
        _ => {}
    }
    let severity = if reward.state == RewardState::Unfunded {
        Severity::Info
    } else {
        Severity::Good
    };
    notify(model, severity, text);
}

fn tell_change(model: &mut Model, reward: &Reward, key: &str) {
    let figure = match (key, &reward.split) {
        ("toast-returned", Some(split)) => split.returned,
        _ => reward.own_amount.max(0),
    };
    // What was taken back is nobody's any more: then its whole amount is told.
    let figure = if figure == 0 { reward.amount } else { figure };
    let amount = words::amount(model, reward.unit, figure);
    let cause = words::cause(model, reward);
    let why = reward
        .end_reason
        .map_or("", |why| model.strings.say(why.name_key()));
    let text = model.strings.tell(
        key,
        &[
            ("amount", amount.into()),
            ("cause", cause.into()),
            ("why", why.into()),
        ],
    );
    let severity = match key {
        "toast-vested" | "toast-returned" => Severity::Good,
        _ => Severity::Info,
    };
    notify(model, severity, text);
}

fn tell_packet(model: &mut Model, packet: &Packet) {
    // What one has opened oneself unfolds before one's eyes.
    let key = match packet.state {
        PacketState::Sent => "toast-packet",
        PacketState::Reversed => "toast-packet-reversed",
        PacketState::Opened | PacketState::Returned => return,
    };
    let text = model.strings.tell(
        key,
        &[("who", words::who(model, Some(packet.giver_id)).into())],
    );
    if packet.state == PacketState::Sent {
        herald::tell(model, Occasion::Packet, &text);
    }
    notify(model, Severity::Good, text);
}

fn tell_badge(model: &mut Model, badge: &Badge) {
    let name = model.strings.say(badge.kind.name_key());
    let text = match badge.giver_id {
        Some(giver) => model.strings.tell(
            "toast-thanks",
            &[
                ("who", words::who(model, Some(giver)).into()),
                ("reason", badge.reason.as_str().into()),
            ],
        ),
        None => model.strings.tell("toast-badge", &[("name", name.into())]),
    };
    notify(model, Severity::Good, text);
}

/// The server has said what is the person's own.
pub(super) fn purse_loaded(model: &mut Model, result: Result<Box<Own>, Refusal>) {
    match result {
        Ok(own) => model.purse.take(*own),
        // It stays as it was; the next change asks again, and the rewards screen says what is wrong.
        Err(_) => model.purse.under_way = false,
    }
}

/// Reads the balances again when something of them has changed.
pub(super) fn settle(model: &mut Model) -> Option<Effect> {
    let due = model.purse.due()?;
    if !model.loaded || due > model.now {
        return None;
    }
    let purse = &mut model.purse;
    purse.asked_us = Some(model.now);
    purse.under_way = true;
    purse.stale = false;
    Some(Effect::LoadPurse(model.me))
}

/// Time has passed since `before`: whether something moved.
pub(super) fn clock(model: &mut Model, before: Micros) -> bool {
    let now = model.now;
    let ended = model.purse.pulse.is_some_and(|pulse| pulse.until <= now);
    if ended {
        model.purse.pulse = None;
    }
    let frames = model.layers.iter().any(|layer| match layer {
        Layer::Unfolding(unfolding) => unfolding.frame(before) != unfolding.frame(now),
        _ => false,
    });
    ended || frames
}

/// Claims everything that can be claimed.
pub(super) fn claim_all(model: &mut Model) -> Vec<Effect> {
    submit(model, IncentiveAction::Claim(Vec::new()))
}

/// Sends a wish, unless the same one is under way.
pub(super) fn submit(model: &mut Model, action: IncentiveAction) -> Vec<Effect> {
    let action = Action::Incentive(action);
    if model.pending.iter().any(|pending| pending.action == action) {
        return Vec::new();
    }
    optimistic::submit(model, action, None)
}

/// The server did it.
pub(super) fn done(model: &mut Model, action: IncentiveAction) {
    model.purse.stale = true;
    match action {
        IncentiveAction::OpenPacket(packet) => {
            let since = (!model.reduced_motion).then_some(model.now);
            let unfolding = Unfolding {
                packet: *packet,
                since,
            };
            open(model, Layer::Unfolding(Box::new(unfolding)));
        }
        IncentiveAction::ApproveReward(id) | IncentiveAction::RefuseReward { id, .. } => {
            model.purse.awaiting.remove(&id);
        }
        _ => {}
    }
}

/// The reward whose amount can be explained here: the one under the cursor, or the one a packet is a part of.
pub(crate) fn explainable(model: &Model) -> Option<u64> {
    match model.screen {
        Screen::Rewards => match rewards::selected(model)? {
            Item::Reward(reward) => Some(reward.id),
            Item::Packet(packet) => Some(packet.reward_id),
            Item::Badge(_) => None,
        },
        Screen::TeamFeed => match feed::selected(model)? {
            Thing::Reward(reward) => Some(reward.id),
            Thing::Packet(packet) => Some(packet.reward_id),
            Thing::Win(_) | Thing::Badge(_) => None,
        },
        Screen::RewardList => Some(reward_list::selected(model)?.id),
        Screen::Inbox => match inbox::selected(model)? {
            inbox::Item::Reward(reward) => Some(reward.id),
            _ => None,
        },
        _ => None,
    }
}

/// Shows why the amount under the cursor is what it is.
pub(super) fn explain(model: &mut Model) {
    if let Some(reward_id) = explainable(model) {
        explain_reward(model, reward_id);
    }
}

/// Shows why a reward's amount is what it is.
pub(super) fn explain_reward(model: &mut Model, reward_id: u64) {
    let scroll = 0;
    open(model, Layer::Why(Why { reward_id, scroll }));
}

/// Rows that a page of an explanation has.
const PAGE: usize = 10;

/// A key on an explanation: it scrolls, or closes it.
pub(super) fn why_key(model: &mut Model, mut why: Why, key: Key) -> Vec<Effect> {
    let most = layers::why::most_scroll(model, &why);
    why.scroll = match key.code {
        KeyCode::Down | KeyCode::Char('j') => why.scroll.saturating_add(1),
        KeyCode::Up | KeyCode::Char('k') => why.scroll.saturating_sub(1),
        KeyCode::PageDown | KeyCode::Char('d' | ' ') => why.scroll.saturating_add(PAGE),
        KeyCode::PageUp | KeyCode::Char('u') => why.scroll.saturating_sub(PAGE),
        KeyCode::End | KeyCode::Char('G') => most,
        KeyCode::Home | KeyCode::Char('g') => 0,
        KeyCode::Enter | KeyCode::Char('y' | 'q') => return Vec::new(),
        _ => why.scroll,
    }
    .min(most);
    model.layers.push(Layer::Why(why));
    Vec::new()
}

/// Claims the reward under the cursor.
pub(super) fn claim(model: &mut Model) -> Vec<Effect> {
    match rewards::selected(model) {
        Some(Item::Reward(reward)) if reward.state == RewardState::Claimable => {
            let id = reward.id;
            // On to the next one: the cursor does not follow what was claimed down into the history.
            if let Some(next) = rewards::next_to_claim(model, id) {
                navigate::select_item(model, next);
            }
            submit(model, IncentiveAction::Claim(vec![id]))
        }
        _ => Vec::new(),
    }
}

/// Enter: claims a reward that can be claimed, opens a packet, goes to a deal that was won; explains anything else.
pub(super) fn open_item(model: &mut Model) -> Vec<Effect> {
    if matches!(model.screen, Screen::TeamFeed | Screen::RewardList) {
        if model.screen == Screen::TeamFeed
            && let Some(Thing::Win(card)) = feed::selected(model)
        {
            let id = card.id;
            return commands::open_deal(model, id);
        }
        explain(model);
        return Vec::new();
    }
    match rewards::selected(model) {
        Some(Item::Packet(packet)) if packet.state == PacketState::Sent => {
            let packet = Box::new(packet.clone());
            submit(model, IncentiveAction::OpenPacket(packet))
        }
        Some(Item::Reward(reward)) if reward.state == RewardState::Claimable => claim(model),
        _ => {
            explain(model);
            Vec::new()
        }
    }
}
