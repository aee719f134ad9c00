//! What of all there is concerns the person at this screen: whom they manage, what they may decide, what they have not read.

use crate::attention::{
    Alert, AlertState, Approval, ApprovalState, Message, NoticeKind, RewardNews, Subject,
};
use crate::model::{Model, Screen};
use crate::record::MemberRole;
use crate::screens::alerts;

/// Most teams above one another that are looked at: a chain that is longer is a ring.
const MAX_TEAMS_UP: usize = 64;

impl Model {
    /// The member who manages another: the manager of their team, or of the nearest team above whose manager is somebody else.
    pub fn manager_of(&self, member: u64) -> Option<u64> {
        self.managers_of(member).next()
    }

    /// All who manage a member, from the nearest up.
    fn managers_of(&self, member: u64) -> impl Iterator<Item = u64> + '_ {
        let teams = &self.picture.teams;
        let first = self.picture.members.get(&member);
        let mut team = first.and_then(|member| member.team_id);
        let chain = std::iter::from_fn(move || {
            let here = teams.get(&team?)?;
            team = here.parent_id;
            Some(here.manager_id)
        });
        chain
            .take(MAX_TEAMS_UP)
            .flatten()
            .filter(move |manager| *manager != member)
    }

    /// The person is the built-in administrator, or has that role.
    pub fn is_admin(&self) -> bool {
        let me = self.me.and_then(|id| self.picture.members.get(&id));
        me.is_none_or(|member| member.role == MemberRole::Admin)
    }

    /// The person may decide on a request: they manage the deal's owner, and did not ask for it themselves.
    pub fn may_decide(&self, approval: &Approval) -> bool {
        if self.is_admin() {
            return true;
        }
        let Some(me) = self.me else {
            return false;
        };
        let deal = self.picture.board.card(approval.opportunity_id);
        let owner = deal.and_then(|deal| deal.owner_id);
        approval.requester_id != Some(me)
            && owner.is_some_and(|owner| self.managers_of(owner).any(|manager| manager == me))
    }

    /// The person may reward a member, and decide on their rewards: they manage them; never oneself.
    pub fn may_reward(&self, member: u64) -> bool {
        if self.me == Some(member) {
            return false;
        }
        self.is_admin()
            || self
                .me
                .is_some_and(|me| self.managers_of(member).any(|manager| manager == me))
    }

    /// The person manages somebody, or administers the workspace.
    pub fn leads(&self) -> bool {
        let mut teams = self.picture.teams.values();
        self.is_admin() || self.me.is_some() && teams.any(|team| team.manager_id == self.me)
    }

    /// The alert that verbs act on: the selected one, or the person's worst one about the deal on the screen.
    pub fn alert(&self) -> Option<&Alert> {
        if self.screen == Screen::Alerts {
            return alerts::selected(self);
        }
        let deal = self.selected()?.id;
        let alerts = self.picture.attention.alerts_of(self.me);
        let open = |alert: &&Alert| alert.state == AlertState::Open;
        alerts
            .into_iter()
            .filter(open)
            .find(|alert| alert.opportunity_id == deal)
    }

    /// How many requests wait for the person's decision.
    pub fn to_decide(&self) -> usize {
        let approvals = self.picture.attention.approvals.values();
        approvals
            .filter(|approval| approval.state == ApprovalState::Pending)
            .filter(|approval| self.may_decide(approval))
            .count()
    }

    /// The person's messages, oldest first; without those that only say what waits for a decision anyway.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = &Message> {
        let attention = &self.picture.attention;
        let asks = |message: &Message| match (message.kind, message.subject) {
            (NoticeKind::ApprovalRequested, Some(Subject::Approval(id))) => attention
                .approvals
                .get(&id)
                .is_some_and(|approval| approval.state == ApprovalState::Pending),
            // What waits for the person stands above the messages itself.
            (NoticeKind::Reward(RewardNews::Awaits), Some(Subject::Reward(id))) => {
                self.purse.awaiting.contains_key(&id)
            }
            _ => false,
        };
        attention
            .messages
            .values()
            .filter(|message| self.me.is_none() || message.recipient_id == self.me)
            .filter(move |message| !asks(message))
    }

    /// How many of them are unread.
    pub fn unread(&self) -> usize {
        self.messages().filter(|message| !message.read).count()
    }
}
