//! All state of the screen client: plain data, no handles, no clock.

pub use crate::effect_request::{Action, Changes, Draft, Effect, Exit, NamedRef, PipelineTemplate};
pub use crate::record::*;
