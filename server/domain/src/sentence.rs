//! The terms of a scheme as one plain English sentence, for programs and logs; clients write their own in the reader's
//! language (DOMAIN.md §6).

use crate::activity::ActivityKind;
use crate::completeness::CustomerField;
use crate::cycle::CycleUnit;
use crate::goal::Measure;
use crate::member::Role;
use crate::money::Currency;
use crate::scheme::{
    ActivityTrigger, Audience, Contender, Payment, RankedBy, Rule, SplitAudience, SplitMethod,
    System, TaskPeriod, Terms, Trigger, Unit,
};
use crate::score::Metric;
use crate::state::State;

/// One sentence that leaves nothing of the terms out. Names are those of now.
pub fn sentence(state: &State, unit: Unit, terms: &Terms) -> String {
    let words = Words { state, unit };
    let mut parts = vec![words.rule(&terms.rule, terms)];
    if !terms.pipelines.is_empty() {
        let names = terms.pipelines.iter().map(|id| {
            let pipeline = state.pipeline(*id);
            pipeline.map_or_else(|| id.long(), |pipeline| pipeline.name.to_string())
        });
        parts.push(format!("only in {}", joined(names, "and")));
    }
    parts.extend(words.audience(&terms.audience));
    for cap in &terms.caps {
        let most = words.amount(cap.amount);
        let length = length_word(cap.unit);
        parts.push(format!("at most {most} a {length} for each member"));
    }
    if terms.approval {
        parts.push("a manager must approve".to_owned());
    }
    if terms.rule.system() != System::Split {
        parts.push(format!("may be claimed for {}", days(terms.claim_days)));
    }
    if let Some(budget) = terms.budget {
        parts.push(format!("budget {}", words.amount(budget)));
    }
    format!("{}.", parts.join("; "))
}

struct Words<'a> {
    state: &'a State,
    unit: Unit,
}

impl Words<'_> {
    fn rule(&self, rule: &Rule, terms: &Terms) -> String {
        match rule {
            Rule::Task {
                metric,
                measure,
                target,
                period,
                amount,
            } => {
                let pays = self.amount(*amount);
                let target = self.target(*metric, *measure, *target);
                let when = match period {
                    TaskPeriod::Once(window) => format!("in {}", window.name()),
                    TaskPeriod::Each(unit) => format!("in a {}", length_word(*unit)),
                };
                format!("Pays {pays} to whoever reaches {target} {when}")
            }
            Rule::Opportunity {
                on,
                payment,
                needs_activity,
                vesting_days,
            } => {
                let pays = self.payment(payment);
                let event = self.event(*on, terms);
                let when = match (on, vesting_days) {
                    (Trigger::Revived, _) if *needs_activity => {
                        ", if an activity was recorded while it was stalled".to_owned()
                    }
                    (Trigger::Created, wait) if *wait > 0 => {
                        format!(
                            ", pending until its first forward move or for {}",
                            days(*wait)
                        )
                    }
                    _ => String::new(),
                };
                format!("Pays {pays} for each deal {event}{when}")
            }
            Rule::CustomerData {
                fields,
                per_field,
                threshold_bp,
                complete,
            } => self.customer_data(fields, *per_field, *threshold_bp, *complete),
            Rule::Activity {
                on,
                amount,
                daily_cap,
                min_gap_minutes,
            } => {
                let pays = self.amount(*amount);
                let what = match on {
                    ActivityTrigger::CheckIn => "verified check-in".to_owned(),
                    ActivityTrigger::Completed(kinds) if kinds.is_empty() => {
                        "activity but notes".to_owned()
                    }
                    ActivityTrigger::Completed(kinds) => joined(
                        kinds
                            .iter()
                            .map(|kind| ActivityKind::word(*kind).to_owned()),
                        "or",
                    ),
                };
                let most = match daily_cap {
                    0 => String::new(),
                    cap => format!(", at most {} a day", grouped(i128::from(*cap))),
                };
                let apart = match min_gap_minutes {
                    0 => String::new(),
                    gap => format!(", at least {gap} minutes apart"),
                };
                format!("Pays {pays} for each {what}{most}{apart}")
            }
            Rule::Split {
                covers,
                share_bp,
                method,
                audience,
                window_hours,
            } => {
                let names = covers.iter().map(|id| {
                    let scheme = self.state.scheme(*id);
                    scheme.map_or_else(|| id.long(), |scheme| scheme.name.to_string())
                });
                let of = match (covers.is_empty(), self.unit) {
                    (true, Unit::Points) => "in points".to_owned(),
                    (true, Unit::Money(_)) => "in money".to_owned(),
                    (false, _) => format!("of {}", joined(names, "and")),
                };
                let method = match method {
                    SplitMethod::Equal => "equal packets",
                    SplitMethod::Lucky => "packets of drawn sizes",
                };
                let to = match audience {
                    SplitAudience::Team => "the earner's team",
                    SplitAudience::Collaborators => "the collaborators of the deal",
                };
                format!(
                    "Breaks {} of each reward {of} into {method} for {to}, to be opened within {}",
                    percent(u32::from(*share_bp)),
                    counted(i128::from(*window_hours), "hour")
                )
            }
            Rule::Ranking { .. } => self.ranking(rule),
            Rule::Grant { monthly_cap } => format!(
                "Lets managers reward personally, each up to {} a month",
                self.amount(*monthly_cap)
            ),
        }
    }

    fn event(&self, on: Trigger, terms: &Terms) -> String {
        let stages = terms.stages.iter().map(|id| {
            let stage = self.state.stage(*id);
            stage.map_or_else(|| id.long(), |(_, stage)| stage.name.to_string())
        });
        let stages = joined(stages, "or");
        match (on, terms.stages.is_empty()) {
            (Trigger::Created, _) => "created".to_owned(),
            (Trigger::Entered, true) => "moved forward to an open stage".to_owned(),
            (Trigger::Entered, false) => format!("moved forward to {stages}"),
            (Trigger::Won, true) => "won".to_owned(),
            (Trigger::Won, false) => format!("won in {stages}"),
            (Trigger::Revived, true) => "set moving again after it stalled".to_owned(),
            (Trigger::Revived, false) => format!("moved to {stages} after it stalled"),
        }
    }

    fn payment(&self, payment: &Payment) -> String {
        let (bp, floor, cap) = match payment {
            Payment::Fixed(amount) => return self.amount(*amount),
            Payment::Share { bp, floor, cap } => (*bp, *floor, *cap),
        };
        let share = percent(u32::from(bp));
        match (floor, cap) {
            (0, None) => match self.unit {
                Unit::Points => format!("{share} of the amount in points"),
                Unit::Money(_) => format!("{share} of the amount"),
            },
            (floor, None) => {
                format!("{share} of the amount, at least {},", self.amount(floor))
            }
            (0, Some(cap)) => format!("{share} of the amount, at most {},", self.amount(cap)),
            (floor, Some(cap)) => format!(
                "{share} of the amount, at least {} and at most {},",
                self.number(floor),
                self.amount(cap)
            ),
        }
    }

    fn customer_data(
        &self,
        fields: &[CustomerField],
        per_field: i64,
        threshold_bp: u16,
        complete: i64,
    ) -> String {
        let each = (per_field > 0).then(|| {
            let names = fields.iter().map(|field| field_word(*field).to_owned());
            let of = match fields {
                [] => "each field of a customer's record".to_owned(),
                _ => format!("{} of a customer", joined(names, "and")),
            };
            format!("{} for {of}", self.amount(per_field))
        });
        let whole = (complete > 0).then(|| {
            format!(
                "{} when the record is {} complete",
                self.amount(complete),
                percent(u32::from(threshold_bp))
            )
        });
        let pays = joined(each.into_iter().chain(whole), "and");
        format!("Pays {pays}, the first time only")
    }

    fn ranking(&self, rule: &Rule) -> String {
        let Rule::Ranking {
            by,
            contender,
            unit,
            prizes,
            attainment,
        } = rule
        else {
            return String::new();
        };
        let who = match contender {
            Contender::Member => "members",
            Contender::Team => "teams",
        };
        let value = match by {
            RankedBy::Metric(metric, Measure::Count) => {
                format!("the number of {}", metric_words(*metric))
            }
            RankedBy::Metric(metric, Measure::Amount) => {
                format!("the amount of {}", metric_words(*metric))
            }
            RankedBy::TargetShare(metric, Measure::Count) => {
                format!(
                    "the share of the own target for the number of {}",
                    metric_words(*metric)
                )
            }
            RankedBy::TargetShare(metric, Measure::Amount) => {
                format!(
                    "the share of the own target for the amount of {}",
                    metric_words(*metric)
                )
            }
            RankedBy::RewardIncome => "what they earned in rewards".to_owned(),
        };
        let length = length_word(*unit);
        let mut pays = Vec::new();
        if let [only] = prizes.as_slice() {
            pays.push(format!("{} to rank 1", self.amount(*only)));
        } else if let Some((last, others)) = prizes.split_last() {
            let others = others.iter().map(|prize| self.number(*prize));
            let others: Vec<String> = others.collect();
            let last = self.amount(*last);
            pays.push(format!(
                "{} and {last} to ranks 1 to {}",
                others.join(", "),
                prizes.len()
            ));
        }
        if !attainment.is_empty() {
            let tiers = attainment.iter().map(|tier| {
                format!(
                    "{} from {}",
                    self.amount(tier.amount),
                    percent(tier.from_bp)
                )
            });
            let tiers: Vec<String> = tiers.collect();
            pays.push(format!("{} of the own target", tiers.join(", ")));
        }
        let pays = pays.join(", and ");
        format!("Pays {pays}, among {who} by {value}, at the end of each {length}")
    }

    fn audience(&self, audience: &Audience) -> Option<String> {
        let members = audience.members.iter().map(|id| {
            let member = self.state.member(*id);
            member.map_or_else(|| id.long(), |member| member.name.to_string())
        });
        let teams = audience.teams.iter().map(|id| {
            let team = self.state.team(*id);
            let name = team.map_or_else(|| id.long(), |team| team.name.to_string());
            format!("the team {name}")
        });
        let roles = audience
            .roles
            .iter()
            .map(|role| role_word(*role).to_owned());
        let all: Vec<String> = members.chain(teams).chain(roles).collect();
        let only = joined(all.into_iter(), "and");
        (!only.is_empty()).then(|| format!("only for {only}"))
    }

    fn target(&self, metric: Metric, measure: Measure, target: i64) -> String {
        match measure {
            Measure::Count if target == 1 => format!("1 {}", metric_word(metric)),
            Measure::Count => {
                format!("{} {}", grouped(i128::from(target)), metric_words(metric))
            }
            Measure::Amount => {
                let currency = self
                    .state
                    .workspace()
                    .map_or(Currency::USD, |own| own.currency);
                let amount = money(target, currency);
                format!("{amount} {currency} in {}", metric_words(metric))
            }
        }
    }

    /// An amount with its unit.
    fn amount(&self, amount: i64) -> String {
        match self.unit {
            Unit::Points => counted(i128::from(amount), "point"),
            Unit::Money(currency) => format!("{} {currency}", money(amount, currency)),
        }
    }

    /// An amount whose unit is said beside it.
    fn number(&self, amount: i64) -> String {
        match self.unit {
            Unit::Points => grouped(i128::from(amount)),
            Unit::Money(currency) => money(amount, currency),
        }
    }
}

/// `a`, `a and b`, `a, b and c`.
fn joined(parts: impl Iterator<Item = String>, word: &str) -> String {
    let parts: Vec<String> = parts.collect();
    match parts.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} {word} {last}", others.join(", ")),
    }
}

/// Digits in groups of three.
fn grouped(number: i128) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3 + 1);
    if number < 0 {
        text.push('-');
    }
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Minor units as a decimal number.
fn money(amount_minor: i64, currency: Currency) -> String {
    let places = currency.minor_digits();
    let unit = 10_i128.pow(places);
    let amount = i128::from(amount_minor);
    let whole = grouped(amount / unit);
    match places {
        0 => whole,
        _ => {
            let rest = (amount % unit).unsigned_abs();
            format!("{whole}.{rest:0width$}", width = places as usize)
        }
    }
}

fn counted(number: i128, word: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {word}{plural}", grouped(number))
}

fn days(days: u16) -> String {
    counted(i128::from(days), "day")
}

/// Basis points as a percentage, without needless zeros.
fn percent(bp: u32) -> String {
    match (bp / 100, bp % 100) {
        (whole, 0) => format!("{whole} %"),
        (whole, part) if part % 10 == 0 => format!("{whole}.{} %", part / 10),
        (whole, part) => format!("{whole}.{part:02} %"),
    }
}

const fn length_word(unit: CycleUnit) -> &'static str {
    match unit {
        CycleUnit::Day => "day",
        CycleUnit::Week => "week",
        CycleUnit::Month => "month",
        CycleUnit::Quarter => "quarter",
        CycleUnit::Year => "year",
    }
}

const fn metric_word(metric: Metric) -> &'static str {
    match metric {
        Metric::New => "new deal",
        Metric::Flow => "forward move",
        Metric::Won => "won deal",
        Metric::Revived => "revived deal",
        Metric::CheckIn => "check-in",
    }
}

const fn metric_words(metric: Metric) -> &'static str {
    match metric {
        Metric::New => "new deals",
        Metric::Flow => "forward moves",
        Metric::Won => "won deals",
        Metric::Revived => "revived deals",
        Metric::CheckIn => "check-ins",
    }
}

const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Admin => "administrators",
        Role::Executive => "executives",
        Role::Manager => "managers",
        Role::Rep => "sales representatives",
        Role::Script => "scripts",
    }
}

const fn field_word(field: CustomerField) -> &'static str {
    match field {
        CustomerField::Industry => "the industry",
        CustomerField::Region => "the region",
        CustomerField::Website => "the web address",
        CustomerField::Phone => "the telephone number",
        CustomerField::Note => "the note",
        CustomerField::Site => "a site",
        CustomerField::Contact => "a contact",
        CustomerField::Decider => "a decision maker",
    }
}
