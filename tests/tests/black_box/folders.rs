//! Data folders that cannot be served: owned by another, of a newer format, corrupt, read-only, full. Each says what to do.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context as _, Result};
use sluice_proto::v1;
use sluice_tests::{
    client::{Client, connect_unix, reason},
    harness::{Folder, exit_of, sluiced},
    sample::{Sample, fill},
    wait::{PATIENCE, eventually},
};
use tonic::Code;

/// Size of the small disk: the server keeps 64 MiB of it free, so little is left to fill.
const SMALL_DISK: &str = "96m";

/// Length of the key of a commit's first value: `l/` and the revision.
const LOG_KEY_BYTES: usize = 10;

/// Starts a second server on the folder and gives what it said when it refused.
async fn refusal(folder: &Folder) -> Result<String> {
    let before = folder.said().len();
    let mut child = folder.sluiced_command()?.spawn()?;
    let status = exit_of(&mut child).await?;
    assert!(!status.success(), "it should not have started");
    assert!(
        status.code().is_some(),
        "it should end by itself, not by a signal: {status}"
    );
    let said = folder.said().split_off(before);
    assert!(!said.contains("panicked"), "{said}");
    assert!(
        said.lines().filter(|line| !line.trim().is_empty()).count() <= 8,
        "a message, not a trace: {said}"
    );
    Ok(said)
}

/// A folder with some deals in it, not served any more.
async fn filled() -> Result<Folder> {
    let folder = Folder::new()?;
    let server = folder.serve().await?;
    fill(&server.client().await?, &mut Sample::new(21), 40).await?;
    server.drain().await?;
    Ok(folder)
}

fn store(folder: &Folder) -> Result<PathBuf> {
    let data = folder.data();
    let current = fs::read_to_string(data.join("CURRENT"))?;
    Ok(data.join(current.trim()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_on_the_same_folder_is_refused_and_the_first_goes_on() -> Result<()> {
    let folder = Folder::new()?;
    let server = folder.serve().await?;
    let said = refusal(&folder).await?;
    assert!(
        said.contains("in use by") && said.contains("data"),
        "{said}"
    );
    let client = server.client().await?;
    client.create(Sample::new(1).deal()).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_a_newer_format_is_refused_and_left_alone() -> Result<()> {
    let folder = filled().await?;
    let before = {
        let db = sled::open(store(&folder)?)?;
        let raw = db.get(b"m/format")?.context("the format")?;
        let mut newer = sluice_server::store::Batch::default();
        sluice_server::store::row::put(&mut newer, b"m/format", &99_u32.to_be_bytes(), 0)?;
        for (key, value) in newer.writes {
            db.insert(key, value.context("a row that is put")?)?;
        }
        db.flush()?;
        raw
    };
    let said = refusal(&folder).await?;
    assert!(said.contains("newer"), "{said}");
    let db = sled::open(store(&folder)?)?;
    db.insert(b"m/format", before)?;
    db.flush()?;
    drop(db);
    let server = folder.serve().await?;
    assert_eq!(
        server.client().await?.all("").await?.len(),
        40,
        "nothing was touched"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrupt_row_is_named_and_nothing_is_served() -> Result<()> {
    let folder = filled().await?;
    {
        let db = sled::open(store(&folder)?)?;
        let (key, value) = db
            .scan_prefix(b"e/")
            .filter_map(Result::ok)
            .max_by_key(|(_, value)| value.len())
            .context("a row")?;
        let mut bytes = value.to_vec();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x10;
        db.insert(key, bytes)?;
        db.flush()?;
    }
    let said = refusal(&folder).await?;
    assert!(said.contains("corrupt") && said.contains("e/"), "{said}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_missing_is_noticed() -> Result<()> {
    let folder = filled().await?;
    {
        let db = sled::open(store(&folder)?)?;
        let mut log = db.scan_prefix(b"l/").keys().rev().filter_map(Result::ok);
        let last = log.next().context("a commit")?;
        // A long row goes on under its key followed by a number: all of it goes.
        let revision = last
            .get(..LOG_KEY_BYTES)
            .context("a key of the log")?
            .to_vec();
        for key in db.scan_prefix(&revision).keys() {
            db.remove(key?)?;
        }
        db.flush()?;
    }
    let said = refusal(&folder).await?;
    assert!(
        said.contains("revision") || said.contains("commit"),
        "{said}"
    );
    Ok(())
}

/// A command that first mounts something for itself alone: no privilege needed, nothing left behind. None where the
/// system does not allow it. The script finds the data folder in `$0` and must end with `exec "$@"`.
fn with_mounts(folder: &Folder, script: &str) -> Option<Command> {
    let command = || {
        let mut command = Command::new("unshare");
        command
            .args(["--map-root-user", "--mount", "sh", "-c", script])
            .arg(folder.data());
        command
    };
    let possible = command().arg("true").output();
    if possible.is_ok_and(|it| it.status.success()) {
        return Some(command());
    }
    println!("skipped: unshare --map-root-user --mount is not allowed here");
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_folder_is_refused_by_name() -> Result<()> {
    let folder = filled().await?;
    let script = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && exec \"$@\"";
    let Some(mut command) = with_mounts(&folder, script) else {
        return Ok(());
    };
    let log = fs::File::create(folder.log())?;
    command
        .arg(sluiced()?)
        .arg("--data")
        .arg(folder.data())
        .stdout(log.try_clone()?)
        .stderr(log);
    let status = exit_of(&mut command.spawn()?).await?;
    let said = folder.said();
    assert_eq!(status.code(), Some(2), "{said}");
    assert!(
        said.contains(&folder.data().display().to_string()),
        "{said}"
    );
    assert!(said.to_lowercase().contains("read-only"), "{said}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_is_no_folder_is_refused_by_name() -> Result<()> {
    let folder = Folder::new()?;
    fs::write(folder.data(), "a file")?;
    let said = refusal(&folder).await?;
    assert!(
        said.contains(&folder.data().display().to_string()),
        "{said}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plaintext_listener_that_others_can_reach_needs_a_word() -> Result<()> {
    let folder = Folder::new()?;
    let mut child = folder
        .sluiced_command()?
        .args(["--listen", "0.0.0.0:0"])
        .spawn()?;
    let status = exit_of(&mut child).await?;
    assert!(!status.success());
    assert!(folder.said().contains("--insecure"), "{}", folder.said());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_writes_and_keeps_what_was_acknowledged() -> Result<()> {
    let folder = Folder::new()?;
    fs::create_dir(folder.data())?;
    let socket = folder.path().join("outside.sock");
    let script = format!("mount -t tmpfs -o size={SMALL_DISK} tmpfs \"$0\" && exec \"$@\"");
    let Some(mut command) = with_mounts(&folder, &script) else {
        return Ok(());
    };
    let log = fs::File::create(folder.log())?;
    let mut child = command
        .arg(sluiced()?)
        .arg("--data")
        .arg(folder.data())
        .arg("--unix")
        .arg(&socket)
        .args(["--time-zone", "UTC", "--currency", "USD"])
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()?;
    let outcome = fill_up(&socket).await;
    child.kill()?;
    child.wait()?;
    outcome.with_context(|| folder.said())
}

async fn fill_up(socket: &std::path::Path) -> Result<()> {
    let client = eventually(
        "the server on the small disk answers",
        PATIENCE,
        async || {
            let client = Client::new(connect_unix(socket).await.ok()?);
            client
                .info()
                .await
                .ok()
                .filter(|it| it.set_up)
                .map(|_| client)
        },
    )
    .await?;
    let pipeline = client.pipeline().await?;
    let stages = sluice_tests::client::stages(&pipeline, v1::StageKind::Open);
    let mut sample = Sample::new(31);
    let mut acknowledged = 0;
    let refused = loop {
        anyhow::ensure!(acknowledged < 200_000, "the small disk never got full");
        let rows = (acknowledged..acknowledged + 50).map(|number| v1::ImportedOpportunity {
            note: "x".repeat(1_500),
            ..sample.imported(number, &pipeline, &stages)
        });
        let request = v1::ImportOpportunitiesRequest {
            opportunities: rows.collect(),
            ..Default::default()
        };
        match client.imports.clone().import_opportunities(request).await {
            Ok(_) => acknowledged += 50,
            Err(status) => break status,
        }
    };
    assert_eq!(
        (refused.code(), reason(&refused).as_str()),
        (Code::ResourceExhausted, "DISK_FULL"),
        "{refused:?}"
    );
    assert!(acknowledged > 0, "not even one import fitted");
    assert_eq!(
        client.all("").await?.len() as u64,
        acknowledged,
        "all that was acknowledged, and nothing more"
    );
    let again = client
        .create(sample.deal())
        .await
        .expect_err("the disk is still full");
    assert_eq!(again.code(), Code::ResourceExhausted);
    Ok(())
}
