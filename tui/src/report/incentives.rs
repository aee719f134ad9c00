//! What the screens of incentives ask the server and what it answers. Amounts are points, or minor units.

use super::{Answer, Ask, Place, Reports, Who};
use crate::incentive::{Badge, Own, Packet, PacketState, Reward, Template, Terms, Unit};
use crate::record::Micros;
use crate::report::lens::CycleKind;

/// A question about incentives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IncentiveAsk {
    /// What is a member's own; none = who is no member.
    Mine(Option<u64>),
    /// Where an amount comes from.
    Explain(u64),
    /// What the team has earned lately.
    Feed,
    /// What a giver has given in a month.
    Granted {
        /// Who.
        giver: u64,
        /// The month, as the server reads it.
        month: String,
    },
    /// Sums of rewards.
    Statistics {
        /// The cycle, as the server reads it.
        cycle: String,
        /// By what.
        by: Grouping,
        /// Points or money.
        unit: Unit,
        /// Only this team; none = all.
        team: Option<u64>,
    },
    /// Schemes to begin with.
    Templates,
    /// Who would have been paid.
    Rehearsal {
        /// Under which scheme.
        scheme_id: u64,
        /// The past cycle, as the server reads it.
        cycle: String,
    },
    /// Whether rewards are fair.
    Fairness {
        /// The cycle, as the server reads it.
        cycle: String,
        /// Points or money.
        unit: Unit,
        /// Only this team; none = all.
        team: Option<u64>,
    },
    /// The rewards behind a figure.
    Rewards(String),
}

impl IncentiveAsk {
    /// Where its answer is shown.
    pub const fn place(&self) -> Place {
        match self {
            Self::Mine(_) => Place::MyRewards,
            Self::Explain(_) => Place::Explained,
            Self::Feed => Place::TeamFeed,
            Self::Granted { .. } => Place::Granted,
            Self::Statistics { .. } => Place::RewardStatistics,
            Self::Templates => Place::SchemeTemplates,
            Self::Rehearsal { .. } => Place::Rehearsal,
            Self::Fairness { .. } => Place::Fairness,
            Self::Rewards(_) => Place::RewardList,
        }
    }

    /// It is read again when something was committed; a replay of a past cycle says the same, and a panel over everybody can wait.
    pub const fn is_live(&self) -> bool {
        !matches!(
            self,
            Self::Templates | Self::Rehearsal { .. } | Self::Fairness { .. }
        )
    }
}

/// By what statistics are summed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grouping {
    /// By scheme.
    #[default]
    Scheme,
    /// By member.
    Member,
    /// By team.
    Team,
    /// By the parts of the cycle.
    Cycle,
}

impl Grouping {
    /// The next one, round and round.
    pub const fn next(self) -> Self {
        match self {
            Self::Scheme => Self::Member,
            Self::Member => Self::Team,
            Self::Team => Self::Cycle,
            Self::Cycle => Self::Scheme,
        }
    }

    /// Key of its name.
    pub const fn name_key(self) -> &'static str {
        match self {
            Self::Scheme => "by-scheme",
            Self::Member => "by-member",
            Self::Team => "by-team",
            Self::Cycle => "by-cycle",
        }
    }
}

/// What is a member's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MyRewards {
    /// Balances and counts.
    pub own: Own,
    /// Can be claimed, what runs out first before the others.
    pub claimable: Vec<Reward>,
    /// Packets to open, likewise.
    pub packets: Vec<Packet>,
    /// Wait.
    pub pending: Vec<Reward>,
    /// Are over, the newest first.
    pub history: Vec<Reward>,
    /// Packets that were opened, the newest first.
    pub opened: Vec<Packet>,
    /// Badges, the newest first.
    pub badges: Vec<Badge>,
}

/// A line of arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the step of its name in the API")]
pub enum Step {
    Fixed(i64),
    PerField { count: i32, each: i64 },
    Share { of: i64, bp: i32 },
    Floor(i64),
    Cap(i64),
    MemberCap { kind: Option<CycleKind>, left: i64 },
    Prize { pool: i64, among: i32 },
    Tier { from_bp: i32 },
}

/// What a transaction of the ledger does: the key of it in words.
pub type PurposeKey = &'static str;

/// A change of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Key of the account's kind in words.
    pub account_key: &'static str,
    /// Whose it is: a member.
    pub member_id: Option<u64>,
    /// Or a scheme.
    pub scheme_id: Option<u64>,
    /// By how much.
    pub amount: i64,
}

/// A transaction of the ledger: its postings sum to zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// What it does.
    pub purpose_key: PurposeKey,
    /// What it changes.
    pub postings: Vec<Posting>,
    /// When.
    pub time: Micros,
}

/// A packet of an explained reward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketLine {
    /// Who may open it.
    pub receiver_id: Option<u64>,
    /// What is in it.
    pub amount: i64,
    /// How far it has come.
    pub state: PacketState,
}

/// Where an amount comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explained {
    /// The reward.
    pub reward: Reward,
    /// The scheme's name.
    pub scheme: String,
    /// The terms it was granted under; none when this client cannot read them.
    pub terms: Option<Terms>,
    /// The same in the server's English.
    pub sentence: String,
    /// The arithmetic, each with what it came to so far.
    pub steps: Vec<(Step, i64)>,
    /// Every transaction that names it, oldest first.
    pub transactions: Vec<Transaction>,
    /// Its packets, by place.
    pub packets: Vec<PacketLine>,
}

/// What the team has earned lately; wins are on the board.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TeamFeed {
    /// Rewards, the newest first.
    pub rewards: Vec<Reward>,
    /// Badges, the newest first.
    pub badges: Vec<Badge>,
    /// Packets, the newest first.
    pub packets: Vec<Packet>,
}

/// Sums over a cycle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatisticsRow {
    /// Name of the scheme, member or team, or the cycle.
    pub subject: String,
    /// Its id; empty for cycles and the whole.
    pub subject_id: String,
    /// How many rewards were issued.
    pub count: i64,
    /// What was issued.
    pub issued: i64,
    /// What of it was claimed.
    pub claimed: i64,
    /// What expired.
    pub expired: i64,
    /// What was taken back.
    pub reversed: i64,
    /// What waits.
    pub open: i64,
    /// What could not be paid.
    pub unfunded: i64,
    /// Given away in packets.
    pub packets_sent: i64,
    /// Received from packets.
    pub packets_received: i64,
    /// Amount won, minor units.
    pub won_minor: i64,
}

/// Statistics of rewards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// The most issued first.
    pub rows: Vec<StatisticsRow>,
    /// All together.
    pub total: StatisticsRow,
    /// Cost in basis points of the amount won; none for points, or when nothing was won.
    pub cost_bp: Option<i32>,
}

/// What a member would have been paid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RehearsedMember {
    /// Their name.
    pub name: String,
    /// How many rewards.
    pub rewards: i64,
    /// What they sum to.
    pub amount: i64,
    /// What they were paid in fact.
    pub paid: i64,
}

/// A rehearsal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rehearsal {
    /// The most first.
    pub members: Vec<RehearsedMember>,
    /// How many rewards in all.
    pub rewards: i64,
    /// What they sum to.
    pub amount: i64,
    /// What was paid in fact.
    pub paid: i64,
    /// What would be left of the budget.
    pub fund_left: Option<i64>,
    /// What the fund could not have paid.
    pub unfunded: i64,
    /// What the replay could not know.
    pub caveats: Vec<String>,
}

/// What a member earned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FairnessMember {
    /// The member.
    pub member_id: Option<u64>,
    /// Their name.
    pub name: String,
    /// What they earned.
    pub earned: i64,
    /// The best share of an own target they reached, basis points.
    pub attainment_bp: Option<i32>,
}

/// An unusual pattern with its facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// Key of what it is, said carefully.
    pub words_key: &'static str,
    /// Whose.
    pub name: String,
    /// How often.
    pub count: i64,
    /// What is usual.
    pub usual: i64,
    /// Deals it is about.
    pub deals: Vec<u64>,
    /// Customers it is about.
    pub customers: Vec<u64>,
    /// When the first was.
    pub first_us: Micros,
    /// When the last was.
    pub last_us: Micros,
    /// An amount it is about, minor units; 0 = about none.
    pub amount_minor: i64,
}

/// Whether rewards are fair.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fairness {
    /// The most earned first.
    pub members: Vec<FairnessMember>,
    /// How many earned nothing.
    pub without_income: i64,
    /// The Gini coefficient, basis points.
    pub gini_bp: i64,
    /// The median.
    pub median: i64,
    /// Unusual patterns.
    pub patterns: Vec<Pattern>,
}

/// Rewards behind a figure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RewardList {
    /// The newest first.
    pub rewards: Vec<Reward>,
    /// How many there are in all.
    pub total: u64,
}

/// What the server said about incentives.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each answers the question of its name")]
pub enum IncentiveAnswer {
    Mine(Box<MyRewards>),
    Explained(Box<Explained>),
    Feed(TeamFeed),
    /// So much by unit: points, money.
    Granted([i64; 2]),
    Statistics(Statistics),
    Templates(Vec<Template>),
    Rehearsal(Rehearsal),
    Fairness(Fairness),
    Rewards(RewardList),
}

/// Gives the answer of one kind that stands at its place.
macro_rules! answers {
    ($($(#[$doc:meta])* $name:ident: $place:ident $kind:ident as $answer:ty;)*) => {
        impl Reports {
            $($(#[$doc])*
            pub fn $name(&self) -> Option<&$answer> {
                let Answer::Incentive(answer) = self.slot(Place::$place)?.answer.as_ref()? else {
                    return None;
                };
                match &**answer {
                    IncentiveAnswer::$kind(answer) => Some(answer),
                    _ => None,
                }
            })*
        }
    };
}

answers! {
    /// What is the person's own.
    my_rewards: MyRewards Mine as MyRewards;
    /// Where an amount comes from.
    explained: Explained Explained as Explained;
    /// What the team has earned.
    team_feed: TeamFeed Feed as TeamFeed;
    /// What was given this month.
    granted: Granted Granted as [i64; 2];
    /// Sums of rewards.
    statistics: RewardStatistics Statistics as Statistics;
    /// Schemes to begin with.
    templates: SchemeTemplates Templates as [Template];
    /// Who would have been paid.
    rehearsal: Rehearsal Rehearsal as Rehearsal;
    /// Whether rewards are fair.
    fairness: Fairness Fairness as Fairness;
    /// Rewards behind a figure.
    reward_list: RewardList Rewards as RewardList;
}

/// The list of rewards behind a figure: what it is called, and what was asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RewardDrill {
    /// What the figure was, in words.
    pub title: String,
    /// Which rewards, as the server reads it.
    pub filter: String,
}

/// A rehearsal that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RehearsalAsked {
    /// Of which scheme.
    pub scheme_id: u64,
    /// The past cycle, as the server reads it.
    pub cycle: String,
}

/// What the statistics show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RewardLens {
    /// By what.
    pub by: Grouping,
    /// Points or money.
    pub unit: Unit,
}

impl From<IncentiveAsk> for Ask {
    fn from(ask: IncentiveAsk) -> Self {
        Self::Incentive(ask)
    }
}

/// The team of whose figures are wanted: a question about a single member is one about all.
pub const fn team_of(who: Who) -> Option<u64> {
    match who {
        Who::Team(team) => Some(team),
        Who::Everyone | Who::Member(_) => None,
    }
}
