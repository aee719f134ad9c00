//! Views that people keep by a name: filter and order.

/// A saved view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SavedView {
    /// `savedViews/ID`.
    pub id: u64,
    /// What people call it.
    pub name: String,
    /// Who saved it.
    pub owner_id: Option<u64>,
    /// Everybody sees it.
    pub shared: bool,
    /// Which deals, in the filter grammar.
    pub filter: String,
    /// In which order, e.g. `amount desc`.
    pub order_by: String,
    /// Revision of its last change.
    pub revision: u64,
}
