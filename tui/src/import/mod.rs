//! Imports histories of other systems: a table and a mapping become opportunities with their own times.
//!
//! ```text
//!  mapping (TOML) ─┐
//!  reading (CSV) ──┼─▶ row (pure) ─▶ run ─▶ shipment (500 rows a commit) ─▶ server
//!  directory ──────┘                  ├─▶ rejects (file to correct), conflict (list) ─▶ report
//! ```
//! Of a file only one batch is held in memory; of a history also sixteen bytes a row, to find what contradicts what.

pub mod conflict;
pub mod directory;
pub mod guess;
pub mod history;
pub mod mapping;
pub mod moment;
pub mod names;
pub mod number;
pub mod progress;
pub mod reading;
pub mod rejects;
pub mod report;
pub mod row;
pub mod run;
pub mod shipment;
pub mod template;
