//! What a search over everything found.

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoundKind {
    /// A deal.
    Deal,
    /// A customer.
    Customer,
    /// A contact.
    Contact,
    /// An activity.
    Activity,
}

impl FoundKind {
    /// Key of its heading.
    pub const fn name_key(self) -> &'static str {
        match self {
            Self::Deal => "found-deals",
            Self::Customer => "found-customers",
            Self::Contact => "found-contacts",
            Self::Activity => "found-activities",
        }
    }
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub kind: FoundKind,
    /// Its number.
    pub id: u64,
    /// Its name, or an activity's purpose.
    pub title: String,
    /// What it belongs to.
    pub subtitle: String,
    /// The text that agrees, where it is not the title.
    pub text: String,
    /// The deal to go to, when it is not the thing itself.
    pub deal_id: Option<u64>,
}

/// All that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// By kind, best first.
    pub hits: Vec<Hit>,
    /// How many there are in all.
    pub total: u64,
}
