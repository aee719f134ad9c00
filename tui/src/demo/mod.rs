//! A simulated sales team.
