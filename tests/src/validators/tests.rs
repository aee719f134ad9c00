//! Each validator is shown a good history and one with its bug planted: it must pass the one and name the other.

use super::*;

fn deal(id: u64, revision: u64) -> v1::Resource {
    v1::Resource {
        resource: Some(v1::resource::Resource::Opportunity(v1::Opportunity {
            id: format!("opportunities/{id}"),
            name: format!("deal {id} at {revision}"),
            revision,
            ..Default::default()
        })),
    }
}

fn put(id: u64, revision: u64) -> v1::Change {
    v1::Change {
        change: Some(Changed::Put(deal(id, revision))),
    }
}

fn commit(revision: u64, ids: &[u64]) -> v1::Commit {
    v1::Commit {
        revision,
        changes: ids.iter().map(|id| put(*id, revision)).collect(),
        ..Default::default()
    }
}

fn at(revision: u64, message: Message) -> v1::WatchResponse {
    v1::WatchResponse {
        revision,
        message: Some(message),
    }
}

fn opened() -> v1::WatchResponse {
    at(
        0,
        Message::Opened(v1::Opened {
            log_id: "L".into(),
            head_revision: 9,
            oldest_revision: 0,
        }),
    )
}

fn batch(commits: Vec<v1::Commit>) -> v1::WatchResponse {
    let revision = commits.last().map_or(0, |last| last.revision);
    at(revision, Message::CommitBatch(v1::CommitBatch { commits }))
}

fn chunk(revision: u64, resources: Vec<v1::Resource>) -> v1::WatchResponse {
    at(
        revision,
        Message::SnapshotChunk(v1::SnapshotChunk { resources }),
    )
}

fn snapshot_end(revision: u64, resource_count: u64) -> v1::WatchResponse {
    at(
        revision,
        Message::SnapshotEnd(v1::SnapshotEnd { resource_count }),
    )
}

fn progress(revision: u64) -> v1::WatchResponse {
    at(revision, Message::Progress(v1::Progress {}))
}

/// Snapshot of two deals at 5, then commits 6, 7, 8.
fn good() -> History {
    History {
        start: Start::Snapshot,
        filter: String::new(),
        kinds: Vec::new(),
        messages: vec![
            opened(),
            chunk(5, vec![deal(1, 3), deal(2, 5)]),
            snapshot_end(5, 2),
            batch(vec![commit(6, &[1]), commit(7, &[2, 3])]),
            progress(7),
            batch(vec![commit(8, &[1])]),
        ],
        end: End::LetGo,
    }
}

fn resumed_after(revision: u64, messages: Vec<v1::WatchResponse>) -> History {
    History {
        start: Start::After(revision),
        messages: std::iter::once(opened()).chain(messages).collect(),
        ..good()
    }
}

#[track_caller]
fn caught(verdict: Verdict, name: &str) {
    let text = verdict.expect_err("the planted violation was not seen");
    assert!(text.starts_with(name), "found, but as: {text}");
}

#[test]
fn a_good_history_passes_everything() {
    let reference = resumed_after(
        0,
        (1..=8).map(good_commit).map(|it| batch(vec![it])).collect(),
    );
    assert_eq!(check_against(&good(), &reference), Ok(()));
    assert_eq!(g4_contiguous(&good()), Ok(()));
    assert_eq!(g4_contiguous(&reference), Ok(()));
}

fn good_commit(revision: u64) -> v1::Commit {
    match revision {
        7 => commit(7, &[2, 3]),
        2 | 5 => commit(revision, &[2]),
        _ => commit(revision, &[1]),
    }
}

#[test]
fn the_shape_is_checked() {
    let mut twice = good();
    twice.messages.insert(1, opened());
    caught(shape(&twice), "message 1: Opened");
    let mut late = good();
    late.messages.push(snapshot_end(8, 0));
    caught(shape(&late), "message 6: a part of a snapshot");
    let mut early = good();
    early.messages.swap(2, 3);
    caught(shape(&early), "message 2: commits before");
    let mut hollow = good();
    hollow.messages.push(batch(Vec::new()));
    caught(shape(&hollow), "message 6: a batch without");
}

#[test]
fn g1_catches_commits_out_of_order_and_a_wrong_batch_revision() {
    let mut swapped = good();
    swapped.messages[3] = batch(vec![commit(7, &[1]), commit(6, &[2])]);
    caught(g1_ordered(&swapped), "G1: commit 6 comes after commit 7");
    let mut mislabelled = good();
    mislabelled.messages[5].revision = 7;
    caught(g1_ordered(&mislabelled), "G1: message 5 says revision 7");
    let mut ahead = good();
    ahead.messages[5].revision = 9;
    assert_eq!(g1_ordered(&ahead), Ok(()));
    let mut back = good();
    back.messages[4].revision = 6;
    caught(g1_ordered(&back), "G1: message 4 goes back");
}

#[test]
fn g2_catches_a_commit_repeated_after_a_resume() {
    let again = resumed_after(8, vec![batch(vec![commit(8, &[1])])]);
    caught(g2_unique(&[good(), again]), "G2: commit 8 came twice");
    let next = resumed_after(8, vec![batch(vec![commit(9, &[1])])]);
    assert_eq!(g2_unique(&[good(), next]), Ok(()));
}

#[test]
fn g3_catches_a_split_an_oversized_and_a_doubled_commit() {
    let reference = resumed_after(
        5,
        vec![batch(vec![
            commit(6, &[1]),
            commit(7, &[2, 3]),
            commit(8, &[1]),
        ])],
    );
    let mut split = good();
    split.messages[3] = batch(vec![commit(6, &[1]), commit(7, &[2])]);
    caught(
        g3_same_as(&split, &reference),
        "G3: commit 7 came with 1 of its 2",
    );
    let mut many = good();
    many.messages[5] = batch(vec![commit(8, &(1..=501).collect::<Vec<_>>())]);
    caught(g3_whole(&many), "G3: commit 8 holds 501 changes");
    let mut large = good();
    let mut fat = commit(8, &[1]);
    fat.request_id = "x".repeat(MAX_COMMIT_BYTES);
    large.messages[5] = batch(vec![fat]);
    caught(g3_whole(&large), "G3: commit 8 takes");
    let mut doubled = good();
    doubled.messages[5] = batch(vec![commit(8, &[1, 1])]);
    caught(g3_whole(&doubled), "G3: commit 8 changes");
    let mut future = good();
    future.messages[5] = batch(vec![v1::Commit {
        revision: 8,
        changes: vec![put(1, 9)],
        ..Default::default()
    }]);
    caught(g3_whole(&future), "G3: commit 8 carries");
}

#[test]
fn g4_catches_a_gap() {
    let mut gap = good();
    gap.messages[3] = batch(vec![commit(7, &[2, 3])]);
    let reference = resumed_after(
        5,
        vec![batch(vec![
            commit(6, &[1]),
            commit(7, &[2, 3]),
            commit(8, &[1]),
        ])],
    );
    caught(
        g4_nothing_missing(&gap, &reference),
        "G4: commit 6 is missing",
    );
    caught(g4_contiguous(&gap), "G4: commit 6 is missing");
    let mut silent = good();
    silent.messages.push(progress(11));
    caught(g4_contiguous(&silent), "G4: the watch says revision 11");
    let mut teams_only = gap;
    teams_only.kinds = vec![v1::Kind::Team];
    teams_only.messages.truncate(3);
    assert_eq!(g4_nothing_missing(&teams_only, &reference), Ok(()));
}

#[test]
fn g5_catches_loss_invention_and_alteration_after_a_resume() {
    let whole = resumed_after(6, vec![batch(vec![commit(7, &[2, 3]), commit(8, &[1])])]);
    assert_eq!(g5_resumable(&good(), &whole), Ok(()));
    let lost = resumed_after(6, vec![batch(vec![commit(8, &[1])])]);
    caught(
        g5_resumable(&good(), &lost),
        "G5: resuming after 6 lost commit 7",
    );
    let altered = resumed_after(6, vec![batch(vec![commit(7, &[2]), commit(8, &[1])])]);
    caught(g5_resumable(&good(), &altered), "G5: commit 7 differs");
    let mut sparse = good();
    sparse.messages[3] = batch(vec![commit(6, &[1])]);
    sparse.messages.remove(4);
    caught(
        g5_resumable(&sparse, &whole),
        "G5: resuming after 6 invented commit 7",
    );
    caught(
        g5_resumable(&good(), &good()),
        "G5: the second watch did not resume",
    );
}

#[test]
fn g6_catches_a_commit_after_the_progress_that_promised_it() {
    let mut late = good();
    late.messages[4] = progress(8);
    caught(g6_progress(&late), "G6: commit 8 came after Progress at 8");
}

#[test]
fn g7_catches_a_torn_snapshot_a_wrong_count_and_an_overlap() {
    let mut torn = good();
    torn.messages.insert(2, chunk(6, vec![deal(3, 6)]));
    caught(
        g7_seamless(&torn),
        "G7: a snapshot of revision 5 goes on at 6",
    );
    let mut short = good();
    short.messages[2] = snapshot_end(5, 3);
    caught(
        g7_seamless(&short),
        "G7: a snapshot of 2 resources says it has 3",
    );
    let mut overlap = good();
    overlap.messages[3] = batch(vec![commit(5, &[2]), commit(6, &[1])]);
    caught(
        g7_seamless(&overlap),
        "G7: the snapshot is of revision 5, and commit 5 follows",
    );
    let mut newer = good();
    newer.messages[1] = chunk(5, vec![deal(1, 3), deal(2, 6)]);
    caught(g7_seamless(&newer), "G7: a snapshot of revision 5 holds");
    let mut drifted = good();
    drifted.messages[2] = snapshot_end(6, 2);
    caught(
        g7_seamless(&drifted),
        "G7: a snapshot of revision 5 ends at 6",
    );
}

#[test]
fn g8_catches_a_missing_leave_a_missing_enter_and_a_stale_row() {
    let view = good().fold();
    let list = listed(8, [deal(1, 8), deal(2, 7), deal(3, 7)]);
    assert_eq!(g8_view(&view, &list), Ok(()));
    caught(
        g8_view(&view, &listed(8, [deal(1, 8), deal(2, 7)])),
        "G8: the view holds",
    );
    caught(
        g8_view(
            &view,
            &listed(8, [deal(1, 8), deal(2, 7), deal(3, 7), deal(4, 8)]),
        ),
        "G8: List has",
    );
    caught(
        g8_view(&view, &listed(8, [deal(1, 8), deal(2, 8), deal(3, 7)])),
        "G8: (7",
    );
}

#[test]
fn g8_a_removal_leaves_the_view() {
    let mut history = good();
    let removal = v1::Removal {
        kind: v1::Kind::Opportunity as i32,
        id: "opportunities/2".into(),
        left_filter: true,
    };
    let remove = v1::Change {
        change: Some(Changed::Remove(removal)),
    };
    history.messages.push(batch(vec![v1::Commit {
        revision: 9,
        changes: vec![remove],
        ..Default::default()
    }]));
    assert_eq!(
        g8_view(&history.fold(), &listed(9, [deal(1, 8), deal(3, 7)])),
        Ok(())
    );
    assert_eq!(
        g8_view(
            &history.until(8).fold(),
            &listed(8, [deal(1, 8), deal(2, 7), deal(3, 7)])
        ),
        Ok(())
    );
}

#[test]
fn g9_catches_what_was_shown_and_lost_and_a_write_not_read() {
    let after = resumed_after(5, vec![batch(vec![commit(6, &[1]), commit(7, &[2, 3])])]);
    caught(
        g9_durable(&good(), &after),
        "G9: commit 8 was shown and is lost",
    );
    let other = resumed_after(
        5,
        vec![batch(vec![
            commit(6, &[1]),
            commit(7, &[2]),
            commit(8, &[1]),
        ])],
    );
    caught(
        g9_durable(&good(), &other),
        "G9: commit 7 was shown otherwise",
    );
    assert_eq!(g9_durable(&good(), &good()), Ok(()));
    let stale = ReadBack {
        written: 8,
        read: 7,
        found: false,
    };
    caught(g9_reads_own_write(&[stale]), "G9: a write at revision 8");
    let unseen = ReadBack {
        written: 8,
        read: 8,
        found: false,
    };
    caught(g9_reads_own_write(&[unseen]), "G9: a write at revision 8");
    assert_eq!(
        g9_reads_own_write(&[ReadBack {
            written: 8,
            read: 9,
            found: true
        }]),
        Ok(())
    );
}

#[test]
fn g10_catches_an_end_with_ok() {
    let mut ended = good();
    ended.end = End::Ok;
    caught(g10_never_ok(&ended), "G10: the watch ended with OK");
    ended.end = End::Status {
        code: tonic::Code::Unavailable,
        reason: "SERVER_DRAINING".into(),
    };
    assert_eq!(g10_never_ok(&ended), Ok(()));
}
