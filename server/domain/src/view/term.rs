//! The terms of a filter, and which kinds of things each is about.

use crate::cycle::Cycle;
use crate::entity::EntityKind;
use crate::stagnation::StagnationLevel;
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
    LossReason,
    HighWater,
    ReportsTo,
    Parent,
    CustomerIndustry,
    CustomerRegion,
    State,
    Requester,
    Approver,
    Recipient,
    Reason,
    Subject,
    Metric,
    Measure,
    System,
    Scheme,
    Giver,
    Receiver,
    Reward,
}

use EntityKind as Of;
use TextField as Text;

/// Every field: how it is written, and what has it.
pub(crate) const TEXT_FIELDS: &[(&str, TextField, &[EntityKind])] = &[
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
            Of::Goal,
            Of::Approval,
            Of::Alert,
            Of::Notice,
            Of::Scheme,
            Of::Reward,
            Of::Packet,
            Of::Payout,
            Of::Badge,
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
            Of::Scheme,
        ],
    ),
    (
        "external_id",
        Text::ExternalId,
        &[Of::Team, Of::Member, Of::Customer, Of::Opportunity],
    ),
    ("pipeline", Text::Pipeline, &[Of::Opportunity]),
    (
        "stage",
        Text::Stage,
        &[Of::Opportunity, Of::Pipeline, Of::Alert, Of::Approval],
    ),
    (
        "owner",
        Text::Owner,
        &[Of::Opportunity, Of::Customer, Of::SavedView],
    ),
    (
        "customer",
        Text::Customer,
        &[Of::Opportunity, Of::Contact, Of::Activity, Of::Reward],
    ),
    (
        "team",
        Text::Team,
        &[
            Of::Opportunity,
            Of::Customer,
            Of::Member,
            Of::Activity,
            Of::Goal,
            Of::Reward,
            Of::Badge,
        ],
    ),
    ("source", Text::Source, &[Of::Opportunity]),
    ("grade", Text::Grade, &[Of::Opportunity]),
    (
        "note",
        Text::Note,
        &[Of::Opportunity, Of::Customer, Of::Activity, Of::Approval],
    ),
    ("competitor", Text::Competitor, &[Of::Opportunity]),
    ("collaborator", Text::Collaborator, &[Of::Opportunity]),
    ("contact", Text::Contact, &[Of::Opportunity, Of::Activity]),
    (
        "opportunity",
        Text::Opportunity,
        &[Of::Activity, Of::Alert, Of::Approval, Of::Reward, Of::Badge],
    ),
    ("industry", Text::Industry, &[Of::Customer]),
    ("region", Text::Region, &[Of::Customer]),
    ("website", Text::Website, &[Of::Customer]),
    ("phone", Text::Phone, &[Of::Customer, Of::Contact]),
    ("email", Text::Email, &[Of::Contact, Of::Member]),
    ("title", Text::Title, &[Of::Contact]),
    ("role", Text::Role, &[Of::Contact, Of::Member]),
    ("stance", Text::Stance, &[Of::Contact]),
    ("kind", Text::Kind, &[Of::Activity, Of::Notice, Of::Badge]),
    ("purpose", Text::Purpose, &[Of::Activity]),
    (
        "member",
        Text::Member,
        &[Of::Activity, Of::Goal, Of::Reward, Of::Badge],
    ),
    ("manager", Text::Manager, &[Of::Team]),
    ("unix_user", Text::UnixUser, &[Of::Member]),
    ("collection", Text::Collection, &[Of::SavedView]),
    ("recipient", Text::Recipient, &[Of::Alert, Of::Notice]),
    (
        "state",
        Text::State,
        &[
            Of::Alert,
            Of::Approval,
            Of::Scheme,
            Of::Reward,
            Of::Packet,
            Of::Payout,
        ],
    ),
    ("reason", Text::Reason, &[Of::Alert]),
    ("subject", Text::Subject, &[Of::Notice, Of::Goal]),
    ("metric", Text::Metric, &[Of::Goal]),
    ("measure", Text::Measure, &[Of::Goal]),
    ("loss_reason", Text::LossReason, &[Of::Opportunity]),
    ("high_water", Text::HighWater, &[Of::Opportunity]),
    ("reports_to", Text::ReportsTo, &[Of::Contact]),
    ("parent", Text::Parent, &[Of::Team]),
    (
        "customer.industry",
        Text::CustomerIndustry,
        &[Of::Opportunity, Of::Contact, Of::Activity],
    ),
    (
        "customer.region",
        Text::CustomerRegion,
        &[Of::Opportunity, Of::Contact, Of::Activity],
    ),
    ("requester", Text::Requester, &[Of::Approval]),
    ("approver", Text::Approver, &[Of::Approval, Of::Reward]),
    ("system", Text::System, &[Of::Scheme, Of::Reward]),
    ("scheme", Text::Scheme, &[Of::Reward, Of::Packet]),
    ("giver", Text::Giver, &[Of::Packet, Of::Badge, Of::Reward]),
    ("receiver", Text::Receiver, &[Of::Packet]),
    ("reward", Text::Reward, &[Of::Packet]),
];

/// How a text must agree; keys are normalised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TextMatch {
    Contains(String),
    Exact(String),
    Prefix(String),
    /// It has these letters in this order.
    Letters(String),
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
    /// Entered its stage, this time.
    Entered,
    /// The last activity.
    LastActivity,
}

pub(crate) const DATE_FIELDS: &[(&str, DateField, &[EntityKind])] = &[
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
            Of::Goal,
            Of::Approval,
            Of::Alert,
            Of::Notice,
            Of::Scheme,
            Of::Reward,
            Of::Packet,
            Of::Payout,
            Of::Badge,
        ],
    ),
    ("closed", DateField::Closed, &[Of::Opportunity]),
    ("occurred", DateField::Occurred, &[Of::Activity]),
    ("follow_up", DateField::FollowUp, &[Of::Activity]),
    ("entered", DateField::Entered, &[Of::Opportunity]),
    (
        "last_activity",
        DateField::LastActivity,
        &[Of::Opportunity, Of::Customer],
    ),
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

/// A number; all but `Idle` and `Target` are an opportunity's.
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
    /// Whole days in its stage over its whole life, times `NUMBER_SCALE`.
    Days,
    /// Whole days since its stage clock passed the stage's period, times `NUMBER_SCALE`.
    Over,
    /// Whole days until its stage clock passes the stage's period, times `NUMBER_SCALE`.
    Left,
    /// Stages entered after the first, times `NUMBER_SCALE`.
    Moves,
    /// How often its contract date was moved later, times `NUMBER_SCALE`.
    PushCount,
    /// What a goal wants: a count, or minor units; times `NUMBER_SCALE`.
    Target,
    /// Whole days since its last activity or, without one, its creation, times `NUMBER_SCALE`.
    Idle,
}

/// Four decimals are kept of a number: as many as any currency has.
pub(crate) const NUMBER_DECIMALS: u32 = 4;
/// What numbers are multiplied by to be whole.
pub(crate) const NUMBER_SCALE: i128 = 10_i128.pow(NUMBER_DECIMALS);

pub(crate) const NUMBER_FIELDS: &[(&str, NumberField, &[EntityKind])] = &[
    ("amount", NumberField::Amount, &[Of::Opportunity]),
    ("weighted", NumberField::Weighted, &[Of::Opportunity]),
    ("probability", NumberField::Probability, &[Of::Opportunity]),
    ("stale", NumberField::Stale, &[Of::Opportunity]),
    ("days", NumberField::Days, &[Of::Opportunity]),
    ("over", NumberField::Over, &[Of::Opportunity]),
    ("left", NumberField::Left, &[Of::Opportunity]),
    ("moves", NumberField::Moves, &[Of::Opportunity]),
    ("push_count", NumberField::PushCount, &[Of::Opportunity]),
    ("target", NumberField::Target, &[Of::Goal]),
    ("idle", NumberField::Idle, &[Of::Opportunity, Of::Customer]),
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
    Skipping,
    Read,
    Locked,
}

pub(crate) const FLAG_FIELDS: &[(&str, FlagField, &[EntityKind])] = &[
    (
        "archived",
        FlagField::Archived,
        &[Of::Opportunity, Of::Goal],
    ),
    ("stalled", FlagField::Stalled, &[Of::Opportunity]),
    ("active", FlagField::Active, &[Of::Member]),
    ("retired", FlagField::Retired, &[Of::Pipeline]),
    ("shared", FlagField::Shared, &[Of::SavedView]),
    ("skipping", FlagField::Skipping, &[Of::Pipeline]),
    ("read", FlagField::Read, &[Of::Notice]),
    ("locked", FlagField::Locked, &[Of::Goal]),
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
    /// There is no such number: no period, never stalled.
    NumberAbsent(NumberField),
    Date(DateField, DateMatch),
    Status(crate::stage::StageKind),
    /// The level of stagnation as told, from the first to the last one, both included.
    Level(StagnationLevel, StagnationLevel),
    Flag(FlagField, bool),
}

/// A term as written, and where.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    pub(crate) position: usize,
    pub(crate) text: Box<str>,
    pub(crate) test: Test,
}

/// Terms are equal when they test the same, wherever they stand and however they are spelled.
impl PartialEq for Term {
    fn eq(&self, other: &Self) -> bool {
        self.test == other.test
    }
}

impl Eq for Term {}

/// Every name a field of these kinds can be written by, `status` and `level` included.
pub(crate) fn field_names(kind: Option<EntityKind>) -> impl Iterator<Item = &'static str> {
    let has = move |kinds: &[EntityKind]| kind.is_none_or(|kind| kinds.contains(&kind));
    let texts = TEXT_FIELDS.iter().map(|(name, _, kinds)| (*name, *kinds));
    let dates = DATE_FIELDS.iter().map(|(name, _, kinds)| (*name, *kinds));
    let numbers = NUMBER_FIELDS.iter().map(|(name, _, kinds)| (*name, *kinds));
    let flags = FLAG_FIELDS.iter().map(|(name, _, kinds)| (*name, *kinds));
    let words: [(&str, &[EntityKind]); 2] = [
        ("status", &[Of::Opportunity]),
        ("level", &[Of::Opportunity, Of::Alert]),
    ];
    texts
        .chain(dates)
        .chain(numbers)
        .chain(flags)
        .chain(words)
        .filter(move |(_, kinds)| has(kinds))
        .map(|(name, _)| name)
}

impl Test {
    /// Whether things of a kind have the field.
    pub(crate) fn applies_to(&self, kind: EntityKind) -> bool {
        fn has<F: PartialEq>(
            table: &[(&str, F, &[EntityKind])],
            field: &F,
            kind: EntityKind,
        ) -> bool {
            table
                .iter()
                .any(|(_, other, kinds)| other == field && kinds.contains(&kind))
        }
        match self {
            Self::Words(_) | Self::Fuzzy(_) => true,
            Self::Text(field, _) => has(TEXT_FIELDS, field, kind),
            Self::Date(field, _) => has(DATE_FIELDS, field, kind),
            Self::Flag(field, _) => has(FLAG_FIELDS, field, kind),
            Self::Number(field, _) | Self::NumberAbsent(field) => has(NUMBER_FIELDS, field, kind),
            Self::StagePosition(_) | Self::Status(_) => kind == EntityKind::Opportunity,
            Self::Level(..) => matches!(kind, EntityKind::Opportunity | EntityKind::Alert),
        }
    }

    /// Whether it reads things of a kind to judge a thing of another.
    pub(crate) fn depends_on(&self, kind: EntityKind) -> bool {
        let read: &[EntityKind] = match self {
            Self::Words(_) | Self::Fuzzy(_) => {
                &[Of::Customer, Of::Opportunity, Of::Member, Of::Team]
            }
            Self::Text(field, _) => match field {
                Text::Pipeline | Text::Stage | Text::HighWater => &[Of::Pipeline],
                Text::Owner
                | Text::Collaborator
                | Text::Member
                | Text::Manager
                | Text::Requester => &[Of::Member],
                Text::Approver => &[Of::Member, Of::Team, Of::Opportunity],
                Text::Recipient | Text::Giver | Text::Receiver => &[Of::Member],
                Text::Scheme => &[Of::Scheme],
                Text::Team => &[Of::Member, Of::Team],
                Text::Customer | Text::CustomerIndustry | Text::CustomerRegion => &[Of::Customer],
                Text::Contact => &[Of::Contact],
                Text::Opportunity => &[Of::Opportunity],
                _ => &[],
            },
            Self::Date(..) => &[Of::Workspace],
            Self::Number(field, _) | Self::NumberAbsent(field) => match field {
                NumberField::Amount => &[Of::Workspace],
                NumberField::Weighted | NumberField::Probability => &[Of::Workspace, Of::Pipeline],
                NumberField::Over | NumberField::Left => &[Of::Pipeline],
                NumberField::Stale
                | NumberField::Days
                | NumberField::Moves
                | NumberField::PushCount
                | NumberField::Target
                | NumberField::Idle => &[],
            },
            Self::StagePosition(_) => &[Of::Pipeline],
            // A stage never changes its kind, and a level that changes is a commit of its own.
            Self::Status(_) | Self::Level(..) => &[],
            Self::Flag(FlagField::Stalled, _) => &[Of::Pipeline],
            Self::Flag(..) => &[],
        };
        read.contains(&kind)
    }

    /// Whether it is judged by today's date or by time spent.
    pub(crate) fn reads_clock(&self) -> bool {
        match self {
            Self::Number(field, _) | Self::NumberAbsent(field) => matches!(
                field,
                NumberField::Stale
                    | NumberField::Days
                    | NumberField::Over
                    | NumberField::Left
                    | NumberField::Idle
            ),
            Self::Flag(FlagField::Stalled, _) => true,
            Self::Date(_, DateMatch::In(cycle)) => matches!(cycle, Cycle::Relative(..)),
            _ => false,
        }
    }

    /// Whether it reads what is told to nobody who watches: activities of an opportunity or a customer, or another thing of
    /// the same kind.
    pub(crate) fn reads_untold(&self) -> bool {
        match self {
            Self::Number(field, _) | Self::NumberAbsent(field) => *field == NumberField::Idle,
            Self::Date(field, _) => *field == DateField::LastActivity,
            Self::Text(field, _) => matches!(field, Text::ReportsTo | Text::Parent),
            _ => false,
        }
    }
}
