//! When a verb can do anything.

use crate::model::{Link, Model, Screen};
use crate::record::StageKind;
use crate::screens::goals;
use crate::screens::inbox::{self, Item};
use crate::screens::{feed, reward_list, rewards, schemes};

pub(super) fn always(_: &Model) -> bool {
    true
}

pub(super) fn first_run(model: &Model) -> bool {
    model.screen == Screen::FirstRun && !model.setting_up
}

pub(super) fn set_up(model: &Model) -> bool {
    model.screen != Screen::FirstRun
}

pub(super) fn on_board(model: &Model) -> bool {
    model.screen == Screen::Board
}

pub(super) fn has_stage(model: &Model) -> bool {
    on_board(model) && model.focus.is_some()
}

/// Cards came where they cannot be seen.
pub(super) fn has_unseen(model: &Model) -> bool {
    on_board(model) && !model.live.unseen.is_empty()
}

pub(super) fn filtered(model: &Model) -> bool {
    on_board(model) && model.filter.is_some()
}

/// Something is selected, there is a filter to clear, or a past to come back from.
pub(super) fn can_clear(model: &Model) -> bool {
    on_board(model) && model.has_selection() || filtered(model) || model.past_on_board().is_some()
}

/// A screen that can show the past.
pub(super) fn has_past(model: &Model) -> bool {
    on_board(model) || on_report(model)
}

pub(super) fn can_reload(model: &Model) -> bool {
    let of_rewards = matches!(
        model.screen,
        Screen::Rewards | Screen::TeamFeed | Screen::RewardList | Screen::Rehearsal
    );
    of_rewards || on_report(model) || model.past_on_board().is_some()
}

pub(super) fn on_funnel(model: &Model) -> bool {
    model.screen == Screen::Funnel
}

/// A screen that shows what the server computed.
pub(super) fn on_report(model: &Model) -> bool {
    model.screen.is_report()
}

/// A screen on which it can be chosen whose deals are shown.
pub(super) fn has_whose(model: &Model) -> bool {
    on_report(model) || model.screen == Screen::NextActions
}

pub(super) fn has_panes(model: &Model) -> bool {
    on_funnel(model) || model.screen == Screen::Forecast
}

pub(super) fn not_on_funnel(model: &Model) -> bool {
    set_up(model) && !on_funnel(model)
}

pub(super) fn on_goals(model: &Model) -> bool {
    model.screen == Screen::Goals
}

/// The cell under the cursor has a goal.
pub(super) fn on_goal(model: &Model) -> bool {
    on_goals(model) && goals::selected(model).is_some()
}

pub(super) fn on_leaderboard(model: &Model) -> bool {
    model.screen == Screen::Leaderboard
}

/// A screen whose figures can be asked why.
pub(super) fn has_why(model: &Model) -> bool {
    on_funnel(model) || on_leaderboard(model)
}

/// A screen about one metric at a time.
pub(super) fn has_metric(model: &Model) -> bool {
    on_goals(model) || on_leaderboard(model)
}

pub(super) fn has_columns(model: &Model) -> bool {
    on_board(model) || on_funnel(model) || has_metric(model)
}

pub(super) fn several_pipelines(model: &Model) -> bool {
    (on_board(model) || on_report(model))
        && model
            .picture
            .pipelines
            .values()
            .filter(|pipeline| !pipeline.retired)
            .count()
            > 1
}

pub(super) fn can_create(model: &Model) -> bool {
    set_up(model) && model.pipeline().is_some() && !matches!(model.link, Link::Stopped { .. })
}

pub(super) fn can_go_ahead(model: &Model) -> bool {
    !model.ahead.is_empty()
}

pub(super) fn can_repeat(model: &Model) -> bool {
    model.last_act.is_some() && (has_card(model) || on_board(model) && model.has_selection())
}

pub(super) fn has_card_on_board(model: &Model) -> bool {
    on_board(model) && has_card(model)
}

pub(super) fn can_go_back(model: &Model) -> bool {
    !model.back.is_empty()
}

pub(super) fn has_card(model: &Model) -> bool {
    model.selected().is_some()
}

pub(super) fn can_open(model: &Model) -> bool {
    match model.screen {
        Screen::Inbox => inbox::selected(model).is_some(),
        Screen::Rewards => rewards::selected(model).is_some(),
        Screen::TeamFeed => feed::selected(model).is_some(),
        Screen::RewardList => reward_list::selected(model).is_some(),
        Screen::Schemes => model.is_admin() && schemes::selected(model).is_some(),
        screen if screen.is_report() => true,
        _ => has_card(model),
    }
}

/// The selected deal's owner has a manager to hand it to.
pub(super) fn has_manager(model: &Model) -> bool {
    let owner = model.selected().and_then(|card| card.owner_id);
    owner.is_some_and(|owner| model.manager_of(owner).is_some())
}

pub(super) fn not_on_alerts(model: &Model) -> bool {
    set_up(model) && model.screen != Screen::Alerts
}

pub(super) fn has_alert(model: &Model) -> bool {
    model.alert().is_some() || model.follow_up().is_some()
}

pub(super) fn on_request(model: &Model) -> bool {
    model.screen == Screen::Inbox
        && matches!(
            inbox::selected(model),
            Some(Item::ToDecide(_) | Item::Reward(_))
        )
}

pub(super) fn can_undo(model: &Model) -> bool {
    !model.done.is_empty()
}

pub(super) fn can_redo(model: &Model) -> bool {
    !model.undone.is_empty()
}

pub(super) fn has_customer(model: &Model) -> bool {
    model
        .selected()
        .is_some_and(|card| card.customer_id.is_some())
}

pub(super) fn on_message(model: &Model) -> bool {
    model.screen == Screen::Inbox
        && matches!(inbox::selected(model), Some(Item::Message(message)) if !message.read)
}

pub(super) fn has_unread(model: &Model) -> bool {
    model.unread() > 0
}

fn stage_kind(model: &Model) -> Option<StageKind> {
    let card = model.selected()?;
    Some(model.picture.stage(card.stage_id)?.kind)
}

pub(super) fn has_open_card(model: &Model) -> bool {
    stage_kind(model) == Some(StageKind::Open)
}

pub(super) fn has_closed_card(model: &Model) -> bool {
    stage_kind(model).is_some_and(|kind| kind != StageKind::Open)
}
