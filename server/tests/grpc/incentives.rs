//! Incentives over gRPC: schemes, rewards, packets, the ledger, payouts, badges, fairness, and watching them.

use sluice_proto::v1::{self, scheme_terms::Rule, watch_request::Start, watch_response::Message};

use crate::{
    incentive_support::{bp, company, grant_terms, opportunity_terms, split_terms},
    support::{Fixture, reason, soon},
};

#[tokio::test]
async fn a_scheme_is_drafted_published_edited_and_ended() {
    let fixture = Fixture::start().await;
    let create = v1::CreateSchemeRequest {
        name: "Won deals".into(),
        note: "for all".into(),
        unit: v1::RewardUnit::Points.into(),
        terms: Some(opportunity_terms(
            v1::OpportunityTrigger::Won,
            bp(100, 5_000),
        )),
        request_id: "scheme-1".into(),
        validate_only: false,
    };
    let mut schemes = fixture.schemes();
    let mut checked = create.clone();
    (checked.validate_only, checked.request_id) = (true, String::new());
    let would = schemes.create_scheme(checked).await.unwrap().into_inner();
    assert_eq!(would.scheme.unwrap().name, "Won deals");
    let created = schemes.create_scheme(create.clone()).await.unwrap();
    let created = created.into_inner();
    let draft = created.scheme.clone().unwrap();
    assert_eq!(draft.id, "schemes/1", "a check creates nothing");
    assert_eq!(draft.state(), v1::SchemeState::Draft);
    assert_eq!(draft.system(), v1::RewardSystem::Opportunity);
    assert!(
        draft.draft_sentence.contains("1 %"),
        "{}",
        draft.draft_sentence
    );
    let again = schemes.create_scheme(create).await.unwrap().into_inner();
    assert_eq!(again, created, "a repeat has the same outcome");

    let publish = v1::PublishSchemeRequest {
        id: draft.id.clone(),
        etag: draft.etag.clone(),
        ..Default::default()
    };
    let published = schemes.publish_scheme(publish.clone()).await.unwrap();
    let published = published.into_inner().scheme.unwrap();
    assert_eq!(published.state(), v1::SchemeState::Published);
    assert_eq!((published.versions.len(), published.draft), (1, None));
    let stale = schemes.publish_scheme(publish).await.unwrap_err();
    assert_eq!(reason(&stale), "ETAG_MISMATCH");

    let update = v1::UpdateSchemeRequest {
        id: draft.id.clone(),
        name: "Wins".into(),
        note: Some(String::new()),
        draft: Some(opportunity_terms(v1::OpportunityTrigger::Won, bp(200, 0))),
        ..Default::default()
    };
    let edited = schemes.update_scheme(update).await.unwrap().into_inner();
    let edited = edited.scheme.unwrap();
    assert_eq!((edited.name.as_str(), edited.note.as_str()), ("Wins", ""));
    let Some(Rule::Opportunity(rule)) = edited.draft.unwrap().rule else {
        panic!("what was sent is what is drafted")
    };
    assert_eq!((rule.share_bp, rule.cap), (200, 0));
    let discard = v1::UpdateSchemeRequest {
        id: draft.id.clone(),
        discard_draft: true,
        ..Default::default()
    };
    let kept = schemes.update_scheme(discard).await.unwrap().into_inner();
    assert_eq!(kept.scheme.unwrap().draft, None);

    let end = v1::EndSchemeRequest {
        id: draft.id.clone(),
        ..Default::default()
    };
    let ended = schemes.end_scheme(end).await.unwrap().into_inner();
    assert_eq!(ended.scheme.unwrap().state(), v1::SchemeState::Ended);
    let get = v1::GetSchemeRequest { id: draft.id };
    let got = schemes.get_scheme(get).await.unwrap().into_inner();
    assert!(got.scheme.unwrap().end_time.is_some());
    let list = |filter: &str| v1::ListSchemesRequest {
        filter: filter.into(),
        ..Default::default()
    };
    let found = schemes.list_schemes(list("state:ended")).await.unwrap();
    assert_eq!(found.into_inner().total_size, 1);
    let none = schemes.list_schemes(list("state:published")).await.unwrap();
    assert_eq!(none.into_inner().total_size, 0);
}

#[tokio::test]
async fn a_win_pays_its_owner_shares_with_the_team_and_says_why_to_the_line() {
    let company = company(4).await;
    let fixture = &company.fixture;
    company
        .publish(
            "Wins",
            opportunity_terms(v1::OpportunityTrigger::Won, bp(100, 0)),
        )
        .await;
    company
        .publish("Packets", split_terms(2_000, v1::SplitMethod::Lucky))
        .await;
    let reward = company.win(0, 100_000_000).await;
    assert_eq!((reward.amount, reward.own_amount), (10_000, 8_000));
    assert_eq!(reward.member_id, company.members[0]);
    assert_eq!(reward.state(), v1::RewardState::Claimable);
    let split = reward.split.clone().unwrap();
    assert_eq!(
        (split.amount, split.packets, split.seed.len()),
        (2_000, 3, 64)
    );

    let explain = v1::ExplainRewardRequest {
        id: reward.id.clone(),
    };
    let mut rewards = fixture.rewards();
    let why = rewards.explain_reward(explain).await.unwrap().into_inner();
    assert_eq!(why.scheme, "Wins");
    assert!(why.sentence.contains("1 %"), "{}", why.sentence);
    assert_eq!(why.steps.last().unwrap().result, reward.amount);
    assert_eq!(why.packets.iter().map(|one| one.amount).sum::<i64>(), 2_000);
    for transaction in &why.transactions {
        let sum: i64 = transaction.postings.iter().map(|one| one.amount).sum();
        assert_eq!(sum, 0, "{transaction:?}");
        assert_eq!(transaction.reward_id, reward.id);
    }

    // Two are opened, and what is claimed is what is left to the earner.
    let split = v1::GetSplitRequest {
        reward_id: reward.id.clone(),
    };
    let packets = fixture.packets().get_split(split).await.unwrap();
    let packets = packets.into_inner().packets;
    for packet in &packets[..2] {
        let opened = company.open(packet, &packet.receiver_id).await.unwrap();
        assert_eq!(opened.state(), v1::PacketState::Opened);
    }
    let claim = v1::ClaimRewardsRequest {
        member_id: company.members[0].clone(),
        request_id: "claim-1".into(),
        ..Default::default()
    };
    let claimed = rewards.claim_rewards(claim.clone()).await.unwrap();
    let claimed = claimed.into_inner();
    assert_eq!(claimed.rewards.len(), 1);
    assert_eq!(claimed.rewards[0].state(), v1::RewardState::Claimed);
    let again = rewards.claim_rewards(claim).await.unwrap().into_inner();
    assert_eq!(again, claimed, "a repeat has the same outcome");
    let wallet = company.points(0).await;
    assert_eq!((wallet.wallet, wallet.claimable), (8_000, 0));
    assert_eq!((wallet.earned, wallet.packets_sent), (8_000, 2_000));
    let unopened = company
        .members
        .iter()
        .position(|id| *id == packets[2].receiver_id);
    let other = company.points(unopened.unwrap()).await;
    assert_eq!((other.packets, other.wallet), (packets[2].amount, 0));

    // The books balance, and every posting of the earner is listed for them.
    let accounts = v1::ListLedgerAccountsRequest::default();
    let mut ledger = fixture.ledger();
    let accounts = ledger
        .list_ledger_accounts(accounts)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        accounts.accounts.iter().map(|one| one.balance).sum::<i64>(),
        0
    );
    let request = v1::ListLedgerTransactionsRequest {
        owner_id: company.members[0].clone(),
        account: v1::LedgerAccountKind::Wallet.into(),
        ..Default::default()
    };
    let listed = ledger
        .list_ledger_transactions(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(listed.total_size, 1);
    assert_eq!(listed.transactions[0].purpose(), v1::LedgerPurpose::Claim);
    let mut page = v1::ListLedgerTransactionsRequest {
        page_size: 2,
        reward_id: reward.id.clone(),
        ..Default::default()
    };
    let mut seen = Vec::new();
    loop {
        let answer = ledger
            .list_ledger_transactions(page.clone())
            .await
            .unwrap()
            .into_inner();
        seen.extend(answer.transactions);
        if answer.next_page_token.is_empty() {
            break;
        }
        page.page_token = answer.next_page_token;
    }
    let all = v1::ExplainRewardRequest { id: reward.id };
    let all = rewards.explain_reward(all).await.unwrap().into_inner();
    assert_eq!(seen, all.transactions);
}

#[tokio::test]
async fn a_manager_gives_and_decides_and_an_administrator_takes_back() {
    let company = company(2).await;
    let mut rewards = company.fixture.rewards();
    let grants = company.publish("Well done", grant_terms(1_000)).await;
    let give = v1::GrantRewardRequest {
        scheme_id: grants.id,
        member_id: company.members[0].clone(),
        amount: 300,
        reason: "saved the renewal".into(),
        ..Default::default()
    };
    let given = rewards.grant_reward(give).await.unwrap().into_inner();
    let given = given.reward.unwrap();
    let cause = given.cause.clone().unwrap();
    assert_eq!(
        (given.amount, cause.reason.as_str()),
        (300, "saved the renewal")
    );
    let reverse = v1::ReverseRewardRequest {
        id: given.id.clone(),
        reason: "wrong person".into(),
        etag: given.etag,
        ..Default::default()
    };
    let taken = rewards.reverse_reward(reverse).await.unwrap().into_inner();
    let taken = taken.reward.unwrap();
    assert_eq!(taken.end_reason(), v1::RewardEndReason::ClawedBack);
    assert_eq!(taken.end_note, "wrong person");

    let mut terms = opportunity_terms(v1::OpportunityTrigger::Won, bp(100, 0));
    terms.approval = true;
    terms.budget = Some(15_000);
    let wins = company.publish("Wins", terms.clone()).await;
    let first = company.win(0, 100_000_000).await;
    assert!(first.awaits_approval);
    let approve = v1::ApproveRewardRequest {
        id: first.id,
        reason: "good".into(),
        ..Default::default()
    };
    let approved = rewards.approve_reward(approve).await.unwrap().into_inner();
    assert_eq!(approved.reward.unwrap().state(), v1::RewardState::Claimable);
    // The fund has 5,000 left, and this one asks for 10,000.
    let second = company.win(1, 100_000_000).await;
    assert_eq!(second.state(), v1::RewardState::Unfunded);
    let fund = v1::FundRewardRequest {
        id: second.id.clone(),
        ..Default::default()
    };
    let empty = rewards.fund_reward(fund.clone()).await.unwrap_err();
    assert_eq!(reason(&empty), "FUND_EMPTY");
    terms.budget = Some(50_000);
    let update = v1::UpdateSchemeRequest {
        id: wins.id.clone(),
        draft: Some(terms),
        ..Default::default()
    };
    company
        .fixture
        .schemes()
        .update_scheme(update)
        .await
        .unwrap();
    let publish = v1::PublishSchemeRequest {
        id: wins.id,
        ..Default::default()
    };
    company
        .fixture
        .schemes()
        .publish_scheme(publish)
        .await
        .unwrap();
    let funded = rewards.fund_reward(fund).await.unwrap().into_inner();
    let funded = funded.reward.unwrap();
    assert!(funded.awaits_approval);
    let refuse = v1::RefuseRewardRequest {
        id: second.id.clone(),
        reason: "discount too high".into(),
        ..Default::default()
    };
    let refused = rewards.refuse_reward(refuse).await.unwrap().into_inner();
    let refused = refused.reward.unwrap();
    assert_eq!(refused.end_reason(), v1::RewardEndReason::Refused);
    let get = v1::GetRewardRequest { id: second.id };
    let got = rewards.get_reward(get).await.unwrap().into_inner();
    assert_eq!(got.reward.unwrap(), refused);
    let list = v1::ListRewardsRequest {
        filter: "state:reversed member:M1 system:opportunity".into(),
        ..Default::default()
    };
    let listed = rewards.list_rewards(list).await.unwrap().into_inner();
    assert_eq!(listed.rewards, [refused]);
}

#[tokio::test]
async fn wallets_are_paid_out_once_and_a_payout_called_off_gives_them_back() {
    let company = company(2).await;
    let grants = company.publish("Well done", grant_terms(10_000)).await;
    for (member, amount) in [(0, 300), (1, 500)] {
        company.give(&grants, member, amount).await;
        company.claim(member).await;
    }
    let mut payouts = company.fixture.payouts();
    let create = v1::CreatePayoutRequest {
        unit: v1::RewardUnit::Points.into(),
        note: "March".into(),
        request_id: "payout-1".into(),
        ..Default::default()
    };
    let made = payouts.create_payout(create.clone()).await.unwrap();
    let made = made.into_inner();
    let payout = made.payout.clone().unwrap();
    assert_eq!((payout.total, payout.line_count), (800, 2));
    let again = payouts.create_payout(create.clone()).await.unwrap();
    assert_eq!(again.into_inner(), made, "a repeat has the same outcome");
    let lines = v1::ListPayoutLinesRequest {
        id: payout.id.clone(),
    };
    let lines = payouts.list_payout_lines(lines).await.unwrap();
    let lines = lines.into_inner().lines;
    let amounts: Vec<(&str, i64)> = lines
        .iter()
        .map(|one| (one.member.as_str(), one.amount))
        .collect();
    assert_eq!(amounts, [("M0", 300), ("M1", 500)]);
    let cancel = v1::CancelPayoutRequest {
        id: payout.id.clone(),
        ..Default::default()
    };
    let cancelled = payouts.cancel_payout(cancel).await.unwrap().into_inner();
    assert_eq!(
        cancelled.payout.unwrap().state(),
        v1::PayoutState::Cancelled
    );
    assert_eq!(company.points(0).await.wallet, 300);

    let second = v1::CreatePayoutRequest {
        request_id: String::new(),
        member_ids: vec![company.members[1].clone()],
        ..create
    };
    let second = payouts.create_payout(second).await.unwrap().into_inner();
    let second = second.payout.unwrap();
    assert_eq!(second.total, 500);
    let paid = |reference: &str| v1::MarkPayoutPaidRequest {
        id: second.id.clone(),
        reference: reference.into(),
        ..Default::default()
    };
    let first = payouts
        .mark_payout_paid(paid("SAP-17"))
        .await
        .unwrap()
        .into_inner();
    let repeat = payouts
        .mark_payout_paid(paid("SAP-17"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        first.payout, repeat.payout,
        "the same reference changes nothing"
    );
    let other = payouts.mark_payout_paid(paid("SAP-18")).await.unwrap_err();
    assert_eq!(reason(&other), "PAYOUT_ENDED");
    let points = company.points(1).await;
    assert_eq!((points.wallet, points.paid_out), (0, 500));
    let get = v1::GetPayoutRequest { id: second.id };
    let got = payouts.get_payout(get).await.unwrap().into_inner();
    assert_eq!(got.payout, first.payout);
    let list = v1::ListPayoutsRequest {
        filter: "state:paid".into(),
        ..Default::default()
    };
    let listed = payouts.list_payouts(list).await.unwrap().into_inner();
    assert_eq!(listed.total_size, 1);
}

#[tokio::test]
async fn thanks_are_badges_and_fairness_says_who_earned_nothing() {
    let company = company(3).await;
    let grants = company.publish("Well done", grant_terms(10_000)).await;
    company.give(&grants, 0, 300).await;
    let thank = v1::GiveThanksRequest {
        member_id: company.members[1].clone(),
        reason: "for the introduction".into(),
        ..Default::default()
    };
    let mut badges = company.fixture.badges();
    let badge = badges.give_thanks(thank).await.unwrap().into_inner();
    let badge = badge.badge.unwrap();
    assert_eq!(badge.kind(), v1::BadgeKind::Thanks);
    let list = v1::ListBadgesRequest {
        filter: "member:M1 kind:thanks".into(),
        ..Default::default()
    };
    let listed = badges.list_badges(list).await.unwrap().into_inner();
    assert_eq!(listed.badges, [badge]);

    let request = v1::QueryFairnessRequest::default();
    let panel = company.fixture.fairness().query_fairness(request).await;
    let panel = panel.unwrap().into_inner();
    let earned: Vec<i64> = panel.members.iter().map(|one| one.earned).collect();
    assert_eq!(earned, [300, 0, 0]);
    assert_eq!((panel.without_income, panel.median), (2, 0));
    assert!(panel.gini_bp > 6_000, "{}", panel.gini_bp);
}

/// The ids of the resources a watch shows first.
async fn shown(fixture: &Fixture, kind: v1::Kind, filter: &str) -> Vec<String> {
    let request = v1::WatchRequest {
        start: Some(Start::Snapshot(true)),
        kinds: vec![kind.into()],
        filter: filter.into(),
        ..Default::default()
    };
    let mut stream = fixture.watches().watch(request).await.unwrap().into_inner();
    let mut ids = Vec::new();
    loop {
        let message = soon(stream.message()).await.unwrap().unwrap().message;
        match message {
            Some(Message::SnapshotChunk(chunk)) => {
                use v1::resource::Resource as R;
                ids.extend(chunk.resources.into_iter().map(|one| match one.resource {
                    Some(R::Reward(it)) => it.id,
                    Some(R::Packet(it)) => it.id,
                    Some(R::Scheme(it)) => it.id,
                    Some(R::Payout(it)) => it.id,
                    Some(R::Badge(it)) => it.id,
                    other => panic!("{other:?}"),
                }));
            }
            Some(Message::SnapshotEnd(_)) => return ids,
            _ => {}
        }
    }
}

#[tokio::test]
async fn what_a_move_earns_is_on_the_watch_with_its_facts_and_filters_hold() {
    let company = company(3).await;
    let fixture = &company.fixture;
    company
        .publish(
            "Wins",
            opportunity_terms(v1::OpportunityTrigger::Won, bp(100, 0)),
        )
        .await;
    company
        .publish("Packets", split_terms(2_000, v1::SplitMethod::Equal))
        .await;
    let info = v1::GetServerInfoRequest {};
    let head = fixture.workspaces().get_server_info(info).await.unwrap();
    let request = v1::WatchRequest {
        start: Some(Start::AfterRevision(head.into_inner().revision)),
        kinds: vec![v1::Kind::Reward.into()],
        filter: "member:M0".into(),
        ..Default::default()
    };
    let mut stream = fixture.watches().watch(request).await.unwrap().into_inner();
    company.win(1, 500_000).await;
    let mine = company.win(0, 500_000).await;
    let commit = loop {
        let message = soon(stream.message()).await.unwrap().unwrap().message;
        if let Some(Message::CommitBatch(batch)) = message {
            let commits = batch.commits.into_iter();
            let mut changed = commits.filter(|commit| !commit.changes.is_empty());
            if let Some(commit) = changed.next() {
                break commit;
            }
        }
    };
    let changes: Vec<_> = commit
        .changes
        .into_iter()
        .filter_map(|one| one.change)
        .collect();
    let [v1::change::Change::Put(put)] = changes.as_slice() else {
        panic!("the other's reward is not shown: {changes:?}")
    };
    let Some(v1::resource::Resource::Reward(seen)) = &put.resource else {
        panic!("{put:?}")
    };
    assert_eq!(*seen, mine);
    let granted = commit.events.iter().any(|event| {
        matches!(&event.fact, Some(v1::event::Fact::RewardChanged(it)) if it.change == "GRANTED")
    });
    assert!(granted, "{:?}", commit.events);

    assert_eq!(
        shown(fixture, v1::Kind::Reward, "state:claimable")
            .await
            .len(),
        2
    );
    assert_eq!(
        shown(fixture, v1::Kind::Reward, "state:claimed")
            .await
            .len(),
        0
    );
    assert_eq!(
        shown(fixture, v1::Kind::Packet, "receiver:M2 state:sent")
            .await
            .len(),
        2
    );
    assert_eq!(
        shown(fixture, v1::Kind::Packet, "receiver:M0").await.len(),
        1
    );
    assert_eq!(
        shown(fixture, v1::Kind::Scheme, "state:published")
            .await
            .len(),
        2
    );
}
