//! Webhooks against a real HTTP server that answers, fails, hangs and is not there.

use std::time::Duration;

use sluice_domain::{
    Command, DeliveryState, NoticeKind, Secret, WebhookEvent, WebhookId, command, limits,
};
use sluice_server::delivery::signature::sign;

use crate::http::{Does, Http};
use crate::support::{DAY, HOUR, MONDAY, SECOND, World, delivery, soon};

#[tokio::test(flavor = "multi_thread")]
async fn a_win_is_told_signed_and_once_also_after_a_restart() {
    let mut http = Http::start([]);
    let mut world = World::start("UTC", |_| {}).await;
    world
        .webhook(&http.url(), &[WebhookEvent::OpportunityWon])
        .await;
    let deal = world.win("Acme renewal", 123_456).await;
    let request = soon(&mut http.requests).await;
    assert_eq!(request.line, "POST /in?x=1 HTTP/1.1");
    assert_eq!(request.header("Sluice-Delivery"), "deliveries/1");
    assert_eq!(request.header("Content-Type"), "application/json");
    let seconds = MONDAY.micros() / SECOND;
    let expected = sign(&Secret::new("whsec_test"), seconds, &request.body);
    assert_eq!(request.header("Sluice-Signature"), expected);
    let json = request.json();
    assert_eq!(json["event"], "OPPORTUNITY_WON");
    assert_eq!(json["data"]["amount_minor"], 123_456);
    assert_eq!(json["data"]["opportunity"]["id"], deal.long());
    assert_eq!(json["data"]["opportunity"]["name"], "Acme renewal");
    world
        .until("delivered", |state| {
            delivery(state, 1).is_some_and(|it| it.state == DeliveryState::Delivered)
        })
        .await;
    world.restart().await;
    world.clock.advance_micros(DAY);
    // What comes next is the next win: the first is not sent again before it.
    world.win("Another", 5).await;
    let next = soon(&mut http.requests).await;
    assert_eq!(next.header("Sluice-Delivery"), "deliveries/2");
    assert!(http.requests.try_recv().is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_for_a_day_arrives_in_the_end_with_the_same_id() {
    let failures = [
        Does::Answer(500, "out of order"),
        Does::Close,
        Does::Redirect("http://127.0.0.1:9/elsewhere".into()),
        Does::Answer(503, ""),
    ];
    let problems = [
        "500: out of order",
        "no answer",
        "redirects are not followed",
        "503",
    ];
    let mut http = Http::start(failures);
    let mut world = World::start("UTC", |_| {}).await;
    world.webhook(&http.url(), &[]).await;
    world.win("Acme renewal", 100).await;
    for (index, problem) in problems.iter().enumerate() {
        let request = soon(&mut http.requests).await;
        assert_eq!(request.header("Sluice-Delivery"), "deliveries/1");
        let state = world
            .until(problem, |state| {
                delivery(state, 1).is_some_and(|it| it.attempts as usize > index)
            })
            .await;
        let failed = delivery(&state, 1).unwrap();
        assert_eq!(failed.state, DeliveryState::Pending);
        let told = failed.problem.unwrap_or_default();
        assert!(told.contains(problem), "{told}");
        if index == 1 {
            world.restart().await;
        }
        world.clock.advance_micros(6 * HOUR);
    }
    let request = soon(&mut http.requests).await;
    assert_eq!(request.header("Sluice-Delivery"), "deliveries/1");
    let state = world
        .until("delivered", |state| {
            delivery(state, 1).is_some_and(|it| it.state == DeliveryState::Delivered)
        })
        .await;
    assert_eq!(delivery(&state, 1).unwrap().attempts, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_hangs_keeps_no_other_waiting() {
    let mut hanging = Http::start([Does::Hang]);
    let mut healthy = Http::start([]);
    let world = World::start("UTC", |_| {}).await;
    world.webhook(&hanging.url(), &[]).await;
    world.webhook(&healthy.url(), &[]).await;
    world.win("One", 1).await;
    soon(&mut hanging.requests).await;
    world.win("Two", 2).await;
    soon(&mut healthy.requests).await;
    soon(&mut healthy.requests).await;
    world
        .until("both are delivered to the healthy one", |state| {
            let done =
                |id| delivery(state, id).is_some_and(|it| it.state == DeliveryState::Delivered);
            done(2) && done(4)
        })
        .await;
    assert!(hanging.requests.try_recv().is_err(), "one at a time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_takes_too_long_is_given_up_and_tried_again() {
    let mut http = Http::start([Does::Hang]);
    let world = World::start("UTC", |options| {
        options.request_timeout = Duration::from_millis(50);
    })
    .await;
    world.webhook(&http.url(), &[]).await;
    world.win("One", 1).await;
    soon(&mut http.requests).await;
    world
        .until("deferred", |state| {
            delivery(state, 1).is_some_and(|it| it.attempts == 1)
        })
        .await;
    world.clock.advance_micros(HOUR);
    soon(&mut http.requests).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_three_days_it_is_given_up_the_administrator_told_once_and_may_try_again() {
    let mut world = World::start("UTC", |_| {}).await;
    // Nobody listens there: the port was free a moment ago.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    world.webhook(&format!("http://{address}/"), &[]).await;
    world.win("One", 1).await;
    world.win("Two", 2).await;
    let attempted = |id: u64, times: u32| {
        move |state: &sluice_domain::State| {
            delivery(state, id).is_some_and(|it| it.attempts >= times)
        }
    };
    world.until("tried", attempted(1, 1)).await;
    world.restart().await;
    world
        .clock
        .advance_micros(limits::MAX_DELIVERY_AGE_MICROS + HOUR);
    // Whichever comes first: the lane rests after it, then the other one's turn comes.
    let failed = |id| {
        move |state: &sluice_domain::State| {
            delivery(state, id).is_some_and(|it| it.state == DeliveryState::Failed)
        }
    };
    world
        .until("one is given up", |state| {
            failed(1)(state) || failed(2)(state)
        })
        .await;
    world.clock.advance_micros(2 * HOUR);
    let state = world
        .until("both are given up", |state| {
            failed(1)(state) && failed(2)(state)
        })
        .await;
    let told: Vec<_> = state.notices().collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].kind, NoticeKind::DeliveryFailed);
    assert_eq!(told[0].subject, Some(WebhookId(1).into()));
    // Somebody listens there at last.
    let mut http = Http::start([]);
    let update = command::UpdateWebhook {
        id: WebhookId(1),
        name: None,
        url: Some(http.url()),
        events: None,
        active: None,
    };
    world.submit(Command::UpdateWebhook(update)).await;
    let id = sluice_domain::DeliveryId(1);
    world
        .submit(Command::RetryDelivery(command::RetryDelivery { id }))
        .await;
    world.clock.advance_micros(2 * HOUR);
    let request = soon(&mut http.requests).await;
    assert_eq!(request.header("Sluice-Delivery"), "deliveries/1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_webhook_waits_and_a_removed_one_gives_up() {
    let mut http = Http::start([Does::Answer(500, "")]);
    let world = World::start("UTC", |_| {}).await;
    let id = world.webhook(&http.url(), &[]).await;
    world.win("One", 1).await;
    soon(&mut http.requests).await;
    world
        .until("deferred", |state| {
            delivery(state, 1).is_some_and(|it| it.attempts == 1)
        })
        .await;
    let set = |active| {
        Command::UpdateWebhook(command::UpdateWebhook {
            id,
            name: None,
            url: None,
            events: None,
            active: Some(active),
        })
    };
    world.submit(set(false)).await;
    world.clock.advance_micros(2 * HOUR);
    world.win("While it is paused", 2).await;
    assert!(http.requests.try_recv().is_err());
    assert_eq!(world.deliveries().len(), 1, "nothing new is queued");
    world.submit(set(true)).await;
    soon(&mut http.requests).await;
    world
        .until("delivered", |state| {
            delivery(state, 1).is_some_and(|it| it.state == DeliveryState::Delivered)
        })
        .await;
    world.submit(set(false)).await;
    world
        .submit(Command::RemoveWebhook(command::RemoveWebhook { id }))
        .await;
    let state = world.engine.snapshot();
    assert_eq!(state.webhook(id).unwrap().secret.reveal(), "");
}
