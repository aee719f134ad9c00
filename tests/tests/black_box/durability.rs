//! kill -9 at random during load: every acknowledged revision is there after the restart, nothing half-written is.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Arc, Mutex},
};

use anyhow::{Context as _, Result};
use sluice_proto::v1;
use sluice_tests::{
    client::Client,
    harness::{Daemon, Folder},
    history::History,
    recorder::{Recording, Wish},
    sample::{Sample, seed},
    validators as v,
    wait::{PATIENCE, eventually},
};
use tokio::task::JoinSet;

/// Kills in all.
const ROUNDS: u64 = 100;
/// Kills on one folder, after which a fresh one is taken: each start reads everything.
const ROUNDS_PER_FOLDER: u64 = 20;
/// Writers at once.
const WRITERS: u64 = 8;
/// Most writes acknowledged before a kill.
const MOST_WRITES: u64 = 150;
/// Most looks at a starting process before it is killed; a look takes about a microsecond.
const MOST_LOOKS: u64 = 80_000;

/// One create that was sent, and what the server said if it said anything.
#[derive(Clone)]
struct Sent {
    request_id: String,
    deal: v1::Opportunity,
    /// Revision and id, once acknowledged.
    acknowledged: Option<(u64, String)>,
}

/// Writers that go on until the server is gone.
fn load(client: &Client, round: u64, seed: u64, sent: &Arc<Mutex<Vec<Sent>>>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    for writer in 0..WRITERS {
        let (client, sent) = (client.clone(), Arc::clone(sent));
        let mut sample = Sample::new(seed ^ (round << 16) ^ writer);
        tasks.spawn(async move {
            for number in 0.. {
                let request_id = format!("{round}-{writer}-{number}");
                let deal = v1::Opportunity {
                    external_id: request_id.clone(),
                    ..sample.deal()
                };
                let place = {
                    let mut all = sent.lock().unwrap();
                    all.push(Sent {
                        request_id: request_id.clone(),
                        deal: deal.clone(),
                        acknowledged: None,
                    });
                    all.len() - 1
                };
                let Ok(answer) = client.create_as(deal, &request_id).await else {
                    return;
                };
                let id = answer.opportunity.unwrap_or_default().id;
                sent.lock().unwrap()[place].acknowledged = Some((answer.revision, id));
            }
        });
    }
    tasks
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_kills_during_load_lose_nothing_that_was_acknowledged() -> Result<()> {
    let seed = seed(100);
    let mut chance = Sample::new(seed);
    let mut acknowledged = 0;
    let mut undecided_kept = 0;
    for first in (0..ROUNDS).step_by(usize::try_from(ROUNDS_PER_FOLDER)?) {
        let folder = Folder::new()?;
        let mut server = folder.serve().await?;
        let mut earlier: Vec<Sent> = Vec::new();
        for round in first..first + ROUNDS_PER_FOLDER {
            let sent = Arc::new(Mutex::new(Vec::new()));
            let client = server.client().await?;
            let head = client.info().await?.revision;
            let watched = Recording::start(server.channel().await?, &Wish::after(head));
            let mut tasks = load(&client, round, seed, &sent);
            let moment = usize::try_from(chance.below(MOST_WRITES))?;
            eventually("enough load", PATIENCE, async || {
                let answered = sent
                    .lock()
                    .unwrap()
                    .iter()
                    .filter(|it| it.acknowledged.is_some())
                    .count();
                (answered >= moment).then_some(())
            })
            .await?;
            server.kill()?;
            while tasks.join_next().await.is_some() {}
            let shown = watched.ended().await?;

            server = folder.serve().await?;
            let this_round = std::mem::take(&mut *sent.lock().unwrap());
            let (kept, decided) = inspect(&server, &shown, &this_round, &earlier)
                .await
                .with_context(|| format!("round {round}, seed {seed}"))?;
            acknowledged += decided;
            undecided_kept += kept;
            earlier.extend(this_round);
        }
    }
    println!(
        "{ROUNDS} kills, {acknowledged} acknowledged writes all there, {undecided_kept} unacknowledged ones found whole"
    );
    assert!(acknowledged > ROUNDS, "too little load to mean anything");
    Ok(())
}

/// Checks a restarted server against what was sent before. Gives how many unacknowledged writes had come through, and how
/// many were acknowledged.
async fn inspect(
    server: &Daemon,
    shown: &History,
    sent: &[Sent],
    earlier: &[Sent],
) -> Result<(u64, u64)> {
    let client = server.client().await?;
    let info = client.info().await?;
    let log = Recording::start(server.channel().await?, &Wish::after(info.oldest_revision))
        .up_to(info.revision)
        .await?;
    for verdict in [
        v::check_alone(&log),
        v::g4_contiguous(&log),
        v::g9_durable(shown, &log),
        v::g10_never_ok(shown),
    ] {
        verdict.map_err(anyhow::Error::msg)?;
    }
    let folded = log.fold().opportunities();
    let listed: BTreeMap<u64, v1::Opportunity> = client
        .all("")
        .await?
        .into_iter()
        .map(|it| (sluice_tests::history::number(&it.id), it))
        .collect();
    anyhow::ensure!(folded == listed, "the log folded and the list differ");

    let by_request: BTreeMap<&str, &v1::Opportunity> = listed
        .values()
        .map(|it| (it.external_id.as_str(), it))
        .collect();
    let known: BTreeSet<&str> = sent
        .iter()
        .chain(earlier)
        .map(|it| it.request_id.as_str())
        .collect();
    for request_id in by_request.keys() {
        anyhow::ensure!(known.contains(request_id), "{request_id:?} was never sent");
    }
    let mut decided = 0;
    let mut kept = 0;
    for one in sent {
        let found = by_request.get(one.request_id.as_str());
        if let Some(deal) = found {
            anyhow::ensure!(
                deal.name == one.deal.name
                    && deal.amount.as_ref().map(|it| it.amount_minor)
                        == one.deal.amount.as_ref().map(|it| it.amount_minor)
                    && deal.expected_contract_date == one.deal.expected_contract_date,
                "{} is half-written: {deal:?}",
                one.request_id
            );
        }
        match &one.acknowledged {
            Some((revision, id)) => {
                let deal = found
                    .with_context(|| format!("{} was acknowledged and is lost", one.request_id))?;
                anyhow::ensure!(
                    deal.id == *id && deal.revision == *revision,
                    "{} changed: {deal:?}",
                    one.request_id
                );
                decided += 1;
            }
            None => kept += u64::from(found.is_some()),
        }
    }
    repeat_some(&client, sent).await?;
    scores_match(&client, listed.len()).await?;
    Ok((kept, decided))
}

/// The same request id gives the same outcome after the restart; one that never came through is done now, once.
async fn repeat_some(client: &Client, sent: &[Sent]) -> Result<()> {
    let step = (sent.len() / 10).max(1);
    // The last ones sent are those the kill met under way.
    let some = sent
        .iter()
        .rev()
        .take(2 * usize::try_from(WRITERS)?)
        .chain(sent.iter().step_by(step));
    let mut done = BTreeSet::new();
    for one in some {
        if one.acknowledged.is_none() {
            // Repeated below as well, but it is not known what it must answer; it must be there once.
            done.insert(one.request_id.clone());
        }
        let answer = client.create_as(one.deal.clone(), &one.request_id).await?;
        if let Some((revision, id)) = &one.acknowledged {
            let again = answer.opportunity.unwrap_or_default().id;
            anyhow::ensure!(
                again == *id && answer.revision == *revision,
                "{} repeated gave {again} at {} and not {id} at {revision}",
                one.request_id,
                answer.revision
            );
        }
    }
    let all = client.all("").await?;
    for request_id in &done {
        let times = all
            .iter()
            .filter(|it| it.external_id == *request_id)
            .count();
        anyhow::ensure!(
            times == 1,
            "{request_id} is there {times} times after it was repeated"
        );
    }
    Ok(())
}

/// A deal and its NEW score entry are one commit: none is there without the other.
async fn scores_match(client: &Client, listed_before: usize) -> Result<()> {
    let deals = client.all("").await?.len();
    let request = v1::QueryMetricsRequest {
        by: v1::MetricSubject::Workspace as i32,
        ..Default::default()
    };
    let rows = client
        .metrics
        .clone()
        .query_metrics(request)
        .await?
        .into_inner()
        .rows;
    let counted = rows
        .iter()
        .find(|row| row.metric == "NEW")
        .map_or(0, |row| row.count);
    anyhow::ensure!(
        usize::try_from(counted)? == deals && deals >= listed_before,
        "{deals} deals, {counted} NEW entries"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_is_killed_at_any_moment_leaves_a_folder_that_starts() -> Result<()> {
    let mut chance = Sample::new(seed(5));
    let folder = Folder::new()?;
    for _ in 0..20 {
        let mut child = folder.sluiced_command()?.spawn()?;
        for _ in 0..chance.below(MOST_LOOKS) {
            if child.try_wait()?.is_some() {
                break;
            }
        }
        child.kill()?;
        child.wait()?;
    }
    let server = folder.serve().await?;
    let client = server.client().await?;
    assert!(client.info().await?.set_up);
    client.create(Sample::new(1).deal()).await?;
    assert!(leftovers(&folder.data()) <= 1, "one store folder remains");
    Ok(())
}

fn leftovers(data: &Path) -> usize {
    std::fs::read_dir(data)
        .map(|entries| {
            entries
                .flatten()
                .filter(|it| it.file_name().to_string_lossy().starts_with("store-"))
                .count()
        })
        .unwrap_or(0)
}
