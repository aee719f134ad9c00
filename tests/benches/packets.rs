//! Packets opened through gRPC: every one durable before its answer, none lost, none twice, beside creates and a bare tonic echo.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use sluice_proto::v1::{
    self, ledger_service_client::LedgerServiceClient, packet_service_client::PacketServiceClient,
    reward_service_client::RewardServiceClient, scheme_service_client::SchemeServiceClient,
    scheme_terms::Rule,
};
use sluice_tests::{
    client::{Client, connect_unix},
    harness::Folder,
    load::{Floor, Outcome, argument, creates},
    meter::Latencies,
};
use tonic::transport::Channel;

/// Packets opened at each number in flight, unless another number is given.
const PACKETS: u64 = 40_000;
/// Packets of one reward: the most a split has.
const PACKETS_PER_REWARD: u64 = 100;
/// What is given each time, half of it in packets.
const AMOUNT: i64 = 10_000;
/// Calls in flight.
const IN_FLIGHT: [usize; 4] = [8, 64, 256, 1_024];
/// Connections that they are spread over, at most.
const MAX_CHANNELS: usize = 8;
/// Grants in flight while packets are made.
const GRANTS_IN_FLIGHT: usize = 16;
/// How long the others that are measured beside it run.
const BESIDE: Duration = Duration::from_secs(3);

#[tokio::main]
async fn main() -> Result<()> {
    let packets = argument(PACKETS)?;
    let folder = Folder::new()?;
    let server = folder.serve().await?;
    let floor = Floor::start(folder.path()).await?;
    let (scheme, members) = company(server.socket()).await?;
    println!("{packets} packets opened through gRPC over a Unix socket at each number in flight");
    let mut opened = 0;
    for in_flight in IN_FLIGHT {
        let rewards = packets.div_ceil(PACKETS_PER_REWARD);
        let work = give(server.socket(), &scheme, &members[0], rewards).await?;
        let amount: i64 = work.iter().map(|packet| packet.amount).sum();
        let ours = open(server.socket(), in_flight, work).await?;
        opened += amount;
        let there = wallets(server.channel().await?).await?;
        ensure!(there == opened, "{there} in wallets, {opened} were opened");
        let beside = creates(server.socket(), in_flight, BESIDE).await?;
        let echo = creates(floor.socket(), in_flight, BESIDE).await?;
        println!(
            "{in_flight:>5} in flight: packets {} | creates {} | bare tonic echo {} | ratio to echo {:.2}",
            ours.summary(),
            beside.summary(),
            echo.summary(),
            ours.per_second / echo.per_second,
        );
    }
    println!("every wallet sum is what was opened: {opened}");
    Ok(())
}

/// A team with one who earns and as many as one split has packets; the schemes they are rewarded under.
async fn company(socket: &Path) -> Result<(String, Vec<String>)> {
    let client = Client::new(connect_unix(socket).await?);
    let team = v1::CreateTeamRequest {
        team: Some(v1::Team {
            name: "East".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let team = client.teams.clone().create_team(team).await?.into_inner();
    let team_id = team.team.context("a team")?.id;
    let mut members = Vec::new();
    for number in 0..=PACKETS_PER_REWARD {
        let request = v1::CreateMemberRequest {
            member: Some(v1::Member {
                name: format!("M{number}"),
                role: v1::Role::Rep.into(),
                team_id: team_id.clone(),
                ..Default::default()
            }),
            ..Default::default()
        };
        let answer = client.members.clone().create_member(request).await?;
        members.push(answer.into_inner().member.context("a member")?.id);
    }
    let split = Rule::Split(v1::SplitRule {
        share_bp: 5_000,
        method: v1::SplitMethod::Lucky.into(),
        window_hours: 24,
        ..Default::default()
    });
    publish(&client.channel, "Packets", split).await?;
    let grant = Rule::Grant(v1::GrantRule {
        monthly_cap: 1_000_000_000_000,
    });
    let scheme = publish(&client.channel, "Well done", grant).await?;
    Ok((scheme, members))
}

async fn publish(channel: &Channel, name: &str, rule: Rule) -> Result<String> {
    let mut schemes = SchemeServiceClient::new(channel.clone());
    let request = v1::CreateSchemeRequest {
        name: name.into(),
        terms: Some(v1::SchemeTerms {
            rule: Some(rule),
            ..Default::default()
        }),
        ..Default::default()
    };
    let created = schemes.create_scheme(request).await?.into_inner();
    let id = created.scheme.context("a scheme")?.id;
    let request = v1::PublishSchemeRequest {
        id: id.clone(),
        ..Default::default()
    };
    schemes.publish_scheme(request).await?;
    Ok(id)
}

/// Gives so many rewards to a member; the packets they were shared in, those of one receiver far from each other.
async fn give(socket: &Path, scheme: &str, member: &str, rewards: u64) -> Result<Vec<v1::Packet>> {
    let channel = connect_unix(socket).await?;
    let mut tasks = tokio::task::JoinSet::new();
    for lane in 0..GRANTS_IN_FLIGHT {
        let channel = channel.clone();
        let request = v1::GrantRewardRequest {
            scheme_id: scheme.into(),
            member_id: member.into(),
            amount: AMOUNT,
            reason: "well done".into(),
            ..Default::default()
        };
        tasks.spawn(async move {
            let mut packets = Vec::new();
            for _ in (0..rewards).skip(lane).step_by(GRANTS_IN_FLIGHT) {
                let mut client = RewardServiceClient::new(channel.clone());
                let given = client.grant_reward(request.clone()).await?.into_inner();
                let request = v1::GetSplitRequest {
                    reward_id: given.reward.context("a reward")?.id,
                };
                let mut client = PacketServiceClient::new(channel.clone());
                packets.extend(client.get_split(request).await?.into_inner().packets);
            }
            anyhow::Ok(packets)
        });
    }
    let mut packets = Vec::new();
    while let Some(done) = tasks.join_next().await {
        packets.extend(done??);
    }
    Ok(packets)
}

/// Opens all packets, so many at a time.
async fn open(socket: &Path, in_flight: usize, work: Vec<v1::Packet>) -> Result<Outcome> {
    let mut channels = Vec::new();
    for _ in 0..in_flight.min(MAX_CHANNELS) {
        channels.push(connect_unix(socket).await?);
    }
    let mut lanes: Vec<Vec<v1::Packet>> = vec![Vec::new(); in_flight];
    for (place, packet) in work.into_iter().enumerate() {
        lanes[place % in_flight].push(packet);
    }
    let started = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for (number, lane) in lanes.into_iter().enumerate() {
        let mut client = PacketServiceClient::new(channels[number % channels.len()].clone());
        tasks.spawn(async move {
            let mut latencies = Latencies::new()?;
            for packet in lane {
                let request = v1::OpenPacketRequest {
                    id: packet.id,
                    receiver_id: packet.receiver_id,
                    ..Default::default()
                };
                let sent = Instant::now();
                client.open_packet(request).await?;
                latencies.add(sent.elapsed());
            }
            anyhow::Ok(latencies)
        });
    }
    let mut latencies = Latencies::new()?;
    while let Some(done) = tasks.join_next().await {
        latencies.merge(&done??)?;
    }
    let per_second = latencies.count() as f64 / started.elapsed().as_secs_f64();
    Ok(Outcome {
        per_second,
        latencies,
    })
}

/// What is in all wallets.
async fn wallets(channel: Channel) -> Result<i64> {
    let request = v1::ListLedgerAccountsRequest {
        kind: v1::LedgerAccountKind::Wallet.into(),
        page_size: 1_000,
        ..Default::default()
    };
    let mut ledger = LedgerServiceClient::new(channel);
    let answer = ledger.list_ledger_accounts(request).await?.into_inner();
    Ok(answer.accounts.iter().map(|one| one.balance).sum())
}
