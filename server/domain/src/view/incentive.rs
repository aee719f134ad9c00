//! What filters see of schemes, rewards, packets, payouts and badges.

use super::evaluate::Texts;
use super::term::TextField;
use crate::authority::manager_of;
use crate::entity::Entity;
use crate::reward::{Cause, Reward};
use crate::state::State;

/// What a bare word is looked for in.
pub(super) fn names(state: &State, entity: &Entity, test: &mut dyn FnMut(&str) -> bool) -> bool {
    let member = |id, test: &mut dyn FnMut(&str) -> bool| {
        state.member(id).is_some_and(|member| test(&member.name))
    };
    match entity {
        Entity::Scheme(scheme) => test(&scheme.name),
        Entity::Reward(reward) => {
            let scheme = state.scheme(reward.scheme);
            let opportunity = reward.cause.opportunity();
            member(reward.member, test)
                || scheme.is_some_and(|scheme| test(&scheme.name))
                || opportunity
                    .and_then(|id| state.opportunity(id))
                    .is_some_and(|opportunity| test(&opportunity.name))
        }
        Entity::Packet(packet) => member(packet.giver, test) || member(packet.receiver, test),
        Entity::Payout(payout) => {
            let own = [&payout.note, &payout.reference];
            own.into_iter().flatten().any(|text| test(text))
        }
        Entity::Badge(badge) => {
            member(badge.member, test) || badge.reason.as_ref().is_some_and(|text| test(text))
        }
        _ => false,
    }
}

impl Texts<'_> {
    /// Shows every text of a field of something that is about incentives.
    pub(super) fn of_incentive(&mut self, field: TextField, entity: &Entity) {
        match entity {
            Entity::Scheme(scheme) => match field {
                TextField::Name => self.text(Some(&scheme.name)),
                TextField::State => self.text(Some(scheme.state().name())),
                TextField::System => self.text(scheme.system().map(|system| system.name())),
                _ => {}
            },
            Entity::Reward(reward) => self.of_reward(field, reward),
            Entity::Packet(packet) => match field {
                TextField::State => self.text(Some(packet.state.name())),
                TextField::Giver => self.member(Some(packet.giver)),
                TextField::Receiver => self.member(Some(packet.receiver)),
                TextField::Scheme => self.scheme(packet.scheme),
                TextField::Reward => {
                    (self.visit)(&packet.reward.short(), true);
                    (self.visit)(&packet.reward.long(), true);
                }
                _ => {}
            },
            Entity::Payout(payout) if field == TextField::State => {
                self.text(Some(payout.state.name()));
            }
            Entity::Badge(badge) => match field {
                TextField::Member => self.member(Some(badge.member)),
                TextField::Team => self.team_of(Some(badge.member)),
                TextField::Kind => self.text(Some(badge.kind.name())),
                TextField::Giver => self.member(badge.giver),
                TextField::Opportunity => self.opportunity(badge.opportunity),
                _ => {}
            },
            _ => {}
        }
    }

    fn of_reward(&mut self, field: TextField, reward: &Reward) {
        match field {
            TextField::Member => self.member(Some(reward.member)),
            TextField::Team => self.team_of(Some(reward.member)),
            TextField::Scheme => self.scheme(reward.scheme),
            TextField::System => self.text(Some(reward.system.name())),
            TextField::State => self.text(Some(reward.state.name())),
            TextField::Opportunity => self.opportunity(reward.cause.opportunity()),
            TextField::Customer => self.customer(reward.cause.customer()),
            TextField::Giver => {
                if let Cause::Grant { giver, .. } = &reward.cause {
                    self.member(*giver);
                }
            }
            TextField::Approver if reward.awaits_approval => {
                self.member(manager_of(self.state, reward.member));
            }
            _ => {}
        }
    }

    fn scheme(&mut self, id: crate::id::SchemeId) {
        (self.visit)(&id.short(), true);
        (self.visit)(&id.long(), true);
        let scheme = self.state.scheme(id);
        self.text(scheme.map(|scheme| &*scheme.name));
    }
}
