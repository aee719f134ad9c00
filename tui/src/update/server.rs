//! What the server and the link say.

use super::{
    arrivals, attention, filter, follow_ups, herald, notify, optimistic, past, preview, rewards,
    trends,
};
use crate::config::notify::Occasion;
use crate::incentive::Purse;
use crate::message::{CommitFact, ServerFact};
use crate::model::{
    DAY_US, Effect, Incoming, Link, MAX_TINTS, Micros, Model, SECOND_US, Screen, Severity, TINT_US,
};
use crate::record::{Card, Resource, ResourceKey, StageKind};
use crate::text;

/// A win older than this is not news: it came with a catch-up.
pub(super) const NEWS_US: Micros = 60 * SECOND_US;

pub(super) fn fact(model: &mut Model, fact: ServerFact) -> Vec<Effect> {
    if shows_life(&fact) {
        model.live.heard = Some(model.now);
    }
    match fact {
        ServerFact::Connecting { target } => model.target = target,
        ServerFact::Connected {
            log_id,
            target,
            member_id,
        } => {
            model.log_id = log_id;
            model.target = target;
            model.me = member_id.or(model.me);
            model.link = Link::Live;
        }
        ServerFact::SetUpNeeded => {
            model.link = Link::Live;
            model.screen = Screen::FirstRun;
            model.back.clear();
        }
        ServerFact::SnapshotBegin => model.incoming = Some(Box::new(Incoming::default())),
        ServerFact::Put(resources) => {
            for resource in resources {
                put(model, resource);
            }
        }
        ServerFact::Remove(keys) => {
            for key in keys {
                remove(model, key);
            }
        }
        ServerFact::SnapshotEnd { revision } => return complete(model, revision),
        ServerFact::Commit(commit) => return take(model, commit),
        ServerFact::Progress { revision } => {
            if revision > model.revision {
                // Something was committed that the picture does not hold, a goal for example.
                model.reports.touch(model.now);
            }
            model.revision = model.revision.max(revision);
            model.link = Link::Live;
            optimistic::confirm_up_to(model, revision);
        }
        ServerFact::Lost { since, reason } => model.link = Link::Lost { since, reason },
        ServerFact::Resumed => {
            if matches!(model.link, Link::Lost { .. }) {
                let text = model.strings.say("notice-resumed").to_owned();
                notify(model, Severity::Good, text);
            }
            model.link = Link::Live;
            model.reports.touch(model.now);
        }
        ServerFact::Stopped { reason } => model.link = Link::Stopped { reason },
        ServerFact::ActionDone { request_id, result } => {
            return optimistic::answered(model, &request_id, result);
        }
        ServerFact::CustomerLoaded { id, result } => {
            if model.screen == Screen::Customer(id) {
                model.detail.timeline = Some(result.map_err(|refusal| refusal.message));
            }
        }
        ServerFact::BoardAtLoaded { at, result } => past::loaded(model, at, result),
        ServerFact::PurseLoaded(result) => rewards::purse_loaded(model, result),
        ServerFact::GoalFound(result) => attention::goal_found(model, result),
        ServerFact::ActivitiesLoaded(result) => follow_ups::loaded(model, result),
        ServerFact::NextActionsLoaded { member, .. } if member != model.next_actions.member => {}
        ServerFact::NextActionsLoaded { result, .. } => match result {
            Ok(rows) => {
                model.next_actions.rows = Some(rows);
                model.next_actions.problem = None;
            }
            Err(refusal) => model.next_actions.problem = Some(refusal.message),
        },
        ServerFact::Previewed {
            id,
            stage_id,
            result,
        } => return preview::answered(model, (id, stage_id), result),
        ServerFact::DetailLoaded { id, result } => {
            if model.screen == Screen::Opportunity(id) {
                match result {
                    Ok(detail) => {
                        model.detail.detail = Some(*detail);
                        model.detail.problem = None;
                    }
                    Err(refusal) => model.detail.problem = Some(refusal.message),
                }
            }
        }
        ServerFact::Loaded { number, result } => {
            let before = trends::before(model);
            let result = result.map(|answer| *answer);
            model.reports.take(number, result, model.now);
            trends::after(model, before);
        }
    }
    Vec::new()
}

/// What comes over the watch says that the picture is of now.
fn shows_life(fact: &ServerFact) -> bool {
    matches!(
        fact,
        ServerFact::Connected { .. }
            | ServerFact::SetUpNeeded
            | ServerFact::SnapshotEnd { .. }
            | ServerFact::Commit(_)
            | ServerFact::Progress { .. }
            | ServerFact::Resumed
    )
}

fn put(model: &mut Model, resource: Resource) {
    if let Some(incoming) = &mut model.incoming {
        incoming.picture.put(resource, None, model.now);
        return;
    }
    match resource {
        Resource::Opportunity(card) => {
            let id = card.id;
            optimistic::take_truth(model, Some(*card), id);
        }
        other => {
            let query = model.filter.as_ref().map(|filter| &filter.query);
            model.picture.put(other, query, model.now);
            zone(model);
        }
    }
}

fn remove(model: &mut Model, key: ResourceKey) {
    if let Some(incoming) = &mut model.incoming {
        incoming.picture.remove(key);
        return;
    }
    match key {
        ResourceKey::Opportunity(id) => optimistic::take_truth(model, None, id),
        other => model.picture.remove(other),
    }
}

/// The workspace's days begin in its own zone.
fn zone(model: &mut Model) {
    let name = model
        .picture
        .workspace
        .as_ref()
        .map(|workspace| workspace.time_zone.as_str());
    if let Some(zone) = name.and_then(|name| jiff::tz::TimeZone::get(name).ok()) {
        model.zone = zone;
    }
}

/// The new picture replaces the old one; what is unconfirmed is put on top again.
fn complete(model: &mut Model, revision: u64) -> Vec<Effect> {
    if let Some(incoming) = model.incoming.take() {
        let sort = model.picture.board.sort();
        model.picture = incoming.picture;
        model.picture.board.set_sort(sort);
        zone(model);
        filter::apply(model);
        let ids: Vec<u64> = model.truth.keys().copied().collect();
        for id in ids {
            let card = model.picture.board.card(id).cloned();
            model.truth.insert(id, card);
            optimistic::rebase(model, id);
        }
        model.tints.clear();
        model.live.forget();
    }
    model.revision = revision;
    model.loaded = true;
    model.link = Link::Live;
    model.setting_up = false;
    if model.screen == Screen::FirstRun {
        model.screen = Screen::Board;
        model.layers.clear();
    }
    // Also what a wish set up: its commit is in this picture.
    model
        .pending
        .retain(|pending| !matches!(pending.action, crate::model::Action::SetUpWorkspace { .. }));
    optimistic::confirm_up_to(model, revision);
    // The server may be another one now.
    model.follow_ups.stale = true;
    model.reports.forget();
    model.purse = Purse {
        stale: true,
        ..Purse::default()
    };
    reload(model, |_| true)
}

/// Reads the open deal's history again when it may have changed.
fn reload(model: &Model, touches: impl Fn(u64) -> bool) -> Vec<Effect> {
    match model.screen {
        Screen::Opportunity(id) if touches(id) => vec![Effect::LoadDetail(id)],
        Screen::Customer(id) => {
            let of_customer = |card: &Card| card.customer_id == Some(id) && touches(card.id);
            let touched = model.picture.board.cards().any(of_customer);
            if touched {
                vec![Effect::LoadCustomer(id)]
            } else {
                Vec::new()
            }
        }
        _ => Vec::new(),
    }
}

fn take(model: &mut Model, commit: CommitFact) -> Vec<Effect> {
    if commit.revision <= model.revision {
        return Vec::new();
    }
    let own = model
        .pending
        .iter()
        .any(|pending| pending.request_id == commit.request_id);
    let sums = arrivals::before(model, &commit);
    let news = model.incoming.is_none() && model.now - commit.time < NEWS_US;
    let mut touched = commit.touched;
    let mut first = None;
    let mut wins = Vec::new();
    for resource in commit.puts {
        let mut newcomer = None;
        if news && !own {
            herald::heard(model, &resource);
        }
        if let Resource::Opportunity(card) = &resource {
            touched.push(card.id);
            first = first.or(Some(card.id));
            if !own && model.incoming.is_none() {
                newcomer = arrivals::newcomer(model, card);
                // Tints come and go by themselves: two frames more for each change.
                if model.tints.len() < MAX_TINTS && !model.reduced_motion {
                    model.tints.insert(card.id, model.now + TINT_US);
                }
                if news && is_new_win(model, card) {
                    wins.push((card.name.clone(), card.amount_minor, card.owner_id));
                }
            }
        }
        put(model, resource);
        arrivals::arrived(model, newcomer);
    }
    for key in commit.removes {
        remove(model, key);
    }
    arrivals::after(model, sums);
    model.revision = commit.revision;
    model.last_commit = Some(commit.time);
    model.reports.touch(model.now);
    model.next_actions.stale = true;
    model.link = Link::Live;
    if own {
        optimistic::confirm(model, &commit.request_id, first);
    }
    optimistic::confirm_up_to(model, commit.revision);
    rewards::heard(model, commit.incentives, commit.time);
    for (name, amount_minor, owner) in wins {
        announce(model, &name, amount_minor, owner);
    }
    reload(model, |id| touched.contains(&id))
}

fn is_new_win(model: &Model, card: &Card) -> bool {
    let won = |stage_id| {
        model
            .picture
            .stage(stage_id)
            .is_some_and(|stage| stage.kind == StageKind::Won)
    };
    let before = model.picture.board.card(card.id);
    won(card.stage_id)
        && before.is_some_and(|before| !won(before.stage_id))
        && card.stage_entered_us > model.now - DAY_US
}

fn announce(model: &mut Model, name: &str, amount_minor: i64, owner: Option<u64>) {
    let amount = text::money_short(amount_minor.into(), model.minor_digits(), model.locale());
    let who = match model.picture.member_name(owner) {
        "" => model.strings.say("unassigned"),
        who => who,
    };
    let text = model.strings.tell(
        "notice-won",
        &[
            ("who", who.into()),
            ("name", name.into()),
            ("amount", amount.into()),
        ],
    );
    herald::tell(model, Occasion::Win, &text);
    if model.tells_wins() {
        notify(model, Severity::Good, text);
    }
}
