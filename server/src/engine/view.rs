//! What one watch sees of a commit: everything, some kinds, or what a filter lets through.
//!
//! A filter may look at names of other entities (an owner, a customer, a stage). A commit that
//! changes such a name may let other entities enter or leave the view without touching them, so
//! it ends the watch with `VIEW_CHANGED`; the client takes a new snapshot.

use std::collections::BTreeSet;
use std::sync::Arc;

use sluice_domain::{Change, Entity, EntityKey, EntityKind, Event, State, view::Filter};

use crate::commit::Commit;

/// What a watch wants to see.
#[derive(Debug, Clone)]
pub(super) struct View {
    /// The kinds wanted, in key order.
    pub(super) kinds: BTreeSet<EntityKind>,
    /// What must hold; only with a single kind.
    filter: Option<Filter>,
}

/// One change as a watch shows it.
#[derive(Debug, Clone, PartialEq)]
pub enum ViewChange<'a> {
    /// The entity as it is now, whole.
    Put(&'a Entity),
    /// The entity is gone from the view.
    Remove {
        /// Which.
        key: EntityKey,
        /// It still exists and no longer matches.
        left_filter: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Put,
    Remove { left_filter: bool },
}

/// A commit as one watch sees it.
#[derive(Debug, Clone)]
pub struct WatchCommit {
    /// The commit.
    pub commit: Arc<Commit>,
    /// The changes shown, by index; `None` shows them all.
    part: Option<Vec<(usize, Shown)>>,
}

impl WatchCommit {
    /// Whether this is the whole commit, the same for every watch that sees it whole: its encoded
    /// form may be shared through [`Commit::encoded`].
    pub fn is_whole(&self) -> bool {
        self.part.is_none()
    }

    /// The changes shown, in order.
    pub fn changes(&self) -> Vec<ViewChange<'_>> {
        let changes = &self.commit.changes;
        match &self.part {
            None => changes.iter().map(whole).collect(),
            Some(part) => part
                .iter()
                .filter_map(|(index, shown)| Some(shown_change(changes.get(*index)?, *shown)))
                .collect(),
        }
    }

    /// The events shown: of a part, those about what it shows.
    pub fn events(&self) -> Vec<&Event> {
        let events = self.commit.events.iter();
        match &self.part {
            None => events.collect(),
            Some(part) => {
                let keys: BTreeSet<EntityKey> = part
                    .iter()
                    .filter_map(|(index, _)| Some(self.commit.changes.get(*index)?.key))
                    .collect();
                let about = |event: &&Event| event.subject().is_some_and(|key| keys.contains(&key));
                events.filter(about).collect()
            }
        }
    }
}

fn whole(change: &Change) -> ViewChange<'_> {
    match &change.after {
        Some(entity) => ViewChange::Put(entity),
        None => ViewChange::Remove {
            key: change.key,
            left_filter: false,
        },
    }
}

fn shown_change(change: &Change, shown: Shown) -> ViewChange<'_> {
    match (shown, &change.after) {
        (Shown::Put, Some(entity)) => ViewChange::Put(entity),
        (Shown::Remove { left_filter }, _) => ViewChange::Remove {
            key: change.key,
            left_filter,
        },
        (Shown::Put, None) => whole(change),
    }
}

impl View {
    /// A view of `kinds` (all that are watchable when empty) and a filter over the one kind.
    pub(super) fn new(kinds: &[EntityKind], filter: Option<Filter>) -> Self {
        let all = EntityKind::ALL.into_iter();
        let wanted =
            all.filter(|kind| kind.is_watchable() && (kinds.is_empty() || kinds.contains(kind)));
        Self {
            kinds: wanted.collect(),
            filter: filter.filter(|filter| !filter.is_empty()),
        }
    }

    fn is_everything(&self) -> bool {
        self.filter.is_none()
            && EntityKind::ALL
                .into_iter()
                .all(|kind| !kind.is_watchable() || self.kinds.contains(&kind))
    }

    /// Whether what it shows may depend on other entities than those it shows.
    pub(super) fn has_filter(&self) -> bool {
        self.filter.is_some()
    }

    /// Whether an entity is in the view.
    pub(super) fn shows(&self, state: &State, entity: &Entity) -> bool {
        self.kinds.contains(&entity.key().kind)
            && self
                .filter
                .as_ref()
                .is_none_or(|filter| filter.matches(state, entity))
    }

    /// The commit as this view shows it; `None` if it shows nothing of it.
    pub(super) fn of(&self, state: &State, commit: &Arc<Commit>) -> Option<WatchCommit> {
        if self.is_everything() {
            // A commit whose only trace is history or scores still is a commit: G4.
            return Some(WatchCommit {
                commit: Arc::clone(commit),
                part: None,
            });
        }
        let part: Vec<(usize, Shown)> = commit
            .changes
            .iter()
            .enumerate()
            .filter_map(|(index, change)| Some((index, self.shown(state, change)?)))
            .collect();
        (!part.is_empty()).then(|| WatchCommit {
            commit: Arc::clone(commit),
            part: Some(part),
        })
    }

    fn shown(&self, state: &State, change: &Change) -> Option<Shown> {
        if !self.kinds.contains(&change.key.kind) {
            return None;
        }
        let in_view = |entity: &Option<Entity>| {
            entity
                .as_ref()
                .is_some_and(|entity| self.shows(state, entity))
        };
        if in_view(&change.after) {
            Some(Shown::Put)
        } else if in_view(&change.before) {
            Some(Shown::Remove {
                left_filter: change.after.is_some(),
            })
        } else {
            None
        }
    }

    /// Whether the commit may change what the filter says about entities it does not touch.
    pub(super) fn is_changed_by(&self, commit: &Commit) -> bool {
        let Some(filter) = &self.filter else {
            return false;
        };
        commit.changes.iter().any(|change| {
            let kind = change.key.kind;
            !self.kinds.contains(&kind) && filter.depends_on(kind) && renames(change)
        })
    }
}

/// Whether a change touches what filters over other kinds look at: names, of what has many.
fn renames(change: &Change) -> bool {
    use Entity::{Contact, Customer, Opportunity};
    match (&change.before, &change.after) {
        // What is new was named by nobody.
        (None, _) => false,
        (Some(Customer(before)), Some(Customer(after))) => {
            (
                &before.name,
                &before.external_id,
                &before.industry,
                &before.region,
            ) != (
                &after.name,
                &after.external_id,
                &after.industry,
                &after.region,
            )
        }
        (Some(Contact(before)), Some(Contact(after))) => before.name != after.name,
        (Some(Opportunity(before)), Some(Opportunity(after))) => {
            (&before.name, &before.external_id) != (&after.name, &after.external_id)
        }
        // The others change seldom: any change counts.
        (Some(_), _) => true,
    }
}
