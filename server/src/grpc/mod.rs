//! The gRPC API: convert, engine, convert; one noun a file.

pub mod connection;
pub mod deadline;
pub mod page;
pub mod panic;
pub mod status;
