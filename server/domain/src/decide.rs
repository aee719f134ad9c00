//! Judges a command against a state: facts, or everything that is wrong with it.

use serde::{Deserialize, Serialize};

use crate::command::Command;
use crate::event::Event;
use crate::id::MemberId;
use crate::rejection::{Reason, Rejection};
use crate::state::State;
use crate::time::Timestamp;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The member they are, if known.
    pub member: Option<MemberId>,
    /// Who they are, for people: `unix:1000 (kim)`, `tcp:127.0.0.1`, `system`.
    pub label: String,
}

/// What a decision depends on besides state and command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// The time.
    pub now: Timestamp,
    /// Who asks.
    pub actor: Actor,
}

/// Judges a command. Facts come with the one the command was about first; no facts: nothing needs to change.
pub fn decide(
    state: &State,
    command: &Command,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    let _ = (state, command, context);
    Err(Rejection::new(Reason::InvalidArgument, "", ""))
}

/// When `Command::Tick` will next have something to do.
pub fn next_deadline(state: &State) -> Option<Timestamp> {
    let _ = state;
    None
}
