//! What the terminal's window does, beside how it looks: data.

use crate::record::Micros;

/// What the terminal does, beside how it looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terminal {
    /// The person looks at another window.
    pub unfocused: bool,
    /// When its background was asked for last, after the start.
    pub asked: Option<Micros>,
    /// What its window is called.
    pub title: String,
    /// It takes bytes slowly.
    pub slow: bool,
}
