//! Saved views: one is put on the board, the present one is kept by a name, one is deleted.

use crossterm::event::KeyCode;

use super::{filter, go, notify, open, optimistic, prompt};
use crate::board::Sort;
use crate::keymap::Key;
use crate::layer::{Act, Confirm, Layer, PromptPurpose, ViewList};
use crate::model::{Action, Effect, Model, Screen, Severity};
use crate::report::{Place, SavedView};

/// The views of everybody and one's own; what others keep for themselves is theirs.
pub(crate) fn visible(model: &Model) -> Option<Vec<&SavedView>> {
    let views = model.reports.views(Place::Views)?.iter();
    Some(
        views
            .filter(|view| view.shared || view.owner_id == model.me)
            .collect(),
    )
}

/// Place of the last view.
pub(super) fn last(model: &Model) -> usize {
    visible(model).map_or(0, |views| views.len().saturating_sub(1))
}

fn view(model: &Model, place: usize) -> Option<SavedView> {
    visible(model)?.get(place).copied().cloned()
}

pub(super) fn press(model: &mut Model, mut list: ViewList, key: Key) -> Vec<Effect> {
    let last = last(model);
    match key.code {
        KeyCode::Enter => return choose(model, list.selected),
        KeyCode::Down | KeyCode::Tab | KeyCode::Char('j') => {
            list.selected = (list.selected + 1).min(last);
        }
        KeyCode::Up | KeyCode::BackTab | KeyCode::Char('k') => {
            list.selected = list.selected.saturating_sub(1);
        }
        KeyCode::Char(letter @ ('s' | 'S')) => {
            let shared = letter == 'S';
            prompt::open(model, PromptPurpose::ViewName { shared });
            return Vec::new();
        }
        KeyCode::Char('X') => {
            if let Some(view) = view(model, list.selected) {
                ask_delete(model, &view);
            }
            return Vec::new();
        }
        _ => {}
    }
    model.layers.push(Layer::Views(list));
    Vec::new()
}

fn ask_delete(model: &mut Model, view: &SavedView) {
    let question = model
        .strings
        .tell("confirm-view", &[("name", view.name.as_str().into())]);
    let key = if view.shared {
        "confirm-view-shared"
    } else {
        "confirm-view-own"
    };
    let consequence = model.strings.say(key).to_owned();
    let act = Act::DeleteView {
        id: view.id,
        revision: view.revision,
    };
    open(
        model,
        Layer::Confirm(Confirm {
            question,
            consequence,
            act,
        }),
    );
}

/// Puts a view on the board: its filter, and its order as far as the board knows it.
pub(super) fn choose(model: &mut Model, place: usize) -> Vec<Effect> {
    let Some(view) = view(model, place) else {
        return Vec::new();
    };
    go(model, Screen::Board);
    let mut sort_known = true;
    if !view.order_by.is_empty() {
        match sort(&view.order_by) {
            Some(sort) => model.picture.board.set_sort(sort),
            None => sort_known = false,
        }
    }
    let said = match filter::set(model, &view.filter) {
        Ok(()) if sort_known => (Severity::Info, "views-applied", String::new()),
        Ok(()) => (Severity::Info, "views-order-unknown", view.order_by.clone()),
        Err((place, problem)) => {
            let problem = format!("{place}: {problem}");
            (Severity::Problem, "views-filter-unknown", problem)
        }
    };
    let (severity, key, problem) = said;
    let text = model.strings.tell(
        key,
        &[
            ("name", view.name.as_str().into()),
            ("problem", problem.into()),
        ],
    );
    notify(model, severity, text);
    Vec::new()
}

/// The board's order for an order of the server's.
fn sort(order_by: &str) -> Option<Sort> {
    match order_by.split([',', ' ']).next()? {
        "amount" => Some(Sort::Amount),
        "date" => Some(Sort::ContractDate),
        "days" | "entered" => Some(Sort::StageAge),
        _ => None,
    }
}

/// Keeps the board's filter and order by a name.
pub(super) fn save(model: &mut Model, name: String, shared: bool) -> Vec<Effect> {
    let order_by = match model.picture.board.sort() {
        Sort::ContractDate => "date",
        Sort::Amount => "amount desc",
        Sort::StageAge => "days desc",
    };
    let filter = model
        .filter
        .as_ref()
        .map(|filter| filter.text.clone())
        .unwrap_or_default();
    let action = Action::SaveView {
        name,
        shared,
        filter,
        order_by: order_by.to_owned(),
    };
    optimistic::submit(model, action, None)
}
