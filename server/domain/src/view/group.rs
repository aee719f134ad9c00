//! The fields a list of opportunities is grouped by.

use super::FilterError;
use super::nearest::nearest;
use crate::limits::{MAX_FILTER_CHARS, MAX_GROUP_FIELDS};

/// What opportunities can be grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the names say it; `FIELDS` has their spellings
pub enum GroupField {
    Owner,
    Team,
    Pipeline,
    Stage,
    StageKind,
    Customer,
    Industry,
    Region,
    Source,
    Grade,
    Level,
    Archived,
    Month,
    Quarter,
    Year,
    CreatedMonth,
    ClosedMonth,
}

use GroupField as Field;

/// Every field as it is written. `industry` and `region` are the customer's; `month`, `quarter` and `year` are of the
/// contract date.
const FIELDS: [(&str, GroupField); 17] = [
    ("owner", Field::Owner),
    ("team", Field::Team),
    ("pipeline", Field::Pipeline),
    ("stage", Field::Stage),
    ("stage_kind", Field::StageKind),
    ("customer", Field::Customer),
    ("industry", Field::Industry),
    ("region", Field::Region),
    ("source", Field::Source),
    ("grade", Field::Grade),
    ("level", Field::Level),
    ("archived", Field::Archived),
    ("month", Field::Month),
    ("quarter", Field::Quarter),
    ("year", Field::Year),
    ("created_month", Field::CreatedMonth),
    ("closed_month", Field::ClosedMonth),
];

/// The fields of a grouping, the outermost first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupBy {
    /// Each once.
    pub fields: Vec<GroupField>,
}

impl GroupBy {
    /// Reads fields separated by commas. Empty = no groups, totals only.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        if text.chars().count() > MAX_FILTER_CHARS {
            let problem = format!("a grouping has at most {MAX_FILTER_CHARS} characters");
            return Err(FilterError::new(0, problem));
        }
        let mut fields = Vec::new();
        let mut next = 0;
        for part in text.split(',') {
            let position = next + (part.len() - part.trim_start().len());
            next += part.len() + 1;
            if text.trim().is_empty() {
                break;
            }
            let name = part.trim().to_ascii_lowercase();
            let plain = name.strip_suffix("_id").unwrap_or(&name);
            let Some((_, field)) = FIELDS.iter().find(|(known, _)| *known == plain) else {
                let names = FIELDS.map(|(known, _)| known);
                let problem = format!(
                    "there is no group by '{name}'{}; known: {}",
                    nearest(plain, names.into_iter()),
                    names.join(", ")
                );
                return Err(FilterError::new(position, problem));
            };
            if fields.contains(field) {
                let problem = format!("'{name}' is there twice");
                return Err(FilterError::new(position, problem));
            }
            if fields.len() == MAX_GROUP_FIELDS {
                let problem = format!("a grouping has at most {MAX_GROUP_FIELDS} fields");
                return Err(FilterError::new(position, problem));
            }
            fields.push(*field);
        }
        Ok(Self { fields })
    }

    /// Whether it makes no groups.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}
