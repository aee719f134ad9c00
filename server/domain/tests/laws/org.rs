//! A small organisation: Kim is ADMIN, Mia leads the team of Rex and Ron, Max leads the team above.

use sluice_domain::command::*;
use sluice_domain::*;

use crate::world::{World, date, usd};

pub const KIM: MemberId = MemberId(1);
pub const MAX: MemberId = MemberId(2);
pub const MIA: MemberId = MemberId(3);
pub const REX: MemberId = MemberId(4);
pub const RON: MemberId = MemberId(5);

impl World {
    /// The workspace of `World::new` with its people.
    pub fn with_people() -> Self {
        let mut world = Self::new("2026-03-02T08:00:00Z", "UTC");
        let member = |name: &str, role, team| {
            Command::CreateMember(CreateMember {
                name: name.to_owned(),
                role,
                team,
                unix_user: None,
                email: None,
                external_id: None,
            })
        };
        let team = |name: &str, parent| {
            Command::CreateTeam(CreateTeam {
                name: name.to_owned(),
                parent,
                ..CreateTeam::default()
            })
        };
        world.run(team("Sales", None));
        world.run(team("East", Some(TeamId(1))));
        for (name, role, at) in [
            ("Max", Role::Manager, 1),
            ("Mia", Role::Manager, 2),
            ("Rex", Role::Rep, 2),
            ("Ron", Role::Rep, 2),
        ] {
            world.run(member(name, role, Some(TeamId(at))));
        }
        for (id, manager) in [(TeamId(1), MAX), (TeamId(2), MIA)] {
            world.run(Command::UpdateTeam(UpdateTeam {
                id,
                name: None,
                parent: Patch::Keep,
                manager: Patch::Set(manager),
                external_id: Patch::Keep,
            }));
        }
        world
    }

    /// Runs as somebody.
    pub fn as_member(&mut self, member: MemberId) -> &mut Self {
        self.actor = Some(member);
        self
    }

    pub fn deal_of(&mut self, owner: MemberId, amount_minor: i64) -> OpportunityId {
        let mut create = CreateOpportunity::new("deal", usd(amount_minor), date("2026-03-31"));
        create.owner = Some(owner);
        self.run(Command::CreateOpportunity(Box::new(create)));
        OpportunityId(self.state.opportunity_count() as u64)
    }

    /// Puts a gate before a stage, as the administrator.
    pub fn guard(&mut self, stage: u64, gate: Gate) {
        let actor = self.actor.replace(KIM);
        self.run(Command::UpdateStage(UpdateStage {
            id: StageId(stage),
            name: None,
            win_probability_bp: None,
            stagnation_period_days: Patch::Keep,
            required_fields: None,
            gate: Some(gate),
        }));
        self.actor = actor;
    }

    /// What a member was told, oldest first: kind and subject.
    pub fn inbox_of(&self, member: MemberId) -> Vec<String> {
        self.state
            .notices_of(member)
            .map(|notice| {
                let subject = notice.subject.map(EntityKey::long).unwrap_or_default();
                format!("{} {subject}", notice.kind.name())
            })
            .collect()
    }
}

pub fn advance(id: OpportunityId, to: u64) -> Command {
    Command::MoveOpportunity(MoveOpportunity::new(id, StageId(to)))
}

pub fn override_to(id: OpportunityId, to: u64, reason: &str) -> Command {
    Command::MoveOpportunity(MoveOpportunity {
        override_reason: Some(reason.to_owned()),
        ..MoveOpportunity::new(id, StageId(to))
    })
}

pub fn ask(opportunity: OpportunityId, stage: u64) -> Command {
    Command::RequestApproval(RequestApproval {
        opportunity,
        stage: StageId(stage),
        note: Some("the customer waits".to_owned()),
    })
}

pub fn answer(id: u64, approve: bool, reason: &str) -> Command {
    Command::DecideApproval(DecideApproval {
        id: ApprovalId(id),
        approve,
        reason: Some(reason.to_owned()),
    })
}
