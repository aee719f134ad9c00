//! What managers and administrators do about incentives: schemes, rehearsals, statistics, fairness, grants, approvals.
#![allow(clippy::unwrap_used)]

use crate::fixture::App;
use crate::rewards::{SIZES, changed, commit, each, granted, look, reward, shown};
use sluice::incentive::{IncentiveAction, Reward, RewardChange, RewardState, System, Unit};
use sluice::model::Action;
use sluice::strings::Language::{self, English};

#[test]
fn schemes() {
    look("schemes", &["g s"]);
}

/// As an administrator: schemes are theirs.
fn admin(language: Language, width: u16, height: u16, keys: &[&str]) -> App {
    let mut app = App::rewarded(language, width, height);
    let me = app.model.picture.members.get_mut(&1).unwrap();
    me.role = sluice::model::MemberRole::Admin;
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
fn scheme_editor() {
    each("scheme-editor", &SIZES, |language, width, height| {
        admin(
            language,
            width,
            height,
            &[
                "g s", "enter", "down", "down", "down", "down", "ctrl-u", "type:2%",
            ],
        )
    });
}

#[test]
fn the_rule_is_said_anew_with_every_key() {
    let mut app = admin(English, 100, 40, &["g s", "n", "2"]);
    assert!(
        app.text().contains("Each deal won earns its owner 0 pt"),
        "{}",
        app.text()
    );
    app.types("Win")
        .keys("tab")
        .keys("tab")
        .keys("tab")
        .types("75");
    assert!(
        app.text().contains("Each deal won earns its owner 75 pt;"),
        "{}",
        app.text()
    );
    app.keys("enter");
    let Some(Action::Incentive(IncentiveAction::CreateScheme { name, unit, terms })) =
        app.model.pending.last().map(|pending| &pending.action)
    else {
        panic!("{:?}", app.model.pending);
    };
    assert_eq!((name.as_str(), *unit), ("Win", Unit::Points));
    assert_eq!(terms.rule.system(), System::Opportunity);
}

#[test]
fn an_editor_that_changes_nothing_sends_the_terms_as_they_were() {
    let mut all = crate::rewarded::rules();
    // Whose rewards are shared is part of every sharing scheme, though it has neither a budget nor bounds.
    let sharing = all
        .iter()
        .filter(|terms| terms.rule.system() == System::Split);
    let of_reps = sharing.map(|terms| sluice::incentive::scheme::Terms {
        roles: vec![sluice::model::MemberRole::Rep],
        ..terms.clone()
    });
    all.extend(of_reps.collect::<Vec<_>>());
    for (place, terms) in all.into_iter().enumerate() {
        let mut app = App::rewarded(English, 120, 60);
        app.model.picture.members.get_mut(&1).unwrap().role = sluice::model::MemberRole::Admin;
        app.model.picture.schemes.retain(|id, _| *id == 1);
        let scheme = app.model.picture.schemes.get_mut(&1).unwrap();
        scheme.name = "Every win counts".to_owned();
        scheme.versions.clear();
        scheme.state = sluice::incentive::SchemeState::Draft;
        scheme.draft = Some(terms.clone());
        app.keys("g s").answer();
        app.keys("enter").keys("enter");
        let Some(Action::Incentive(IncentiveAction::UpdateScheme { terms: sent, .. })) =
            app.model.pending.last().map(|pending| &pending.action)
        else {
            panic!("{place}: {}", app.text());
        };
        assert_eq!(**sent, terms, "{place}");
    }
}

#[test]
fn what_is_wrong_with_a_scheme_stands_at_its_field_and_nothing_is_sent() {
    let mut app = admin(English, 100, 40, &["g s", "n", "2"]);
    app.types("Win")
        .keys("tab")
        .keys("tab")
        .keys("tab")
        .types("75");
    app.keys("tab").types("1%").keys("enter");
    assert!(app.model.pending.is_empty());
    assert!(app.text().contains("one of the two"), "{}", app.text());
}

#[test]
fn publishing_says_the_rule_and_from_when_it_holds() {
    let mut app = admin(English, 100, 40, &["g s"]);
    app.keys("G").keys("k").keys("k").keys("k").keys("k");
    while app.model.list().id != Some(14) {
        let before = app.model.list().id;
        app.keys("k");
        assert_ne!(app.model.list().id, before, "scheme 7 is in the list");
    }
    app.keys("p");
    assert!(
        app.text().contains("Publish “Five a week”?"),
        "{}",
        app.text()
    );
    assert!(
        app.text().contains("From now on it pays:"),
        "{}",
        app.text()
    );
    app.keys("y");
    let published = Action::Incentive(IncentiveAction::Publish { id: 7, revision: 7 });
    assert_eq!(app.model.pending.last().unwrap().action, published);
}

#[test]
fn who_is_no_administrator_reads_schemes_and_changes_none() {
    let mut app = shown(English, 100, 40, &["g s", "n", "enter", "p", "x"]);
    assert!(app.model.layers.is_empty(), "{}", app.text());
    assert!(app.text().contains("Each deal won earns"));
}

#[test]
fn rehearsal() {
    look("rehearsal", &["g s", "r", "enter"]);
}

#[test]
fn a_rehearsal_is_not_replayed_at_every_commit() {
    let mut app = shown(English, 100, 40, &["g s", "r", "enter"]);
    for _ in 0..4 {
        commit(&mut app, Vec::new());
        app.wait(1_000_000);
    }
    assert_eq!(app.questions(), []);
}

#[test]
fn statistics() {
    look("reward-statistics", &["g S"]);
}

#[test]
fn a_row_of_statistics_leads_to_its_rewards_and_each_of_them_to_its_why() {
    let mut app = shown(English, 100, 40, &["g S", "enter"]);
    let drill = app.model.reward_drill.clone().unwrap();
    assert_eq!(drill.filter, "scheme:schemes/1 created:2026-W10");
    app.keys("y").answer();
    assert!(app.text().contains("The arithmetic"), "{}", app.text());
}

#[test]
fn rewards_behind_a_figure() {
    look("reward-list", &["g S", "enter"]);
}

#[test]
fn fairness() {
    look("fairness", &["g e"]);
}

#[test]
fn grant_dialog() {
    look("grant", &["g G", "type:100"]);
}

#[test]
fn a_grant_names_member_amount_reason_and_scheme() {
    let mut app = shown(English, 100, 40, &["g G"]);
    app.types("100").keys("tab").types("saved it").keys("enter");
    let grant = Action::Incentive(IncentiveAction::Grant {
        scheme_id: 6,
        member_id: 2,
        amount: 100,
        reason: "saved it".to_owned(),
    });
    let screen = app.text();
    assert_eq!(app.model.pending.last().unwrap().action, grant, "{screen}");
}

#[test]
fn thanks_dialog() {
    look("thanks", &["g T"]);
}

/// Two rewards that wait for the person's approval.
fn awaiting(language: Language, width: u16, height: u16) -> App {
    let mut app = App::rewarded(language, width, height);
    let waits = |id, member_id| Reward {
        member_id,
        state: RewardState::Pending,
        awaits_approval: true,
        split: None,
        ..reward(id)
    };
    commit(
        &mut app,
        vec![
            granted(waits(11, 2)),
            granted(waits(12, 3)),
            granted(waits(13, 1)),
        ],
    );
    app.keys("g i").answer();
    app
}

#[test]
fn rewards_to_approve() {
    each("inbox-rewards", &SIZES, awaiting);
}

#[test]
fn rewards_are_approved_and_refused_where_approvals_are_but_never_ones_own() {
    let mut app = awaiting(English, 100, 40);
    assert_eq!(app.model.purse.awaiting.len(), 2, "not one's own");
    app.keys("a");
    let approved = Action::Incentive(IncentiveAction::ApproveReward(11));
    assert_eq!(app.model.pending.last().unwrap().action, approved);
    app.keys("j").keys("x").types("not yet").keys("enter");
    let refused = Action::Incentive(IncentiveAction::RefuseReward {
        id: 12,
        reason: "not yet".to_owned(),
    });
    assert_eq!(app.model.pending.last().unwrap().action, refused);
    let done = Reward {
        member_id: 2,
        ..reward(11)
    };
    commit(&mut app, vec![changed(done, RewardChange::Approved)]);
    assert_eq!(app.model.purse.awaiting.len(), 1);
}
