//! The goals' grid: a figure is typed into a cell as in a spreadsheet; goals are divided, weighed and locked.

use crossterm::event::{KeyCode, KeyEvent};

use super::{go, notify, open, optimistic, problem, prompt};
use crate::entry::amount::{Currency, parse_amount};
use crate::input::Input;
use crate::keymap::Key;
use crate::layer::{Layer, Pick, PickItem, PickPurpose, PromptPurpose};
use crate::model::{Action, Effect, Model, Screen, Severity};
use crate::report::Who;
use crate::report::funnel::Metric;
use crate::report::goals::{GoalChange, GoalGrid, GoalPlace, cycles};
use crate::report::lens::CycleKind;
use crate::screens::goals::{capacity, cursor, read, selected, subjects};
use crate::text;

/// The largest count anybody can be asked for.
const MAX_COUNT: i128 = 1_000_000_000;

/// Keeps the cursor in the grid and on the screen.
pub(super) fn settle(model: &mut Model) {
    let rows = subjects(model).len();
    let columns = cycles(&model.lens, model.today()).len();
    let capacity = capacity(model.frame().body);
    let grid = &mut model.goals;
    grid.row = grid.row.min(rows.saturating_sub(1));
    grid.column = grid.column.min(columns.saturating_sub(1));
    grid.top = grid
        .top
        .clamp((grid.row + 1).saturating_sub(capacity), grid.row)
        .min(rows.saturating_sub(capacity));
}

pub(super) fn vertical(model: &mut Model, by: isize) {
    model.goals.row = model.goals.row.saturating_add_signed(by);
    model.goals.problem = None;
}

pub(super) fn horizontal(model: &mut Model, by: isize) {
    model.goals.column = model.goals.column.saturating_add_signed(by);
    model.goals.problem = None;
}

/// The cursor goes where the pointer is; what is being typed is taken first, and keeps the cursor when it cannot be.
pub(super) fn point(model: &mut Model, row: usize, column: usize) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Some(typing) = model.goals.typing.take() {
        match commit(model, typing.text()) {
            Ok(sent) => effects = sent,
            Err(problem) => {
                model.goals.problem = Some(problem);
                model.goals.typing = Some(typing);
                return effects;
            }
        }
    }
    (model.goals.row, model.goals.column) = (row, column);
    model.goals.problem = None;
    effects
}

/// A key for the cell; none when it is not the cell's.
pub(super) fn press(model: &mut Model, event: KeyEvent) -> Option<Vec<Effect>> {
    let key = Key::from(event);
    let Some(mut typing) = model.goals.typing.take() else {
        return start(model, key, event);
    };
    let step: Option<fn(&mut Model)> = match key.code {
        KeyCode::Esc => {
            model.goals.problem = None;
            return Some(Vec::new());
        }
        KeyCode::Enter | KeyCode::Down => Some(|model| vertical(model, 1)),
        KeyCode::Up => Some(|model| vertical(model, -1)),
        KeyCode::Tab => Some(|model| horizontal(model, 1)),
        KeyCode::BackTab => Some(|model| horizontal(model, -1)),
        _ => None,
    };
    let Some(step) = step else {
        typing.handle(event);
        model.goals.problem = None;
        model.goals.typing = Some(typing);
        return Some(Vec::new());
    };
    match commit(model, typing.text()) {
        Ok(effects) => {
            step(model);
            Some(effects)
        }
        Err(problem) => {
            model.goals.problem = Some(problem);
            model.goals.typing = Some(typing);
            Some(Vec::new())
        }
    }
}

/// A digit begins a new figure, Enter goes on with the one that is there, Tab and the arrows go on.
fn start(model: &mut Model, key: Key, event: KeyEvent) -> Option<Vec<Effect>> {
    match key.code {
        KeyCode::Tab => horizontal(model, 1),
        KeyCode::BackTab => horizontal(model, -1),
        KeyCode::Enter => {
            let text = selected(model).map(|goal| plain(model, goal.target));
            model.goals.typing = Some(Input::new(text.unwrap_or_default()));
        }
        KeyCode::Char(_) if key.digit().is_some() => {
            let mut typing = Input::default();
            typing.handle(event);
            model.goals.typing = Some(typing);
        }
        _ => return None,
    }
    Some(Vec::new())
}

/// A target as it can be typed again.
fn plain(model: &Model, target: i128) -> String {
    if model.goals.of.is_count() {
        return target.to_string();
    }
    text::money_full(target, model.minor_digits()).replace(',', "")
}

/// Takes what was typed: a new goal, or another target for the one that is there.
fn commit(model: &mut Model, typed: &str) -> Result<Vec<Effect>, String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let of = model.goals.of;
    let target = if of.is_count() {
        typed
            .parse::<i128>()
            .ok()
            .filter(|count| (0..=MAX_COUNT).contains(count))
            .ok_or_else(|| model.strings.say("problem-count").to_owned())?
    } else {
        let currency = Currency::of(model.currency());
        parse_amount(typed, currency)
            .map(|amount| i128::from(amount.minor))
            .map_err(|error| problem::amount(&model.strings, &error))?
    };
    let Some((who, cycle)) = cursor(model) else {
        return Ok(Vec::new());
    };
    let change = match selected(model) {
        Some(goal) if goal.target == target => return Ok(Vec::new()),
        Some(goal) => GoalChange::Target {
            id: goal.id,
            revision: goal.revision,
            target,
            redistribute: !model.goals.strict && goal.parent_id.is_some(),
        },
        None => GoalChange::Create {
            who,
            of,
            cycle: cycle.text(),
            target,
        },
    };
    model.goals.problem = None;
    Ok(send(model, change))
}

fn send(model: &mut Model, change: GoalChange) -> Vec<Effect> {
    optimistic::submit(model, Action::Goal(change), None)
}

/// Shows the next metric's goals.
pub(super) fn next_metric(model: &mut Model) {
    model.goals.of = model.goals.of.next();
    model.goals.typing = None;
    model.goals.problem = None;
}

/// Shows the goals for how many instead of for how much, or the other way round.
pub(super) fn toggle_count(model: &mut Model) {
    if model.goals.of.metric == Metric::CheckIn {
        let text = model.strings.say("notice-no-amount").to_owned();
        notify(model, Severity::Info, text);
        return;
    }
    model.goals.of.by_count = !model.goals.of.by_count;
    model.goals.typing = None;
    model.goals.problem = None;
}

/// Goes to a goal's cell.
pub(super) fn show(model: &mut Model, place: GoalPlace) {
    let today = model.today();
    model.lens.look_at(place.cycle, today);
    model.goals = GoalGrid {
        of: place.of,
        strict: model.goals.strict,
        ..GoalGrid::default()
    };
    let row = |(who, _): &(Who, usize)| *who == place.who;
    model.goals.row = subjects(model).iter().position(row).unwrap_or(0);
    let column = cycles(&model.lens, today)
        .iter()
        .position(|cycle| *cycle == place.cycle);
    model.goals.column = column.unwrap_or(0);
    go(model, Screen::Goals);
}

/// Takes the difference from the other parts, or has it refused.
pub(super) fn strict(model: &mut Model) {
    model.goals.strict = !model.goals.strict;
    let key = if model.goals.strict {
        "notice-strict"
    } else {
        "notice-redistribute"
    };
    let text = model.strings.say(key).to_owned();
    notify(model, Severity::Info, text);
}

/// Keeps the goal's target, or lets it go.
pub(super) fn lock(model: &mut Model) -> Vec<Effect> {
    let Some(goal) = selected(model) else {
        return Vec::new();
    };
    let change = GoalChange::Lock {
        id: goal.id,
        revision: goal.revision,
        locked: !goal.locked,
    };
    send(model, change)
}

/// What a goal of a cycle can be divided into.
const DIVISIONS: [(CycleKind, &str); 4] = [
    (CycleKind::Quarter, "divide-quarters"),
    (CycleKind::Month, "divide-months"),
    (CycleKind::Week, "divide-weeks"),
    (CycleKind::Day, "divide-days"),
];

/// Asks how the goal is divided.
pub(super) fn pick_division(model: &mut Model) {
    let (Some(goal), Some((_, cycle))) = (selected(model), cursor(model)) else {
        return;
    };
    let id = goal.id;
    let item = |key: &str, value: u64| PickItem {
        label: model.strings.say(key).to_owned(),
        note: String::new(),
        letter: None,
        value,
    };
    let mut items = vec![item("divide-subjects", 0)];
    let shorter = |kind: CycleKind| kind < cycle.kind;
    let divisions = (1..).zip(DIVISIONS).filter(|(_, (kind, _))| shorter(*kind));
    items.extend(divisions.map(|(value, (_, key))| item(key, value)));
    let purpose = PickPurpose::Divide(id);
    open(
        model,
        Layer::Pick(Pick {
            purpose,
            items,
            selected: 0,
        }),
    );
}

/// The division was chosen.
pub(super) fn divide_chosen(model: &mut Model, id: u64, value: u64) -> Vec<Effect> {
    let place = usize::try_from(value).unwrap_or(usize::MAX);
    let time = place
        .checked_sub(1)
        .and_then(|place| DIVISIONS.get(place))
        .map(|(kind, _)| *kind);
    send(model, GoalChange::Divide { id, time })
}

/// Asks for the weight of the goal among the parts of its parent.
pub(super) fn ask_weight(model: &mut Model) {
    match selected(model).map(|goal| (goal.id, goal.parent_id)) {
        Some((id, Some(_))) => prompt::open(model, PromptPurpose::Weight(id)),
        _ => {
            let text = model.strings.say("notice-no-parent").to_owned();
            notify(model, Severity::Info, text);
        }
    }
}

/// The weight was given.
pub(super) fn weigh(model: &mut Model, id: u64, weight: i64) -> Vec<Effect> {
    let Some(goals) = read(model) else {
        return Vec::new();
    };
    let Some(goal) = goals.goal(id) else {
        return Vec::new();
    };
    let Some(parent_id) = goal.parent_id else {
        return Vec::new();
    };
    let kind = match goal.cycle.as_str() {
        cycle if cycle.contains('Q') => CycleKind::Quarter,
        cycle if cycle.contains('W') => CycleKind::Week,
        cycle if cycle.len() == "2026-03".len() => CycleKind::Month,
        _ => CycleKind::Day,
    };
    // A part of the same subject is one in time.
    let in_time = goals
        .goal(parent_id)
        .is_none_or(|parent| parent.who == goal.who);
    let change = GoalChange::Weigh {
        parent_id,
        time: in_time.then(|| (kind, goal.cycle.clone())),
        who: goal.who,
        weight,
    };
    send(model, change)
}
