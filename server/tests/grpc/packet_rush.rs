//! A thousand members open their packets at the same second: nobody twice, nobody another's, and every sum is right.

use std::collections::BTreeMap;

use sluice_proto::v1;
use tokio::task::JoinSet;

use crate::{
    incentive_support::{give, grant_terms, members, publish, split_terms, team},
    support::{Fixture, connect, reason},
};

/// Teams, and in each one who earns and so many who get a packet: the most that one split has.
const TEAMS: usize = 10;
const RECEIVERS: usize = 100;
/// What each earner is given; half of it goes into packets.
const AMOUNT: i64 = 100_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_members_open_their_packets_at_once_and_every_sum_is_right() {
    let fixture = Fixture::start().await;
    let grants = publish(&fixture, "Well done", grant_terms(AMOUNT * 100)).await;
    publish(
        &fixture,
        "Packets",
        split_terms(5_000, v1::SplitMethod::Lucky),
    )
    .await;
    let companies = (0..TEAMS).map(|number| {
        let fixture = &fixture;
        async move {
            let own = team(fixture, &format!("T{number}")).await;
            members(fixture, &own, &format!("T{number}-"), RECEIVERS + 1).await
        }
    });
    let companies = futures_util::future::join_all(companies).await;
    let mut packets: Vec<v1::Packet> = Vec::new();
    for ids in companies {
        let reward = give(&fixture, &grants, &ids[0], AMOUNT).await;
        assert_eq!(reward.own_amount, AMOUNT / 2);
        let split = v1::GetSplitRequest {
            reward_id: reward.id,
        };
        let split = fixture
            .packets()
            .get_split(split)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(split.packets.len(), RECEIVERS);
        packets.extend(split.packets);
    }

    // Each tries their own twice and the next one's once, all at the same time, over several connections.
    let mut channels = Vec::new();
    for _ in 0..4 {
        channels.push(connect(&fixture.tcp_url()).await);
    }
    let mut tasks = JoinSet::new();
    for (index, packet) in packets.iter().enumerate() {
        let other = &packets[(index + 1) % packets.len()];
        for (id, theirs) in [(&packet.id, true), (&packet.id, true), (&other.id, false)] {
            let channel = channels[index % channels.len()].clone();
            let request = v1::OpenPacketRequest {
                id: id.clone(),
                receiver_id: packet.receiver_id.clone(),
                ..Default::default()
            };
            tasks.spawn(async move {
                let mut client = v1::packet_service_client::PacketServiceClient::new(channel);
                let answer = client.open_packet(request).await;
                let opened = answer.map(|one| one.into_inner().packet.unwrap());
                (theirs, opened)
            });
        }
    }
    let mut opened: BTreeMap<String, (String, i64)> = BTreeMap::new();
    let mut refused = BTreeMap::<(bool, String), usize>::new();
    while let Some(done) = tasks.join_next().await {
        match done.unwrap() {
            (theirs, Ok(packet)) => {
                assert!(theirs, "{} was opened for somebody else", packet.id);
                let what = (packet.receiver_id, packet.amount);
                let before = opened.insert(packet.id.clone(), what);
                assert_eq!(before, None, "{} was opened twice", packet.id);
            }
            (theirs, Err(status)) => {
                *refused.entry((theirs, reason(&status))).or_default() += 1;
            }
        }
    }
    assert_eq!(opened.len(), packets.len());
    let expected = BTreeMap::from([
        ((true, "PACKET_NOT_OPENABLE".to_owned()), packets.len()),
        ((false, "INVALID_ARGUMENT".to_owned()), packets.len()),
    ]);
    assert_eq!(refused, expected);

    // Every wallet has what was in its packet, and nothing is in flight any more.
    let request = v1::ListLedgerAccountsRequest {
        page_size: 1_000,
        ..Default::default()
    };
    let mut accounts = Vec::new();
    let mut page = request;
    loop {
        let answer = fixture.ledger().list_ledger_accounts(page.clone()).await;
        let answer = answer.unwrap().into_inner();
        accounts.extend(answer.accounts);
        if answer.next_page_token.is_empty() {
            break;
        }
        page.page_token = answer.next_page_token;
    }
    let of = |kind: v1::LedgerAccountKind| {
        let found = accounts.iter().filter(move |one| one.kind() == kind);
        found
            .map(|one| (one.owner_id.clone(), one.balance))
            .collect::<BTreeMap<_, _>>()
    };
    let wallets: BTreeMap<String, i64> = opened.into_values().collect();
    assert_eq!(of(v1::LedgerAccountKind::Wallet), wallets);
    assert_eq!(wallets.values().sum::<i64>(), AMOUNT / 2 * 10);
    assert_eq!(of(v1::LedgerAccountKind::InFlight), BTreeMap::new());
    assert_eq!(accounts.iter().map(|one| one.balance).sum::<i64>(), 0);
}
