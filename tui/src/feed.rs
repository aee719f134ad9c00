//! The watch stream as batches of facts.
