//! The words on the screen, in Fluent bundles: no visible literal lives anywhere else.

/// A language the screen speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English; numbers as 1.2M.
    #[default]
    En,
    /// Simplified Chinese; numbers as 120万.
    ZhCn,
}
