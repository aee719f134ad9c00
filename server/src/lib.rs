//! The Sluice server as a library: engine, store and gRPC API around the pure domain.
//!
//! | module | holds | may name |
//! |---|---|---|
//! | [`engine`] | the writer thread, group commit, the published state, watches | domain, `store`, tokio's channels |
//! | [`store`] | rows, their encoding, sled, the faulty memory, compaction | domain; sled in two files only |
//! | [`commit`] | what a commit is, shared by both | domain |
//! | [`delivery`] | webhooks and e-mail from the outbox | `engine`, an HTTP and an SMTP client |
//! | [`grpc`] | `sluice.v1`: convert, call the engine, convert | engine, proto; never the store |
//! | [`listen`], [`host`] | sockets; what the machine says about itself | the operating system |
//! | [`server`] | a data folder becomes a running server | all |

pub mod commit;
pub mod delivery;
pub mod engine;
pub mod grpc;
pub mod host;
pub mod listen;
pub mod server;
pub mod store;

pub use delivery::SmtpOptions;
pub use engine::ManualClock;
pub use server::{RunningServer, Server, ServerOptions, SetUpDefaults, StartError};
pub use sluice_domain::Timestamp;
