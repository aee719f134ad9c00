//! Digests by schedule: into the inbox, to a webhook, and by mail through a real SMTP server.

use sluice_domain::{
    Command, DeliveryState, LocalTime, MemberId, NoticeKind, Role, Secret, WebhookEvent, command,
    cycle::CycleUnit,
};
use sluice_server::delivery::SmtpOptions;

use crate::http::Http;
use crate::smtp::{Encryption, Smtp, SmtpRules, authority};
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
    let mut smtp = Smtp::start(SmtpRules {
        refuse: 1,
        ..SmtpRules::default()
    });
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

/// Kim's digest of a day goes out by mail in a while; by which server is said.
async fn mailing(smtp: SmtpOptions) -> World {
    let world = World::start("UTC", |options| options.smtp = Some(smtp)).await;
    world.submit(schedule(1, CycleUnit::Day, None)).await;
    world.clock.advance_micros(DAY);
    world
}

fn login(password: &str) -> Option<(String, Secret)> {
    Some(("sluice".to_owned(), Secret::new(password)))
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_goes_encrypted_and_with_a_login_by_both_ways_of_encryption() {
    for encryption in [Encryption::StartTls, Encryption::Tls] {
        let mut server = Smtp::start(SmtpRules {
            encryption,
            login: Some(("sluice", "open sesame")),
            refuse: 0,
        });
        let smtp = SmtpOptions::new(&server.url(), "a@b.example", login("open sesame")).unwrap();
        let world = mailing(smtp.trusting(authority()).unwrap()).await;
        let mail = soon(&mut server.mails).await;
        assert!(mail.encrypted, "{encryption:?}");
        assert_eq!(mail.user.as_deref(), Some("sluice"), "{encryption:?}");
        assert!(mail.to[0].contains("kim@example.com"), "{mail:?}");
        world
            .until("delivered", |state| {
                delivery(state, 1).is_some_and(|it| it.state == DeliveryState::Delivered)
            })
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_told_and_the_mail_waits_for_a_right_one() {
    let mut server = Smtp::start(SmtpRules {
        encryption: Encryption::StartTls,
        login: Some(("sluice", "open sesame")),
        refuse: 0,
    });
    let smtp = |password| {
        let options = SmtpOptions::new(&server.url(), "a@b.example", login(password)).unwrap();
        options.trusting(authority()).unwrap()
    };
    let (wrong, right) = (smtp("open barley"), smtp("open sesame"));
    let mut world = mailing(wrong).await;
    assert_eq!(soon(&mut server.refused).await, "sluice");
    let state = world
        .until("deferred", |state| {
            delivery(state, 1).is_some_and(|it| it.attempts == 1)
        })
        .await;
    let waiting = delivery(&state, 1).unwrap();
    assert_eq!(waiting.state, DeliveryState::Pending);
    let problem = waiting.problem.unwrap();
    assert!(
        problem.contains("535") || problem.contains("credentials"),
        "{problem}"
    );
    assert!(!problem.contains("barley"), "{problem}");
    world.options.smtp = Some(right);
    world.restart().await;
    world.clock.advance_micros(HOUR);
    assert_eq!(
        soon(&mut server.mails).await.user.as_deref(),
        Some("sluice")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_signed_by_a_stranger_or_without_encryption_gets_neither_password_nor_mail() {
    let rules = |encryption| SmtpRules {
        encryption,
        login: Some(("sluice", "open sesame")),
        refuse: 0,
    };
    // It is not known who signed this one; that one never offers to encrypt.
    let mut unknown = Smtp::start(rules(Encryption::StartTls));
    let mut open = Smtp::start(SmtpRules::default());
    let asking = format!("smtp://localhost:{}?tls=required", open.address.port());
    for url in [unknown.url(), asking] {
        let smtp = SmtpOptions::new(&url, "a@b.example", login("open sesame")).unwrap();
        let world = mailing(smtp).await;
        world
            .until("deferred", |state| {
                delivery(state, 1).is_some_and(|it| it.attempts == 1)
            })
            .await;
    }
    for server in [&mut unknown, &mut open] {
        assert!(server.mails.try_recv().is_err());
        assert!(server.refused.try_recv().is_err());
    }
}

#[test]
fn a_password_is_not_sent_in_the_clear_to_another_machine() {
    let allowed = |url: &str| SmtpOptions::new(url, "a@b.example", login("x")).map(drop);
    for url in [
        "smtp://mail.example:25",
        "smtp://mail.example?tls=opportunistic",
    ] {
        let refused = allowed(url).unwrap_err().to_string();
        assert!(
            refused.contains("smtps://mail.example") && refused.contains("--smtp-user"),
            "{refused}"
        );
    }
    for url in [
        "smtps://mail.example",
        "smtp://mail.example:587?tls=required",
        "smtp://localhost:25",
        "smtp://[::1]:25",
    ] {
        assert_eq!(allowed(url), Ok(()), "{url}");
    }
    let smtp = SmtpOptions::new("smtps://mail.example", "a@b.example", None).unwrap();
    let refused = smtp.trusting(b"hello".to_vec()).unwrap_err().to_string();
    assert!(refused.contains("--smtp-ca-file"), "{refused}");
}
