//! Judges the terms of an incentive scheme: every bound, everything they name, and whether they make sense (DOMAIN.md §6).

use std::fmt;
use std::ops::RangeInclusive;

use super::judge::Judge;
use crate::goal::Measure;
use crate::id::SchemeId;
use crate::limits::{
    MAX_ACTIVITY_CAP, MAX_ACTIVITY_GAP_MINUTES, MAX_ATTAINMENT_BP, MAX_BUDGET, MAX_CLAIM_DAYS,
    MAX_GOAL_TARGET, MAX_PACKET_HOURS, MAX_PRIZES, MAX_PROBABILITY_BP, MAX_REWARD, MAX_SCHEME_CAPS,
    MAX_SCHEME_REFERENCES, MAX_SPLIT_BP, MAX_VESTING_DAYS,
};
use crate::rejection::Reason;
use crate::scheme::{
    ActivityTrigger, AttainmentTier, Audience, Cap, Contender, Payment, RankedBy, Rule, System,
    TaskPeriod, Terms, Trigger, Unit,
};
use crate::score::Metric;
use crate::stage::StageKind;

/// Terms that may be kept as a draft: cleaned of repeats and of what their rule does not ask for. What is wrong is gathered
/// under `prefix`, the path of the terms in the request. `own` is the scheme they are for.
pub(super) fn checked(
    judge: &mut Judge,
    prefix: &str,
    own: Option<SchemeId>,
    unit: Unit,
    terms: &Terms,
) -> Terms {
    judge.violations.set_prefix(format!("{prefix}."));
    let terms = Terms {
        rule: rule(judge, own, unit, &terms.rule),
        audience: audience(judge, &terms.audience),
        budget: terms.budget,
        caps: caps(judge, &terms.caps),
        approval: terms.approval,
        claim_days: terms.claim_days,
        pipelines: judge.list("pipeline_ids", &terms.pipelines, MAX_SCHEME_REFERENCES),
        stages: judge.list("stage_ids", &terms.stages, MAX_SCHEME_REFERENCES),
    };
    scope(judge, &terms);
    if let Some(budget) = terms.budget {
        within(judge, "budget", budget, 0..=MAX_BUDGET);
    }
    within(judge, "claim_days", terms.claim_days, 1..=MAX_CLAIM_DAYS);
    only_where_meant(judge, &terms);
    judge.violations.set_prefix(String::new());
    terms
}

/// A number within its bounds.
fn within<T: PartialOrd + fmt::Display>(
    judge: &mut Judge,
    field: impl fmt::Display,
    value: T,
    bounds: RangeInclusive<T>,
) {
    if !bounds.contains(&value) {
        let text = format!("must be between {} and {}", bounds.start(), bounds.end());
        judge.violations.invalid(field, text);
    }
}

/// An amount somebody is paid.
fn amount(judge: &mut Judge, field: impl fmt::Display, value: i64) {
    within(judge, field, value, 1..=MAX_REWARD);
}

fn rule(judge: &mut Judge, own: Option<SchemeId>, unit: Unit, rule: &Rule) -> Rule {
    let mut rule = rule.clone();
    match &mut rule {
        Rule::Task {
            metric,
            measure,
            target,
            period,
            amount: pays,
        } => {
            measured(judge, "task", *metric, *measure);
            within(judge, "task.target", *target, 1..=MAX_GOAL_TARGET);
            if let TaskPeriod::Once(window) = period
                && window.start >= window.end
            {
                let text = "must end after it starts";
                judge.violations.invalid("task.window", text);
            }
            amount(judge, "task.amount", *pays);
        }
        Rule::Opportunity {
            on,
            payment,
            needs_activity,
            vesting_days,
        } => {
            payment_of(judge, payment);
            *needs_activity &= *on == Trigger::Revived;
            if *on == Trigger::Created {
                let field = "opportunity.vesting_days";
                within(judge, field, *vesting_days, 0..=MAX_VESTING_DAYS);
            } else {
                *vesting_days = 0;
            }
        }
        Rule::CustomerData {
            fields,
            per_field,
            threshold_bp,
            complete,
        } => {
            fields.sort_unstable();
            fields.dedup();
            within(judge, "customer_data.per_field", *per_field, 0..=MAX_REWARD);
            within(judge, "customer_data.complete", *complete, 0..=MAX_REWARD);
            let field = "customer_data.threshold_bp";
            within(judge, field, *threshold_bp, 1..=MAX_PROBABILITY_BP);
            if (*per_field, *complete) == (0, 0) {
                let text = "pays nothing: say what a field pays, or what a complete record pays";
                judge.violations.invalid("customer_data.per_field", text);
            }
        }
        Rule::Activity {
            on,
            amount: pays,
            daily_cap,
            min_gap_minutes,
        } => {
            if let ActivityTrigger::Completed(kinds) = on {
                kinds.sort_unstable();
                kinds.dedup();
            }
            amount(judge, "activity.amount", *pays);
            within(
                judge,
                "activity.daily_cap",
                *daily_cap,
                0..=MAX_ACTIVITY_CAP,
            );
            let field = "activity.min_gap_minutes";
            within(judge, field, *min_gap_minutes, 0..=MAX_ACTIVITY_GAP_MINUTES);
        }
        Rule::Split {
            covers,
            share_bp,
            window_hours,
            ..
        } => {
            *covers = judge.list("split.scheme_ids", covers, MAX_SCHEME_REFERENCES);
            for (place, covered) in covers.iter().enumerate() {
                covered_scheme(judge, place, own, unit, *covered);
            }
            within(judge, "split.share_bp", *share_bp, 1..=MAX_SPLIT_BP);
            let field = "split.window_hours";
            within(judge, field, *window_hours, 1..=MAX_PACKET_HOURS);
        }
        Rule::Ranking {
            by,
            contender,
            prizes,
            attainment,
            ..
        } => ranking(judge, *by, *contender, prizes, attainment),
        Rule::Grant { monthly_cap } => amount(judge, "grant.monthly_cap", *monthly_cap),
    }
    rule
}

/// Check-ins have no amount.
fn measured(judge: &mut Judge, rule: &str, metric: Metric, measure: Measure) {
    if metric == Metric::CheckIn && measure == Measure::Amount {
        let text = "check-ins have no amount: count them";
        judge.violations.invalid(format!("{rule}.measure"), text);
    }
}

fn payment_of(judge: &mut Judge, payment: &Payment) {
    match payment {
        Payment::Fixed(pays) => amount(judge, "opportunity.fixed", *pays),
        Payment::Share { bp, floor, cap } => {
            within(judge, "opportunity.share_bp", *bp, 1..=MAX_PROBABILITY_BP);
            within(judge, "opportunity.floor", *floor, 0..=MAX_REWARD);
            if let Some(cap) = cap {
                amount(judge, "opportunity.cap", *cap);
                if cap < floor {
                    let text = format!("must not be below the floor of {floor}");
                    judge.violations.invalid("opportunity.cap", text);
                }
            }
        }
    }
}

/// A scheme whose rewards are split.
fn covered_scheme(
    judge: &mut Judge,
    place: usize,
    own: Option<SchemeId>,
    unit: Unit,
    id: SchemeId,
) {
    let field = format!("split.scheme_ids[{place}]");
    let Some(scheme) = judge.state.scheme(id).filter(|_| Some(id) != own) else {
        let text = match own == Some(id) {
            true => "packets are never split again: name other schemes".to_owned(),
            false => format!("there is no scheme {}", id.long()),
        };
        let reason = match own == Some(id) {
            true => Reason::InvalidArgument,
            false => Reason::SchemeNotFound,
        };
        judge.violations.add(reason, field, text);
        return;
    };
    let called = format!("{} ({})", id.long(), scheme.name);
    if scheme.ended_at.is_some() {
        let text = format!("{called} is ended");
        judge.violations.add(Reason::SchemeEnded, &field, text);
    }
    if scheme.system() == Some(System::Split) {
        let text = format!("{called} splits itself: packets are never split again");
        judge.violations.invalid(&field, text);
    }
    if scheme.unit != unit {
        let text = format!("{called} pays in another unit: points and money never mix");
        judge.violations.invalid(&field, text);
    }
}

fn ranking(
    judge: &mut Judge,
    by: RankedBy,
    contender: Contender,
    prizes: &[i64],
    attainment: &mut [AttainmentTier],
) {
    if let RankedBy::Metric(metric, measure) | RankedBy::TargetShare(metric, measure) = by {
        measured(judge, "ranking", metric, measure);
    }
    for (field, len) in [("prizes", prizes.len()), ("attainment", attainment.len())] {
        if len > MAX_PRIZES {
            let text = format!("must have at most {MAX_PRIZES} entries");
            judge.violations.invalid(format!("ranking.{field}"), text);
        }
    }
    if prizes.is_empty() && attainment.is_empty() {
        let text = "pays nothing: name a prize, or what reaching the own target pays";
        judge.violations.invalid("ranking.prizes", text);
    }
    for (place, prize) in prizes.iter().enumerate() {
        let field = format!("ranking.prizes[{place}]");
        amount(judge, &field, *prize);
        if place > 0 && *prize > prizes[place - 1] {
            let text = "a lower rank must not be paid more than the one above it";
            judge.violations.invalid(&field, text);
        }
    }
    let of_targets = matches!(by, RankedBy::TargetShare(..)) && contender == Contender::Member;
    if !attainment.is_empty() && !of_targets {
        let text = "is paid to members for their share of the own target: rank members by it";
        judge.violations.invalid("ranking.attainment", text);
    }
    for (place, tier) in attainment.iter().enumerate() {
        let field = format!("ranking.attainment[{place}]");
        let from = format!("{field}.from_bp");
        within(judge, &from, tier.from_bp, 1..=MAX_ATTAINMENT_BP);
        amount(judge, format!("{field}.amount"), tier.amount);
        let before = &attainment[..place];
        if before.iter().any(|other| other.from_bp == tier.from_bp) {
            judge.violations.invalid(&from, "is there twice");
        }
    }
    attainment.sort_unstable();
}

fn audience(judge: &mut Judge, audience: &Audience) -> Audience {
    let members = judge.list("member_ids", &audience.members, MAX_SCHEME_REFERENCES);
    for (place, member) in members.iter().enumerate() {
        judge.active_member(&format!("member_ids[{place}]"), *member);
    }
    let teams = judge.list("team_ids", &audience.teams, MAX_SCHEME_REFERENCES);
    for (place, team) in teams.iter().enumerate() {
        judge.team(&format!("team_ids[{place}]"), *team);
    }
    let mut roles = audience.roles.clone();
    roles.sort_unstable();
    roles.dedup();
    Audience {
        members,
        teams,
        roles,
    }
}

fn caps(judge: &mut Judge, caps: &[Cap]) -> Vec<Cap> {
    if caps.len() > MAX_SCHEME_CAPS {
        let text = format!("must have at most {MAX_SCHEME_CAPS} entries");
        judge.violations.invalid("caps", text);
    }
    for (place, cap) in caps.iter().enumerate().take(MAX_SCHEME_CAPS) {
        amount(judge, format!("caps[{place}].amount"), cap.amount);
        if caps[..place].iter().any(|other| other.unit == cap.unit) {
            let text = "there is a cap for this cycle already";
            judge
                .violations
                .invalid(format!("caps[{place}].unit"), text);
        }
    }
    let mut caps = caps.to_vec();
    caps.sort_unstable();
    caps
}

/// Pipelines and stages: in use, fitting together, and named only where the rule is about them.
fn scope(judge: &mut Judge, terms: &Terms) {
    for (place, id) in terms.pipelines.iter().enumerate() {
        let field = format!("pipeline_ids[{place}]");
        if let Some(pipeline) = judge.pipeline(&field, *id)
            && pipeline.retired
        {
            let text = format!("{} ({}) is retired", id.long(), pipeline.name);
            judge.violations.add(Reason::PipelineRetired, field, text);
        }
    }
    let about_pipelines = match &terms.rule {
        Rule::Ranking { by, .. } => *by != RankedBy::RewardIncome,
        rule => matches!(
            rule.system(),
            System::Task | System::Opportunity | System::Activity
        ),
    };
    if !terms.pipelines.is_empty() && !about_pipelines {
        let text = "only tasks, opportunities, activities and rankings by a metric can be bound to pipelines";
        judge.violations.invalid("pipeline_ids", text);
    }
    let entered = match &terms.rule {
        Rule::Opportunity { on, .. } => entered_kinds(*on),
        _ => &[],
    };
    if !terms.stages.is_empty() && entered.is_empty() {
        let text = "only rules about moves can be bound to stages";
        judge.violations.invalid("stage_ids", text);
        return;
    }
    for (place, id) in terms.stages.iter().enumerate() {
        let field = format!("stage_ids[{place}]");
        let Some((pipeline, stage)) = judge.stage(&field, *id) else {
            continue;
        };
        let called = format!("{} ({})", id.long(), stage.name);
        judge.in_use(&field, stage);
        if !entered.contains(&stage.kind) {
            let text = match entered {
                [StageKind::Won] => format!("{called} is no won stage"),
                [StageKind::Open] => {
                    format!("{called} is not open: what a win pays is a rule of its own")
                }
                _ => format!("{called} is a lost stage"),
            };
            judge.violations.invalid(&field, text);
        }
        if !terms.pipelines.is_empty() && !terms.pipelines.contains(&pipeline.id) {
            let text = format!(
                "{called} is a stage of {} ({}), which the terms do not name",
                pipeline.id.long(),
                pipeline.name
            );
            judge
                .violations
                .add(Reason::StageOfOtherPipeline, &field, text);
        }
    }
}

/// The kinds of stages the moves a rule pays for can enter; none = it is not about moves.
const fn entered_kinds(on: Trigger) -> &'static [StageKind] {
    match on {
        Trigger::Created => &[],
        Trigger::Entered => &[StageKind::Open],
        Trigger::Won => &[StageKind::Won],
        Trigger::Revived => &[StageKind::Open, StageKind::Won],
    }
}

/// What a rule cannot have is refused rather than kept without meaning.
fn only_where_meant(judge: &mut Judge, terms: &Terms) {
    let found = &mut judge.violations;
    match terms.rule.system() {
        System::Split => {
            let text = "packets come out of rewards: bound the schemes that grant them instead";
            if terms.budget.is_some() {
                found.invalid("budget", text);
            }
            if !terms.caps.is_empty() {
                found.invalid("caps", text);
            }
            if terms.approval {
                found.invalid("approval", "packets are opened, not approved");
            }
        }
        System::Grant if terms.approval => {
            found.invalid("approval", "a manager who gives approves by giving");
        }
        _ => {}
    }
}
