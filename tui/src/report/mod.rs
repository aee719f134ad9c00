//! Reports that the server computes: what a screen asks for, what came back, and when it is asked again. Plain data.

pub mod changes;
pub mod deals;
pub mod digest;
pub mod forecast;
pub mod found;
pub mod funnel;
pub mod goals;
pub mod incentives;
pub mod leaderboard;
pub mod lens;
pub mod outlook;
pub mod scores;
mod slot;
pub mod views;

pub use changes::Changes;
pub use deals::Deals;
pub use digest::Digest;
pub use forecast::{Forecast, Outcomes};
pub use found::Found;
pub use funnel::{Funnel, Metrics};
pub use goals::{GoalMetric, Goals};
pub use leaderboard::{Contest, Leaderboard};
pub use lens::{Lens, Who};
pub use outlook::{Outlook, Progress, Standing};
pub use scores::Scores;
pub use slot::{Numbered, REFRESH_US, RELOAD_US, Reports, SEARCH_DELAY_US, Slot};
pub use views::SavedView;

use crate::record::Micros;
use funnel::Metric;
use incentives::{IncentiveAnswer, IncentiveAsk};
use lens::Cycle;

/// Where an answer is shown: there is one at each place, whatever was asked there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The stages of the funnel.
    Funnel,
    /// The five metrics of the cycle.
    Metrics,
    /// The five metrics of the cycle it is compared with.
    OtherMetrics,
    /// What is stuck.
    Stuck,
    /// Whether the quarter will be made.
    Outlook,
    /// Who is behind.
    Progress,
    /// The deals behind a figure.
    Deals,
    /// The score entries behind a figure.
    Scores,
    /// The forecast by month.
    Forecast,
    /// What became of closed deals.
    Outcomes,
    /// The goals' grid.
    Goals,
    /// Who stands where.
    Leaderboard,
    /// The digest.
    Digest,
    /// What happened between two instants.
    Changes,
    /// What was found.
    Search,
    /// Saved views.
    Views,
    /// What is the person's own of rewards.
    MyRewards,
    /// Where an amount comes from.
    Explained,
    /// What the team has earned.
    TeamFeed,
    /// What somebody has given this month.
    Granted,
    /// Sums of rewards.
    RewardStatistics,
    /// Schemes to begin with.
    SchemeTemplates,
    /// Who would have been paid.
    Rehearsal,
    /// Whether rewards are fair.
    Fairness,
    /// The rewards behind a figure.
    RewardList,
}

/// A question to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// How much stands in each stage, what it is worth, how long it stays.
    Funnel(Scope),
    /// The five process metrics of a cycle; `other` = of the cycle compared with.
    Metrics {
        /// Of what.
        scope: Scope,
        /// It stands beside the first.
        other: bool,
    },
    /// The stalled deals, the largest first.
    Stuck(Scope),
    /// Target, gap and coverage of a cycle.
    Outlook(Scope),
    /// How far goals are, the furthest behind first: those of the first cycle that has any.
    Progress {
        /// Of what; its cycle says nothing here.
        scope: Scope,
        /// The cycle looked at, then longer ones around it.
        cycles: Vec<Cycle>,
    },
    /// The deals behind a figure.
    Deals {
        /// Which figure.
        figure: Figure,
        /// Of what.
        scope: Scope,
    },
    /// The score entries behind a metric.
    Scores {
        /// Which metric.
        metric: Metric,
        /// Of what.
        scope: Scope,
    },
    /// The months of a cycle.
    Forecast(Scope),
    /// What became of the deals closed in a cycle.
    Outcomes(Scope),
    /// All goals of one kind within a cycle.
    Goals {
        /// What they are about.
        of: GoalMetric,
        /// The cycle, as the server reads it.
        cycle: String,
    },
    /// Who stands where.
    Leaderboard {
        /// By what, and who.
        contest: Contest,
        /// Of what; a team: who is ranked, a member: whose own place is told.
        scope: Scope,
    },
    /// The digest of a cycle.
    Digest {
        /// Whose; none = the caller's.
        member_id: Option<u64>,
        /// The cycle, as the server reads it.
        cycle: String,
    },
    /// What happened between two instants.
    Changes {
        /// After this one.
        from: Micros,
        /// Up to this one; none = now.
        to: Option<Micros>,
        /// Of what; its cycle and instant say nothing here.
        scope: Scope,
    },
    /// Everything with these words.
    Search(String),
    /// The views of everybody and one's own.
    Views,
    /// Something about incentives.
    Incentive(IncentiveAsk),
}

/// What part of the process a question is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Only this pipeline; none = all.
    pub pipeline: Option<u64>,
    /// Whose.
    pub who: Who,
    /// The cycle, as the server reads it.
    pub cycle: String,
    /// The past instant; none = now.
    pub as_of: Option<Micros>,
}

/// A figure that deals stand behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Standing in a stage.
    Standing(u64),
    /// Stalled in a stage.
    Stalled(u64),
    /// First entered a stage in the cycle.
    Entered(u64),
    /// Open, with a contract date in the cycle.
    Expected,
    /// Those of them whose date has passed.
    Overdue,
    /// Those expected that were ever put off.
    Pushed,
    /// Open, without a contract date.
    Undated,
    /// Won in the cycle.
    Won,
    /// Lost in the cycle, for this reason.
    Lost(String),
}

/// What the server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// To [`Ask::Funnel`].
    Funnel(Funnel),
    /// To [`Ask::Metrics`].
    Metrics(Metrics),
    /// To [`Ask::Stuck`] and [`Ask::Deals`].
    Deals(Deals),
    /// To [`Ask::Outlook`].
    Outlook(Outlook),
    /// To [`Ask::Progress`].
    Progress(Standing),
    /// To [`Ask::Scores`].
    Scores(Scores),
    /// To [`Ask::Forecast`].
    Forecast(Forecast),
    /// To [`Ask::Outcomes`].
    Outcomes(Outcomes),
    /// To [`Ask::Goals`].
    Goals(Goals),
    /// To [`Ask::Leaderboard`].
    Leaderboard(Box<Leaderboard>),
    /// To [`Ask::Digest`].
    Digest(Digest),
    /// To [`Ask::Changes`].
    Changes(Changes),
    /// To [`Ask::Search`].
    Found(Found),
    /// To [`Ask::Views`].
    Views(Vec<SavedView>),
    /// To [`Ask::Incentive`].
    Incentive(Box<IncentiveAnswer>),
}

impl Ask {
    /// Where its answer is shown.
    pub const fn place(&self) -> Place {
        match self {
            Self::Funnel(_) => Place::Funnel,
            Self::Metrics { other: false, .. } => Place::Metrics,
            Self::Metrics { other: true, .. } => Place::OtherMetrics,
            Self::Stuck(_) => Place::Stuck,
            Self::Outlook(_) => Place::Outlook,
            Self::Progress { .. } => Place::Progress,
            Self::Deals { .. } => Place::Deals,
            Self::Scores { .. } => Place::Scores,
            Self::Forecast(_) => Place::Forecast,
            Self::Outcomes(_) => Place::Outcomes,
            Self::Goals { .. } => Place::Goals,
            Self::Leaderboard { .. } => Place::Leaderboard,
            Self::Digest { .. } => Place::Digest,
            Self::Changes { .. } => Place::Changes,
            Self::Search(_) => Place::Search,
            Self::Views => Place::Views,
            Self::Incentive(ask) => ask.place(),
        }
    }

    /// It is read again when something was committed.
    pub const fn is_live(&self) -> bool {
        match self {
            Self::Incentive(ask) => ask.is_live(),
            _ => true,
        }
    }

    /// How long the person must have stopped typing before it is sent.
    pub const fn delay(&self) -> Micros {
        match self {
            Self::Search(_) => SEARCH_DELAY_US,
            _ => 0,
        }
    }
}

/// Gives the answer of one kind that stands at a place.
macro_rules! answers {
    ($($(#[$doc:meta])* $name:ident: $kind:ident as $answer:ty;)*) => {
        impl Reports {
            $($(#[$doc])*
            pub fn $name(&self, place: Place) -> Option<&$answer> {
                match self.slot(place)?.answer.as_ref()? {
                    Answer::$kind(answer) => Some(answer),
                    _ => None,
                }
            })*
        }
    };
}

answers! {
    /// The funnel.
    funnel: Funnel as Funnel;
    /// The metrics of the cycle or of the one beside it.
    metrics: Metrics as Metrics;
    /// Deals.
    deals: Deals as Deals;
    /// Whether the quarter will be made.
    outlook: Outlook as Outlook;
    /// How far the goals are.
    progress: Progress as Standing;
    /// Score entries.
    scores: Scores as Scores;
    /// The months.
    forecast: Forecast as Forecast;
    /// What became of closed deals.
    outcomes: Outcomes as Outcomes;
    /// Goals.
    goals: Goals as Goals;
    /// Who stands where.
    leaderboard: Leaderboard as Leaderboard;
    /// The digest.
    digest: Digest as Digest;
    /// What happened.
    changes: Changes as Changes;
    /// What was found.
    found: Found as Found;
    /// Saved views.
    views: Views as [SavedView];
}

/// A list behind a figure: what it is called, and what was asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drill {
    /// What the figure was, in words.
    pub title: String,
    /// The question.
    pub ask: Ask,
}

/// What happened between which instants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Between {
    /// After this one.
    pub from: Micros,
    /// Up to this one; none = now.
    pub to: Option<Micros>,
}
