//! The mouse: a click selects, a double click opens, the wheel moves what is under the pointer, a card can be dragged to another stage.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::{arrivals, commands, funnel, keys, layers, moves, navigate};
use crate::command::Command;
use crate::hits::Target;
use crate::layer::Layer;
use crate::model::{Effect, Model, Screen, Typed};
use crate::pointer::{DOUBLE_CLICK_US, Drag};

/// Rows that one notch of the wheel moves a list.
const WHEEL_ROWS: u16 = 3;

/// Takes what the mouse did.
pub(super) fn used(model: &mut Model, mouse: MouseEvent) -> Vec<Effect> {
    if model.wall.is_some() {
        return Vec::new();
    }
    let at = (mouse.column, mouse.row);
    let target = model.hits.at(mouse.column, mouse.row);
    let sideways = mouse.modifiers.contains(KeyModifiers::SHIFT);
    match mouse.kind {
        MouseEventKind::ScrollLeft => wheel(model, target, -1, true),
        MouseEventKind::ScrollRight => wheel(model, target, 1, true),
        MouseEventKind::ScrollUp => wheel(model, target, -1, sideways),
        MouseEventKind::ScrollDown => wheel(model, target, 1, sideways),
        MouseEventKind::Down(MouseButton::Left) => return pressed(model, at, target),
        MouseEventKind::Drag(MouseButton::Left) => dragged(model, at, target),
        MouseEventKind::Up(MouseButton::Left) => return released(model),
        _ => {}
    }
    Vec::new()
}

/// A layer above the screen takes all clicks; the filter line leaves the board below in reach.
fn screen_in_reach(model: &Model) -> bool {
    matches!(model.layers.as_slice(), [] | [Layer::Filter(_)])
}

fn wheel(model: &mut Model, target: Option<Target>, by: i8, sideways: bool) {
    if !screen_in_reach(model) {
        layers::step(model, by);
        return;
    }
    if sideways {
        navigate::horizontal(model, by, 1);
        return;
    }
    match (model.screen, target) {
        (Screen::Board, target) => {
            let stage_id = stage_of(target).or(model.focus);
            if let Some(stage_id) = stage_id {
                navigate::scroll_column(model, stage_id, by, WHEEL_ROWS);
            }
        }
        (Screen::Funnel, Some(Target::Figure { pane, row })) if model.funnel.pane != pane => {
            funnel::point(model, pane, row);
        }
        (Screen::Opportunity(_) | Screen::Customer(_), _) => {
            navigate::vertical(model, by, usize::from(WHEEL_ROWS));
        }
        _ => {
            if !navigate::scroll_list(model, by, WHEEL_ROWS) {
                navigate::vertical(model, by, 1);
            }
        }
    }
}

/// The column that something belongs to.
fn stage_of(target: Option<Target>) -> Option<u64> {
    match target? {
        Target::Column(stage_id)
        | Target::Card { stage_id, .. }
        | Target::Unseen { stage_id, .. } => Some(stage_id),
        _ => None,
    }
}

fn pressed(model: &mut Model, at: (u16, u16), target: Option<Target>) -> Vec<Effect> {
    model.typed = Typed::default();
    model.pointer.drag = None;
    let again = model
        .pointer
        .clicked
        .is_some_and(|(what, when)| Some(what) == target && model.now - when <= DOUBLE_CLICK_US);
    // A third click is a first one again.
    let now = model.now;
    model.pointer.clicked = target.filter(|_| !again).map(|target| (target, now));
    if target.is_some() && matches!(model.layers.as_slice(), [Layer::Filter(_)]) {
        // What was typed into the filter line stands, as if Enter had been pressed.
        model.layers.clear();
    }
    match target {
        Some(Target::Command(command)) => commands::run(model, command, None),
        Some(Target::Press(key)) => keys::press(model, key),
        Some(Target::Line(line)) => layers::choose(model, line),
        Some(target) if model.layers.is_empty() => on_screen(model, at, target, again),
        _ => Vec::new(),
    }
}

/// A click on something of the screen itself.
fn on_screen(model: &mut Model, at: (u16, u16), target: Target, again: bool) -> Vec<Effect> {
    match target {
        Target::Figure { pane, row } => funnel::point(model, pane, row),
        Target::Item(row) => super::figures::point(model, row),
        Target::Cell { row, column } => {
            let effects = super::goals::point(model, row, column);
            if !effects.is_empty() || !again {
                return effects;
            }
            let enter = crossterm::event::KeyEvent::from(crossterm::event::KeyCode::Enter);
            return keys::press(model, enter);
        }
        Target::Row(id) => navigate::select_item(model, id),
        Target::Step(by) => {
            let direction = if by < 0 { -1 } else { 1 };
            navigate::horizontal(model, direction, by.unsigned_abs());
            return Vec::new();
        }
        Target::Unseen { stage_id, above } => {
            arrivals::go(model, stage_id, above);
            return Vec::new();
        }
        Target::Column(stage_id) => {
            model.focus = Some(stage_id);
            if again && model.view.folded.contains(&stage_id) {
                return commands::run(model, Command::Fold, None);
            }
            return Vec::new();
        }
        Target::Card { id, .. } => {
            navigate::select(model, id);
            if !again && model.past_on_board().is_none() {
                model.pointer.drag = Some(Drag {
                    id,
                    from: at,
                    at,
                    moving: false,
                    over: None,
                });
            }
        }
        Target::Command(_) | Target::Line(_) | Target::Press(_) => return Vec::new(),
    }
    if again {
        commands::run(model, Command::Open, None)
    } else {
        Vec::new()
    }
}

/// The pointer moves with the button down: the card goes with it. At the edge of the board the columns page.
fn dragged(model: &mut Model, at: (u16, u16), target: Option<Target>) {
    if model.screen != Screen::Board || !model.layers.is_empty() {
        model.pointer.drag = None;
        return;
    }
    let Some(drag) = &mut model.pointer.drag else {
        return;
    };
    if at != drag.from {
        drag.moving = true;
        // What is taken up again soon is no double click.
        model.pointer.clicked = None;
    }
    drag.at = at;
    drag.over = stage_of(target);
    let body = model.frame().body;
    let edge = if at.0 <= body.x {
        -1
    } else if at.0 + 1 >= body.right() {
        1
    } else {
        return;
    };
    if let Some(stage_id) = navigate::page(model, edge)
        && let Some(drag) = &mut model.pointer.drag
    {
        drag.over = Some(stage_id);
    }
}

/// The button is up: a card that was dragged to another column moves there, as it would by its key.
fn released(model: &mut Model) -> Vec<Effect> {
    let stage_id = model.drop_stage();
    let Some(drag) = model.pointer.drag.take() else {
        return Vec::new();
    };
    let in_reach = model.screen == Screen::Board && model.layers.is_empty();
    match stage_id.filter(|_| in_reach && model.past_on_board().is_none()) {
        Some(stage_id) => moves::to(model, drag.id, stage_id),
        None => Vec::new(),
    }
}
