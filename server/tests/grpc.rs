//! The API over real sockets, with the generated clients.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "grpc/support.rs"]
mod support;

#[path = "grpc/changes.rs"]
mod changes;
#[path = "grpc/company.rs"]
mod company;
#[path = "grpc/contacts.rs"]
mod contacts;
#[path = "grpc/errors.rs"]
mod errors;
#[path = "grpc/finding.rs"]
mod finding;
#[path = "grpc/funnels.rs"]
mod funnels;
#[path = "grpc/gates.rs"]
mod gates;
#[path = "grpc/goals.rs"]
mod goals;
#[path = "grpc/incentive_errors.rs"]
mod incentive_errors;
#[path = "grpc/incentive_reports.rs"]
mod incentive_reports;
#[path = "grpc/incentive_support.rs"]
mod incentive_support;
#[path = "grpc/incentives.rs"]
mod incentives;
#[path = "grpc/leaderboards.rs"]
mod leaderboards;
#[path = "grpc/lists.rs"]
mod lists;
#[path = "grpc/messages.rs"]
mod messages;
#[path = "grpc/packet_rush.rs"]
mod packet_rush;
#[path = "grpc/process.rs"]
mod process;
#[path = "grpc/reports.rs"]
mod reports;
#[path = "grpc/shutdown.rs"]
mod shutdown;
#[path = "grpc/surroundings.rs"]
mod surroundings;
#[path = "grpc/totals.rs"]
mod totals;
#[path = "grpc/watches.rs"]
mod watches;
