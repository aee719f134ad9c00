//! The embedded server: a second client joins the first through its socket, and takes over when the first leaves.

use std::process::{Child, Command, Stdio};

use anyhow::Result;
use rustix::process::Signal;
use sluice_tests::{
    client::{Client, connect_unix},
    harness::{Folder, exit_of, signal, sluice},
    recorder::{Recording, Wish},
    sample::Sample,
    validators as v,
    wait::{PATIENCE, eventually},
};

/// A scripting client that watches for good, with a server of its own if it must.
fn watcher(folder: &Folder, name: &str) -> Result<Child> {
    let out = std::fs::File::create(folder.path().join(name))?;
    let log = std::fs::File::options()
        .create(true)
        .append(true)
        .open(folder.log())?;
    Ok(Command::new(sluice()?)
        .arg("--data")
        .arg(folder.data())
        .args(["watch", "-o", "json"])
        .env_remove("SLUICE_SERVER")
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(log)
        .spawn()?)
}

/// Revisions of the commits that a watcher printed.
fn printed(folder: &Folder, name: &str) -> Vec<u64> {
    let text = std::fs::read_to_string(folder.path().join(name)).unwrap_or_default();
    text.lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|it| {
            let revision = it.get("revision")?;
            revision
                .as_u64()
                .or_else(|| revision.as_str()?.parse().ok())
        })
        .collect()
}

async fn reachable(folder: &Folder) -> Result<Client> {
    let socket = folder.data().join(sluice_server::server::SOCKET_NAME);
    eventually("somebody serves the folder", PATIENCE, async || {
        let client = Client::new(connect_unix(&socket).await.ok()?);
        client
            .info()
            .await
            .ok()
            .filter(|it| it.set_up)
            .map(|_| client)
    })
    .await
}

async fn shows(folder: &Folder, name: &str, revision: u64) -> Result<()> {
    let what = format!("{name} shows revision {revision}");
    eventually(&what, PATIENCE, async || {
        printed(folder, name).contains(&revision).then_some(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_owner_leaves_another_takes_over_and_nobody_misses_a_revision() -> Result<()> {
    for how in [Signal::TERM, Signal::KILL] {
        let folder = Folder::new()?;
        let mut sample = Sample::new(1);
        let mut owner = watcher(&folder, "owner")?;
        let client = reachable(&folder).await?;
        let mut guest = watcher(&folder, "guest")?;
        // The guest has joined when it shows what happens.
        let first = eventually("the guest shows a change", PATIENCE, async || {
            let revision = client.create(sample.deal()).await.ok()?.revision;
            let seen = eventually("it shows this one", PATIENCE / 30, async || {
                printed(&folder, "guest").contains(&revision).then_some(())
            })
            .await;
            seen.ok().map(|()| revision)
        })
        .await?;
        shows(&folder, "owner", first).await?;

        signal(owner.id(), how)?;
        exit_of(&mut owner).await?;
        let client = reachable(&folder).await?;
        let created = eventually("a write after the change of hands", PATIENCE, async || {
            client.create(sample.deal()).await.ok()
        })
        .await?;
        shows(&folder, "guest", created.revision).await?;
        let revisions = printed(&folder, "guest");
        let gapless: Vec<u64> = (revisions[0]..=created.revision).collect();
        assert_eq!(
            revisions, gapless,
            "{how:?}: no revision twice, none missing"
        );
        signal(guest.id(), Signal::TERM)?;
        exit_of(&mut guest).await?;

        let server = folder.serve().await?;
        let client = server.client().await?;
        let info = client.info().await?;
        let log = Recording::start(server.channel().await?, &Wish::after(info.oldest_revision));
        let log = log.up_to(info.revision).await?;
        assert_eq!(v::g4_contiguous(&log), Ok(()));
        assert!(info.revision >= created.revision);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scripting_client_works_alone_and_beside_a_server() -> Result<()> {
    let folder = Folder::new()?;
    let run = |arguments: &[&str]| -> Result<serde_json::Value> {
        let output = Command::new(sluice()?)
            .arg("--data")
            .arg(folder.data())
            .args(arguments)
            .args(["-o", "json"])
            .env_remove("SLUICE_SERVER")
            .output()?;
        anyhow::ensure!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(serde_json::from_slice(&output.stdout)?)
    };
    let create = ["opportunity", "create", "--line", "Alone 1200 ^2027-03-15"];
    run(&create)?;
    let server = folder.serve().await?;
    let deals = server.client().await?.all("").await?;
    assert_eq!(deals.len(), 1, "{deals:?}");
    assert_eq!(
        deals[0].amount.clone().unwrap_or_default().amount_minor,
        120_000
    );
    let listed = run(&["opportunity", "list"])?;
    assert!(listed.to_string().contains("Alone"), "{listed}");
    Ok(())
}
