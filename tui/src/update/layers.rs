//! Keys, pastes and clicks for the top layer.

use crossterm::event::{KeyCode, KeyEvent};

use super::{
    activity_line, attention, bulk, commands, drafts, entry_line, filter, find, form, goals, jump,
    lens, moves, notify, open, optimistic, preview, prompt, rewards, schemes, sheet, themes, views,
};
use crate::command::{self, Row};
use crate::input::Lost;
use crate::keymap::{Context, Key};
use crate::layer::{Act, Confirm, FilterLine, Layer, Pick, PickPurpose, Search};
use crate::model::{Action, Effect, Exit, Model, Severity};
use crate::recent::LineKind;

/// A key for the top layer. The layer is taken off, and put back unless it is done.
pub(super) fn press(model: &mut Model, event: KeyEvent) -> Vec<Effect> {
    let Some(layer) = model.layers.pop() else {
        return Vec::new();
    };
    let key = Key::from(event);
    if key.code == KeyCode::Esc {
        close(model, layer);
        return Vec::new();
    }
    match layer {
        Layer::Entry(line) => entry_line::press(model, line, event),
        Layer::Sheet(block) => sheet::press(model, block, event),
        Layer::Activity(line) => activity_line::press(model, line, event),
        Layer::Form(form) => form::press(model, form, event),
        Layer::Pick(pick) => pick_key(model, pick, key),
        Layer::Filter(line) => filter_key(model, line, event),
        Layer::Palette(search) => search_key(model, search, event, Layer::Palette),
        Layer::Help(search) => search_key(model, search, event, Layer::Help),
        Layer::Prompt(prompt) => prompt::press(model, prompt, event),
        Layer::Find(search) => find::press(model, search, event),
        Layer::Views(list) => views::press(model, list, key),
        Layer::Themes(list) => themes::press(model, list, key),
        Layer::Confirm(confirm) => confirm_key(model, confirm, key),
        Layer::Preview(asked) => preview::press(model, asked, key),
        Layer::Why(why) => rewards::why_key(model, why, key),
        Layer::Jump(jump) => jump::press(model, jump, key),
        Layer::Report(report) => {
            bulk::report_key(model, report, key);
            Vec::new()
        }
        // Any key: what was in it is in the wallet.
        Layer::Unfolding(_) => Vec::new(),
    }
}

/// Esc: drafts are kept, a filter being typed is cleared.
fn close(model: &mut Model, layer: Layer) {
    match layer {
        Layer::Themes(list) => themes::close(model, list),
        Layer::Sheet(mut block) if block.editing.is_some() => {
            // The cell is as it was.
            block.editing = None;
            model.layers.push(Layer::Sheet(block));
        }
        Layer::Entry(_) | Layer::Activity(_) | Layer::Form(_) | Layer::Sheet(_) => {
            drafts::keep(model, &layer);
        }
        Layer::Filter(line) => {
            model.recent.push(LineKind::Filter, line.input.text());
            filter::clear(model);
        }
        Layer::Pick(_)
        | Layer::Palette(_)
        | Layer::Help(_)
        | Layer::Prompt(_)
        | Layer::Find(_)
        | Layer::Views(_)
        | Layer::Why(_)
        | Layer::Unfolding(_)
        | Layer::Jump(_)
        | Layer::Report(_)
        | Layer::Confirm(_) => {}
        Layer::Preview(_) => model.asked_move = None,
    }
}

fn filter_key(model: &mut Model, mut line: FilterLine, event: KeyEvent) -> Vec<Effect> {
    if event.code == KeyCode::Enter && line.problem.is_none() {
        model.recent.push(LineKind::Filter, line.input.text());
        return Vec::new();
    }
    let recalled = match event.code {
        KeyCode::Up => line.input.recall(model.recent.of(LineKind::Filter), true),
        KeyCode::Down => line.input.recall(model.recent.of(LineKind::Filter), false),
        _ => false,
    };
    if recalled || line.input.handle(event) {
        line.problem = filter::set(model, line.input.text()).err();
    }
    model.layers.push(Layer::Filter(line));
    Vec::new()
}

/// Text pasted: into the top layer, or as deals onto the board. It is never run as keys.
pub(super) fn paste(model: &mut Model, text: &str) {
    if sheet::takes(model, text) {
        return;
    }
    let Some(mut layer) = model.layers.pop() else {
        return;
    };
    let input = match &mut layer {
        Layer::Entry(line) => Some(&mut line.input),
        Layer::Activity(line) => Some(&mut line.input),
        Layer::Filter(line) => Some(&mut line.input),
        Layer::Palette(search) | Layer::Help(search) | Layer::Find(search) => {
            search.selected = 0;
            Some(&mut search.input)
        }
        Layer::Prompt(line) => Some(&mut line.input),
        Layer::Form(form) => form.input_mut(),
        Layer::Sheet(block) => block.editing.as_mut(),
        _ => None,
    };
    let lost = input.map(|input| {
        input.insert(text);
        input.lost()
    });
    match &mut layer {
        Layer::Entry(line) => entry_line::read(model, line),
        Layer::Activity(line) => activity_line::read(model, line),
        Layer::Filter(line) => line.problem = filter::set(model, line.input.text()).err(),
        Layer::Prompt(line) => prompt::read(model, line),
        Layer::Form(form) => form::changed(model, form),
        _ => {}
    }
    model.layers.push(layer);
    say_lost(model, lost.unwrap_or_default());
}

/// Says what of a text found no room or has no place in a line.
fn say_lost(model: &mut Model, lost: Lost) {
    if lost.is_nothing() {
        return;
    }
    let key = if lost.cut > 0 {
        "notice-cut"
    } else {
        "notice-controls"
    };
    let count = if lost.cut > 0 {
        lost.cut
    } else {
        lost.controls
    };
    let text = model.strings.tell(key, &[("count", count.into())]);
    notify(model, Severity::Info, text);
}

fn search_key(
    model: &mut Model,
    mut search: Search,
    event: KeyEvent,
    layer: fn(Search) -> Layer,
) -> Vec<Effect> {
    let key = Key::from(event);
    let hits = self::search(model, search.input.text());
    let last = hits.len().saturating_sub(1);
    match key.code {
        KeyCode::Enter => {
            let Some(row) = hits.get(search.selected) else {
                model.layers.push(layer(search));
                return Vec::new();
            };
            model.recent.push(LineKind::Palette, search.input.text());
            return commands::run(model, row.command, None);
        }
        KeyCode::Down if search.input.is_recalled() => {
            search
                .input
                .recall(model.recent.of(LineKind::Palette), false);
        }
        KeyCode::Down | KeyCode::Tab => search.selected = (search.selected + 1).min(last),
        // Above the first hit are the lines entered before.
        KeyCode::Up if search.selected == 0 => {
            search
                .input
                .recall(model.recent.of(LineKind::Palette), true);
        }
        KeyCode::Up | KeyCode::BackTab => search.selected = search.selected.saturating_sub(1),
        KeyCode::Char('n') if key.control => search.selected = (search.selected + 1).min(last),
        KeyCode::Char('p') if key.control => search.selected = search.selected.saturating_sub(1),
        _ => {
            let before = search.input.text().to_owned();
            if search.input.handle(event) && before != search.input.text() {
                search.selected = 0;
            }
        }
    }
    model.layers.push(layer(search));
    Vec::new()
}

/// The verbs that can be given now and that a few letters mean, best first. Without letters: all, by heading.
pub fn search(model: &Model, needle: &str) -> Vec<&'static Row> {
    let needle = needle.trim().to_lowercase();
    let mut rows: Vec<(u8, &'static Row)> = command::available(model)
        .filter_map(|row| Some((closeness(model, row, &needle)?, row)))
        .collect();
    // Stable: among equals the table's order holds, which is by heading.
    rows.sort_by_key(|(closeness, _)| *closeness);
    rows.into_iter().map(|(_, row)| row).collect()
}

/// Smaller is better: key, start of name, start of a word, inside, letters in order.
fn closeness(model: &Model, row: &Row, needle: &str) -> Option<u8> {
    if needle.is_empty() {
        return Some(0);
    }
    let help = model.strings.say(row.help_key).to_lowercase();
    let short = model.strings.say(row.short_key).to_lowercase();
    let context = Context::of(model.screen);
    let mut keys = model.config.keymap.keys(context, row.command);
    if keys.any(|binding| binding.text.to_lowercase() == needle) {
        return Some(0);
    }
    if row.name.starts_with(needle) || short.starts_with(needle) {
        return Some(1);
    }
    let words = |text: &str| text.split([' ', '-']).any(|word| word.starts_with(needle));
    if words(row.name) || words(&short) || words(&help) {
        return Some(2);
    }
    if row.name.contains(needle) || help.contains(needle) || short.contains(needle) {
        return Some(3);
    }
    crate::entry::names::is_subsequence(needle, row.name).then_some(4)
}

fn pick_key(model: &mut Model, mut pick: Pick, key: Key) -> Vec<Effect> {
    let last = pick.items.len().saturating_sub(1);
    match key.code {
        KeyCode::Enter => return choose_item(model, &pick, pick.selected),
        KeyCode::Down | KeyCode::Tab => pick.selected = (pick.selected + 1).min(last),
        KeyCode::Up | KeyCode::BackTab => pick.selected = pick.selected.saturating_sub(1),
        KeyCode::Char(letter) if !key.control && !key.alt => {
            let by_number = key
                .digit()
                .and_then(|digit| usize::try_from(digit).ok()?.checked_sub(1));
            let by_letter = || {
                pick.items
                    .iter()
                    .position(|item| item.letter == letter.to_lowercase().next())
            };
            match by_number.filter(|place| *place <= last).or_else(by_letter) {
                Some(place) => return choose_item(model, &pick, place),
                None if letter == 'j' => pick.selected = (pick.selected + 1).min(last),
                None if letter == 'k' => pick.selected = pick.selected.saturating_sub(1),
                None => {}
            }
        }
        _ => {}
    }
    model.layers.push(Layer::Pick(pick));
    Vec::new()
}

fn choose_item(model: &mut Model, pick: &Pick, place: usize) -> Vec<Effect> {
    let Some(item) = pick.items.get(place) else {
        return Vec::new();
    };
    match pick.purpose {
        PickPurpose::Move(id) => moves::to(model, id, item.value),
        PickPurpose::MoveSelected => {
            bulk::stage_chosen(model, item.value);
            Vec::new()
        }
        PickPurpose::OwnerOfSelected => {
            bulk::owner_chosen(model, item.value);
            Vec::new()
        }
        PickPurpose::Pipeline => {
            model.pipeline_id = Some(item.value);
            model.focus = None;
            model.first_column = 0;
            Vec::new()
        }
        PickPurpose::Cycle => {
            lens::cycle_chosen(model, place);
            Vec::new()
        }
        PickPurpose::Whose => {
            lens::whose_chosen(model, item.value);
            Vec::new()
        }
        PickPurpose::Queue => {
            lens::queue_chosen(model, item.value);
            Vec::new()
        }
        PickPurpose::Divide(id) => goals::divide_chosen(model, id, item.value),
        PickPurpose::System => {
            schemes::system_chosen(model, item.value);
            Vec::new()
        }
    }
}

/// A letter of a name that no earlier name took, and that moves no cursor.
pub(super) fn own_letter(name: &str, taken: &mut Vec<char>) -> Option<char> {
    let letter = name.chars().flat_map(char::to_lowercase).find(|letter| {
        letter.is_ascii_lowercase() && !matches!(letter, 'j' | 'k') && !taken.contains(letter)
    })?;
    taken.push(letter);
    Some(letter)
}

fn confirm_key(model: &mut Model, confirm: Confirm, key: Key) -> Vec<Effect> {
    match key.code {
        KeyCode::Enter | KeyCode::Char('y' | 'Y') => act(model, confirm.act),
        KeyCode::Char('n' | 'N' | 'q') => Vec::new(),
        _ => {
            model.layers.push(Layer::Confirm(confirm));
            Vec::new()
        }
    }
}

fn act(model: &mut Model, act: Act) -> Vec<Effect> {
    match act {
        Act::Quit => vec![Effect::Quit(Exit::Leave)],
        Act::Selected => bulk::go(model),
        Act::DeleteView { id, revision } => {
            optimistic::submit(model, Action::DeleteView { id, revision }, None)
        }
        Act::Publish { id, revision } => schemes::publish(model, id, revision),
        Act::EndScheme { id, revision } => schemes::end(model, id, revision),
        Act::Win { id, stage_id } => moves::send(model, id, stage_id),
        Act::HandOver { id, to } => attention::hand_over(model, id, to),
        Act::Archive(id) => {
            let Some(card) = model.picture.board.card(id) else {
                return Vec::new();
            };
            let text = model
                .strings
                .tell("notice-archived", &[("name", card.name.as_str().into())]);
            let effects = optimistic::submit(model, Action::Archive { id }, Some(id));
            if model.screen == crate::model::Screen::Opportunity(id) {
                super::go(model, crate::model::Screen::Board);
            }
            notify(model, Severity::Info, text);
            effects
        }
    }
}

/// The wheel, over a layer with a list.
pub(super) fn step(model: &mut Model, by: i8) {
    let (selected, last) = match model.layers.last() {
        Some(Layer::Palette(search) | Layer::Help(search)) => {
            (search.selected, search_len(model, search).saturating_sub(1))
        }
        Some(Layer::Pick(pick)) => (pick.selected, pick.items.len().saturating_sub(1)),
        Some(Layer::Why(why)) => (why.scroll, crate::layers::why::most_scroll(model, why)),
        Some(Layer::Find(search)) => (search.selected, find::last(model)),
        Some(Layer::Views(list)) => (list.selected, views::last(model)),
        Some(Layer::Themes(_)) => return themes::step(model, by),
        Some(Layer::Report(report)) => (report.scroll, report.refused.len().saturating_sub(1)),
        Some(Layer::Sheet(block)) => (block.row, block.rows.len().saturating_sub(1)),
        _ => return,
    };
    let next = if by < 0 {
        selected.saturating_sub(1)
    } else {
        (selected + 1).min(last)
    };
    match model.layers.last_mut() {
        Some(Layer::Palette(search) | Layer::Help(search)) => search.selected = next,
        Some(Layer::Pick(pick)) => pick.selected = next,
        Some(Layer::Find(search)) => search.selected = next,
        Some(Layer::Why(why)) => why.scroll = next,
        Some(Layer::Report(report)) => report.scroll = next,
        Some(Layer::Views(list)) => list.selected = next,
        Some(Layer::Sheet(block)) => block.row = next,
        _ => {}
    }
}

fn search_len(model: &Model, search: &Search) -> usize {
    self::search(model, search.input.text()).len()
}

/// A click on a line of the top layer's list.
pub(super) fn choose(model: &mut Model, line: usize) -> Vec<Effect> {
    match model.layers.pop() {
        Some(Layer::Pick(pick)) => choose_item(model, &pick, line),
        Some(Layer::Find(_)) => find::choose(model, line),
        Some(Layer::Views(_)) => views::choose(model, line),
        Some(Layer::Themes(list)) => themes::choose(model, list, line),
        Some(Layer::Palette(search)) | Some(Layer::Help(search)) => {
            let command = self::search(model, search.input.text())
                .get(line)
                .map(|row| row.command);
            command.map_or_else(Vec::new, |command| commands::run(model, command, None))
        }
        Some(Layer::Sheet(mut block)) => {
            block.row = line.min(block.rows.len().saturating_sub(1));
            model.layers.push(Layer::Sheet(block));
            Vec::new()
        }
        Some(Layer::Form(mut form)) => {
            form.completion = None;
            form.focus = line.min(form.fields.len().saturating_sub(1));
            open(model, Layer::Form(form));
            Vec::new()
        }
        Some(other) => {
            model.layers.push(other);
            Vec::new()
        }
        None => Vec::new(),
    }
}
