//! A team with schemes, for the laws of incentives: member 1 Kim administers, 2 Lee leads East, where 3, 4, 5 … sell.

use sluice_domain::command::*;
use sluice_domain::cycle::Window;
use sluice_domain::*;

use crate::stagnation::company;
use crate::world::{World, date, usd};

pub const LEE: MemberId = MemberId(2);
pub const MAX: MemberId = MemberId(3);
pub const ANN: MemberId = MemberId(4);
pub const BEN: MemberId = MemberId(5);

/// The company of the stagnation laws with one more seller: Max, Ann and Ben sell in East, which Lee leads.
pub fn sellers() -> World {
    let mut world = company("Europe/Berlin");
    world.run(Command::CreateMember(CreateMember {
        name: "Ben".to_owned(),
        role: Role::Rep,
        team: Some(TeamId(2)),
        unix_user: None,
        email: None,
        external_id: None,
    }));
    world
}

/// Terms without bounds, claimable for thirty days.
pub fn terms(rule: Rule) -> Terms {
    Terms {
        rule,
        audience: Audience::default(),
        pipelines: Vec::new(),
        stages: Vec::new(),
        budget: None,
        caps: Vec::new(),
        approval: false,
        claim_days: 30,
    }
}

pub fn opportunity_rule(on: Trigger, amount: i64) -> Rule {
    Rule::Opportunity {
        on,
        payment: Payment::Fixed(amount),
        needs_activity: on == Trigger::Revived,
        vesting_days: if on == Trigger::Created { 7 } else { 0 },
    }
}

pub fn split_rule(share_bp: u16, method: SplitMethod) -> Rule {
    Rule::Split {
        covers: Vec::new(),
        share_bp,
        method,
        audience: SplitAudience::Team,
        window_hours: 72,
    }
}

impl World {
    /// Drafts and publishes a scheme in points, as the administrator.
    pub fn publish(&mut self, terms: Terms) -> SchemeId {
        self.publish_in(Unit::Points, terms)
    }

    pub fn publish_in(&mut self, unit: Unit, terms: Terms) -> SchemeId {
        let actor = self.actor.take();
        self.run(Command::CreateScheme(Box::new(CreateScheme {
            name: "scheme".to_owned(),
            note: None,
            unit,
            terms,
        })));
        let id = SchemeId(self.state.schemes().count() as u64);
        self.run(Command::PublishScheme(PublishScheme { id }));
        self.actor = actor;
        id
    }

    /// Publishes further terms of a scheme, in force from the next day on.
    pub fn republish(&mut self, id: SchemeId, terms: Terms) -> Result<Vec<Event>, Rejection> {
        let actor = self.actor.take();
        self.run(Command::UpdateScheme(Box::new(UpdateScheme {
            id,
            name: None,
            note: Patch::Keep,
            unit: None,
            draft: Patch::Set(Box::new(terms)),
        })));
        let published = self.try_run(&Command::PublishScheme(PublishScheme { id }));
        self.actor = actor;
        published
    }

    /// A deal of a member, created by them.
    pub fn sale(&mut self, owner: MemberId, amount_minor: i64) -> OpportunityId {
        let mut command = CreateOpportunity::new("deal", usd(amount_minor), date("2026-12-31"));
        command.owner = Some(owner);
        self.run(Command::CreateOpportunity(Box::new(command)));
        OpportunityId(self.state.opportunity_count() as u64)
    }

    pub fn by(&mut self, member: MemberId, command: Command) -> Vec<Event> {
        let before = self.actor.replace(member);
        let events = self.run(command);
        self.actor = before;
        events
    }

    pub fn refused_as(&mut self, member: MemberId, command: Command) -> Vec<String> {
        let before = self.actor.replace(member);
        let reasons = self.rejected(command);
        self.actor = before;
        reasons
    }

    pub fn claim(&mut self, member: MemberId) -> Vec<Event> {
        self.by(
            member,
            Command::ClaimRewards(ClaimRewards {
                ids: Vec::new(),
                member: None,
            }),
        )
    }

    pub fn open(&mut self, member: MemberId, id: u64) -> Vec<Event> {
        self.by(member, open(id))
    }

    /// Ticks until nothing is due; how many commits that took.
    pub fn tick(&mut self) -> usize {
        for commits in 0..10_000 {
            if self.run(Command::Tick).is_empty() {
                return commits;
            }
        }
        panic!("a Tick always has something to do");
    }

    pub fn reward(&self, id: u64) -> &Reward {
        self.state.reward(RewardId(id)).expect("a reward")
    }

    /// Every reward, as `id member amount own STATE`.
    pub fn rewards(&self) -> Vec<String> {
        self.state
            .rewards()
            .map(|reward| {
                format!(
                    "{} {} {} {} {}",
                    reward.id,
                    reward.member,
                    reward.amount,
                    reward.own_amount(),
                    reward.state.name()
                )
            })
            .collect()
    }

    pub fn balance(&self, account: Account) -> i128 {
        self.state.balance(account, Unit::Points)
    }

    pub fn wallet(&self, member: MemberId) -> i128 {
        self.balance(Account::Wallet(member))
    }

    /// What is in each packet, with its state.
    pub fn packets(&self) -> Vec<(i64, PacketState)> {
        self.state
            .packets()
            .map(|packet| (packet.amount, packet.state))
            .collect()
    }

    /// The notices of a member, by kind.
    pub fn notices_to(&self, member: MemberId) -> Vec<NoticeKind> {
        self.state
            .notices_of(member)
            .map(|notice| notice.kind)
            .collect()
    }

    pub fn income(&self, member: MemberId, from: &str, to: &str) -> i128 {
        let window = Window {
            start: date(from),
            end: date(to),
        };
        self.state
            .reward_income(member, Unit::Points, window)
            .amount
    }
}

pub fn open(id: u64) -> Command {
    Command::OpenPacket(OpenPacket {
        id: PacketId(id),
        receiver: None,
    })
}

pub fn reverse(id: u64) -> Command {
    Command::ReverseReward(ReverseReward {
        id: RewardId(id),
        reason: "a mistake".to_owned(),
    })
}

pub fn fund(id: u64) -> Command {
    Command::FundReward(FundReward { id: RewardId(id) })
}

pub fn end(id: SchemeId) -> Command {
    Command::EndScheme(EndScheme { id })
}

pub fn leaves(id: MemberId) -> Command {
    Command::UpdateMember(UpdateMember {
        id,
        name: None,
        role: None,
        team: Patch::Keep,
        unix_user: Patch::Keep,
        email: Patch::Keep,
        external_id: Patch::Keep,
        active: Some(false),
    })
}
