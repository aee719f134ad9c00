//! The loop: await one message, drain the rest, run the effects, draw once. It knows no RPC type and reads no clock of its own.

mod drain;

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use ratatui::Terminal;
use ratatui::backend::Backend;

use crate::message::{EditFailure, Msg, TerminalFact};
use crate::model::{Effect, Exit, Micros, Model, SECOND_US};
use crate::screens;
use crate::update::update;
use drain::Drain;

/// Most messages taken in before a frame is drawn.
pub const MAX_DRAIN: usize = 4_096;
/// Longest time spent on taking them in.
pub const MAX_DRAIN_US: Micros = 4_000;
/// Frames a second on a local terminal.
pub const LOCAL_FRAMES_PER_SECOND: i64 = 60;
/// Frames a second over SSH.
pub const REMOTE_FRAMES_PER_SECOND: i64 = 30;

/// Frames a second that the server causes where nothing is to move by itself.
pub const CALM_FRAMES_PER_SECOND: i64 = 2;

/// What the loop needs of the world around it.
pub trait World {
    /// Microseconds since the Unix epoch.
    fn now(&mut self) -> Micros;
    /// A future that ends after this long.
    fn sleep(&mut self, duration: Duration) -> impl Future<Output = ()> + Send;
    /// Starts an effect; its answer comes back as a message. Must not wait.
    fn perform(&mut self, effect: Effect);
    /// Gives the terminal to the shell, and takes it back when the person returns.
    ///
    /// # Errors
    /// When the terminal can no longer be used.
    fn suspend(&mut self) -> io::Result<()>;
    /// Takes the terminal again after the process was stopped by somebody else.
    ///
    /// # Errors
    /// When the terminal can no longer be used.
    fn resume(&mut self) -> io::Result<()>;
    /// Has a text edited with the person's own editor, which has the terminal meanwhile.
    ///
    /// # Errors
    /// When the terminal can no longer be used.
    fn edit(&mut self, text: &str) -> io::Result<Result<String, EditFailure>>;
}

/// Runs until the person leaves, the input ends or the terminal is gone.
///
/// `input` carries keys, resizes and server facts alike; the end of it is a hang-up.
///
/// # Errors
/// When the terminal cannot be written to.
pub async fn run<B, I, W>(
    terminal: &mut Terminal<B>,
    model: &mut Model,
    input: I,
    world: &mut W,
    frames_per_second: i64,
) -> io::Result<Exit>
where
    B: Backend,
    B::Error: Send + Sync + 'static,
    I: Stream<Item = Msg>,
    W: World,
{
    let mut input = pin!(input.fuse());
    let frame_us = SECOND_US / frames_per_second.max(1);
    let mut last_frame = Micros::MIN / 2;
    let mut drain = Drain::default();
    let size = terminal.size().map_err(broken)?;
    let mut urgent = true;
    let first = Msg::Resize {
        width: size.width,
        height: size.height,
    };
    // Before the first picture nothing is wished of the world.
    update(model, Msg::Clock { now: world.now() });
    update(model, first);
    loop {
        let now = world.now();
        let frame_us = if model.reduced_motion {
            frame_us.max(SECOND_US / CALM_FRAMES_PER_SECOND)
        } else {
            frame_us
        };
        if model.dirty && (urgent || now - last_frame >= frame_us) {
            draw(terminal, model)?;
            last_frame = now;
            urgent = false;
            if let Some(slow) = drain.drawn(now, world.now()) {
                let fact = Msg::Terminal(TerminalFact::SlowLink(slow));
                for effect in update(model, fact) {
                    world.perform(effect);
                }
            }
        }
        // The next frame when one is due, else the moment something on the screen changes by itself, else only a message.
        let wake = if model.dirty {
            Some(last_frame + frame_us)
        } else {
            model.next_wakeup()
        };
        let message = match wake {
            Some(at) => {
                let wait = Duration::from_micros(u64::try_from(at - now).unwrap_or(0));
                let sleep = pin!(world.sleep(wait));
                match futures_util::future::select(input.next(), sleep).await {
                    futures_util::future::Either::Left((message, _)) => Some(message),
                    futures_util::future::Either::Right(_) => None,
                }
            }
            None => Some(input.next().await),
        };
        let start = world.now();
        for effect in update(model, Msg::Clock { now: start }) {
            world.perform(effect);
        }
        let Some(first) = message else {
            continue;
        };
        let mut next = Some(first.unwrap_or(Msg::HungUp));
        let mut taken = 0;
        while let Some(message) = next.take() {
            urgent |= is_urgent(&message);
            let mut effects = VecDeque::from(update(model, message));
            while let Some(effect) = effects.pop_front() {
                match effect {
                    Effect::Quit(exit) => return Ok(exit),
                    Effect::Suspend => {
                        world.suspend()?;
                        effects.extend(taken_again(terminal, model)?);
                    }
                    Effect::Resume => {
                        world.resume()?;
                        effects.extend(taken_again(terminal, model)?);
                    }
                    Effect::Edit(text) => {
                        let edited = world.edit(&text)?;
                        effects.extend(taken_again(terminal, model)?);
                        effects.extend(update(model, Msg::Edited(edited)));
                    }
                    Effect::Redraw => terminal.clear().map_err(broken)?,
                    other => world.perform(other),
                }
            }
            taken += 1;
            if taken < MAX_DRAIN && world.now() - start < MAX_DRAIN_US {
                // Only what is there already: never waits.
                next = futures_util::FutureExt::now_or_never(input.next())
                    .map(|message| message.unwrap_or(Msg::HungUp));
            }
        }
    }
}

/// Somebody else had the terminal: all is painted again, at the size it has now.
fn taken_again<B>(terminal: &mut Terminal<B>, model: &mut Model) -> io::Result<Vec<Effect>>
where
    B: Backend,
    B::Error: Send + Sync + 'static,
{
    terminal.clear().map_err(broken)?;
    let size = terminal.size().map_err(broken)?;
    let (width, height) = (size.width, size.height);
    Ok(update(model, Msg::Resize { width, height }))
}

/// What the person did is shown at once; what the server did may wait for the frame.
fn is_urgent(message: &Msg) -> bool {
    !matches!(message, Msg::Server(_) | Msg::Clock { .. })
}

fn draw<B>(terminal: &mut Terminal<B>, model: &mut Model) -> io::Result<()>
where
    B: Backend,
    B::Error: Send + Sync + 'static,
{
    let mut hits = None;
    terminal
        .draw(|frame| hits = Some(screens::view(model, frame)))
        .map_err(broken)?;
    if let Some(hits) = hits {
        model.hits = hits;
    }
    model.dirty = false;
    Ok(())
}

/// The backend's error as what it is, so that a caller can tell a closed terminal from a fault.
fn broken<E: std::error::Error + Send + Sync + 'static>(error: E) -> io::Error {
    let error: Box<dyn std::error::Error + Send + Sync> = Box::new(error);
    match error.downcast::<io::Error>() {
        Ok(error) => *error,
        Err(other) => io::Error::other(other),
    }
}
