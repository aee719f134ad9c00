//! Who is where and what the goals are, so that what was computed from them knows whether they are still the same.

use std::sync::Arc;

use imbl::OrdMap;
use imbl::ordmap::DiffItem;

use super::State;
use crate::goal::Goal;
use crate::id::{GoalId, MemberId, TeamId};
use crate::member::Member;
use crate::team::Team;
use crate::time::Zone;

/// The teams, members, goals and zone of a state. Two are compared by where they lie, not by what they hold: a state that
/// came from another one without touching them has the very same.
#[derive(Clone, Debug)]
pub(crate) struct Company {
    teams: OrdMap<TeamId, Arc<Team>>,
    members: OrdMap<MemberId, Arc<Member>>,
    goals: OrdMap<GoalId, Arc<Goal>>,
    zone: Zone,
}

impl Company {
    /// Whether no team has changed.
    pub(crate) fn has_teams_of(&self, state: &State) -> bool {
        self.teams.ptr_eq(&state.teams)
    }

    /// Whether no member has changed.
    pub(crate) fn has_members_of(&self, state: &State) -> bool {
        self.members.ptr_eq(&state.members)
    }

    /// Whether everybody has the targets they had. That a goal was told of changes its row, and no target.
    pub(crate) fn has_targets_of(&self, state: &State) -> bool {
        let same = |old: &Goal, new: &Goal| {
            (old.key(), old.target, old.archived) == (new.key(), new.target, new.archived)
        };
        self.goals.ptr_eq(&state.goals)
            || self.goals.diff(&state.goals).all(|item| match item {
                DiffItem::Update { old, new } => same(old.1, new.1),
                DiffItem::Add(..) | DiffItem::Remove(..) => false,
            })
    }

    /// Whether the days begin when they did.
    pub(crate) fn has_zone_of(&self, state: &State) -> bool {
        self.zone == state.zone()
    }
}

impl State {
    /// Who is where now.
    pub(crate) fn company(&self) -> Company {
        Company {
            teams: self.teams.clone(),
            members: self.members.clone(),
            goals: self.goals.clone(),
            zone: self.zone(),
        }
    }
}
