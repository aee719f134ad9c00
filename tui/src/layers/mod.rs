//! Painting of what lies above a screen.
