//! The terminal itself: bytes out, capabilities asked and guessed, everything put back at the end.

pub mod backend;
pub mod color;
pub mod crash;
pub mod guard;
pub mod input;
pub mod notification;
pub mod passthrough;
pub mod pen;
pub mod probe;
pub mod reader;
mod sequence;

pub use backend::PaintBackend;
pub use color::Depth;
pub use guard::Guard;
