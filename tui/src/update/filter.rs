//! The filter: applied as it is typed, kept until it is cleared.

use crate::entry::amount::Currency;
use crate::model::{ActiveFilter, Model};
use crate::query::{Context, Query};

/// Understands a text and shows only what matches; the old filter stays while the text cannot be understood.
pub(super) fn set(model: &mut Model, text: &str) -> Result<(), (usize, String)> {
    if text.trim().is_empty() {
        clear(model);
        return Ok(());
    }
    let context = Context {
        today: model.date_of(model.seen_at()),
        currency: Currency::of(model.currency()),
    };
    let query = Query::parse(text, &context).map_err(|error| {
        (
            text.get(..error.range.start)
                .unwrap_or_default()
                .chars()
                .count()
                + 1,
            super::problem::query(&model.strings, &error.kind),
        )
    })?;
    model.filter = Some(ActiveFilter {
        text: text.to_owned(),
        query,
    });
    apply(model);
    let here = model.focus.map_or(0, |stage_id| {
        model.picture.board.column(stage_id).order().len()
    });
    if here == 0 {
        // The nearest hit, so that what is found is seen.
        super::navigate::hit(model, true);
    }
    Ok(())
}

/// Shows only what matches the filter, if there is one.
pub(super) fn apply(model: &mut Model) {
    let query = model.filter.as_ref().map(|filter| &filter.query);
    let at = model.seen_at();
    model.picture.set_filter(query, at);
}

/// Shows everything.
pub(super) fn clear(model: &mut Model) {
    model.filter = None;
    model.picture.board.clear_filter();
}

/// How many cards of the shown pipeline match.
pub fn hit_count(model: &Model) -> usize {
    let Some(pipeline) = model.pipeline() else {
        return 0;
    };
    pipeline
        .stages
        .iter()
        .map(|stage| model.picture.board.column(stage.id).order().len())
        .sum()
}
