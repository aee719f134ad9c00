//! A small company whose members earn, and short ways to let them.

use std::os::unix::fs::MetadataExt as _;

use sluice_proto::v1::{
    self, badge_service_client::BadgeServiceClient, fairness_service_client::FairnessServiceClient,
    ledger_service_client::LedgerServiceClient, packet_service_client::PacketServiceClient,
    payout_service_client::PayoutServiceClient, reward_service_client::RewardServiceClient,
    scheme_service_client::SchemeServiceClient, scheme_terms::Rule,
};
use tonic::{Status, transport::Channel};

use crate::support::{Fixture, deal, mask};

impl Fixture {
    pub fn schemes(&self) -> SchemeServiceClient<Channel> {
        SchemeServiceClient::new(self.channel.clone())
    }

    pub fn rewards(&self) -> RewardServiceClient<Channel> {
        RewardServiceClient::new(self.channel.clone())
    }

    pub fn ledger(&self) -> LedgerServiceClient<Channel> {
        LedgerServiceClient::new(self.channel.clone())
    }

    pub fn packets(&self) -> PacketServiceClient<Channel> {
        PacketServiceClient::new(self.channel.clone())
    }

    pub fn payouts(&self) -> PayoutServiceClient<Channel> {
        PayoutServiceClient::new(self.channel.clone())
    }

    pub fn badges(&self) -> BadgeServiceClient<Channel> {
        BadgeServiceClient::new(self.channel.clone())
    }

    pub fn fairness(&self) -> FairnessServiceClient<Channel> {
        FairnessServiceClient::new(self.channel.clone())
    }
}

/// A server with one team of members M0, M1, M2 …
pub struct Company {
    pub fixture: Fixture,
    pub members: Vec<String>,
    pub stages: Vec<v1::Stage>,
}

pub async fn company(size: usize) -> Company {
    let fixture = Fixture::start().await;
    let stages = fixture.stages().await;
    let team = team(&fixture, "East").await;
    let members = members(&fixture, &team, "M", size).await;
    Company {
        fixture,
        members,
        stages,
    }
}

pub async fn team(fixture: &Fixture, name: &str) -> String {
    let request = v1::CreateTeamRequest {
        team: Some(v1::Team {
            name: name.into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let answer = fixture.teams().create_team(request).await.unwrap();
    answer.into_inner().team.unwrap().id
}

/// Members of a team in the order they joined.
pub async fn members(fixture: &Fixture, team: &str, prefix: &str, size: usize) -> Vec<String> {
    let mut ids = Vec::with_capacity(size);
    for number in 0..size {
        let request = v1::CreateMemberRequest {
            member: Some(v1::Member {
                name: format!("{prefix}{number}"),
                role: v1::Role::Rep.into(),
                team_id: team.into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        let answer = fixture.members().create_member(request).await.unwrap();
        ids.push(answer.into_inner().member.unwrap().id);
    }
    ids
}

/// A share in basis points with a cap; 0 = none.
pub fn bp(share_bp: i32, cap: i64) -> v1::OpportunityRule {
    v1::OpportunityRule {
        share_bp,
        cap,
        ..Default::default()
    }
}

pub fn opportunity_terms(on: v1::OpportunityTrigger, rule: v1::OpportunityRule) -> v1::SchemeTerms {
    terms(Rule::Opportunity(v1::OpportunityRule {
        on: on.into(),
        ..rule
    }))
}

pub fn split_terms(share_bp: i32, method: v1::SplitMethod) -> v1::SchemeTerms {
    terms(Rule::Split(v1::SplitRule {
        share_bp,
        method: method.into(),
        ..Default::default()
    }))
}

pub fn grant_terms(monthly_cap: i64) -> v1::SchemeTerms {
    terms(Rule::Grant(v1::GrantRule { monthly_cap }))
}

fn terms(rule: Rule) -> v1::SchemeTerms {
    v1::SchemeTerms {
        rule: Some(rule),
        ..Default::default()
    }
}

/// Creates a scheme in points and publishes it.
pub async fn publish(fixture: &Fixture, name: &str, terms: v1::SchemeTerms) -> v1::Scheme {
    let request = v1::CreateSchemeRequest {
        name: name.into(),
        terms: Some(terms),
        ..Default::default()
    };
    let created = fixture.schemes().create_scheme(request).await.unwrap();
    let request = v1::PublishSchemeRequest {
        id: created.into_inner().scheme.unwrap().id,
        ..Default::default()
    };
    let answer = fixture.schemes().publish_scheme(request).await.unwrap();
    answer.into_inner().scheme.unwrap()
}

pub async fn give(fixture: &Fixture, scheme: &v1::Scheme, member: &str, amount: i64) -> v1::Reward {
    let request = v1::GrantRewardRequest {
        scheme_id: scheme.id.clone(),
        member_id: member.into(),
        amount,
        reason: "well done".into(),
        ..Default::default()
    };
    let answer = fixture.rewards().grant_reward(request).await.unwrap();
    answer.into_inner().reward.unwrap()
}

impl Company {
    pub async fn publish(&self, name: &str, terms: v1::SchemeTerms) -> v1::Scheme {
        publish(&self.fixture, name, terms).await
    }

    pub async fn give(&self, scheme: &v1::Scheme, member: usize, amount: i64) -> v1::Reward {
        give(&self.fixture, scheme, &self.members[member], amount).await
    }

    /// Wins a new deal of a member; gives what it earned them.
    pub async fn win(&self, member: usize, amount_minor: i64) -> v1::Reward {
        let owner_id = self.members[member].clone();
        let request = v1::CreateOpportunityRequest {
            opportunity: Some(v1::Opportunity {
                owner_id,
                ..deal("Pumps", amount_minor)
            }),
            ..Default::default()
        };
        let mut opportunities = self.fixture.opportunities();
        let created = opportunities.create_opportunity(request).await.unwrap();
        let id = created.into_inner().opportunity.unwrap().id;
        let won = self
            .stages
            .iter()
            .find(|one| one.kind() == v1::StageKind::Won);
        let request = v1::MoveOpportunityRequest {
            id: id.clone(),
            stage_id: won.unwrap().id.clone(),
            ..Default::default()
        };
        opportunities.move_opportunity(request).await.unwrap();
        let request = v1::ListRewardsRequest {
            filter: format!("opportunity:{id}"),
            ..Default::default()
        };
        let listed = self.fixture.rewards().list_rewards(request).await.unwrap();
        let mut rewards = listed.into_inner().rewards;
        assert_eq!(rewards.len(), 1, "a win pays once: {rewards:?}");
        rewards.remove(0)
    }

    pub async fn claim(&self, member: usize) {
        let request = v1::ClaimRewardsRequest {
            member_id: self.members[member].clone(),
            ..Default::default()
        };
        let answer = self.fixture.rewards().claim_rewards(request).await.unwrap();
        assert!(!answer.into_inner().rewards.is_empty());
    }

    pub async fn open(&self, packet: &v1::Packet, receiver: &str) -> Result<v1::Packet, Status> {
        let request = v1::OpenPacketRequest {
            id: packet.id.clone(),
            receiver_id: receiver.into(),
            ..Default::default()
        };
        let answer = self.fixture.packets().open_packet(request).await?;
        Ok(answer.into_inner().packet.unwrap())
    }

    /// What a member has in points.
    pub async fn points(&self, member: usize) -> v1::RewardBalance {
        let request = v1::GetRewardAccountRequest {
            member_id: self.members[member].clone(),
            ..Default::default()
        };
        let answer = self.fixture.rewards().get_reward_account(request).await;
        let balances = answer.unwrap().into_inner().balances;
        assert!(balances.len() <= 1, "there is only one unit: {balances:?}");
        balances.into_iter().next().unwrap_or_default()
    }

    /// From now on whoever runs the test calls as this member.
    pub async fn become_member(&self, id: &str) {
        let uid = std::fs::metadata(self.fixture.folder.path()).unwrap().uid();
        let request = v1::UpdateMemberRequest {
            member: Some(v1::Member {
                id: id.into(),
                unix_user: uid.to_string(),
                ..Default::default()
            }),
            update_mask: mask(&["unix_user"]),
            ..Default::default()
        };
        self.fixture.members().update_member(request).await.unwrap();
    }
}
