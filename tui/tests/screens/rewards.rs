//! Rewards on the screen: what is told the moment it happens, what can be done with it, what every amount comes from.
#![allow(clippy::unwrap_used)]

use crate::fixture::{App, NOW};
use sluice::incentive::purse::PURSE_RELOAD_US;
use sluice::incentive::{
    Badge, BadgeKind, Balance, Cause, EndReason, IncentiveAction, IncentiveFact, Own, Packet,
    PacketState, Reward, RewardChange, RewardState, Split, System, Unit,
};
use sluice::message::{ActionOk, CommitFact, ServerFact};
use sluice::model::{Action, DAY_US, Effect, Micros};
use sluice::report::funnel::Metric;
use sluice::strings::Language::{self, Chinese, English};

pub fn reward(id: u64) -> Reward {
    Reward {
        id,
        scheme_id: 1,
        version: 1,
        system: System::Opportunity,
        member_id: 1,
        amount: 120,
        own_amount: 100,
        state: RewardState::Claimable,
        cause: Cause {
            metric: Some(Metric::Won),
            deal_id: Some(40),
            ..Cause::default()
        },
        split: Some(Split {
            scheme_id: 5,
            amount: 20,
            packets: 3,
            ..Split::default()
        }),
        claim_until_us: Some(NOW + 30 * DAY_US),
        granted_us: NOW,
        ..Reward::default()
    }
}

pub fn packet(id: u64, receiver_id: u64) -> Packet {
    Packet {
        id,
        reward_id: 7,
        place: 1,
        giver_id: if receiver_id == 1 { 2 } else { 1 },
        receiver_id,
        amount: 15,
        sent_us: NOW - DAY_US,
        open_until_us: NOW + 2 * DAY_US,
        ..Packet::default()
    }
}

pub fn granted(reward: Reward) -> IncentiveFact {
    changed(reward, RewardChange::Granted)
}

pub fn changed(reward: Reward, change: RewardChange) -> IncentiveFact {
    IncentiveFact::Reward {
        reward: Box::new(reward),
        change,
    }
}

fn commit_at(app: &mut App, time: Micros, incentives: Vec<IncentiveFact>) {
    let revision = app.model.revision + 1;
    app.server(ServerFact::Commit(CommitFact {
        revision,
        time,
        incentives,
        ..CommitFact::default()
    }));
}

pub fn commit(app: &mut App, incentives: Vec<IncentiveFact>) {
    commit_at(app, NOW, incentives);
}

fn news(app: &App) -> Vec<&str> {
    let notices = app.model.notices.iter();
    notices.map(|notice| notice.text.as_str()).collect()
}

pub fn own() -> Own {
    Own {
        balances: vec![Balance {
            unit: Unit::Points,
            wallet: 1_240,
            claimable: 340,
            pending: 60,
            packets: 15,
            earned: 460,
            ..Balance::default()
        }],
        claimable_count: 3,
        pending_count: 1,
        packet_count: 1,
        next_expiry_us: Some(NOW + 2 * DAY_US),
        awaiting: Vec::new(),
    }
}

fn purse_asked(app: &mut App) -> usize {
    let asked = |effect: &Effect| matches!(effect, Effect::LoadPurse(_));
    let count = app.effects.iter().filter(|effect| asked(effect)).count();
    app.effects.retain(|effect| !asked(effect));
    count
}

#[test]
fn what_a_move_has_just_earned_is_told_in_the_same_message_and_shown_in_the_header() {
    for (language, told, header) in [
        (
            English,
            "+120 pt · won “O-40” · 20 pt of it shared with 3 of the team · $ claims it",
            "◆ +120 pt",
        ),
        (
            Chinese,
            "+120分 · 赢下“O-40” · 其中 20分与 3 位队友分享 · 按 $ 领取",
            "◆ +120分",
        ),
    ] {
        let mut app = App::set_up(language, 120, 30);
        commit(
            &mut app,
            vec![
                granted(Reward {
                    split: None,
                    own_amount: 120,
                    ..reward(7)
                }),
                changed(reward(7), RewardChange::Shared),
            ],
        );
        assert_eq!(news(&app), [told]);
        assert!(
            app.text().lines().next().unwrap().contains(header),
            "{}",
            app.text()
        );
        app.wait(10_000_000);
        assert!(!app.text().lines().next().unwrap().contains(header));
    }
}

#[test]
fn rewards_of_others_and_those_of_a_catch_up_are_no_news() {
    let mut app = App::set_up(English, 120, 30);
    let other = Reward {
        member_id: 2,
        ..reward(7)
    };
    commit(&mut app, vec![granted(other)]);
    commit_at(&mut app, NOW - DAY_US, vec![granted(reward(8))]);
    assert_eq!(news(&app), Vec::<&str>::new());
}

#[test]
fn every_fate_of_a_reward_is_told_in_words() {
    let pending = Reward {
        state: RewardState::Pending,
        split: None,
        vests_us: Some(NOW + 7 * DAY_US),
        cause: Cause {
            metric: Some(Metric::New),
            deal_id: Some(3),
            ..Cause::default()
        },
        ..reward(1)
    };
    let reversed = Reward {
        state: RewardState::Reversed,
        end_reason: Some(EndReason::OpportunityLost),
        own_amount: 0,
        ..reward(1)
    };
    let cases = [
        (
            pending.clone(),
            RewardChange::Granted,
            "+120 pt set aside · created “O-3” · vests with the first move, at the latest on Mar 11",
        ),
        (
            reward(1),
            RewardChange::Vested,
            "100 pt can be claimed now · won “O-40” · $ claims it",
        ),
        (
            Reward {
                state: RewardState::Claimed,
                ..reward(1)
            },
            RewardChange::Claimed,
            "+100 pt in your wallet",
        ),
        (
            reversed,
            RewardChange::Reversed,
            "120 pt taken back: the deal was lost · won “O-40”",
        ),
        (
            Reward {
                state: RewardState::Unfunded,
                split: None,
                ..reward(1)
            },
            RewardChange::Granted,
            "120 pt not paid: the fund is empty · won “O-40”. Your manager has been told.",
        ),
    ];
    for (reward, change, told) in cases {
        let mut app = App::set_up(English, 120, 30);
        commit(&mut app, vec![changed(reward, change)]);
        assert_eq!(news(&app), [told]);
    }
}

#[test]
fn many_rewards_of_one_commit_are_told_as_one() {
    let mut app = App::set_up(English, 120, 30);
    let rewards = (1..=5).map(|id| granted(reward(id))).collect();
    commit(&mut app, rewards);
    assert_eq!(
        news(&app),
        ["+600 pt for 5 things at once · g r shows them"]
    );
}

#[test]
fn packets_and_badges_for_the_person_are_told_without_what_is_in_them() {
    let mut app = App::set_up(English, 120, 30);
    commit(
        &mut app,
        vec![
            IncentiveFact::Packet(packet(1, 1)),
            IncentiveFact::Packet(packet(2, 3)),
            IncentiveFact::Badge(Badge {
                id: 1,
                member_id: 1,
                kind: BadgeKind::FirstWin,
                ..Badge::default()
            }),
        ],
    );
    assert_eq!(
        news(&app),
        [
            "Noor shared a packet with you · g r opens it",
            "Badge: First win"
        ]
    );
}

#[test]
fn balances_are_read_once_at_the_start_and_again_only_after_facts_about_the_person() {
    let mut app = App::set_up(English, 120, 30);
    assert!(app.model.purse.under_way, "asked for at the start");
    app.server(ServerFact::PurseLoaded(Ok(Box::new(own()))));
    for _ in 0..5 {
        let other = Reward {
            member_id: 2,
            ..reward(7)
        };
        commit(&mut app, vec![granted(other)]);
        app.wait(PURSE_RELOAD_US);
    }
    assert_eq!(purse_asked(&mut app), 0, "rewards of others");
    for id in 1..20 {
        commit(&mut app, vec![granted(reward(id))]);
    }
    assert_eq!(purse_asked(&mut app), 1, "one is under way");
    app.server(ServerFact::PurseLoaded(Ok(Box::new(own()))));
    app.wait(PURSE_RELOAD_US);
    assert_eq!(purse_asked(&mut app), 1, "what came meanwhile");
}

#[test]
fn everything_is_claimed_with_one_key_from_any_screen() {
    let mut app = App::set_up(English, 120, 30);
    app.keys("$");
    assert!(app.model.pending.is_empty(), "nothing can be claimed");
    let mut just = App::set_up(English, 120, 30);
    commit(&mut just, vec![granted(reward(7))]);
    just.keys("$");
    assert_eq!(
        just.model.pending.len(),
        1,
        "what was just earned is claimed at once"
    );
    app.server(ServerFact::PurseLoaded(Ok(Box::new(own()))));
    assert!(
        app.text()
            .lines()
            .next()
            .unwrap()
            .contains("◆ 1,240 pt 4 to claim"),
        "{}",
        app.text()
    );
    app.keys("$").keys("$");
    let claims: Vec<&Action> = app
        .model
        .pending
        .iter()
        .map(|pending| &pending.action)
        .collect();
    let all = Action::Incentive(IncentiveAction::Claim(Vec::new()));
    assert_eq!(claims, [&all], "twice is once");
}

/// A packet of another, opened by the person at the screen.
fn open_packet(app: &mut App) {
    app.server(ServerFact::PurseLoaded(Ok(Box::new(own()))));
    let action = IncentiveAction::OpenPacket(Box::new(Packet {
        state: PacketState::Sent,
        ..packet(4, 1)
    }));
    app.model.pending.push(sluice::model::Pending {
        request_id: "open".to_owned(),
        action: Action::Incentive(action),
        card: None,
        name: String::new(),
        done_at: None,
        origin: None,
    });
    app.server(ServerFact::ActionDone {
        request_id: "open".to_owned(),
        result: Ok(ActionOk::default()),
    });
}

#[test]
fn a_packet_unfolds_in_a_few_frames_and_at_once_where_motion_is_reduced() {
    let mut app = App::set_up(English, 80, 24);
    open_packet(&mut app);
    let mut frames = vec![app.text()];
    while frames.len() < 10 {
        let Some(next) = app.model.next_wakeup() else {
            break;
        };
        app.wait(next - app.model.now);
        let text = app.text();
        if frames.last() != Some(&text) {
            frames.push(text);
        }
        if app.text().contains("+15 pt") {
            break;
        }
    }
    assert_eq!(frames.len(), 4, "{frames:?}");
    assert!(frames[..3].iter().all(|frame| !frame.contains("15")));
    app.keys("x");
    assert!(app.model.layers.is_empty());

    let mut app = App::set_up(English, 80, 24);
    app.model.reduced_motion = true;
    open_packet(&mut app);
    assert!(app.text().contains("+15 pt"));
}

pub fn each(name: &str, sizes: &[(u16, u16)], prepare: impl Fn(Language, u16, u16) -> App) {
    for language in [English, Chinese] {
        for (width, height) in sizes {
            let mut app = prepare(language, *width, *height);
            let name = format!("{name}-{}-{width}x{height}", language.tag());
            insta::assert_snapshot!(name, app.picture());
        }
    }
}

#[test]
fn just_earned() {
    each(
        "just-earned",
        &[(200, 50), (80, 24), (40, 12)],
        |language, width, height| {
            let mut app = App::full(language, width, height);
            app.server(ServerFact::PurseLoaded(Ok(Box::new(own()))));
            commit(&mut app, vec![granted(reward(7))]);
            app
        },
    );
}

pub const SIZES: [(u16, u16); 3] = [(200, 50), (80, 24), (40, 12)];

/// A screen of incentives, reached by keys; every question is answered.
pub fn shown(language: Language, width: u16, height: u16, keys: &[&str]) -> App {
    let mut app = App::rewarded(language, width, height);
    for part in keys {
        match part.strip_prefix("type:") {
            Some(text) => app.types(text),
            None => app.keys(part),
        };
        app.wait(200_000).answer();
    }
    app
}

pub fn look(name: &str, keys: &[&str]) {
    each(name, &SIZES, |language, width, height| {
        shown(language, width, height, keys)
    });
}

#[test]
fn my_rewards() {
    look("rewards", &["g r"]);
}

#[test]
fn where_nothing_was_earned_yet_the_rules_say_how() {
    each("rewards-none", &[(80, 24)], |language, width, height| {
        let mut app = App::full(language, width, height);
        app.server(ServerFact::Put(crate::rewarded::schemes(language)));
        app.model.me = None;
        app.keys("g r").answer();
        app
    });
}

#[test]
fn team_feed() {
    look("feed", &["g n"]);
}

#[test]
fn why_an_amount() {
    look("reward-why", &["g r", "y"]);
}

#[test]
fn an_explanation_scrolls_to_its_end_and_no_further() {
    let mut app = shown(English, 80, 24, &["g r", "y"]);
    assert!(!app.text().contains("packet opened"));
    app.keys("G");
    assert!(app.text().contains("packet opened"), "{}", app.text());
    let end = app.text();
    app.keys("j").keys("j").keys("pagedown");
    assert_eq!(app.text(), end);
    app.keys("y");
    assert!(app.model.layers.is_empty());
}

#[test]
fn enter_claims_opens_or_explains_what_is_under_the_cursor() {
    let mut app = shown(English, 120, 40, &["g r", "enter"]);
    let wishes = |app: &App| -> Vec<Action> {
        let pending = app.model.pending.iter();
        pending.map(|pending| pending.action.clone()).collect()
    };
    let claim = Action::Incentive(IncentiveAction::Claim(vec![1]));
    assert_eq!(wishes(&app), std::slice::from_ref(&claim));
    // The cursor is on the next one already.
    app.keys("j").keys("enter");
    let pending = wishes(&app);
    assert!(
        matches!(&pending[1], Action::Incentive(IncentiveAction::OpenPacket(packet)) if packet.id == 1),
        "{pending:?}"
    );
    app.keys("G").keys("enter");
    assert_eq!(app.model.layers.len(), 1, "the past is explained");
}

#[test]
fn every_rule_is_one_sentence_in_both_languages() {
    for language in [English, Chinese] {
        let app = App::rewarded(language, 80, 24);
        let sentences: Vec<String> = crate::rewarded::rules()
            .iter()
            .map(|terms| sluice::scheme_text::sentence(&app.model, Unit::Points, terms))
            .collect();
        insta::assert_snapshot!(
            format!("sentences-{}", language.tag()),
            sentences.join("\n")
        );
    }
}

#[test]
fn unfolding() {
    each(
        "unfolding",
        &[(80, 24), (40, 12)],
        |language, width, height| {
            let mut app = App::rewarded(language, width, height);
            app.model.reduced_motion = true;
            open_packet(&mut app);
            app
        },
    );
}
