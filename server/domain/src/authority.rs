//! Who leads whom: what only a manager may do asks here (DOMAIN.md §2, §9).

use crate::id::MemberId;
use crate::limits::MAX_TEAM_DEPTH;
use crate::member::Role;
use crate::state::State;

/// Whether whoever asks may do everything: an active ADMIN, or the built-in administrator, who is no member.
pub fn is_admin(state: &State, actor: Option<MemberId>) -> bool {
    match actor {
        None => true,
        Some(id) => state
            .member(id)
            .is_some_and(|member| member.active && member.role == Role::Admin),
    }
}

/// Whether whoever asks leads a member: ADMIN, or an active manager of the member's team or of a team above; never the
/// member themselves.
pub fn is_manager_of(state: &State, actor: Option<MemberId>, member: MemberId) -> bool {
    if is_admin(state, actor) {
        return true;
    }
    let Some(actor) = actor else {
        return false;
    };
    if actor == member || !state.member(actor).is_some_and(|member| member.active) {
        return false;
    }
    let team = state.member(member).and_then(|member| member.team);
    std::iter::successors(team, |id| state.team(*id)?.parent)
        .take(MAX_TEAM_DEPTH)
        .filter_map(|id| state.team(id))
        .any(|team| team.manager == Some(actor))
}

/// Who leads a member: the active manager of their team, or of the nearest team above whose manager is somebody else.
pub fn manager_of(state: &State, member: MemberId) -> Option<MemberId> {
    let team = state.member(member).and_then(|member| member.team);
    std::iter::successors(team, |id| state.team(*id)?.parent)
        .take(MAX_TEAM_DEPTH)
        .filter_map(|id| state.team(id)?.manager)
        .find(|manager| {
            *manager != member && state.member(*manager).is_some_and(|found| found.active)
        })
}
