//! Judges thanks, and gives badges by rule: a pure pass over the facts of a commit (DOMAIN.md §6).
//!
//! A badge by rule is given once and never taken back. It is looked for only while the member does not have it, in totals
//! that are kept anyway, so that a move costs no more however long the history is. Imported history gives none by itself,
//! but counts in the totals.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use super::completeness::touched;
use super::judge::Judge;
use crate::badge::{Badge, BadgeKind};
use crate::command::GiveThanks;
use crate::cycle::{CycleUnit, window_of};
use crate::event::Event;
use crate::goal::GoalSubject;
use crate::id::{BadgeId, MemberId};
use crate::limits::{MAX_REASON_CHARS, MAX_THANKS_PER_MONTH};
use crate::metric::{all_time, sum_of};
use crate::notice::{Draft, NoticeFigures, NoticeKind, post};
use crate::packet::PacketState;
use crate::rejection::{Reason, Rejection};
use crate::score::{Metric, ScoreEntry};
use crate::state::State;
use crate::text;

/// Wins for TEN_WINS.
const TEN_WINS: i64 = 10;
/// Credited forward moves for HUNDRED_MOVES.
const HUNDRED_MOVES: i64 = 100;
/// Check-ins that count within one ISO week for TEN_CHECK_INS_IN_A_WEEK.
const TEN_CHECK_INS: usize = 10;
/// Stalled deals set moving for REVIVED_FIVE.
const REVIVED_FIVE: i64 = 5;
/// Packets opened by teammates for TEN_PACKETS_SHARED.
const TEN_PACKETS: usize = 10;
/// A record that lacks nothing, in basis points.
const WHOLE_BP: u16 = 10_000;

pub(super) fn thank(mut judge: Judge, command: &GiveThanks) -> Result<Vec<Event>, Rejection> {
    let giver = judge.actor();
    let now = judge.now();
    judge.active_member("member_id", command.member);
    if giver == Some(command.member) {
        let text = "nobody thanks themselves: thank a colleague";
        judge.violations.add(Reason::GivenToSelf, "member_id", text);
    }
    let found = &mut judge.violations;
    let reason = text::required("reason", &command.reason, MAX_REASON_CHARS, found);
    if let Some(opportunity) = command.opportunity {
        judge.opportunity("opportunity_id", opportunity);
    }
    let zone = judge.state.zone();
    let (from, to) = window_of(CycleUnit::Month, zone.date_of(now)).instants(&zone);
    if judge.state.thanks_given(giver, from, to) >= MAX_THANKS_PER_MONTH {
        let text = format!(
            "thanks are given at most {MAX_THANKS_PER_MONTH} times in a calendar month, so that they keep their weight: none \
             are left until {}",
            zone.date_of(to)
        );
        judge.violations.add(Reason::GiverCapReached, "", text);
    }
    let badge = Badge {
        id: judge.state.next_badge(),
        member: command.member,
        kind: BadgeKind::Thanks,
        giver,
        reason: Some(reason.clone()),
        opportunity: command.opportunity,
        at: now,
        revision: 0,
    };
    let draft = Draft {
        recipient: command.member,
        kind: NoticeKind::Thanked,
        subject: Some(badge.id.into()),
        actor: giver,
        figures: NoticeFigures {
            text: Some(reason),
            ..NoticeFigures::default()
        },
        at: now,
    };
    let state = judge.state;
    let mut events = judge.conclude(vec![Event::BadgeGiven { badge }])?;
    post(state, &mut events, draft);
    Ok(events)
}

/// Adds the badges that the facts of a commit earn.
pub(super) fn give(state: &State, context: &Context, events: &mut Vec<Event>) {
    let mut earned: BTreeSet<(MemberId, BadgeKind)> = BTreeSet::new();
    for (member, metric) in scored(events) {
        for kind in kinds_of(metric) {
            let lacks = !state.has_badge(member, *kind);
            if lacks && is_reached(state, events, member, *kind) {
                earned.insert((member, *kind));
            }
        }
    }
    let caller = context
        .actor
        .member
        .filter(|id| state.member(*id).is_some());
    for record in touched(state, events) {
        let was_whole = record
            .before
            .is_some_and(|before| before.score_bp == WHOLE_BP);
        let completed = !was_whole && record.after.score_bp == WHOLE_BP;
        if let Some(member) = caller.or(record.customer.owner).filter(|_| completed) {
            earned.insert((member, BadgeKind::CompleteRecord));
        }
    }
    for giver in sharers(events) {
        let kind = BadgeKind::TenPacketsShared;
        if !state.has_badge(giver, kind) && opened_packets(state, events, giver) >= TEN_PACKETS {
            earned.insert((giver, kind));
        }
    }
    let earned = earned
        .into_iter()
        .filter(|(member, kind)| !state.has_badge(*member, *kind));
    let first = state.next_badge().0;
    for (id, (member, kind)) in (first..).zip(earned) {
        let badge = Badge {
            id: BadgeId(id),
            member,
            kind,
            giver: None,
            reason: None,
            opportunity: None,
            at: context.now,
            revision: 0,
        };
        events.push(Event::BadgeGiven { badge });
    }
}

/// Credited facts of a commit that are not imported.
fn facts(events: &[Event]) -> impl Iterator<Item = &ScoreEntry> {
    events.iter().filter_map(|event| match event {
        Event::ScoreRecorded { entry }
            if entry.credited() && !entry.imported && entry.count > 0 =>
        {
            Some(entry)
        }
        _ => None,
    })
}

/// Who scored in what.
fn scored(events: &[Event]) -> BTreeSet<(MemberId, Metric)> {
    facts(events)
        .filter_map(|entry| Some((entry.member?, entry.metric)))
        .collect()
}

const fn kinds_of(metric: Metric) -> &'static [BadgeKind] {
    match metric {
        Metric::New => &[BadgeKind::FirstDeal],
        Metric::Flow => &[BadgeKind::HundredMoves],
        Metric::Won => &[BadgeKind::FirstWin, BadgeKind::TenWins],
        Metric::Revived => &[BadgeKind::RevivedFive],
        Metric::CheckIn => &[BadgeKind::TenCheckInsInAWeek],
    }
}

fn is_reached(state: &State, events: &[Event], member: MemberId, kind: BadgeKind) -> bool {
    let total = |metric| {
        let kept = sum_of(state, GoalSubject::Member(member), metric, all_time()).0;
        let of_member = events.iter().filter_map(|event| match event {
            Event::ScoreRecorded { entry } if entry.credited() => Some(entry),
            _ => None,
        });
        let new = of_member.filter(|entry| (entry.member, entry.metric) == (Some(member), metric));
        kept + new.map(|entry| i64::from(entry.count)).sum::<i64>()
    };
    match kind {
        BadgeKind::FirstDeal | BadgeKind::FirstWin => true,
        BadgeKind::TenWins => total(Metric::Won) >= TEN_WINS,
        BadgeKind::HundredMoves => total(Metric::Flow) >= HUNDRED_MOVES,
        BadgeKind::RevivedFive => total(Metric::Revived) >= REVIVED_FIVE,
        BadgeKind::TenCheckInsInAWeek => check_ins(state, events, member) >= TEN_CHECK_INS,
        BadgeKind::CompleteRecord | BadgeKind::TenPacketsShared | BadgeKind::Thanks => false,
    }
}

/// Check-ins that count in the ISO week of those of this commit.
fn check_ins(state: &State, events: &[Event], member: MemberId) -> usize {
    let own = || {
        facts(events)
            .filter(|entry| (entry.member, entry.metric) == (Some(member), Metric::CheckIn))
    };
    let Some(last) = own().last() else {
        return 0;
    };
    let zone = state.zone();
    let (from, to) = window_of(CycleUnit::Week, zone.date_of(last.at)).instants(&zone);
    let new = own().filter(|entry| (from..to).contains(&entry.at)).count();
    state
        .check_ins_of(member, from, to)
        .take(TEN_CHECK_INS)
        .count()
        + new
}

/// Whose packets were opened in a commit.
fn sharers(events: &[Event]) -> BTreeSet<MemberId> {
    let opened = events.iter().filter_map(|event| match event {
        Event::PacketUpdated { packet } if packet.state == PacketState::Opened => {
            Some(packet.giver)
        }
        _ => None,
    });
    opened.collect()
}

/// Packets of a member that teammates have opened, counted no further than is asked. Whoever opens one looks here, so a
/// member's rewards are gone through about as often as the badge asks for packets.
fn opened_packets(state: &State, events: &[Event], giver: MemberId) -> usize {
    let mut opened = BTreeMap::new();
    for event in events {
        if let Event::PacketUpdated { packet } = event
            && packet.giver == giver
        {
            opened.insert(packet.id, packet.state == PacketState::Opened);
        }
    }
    let new = opened.values().filter(|is_open| **is_open).count();
    let shared = state
        .rewards_of(giver)
        .rev()
        .filter(|reward| reward.split.is_some());
    let kept = shared
        .flat_map(|reward| state.packets_of_reward(reward.id))
        .filter(|packet| packet.state == PacketState::Opened && !opened.contains_key(&packet.id));
    new + kept.take(TEN_PACKETS).count()
}
