//! What the fields of the scheme editor begin with: the terms, written out as a person would.

use super::form_fields::{choice, line, required};
use super::scheme_form::{RANKED, TRIGGERS, base};
use crate::incentive::field::SchemeField as Named;
use crate::incentive::scheme::{Pay, Rule, SplitMethod, TaskWindow, Terms};
use crate::incentive::{SchemeState, Unit};
use crate::layer::{Field, FieldName, SchemeBase};
use crate::model::Model;
use crate::report::funnel::Metric;
use crate::report::lens::CycleKind;
use crate::scheme_text::role_key;
use crate::screens::reward_words as words;
use crate::text;

struct Builder<'a> {
    model: &'a Model,
    unit: Unit,
}

impl Builder<'_> {
    fn say(&self, key: &str) -> String {
        self.model.strings.say(key).to_owned()
    }

    fn text(&self, name: Named, words: impl Into<String>) -> Field {
        line(FieldName::Scheme(name), words)
    }

    fn amount(&self, name: Named, amount: i64) -> Field {
        let words = if amount == 0 {
            String::new()
        } else {
            text::money_full(amount.into(), words::digits(self.model, self.unit))
        };
        self.text(name, words)
    }

    fn count(&self, name: Named, count: i64) -> Field {
        let words = if count == 0 {
            String::new()
        } else {
            count.to_string()
        };
        self.text(name, words)
    }

    fn percent(&self, name: Named, bp: i32) -> Field {
        let words = if bp == 0 {
            String::new()
        } else {
            text::percent(bp.into())
        };
        self.text(name, words)
    }

    fn choice<T: PartialEq>(&self, name: Named, options: &[(T, &str)], value: &T) -> Field {
        let selected = options.iter().position(|(option, _)| option == value);
        let options = options
            .iter()
            .zip(0_u64..)
            .map(|((_, key), place)| (self.say(key), place))
            .collect();
        let value = selected.and_then(|place| u64::try_from(place).ok());
        choice(FieldName::Scheme(name), options, value)
    }

    fn yes_no(&self, name: Named, value: bool) -> Field {
        self.choice(name, &[(false, "choice-no"), (true, "choice-yes")], &value)
    }

    fn list(&self, name: Named, names: Vec<String>) -> Field {
        self.text(name, names.join(", "))
    }

    fn metric(&self, metric: Metric) -> Field {
        let options = Metric::ALL.map(|metric| (metric, metric.name_key()));
        self.choice(Named::Metric, &options, &metric)
    }

    fn measure(&self, by_count: bool) -> Field {
        let options = [(true, "measure-count"), (false, "measure-amount")];
        self.choice(Named::Measure, &options, &by_count)
    }

    fn cycle(&self, name: Named, kind: CycleKind) -> Field {
        let options = CycleKind::NAMED.map(|kind| (kind, kind.name_key()));
        self.choice(name, &options, &kind)
    }

    fn rule(&self, rule: &Rule) -> Vec<Field> {
        match rule {
            Rule::Task(task) => {
                let target = if task.by_count {
                    self.count(Named::Target, task.target)
                } else {
                    let digits = self.model.minor_digits();
                    let words = text::money_full(task.target.into(), digits);
                    self.text(Named::Target, words)
                };
                let (each, once) = match &task.window {
                    TaskWindow::Each(kind) => (*kind, String::new()),
                    TaskWindow::Once(window) => (CycleKind::Week, window.clone()),
                };
                vec![
                    self.metric(task.metric),
                    self.measure(task.by_count),
                    required(target),
                    self.cycle(Named::Each, each),
                    self.text(Named::Once, once),
                    required(self.amount(Named::Pays, task.amount)),
                ]
            }
            Rule::Deal(deal) => {
                let (fixed, share, floor, cap) = match deal.pay {
                    Pay::Fixed(amount) => (amount, 0, 0, 0),
                    Pay::Share { bp, floor, cap } => (0, bp, floor, cap),
                };
                let vesting = deal
                    .vesting_days
                    .map_or_else(String::new, |days| days.to_string());
                vec![
                    self.choice(Named::On, &TRIGGERS, &deal.on),
                    self.amount(Named::Fixed, fixed),
                    self.percent(Named::Share, share),
                    self.amount(Named::Floor, floor),
                    self.amount(Named::Cap, cap),
                    self.text(Named::Vesting, vesting),
                    self.yes_no(Named::WithoutActivity, deal.without_activity),
                ]
            }
            Rule::CustomerData(data) => {
                let names = data.fields.iter().map(|field| self.say(field.name_key()));
                vec![
                    self.amount(Named::PerField, data.per_field),
                    self.list(Named::Fields, names.collect()),
                    self.amount(Named::Complete, data.complete),
                    self.percent(Named::Threshold, data.threshold_bp),
                ]
            }
            Rule::Activity(activity) => {
                let kinds = activity.kinds.iter();
                let kinds = kinds.map(|kind| self.say(super::activity_key(*kind)));
                vec![
                    self.yes_no(Named::CheckIns, activity.check_ins),
                    self.list(Named::Kinds, kinds.collect()),
                    required(self.amount(Named::Pays, activity.amount)),
                    self.count(Named::DailyCap, activity.daily_cap.into()),
                    self.count(Named::Gap, activity.min_gap_minutes.into()),
                ]
            }
            Rule::Split(sharing) => {
                let methods = [
                    (SplitMethod::Equal, "method-equal"),
                    (SplitMethod::Lucky, "method-lucky"),
                ];
                let to = [(false, "to-team"), (true, "to-collaborators")];
                let names = sharing.scheme_ids.iter();
                let names = names.map(|id| self.model.picture.scheme_name(*id).to_owned());
                vec![
                    self.percent(Named::SplitShare, sharing.share_bp),
                    self.choice(Named::Method, &methods, &sharing.method),
                    self.choice(Named::To, &to, &sharing.collaborators),
                    self.count(Named::Hours, sharing.window_hours.into()),
                    self.list(Named::Schemes, names.collect()),
                ]
            }
            Rule::Ranking(ranking) => {
                let contenders = [(false, "contender-members"), (true, "contender-teams")];
                let digits = words::digits(self.model, self.unit);
                let amount = |amount: i64| text::money_full(amount.into(), digits).replace(',', "");
                let prizes = ranking.prizes.iter().map(|prize| amount(*prize));
                let tiers = ranking.tiers.iter();
                let tiers = tiers.map(|(from, pay)| {
                    format!("{}={}", text::percent((*from).into()), amount(*pay))
                });
                vec![
                    self.choice(Named::By, &RANKED, &ranking.by),
                    self.metric(ranking.metric),
                    self.measure(ranking.by_count),
                    self.choice(Named::Contender, &contenders, &ranking.teams),
                    self.cycle(Named::Each, ranking.unit),
                    self.list(Named::Prizes, prizes.collect()),
                    self.list(Named::Tiers, tiers.collect()),
                ]
            }
            Rule::Grant { monthly_cap } => {
                vec![required(self.amount(Named::MonthlyCap, *monthly_cap))]
            }
        }
    }

    /// Whose rewards these are, or whose are shared.
    fn audience(&self, terms: &Terms) -> Field {
        let picture = &self.model.picture;
        let mut audience: Vec<String> = Vec::new();
        audience.extend(terms.roles.iter().map(|role| self.say(role_key(*role))));
        let teams = terms.teams.iter();
        audience.extend(teams.filter_map(|id| Some(picture.teams.get(id)?.name.clone())));
        let members = terms.members.iter();
        audience.extend(members.map(|id| picture.member_name(Some(*id)).to_owned()));
        self.list(Named::Audience, audience)
    }

    fn common(&self, terms: &Terms) -> Vec<Field> {
        let picture = &self.model.picture;
        let pipelines = terms.pipelines.iter();
        let pipelines = pipelines.filter_map(|id| Some(picture.pipelines.get(id)?.name.clone()));
        let stages = terms.stages.iter();
        let stages = stages.filter_map(|id| Some(picture.stage(*id)?.name.clone()));
        let (per, cap) = terms.caps.first().copied().unwrap_or((CycleKind::Week, 0));
        let mut fields = vec![self.list(Named::Pipelines, pipelines.collect())];
        if matches!(&terms.rule, Rule::Deal(_)) {
            fields.push(self.list(Named::Stages, stages.collect()));
        }
        fields.extend([
            self.amount(Named::MemberCap, cap),
            self.cycle(Named::MemberCapPer, per),
            self.amount(Named::Budget, terms.budget.unwrap_or(0)),
            self.yes_no(Named::Approval, terms.approval),
            self.count(Named::ClaimDays, terms.claim_days.into()),
        ]);
        fields
    }
}

/// The fields of a scheme's form.
pub(super) fn fields(model: &Model, from: SchemeBase) -> Option<Vec<Field>> {
    let (name, unit, terms) = base(model, from)?;
    let builder = Builder { model, unit };
    let units = Unit::ALL.map(|unit| (unit, unit.name_key()));
    let mut fields = vec![required(line(FieldName::Name, name))];
    let fixed = match from {
        SchemeBase::Edit { id, .. } => {
            let scheme = model.picture.schemes.get(&id);
            scheme.is_some_and(|scheme| scheme.state != SchemeState::Draft)
        }
        _ => false,
    };
    if !fixed {
        fields.push(builder.choice(Named::Unit, &units, &unit));
    }
    fields.extend(builder.rule(&terms.rule));
    fields.push(builder.audience(&terms));
    if !matches!(terms.rule, Rule::Split(_)) {
        fields.extend(builder.common(&terms));
    }
    Some(fields)
}
