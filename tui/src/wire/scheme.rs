//! Translates schemes and their terms, both ways.

use sluice_proto::v1;

use super::{activity_kind, id, micros, number, role, wire_activity_kind};
use crate::incentive::scheme::{
    Activities, CustomerData, Deal, Pay, RankedBy, Ranking, Rule, Scheme, SchemeState, Sharing,
    SplitMethod, Task, TaskWindow, Template, Terms, Trigger, Version,
};
use crate::incentive::{CustomerField, System, Unit};
use crate::record::MemberRole;
use crate::report::funnel::Metric;
use crate::report::lens::CycleKind;

/// What rewards are counted in.
pub fn unit(wire: v1::RewardUnit) -> Unit {
    match wire {
        v1::RewardUnit::Unspecified | v1::RewardUnit::Points => Unit::Points,
        v1::RewardUnit::Money => Unit::Money,
    }
}

/// What rewards are counted in, for the server.
pub fn wire_unit(unit: Unit) -> v1::RewardUnit {
    match unit {
        Unit::Points => v1::RewardUnit::Points,
        Unit::Money => v1::RewardUnit::Money,
    }
}

/// A system; none when not said.
pub fn system(wire: v1::RewardSystem) -> Option<System> {
    Some(match wire {
        v1::RewardSystem::Unspecified => return None,
        v1::RewardSystem::Task => System::Task,
        v1::RewardSystem::Opportunity => System::Opportunity,
        v1::RewardSystem::CustomerData => System::CustomerData,
        v1::RewardSystem::Activity => System::Activity,
        v1::RewardSystem::Split => System::Split,
        v1::RewardSystem::Ranking => System::Ranking,
        v1::RewardSystem::Grant => System::Grant,
    })
}

/// A length of cycle; none when not said.
pub fn cycle_kind(wire: v1::CycleUnit) -> Option<CycleKind> {
    Some(match wire {
        v1::CycleUnit::Unspecified => return None,
        v1::CycleUnit::Day => CycleKind::Day,
        v1::CycleUnit::Week => CycleKind::Week,
        v1::CycleUnit::Month => CycleKind::Month,
        v1::CycleUnit::Quarter => CycleKind::Quarter,
        v1::CycleUnit::Year => CycleKind::Year,
    })
}

fn wire_cycle_kind(kind: CycleKind) -> v1::CycleUnit {
    match kind {
        CycleKind::Day => v1::CycleUnit::Day,
        CycleKind::Week => v1::CycleUnit::Week,
        CycleKind::Month => v1::CycleUnit::Month,
        CycleKind::Quarter => v1::CycleUnit::Quarter,
        CycleKind::Year => v1::CycleUnit::Year,
        CycleKind::Custom => v1::CycleUnit::Unspecified,
    }
}

/// A field of a customer's record; none when not said.
pub fn customer_field(wire: v1::CustomerField) -> Option<CustomerField> {
    Some(match wire {
        v1::CustomerField::Unspecified => return None,
        v1::CustomerField::Industry => CustomerField::Industry,
        v1::CustomerField::Region => CustomerField::Region,
        v1::CustomerField::Website => CustomerField::Website,
        v1::CustomerField::Phone => CustomerField::Phone,
        v1::CustomerField::Note => CustomerField::Note,
        v1::CustomerField::Site => CustomerField::Site,
        v1::CustomerField::Contact => CustomerField::Contact,
        v1::CustomerField::Decider => CustomerField::Decider,
    })
}

fn wire_customer_field(field: CustomerField) -> v1::CustomerField {
    match field {
        CustomerField::Industry => v1::CustomerField::Industry,
        CustomerField::Region => v1::CustomerField::Region,
        CustomerField::Website => v1::CustomerField::Website,
        CustomerField::Phone => v1::CustomerField::Phone,
        CustomerField::Note => v1::CustomerField::Note,
        CustomerField::Site => v1::CustomerField::Site,
        CustomerField::Contact => v1::CustomerField::Contact,
        CustomerField::Decider => v1::CustomerField::Decider,
    }
}

/// How packets are measured out.
pub fn split_method(wire: v1::SplitMethod) -> SplitMethod {
    match wire {
        v1::SplitMethod::Unspecified | v1::SplitMethod::Equal => SplitMethod::Equal,
        v1::SplitMethod::Lucky => SplitMethod::Lucky,
    }
}

fn counts(wire: v1::GoalMeasure) -> bool {
    wire == v1::GoalMeasure::Count
}

fn measure(by_count: bool) -> i32 {
    if by_count {
        v1::GoalMeasure::Count.into()
    } else {
        v1::GoalMeasure::Amount.into()
    }
}

fn numbers(ids: &[String]) -> Vec<u64> {
    ids.iter().filter_map(|id| number(id)).collect()
}

fn wire_role(role: MemberRole) -> v1::Role {
    match role {
        MemberRole::Admin => v1::Role::Admin,
        MemberRole::Executive => v1::Role::Executive,
        MemberRole::Manager => v1::Role::Manager,
        MemberRole::Rep => v1::Role::Rep,
        MemberRole::Script => v1::Role::Script,
    }
}

fn rule(wire: v1::scheme_terms::Rule) -> Option<Rule> {
    use v1::scheme_terms::Rule as Wire;
    Some(match wire {
        Wire::Task(task) => {
            let by_count = counts(task.measure());
            let window = match cycle_kind(task.each()) {
                Some(each) => TaskWindow::Each(each),
                None => TaskWindow::Once(task.window.clone()),
            };
            Rule::Task(Task {
                metric: Metric::of_word(&task.metric)?,
                by_count,
                target: task.target,
                window,
                amount: task.amount,
            })
        }
        Wire::Opportunity(deal) => Rule::Deal(Deal {
            on: match deal.on() {
                v1::OpportunityTrigger::Unspecified => return None,
                v1::OpportunityTrigger::Created => Trigger::Created,
                v1::OpportunityTrigger::Entered => Trigger::Entered,
                v1::OpportunityTrigger::Won => Trigger::Won,
                v1::OpportunityTrigger::Revived => Trigger::Revived,
            },
            pay: match deal.share_bp {
                0 => Pay::Fixed(deal.fixed),
                bp => Pay::Share {
                    bp,
                    floor: deal.floor,
                    cap: deal.cap,
                },
            },
            without_activity: deal.without_activity,
            vesting_days: deal.vesting_days,
        }),
        Wire::CustomerData(data) => Rule::CustomerData(CustomerData {
            fields: data.fields().filter_map(customer_field).collect(),
            per_field: data.per_field,
            threshold_bp: data.threshold_bp,
            complete: data.complete,
        }),
        Wire::Activity(activity) => Rule::Activity(Activities {
            check_ins: activity.check_ins,
            kinds: activity.kinds().map(activity_kind).collect(),
            amount: activity.amount,
            daily_cap: activity.daily_cap,
            min_gap_minutes: activity.min_gap_minutes,
        }),
        Wire::Split(split) => Rule::Split(Sharing {
            scheme_ids: numbers(&split.scheme_ids),
            share_bp: split.share_bp,
            method: split_method(split.method()),
            collaborators: split.audience() == v1::SplitAudience::Collaborators,
            window_hours: split.window_hours,
        }),
        Wire::Ranking(ranking) => Rule::Ranking(Ranking {
            by: match ranking.by() {
                v1::RankedBy::Unspecified | v1::RankedBy::Metric => RankedBy::Metric,
                v1::RankedBy::TargetShare => RankedBy::TargetShare,
                v1::RankedBy::RewardIncome => RankedBy::RewardIncome,
            },
            metric: Metric::of_word(&ranking.metric).unwrap_or_default(),
            by_count: counts(ranking.measure()),
            teams: ranking.contender() == v1::Contender::Team,
            unit: cycle_kind(ranking.unit())?,
            prizes: ranking.prizes,
            tiers: ranking
                .attainment
                .iter()
                .map(|tier| (tier.from_bp, tier.amount))
                .collect(),
        }),
        Wire::Grant(grant) => Rule::Grant {
            monthly_cap: grant.monthly_cap,
        },
    })
}

/// Terms; none for a rule that this client does not know.
pub fn terms(wire: v1::SchemeTerms) -> Option<Terms> {
    let roles = wire.roles().map(role).collect();
    let caps = wire
        .caps
        .iter()
        .filter_map(|cap| Some((cycle_kind(cap.unit())?, cap.amount)))
        .collect();
    Some(Terms {
        rule: rule(wire.rule?)?,
        members: numbers(&wire.member_ids),
        teams: numbers(&wire.team_ids),
        roles,
        pipelines: numbers(&wire.pipeline_ids),
        stages: numbers(&wire.stage_ids),
        budget: wire.budget,
        caps,
        approval: wire.approval,
        claim_days: wire.claim_days,
    })
}

fn wire_rule(rule: &Rule) -> v1::scheme_terms::Rule {
    use v1::scheme_terms::Rule as Wire;
    match rule {
        Rule::Task(task) => {
            let (each, window) = match &task.window {
                TaskWindow::Each(kind) => (wire_cycle_kind(*kind), String::new()),
                TaskWindow::Once(window) => (v1::CycleUnit::Unspecified, window.clone()),
            };
            Wire::Task(v1::TaskRule {
                metric: task.metric.word().to_owned(),
                measure: measure(task.by_count),
                target: task.target,
                each: each.into(),
                window,
                amount: task.amount,
            })
        }
        Rule::Deal(deal) => {
            let (fixed, share_bp, floor, cap) = match deal.pay {
                Pay::Fixed(amount) => (amount, 0, 0, 0),
                Pay::Share { bp, floor, cap } => (0, bp, floor, cap),
            };
            let on = match deal.on {
                Trigger::Created => v1::OpportunityTrigger::Created,
                Trigger::Entered => v1::OpportunityTrigger::Entered,
                Trigger::Won => v1::OpportunityTrigger::Won,
                Trigger::Revived => v1::OpportunityTrigger::Revived,
            };
            Wire::Opportunity(v1::OpportunityRule {
                on: on.into(),
                fixed,
                share_bp,
                floor,
                cap,
                without_activity: deal.without_activity,
                vesting_days: deal.vesting_days,
            })
        }
        Rule::CustomerData(data) => Wire::CustomerData(v1::CustomerDataRule {
            fields: data
                .fields
                .iter()
                .map(|field| wire_customer_field(*field).into())
                .collect(),
            per_field: data.per_field,
            threshold_bp: data.threshold_bp,
            complete: data.complete,
        }),
        Rule::Activity(activity) => Wire::Activity(v1::ActivityRule {
            check_ins: activity.check_ins,
            kinds: activity
                .kinds
                .iter()
                .map(|kind| wire_activity_kind(*kind).into())
                .collect(),
            amount: activity.amount,
            daily_cap: activity.daily_cap,
            min_gap_minutes: activity.min_gap_minutes,
        }),
        Rule::Split(split) => Wire::Split(v1::SplitRule {
            scheme_ids: split.scheme_ids.iter().map(|id| id::scheme(*id)).collect(),
            share_bp: split.share_bp,
            method: match split.method {
                SplitMethod::Equal => v1::SplitMethod::Equal.into(),
                SplitMethod::Lucky => v1::SplitMethod::Lucky.into(),
            },
            audience: if split.collaborators {
                v1::SplitAudience::Collaborators.into()
            } else {
                v1::SplitAudience::Team.into()
            },
            window_hours: split.window_hours,
        }),
        Rule::Ranking(ranking) => Wire::Ranking(v1::RankingRule {
            by: match ranking.by {
                RankedBy::Metric => v1::RankedBy::Metric.into(),
                RankedBy::TargetShare => v1::RankedBy::TargetShare.into(),
                RankedBy::RewardIncome => v1::RankedBy::RewardIncome.into(),
            },
            metric: if ranking.by == RankedBy::RewardIncome {
                String::new()
            } else {
                ranking.metric.word().to_owned()
            },
            measure: measure(ranking.by_count),
            contender: if ranking.teams {
                v1::Contender::Team.into()
            } else {
                v1::Contender::Member.into()
            },
            unit: wire_cycle_kind(ranking.unit).into(),
            prizes: ranking.prizes.clone(),
            attainment: ranking
                .tiers
                .iter()
                .map(|(from_bp, amount)| v1::AttainmentTier {
                    from_bp: *from_bp,
                    amount: *amount,
                })
                .collect(),
        }),
        Rule::Grant { monthly_cap } => Wire::Grant(v1::GrantRule {
            monthly_cap: *monthly_cap,
        }),
    }
}

/// Terms for the server.
pub fn wire_terms(terms: &Terms) -> v1::SchemeTerms {
    v1::SchemeTerms {
        rule: Some(wire_rule(&terms.rule)),
        member_ids: terms.members.iter().map(|id| id::member(*id)).collect(),
        team_ids: terms.teams.iter().map(|id| id::team(*id)).collect(),
        roles: terms
            .roles
            .iter()
            .map(|role| wire_role(*role).into())
            .collect(),
        pipeline_ids: terms.pipelines.iter().map(|id| id::pipeline(*id)).collect(),
        stage_ids: terms.stages.iter().map(|id| id::stage(*id)).collect(),
        budget: terms.budget,
        caps: terms
            .caps
            .iter()
            .map(|(kind, amount)| v1::SchemeCap {
                unit: wire_cycle_kind(*kind).into(),
                amount: *amount,
            })
            .collect(),
        approval: terms.approval,
        claim_days: terms.claim_days,
    }
}

/// A scheme with its versions.
pub fn scheme(wire: v1::Scheme) -> Option<Scheme> {
    Some(Scheme {
        id: number(&wire.id)?,
        unit: unit(wire.unit()),
        system: system(wire.system())?,
        state: match wire.state() {
            v1::SchemeState::Published => SchemeState::Published,
            v1::SchemeState::Ended => SchemeState::Ended,
            v1::SchemeState::Draft | v1::SchemeState::Unspecified => SchemeState::Draft,
        },
        name: wire.name,
        draft: wire.draft.and_then(terms),
        versions: wire
            .versions
            .into_iter()
            .filter_map(|version| {
                Some(Version {
                    number: version.number,
                    effective_us: micros(version.effective_time.as_ref()),
                    terms: terms(version.terms?)?,
                })
            })
            .collect(),
        revision: wire.revision,
    })
}

/// A scheme to begin with.
pub fn template(wire: v1::SchemeTemplate) -> Option<Template> {
    Some(Template {
        unit: unit(wire.unit()),
        key: wire.key,
        name: wire.name,
        terms: terms(wire.terms?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::ActivityKind;

    fn rules() -> Vec<Rule> {
        vec![
            Rule::Task(Task {
                metric: Metric::Won,
                by_count: true,
                target: 5,
                window: TaskWindow::Each(CycleKind::Week),
                amount: 500,
            }),
            Rule::Task(Task {
                metric: Metric::New,
                by_count: false,
                target: 1_000_000,
                window: TaskWindow::Once("2026-03".to_owned()),
                amount: 9,
            }),
            Rule::Deal(Deal {
                on: Trigger::Won,
                pay: Pay::Share {
                    bp: 100,
                    floor: 5,
                    cap: 900,
                },
                without_activity: false,
                vesting_days: None,
            }),
            Rule::Deal(Deal {
                on: Trigger::Created,
                pay: Pay::Fixed(7),
                without_activity: true,
                vesting_days: Some(0),
            }),
            Rule::CustomerData(CustomerData {
                fields: CustomerField::ALL.to_vec(),
                per_field: 10,
                threshold_bp: 8_000,
                complete: 50,
            }),
            Rule::Activity(Activities {
                check_ins: false,
                kinds: vec![ActivityKind::Visit, ActivityKind::Call],
                amount: 5,
                daily_cap: 4,
                min_gap_minutes: 60,
            }),
            Rule::Split(Sharing {
                scheme_ids: vec![4],
                share_bp: 2_500,
                method: SplitMethod::Lucky,
                collaborators: true,
                window_hours: 24,
            }),
            Rule::Ranking(Ranking {
                by: RankedBy::TargetShare,
                metric: Metric::Flow,
                by_count: true,
                teams: false,
                unit: CycleKind::Month,
                prizes: vec![3, 2, 1],
                tiers: vec![(10_000, 100)],
            }),
            Rule::Grant { monthly_cap: 1_000 },
        ]
    }

    #[test]
    fn terms_travel_both_ways() {
        for rule in rules() {
            let there = Terms {
                members: vec![1],
                teams: vec![2],
                roles: vec![MemberRole::Rep, MemberRole::Manager],
                pipelines: vec![3],
                stages: vec![4, 5],
                budget: Some(10_000),
                caps: vec![(CycleKind::Day, 10), (CycleKind::Month, 100)],
                approval: true,
                claim_days: 14,
                ..Terms::of(rule)
            };
            assert_eq!(terms(wire_terms(&there)), Some(there));
        }
    }

    #[test]
    fn a_rule_that_is_not_known_here_is_left_out() {
        assert_eq!(terms(v1::SchemeTerms::default()), None);
        assert_eq!(scheme(v1::Scheme::default()), None);
    }
}
