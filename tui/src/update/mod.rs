//! Messages to new state and effects: pure, synchronous, total.

mod activity_line;
mod arrange;
mod arrivals;
mod attention;
mod bulk;
mod commands;
mod completion;
mod drafts;
mod entry_line;
mod figures;
mod filter;
mod find;
mod follow_ups;
mod form;
mod form_fields;
mod form_reading;
mod funnel;
mod goals;
mod herald;
mod jump;
mod keys;
mod layers;
mod leaderboard;
mod lens;
mod long_note;
mod memory;
mod mouse;
mod moves;
mod navigate;
mod optimistic;
mod past;
mod preview;
mod problem;
mod prompt;
mod reports;
mod reward_form;
mod rewards;
mod scheme_fields;
mod scheme_form;
mod schemes;
mod server;
mod settings;
mod sheet;
mod sheet_rows;
mod terminal;
mod themes;
mod trends;
mod undo;
mod views;
mod wall;

pub use filter::hit_count;
pub(crate) use form_fields::activity_key;
pub use layers::search;
pub(crate) use long_note::is_long;
pub(crate) use memory::begin as recall_choices;
pub(crate) use problem::{entry as entry_problem, field_key};
pub(crate) use reports::forecast_cycle;
pub(crate) use reward_form::chosen as chosen_grant;
pub(crate) use rewards::explainable;
pub(crate) use scheme_form::read as read_scheme;
pub(crate) use settings::take as take_settings;
pub(crate) use views::visible as visible_views;

use crate::layer::Layer;
use crate::message::{Msg, ServerFact};
use crate::model::{
    Effect, Exit, MAX_NOTICES, Micros, Model, NEXT_ACTIONS_US, NOTICE_US, Notice, PROBLEM_US,
    SECOND_US, Screen, Severity, WHICH_KEY_US,
};

/// Takes one fact, changes the state, says what is wished of the world.
pub fn update(model: &mut Model, message: Msg) -> Vec<Effect> {
    // What comes by the thousand changes nothing about what the screen asks for.
    let common = matches!(
        message,
        Msg::Server(
            ServerFact::Commit(_)
                | ServerFact::Put(_)
                | ServerFact::Remove(_)
                | ServerFact::Progress { .. }
        )
    );
    let renames = matches!(message, Msg::Server(ServerFact::SnapshotEnd { .. }));
    let pressed = drafts::heard(model, &message);
    let mut effects = match message {
        Msg::Clock { now } => {
            let minute = |at: Micros| at.div_euclid(60 * SECOND_US);
            let before = minute(model.now);
            clock(model, now);
            let purse = rewards::settle(model);
            let turned = wall::clock(model);
            // Cycles and days change with the minute at most.
            let mut effects = if before == minute(now) && !turned {
                reports::due(model)
            } else {
                reports::settle(model)
            };
            effects.extend(purse);
            memory::settle(model, &mut effects);
            effects.extend(follow_ups::settle(model));
            if before != minute(now) {
                // A day may have begun, in the workspace's zone.
                follow_ups::tell(model);
            }
            drafts::clock(model, &mut effects);
            return effects;
        }
        Msg::Key(key) => keys::press(model, key),
        Msg::Mouse(mouse) => mouse::used(model, mouse),
        Msg::Paste(text) => {
            layers::paste(model, &text);
            Vec::new()
        }
        Msg::Resize { width, height } => {
            model.size = (width, height);
            // Nothing is where the pointer took it up.
            model.pointer.drag = None;
            Vec::new()
        }
        Msg::Server(fact) => past::in_present(model, |model| server::fact(model, fact)),
        Msg::Terminal(fact) => terminal::told(model, fact),
        Msg::AskedToStop => vec![Effect::Suspend],
        Msg::Continued => vec![Effect::Resume],
        Msg::ThemesRead { themes, wrong } => {
            themes::read(model, themes, &wrong);
            Vec::new()
        }
        Msg::Edited(result) => {
            long_note::edited(model, result);
            Vec::new()
        }
        Msg::ConfigRead(read) => {
            settings::read(model, read);
            Vec::new()
        }
        Msg::MemoryLost { reason, path } => {
            let path = path.display().to_string();
            let words = [("reason", reason.into()), ("path", path.into())];
            let text = model.strings.tell("notice-memory-lost", &words);
            notify(model, Severity::Problem, text);
            Vec::new()
        }
        Msg::Faulted(report) => {
            let text = report.words(&model.strings);
            notify(model, Severity::Problem, text);
            Vec::new()
        }
        Msg::EffectFailed(text) => {
            notify(model, Severity::Problem, text);
            Vec::new()
        }
        Msg::HungUp => vec![Effect::Quit(Exit::Leave)],
    };
    model.dirty = true;
    wall::settle(model);
    if renames {
        memory::recall(model);
        effects.extend(terminal::title(model));
    }
    effects.extend(past::settle(model));
    navigate::settle(model);
    effects.extend(if common {
        reports::due(model)
    } else {
        reports::settle(model)
    });
    effects.extend(queue(model));
    effects.extend(rewards::settle(model));
    effects.extend(herald::take(model));
    if !common {
        memory::settle(model, &mut effects);
    }
    effects.extend(follow_ups::settle(model));
    drafts::settle(model, &mut effects, pressed);
    effects
}

/// Reads the queue again when it is on the screen and something has changed; not at every change of a storm.
fn queue(model: &mut Model) -> Option<Effect> {
    let queue = &mut model.next_actions;
    let due = queue
        .asked_us
        .is_none_or(|asked| queue.stale && model.now - asked >= NEXT_ACTIONS_US);
    if model.screen != Screen::NextActions || !due || queue.member.or(model.me).is_none() {
        return None;
    }
    queue.asked_us = Some(model.now);
    queue.stale = false;
    Some(Effect::LoadNextActions(queue.member))
}

/// Time passed: what has had its time goes away, and ages are painted anew when they have changed.
fn clock(model: &mut Model, now: Micros) {
    let before = model.now;
    model.now = now;
    let notices = model.notices.len();
    model.notices.retain(|notice| notice.until > now);
    let tints = model.tints.len();
    model.tints.retain(|_, until| *until > now);
    let moved = rewards::clock(model, before) | model.live.expire(now);
    let period = model.age_period_us();
    let minute = 60 * SECOND_US;
    if model.filter.is_some() && before.div_euclid(minute) != now.div_euclid(minute) {
        // `stale:14d` and the like become true by waiting.
        filter::apply(model);
        navigate::settle(model);
    }
    let which_key_at = model.typed.since + WHICH_KEY_US;
    model.dirty |= moved
        || notices != model.notices.len()
        || tints != model.tints.len()
        || before.div_euclid(period) != now.div_euclid(period)
        || (!model.typed.keys.is_empty() && before < which_key_at && now >= which_key_at);
}

/// Adds a line of news.
pub(crate) fn notify(model: &mut Model, severity: Severity, text: String) {
    let stays = if severity == Severity::Problem {
        PROBLEM_US
    } else {
        NOTICE_US
    };
    model.notices.retain(|notice| notice.text != text);
    if model.notices.len() >= MAX_NOTICES {
        model.notices.remove(0);
    }
    model.notices.push(Notice {
        severity,
        text,
        until: model.now + stays,
    });
}

/// Goes to a screen; ctrl-o comes back.
pub(crate) fn go(model: &mut Model, screen: Screen) {
    if model.screen == screen {
        return;
    }
    if model.back.len() >= crate::model::MAX_BACK {
        model.back.remove(0);
    }
    if model.screen != Screen::FirstRun {
        model.back.push(model.screen);
    }
    // As in an editor: whoever goes elsewhere has left the way ahead.
    model.ahead.clear();
    model.screen = screen;
}

/// Puts a layer on top; a second one of the same kind replaces the first.
pub(crate) fn open(model: &mut Model, layer: Layer) {
    let same = |other: &Layer| std::mem::discriminant(other) == std::mem::discriminant(&layer);
    model.layers.retain(|other| !same(other));
    model.layers.push(layer);
}
