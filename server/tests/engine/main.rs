//! The engine and its store from outside: durability, recovery, watches, compaction, bounds.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod compaction;
mod crash;
mod disk;
mod golden;
mod golden_incentives;
mod memory;
mod retention;
mod slices;
mod stagnation;
mod submit;
mod support;
mod watch;
