//! Incentive schemes: the versioned rules that turn movement into rewards (DOMAIN.md §6). Amounts are points, or minor units.

use super::{CustomerField, System, Unit};
use crate::record::{ActivityKind, MemberRole, Micros};
use crate::report::funnel::Metric;
use crate::report::lens::CycleKind;

/// What a deal's rule pays for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trigger {
    /// It was created.
    Created,
    /// It moved forward into a stage.
    Entered,
    /// It was won.
    #[default]
    Won,
    /// It was stalled and set moving.
    Revived,
}

/// How packets are measured out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SplitMethod {
    /// All the same.
    #[default]
    Equal,
    /// A draw whose seed is published.
    Lucky,
}

/// What a ranking ranks by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RankedBy {
    /// The value of a metric.
    #[default]
    Metric,
    /// The share of the own goal.
    TargetShare,
    /// What was earned in rewards.
    RewardIncome,
}

/// When a task is to be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskWindow {
    /// In each cycle of this length anew.
    Each(CycleKind),
    /// Once, in this cycle, as the server writes it.
    Once(String),
}

/// Pays who reaches a target in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Of which metric.
    pub metric: Metric,
    /// Entries are counted, not their amounts summed.
    pub by_count: bool,
    /// Entries, or minor units.
    pub target: i64,
    /// When.
    pub window: TaskWindow,
    /// What it pays.
    pub amount: i64,
}

/// What an amount is reckoned from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pay {
    /// Always the same.
    Fixed(i64),
    /// A share of the deal's amount.
    Share {
        /// In basis points.
        bp: i32,
        /// At least this; 0 = no floor.
        floor: i64,
        /// At most this; 0 = no cap.
        cap: i64,
    },
}

/// Pays for what happens to a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deal {
    /// For what.
    pub on: Trigger,
    /// How much.
    pub pay: Pay,
    /// A revival pays also when nothing was logged while the deal was stalled.
    pub without_activity: bool,
    /// Days that a creation's reward waits for the first move; none = 7.
    pub vesting_days: Option<i32>,
}

/// Pays for data of customers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerData {
    /// Which fields; empty = all.
    pub fields: Vec<CustomerField>,
    /// For each; 0 = nothing.
    pub per_field: i64,
    /// The completeness that counts as complete, basis points; 0 = 10,000.
    pub threshold_bp: i32,
    /// For reaching it; 0 = nothing.
    pub complete: i64,
}

/// Pays for activities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Activities {
    /// For verified check-ins instead of completed activities.
    pub check_ins: bool,
    /// Of which kinds; empty = any but a note.
    pub kinds: Vec<ActivityKind>,
    /// For each.
    pub amount: i64,
    /// Most that pay in a day; 0 = no bound.
    pub daily_cap: i32,
    /// Minutes between two that pay; 0 = none.
    pub min_gap_minutes: i32,
}

/// Breaks a share of each reward into packets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sharing {
    /// The schemes it is for; empty = all of the same unit.
    pub scheme_ids: Vec<u64>,
    /// The share in basis points; 0 = 2,000.
    pub share_bp: i32,
    /// How it is measured out.
    pub method: SplitMethod,
    /// To the deal's collaborators instead of the team.
    pub collaborators: bool,
    /// Hours they can be opened; 0 = 72.
    pub window_hours: i32,
}

/// Pays at the end of each cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranking {
    /// By what.
    pub by: RankedBy,
    /// The metric, unless by income.
    pub metric: Metric,
    /// Entries are counted, not their amounts summed.
    pub by_count: bool,
    /// Teams instead of members.
    pub teams: bool,
    /// In which cycle.
    pub unit: CycleKind,
    /// Of ranks 1, 2, 3 …
    pub prizes: Vec<i64>,
    /// From which share of the own target (basis points), and how much.
    pub tiers: Vec<(i32, i64)>,
}

/// What is paid for, and how much.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the system of its name")]
pub enum Rule {
    Task(Task),
    Deal(Deal),
    CustomerData(CustomerData),
    Activity(Activities),
    Split(Sharing),
    Ranking(Ranking),
    Grant {
        /// What one giver may give in a calendar month.
        monthly_cap: i64,
    },
}

impl Rule {
    /// Its system.
    pub const fn system(&self) -> System {
        match self {
            Self::Task(_) => System::Task,
            Self::Deal(_) => System::Opportunity,
            Self::CustomerData(_) => System::CustomerData,
            Self::Activity(_) => System::Activity,
            Self::Split(_) => System::Split,
            Self::Ranking(_) => System::Ranking,
            Self::Grant { .. } => System::Grant,
        }
    }
}

/// Everything a version lays down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// What is paid for.
    pub rule: Rule,
    /// Who can earn; everybody where all three are empty.
    pub members: Vec<u64>,
    /// And these teams, with those below.
    pub teams: Vec<u64>,
    /// And these roles.
    pub roles: Vec<MemberRole>,
    /// Only here; empty = everywhere.
    pub pipelines: Vec<u64>,
    /// Only into these; empty = any.
    pub stages: Vec<u64>,
    /// All it may ever pay; none = no bound.
    pub budget: Option<i64>,
    /// Most that one member may earn in a cycle.
    pub caps: Vec<(CycleKind, i64)>,
    /// A manager must approve.
    pub approval: bool,
    /// Days a reward can be claimed; 0 = 30.
    pub claim_days: i32,
}

impl Terms {
    /// A rule for everybody, everywhere, without bounds.
    pub const fn of(rule: Rule) -> Self {
        Self {
            rule,
            members: Vec::new(),
            teams: Vec::new(),
            roles: Vec::new(),
            pipelines: Vec::new(),
            stages: Vec::new(),
            budget: None,
            caps: Vec::new(),
            approval: false,
            claim_days: 0,
        }
    }
}

/// A published version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// 1, 2, 3 …
    pub number: i32,
    /// What it lays down.
    pub terms: Terms,
    /// From when it holds.
    pub effective_us: Micros,
}

/// How far a scheme has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum SchemeState {
    /// A version is published.
    Published,
    /// Never published: it pays nothing.
    #[default]
    Draft,
    /// It pays for nothing that happens from now on.
    Ended,
}

impl SchemeState {
    /// Key of its name.
    pub const fn name_key(self) -> &'static str {
        match self {
            Self::Published => "scheme-published",
            Self::Draft => "scheme-draft",
            Self::Ended => "scheme-ended",
        }
    }
}

/// A scheme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scheme {
    /// `schemes/ID`.
    pub id: u64,
    /// What people call it.
    pub name: String,
    /// What it pays in.
    pub unit: Unit,
    /// Its system.
    pub system: System,
    /// How far it has come.
    pub state: SchemeState,
    /// Terms that are not published.
    pub draft: Option<Terms>,
    /// Published versions, oldest first.
    pub versions: Vec<Version>,
    /// Revision of its last change; the etag is `r<revision>`.
    pub revision: u64,
}

impl Scheme {
    /// What it would lay down if published now: the draft, else the newest version.
    pub fn newest(&self) -> Option<&Terms> {
        let published = self.versions.last().map(|version| &version.terms);
        self.draft.as_ref().or(published)
    }

    /// The version in force at an instant.
    pub fn in_force(&self, at: Micros) -> Option<&Version> {
        let held = |version: &&Version| version.effective_us <= at;
        self.versions.iter().rev().find(held)
    }
}

/// A scheme to begin with: off until it is made and published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// What programs call it.
    pub key: String,
    /// A name for it.
    pub name: String,
    /// What it pays in.
    pub unit: Unit,
    /// What it lays down.
    pub terms: Terms,
}
