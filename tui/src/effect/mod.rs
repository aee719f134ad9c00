//! Carries out what the screen asks of the world: the only place that touches network, terminal state and clipboard on its behalf.

mod board_at;
pub mod clipboard;
mod detail;
pub mod drafts;
mod editor;
mod load;
pub mod memory_file;
mod preview;
pub mod settings_file;
mod submit;
mod submit_incentive;
mod submit_report;
pub mod theme_files;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};

use crate::client::{Connection, Endpoint};
use crate::effect_request::{Action, Effect, Herald};
use crate::embedded::Reviver;
use crate::feed::Patience;
use crate::message::{EditFailure, Msg, Refusal, ServerFact};
use crate::record::Micros;
use crate::report::Ask;
use crate::session::World;
use crate::terminal::backend::Letters;
use crate::terminal::reader::Pause;
use crate::terminal::{Guard, guard, notification, passthrough, probe};
use memory_file::MemoryFile;

/// Commands that may wait for a server that does not answer. A person who gave more than this by hand is a script.
pub const MAX_WAITING: usize = 1_024;

/// Deals and reports read at the same time; later ones wait.
const MAX_READS: usize = 8;

/// The title of the desktop's notifications.
const PRODUCT: &str = "Sluice";

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

    /// Starts the writer of what was typed and not saved; what it cannot write is told on the screen.
    pub fn keep_drafts(&self, path: PathBuf) -> drafts::Writer {
        let messages = self.messages.clone();
        let failed = move |reason: String| {
            // A session that has ended, or is too busy for it, needs no news of a draft.
            let _ = messages.try_send(Msg::EffectFailed(reason));
        };
        drafts::Writer::start(path, failed)
    }

    /// Reads a member's last activities; never waits.
    pub fn load_follow_ups(&self, member: u64) {
        let effects = self.clone();
        tokio::spawn(async move {
            // As above.
            let _permit = effects.reads.acquire().await;
            let result = detail::last_activities(&effects.connection, member).await;
            // A session that has ended needs no answer.
            let _ = effects
                .messages
                .send(Msg::Server(ServerFact::ActivitiesLoaded(result)))
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

    /// Reads the person's own themes; never waits.
    pub fn read_themes(&self, folder: Option<PathBuf>) {
        let Some(folder) = folder else { return };
        let messages = self.messages.clone();
        tokio::task::spawn_blocking(move || {
            let (themes, wrong) = theme_files::read_all(&folder);
            // A session that has ended needs no answer.
            let _ = messages.blocking_send(Msg::ThemesRead { themes, wrong });
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
    /// What reaches the server.
    pub effects: Effects,
    /// Holds the terminal; it is given back when this is dropped.
    pub guard: Guard,
    /// Makes the reader of keys leave the terminal to another program.
    pub pause: Pause,
    /// What the painter is told of the terminal's letters.
    pub letters: Arc<Letters>,
    /// Where what is remembered is written down.
    pub memory: MemoryFile,
    /// The folder of the person's own themes; none = there is no home folder.
    pub themes: Option<PathBuf>,
    /// Where what was typed and not saved is written down; none = nowhere.
    pub drafts: Option<drafts::Writer>,
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
            Effect::LoadFollowUps(member) => {
                self.effects.load_follow_ups(member);
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
            Effect::Draft(change) => match &self.drafts {
                Some(drafts) => drafts.write(change),
                None => Ok(()),
            },
            Effect::Copy(text) => copy(&text),
            Effect::Herald(call) => herald(&call),
            Effect::CaptureMouse(mouse) => self.guard.capture_mouse(mouse),
            Effect::Title(title) => self.title(&title),
            Effect::Remember(memory) => {
                self.memory.write(*memory);
                Ok(())
            }
            Effect::ReadThemes => {
                self.effects.read_themes(self.themes.clone());
                Ok(())
            }
            Effect::AskBackground => self.ask_background(),
            Effect::Letters {
                ambiguous_is_wide,
                ascii_only,
            } => {
                let letters = &self.letters;
                letters
                    .ambiguous_is_wide
                    .store(ambiguous_is_wide, Ordering::Relaxed);
                letters.ascii_only.store(ascii_only, Ordering::Relaxed);
                Ok(())
            }
            // The session does these itself.
            Effect::Suspend
            | Effect::Resume
            | Effect::Edit(_)
            | Effect::Redraw
            | Effect::Quit(_) => Ok(()),
        };
        if let Err(error) = result {
            self.effects.failed(error.to_string());
        }
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.guard.suspend()
    }

    fn resume(&mut self) -> io::Result<()> {
        self.guard.resume()
    }

    fn edit(&mut self, text: &str) -> io::Result<Result<String, EditFailure>> {
        self.pause.set(true);
        let edited = self
            .guard
            .lend(|| editor::edit(&editor::wanted(variable), text));
        self.pause.set(false);
        edited
    }
}

impl LocalWorld {
    fn title(&mut self, title: &str) -> io::Result<()> {
        if is_simple() {
            return Ok(());
        }
        self.guard.set_title(title)
    }

    fn ask_background(&self) -> io::Result<()> {
        if is_simple() {
            return Ok(());
        }
        guard::write(probe::BACKGROUND)
    }
}

/// A terminal that may print what it does not understand.
fn is_simple() -> bool {
    probe::is_simple(&variable("TERM").unwrap_or_default())
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Asks the terminal for its bell and for a notification.
fn herald(call: &Herald) -> io::Result<()> {
    let mut sequence = String::new();
    if call.bell {
        sequence.push_str(notification::BELL);
    }
    // A simple terminal would print what it does not understand.
    if let Some(text) = call.desktop.as_ref().filter(|_| !is_simple()) {
        let means = notification::means(call.means, variable);
        let in_tmux = passthrough::in_tmux(variable);
        sequence.push_str(&notification::desktop(means, PRODUCT, text, in_tmux));
    }
    guard::write(&sequence)
}

/// Hands text to the terminal's clipboard.
fn copy(text: &str) -> io::Result<()> {
    guard::write(&clipboard::sequence(
        text,
        clipboard::Multiplexer::of(variable),
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;

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
