//! SIGTERM: watches are told, calls under way finish, the process ends by itself and in time, whatever clients do.

use anyhow::Result;
use sluice_tests::{
    harness::Folder,
    history::End,
    recorder::{Recording, Wish},
    sample::Sample,
    validators as v,
};
use tokio::io::AsyncReadExt as _;
use tonic::Code;

use sluice_proto::v1::watch_response::Message;

#[tokio::test(flavor = "multi_thread")]
async fn a_drained_server_tells_its_watchers_and_loses_no_write() -> Result<()> {
    let folder = Folder::new()?;
    let server = folder.serve().await?;
    let client = server.client().await?;
    let mut watching = Recording::start(server.channel().await?, &Wish::everything());
    watching.reach(1).await?;
    let mut writers = tokio::task::JoinSet::new();
    for number in 0..4_u64 {
        let client = client.clone();
        writers.spawn(async move {
            let mut sample = Sample::new(number);
            let mut acknowledged = Vec::new();
            while let Ok(answer) = client.create(sample.deal()).await {
                acknowledged.push(answer.opportunity.unwrap_or_default());
            }
            acknowledged
        });
    }
    let so_far = client.info().await?.revision;
    watching.reach(so_far + 20).await?;
    let status = server.drain().await?;
    assert!(status.success(), "{status}: {}", folder.said());
    let mut acknowledged = Vec::new();
    while let Some(done) = writers.join_next().await {
        acknowledged.extend(done?);
    }

    let history = watching.ended().await?;
    assert_eq!(v::check_alone(&history), Ok(()));
    assert_eq!(v::g4_contiguous(&history), Ok(()));
    assert_eq!(
        history.end,
        End::Status {
            code: Code::Unavailable,
            reason: "SERVER_DRAINING".into()
        }
    );
    let last = history.messages.last().and_then(|it| it.message.clone());
    assert!(
        matches!(last, Some(Message::Progress(_))),
        "the last message is {last:?}"
    );

    let server = folder.serve().await?;
    let client = server.client().await?;
    let kept = client.all("").await?;
    for deal in &acknowledged {
        assert!(kept.contains(deal), "{deal:?} was acknowledged and is lost");
    }
    assert!(acknowledged.len() >= 20);
    let resumed = Recording::start(server.channel().await?, &Wish::after(history.revision()))
        .up_to(client.info().await?.revision)
        .await?;
    assert_eq!(v::g2_unique(&[history.clone(), resumed.clone()]), Ok(()));
    assert_eq!(
        resumed.fold_onto(history.fold()).opportunities().len(),
        kept.len()
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_never_speak_cannot_hold_a_draining_server() -> Result<()> {
    let folder = Folder::new()?;
    let server = folder.serve().await?;
    let mut silent = tokio::net::UnixStream::connect(server.socket()).await?;
    let _unread = Recording::start(server.channel().await?, &Wish::everything());
    let status = server.drain().await?;
    assert!(status.success(), "{status}: {}", folder.said());
    let mut rest = Vec::new();
    // Hung up, with whatever greeting it had sent; an error is as good.
    let _ = sluice_tests::wait::within(
        "the silent client is hung up",
        silent.read_to_end(&mut rest),
    )
    .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_leaves_no_socket_behind_and_starts_over_one_left_by_a_crash() -> Result<()> {
    let folder = Folder::new()?;
    let server = folder.serve().await?;
    let socket = server.socket().to_owned();
    server.kill()?;
    assert!(socket.exists(), "a killed server cannot remove its socket");
    let server = folder.serve().await?;
    server.client().await?.info().await?;
    assert!(server.drain().await?.success());
    assert!(!socket.exists(), "a drained server removes its socket");
    Ok(())
}
