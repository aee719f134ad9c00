//! Carries out what the screen asks of the world: the only place that touches network, terminal state and clipboard on its behalf.

mod board_at;
mod detail;
mod load;
mod preview;
pub mod settings_file;
mod submit;
mod submit_incentive;
mod submit_report;

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use crossterm::Command as _;
use crossterm::clipboard::CopyToClipboard;
use tokio::sync::{Semaphore, mpsc};

use crate::client::{Connection, Endpoint};
use crate::effect_request::{Action, Effect};
use crate::embedded::Reviver;
use crate::feed::Patience;
use crate::message::{Msg, Refusal, ServerFact};
use crate::record::Micros;
use crate::report::Ask;
use crate::session::World;
use crate::terminal::Guard;

/// Commands that may wait for a server that does not answer. A person who gave more than this by hand is a script.
pub const MAX_WAITING: usize = 1_024;

/// Deals and reports read at the same time; later ones wait.
const MAX_READS: usize = 8;

/// Text that terminals take into their clipboard at most; longer text is refused by many of them without a word.
const MAX_CLIPBOARD_BYTES: usize = 74_000;

/// Where commands go.
#[derive(Clone, Debug)]
pub struct Destination {
    /// The server.
    pub endpoint: Endpoint,
    /// Asked before another attempt, when the server is a local one.
    pub reviver: Option<Reviver>,
    /// How long to wait between attempts.
    pub patience: Patience,
    /// What the person is called in a workspace they set up.
    pub user_name: String,
}

/// Sends commands, in the order given, each until the server has judged it; reads details meanwhile.
#[derive(Clone, Debug)]
pub struct Effects {
    waiting: mpsc::Sender<(String, Action)>,
    messages: mpsc::Sender<Msg>,
    destination: Arc<Destination>,
    connection: Connection,
    reads: Arc<Semaphore>,
}

impl Effects {
    /// Starts the task that sends. It ends when this and all its clones are gone.
    pub fn start(
        destination: Destination,
        messages: mpsc::Sender<Msg>,
    ) -> Result<Self, crate::client::EndpointError> {
        let (waiting, receiver) = mpsc::channel(MAX_WAITING);
        let connection = destination.endpoint.connect()?;
        let destination = Arc::new(destination);
        tokio::spawn(submit::send_in_order(
            Arc::clone(&destination),
            connection.clone(),
            receiver,
            messages.clone(),
        ));
        Ok(Self {
            waiting,
            messages,
            destination,
            connection,
            reads: Arc::new(Semaphore::new(MAX_READS)),
        })
    }

    /// Takes a command; never waits. When too many wait already it is refused at once.
    pub fn submit(&self, request_id: String, action: Action) {
        let Err(refused) = self.waiting.try_send((request_id, action)) else {
            return;
        };
        let (request_id, _) = match refused {
            mpsc::error::TrySendError::Full(command)
            | mpsc::error::TrySendError::Closed(command) => command,
        };
        let refusal = Refusal {
            reason: "TOO_MANY_WAITING".to_owned(),
            message: format!(
                "{MAX_WAITING} changes wait for the server already; this one was not taken"
            ),
            violations: Vec::new(),
        };
        self.tell(ServerFact::ActionDone {
            request_id,
            result: Err(refusal),
        });
    }

    /// Reads history, activities and contacts of a deal; never waits.
    pub fn load_detail(&self, id: u64) {
        let effects = self.clone();
        tokio::spawn(async move {
            // The semaphore is never closed; without a permit the read would only be less polite.
            let _permit = effects.reads.acquire().await;
            let result = detail::read(&effects.connection, id).await.map(Box::new);
            // A session that has ended needs no answer.
            let _ = effects
                .messages
                .send(Msg::Server(ServerFact::DetailLoaded { id, result }))
                .await;
        });
    }

    /// Reads what happened to a customer; never waits.
    pub fn load_customer(&self, id: u64) {
        let effects = self.clone();
        tokio::spawn(async move {
            // As above.
            let _permit = effects.reads.acquire().await;
            let result = detail::timeline_of_customer(&effects.connection, id).await;
            // A session that has ended needs no answer.
            let _ = effects
                .messages
                .send(Msg::Server(ServerFact::CustomerLoaded { id, result }))
                .await;
        });
    }

    /// Reads the board as it was at an instant; never waits.
    pub fn load_board_at(&self, at: Micros) {
        let effects = self.clone();
        tokio::spawn(async move {
            // As above.
            let _permit = effects.reads.acquire().await;
            let result = board_at::read(&effects.connection, at).await.map(Box::new);
            // A session that has ended needs no answer.
            let _ = effects
                .messages
                .send(Msg::Server(ServerFact::BoardAtLoaded { at, result }))
                .await;
        });
    }

    /// Reads where a goal stands; never waits.
    pub fn load_goal(&self, id: u64) {
        let effects = self.clone();
        tokio::spawn(async move {
            // As above.
            let _permit = effects.reads.acquire().await;
            let found = load::place_of_goal(&effects.connection, id).await;
            // A session that has ended needs no answer.
            let _ = effects
                .messages
                .send(Msg::Server(ServerFact::GoalFound(found)))
                .await;
        });
    }

    /// Reads what of the rewards is a member's own; never waits.
    pub fn load_purse(&self, member: Option<u64>) {
        let effects = self.clone();
        tokio::spawn(async move {
            // As above.
            let _permit = effects.reads.acquire().await;
            let own = load::purse(&effects.connection, member).await.map(Box::new);
            // A session that has ended needs no answer.
            let _ = effects
                .messages
                .send(Msg::Server(ServerFact::PurseLoaded(own)))
                .await;
        });
    }

    /// Reads a member's queue, none = the person's own; never waits.
    pub fn load_next_actions(&self, member: Option<u64>) {
        let effects = self.clone();
        tokio::spawn(async move {
            // As above.
            let _permit = effects.reads.acquire().await;
            let result = detail::next_actions(&effects.connection, member).await;
            // A session that has ended needs no answer.
            let _ = effects
                .messages
                .send(Msg::Server(ServerFact::NextActionsLoaded {
                    member,
                    result,
                }))
                .await;
        });
    }

    /// Asks what a move would do; never waits.
    pub fn preview(&self, id: u64, stage_id: u64) {
        let effects = self.clone();
        tokio::spawn(async move {
            // As above.
            let _permit = effects.reads.acquire().await;
            let result = preview::read(&effects.connection, id, stage_id)
                .await
                .map(Box::new);
            // A session that has ended needs no answer.
            let _ = effects
                .messages
                .send(Msg::Server(ServerFact::Previewed {
                    id,
                    stage_id,
                    result,
                }))
                .await;
        });
    }

    /// Reads a report; never waits.
    pub fn load(&self, number: u64, ask: Ask) {
        let effects = self.clone();
        tokio::spawn(async move {
            // As above.
            let _permit = effects.reads.acquire().await;
            let result = load::read(&effects.connection, &ask).await.map(Box::new);
            // A session that has ended needs no answer.
            let _ = effects
                .messages
                .send(Msg::Server(ServerFact::Loaded { number, result }))
                .await;
        });
    }

    /// The server commands go to.
    pub fn destination(&self) -> &Destination {
        &self.destination
    }

    fn tell(&self, fact: ServerFact) {
        let messages = self.messages.clone();
        tokio::spawn(async move {
            // A session that has ended needs no answer.
            let _ = messages.send(Msg::Server(fact)).await;
        });
    }

    fn failed(&self, reason: String) {
        let messages = self.messages.clone();
        tokio::spawn(async move {
            // A session that has ended needs no answer.
            let _ = messages.send(Msg::EffectFailed(reason)).await;
        });
    }
}

/// The world around a session on this process's own terminal.
#[derive(Debug)]
pub struct LocalWorld {
    effects: Effects,
    guard: Guard,
}

impl LocalWorld {
    /// The terminal is held by `guard` and given back when this is dropped.
    pub fn new(effects: Effects, guard: Guard) -> Self {
        Self { effects, guard }
    }
}

impl World for LocalWorld {
    fn now(&mut self) -> Micros {
        jiff::Timestamp::now().as_microsecond()
    }

    fn sleep(&mut self, duration: Duration) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(duration)
    }

    fn perform(&mut self, effect: Effect) {
        let result = match effect {
            Effect::Submit { request_id, action } => {
                self.effects.submit(request_id, action);
                Ok(())
            }
            Effect::LoadDetail(id) => {
                self.effects.load_detail(id);
                Ok(())
            }
            Effect::LoadCustomer(id) => {
                self.effects.load_customer(id);
                Ok(())
            }
            Effect::LoadNextActions(member) => {
                self.effects.load_next_actions(member);
                Ok(())
            }
            Effect::LoadPurse(member) => {
                self.effects.load_purse(member);
                Ok(())
            }
            Effect::LoadBoardAt(at) => {
                self.effects.load_board_at(at);
                Ok(())
            }
            Effect::LoadGoal(id) => {
                self.effects.load_goal(id);
                Ok(())
            }
            Effect::PreviewMove { id, stage_id } => {
                self.effects.preview(id, stage_id);
                Ok(())
            }
            Effect::Load { number, ask } => {
                self.effects.load(number, ask);
                Ok(())
            }
            Effect::Copy(text) => copy(&text),
            Effect::CaptureMouse(mouse) => self.guard.capture_mouse(mouse),
            // The session does these itself.
            Effect::Suspend | Effect::Redraw | Effect::Quit(_) => Ok(()),
        };
        if let Err(error) = result {
            self.effects.failed(error.to_string());
        }
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.guard.suspend()
    }
}

/// Hands text to the terminal's clipboard. It is written between two frames, as frames are single writes.
fn copy(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(clipboard_sequence(text)?.as_bytes())?;
    out.flush()
}

fn clipboard_sequence(text: &str) -> io::Result<String> {
    if text.len() > MAX_CLIPBOARD_BYTES {
        let message = format!(
            "{} bytes are more than a terminal's clipboard takes ({MAX_CLIPBOARD_BYTES})",
            text.len()
        );
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    let mut sequence = String::new();
    CopyToClipboard::to_clipboard_from(text)
        .write_ansi(&mut sequence)
        .map_err(io::Error::other)?;
    Ok(sequence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copied_text_travels_as_osc_52() {
        assert_eq!(
            clipboard_sequence("Acme").unwrap(),
            "\x1b]52;c;QWNtZQ==\x1b\\"
        );
        assert!(clipboard_sequence(&"x".repeat(MAX_CLIPBOARD_BYTES + 1)).is_err());
    }

    #[tokio::test]
    async fn a_command_too_many_is_refused_and_none_is_lost() {
        let (messages, mut answers) = mpsc::channel(4);
        let destination = Destination {
            endpoint: Endpoint::Unix("/nonexistent/s".into()),
            reviver: None,
            patience: Patience::default(),
            user_name: "kim".into(),
        };
        let effects = Effects::start(destination, messages).unwrap();
        // The task has not run yet, so that exactly the queue's size fits.
        for number in 0..=MAX_WAITING {
            effects.submit(number.to_string(), Action::Archive { id: 1 });
        }
        let answer = tokio::time::timeout(Duration::from_secs(10), answers.recv())
            .await
            .unwrap();
        let Some(Msg::Server(ServerFact::ActionDone {
            request_id,
            result: Err(refusal),
        })) = answer
        else {
            panic!("{answer:?}")
        };
        assert_eq!(
            (request_id, refusal.reason.as_str()),
            (MAX_WAITING.to_string(), "TOO_MANY_WAITING")
        );
    }
}
