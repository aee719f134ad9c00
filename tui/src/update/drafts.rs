//! Drafts: what is typed is kept on Esc, after a moment of rest and when the program ends, and comes back where it was typed.

use crate::drafts::{Kept, Place};
use crate::layer::{Form, Layer};
use crate::message::Msg;
use crate::model::{Effect, Model, Origin};

/// Field of a line's draft.
const LINE: &str = "line";

/// What was typed, by field.
type Fields = Vec<(String, String)>;

/// What of a layer is kept, and the id it was sent with before; none for layers in which nothing is typed that is worth it.
fn typed(layer: &Layer) -> Option<(Place, &str, Fields)> {
    let line = |text: &str| match text.trim() {
        "" => Vec::new(),
        _ => vec![(LINE.to_owned(), text.to_owned())],
    };
    Some(match layer {
        Layer::Entry(entry) => (Place::Entry, &entry.request_id, line(entry.input.text())),
        Layer::Activity(activity) => (
            Place::Activity(activity.opportunity_id),
            &activity.request_id,
            line(activity.input.text()),
        ),
        Layer::Form(form) => (Place::Form(form.purpose), &form.request_id, form.changed()),
        Layer::Sheet(block) => (Place::Sheet, "", block.kept()),
        _ => return None,
    })
}

/// Where something was typed, and the id it was sent with before.
pub(super) fn origin(layer: &Layer) -> Option<(Place, String)> {
    typed(layer).map(|(place, request_id, _)| (place, request_id.to_owned()))
}

/// Writes down what a layer holds; an empty one takes its draft away.
pub(super) fn keep(model: &mut Model, layer: &Layer) {
    if let Some((place, request_id, fields)) = typed(layer) {
        keep_as(model, place, request_id, fields);
    }
}

fn keep_as(model: &mut Model, place: Place, request_id: &str, fields: Fields) {
    let workspace = model.log_id.clone();
    if fields.is_empty() {
        model.drafts.forget(&workspace, place, request_id);
        return;
    }
    model.drafts.keep(Kept {
        workspace,
        key: place.key(),
        at: model.now,
        request_id: request_id.to_owned(),
        fields,
    });
}

/// What was just sent stays a draft until the server has it.
pub(super) fn sent(model: &mut Model, layer: &Layer, request_id: &str) {
    if let Some((place, before, fields)) = typed(layer) {
        let workspace = model.log_id.clone();
        model.drafts.forget(&workspace, place, before);
        keep_as(model, place, request_id, fields);
    }
}

/// What was typed about something and is neither saved nor on its way.
pub(super) fn find(model: &Model, place: Place) -> Option<&Kept> {
    let on_its_way = |id: &str| model.pending.iter().any(|pending| pending.request_id == id);
    model.drafts.find(&model.log_id, place, on_its_way)
}

/// A line as it was left, and the id it was sent with.
pub(super) fn line(model: &Model, place: Place) -> (String, String) {
    let kept = find(model, place);
    kept.and_then(|kept| Some((kept.fields.first()?.1.clone(), kept.request_id.clone())))
        .unwrap_or_default()
}

/// Fills a new form with what was typed into it before.
pub(super) fn restore(model: &Model, form: &mut Form) {
    if let Some(kept) = find(model, Place::Form(form.purpose)) {
        form.restore(&kept.fields);
        form.resumed = Some(kept.at);
        form.request_id.clone_from(&kept.request_id);
    }
}

/// Forgets the draft about something.
pub(super) fn forget(model: &mut Model, place: Place, request_id: &str) {
    let workspace = model.log_id.clone();
    model.drafts.forget(&workspace, place, request_id);
}

/// Writes down all that is open.
fn keep_open(model: &mut Model) {
    let layers = std::mem::take(&mut model.layers);
    for layer in &layers {
        keep(model, layer);
    }
    model.layers = layers;
    model.drafts.settle();
}

/// A message came; gives whether it is something that the person did.
pub(super) fn heard(model: &mut Model, message: &Msg) -> bool {
    let pressed = matches!(message, Msg::Key(_) | Msg::Paste(_) | Msg::Mouse(_));
    model.presses += u64::from(pressed);
    pressed
}

/// After a message: whatever ends the program finds all of it written down first.
pub(super) fn settle(model: &mut Model, effects: &mut Vec<Effect>, pressed: bool) {
    let leaves =
        |effect: &Effect| matches!(effect, Effect::Quit(_) | Effect::Suspend | Effect::Edit(_));
    if effects.iter().any(leaves) {
        keep_open(model);
    } else if pressed && model.layers.last().is_some_and(|top| typed(top).is_some()) {
        model.drafts.typed(model.now);
    }
    flush(model, effects);
}

/// Time passed.
pub(super) fn clock(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.drafts.due().is_some_and(|due| due <= model.now) {
        keep_open(model);
    }
    flush(model, effects);
}

/// The file hears of it before anything else happens.
fn flush(model: &mut Model, effects: &mut Vec<Effect>) {
    let changes = model.drafts.take_changes();
    if !changes.is_empty() {
        let changes = changes.into_iter().map(Effect::Draft);
        effects.splice(0..0, changes);
    }
}

/// Something that was typed was refused: it is opened again as it was, unless the person has gone on to something else meanwhile.
/// Gives whether it is open.
pub(super) fn reopen(model: &mut Model, origin: Origin) -> bool {
    if model.presses != origin.presses || !model.layers.is_empty() {
        return false;
    }
    match origin.place {
        Place::Entry => super::entry_line::open(model),
        Place::Activity(id) => super::activity_line::open(model, id),
        Place::Form(purpose) => super::form::open_again(model, purpose),
        Place::Sheet => {}
    }
    !model.layers.is_empty()
}
