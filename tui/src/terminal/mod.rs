//! The terminal: bytes out, capabilities, restoring.
