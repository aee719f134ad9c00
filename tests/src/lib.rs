//! What the black-box tests and the benchmarks share: servers to start, data to fill them, watches to record and judge.
//!
//! | module | the one thing it is for |
//! |---|---|
//! | [`harness`] | real server processes on folders of their own: start, kill, restart |
//! | [`client`] | typed clients over one channel, and the calls that tests make most |
//! | [`wait`] | waiting for a condition, with a bound |
//! | [`sample`] | seeded sample data |
//! | [`history`] | a recorded watch, and the view that folding it gives |
//! | [`recorder`] | records a watch over gRPC |
//! | [`validators`] | the watch contract G1–G10, each a function over recorded histories |
//! | [`load`] | so many calls in flight for a while, and the bare server to compare with |
//! | [`meter`] | latency histograms, process memory, folder sizes: what benchmarks print |

pub mod client;
pub mod harness;
pub mod history;
pub mod load;
pub mod meter;
pub mod recorder;
pub mod sample;
pub mod validators;
pub mod wait;
