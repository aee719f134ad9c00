//! The laws of the domain, as properties and golden examples, in one test binary.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

#[path = "laws/actions.rs"]
mod actions;
#[path = "laws/approvals.rs"]
mod approvals;
#[path = "laws/badges.rs"]
mod badges;
#[path = "laws/check_ins.rs"]
mod check_ins;
#[path = "laws/clock_changes.rs"]
mod clock_changes;
#[path = "laws/completeness.rs"]
mod completeness;
#[path = "laws/contacts.rs"]
mod contacts;
#[path = "laws/digests.rs"]
mod digests;
#[path = "laws/duties.rs"]
mod duties;
#[path = "laws/fairness.rs"]
mod fairness;
#[path = "laws/filter_cases.rs"]
mod filter_cases;
#[path = "laws/filters.rs"]
mod filters;
#[path = "laws/gates.rs"]
mod gates;
#[path = "laws/goals.rs"]
mod goals;
#[path = "laws/golden.rs"]
mod golden;
#[path = "laws/grammar.rs"]
mod grammar;
#[path = "laws/imports.rs"]
mod imports;
#[path = "laws/incentive_world.rs"]
mod incentive_world;
#[path = "laws/incentives.rs"]
mod incentives;
#[path = "laws/leaderboard_income.rs"]
mod leaderboard_income;
#[path = "laws/leaderboards.rs"]
mod leaderboards;
#[path = "laws/ledger.rs"]
mod ledger;
#[path = "laws/metrics.rs"]
mod metrics;
#[path = "laws/org.rs"]
mod org;
#[path = "laws/packets.rs"]
mod packets;
#[path = "laws/past.rs"]
mod past;
#[path = "laws/payouts.rs"]
mod payouts;
#[path = "laws/places.rs"]
mod places;
#[path = "laws/properties.rs"]
mod properties;
#[path = "laws/rankings.rs"]
mod rankings;
#[path = "laws/rehearsal.rs"]
mod rehearsal;
#[path = "laws/rejections.rs"]
mod rejections;
#[path = "laws/reports.rs"]
mod reports;
#[path = "laws/reward_statistics.rs"]
mod reward_statistics;
#[path = "laws/rewards.rs"]
mod rewards;
#[path = "laws/saved_views.rs"]
mod saved_views;
#[path = "laws/scheme_templates.rs"]
mod scheme_templates;
#[path = "laws/schemes.rs"]
mod schemes;
#[path = "laws/search.rs"]
mod search;
#[path = "laws/sentences.rs"]
mod sentences;
#[path = "laws/stagnation.rs"]
mod stagnation;
#[path = "laws/stalled.rs"]
mod stalled;
#[path = "laws/stored.rs"]
mod stored;
#[path = "laws/summaries.rs"]
mod summaries;
#[path = "laws/ticks.rs"]
mod ticks;
#[path = "laws/undone.rs"]
mod undone;
#[path = "laws/world.rs"]
mod world;
