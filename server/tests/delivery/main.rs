//! Messages to other systems: what arrives, once, whatever fails on the way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod http;
mod mail;
mod smtp;
mod support;
mod webhooks;
