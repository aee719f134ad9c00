//! The watch contract G1–G10: each guarantee a function over recorded histories that names what it found broken.
//!
//! A validator answers `Ok(())` or the text of the first violation. Where a guarantee speaks of what *should* have come,
//! a `reference` is taken: the history of an unfiltered watch of all kinds that covers the same revisions.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message as _;
use sluice_proto::v1::{self, change::Change as Changed, watch_response::Message};

use crate::history::{End, History, Key, Start, View, key_of_change, revision_of};

#[cfg(test)]
mod tests;

/// Most changes one commit may hold (G3).
pub const MAX_CHANGES: usize = 500;

/// Most bytes one commit may take, encoded (G3).
pub const MAX_COMMIT_BYTES: usize = 200 * 1024;

/// What a validator answers: nothing, or the violation.
pub type Verdict = Result<(), String>;

macro_rules! ensure {
    ($holds:expr, $($text:tt)+) => {
        if !$holds {
            return Err(format!($($text)+));
        }
    };
}

/// All validators that need nothing but the history itself.
///
/// # Errors
/// The first violation.
pub fn check_alone(history: &History) -> Verdict {
    shape(history)?;
    g1_ordered(history)?;
    g2_unique(std::slice::from_ref(history))?;
    g3_whole(history)?;
    g6_progress(history)?;
    g7_seamless(history)?;
    g10_never_ok(history)
}

/// All validators that compare with a reference.
///
/// # Errors
/// The first violation.
pub fn check_against(history: &History, reference: &History) -> Verdict {
    check_alone(history)?;
    g3_same_as(history, reference)?;
    g4_nothing_missing(history, reference)
}

/// The form every watch has: `Opened` first and once; snapshot parts only where a snapshot was asked for, before any commit.
///
/// # Errors
/// The first violation.
pub fn shape(history: &History) -> Verdict {
    let mut ended = matches!(history.start, Start::After(_));
    for (at, response) in history.messages.iter().enumerate() {
        let Some(message) = &response.message else {
            return Err(format!("message {at} is empty"));
        };
        let opened = matches!(message, Message::Opened(_));
        ensure!(
            opened == (at == 0),
            "message {at}: Opened must come first, and once"
        );
        match message {
            Message::SnapshotChunk(_) | Message::SnapshotEnd(_) => {
                ensure!(!ended, "message {at}: a part of a snapshot outside of it");
                ended = matches!(message, Message::SnapshotEnd(_));
            }
            Message::CommitBatch(batch) => {
                ensure!(ended, "message {at}: commits before SnapshotEnd");
                ensure!(
                    !batch.commits.is_empty(),
                    "message {at}: a batch without commits"
                );
            }
            Message::Opened(_) | Message::Progress(_) => {}
        }
    }
    Ok(())
}

/// G1: revisions never go back; commits strictly ascend; a batch's revision is that of its last commit, or a
/// later one when nothing of the commits between is shown.
///
/// # Errors
/// The first violation.
pub fn g1_ordered(history: &History) -> Verdict {
    let mut reached = 0;
    let mut last_commit = history.base().unwrap_or(0);
    for (at, response) in history.messages.iter().enumerate().skip(1) {
        ensure!(
            response.revision >= reached,
            "G1: message {at} goes back from revision {reached} to {}",
            response.revision
        );
        reached = response.revision;
        if let Some(Message::CommitBatch(batch)) = &response.message {
            for commit in &batch.commits {
                ensure!(
                    commit.revision > last_commit,
                    "G1: commit {} comes after commit {last_commit}",
                    commit.revision
                );
                last_commit = commit.revision;
            }
            ensure!(
                response.revision >= last_commit,
                "G1: message {at} says revision {}, before its last commit {last_commit}",
                response.revision
            );
        }
    }
    Ok(())
}

/// G2: over all the sessions of one client, each resumed where the one before stopped, no commit comes twice.
///
/// # Errors
/// The first violation.
pub fn g2_unique(sessions: &[History]) -> Verdict {
    let mut seen = BTreeSet::new();
    for commit in sessions.iter().flat_map(History::commits) {
        ensure!(
            seen.insert(commit.revision),
            "G2: commit {} came twice",
            commit.revision
        );
    }
    Ok(())
}

/// G3: a commit is within its limits and speaks of each resource once.
///
/// # Errors
/// The first violation.
pub fn g3_whole(history: &History) -> Verdict {
    for commit in history.commits() {
        let revision = commit.revision;
        ensure!(
            commit.changes.len() <= MAX_CHANGES,
            "G3: commit {revision} holds {} changes",
            commit.changes.len()
        );
        let bytes = commit.encoded_len();
        ensure!(
            bytes <= MAX_COMMIT_BYTES,
            "G3: commit {revision} takes {bytes} bytes"
        );
        let mut keys = BTreeSet::new();
        for change in &commit.changes {
            let key =
                key_of_change(change).ok_or(format!("G3: an empty change in commit {revision}"))?;
            ensure!(
                keys.insert(key.clone()),
                "G3: commit {revision} changes {key:?} twice"
            );
            if let Some(Changed::Put(resource)) = &change.change {
                let stamped = revision_of(resource);
                ensure!(
                    stamped <= revision,
                    "G3: commit {revision} carries {key:?} of a later revision, {stamped}"
                );
            }
        }
    }
    Ok(())
}

/// G3, against a reference: every commit has all the changes of the wanted kinds that the reference has (unfiltered
/// watches), and the same events, time and author.
///
/// # Errors
/// The first violation.
pub fn g3_same_as(history: &History, reference: &History) -> Verdict {
    let expected: BTreeMap<u64, &v1::Commit> = reference
        .commits()
        .map(|commit| (commit.revision, commit))
        .collect();
    for commit in history.commits() {
        let revision = commit.revision;
        let Some(whole) = expected.get(&revision) else {
            continue;
        };
        ensure!(
            commit.time == whole.time
                && commit.actor == whole.actor
                && commit.request_id == whole.request_id,
            "G3: commit {revision} has another time, actor or request than elsewhere"
        );
        if history.filter.is_empty() {
            let here: Vec<_> = commit.changes.iter().collect();
            let there: Vec<_> = whole
                .changes
                .iter()
                .filter(|change| wanted(history, change))
                .collect();
            ensure!(
                here == there,
                "G3: commit {revision} came with {} of its {} changes, or altered",
                here.len(),
                there.len()
            );
        }
    }
    Ok(())
}

fn wanted(history: &History, change: &v1::Change) -> bool {
    key_of_change(change)
        .and_then(|(kind, _)| v1::Kind::try_from(kind).ok())
        .is_some_and(|kind| history.wants(kind))
}

/// G4: an unfiltered watch has every commit of the reference that changes a wanted kind, between its base and its end.
/// (What a filtered watch must have is judged by [`g8_view`].)
///
/// # Errors
/// The first violation.
pub fn g4_nothing_missing(history: &History, reference: &History) -> Verdict {
    let Some(base) = history.base() else {
        return Ok(());
    };
    if !history.filter.is_empty() {
        return Ok(());
    }
    let got: BTreeSet<u64> = history.commits().map(|commit| commit.revision).collect();
    let end = history.revision();
    for commit in reference.commits() {
        let inside = commit.revision > base && commit.revision <= end;
        let due = commit.changes.iter().any(|change| wanted(history, change));
        ensure!(
            !inside || !due || got.contains(&commit.revision),
            "G4: commit {} is missing between {base} and {end}",
            commit.revision
        );
    }
    Ok(())
}

/// G4 without a reference: an unfiltered watch of all kinds has every revision between its base and its end.
///
/// # Errors
/// The first violation.
pub fn g4_contiguous(history: &History) -> Verdict {
    let Some(base) = history.base() else {
        return Ok(());
    };
    let mut expected = base;
    for commit in history.commits() {
        expected += 1;
        ensure!(
            commit.revision == expected,
            "G4: commit {expected} is missing, commit {} came instead",
            commit.revision
        );
    }
    ensure!(
        history.revision() == expected || history.messages.len() <= 1,
        "G4: the watch says revision {} and its last commit is {expected}",
        history.revision()
    );
    Ok(())
}

/// G5: resuming after `resumed`'s start gives exactly what the first watch gave after that revision, as far as both go.
///
/// # Errors
/// The first violation.
pub fn g5_resumable(original: &History, resumed: &History) -> Verdict {
    let Start::After(after) = resumed.start else {
        return Err("G5: the second watch did not resume".to_owned());
    };
    let end = original.revision().min(resumed.revision());
    let range = |history: &History| -> BTreeMap<u64, v1::Commit> {
        history
            .commits()
            .filter(|commit| commit.revision > after && commit.revision <= end)
            .map(|commit| (commit.revision, commit.clone()))
            .collect()
    };
    let (first, second) = (range(original), range(resumed));
    for (revision, commit) in &first {
        match second.get(revision) {
            None => return Err(format!("G5: resuming after {after} lost commit {revision}")),
            Some(other) => {
                ensure!(
                    other == commit,
                    "G5: commit {revision} differs after resuming after {after}"
                );
            }
        }
    }
    for revision in second.keys() {
        ensure!(
            first.contains_key(revision),
            "G5: resuming after {after} invented commit {revision}"
        );
    }
    Ok(())
}

/// G6: after `Progress` (or any message) at revision r, no commit at or below r follows.
///
/// # Errors
/// The first violation.
pub fn g6_progress(history: &History) -> Verdict {
    let mut promised = 0;
    for response in &history.messages {
        match &response.message {
            Some(Message::Progress(_)) => promised = promised.max(response.revision),
            Some(Message::CommitBatch(batch)) => {
                for commit in &batch.commits {
                    ensure!(
                        commit.revision > promised,
                        "G6: commit {} came after Progress at {promised}",
                        commit.revision
                    );
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// G7: a snapshot is of one revision, complete by its own count, holds nothing newer, and commits follow on it.
///
/// # Errors
/// The first violation.
pub fn g7_seamless(history: &History) -> Verdict {
    if history.start != Start::Snapshot {
        return Ok(());
    }
    let mut taken: Option<u64> = None;
    let mut count = 0_u64;
    for response in &history.messages {
        match &response.message {
            Some(Message::SnapshotChunk(chunk)) => {
                let revision = *taken.get_or_insert(response.revision);
                ensure!(
                    revision == response.revision,
                    "G7: a snapshot of revision {revision} goes on at {}",
                    response.revision
                );
                for resource in &chunk.resources {
                    count += 1;
                    let stamped = revision_of(resource);
                    ensure!(
                        stamped <= revision,
                        "G7: a snapshot of revision {revision} holds a resource of {stamped}"
                    );
                }
            }
            Some(Message::SnapshotEnd(end)) => {
                let revision = *taken.get_or_insert(response.revision);
                ensure!(
                    revision == response.revision,
                    "G7: a snapshot of revision {revision} ends at {}",
                    response.revision
                );
                ensure!(
                    end.resource_count == count,
                    "G7: a snapshot of {count} resources says it has {}",
                    end.resource_count
                );
            }
            Some(Message::CommitBatch(batch)) => {
                let first = batch.commits.first().map_or(0, |commit| commit.revision);
                let revision = taken.unwrap_or(0);
                ensure!(
                    first > revision,
                    "G7: the snapshot is of revision {revision}, and commit {first} follows"
                );
            }
            _ => {}
        }
    }
    Ok(())
}

/// G8: a view folded up to a revision is what List answers at it.
///
/// # Errors
/// The first violation.
pub fn g8_view(view: &View, listed: &View) -> Verdict {
    for (key, resource) in &listed.resources {
        match view.resources.get(key) {
            None => {
                return Err(format!(
                    "G8: List has {key:?} at revision {} and the view has not",
                    listed.revision
                ));
            }
            Some(held) => ensure!(
                held == resource,
                "G8: {key:?} at revision {} differs: the view holds {held:?}, List says {resource:?}",
                listed.revision
            ),
        }
    }
    for key in view.resources.keys() {
        ensure!(
            listed.resources.contains_key(key),
            "G8: the view holds {key:?} at revision {} and List has it not",
            listed.revision
        );
    }
    Ok(())
}

/// G9, first half: what anybody was shown before a crash is there after it, the same.
///
/// # Errors
/// The first violation.
pub fn g9_durable(before: &History, after: &History) -> Verdict {
    let kept: BTreeMap<u64, &v1::Commit> = after
        .commits()
        .map(|commit| (commit.revision, commit))
        .collect();
    for commit in before.commits() {
        match kept.get(&commit.revision) {
            None => {
                return Err(format!(
                    "G9: commit {} was shown and is lost",
                    commit.revision
                ));
            }
            Some(other) => ensure!(
                *other == commit,
                "G9: commit {} was shown otherwise than it is now",
                commit.revision
            ),
        }
    }
    Ok(())
}

/// What a writer saw right after its write was acknowledged.
#[derive(Clone, Debug)]
pub struct ReadBack {
    /// Revision of the acknowledged write.
    pub written: u64,
    /// Revision of the read that followed.
    pub read: u64,
    /// Whether the read showed what was written, or something later.
    pub found: bool,
}

/// G9, second half: a writer reads its own write.
///
/// # Errors
/// The first violation.
pub fn g9_reads_own_write(reads: &[ReadBack]) -> Verdict {
    for read in reads {
        ensure!(
            read.read >= read.written && read.found,
            "G9: a write at revision {} was not in the read at {} that followed it",
            read.written,
            read.read
        );
    }
    Ok(())
}

/// G10: a watch never ends with OK.
///
/// # Errors
/// The violation.
pub fn g10_never_ok(history: &History) -> Verdict {
    ensure!(
        history.end != End::Ok,
        "G10: the watch ended with OK at revision {}",
        history.revision()
    );
    Ok(())
}

/// A view as List would give it, from its resources.
pub fn listed(revision: u64, resources: impl IntoIterator<Item = v1::Resource>) -> View {
    let resources: BTreeMap<Key, v1::Resource> = resources
        .into_iter()
        .filter_map(|resource| Some((crate::history::key_of(&resource)?, resource)))
        .collect();
    View {
        resources,
        revision,
    }
}
