//! What is done about alerts and in the inbox.

use super::{commands, form, go, goals, notify, open, optimistic, rewards};
use crate::attention::{NoticeKind, Subject};
use crate::effect_request::MAX_MESSAGES_READ;
use crate::incentive::IncentiveAction;
use crate::layer::{Act, Confirm, FormPurpose, Layer};
use crate::message::Refusal;
use crate::model::{Action, Changes, Effect, Model, Screen, Severity};
use crate::report::Who;
use crate::report::goals::GoalPlace;
use crate::report::lens::Cycle;
use crate::screens::inbox::{self, Item};

/// Sends a wish that changes no card, unless the same one is under way.
fn wish(model: &mut Model, action: Action) -> Vec<Effect> {
    if model.pending.iter().any(|pending| pending.action == action) {
        return Vec::new();
    }
    optimistic::submit(model, action, None)
}

/// Says that the selected alert was seen.
pub(super) fn acknowledge(model: &mut Model) -> Vec<Effect> {
    match model.alert().map(|alert| alert.id) {
        Some(id) => wish(model, Action::Acknowledge { id }),
        None => Vec::new(),
    }
}

/// Asks until when and why the selected alert is put off.
pub(super) fn ask_snooze(model: &mut Model) {
    if let Some(id) = model.alert().map(|alert| alert.id) {
        form::open(model, FormPurpose::Snooze(id));
    }
}

/// Gives the selected approval.
pub(super) fn approve(model: &mut Model) -> Vec<Effect> {
    match inbox::selected(model) {
        Some(Item::ToDecide(approval)) => {
            let id = approval.id;
            wish(model, Action::Approve { id })
        }
        Some(Item::Reward(reward)) => {
            let id = reward.id;
            rewards::submit(model, IncentiveAction::ApproveReward(id))
        }
        _ => Vec::new(),
    }
}

/// Asks why the selected approval is refused.
pub(super) fn ask_refuse(model: &mut Model) {
    if let Some(Item::ToDecide(approval)) = inbox::selected(model) {
        let id = approval.id;
        form::open(model, FormPurpose::Refuse(id));
    } else if let Some(Item::Reward(reward)) = inbox::selected(model) {
        let id = reward.id;
        form::open(model, FormPurpose::RefuseReward(id));
    }
}

/// Where an item of the inbox leads.
enum Lead {
    Deal(u64),
    Goal(u64),
    Digest(Cycle, Who),
    Reward(u64),
    Rewards,
    Nowhere,
}

fn lead(model: &Model) -> Lead {
    let item = inbox::selected(model);
    if let Some(id) = item.and_then(|item| item.deal(model)) {
        return Lead::Deal(id);
    }
    let Some(Item::Message(message)) = item else {
        return Lead::Nowhere;
    };
    match (message.subject, message.kind) {
        (Some(Subject::Goal(id)), _) => Lead::Goal(id),
        (Some(Subject::Reward(id)), _) => Lead::Reward(id),
        (_, NoticeKind::Reward(_)) => Lead::Rewards,
        (_, NoticeKind::Digest) => {
            // One's own is what everybody's means there; whoever is no member sees everybody's messages.
            let others = message.recipient_id.filter(|id| Some(*id) != model.me);
            let who = others.map_or(Who::Everyone, Who::Member);
            Cycle::parse(&message.cycle).map_or(Lead::Nowhere, |cycle| Lead::Digest(cycle, who))
        }
        _ => Lead::Nowhere,
    }
}

/// Enter in the inbox: the deal, the goal or the digest it is about; a message counts as read then.
pub(super) fn open_item(model: &mut Model) -> Vec<Effect> {
    if let Some(Item::Reward(_)) = inbox::selected(model) {
        rewards::explain(model);
        return Vec::new();
    }
    let lead = lead(model);
    let mut effects = read(model);
    match lead {
        Lead::Deal(id) => effects.extend(commands::open_deal(model, id)),
        Lead::Goal(id) => effects.push(Effect::LoadGoal(id)),
        Lead::Reward(id) => rewards::explain_reward(model, id),
        Lead::Rewards => go(model, Screen::Rewards),
        Lead::Digest(cycle, who) => {
            let today = model.today();
            model.lens.look_at(cycle, today);
            model.lens.who = who;
            model.digest_row = 0;
            go(model, Screen::Digest);
        }
        Lead::Nowhere if effects.is_empty() => {
            let text = model.strings.say("notice-no-deal").to_owned();
            notify(model, Severity::Info, text);
        }
        Lead::Nowhere => {}
    }
    effects
}

/// Where a goal stands is known: there it is shown, unless the person has gone elsewhere meanwhile.
pub(super) fn goal_found(model: &mut Model, found: Result<GoalPlace, Refusal>) {
    if model.screen != Screen::Inbox {
        return;
    }
    match found {
        Ok(place) => goals::show(model, place),
        Err(refusal) => notify(model, Severity::Problem, refusal.message),
    }
}

/// Marks the selected message as read.
pub(super) fn read(model: &mut Model) -> Vec<Effect> {
    let unread = match inbox::selected(model) {
        Some(Item::Message(message)) if !message.read => message.id,
        _ => return Vec::new(),
    };
    wish(model, Action::ReadMessages { ids: vec![unread] })
}

/// Marks all messages as read.
pub(super) fn read_all(model: &mut Model) -> Vec<Effect> {
    let unread = model.messages().filter(|message| !message.read);
    let ids: Vec<u64> = unread
        .map(|message| message.id)
        .take(MAX_MESSAGES_READ)
        .collect();
    if ids.is_empty() {
        return Vec::new();
    }
    wish(model, Action::ReadMessages { ids })
}

/// Asks before a deal goes to its owner's manager.
pub(super) fn ask_hand_over(model: &mut Model, id: u64) {
    let Some(card) = model.picture.board.card(id) else {
        return;
    };
    let Some(to) = card.owner_id.and_then(|owner| model.manager_of(owner)) else {
        return;
    };
    let who = model.picture.member_name(Some(to));
    let question = model.strings.tell(
        "confirm-hand-over",
        &[("name", card.name.as_str().into()), ("who", who.into())],
    );
    let consequence = model
        .strings
        .say("confirm-hand-over-consequence")
        .to_owned();
    let act = Act::HandOver { id, to };
    open(
        model,
        Layer::Confirm(Confirm {
            question,
            consequence,
            act,
        }),
    );
}

/// Makes somebody else the owner.
pub(super) fn hand_over(model: &mut Model, id: u64, to: u64) -> Vec<Effect> {
    let Some(revision) = model.picture.board.card(id).map(|card| card.revision) else {
        return Vec::new();
    };
    let changes = Changes {
        owner_id: Some(Some(to)),
        ..Changes::default()
    };
    let action = Action::Amend {
        id,
        revision,
        changes: Box::new(changes),
    };
    optimistic::submit(model, action, Some(id))
}
