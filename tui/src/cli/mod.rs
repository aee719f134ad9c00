//! The scripting commands.
