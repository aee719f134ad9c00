//! What of a commit the person may want to hear of beyond the screen.

use crate::attention::{Alert, AlertState, Approval, ApprovalState};
use crate::config::notify::Occasion;
use crate::incentive::Reward;
use crate::model::{Effect, Model};
use crate::record::Resource;

/// Tells of it in these words, if that is wished. The wall board is looked at anyway.
pub(super) fn tell(model: &mut Model, occasion: Occasion, text: &str) {
    if model.wall.is_none() {
        let wanted = &model.config.notify;
        model.herald.tell(wanted, occasion, text, model.now);
    }
}

/// What the terminal has to be asked for now.
pub(super) fn take(model: &mut Model) -> Option<Effect> {
    model.herald.take(&model.config.notify)
}

/// A resource is about to be put that was just changed by somebody.
pub(super) fn heard(model: &mut Model, resource: &Resource) {
    match resource {
        Resource::Alert(alert) => stalled(model, alert),
        Resource::Approval(approval) => asked(model, approval),
        _ => {}
    }
}

/// A deal of one's own has come to a worse level.
fn stalled(model: &mut Model, alert: &Alert) {
    let known = model.picture.attention.alert(alert.id);
    let new = known.is_none_or(|known| known.level != alert.level);
    let card = model.picture.board.card(alert.opportunity_id);
    let Some(card) = card.filter(|card| model.me.is_some() && card.owner_id == model.me) else {
        return;
    };
    if !new || alert.state != AlertState::Open || !alert.level.is_stalled() {
        return;
    }
    if alert.recipient_id != model.me {
        return;
    }
    let stage = model.picture.stage(alert.stage_id);
    let stage = stage.map_or("", |stage| stage.name.as_str());
    let arguments = [("name", card.name.as_str().into()), ("stage", stage.into())];
    let text = model.strings.tell("herald-stalled", &arguments);
    tell(model, Occasion::Stalled, &text);
}

/// Somebody asks for an approval that the person can give.
fn asked(model: &mut Model, approval: &Approval) {
    let new = !model.picture.attention.approvals.contains_key(&approval.id);
    if !new || approval.state != ApprovalState::Pending || !model.may_decide(approval) {
        return;
    }
    let card = model.picture.board.card(approval.opportunity_id);
    let name = card.map_or("", |card| card.name.as_str());
    let who = model.picture.member_name(approval.requester_id);
    let arguments = [("name", name.into()), ("who", who.into())];
    let text = model.strings.tell("herald-approval", &arguments);
    tell(model, Occasion::Approval, &text);
}

/// A reward waits for the person's approval.
pub(super) fn reward_waits(model: &mut Model, reward: &Reward) {
    let who = crate::screens::reward_words::who(model, Some(reward.member_id));
    let cause = crate::screens::reward_words::cause(model, reward);
    let arguments = [("who", who.into()), ("name", cause.into())];
    let text = model.strings.tell("herald-approval", &arguments);
    tell(model, Occasion::Approval, &text);
}
