//! The watch contract G1–G10 over real gRPC: concurrent writers, filters, resumes at every revision, slow readers.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use sluice_proto::v1::{self, watch_service_client::WatchServiceClient};
use sluice_tests::{
    client::{Client, connect_unix, mask, reason},
    harness::Folder,
    history::{End, History, Start, View},
    recorder::{Recording, Wish},
    sample::{Sample, seed},
    validators as v,
    wait::within,
};
use tonic::Code;

use crate::traffic::{Writer, write_concurrently};

/// What a manager may look at; each depends on other fields, and deals enter and leave all of them.
const FILTERS: [&str; 10] = [
    "amount>=1000000",
    "stage:2",
    "~acme",
    "status:open",
    "!renamed status:open",
    "status:lost",
    "archived:true",
    "(stage:2 or stage:3) !archived:true",
    "not (status:open or archived:true) or amount<500k",
    "moves>=2 level:flowing (push_count:0 or ~acme)",
];

fn passes(verdict: v::Verdict) {
    if let Err(violation) = verdict {
        panic!("{violation}");
    }
}

/// A watcher that lets go and resumes again and again until `head` is known and reached.
async fn resume_again_and_again(
    socket: PathBuf,
    wish: Wish,
    mut head: tokio::sync::watch::Receiver<Option<u64>>,
    seed: u64,
) -> Result<Vec<History>> {
    let mut sample = Sample::new(seed);
    let mut sessions: Vec<History> = Vec::new();
    let mut start = wish.start;
    loop {
        let mut recording = Recording::start(connect_unix(&socket).await?, &wish.from(start));
        let so_far = match start {
            Start::After(revision) => revision,
            Start::Snapshot => 0,
        };
        // A few commits further, or to the end once the writers are done.
        let aim = so_far + 1 + sample.below(12);
        let beyond = async {
            head.wait_for(|it| it.is_some_and(|end| end < aim))
                .await
                .ok()
                .and_then(|it| *it)
        };
        tokio::select! {
            reached = recording.reach(aim) => reached?,
            end = beyond => recording.reach(end.context("the head")?).await?,
        }
        let history = recording.let_go();
        let revision = history.revision();
        sessions.push(history);
        if head.borrow().is_some_and(|end| revision >= end) {
            return Ok(sessions);
        }
        start = Start::After(revision);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_guarantee_holds_under_concurrent_writers_and_resumes() -> Result<()> {
    let seed = seed(1);
    let folder = Folder::new()?;
    let server = folder.serve().await?;
    let client = server.client().await?;
    let reference = Recording::start(server.channel().await?, &Wish::after(0));
    let deals = Recording::start(server.channel().await?, &Wish::deals(""));
    let (say_head, head) = tokio::sync::watch::channel(None);
    let socket = server.socket().to_owned();
    let resuming = tokio::spawn(resume_again_and_again(
        socket,
        Wish::everything(),
        head,
        seed,
    ));

    let first = write_concurrently(&client, 4, 40, seed).await?;
    let midway = Recording::start(server.channel().await?, &Wish::everything());
    let second = write_concurrently(&client, 4, 40, seed.wrapping_add(100)).await?;

    let end = client.info().await?.revision;
    say_head.send_replace(Some(end));
    let reference = reference.up_to(end).await?;
    passes(v::check_alone(&reference));
    passes(v::g4_contiguous(&reference));
    for recording in [deals, midway] {
        passes(v::check_against(&recording.up_to(end).await?, &reference));
    }
    passes(v::g9_reads_own_write(&first));
    passes(v::g9_reads_own_write(&second));

    let sessions = within("the resuming watcher ends", resuming).await???;
    assert!(
        sessions.len() > 3,
        "it resumed {} times only",
        sessions.len()
    );
    passes(v::g2_unique(&sessions));
    let mut view = View::default();
    for session in &sessions {
        passes(v::check_alone(session));
        if matches!(session.start, Start::After(_)) {
            passes(v::g5_resumable(&reference, session));
        }
        view = session.fold_onto(view);
    }
    view.resources
        .retain(|(kind, _), _| *kind == v1::Kind::Opportunity as i32);
    let mut listed = client.list_view("").await?;
    listed
        .resources
        .extend(client.list_view("archived:true").await?.resources);
    passes(v::g8_view(&view, &listed));
    assert_eq!(reference.fold().opportunities(), view.opportunities());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filtered_view_folded_is_what_list_answers_at_that_revision() -> Result<()> {
    let seed = seed(2);
    let folder = Folder::new()?;
    let server = folder.serve().await?;
    let client = server.client().await?;
    write_concurrently(&client, 1, 30, seed).await?;
    let mut recordings = Vec::new();
    for filter in FILTERS {
        recordings.push((
            filter,
            Recording::start(server.channel().await?, &Wish::deals(filter)),
        ));
    }
    for (_, recording) in &mut recordings {
        recording.reach(1).await?;
    }
    let mut lists: Vec<(&str, View)> = Vec::new();
    let mut writer = Writer::new(client.clone(), seed.wrapping_add(7)).await?;
    for round in 0..60_usize {
        writer.run(4).await?;
        let filter = FILTERS[round % FILTERS.len()];
        lists.push((filter, client.list_view(filter).await?));
    }
    let end = client.info().await?.revision;
    let mut compared = 0;
    let mut left = 0;
    for (filter, recording) in recordings {
        let history = recording.up_to(end).await?;
        passes(v::check_alone(&history));
        for (_, listed) in lists.iter().filter(|(of, _)| *of == filter) {
            let view = history.until(listed.revision).fold();
            if let Err(violation) = v::g8_view(&view, listed) {
                panic!("filter {filter:?}: {violation}");
            }
            compared += 1;
        }
        left += removals(&history);
    }
    assert!(
        compared >= 60 && left > 20,
        "compared {compared} views, {left} deals left one"
    );
    Ok(())
}

fn removals(history: &History) -> usize {
    history
        .commits()
        .flat_map(|commit| &commit.changes)
        .filter(|it| matches!(&it.change, Some(v1::change::Change::Remove(removal)) if removal.left_filter))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_what_deals_refer_to_reaches_the_views_of_deals() -> Result<()> {
    let folder = Folder::new()?;
    let server = folder.serve().await?;
    let client = server.client().await?;
    let member = v1::Member {
        name: "Kim".into(),
        ..Default::default()
    };
    let request = v1::CreateMemberRequest {
        member: Some(member),
        ..Default::default()
    };
    let kim = client
        .members
        .clone()
        .create_member(request)
        .await?
        .into_inner()
        .member
        .context("Kim")?;
    let mut sample = Sample::new(3);
    let deal = v1::Opportunity {
        owner_id: kim.id.clone(),
        ..sample.deal()
    };
    client.create(deal).await?;
    let mut watched = Vec::new();
    for filter in ["", "owner:kim", "stage:fresh", "status:open"] {
        watched.push((
            filter,
            Recording::start(server.channel().await?, &Wish::deals(filter)),
        ));
    }
    for (_, recording) in &mut watched {
        recording.reach(1).await?;
    }

    let renamed = v1::Member {
        id: kim.id.clone(),
        name: "Lee".into(),
        ..Default::default()
    };
    let request = v1::UpdateMemberRequest {
        member: Some(renamed),
        update_mask: Some(mask(&["name"])),
        ..Default::default()
    };
    client.members.clone().update_member(request).await?;
    let stage = client
        .pipeline()
        .await?
        .stages
        .first()
        .cloned()
        .context("a stage")?;
    let stage = v1::Stage {
        name: "Fresh".into(),
        win_probability_bp: 1_234,
        ..stage
    };
    let request = v1::UpdateStageRequest {
        stage: Some(stage),
        update_mask: Some(mask(&["name", "win_probability_bp"])),
        ..Default::default()
    };
    client.pipelines.clone().update_stage(request).await?;

    let end = client.info().await?.revision;
    let mut told_to_start_over = Vec::new();
    for (filter, mut recording) in watched {
        if recording.reach(end).await.is_err() {
            // What the filter means has changed: allowed, if the client is told to take a new snapshot.
            let over = End::Status {
                code: Code::Aborted,
                reason: "VIEW_CHANGED".into(),
            };
            assert_eq!(recording.let_go().end, over, "filter {filter:?}");
            told_to_start_over.push(filter);
            recording = Recording::start(server.channel().await?, &Wish::deals(filter));
        }
        let view = recording.up_to(end).await?.fold();
        if let Err(violation) = v::g8_view(&view, &client.list_view(filter).await?) {
            panic!("filter {filter:?}: {violation}");
        }
    }
    assert!(
        !told_to_start_over.contains(&""),
        "a watch without a filter goes on"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_resumes_at_every_revision() -> Result<()> {
    let seed = seed(4);
    let folder = Folder::new()?;
    let server = folder.serve().await?;
    let client = server.client().await?;
    write_concurrently(&client, 2, 30, seed).await?;
    let info = client.info().await?;
    let reference = Recording::start(server.channel().await?, &Wish::after(info.oldest_revision))
        .up_to(info.revision)
        .await?;
    let whole = reference.fold();
    for revision in info.oldest_revision..=info.revision {
        let resumed = Recording::start(server.channel().await?, &Wish::after(revision))
            .up_to(info.revision)
            .await?;
        passes(v::check_alone(&resumed));
        passes(v::g4_contiguous(&resumed));
        passes(v::g5_resumable(&reference, &resumed));
        let before = reference.until(revision).fold();
        assert_eq!(resumed.fold_onto(before), whole, "resumed after {revision}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_stops_reading_misses_nothing_and_stalls_nobody() -> Result<()> {
    let folder = Folder::new()?;
    let server = folder.serve().await?;
    let client = server.client().await?;
    let mut slow = WatchServiceClient::new(server.channel().await?);
    let mut unread = slow.watch(Wish::after(0).request()).await?.into_inner();
    // Far more than the windows of one HTTP/2 stream hold, so that the server has to stop sending.
    let note = "x".repeat(1_500);
    let mut tasks = tokio::task::JoinSet::new();
    for writer in 0..16_u64 {
        let (client, note) = (client.clone(), note.clone());
        tasks.spawn(async move {
            let mut sample = Sample::new(writer);
            for _ in 0..60 {
                let deal = v1::Opportunity {
                    note: note.clone(),
                    ..sample.deal()
                };
                client.create(deal).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = within(
        "the writers go on beside a reader that stopped",
        tasks.join_next(),
    )
    .await?
    {
        done??;
    }
    let end = client.info().await?.revision;
    let mut history = History {
        start: Start::After(0),
        filter: String::new(),
        kinds: Vec::new(),
        messages: Vec::new(),
        end: End::LetGo,
    };
    while history.revision() < end || history.messages.len() < 2 {
        let message = within("the slow reader catches up", unread.message()).await??;
        history
            .messages
            .push(message.context("the watch ended with OK")?);
    }
    passes(v::check_alone(&history));
    passes(v::g4_contiguous(&history));
    Ok(())
}

async fn refused(client: &Client, request: v1::WatchRequest) -> Result<(Code, String)> {
    let mut watches = WatchServiceClient::new(client.channel.clone());
    let status = match watches.watch(request).await {
        Err(status) => status,
        Ok(response) => {
            let mut stream = response.into_inner();
            loop {
                match within("the watch is refused", stream.message()).await? {
                    Ok(Some(v1::WatchResponse {
                        message: Some(v1::watch_response::Message::Opened(_)),
                        ..
                    })) => {}
                    Ok(other) => anyhow::bail!("not refused: {other:?}"),
                    Err(status) => break status,
                }
            }
        }
    };
    Ok((status.code(), reason(&status)))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_that_cannot_be_resumed_says_why() -> Result<()> {
    let folder = Folder::new()?;
    let server = folder.serve().await?;
    let client = server.client().await?;
    let head = client.info().await?.revision;
    let future = Wish::after(head + 1_000).request();
    assert_eq!(
        refused(&client, future).await?,
        (Code::FailedPrecondition, "LOG_MISMATCH".into())
    );
    let elsewhere = v1::WatchRequest {
        log_id: "01ANOTHER".into(),
        ..Wish::after(0).request()
    };
    assert_eq!(
        refused(&client, elsewhere).await?,
        (Code::FailedPrecondition, "LOG_MISMATCH".into())
    );
    let own = v1::WatchRequest {
        log_id: client.info().await?.log_id,
        ..Wish::after(head).request()
    };
    let mut watches = WatchServiceClient::new(server.channel().await?);
    let mut stream = watches.watch(own).await?.into_inner();
    let opened = within("the watch opens", stream.message())
        .await??
        .and_then(|it| it.message);
    assert!(
        matches!(opened, Some(v1::watch_response::Message::Opened(_))),
        "{opened:?}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_needs_one_kind_and_a_bad_one_names_its_position() -> Result<()> {
    let folder = Folder::new()?;
    let server = folder.serve().await?;
    let client = server.client().await?;
    let many = Wish {
        filter: "acme".into(),
        ..Wish::everything()
    };
    assert_eq!(
        refused(&client, many.request()).await?.0,
        Code::InvalidArgument
    );
    let bad = Wish::deals("stage:2 amount>=lots");
    let mut watches = WatchServiceClient::new(client.channel.clone());
    let status = watches
        .watch(bad.request())
        .await
        .expect_err("refused at once");
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    assert_eq!(sluice_tests::client::wrong_fields(&status), ["filter"]);
    assert!(
        status.message().contains("16") || format!("{status:?}").contains("16"),
        "{status:?}"
    );
    Ok(())
}
