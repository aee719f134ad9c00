//! Badges by whom they were given to, and thanks by who gave them.

use std::sync::Arc;

use imbl::OrdSet;

use super::State;
use crate::badge::{Badge, BadgeKind};
use crate::id::{BadgeId, MemberId};
use crate::time::Timestamp;

/// Keys of badges, which are never changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct BadgeIndex {
    by_member: OrdSet<(MemberId, BadgeKind, BadgeId)>,
    thanks: OrdSet<(Option<MemberId>, Timestamp, BadgeId)>,
}

impl BadgeIndex {
    pub(super) fn link(&mut self, badge: &Badge) {
        self.by_member.insert((badge.member, badge.kind, badge.id));
        if badge.kind == BadgeKind::Thanks {
            self.thanks.insert((badge.giver, badge.at, badge.id));
        }
    }

    pub(super) fn of<'a>(badges: impl Iterator<Item = &'a Badge>) -> Self {
        let mut index = Self::default();
        badges.for_each(|badge| index.link(badge));
        index
    }
}

impl State {
    /// The badges of a member, by kind, then by id.
    pub fn badges_of(&self, member: MemberId) -> impl DoubleEndedIterator<Item = &Arc<Badge>> {
        let first = (member, BadgeKind::FirstDeal, BadgeId(0));
        let last = (member, BadgeKind::Thanks, BadgeId(u64::MAX));
        let found = self.indexes.badges.by_member.range(first..=last);
        found.filter_map(|(_, _, id)| self.badge(*id))
    }

    /// Whether a member has a badge of a kind.
    pub fn has_badge(&self, member: MemberId, kind: BadgeKind) -> bool {
        let range = (member, kind, BadgeId(0))..=(member, kind, BadgeId(u64::MAX));
        self.indexes.badges.by_member.range(range).next().is_some()
    }

    /// How often somebody thanked others from one instant up to, not including, another; none = the built-in administrator.
    pub fn thanks_given(&self, giver: Option<MemberId>, from: Timestamp, to: Timestamp) -> usize {
        let range = (giver, from, BadgeId(0))..(giver, to.max(from), BadgeId(0));
        self.indexes.badges.thanks.range(range).count()
    }
}
