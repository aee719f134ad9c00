//! What is worth remembering is noticed as it changes, and written down at most every few seconds and at the end.

use super::filter;
use crate::memory::{self, Chosen, Place, REMEMBER_US};
use crate::model::{Effect, Model};
use crate::recent::LineKind;
use crate::theme::{Choice, Ground};

/// Takes up what was chosen by keys before.
pub(crate) fn begin(model: &mut Model) {
    let chosen = model.mind.memory.chosen.clone();
    let theme = chosen.theme.as_deref().map(Choice::named);
    // One whose file is gone is no fault of anybody.
    if let Some(theme) = theme.filter(|theme| model.look.has(theme)) {
        model.unset.theme = theme.clone();
        model.look.choice = theme;
        model.theme = model.look.theme();
    }
    if let Some(language) = chosen.language.as_deref().and_then(memory::language) {
        model.unset.language = language;
        model.strings = crate::strings::Strings::keyed(language, &model.config.keymap);
    }
    model.mouse = chosen.mouse.unwrap_or(model.mouse);
    model.always_preview = chosen.always_preview.unwrap_or(model.always_preview);
}

/// The workspace is there for the first time: where the person was before.
pub(super) fn recall(model: &mut Model) {
    if model.mind.recalled || !model.loaded {
        return;
    }
    model.mind.recalled = true;
    let Some(place) = model.mind.memory.place(&model.log_id).cloned() else {
        return;
    };
    if place
        .pipeline
        .is_some_and(|id| model.picture.pipelines.contains_key(&id))
    {
        model.pipeline_id = place.pipeline;
    }
    if let Some(order) = place.sort {
        model.picture.board.set_sort(order.into());
        filter::apply(model);
    }
    model.recent.push(LineKind::Filter, &place.filter);
    model.mind.filter = place.filter;
}

/// Notices what has changed, and has it written down when it is time.
pub(super) fn settle(model: &mut Model, effects: &mut Vec<Effect>) {
    notice(model);
    let leaves = effects
        .iter()
        .any(|effect| matches!(effect, Effect::Quit(_)));
    let due = model.now - model.mind.written >= REMEMBER_US;
    if model.mind.unwritten && (leaves || due) {
        model.mind.unwritten = false;
        model.mind.written = model.now;
        // Before the end, which nothing follows.
        let memory = Box::new(model.mind.memory.clone());
        effects.insert(0, Effect::Remember(memory));
    }
}

fn notice(model: &mut Model) {
    let light = model.look.ground == Ground::Light;
    let memory = &mut model.mind.memory;
    if memory.light_background.unwrap_or(false) != light {
        memory.light_background = Some(light);
        model.mind.unwritten = true;
    }
    if let Some(filter) = &model.filter
        && filter.text != model.mind.filter
    {
        model.mind.filter.clone_from(&filter.text);
    }
    // A demonstration's workspace is not seen again.
    if !model.mind.recalled || model.demo || model.log_id.is_empty() {
        return;
    }
    let sort = model.picture.board.sort();
    let same = model.mind.memory.place(&model.log_id).is_some_and(|place| {
        place.pipeline == model.pipeline_id
            && place.sort == Some(sort.into())
            && place.filter == model.mind.filter
    });
    // A text too long to be remembered is never the same; it is compared as it is kept.
    if same {
        return;
    }
    // Seen for the first time, and nothing chosen yet: nothing to write for that alone.
    let known = model.mind.memory.place(&model.log_id).is_some();
    let place = Place {
        log_id: model.log_id.clone(),
        pipeline: model.pipeline_id,
        sort: Some(sort.into()),
        filter: memory::bounded(&model.mind.filter),
    };
    if model.mind.memory.place(&model.log_id) != Some(&place) {
        model.mind.memory.set_place(place);
        model.mind.unwritten |= known;
    }
}

/// Something was chosen by a key.
pub(super) fn choose(model: &mut Model, change: impl FnOnce(&mut Chosen)) {
    let before = model.mind.memory.chosen.clone();
    change(&mut model.mind.memory.chosen);
    model.mind.unwritten |= before != model.mind.memory.chosen;
}
