//! Notices, webhooks, deliveries, digests and their schedules over gRPC: how people and other systems are told.

use sluice_proto::v1::{
    self, approval_service_client::ApprovalServiceClient,
    delivery_service_client::DeliveryServiceClient, digest_service_client::DigestServiceClient,
    goal_service_client::GoalServiceClient, notice_service_client::NoticeServiceClient,
    webhook_service_client::WebhookServiceClient,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tonic::{Code, transport::Channel};

use crate::{
    company::{clients, company, import, ok},
    support::{Fixture, deal, fields, mask, reason, soon},
};

clients! {
    approvals: ApprovalServiceClient;
    deliveries: DeliveryServiceClient;
    digests: DigestServiceClient;
    goals: GoalServiceClient;
    notices: NoticeServiceClient;
    webhooks: WebhookServiceClient;
}

#[tokio::test]
async fn a_notice_is_unread_in_one_inbox_until_it_is_read() {
    let fixture = Fixture::start().await;
    company(&fixture).await;
    let stages = fixture.stages().await;
    let request = v1::UpdateStageRequest {
        stage: Some(v1::Stage {
            id: stages[2].id.clone(),
            gate: Some(v1::Gate {
                approval_required: true,
                ..Default::default()
            }),
            ..Default::default()
        }),
        update_mask: mask(&["gate"]),
        ..Default::default()
    };
    ok!(fixture.pipelines().update_stage(request));
    let request = v1::CreateOpportunityRequest {
        opportunity: Some(v1::Opportunity {
            owner_id: "members/3".into(),
            ..deal("Acme", 1_000)
        }),
        ..Default::default()
    };
    ok!(fixture.opportunities().create_opportunity(request));
    let request = v1::RequestApprovalRequest {
        opportunity_id: "opportunities/1".into(),
        stage_id: stages[2].id.clone(),
        ..Default::default()
    };
    ok!(approvals(&fixture).request_approval(request));
    let inbox = |recipient: &str, unread_only| v1::ListNoticesRequest {
        recipient_id: recipient.into(),
        unread_only,
        ..Default::default()
    };
    let unread = ok!(notices(&fixture).list_notices(inbox("members/2", true)));
    assert_eq!(unread.total_size, 1, "the owner's manager is asked");
    let notice = unread.notices[0].clone();
    assert_eq!(
        (notice.kind(), notice.subject_id.as_str()),
        (v1::NoticeKind::ApprovalRequested, "approvals/1")
    );
    assert_eq!(notice.read_time, None);
    let of_max = ok!(notices(&fixture).list_notices(inbox("members/3", false)));
    assert_eq!(of_max.total_size, 0);

    let read = v1::MarkNoticesReadRequest {
        ids: vec![notice.id.clone()],
        ..Default::default()
    };
    let checked = v1::MarkNoticesReadRequest {
        validate_only: true,
        ..read.clone()
    };
    ok!(notices(&fixture).mark_notices_read(checked));
    let unread = ok!(notices(&fixture).list_notices(inbox("members/2", true)));
    assert_eq!(unread.total_size, 1, "a check changes nothing");
    let first = ok!(notices(&fixture).mark_notices_read(read.clone()));
    let again = ok!(notices(&fixture).mark_notices_read(read));
    assert_eq!(first.revision, again.revision, "there was nothing to read");
    let unread = ok!(notices(&fixture).list_notices(inbox("members/2", true)));
    assert_eq!(unread.total_size, 0);
    let all = ok!(notices(&fixture).list_notices(inbox("members/2", false)));
    assert!(all.notices[0].read_time.is_some());

    let nothing = v1::MarkNoticesReadRequest::default();
    let error = notices(&fixture).mark_notices_read(nothing).await;
    assert_eq!(fields(&error.unwrap_err()), ["ids"]);
    let missing = v1::MarkNoticesReadRequest {
        ids: vec![notice.id, "notices/99".into()],
        ..Default::default()
    };
    let error = notices(&fixture)
        .mark_notices_read(missing)
        .await
        .unwrap_err();
    assert_eq!(reason(&error), "NOTICE_NOT_FOUND");
    assert_eq!(fields(&error), ["ids[1]"]);
}

/// Reads one HTTP request to its end and answers it with 200.
#[tokio::test]
async fn a_notice_about_a_goal_says_whose_it_is_and_what_it_counts() {
    let fixture = Fixture::start().await;
    company(&fixture).await;
    let request = v1::CreateGoalRequest {
        goal: Some(v1::Goal {
            metric: "NEW".into(),
            measure: v1::GoalMeasure::Count.into(),
            subject_id: "members/3".into(),
            cycle: "this-year".into(),
            target: 1,
            ..Default::default()
        }),
        ..Default::default()
    };
    ok!(goals(&fixture).create_goal(request));
    let request = v1::CreateOpportunityRequest {
        opportunity: Some(v1::Opportunity {
            owner_id: "members/3".into(),
            ..deal("Acme", 1_000)
        }),
        ..Default::default()
    };
    ok!(fixture.opportunities().create_opportunity(request));
    let request = v1::ListNoticesRequest {
        recipient_id: "members/3".into(),
        ..Default::default()
    };
    let found = ok!(notices(&fixture).list_notices(request)).notices;
    let reached = v1::NoticeKind::GoalReached100;
    let notice = found.iter().find(|notice| notice.kind() == reached);
    let notice = notice.expect("a notice about the goal");
    assert_eq!(
        (
            notice.goal_metric.as_str(),
            notice.goal_measure(),
            notice.goal_subject_id.as_str()
        ),
        ("NEW", v1::GoalMeasure::Count, "members/3")
    );
}

async fn receive(listener: &TcpListener) -> String {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut received = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&received).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.trim().parse::<usize>().unwrap())
            });
            if body.len() >= length.unwrap() {
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                stream.write_all(answer).await.unwrap();
                return text;
            }
        }
        let mut part = [0; 4_096];
        let count = stream.read(&mut part).await.unwrap();
        assert!(count > 0, "the request ended early: {text}");
        received.extend_from_slice(&part[..count]);
    }
}

async fn list_deliveries(
    fixture: &Fixture,
    webhook_id: &str,
    state: v1::DeliveryState,
) -> Vec<v1::Delivery> {
    let request = v1::ListDeliveriesRequest {
        webhook_id: webhook_id.into(),
        state: state.into(),
        ..Default::default()
    };
    ok!(deliveries(fixture).list_deliveries(request)).deliveries
}

fn hook(name: &str, url: &str) -> v1::CreateWebhookRequest {
    v1::CreateWebhookRequest {
        webhook: Some(v1::Webhook {
            name: name.into(),
            url: url.into(),
            ..Default::default()
        }),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_webhook_is_made_told_once_changed_and_removed() {
    let fixture = Fixture::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/in", listener.local_addr().unwrap());
    let checked = v1::CreateWebhookRequest {
        validate_only: true,
        ..hook("chat", &url)
    };
    assert_eq!(ok!(webhooks(&fixture).create_webhook(checked)).secret, "");
    let request = v1::CreateWebhookRequest {
        request_id: "make-chat".into(),
        ..hook("chat", &url)
    };
    let made = ok!(webhooks(&fixture).create_webhook(request.clone()));
    assert!(made.secret.len() >= 32, "a secret worth the name");
    let repeated = ok!(webhooks(&fixture).create_webhook(request));
    assert_eq!(repeated.secret, made.secret, "the same outcome");
    let webhook = made.webhook.unwrap();
    assert_eq!(webhook.events.len(), 4, "nothing named means everything");
    let listed = ok!(webhooks(&fixture).list_webhooks(v1::ListWebhooksRequest::default()));
    assert_eq!((listed.total_size, &listed.webhooks[0]), (1, &webhook));

    let request = v1::TestWebhookRequest {
        id: webhook.id.clone(),
        ..Default::default()
    };
    let queued = ok!(webhooks(&fixture).test_webhook(request.clone()))
        .delivery
        .unwrap();
    assert_eq!(queued.event, "TEST");
    let arrived = soon(receive(&listener)).await;
    let head = arrived.to_ascii_lowercase();
    assert!(
        head.contains(&format!("sluice-delivery: {}", queued.id)),
        "{arrived}"
    );
    assert!(head.contains("sluice-signature: t="), "{arrived}");
    assert!(!arrived.contains(&made.secret), "the secret never travels");
    let done = soon(async {
        loop {
            let done = list_deliveries(&fixture, &webhook.id, v1::DeliveryState::Delivered).await;
            if let [one] = done.as_slice() {
                return one.clone();
            }
        }
    })
    .await;
    assert_eq!((done.id.as_str(), done.attempts), (queued.id.as_str(), 1));
    assert!(done.finish_time.is_some() && done.next_attempt_time.is_none());
    let retry = v1::RetryDeliveryRequest {
        id: done.id,
        ..Default::default()
    };
    let error = deliveries(&fixture).retry_delivery(retry).await;
    assert_eq!(reason(&error.unwrap_err()), "DELIVERY_DELIVERED");

    // Paused, it keeps what is queued; removed, it gives that up, and nothing can be sent to it any more.
    let change = |paths: &[&str], etag: &str| v1::UpdateWebhookRequest {
        webhook: Some(v1::Webhook {
            id: webhook.id.clone(),
            name: "talk".into(),
            etag: etag.into(),
            ..Default::default()
        }),
        update_mask: mask(paths),
        ..Default::default()
    };
    let paused = ok!(webhooks(&fixture).update_webhook(change(&["name", "active"], "")))
        .webhook
        .unwrap();
    assert_eq!(
        (paused.name.as_str(), paused.active, &paused.url),
        ("talk", false, &webhook.url)
    );
    let stale = webhooks(&fixture)
        .update_webhook(change(&["name"], &webhook.etag))
        .await;
    assert_eq!(reason(&stale.unwrap_err()), "ETAG_MISMATCH");
    let remove = v1::RemoveWebhookRequest {
        id: webhook.id.clone(),
        ..Default::default()
    };
    let removed = ok!(webhooks(&fixture).remove_webhook(remove))
        .webhook
        .unwrap();
    assert!(removed.removed);
    let error = webhooks(&fixture).test_webhook(request).await.unwrap_err();
    assert_eq!(reason(&error), "WEBHOOK_REMOVED");
    let missing = v1::GetWebhookRequest {
        id: "webhooks/9".into(),
    };
    let error = webhooks(&fixture).get_webhook(missing).await.unwrap_err();
    assert_eq!(error.code(), Code::NotFound);
}

#[tokio::test]
async fn what_cannot_be_delivered_waits_is_retried_and_given_up_with_its_webhook() {
    let fixture = Fixture::start().await;
    for url in [
        "ftp://example.com",
        "https://",
        "https://me:secret@example.com",
    ] {
        let error = webhooks(&fixture).create_webhook(hook("x", url)).await;
        assert_eq!(fields(&error.unwrap_err()), ["webhook.url"], "{url}");
    }
    // Nobody listens where somebody did.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/in", listener.local_addr().unwrap());
    drop(listener);
    let webhook = ok!(webhooks(&fixture).create_webhook(hook("chat", &url)))
        .webhook
        .unwrap();
    let deal = fixture.create("Acme", 1_000).await;
    let stages = fixture.stages().await;
    let won = stages
        .iter()
        .find(|stage| stage.kind() == v1::StageKind::Won)
        .unwrap();
    let request = v1::MoveOpportunityRequest {
        id: deal.id,
        stage_id: won.id.clone(),
        ..Default::default()
    };
    ok!(fixture.opportunities().move_opportunity(request));
    let pending = v1::DeliveryState::Pending;
    let tried = soon(async {
        loop {
            let waiting = list_deliveries(&fixture, &webhook.id, pending).await;
            if let [one] = waiting.as_slice()
                && one.attempts > 0
            {
                return one.clone();
            }
        }
    })
    .await;
    assert_eq!(tried.event, "OPPORTUNITY_WON");
    assert!(!tried.problem.is_empty() && tried.next_attempt_time.is_some());
    let retry = v1::RetryDeliveryRequest {
        id: tried.id.clone(),
        ..Default::default()
    };
    let retried = ok!(deliveries(&fixture).retry_delivery(retry.clone()))
        .delivery
        .unwrap();
    assert_eq!(retried.state(), pending);
    let remove = v1::RemoveWebhookRequest {
        id: webhook.id.clone(),
        ..Default::default()
    };
    ok!(webhooks(&fixture).remove_webhook(remove));
    let failed = list_deliveries(&fixture, &webhook.id, v1::DeliveryState::Failed).await;
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].id, tried.id);
    let error = deliveries(&fixture).retry_delivery(retry).await;
    assert_eq!(reason(&error.unwrap_err()), "WEBHOOK_REMOVED");
    let missing = v1::RetryDeliveryRequest {
        id: "deliveries/99".into(),
        ..Default::default()
    };
    let error = deliveries(&fixture).retry_delivery(missing).await;
    assert_eq!(error.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn a_digest_says_what_the_metrics_say() {
    let fixture = Fixture::start().await;
    company(&fixture).await;
    import(&fixture, &[("Old", "members/3", 400)]).await;
    let stages = fixture.stages().await;
    let won = stages
        .iter()
        .find(|stage| stage.kind() == v1::StageKind::Won)
        .unwrap();
    for (amount, to) in [(1_000, &stages[1].id), (2_000, &won.id)] {
        let deal = fixture.create("deal", amount).await;
        let request = v1::MoveOpportunityRequest {
            id: deal.id,
            stage_id: to.clone(),
            ..Default::default()
        };
        ok!(fixture.opportunities().move_opportunity(request));
    }
    let request = v1::GetDigestRequest {
        member_id: String::new(),
        cycle: "this-week".into(),
    };
    let digest = ok!(digests(&fixture).get_digest(request)).digest.unwrap();
    let kinds: Vec<_> = digest
        .sections
        .iter()
        .map(v1::DigestSection::kind)
        .collect();
    assert_eq!(
        kinds,
        [
            v1::DigestSectionKind::New,
            v1::DigestSectionKind::Moved,
            v1::DigestSectionKind::Stalled,
            v1::DigestSectionKind::Won,
            v1::DigestSectionKind::Rewarded,
        ]
    );
    assert_eq!(
        (digest.member_id.as_str(), digest.scope.as_str()),
        ("", "Acme")
    );
    let figure = |index: usize| {
        let figure = digest.sections[index].figure.as_ref().unwrap();
        (figure.count, figure.amount.as_ref().unwrap().amount_minor)
    };
    let request = v1::QueryMetricsRequest {
        cycle: "this-week".into(),
        ..Default::default()
    };
    let metrics = ok!(fixture.metrics().query_metrics(request)).rows;
    for (index, metric) in [(0, "NEW"), (1, "FLOW"), (3, "WON")] {
        let row = metrics.iter().find(|row| row.metric == metric).unwrap();
        assert_eq!(
            figure(index),
            (i64::from(row.count), row.amount_minor),
            "{metric}"
        );
    }
    assert_eq!(figure(2), (1, 400), "what is stalled");
    assert_eq!(figure(4), (0, 0), "nothing was rewarded");
    assert_eq!(digest.sections[0].top[0].name, "deal");
    // A representative has their own.
    let request = v1::GetDigestRequest {
        member_id: "members/3".into(),
        ..Default::default()
    };
    let own = ok!(digests(&fixture).get_digest(request)).digest.unwrap();
    assert_eq!(own.scope, "Max");
    assert_eq!(own.sections[0].figure.as_ref().unwrap().count, 0);
    let request = v1::GetDigestRequest {
        member_id: "members/99".into(),
        cycle: "2026-Q9".into(),
    };
    let error = digests(&fixture).get_digest(request).await.unwrap_err();
    assert_eq!(fields(&error), ["member_id", "cycle"]);
}

#[tokio::test]
async fn a_schedule_is_made_changed_paused_and_deleted() {
    let fixture = Fixture::start().await;
    company(&fixture).await;
    let schedule = v1::DigestSchedule {
        member_id: "members/2".into(),
        unit: v1::DigestUnit::Week.into(),
        local_time: "08:00".into(),
        inbox: true,
        ..Default::default()
    };
    let create = |schedule| v1::CreateDigestScheduleRequest {
        digest_schedule: Some(schedule),
        ..Default::default()
    };
    for (wrong, field) in [
        (
            v1::DigestSchedule {
                local_time: "25:00".into(),
                ..schedule.clone()
            },
            "local_time",
        ),
        (
            v1::DigestSchedule {
                unit: 0,
                ..schedule.clone()
            },
            "unit",
        ),
        (
            v1::DigestSchedule {
                inbox: false,
                ..schedule.clone()
            },
            "inbox",
        ),
        (
            v1::DigestSchedule {
                email: true,
                ..schedule.clone()
            },
            "email",
        ),
        (
            v1::DigestSchedule {
                member_id: "members/99".into(),
                ..schedule.clone()
            },
            "member_id",
        ),
        (
            v1::DigestSchedule {
                webhook_id: "webhooks/9".into(),
                ..schedule.clone()
            },
            "webhook_id",
        ),
    ] {
        let error = digests(&fixture)
            .create_digest_schedule(create(wrong))
            .await;
        let found = fields(&error.unwrap_err());
        assert_eq!(found, [format!("digest_schedule.{field}")]);
    }
    let made = ok!(digests(&fixture).create_digest_schedule(create(schedule)))
        .digest_schedule
        .unwrap();
    assert!(made.active && !made.told_until.is_empty());
    let change = |paths: &[&str], etag: &str| v1::UpdateDigestScheduleRequest {
        digest_schedule: Some(v1::DigestSchedule {
            id: made.id.clone(),
            local_time: "07:30".into(),
            etag: etag.into(),
            ..Default::default()
        }),
        update_mask: mask(paths),
        ..Default::default()
    };
    let changed = ok!(
        digests(&fixture).update_digest_schedule(change(&["local_time", "active"], &made.etag))
    );
    let changed = changed.digest_schedule.unwrap();
    assert_eq!(
        (
            changed.local_time.as_str(),
            changed.active,
            changed.inbox,
            changed.unit()
        ),
        ("07:30", false, true, v1::DigestUnit::Week)
    );
    let stale = digests(&fixture)
        .update_digest_schedule(change(&["active"], &made.etag))
        .await;
    assert_eq!(reason(&stale.unwrap_err()), "ETAG_MISMATCH");
    let request = v1::ListDigestSchedulesRequest::default();
    let listed = ok!(digests(&fixture).list_digest_schedules(request));
    assert_eq!(
        (listed.total_size, listed.digest_schedules),
        (1, vec![changed])
    );
    let request = v1::DeleteDigestScheduleRequest {
        id: made.id.clone(),
        ..Default::default()
    };
    ok!(digests(&fixture).delete_digest_schedule(request));
    let request = v1::GetDigestScheduleRequest { id: made.id };
    let gone = digests(&fixture).get_digest_schedule(request).await;
    let gone = gone.unwrap_err();
    assert_eq!(
        (gone.code(), reason(&gone).as_str()),
        (Code::NotFound, "DIGEST_SCHEDULE_NOT_FOUND")
    );
}

#[tokio::test]
async fn a_webhook_that_points_at_the_server_itself_waits_says_why_and_tells_nobody_else() {
    let fixture = Fixture::start().await;
    let made = ok!(webhooks(&fixture).create_webhook(hook("me", &fixture.tcp_url())));
    let id = made.webhook.unwrap().id;
    let request = v1::TestWebhookRequest {
        id: id.clone(),
        ..Default::default()
    };
    ok!(webhooks(&fixture).test_webhook(request));
    let waiting = soon(async {
        loop {
            let waiting = list_deliveries(&fixture, &id, v1::DeliveryState::Pending).await;
            if let Some(tried) = waiting.into_iter().find(|it| it.attempts > 0) {
                return tried;
            }
        }
    })
    .await;
    // Whoever looks sees that nothing there takes messages; the next try is a while away, and no message follows another.
    assert!(waiting.problem.contains("answer"), "{}", waiting.problem);
    let seconds = |time: Option<prost_types::Timestamp>| time.unwrap().seconds;
    assert!(seconds(waiting.next_attempt_time) > seconds(waiting.create_time));
    let all = ok!(deliveries(&fixture).list_deliveries(v1::ListDeliveriesRequest::default()));
    assert_eq!(all.total_size, 1);
    // Two commits: the test was asked for, and it was tried. The server serves on.
    let info = v1::GetServerInfoRequest {};
    let info = ok!(fixture.workspaces().get_server_info(info));
    assert_eq!(info.revision, made.revision + 2);
}
