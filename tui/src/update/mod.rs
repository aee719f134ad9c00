//! Messages to new state and effects: pure, synchronous, total.
