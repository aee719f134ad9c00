//! The one-line entry's grammar.
