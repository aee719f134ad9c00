//! When verbs about rewards and schemes can do something.

use super::set_up;
use crate::incentive::{RewardState, Scheme, SchemeState};
use crate::model::{Model, Screen};
use crate::screens::{rewards, schemes};

/// The person leads somebody whom they can reward.
pub(super) fn can_grant(model: &Model) -> bool {
    set_up(model) && model.leads()
}

/// Only members thank, and there must be somebody else.
pub(super) fn can_thank(model: &Model) -> bool {
    set_up(model) && model.me.is_some() && model.picture.members.len() > 1
}

/// Schemes are the administrators' matter.
pub(super) fn on_schemes(model: &Model) -> bool {
    model.screen == Screen::Schemes && model.is_admin()
}

fn selected_scheme(model: &Model) -> Option<&Scheme> {
    match schemes::selected(model)? {
        schemes::Item::Scheme(scheme) => Some(scheme),
        schemes::Item::Template(..) => None,
    }
}

/// The cursor is on a scheme, whoever looks at it.
pub(super) fn on_scheme(model: &Model) -> bool {
    model.screen == Screen::Schemes && selected_scheme(model).is_some()
}

/// The cursor is on a scheme with something to publish.
pub(super) fn on_draft(model: &Model) -> bool {
    let scheme = selected_scheme(model);
    on_schemes(model)
        && scheme.is_some_and(|one| one.draft.is_some() && one.state != SchemeState::Ended)
}

/// The cursor is on a scheme that is not over.
pub(super) fn on_live_scheme(model: &Model) -> bool {
    let scheme = selected_scheme(model);
    on_schemes(model) && scheme.is_some_and(|one| one.state != SchemeState::Ended)
}

/// The cursor is on a reward that can be claimed.
pub(super) fn on_claimable(model: &Model) -> bool {
    model.screen == Screen::Rewards
        && matches!(
            rewards::selected(model),
            Some(rewards::Item::Reward(reward)) if reward.state == RewardState::Claimable
        )
}

/// The cursor is on something whose amount can be explained.
pub(super) fn has_reward(model: &Model) -> bool {
    crate::update::explainable(model).is_some()
}

/// Something can be claimed, as far as is known.
pub(super) fn can_claim(model: &Model) -> bool {
    let purse = &model.purse;
    // What has just been earned can be claimed before the balances have been read again.
    let just_earned = purse.pulse.is_some() && model.me.is_some();
    just_earned
        || purse
            .own
            .as_ref()
            .is_some_and(|own| own.claimable_count > 0)
}
