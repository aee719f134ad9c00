//! Imports of real histories.
