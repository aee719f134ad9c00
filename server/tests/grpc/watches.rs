//! Watching over a real connection.

use sluice_proto::v1::{self, watch_request::Start, watch_response::Message};
use tonic::{Code, Streaming};

use crate::support::{Fixture, fields, reason, soon};

async fn next(stream: &mut Streaming<v1::WatchResponse>) -> v1::WatchResponse {
    soon(stream.message())
        .await
        .unwrap()
        .expect("a watch never ends with OK")
}

/// Messages up to and with the one that ends the snapshot: how many resources it had.
async fn snapshot(stream: &mut Streaming<v1::WatchResponse>) -> (v1::Opened, Vec<v1::Resource>) {
    let Some(Message::Opened(opened)) = next(stream).await.message else {
        panic!("Opened comes first")
    };
    let mut resources = Vec::new();
    loop {
        match next(stream).await.message {
            Some(Message::SnapshotChunk(chunk)) => resources.extend(chunk.resources),
            Some(Message::SnapshotEnd(end)) => {
                assert_eq!(end.resource_count as usize, resources.len());
                return (opened, resources);
            }
            other => panic!("not part of a snapshot: {other:?}"),
        }
    }
}

async fn commit(stream: &mut Streaming<v1::WatchResponse>) -> v1::Commit {
    loop {
        match next(stream).await.message {
            Some(Message::CommitBatch(batch)) => return batch.commits.into_iter().next().unwrap(),
            Some(Message::Progress(_)) => {}
            other => panic!("not a commit: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_snapshot_is_followed_by_every_commit_and_a_watch_resumes_after_any_of_them() {
    let fixture = Fixture::start().await;
    let before = fixture.create("Pumps", 100).await;
    let mut stream = fixture
        .watches()
        .watch(v1::WatchRequest::default())
        .await
        .unwrap()
        .into_inner();
    let (opened, resources) = snapshot(&mut stream).await;
    assert_eq!(resources.len(), 3, "workspace, pipeline, deal");
    assert_eq!(opened.head_revision, before.revision);

    let stages = fixture.stages().await;
    let created = fixture.create("Valves", 200).await;
    let request = v1::MoveOpportunityRequest {
        id: created.id.clone(),
        stage_id: stages[2].id.clone(),
        request_id: "move-1".into(),
        ..Default::default()
    };
    let moved = fixture
        .opportunities()
        .move_opportunity(request)
        .await
        .unwrap()
        .into_inner();
    let first = commit(&mut stream).await;
    assert_eq!(first.revision, created.revision);
    assert_eq!(first.actor.unwrap().label.split(':').next(), Some("unix"));
    let second = commit(&mut stream).await;
    assert_eq!(
        (second.revision, second.request_id.as_str()),
        (moved.revision, "move-1")
    );
    let Some(v1::change::Change::Put(resource)) = second.changes[0].change.clone() else {
        panic!("a change is a put")
    };
    assert_eq!(
        resource.resource,
        moved.opportunity.map(v1::resource::Resource::Opportunity)
    );
    let facts: Vec<&v1::event::Fact> = second
        .events
        .iter()
        .filter_map(|event| event.fact.as_ref())
        .collect();
    let Some(v1::event::Fact::Moved(fact)) = facts.first() else {
        panic!("{facts:?}")
    };
    let entry = fact.stage_entry.as_ref().unwrap();
    assert_eq!(
        (entry.movement(), entry.sequence, entry.credited),
        (v1::Movement::Forward, 1, true)
    );
    assert!(
        facts
            .iter()
            .any(|fact| matches!(fact, v1::event::Fact::Scored(entry) if entry.metric == "FLOW"))
    );

    let resume = v1::WatchRequest {
        start: Some(Start::AfterRevision(first.revision)),
        log_id: opened.log_id,
        ..Default::default()
    };
    let mut resumed = fixture.watches().watch(resume).await.unwrap().into_inner();
    assert!(matches!(
        next(&mut resumed).await.message,
        Some(Message::Opened(_))
    ));
    assert_eq!(commit(&mut resumed).await.revision, second.revision);
}

#[tokio::test]
async fn a_filtered_watch_shows_what_enters_and_what_leaves() {
    let fixture = Fixture::start().await;
    let deal = fixture.create("Pumps", 100).await;
    let request = v1::WatchRequest {
        filter: "amount>=500".into(),
        kinds: vec![v1::Kind::Opportunity.into()],
        ..Default::default()
    };
    let mut stream = fixture.watches().watch(request).await.unwrap().into_inner();
    assert!(snapshot(&mut stream).await.1.is_empty());
    for (amount_minor, enters) in [(100_000, true), (100, false)] {
        let amount = Some(v1::Money {
            amount_minor,
            currency_code: String::new(),
        });
        let opportunity = v1::Opportunity {
            id: deal.id.clone(),
            amount,
            ..Default::default()
        };
        let amend = v1::AmendOpportunityRequest {
            opportunity: Some(opportunity),
            ..Default::default()
        };
        fixture
            .opportunities()
            .amend_opportunity(amend)
            .await
            .unwrap();
        let change = commit(&mut stream).await.changes.remove(0).change.unwrap();
        match change {
            v1::change::Change::Put(_) => assert!(enters),
            v1::change::Change::Remove(removal) => {
                assert!(!enters && removal.left_filter);
                assert_eq!(
                    (removal.id.as_str(), removal.kind()),
                    (deal.id.as_str(), v1::Kind::Opportunity)
                );
            }
        }
    }
}

#[tokio::test]
async fn progress_comes_when_nothing_happens() {
    let fixture = Fixture::start().await;
    let interval = prost_types::Duration {
        seconds: 0,
        nanos: 100_000_000,
    };
    let request = v1::WatchRequest {
        progress_interval: Some(interval),
        ..Default::default()
    };
    let mut stream = fixture.watches().watch(request).await.unwrap().into_inner();
    let (opened, _) = snapshot(&mut stream).await;
    let progress = next(&mut stream).await;
    assert_eq!(
        (progress.revision, progress.message),
        (
            opened.head_revision,
            Some(Message::Progress(v1::Progress {}))
        )
    );
}

#[tokio::test]
async fn a_watch_that_cannot_be_is_refused_with_what_to_do() {
    let fixture = Fixture::start().await;
    let after = |revision: u64, log_id: &str| v1::WatchRequest {
        start: Some(Start::AfterRevision(revision)),
        log_id: log_id.into(),
        ..Default::default()
    };
    let interval = Some(prost_types::Duration {
        seconds: 3_600,
        nanos: 0,
    });
    let cases = [
        (after(9_999, ""), Code::FailedPrecondition, "LOG_MISMATCH"),
        (
            after(0, "another"),
            Code::FailedPrecondition,
            "LOG_MISMATCH",
        ),
        (
            v1::WatchRequest {
                filter: "pumps".into(),
                ..Default::default()
            },
            Code::InvalidArgument,
            "INVALID_ARGUMENT",
        ),
        (
            v1::WatchRequest {
                filter: "amount>".into(),
                ..Default::default()
            },
            Code::InvalidArgument,
            "INVALID_FILTER",
        ),
    ];
    for (request, code, wanted) in cases {
        let error = fixture.watches().watch(request).await.unwrap_err();
        assert_eq!(
            (error.code(), reason(&error).as_str()),
            (code, wanted),
            "{error}"
        );
    }
    let request = v1::WatchRequest {
        kinds: vec![0, 99],
        progress_interval: interval,
        ..Default::default()
    };
    let error = fixture.watches().watch(request).await.unwrap_err();
    let mut found = fields(&error);
    found.dedup();
    assert_eq!(found, ["kinds[0]", "kinds[1]", "progress_interval"]);
}
