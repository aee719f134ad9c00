//! The mapping file: which columns of another system's table become which fields, in TOML.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;
use serde::Deserialize;

use super::{moment, number::NumberFormat, template::Template};

/// Chance to win of an open stage that states none, in percent: no opinion.
const DEFAULT_WIN_PROBABILITY: u32 = 50;
const WHOLE_PERCENT: u32 = 100;

/// A whole mapping file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// ISO 4217 code of the file's amounts; the workspace's when absent.
    pub currency: Option<String>,
    /// IANA zone of times without an offset; the workspace's when absent.
    pub time_zone: Option<String>,
    /// How values are written.
    #[serde(default)]
    pub formats: Formats,
    /// Where the opportunities go.
    pub pipeline: PipelineMapping,
    /// The file's word for a stage → the pipeline's.
    #[serde(default)]
    pub stages: BTreeMap<String, String>,
    /// Column → what the file says → what is meant.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// Who the owners are.
    #[serde(default)]
    pub members: MemberMapping,
    /// Who the customers are.
    #[serde(default)]
    pub customers: CustomerMapping,
    /// A column whose values must be in a list.
    pub products: Option<ProductMapping>,
    /// For `import opportunities`.
    pub opportunities: Option<OpportunityMapping>,
    /// For `import history`.
    pub history: Option<HistoryMapping>,
}

/// How values are written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Formats {
    /// Between cells; a comma when absent.
    pub delimiter: Option<char>,
    /// strftime formats, or `rfc3339`; tried in order. Unambiguous ones when empty.
    pub dates: Vec<String>,
    /// How amounts are written.
    pub numbers: NumberFormat,
}

/// The pipeline; made when there is none of that name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PipelineMapping {
    /// Its name.
    pub name: String,
    /// Its stages in order; needed only where it has to be made.
    #[serde(default)]
    pub stages: Vec<StageMapping>,
}

/// What being in a stage means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MappedKind {
    /// Under way.
    #[default]
    Open,
    /// Made.
    Won,
    /// Lost.
    Lost,
}

/// A stage to make.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageMapping {
    /// Its name.
    pub name: String,
    /// Open, won or lost.
    #[serde(default)]
    pub kind: MappedKind,
    /// Chance to win in percent: 50 when absent, always 100 for won and 0 for lost.
    pub win_probability: Option<u32>,
    /// Days after which an opportunity is stalled here; 0 means never.
    #[serde(default)]
    pub stagnation_days: u16,
}

impl StageMapping {
    /// The chance to win in basis points.
    pub fn win_probability_bp(&self) -> i32 {
        let percent = match self.kind {
            MappedKind::Won => WHOLE_PERCENT,
            MappedKind::Lost => 0,
            MappedKind::Open => self.win_probability.unwrap_or(DEFAULT_WIN_PROBABILITY),
        };
        i32::try_from(percent * 100).unwrap_or(0)
    }
}

/// What to do with a name that neither the tables nor the workspace know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unknown {
    /// Import the row without it, and list the conflict.
    #[default]
    Leave,
    /// Make it.
    Create,
    /// Reject the row.
    Reject,
}

/// Where members and their teams come from.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MemberMapping {
    /// A table of people, beside the data file or the mapping.
    pub table: Option<PathBuf>,
    /// Their name.
    pub name: Option<Template>,
    /// Their team's name.
    pub team: Option<Template>,
    /// The team above that one.
    pub parent_team: Option<Template>,
    /// E-mail address.
    pub email: Option<Template>,
    /// Key in the other system.
    pub external_id: Option<Template>,
    /// What to do with a person who is not in it.
    pub unknown: Unknown,
}

/// Where customers come from.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CustomerMapping {
    /// A table of companies, beside the data file or the mapping.
    pub table: Option<PathBuf>,
    /// Their name.
    pub name: Option<Template>,
    /// Line of business.
    pub industry: Option<Template>,
    /// Where they are.
    pub region: Option<Template>,
    /// Web site.
    pub website: Option<Template>,
    /// Telephone.
    pub phone: Option<Template>,
    /// Free text.
    pub note: Option<Template>,
    /// Key in the other system.
    pub external_id: Option<Template>,
    /// What to do with a company that is not in it.
    pub unknown: Unknown,
}

/// A list that a column's values are checked against.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductMapping {
    /// The table, beside the data file or the mapping.
    pub table: PathBuf,
    /// Its column of names.
    pub name: Template,
    /// The column of the data file that must hold one of them.
    pub column: String,
}

/// Fields of an opportunity.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpportunityMapping {
    /// Field → column or template.
    pub columns: OpportunityColumns,
    /// Stage → column with the time it was entered. An empty cell means that it was not, or that nobody knows.
    #[serde(default)]
    pub entered: BTreeMap<String, Template>,
    /// What an empty or absent column means.
    #[serde(default)]
    pub defaults: OpportunityDefaults,
}

/// Columns of an opportunity.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpportunityColumns {
    /// Key in the other system; makes a repeated import harmless.
    pub external_id: Template,
    /// What people call it.
    pub name: Template,
    /// What it would bring.
    pub amount: Option<Template>,
    /// The stage it is in.
    pub stage: Option<Template>,
    /// When it was created; the first stage's time when absent.
    pub created: Option<Template>,
    /// The day the contract is or was expected.
    pub contract_date: Option<Template>,
    /// Who owns it.
    pub owner: Option<Template>,
    /// The customer.
    pub customer: Option<Template>,
    /// Where it came from.
    pub source: Option<Template>,
    /// A, B, C or D.
    pub grade: Option<Template>,
    /// Free text.
    pub note: Option<Template>,
    /// Why it was lost.
    pub loss_reason: Option<Template>,
}

/// What stands in for an empty cell.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OpportunityDefaults {
    /// Written like the file's own amounts.
    pub amount: Option<String>,
    /// A stage of the pipeline.
    pub stage: Option<String>,
    /// A member's name.
    pub owner: Option<String>,
    /// Where they came from.
    pub source: Option<String>,
    /// A, B, C or D.
    pub grade: Option<String>,
    /// Why a lost one was lost.
    pub loss_reason: Option<String>,
}

/// Fields of a stage change.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HistoryMapping {
    /// Field → column or template.
    pub columns: HistoryColumns,
}

/// Columns of a stage change.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HistoryColumns {
    /// Key of the opportunity in the other system.
    pub external_id: Template,
    /// The stage entered.
    pub stage: Template,
    /// When.
    pub time: Template,
    /// Who moved it.
    pub member: Option<Template>,
    /// The amount at that time.
    pub amount: Option<Template>,
    /// Name for an opportunity not yet known; its key when absent.
    pub name: Option<Template>,
    /// Owner for an opportunity not yet known.
    pub owner: Option<Template>,
}

impl Mapping {
    /// Reads and checks a mapping file. The error says where in the file and what to do.
    pub fn load(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("cannot read the mapping {}: {error}", path.display()))?;
        Self::parse(&text).map_err(|reason| format!("mapping {}: {reason}", path.display()))
    }

    /// Reads and checks a mapping.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mapping: Self =
            toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        mapping.check()?;
        Ok(mapping)
    }

    /// The byte between cells.
    pub fn delimiter(&self) -> u8 {
        self.formats
            .delimiter
            .and_then(|delimiter| u8::try_from(delimiter).ok())
            .unwrap_or(b',')
    }

    fn check(&self) -> Result<(), String> {
        for format in &self.formats.dates {
            moment::check_format(format)?;
        }
        if let Some(delimiter) = self.formats.delimiter
            && !delimiter.is_ascii()
        {
            return Err(format!(
                "formats.delimiter '{delimiter}' is not one ASCII character"
            ));
        }
        if let Some(zone) = &self.time_zone {
            TimeZone::get(zone).map_err(|_| {
                format!("time_zone '{zone}' is not an IANA zone such as Europe/Amsterdam or UTC")
            })?;
        }
        if let Some(code) = &self.currency
            && !(code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()))
        {
            return Err(format!(
                "currency '{code}' is not an ISO 4217 code such as USD"
            ));
        }
        if self.opportunities.is_none() && self.history.is_none() {
            return Err("needs a section [opportunities.columns] or [history.columns]".into());
        }
        self.check_stages()?;
        for (section, table, name) in [
            ("members", &self.members.table, &self.members.name),
            ("customers", &self.customers.table, &self.customers.name),
        ] {
            if table.is_some() && name.is_none() {
                return Err(format!(
                    "[{section}] has a table and no name: say which column holds the name"
                ));
            }
        }
        Ok(())
    }

    fn check_stages(&self) -> Result<(), String> {
        let mut names = BTreeSet::new();
        for stage in &self.pipeline.stages {
            if !names.insert(stage.name.as_str()) {
                return Err(format!("[pipeline] has two stages named '{}'", stage.name));
            }
            if stage
                .win_probability
                .is_some_and(|percent| percent > WHOLE_PERCENT)
            {
                return Err(format!(
                    "win_probability of stage '{}' is a percentage from 0 to 100",
                    stage.name
                ));
            }
        }
        // Without a list of its own the names are checked against the workspace's pipeline later.
        if names.is_empty() {
            return Ok(());
        }
        let known = |section: &str, name: &str| {
            if names.contains(name) {
                return Ok(());
            }
            let list: Vec<&str> = self
                .pipeline
                .stages
                .iter()
                .map(|stage| stage.name.as_str())
                .collect();
            Err(format!(
                "[{section}] names '{name}', which is no stage of the pipeline: {}",
                list.join(", ")
            ))
        };
        for target in self.stages.values() {
            known("stages", target)?;
        }
        if let Some(opportunities) = &self.opportunities {
            for stage in opportunities.entered.keys() {
                known("opportunities.entered", stage)?;
            }
            if let Some(stage) = &opportunities.defaults.stage {
                known("opportunities.defaults", stage)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    const SMALL: &str = r#"
        [pipeline]
        name = "Sales"
        stages = [{ name = "New", win_probability = 10 }, { name = "Won", kind = "won" }]
        [stages]
        "Closed Won" = "Won"
        [opportunities.columns]
        external_id = "id"
        name = "{product}[ for {account}]"
        stage = "stage"
    "#;

    #[test]
    fn a_small_mapping_is_enough() {
        let mapping = Mapping::parse(SMALL).unwrap();
        assert_eq!(mapping.pipeline.stages[0].win_probability_bp(), 1_000);
        assert_eq!(mapping.pipeline.stages[1].win_probability_bp(), 10_000);
        assert_eq!(mapping.members.unknown, Unknown::Leave);
        assert_eq!(mapping.delimiter(), b',');
    }

    #[test]
    fn a_wrong_mapping_says_where_and_what() {
        for (text, part) in [
            (
                SMALL.replace("name = \"Sales\"", "nmae = \"Sales\""),
                "nmae",
            ),
            (
                SMALL.replace("stage = \"stage\"", "stage = \"{stage\""),
                "without its '}'",
            ),
            (SMALL.replace("\"won\"", "\"victory\""), "victory"),
            (
                SMALL.replace("Won\" = \"Won\"", "Won\" = \"Gone\""),
                "no stage of the pipeline: New, Won",
            ),
            (SMALL.replace("10 }", "110 }"), "from 0 to 100"),
            (
                SMALL.replace("\"New\"", "\"Won\""),
                "two stages named 'Won'",
            ),
            (format!("time_zone = \"Mars\"\n{SMALL}"), "not an IANA zone"),
            (format!("currency = \"dollars\"\n{SMALL}"), "ISO 4217"),
            (
                format!("{SMALL}\n[formats]\ndates = [\"dd/mm/yyyy\"]"),
                "needs marks",
            ),
            (
                format!("{SMALL}\n[formats.numbers]\ndecimal = \",\"\nthousands = \",\""),
                "both ','",
            ),
            (
                format!("{SMALL}\n[members]\ntable = \"people.csv\""),
                "which column holds the name",
            ),
            ("[pipeline]\nname = \"Sales\"".to_owned(), "needs a section"),
        ] {
            let error = Mapping::parse(&text).map(|_| ()).unwrap_err();
            assert!(error.contains(part), "expected '{part}' in: {error}");
        }
    }

    #[test]
    fn the_place_in_the_file_is_shown() {
        let error = Mapping::parse("[pipeline]\nname = 5\n")
            .map(|_| ())
            .unwrap_err();
        assert!(error.contains("line 2"), "{error}");
    }
}
