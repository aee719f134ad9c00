//! What falls due by stage clocks: levels that are reached, who is told of them, and levels that no longer hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::tick::Source;
use crate::alert::{Alert, AlertChange, AlertState, Resolution};
use crate::event::Event;
use crate::id::{AlertId, MemberId, OpportunityId};
use crate::limits::{ENTITY_BASE_BYTES, MAX_TICK_BYTES};
use crate::opportunity::Opportunity;
use crate::stagnation::{StageClock, Stagnation, StagnationLevel, level_of, threshold_micros};
use crate::state::State;
use crate::time::Timestamp;

/// Levels of stagnation.
pub(super) const LEVELS: Source = Source { deadline, due };

/// When the first level is reached, or at once where a level no longer holds.
fn deadline(state: &State, now: Timestamp) -> Option<Timestamp> {
    let zone = state.zone();
    let mut first: Option<Timestamp> = None;
    for (pipeline, id, level) in state.clock_groups() {
        let Some(stage) = pipeline.stage(id) else {
            continue;
        };
        let clock = StageClock {
            calendar: &pipeline.calendar,
            zone: &zone,
        };
        let all = || state.clocks(id, level, Timestamp(i64::MIN), Timestamp(i64::MAX));
        if level > StagnationLevel::Flowing {
            let youngest = all().next_back();
            let holds = youngest.is_some_and(|(entry, _)| {
                threshold_micros(stage, level)
                    .is_some_and(|micros| clock.after(entry, micros) <= now)
            });
            if !holds {
                return Some(now);
            }
        }
        let micros = level.next().and_then(|next| threshold_micros(stage, next));
        if let Some(micros) = micros
            && let Some((entry, _)) = all().next()
        {
            let at = clock.after(entry, micros);
            first = Some(first.map_or(at, |first| first.min(at)));
        }
    }
    first.filter(|at| *at < Timestamp(i64::MAX))
}

/// Levels that no longer hold, then levels that are reached, the earliest first.
fn due(state: &State, now: Timestamp, budget: usize) -> Vec<Event> {
    let mut telling = Telling::new(state, now);
    lift(&mut telling, budget);
    if telling.events.is_empty() {
        raise(&mut telling, budget);
    }
    telling.events
}

/// Levels that a longer period or a calendar took back.
fn lift(telling: &mut Telling, budget: usize) {
    let (state, now) = (telling.state, telling.now);
    let zone = state.zone();
    for (pipeline, id, level) in state.clock_groups() {
        let Some(stage) = pipeline.stage(id) else {
            continue;
        };
        if level == StagnationLevel::Flowing {
            continue;
        }
        let clock = StageClock {
            calendar: &pipeline.calendar,
            zone: &zone,
        };
        let from = match threshold_micros(stage, level) {
            Some(micros) => clock.before(now, micros).plus_micros(1),
            None => Timestamp(i64::MIN),
        };
        for (entry, opportunity) in state.clocks(id, level, from, Timestamp(i64::MAX)) {
            let Some(opportunity) = state.opportunity(opportunity) else {
                continue;
            };
            let Some(told) = opportunity.stagnation else {
                continue;
            };
            if telling.is_full(budget) {
                return;
            }
            // A clock that was set back takes nothing back: what was told then was true then.
            let reached = clock.reaches(stage, level, entry, opportunity.entered_at());
            if reached.is_some_and(|reached| reached <= told.since) {
                continue;
            }
            let level = level_of(clock.elapsed(entry, now), stage);
            let left = clock
                .reaches(stage, level, entry, opportunity.entered_at())
                .filter(|_| level > StagnationLevel::Flowing)
                .map(|since| Stagnation { level, since });
            telling.push(
                opportunity,
                Event::StagnationLifted {
                    opportunity: opportunity.id,
                    stage: id,
                    stagnation: left,
                    at: now,
                },
            );
        }
    }
}

/// Levels that are reached. Stages are merged by time, so that what is told is told in order.
fn raise(telling: &mut Telling, budget: usize) {
    let (state, now) = (telling.state, telling.now);
    let zone = state.zone();
    let mut queues = Vec::new();
    let mut heads: BTreeMap<(Timestamp, OpportunityId), usize> = BTreeMap::new();
    for (pipeline, id, level) in state.clock_groups() {
        let next = level.next();
        let stage = pipeline.stage(id);
        let Some((stage, micros)) =
            stage.and_then(|stage| Some((stage, threshold_micros(stage, next?)?)))
        else {
            continue;
        };
        let clock = StageClock {
            calendar: &pipeline.calendar,
            zone: &zone,
        };
        let until = clock.before(now, micros);
        let mut queue = state.clocks(stage.id, level, Timestamp(i64::MIN), until);
        if let Some((entry, opportunity)) = queue.next().filter(|(entry, _)| *entry <= until) {
            heads.insert((clock.after(entry, micros), opportunity), queues.len());
        }
        queues.push((clock.calendar, micros, queue));
    }
    while let Some(((_, opportunity), place)) = heads.pop_first() {
        if telling.is_full(budget) {
            return;
        }
        if let Some(opportunity) = state.opportunity(opportunity) {
            telling.tell(opportunity);
        }
        let (calendar, micros, queue) = &mut queues[place];
        if let Some((entry, opportunity)) = queue.next() {
            let clock = StageClock {
                calendar,
                zone: &zone,
            };
            heads.insert((clock.after(entry, *micros), opportunity), place);
        }
    }
}

/// What the clock of one opportunity has reached that was not told yet. A command that takes it out of its stage tells
/// this first: then the log says the same whether or not a Tick came in time.
pub(super) fn overdue(state: &State, opportunity: &Opportunity, now: Timestamp) -> Vec<Event> {
    let mut telling = Telling::new(state, now);
    if !opportunity.archived {
        telling.tell(opportunity);
    }
    telling.events
}

/// The unresolved alerts about an opportunity after some events about it, resolved for a reason.
pub(super) fn resolve_alerts(
    state: &State,
    opportunity: OpportunityId,
    before: &[Event],
    resolution: Resolution,
) -> Vec<Event> {
    let mut alerts: BTreeMap<AlertId, Alert> = state
        .alerts_of(opportunity)
        .map(|alert| (alert.id, Alert::clone(alert)))
        .collect();
    for event in before {
        if let Event::AlertRaised { alert } | Event::AlertUpdated { alert, .. } = event {
            alerts.insert(alert.id, alert.clone());
        }
    }
    alerts
        .into_values()
        .filter(Alert::is_unresolved)
        .map(|alert| resolved(alert, resolution))
        .collect()
}

/// The fact that an alert says nothing any more.
pub(super) fn resolved(mut alert: Alert, resolution: Resolution) -> Event {
    alert.before = Some(alert.state);
    alert.state = AlertState::Resolved(resolution);
    Event::AlertUpdated {
        alert,
        change: AlertChange::Resolved,
    }
}

/// The alerts that a move resolved when it took an opportunity out of its stage, as they were: nobody is told anything
/// new, and what was acknowledged or put off stays so.
pub(super) fn bring_back_alerts(
    state: &State,
    opportunity: OpportunityId,
    move_revision: u64,
) -> impl Iterator<Item = Event> {
    let resolved_by_it = state.alerts_of(opportunity).filter(move |alert| {
        alert.revision == move_revision
            && alert.state == AlertState::Resolved(Resolution::LeftStage)
    });
    resolved_by_it.map(|alert| {
        let mut alert = Alert::clone(alert);
        alert.state = alert.before.take().unwrap_or(AlertState::Open);
        Event::AlertUpdated {
            alert,
            change: AlertChange::BroughtBack,
        }
    })
}

/// Facts in the making: alerts are numbered as they are raised, sizes are added up.
struct Telling<'a> {
    state: &'a State,
    now: Timestamp,
    next_alert: u64,
    bytes: usize,
    events: Vec<Event>,
}

impl<'a> Telling<'a> {
    fn new(state: &'a State, now: Timestamp) -> Self {
        Self {
            state,
            now,
            next_alert: state.next_alert().0,
            bytes: 0,
            events: Vec::new(),
        }
    }

    fn is_full(&self, budget: usize) -> bool {
        self.events.len() >= budget || self.bytes >= MAX_TICK_BYTES
    }

    fn push(&mut self, about: &Opportunity, event: Event) {
        self.bytes += match event {
            Event::OpportunityStagnated { .. } | Event::StagnationLifted { .. } => {
                about.wire_bytes()
            }
            _ => ENTITY_BASE_BYTES,
        };
        self.events.push(event);
    }

    /// Every level the clock has reached above the one that was told, each with its own instant, and its alerts.
    fn tell(&mut self, opportunity: &Opportunity) {
        let Some((pipeline, stage)) = self.state.stage(opportunity.stage) else {
            return;
        };
        let zone = self.state.zone();
        let clock = StageClock {
            calendar: &pipeline.calendar,
            zone: &zone,
        };
        let entry = clock.virtual_entry(opportunity);
        let mut known: Vec<Alert> = Vec::new();
        let mut next = opportunity.told_level().next();
        while let Some(level) = next {
            next = level.next();
            let Some(since) = clock.reaches(stage, level, entry, opportunity.entered_at()) else {
                return;
            };
            if since > self.now {
                return;
            }
            if known.is_empty() {
                let alerts = self.state.alerts_of(opportunity.id);
                known = alerts.map(|alert| Alert::clone(alert)).collect();
            }
            self.push(
                opportunity,
                Event::OpportunityStagnated {
                    opportunity: opportunity.id,
                    stage: stage.id,
                    stagnation: Stagnation { level, since },
                    at: self.now,
                },
            );
            for recipient in recipients(self.state, opportunity, level) {
                self.alert(opportunity, level, since, recipient, &mut known);
            }
        }
    }

    /// Tells one member once: an occurrence is known by opportunity, level, instant and recipient. What they were told of
    /// a lower level is overtaken.
    fn alert(
        &mut self,
        opportunity: &Opportunity,
        level: StagnationLevel,
        since: Timestamp,
        recipient: MemberId,
        known: &mut Vec<Alert>,
    ) {
        let is_told = known.iter().any(|alert| {
            alert.recipient == recipient
                && alert.level == level
                && alert.since == since
                && alert.stage == opportunity.stage
        });
        if is_told {
            return;
        }
        let alert = Alert {
            id: AlertId(self.next_alert),
            opportunity: opportunity.id,
            stage: opportunity.stage,
            level,
            recipient,
            since,
            raised_at: self.now,
            state: AlertState::Open,
            reason: None,
            before: None,
            revision: 0,
        };
        self.next_alert += 1;
        self.push(
            opportunity,
            Event::AlertRaised {
                alert: alert.clone(),
            },
        );
        let lower = known.iter_mut().filter(|known| {
            known.recipient == recipient && known.level < level && known.is_unresolved()
        });
        let mut overtaken = Vec::new();
        for lower in lower {
            overtaken.push(lower.clone());
            lower.state = AlertState::Resolved(Resolution::Overtaken);
        }
        for lower in overtaken {
            self.push(opportunity, resolved(lower, Resolution::Overtaken));
        }
        known.push(alert);
    }
}

/// Who is told of a level (DOMAIN.md §3): the owner when it approaches and when it is stalled, their manager when it is
/// stalled, and that one's manager when it is critical. Whoever has left is stood in for by their own manager.
fn recipients(state: &State, opportunity: &Opportunity, level: StagnationLevel) -> Vec<MemberId> {
    let Some(owner) = opportunity.owner else {
        return Vec::new();
    };
    let manager = manager_of(state, owner);
    let is_active = state.member(owner).is_some_and(|member| member.active);
    let owner = if is_active { Some(owner) } else { manager };
    let mut recipients: Vec<MemberId> = match level {
        StagnationLevel::Flowing => Vec::new(),
        StagnationLevel::Approaching => owner.into_iter().collect(),
        StagnationLevel::Stalled => owner.into_iter().chain(manager).collect(),
        StagnationLevel::Critical => manager
            .and_then(|manager| manager_of(state, manager))
            .into_iter()
            .collect(),
    };
    recipients.dedup();
    recipients
}

/// The manager of a member's team, or of the nearest team above whose manager is somebody else and has not left.
pub(crate) fn manager_of(state: &State, member: MemberId) -> Option<MemberId> {
    let team = state.member(member)?.team;
    state
        .teams_above(team)
        .filter_map(|team| team.manager)
        .find(|manager| {
            *manager != member && state.member(*manager).is_some_and(|found| found.active)
        })
}

/// Whether an import left an opportunity's present stay as it was, so that what was told of it still holds.
pub(super) fn same_stay(before: &Arc<Opportunity>, after: &Opportunity) -> bool {
    let earlier = |opportunity: &Opportunity| {
        let entered_at = opportunity.entered_at();
        (
            opportunity.stage,
            entered_at,
            opportunity.stage_clock_micros(entered_at),
        )
    };
    earlier(before) == earlier(after)
}
