//! Sends what the outbox holds: webhooks and e-mail, each lane by itself, until it is acknowledged or too old.
//!
//! A message is a row of the commit that caused it. It is sent until the other side acknowledges it, and that is committed
//! before anything else happens in its lane: after that it is never sent again, also not after a restart. Between the
//! acknowledgement and that commit a crash repeats it; its id (`Sluice-Delivery`, `Message-ID`) tells. At least once, with
//! an id, is the most two systems without a common log can have.
//!
//! A lane (one webhook, or the mail server) has one message under way at a time, on a thread of its own, so that one that
//! hangs keeps no other waiting and a runtime that stops does not wait for it. After a failure the whole lane rests.

mod backoff;
mod email;
mod render;
pub mod signature;
mod webhook;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use sluice_domain::{
    Actor, Command, Delivery, DeliveryResult, DeliveryTarget, Lane, State, Timestamp,
    command::RecordDelivery,
};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;

pub use email::{SmtpError, SmtpOptions};

use crate::engine::{Engine, Submission, SubmitError};

/// Longest time without looking at the clock: it may have been set.
const LOOK_AGAIN: Duration = Duration::from_secs(60);
/// Pause before an outcome is committed again that could not be: the disk is full, or the queue is.
const COMMIT_AGAIN: Duration = Duration::from_millis(200);
/// Outcomes waiting to be looked at; more lanes than that there are not.
const OUTCOMES: usize = 64;

/// How messages are sent.
#[derive(Clone)]
pub struct DeliveryOptions {
    /// The mail server; none = e-mail waits until there is one, or is too old.
    pub smtp: Option<SmtpOptions>,
    /// Time a connection may take.
    pub connect_timeout: Duration,
    /// Time a whole exchange may take.
    pub request_timeout: Duration,
    /// Rest after the first failure; it doubles with each.
    pub retry_first: Duration,
    /// Longest rest.
    pub retry_longest: Duration,
}

impl Default for DeliveryOptions {
    fn default() -> Self {
        Self {
            smtp: None,
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(15),
            retry_first: Duration::from_secs(5),
            retry_longest: Duration::from_secs(60 * 60),
        }
    }
}

impl std::fmt::Debug for DeliveryOptions {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("DeliveryOptions")
            .field("smtp", &self.smtp)
            .field("request_timeout", &self.request_timeout)
            .finish_non_exhaustive()
    }
}

/// What came of one attempt to send.
#[derive(Debug)]
enum Sent {
    /// The other side took it.
    Acknowledged,
    /// Not now; what went wrong.
    NotNow(String),
    /// Never; what is wrong.
    Never(String),
}

/// The deliverer of one engine; dropping it stops it. What is under way then is sent again by the next one.
#[derive(Debug)]
pub struct Deliverer {
    task: JoinHandle<()>,
}

impl Deliverer {
    /// Starts delivering. Needs a tokio runtime.
    #[must_use]
    pub fn start(engine: Engine, options: DeliveryOptions) -> Self {
        let (outcomes, done) = mpsc::channel(OUTCOMES);
        let worker = Worker {
            engine,
            options: Arc::new(options),
            under_way: BTreeSet::new(),
            resting: BTreeMap::new(),
            outcomes,
        };
        Self {
            task: tokio::spawn(worker.run(done)),
        }
    }
}

impl Drop for Deliverer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A lane whose attempt has ended, and until when it rests.
type Ended = (Lane, Option<Timestamp>);

struct Worker {
    engine: Engine,
    options: Arc<DeliveryOptions>,
    under_way: BTreeSet<Lane>,
    resting: BTreeMap<Lane, Timestamp>,
    outcomes: mpsc::Sender<Ended>,
}

impl Worker {
    async fn run(mut self, mut done: mpsc::Receiver<Ended>) {
        let jumped = Arc::new(Notify::new());
        let waker = Arc::clone(&jumped);
        self.engine
            .clock()
            .on_jump(Box::new(move || waker.notify_one()));
        let mut head = self.engine.head();
        loop {
            head.borrow_and_update();
            let pause = self.send_what_is_due();
            tokio::select! {
                changed = head.changed() => {
                    if changed.is_err() {
                        return;
                    }
                }
                Some((lane, rest)) = done.recv() => {
                    self.under_way.remove(&lane);
                    match rest {
                        Some(until) => self.resting.insert(lane, until),
                        None => self.resting.remove(&lane),
                    };
                }
                () = jumped.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Starts an attempt in each lane that has one due; how long to wait for the next.
    fn send_what_is_due(&mut self) -> Duration {
        let state = self.engine.snapshot();
        let now = self.engine.now();
        let mut pause = LOOK_AGAIN;
        for lane in state.pending_lanes() {
            if self.under_way.contains(&lane) || !is_open(&state, lane) {
                continue;
            }
            let Some(delivery) = state.pending_deliveries(lane).next() else {
                continue;
            };
            let wait = self.wait_of(lane, delivery, now);
            if wait.is_zero() {
                self.under_way.insert(lane);
                let attempt = Attempt {
                    engine: self.engine.clone(),
                    options: Arc::clone(&self.options),
                    state: Arc::clone(&state),
                    delivery: Arc::clone(delivery),
                };
                tokio::spawn(attempt.run(self.outcomes.clone()));
            } else {
                pause = pause.min(wait);
            }
        }
        pause
    }

    /// How long until an attempt. A clock that was set back must not hold a message longer than the longest rest.
    fn wait_of(&self, lane: Lane, delivery: &Delivery, now: Timestamp) -> Duration {
        let rested = self.resting.get(&lane).copied();
        let due = match delivery.attempts {
            0 => rested.unwrap_or(now),
            _ => rested.map_or(delivery.next_attempt_at, |rested| {
                rested.max(delivery.next_attempt_at)
            }),
        };
        let micros = u64::try_from(due.micros_since(now)).unwrap_or(0);
        let wait = Duration::from_micros(micros);
        if wait > backoff::longest(&self.options) {
            Duration::ZERO
        } else {
            wait
        }
    }
}

/// Whether messages of a lane may go out: those of a paused webhook wait.
fn is_open(state: &State, lane: Lane) -> bool {
    match lane {
        Lane::Email => true,
        Lane::Webhook(id) => state.webhook(id).is_some_and(|webhook| webhook.active),
    }
}

struct Attempt {
    engine: Engine,
    options: Arc<DeliveryOptions>,
    state: Arc<State>,
    delivery: Arc<Delivery>,
}

impl Attempt {
    async fn run(self, outcomes: mpsc::Sender<Ended>) {
        let lane = self.delivery.target.lane();
        let sent = self.send().await;
        let result = self.result_of(sent);
        let rest = match &result {
            DeliveryResult::Deferred {
                next_attempt_at, ..
            } => Some(*next_attempt_at),
            _ => None,
        };
        // Without the commit the lane must stand still: its message might be one that was acknowledged.
        if self.record(result).await {
            // The worker that would listen may have been stopped.
            let _ = outcomes.send((lane, rest)).await;
        }
    }

    /// Sends it on a thread of its own: what it calls blocks, and may hang for as long as the timeout.
    async fn send(&self) -> Sent {
        let (reply, answer) = oneshot::channel();
        let (state, delivery) = (Arc::clone(&self.state), Arc::clone(&self.delivery));
        let options = Arc::clone(&self.options);
        let log_id = self.engine.log_id().to_owned();
        let now = self.engine.now();
        let work = move || {
            let sent = match delivery.target {
                DeliveryTarget::Webhook(id) => webhook::send(&state, id, &delivery, now, &options),
                DeliveryTarget::Email(id) => email::send(&state, id, &delivery, &log_id, &options),
            };
            // Nobody waits any more when the server stops.
            let _ = reply.send(sent);
        };
        let thread = std::thread::Builder::new().name("sluice-deliver".into());
        if let Err(error) = thread.spawn(work) {
            return Sent::NotNow(format!("no thread could be started: {error}"));
        }
        answer
            .await
            .unwrap_or_else(|_| Sent::NotNow("the attempt ended without an outcome".into()))
    }

    fn result_of(&self, sent: Sent) -> DeliveryResult {
        let id = self.delivery.id.long();
        match sent {
            Sent::Acknowledged => DeliveryResult::Delivered,
            Sent::Never(problem) => {
                tracing::warn!(delivery = id, problem, "a message was given up");
                DeliveryResult::Failed {
                    problem: problem.into(),
                }
            }
            Sent::NotNow(problem) => {
                tracing::info!(delivery = id, problem, "a message is sent again later");
                let rest = backoff::rest(&self.options, self.delivery.attempts);
                let micros = i64::try_from(rest.as_micros()).unwrap_or(i64::MAX);
                DeliveryResult::Deferred {
                    next_attempt_at: self.engine.now().plus_micros(micros),
                    problem: problem.into(),
                }
            }
        }
    }

    /// Commits what came of it, however long that takes; false when the engine stops first.
    async fn record(&self, result: DeliveryResult) -> bool {
        let command = Command::RecordDelivery(RecordDelivery {
            id: self.delivery.id,
            result,
        });
        let actor = Actor {
            member: None,
            label: "system".to_owned(),
        };
        loop {
            let submission = Submission::new(command.clone(), actor.clone());
            match self.engine.submit(submission).await {
                Ok(_) => return true,
                Err(SubmitError::Draining | SubmitError::StoreFailed) => return false,
                // It is gone: there is nothing to record.
                Err(SubmitError::Rejected(_)) => return true,
                Err(error) => {
                    tracing::warn!(%error, "the outcome of a delivery waits to be committed");
                    tokio::time::sleep(COMMIT_AGAIN).await;
                }
            }
        }
    }
}
