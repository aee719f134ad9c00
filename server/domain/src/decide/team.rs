//! Judges commands about teams.

use std::sync::Arc;

use super::judge::Judge;
use crate::command::{CreateTeam, Patch, UpdateTeam};
use crate::event::Event;
use crate::id::TeamId;
use crate::limits::{MAX_NAME_CHARS, MAX_TEAM_DEPTH, MAX_TEAMS};
use crate::rejection::{Reason, Rejection};
use crate::team::Team;
use crate::text;

pub(super) fn create(mut judge: Judge, command: &CreateTeam) -> Result<Vec<Event>, Rejection> {
    if judge.state.team_count() >= MAX_TEAMS {
        let text = format!("a workspace has at most {MAX_TEAMS} teams");
        judge.violations.add(Reason::LimitReached, "", text);
    }
    let id = judge.state.next_team();
    let team = Team {
        id,
        name: text::required("name", &command.name, MAX_NAME_CHARS, &mut judge.violations),
        parent: command.parent,
        manager: command.manager,
        external_id: external_id(&mut judge, id, command.external_id.as_deref()),
        created_at: judge.now(),
        revision: 0,
    };
    if let Some(parent) = team.parent {
        check_parent(&mut judge, id, parent);
    }
    if let Some(manager) = team.manager {
        judge.active_member("manager_id", manager);
    }
    judge.conclude(vec![Event::TeamCreated { team }])
}

pub(super) fn update(mut judge: Judge, command: &UpdateTeam) -> Result<Vec<Event>, Rejection> {
    let Some(current) = judge.team("id", command.id) else {
        return judge.conclude(Vec::new());
    };
    let mut team = Team::clone(current);
    if let Some(name) = &command.name {
        team.name = text::required("name", name, MAX_NAME_CHARS, &mut judge.violations);
    }
    if let Patch::Set(parent) = command.parent {
        check_parent(&mut judge, team.id, parent);
    }
    team.parent = command.parent.clone().resolve(team.parent);
    if let Patch::Set(manager) = command.manager
        && team.manager != Some(manager)
    {
        judge.active_member("manager_id", manager);
    }
    team.manager = command.manager.clone().resolve(team.manager);
    if !command.external_id.is_keep() {
        let given = command.external_id.clone().resolve(None);
        team.external_id = external_id(&mut judge, team.id, given.as_deref());
    }
    let events = if team == **current {
        Vec::new()
    } else {
        vec![Event::TeamUpdated {
            team,
            at: judge.now(),
        }]
    };
    judge.conclude(events)
}

/// The team above must exist, must not be below the team itself, and the tree must stay shallow.
fn check_parent(judge: &mut Judge, id: TeamId, parent: TeamId) {
    if judge.team("parent_id", parent).is_none() {
        return;
    }
    if judge.state.team_is_within(parent, id) {
        let text = format!("{} is {} or below it", parent.long(), id.long());
        judge.violations.add(Reason::TeamCycle, "parent_id", text);
        return;
    }
    let state = judge.state;
    let above = std::iter::successors(Some(parent), |id| state.team(*id)?.parent).count();
    let depth = above + height_of(judge, id, MAX_TEAM_DEPTH);
    if depth > MAX_TEAM_DEPTH {
        let text =
            format!("the tree of teams has at most {MAX_TEAM_DEPTH} levels, this makes {depth}");
        judge
            .violations
            .add(Reason::LimitReached, "parent_id", text);
    }
}

/// Levels of the tree from a team down, itself included.
fn height_of(judge: &Judge, id: TeamId, bound: usize) -> usize {
    if bound == 0 {
        return 1;
    }
    let below = judge.state.teams().filter(|team| team.parent == Some(id));
    1 + below
        .map(|team| height_of(judge, team.id, bound - 1))
        .max()
        .unwrap_or(0)
}

fn external_id(judge: &mut Judge, id: TeamId, given: Option<&str>) -> Option<Arc<str>> {
    judge.external_id(id, given, |state, key| {
        Some(state.team_by_external_id(key)?.id)
    })
}
