//! Translates what the server sends into the client's own records; nothing else knows both.

use jiff::civil::Date;
use sluice_proto::v1;

use crate::message::CommitFact;
use crate::record::{
    Activity, ActivityKind, Calendar, Card, CheckInPlace, CheckedIn, Contact, Coordinates,
    Customer, DAY_US, Level, Member, MemberRole, Micros, MoveKind, NextAction, Pipeline, Resource,
    ResourceKey, SECOND_US, Site, Stage, StageEntry, StageKind, Team, Trust, Workspace,
};
use crate::report::Who;
use crate::workdays::MONDAY_TO_FRIDAY;

mod attention;
pub mod id;
pub mod reward;
pub mod scheme;
mod timeline;

pub use timeline::happening;

/// The number of an id: `opportunities/1042` → 1042. None when it is empty or not of that form.
pub fn number(id: &str) -> Option<u64> {
    id.rsplit_once('/')?.1.parse().ok()
}

/// Whose a goal is: a member's, a team's, or everybody's when nothing is said.
pub(crate) fn who(subject_id: &str) -> Who {
    match number(subject_id) {
        Some(team) if subject_id.starts_with("teams/") => Who::Team(team),
        Some(member) => Who::Member(member),
        None => Who::Everyone,
    }
}

/// A point in time; 1970 when absent.
pub fn micros(time: Option<&prost_types::Timestamp>) -> Micros {
    time.map_or(0, |time| {
        time.seconds
            .saturating_mul(SECOND_US)
            .saturating_add(i64::from(time.nanos) / 1_000)
    })
}

/// A point in time for the server.
pub fn timestamp(micros: Micros) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: micros.div_euclid(SECOND_US),
        // Below a billion by construction.
        nanos: i32::try_from(micros.rem_euclid(SECOND_US) * 1_000).unwrap_or(0),
    }
}

fn duration_micros(duration: Option<&prost_types::Duration>) -> Micros {
    duration.map_or(0, |span| {
        span.seconds
            .saturating_mul(SECOND_US)
            .saturating_add(i64::from(span.nanos) / 1_000)
    })
}

fn amount(money: Option<&v1::Money>) -> i64 {
    money.map_or(0, |money| money.amount_minor)
}

fn date(text: &str) -> Option<Date> {
    text.parse().ok()
}

/// Any resource; none for one this client does not know yet.
pub fn resource(resource: v1::Resource) -> Option<Resource> {
    use v1::resource::Resource as Wire;
    Some(match resource.resource? {
        Wire::Workspace(wire) => Resource::Workspace(workspace(wire)),
        Wire::Team(wire) => Resource::Team(team(wire)?),
        Wire::Member(wire) => Resource::Member(member(wire)?),
        Wire::Pipeline(wire) => Resource::Pipeline(pipeline(wire)?),
        Wire::Customer(wire) => Resource::Customer(customer(wire)?),
        Wire::Contact(wire) => Resource::Contact(contact(wire)?),
        Wire::Opportunity(wire) => Resource::Opportunity(Box::new(card(wire)?)),
        Wire::Activity(wire) => Resource::Activity(activity(wire)?),
        Wire::Alert(wire) => Resource::Alert(attention::alert(wire)?),
        Wire::SavedView(_) => return None,
        Wire::Notice(wire) => Resource::Message(attention::message(wire)?),
        // Goals are read with their progress, by call.
        Wire::Goal(_) => return None,
        Wire::Webhook(_) | Wire::DigestSchedule(_) => return None,
        Wire::Scheme(wire) => Resource::Scheme(Box::new(scheme::scheme(wire)?)),
        // There may be many: read by call, and heard of by the facts of commits.
        Wire::Reward(_) | Wire::Packet(_) | Wire::Payout(_) | Wire::Badge(_) => return None,
        Wire::Approval(wire) => Resource::Approval(attention::approval(wire)?),
    })
}

fn workspace(wire: v1::Workspace) -> Workspace {
    Workspace {
        name: wire.name,
        time_zone: wire.time_zone,
        currency: wire.currency_code,
        revision: wire.revision,
    }
}

fn team(wire: v1::Team) -> Option<Team> {
    Some(Team {
        id: number(&wire.id)?,
        name: wire.name,
        parent_id: number(&wire.parent_id),
        manager_id: number(&wire.manager_id),
    })
}

fn member(wire: v1::Member) -> Option<Member> {
    Some(Member {
        id: number(&wire.id)?,
        role: role(wire.role()),
        name: wire.name,
        team_id: number(&wire.team_id),
        active: wire.active,
    })
}

fn role(wire: v1::Role) -> MemberRole {
    match wire {
        v1::Role::Admin => MemberRole::Admin,
        v1::Role::Executive => MemberRole::Executive,
        v1::Role::Manager => MemberRole::Manager,
        v1::Role::Rep | v1::Role::Unspecified => MemberRole::Rep,
        v1::Role::Script => MemberRole::Script,
    }
}

/// A pipeline with its stages.
pub fn pipeline(wire: v1::Pipeline) -> Option<Pipeline> {
    Some(Pipeline {
        id: number(&wire.id)?,
        name: wire.name,
        stages: wire.stages.into_iter().filter_map(stage).collect(),
        retired: wire.retired,
        calendar: wire.calendar.map(calendar).unwrap_or_default(),
    })
}

fn calendar(wire: v1::Calendar) -> Calendar {
    let bit = |day: v1::Weekday| match i32::from(day) {
        number @ 1..=7 => 1_u8 << (number - 1),
        _ => 0,
    };
    let weekdays = match wire.weekdays().fold(0, |mask, day| mask | bit(day)) {
        0 => MONDAY_TO_FRIDAY,
        weekdays => weekdays,
    };
    let mut holidays: Vec<Date> = wire.holidays.iter().filter_map(|day| date(day)).collect();
    holidays.sort_unstable();
    Calendar {
        working_days_only: wire.working_days_only,
        weekdays,
        holidays,
    }
}

fn level(wire: v1::StagnationLevel) -> Level {
    match wire {
        v1::StagnationLevel::Unspecified => Level::Moving,
        v1::StagnationLevel::Approaching => Level::Approaching,
        v1::StagnationLevel::Stalled => Level::Stalled,
        v1::StagnationLevel::Critical => Level::Critical,
    }
}

fn stage(wire: v1::Stage) -> Option<Stage> {
    let days = i64::from(wire.stagnation_period_days);
    Some(Stage {
        id: number(&wire.id)?,
        kind: stage_kind(wire.kind()),
        gated: is_gated(&wire),
        name: wire.name,
        win_probability_bp: u32::try_from(wire.win_probability_bp).unwrap_or(0),
        stagnation_us: (days > 0).then(|| days * DAY_US),
        retired: wire.retired,
    })
}

/// It demands something of who enters.
fn is_gated(wire: &v1::Stage) -> bool {
    let demands = |gate: &v1::Gate| {
        gate.approval_required
            || !gate.required_activities.is_empty()
            || !gate.required_contacts.is_empty()
    };
    !wire.required_fields.is_empty() || wire.gate.as_ref().is_some_and(demands)
}

fn stage_kind(wire: v1::StageKind) -> StageKind {
    match wire {
        v1::StageKind::Won => StageKind::Won,
        v1::StageKind::Lost => StageKind::Lost,
        v1::StageKind::Open | v1::StageKind::Unspecified => StageKind::Open,
    }
}

fn customer(wire: v1::Customer) -> Option<Customer> {
    Some(Customer {
        id: number(&wire.id)?,
        name: wire.name,
        sites: wire.sites.into_iter().map(site).collect(),
    })
}

fn site(wire: v1::Site) -> Site {
    Site {
        name: wire.name,
        coordinates: wire.coordinates.map(|place| Coordinates {
            latitude_e7: place.latitude_e7,
            longitude_e7: place.longitude_e7,
        }),
    }
}

/// Where a person says they were, for the server.
pub fn check_in(place: &CheckInPlace) -> v1::CheckIn {
    match place {
        CheckInPlace::Named(site) => v1::CheckIn {
            source: v1::CheckInSource::Named.into(),
            site: site.clone(),
            ..Default::default()
        },
        CheckInPlace::Typed(place) => v1::CheckIn {
            source: v1::CheckInSource::Typed.into(),
            coordinates: Some(v1::Coordinates {
                latitude_e7: place.latitude_e7,
                longitude_e7: place.longitude_e7,
            }),
            ..Default::default()
        },
    }
}

/// A contact.
pub fn contact(wire: v1::Contact) -> Option<Contact> {
    Some(Contact {
        id: number(&wire.id)?,
        customer_id: number(&wire.customer_id),
        role: word(wire.decision_role().as_str_name(), "DECISION_ROLE_"),
        stance: word(wire.stance().as_str_name(), "STANCE_"),
        name: wire.name,
        title: wire.title,
        phone: wire.phone,
        email: wire.email,
    })
}

/// An enum value as a word: `DECISION_ROLE_BUYER` → `buyer`; empty when unspecified.
fn word(name: &str, prefix: &str) -> String {
    let word = name.strip_prefix(prefix).unwrap_or(name);
    if word == "UNSPECIFIED" {
        String::new()
    } else {
        word.to_ascii_lowercase()
    }
}

/// The grade as people write it; empty when there is none.
fn grade(wire: v1::Grade) -> String {
    word(wire.as_str_name(), "GRADE_").to_ascii_uppercase()
}

/// The grade a person wrote; none when there is no such grade.
pub fn parse_grade(text: &str) -> Option<v1::Grade> {
    match text.trim() {
        "" => Some(v1::Grade::Unspecified),
        text => v1::Grade::from_str_name(&format!("GRADE_{}", text.to_ascii_uppercase())),
    }
}

/// A deal as a card.
pub fn card(wire: v1::Opportunity) -> Option<Card> {
    Some(Card {
        id: number(&wire.id)?,
        amount_minor: amount(wire.amount.as_ref()),
        pipeline_id: number(&wire.pipeline_id)?,
        stage_id: number(&wire.stage_id)?,
        owner_id: number(&wire.owner_id),
        customer_id: number(&wire.customer_id),
        contract_date: date(&wire.expected_contract_date),
        win_probability_bp: wire
            .win_probability_override_bp
            .and_then(|bp| u32::try_from(bp).ok()),
        stage_entered_us: micros(wire.stage_entered_time.as_ref()),
        stage_clock_before_us: duration_micros(wire.stage_clock_before.as_ref()),
        level: level(wire.stagnation_level()),
        level_since_us: wire.stagnation_time.as_ref().map(|time| micros(Some(time))),
        high_water_stage_id: number(&wire.high_water_stage_id),
        created_us: micros(wire.create_time.as_ref()),
        archived: wire.archived,
        grade: grade(wire.grade()),
        name: wire.name,
        lost_reason: wire.loss_reason,
        source: wire.source,
        note: wire.note,
        revision: wire.revision,
    })
}

/// An activity.
pub fn activity(wire: v1::Activity) -> Option<Activity> {
    Some(Activity {
        id: number(&wire.id)?,
        opportunity_id: number(&wire.opportunity_id),
        kind: activity_kind(wire.kind()),
        happened_us: micros(wire.occurred_time.as_ref()),
        member_id: number(&wire.member_id),
        contact_id: number(&wire.contact_id),
        follow_up: date(&wire.follow_up_date),
        check_in: wire.check_in.map(checked_in),
        purpose: wire.purpose,
        note: wire.note,
    })
}

fn checked_in(wire: v1::CheckIn) -> CheckedIn {
    CheckedIn {
        trust: match wire.trust() {
            v1::CheckInTrust::Verified => Trust::Verified,
            v1::CheckInTrust::Invalid => Trust::Invalid,
            v1::CheckInTrust::Unverified | v1::CheckInTrust::Unspecified => Trust::Unverified,
        },
        distance_m: wire
            .distance_m
            .and_then(|metres| u32::try_from(metres).ok()),
        site: wire.site,
        uncredited_reason: wire.uncredited_reason,
    }
}

fn activity_kind(wire: v1::ActivityKind) -> ActivityKind {
    match wire {
        v1::ActivityKind::Call => ActivityKind::Call,
        v1::ActivityKind::Visit => ActivityKind::Visit,
        v1::ActivityKind::Meeting => ActivityKind::Meeting,
        v1::ActivityKind::Demo => ActivityKind::Demo,
        v1::ActivityKind::Email => ActivityKind::Email,
        v1::ActivityKind::Note | v1::ActivityKind::Unspecified => ActivityKind::Note,
        v1::ActivityKind::Other => ActivityKind::Other,
    }
}

/// The kind of an activity, for the server.
pub fn wire_activity_kind(kind: ActivityKind) -> v1::ActivityKind {
    match kind {
        ActivityKind::Call => v1::ActivityKind::Call,
        ActivityKind::Visit => v1::ActivityKind::Visit,
        ActivityKind::Meeting => v1::ActivityKind::Meeting,
        ActivityKind::Demo => v1::ActivityKind::Demo,
        ActivityKind::Email => v1::ActivityKind::Email,
        ActivityKind::Note => v1::ActivityKind::Note,
        ActivityKind::Other => v1::ActivityKind::Other,
    }
}

/// One deal of a queue.
pub fn next_action(wire: v1::NextAction) -> Option<NextAction> {
    Some(NextAction {
        opportunity_id: number(&wire.opportunity_id)?,
        stage_id: number(&wire.stage_id)?,
        next_stage_id: number(&wire.next_stage_id)?,
        gain_bp: u32::try_from(wire.gain_bp).unwrap_or(0),
        idle_days: u32::try_from(wire.idle_days).unwrap_or(0),
    })
}

/// One line of a deal's history.
pub fn stage_entry(wire: v1::StageEntry) -> Option<StageEntry> {
    Some(StageEntry {
        stage_id: number(&wire.stage_id)?,
        entered_us: micros(wire.entered_time.as_ref()),
        left_us: wire.left_time.as_ref().map(|time| micros(Some(time))),
        kind: match wire.movement() {
            v1::Movement::Created | v1::Movement::Unspecified => MoveKind::Created,
            v1::Movement::Forward => MoveKind::Forward,
            v1::Movement::Backward => MoveKind::Backward,
            v1::Movement::Won => MoveKind::Won,
            v1::Movement::Lost => MoveKind::Lost,
            v1::Movement::Reopened => MoveKind::Reopened,
            v1::Movement::Stayed => MoveKind::Stayed,
        },
        actor_id: wire
            .actor
            .as_ref()
            .and_then(|actor| number(&actor.member_id)),
        actor: wire.actor.map(|actor| actor.label).unwrap_or_default(),
        credited: wire.credited,
        uncredited_reason: wire.uncredited_reason,
        reason: wire.reason,
        override_reason: wire.override_reason,
    })
}

/// One commit of the watch.
pub fn commit(wire: v1::Commit) -> CommitFact {
    let mut fact = CommitFact {
        revision: wire.revision,
        time: micros(wire.time.as_ref()),
        actor: wire.actor.map(|actor| actor.label).unwrap_or_default(),
        request_id: wire.request_id,
        ..CommitFact::default()
    };
    for change in wire.changes {
        match change.change {
            Some(v1::change::Change::Put(put)) => fact.puts.extend(resource(put)),
            Some(v1::change::Change::Remove(gone)) => fact.removes.extend(removal(&gone)),
            None => {}
        }
    }
    let of_activities = fact.puts.iter().filter_map(|put| match put {
        Resource::Activity(activity) => activity.opportunity_id,
        _ => None,
    });
    fact.touched = of_activities
        .chain(wire.events.iter().filter_map(subject))
        .collect();
    fact.touched.sort_unstable();
    fact.touched.dedup();
    fact.incentives = wire.events.into_iter().filter_map(reward::fact).collect();
    fact
}

/// The deal an event speaks of.
fn subject(event: &v1::Event) -> Option<u64> {
    use v1::event::Fact;
    match event.fact.as_ref()? {
        Fact::Moved(moved) => number(&moved.opportunity_id),
        Fact::Amended(amended) => number(&amended.opportunity_id),
        Fact::ApprovalChanged(changed) => number(&changed.opportunity_id),
        Fact::HistoryImported(imported) => number(&imported.opportunity_id),
        Fact::Created(created) => opportunity_number(&created.id),
        Fact::Updated(updated) => opportunity_number(&updated.id),
        Fact::Stagnated(stagnated) => number(&stagnated.opportunity_id),

        Fact::MoveUndone(undone) => number(&undone.opportunity_id),
        Fact::RewardChanged(_)
        | Fact::PacketChanged(_)
        | Fact::SchemeChanged(_)
        | Fact::BadgeGiven(_)
        | Fact::LedgerPosted(_)
        | Fact::Scored(_)
        | Fact::GoalReached(_)
        | Fact::Deleted(_)
        | Fact::AlertRaised(_) => None,
    }
}

fn opportunity_number(id: &str) -> Option<u64> {
    id.strip_prefix("opportunities/")?.parse().ok()
}

fn removal(wire: &v1::Removal) -> Option<ResourceKey> {
    let id = number(&wire.id);
    Some(match wire.kind() {
        v1::Kind::Unspecified | v1::Kind::Goal => return None,
        v1::Kind::Alert => ResourceKey::Alert(id?),
        v1::Kind::Workspace => ResourceKey::Workspace,
        v1::Kind::Team => ResourceKey::Team(id?),
        v1::Kind::Member => ResourceKey::Member(id?),
        v1::Kind::Pipeline => ResourceKey::Pipeline(id?),
        v1::Kind::Customer => ResourceKey::Customer(id?),
        v1::Kind::Contact => ResourceKey::Contact(id?),
        v1::Kind::Opportunity => ResourceKey::Opportunity(id?),
        v1::Kind::Activity => ResourceKey::Activity(id?),
        v1::Kind::SavedView => return None,
        v1::Kind::Notice => ResourceKey::Message(id?),
        v1::Kind::Webhook | v1::Kind::DigestSchedule => return None,
        v1::Kind::Scheme => ResourceKey::Scheme(id?),
        v1::Kind::Reward | v1::Kind::Packet | v1::Kind::Payout | v1::Kind::Badge => return None,
        v1::Kind::Approval => ResourceKey::Approval(id?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_card_keeps_what_the_server_said() {
        let card = card(v1::Opportunity {
            id: "opportunities/1042".into(),
            name: "Acme renewal".into(),
            amount: Some(v1::Money {
                amount_minor: 120,
                currency_code: "EUR".into(),
            }),
            pipeline_id: "pipelines/1".into(),
            stage_id: "stages/4".into(),
            expected_contract_date: "2026-03-15".into(),
            grade: v1::Grade::B.into(),
            win_probability_override_bp: Some(5_500),
            stage_entered_time: Some(prost_types::Timestamp {
                seconds: 5,
                nanos: 7_000,
            }),
            stage_clock_before: Some(prost_types::Duration {
                seconds: 2,
                nanos: 0,
            }),
            revision: 9,
            ..v1::Opportunity::default()
        })
        .unwrap();
        assert_eq!((card.id, card.stage_id, card.owner_id), (1_042, 4, None));
        assert_eq!(
            (
                card.amount_minor,
                card.grade.as_str(),
                card.win_probability_bp
            ),
            (120, "B", Some(5_500))
        );
        assert_eq!(card.contract_date, Some(jiff::civil::date(2026, 3, 15)));
        assert_eq!(
            (card.stage_entered_us, card.stage_clock_before_us),
            (5 * SECOND_US + 7, 2 * SECOND_US)
        );
    }

    #[test]
    fn a_commit_names_every_deal_it_speaks_of() {
        let put = |resource| v1::Change {
            change: Some(v1::change::Change::Put(v1::Resource {
                resource: Some(resource),
            })),
        };
        let created = |id: &str| v1::Event {
            fact: Some(v1::event::Fact::Created(v1::ResourceCreated {
                id: id.into(),
            })),
        };
        let fact = commit(v1::Commit {
            revision: 3,
            changes: vec![put(v1::resource::Resource::Activity(v1::Activity {
                id: "activities/1".into(),
                opportunity_id: "opportunities/7".into(),
                ..v1::Activity::default()
            }))],
            events: vec![
                created("activities/1"),
                created("opportunities/5"),
                created("customers/9"),
            ],
            ..v1::Commit::default()
        });
        assert_eq!(fact.touched, [5, 7]);
    }

    #[test]
    fn what_cannot_be_read_is_left_out_and_harms_nothing() {
        assert_eq!(resource(v1::Resource::default()), None);
        assert_eq!(card(v1::Opportunity::default()), None);
        assert_eq!(
            (number(""), number("x"), number("stages/4")),
            (None, None, Some(4))
        );
        assert_eq!(
            (parse_grade("b"), parse_grade(""), parse_grade("Z")),
            (Some(v1::Grade::B), Some(v1::Grade::Unspecified), None)
        );
    }

    proptest! {
        #[test]
        fn times_travel_both_ways(time in -1_000_000_000_000_000_i64..4_000_000_000_000_000) {
            prop_assert_eq!(micros(Some(&timestamp(time))), time);
        }
    }
}
