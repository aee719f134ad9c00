//! A simulated sales team: an invented past of ninety days from a seed, and then people at work.
//!
//! | module | for |
//! |---|---|
//! | [`plan`] | the past, invented: pure |
//! | [`mod@fill`] | the past, put into a server |
//! | [`duties`] | gate, requests for approval, goals |
//! | [`lived`] | the last weeks, lived by a clock that goes along |
//! | [`floor`] | what the team at work knows |
//! | [`visits`] | customers' sites and check-ins there |
//! | [`mod@live`] | the team at work |
//! | [`folder`] | a data folder that is gone afterwards |

pub mod duties;
pub mod fill;
pub mod floor;
pub mod folder;
pub mod live;
pub mod lived;
pub mod names;
pub mod plan;
pub mod random;
pub mod visits;

pub use fill::{FillOptions, Progress, fill};
pub use folder::TemporaryFolder;
pub use live::live;
