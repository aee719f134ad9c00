//! The terms of a filter, and which kinds of things each is about.

use crate::cycle::Cycle;
use crate::entity::EntityKind;
use crate::time::Date;

/// A field with texts in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextField {
    Id,
    Name,
    ExternalId,
    Pipeline,
    Stage,
    Owner,
    Customer,
    Team,
    Source,
    Grade,
    Note,
    Competitor,
    Collaborator,
    Contact,
    Opportunity,
    Industry,
    Region,
    Website,
    Phone,
    Email,
    Title,
    Role,
    Stance,
    Kind,
    Purpose,
    Member,
    Manager,
    UnixUser,
    Collection,
}

use EntityKind as Of;
use TextField as Text;

/// Every field: how it is written, and what has it.
pub(crate) const TEXT_FIELDS: [(&str, TextField, &[EntityKind]); 29] = [
    (
        "id",
        Text::Id,
        &[
            Of::Team,
            Of::Member,
            Of::Pipeline,
            Of::Customer,
            Of::Contact,
            Of::Opportunity,
            Of::Activity,
            Of::SavedView,
        ],
    ),
    (
        "name",
        Text::Name,
        &[
            Of::Workspace,
            Of::Team,
            Of::Member,
            Of::Pipeline,
            Of::Customer,
            Of::Contact,
            Of::Opportunity,
            Of::SavedView,
        ],
    ),
    (
        "external_id",
        Text::ExternalId,
        &[Of::Team, Of::Member, Of::Customer, Of::Opportunity],
    ),
    ("pipeline", Text::Pipeline, &[Of::Opportunity]),
    ("stage", Text::Stage, &[Of::Opportunity, Of::Pipeline]),
    (
        "owner",
        Text::Owner,
        &[Of::Opportunity, Of::Customer, Of::SavedView],
    ),
    (
        "customer",
        Text::Customer,
        &[Of::Opportunity, Of::Contact, Of::Activity],
    ),
    (
        "team",
        Text::Team,
        &[Of::Opportunity, Of::Customer, Of::Member],
    ),
    ("source", Text::Source, &[Of::Opportunity]),
    ("grade", Text::Grade, &[Of::Opportunity]),
    (
        "note",
        Text::Note,
        &[Of::Opportunity, Of::Customer, Of::Activity],
    ),
    ("competitor", Text::Competitor, &[Of::Opportunity]),
    ("collaborator", Text::Collaborator, &[Of::Opportunity]),
    ("contact", Text::Contact, &[Of::Opportunity, Of::Activity]),
    ("opportunity", Text::Opportunity, &[Of::Activity]),
    ("industry", Text::Industry, &[Of::Customer]),
    ("region", Text::Region, &[Of::Customer]),
    ("website", Text::Website, &[Of::Customer]),
    ("phone", Text::Phone, &[Of::Customer, Of::Contact]),
    ("email", Text::Email, &[Of::Contact, Of::Member]),
    ("title", Text::Title, &[Of::Contact]),
    ("role", Text::Role, &[Of::Contact, Of::Member]),
    ("stance", Text::Stance, &[Of::Contact]),
    ("kind", Text::Kind, &[Of::Activity]),
    ("purpose", Text::Purpose, &[Of::Activity]),
    ("member", Text::Member, &[Of::Activity]),
    ("manager", Text::Manager, &[Of::Team]),
    ("unix_user", Text::UnixUser, &[Of::Member]),
    ("collection", Text::Collection, &[Of::SavedView]),
];

/// How a text must agree; keys are normalised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TextMatch {
    Contains(String),
    Exact(String),
    Prefix(String),
    Absent,
}

/// A field with a day in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateField {
    Contract,
    Created,
    Closed,
    Occurred,
    FollowUp,
}

pub(crate) const DATE_FIELDS: [(&str, DateField, &[EntityKind]); 5] = [
    ("date", DateField::Contract, &[Of::Opportunity]),
    (
        "created",
        DateField::Created,
        &[
            Of::Workspace,
            Of::Team,
            Of::Member,
            Of::Pipeline,
            Of::Customer,
            Of::Contact,
            Of::Opportunity,
            Of::Activity,
            Of::SavedView,
        ],
    ),
    ("closed", DateField::Closed, &[Of::Opportunity]),
    ("occurred", DateField::Occurred, &[Of::Activity]),
    ("follow_up", DateField::FollowUp, &[Of::Activity]),
];

/// Which days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateMatch {
    /// Of a cycle.
    In(Cycle),
    /// Before a day.
    Before(Date),
    /// Not before a day.
    From(Date),
    /// No day is set.
    Absent,
}

/// A number of an opportunity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberField {
    /// In units of the currency, times `NUMBER_SCALE`.
    Amount,
    /// The same.
    Weighted,
    /// In percent, times `NUMBER_SCALE`.
    Probability,
    /// Days in its stage, times `NUMBER_SCALE`.
    Stale,
}

/// Four decimals are kept of a number: as many as any currency has.
pub(crate) const NUMBER_DECIMALS: u32 = 4;
/// What numbers are multiplied by to be whole.
pub(crate) const NUMBER_SCALE: i128 = 10_i128.pow(NUMBER_DECIMALS);

pub(crate) const NUMBER_FIELDS: [(&str, NumberField); 4] = [
    ("amount", NumberField::Amount),
    ("weighted", NumberField::Weighted),
    ("probability", NumberField::Probability),
    ("stale", NumberField::Stale),
];

/// From the first number to the last one, both included; none = no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct NumberRange {
    pub(crate) from: Option<i128>,
    pub(crate) to: Option<i128>,
}

impl NumberRange {
    pub(crate) fn contains(&self, value: i128) -> bool {
        self.from.is_none_or(|from| value >= from) && self.to.is_none_or(|to| value <= to)
    }
}

/// A yes-or-no field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FlagField {
    Archived,
    Stalled,
    Active,
    Retired,
    Shared,
}

pub(crate) const FLAG_FIELDS: [(&str, FlagField, &[EntityKind]); 5] = [
    ("archived", FlagField::Archived, &[Of::Opportunity]),
    ("stalled", FlagField::Stalled, &[Of::Opportunity]),
    ("active", FlagField::Active, &[Of::Member]),
    ("retired", FlagField::Retired, &[Of::Pipeline]),
    ("shared", FlagField::Shared, &[Of::SavedView]),
];

/// What a term tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    /// The name contains this key.
    Words(String),
    /// The name has the letters of this key, in order.
    Fuzzy(String),
    Text(TextField, TextMatch),
    /// The stage's place among those in use, from 1.
    StagePosition(usize),
    Number(NumberField, NumberRange),
    Date(DateField, DateMatch),
    Status(crate::stage::StageKind),
    Flag(FlagField, bool),
}

/// A term and where it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) position: usize,
    pub(crate) negated: bool,
    pub(crate) test: Test,
}

impl Test {
    /// Whether things of a kind have the field.
    pub(crate) fn applies_to(&self, kind: EntityKind) -> bool {
        match self {
            Self::Words(_) | Self::Fuzzy(_) => true,
            Self::Text(field, _) => TEXT_FIELDS
                .iter()
                .any(|(_, other, kinds)| other == field && kinds.contains(&kind)),
            Self::Date(field, _) => DATE_FIELDS
                .iter()
                .any(|(_, other, kinds)| other == field && kinds.contains(&kind)),
            Self::Flag(field, _) => FLAG_FIELDS
                .iter()
                .any(|(_, other, kinds)| other == field && kinds.contains(&kind)),
            Self::StagePosition(_) | Self::Number(..) | Self::Status(_) => {
                kind == EntityKind::Opportunity
            }
        }
    }

    /// Whether it reads things of a kind to judge a thing of another.
    pub(crate) fn depends_on(&self, kind: EntityKind) -> bool {
        let read: &[EntityKind] = match self {
            Self::Words(_) | Self::Fuzzy(_) => &[Of::Customer, Of::Opportunity],
            Self::Text(field, _) => match field {
                Text::Pipeline | Text::Stage => &[Of::Pipeline],
                Text::Owner | Text::Collaborator | Text::Member | Text::Manager => &[Of::Member],
                Text::Team => &[Of::Member, Of::Team],
                Text::Customer => &[Of::Customer],
                Text::Contact => &[Of::Contact],
                Text::Opportunity => &[Of::Opportunity],
                _ => &[],
            },
            Self::Number(NumberField::Amount, _) | Self::Date(..) => &[Of::Workspace],
            Self::Number(NumberField::Stale, _) => &[],
            Self::Number(..) => &[Of::Workspace, Of::Pipeline],
            Self::StagePosition(_) => &[Of::Pipeline],
            // A stage never changes its kind.
            Self::Status(_) => &[],
            Self::Flag(FlagField::Stalled, _) => &[Of::Pipeline],
            Self::Flag(..) => &[],
        };
        read.contains(&kind)
    }

    /// Whether it is judged by today's date or by time spent.
    pub(crate) fn reads_clock(&self) -> bool {
        match self {
            Self::Number(NumberField::Stale, _) | Self::Flag(FlagField::Stalled, _) => true,
            Self::Date(_, DateMatch::In(cycle)) => matches!(cycle, Cycle::Relative(..)),
            _ => false,
        }
    }
}
