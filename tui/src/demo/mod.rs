//! A simulated sales team: an invented past of ninety days from a seed, and then people at work.
//!
//! | module | for |
//! |---|---|
//! | [`plan`] | the past, invented: pure |
//! | [`mod@fill`] | the past, put into a server |
//! | [`mod@live`] | the team at work |
//! | [`folder`] | a data folder that is gone afterwards |

pub mod fill;
pub mod folder;
pub mod live;
pub mod names;
pub mod plan;
pub mod random;

pub use fill::{FillOptions, Progress, fill};
pub use folder::TemporaryFolder;
pub use live::live;
