//! Contradictions in what was imported: nothing is rejected or altered for them, but somebody should know.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// What contradicts what. The names are stable: scripts read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConflictKind {
    /// An opportunity went back to an earlier stage.
    BackwardMove,
    /// The same stage twice in a row: the source logs more than moves.
    RepeatedStage,
    /// A stage was entered before the opportunity's own creation.
    HistoryBeforeCreation,
    /// The last row of the history is another stage than the record's own.
    FinalStageDiffers,
    /// The owner is in no table and not in the workspace.
    UnknownOwner,
    /// The owner is written otherwise than in the table.
    OwnerSpelledDifferently,
    /// The customer is in no table and not in the workspace.
    UnknownCustomer,
    /// The customer is written otherwise than in the table.
    CustomerSpelledDifferently,
    /// The product is not in its table.
    UnknownProduct,
    /// The product is written otherwise than in its table.
    ProductSpelledDifferently,
}

impl ConflictKind {
    /// What it means, for people; the subject is a row or an opportunity.
    pub const fn explain(self) -> &'static str {
        match self {
            Self::BackwardMove => "moved back to an earlier stage",
            Self::RepeatedStage => "entered the stage it was already in",
            Self::HistoryBeforeCreation => "entered a stage before its own creation",
            Self::FinalStageDiffers => "ends in another stage than its own record says",
            Self::UnknownOwner => "has an unknown owner",
            Self::OwnerSpelledDifferently => "has an owner spelled differently",
            Self::UnknownCustomer => "has an unknown customer",
            Self::CustomerSpelledDifferently => "has a customer spelled differently",
            Self::UnknownProduct => "has an unknown product",
            Self::ProductSpelledDifferently => "has a product spelled differently",
        }
    }
}

/// One contradiction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// What contradicts what.
    pub kind: ConflictKind,
    /// Line of the file.
    pub line: u64,
    /// Key of the opportunity in the other system.
    pub external_id: String,
    /// What the file says.
    pub value: String,
    /// What it contradicts.
    pub expected: String,
}

/// How often a kind occurred.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ConflictCount {
    /// Rows.
    pub rows: u64,
    /// Opportunities.
    pub opportunities: u64,
}

/// All contradictions of one import.
#[derive(Clone, Debug, Default)]
pub struct Conflicts {
    list: Vec<Conflict>,
}

impl Conflicts {
    /// Adds one.
    pub fn push(&mut self, conflict: Conflict) {
        self.list.push(conflict);
    }

    /// All of them, in the order of the file.
    pub fn list(&self) -> &[Conflict] {
        &self.list
    }

    /// How many of each kind.
    pub fn counts(&self) -> BTreeMap<ConflictKind, ConflictCount> {
        let mut seen: BTreeMap<ConflictKind, BTreeSet<&str>> = BTreeMap::new();
        let mut counts: BTreeMap<ConflictKind, ConflictCount> = BTreeMap::new();
        for conflict in &self.list {
            let count = counts.entry(conflict.kind).or_default();
            count.rows += 1;
            if seen
                .entry(conflict.kind)
                .or_default()
                .insert(&conflict.external_id)
            {
                count.opportunities += 1;
            }
        }
        counts
    }

    /// The list for people: each contradiction once, with its rows counted and the first lines named.
    pub fn grouped(&self) -> Vec<ConflictGroup<'_>> {
        let mut groups: BTreeMap<(ConflictKind, &str, &str), Vec<u64>> = BTreeMap::new();
        for conflict in &self.list {
            let key = if conflict.kind.is_about_a_name() {
                (
                    conflict.kind,
                    conflict.value.as_str(),
                    conflict.expected.as_str(),
                )
            } else {
                (conflict.kind, "", "")
            };
            groups.entry(key).or_default().push(conflict.line);
        }
        let groups = groups.into_iter();
        groups
            .map(|((kind, value, expected), lines)| ConflictGroup {
                kind,
                value,
                expected,
                lines,
            })
            .collect()
    }
}

impl ConflictKind {
    const fn is_about_a_name(self) -> bool {
        !matches!(
            self,
            Self::BackwardMove
                | Self::RepeatedStage
                | Self::HistoryBeforeCreation
                | Self::FinalStageDiffers
        )
    }
}

/// Rows with the same contradiction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConflictGroup<'a> {
    /// What contradicts what.
    pub kind: ConflictKind,
    /// What the file says; empty when it differs from row to row.
    pub value: &'a str,
    /// What it contradicts; empty when it differs from row to row.
    pub expected: &'a str,
    /// The lines.
    pub lines: Vec<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conflict(kind: ConflictKind, line: u64, external_id: &str, value: &str) -> Conflict {
        Conflict {
            kind,
            line,
            external_id: external_id.into(),
            value: value.into(),
            expected: "GTX Pro".into(),
        }
    }

    #[test]
    fn conflicts_count_rows_and_opportunities() {
        let mut conflicts = Conflicts::default();
        conflicts.push(conflict(ConflictKind::BackwardMove, 2, "a", "New"));
        conflicts.push(conflict(ConflictKind::BackwardMove, 3, "a", "Qualified"));
        conflicts.push(conflict(
            ConflictKind::ProductSpelledDifferently,
            4,
            "b",
            "GTXPro",
        ));
        conflicts.push(conflict(
            ConflictKind::ProductSpelledDifferently,
            9,
            "c",
            "GTXPro",
        ));
        let counts = conflicts.counts();
        let backward = counts[&ConflictKind::BackwardMove];
        assert_eq!((backward.rows, backward.opportunities), (2, 1));
        let groups = conflicts.grouped();
        assert_eq!(groups.len(), 2);
        assert_eq!(
            (groups[1].value, groups[1].lines.as_slice()),
            ("GTXPro", &[4, 9][..])
        );
    }
}
