//! The scheme editor: a form by system, read at every key so that the rule stands above it as one plain sentence.

use super::problem;
use crate::entry::amount::{Currency, parse_amount};
use crate::incentive::field::SchemeField as Named;
use crate::incentive::scheme::{
    Activities, CustomerData, Deal, Pay, RankedBy, Ranking, Rule, Sharing, SplitMethod, Task,
    TaskWindow, Terms, Trigger,
};
use crate::incentive::{CustomerField, Scheme, System, Unit};
use crate::layer::{FieldName, Form, SchemeBase};
use crate::model::Model;
use crate::record::{ActivityKind, MemberRole};
use crate::report::funnel::Metric;
use crate::report::lens::{Cycle, CycleKind};
use crate::scheme_text::role_key;

/// What a form says.
pub(crate) struct Reading {
    /// What the scheme is called.
    pub name: String,
    /// What it pays in.
    pub unit: Unit,
    /// What it lays down; what cannot be read is as if it were empty.
    pub terms: Terms,
    /// What cannot be read.
    pub problems: Vec<(FieldName, String)>,
}

const ROLES: [MemberRole; 4] = [
    MemberRole::Admin,
    MemberRole::Executive,
    MemberRole::Manager,
    MemberRole::Rep,
];
pub(super) const TRIGGERS: [(Trigger, &str); 4] = [
    (Trigger::Won, "on-won"),
    (Trigger::Entered, "on-entered"),
    (Trigger::Created, "on-created"),
    (Trigger::Revived, "on-revived"),
];
pub(super) const RANKED: [(RankedBy, &str); 3] = [
    (RankedBy::Metric, "by-metric"),
    (RankedBy::TargetShare, "by-target-share"),
    (RankedBy::RewardIncome, "by-income"),
];

/// Name, unit and terms that the form begins with.
pub(super) fn base(model: &Model, base: SchemeBase) -> Option<(String, Unit, Terms)> {
    match base {
        SchemeBase::New(system) => Some((String::new(), Unit::Points, Terms::of(blank(system)))),
        SchemeBase::Template(place) => {
            let template = model.reports.templates()?.get(place)?;
            Some((template.name.clone(), template.unit, template.terms.clone()))
        }
        SchemeBase::Edit { id, .. } => {
            let scheme: &Scheme = model.picture.schemes.get(&id)?;
            Some((scheme.name.clone(), scheme.unit, scheme.newest()?.clone()))
        }
    }
}

/// A rule of a system with nothing filled in.
const fn blank(system: System) -> Rule {
    match system {
        System::Task => Rule::Task(Task {
            metric: Metric::Won,
            by_count: true,
            target: 0,
            window: TaskWindow::Each(CycleKind::Week),
            amount: 0,
        }),
        System::Opportunity => Rule::Deal(Deal {
            on: Trigger::Won,
            pay: Pay::Fixed(0),
            without_activity: false,
            vesting_days: None,
        }),
        System::CustomerData => Rule::CustomerData(CustomerData {
            fields: Vec::new(),
            per_field: 0,
            threshold_bp: 0,
            complete: 0,
        }),
        System::Activity => Rule::Activity(Activities {
            check_ins: false,
            kinds: Vec::new(),
            amount: 0,
            daily_cap: 0,
            min_gap_minutes: 0,
        }),
        System::Split => Rule::Split(Sharing {
            scheme_ids: Vec::new(),
            share_bp: 0,
            method: SplitMethod::Equal,
            collaborators: false,
            window_hours: 0,
        }),
        System::Ranking => Rule::Ranking(Ranking {
            by: RankedBy::Metric,
            metric: Metric::Won,
            by_count: false,
            teams: false,
            unit: CycleKind::Month,
            prizes: Vec::new(),
            tiers: Vec::new(),
        }),
        System::Grant => Rule::Grant { monthly_cap: 0 },
    }
}

struct Reader<'a> {
    model: &'a Model,
    form: &'a Form,
    unit: Unit,
    problems: Vec<(FieldName, String)>,
}

impl<'a> Reader<'a> {
    fn text(&self, name: Named) -> &'a str {
        self.form.text(FieldName::Scheme(name))
    }

    fn wrong(&mut self, name: Named, words: String) {
        self.problems.push((FieldName::Scheme(name), words));
    }

    fn refuse(&mut self, name: Named, key: &str) {
        let words = self.model.strings.say(key).to_owned();
        self.wrong(name, words);
    }

    fn amount_of(&mut self, name: Named, written: &str, unit: Unit) -> i64 {
        if written.is_empty() {
            return 0;
        }
        let code = self.model.currency();
        let currency = match unit {
            Unit::Points => Currency {
                code,
                minor_digits: 0,
            },
            Unit::Money => Currency::of(code),
        };
        match parse_amount(written, currency) {
            Ok(amount) => amount.minor,
            Err(error) => {
                let words = problem::amount(&self.model.strings, &error);
                self.wrong(name, words);
                0
            }
        }
    }

    fn amount(&mut self, name: Named) -> i64 {
        self.amount_of(name, self.text(name), self.unit)
    }

    fn count(&mut self, name: Named) -> i32 {
        let written = self.text(name);
        if written.is_empty() {
            return 0;
        }
        written
            .parse()
            .ok()
            .filter(|count| *count >= 0)
            .unwrap_or_else(|| {
                self.refuse(name, "problem-count");
                0
            })
    }

    /// `12.5%` in basis points.
    fn percent_of(&mut self, name: Named, written: &str) -> i32 {
        let bare = written.trim_end_matches(['%', '％']).trim();
        if bare.is_empty() {
            return 0;
        }
        let (whole, part) = bare.split_once('.').unwrap_or((bare, "0"));
        let part = format!("{part:0<2}");
        match (whole.parse::<i32>(), part.parse::<i32>()) {
            (Ok(whole), Ok(part)) if (0..=1_000).contains(&whole) && (0..100).contains(&part) => {
                whole * 100 + part
            }
            _ => {
                self.refuse(name, "problem-percent");
                0
            }
        }
    }

    fn percent(&mut self, name: Named) -> i32 {
        self.percent_of(name, self.text(name))
    }

    fn chosen<T: Copy>(&self, name: Named, options: &[(T, &str)]) -> Option<T> {
        let place = self.form.choice(FieldName::Scheme(name))?;
        let option = options.get(usize::try_from(place).ok()?)?;
        Some(option.0)
    }

    fn yes(&self, name: Named) -> bool {
        self.chosen(name, &[(false, ""), (true, "")])
            .unwrap_or_default()
    }

    fn metric(&self) -> Metric {
        let options = Metric::ALL.map(|metric| (metric, ""));
        self.chosen(Named::Metric, &options).unwrap_or_default()
    }

    fn by_count(&self) -> bool {
        let measured = self.chosen(Named::Measure, &[(true, ""), (false, "")]);
        measured.unwrap_or(true) || self.metric() == Metric::CheckIn
    }

    fn cycle(&self, name: Named) -> CycleKind {
        let options = CycleKind::NAMED.map(|kind| (kind, ""));
        self.chosen(name, &options).unwrap_or_default()
    }

    /// Names with commas between them, each one of those known.
    fn list<T>(&mut self, name: Named, known: &[(String, T)]) -> Vec<T>
    where
        T: Copy,
    {
        let mut found = Vec::new();
        for written in parts(self.text(name)) {
            let folded = written.to_lowercase();
            let hit = known.iter().find(|(name, _)| name.to_lowercase() == folded);
            match hit {
                Some((_, thing)) => found.push(*thing),
                None => {
                    let names: Vec<&str> = known.iter().map(|(name, _)| name.as_str()).collect();
                    let label = FieldName::Scheme(name).label_key();
                    let words = self.model.strings.tell(
                        "problem-unknown-known",
                        &[
                            ("field", self.model.strings.say(label).into()),
                            ("written", written.into()),
                            ("known", names.join(", ").into()),
                        ],
                    );
                    self.wrong(name, words);
                }
            }
        }
        found
    }

    fn rule(&mut self, system: System) -> Rule {
        match system {
            System::Task => self.task(),
            System::Opportunity => self.deal(),
            System::CustomerData => {
                let known = CustomerField::ALL
                    .map(|field| (self.model.strings.say(field.name_key()).to_owned(), field));
                Rule::CustomerData(CustomerData {
                    fields: self.list(Named::Fields, &known),
                    per_field: self.amount(Named::PerField),
                    threshold_bp: self.percent(Named::Threshold),
                    complete: self.amount(Named::Complete),
                })
            }
            System::Activity => {
                let known = ActivityKind::ALL.map(|kind| {
                    let name = self.model.strings.say(super::activity_key(kind));
                    (name.to_owned(), kind)
                });
                Rule::Activity(Activities {
                    check_ins: self.yes(Named::CheckIns),
                    kinds: self.list(Named::Kinds, &known),
                    amount: self.amount(Named::Pays),
                    daily_cap: self.count(Named::DailyCap),
                    min_gap_minutes: self.count(Named::Gap),
                })
            }
            System::Split => {
                let schemes = self.model.picture.schemes.values();
                let known: Vec<(String, u64)> = schemes
                    .map(|scheme| (scheme.name.clone(), scheme.id))
                    .collect();
                let methods = [(SplitMethod::Equal, ""), (SplitMethod::Lucky, "")];
                Rule::Split(Sharing {
                    scheme_ids: self.list(Named::Schemes, &known),
                    share_bp: self.percent(Named::SplitShare),
                    method: self.chosen(Named::Method, &methods).unwrap_or_default(),
                    collaborators: self.yes(Named::To),
                    window_hours: self.count(Named::Hours),
                })
            }
            System::Ranking => self.ranking(),
            System::Grant => Rule::Grant {
                monthly_cap: self.amount(Named::MonthlyCap),
            },
        }
    }

    fn task(&mut self) -> Rule {
        let by_count = self.by_count();
        let target = if by_count {
            self.count(Named::Target).into()
        } else {
            self.amount_of(Named::Target, self.text(Named::Target), Unit::Money)
        };
        let once = self.text(Named::Once);
        let window = match once {
            "" => TaskWindow::Each(self.cycle(Named::Each)),
            once => {
                if Cycle::parse(once).is_none() {
                    self.refuse(Named::Once, "problem-cycle");
                }
                TaskWindow::Once(once.to_owned())
            }
        };
        Rule::Task(Task {
            metric: self.metric(),
            by_count,
            target,
            window,
            amount: self.amount(Named::Pays),
        })
    }

    fn deal(&mut self) -> Rule {
        let on = self.chosen(Named::On, &TRIGGERS).unwrap_or_default();
        let fixed = self.amount(Named::Fixed);
        let bp = self.percent(Named::Share);
        let (floor, cap) = (self.amount(Named::Floor), self.amount(Named::Cap));
        let pay = match (fixed, bp) {
            (0, 0) => {
                self.refuse(Named::Fixed, "problem-fixed-or-share");
                Pay::Fixed(0)
            }
            (fixed, 0) => Pay::Fixed(fixed),
            (0, bp) => Pay::Share { bp, floor, cap },
            (_, bp) => {
                self.refuse(Named::Share, "problem-fixed-or-share");
                Pay::Share { bp, floor, cap }
            }
        };
        let vests = !self.text(Named::Vesting).is_empty() && on == Trigger::Created;
        Rule::Deal(Deal {
            on,
            pay,
            without_activity: on == Trigger::Revived && self.yes(Named::WithoutActivity),
            vesting_days: vests.then(|| self.count(Named::Vesting)),
        })
    }

    fn ranking(&mut self) -> Rule {
        let mut prizes = Vec::new();
        for written in parts(self.text(Named::Prizes)) {
            prizes.push(self.amount_of(Named::Prizes, written, self.unit));
        }
        let mut tiers = Vec::new();
        for written in parts(self.text(Named::Tiers)) {
            match written.split_once(['=', ':', '：']) {
                Some((from, pay)) => {
                    let from = self.percent_of(Named::Tiers, from.trim());
                    tiers.push((from, self.amount_of(Named::Tiers, pay.trim(), self.unit)));
                }
                None => self.refuse(Named::Tiers, "problem-tiers"),
            }
        }
        Rule::Ranking(Ranking {
            by: self.chosen(Named::By, &RANKED).unwrap_or_default(),
            metric: self.metric(),
            by_count: self.by_count(),
            teams: self.yes(Named::Contender),
            unit: self.cycle(Named::Each),
            prizes,
            tiers,
        })
    }

    fn audience(&mut self, terms: &mut Terms) {
        #[derive(Clone, Copy)]
        enum Whom {
            Role(MemberRole),
            Team(u64),
            Member(u64),
        }
        let picture = &self.model.picture;
        let mut known: Vec<(String, Whom)> = ROLES
            .map(|role| {
                let name = self.model.strings.say(role_key(role)).to_owned();
                (name, Whom::Role(role))
            })
            .to_vec();
        let teams = picture.teams.values();
        known.extend(teams.map(|team| (team.name.clone(), Whom::Team(team.id))));
        let members = picture.members.values().filter(|member| member.active);
        known.extend(members.map(|member| (member.name.clone(), Whom::Member(member.id))));
        for whom in self.list(Named::Audience, &known) {
            match whom {
                Whom::Role(role) => terms.roles.push(role),
                Whom::Team(id) => terms.teams.push(id),
                Whom::Member(id) => terms.members.push(id),
            }
        }
    }

    fn terms(&mut self, system: System, caps: &[(CycleKind, i64)]) -> Terms {
        let mut terms = Terms::of(self.rule(system));
        self.audience(&mut terms);
        if system == System::Split {
            return terms;
        }
        let picture = &self.model.picture;
        let pipelines: Vec<(String, u64)> = picture
            .pipelines
            .values()
            .map(|pipeline| (pipeline.name.clone(), pipeline.id))
            .collect();
        terms.pipelines = self.list(Named::Pipelines, &pipelines);
        let all = picture.pipelines.values();
        let stages: Vec<(String, u64)> = all
            .flat_map(|pipeline| &pipeline.stages)
            .filter(|stage| !stage.retired)
            .map(|stage| (stage.name.clone(), stage.id))
            .collect();
        terms.stages = self.list(Named::Stages, &stages);
        let cap = self.amount(Named::MemberCap);
        if cap > 0 {
            terms.caps.push((self.cycle(Named::MemberCapPer), cap));
        }
        // The form shows the first bound; further ones stay as they were.
        terms.caps.extend(caps.iter().skip(1));
        let budget = self.amount(Named::Budget);
        terms.budget = (budget > 0).then_some(budget);
        terms.approval = self.yes(Named::Approval);
        terms.claim_days = self.count(Named::ClaimDays);
        terms
    }
}

/// Pieces with commas between them.
fn parts(written: &str) -> impl Iterator<Item = &str> {
    let parts = written.split([',', '，', '、', ';', '；']);
    parts.map(str::trim).filter(|part| !part.is_empty())
}

/// Reads the form as it stands.
pub(crate) fn read(model: &Model, form: &Form, from: SchemeBase) -> Option<Reading> {
    let (_, unit, base) = base(model, from)?;
    let mut reader = Reader {
        model,
        form,
        unit,
        problems: Vec::new(),
    };
    let units = Unit::ALL.map(|unit| (unit, ""));
    reader.unit = reader.chosen(Named::Unit, &units).unwrap_or(unit);
    let terms = reader.terms(base.rule.system(), &base.caps);
    Some(Reading {
        name: form.text(FieldName::Name).to_owned(),
        unit: reader.unit,
        terms,
        problems: reader.problems,
    })
}
