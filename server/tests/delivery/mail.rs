//! Digests by schedule: into the inbox, to a webhook, and by mail through a real SMTP server.

use sluice_domain::{
    Command, DeliveryState, LocalTime, MemberId, NoticeKind, Role, WebhookEvent, command,
    cycle::CycleUnit,
};
use sluice_server::delivery::SmtpOptions;

use crate::servers::{Http, Smtp};
use crate::support::{DAY, HOUR, World, delivery, soon};

fn schedule(member: u64, unit: CycleUnit, webhook: Option<sluice_domain::WebhookId>) -> Command {
    Command::CreateDigestSchedule(command::CreateDigestSchedule {
        member: MemberId(member),
        unit,
        time: LocalTime { hour: 8, minute: 0 },
        inbox: true,
        email: true,
        webhook,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_comes_by_every_way_at_its_local_time_and_mail_is_sent_until_it_is_taken() {
    let mut smtp = Smtp::start(1);
    let mut http = Http::start([]);
    let url = smtp.url();
    let mut world = World::start("Asia/Shanghai", |options| {
        let from = "Sluice <sluice@example.com>";
        options.smtp = Some(SmtpOptions::new(&url, from, None).unwrap());
    })
    .await;
    let webhook = world.webhook(&http.url(), &[WebhookEvent::Digest]).await;
    world
        .submit(schedule(1, CycleUnit::Week, Some(webhook)))
        .await;
    world.win("Acme 续约", 123_456_700).await;
    // 2026-01-12 00:00 UTC is Monday, 08:00 in Shanghai; an hour before it nothing is due.
    world.clock.advance_micros(6 * DAY + 14 * HOUR);
    world.member("Lee", Role::Rep).await;
    assert_eq!(world.engine.snapshot().notices().count(), 0);
    world.clock.advance_micros(HOUR);
    let state = world
        .until("a notice", |state| state.notices().count() == 1)
        .await;
    let notice = state.notices().next().unwrap();
    assert_eq!(
        (notice.kind, notice.recipient),
        (NoticeKind::Digest, MemberId(1))
    );
    let digest = notice.figures.digest.as_ref().unwrap();
    assert_eq!(digest.window.to_string(), "2026-01-05..2026-01-12");
    assert_eq!(digest.sections[3].figure.amount_minor, 123_456_700);
    let told = soon(&mut http.requests).await.json();
    assert_eq!(told["event"], "DIGEST");
    assert_eq!(told["data"]["sections"][3]["figure"]["count"], 1);
    // The mail server refuses once.
    world
        .until("deferred", |state| {
            delivery(state, 1).is_some_and(|it| it.attempts == 1)
        })
        .await;
    world.restart().await;
    world.clock.advance_micros(2 * HOUR);
    let mail = soon(&mut smtp.mails).await;
    assert!(mail.to[0].contains("kim@example.com"), "{mail:?}");
    assert!(mail.from.contains("sluice@example.com"), "{mail:?}");
    assert!(mail.text.contains("Message-ID: <1."), "{}", mail.text);
    world
        .until("delivered", |state| {
            delivery(state, 1).is_some_and(|it| it.state == DeliveryState::Delivered)
        })
        .await;
    assert!(smtp.mails.try_recv().is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_weeks_without_the_server_the_newest_missed_cycle_is_told_once() {
    let mut world = World::start("UTC", |_| {}).await;
    world.submit(schedule(1, CycleUnit::Day, None)).await;
    world.deliverer = None;
    world.engine.shutdown().await;
    world.clock.advance_micros(20 * DAY);
    world.restart().await;
    let state = world
        .until("a notice", |state| state.notices().count() > 0)
        .await;
    let told: Vec<String> = state
        .notices()
        .filter_map(|notice| Some(notice.figures.window?.to_string()))
        .collect();
    assert_eq!(told, ["2026-01-24..2026-01-25"]);
    // The next day's comes at its time.
    world.clock.advance_micros(DAY);
    let state = world
        .until("the next", |state| state.notices().count() == 2)
        .await;
    let last = state.notices().next_back().unwrap();
    assert_eq!(
        last.figures.window.unwrap().to_string(),
        "2026-01-25..2026-01-26"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_without_a_mail_server_waits_and_says_what_to_do() {
    let world = World::start("UTC", |_| {}).await;
    world.submit(schedule(1, CycleUnit::Day, None)).await;
    world.clock.advance_micros(DAY);
    let state = world
        .until("deferred", |state| {
            delivery(state, 1).is_some_and(|it| it.attempts > 0)
        })
        .await;
    let waiting = delivery(&state, 1).unwrap();
    assert_eq!(waiting.state, DeliveryState::Pending);
    assert!(waiting.problem.unwrap().contains("--smtp-url"));
}

#[test]
fn a_password_in_the_address_of_the_mail_server_is_refused() {
    let refused =
        |url: &str, from: &str| SmtpOptions::new(url, from, None).unwrap_err().to_string();
    assert!(refused("smtp://kim:secret@host", "a@b.example").contains("--smtp-password-file"));
    assert!(!refused("smtp://kim:secret@host", "a@b.example").contains("secret@"));
    assert!(refused("http://host", "a@b.example").contains("smtp://"));
    assert!(refused("smtp://host", "nobody").contains("sender"));
}
