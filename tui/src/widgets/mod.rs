//! Small painters shared by screens and layers.
