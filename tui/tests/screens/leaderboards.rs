//! The leaderboard: what it looks like, what it asks, where its places lead, and that the own place is always told.
#![allow(clippy::unwrap_used)]

use sluice::message::{CommitFact, ServerFact};
use sluice::model::{DAY_US, Model, Screen};
use sluice::report::funnel::Metric;
use sluice::report::leaderboard::{Beside, Contest, Leaderboard, RankedValue, Ranking};
use sluice::report::{Ask, Scope, Who};
use sluice::strings::Language::{self, Chinese, English};

use crate::fixture::{App, NOW};

const SIZES: [(u16, u16); 4] = [(200, 50), (120, 40), (80, 24), (40, 12)];

/// Names, values in thousands or entries, and the ranks of the day before; the first four are the fixture's members.
const PLACES: [((&str, &str), i128, Option<u64>); 14] = [
    (("Wei Fang", "王芳"), 1_240, Some(2)),
    (("Lena Hartmann-Özdemir", "欧阳震华"), 980, Some(1)),
    (("Noor", "李小梅"), 980, Some(3)),
    (("Tomás", "赵磊"), 755, Some(4)),
    (("Ada", "王强"), 610, None),
    (("Priya", "孙悦"), 540, Some(5)),
    (("Jonas", "周杰"), 420, Some(6)),
    (("Mei", "吴敏"), 415, Some(8)),
    (("Olu", "郑凯"), 300, Some(7)),
    (("Sam", "陈静"), 260, Some(10)),
    (("Kim", "张三"), 248, Some(12)),
    (("Iris", "冯雪"), 120, Some(9)),
    (("Bo", "褚亮"), 60, Some(11)),
    (("Zoë", "卫国"), -20, Some(13)),
];

/// What a server would answer.
pub fn board(model: &Model, contest: Contest, _: &Scope) -> Leaderboard {
    let chinese = model.locale() == sluice::text::Locale::Chinese;
    let pick = |(english, own): (&str, &str)| if chinese { own } else { english }.to_owned();
    if contest.teams {
        return teams(contest, chinese);
    }
    let mut rows = Vec::new();
    for ((names, thousands, previous), place) in PLACES.into_iter().zip(1_u64..) {
        let count = thousands / 100 + 1;
        let amount = thousands * 100_000;
        let target = 600 * 100_000;
        let value = match contest.ranked {
            RankedValue::TargetShare => amount * 10_000 / target,
            RankedValue::Metric if contest.of.is_count() => count,
            RankedValue::Metric => amount,
            RankedValue::RewardIncome if contest.money => amount / 100,
            RankedValue::RewardIncome => amount / 1_000_000,
        };
        // Kim is the person at the screen; the others have numbers of their own.
        let id = if names.0 == "Kim" { 1 } else { 10 + place };
        rows.push(Ranking {
            who: Who::Member(id),
            name: pick(names),
            rank: place,
            value,
            count,
            amount,
            previous,
            joined_us: (names.0 == "Ada").then_some(NOW - DAY_US),
            left_us: (names.0 == "Olu").then_some(NOW - DAY_US / 2),
            active: names.0 != "Olu",
            target: (contest.ranked == RankedValue::TargetShare).then_some(target),
            reached_us: Some(NOW - DAY_US),
            own: id == 1,
        });
    }
    for place in 1..rows.len() {
        if rows[place].value == rows[place - 1].value {
            rows[place].rank = rows[place - 1].rank;
        }
    }
    let here = rows.iter().position(|row| row.own).unwrap();
    let beside = |place: usize, gap| {
        Some(Beside {
            place: rows[place].clone(),
            gap: Some(gap),
        })
    };
    let unit = if contest.is_count() { 3 } else { 1_200_001 };
    Leaderboard {
        contest,
        total: rows.len() as u64,
        compared: model.today().yesterday().ok(),
        own: Some(rows[here].clone()),
        above: beside(here - 1, unit),
        below: beside(here + 1, unit * 4),
        rows,
    }
}

fn teams(contest: Contest, chinese: bool) -> Leaderboard {
    let names = if chinese {
        ["销售部", "北区"]
    } else {
        ["Sales", "North"]
    };
    let rows = names.into_iter().zip(1_u64..).map(|(name, id)| Ranking {
        who: Who::Team(id),
        name: name.to_owned(),
        rank: id,
        value: 500_000_000 / i128::from(id),
        count: 50,
        amount: 500_000_000 / i128::from(id),
        previous: None,
        joined_us: None,
        left_us: None,
        active: true,
        target: None,
        reached_us: None,
        own: id == 1,
    });
    let rows: Vec<Ranking> = rows.collect();
    Leaderboard {
        contest,
        total: 2,
        compared: None,
        own: Some(rows[0].clone()),
        above: None,
        below: Some(Beside {
            place: rows[1].clone(),
            gap: Some(250_000_001),
        }),
        rows,
    }
}

fn shown(language: Language, (width, height): (u16, u16), keys: &[&str]) -> App {
    let mut app = App::full(language, width, height);
    for part in keys {
        app.keys(part).wait(200_000).answer();
    }
    app
}

fn each(name: &str, keys: &[&str]) {
    for language in [English, Chinese] {
        for (width, height) in SIZES {
            let mut app = shown(language, (width, height), keys);
            let name = format!("{name}-{}-{width}x{height}", language.tag());
            insta::assert_snapshot!(name, app.picture());
        }
    }
}

#[test]
fn leaderboard() {
    each("leaderboard", &["g l"]);
}

#[test]
fn leaderboard_of_targets() {
    each("leaderboard-of-targets", &["g l", "%", "j j"]);
}

#[test]
fn leaderboard_of_teams() {
    each("leaderboard-of-teams", &["g l", "tab", "#"]);
}

#[test]
fn leaderboard_of_rewards() {
    each("leaderboard-of-rewards", &["g l", "l l l"]);
}

fn asked(app: &mut App) -> (Contest, Scope) {
    match app.questions().pop().unwrap().1 {
        Ask::Leaderboard { contest, scope } => (contest, scope),
        other => panic!("{other:?}"),
    }
}

#[test]
fn it_opens_on_what_was_won_and_every_choice_is_asked_for() {
    let mut app = App::full(English, 120, 40);
    app.keys("g l");
    let (contest, scope) = asked(&mut app);
    assert_eq!(contest, Contest::default());
    assert_eq!(contest.of.metric, Metric::Won);
    assert_eq!(
        (scope.cycle.as_str(), scope.who),
        ("2026-W10", Who::Everyone)
    );
    app.keys("l");
    assert_eq!(asked(&mut app).0.of.metric, Metric::Revived);
    app.keys("h h");
    assert_eq!(asked(&mut app).0.of.metric, Metric::Flow);
    app.keys("#");
    assert!(asked(&mut app).0.of.by_count);
    app.keys("%");
    assert_eq!(asked(&mut app).0.ranked, RankedValue::TargetShare);
    app.keys("tab");
    assert!(asked(&mut app).0.teams);
    app.keys("[");
    assert_eq!(asked(&mut app).1.cycle, "2026-W09");
    app.keys("o j enter");
    assert_eq!(asked(&mut app).1.who, Who::Team(1));
    // Round and round: past five metrics and rewards, it is the same one.
    let before = app.model.contest;
    app.keys("m m m");
    app.answer();
    assert_ne!(app.model.contest, before);
    app.keys("h h h");
    assert_eq!(app.model.contest, before);
}

#[test]
fn a_commit_is_on_the_screen_within_a_second() {
    let mut app = shown(English, (120, 40), &["g l"]);
    let before = app.model.now;
    app.wait(600_000);
    app.server(ServerFact::Commit(CommitFact {
        revision: app.model.revision + 1,
        time: NOW,
        ..CommitFact::default()
    }));
    app.wait(1);
    assert_eq!(app.questions().len(), 1);
    assert!(app.model.now - before < 1_000_000);
}

#[test]
fn the_own_place_and_what_it_takes_to_pass_are_told_wherever_the_list_is() {
    for size in SIZES {
        for keys in [&["g l"][..], &["g l", "G"], &["g l", "g g"]] {
            let mut app = shown(English, size, keys);
            let text = app.text();
            for words in [
                "Kim · rank 11 of 14",
                "12k more to pass Sam",
                "Iris passes with",
            ] {
                assert!(text.contains(words), "{size:?} {keys:?}\n{text}");
            }
        }
    }
}

#[test]
fn a_place_leads_to_the_entries_behind_its_figure_and_y_says_how_its_rank_came_about() {
    let app = shown(English, (120, 40), &["g l", "j j", "enter"]);
    assert_eq!(app.model.screen, Screen::Drill);
    let drill = app.model.drill.clone().unwrap();
    assert_eq!(drill.title, "Noor · Won · Week 10");
    match drill.ask {
        Ask::Scores { metric, scope } => {
            assert_eq!(metric, Metric::Won);
            assert_eq!(scope.who, Who::Member(13));
        }
        other => panic!("{other:?}"),
    }
    let mut app = shown(English, (120, 40), &["g l", "j j", "y"]);
    let words = "rank 2: 1 ahead, level with 1; of equals the earlier first";
    assert!(app.text().contains(words), "{}", app.text());
    app.keys("esc");
    assert_eq!(app.model.screen, Screen::Leaderboard);
}

#[test]
fn teams_and_members_with_one_number_are_not_taken_for_each_other() {
    let mut app = shown(English, (120, 40), &["g l", "G", "tab"]);
    assert_eq!(app.model.list().id, Some(1), "the first team");
    app.keys("enter");
    match &app.model.drill.as_ref().unwrap().ask {
        Ask::Scores { scope, .. } => assert_eq!(scope.who, Who::Team(1)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn rewards_are_in_points_or_in_money_and_a_place_leads_to_those_behind_it() {
    let mut app = shown(English, (120, 40), &["g l", "l l l"]);
    assert_eq!(app.model.contest.ranked, RankedValue::RewardIncome);
    app.keys("#");
    assert!(asked(&mut app).0.money);
    app.keys("#").answer();
    app.keys("j j y");
    assert_eq!(app.model.screen, Screen::RewardList);
    let drill = app.model.reward_drill.clone().unwrap();
    assert!(drill.title.starts_with("Noor · "), "{}", drill.title);
    assert!(
        drill.title.contains("rank 2: 1 ahead, level with 1"),
        "{}",
        drill.title
    );
    assert_eq!(drill.filter, "member:members/13 created:2026-W10");
    app.keys("ctrl-o");
    assert_eq!(app.model.screen, Screen::Leaderboard);
}

#[test]
fn check_ins_are_always_counted_and_that_is_said() {
    let mut app = shown(English, (120, 40), &["g l", "l l", "#"]);
    assert!(app.text().contains("always counted"), "{}", app.text());
    assert!(!app.model.contest.of.by_count);
}
