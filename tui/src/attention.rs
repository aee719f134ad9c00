//! What asks for a person: alerts about stagnation, requests for approval, notices. Kept by id, and in the order a person reads them.

use std::collections::{BTreeMap, BTreeSet};

use crate::record::{Level, Micros};
use crate::report::{GoalMetric, Who};

/// Where an alert stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AlertState {
    /// Its recipient has done nothing about it.
    #[default]
    Open,
    /// Seen.
    Acknowledged,
    /// Silent until then.
    Snoozed {
        /// When it comes back.
        until_us: Micros,
    },
    /// The deal left the stage.
    Resolved,
}

/// An alert about a deal that stagnates (DOMAIN.md §3), for one recipient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alert {
    /// `alerts/ID`.
    pub id: u64,
    /// The deal.
    pub opportunity_id: u64,
    /// The stage it stagnates in.
    pub stage_id: u64,
    /// How far.
    pub level: Level,
    /// Whom it tells; none = nobody in particular.
    pub recipient_id: Option<u64>,
    /// When the level was reached.
    pub raised_us: Micros,
    /// Where it stands.
    pub state: AlertState,
    /// Why it was snoozed, or what was said when it was acknowledged; may be empty.
    pub reason: String,
}

/// How far a request for approval has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ApprovalState {
    /// Nobody has decided.
    #[default]
    Pending,
    /// Approved; the move has not been made.
    Approved,
    /// Refused.
    Refused,
    /// Used up by the move, or void.
    Ended,
}

/// A request that a deal may enter a stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Approval {
    /// `approvals/ID`.
    pub id: u64,
    /// The deal.
    pub opportunity_id: u64,
    /// The stage it is to enter.
    pub stage_id: u64,
    /// How far it has come.
    pub state: ApprovalState,
    /// Who asks; none = the built-in administrator.
    pub requester_id: Option<u64>,
    /// What they say to it; may be empty.
    pub note: String,
    /// The deal's amount then, minor units.
    pub amount_minor: i64,
    /// When it was asked.
    pub created_us: Micros,
    /// Why it holds no longer, as the sentence about it names it; empty while it does.
    pub end: &'static str,
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoticeKind {
    /// A goal reached so many percent of its target.
    GoalReached(u8),
    /// An amount changed much after a credited move.
    AmountAmended,
    /// Somebody asks for an approval.
    ApprovalRequested,
    /// An approval was given or refused.
    ApprovalDecided,
    /// A request for approval, or an approval given, holds no longer.
    ApprovalEnded,
    /// The digest of a cycle is ready.
    Digest,
    /// Something could not be delivered.
    DeliveryFailed,
    /// Something about rewards.
    Reward(RewardNews),
    /// A kind this client does not know yet.
    #[default]
    Other,
}

/// What a notice about rewards says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RewardNews {
    /// A manager gave a reward personally.
    Given,
    /// A reward that awaited an approval was approved or refused.
    Decided,
    /// A reward awaits the person's approval.
    Awaits,
    /// A fund could not pay.
    Unfunded,
    /// A packet can be opened.
    Packet,
    /// The target of a task was reached.
    Task,
    /// A closed cycle's ranking paid.
    Ranking,
    /// A reward or an opened packet was taken back.
    TakenBack,
    /// A colleague gave thanks.
    Thanked,
}

/// The thing a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A deal.
    Opportunity(u64),
    /// A request for approval.
    Approval(u64),
    /// A goal.
    Goal(u64),
    /// A reward.
    Reward(u64),
    /// A scheme.
    Scheme(u64),
}

/// A message in a member's inbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// `notices/ID`.
    pub id: u64,
    /// Whose inbox.
    pub recipient_id: Option<u64>,
    /// What it is about.
    pub kind: NoticeKind,
    /// The thing it is about, when it is one this client can open.
    pub subject: Option<Subject>,
    /// Who caused it.
    pub actor_id: Option<u64>,
    /// The value now: minor units, or what a goal has reached.
    pub value: Option<i64>,
    /// What it is compared with, in the same unit.
    pub compared_with: Option<i64>,
    /// What the goal it is about counts, where it is about one.
    pub goal: Option<GoalMetric>,
    /// Whose goal that is; everybody's where it is about none.
    pub goal_who: Who,
    /// The cycle it is about, as the server writes it; may be empty.
    pub cycle: String,
    /// Whether an approval was given.
    pub approved: Option<bool>,
    /// What somebody wrote, or what went wrong; may be empty.
    pub text: String,
    /// When it came.
    pub created_us: Micros,
    /// It was read.
    pub read: bool,
}

/// Order of the open alerts: whose, the worst first, the oldest first.
type AlertKey = (Option<u64>, u8, Micros, u64);

/// All of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attention {
    alerts: BTreeMap<u64, Alert>,
    /// Those that ask for something: open ones and snoozed ones.
    waiting: BTreeSet<AlertKey>,
    /// By id.
    pub approvals: BTreeMap<u64, Approval>,
    /// By id, which is the order of time.
    pub messages: BTreeMap<u64, Message>,
}

/// Place of an alert among those of one person; none when it asks for nothing any more.
fn key(alert: &Alert) -> Option<AlertKey> {
    let calm = match (alert.state, alert.level) {
        (AlertState::Acknowledged | AlertState::Resolved, _) => return None,
        (AlertState::Snoozed { .. }, _) => 9,
        (AlertState::Open, Level::Critical) => 0,
        (AlertState::Open, Level::Stalled) => 1,
        (AlertState::Open, Level::Approaching | Level::Moving) => 2,
    };
    Some((alert.recipient_id, calm, alert.raised_us, alert.id))
}

impl Attention {
    /// Takes the new state of an alert.
    pub fn put_alert(&mut self, alert: Alert) {
        self.remove_alert(alert.id);
        self.waiting.extend(key(&alert));
        self.alerts.insert(alert.id, alert);
    }

    /// Forgets an alert.
    pub fn remove_alert(&mut self, id: u64) {
        if let Some(old) = self.alerts.remove(&id).as_ref().and_then(key) {
            self.waiting.remove(&old);
        }
    }

    /// An alert.
    pub fn alert(&self, id: u64) -> Option<&Alert> {
        self.alerts.get(&id)
    }

    /// Alerts that ask for something of a member, the worst first, the snoozed ones last; everybody's for who is no member.
    pub fn alerts_of(&self, member: Option<u64>) -> Vec<&Alert> {
        let Some(member) = member else {
            let mut all: Vec<AlertKey> = self.waiting.iter().copied().collect();
            all.sort_unstable_by_key(|(recipient, calm, raised, id)| {
                (*calm, *raised, *recipient, *id)
            });
            // One deal is told to several: whoever sees all needs it once.
            let mut seen = BTreeSet::new();
            return all
                .iter()
                .filter_map(|(.., id)| self.alerts.get(id))
                .filter(|alert| seen.insert(alert.opportunity_id))
                .collect();
        };
        let member = Some(member);
        let from = (member, u8::MIN, Micros::MIN, u64::MIN);
        let to = (member, u8::MAX, Micros::MAX, u64::MAX);
        self.waiting
            .range(from..=to)
            .filter_map(|(.., id)| self.alerts.get(id))
            .collect()
    }

    /// How many alerts are open for a member.
    pub fn open_alerts(&self, member: Option<u64>) -> usize {
        let open = |alert: &&&Alert| alert.state == AlertState::Open;
        self.alerts_of(member).iter().filter(open).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(id: u64, level: Level, raised_us: Micros, recipient: u64) -> Alert {
        Alert {
            id,
            opportunity_id: id,
            level,
            raised_us,
            recipient_id: Some(recipient),
            ..Alert::default()
        }
    }

    #[test]
    fn the_worst_comes_first_then_the_oldest_and_only_ones_own() {
        let mut attention = Attention::default();
        attention.put_alert(alert(1, Level::Approaching, 5, 7));
        attention.put_alert(alert(2, Level::Stalled, 9, 7));
        attention.put_alert(alert(3, Level::Stalled, 4, 7));
        attention.put_alert(alert(4, Level::Critical, 8, 7));
        attention.put_alert(alert(5, Level::Critical, 8, 6));
        let ids = |attention: &Attention, member| -> Vec<u64> {
            let alerts = attention.alerts_of(member);
            alerts.iter().map(|alert| alert.id).collect()
        };
        assert_eq!(ids(&attention, Some(7)), [4, 3, 2, 1]);
        assert_eq!(ids(&attention, None), [5, 4, 3, 2, 1]);
        attention.put_alert(Alert {
            state: AlertState::Snoozed { until_us: 99 },
            ..alert(4, Level::Critical, 8, 7)
        });
        attention.put_alert(Alert {
            state: AlertState::Acknowledged,
            ..alert(3, Level::Stalled, 4, 7)
        });
        assert_eq!(ids(&attention, Some(7)), [2, 1, 4]);
        assert_eq!(attention.open_alerts(Some(7)), 2);
        attention.remove_alert(2);
        assert_eq!(ids(&attention, Some(7)), [1, 4]);
    }
}
