//! The Sluice server as a library: engine, store and gRPC API around the pure domain.

pub mod grpc;
pub mod server;

pub use server::{RunningServer, Server, ServerOptions, SetUpDefaults, StartError};
