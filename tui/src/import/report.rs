//! What an import did, for people and for scripts.

use std::{collections::BTreeMap, io::Write};

use serde::Serialize;

use super::{
    conflict::{Conflict, ConflictCount, ConflictKind, Conflicts},
    directory::Made,
    rejects::Reject,
};
use crate::{
    cli::{
        failure::Outcome,
        output::{Cell, Column, Format, Output, Sheet, shown},
    },
    text,
};

/// Rejected rows that the report for people spells out; the rejects file has them all.
const SHOWN_REJECTS: usize = 20;
/// Lines named for one conflict in the report for people.
const SHOWN_LINES: usize = 5;

/// What was imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Rows are opportunities.
    Opportunities,
    /// Rows are stage changes.
    History,
}

/// What an import did; the JSON output is exactly this.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The file.
    pub file: String,
    /// What its rows are.
    pub what: What,
    /// Nothing was written.
    pub dry_run: bool,
    /// `--strict` found rejects and nothing was written.
    pub refused: bool,
    /// False when a dry run could not ask the server about the rows, because what they refer to is not made yet.
    pub checked_by_server: bool,
    /// Rows of the file.
    pub rows: u64,
    /// Rows that made an opportunity.
    pub created: u64,
    /// Rows that changed one.
    pub amended: u64,
    /// Rows that were there already.
    pub unchanged: u64,
    /// Rows that were rejected.
    pub rejected: u64,
    /// Distinct opportunities among the good rows.
    pub opportunities: u64,
    /// What had to be made beside the rows.
    pub made: Made,
    /// Revision of the last commit.
    pub revision: u64,
    /// Where the rejected rows are; null when there are none.
    pub rejects_file: Option<String>,
    /// The rejected rows.
    pub rejects: Vec<Reject>,
    /// How many conflicts of each kind.
    pub conflict_counts: BTreeMap<ConflictKind, ConflictCount>,
    /// All conflicts.
    pub conflicts: Vec<Conflict>,
}

const CONFLICT_COLUMNS: &[Column] = &[
    shown("kind", "KIND"),
    shown("line", "LINE"),
    shown("external_id", "OPPORTUNITY"),
    shown("column", "COLUMN"),
    shown("value", "VALUE"),
    shown("expected", "EXPECTED"),
    shown("reason", "REASON"),
];

impl Report {
    /// Prints it.
    pub fn print(&self, output: &mut Output) -> Outcome {
        match output.format {
            Format::Json => output.json(self),
            Format::Csv => {
                self.sheet().write_csv(output.writer(), true)?;
                output.flush()
            }
            Format::Table => {
                self.write_text(output.writer())?;
                output.flush()
            }
        }
    }

    /// Rejects and conflicts, a row each: the CSV output.
    fn sheet(&self) -> Sheet {
        let mut sheet = Sheet::new(CONFLICT_COLUMNS);
        for reject in &self.rejects {
            sheet.rows.push(vec![
                Cell::text("REJECTED"),
                Cell::text(reject.line.to_string()),
                Cell::default(),
                Cell::text(&reject.column),
                Cell::text(&reject.value),
                Cell::default(),
                Cell::text(&reject.reason),
            ]);
        }
        for conflict in &self.conflicts {
            let kind = serde_json::to_value(conflict.kind).ok();
            sheet.rows.push(vec![
                Cell::text(
                    kind.as_ref()
                        .and_then(|kind| kind.as_str())
                        .unwrap_or_default(),
                ),
                Cell::text(conflict.line.to_string()),
                Cell::text(&conflict.external_id),
                Cell::default(),
                Cell::text(&conflict.value),
                Cell::text(&conflict.expected),
                Cell::text(conflict.kind.explain()),
            ]);
        }
        sheet
    }

    fn write_text(&self, out: &mut dyn Write) -> Outcome {
        let count = |value: u64| text::number(i128::from(value));
        if self.refused {
            writeln!(
                out,
                "{}: nothing was imported, because --strict wants every row to be good.",
                self.file
            )?;
        } else if self.dry_run {
            writeln!(out, "{}: a dry run, nothing was written.", self.file)?;
        } else {
            writeln!(
                out,
                "{}: imported, up to revision {}.",
                self.file, self.revision
            )?;
        }
        let would = if self.dry_run || self.refused {
            "would be "
        } else {
            ""
        };
        let rows = match self.what {
            What::Opportunities => format!("{} rows", count(self.rows)),
            What::History => format!(
                "{} stage entries of {} opportunities",
                count(self.rows),
                count(self.opportunities)
            ),
        };
        let (created, amended) = match self.what {
            What::Opportunities => ("created", "amended"),
            What::History => ("began an opportunity", "added to one"),
        };
        let would = if matches!(self.what, What::History) {
            ""
        } else {
            would
        };
        writeln!(
            out,
            "  {rows}: {} {would}{created}, {} {would}{amended}, {} unchanged, {} rejected",
            count(self.created),
            count(self.amended),
            count(self.unchanged),
            count(self.rejected)
        )?;
        let made = [
            (self.made.pipelines, "pipelines"),
            (self.made.teams, "teams"),
            (self.made.members, "members"),
            (self.made.customers, "customers"),
        ];
        let made: Vec<String> = made
            .iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, what)| format!("{} {what}", count(*number)))
            .collect();
        if !made.is_empty() {
            writeln!(out, "  also made: {}", made.join(", "))?;
        }
        if self.dry_run && !self.checked_by_server {
            writeln!(
                out,
                "  the server checks the rows once the above is made; here only the file was checked"
            )?;
        }
        self.write_rejects(out)?;
        self.write_conflicts(out)
    }

    fn write_rejects(&self, out: &mut dyn Write) -> Outcome {
        if self.rejects.is_empty() {
            return Ok(());
        }
        writeln!(out, "Rejected:")?;
        for reject in self.rejects.iter().take(SHOWN_REJECTS) {
            let place = if reject.column.is_empty() {
                format!("line {}", reject.line)
            } else {
                format!("line {}, {} '{}'", reject.line, reject.column, reject.value)
            };
            writeln!(out, "  {place}: {}", reject.reason)?;
        }
        if let Some(more) = self
            .rejects
            .len()
            .checked_sub(SHOWN_REJECTS)
            .filter(|more| *more > 0)
        {
            writeln!(
                out,
                "  … and {} more",
                text::number(i128::try_from(more).unwrap_or_default())
            )?;
        }
        if let Some(path) = &self.rejects_file {
            writeln!(
                out,
                "  These rows are in {path}: correct them there and import that file."
            )?;
        }
        Ok(())
    }

    fn write_conflicts(&self, out: &mut dyn Write) -> Outcome {
        if self.conflicts.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "Conflicts (imported as written; -o json lists every one):"
        )?;
        let mut conflicts = Conflicts::default();
        for conflict in &self.conflicts {
            conflicts.push(conflict.clone());
        }
        for group in conflicts.grouped() {
            let lines: Vec<String> = group
                .lines
                .iter()
                .take(SHOWN_LINES)
                .map(u64::to_string)
                .collect();
            let more = if group.lines.len() > SHOWN_LINES {
                " …"
            } else {
                ""
            };
            let number = text::number(i128::try_from(group.lines.len()).unwrap_or_default());
            let names = match (group.value, group.expected) {
                ("", _) => {
                    let opportunities = self
                        .conflict_counts
                        .get(&group.kind)
                        .map_or(0, |count| count.opportunities);
                    format!(
                        " ({} opportunities)",
                        text::number(i128::from(opportunities))
                    )
                }
                (value, "") => format!(": '{value}'"),
                (value, expected) => format!(": '{value}' for '{expected}'"),
            };
            writeln!(
                out,
                "  {number} × {}{names}, lines {}{more}",
                group.kind.explain(),
                lines.join(", ")
            )?;
        }
        Ok(())
    }
}
