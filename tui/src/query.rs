//! The filter's grammar and matching.
