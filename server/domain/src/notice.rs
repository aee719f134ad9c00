//! The notice (通知): a message in a member's inbox about something that happened to what they answer for.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::cycle::Window;
use crate::digest::Digest;
use crate::entity::{Entity, EntityKey};
use crate::event::Event;
use crate::id::{MemberId, NoticeId};
use crate::limits::{DIGEST_BYTES, MAX_NOTICES_PER_MEMBER};
use crate::state::State;
use crate::time::Timestamp;

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum NoticeKind {
    /// A goal reached 50 % of its target.
    GoalReached50,
    /// A goal reached 90 % of its target.
    GoalReached90,
    /// A goal reached its target.
    GoalReached100,
    /// An amount changed by more than 20 % after a credited move (DOMAIN.md §4).
    AmountAmended,
    /// Somebody asks for an approval.
    ApprovalRequested,
    /// An approval was given or refused.
    ApprovalDecided,
    /// A request for approval, or an approval given, holds no longer.
    ApprovalEnded,
    /// The digest of a cycle is ready.
    Digest,
    /// Something could not be delivered, and no further attempt is made.
    DeliveryFailed,
    /// A manager gave a reward personally.
    RewardGiven,
    /// A reward that awaited an approval was approved or refused.
    RewardDecided,
    /// A reward awaits an approval.
    RewardAwaitsApproval,
    /// A scheme's fund could not pay a reward; told once a scheme and day.
    RewardUnfunded,
    /// A packet can be opened, and there was none before.
    PacketArrived,
    /// The target of a task was reached: its reward can be claimed.
    TaskReached,
    /// A cycle was closed, and its ranking paid a reward.
    RankingPaid,
    /// A reward, or a packet that was opened, was taken back.
    RewardTakenBack,
    /// A colleague gave thanks.
    Thanked,
}

impl NoticeKind {
    /// The stable name, as the API and filters write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GoalReached50 => "GOAL_REACHED_50",
            Self::GoalReached90 => "GOAL_REACHED_90",
            Self::GoalReached100 => "GOAL_REACHED_100",
            Self::AmountAmended => "AMOUNT_AMENDED",
            Self::ApprovalRequested => "APPROVAL_REQUESTED",
            Self::ApprovalDecided => "APPROVAL_DECIDED",
            Self::ApprovalEnded => "APPROVAL_ENDED",
            Self::Digest => "DIGEST",
            Self::DeliveryFailed => "DELIVERY_FAILED",
            Self::RewardGiven => "REWARD_GIVEN",
            Self::RewardDecided => "REWARD_DECIDED",
            Self::RewardAwaitsApproval => "REWARD_AWAITS_APPROVAL",
            Self::RewardUnfunded => "REWARD_UNFUNDED",
            Self::PacketArrived => "PACKET_ARRIVED",
            Self::TaskReached => "TASK_REACHED",
            Self::RankingPaid => "RANKING_PAID",
            Self::RewardTakenBack => "REWARD_TAKEN_BACK",
            Self::Thanked => "THANKED",
        }
    }
}

/// What a notice tells besides its kind and subject; which of them are set depends on the kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeFigures {
    /// The value now: the new amount, what a goal has reached, a reward or what is in the packets that arrived. Minor units,
    /// points where the reward is in points, or a count where the metric counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<i64>,
    /// The value it is compared with: the amount before, the target. In the same unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared_with: Option<i64>,
    /// The cycle it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// Whether an approval was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<bool>,
    /// The reason or comment somebody wrote, or what went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Box<str>>,
    /// The digest itself, as it was then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Box<Digest>>,
}

impl NoticeFigures {
    /// Estimated bytes on the wire.
    pub(crate) fn wire_bytes(&self) -> usize {
        let text = self.text.as_ref().map_or(0, |text| text.len());
        text + self.digest.as_ref().map_or(0, |_| DIGEST_BYTES)
    }
}

/// A message in a member's inbox. An inbox keeps the newest [`MAX_NOTICES_PER_MEMBER`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// Whose inbox it is in.
    pub recipient: MemberId,
    /// What it is about.
    pub kind: NoticeKind,
    /// The thing it is about: the goal, the opportunity, the approval …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<EntityKey>,
    /// Who caused it, where a member did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<MemberId>,
    /// What it tells.
    #[serde(default)]
    pub figures: NoticeFigures,
    /// When it was posted.
    pub at: Timestamp,
    /// When it was read; none = unread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
    /// Revision of the last commit that changed it.
    pub revision: u64,
}

/// A notice before it has an id.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) recipient: MemberId,
    pub(crate) kind: NoticeKind,
    pub(crate) subject: Option<EntityKey>,
    pub(crate) actor: Option<MemberId>,
    pub(crate) figures: NoticeFigures,
    pub(crate) at: Timestamp,
}

/// Adds a notice to the facts of a commit; `events` must hold all that the commit has posted so far, so that ids follow on.
/// Nothing is posted to a member who has left, and nobody is told of what they did themselves.
pub(crate) fn post(state: &State, events: &mut Vec<Event>, draft: Draft) {
    let Draft {
        recipient,
        kind,
        subject,
        actor,
        figures,
        at,
    } = draft;
    let reads_it = state.member(recipient).is_some_and(|member| member.active);
    if !reads_it || actor == Some(recipient) {
        return;
    }
    let last = events.iter().rev().find_map(|event| match event {
        Event::NoticePosted { notice } => Some(notice.id),
        _ => None,
    });
    let notice = Notice {
        id: last.map_or_else(|| state.next_notice(), |last| NoticeId(last.0 + 1)),
        recipient,
        kind,
        subject,
        actor,
        figures,
        at,
        read_at: None,
        revision: 0,
    };
    events.push(Event::NoticePosted { notice });
}

/// Drops the oldest notices of an inbox that has too many. The newest of all stays, so ids are never given twice.
pub(crate) fn trim(state: &mut State, recipient: MemberId) {
    let held = state.notice_count(recipient);
    let oldest: Vec<NoticeId> = state
        .notices_of(recipient)
        .take(held.saturating_sub(MAX_NOTICES_PER_MEMBER))
        .map(|notice| notice.id)
        .collect();
    for id in oldest {
        state.remove(id.into());
    }
}

/// Marks a notice as read; it stays read since the first time.
pub(crate) fn read(state: &mut State, id: NoticeId, at: Timestamp) {
    let Some(current) = state.notice(id) else {
        return;
    };
    let mut notice = Notice::clone(current);
    notice.read_at = notice.read_at.or(Some(at));
    notice.revision = state.next_revision();
    state.put(Entity::Notice(Arc::new(notice)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::apply;
    use crate::member::{Member, Role};

    fn with_members(count: u64) -> State {
        let mut state = State::new();
        for id in 1..=count {
            let member = Member {
                id: MemberId(id),
                name: format!("member {id}").into(),
                role: Role::Rep,
                team: None,
                unix_user: None,
                email: None,
                external_id: None,
                active: id != count,
                created_at: Timestamp(0),
                revision: 0,
            };
            apply(&mut state, &Event::MemberCreated { member });
        }
        state.finish_commit();
        state
    }

    fn draft(recipient: u64) -> Draft {
        Draft {
            recipient: MemberId(recipient),
            kind: NoticeKind::AmountAmended,
            subject: None,
            actor: Some(MemberId(2)),
            figures: NoticeFigures::default(),
            at: Timestamp(7),
        }
    }

    #[test]
    fn notices_of_one_commit_are_numbered_in_turn_and_only_for_others_who_are_here() {
        let state = with_members(4);
        let mut events = Vec::new();
        for recipient in [1, 2, 3, 4, 5] {
            post(&state, &mut events, draft(recipient));
        }
        let told: Vec<_> = events
            .iter()
            .map(|event| match event {
                Event::NoticePosted { notice } => (notice.id.0, notice.recipient.0),
                _ => panic!("{event:?}"),
            })
            .collect();
        // Member 2 did it, member 4 has left, member 5 never was.
        assert_eq!(told, [(1, 1), (2, 3)]);
    }

    #[test]
    fn an_inbox_keeps_the_newest_and_its_rows_say_what_went() {
        let mut state = with_members(4);
        for _ in 0..=MAX_NOTICES_PER_MEMBER {
            let mut events = Vec::new();
            post(&state, &mut events, draft(1));
            post(&state, &mut events, draft(3));
            for event in &events {
                apply(&mut state, event);
            }
            let effects = state.finish_commit();
            let gone = effects.rows.iter().filter(|row| row.after.is_none());
            let overfull = state.next_notice().0 > 2 * MAX_NOTICES_PER_MEMBER as u64 + 1;
            assert_eq!(gone.count(), if overfull { 2 } else { 0 });
        }
        assert_eq!(
            state.notices_of(MemberId(1)).count(),
            MAX_NOTICES_PER_MEMBER
        );
        let oldest = state.notices_of(MemberId(1)).next().map(|notice| notice.id);
        assert_eq!(oldest, Some(NoticeId(3)));
        let rows = state.notices().cloned().map(Entity::Notice);
        let rows = rows.chain(state.members().cloned().map(Entity::Member));
        let again = State::from_rows(state.revision(), rows).unwrap();
        assert_eq!(again, state);
    }

    #[test]
    fn a_notice_stays_read_since_the_first_time() {
        let mut state = with_members(4);
        let mut events = Vec::new();
        post(&state, &mut events, draft(1));
        apply(&mut state, &events[0]);
        read(&mut state, NoticeId(1), Timestamp(10));
        read(&mut state, NoticeId(1), Timestamp(20));
        let read_at = state.notice(NoticeId(1)).and_then(|notice| notice.read_at);
        assert_eq!(read_at, Some(Timestamp(10)));
    }
}
