//! Cards by id, order per stage and totals, kept incrementally.
