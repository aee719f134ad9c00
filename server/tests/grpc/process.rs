//! Alerts, stagnation and next actions over gRPC: what stands too long, who is told, and what to do next.

use sluice_proto::v1::{
    self, alert_service_client::AlertServiceClient,
    next_action_service_client::NextActionServiceClient,
    stagnation_service_client::StagnationServiceClient,
};
use tonic::{Code, transport::Channel};

use crate::{
    company::{LONG_AGO, at, become_member, clients, company, import, ok},
    support::{Fixture, deal, fields, reason, soon},
};

const DAY: i64 = 24 * 60 * 60;
/// The first stage's period in the default pipeline, in seconds.
const PERIOD: i64 = 14 * DAY;

clients! {
    alerts: AlertServiceClient;
    next_actions: NextActionServiceClient;
    stagnation: StagnationServiceClient;
}

#[allow(
    clippy::disallowed_methods,
    reason = "the server under test reads the real clock"
)]
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.unwrap().as_secs()).unwrap()
}

async fn list_alerts(fixture: &Fixture, filter: &str) -> v1::ListAlertsResponse {
    let request = v1::ListAlertsRequest {
        filter: filter.into(),
        ..Default::default()
    };
    ok!(alerts(fixture).list_alerts(request))
}

/// The alerts that match, once there are so many.
async fn until_alerts(fixture: &Fixture, filter: &str, count: usize) -> Vec<v1::Alert> {
    soon(async {
        loop {
            let found = list_alerts(fixture, filter).await.alerts;
            if found.len() == count {
                return found;
            }
        }
    })
    .await
}

#[tokio::test]
async fn a_level_reached_is_told_upwards_answered_and_resolved_by_leaving_the_stage() {
    let fixture = Fixture::start().await;
    company(&fixture).await;
    import(&fixture, &[("Old", "members/3", 1_000)]).await;
    let open = until_alerts(&fixture, "state:open", 3).await;
    let mut told: Vec<_> = open
        .iter()
        .map(|alert| (alert.recipient_id.as_str(), alert.level()))
        .collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            ("members/1", v1::StagnationLevel::Critical),
            ("members/2", v1::StagnationLevel::Stalled),
            ("members/3", v1::StagnationLevel::Stalled),
        ]
    );
    let request = v1::GetOpportunityRequest {
        id: "opportunities/1".into(),
    };
    let old = ok!(fixture.opportunities().get_opportunity(request))
        .opportunity
        .unwrap();
    assert_eq!(old.stagnation_level(), v1::StagnationLevel::Critical);
    assert_eq!(old.stagnation_time, at(LONG_AGO + PERIOD * 3 / 2));

    let of_lee = list_alerts(&fixture, "recipient:lee state:open").await;
    assert_eq!(of_lee.total_size, 1);
    let alert = of_lee.alerts[0].clone();
    assert_eq!(alert.reached_time, at(LONG_AGO + PERIOD));
    let request = v1::GetAlertRequest {
        id: alert.id.clone(),
    };
    assert_eq!(
        ok!(alerts(&fixture).get_alert(request)).alert,
        Some(alert.clone())
    );

    // An answer that is only checked, or comes too late, changes nothing.
    let acknowledge = v1::AcknowledgeAlertRequest {
        id: alert.id.clone(),
        reason: "calling them".into(),
        etag: alert.etag.clone(),
        validate_only: true,
        ..Default::default()
    };
    let checked = ok!(alerts(&fixture).acknowledge_alert(acknowledge.clone()));
    assert_eq!(
        checked.alert.unwrap().state(),
        v1::AlertState::Acknowledged,
        "what would be"
    );
    let request = v1::AcknowledgeAlertRequest {
        validate_only: false,
        ..acknowledge
    };
    let answered = ok!(alerts(&fixture).acknowledge_alert(request.clone()))
        .alert
        .unwrap();
    assert_eq!(
        (answered.state(), answered.reason.as_str()),
        (v1::AlertState::Acknowledged, "calling them")
    );
    let stale = alerts(&fixture).acknowledge_alert(request).await;
    assert_eq!(reason(&stale.unwrap_err()), "ETAG_MISMATCH");

    // Everything that is wrong with putting it off is told at the field of the request.
    let snooze = |until, why: &str| v1::SnoozeAlertRequest {
        id: alert.id.clone(),
        until_time: at(until),
        reason: why.into(),
        ..Default::default()
    };
    for until in [LONG_AGO, now() + 91 * DAY] {
        let error = alerts(&fixture).snooze_alert(snooze(until, "")).await;
        let mut wrong = fields(&error.unwrap_err());
        wrong.sort_unstable();
        assert_eq!(wrong, ["reason", "until_time"]);
    }
    let until = now() + 1;
    let snoozed = ok!(alerts(&fixture).snooze_alert(snooze(until, "their board")));
    let snoozed = snoozed.alert.unwrap();
    assert_eq!(
        (snoozed.state(), snoozed.snooze_until_time),
        (v1::AlertState::Snoozed, at(until))
    );
    let back = until_alerts(&fixture, "recipient:lee state:open", 1).await;
    assert_eq!(back[0].id, alert.id, "the same alert, not another");
    assert_eq!(back[0].snooze_until_time, None);
    assert!(now() >= until, "it came back before its time");

    let stages = fixture.stages().await;
    let request = v1::MoveOpportunityRequest {
        id: "opportunities/1".into(),
        stage_id: stages[1].id.clone(),
        ..Default::default()
    };
    let moved = ok!(fixture.opportunities().move_opportunity(request));
    assert_eq!(
        moved.opportunity.unwrap().stagnation_level(),
        v1::StagnationLevel::Unspecified
    );
    let left = list_alerts(&fixture, "state:resolved").await.alerts;
    let of_lee = left.iter().find(|found| found.id == alert.id).unwrap();
    assert_eq!(of_lee.resolution(), v1::AlertResolution::LeftStage);
    assert!(list_alerts(&fixture, "state:open").await.alerts.is_empty());
    let late = alerts(&fixture)
        .snooze_alert(snooze(now() + DAY, "too late"))
        .await
        .unwrap_err();
    assert_eq!(reason(&late), "ALERT_RESOLVED");
    let missing = v1::GetAlertRequest {
        id: "alerts/99".into(),
    };
    let missing = alerts(&fixture).get_alert(missing).await.unwrap_err();
    assert_eq!(
        (missing.code(), reason(&missing).as_str()),
        (Code::NotFound, "ALERT_NOT_FOUND")
    );
}

#[tokio::test]
async fn an_alert_is_answered_by_its_recipient_and_who_leads_them_only() {
    let fixture = Fixture::start().await;
    company(&fixture).await;
    become_member(&fixture, "members/3").await;
    import(&fixture, &[("Old", "members/3", 1_000)]).await;
    for alert in until_alerts(&fixture, "state:open", 3).await {
        let request = v1::AcknowledgeAlertRequest {
            id: alert.id,
            ..Default::default()
        };
        let answer = alerts(&fixture).acknowledge_alert(request).await;
        if alert.recipient_id == "members/3" {
            answer.unwrap();
        } else {
            let error = answer.unwrap_err();
            assert_eq!(
                (error.code(), reason(&error).as_str()),
                (Code::PermissionDenied, "ALERT_OF_ANOTHER")
            );
        }
    }
}

#[tokio::test]
async fn what_is_stalled_is_counted_by_everything_and_at_any_instant() {
    let fixture = Fixture::start().await;
    company(&fixture).await;
    import(&fixture, &[("Old", "members/3", 1_000), ("Lone", "", 500)]).await;
    fixture.create("Fresh", 70).await;
    let query = |by: v1::StagnationSubject, as_of_time| v1::QueryStagnationRequest {
        by: by.into(),
        as_of_time,
        ..Default::default()
    };
    let told = async |request| {
        let answer = ok!(stagnation(&fixture).query_stagnation(request));
        let rows = answer.rows.iter().map(|row| {
            let figures = (row.stalled_count, row.stalled_amount_minor);
            (row.subject.clone(), row.subject_id.clone(), figures)
        });
        let rows: Vec<_> = rows.collect();
        (rows, (answer.stalled_count, answer.stalled_amount_minor))
    };
    let row = |subject: &str, id: &str, figures| (subject.to_owned(), id.to_owned(), figures);
    let first = fixture.stages().await[0].clone();
    let pipeline = "pipelines/1";
    let name = {
        let request = v1::GetPipelineRequest {
            id: pipeline.into(),
        };
        let answer = ok!(fixture.pipelines().get_pipeline(request));
        answer.pipeline.unwrap().name
    };
    for (by, expected) in [
        (
            v1::StagnationSubject::Unspecified,
            vec![row(&first.name, &first.id, (2, 1_500))],
        ),
        (
            v1::StagnationSubject::Owner,
            vec![
                row("(unassigned)", "", (1, 500)),
                row("Max", "members/3", (1, 1_000)),
            ],
        ),
        (
            v1::StagnationSubject::Team,
            vec![
                row("(unassigned)", "", (1, 500)),
                row("Company", "teams/1", (1, 1_000)),
                row("East", "teams/2", (1, 1_000)),
            ],
        ),
        (
            v1::StagnationSubject::Pipeline,
            vec![row(&name, pipeline, (2, 1_500))],
        ),
    ] {
        assert_eq!(told(query(by, None)).await, (expected, (2, 1_500)));
    }
    // At the instant itself, and not a second before.
    let by = v1::StagnationSubject::Pipeline;
    let before = told(query(by, at(LONG_AGO + PERIOD - 1))).await;
    assert_eq!(before, (Vec::new(), (0, 0)));
    let then = told(query(by, at(LONG_AGO + PERIOD))).await;
    assert_eq!(then.1, (2, 1_500));
    let request = v1::QueryStagnationRequest {
        pipeline_id: "pipelines/9".into(),
        ..Default::default()
    };
    let error = stagnation(&fixture).query_stagnation(request).await;
    assert_eq!(fields(&error.unwrap_err()), ["pipeline_id"]);
}

#[tokio::test]
async fn a_queue_says_what_to_do_next_and_is_read_page_by_page() {
    let fixture = Fixture::start().await;
    company(&fixture).await;
    import(&fixture, &[("Old", "members/3", 1_000)]).await;
    let request = v1::CreateOpportunityRequest {
        opportunity: Some(v1::Opportunity {
            owner_id: "members/3".into(),
            ..deal("Fresh", 100_000)
        }),
        ..Default::default()
    };
    ok!(fixture.opportunities().create_opportunity(request));
    fixture.create("of nobody", 1_000_000).await;
    let mut request = v1::ListNextActionsRequest {
        member_id: "members/3".into(),
        page_size: 1,
        ..Default::default()
    };
    let mut queue = Vec::new();
    loop {
        let page = ok!(next_actions(&fixture).list_next_actions(request.clone()));
        assert_eq!(page.total_size, 2);
        queue.extend(page.next_actions);
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    let stages = fixture.stages().await;
    let told: Vec<_> = queue
        .iter()
        .map(|row| (row.name.as_str(), row.gain_bp, row.days, row.score))
        .collect();
    // 10 % to 30 %: a fresh deal has all its 14 days, a stalled one is divided by one.
    assert_eq!(
        told,
        [
            ("Fresh", 2_000, 14, 100_000 * 2_000 / 14),
            ("Old", 2_000, 1, 1_000 * 2_000)
        ]
    );
    for row in &queue {
        assert_eq!(
            (&row.stage_id, &row.next_stage_id),
            (&stages[0].id, &stages[1].id)
        );
    }
    assert_eq!(queue[1].level(), v1::StagnationLevel::Critical);
    assert!(queue[1].time_left.as_ref().unwrap().seconds < 0);
    // Who is no member says whose queue; who is one need not.
    let mine = v1::ListNextActionsRequest::default();
    let error = next_actions(&fixture).list_next_actions(mine.clone()).await;
    assert_eq!(fields(&error.unwrap_err()), ["member_id"]);
    become_member(&fixture, "members/3").await;
    assert_eq!(
        ok!(next_actions(&fixture).list_next_actions(mine)).total_size,
        2
    );
}
