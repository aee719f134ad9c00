//! Who is told what about rewards: one notice a member, kind and commit, however many clawbacks it has; of packets only whoever
//! had none to open.

use std::collections::BTreeMap;

use super::books::Books;
use crate::authority::manager_of;
use crate::entity::EntityKey;
use crate::id::MemberId;
use crate::notice::{Draft, NoticeFigures, NoticeKind, post};
use crate::packet::Packet;
use crate::reward::{Cause, Reward};
use crate::scheme::{Scheme, Unit};

/// What is told at the end of a commit.
#[derive(Default)]
pub(super) struct Told {
    /// By receiver: the first packet, and who sent it.
    arrived: BTreeMap<MemberId, (EntityKey, MemberId)>,
    /// By who loses and unit: what is taken back first, and how much in all.
    lost: BTreeMap<(MemberId, Unit), (EntityKey, i64)>,
}

impl Told {
    pub(super) fn arrived(&mut self, packet: &Packet) {
        let first = (packet.id.into(), packet.giver);
        self.arrived.entry(packet.receiver).or_insert(first);
    }

    pub(super) fn lost(&mut self, member: MemberId, unit: Unit, what: EntityKey, amount: i64) {
        let told = self.lost.entry((member, unit)).or_insert((what, 0));
        told.1 = told.1.saturating_add(amount);
    }
}

impl Books<'_> {
    /// Tells a member of a reward.
    pub(in crate::decide) fn tell(
        &mut self,
        recipient: MemberId,
        kind: NoticeKind,
        reward: &Reward,
        approved: Option<bool>,
    ) {
        let text = match &reward.cause {
            Cause::Grant { reason, .. } => Some(reason.clone()),
            _ => reward.end_reason.clone(),
        };
        let window = match &reward.cause {
            Cause::Task { window, .. }
            | Cause::Rank { window, .. }
            | Cause::Attainment { window, .. } => Some(*window),
            _ => None,
        };
        // What somebody caused for themselves by their own work is told to them all the same.
        let by_own_work = matches!(kind, NoticeKind::TaskReached | NoticeKind::RankingPaid);
        let draft = Draft {
            recipient,
            kind,
            subject: Some(reward.id.into()),
            actor: self.actor.filter(|_| !by_own_work),
            figures: NoticeFigures {
                value: Some(reward.amount),
                window,
                approved,
                text,
                ..NoticeFigures::default()
            },
            at: self.now,
        };
        post(self.state, self.events, draft);
    }

    /// Tells the manager of a member and whoever made a scheme that its fund cannot pay, once a day.
    pub(super) fn tell_unfunded(&mut self, scheme: &Scheme, reward: &Reward) {
        let manager = manager_of(self.state, reward.member);
        let creator = scheme.created_by.filter(|id| Some(*id) != manager);
        let zone = self.state.zone();
        let today = zone.start_of(zone.date_of(self.now));
        let subject: EntityKey = scheme.id.into();
        for recipient in manager.into_iter().chain(creator) {
            let kept = self.state.notices_of(recipient).rev();
            let mut told_today = kept.take_while(|notice| notice.at >= today);
            let is_told = |kind, about: Option<EntityKey>| {
                kind == NoticeKind::RewardUnfunded && about == Some(subject)
            };
            let now_told = self.events.iter().any(|event| match event {
                crate::event::Event::NoticePosted { notice } => {
                    notice.recipient == recipient && is_told(notice.kind, notice.subject)
                }
                _ => false,
            });
            if now_told || told_today.any(|notice| is_told(notice.kind, notice.subject)) {
                continue;
            }
            let draft = Draft {
                recipient,
                kind: NoticeKind::RewardUnfunded,
                subject: Some(subject),
                actor: None,
                figures: NoticeFigures {
                    value: Some(reward.amount),
                    ..NoticeFigures::default()
                },
                at: self.now,
            };
            post(self.state, self.events, draft);
        }
    }

    /// Tells of packets that arrived and of what was taken back. The last thing a commit does with its books.
    pub(in crate::decide) fn finish(mut self) {
        let told = std::mem::take(&mut self.told);
        for (recipient, (subject, giver)) in told.arrived {
            // Packets come by the dozen and stand on a list of their own: whoever has some to open has been told.
            if self.state.packets_to_open(recipient).next().is_none() {
                // Nobody sees what is in it before it is opened.
                let kind = NoticeKind::PacketArrived;
                self.tell_of(recipient, kind, subject, Some(giver), None);
            }
        }
        let actor = self.actor;
        for ((recipient, _), (subject, amount)) in told.lost {
            let kind = NoticeKind::RewardTakenBack;
            self.tell_of(recipient, kind, subject, actor, Some(amount));
        }
    }

    fn tell_of(
        &mut self,
        recipient: MemberId,
        kind: NoticeKind,
        subject: EntityKey,
        actor: Option<MemberId>,
        amount: Option<i64>,
    ) {
        let draft = Draft {
            recipient,
            kind,
            subject: Some(subject),
            actor,
            figures: NoticeFigures {
                value: amount,
                ..NoticeFigures::default()
            },
            at: self.now,
        };
        post(self.state, self.events, draft);
    }
}
