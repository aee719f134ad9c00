//! The mouse: what is clicked, dragged and scrolled is what is seen there.
#![allow(clippy::unwrap_used)]

use crate::fixture::App;
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use sluice::layer::Layer;
use sluice::message::Msg;
use sluice::model::{Action, Effect, Resource, SECOND_US, Screen};
use sluice::strings::Language::{Chinese, English};

const DOWN: MouseEventKind = MouseEventKind::Down(MouseButton::Left);
const DRAG: MouseEventKind = MouseEventKind::Drag(MouseButton::Left);
const UP: MouseEventKind = MouseEventKind::Up(MouseButton::Left);

impl App {
    /// Paints, so that it is known what is where, and uses the mouse there.
    pub fn mouse(&mut self, kind: MouseEventKind, (column, row): (u16, u16)) -> &mut Self {
        self.buffer();
        self.send(Msg::Mouse(MouseEvent {
            kind,
            column,
            row,
            modifiers: KeyModifiers::NONE,
        }))
    }

    pub fn click(&mut self, at: (u16, u16)) -> &mut Self {
        self.mouse(DOWN, at);
        self.mouse(UP, at)
    }

    /// Where some words begin on the screen.
    pub fn place(&mut self, words: &str) -> (u16, u16) {
        let text = self.text();
        let found = text.lines().enumerate().find_map(|(row, line)| {
            let (before, _) = line.split_once(words)?;
            Some((sluice::text::width(before), row))
        });
        let (column, row) = found.unwrap_or_else(|| panic!("no {words:?} in\n{text}"));
        (u16::try_from(column).unwrap(), u16::try_from(row).unwrap())
    }
}

fn app() -> App {
    App::full(English, 200, 50)
}

/// A card that stands still, of the first column.
fn grab(app: &mut App) -> (u64, (u16, u16)) {
    let id = app.model.picture.board.at(1, 1).unwrap().id;
    let at = (5, 8);
    app.mouse(DOWN, at);
    assert_eq!(app.model.selected().unwrap().id, id);
    (id, at)
}

#[test]
fn a_card_dragged_to_another_stage_moves_there() {
    let mut app = app();
    let (id, _) = grab(&mut app);
    let over = app.place("Proposal");
    app.mouse(DRAG, (over.0 + 3, 20));
    assert_eq!(app.model.drop_stage(), Some(4));
    let text = app.text();
    assert!(text.contains("→ Proposal"), "the target says so: {text}");
    assert!(text.contains("Let go over a stage"), "{text}");
    insta::assert_snapshot!("drag-en-200x50", app.picture());
    app.mouse(UP, (over.0 + 3, 20));
    let sent = Action::Move { id, stage_id: 4 };
    assert!(matches!(app.effects.last(), Some(Effect::Submit { action, .. }) if *action == sent));
    assert!(app.model.is_pending(id) && app.model.dragged().is_none());
    assert_eq!(app.model.focus, Some(4), "the cursor goes with the card");
}

#[test]
fn a_card_let_go_outside_the_stages_or_after_esc_stays_where_it_is() {
    let mut app = app();
    grab(&mut app);
    app.mouse(DRAG, (80, 20))
        .mouse(DRAG, (80, 0))
        .mouse(UP, (80, 0));
    let (_, at) = grab(&mut app);
    app.mouse(DRAG, (80, 20));
    app.keys("esc").mouse(UP, (80, 20));
    assert!(app.effects.is_empty() && app.model.dragged().is_none());
    assert_eq!(app.model.screen, Screen::Board);
    // Back over its own stage it is no move either.
    grab(&mut app);
    app.mouse(DRAG, (80, 20)).mouse(DRAG, at).mouse(UP, at);
    assert!(app.effects.is_empty());
}

#[test]
fn a_card_dropped_on_a_stage_with_a_gate_is_previewed_first() {
    let mut app = app();
    let mut pipeline = app.model.picture.pipelines[&1].clone();
    pipeline.stages[3].gated = true;
    app.server(sluice::message::ServerFact::Put(vec![Resource::Pipeline(
        pipeline,
    )]));
    let (id, _) = grab(&mut app);
    let over = app.place("Proposal");
    app.mouse(DRAG, (over.0, 20)).mouse(UP, (over.0, 20));
    let asked = Effect::PreviewMove { id, stage_id: 4 };
    assert_eq!(app.effects.last(), Some(&asked));
}

#[test]
fn a_card_dragged_to_the_edge_pages_the_columns() {
    let mut app = App::full(English, 80, 24);
    app.mouse(DOWN, (5, 5))
        .mouse(DRAG, (40, 9))
        .mouse(DRAG, (79, 9));
    assert_eq!(app.model.drop_stage(), Some(4));
    assert!(app.text().contains("Proposal"));
    app.mouse(DRAG, (78, 9)).mouse(UP, (78, 9));
    assert!(matches!(
        app.effects.last(),
        Some(Effect::Submit {
            action: Action::Move { stage_id: 4, .. },
            ..
        })
    ));
}

#[test]
fn two_quick_clicks_open_and_two_slow_ones_do_not() {
    let mut app = app();
    app.click((5, 8)).wait(SECOND_US);
    app.click((5, 8));
    assert_eq!(app.model.screen, Screen::Board);
    app.wait(SECOND_US / 10);
    app.click((5, 8));
    assert!(matches!(app.model.screen, Screen::Opportunity(_)));
}

#[test]
fn the_wheel_moves_the_column_under_the_pointer_and_not_the_cursor() {
    let mut app = App::full(English, 80, 24);
    app.keys("l");
    let before = app.model.anchors[&1];
    app.mouse(MouseEventKind::ScrollDown, (5, 10));
    assert_eq!(app.model.focus, Some(2));
    let after = app.model.anchors[&1];
    assert_eq!((before.place, after.place, after.row), (0, 1, 0));
    // The selected card stays selected as long as it is seen.
    app.keys("h 2 j");
    let selected = app.model.selected().unwrap().id;
    app.mouse(MouseEventKind::ScrollDown, (5, 10));
    assert_eq!(app.model.selected().unwrap().id, selected);
}

#[test]
fn the_chips_of_the_header_lead_where_they_say() {
    let mut app = App::busy(English, 200, 50);
    let at = app.place("alerts");
    app.click(at);
    assert_eq!(app.model.screen, Screen::Alerts);
    let at = app.place("in the inbox");
    app.click(at);
    assert_eq!(app.model.screen, Screen::Inbox);
    let at = app.place("Northwind");
    app.click(at);
    assert_eq!(app.model.screen, Screen::Board);
    let mut app = App::full(English, 80, 24);
    let at = app.place("3 of 7 ›");
    app.click(at);
    assert_eq!(app.model.focus, Some(4));
}

#[test]
fn the_keys_named_in_a_box_can_be_clicked() {
    for (language, leave) in [(English, "Esc leave"), (Chinese, "Esc 离开")] {
        let mut app = App::full(language, 80, 24);
        app.keys("m");
        let at = app.place(leave);
        app.click(at);
        assert!(app.model.layers.is_empty());
    }
    let mut app = app();
    app.keys("X");
    let at = app.place("⏎ or y");
    app.click(at);
    assert!(matches!(
        app.effects.last(),
        Some(Effect::Submit {
            action: Action::Archive { .. },
            ..
        })
    ));
}

#[test]
fn what_lies_below_a_box_cannot_be_clicked() {
    let mut app = app();
    app.keys("X");
    let selected = app.model.selected().unwrap().id;
    app.click((150, 40));
    assert!(matches!(app.model.layers.last(), Some(Layer::Confirm(_))));
    assert_eq!(app.model.selected().unwrap().id, selected);
}

#[test]
fn a_click_on_the_board_takes_the_filter_as_it_is_typed() {
    let mut app = app();
    app.keys("/").types("acme");
    app.click((5, 5));
    assert!(app.model.layers.is_empty() && app.model.filter.is_some());
}

#[test]
fn rows_of_reports_are_chosen_by_clicks_and_opened_by_two() {
    let mut app = app();
    app.keys("g F").answer();
    let at = app.place("May");
    app.click(at);
    assert!(app.model.forecast_row.is_some());
    app.click(at);
    assert_eq!(app.model.screen, Screen::Drill);
    let mut app = self::app();
    app.keys("g l").answer();
    let at = app.place("teams");
    app.click(at);
    assert!(app.model.contest.teams);
}
