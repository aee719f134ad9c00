//! Typed gRPC clients over one channel.
