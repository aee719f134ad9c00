//! What a history contradicts: the records it belongs to, and itself.

use std::collections::HashMap;

use jiff::Timestamp;
use sluice_proto::v1;

use super::{
    conflict::{Conflict, ConflictKind, Conflicts},
    mapping::MappedKind,
    row::KnownStage,
};

/// An opportunity as it was before the import.
#[derive(Clone, Debug)]
pub struct Record {
    /// When it was created.
    pub created: Timestamp,
    /// The stage it was in.
    pub stage_id: String,
}

/// One row of the history, compact: a million of them take sixteen megabytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    micros: i64,
    /// Breaks ties: the order of the file.
    line: u32,
    stage: u16,
}

/// All stage changes of a file by opportunity, in the order they were first seen.
#[derive(Debug, Default)]
pub struct Timeline {
    places: HashMap<String, usize>,
    cases: Vec<(String, Vec<Step>)>,
}

impl Timeline {
    /// Remembers a row; the answer says how many like it, of the same stage and time, came before.
    pub fn push(
        &mut self,
        external_id: &str,
        entered: Timestamp,
        line: u64,
        stage_place: usize,
    ) -> usize {
        let place = match self.places.get(external_id) {
            Some(place) => *place,
            None => {
                let place = self.cases.len();
                self.places.insert(external_id.to_owned(), place);
                self.cases.push((external_id.to_owned(), Vec::new()));
                place
            }
        };
        let Some((_, steps)) = self.cases.get_mut(place) else {
            return 0;
        };
        let step = Step {
            micros: entered.as_microsecond(),
            line: u32::try_from(line).unwrap_or(u32::MAX),
            stage: u16::try_from(stage_place).unwrap_or(u16::MAX),
        };
        let like = |other: &&Step| other.micros == step.micros && other.stage == step.stage;
        let before = steps.iter().filter(like).count();
        steps.push(step);
        before
    }

    /// Opportunities seen.
    pub fn len(&self) -> usize {
        self.cases.len()
    }

    /// Whether none was seen.
    pub fn is_empty(&self) -> bool {
        self.cases.is_empty()
    }

    /// Lists what contradicts what.
    pub fn find_conflicts(
        mut self,
        stages: &[KnownStage],
        records: &HashMap<String, Record>,
        conflicts: &mut Conflicts,
    ) {
        for (external_id, steps) in &mut self.cases {
            steps.sort_unstable();
            find_in_case(
                external_id,
                steps,
                stages,
                records.get(external_id),
                conflicts,
            );
        }
    }
}

fn find_in_case(
    external_id: &str,
    steps: &[Step],
    stages: &[KnownStage],
    record: Option<&Record>,
    conflicts: &mut Conflicts,
) {
    let stage = |step: &Step| stages.get(usize::from(step.stage));
    let name = |step: &Step| stage(step).map_or("", |stage| &stage.name).to_owned();
    let is_open = |step: &Step| stage(step).is_some_and(|stage| stage.kind == MappedKind::Open);
    let mut add = |kind, step: &Step, value: String, expected: String| {
        conflicts.push(Conflict {
            kind,
            line: u64::from(step.line),
            external_id: external_id.to_owned(),
            value,
            expected,
        });
    };
    for pair in steps.windows(2) {
        let (before, after) = (&pair[0], &pair[1]);
        if after.stage == before.stage {
            add(
                ConflictKind::RepeatedStage,
                after,
                name(after),
                String::new(),
            );
        } else if after.stage < before.stage && is_open(after) && is_open(before) {
            add(ConflictKind::BackwardMove, after, name(after), name(before));
        }
    }
    let (Some(record), Some(first), Some(last)) = (record, steps.first(), steps.last()) else {
        return;
    };
    if first.micros < record.created.as_microsecond() {
        let entered = Timestamp::from_microsecond(first.micros).unwrap_or_default();
        add(
            ConflictKind::HistoryBeforeCreation,
            first,
            entered.to_string(),
            record.created.to_string(),
        );
    }
    if stage(last).is_some_and(|stage| stage.id != record.stage_id) {
        let own = stages.iter().find(|stage| stage.id == record.stage_id);
        let expected = own
            .map_or(record.stage_id.as_str(), |stage| &stage.name)
            .to_owned();
        add(ConflictKind::FinalStageDiffers, last, name(last), expected);
    }
}

/// The record of an opportunity that came from another system; `None` for one that did not.
pub fn record_of(opportunity: &v1::Opportunity) -> Option<(String, Record)> {
    if opportunity.external_id.is_empty() {
        return None;
    }
    let created = opportunity.create_time.as_ref().and_then(|time| {
        let nanos = i128::from(time.seconds) * 1_000_000_000 + i128::from(time.nanos);
        Timestamp::from_nanosecond(nanos).ok()
    })?;
    let record = Record {
        created,
        stage_id: opportunity.stage_id.clone(),
    };
    Some((opportunity.external_id.clone(), record))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn stages() -> Vec<KnownStage> {
        [
            ("New", MappedKind::Open),
            ("Offer", MappedKind::Open),
            ("Won", MappedKind::Won),
        ]
        .map(|(name, kind)| KnownStage {
            id: format!("stages/{name}"),
            name: name.into(),
            kind,
        })
        .to_vec()
    }

    fn found(rows: &[(i64, usize)], created: i64, stage: &str) -> Vec<ConflictKind> {
        let mut timeline = Timeline::default();
        for (line, (second, place)) in rows.iter().enumerate() {
            timeline.push(
                "a",
                Timestamp::from_second(*second).unwrap(),
                line as u64 + 2,
                *place,
            );
        }
        let record = Record {
            created: Timestamp::from_second(created).unwrap(),
            stage_id: format!("stages/{stage}"),
        };
        let mut conflicts = Conflicts::default();
        timeline.find_conflicts(
            &stages(),
            &HashMap::from([("a".into(), record)]),
            &mut conflicts,
        );
        conflicts
            .list()
            .iter()
            .map(|conflict| conflict.kind)
            .collect()
    }

    #[test]
    fn contradictions_are_found_in_time_order_whatever_the_order_of_the_file() {
        use ConflictKind::{BackwardMove, FinalStageDiffers, HistoryBeforeCreation, RepeatedStage};
        assert_eq!(found(&[(10, 0), (20, 1), (30, 2)], 10, "Won"), []);
        assert_eq!(found(&[(30, 2), (10, 0), (20, 1)], 10, "Won"), []);
        assert_eq!(found(&[(10, 1), (20, 0)], 10, "New"), [BackwardMove]);
        assert_eq!(found(&[(10, 1), (20, 1)], 10, "Offer"), [RepeatedStage]);
        // Reopened, not moved back.
        assert_eq!(found(&[(10, 2), (20, 0)], 10, "New"), []);
        assert_eq!(
            found(&[(10, 0), (20, 1)], 11, "Won"),
            [HistoryBeforeCreation, FinalStageDiffers]
        );
        // Ties keep the order of the file.
        assert_eq!(found(&[(10, 0), (20, 1), (20, 2)], 10, "Won"), []);
    }
}
