//! A quarter's worth of incentives by script: published, earned, claimed, shared, paid out; and a kill -9 in the midst of claims.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use sluice_proto::v1::{self, reward_service_client::RewardServiceClient};
use sluice_tests::{
    sample::{Sample, seed},
    wait::{PATIENCE, eventually},
};

use crate::scripting::{Desk, integer, rows};

/// Kills in the midst of claims.
const KILLS: usize = 12;
/// Rewards that are claimed while the server is killed.
const CLAIMS: usize = 40;
/// Most claims answered before a kill.
const MOST_ANSWERED: u64 = 30;

/// Mia leads East, where Kim, Lee and Max sell.
async fn company() -> Result<Desk> {
    let desk = Desk::new().await?;
    desk.json(&["team", "create", "East"])?;
    for (name, role) in [
        ("Mia", "manager"),
        ("Kim", "rep"),
        ("Lee", "rep"),
        ("=Max", "rep"),
    ] {
        desk.json(&["member", "create", name, "--role", role, "--team", "East"])?;
    }
    desk.json(&["team", "amend", "East", "--manager", "Mia"])?;
    Ok(desk)
}

fn text<'a>(value: &'a Value, field: &str) -> Result<&'a str> {
    value[field]
        .as_str()
        .with_context(|| format!("{field} in {value}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheme_is_published_a_deal_won_and_what_it_earns_is_claimed_shared_and_paid_out()
-> Result<()> {
    let desk = company().await?;
    let created = desk.json(&[
        "scheme",
        "create",
        "Won deals",
        "--on",
        "won",
        "--share",
        "1%",
        "--cap",
        "5000",
    ])?;
    assert_eq!(created["scheme"]["state"], "SCHEME_STATE_DRAFT");
    let (code, said) = desk.failure(&["scheme", "create", "Nothing"])?;
    assert_eq!(code, 2);
    assert!(said.contains("--template"), "{said}");
    desk.write(
        "packets.toml",
        "[split]\nmethod = \"lucky\"\nshare_bp = 2000\n",
    )?;
    desk.json(&["scheme", "create", "Packets", "--file", "packets.toml"])?;
    for name in ["Won deals", "Packets"] {
        desk.json(&["scheme", "publish", name])?;
    }
    let shown = desk.text(&["scheme", "list", "--filter", "state:published"])?;
    assert!(
        shown.contains("Won deals") && shown.contains("1 %"),
        "{shown}"
    );

    // What a move earns is pushed within the second to whoever watches.
    let head = desk
        .server
        .client()
        .await?
        .info()
        .await?
        .revision
        .to_string();
    let watch = ["-o", "json", "watch", "--kind", "reward", "--after", &head];
    let filter = ["--filter", "member:kim", "--count", "1"];
    let mut watch = desk.command([&watch[..], &filter].concat())?;
    let watch = watch.stdout(std::process::Stdio::piped()).spawn()?;
    let line = "Pumps 200000 ^2030-06-30";
    let words = ["opportunity", "create", "--line", line, "--owner", "kim"];
    let deal = desk.json(&words)?;
    let deal = text(&deal["opportunity"], "id")?.to_owned();
    desk.json(&["opportunity", "move", &deal, "Won"])?;
    let pushed = String::from_utf8(watch.wait_with_output()?.stdout)?;
    assert!(pushed.contains("REWARD_STATE_CLAIMABLE"), "{pushed}");
    let filter = "member:kim state:claimable";
    let found = desk.json(&["reward", "list", "--filter", filter])?;
    let [reward] = rows(&found["rewards"]) else {
        anyhow::bail!("a win pays once: {found}");
    };
    assert_eq!(
        (integer(&reward["amount"]), integer(&reward["own_amount"])),
        (2_000, 1_600)
    );
    let id = text(reward, "id")?;

    let why = desk.text(&["reward", "why", id])?;
    for part in [
        "Won deals version 1",
        "1% of 200,000",
        "seed",
        "2,000 points",
    ] {
        assert!(why.contains(part), "{part:?} is not in\n{why}");
    }
    let verified = desk.text(&["packet", "verify", id])?;
    assert!(verified.contains("all as recomputed"), "{verified}");
    let (code, said) = desk.failure(&["packet", "verify", "R-99"])?;
    assert_eq!(
        (code, said.contains("REWARD_NOT_FOUND")),
        (4, true),
        "{said}"
    );

    let packets = desk.json(&["packet", "list", "--filter", &format!("reward:{id}")])?;
    let packets = rows(&packets["packets"]).to_vec();
    assert_eq!(packets.len(), 3, "the earner gets none");
    for packet in &packets {
        let (packet_id, receiver) = (text(packet, "id")?, text(packet, "receiver_id")?);
        desk.json(&["packet", "open", packet_id, "--receiver", receiver])?;
    }
    let claimed = desk.json(&["reward", "claim", "--all", "--member", "kim"])?;
    assert_eq!(rows(&claimed["rewards"]).len(), 1);
    let nothing = desk.text(&["reward", "claim", "--all", "--member", "kim"])?;
    assert!(nothing.contains("nothing to claim"), "{nothing}");
    let wallet = desk.json(&["reward", "wallet", "kim"])?;
    assert_eq!(integer(&wallet["balances"][0]["wallet"]), 1_600);

    let payout = desk.json(&["payout", "create", "--unit", "points", "--note", "March"])?;
    let payout = text(&payout["payout"], "id")?.to_owned();
    desk.text(&["payout", "export", &payout, "--csv", "march.csv"])?;
    let csv = desk.read("march.csv")?;
    assert_eq!(csv.lines().count(), 5, "{csv}");
    assert!(csv.contains(",'=Max,"), "a spreadsheet would run it: {csv}");
    let total: i64 = csv
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').nth(3)?.parse::<i64>().ok())
        .sum();
    assert_eq!(total, 2_000, "{csv}");
    for _ in 0..2 {
        let paid = desk.json(&["payout", "paid", &payout, "--reference", "SAP-17"])?;
        assert_eq!(paid["payout"]["state"], "PAYOUT_STATE_PAID");
    }
    let (code, _) = desk.failure(&["payout", "cancel", &payout])?;
    assert_eq!(code, 1);

    let accounts = desk.json(&["ledger", "accounts", "--page-size", "0"])?;
    let balances = rows(&accounts["accounts"]).iter();
    assert_eq!(balances.map(|one| integer(&one["balance"])).sum::<i64>(), 0);
    let lines = desk.text(&["-o", "csv", "ledger", "list", "--reward", id])?;
    assert!(lines.contains("wallet"), "{lines}");
    desk.json(&["thanks", "lee", "for the introduction", "--deal", &deal])?;
    let badges = desk.text(&["badge", "list", "--filter", "member:lee"])?;
    assert!(badges.contains("for the introduction"), "{badges}");
    let fair = desk.text(&["fairness"])?;
    assert!(fair.contains("earned nothing"), "{fair}");
    let stats = desk.json(&["reward", "stats", "--by", "member"])?;
    assert_eq!(integer(&stats["total"]["issued"]), 2_000);
    Ok(())
}

/// Grants rewards of 1, 2, 3 … points to a member; gives their ids.
async fn granted(desk: &Desk, member: &str, count: usize) -> Result<Vec<String>> {
    let words = [
        "scheme",
        "create",
        "Well done",
        "--on",
        "grant",
        "--pay",
        "1m",
    ];
    let scheme = desk.json(&words)?;
    desk.json(&["scheme", "publish", "Well done"])?;
    let mut client = RewardServiceClient::new(desk.server.channel().await?);
    let mut ids = Vec::with_capacity(count);
    for amount in (1..).take(count) {
        let request = v1::GrantRewardRequest {
            scheme_id: text(&scheme["scheme"], "id")?.to_owned(),
            member_id: member.to_owned(),
            amount,
            reason: "well done".into(),
            ..Default::default()
        };
        let given = client.grant_reward(request).await?.into_inner();
        ids.push(given.reward.context("a reward")?.id);
    }
    Ok(ids)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_repeated_after_a_kill_has_the_outcome_of_the_first_and_is_paid_once() -> Result<()>
{
    let seed = seed(12);
    let mut chance = Sample::new(seed);
    let mut desk = company().await?;
    let kim = desk.json(&["member", "list", "--filter", "kim"])?;
    let kim = text(&kim["members"][0], "id")?.to_owned();
    let ids = granted(&desk, &kim, CLAIMS * KILLS).await?;
    let mut answered = 0;
    for round in ids.chunks(CLAIMS) {
        let claim = |number: usize, id: &String| v1::ClaimRewardsRequest {
            ids: vec![id.clone()],
            member_id: kim.clone(),
            request_id: format!("claim-{id}-{number}"),
            validate_only: false,
        };
        let mut tasks = tokio::task::JoinSet::new();
        let answers = Arc::new(AtomicU64::new(0));
        let channel = desk.server.channel().await?;
        for (number, id) in round.iter().enumerate() {
            let (request, channel) = (claim(number, id), channel.clone());
            let answers = Arc::clone(&answers);
            tasks.spawn(async move {
                let answer = RewardServiceClient::new(channel)
                    .claim_rewards(request)
                    .await;
                answers.fetch_add(1, Ordering::Relaxed);
                (number, answer.ok().map(tonic::Response::into_inner))
            });
        }
        let moment = chance.below(MOST_ANSWERED);
        eventually("enough claims", PATIENCE, async || {
            (answers.load(Ordering::Relaxed) >= moment).then_some(())
        })
        .await?;
        let Desk { folder, server } = desk;
        server.kill()?;
        let mut first = vec![None; round.len()];
        while let Some(done) = tasks.join_next().await {
            let (number, answer) = done?;
            first[number] = answer;
        }
        let server = folder.serve().await?;
        let mut client = RewardServiceClient::new(server.channel().await?);
        for (number, id) in round.iter().enumerate() {
            let again = client.claim_rewards(claim(number, id)).await;
            let again = again
                .with_context(|| format!("{id}, seed {seed}"))?
                .into_inner();
            ensure!(
                again.rewards.len() == 1,
                "{id} gives {again:?}, seed {seed}"
            );
            ensure!(again.rewards[0].state() == v1::RewardState::Claimed);
            if let Some(first) = &first[number] {
                answered += 1;
                ensure!(*first == again, "{first:?}\nbecame {again:?}, seed {seed}");
            }
        }
        desk = Desk { folder, server };
    }
    let wallet = desk.json(&["reward", "wallet", "kim"])?;
    let count = i64::try_from(ids.len())?;
    assert_eq!(
        integer(&wallet["balances"][0]["wallet"]),
        count * (count + 1) / 2
    );
    println!("{KILLS} kills, {answered} of {count} claims were answered before, seed {seed}");
    Ok(())
}
