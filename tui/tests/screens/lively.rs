//! What happens by itself: sums that rise and fall, cards out of sight, colleagues' wins, the bell.
#![allow(clippy::unwrap_used)]

use crate::fixture::{App, NOW};
use sluice::attention::{Alert, AlertState};
use sluice::live::TREND_US;
use sluice::message::{CommitFact, ServerFact};
use sluice::model::{Card, Effect, Level, Resource, SECOND_US};
use sluice::strings::Language::{Chinese, English};

fn commit(app: &mut App, puts: Vec<Resource>) {
    let revision = app.model.revision + 1;
    app.server(ServerFact::Commit(CommitFact {
        revision,
        time: app.model.now,
        request_id: "somebody-else".to_owned(),
        puts,
        ..CommitFact::default()
    }));
}

fn put(card: Card) -> Resource {
    Resource::Opportunity(Box::new(card))
}

/// New deals of the first stage: they are due first, or last.
fn newcomers(first_id: u64, count: u64, first: bool) -> Vec<Resource> {
    let day = jiff::civil::date(if first { 2020 } else { 2030 }, 1, 1);
    let card = |id| {
        put(Card {
            id,
            name: format!("Newcomer {id}"),
            amount_minor: 100_000,
            pipeline_id: 1,
            stage_id: 1,
            contract_date: Some(day),
            stage_entered_us: NOW,
            level: if first {
                Level::Critical
            } else {
                Level::Moving
            },
            ..Card::default()
        })
    };
    (first_id..first_id + count).map(card).collect()
}

#[test]
fn a_sum_that_somebody_changed_says_for_some_seconds_where_it_went() {
    let mut app = App::full(English, 200, 50);
    let card = app.model.picture.board.at(2, 0).unwrap().clone();
    let more = Card {
        amount_minor: card.amount_minor * 2,
        ..card
    };
    let plain = app.text().matches('↑').count();
    commit(&mut app, vec![put(more)]);
    assert_eq!(
        app.text().matches('↑').count(),
        plain + 2,
        "stage and header"
    );
    let until = app.model.next_wakeup().unwrap();
    assert!(until <= app.model.now + TREND_US);
    app.wait(TREND_US);
    assert_eq!(app.text().matches('↑').count(), plain);
}

#[test]
fn with_reduced_motion_no_sum_moves() {
    let mut app = App::full(English, 200, 50);
    app.model.reduced_motion = true;
    let card = app.model.picture.board.at(2, 0).unwrap().clone();
    let before = app.text().matches('↑').count();
    let amount_minor = card.amount_minor * 2;
    commit(
        &mut app,
        vec![put(Card {
            amount_minor,
            ..card
        })],
    );
    assert_eq!(app.text().matches('↑').count(), before);
}

#[test]
fn cards_that_come_out_of_sight_are_counted_and_a_key_goes_there() {
    let mut app = App::full(English, 200, 50);
    app.keys("j");
    commit(&mut app, newcomers(500, 12, true));
    let text = app.text();
    assert!(text.contains("+12 above"), "{text}");
    commit(&mut app, newcomers(600, 3, false));
    let text = app.text();
    assert!(text.contains("+12↑") && text.contains("+3↓"), "{text}");
    for language in [English, Chinese] {
        for (width, height) in [(200, 50), (80, 24), (40, 12)] {
            let mut app = App::full(language, width, height);
            app.keys("j");
            commit(&mut app, newcomers(500, 12, true));
            commit(&mut app, newcomers(600, 3, false));
            app.wait(10 * SECOND_US);
            let name = format!("unseen-{}-{width}x{height}", language.tag());
            insta::assert_snapshot!(name, app.picture());
        }
    }
    app.keys("+");
    assert!(
        app.selected().starts_with("Newcomer 5"),
        "{}",
        app.selected()
    );
    app.keys("+");
    assert!(
        app.selected().starts_with("Newcomer 6"),
        "{}",
        app.selected()
    );
    assert!(app.model.live.unseen.is_empty());
}

#[test]
fn the_chip_of_unseen_cards_can_be_clicked_and_goes_when_all_is_seen() {
    let mut app = App::full(English, 200, 50);
    app.keys("j");
    commit(&mut app, newcomers(500, 12, true));
    let at = app.place("+12 above");
    app.click(at);
    assert!(app.selected().starts_with("Newcomer"));
    commit(&mut app, newcomers(700, 1, true));
    commit(&mut app, newcomers(600, 3, false));
    app.keys("G");
    assert!(!app.text().contains("below"));
    app.keys("g g");
    assert!(app.model.live.unseen.is_empty());
}

#[test]
fn a_column_looked_at_from_its_top_goes_on_being_looked_at_so() {
    let mut app = App::full(English, 200, 50);
    app.keys("l");
    commit(&mut app, newcomers(500, 2, true));
    assert!(app.text().contains("Newcomer 500"));
    assert!(app.model.live.unseen.is_empty());
    assert_eq!(app.model.focus, Some(2));
}

fn won(app: &App) -> Vec<Resource> {
    let card = app.model.picture.board.at(5, 0).unwrap().clone();
    vec![put(Card {
        stage_id: 6,
        stage_entered_us: app.model.now,
        ..card
    })]
}

#[test]
fn a_colleagues_win_is_told_unless_one_wants_silence() {
    let told = |app: &mut App| {
        let wins = won(app);
        commit(app, wins);
        app.model
            .notices
            .iter()
            .any(|notice| notice.text.contains("won"))
    };
    let mut app = App::full(English, 200, 50);
    assert!(told(&mut app));
    let mut app = App::full(English, 200, 50);
    app.keys("g w").wait(30 * SECOND_US);
    assert!(!told(&mut app));
    let mut app = App::full(English, 200, 50);
    app.settings("[notify]\nteam_wins = \"silent\"");
    assert!(!told(&mut app));
}

fn calls(app: &App) -> usize {
    let is_call = |effect: &&Effect| matches!(effect, Effect::Herald(_));
    app.effects.iter().filter(is_call).count()
}

#[test]
fn the_bell_rings_for_what_was_chosen_and_for_nothing_else() {
    let mut app = App::full(English, 200, 50);
    let wins = won(&app);
    commit(&mut app, wins);
    assert_eq!(calls(&app), 0, "off unless chosen");
    let mut app = App::full(English, 200, 50);
    app.settings("[notify]\nbell = [\"win\", \"stalled\"]\ndesktop = [\"stalled\"]");
    let wins = won(&app);
    commit(&mut app, wins);
    let heard = |app: &App| match app.effects.last() {
        Some(Effect::Herald(call)) => Some((call.bell, call.desktop.clone())),
        _ => None,
    };
    assert_eq!(heard(&app), Some((true, None)));
    app.wait(20 * SECOND_US);
    let own = |card: &&Card| card.owner_id == Some(1);
    let card = app
        .model
        .picture
        .board
        .from(1, 0)
        .find(own)
        .unwrap()
        .clone();
    let alert = |id, recipient| {
        Resource::Alert(Alert {
            id,
            opportunity_id: card.id,
            stage_id: 1,
            level: Level::Stalled,
            recipient_id: Some(recipient),
            raised_us: NOW,
            state: AlertState::Open,
            reason: String::new(),
        })
    };
    commit(&mut app, vec![alert(900, 2)]);
    assert_eq!(calls(&app), 1, "somebody else's alert");
    commit(&mut app, vec![alert(901, 1)]);
    let text = format!("{} is stalled in New", card.name);
    assert_eq!(heard(&app), Some((true, Some(text))));
    commit(&mut app, vec![alert(901, 1)]);
    assert_eq!(calls(&app), 2, "the same again is no news");
}
