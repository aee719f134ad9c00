//! What the services of incentives refuse, and how they say so.

use sluice_proto::v1;

use crate::{
    incentive_support::{bp, company, opportunity_terms, split_terms},
    support::{fields, reason},
};

#[tokio::test]
async fn everything_wrong_with_a_request_is_told_at_once() {
    let company = company(1).await;
    let fixture = &company.fixture;
    let mut terms = opportunity_terms(v1::OpportunityTrigger::Unspecified, bp(100, 0));
    terms.member_ids = vec!["teams/1".into()];
    terms.caps = vec![v1::SchemeCap::default()];
    let request = v1::CreateSchemeRequest {
        terms: Some(terms),
        ..Default::default()
    };
    let wrong = fixture.schemes().create_scheme(request).await.unwrap_err();
    let told = fields(&wrong);
    for field in [
        "name",
        "terms.opportunity.on",
        "terms.member_ids[0]",
        "terms.caps[0].unit",
    ] {
        assert!(
            told.iter().any(|one| one == field),
            "{field} is not among {told:?}"
        );
    }
    let request = v1::CreateSchemeRequest {
        name: "x".into(),
        terms: Some(v1::SchemeTerms::default()),
        ..Default::default()
    };
    let wrong = fixture.schemes().create_scheme(request).await.unwrap_err();
    assert_eq!(fields(&wrong), ["terms"]);
    let request = v1::ListLedgerTransactionsRequest {
        owner_id: "teams/1".into(),
        reward_id: "R-1".into(),
        ..Default::default()
    };
    let wrong = fixture
        .ledger()
        .list_ledger_transactions(request)
        .await
        .unwrap_err();
    assert_eq!(fields(&wrong), ["owner_id", "reward_id"]);
    let request = v1::QueryRewardStatisticsRequest {
        cycle: "someday".into(),
        scheme_id: "schemes/77".into(),
        ..Default::default()
    };
    let wrong = fixture
        .rewards()
        .query_reward_statistics(request)
        .await
        .unwrap_err();
    assert_eq!(fields(&wrong), ["cycle", "scheme_id"]);
    let request = v1::GetRewardAccountRequest::default();
    let wrong = fixture
        .rewards()
        .get_reward_account(request)
        .await
        .unwrap_err();
    assert_eq!(
        fields(&wrong),
        ["member_id"],
        "the built-in administrator has no account"
    );
    let request = v1::QueryFairnessRequest {
        cycle: "someday".into(),
        ..Default::default()
    };
    let wrong = fixture
        .fairness()
        .query_fairness(request)
        .await
        .unwrap_err();
    assert_eq!(fields(&wrong), ["cycle"]);
    let request = v1::ListLedgerAccountsRequest {
        owner_id: "teams/1".into(),
        ..Default::default()
    };
    let wrong = fixture
        .ledger()
        .list_ledger_accounts(request)
        .await
        .unwrap_err();
    assert_eq!(fields(&wrong), ["owner_id"]);
}

#[tokio::test]
async fn what_does_not_exist_is_named_with_its_kind() {
    let company = company(1).await;
    let fixture = &company.fixture;
    let mut rewards = fixture.rewards();
    let mut told = Vec::new();
    macro_rules! ask {
        ($client:expr, $call:ident, $request:ident { $($field:ident: $value:expr),* }) => {{
            #[allow(clippy::needless_update, reason = "some requests have one field only")]
            let request = v1::$request { $($field: $value.into(),)* ..Default::default() };
            told.push((stringify!($call), reason(&$client.$call(request).await.unwrap_err())));
        }};
    }
    let someone = company.members[0].as_str();
    ask!(
        fixture.schemes(),
        update_scheme,
        UpdateSchemeRequest { id: "schemes/9" }
    );
    ask!(
        fixture.schemes(),
        publish_scheme,
        PublishSchemeRequest { id: "schemes/9" }
    );
    ask!(
        fixture.schemes(),
        end_scheme,
        EndSchemeRequest { id: "schemes/9" }
    );
    ask!(
        fixture.schemes(),
        get_scheme,
        GetSchemeRequest { id: "schemes/9" }
    );
    ask!(
        rewards,
        grant_reward,
        GrantRewardRequest {
            scheme_id: "schemes/9",
            member_id: someone,
            amount: 1,
            reason: "x"
        }
    );
    assert!(
        told.iter().all(|(_, reason)| reason == "SCHEME_NOT_FOUND"),
        "{told:?}"
    );
    told.clear();
    ask!(
        rewards,
        approve_reward,
        ApproveRewardRequest { id: "rewards/9" }
    );
    ask!(
        rewards,
        refuse_reward,
        RefuseRewardRequest {
            id: "rewards/9",
            reason: "x"
        }
    );
    ask!(
        rewards,
        reverse_reward,
        ReverseRewardRequest {
            id: "rewards/9",
            reason: "x"
        }
    );
    ask!(rewards, fund_reward, FundRewardRequest { id: "rewards/9" });
    ask!(rewards, get_reward, GetRewardRequest { id: "rewards/9" });
    ask!(
        rewards,
        explain_reward,
        ExplainRewardRequest { id: "rewards/9" }
    );
    ask!(
        rewards,
        claim_rewards,
        ClaimRewardsRequest {
            ids: vec!["rewards/9".to_owned()],
            member_id: someone
        }
    );
    ask!(
        fixture.packets(),
        get_split,
        GetSplitRequest {
            reward_id: "rewards/9"
        }
    );
    assert!(
        told.iter().all(|(_, reason)| reason == "REWARD_NOT_FOUND"),
        "{told:?}"
    );
    told.clear();
    ask!(
        fixture.packets(),
        open_packet,
        OpenPacketRequest {
            id: "packets/9",
            receiver_id: someone
        }
    );
    ask!(
        fixture.packets(),
        get_packet,
        GetPacketRequest { id: "packets/9" }
    );
    assert!(
        told.iter().all(|(_, reason)| reason == "PACKET_NOT_FOUND"),
        "{told:?}"
    );
    told.clear();
    ask!(
        fixture.payouts(),
        mark_payout_paid,
        MarkPayoutPaidRequest { id: "payouts/9" }
    );
    ask!(
        fixture.payouts(),
        cancel_payout,
        CancelPayoutRequest { id: "payouts/9" }
    );
    ask!(
        fixture.payouts(),
        get_payout,
        GetPayoutRequest { id: "payouts/9" }
    );
    ask!(
        fixture.payouts(),
        list_payout_lines,
        ListPayoutLinesRequest { id: "payouts/9" }
    );
    assert!(
        told.iter().all(|(_, reason)| reason == "PAYOUT_NOT_FOUND"),
        "{told:?}"
    );
    told.clear();
    ask!(
        fixture.payouts(),
        create_payout,
        CreatePayoutRequest { note: "none" }
    );
    ask!(
        fixture.badges(),
        give_thanks,
        GiveThanksRequest {
            member_id: "members/77",
            reason: "x"
        }
    );
    let reasons: Vec<&str> = told.iter().map(|(_, reason)| reason.as_str()).collect();
    assert_eq!(reasons, ["NOTHING_TO_PAY_OUT", "MEMBER_NOT_FOUND"]);
    told.clear();
    ask!(
        fixture.schemes(),
        list_schemes,
        ListSchemesRequest {
            filter: "colour:red"
        }
    );
    ask!(
        rewards,
        list_rewards,
        ListRewardsRequest {
            filter: "colour:red"
        }
    );
    ask!(
        fixture.packets(),
        list_packets,
        ListPacketsRequest {
            filter: "colour:red"
        }
    );
    ask!(
        fixture.payouts(),
        list_payouts,
        ListPayoutsRequest {
            filter: "colour:red"
        }
    );
    ask!(
        fixture.badges(),
        list_badges,
        ListBadgesRequest {
            filter: "colour:red"
        }
    );
    assert!(
        told.iter().all(|(_, reason)| reason == "INVALID_FILTER"),
        "{told:?}"
    );
}

/// Who calls is a member here: the account the tests run under is that of one.
#[tokio::test]
async fn a_member_claims_and_opens_only_what_is_theirs_and_is_told_so_before_whether_it_exists() {
    let company = company(3).await;
    company
        .publish(
            "Wins",
            opportunity_terms(v1::OpportunityTrigger::Won, bp(100, 0)),
        )
        .await;
    company
        .publish("Packets", split_terms(2_000, v1::SplitMethod::Equal))
        .await;
    let theirs = company.win(0, 500_000).await;
    let split = v1::GetSplitRequest {
        reward_id: theirs.id.clone(),
    };
    let packets = company.fixture.packets().get_split(split).await.unwrap();
    let packets = packets.into_inner().packets;
    let me = packets[0].receiver_id.clone();
    company.become_member(&me).await;
    let mut rewards = company.fixture.rewards();
    let claim = v1::ClaimRewardsRequest {
        ids: vec![theirs.id.clone()],
        ..Default::default()
    };
    let refused = rewards.claim_rewards(claim).await.unwrap_err();
    assert_eq!(reason(&refused), "NOT_THEIRS");
    let open = |id: &str| v1::OpenPacketRequest {
        id: id.into(),
        ..Default::default()
    };
    let mut client = company.fixture.packets();
    let other = client.open_packet(open(&packets[1].id)).await.unwrap_err();
    assert_eq!(reason(&other), "NOT_THEIRS");
    let own = client.open_packet(open(&packets[0].id)).await.unwrap();
    assert_eq!(
        own.into_inner().packet.unwrap().state(),
        v1::PacketState::Opened
    );
    let twice = client.open_packet(open(&packets[0].id)).await.unwrap_err();
    assert_eq!(reason(&twice), "PACKET_NOT_OPENABLE");
    let mine = v1::GetRewardAccountRequest::default();
    let mine = rewards.get_reward_account(mine).await.unwrap().into_inner();
    assert_eq!(mine.member_id, me);
    assert_eq!(mine.balances[0].wallet, packets[0].amount);
    // What only an administrator does is refused, whether it exists or not.
    for id in [theirs.id.as_str(), "rewards/99"] {
        let reverse = v1::ReverseRewardRequest {
            id: id.into(),
            reason: "no".into(),
            ..Default::default()
        };
        let refused = rewards.reverse_reward(reverse).await.unwrap_err();
        assert_eq!(reason(&refused), "ADMIN_REQUIRED", "{id}");
    }
    let end = v1::EndSchemeRequest {
        id: "schemes/99".into(),
        ..Default::default()
    };
    let refused = company.fixture.schemes().end_scheme(end).await.unwrap_err();
    assert_eq!(reason(&refused), "ADMIN_REQUIRED");
}
