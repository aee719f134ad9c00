//! What asks for a person, and what one key does about it: alerts, requests for approval, gates before a move.
#![allow(clippy::unwrap_used)]

use sluice::attention::{Alert, AlertState, Approval, ApprovalState, Message, NoticeKind, Subject};
use sluice::layer::{MovePreview, Unmet};
use sluice::message::ServerFact;
use sluice::model::{Action, Activity, Effect, NextAction, Resource, Screen, Stage};
use sluice::report::funnel::Metric;
use sluice::report::goals::GoalPlace;
use sluice::report::lens::Cycle;
use sluice::report::{Ask, GoalMetric, Who};
use sluice::strings::Language::{Chinese, English};
use sluice::timeline::{Happening, What};

use crate::fixture::{App, NOW};

fn busy() -> App {
    App::busy(English, 160, 40)
}

fn last_action(app: &App) -> &Action {
    match app.effects.last() {
        Some(Effect::Submit { action, .. }) => action,
        other => panic!("no wish but {other:?}"),
    }
}

/// Stage 2 demands something now.
fn gated() -> App {
    let mut app = busy();
    let mut pipeline = app.model.picture.pipelines[&1].clone();
    pipeline.stages[1] = Stage {
        gated: true,
        ..pipeline.stages[1].clone()
    };
    app.server(ServerFact::Put(vec![Resource::Pipeline(pipeline)]));
    app
}

fn foreseen(allowed: bool) -> MovePreview {
    let unmet = |code: &str, description: &str| Unmet {
        code: code.to_owned(),
        field: String::new(),
        description: description.to_owned(),
    };
    MovePreview {
        allowed,
        unmet: if allowed {
            Vec::new()
        } else {
            vec![
                unmet("REQUIRED_FIELD_MISSING", "customer_id must be set"),
                unmet("APPROVAL_REQUIRED", "ask a manager of the owner"),
                unmet("REQUIRED_ACTIVITY_MISSING", "log 2 visits"),
            ]
        },
        override_allowed: true,
        needs_approval: !allowed,
        waiting: false,
        chance_bp: (1_000, 3_000),
        weighted_minor: (1_360, 4_080),
        gap_minor: Some((9_000_000, 8_900_000)),
        metrics: vec!["FLOW".to_owned(), "REVIVED".to_owned()],
        uncredited_reason: String::new(),
    }
}

fn answer(app: &mut App, preview: MovePreview) {
    let Some(Effect::PreviewMove { id, stage_id }) = app.effects.last() else {
        panic!("not asked but {:?}", app.effects.last());
    };
    let (id, stage_id) = (*id, *stage_id);
    app.server(ServerFact::Previewed {
        id,
        stage_id,
        result: Ok(Box::new(preview)),
    });
}

#[test]
fn a_move_through_an_open_gate_stays_one_key() {
    let mut app = gated();
    let id = app.model.selected().unwrap().id;
    app.keys(">");
    assert_eq!(app.model.picture.board.card(id).unwrap().stage_id, 1);
    answer(&mut app, foreseen(true));
    assert_eq!(*last_action(&app), Action::Move { id, stage_id: 2 });
    assert!(app.model.layers.is_empty());
}

#[test]
fn a_closed_gate_says_what_is_missing_and_a_reason_overrides_it() {
    let mut app = gated();
    let id = app.model.selected().unwrap().id;
    app.keys(">");
    answer(&mut app, foreseen(false));
    let text = app.text();
    for words in ["10% → 30%", "90k → 89k", "moved forward + revived"] {
        assert!(text.contains(words), "{words} is missing:\n{text}");
    }
    let wishes = app.effects.len();
    app.keys("enter");
    assert_eq!(
        app.effects.len(),
        wishes,
        "a closed gate is not run against"
    );
    app.keys("o")
        .types("the customer is in a hurry")
        .keys("enter");
    let expected = Action::Override {
        id,
        stage_id: 2,
        reason: "the customer is in a hurry".to_owned(),
    };
    assert_eq!(*last_action(&app), expected);
    assert_eq!(app.model.picture.board.card(id).unwrap().stage_id, 2);
}

#[test]
fn approval_is_asked_for_from_the_closed_gate() {
    let mut app = gated();
    let id = app.model.selected().unwrap().id;
    app.keys(">");
    answer(&mut app, foreseen(false));
    app.keys("r").types("they decide on Friday").keys("enter");
    let expected = Action::AskApproval {
        opportunity_id: id,
        stage_id: 2,
        note: "they decide on Friday".to_owned(),
    };
    assert_eq!(*last_action(&app), expected);
}

#[test]
fn who_wants_to_see_every_move_first_sees_it_at_once() {
    let mut app = busy();
    let id = app.model.selected().unwrap().id;
    app.keys("P >");
    assert!(app.text().contains("10% → 30%"), "{}", app.text());
    answer(&mut app, foreseen(true));
    assert!(app.text().contains("Nothing is missing"));
    app.keys("enter");
    assert_eq!(*last_action(&app), Action::Move { id, stage_id: 2 });
}

#[test]
fn an_answer_that_comes_when_the_person_is_elsewhere_moves_nothing() {
    let mut app = gated();
    app.keys(">");
    let asked = app.effects.last().cloned();
    app.keys("?");
    app.effects.push(asked.unwrap());
    answer(&mut app, foreseen(true));
    assert!(!matches!(app.effects.last(), Some(Effect::Submit { .. })));
}

#[test]
fn an_alert_is_answered_with_one_key_and_leaves_when_the_server_says_so() {
    let mut app = busy();
    app.keys("g a");
    let alert: Alert = app.model.alert().unwrap().clone();
    app.keys("space space");
    assert_eq!(*last_action(&app), Action::Acknowledge { id: alert.id });
    assert_eq!(
        app.model.pending.len(),
        1,
        "asked once, however often the key is pressed"
    );
    app.server(ServerFact::Put(vec![Resource::Alert(Alert {
        state: AlertState::Acknowledged,
        ..alert.clone()
    })]));
    assert_ne!(
        app.model.alert().unwrap().id,
        alert.id,
        "the next one is selected"
    );
    app.keys("z")
        .types("fri")
        .keys("tab")
        .types("on leave")
        .keys("enter");
    let Action::Snooze {
        until_us, reason, ..
    } = last_action(&app)
    else {
        panic!("{:?}", app.effects.last());
    };
    // From Wednesday 10:00 to the start of Friday.
    assert_eq!(*until_us - NOW, 38 * 3_600_000_000);
    assert_eq!(reason, "on leave");
}

#[test]
fn an_alert_opens_its_deal_and_a_move_from_the_list_moves_that_deal() {
    let mut app = busy();
    app.keys("g a j");
    let id = app.model.selected().unwrap().id;
    let stage = app.model.selected().unwrap().stage_id;
    app.keys("H");
    assert_eq!(
        *last_action(&app),
        Action::Move {
            id,
            stage_id: stage - 1
        }
    );
    app.keys("g b g a enter");
    assert!(matches!(app.model.screen, Screen::Opportunity(_)));
    app.keys("esc");
    assert_eq!(app.model.screen, Screen::Alerts);
}

#[test]
fn a_request_is_approved_with_a_key_and_refused_with_a_reason() {
    let mut app = busy();
    app.keys("g i a");
    assert_eq!(*last_action(&app), Action::Approve { id: 1 });
    app.keys("j x").types("too early").keys("enter");
    let expected = Action::Refuse {
        id: 2,
        reason: "too early".to_owned(),
    };
    assert_eq!(*last_action(&app), expected);
}

#[test]
fn a_message_that_is_opened_counts_as_read() {
    let mut app = busy();
    app.keys("g i j j");
    let deal = app.model.selected().unwrap().id;
    app.keys("enter");
    assert_eq!(app.model.screen, Screen::Opportunity(deal));
    let read = Action::ReadMessages { ids: vec![6] };
    assert!(
        app.effects
            .iter()
            .any(|effect| matches!(effect, Effect::Submit { action, .. } if *action == read))
    );
}

#[test]
fn a_request_that_holds_no_longer_says_why_in_both_languages() {
    for (language, why) in [
        (English, "is off: the stage is retired"),
        (Chinese, "的审批已失效：该阶段已停用"),
    ] {
        let mut app = App::busy(language, 160, 40);
        app.server(ServerFact::Put(vec![
            Resource::Approval(Approval {
                id: 9,
                opportunity_id: 12,
                stage_id: 3,
                state: ApprovalState::Ended,
                requester_id: Some(1),
                end: "retired",
                ..Approval::default()
            }),
            Resource::Message(Message {
                id: 8,
                recipient_id: Some(1),
                kind: NoticeKind::ApprovalEnded,
                subject: Some(Subject::Approval(9)),
                created_us: NOW,
                ..Message::default()
            }),
        ]));
        app.keys("g i");
        let screen = app.text().replace(' ', "");
        assert!(screen.contains(&why.replace(' ', "")), "{screen}");
    }
}

#[test]
fn the_badge_counts_on_every_screen() {
    let mut app = busy();
    for keys in ["g b", "g a", "g i", "g b enter"] {
        app.keys(keys);
        let text = app.text();
        let head = text.lines().next().unwrap();
        assert!(
            head.contains("15 alerts") && head.contains("4 in the inbox"),
            "{head}"
        );
    }
}

#[test]
fn the_last_own_move_is_undone_with_a_key_and_not_after_the_grace() {
    let mut app = busy();
    let before = app.model.selected().unwrap().clone();
    app.keys("L u");
    let expected = Action::UndoMove {
        id: before.id,
        before: Box::new(before.clone()),
    };
    assert_eq!(*last_action(&app), expected);
    assert_eq!(app.model.picture.board.card(before.id), Some(&before));
    assert!(app.text().contains("is back in New"), "{}", app.text());
    app.keys("L").wait(601_000_000);
    let wishes = app.effects.len();
    app.keys("u");
    assert_eq!(app.effects.len(), wishes);
    assert!(app.text().contains("Too late"), "{}", app.text());
}

#[test]
fn a_move_taken_back_is_made_again_as_a_new_request_and_not_when_the_deal_changed_since() {
    let mut app = busy();
    let before = app.model.selected().unwrap().clone();
    app.keys("L");
    let Some(Effect::Submit {
        request_id: first, ..
    }) = app.effects.last().cloned()
    else {
        panic!("not sent");
    };
    app.keys("u ctrl-r");
    let Some(Effect::Submit {
        request_id: again,
        action,
    }) = app.effects.last().cloned()
    else {
        panic!("not sent");
    };
    assert_eq!(
        action,
        Action::Move {
            id: before.id,
            stage_id: 2
        }
    );
    assert_ne!(first, again, "one id, one outcome");
    assert_eq!(
        app.model.selected().unwrap().stage_id,
        2,
        "the cursor goes along"
    );
    assert!(app.text().contains("Done again"), "{}", app.text());
    // Taken back once more, and then somebody else raises the amount.
    app.keys("u");
    app.server(ServerFact::Put(vec![Resource::Opportunity(Box::new(
        sluice::model::Card {
            amount_minor: before.amount_minor + 100,
            revision: 150,
            ..before.clone()
        },
    ))]));
    for request in app.model.pending.clone() {
        app.server(ServerFact::ActionDone {
            request_id: request.request_id,
            result: Ok(sluice::message::ActionOk {
                revision: 100,
                subject: Some(before.id),
            }),
        });
    }
    let wishes = app.effects.len();
    app.keys("U");
    assert_eq!(app.effects.len(), wishes);
    assert!(app.text().contains("has changed since"), "{}", app.text());
    app.keys("U");
    assert!(app.text().contains("can do nothing here"), "{}", app.text());
}

#[test]
fn a_new_move_leaves_nothing_to_make_again_and_neither_does_an_undo_that_was_refused() {
    let mut app = busy();
    app.keys("L u j L");
    assert!(app.model.undone.is_empty());
    app.keys("u");
    assert_eq!(app.model.undone.len(), 1);
    let Some(Effect::Submit { request_id, .. }) = app.effects.last().cloned() else {
        panic!("not sent");
    };
    app.server(ServerFact::ActionDone {
        request_id,
        result: Err(sluice::message::Refusal {
            reason: "UNDO_TOO_LATE".to_owned(),
            message: "too late".to_owned(),
            violations: Vec::new(),
        }),
    });
    assert!(app.model.undone.is_empty());
}

#[test]
fn a_message_about_a_goal_leads_to_its_cell_and_says_its_figures_as_the_goal_counts() {
    let mut app = busy();
    let goal = Message {
        id: 8,
        recipient_id: Some(1),
        kind: NoticeKind::GoalReached(50),
        subject: Some(Subject::Goal(3)),
        value: Some(11),
        compared_with: Some(20),
        goal: Some(GoalMetric {
            metric: Metric::New,
            by_count: true,
        }),
        goal_who: Who::Member(1),
        cycle: "2026-03-01..2026-04-01".to_owned(),
        created_us: NOW,
        ..Message::default()
    };
    app.server(ServerFact::Put(vec![Resource::Message(goal)]));
    app.keys("g i j j");
    let text = app.text();
    assert!(
        text.contains("Kim: 50% of the goal reached · New") && text.contains("11 / 20 · Mar 2026"),
        "{text}"
    );
    app.keys("enter");
    assert!(
        app.effects.contains(&Effect::LoadGoal(3)),
        "{:?}",
        app.effects
    );
    app.server(ServerFact::GoalFound(Ok(GoalPlace {
        of: GoalMetric {
            metric: Metric::New,
            by_count: true,
        },
        who: Who::Member(3),
        cycle: Cycle::parse("2026-W11").unwrap(),
    })));
    assert_eq!(app.model.screen, Screen::Goals);
    app.wait(1).answer();
    let text = app.text();
    assert!(text.contains("New, how many"), "{text}");
    assert!(text.contains("Ada · Week 11"), "{text}");
    app.keys("esc");
    assert_eq!(app.model.screen, Screen::Inbox);
}

#[test]
fn a_message_about_a_digest_leads_to_the_digest_of_its_cycle() {
    let mut app = busy();
    let digest = Message {
        id: 8,
        recipient_id: Some(1),
        kind: NoticeKind::Digest,
        cycle: "2026-02-16..2026-02-23".to_owned(),
        created_us: NOW,
        ..Message::default()
    };
    app.server(ServerFact::Put(vec![Resource::Message(digest)]));
    app.keys("g i j j enter");
    assert_eq!(app.model.screen, Screen::Digest);
    let asked = app.questions();
    assert!(
        matches!(&asked[..], [(_, Ask::Digest { member_id: None, cycle })] if cycle == "2026-W08"),
        "{asked:?}"
    );
}

#[test]
fn who_is_no_member_is_asked_whose_queue_and_never_sees_an_error() {
    let mut app = busy();
    app.model.me = None;
    app.keys("g q");
    let text = app.text();
    assert!(
        text.contains("Whose queue") && text.contains("Noor"),
        "{text}"
    );
    let reads = |app: &App| {
        let is_read = |effect: &&Effect| matches!(effect, Effect::LoadNextActions(_));
        app.effects.iter().filter(is_read).count()
    };
    assert_eq!(reads(&app), 0, "nothing is asked that would be refused");
    app.keys("esc");
    assert!(app.text().contains("o chooses a member"), "{}", app.text());
    app.keys("o j enter");
    assert_eq!(app.effects.last(), Some(&Effect::LoadNextActions(Some(2))));
    assert!(app.text().contains("deals of Noor"), "{}", app.text());
    // A late answer about somebody else's queue is dropped.
    app.server(ServerFact::NextActionsLoaded {
        member: None,
        result: Ok(Vec::new()),
    });
    assert_eq!(app.model.next_actions.rows, None);
}

#[test]
fn the_queue_is_read_when_it_is_opened_and_says_why_each_deal_is_in_it() {
    let mut app = busy();
    // The first of its column, and so a stalled one.
    let stalled = app.model.selected().unwrap().id;
    app.keys("g q");
    assert_eq!(app.effects.last(), Some(&Effect::LoadNextActions(None)));
    let action = |deal: u64, stage_id: u64, idle_days| NextAction {
        opportunity_id: deal,
        stage_id,
        next_stage_id: stage_id + 1,
        gain_bp: 2_000,
        idle_days,
    };
    app.server(ServerFact::NextActionsLoaded {
        member: None,
        result: Ok(vec![action(stalled, 1, 12), action(15, 2, 1)]),
    });
    let text = app.text();
    for words in [
        "stalled for",
        "Qualified adds 20% win chance",
        "nothing logged for 12 days",
    ] {
        assert!(text.contains(words), "{words} is missing:\n{text}");
    }
    app.keys("enter");
    assert_eq!(app.model.screen, Screen::Opportunity(stalled));
}

#[test]
fn a_customer_shows_its_deals_and_what_was_done_for_it() {
    let mut app = busy();
    let customer = app.model.selected().unwrap().customer_id.unwrap();
    app.keys("C");
    assert_eq!(app.effects.last(), Some(&Effect::LoadCustomer(customer)));
    app.server(ServerFact::CustomerLoaded {
        id: customer,
        result: Ok(vec![Happening {
            at: NOW - 7_200_000_000,
            deal_id: Some(6),
            what: What::Did(Activity {
                id: 1,
                note: "they want a discount".to_owned(),
                ..Activity::default()
            }),
        }]),
    });
    let text = app.text();
    assert!(
        text.contains("they want a discount") && text.contains("Globex training"),
        "{text}"
    );
    app.keys("esc");
    assert_eq!(app.model.screen, Screen::Board);
}
