//! The fields of the forms about incentives: what each is called, and what is shown while it is empty.

/// Which field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "each is the field of its name in a scheme's terms"
)]
pub enum SchemeField {
    Scheme,
    Member,
    Reward,
    Praise,
    Unit,
    On,
    Fixed,
    Share,
    Floor,
    Cap,
    Vesting,
    WithoutActivity,
    Metric,
    Measure,
    Target,
    Each,
    Once,
    Pays,
    PerField,
    Fields,
    Threshold,
    Complete,
    CheckIns,
    Kinds,
    DailyCap,
    Gap,
    Schemes,
    SplitShare,
    Method,
    To,
    Hours,
    By,
    Contender,
    Prizes,
    Tiers,
    MonthlyCap,
    Audience,
    Pipelines,
    Stages,
    Budget,
    MemberCap,
    MemberCapPer,
    Approval,
    ClaimDays,
}

impl SchemeField {
    /// Key of its label.
    pub const fn label_key(self) -> &'static str {
        match self {
            Self::Scheme => "field-scheme",
            Self::Member => "field-member",
            Self::Reward => "field-reward-amount",
            Self::Praise => "field-praise",
            Self::Unit => "field-unit",
            Self::On => "field-on",
            Self::Fixed => "field-fixed",
            Self::Share => "field-share",
            Self::Floor => "field-floor",
            Self::Cap => "field-cap",
            Self::Vesting => "field-vesting",
            Self::WithoutActivity => "field-without-activity",
            Self::Metric => "field-metric",
            Self::Measure => "field-measure",
            Self::Target => "field-target",
            Self::Each => "field-each",
            Self::Once => "field-once",
            Self::Pays => "field-pays",
            Self::PerField => "field-per-field",
            Self::Fields => "field-fields",
            Self::Threshold => "field-threshold",
            Self::Complete => "field-complete",
            Self::CheckIns => "field-check-ins",
            Self::Kinds => "field-kinds",
            Self::DailyCap => "field-daily-cap",
            Self::Gap => "field-gap",
            Self::Schemes => "field-schemes",
            Self::SplitShare => "field-split-share",
            Self::Method => "field-method",
            Self::To => "field-to",
            Self::Hours => "field-hours",
            Self::By => "field-by",
            Self::Contender => "field-contender",
            Self::Prizes => "field-prizes",
            Self::Tiers => "field-tiers",
            Self::MonthlyCap => "field-monthly-cap",
            Self::Audience => "field-audience",
            Self::Pipelines => "field-pipelines",
            Self::Stages => "field-stages",
            Self::Budget => "field-budget",
            Self::MemberCap => "field-member-cap",
            Self::MemberCapPer => "field-member-cap-per",
            Self::Approval => "field-approval",
            Self::ClaimDays => "field-claim-days",
        }
    }

    /// Key of the example shown while it is empty; none for a choice.
    pub const fn example_key(self) -> Option<&'static str> {
        Some(match self {
            Self::Reward | Self::Pays | Self::MonthlyCap => "example-reward",
            Self::Praise => "example-praise",
            Self::Fixed => "example-fixed",
            Self::Share => "example-share",
            Self::Floor
            | Self::Cap
            | Self::PerField
            | Self::Complete
            | Self::DailyCap
            | Self::Gap
            | Self::Budget
            | Self::MemberCap => "example-none",
            Self::Vesting => "example-vesting",
            Self::Target => "example-target",
            Self::Once => "example-once",
            Self::Fields => "example-fields",
            Self::Threshold => "example-threshold",
            Self::Kinds => "example-kinds",
            Self::Schemes | Self::Pipelines | Self::Stages => "example-all",
            Self::SplitShare => "example-split-share",
            Self::Hours => "example-hours",
            Self::Prizes => "example-prizes",
            Self::Tiers => "example-tiers",
            Self::Audience => "example-audience",
            Self::ClaimDays => "example-claim-days",
            _ => return None,
        })
    }
}
