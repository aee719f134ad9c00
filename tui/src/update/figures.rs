//! The cursor of the screens that are neither board nor list: over the figures of the funnel, the months, the goals, the digest.

use super::{commands, funnel, goals};
use crate::model::{Effect, Model, Screen};
use crate::report::lens::{Cycle, CycleKind};
use crate::report::{Ask, Figure, Scope};
use crate::screens;

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
        _ => return false,
    }
    true
}

/// Goes to what is under the cursor.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let deal = match model.screen {
        Screen::Funnel => return funnel::open(model),
        Screen::Forecast => {
            month(model);
            return Vec::new();
        }
        Screen::Digest => screens::digest::selected(model),
        Screen::Drill => screens::drill::selected(model),
        Screen::Changes => screens::changes::selected(model),
        _ => None,
    };
    deal.map_or_else(Vec::new, |id| commands::open_deal(model, id))
}

/// The deals expected in the month under the cursor.
fn month(model: &mut Model) {
    let Some(month) = screens::forecast::selected(model).map(|row| row.month.clone()) else {
        return;
    };
    let day = format!("{month}-01").parse().ok();
    let (figure, title) = match day {
        Some(day) => {
            let words = screens::cycle_words(model, Cycle::of(CycleKind::Month, day));
            let title = model
                .strings
                .tell("drill-expected", &[("cycle", words.into())]);
            (Figure::Expected, title)
        }
        None => (
            Figure::Undated,
            model.strings.say("drill-undated").to_owned(),
        ),
    };
    let scope = Scope {
        cycle: month,
        ..super::reports::scope(model)
    };
    funnel::drill(model, title, Ask::Deals { figure, scope });
}
