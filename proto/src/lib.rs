//! The gRPC API of Sluice: generated messages, clients and servers of package `sluice.v1`, and its descriptor set.
//!
//! The `.proto` files beside this crate are the source; their comments are the documentation.

/// Package `sluice.v1`.
pub mod v1 {
    #![allow(
        missing_docs,
        clippy::all,
        clippy::pedantic,
        rustdoc::all,
        reason = "generated"
    )]
    tonic::include_proto!("sluice.v1");
}

/// The descriptor set of `sluice.v1` and the well-known types it uses, encoded; for reflection and JSON.
pub const DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sluice.v1.binpb"));
