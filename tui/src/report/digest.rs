//! The five sections of the supervisor's digest (DOMAIN.md §10). Amounts are in minor units.

/// Count and amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figure {
    /// How many.
    pub count: i64,
    /// For how much.
    pub amount: i128,
}

/// What a section is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionKind {
    /// 新增.
    New,
    /// 流动.
    Moved,
    /// 停滞.
    Stalled,
    /// 成交.
    Won,
    /// 激励.
    Rewarded,
}

impl SectionKind {
    /// Key of its name.
    pub const fn name_key(self) -> &'static str {
        match self {
            Self::New => "section-new",
            Self::Moved => "section-moved",
            Self::Stalled => "section-stalled",
            Self::Won => "section-won",
            Self::Rewarded => "section-rewarded",
        }
    }
}

/// One of the largest things of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The deal.
    pub deal_id: Option<u64>,
    /// Its name.
    pub name: String,
    /// What it adds.
    pub amount: i128,
}

/// A section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What it is about.
    pub kind: SectionKind,
    /// In the cycle.
    pub now: Figure,
    /// In the cycle before.
    pub before: Figure,
    /// The largest.
    pub top: Vec<Item>,
    /// Packets sent, of the rewarded section.
    pub packets_sent: Option<Figure>,
    /// Packets received, of the rewarded section.
    pub packets_received: Option<Figure>,
}

/// A digest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Digest {
    /// Whom it is about, in words.
    pub scope: String,
    /// New, moved, stalled, won, rewarded.
    pub sections: Vec<Section>,
}
