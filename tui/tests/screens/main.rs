//! The screen client without a terminal: facts in, state, effects and pictures out.

mod answers;
mod arranged;
mod attention;
mod bulk;
mod bundles;
mod bytes;
mod entering;
mod fixture;
mod hostile;
mod incentives;
mod keys;
mod leaderboards;
mod lively;
mod look;
mod looping;
mod mouse;
mod moves;
mod past;
mod promised;
mod properties;
mod reports;
mod rewarded;
mod rewards;
mod sheets;
mod typing;
mod walls;
