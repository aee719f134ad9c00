//! The screens that show what the server computed: when they ask, what they do with answers, where their figures lead.
#![allow(clippy::unwrap_used)]

use crate::fixture::{App, NOW};
use sluice::message::{CommitFact, ServerFact};
use sluice::model::{Action, DAY_US, Effect, Resource, Screen};
use sluice::report::funnel::Metric;
use sluice::report::goals::GoalChange;
use sluice::report::{Ask, Figure, Place, Who};
use sluice::strings::Language::{self, Chinese, English};

const SIZES: [(u16, u16); 4] = [(200, 50), (120, 40), (80, 24), (40, 12)];

fn each(name: &str, keys: &[&str]) {
    for language in [English, Chinese] {
        for (width, height) in SIZES {
            let mut app = shown(language, width, height, keys);
            let name = format!("{name}-{}-{width}x{height}", language.tag());
            insta::assert_snapshot!(name, app.picture());
        }
    }
}

/// Keys as in the key table, or `type:` and letters; every question is answered.
fn shown(language: Language, width: u16, height: u16, keys: &[&str]) -> App {
    let mut app = App::full(language, width, height);
    for part in keys {
        match part.strip_prefix("type:") {
            Some(text) => app.types(text),
            None => app.keys(part),
        };
        app.wait(200_000).answer();
    }
    app
}

#[test]
fn funnel() {
    each("funnel", &["g f"]);
}

#[test]
fn forecast() {
    each("forecast", &["g F", "j"]);
}

#[test]
fn goals() {
    each("goals", &["g o", "l", "j"]);
}

#[test]
fn digest() {
    each("digest", &["g d"]);
}

#[test]
fn changes() {
    each("changes", &["g f", "D", "type:-7d", "enter"]);
}

#[test]
fn deals_behind_a_figure() {
    each("deals", &["g f", "enter"]);
}

#[test]
fn why() {
    each("why", &["g f", "tab", "w"]);
}

#[test]
fn search() {
    each("find", &["g /", "type:lee"]);
}

#[test]
fn views() {
    each("views", &["g v"]);
}

#[test]
fn the_past_is_told_in_the_title() {
    each("past", &["g f", "t", "type:last-week", "enter"]);
}

fn commit(app: &mut App) {
    let revision = app.model.revision + 1;
    app.server(ServerFact::Commit(CommitFact {
        revision,
        time: NOW,
        ..CommitFact::default()
    }));
}

#[test]
fn a_report_is_read_on_entering_and_again_when_something_was_committed_but_at_most_twice_a_second()
{
    let mut app = App::full(English, 120, 40);
    assert_eq!(app.questions(), []);
    app.keys("g f").answer();
    assert!(app.model.reports.slot(Place::Funnel).unwrap().is_current());
    for _ in 0..20 {
        app.wait(10_000);
        commit(&mut app);
    }
    assert_eq!(app.questions(), [], "not yet: half a second has not passed");
    app.wait(500_000);
    let asked = app.questions();
    assert_eq!(asked.len(), 6, "each part once: {asked:?}");
    app.wait(5_000_000);
    assert_eq!(
        app.questions(),
        [],
        "nothing more while the answers are waited for"
    );
    app.keys("g b");
    commit(&mut app);
    app.wait(90_000_000);
    assert_eq!(app.questions(), [], "what is not seen is not read");
}

#[test]
fn pace_goes_on_without_commits_so_it_is_read_again_every_minute() {
    let mut app = App::full(English, 120, 40);
    app.keys("g f").answer();
    let at = app.model.next_wakeup().unwrap();
    assert!(at <= app.model.now + 60_000_000);
    app.wait(60_000_000);
    assert_eq!(app.questions().len(), 6);
}

#[test]
fn the_answer_to_an_older_question_is_dropped() {
    let mut app = App::full(English, 120, 40);
    app.keys("g f");
    let first = app.questions();
    app.keys("]");
    let second = app.questions();
    assert_ne!(first[0].1, second[0].1);
    app.server(ServerFact::Loaded {
        number: first[0].0,
        result: Ok(Box::new(crate::answers::answer(&app.model, &first[0].1))),
    });
    assert!(app.model.reports.funnel(Place::Funnel).is_none());
    app.server(ServerFact::Loaded {
        number: second[0].0,
        result: Ok(Box::new(crate::answers::answer(&app.model, &second[0].1))),
    });
    assert!(app.model.reports.slot(Place::Funnel).unwrap().is_current());
}

#[test]
fn what_cannot_be_read_says_why_and_r_tries_again() {
    let mut app = App::full(English, 80, 24);
    app.keys("g f").refuse("the server cannot be reached");
    let text = app.text();
    assert!(text.contains("the server cannot be reached"), "{text}");
    assert!(text.contains("r tries again"), "{text}");
    app.keys("r");
    assert_eq!(app.questions().len(), 6);
}

#[test]
fn a_search_waits_until_typing_pauses_and_goes_where_the_hit_is() {
    let mut app = App::full(English, 80, 24);
    app.keys("ctrl-f").types("ac");
    app.wait(100_000).types("me");
    assert_eq!(app.questions(), []);
    app.wait(150_000);
    let asked = app.questions();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].1, Ask::Search("acme".to_owned()));
    app.server(ServerFact::Loaded {
        number: asked[0].0,
        result: Ok(Box::new(crate::answers::answer(&app.model, &asked[0].1))),
    });
    app.keys("down down enter");
    assert!(matches!(app.model.screen, Screen::Opportunity(_)));
    let app = shown(
        English,
        80,
        24,
        &["ctrl-f", "type:acme", "down down down enter"],
    );
    assert_eq!(app.model.screen, Screen::Board);
    let filter = app.model.filter.as_ref().unwrap();
    assert_eq!(filter.text, "customer:\"Acme Holding\"");
}

#[test]
fn every_figure_of_the_funnel_leads_to_what_is_behind_it() {
    for (keys, wanted) in [
        (&["g f", "j", "enter"][..], Figure::Standing(2)),
        (&["g f", "l", "enter"][..], Figure::Stalled(1)),
        (&["g f", "l", "l", "enter"][..], Figure::Entered(1)),
        (&["g f", "tab tab", "j", "enter"][..], Figure::Won),
        (&["g f", "tab tab", "j j", "enter"][..], Figure::Expected),
    ] {
        let app = shown(English, 120, 40, keys);
        assert_eq!(app.model.screen, Screen::Drill, "{keys:?}");
        match &app.model.drill.as_ref().unwrap().ask {
            Ask::Deals { figure, .. } => assert_eq!(*figure, wanted, "{keys:?}"),
            other => panic!("{keys:?}: {other:?}"),
        }
    }
    let app = shown(English, 120, 40, &["g f", "tab", "l", "w"]);
    match &app.model.drill.as_ref().unwrap().ask {
        Ask::Scores { scope, .. } => assert_eq!(scope.cycle, "2026-W09", "the other cycle"),
        other => panic!("{other:?}"),
    }
    let app = shown(English, 120, 40, &["g f", "tab tab tab tab", "enter"]);
    match &app.model.drill.as_ref().unwrap().ask {
        Ask::Scores { scope, .. } => assert_eq!(scope.who, Who::Member(2), "who is behind"),
        other => panic!("{other:?}"),
    }
    let app = shown(English, 120, 40, &["g f", "tab tab tab", "enter"]);
    assert!(
        matches!(app.model.screen, Screen::Opportunity(_)),
        "what is stuck"
    );
}

#[test]
fn what_was_won_and_each_reason_for_losing_lead_to_the_deals_behind_them() {
    for (keys, wanted) in [
        (&["g F", "tab", "enter"][..], Figure::Won),
        (
            &["g F", "tab", "j", "enter"][..],
            Figure::Lost("price".to_owned()),
        ),
        (&["g F", "G", "enter"][..], Figure::Lost(String::new())),
        (&["g F", "tab", "tab", "enter"][..], Figure::Expected),
    ] {
        let mut app = shown(English, 120, 40, keys);
        match &app.model.drill.as_ref().unwrap().ask {
            Ask::Deals { figure, scope } => {
                assert_eq!(*figure, wanted, "{keys:?}");
                let closed = *figure != Figure::Expected;
                let cycle = if closed { "2026-W10" } else { "2026-03" };
                assert_eq!(scope.cycle, cycle, "outcomes are of the cycle looked at");
            }
            other => panic!("{keys:?}: {other:?}"),
        }
        if wanted == Figure::Lost(String::new()) {
            let text = app.text();
            assert!(text.contains("lost in Week 10: no reason given"), "{text}");
        }
    }
}

#[test]
fn a_goal_is_asked_about_for_all_pipelines_as_it_knows_none() {
    let outlook = |app: &mut App| {
        let mut asked = app.keys("g f").questions().into_iter();
        asked.find_map(|(_, ask)| match ask {
            Ask::Outlook(scope) => Some(scope.pipeline),
            _ => None,
        })
    };
    let funnel = |app: &App| match &app.model.reports.slot(Place::Funnel).unwrap().ask {
        Ask::Funnel(scope) => scope.pipeline,
        other => panic!("{other:?}"),
    };
    let mut app = App::full(English, 120, 40);
    assert_eq!(outlook(&mut app), Some(None));
    assert_eq!(funnel(&app), None, "one pipeline is all there is");
    let mut app = App::full(English, 120, 40);
    let mut second = app.model.picture.pipelines[&1].clone();
    second.id = 2;
    second.stages.clear();
    app.server(ServerFact::Put(vec![Resource::Pipeline(second)]));
    assert_eq!(outlook(&mut app), Some(None));
    assert_eq!(funnel(&app), Some(1));
}

#[test]
fn reasons() {
    each("reasons", &["g F", "tab", "j j j"]);
}

#[test]
fn goals_by_count() {
    each("goals-by-count", &["g o", "m m m", "#", "l j"]);
}

#[test]
fn goals_can_be_counts_of_any_metric() {
    let mut app = shown(English, 120, 40, &["g o", "#"]);
    app.keys("m");
    let asked = app.questions();
    assert!(
        matches!(&asked[..], [(_, Ask::Goals { of, .. })] if of.by_count && of.metric == Metric::Revived),
        "{asked:?}"
    );
    app.keys("m");
    app.answer();
    app.keys("#");
    assert!(app.text().contains("always counts"), "{}", app.text());
    let mut app = shown(English, 120, 40, &["g o", "#", "j j j j l"]);
    app.types("12").keys("enter");
    let sent = app.effects.iter().find_map(|effect| match effect {
        Effect::Submit {
            action: Action::Goal(change),
            ..
        } => Some(change.clone()),
        _ => None,
    });
    assert!(
        matches!(
            sent,
            Some(GoalChange::Target { target: 12, .. } | GoalChange::Create { target: 12, .. })
        ),
        "a count, not cents: {sent:?}"
    );
}

#[test]
fn ages_in_reports_leave_out_the_days_a_pipeline_does_not_count() {
    let mut app = App::full(English, 120, 40);
    let mut pipeline = app.model.picture.pipelines[&1].clone();
    pipeline.calendar.working_days_only = true;
    app.server(ServerFact::Put(vec![Resource::Pipeline(pipeline)]));
    app.keys("g f").answer();
    let deal = &crate::answers::deal_rows(&app.model, 1)[0];
    let all = (NOW - deal.stage_entered_us) / DAY_US;
    let worked = app
        .model
        .worked_us(deal.stage_id, deal.stage_entered_us, NOW)
        / DAY_US;
    assert!(worked < all, "{worked} of {all} days");
    let line = |text: &str| {
        let mut lines = text.lines();
        let found = lines.find(|line| line.contains(deal.name.as_str()));
        found.unwrap_or_default().to_owned()
    };
    let stuck = line(&app.text());
    assert!(
        stuck.contains(&format!("{worked}d")) && !stuck.contains(&format!("{all}d")),
        "{stuck}"
    );
    app.keys("enter").answer();
    let drill = line(&app.text());
    assert!(drill.contains(&format!("{worked}d")), "{drill}");
}

#[test]
fn cycle_whose_and_instant_are_kept_from_screen_to_screen_and_esc_comes_back_to_now() {
    let mut app = shown(English, 120, 40, &["g f", "c", "3", "[", "o", "2"]);
    let cycle = app.model.lens.cycle(app.model.today()).text();
    assert_eq!(cycle, "2026-02");
    assert_ne!(app.model.lens.who, Who::Everyone);
    app.keys("t").types("-3d").keys("enter");
    let asked = app.questions();
    assert!(
        matches!(&asked[0].1, Ask::Funnel(scope) if scope.as_of.is_some() && scope.cycle == "2026-02"),
        "{asked:?}"
    );
    app.answer();
    assert!(app.text().contains("The past"), "{}", app.text());
    app.keys("esc");
    assert_eq!(app.model.lens.as_of, None);
    assert_eq!(app.model.screen, Screen::Funnel);
}

#[test]
fn a_figure_typed_into_the_grid_sets_the_goal_and_what_is_no_figure_is_said() {
    let mut app = shown(English, 120, 40, &["g o", "l"]);
    app.types("12x").keys("enter");
    assert!(app.text().contains("not an amount"), "{}", app.text());
    app.keys("backspace").types("0k").keys("enter");
    let sent: Vec<_> = app
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Submit {
                action: Action::Goal(change),
                ..
            } => Some(change.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(
        sent,
        [GoalChange::Target {
            id: 2,
            revision: 7,
            target: 12_000_000,
            redistribute: true,
        }]
    );
    assert_eq!(app.model.goals.row, 1, "the cursor went on");
}

#[test]
fn parts_that_do_not_sum_are_told_with_the_difference() {
    let mut app = shown(English, 120, 40, &["g o", "j j j j"]);
    let text = app.text();
    assert!(text.contains("its parts miss it by -50k"), "{text}");
}

#[test]
fn a_view_is_put_on_the_board_and_what_the_board_cannot_do_is_said() {
    let mut app = shown(English, 120, 40, &["g v", "enter"]);
    assert_eq!(
        app.model.filter.as_ref().unwrap().text,
        "stale:yes amount>1m"
    );
    let mut other = shown(English, 120, 40, &["g v", "j j", "enter"]);
    assert!(
        other.text().contains("cannot be shown on the board"),
        "{}",
        other.text()
    );
    app.keys("g v").answer();
    app.keys("S").types("All of them").keys("enter");
    let saved = app.effects.iter().any(|effect| {
        matches!(effect, Effect::Submit { action: Action::SaveView { shared: true, filter, .. }, .. } if filter == "stale:yes amount>1m")
    });
    assert!(saved, "{:?}", app.effects);
}
