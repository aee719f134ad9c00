//! The leaderboard: what is ranked, who, and where a place leads.

use super::{funnel, notify, reports, schemes};
use crate::keymap::Context;
use crate::model::{Effect, Model, Severity};
use crate::report::funnel::Metric;
use crate::report::leaderboard::RankedValue;
use crate::report::{Ask, Scope, Who};
use crate::screens::leaderboard;

/// What to ask for.
pub(super) fn ask(model: &Model) -> Ask {
    let scope = reports::scope(model);
    // Targets and rewards are of all pipelines.
    let pipeline = scope
        .pipeline
        .filter(|_| model.contest.ranked == RankedValue::Metric);
    Ask::Leaderboard {
        contest: model.contest,
        scope: Scope {
            pipeline,
            as_of: None,
            ..scope
        },
    }
}

/// Ranks by the next metric, or by the one before; behind the metrics come rewards.
pub(super) fn step_metric(model: &mut Model, by: isize) {
    model.contest = model.contest.stepped(by);
}

/// Ranks by how many instead of for how much, or the other way round; rewards by money instead of points.
pub(super) fn toggle_count(model: &mut Model) {
    let contest = &mut model.contest;
    if contest.ranked == RankedValue::RewardIncome {
        contest.money = !contest.money;
    } else if contest.of.metric == Metric::CheckIn {
        let text = model.strings.say("notice-rank-no-amount").to_owned();
        notify(model, Severity::Info, text);
    } else {
        contest.of.by_count = !contest.of.by_count;
    }
}

/// Ranks by the share of the own target, or by the figure itself.
pub(super) fn toggle_target(model: &mut Model) {
    model.contest.ranked = match model.contest.ranked {
        RankedValue::Metric | RankedValue::RewardIncome => RankedValue::TargetShare,
        RankedValue::TargetShare => RankedValue::Metric,
    };
}

/// Ranks teams instead of members, or the other way round.
pub(super) fn toggle_teams(model: &mut Model) {
    model.contest.teams = !model.contest.teams;
    // Numbers of teams and of members mean different things.
    model.lists.remove(&Context::Leaderboard);
}

/// Goes to the score entries, or the rewards, that a place is the sum of; `why`: the title also says how the rank came about.
pub(super) fn open(model: &mut Model, why: bool) -> Vec<Effect> {
    let Some(place) = leaderboard::selected(model) else {
        return Vec::new();
    };
    let (who, rank, name) = (place.who, place.rank, place.name.clone());
    let Ask::Leaderboard { contest, scope } = ask(model) else {
        return Vec::new();
    };
    let of_rewards = contest.ranked == RankedValue::RewardIncome;
    let metric = contest.of.metric;
    let mut parts = vec![name];
    if !of_rewards {
        parts.push(model.strings.say(metric.name_key()).to_owned());
    }
    let cycle = model.lens.cycle(model.today());
    parts.push(crate::screens::cycle_words(model, cycle));
    if why {
        parts.push(leaderboard::rank_words(model, rank));
    }
    let title = parts.join(&format!(" {} ", model.theme.glyphs().dot));
    if of_rewards {
        schemes::list_rewards_of(model, title, who);
        return Vec::new();
    }
    let scope = Scope { who, ..scope };
    debug_assert!(who != Who::Everyone, "a place is somebody's");
    funnel::drill(model, title, Ask::Scores { metric, scope });
    Vec::new()
}
