//! Black-box tests: the real programs as processes, spoken to over their sockets and terminals only.
//!
//! Nothing here waits for time to pass: every wait is for a condition and has a bound.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]
#![allow(clippy::print_stdout, reason = "a skipped test says why")]

mod api_errors;
mod commands;
mod deliveries;
mod drain;
mod durability;
mod finding;
mod folders;
mod gates;
mod import;
mod incentives;
mod process;
mod recompute;
mod scripting;
mod takeover;
mod terminal;
mod tidy;
mod traffic;
mod watch;
