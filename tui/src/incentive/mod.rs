//! Incentives in the client's own plain types (DOMAIN.md §6): schemes, rewards, packets, badges, and what of them is the person's.

pub mod action;
pub mod field;
pub mod purse;
pub mod reward;
pub mod scheme;

pub use action::IncentiveAction;
pub use purse::{Balance, Own, Purse};
pub use reward::{
    Badge, BadgeKind, Cause, EndReason, IncentiveFact, Packet, PacketState, Reward, RewardChange,
    RewardState, Split,
};
pub use scheme::{Rule, Scheme, SchemeState, Template, Terms};

/// What rewards are counted in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// Points (积分).
    #[default]
    Points,
    /// Money, in minor units of the workspace's currency.
    Money,
}

impl Unit {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Points, Self::Money];

    /// Key of its name.
    pub const fn name_key(self) -> &'static str {
        match self {
            Self::Points => "unit-points",
            Self::Money => "unit-money",
        }
    }
}

/// The systems of rewards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum System {
    /// A target before a deadline.
    Task,
    /// Creating, moving, winning, reviving deals.
    #[default]
    Opportunity,
    /// Data of customers.
    CustomerData,
    /// Activities and check-ins.
    Activity,
    /// A share of each reward for the team.
    Split,
    /// Ranks and attainment at the end of a cycle.
    Ranking,
    /// A manager's personal reward.
    Grant,
}

impl System {
    /// All, in the order of DOMAIN.md §6.
    pub const ALL: [Self; 7] = [
        Self::Task,
        Self::Opportunity,
        Self::CustomerData,
        Self::Activity,
        Self::Split,
        Self::Ranking,
        Self::Grant,
    ];

    /// Key of a few words about it.
    pub const fn about_key(self) -> &'static str {
        match self {
            Self::Task => "system-about-task",
            Self::Opportunity => "system-about-opportunity",
            Self::CustomerData => "system-about-customer-data",
            Self::Activity => "system-about-activity",
            Self::Split => "system-about-split",
            Self::Ranking => "system-about-ranking",
            Self::Grant => "system-about-grant",
        }
    }

    /// Key of its name.
    pub const fn name_key(self) -> &'static str {
        match self {
            Self::Task => "system-task",
            Self::Opportunity => "system-opportunity",
            Self::CustomerData => "system-customer-data",
            Self::Activity => "system-activity",
            Self::Split => "system-split",
            Self::Ranking => "system-ranking",
            Self::Grant => "system-grant",
        }
    }
}

/// A field of a customer's record that can be rewarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each is the field of its name")]
pub enum CustomerField {
    Industry,
    Region,
    Website,
    Phone,
    Note,
    Site,
    Contact,
    Decider,
}

impl CustomerField {
    /// All.
    pub const ALL: [Self; 8] = [
        Self::Industry,
        Self::Region,
        Self::Website,
        Self::Phone,
        Self::Note,
        Self::Site,
        Self::Contact,
        Self::Decider,
    ];

    /// Key of its name.
    pub const fn name_key(self) -> &'static str {
        match self {
            Self::Industry => "data-industry",
            Self::Region => "data-region",
            Self::Website => "data-website",
            Self::Phone => "data-phone",
            Self::Note => "data-note",
            Self::Site => "data-site",
            Self::Contact => "data-contact",
            Self::Decider => "data-decider",
        }
    }
}
