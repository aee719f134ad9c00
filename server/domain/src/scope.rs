//! What part of the workspace a figure is about: a pipeline, an owner, a team with all below it.

use imbl::OrdMap;

use crate::id::{MemberId, PipelineId, StageId, TeamId};
use crate::opportunity::Opportunity;
use crate::state::State;

/// A part of the workspace; what is not said does not restrict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Only this pipeline.
    pub pipeline: Option<PipelineId>,
    /// Only what this member owns.
    pub owner: Option<MemberId>,
    /// Only what is owned by a member of this team or one below it.
    pub team: Option<TeamId>,
}

impl Scope {
    /// The owners it covers, as teams are in a state.
    pub fn owners(&self, state: &State) -> Owners {
        let Some(team) = self.team else {
            return match self.owner {
                None => Owners::All,
                // Whoever does not exist owns nothing.
                Some(owner) => Owners::only(state.member(owner).map(|own| own.id).into_iter()),
            };
        };
        let members = state
            .members()
            .filter(|member| self.owner.is_none_or(|owner| owner == member.id))
            .filter(|member| {
                member
                    .team
                    .is_some_and(|own| state.team_is_within(own, team))
            });
        Owners::only(members.map(|member| member.id))
    }

    /// Whether it covers a pipeline.
    pub fn has_pipeline(&self, pipeline: PipelineId) -> bool {
        self.pipeline.is_none_or(|wanted| wanted == pipeline)
    }
}

impl State {
    /// The same owners, as all where nobody else owns anything: what is kept of all answers at once.
    pub(crate) fn widened(&self, owners: Owners) -> Owners {
        let Owners::Only(flags) = &owners else {
            return owners;
        };
        let covered = flags.iter().filter(|flag| **flag).count();
        // Whatever counts somewhere once entered some stage.
        let flows = &self.funnel_index().flows_by_owner;
        let mut stages = self.pipelines().flat_map(|pipeline| &pipeline.stages);
        let unowned = stages.any(|stage| flows.contains_key(&(stage.id, None)));
        if covered == self.member_count() && !unowned && !self.is_past() {
            Owners::All
        } else {
            owners
        }
    }
}

/// The owners a scope covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owners {
    /// All, and nobody too.
    All,
    /// These members: true at the place of their number.
    Only(Vec<bool>),
}

/// For so few members keys are looked up one by one rather than gone through.
const FEW_OWNERS: usize = 64;

impl Owners {
    fn only(members: impl Iterator<Item = MemberId>) -> Self {
        let mut flags = Vec::new();
        for place in members.filter_map(|member| usize::try_from(member.0).ok()) {
            if place >= flags.len() {
                flags.resize(place + 1, false);
            }
            flags[place] = true;
        }
        Self::Only(flags)
    }

    /// Whether what this member owns is covered; none = unassigned.
    pub fn contains(&self, owner: Option<MemberId>) -> bool {
        match self {
            Self::All => true,
            Self::Only(flags) => owner
                .and_then(|owner| usize::try_from(owner.0).ok())
                .and_then(|place| flags.get(place))
                .is_some_and(|flag| *flag),
        }
    }

    /// The members covered, by id; none = all, and nobody too.
    pub(crate) fn members(&self) -> Option<impl Iterator<Item = MemberId>> {
        let Self::Only(flags) = self else {
            return None;
        };
        let members = flags.iter().enumerate().filter(|(_, flag)| **flag);
        Some(members.map(|(place, _)| MemberId(place as u64)))
    }

    /// Visits the values of a stage whose owners are covered.
    pub(crate) fn each<'a, V>(
        &self,
        map: &'a OrdMap<(StageId, Option<MemberId>), V>,
        stage: StageId,
        mut visit: impl FnMut(&'a V),
    ) {
        if let Self::Only(flags) = self
            && flags.iter().filter(|flag| **flag).count() <= FEW_OWNERS
        {
            let members = flags.iter().enumerate().filter(|(_, flag)| **flag);
            for (place, _) in members {
                let found = map.get(&(stage, Some(MemberId(place as u64))));
                found.into_iter().for_each(&mut visit);
            }
            return;
        }
        for ((_, owner), value) in map.range((stage, None)..=(stage, Some(MemberId(u64::MAX)))) {
            if self.contains(*owner) {
                visit(value);
            }
        }
    }
}

/// A scope with its owners found: what opportunities are tested with.
#[derive(Clone, Debug)]
pub struct Test {
    scope: Scope,
    owners: Owners,
}

impl Test {
    /// Of a scope in a state.
    pub fn of(scope: Scope, state: &State) -> Self {
        Self {
            scope,
            owners: scope.owners(state),
        }
    }

    /// Whether an opportunity is covered; one that is put away never is.
    pub fn covers(&self, opportunity: &Opportunity) -> bool {
        !opportunity.archived && self.covers_archived(opportunity)
    }

    /// Whether an opportunity is covered, put away or not.
    pub fn covers_archived(&self, opportunity: &Opportunity) -> bool {
        self.covers_those_of(opportunity.pipeline, opportunity.owner)
    }

    /// Whether what is in a pipeline and belongs to an owner is covered.
    pub fn covers_those_of(&self, pipeline: PipelineId, owner: Option<MemberId>) -> bool {
        self.scope.has_pipeline(pipeline) && self.owners.contains(owner)
    }
}
