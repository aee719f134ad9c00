//! What a scheme lays down, as commands take it: options for the common cases, else a file in JSON or TOML.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use prost::Message as _;
use prost_reflect::{DynamicMessage, EnumDescriptor, Kind as Type, MessageDescriptor};
use serde_json::Value;
use sluice_proto::v1::{self, scheme_terms::Rule};

use super::{
    failure::{Failure, Outcome},
    json,
    session::Session,
    value::{Setting, parse_percent},
};
use crate::entry::amount::{Currency, parse_amount};

/// What is paid in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum UnitArg {
    /// Points
    #[default]
    Points,
    /// Money of the workspace's currency
    Money,
}

impl UnitArg {
    /// As the API writes it.
    pub const fn to_proto(self) -> v1::RewardUnit {
        match self {
            Self::Points => v1::RewardUnit::Points,
            Self::Money => v1::RewardUnit::Money,
        }
    }

    /// Reads an amount in it: `1.2k` points, or an amount of money.
    pub fn amount(self, setting: &Setting, text: &str) -> Outcome<i64> {
        match self {
            Self::Money => Ok(setting.money(text)?.amount_minor),
            Self::Points => {
                let points = Currency {
                    code: "",
                    minor_digits: 0,
                };
                let amount = parse_amount(text, points)
                    .map_err(|error| Failure::usage(format!("points '{text}': {error}")))?;
                Ok(amount.minor)
            }
        }
    }
}

/// A length of cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CycleArg {
    /// Every day
    Day,
    /// Every ISO week
    Week,
    /// Every calendar month
    Month,
    /// Every quarter
    Quarter,
    /// Every year
    Year,
}

impl CycleArg {
    /// As the API writes it.
    pub const fn to_proto(self) -> v1::CycleUnit {
        match self {
            Self::Day => v1::CycleUnit::Day,
            Self::Week => v1::CycleUnit::Week,
            Self::Month => v1::CycleUnit::Month,
            Self::Quarter => v1::CycleUnit::Quarter,
            Self::Year => v1::CycleUnit::Year,
        }
    }
}

/// What a scheme pays for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OnArg {
    /// A deal is created
    Created,
    /// A deal moves forward into a stage (--stage; any open one when absent)
    Entered,
    /// A deal is won
    Won,
    /// A stalled deal is set moving
    Revived,
    /// A verified check-in
    CheckIn,
    /// An activity that is not a note
    Activity,
    /// Data of a customer: --pay a field, --complete the whole record
    CustomerData,
    /// A target in a metric: --metric, --target, --each
    Task,
    /// A rank at the end of each cycle: --metric, --each, --prize
    Ranking,
    /// A share of each reward for the team, in packets: --share
    Split,
    /// What managers give personally: --pay is the monthly cap of a giver
    Grant,
}

/// The terms of a scheme.
#[derive(Clone, Debug, Args)]
pub struct TermsArgs {
    /// What it pays for
    #[arg(long, value_enum, conflicts_with_all = ["template", "file"])]
    on: Option<OnArg>,
    /// A ready-made one: `sluice scheme templates` lists them
    #[arg(long, value_name = "KEY", conflicts_with = "file")]
    template: Option<String>,
    /// The terms from a file: JSON as `-o json scheme show` prints them, or the same as TOML
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// What it pays in; points when absent
    #[arg(long, value_enum)]
    unit: Option<UnitArg>,
    /// A fixed amount: 50, 1.2k
    #[arg(long, value_name = "AMOUNT", conflicts_with = "share")]
    pay: Option<String>,
    /// A share of the deal's amount, or of each reward for a split: 1%, 0.5%
    #[arg(long, value_name = "PERCENT", value_parser = parse_percent)]
    share: Option<i32>,
    /// With --share: at least this
    #[arg(long, value_name = "AMOUNT", requires = "share")]
    floor: Option<String>,
    /// With --share: at most this
    #[arg(long, value_name = "AMOUNT", requires = "share")]
    cap: Option<String>,
    /// With customer-data: what a complete record pays
    #[arg(long, value_name = "AMOUNT")]
    complete: Option<String>,
    /// With created: days that the deal must survive
    #[arg(long, value_name = "DAYS")]
    vesting_days: Option<u16>,
    /// With split: a seeded draw instead of equal packets
    #[arg(long)]
    lucky: bool,
    /// With check-in or activity: how many pay in a day
    #[arg(long, value_name = "NUMBER")]
    daily_cap: Option<u16>,
    /// With task or ranking: NEW, FLOW, WON, REVIVED or CHECK_IN
    #[arg(long)]
    metric: Option<String>,
    /// With task or ranking: by how many instead of for how much
    #[arg(long)]
    count: bool,
    /// With task: what is to be reached, an amount or with --count a number
    #[arg(long, value_name = "VALUE")]
    target: Option<String>,
    /// With task or ranking: in each of which cycle
    #[arg(long, value_enum)]
    each: Option<CycleArg>,
    /// With ranking: the prizes of ranks 1, 2, 3 …
    #[arg(long = "prize", value_name = "AMOUNT", value_delimiter = ',')]
    prizes: Vec<String>,
    /// Only for this team and those below it; may be repeated
    #[arg(long = "team", value_name = "TEAM")]
    teams: Vec<String>,
    /// Only for this member; may be repeated
    #[arg(long = "member", value_name = "MEMBER")]
    members: Vec<String>,
    /// Only in this pipeline; may be repeated
    #[arg(long = "pipeline", value_name = "PIPELINE")]
    pipelines: Vec<String>,
    /// Only into this stage; may be repeated
    #[arg(long = "stage", value_name = "STAGE")]
    stages: Vec<String>,
    /// All it may ever pay
    #[arg(long, value_name = "AMOUNT")]
    budget: Option<String>,
    /// What a member may earn in a month
    #[arg(long, value_name = "AMOUNT")]
    monthly_cap: Option<String>,
    /// A manager must approve each reward
    #[arg(long)]
    approval: bool,
    /// How long a reward can be claimed; 30 days when absent
    #[arg(long, value_name = "DAYS")]
    claim_days: Option<u16>,
}

/// Terms, what they pay in, and a name for them where they come from a template.
pub(super) struct GivenTerms {
    pub(super) terms: v1::SchemeTerms,
    pub(super) unit: Option<v1::RewardUnit>,
    pub(super) name: String,
}

impl TermsArgs {
    /// The terms that are asked for; none where no option says any.
    pub(super) async fn read(&self, session: &mut Session) -> Outcome<Option<GivenTerms>> {
        let unit = self.unit.map(UnitArg::to_proto);
        if let Some(key) = &self.template {
            let mut given = template(session, key).await?;
            self.limit(&mut given.terms, session).await?;
            given.unit = unit.or(given.unit);
            return Ok(Some(given));
        }
        let mut terms = match (&self.file, self.on) {
            (Some(file), _) => from_file(file)?,
            (None, Some(on)) => v1::SchemeTerms {
                rule: Some(self.rule(on, session).await?),
                ..Default::default()
            },
            (None, None) if self.says_anything() => {
                return Err(Failure::usage("it is not said what the scheme pays for")
                    .with_hint("Add --on, --template or --file."));
            }
            (None, None) => return Ok(None),
        };
        self.limit(&mut terms, session).await?;
        let name = String::new();
        Ok(Some(GivenTerms { terms, unit, name }))
    }

    /// Whether an option is given that means nothing without what is paid for.
    fn says_anything(&self) -> bool {
        let texts = [
            &self.pay,
            &self.floor,
            &self.cap,
            &self.complete,
            &self.metric,
            &self.target,
            &self.budget,
            &self.monthly_cap,
        ];
        let lists = [
            &self.prizes,
            &self.teams,
            &self.members,
            &self.pipelines,
            &self.stages,
        ];
        texts.into_iter().any(Option::is_some)
            || lists.into_iter().any(|list| !list.is_empty())
            || self.share.is_some()
            || self.vesting_days.is_some()
            || self.daily_cap.is_some()
            || self.each.is_some()
            || self.claim_days.is_some()
            || self.lucky
            || self.count
            || self.approval
    }

    /// Adds whom and where it is for, and its bounds.
    async fn limit(&self, terms: &mut v1::SchemeTerms, session: &mut Session) -> Outcome {
        for text in &self.teams {
            terms.team_ids.push(session.directory.team(text).await?);
        }
        for text in &self.members {
            terms.member_ids.push(session.directory.member(text).await?);
        }
        for text in &self.pipelines {
            let pipeline = session.directory.pipeline(text).await?;
            terms.pipeline_ids.push(pipeline);
        }
        let within = match terms.pipeline_ids.as_slice() {
            [one] => one.clone(),
            _ => String::new(),
        };
        for text in &self.stages {
            let stage = session.directory.stage(text, &within).await?;
            terms.stage_ids.push(stage);
        }
        if let Some(text) = &self.budget {
            terms.budget = Some(self.amount(text, session).await?);
        }
        if let Some(text) = &self.monthly_cap {
            terms.caps.push(v1::SchemeCap {
                unit: v1::CycleUnit::Month.into(),
                amount: self.amount(text, session).await?,
            });
        }
        terms.approval |= self.approval;
        if let Some(days) = self.claim_days {
            terms.claim_days = days.into();
        }
        Ok(())
    }

    async fn amount(&self, text: &str, session: &mut Session) -> Outcome<i64> {
        let unit = self.unit.unwrap_or_default();
        unit.amount(&session.setting().await?, text)
    }

    async fn optional(&self, text: Option<&String>, session: &mut Session) -> Outcome<i64> {
        match text {
            Some(text) => self.amount(text, session).await,
            None => Ok(0),
        }
    }

    fn needed<'a, T>(value: Option<&'a T>, option: &str) -> Outcome<&'a T> {
        value.ok_or_else(|| Failure::usage(format!("{option} is missing")))
    }

    async fn rule(&self, on: OnArg, session: &mut Session) -> Outcome<Rule> {
        let pay = self.optional(self.pay.as_ref(), session).await?;
        let metric = || self.metric.as_deref().unwrap_or_default().to_uppercase();
        let measure = if self.count {
            v1::GoalMeasure::Count
        } else {
            v1::GoalMeasure::Unspecified
        };
        let each = || Self::needed(self.each.as_ref(), "--each").map(|each| each.to_proto());
        let trigger = match on {
            OnArg::Created => v1::OpportunityTrigger::Created,
            OnArg::Entered => v1::OpportunityTrigger::Entered,
            OnArg::Won => v1::OpportunityTrigger::Won,
            OnArg::Revived => v1::OpportunityTrigger::Revived,
            OnArg::CheckIn | OnArg::Activity => {
                return Ok(Rule::Activity(v1::ActivityRule {
                    check_ins: on == OnArg::CheckIn,
                    amount: pay,
                    daily_cap: self.daily_cap.unwrap_or_default().into(),
                    ..Default::default()
                }));
            }
            OnArg::CustomerData => {
                return Ok(Rule::CustomerData(v1::CustomerDataRule {
                    per_field: pay,
                    complete: self.optional(self.complete.as_ref(), session).await?,
                    ..Default::default()
                }));
            }
            OnArg::Task => {
                let target = Self::needed(self.target.as_ref(), "--target")?;
                let counts = self.count || metric() == "CHECK_IN";
                let target = if counts {
                    UnitArg::Points.amount(&session.setting().await?, target)?
                } else {
                    session.setting().await?.money(target)?.amount_minor
                };
                return Ok(Rule::Task(v1::TaskRule {
                    metric: metric(),
                    measure: measure.into(),
                    target,
                    each: each()?.into(),
                    window: String::new(),
                    amount: pay,
                }));
            }
            OnArg::Ranking => {
                let mut prizes = Vec::with_capacity(self.prizes.len());
                for text in &self.prizes {
                    prizes.push(self.amount(text, session).await?);
                }
                return Ok(Rule::Ranking(v1::RankingRule {
                    metric: metric(),
                    measure: measure.into(),
                    unit: each()?.into(),
                    prizes,
                    ..Default::default()
                }));
            }
            OnArg::Split => {
                let method = if self.lucky {
                    v1::SplitMethod::Lucky
                } else {
                    v1::SplitMethod::Equal
                };
                return Ok(Rule::Split(v1::SplitRule {
                    share_bp: self.share.unwrap_or_default(),
                    method: method.into(),
                    ..Default::default()
                }));
            }
            OnArg::Grant => return Ok(Rule::Grant(v1::GrantRule { monthly_cap: pay })),
        };
        Ok(Rule::Opportunity(v1::OpportunityRule {
            on: trigger.into(),
            fixed: pay,
            share_bp: self.share.unwrap_or_default(),
            floor: self.optional(self.floor.as_ref(), session).await?,
            cap: self.optional(self.cap.as_ref(), session).await?,
            vesting_days: self.vesting_days.map(i32::from),
            ..Default::default()
        }))
    }
}

/// The terms of a ready-made scheme.
async fn template(session: &mut Session, key: &str) -> Outcome<GivenTerms> {
    let request = v1::ListSchemeTemplatesRequest {};
    let answer = session.api.schemes().list_scheme_templates(request).await?;
    let templates = answer.into_inner().templates;
    let known: Vec<String> = templates.iter().map(|one| one.key.clone()).collect();
    let found = templates.into_iter().find(|template| template.key == key);
    let template = found.ok_or_else(|| {
        Failure::not_found(format!("no template is '{key}'"))
            .with_hint(format!("There are {}.", known.join(", ")))
    })?;
    Ok(GivenTerms {
        unit: Some(template.unit()),
        name: template.name,
        terms: template.terms.unwrap_or_default(),
    })
}

/// Terms from a file, in JSON or TOML by its ending.
fn from_file(path: &Path) -> Outcome<v1::SchemeTerms> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::from(error).about(path.display()))?;
    let toml = path.extension().is_some_and(|ending| ending == "toml");
    parse(&text, toml).map_err(|error| {
        Failure::usage(format!("{}: {error}", path.display())).with_hint(
            "The fields are those of SchemeTerms: `sluice -o json scheme templates` shows some.",
        )
    })
}

fn parse(text: &str, toml: bool) -> Result<v1::SchemeTerms, String> {
    let mut value: Value = if toml {
        toml::from_str(text).map_err(|error| error.to_string())?
    } else {
        serde_json::from_str(text).map_err(|error| error.to_string())?
    };
    let descriptor = json::descriptor("SchemeTerms")?;
    write_out(&mut value, &descriptor);
    let message =
        DynamicMessage::deserialize(descriptor, value).map_err(|error| error.to_string())?;
    v1::SchemeTerms::decode(message.encode_to_vec().as_slice()).map_err(|error| error.to_string())
}

/// Spells the values of enumerations out: `won` is `OPPORTUNITY_TRIGGER_WON`.
fn write_out(value: &mut Value, descriptor: &MessageDescriptor) {
    let Value::Object(fields) = value else { return };
    for (name, value) in fields {
        let field = descriptor
            .get_field_by_name(name)
            .or_else(|| descriptor.get_field_by_json_name(name));
        let kind = field.map(|field| field.kind());
        let items = match value {
            Value::Array(items) => items.as_mut_slice(),
            one => std::slice::from_mut(one),
        };
        for item in items {
            match (&kind, item) {
                (Some(Type::Message(inner)), item) => write_out(item, inner),
                (Some(Type::Enum(values)), Value::String(word)) => *word = spelled(word, values),
                _ => {}
            }
        }
    }
}

fn spelled(word: &str, values: &EnumDescriptor) -> String {
    if values.get_value_by_name(word).is_some() {
        return word.to_owned();
    }
    let none = values.default_value();
    let prefix = none.name().trim_end_matches("UNSPECIFIED");
    format!("{prefix}{}", word.to_uppercase().replace('-', "_"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn terms_are_read_from_toml_with_short_words_and_from_what_json_prints() {
        let terms = parse(
            "budget = 10000\nclaim_days = 7\n[opportunity]\non = \"won\"\nshare_bp = 100\ncap = 5000\n[[caps]]\nunit = \"month\"\namount = 900\n",
            true,
        )
        .unwrap();
        let Some(Rule::Opportunity(rule)) = &terms.rule else {
            panic!("{terms:?}");
        };
        assert_eq!(rule.on(), v1::OpportunityTrigger::Won);
        assert_eq!((rule.share_bp, rule.cap), (100, 5_000));
        assert_eq!(terms.budget, Some(10_000));
        assert_eq!(terms.caps[0].unit(), v1::CycleUnit::Month);
        let printed = serde_json::to_string(&json::Json::of("SchemeTerms", &terms).unwrap());
        assert_eq!(parse(&printed.unwrap(), false).unwrap(), terms);
    }

    #[test]
    fn a_field_that_does_not_exist_is_an_error_that_names_it() {
        let error = parse("{\"bugdet\": 5}", false).unwrap_err();
        assert!(error.contains("bugdet"), "{error}");
        let error = parse("{\"opportunity\": {\"on\": \"stolen\"}}", false).unwrap_err();
        assert!(error.contains("STOLEN"), "{error}");
    }
}
