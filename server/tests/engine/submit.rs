//! Submitting: request ids, etags, deadlines, validation, full queues, many at once.

use std::time::{Duration, Instant};

use futures_util::FutureExt;
use sluice_domain::{EntityKey, EntityKind, OpportunityId};
use sluice_server::engine::{Submission, SubmitError};
use sluice_server::store::memory::MemoryDisk;

use crate::support::{
    Bench, TempFolder, actor, create_deal, create_team, fill, move_deal, rename_deal, submit,
    submit_as,
};

#[tokio::test]
async fn a_repeated_request_gets_the_same_commit_and_resource_even_after_a_restart() {
    let (bench, folder) = (Bench::new(), TempFolder::new());
    let engine = bench.on_disk(folder.path());
    fill(&engine, 1).await;
    let first = submit_as(&engine, "request 1", create_deal("twice?", 5))
        .await
        .unwrap();
    let id = first.subject.unwrap().id;
    submit(&engine, rename_deal(id, "renamed since"))
        .await
        .unwrap();

    let again = submit_as(&engine, "request 1", create_deal("twice?", 5))
        .await
        .unwrap();
    assert_eq!(again.revision, first.revision);
    assert_eq!(again.resource, first.resource, "as the first one left it");
    assert_eq!(engine.snapshot().opportunity_count(), 2);

    engine.shutdown().await;
    let engine = bench.on_disk(folder.path());
    let again = submit_as(&engine, "request 1", create_deal("twice?", 5))
        .await
        .unwrap();
    assert_eq!(again.revision, first.revision);
    assert_eq!(again.resource, first.resource);
    assert_eq!(again.commit.unwrap().revision, first.revision);
    assert_eq!(engine.snapshot().opportunity_count(), 2);
    assert!(matches!(
        submit_as(&engine, "request 1", create_deal("other", 5)).await,
        Err(SubmitError::RequestIdReused)
    ));
}

#[tokio::test]
async fn a_request_repeated_while_the_first_one_waits_makes_one_commit() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    fill(&engine, 0).await;
    let same = (0..20).map(|_| submit_as(&engine, "request", create_deal("one", 5)));
    let outcomes = futures_util::future::join_all(same).await;
    let revisions: Vec<u64> = outcomes.into_iter().map(|o| o.unwrap().revision).collect();
    assert_eq!(revisions, vec![2; 20]);
    assert_eq!(engine.snapshot().opportunity_count(), 1);
}

#[tokio::test]
async fn a_rejected_request_is_judged_again_when_repeated() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    fill(&engine, 0).await;
    let early = submit_as(&engine, "request", rename_deal(1, "now there")).await;
    assert!(matches!(early, Err(SubmitError::Rejected(_))));
    submit(&engine, create_deal("there", 5)).await.unwrap();
    submit_as(&engine, "request", rename_deal(1, "now there"))
        .await
        .unwrap();
}

#[tokio::test]
async fn outcomes_are_forgotten_after_a_day() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    fill(&engine, 0).await;
    submit_as(&engine, "request", create_deal("one", 5))
        .await
        .unwrap();
    let outcomes = |disk: &MemoryDisk| disk.keys().iter().filter(|k| k[0] == b'q').count();
    assert_eq!(outcomes(&disk), 2);
    bench.clock.advance_micros(24 * 60 * 60 * 1_000_000 + 1);
    let patience = Instant::now() + crate::support::PATIENCE;
    while outcomes(&disk) > 0 {
        assert!(Instant::now() < patience, "outcomes are kept");
        tokio::task::yield_now().await;
    }
    submit_as(&engine, "request", create_deal("one", 5))
        .await
        .unwrap();
    assert_eq!(engine.snapshot().opportunity_count(), 2);
}

#[tokio::test]
async fn a_stale_etag_is_refused_with_the_current_one() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    fill(&engine, 1).await;
    let key = EntityKey::new(EntityKind::Opportunity, 1);
    let seen = engine.snapshot().entity(key).unwrap().etag();
    let mut submission = Submission::new(rename_deal(1, "mine"), actor());
    submission.expected_etag = Some((key, seen.clone()));
    engine.submit(submission.clone()).await.unwrap();
    match engine.submit(submission).await {
        Err(SubmitError::EtagMismatch {
            expected, current, ..
        }) => {
            assert_eq!((expected.as_str(), current.as_str()), (seen.as_str(), "r3"));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn validation_shows_the_result_and_commits_nothing() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    fill(&engine, 1).await;
    let mut submission = Submission::new(rename_deal(1, "perhaps"), actor());
    submission.validate_only = true;
    let outcome = engine.submit(submission).await.unwrap();
    assert_eq!((outcome.revision, outcome.commit), (2, None));
    let Some(sluice_domain::Entity::Opportunity(deal)) = outcome.resource else {
        panic!("no resource");
    };
    assert_eq!(&*deal.name, "perhaps");
    let state = engine.snapshot();
    assert_eq!(
        &*state.opportunity(OpportunityId(1)).unwrap().name,
        "deal 1"
    );
    assert_eq!(state.revision(), 2);
}

#[tokio::test]
async fn a_command_whose_deadline_has_passed_is_dropped() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    fill(&engine, 0).await;
    let mut submission = Submission::new(create_team("late"), actor());
    submission.deadline = Some(Instant::now() - Duration::from_millis(1));
    assert!(matches!(
        engine.submit(submission).await,
        Err(SubmitError::DeadlineExpired)
    ));
    assert_eq!(engine.snapshot().team_count(), 0);
}

#[tokio::test]
async fn a_full_queue_refuses_with_a_delay_and_loses_nothing_it_took() {
    let (mut bench, disk) = (Bench::new(), MemoryDisk::new());
    bench.limits.queued_commands = 2;
    let engine = bench.in_memory(&disk);
    fill(&engine, 0).await;
    let many = (0..200).map(|n| submit(&engine, create_team(&format!("team {n}"))).boxed());
    let outcomes = futures_util::future::join_all(many).await;
    let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let refused = outcomes
        .iter()
        .filter(
            |o| matches!(o, Err(SubmitError::QueueFull { retry_after }) if !retry_after.is_zero()),
        )
        .count();
    assert!(refused > 0);
    assert_eq!(done + refused, 200);
    assert_eq!(engine.snapshot().team_count(), done);
}

#[tokio::test]
async fn many_at_once_get_revisions_of_their_own_and_share_groups() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    fill(&engine, 0).await;
    let before = disk.commits();
    let many = (0..500).map(|n| submit(&engine, create_team(&format!("team {n}"))).boxed());
    let outcomes = futures_util::future::join_all(many).await;
    let mut revisions: Vec<u64> = outcomes
        .iter()
        .map(|outcome| {
            let outcome = outcome.as_ref().unwrap();
            assert!(
                outcome.state.revision() >= outcome.revision,
                "reads its own write"
            );
            outcome.revision
        })
        .collect();
    revisions.sort_unstable();
    assert_eq!(revisions, (2..=501).collect::<Vec<u64>>());
    assert!(disk.commits() - before < 400, "groups are shared");
}

#[tokio::test]
async fn a_command_that_changes_nothing_makes_no_commit() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    fill(&engine, 1).await;
    let outcome = submit(&engine, rename_deal(1, "deal 1")).await.unwrap();
    assert_eq!((outcome.revision, outcome.commit), (2, None));
}

#[tokio::test]
async fn a_move_answers_with_the_deal_it_moved() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    fill(&engine, 1).await;
    let state = engine.snapshot();
    let stages = &state.default_pipeline().unwrap().stages;
    let outcome = submit(&engine, move_deal(1, stages[1].id.0)).await.unwrap();
    let key = EntityKey::new(EntityKind::Opportunity, 1);
    assert_eq!(outcome.subject, Some(key));
    assert_eq!(outcome.resource, outcome.state.entity(key));
    assert!(outcome.commit.unwrap().changes.iter().any(|c| c.key == key));
}
