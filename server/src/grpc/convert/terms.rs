//! What a version of a scheme lays down, between API and domain.

use sluice_domain::{
    ActivityKind, ActivityTrigger, AttainmentTier, Audience, Cap, Contender, CustomerField,
    CycleUnit, Payment, RankedBy, Role, Rule, SplitAudience, SplitMethod, TaskPeriod, Terms,
    Trigger,
    scheme::SchemeChange,
    scheme_template::{DEFAULT_PACKET_HOURS, DEFAULT_SPLIT_BP, DEFAULT_VESTING_DAYS},
};
use sluice_proto::v1::{self, scheme_terms::Rule as Sent};

use super::{
    Call, Fields, activity, goal, member, metric::required_metric, scope::window, value::Id as _,
};

/// The completeness that pays "complete" when nothing is said: every field.
const DEFAULT_THRESHOLD_BP: i32 = 10_000;
/// How long a reward can be claimed when nothing is said, in days.
const DEFAULT_CLAIM_DAYS: i32 = 30;
/// Stands in for a rule that could not be read.
const NO_RULE: Rule = Rule::Grant { monthly_cap: 1 };

/// Reads terms below a path: `"terms"` or `"draft"`.
pub fn read(fields: &mut Fields, path: &str, terms: v1::SchemeTerms, call: &Call) -> Terms {
    let rule = match terms.rule {
        Some(rule) => read_rule(fields, path, rule, call),
        None => {
            let what = "is missing its rule: say task, opportunity, customer_data, activity, split, ranking or grant";
            fields.invalid(path, what);
            NO_RULE
        }
    };
    fields.within(path);
    let mut roles = Vec::with_capacity(terms.roles.len());
    for role in terms.roles {
        match member::read_role(fields, role) {
            Some(role) => roles.push(role),
            None => fields.invalid("roles", "must be said: leave it out instead"),
        }
    }
    let audience = Audience {
        members: fields.ids("member_ids", &terms.member_ids),
        teams: fields.ids("team_ids", &terms.team_ids),
        roles,
    };
    let pipelines = fields.ids("pipeline_ids", &terms.pipeline_ids);
    let stages = fields.ids("stage_ids", &terms.stage_ids);
    let claim_days = fields.number(
        "claim_days",
        or_default(terms.claim_days, DEFAULT_CLAIM_DAYS),
    );
    let mut caps = Vec::with_capacity(terms.caps.len());
    for (index, cap) in terms.caps.into_iter().enumerate() {
        fields.within(&format!("{path}.caps[{index}]"));
        caps.push(Cap {
            unit: read_cycle_unit(fields, "unit", cap.unit),
            amount: cap.amount,
        });
    }
    fields.end_rows();
    Terms {
        rule,
        audience,
        pipelines,
        stages,
        budget: terms.budget,
        caps,
        approval: terms.approval,
        claim_days,
    }
}

const fn or_default(number: i32, default: i32) -> i32 {
    if number == 0 { default } else { number }
}

fn read_rule(fields: &mut Fields, path: &str, rule: Sent, call: &Call) -> Rule {
    match rule {
        Sent::Task(task) => {
            fields.within(&format!("{path}.task"));
            read_task(fields, &task, call)
        }
        Sent::Opportunity(rule) => {
            fields.within(&format!("{path}.opportunity"));
            read_opportunity(fields, &rule)
        }
        Sent::CustomerData(rule) => {
            fields.within(&format!("{path}.customer_data"));
            Rule::CustomerData {
                fields: read_customer_fields(fields, &rule.fields),
                per_field: rule.per_field,
                threshold_bp: fields.number(
                    "threshold_bp",
                    or_default(rule.threshold_bp, DEFAULT_THRESHOLD_BP),
                ),
                complete: rule.complete,
            }
        }
        Sent::Activity(rule) => {
            fields.within(&format!("{path}.activity"));
            read_activity(fields, rule)
        }
        Sent::Split(rule) => {
            fields.within(&format!("{path}.split"));
            read_split(fields, &rule)
        }
        Sent::Ranking(rule) => read_ranking(fields, path, rule),
        Sent::Grant(rule) => Rule::Grant {
            monthly_cap: rule.monthly_cap,
        },
    }
}

fn read_task(fields: &mut Fields, task: &v1::TaskRule, call: &Call) -> Rule {
    let metric = required_metric(fields, &task.metric);
    let each = task.each != i32::from(v1::CycleUnit::Unspecified);
    let once = window(fields, "window", &task.window, call, call.now);
    if each && !task.window.is_empty() {
        fields.invalid(
            "window",
            "is said besides each: a task is either for each cycle or for one",
        );
    }
    let period = match once {
        Some(window) if !each => TaskPeriod::Once(window),
        _ if each => TaskPeriod::Each(read_cycle_unit(fields, "each", task.each)),
        _ => {
            if task.window.is_empty() {
                fields.invalid(
                    "each",
                    "is missing: say each cycle it is for, or one in window",
                );
            }
            TaskPeriod::Each(CycleUnit::Month)
        }
    };
    Rule::Task {
        metric,
        measure: goal::read_measure(fields, task.measure, metric),
        target: task.target,
        period,
        amount: task.amount,
    }
}

fn read_opportunity(fields: &mut Fields, rule: &v1::OpportunityRule) -> Rule {
    let on = match fields.enumeration("on", rule.on) {
        v1::OpportunityTrigger::Created => Trigger::Created,
        v1::OpportunityTrigger::Entered => Trigger::Entered,
        v1::OpportunityTrigger::Won => Trigger::Won,
        v1::OpportunityTrigger::Revived => Trigger::Revived,
        v1::OpportunityTrigger::Unspecified => {
            fields.invalid("on", "is missing: say CREATED, ENTERED, WON or REVIVED");
            Trigger::Won
        }
    };
    if rule.fixed != 0 && rule.share_bp != 0 {
        fields.invalid(
            "fixed",
            "is said besides share_bp: pay either a fixed amount or a share",
        );
    }
    let payment = if rule.share_bp == 0 {
        if rule.floor != 0 || rule.cap != 0 {
            fields.invalid("share_bp", "is missing: floor and cap belong to a share");
        }
        Payment::Fixed(rule.fixed)
    } else {
        Payment::Share {
            bp: fields.number("share_bp", rule.share_bp),
            floor: rule.floor,
            cap: (rule.cap != 0).then_some(rule.cap),
        }
    };
    let vesting_days = rule.vesting_days.unwrap_or(DEFAULT_VESTING_DAYS.into());
    Rule::Opportunity {
        on,
        payment,
        needs_activity: on == Trigger::Revived && !rule.without_activity,
        vesting_days: match on {
            Trigger::Created => fields.number("vesting_days", vesting_days),
            _ => 0,
        },
    }
}

fn read_activity(fields: &mut Fields, rule: v1::ActivityRule) -> Rule {
    if rule.check_ins && !rule.kinds.is_empty() {
        fields.invalid(
            "kinds",
            "is said besides check_ins: pay either for check-ins or for activities",
        );
    }
    let on = if rule.check_ins {
        ActivityTrigger::CheckIn
    } else {
        let kinds = rule.kinds.into_iter();
        let mut kinds: Vec<ActivityKind> = kinds
            .map(|kind| activity::read_kind(fields, kind))
            .collect();
        kinds.dedup();
        ActivityTrigger::Completed(kinds)
    };
    Rule::Activity {
        on,
        amount: rule.amount,
        daily_cap: fields.count("daily_cap", rule.daily_cap),
        min_gap_minutes: fields.count("min_gap_minutes", rule.min_gap_minutes),
    }
}

fn read_split(fields: &mut Fields, rule: &v1::SplitRule) -> Rule {
    Rule::Split {
        covers: fields.ids("scheme_ids", &rule.scheme_ids),
        share_bp: fields.number(
            "share_bp",
            or_default(rule.share_bp, DEFAULT_SPLIT_BP.into()),
        ),
        method: match fields.enumeration("method", rule.method) {
            v1::SplitMethod::Lucky => SplitMethod::Lucky,
            v1::SplitMethod::Equal | v1::SplitMethod::Unspecified => SplitMethod::Equal,
        },
        audience: match fields.enumeration("audience", rule.audience) {
            v1::SplitAudience::Collaborators => SplitAudience::Collaborators,
            v1::SplitAudience::Team | v1::SplitAudience::Unspecified => SplitAudience::Team,
        },
        window_hours: fields.number(
            "window_hours",
            or_default(rule.window_hours, DEFAULT_PACKET_HOURS.into()),
        ),
    }
}

fn read_ranking(fields: &mut Fields, path: &str, rule: v1::RankingRule) -> Rule {
    fields.within(&format!("{path}.ranking"));
    let measured = |fields: &mut Fields| {
        let metric = required_metric(fields, &rule.metric);
        (metric, goal::read_measure(fields, rule.measure, metric))
    };
    let by = match fields.enumeration("by", rule.by) {
        v1::RankedBy::Metric | v1::RankedBy::Unspecified => {
            let (metric, measure) = measured(fields);
            RankedBy::Metric(metric, measure)
        }
        v1::RankedBy::TargetShare => {
            let (metric, measure) = measured(fields);
            RankedBy::TargetShare(metric, measure)
        }
        v1::RankedBy::RewardIncome => {
            if !rule.metric.is_empty() {
                fields.invalid(
                    "metric",
                    "is said, but what is ranked is the income in rewards",
                );
            }
            RankedBy::RewardIncome
        }
    };
    let contender = match fields.enumeration("contender", rule.contender) {
        v1::Contender::Member | v1::Contender::Unspecified => Contender::Member,
        v1::Contender::Team => Contender::Team,
    };
    let unit = read_cycle_unit(fields, "unit", rule.unit);
    let mut attainment = Vec::with_capacity(rule.attainment.len());
    for (index, tier) in rule.attainment.iter().enumerate() {
        fields.within(&format!("{path}.ranking.attainment[{index}]"));
        attainment.push(AttainmentTier {
            from_bp: fields.count("from_bp", tier.from_bp),
            amount: tier.amount,
        });
    }
    Rule::Ranking {
        by,
        contender,
        unit,
        prizes: rule.prizes,
        attainment,
    }
}

/// Reads a length of cycle that must be said.
pub fn read_cycle_unit(fields: &mut Fields, field: &str, unit: i32) -> CycleUnit {
    match fields.enumeration(field, unit) {
        v1::CycleUnit::Day => CycleUnit::Day,
        v1::CycleUnit::Week => CycleUnit::Week,
        v1::CycleUnit::Month => CycleUnit::Month,
        v1::CycleUnit::Quarter => CycleUnit::Quarter,
        v1::CycleUnit::Year => CycleUnit::Year,
        v1::CycleUnit::Unspecified => {
            fields.invalid(field, "is missing: say DAY, WEEK, MONTH, QUARTER or YEAR");
            CycleUnit::Month
        }
    }
}

/// Writes a length of cycle.
pub const fn write_cycle_unit(unit: CycleUnit) -> v1::CycleUnit {
    match unit {
        CycleUnit::Day => v1::CycleUnit::Day,
        CycleUnit::Week => v1::CycleUnit::Week,
        CycleUnit::Month => v1::CycleUnit::Month,
        CycleUnit::Quarter => v1::CycleUnit::Quarter,
        CycleUnit::Year => v1::CycleUnit::Year,
    }
}

fn read_customer_fields(fields: &mut Fields, listed: &[i32]) -> Vec<CustomerField> {
    let mut known = Vec::with_capacity(listed.len());
    for (index, field) in listed.iter().enumerate() {
        let path = format!("fields[{index}]");
        let sent: v1::CustomerField = fields.enumeration(&path, *field);
        let found = CustomerField::ALL
            .into_iter()
            .find(|known| write_customer_field(*known) == sent);
        match found {
            Some(found) => known.push(found),
            None => fields.invalid(&path, "must be said: leave it out instead"),
        }
    }
    known
}

/// Writes a field of a customer's record.
pub const fn write_customer_field(field: CustomerField) -> v1::CustomerField {
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

/// Writes how packets are measured out.
pub const fn write_method(method: SplitMethod) -> v1::SplitMethod {
    match method {
        SplitMethod::Equal => v1::SplitMethod::Equal,
        SplitMethod::Lucky => v1::SplitMethod::Lucky,
    }
}

/// Writes what about a scheme changed, as facts name it; `None` for an edit, which is a change like any other.
pub const fn write_change(change: SchemeChange) -> Option<&'static str> {
    match change {
        SchemeChange::Edited => None,
        SchemeChange::Published => Some("PUBLISHED"),
        SchemeChange::Ended => Some("ENDED"),
        SchemeChange::CycleClosed => Some("CYCLE_CLOSED"),
    }
}

fn small(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Writes terms.
pub fn write(terms: &Terms) -> v1::SchemeTerms {
    let audience = &terms.audience;
    let roles = audience.roles.iter();
    let caps = terms.caps.iter();
    v1::SchemeTerms {
        rule: Some(write_rule(&terms.rule)),
        member_ids: audience.members.iter().map(|id| id.write()).collect(),
        team_ids: audience.teams.iter().map(|id| id.write()).collect(),
        roles: roles
            .map(|role: &Role| member::write_role(*role).into())
            .collect(),
        pipeline_ids: terms.pipelines.iter().map(|id| id.write()).collect(),
        stage_ids: terms.stages.iter().map(|id| id.write()).collect(),
        budget: terms.budget,
        caps: caps
            .map(|cap| v1::SchemeCap {
                unit: write_cycle_unit(cap.unit).into(),
                amount: cap.amount,
            })
            .collect(),
        approval: terms.approval,
        claim_days: terms.claim_days.into(),
    }
}

fn write_rule(rule: &Rule) -> Sent {
    match rule {
        Rule::Task {
            metric,
            measure,
            target,
            period,
            amount,
        } => {
            let (each, window) = match period {
                TaskPeriod::Each(unit) => (write_cycle_unit(*unit), String::new()),
                TaskPeriod::Once(window) => (v1::CycleUnit::Unspecified, window.name()),
            };
            Sent::Task(v1::TaskRule {
                metric: metric.name().to_owned(),
                measure: goal::write_measure(*measure).into(),
                target: *target,
                each: each.into(),
                window,
                amount: *amount,
            })
        }
        Rule::Opportunity {
            on,
            payment,
            needs_activity,
            vesting_days,
        } => write_opportunity(*on, *payment, *needs_activity, *vesting_days),
        Rule::CustomerData {
            fields,
            per_field,
            threshold_bp,
            complete,
        } => Sent::CustomerData(v1::CustomerDataRule {
            fields: write_customer_fields(fields),
            per_field: *per_field,
            threshold_bp: (*threshold_bp).into(),
            complete: *complete,
        }),
        Rule::Activity {
            on,
            amount,
            daily_cap,
            min_gap_minutes,
        } => {
            let kinds = match on {
                ActivityTrigger::CheckIn => &[],
                ActivityTrigger::Completed(kinds) => kinds.as_slice(),
            };
            let kinds = kinds.iter();
            Sent::Activity(v1::ActivityRule {
                check_ins: *on == ActivityTrigger::CheckIn,
                kinds: kinds
                    .map(|kind| activity::write_kind(*kind).into())
                    .collect(),
                amount: *amount,
                daily_cap: small(*daily_cap),
                min_gap_minutes: small(*min_gap_minutes),
            })
        }
        Rule::Split {
            covers,
            share_bp,
            method,
            audience,
            window_hours,
        } => Sent::Split(v1::SplitRule {
            scheme_ids: covers.iter().map(|id| id.write()).collect(),
            share_bp: (*share_bp).into(),
            method: write_method(*method).into(),
            audience: match audience {
                SplitAudience::Team => v1::SplitAudience::Team,
                SplitAudience::Collaborators => v1::SplitAudience::Collaborators,
            }
            .into(),
            window_hours: (*window_hours).into(),
        }),
        Rule::Ranking {
            by,
            contender,
            unit,
            prizes,
            attainment,
        } => write_ranking(*by, *contender, *unit, prizes, attainment),
        Rule::Grant { monthly_cap } => Sent::Grant(v1::GrantRule {
            monthly_cap: *monthly_cap,
        }),
    }
}

fn write_opportunity(
    on: Trigger,
    payment: Payment,
    needs_activity: bool,
    vesting_days: u16,
) -> Sent {
    let (fixed, share_bp, floor, cap) = match payment {
        Payment::Fixed(amount) => (amount, 0, 0, 0),
        Payment::Share { bp, floor, cap } => (0, bp.into(), floor, cap.unwrap_or(0)),
    };
    let trigger = match on {
        Trigger::Created => v1::OpportunityTrigger::Created,
        Trigger::Entered => v1::OpportunityTrigger::Entered,
        Trigger::Won => v1::OpportunityTrigger::Won,
        Trigger::Revived => v1::OpportunityTrigger::Revived,
    };
    Sent::Opportunity(v1::OpportunityRule {
        on: trigger.into(),
        fixed,
        share_bp,
        floor,
        cap,
        without_activity: on == Trigger::Revived && !needs_activity,
        vesting_days: (on == Trigger::Created).then(|| vesting_days.into()),
    })
}

fn write_ranking(
    by: RankedBy,
    contender: Contender,
    unit: CycleUnit,
    prizes: &[i64],
    attainment: &[AttainmentTier],
) -> Sent {
    let (by, measured) = match by {
        RankedBy::Metric(metric, measure) => (v1::RankedBy::Metric, Some((metric, measure))),
        RankedBy::TargetShare(metric, measure) => {
            (v1::RankedBy::TargetShare, Some((metric, measure)))
        }
        RankedBy::RewardIncome => (v1::RankedBy::RewardIncome, None),
    };
    let measure = measured.map_or(v1::GoalMeasure::Unspecified, |(_, measure)| {
        goal::write_measure(measure)
    });
    let tiers = attainment.iter();
    Sent::Ranking(v1::RankingRule {
        by: by.into(),
        metric: measured.map_or_else(String::new, |(metric, _)| metric.name().to_owned()),
        measure: measure.into(),
        contender: match contender {
            Contender::Member => v1::Contender::Member,
            Contender::Team => v1::Contender::Team,
        }
        .into(),
        unit: write_cycle_unit(unit).into(),
        prizes: prizes.to_vec(),
        attainment: tiers
            .map(|tier| v1::AttainmentTier {
                from_bp: small(tier.from_bp),
                amount: tier.amount,
            })
            .collect(),
    })
}

/// Writes fields of a customer's record.
pub fn write_customer_fields(fields: &[CustomerField]) -> Vec<i32> {
    let fields = fields.iter();
    fields
        .map(|field| write_customer_field(*field).into())
        .collect()
}

/// Terms in place of those that are missing.
pub fn nothing() -> Terms {
    Terms {
        rule: NO_RULE,
        audience: Audience::default(),
        pipelines: Vec::new(),
        stages: Vec::new(),
        budget: None,
        caps: Vec::new(),
        approval: false,
        claim_days: 1,
    }
}
