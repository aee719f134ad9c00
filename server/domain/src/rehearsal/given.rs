//! What is reckoned from what was in fact given: splits; and what a replay cannot know.

use std::collections::BTreeMap;

use super::{ByMember, RehearsalQuery, is_for_window};
use crate::completeness::completeness;
use crate::decide::split_receivers;
use crate::entity::EntityKey;
use crate::id::MemberId;
use crate::packet::{PacketState, equal_amounts, lucky_amounts, lucky_seed};
use crate::reward::RewardState;
use crate::rules::is_in_audience;
use crate::scheme::{RankedBy, Rule, SplitMethod, Trigger};
use crate::score::ScoreKind;
use crate::state::{State, stands};

/// The whole in basis points.
const WHOLE_BP: i128 = 10_000;

/// What members would have received of the rewards that were in fact granted in the window, if all packets were opened.
pub(super) fn splits(state: &State, query: &RehearsalQuery) -> ByMember {
    let mut received = ByMember::new();
    let Rule::Split {
        covers,
        share_bp,
        method,
        audience,
        ..
    } = &query.terms.rule
    else {
        return received;
    };
    for reward in state.rewards() {
        let is_open = matches!(
            reward.state,
            RewardState::Claimable | RewardState::Claimed | RewardState::Expired
        );
        let is_covered = is_open
            && reward.unit == query.unit
            && (covers.is_empty() || covers.contains(&reward.scheme))
            && is_for_window(state, query, reward)
            && is_in_audience(state, &query.terms.audience, reward.member);
        if !is_covered {
            continue;
        }
        let share = i128::from(reward.amount) * i128::from(*share_bp) / WHOLE_BP;
        let share = i64::try_from(share).unwrap_or(0);
        let receivers = split_receivers(state, reward, *audience);
        let count = receivers.len().min(usize::try_from(share).unwrap_or(0));
        let at = reward
            .split
            .as_ref()
            .map_or(reward.granted_at, |split| split.at);
        let amounts = match method {
            SplitMethod::Equal => equal_amounts(share, count),
            SplitMethod::Lucky => lucky_amounts(
                &lucky_seed(reward.id, reward.granted_revision, at),
                share,
                count,
            ),
        };
        for (receiver, amount) in receivers.into_iter().zip(amounts) {
            let own = received.entry(receiver).or_default();
            own.rewards += 1;
            own.amount += i128::from(amount);
        }
    }
    received
}

/// What members were in fact sent in packets of the scheme, of rewards granted in the window, whatever became of them but
/// for those that were taken back.
pub(super) fn packets_sent(state: &State, query: &RehearsalQuery) -> BTreeMap<MemberId, i128> {
    let mut sent: BTreeMap<MemberId, i128> = BTreeMap::new();
    let of_scheme = |scheme| Some(scheme) == query.scheme;
    for packet in state.packets().filter(|row| of_scheme(row.scheme)) {
        let reward = state.reward(packet.reward);
        let is_asked =
            reward.is_some_and(|reward| stands(reward) && is_for_window(state, query, reward));
        if is_asked && packet.state != PacketState::Reversed {
            *sent.entry(packet.receiver).or_default() += i128::from(packet.amount);
        }
    }
    sent
}

/// What the replay cannot know, in sentences.
pub(super) fn caveats(state: &State, query: &RehearsalQuery) -> Vec<String> {
    let zone = state.zone();
    let (from, to) = query.window.instants(&zone);
    let mut caveats = Vec::new();
    let mut add = |text: String| caveats.push(text);
    let changed = |key: EntityKey| {
        let mut images = state.past_images_of(key);
        images.any(|image| image.until >= from)
    };
    let rule = &query.terms.rule;
    if matches!(rule, Rule::Grant { .. }) {
        add(
            "Personal rewards are given by hand: what managers would have given cannot be known."
                .to_owned(),
        );
        return caveats;
    }
    if to > query.now {
        add("The window is not over: only what has happened so far is in it.".to_owned());
    }
    let members = state.members().filter(|row| changed(row.id.into())).count();
    let teams = state.teams().filter(|row| changed(row.id.into())).count();
    if members + teams > 0 {
        add(format!(
            "Who can earn is judged by the teams and roles of today, and who has left earns nothing: {members} members and \
             {teams} teams have changed since the window began."
        ));
    }
    if query.terms.approval {
        add("Every reward is taken as approved, unless it was in fact refused.".to_owned());
    }
    match rule {
        Rule::Split { .. } => add(
            "Packets are reckoned from the rewards that were in fact granted, for the teams of today, as if all of them were \
             opened."
                .to_owned(),
        ),
        Rule::CustomerData { complete, .. } => {
            let lost = state.customers().filter(|customer| {
                let now = completeness(state, customer).filled;
                customer.filled.iter().any(|fill| !now.contains(&fill.field))
            });
            let lost = lost.count();
            if *complete > 0 && lost > 0 {
                add(format!(
                    "{lost} customers have lost a field that was filled in before; when is not kept, so their records count \
                     as if they had not."
                ));
            }
        }
        Rule::Opportunity {
            on: Trigger::Revived,
            needs_activity: true,
            ..
        } if state.pipelines().any(|row| changed(row.id.into())) => add(
            "When a deal was stalled is judged by the periods and calendars of today, and a pipeline has changed since the \
             window began."
                .to_owned(),
        ),
        Rule::Ranking { by, .. } => {
            if *by == RankedBy::RewardIncome {
                add("Income is what was in fact earned, not what these terms would have added to it.".to_owned());
            }
            let entries = state.score_entries_between(from, to);
            let dated_back = entries.filter(|entry| {
                !matches!(entry.kind, ScoreKind::Fact | ScoreKind::Reversal)
            });
            let dated_back = dated_back.count();
            if dated_back > 0 {
                add(format!(
                    "Standings are those of today: {dated_back} corrections are dated in the window and may have been made \
                     after a cycle was closed."
                ));
            }
        }
        _ => {}
    }
    caveats
}
