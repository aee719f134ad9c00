//! The cursor of the screens that are neither board nor list: over the figures of the funnel, the months, the goals, the digest.

use super::{commands, funnel, goals, leaderboard};
use crate::model::{Effect, Model, Screen};
use crate::report::lens::{Cycle, CycleKind};
use crate::report::{Ask, Figure};
use crate::screens;
use crate::screens::forecast::Row;

/// Keeps the cursor on something that is there.
pub(super) fn settle(model: &mut Model) {
    match model.screen {
        Screen::Funnel => funnel::settle(model),
        Screen::Goals => goals::settle(model),
        Screen::Forecast => {
            let last = screens::forecast::rows(model).saturating_sub(1);
            model.forecast_row = model.forecast_row.map(|row| row.min(last));
        }
        Screen::Digest => {
            let last = screens::digest::items(model).len().saturating_sub(1);
            model.digest_row = model.digest_row.min(last);
        }
        _ => {}
    }
}

/// Up or down; false where this is not the screen's matter.
pub(super) fn vertical(model: &mut Model, by: isize) -> bool {
    match model.screen {
        Screen::Funnel => funnel::vertical(model, by),
        Screen::Goals => goals::vertical(model, by),
        Screen::Forecast => {
            model.forecast_row = Some(screens::forecast::row(model).saturating_add_signed(by));
        }
        Screen::Digest => model.digest_row = model.digest_row.saturating_add_signed(by),
        _ => return false,
    }
    true
}

/// Left or right; false where this is not the screen's matter.
pub(super) fn horizontal(model: &mut Model, by: isize) -> bool {
    match model.screen {
        Screen::Funnel => funnel::horizontal(model, by),
        Screen::Goals => goals::horizontal(model, by),
        Screen::Leaderboard => leaderboard::step_metric(model, by),
        _ => return false,
    }
    true
}

/// The cursor goes where the pointer is.
pub(super) fn point(model: &mut Model, row: usize) {
    match model.screen {
        Screen::Forecast => model.forecast_row = Some(row),
        Screen::Digest => model.digest_row = row,
        _ => {}
    }
}

/// Goes to what is under the cursor.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let deal = match model.screen {
        Screen::Funnel => return funnel::open(model),
        Screen::Leaderboard => return leaderboard::open(model, false),
        Screen::Forecast => {
            forecast(model);
            return Vec::new();
        }
        Screen::Digest => screens::digest::selected(model),
        Screen::Drill => screens::drill::selected(model),
        Screen::Changes => screens::changes::selected(model),
        _ => None,
    };
    deal.map_or_else(Vec::new, |id| commands::open_deal(model, id))
}

/// To the next part of the screen, or the one before.
pub(super) fn pane(model: &mut Model, next: bool) {
    if model.screen != Screen::Forecast {
        funnel::pane(model, next);
        return;
    }
    // Two parts: the next one is also the one before. Back among the months, the present one is chosen.
    let months = screens::forecast::months(model);
    let on_months = screens::forecast::row(model) < months;
    let has_outcomes = months < screens::forecast::rows(model);
    model.forecast_row = (on_months && has_outcomes).then_some(months);
}

/// The deals behind what is under the cursor: expected in a month, won, or lost for a reason.
fn forecast(model: &mut Model) {
    let Some(row) = screens::forecast::selected(model) else {
        return;
    };
    let strings = &model.strings;
    let mut scope = super::reports::scope(model);
    let (figure, title) = match row {
        Row::Month(month) => {
            scope.cycle.clone_from(&month.month);
            match format!("{}-01", month.month).parse().ok() {
                Some(day) => {
                    let words = screens::cycle_words(model, Cycle::of(CycleKind::Month, day));
                    let title = strings.tell("drill-expected", &[("cycle", words.into())]);
                    (Figure::Expected, title)
                }
                None => (Figure::Undated, strings.say("drill-undated").to_owned()),
            }
        }
        Row::Won => {
            let words = screens::cycle_words(model, model.lens.cycle(model.today()));
            let title = strings.tell("drill-won", &[("cycle", words.into())]);
            (Figure::Won, title)
        }
        Row::Reason(reason) => {
            let cycle = screens::cycle_words(model, model.lens.cycle(model.today()));
            let words = screens::forecast::reason_words(model, reason).to_owned();
            let arguments = [("cycle", cycle.into()), ("reason", words.into())];
            let title = strings.tell("drill-lost", &arguments);
            (Figure::Lost(reason.words.clone()), title)
        }
    };
    funnel::drill(model, title, Ask::Deals { figure, scope });
}
