//! An engine with a clock that stands still, its deliverer, and waiting without sleeping.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sluice_domain::{
    Actor, Command, Currency, Date, Delivery, DeliveryId, Entity, MemberId, Money, OpportunityId,
    PipelineTemplate, Role, Secret, State, Timestamp, WebhookEvent, command,
};
use sluice_server::delivery::{Deliverer, DeliveryOptions};
use sluice_server::engine::{Engine, EngineOptions, Limits, ManualClock, Outcome, Submission};
use tokio::sync::mpsc::Receiver;

/// Every wait of a test ends here at the latest.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// 2026-01-05 09:00 UTC, a Monday.
pub const MONDAY: Timestamp = Timestamp(1_767_603_600_000_000);
pub const SECOND: i64 = 1_000_000;
pub const HOUR: i64 = 3_600 * SECOND;
pub const DAY: i64 = 24 * HOUR;

pub struct World {
    pub clock: ManualClock,
    pub folder: tempfile::TempDir,
    pub engine: Engine,
    pub deliverer: Option<Deliverer>,
    pub options: DeliveryOptions,
}

impl World {
    /// A workspace with an administrator (member 1), and its deliverer.
    pub async fn start(zone: &str, change: impl FnOnce(&mut DeliveryOptions)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::new(MONDAY);
        let engine = open(folder.path(), &clock);
        let mut options = DeliveryOptions {
            request_timeout: PATIENCE,
            ..DeliveryOptions::default()
        };
        change(&mut options);
        let world = Self {
            deliverer: Some(Deliverer::start(engine.clone(), options.clone())),
            clock,
            folder,
            engine,
            options,
        };
        world
            .submit(Command::SetUpWorkspace(command::SetUpWorkspace {
                name: "Acme".into(),
                time_zone: zone.into(),
                currency: "USD".into(),
                language: sluice_domain::Language::En,
                template: PipelineTemplate::Default,
                administrator: None,
            }))
            .await;
        world.member("Kim", Role::Admin).await;
        world
    }

    pub async fn member(&self, name: &str, role: Role) -> MemberId {
        let member = command::CreateMember {
            name: name.into(),
            role,
            team: None,
            unix_user: None,
            email: Some(format!("{}@example.com", name.to_lowercase())),
            external_id: None,
        };
        let outcome = self.submit(Command::CreateMember(member)).await;
        MemberId(outcome.subject.unwrap().id)
    }

    /// Stops engine and deliverer, and starts both again on the same folder.
    pub async fn restart(&mut self) {
        self.deliverer = None;
        self.engine.shutdown().await;
        self.engine = open(self.folder.path(), &self.clock);
        self.deliverer = Some(Deliverer::start(self.engine.clone(), self.options.clone()));
    }

    pub async fn submit(&self, command: Command) -> Outcome {
        let actor = Actor {
            member: None,
            label: "test".into(),
        };
        let submission = Submission::new(command, actor);
        self.engine.submit(submission).await.unwrap()
    }

    pub async fn webhook(&self, url: &str, events: &[WebhookEvent]) -> sluice_domain::WebhookId {
        let webhook = command::CreateWebhook {
            name: "Chat".into(),
            url: url.into(),
            events: events.to_vec(),
            secret: Secret::new("whsec_test"),
        };
        let outcome = self.submit(Command::CreateWebhook(webhook)).await;
        sluice_domain::WebhookId(outcome.subject.unwrap().id)
    }

    /// A deal of so many minor units, won at once.
    pub async fn win(&self, name: &str, amount_minor: i64) -> OpportunityId {
        let money = Money::new(amount_minor, Currency::USD);
        let date = Date::new(2026, 3, 31).unwrap();
        let deal = command::CreateOpportunity::new(name, money, date);
        let outcome = self
            .submit(Command::CreateOpportunity(Box::new(deal)))
            .await;
        let id = OpportunityId(outcome.subject.unwrap().id);
        let state = self.engine.snapshot();
        let stages = &state.default_pipeline().unwrap().stages;
        let won = stages
            .iter()
            .find(|stage| stage.kind == sluice_domain::StageKind::Won);
        let to = won.unwrap().id;
        self.submit(Command::MoveOpportunity(command::MoveOpportunity {
            id,
            to,
            override_reason: None,
        }))
        .await;
        id
    }

    /// The state once it is as wanted.
    pub async fn until(&self, what: &str, holds: impl Fn(&State) -> bool) -> Arc<State> {
        let mut head = self.engine.head();
        let wait = async {
            loop {
                head.borrow_and_update();
                let state = self.engine.snapshot();
                if holds(&state) {
                    return state;
                }
                head.changed().await.unwrap();
            }
        };
        match tokio::time::timeout(PATIENCE, wait).await {
            Ok(state) => state,
            Err(_) => panic!("not so in time: {what}; {:#?}", self.deliveries()),
        }
    }

    pub fn deliveries(&self) -> Vec<Delivery> {
        let state = self.engine.snapshot();
        state.deliveries().map(|found| (**found).clone()).collect()
    }
}

impl Drop for World {
    /// Waits for the writer: it stops the process when its folder goes away under it.
    fn drop(&mut self) {
        self.deliverer = None;
        let engine = self.engine.clone();
        // A runtime of its own, as that of the test is the one being blocked.
        let waiting = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap();
            runtime.block_on(engine.shutdown());
        });
        waiting.join().unwrap();
    }
}

fn open(folder: &Path, clock: &ManualClock) -> Engine {
    let options = EngineOptions {
        clock: Arc::new(clock.clone()),
        limits: Limits {
            disk_reserve_bytes: 0,
            ..Limits::default()
        },
        ..EngineOptions::new(folder)
    };
    Engine::open(options).unwrap()
}

/// A delivery of a state.
pub fn delivery(state: &State, id: u64) -> Option<Delivery> {
    match state.entity(DeliveryId(id).into()) {
        Some(Entity::Delivery(delivery)) => Some((*delivery).clone()),
        _ => None,
    }
}

/// The next of a stream, soon.
pub async fn soon<T>(stream: &mut Receiver<T>) -> T {
    tokio::time::timeout(PATIENCE, stream.recv())
        .await
        .expect("nothing came in time")
        .unwrap()
}
