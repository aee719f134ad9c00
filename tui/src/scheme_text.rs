//! A scheme's terms as one plain sentence in the reader's language (DOMAIN.md §6): every rule, every option, nothing left unsaid.

use crate::incentive::scheme::{
    Activities, CustomerData, Deal, Pay, RankedBy, Ranking, Rule, Sharing, SplitMethod, Task,
    TaskWindow, Terms, Trigger,
};
use crate::incentive::{CustomerField, Unit};
use crate::model::Model;
use crate::record::MemberRole;
use crate::report::funnel::Metric;
use crate::report::lens::CycleKind;
use crate::screens::reward_words as words;
use crate::strings::Value;
use crate::text;

/// The share that a split takes when none is said (DOMAIN.md §6.5).
const DEFAULT_SHARE_BP: i32 = 2_000;
/// How long packets can be opened when nothing is said, in hours.
const DEFAULT_WINDOW_HOURS: i32 = 72;
/// How long a reward can be claimed when nothing is said, in days.
const DEFAULT_CLAIM_DAYS: i32 = 30;
/// How long a creation waits for the first move when nothing is said, in days.
const DEFAULT_VESTING_DAYS: i32 = 7;
/// Everything, in basis points.
const WHOLE_BP: i32 = 10_000;

/// One sentence, with its full stop.
pub fn sentence(model: &Model, unit: Unit, terms: &Terms) -> String {
    let writer = Writer { model, unit };
    let mut parts = vec![writer.rule(&terms.rule)];
    parts.extend(writer.clauses(terms));
    let joined = capital(&parts.join(model.strings.say("scheme-text-join")));
    model
        .strings
        .tell("scheme-text-sentence", &[("text", joined.into())])
}

/// A text with its first letter large, where its script knows large ones.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The share of a split, said or not.
pub fn share_bp(sharing: &Sharing) -> i32 {
    if sharing.share_bp == 0 {
        DEFAULT_SHARE_BP
    } else {
        sharing.share_bp
    }
}

/// A role's name.
pub const fn role_key(role: MemberRole) -> &'static str {
    match role {
        MemberRole::Admin => "role-admin",
        MemberRole::Executive => "role-executive",
        MemberRole::Manager => "role-manager",
        MemberRole::Rep => "role-rep",
        MemberRole::Script => "role-script",
    }
}

/// `a week`, `每周`.
pub const fn per_cycle_key(kind: CycleKind) -> &'static str {
    match kind {
        CycleKind::Day => "per-day",
        CycleKind::Week => "per-week",
        CycleKind::Month => "per-month",
        CycleKind::Quarter => "per-quarter",
        CycleKind::Year => "per-year",
        CycleKind::Custom => "per-cycle",
    }
}

struct Writer<'a> {
    model: &'a Model,
    unit: Unit,
}

impl Writer<'_> {
    fn say(&self, key: &str) -> String {
        self.model.strings.say(key).to_owned()
    }

    fn tell(&self, key: &str, arguments: &[(&'static str, Value<'_>)]) -> String {
        self.model.strings.tell(key, arguments)
    }

    fn amount(&self, amount: i64) -> Value<'static> {
        words::amount(self.model, self.unit, amount).into()
    }

    fn money(&self, minor: i64) -> Value<'static> {
        words::amount(self.model, Unit::Money, minor).into()
    }

    /// `a, b, c`, `甲、乙、丙`.
    fn list(&self, names: &[String]) -> String {
        names.join(self.model.strings.say("scheme-text-list"))
    }

    fn per(&self, kind: CycleKind) -> Value<'static> {
        self.say(per_cycle_key(kind)).into()
    }

    fn rule(&self, rule: &Rule) -> String {
        match rule {
            Rule::Task(task) => self.task(task),
            Rule::Deal(deal) => self.deal(deal),
            Rule::CustomerData(data) => self.data(data),
            Rule::Activity(activity) => self.activity(activity),
            Rule::Split(sharing) => self.sharing(sharing),
            Rule::Ranking(ranking) => self.ranking(ranking),
            Rule::Grant { monthly_cap } => {
                self.tell("scheme-text-grant", &[("cap", self.amount(*monthly_cap))])
            }
        }
    }

    /// `5 wins`, `500k USD won`.
    fn reached(&self, task: &Task) -> String {
        let by_count = task.by_count || task.metric == Metric::CheckIn;
        let metric = match task.metric {
            Metric::New => "new",
            Metric::Flow => "flow",
            Metric::Won => "won",
            Metric::Revived => "revived",
            Metric::CheckIn => "presence",
        };
        if by_count {
            let arguments = [("metric", metric.into()), ("count", task.target.into())];
            self.tell("scheme-text-count", &arguments)
        } else {
            let arguments = [
                ("metric", metric.into()),
                ("amount", self.money(task.target)),
            ];
            self.tell("scheme-text-value", &arguments)
        }
    }

    fn task(&self, task: &Task) -> String {
        let target = self.reached(task).into();
        let amount = self.amount(task.amount);
        match &task.window {
            TaskWindow::Each(kind) => self.tell(
                "scheme-text-task-each",
                &[
                    ("target", target),
                    ("amount", amount),
                    ("per", self.per(*kind)),
                ],
            ),
            TaskWindow::Once(window) => {
                let cycle = words::cycle(self.model, window);
                self.tell(
                    "scheme-text-task-once",
                    &[
                        ("target", target),
                        ("amount", amount),
                        ("cycle", cycle.into()),
                    ],
                )
            }
        }
    }

    fn pay(&self, pay: Pay) -> String {
        match pay {
            Pay::Fixed(amount) => {
                self.tell("scheme-text-fixed", &[("amount", self.amount(amount))])
            }
            Pay::Share { bp, floor, cap } => {
                let share = text::percent(bp.into());
                let mut said = self.tell("scheme-text-share", &[("share", share.into())]);
                if floor > 0 {
                    said.push_str(
                        &self.tell("scheme-text-floor", &[("amount", self.amount(floor))]),
                    );
                }
                if cap > 0 {
                    said.push_str(&self.tell("scheme-text-cap", &[("amount", self.amount(cap))]));
                }
                said
            }
        }
    }

    fn deal(&self, deal: &Deal) -> String {
        let pay = self.pay(deal.pay);
        let key = match deal.on {
            Trigger::Created => "scheme-text-created",
            Trigger::Entered => "scheme-text-entered",
            Trigger::Won => "scheme-text-won",
            Trigger::Revived => "scheme-text-revived",
        };
        let mut said = self.tell(key, &[("pay", pay.into())]);
        match deal.on {
            Trigger::Created => {
                let days = deal.vesting_days.unwrap_or(DEFAULT_VESTING_DAYS);
                said.push_str(&if days == 0 {
                    self.say("scheme-text-vests-at-once")
                } else {
                    self.tell("scheme-text-vests", &[("days", days.into())])
                });
            }
            Trigger::Revived if deal.without_activity => {
                said.push_str(&self.say("scheme-text-without-activity"));
            }
            Trigger::Revived => said.push_str(&self.say("scheme-text-with-activity")),
            Trigger::Entered | Trigger::Won => {}
        }
        said
    }

    fn data(&self, data: &CustomerData) -> String {
        let all = CustomerField::ALL.to_vec();
        let fields = if data.fields.is_empty() {
            &all
        } else {
            &data.fields
        };
        let names: Vec<String> = fields
            .iter()
            .map(|field| self.say(field.name_key()))
            .collect();
        let mut parts = Vec::new();
        if data.per_field > 0 || data.complete == 0 {
            parts.push(self.tell(
                "scheme-text-field",
                &[
                    ("amount", self.amount(data.per_field)),
                    ("fields", self.list(&names).into()),
                ],
            ));
        }
        if data.complete > 0 {
            let threshold = if data.threshold_bp == 0 {
                WHOLE_BP
            } else {
                data.threshold_bp
            };
            parts.push(self.tell(
                "scheme-text-complete",
                &[
                    ("amount", self.amount(data.complete)),
                    ("percent", text::percent(threshold.into()).into()),
                ],
            ));
        }
        parts.join(self.model.strings.say("scheme-text-join"))
    }

    fn activity(&self, activity: &Activities) -> String {
        let amount = self.amount(activity.amount);
        let mut said = if activity.check_ins {
            self.tell("scheme-text-check-in", &[("amount", amount)])
        } else if activity.kinds.is_empty() {
            self.tell("scheme-text-any-activity", &[("amount", amount)])
        } else {
            let kinds: Vec<String> = activity
                .kinds
                .iter()
                .map(|kind| self.say(crate::update::activity_key(*kind)))
                .collect();
            let kinds = self.list(&kinds).into();
            self.tell(
                "scheme-text-activity",
                &[("amount", amount), ("kinds", kinds)],
            )
        };
        if activity.daily_cap > 0 {
            said.push_str(&self.tell(
                "scheme-text-daily-cap",
                &[("count", activity.daily_cap.into())],
            ));
        }
        if activity.min_gap_minutes > 0 {
            said.push_str(&self.tell(
                "scheme-text-gap",
                &[("minutes", activity.min_gap_minutes.into())],
            ));
        }
        said
    }

    fn sharing(&self, sharing: &Sharing) -> String {
        let picture = &self.model.picture;
        let names: Vec<String> = sharing
            .scheme_ids
            .iter()
            .map(|id| match picture.scheme_name(*id) {
                "" => crate::wire::id::scheme(*id),
                name => name.to_owned(),
            })
            .collect();
        let of = if names.is_empty() {
            self.say("scheme-text-of-each")
        } else {
            self.tell(
                "scheme-text-of-schemes",
                &[("schemes", self.list(&names).into())],
            )
        };
        let to = self.say(if sharing.collaborators {
            "scheme-text-to-collaborators"
        } else {
            "scheme-text-to-team"
        });
        let how = self.say(match sharing.method {
            SplitMethod::Equal => "scheme-text-equal",
            SplitMethod::Lucky => "scheme-text-lucky",
        });
        let hours = if sharing.window_hours == 0 {
            DEFAULT_WINDOW_HOURS
        } else {
            sharing.window_hours
        };
        self.tell(
            "scheme-text-split",
            &[
                ("share", text::percent(share_bp(sharing).into()).into()),
                ("of", of.into()),
                ("to", to.into()),
                ("how", how.into()),
                ("hours", hours.into()),
            ],
        )
    }

    fn ranking(&self, ranking: &Ranking) -> String {
        let metric = self.say(ranking.metric.name_key());
        let by = match ranking.by {
            RankedBy::RewardIncome => self.say("scheme-text-by-income"),
            RankedBy::TargetShare => {
                self.tell("scheme-text-by-target", &[("metric", metric.into())])
            }
            RankedBy::Metric if ranking.by_count || ranking.metric == Metric::CheckIn => {
                self.tell("scheme-text-by-count", &[("metric", metric.into())])
            }
            RankedBy::Metric => self.tell("scheme-text-by-amount", &[("metric", metric.into())]),
        };
        let who = self.say(if ranking.teams {
            "scheme-text-teams"
        } else {
            "scheme-text-members"
        });
        let mut parts = Vec::new();
        if !ranking.prizes.is_empty() || ranking.tiers.is_empty() {
            let prizes: Vec<String> = ranking
                .prizes
                .iter()
                .map(|prize| words::amount(self.model, self.unit, *prize))
                .collect();
            parts.push(self.tell(
                "scheme-text-ranking",
                &[
                    ("per", self.per(ranking.unit)),
                    ("who", who.into()),
                    ("by", by.into()),
                    ("count", ranking.prizes.len().into()),
                    ("prizes", self.list(&prizes).into()),
                ],
            ));
        }
        for (from_bp, amount) in &ranking.tiers {
            parts.push(self.tell(
                "scheme-text-tier",
                &[
                    ("per", self.per(ranking.unit)),
                    ("percent", text::percent((*from_bp).into()).into()),
                    ("amount", self.amount(*amount)),
                ],
            ));
        }
        parts.join(self.model.strings.say("scheme-text-join"))
    }

    /// Whom and where it is for, and its bounds.
    fn clauses(&self, terms: &Terms) -> Vec<String> {
        let picture = &self.model.picture;
        let mut clauses = Vec::new();
        let named = |id: u64, name: Option<&str>| match name {
            Some(name) => name.to_owned(),
            None => format!("{} {id}", self.say("who-gone")),
        };
        let pipelines: Vec<String> = terms
            .pipelines
            .iter()
            .map(|id| named(*id, picture.pipelines.get(id).map(|one| one.name.as_str())))
            .collect();
        if !pipelines.is_empty() {
            let names = self.list(&pipelines).into();
            clauses.push(self.tell("scheme-text-pipelines", &[("names", names)]));
        }
        let stages: Vec<String> = terms
            .stages
            .iter()
            .map(|id| named(*id, picture.stage(*id).map(|stage| stage.name.as_str())))
            .collect();
        if !stages.is_empty() {
            let names = self.list(&stages).into();
            clauses.push(self.tell("scheme-text-stages", &[("names", names)]));
        }
        clauses.extend(self.audience(terms));
        for (kind, amount) in &terms.caps {
            clauses.push(self.tell(
                "scheme-text-member-cap",
                &[("amount", self.amount(*amount)), ("per", self.per(*kind))],
            ));
        }
        if let Some(budget) = terms.budget {
            clauses.push(self.tell("scheme-text-budget", &[("amount", self.amount(budget))]));
        }
        if terms.approval {
            clauses.push(self.say("scheme-text-approval"));
        }
        if !matches!(terms.rule, Rule::Split(_)) {
            let days = if terms.claim_days == 0 {
                DEFAULT_CLAIM_DAYS
            } else {
                terms.claim_days
            };
            clauses.push(self.tell("scheme-text-claim", &[("days", days.into())]));
        }
        clauses
    }

    fn audience(&self, terms: &Terms) -> Option<String> {
        let picture = &self.model.picture;
        let mut names = Vec::new();
        for role in &terms.roles {
            names.push(self.say(role_key(*role)));
        }
        for id in &terms.teams {
            let name = picture.teams.get(id).map_or("", |team| team.name.as_str());
            names.push(self.tell("scheme-text-team", &[("name", name.into())]));
        }
        for id in &terms.members {
            names.push(picture.member_name(Some(*id)).to_owned());
        }
        (!names.is_empty()).then(|| {
            let names = self.list(&names).into();
            self.tell("scheme-text-audience", &[("names", names)])
        })
    }
}
