//! `sluice goal import` and `sluice goal export`: goals as CSV, conflicts told by their line.

use std::{fs::File, io, path::PathBuf};

use sluice_proto::v1;

use super::{
    failure::{Failure, Outcome},
    goal::{WORKSPACE, all_progress, measure_cell, measure_of, subject_id, target, value_cell},
    output::{Cell, Column, Sheet, shown},
    session::{Session, WriteArgs},
};

/// Columns of a file of goals.
const FILE_COLUMNS: &[Column] = &[
    shown("subject", "SUBJECT"),
    shown("metric", "METRIC"),
    shown("measure", "OF"),
    shown("cycle", "CYCLE"),
    shown("target", "TARGET"),
    shown("locked", "LOCKED"),
    shown("parent_subject", "PART OF SUBJECT"),
    shown("parent_cycle", "PART OF CYCLE"),
];

/// Writes the goals in force.
pub(super) async fn export(
    session: &mut Session,
    file: Option<PathBuf>,
    within: String,
) -> Outcome {
    let request = v1::ListGoalProgressRequest {
        within_cycle: within,
        ..Default::default()
    };
    let setting = session.setting().await?;
    let answer = all_progress(session, request).await?;
    let goals: Vec<v1::Goal> = answer
        .progress
        .into_iter()
        .filter_map(|row| row.goal)
        .collect();
    let subject = |id: &str| Cell::text(if id.is_empty() { WORKSPACE } else { id });
    let mut sheet = Sheet::new(FILE_COLUMNS);
    for goal in &goals {
        let parent = goals.iter().find(|other| other.id == goal.parent_id);
        sheet.rows.push(vec![
            subject(&goal.subject_id),
            Cell::text(&goal.metric),
            measure_cell(goal.measure()),
            Cell::text(&goal.cycle),
            value_cell(&setting, goal.measure, goal.target),
            Cell::text(goal.locked.to_string()),
            parent
                .map(|parent| subject(&parent.subject_id))
                .unwrap_or_default(),
            parent
                .map(|parent| Cell::text(&parent.cycle))
                .unwrap_or_default(),
        ]);
    }
    match file.filter(|path| path.as_os_str() != "-") {
        Some(path) => sheet.write_csv(&mut File::create(path)?, true),
        None => {
            sheet.write_csv(session.output.writer(), true)?;
            session.output.flush()
        }
    }
}

/// Sets the goals of a file, all or none.
pub(super) async fn import(
    session: &mut Session,
    file: &std::path::Path,
    write: &WriteArgs,
) -> Outcome {
    let mut reader: csv::Reader<Box<dyn io::Read>> =
        csv::Reader::from_reader(if file.as_os_str() == "-" {
            Box::new(io::stdin())
        } else {
            Box::new(File::open(file)?)
        });
    let header = reader
        .headers()
        .map_err(|error| Failure::usage(error.to_string()))?
        .clone();
    let place = |name: &str| header.iter().position(|column| column.trim() == name);
    let mut wanted = Vec::new();
    for column in FILE_COLUMNS {
        match place(column.name) {
            Some(place) => wanted.push(Some(place)),
            None if matches!(column.name, "metric" | "cycle" | "target") => {
                return Err(
                    Failure::usage(format!("the file has no column '{}'", column.name))
                        .with_hint("`sluice goal export` writes a file with all columns."),
                );
            }
            None => wanted.push(None),
        }
    }
    let setting = session.setting().await?;
    let mut goals = Vec::new();
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| Failure::usage(error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let field = |index: usize| {
            wanted[index]
                .and_then(|place| record.get(place))
                .unwrap_or_default()
                .trim()
        };
        let at_line = |mut failure: Failure| {
            failure.message = format!("line {line}: {}", failure.message);
            failure
        };
        let count = field(2).eq_ignore_ascii_case("count");
        let read = async {
            Ok(v1::ImportedGoal {
                subject_id: subject_id(session, field(0)).await?,
                metric: field(1).to_ascii_uppercase(),
                measure: measure_of(count).into(),
                cycle: field(3).to_owned(),
                target: target(&setting, measure_of(count), field(4))?,
                locked: matches!(field(5).to_ascii_lowercase().as_str(), "true" | "yes" | "1"),
                parent_subject_id: subject_id(session, field(6)).await?,
                parent_cycle: field(7).to_owned(),
            })
        };
        goals.push(read.await.map_err(at_line)?);
        lines.push(line);
    }
    let request = v1::ImportGoalsRequest {
        goals,
        request_id: write.request_id(),
        validate_only: write.validate_only,
    };
    let answer = session.api.goals().import_goals(request).await;
    let answer = answer
        .map_err(|status| by_line(status.into(), &lines))?
        .into_inner();
    let counted = |status: v1::ImportStatus| {
        answer
            .results
            .iter()
            .filter(|row| row.status() == status)
            .count()
    };
    if session.is_json() {
        return session.output.json_message("ImportGoalsResponse", &answer);
    }
    session.output.say(&format!(
        "{} created, {} changed, {} unchanged.",
        counted(v1::ImportStatus::Created),
        counted(v1::ImportStatus::Amended),
        counted(v1::ImportStatus::Unchanged)
    ))?;
    session.output.flush()
}

/// Says the line of the file where the server says the place in the list.
fn by_line(mut failure: Failure, lines: &[u64]) -> Failure {
    let named = |text: &str| {
        let mut text = text.to_owned();
        for (index, line) in lines.iter().enumerate() {
            for list in ["goals", "rows"] {
                text = text.replace(&format!("{list}[{index}]"), &format!("line {line}"));
            }
        }
        text
    };
    failure.message = named(&failure.message);
    for violation in &mut failure.violations {
        violation.field = named(&violation.field);
        violation.description = named(&violation.description);
    }
    failure
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn a_conflict_is_told_by_its_line() {
        let failure = by_line(
            Failure::usage("goals[1].cycle: rows[0] is about the same goal"),
            &[2, 3],
        );
        assert_eq!(
            failure.message,
            "line 3.cycle: line 2 is about the same goal"
        );
    }
}
