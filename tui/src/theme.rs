//! Semantic roles to styles.
