//! The loop: await one message, drain the rest, run effects, draw once.
