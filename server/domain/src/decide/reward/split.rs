//! Breaks a share of a reward into packets for the team or the collaborators (DOMAIN.md §6).

use super::books::{Books, Receivers};
use crate::id::{MemberId, PacketId, TeamId};
use crate::limits::{MAX_COMMIT_PACKETS, MAX_PACKETS};
use crate::packet::{Packet, PacketState, equal_amounts, lucky_amounts, lucky_seed};
use crate::reward::{Cause, Reward, Split};
use crate::rules::is_in_audience;
use crate::scheme::{Rule, Scheme, SchemeVersion, SplitAudience, SplitMethod, System};
use crate::state::State;
use crate::time::{MICROS_PER_SECOND, Timestamp};

/// The whole in basis points.
const WHOLE_BP: i128 = 10_000;
/// Microseconds of an hour.
const MICROS_PER_HOUR: i64 = 3_600 * MICROS_PER_SECOND;

/// What splits of one commit share.
#[derive(Default)]
pub(super) struct Sharing {
    /// Members of a team who are here, the earliest-joined first.
    teams: Receivers,
    /// Packets sent by this commit.
    sent: usize,
}

impl<'a> Books<'a> {
    /// Takes the share of a reward that goes to others, and makes its packets, without ids; none where no scheme splits it.
    pub(super) fn share(&mut self, reward: &mut Reward) -> Vec<Packet> {
        let Some((scheme, version)) = self.splitting(reward) else {
            return Vec::new();
        };
        let Rule::Split {
            share_bp,
            method,
            audience,
            window_hours,
            ..
        } = version.terms.rule
        else {
            return Vec::new();
        };
        let share = i128::from(reward.amount) * i128::from(share_bp) / WHOLE_BP;
        let share = i64::try_from(share).unwrap_or(0);
        if share < 1 {
            return Vec::new();
        }
        let receivers = self.receivers(reward, audience);
        let count = receivers
            .len()
            .min(usize::try_from(share).unwrap_or(usize::MAX));
        if count == 0 || self.sharing.sent + count > MAX_COMMIT_PACKETS {
            return Vec::new();
        }
        let seed = (method == SplitMethod::Lucky)
            .then(|| lucky_seed(reward.id, reward.granted_revision, self.now));
        let amounts = match &seed {
            Some(seed) => lucky_amounts(seed, share, count),
            None => equal_amounts(share, count),
        };
        let until = i64::from(window_hours) * MICROS_PER_HOUR;
        let open_until: Timestamp = self.now.plus_micros(until);
        let packets: Vec<Packet> = receivers
            .iter()
            .zip(&amounts)
            .zip(1_u32..)
            .map(|((receiver, amount), place)| Packet {
                id: PacketId(0),
                reward: reward.id,
                scheme: scheme.id,
                place,
                giver: reward.member,
                receiver: *receiver,
                unit: reward.unit,
                amount: *amount,
                state: PacketState::Sent,
                sent_at: self.now,
                open_until,
                ended_at: None,
                was_opened: false,
                revision: 0,
            })
            .collect();
        reward.split = Some(Box::new(Split {
            scheme: scheme.id,
            version: version.number,
            method,
            seed: seed.map(String::into_boxed_str),
            amount: share,
            packets: u32::try_from(packets.len()).unwrap_or(u32::MAX),
            at: self.now,
            returned: 0,
        }));
        self.sharing.sent += packets.len();
        packets
    }

    /// The first splitting scheme in force that covers a reward.
    fn splitting(&self, reward: &Reward) -> Option<(&'a Scheme, &'a SchemeVersion)> {
        self.state
            .published_schemes(System::Split)
            .filter(|scheme| scheme.unit == reward.unit)
            .filter_map(|scheme| Some((&**scheme, scheme.version_at(self.now)?)))
            .find(|(_, version)| {
                let covered = match &version.terms.rule {
                    Rule::Split { covers, .. } => {
                        covers.is_empty() || covers.contains(&reward.scheme)
                    }
                    _ => false,
                };
                covered && is_in_audience(self.state, &version.terms.audience, reward.member)
            })
    }

    /// Who gets a packet, the earliest-joined first, without the earner and the giver of a personal reward.
    fn receivers(&mut self, reward: &Reward, audience: SplitAudience) -> Vec<MemberId> {
        let giver = match &reward.cause {
            Cause::Grant { giver, .. } => *giver,
            _ => None,
        };
        let may = |member: &MemberId| *member != reward.member && Some(*member) != giver;
        match audience {
            SplitAudience::Team => {
                let team = self.state.member(reward.member).and_then(|row| row.team);
                let Some(team) = team else {
                    return Vec::new();
                };
                let members = self.team(team).iter().copied();
                members.filter(may).take(MAX_PACKETS).collect()
            }
            SplitAudience::Collaborators => {
                let opportunity = reward.cause.opportunity();
                let Some(row) = opportunity.and_then(|id| self.state.opportunity(id)) else {
                    return Vec::new();
                };
                let members = row.extra().collaborators.iter().copied();
                let mut members: Vec<MemberId> = members.filter(may).collect();
                self.sort_active(&mut members);
                members.truncate(MAX_PACKETS);
                members
            }
        }
    }

    fn team(&mut self, team: TeamId) -> &[MemberId] {
        if !self.sharing.teams.contains_key(&team) {
            let mut members: Vec<MemberId> =
                self.state.members_in(team).map(|row| row.id).collect();
            self.sort_active(&mut members);
            self.sharing.teams.insert(team, members);
        }
        self.sharing.teams.get(&team).map_or(&[], Vec::as_slice)
    }

    fn sort_active(&self, members: &mut Vec<MemberId>) {
        let joined = |id: &MemberId| {
            let found = self.state.member(*id).filter(|row| row.active);
            found.map(|row| row.created_at)
        };
        members.retain(|id| joined(id).is_some());
        members.sort_by_key(|id| (joined(id), *id));
    }
}

/// Who would get a packet of a reward as people are now; for rehearsals.
pub(crate) fn split_receivers(
    state: &State,
    reward: &Reward,
    audience: SplitAudience,
) -> Vec<MemberId> {
    let mut events = Vec::new();
    Books::by_time(state, reward.granted_at, &mut events).receivers(reward, audience)
}
