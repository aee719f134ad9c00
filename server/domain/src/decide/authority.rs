//! What the caller of a command may decide for others.

use super::judge::Judge;
use crate::authority;
use crate::id::MemberId;

impl Judge<'_> {
    /// Whether the caller leads a member: ADMIN, or manager of their team or of a team above, and somebody else.
    pub(super) fn is_manager_of(&self, member: MemberId) -> bool {
        authority::is_manager_of(self.state, self.actor(), member)
    }

    /// Whether the caller may decide about what a member owns; about what nobody owns only ADMIN.
    pub(super) fn manages(&self, owner: Option<MemberId>) -> bool {
        match owner {
            Some(member) => self.is_manager_of(member),
            None => authority::is_admin(self.state, self.actor()),
        }
    }
}
