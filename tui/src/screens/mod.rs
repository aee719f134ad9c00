//! Painting of whole screens.
