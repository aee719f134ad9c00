//! The gRPC API: convert, engine, convert; one noun a file.

pub mod api;
mod boards;
pub mod connection;
pub mod convert;
pub mod deadline;
mod handlers;
pub mod page;
pub mod panic;
pub mod past;
pub mod preview;
pub mod refuse;
pub mod router;
pub mod serve;
pub mod status;
pub mod watch;
