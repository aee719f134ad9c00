//! Ranks and prizes (DOMAIN.md §7): standard competition ranking, prizes of tied ranks pooled and divided.
//!
//! A [`Board`] is a leaderboard that goes on with time: it takes in what was scored since it was last asked, instead of
//! summing everything again.

mod board;
mod marks;

pub use board::Board;
pub use marks::{joined_within, left_within};

use crate::cycle::Window;
use crate::goal::Measure;
use crate::id::{MemberId, PipelineId, TeamId};
use crate::metric::{Grouping, MetricSubject};
use crate::scheme::Unit;
use crate::score::Metric;
use crate::state::State;
use crate::time::Timestamp;

/// By what is ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ranked {
    /// By a metric: a count, or minor units.
    Metric {
        /// Which one.
        metric: Metric,
        /// By count or by amount.
        measure: Measure,
    },
    /// By how much of the own target in a metric is reached, in basis points, cut. Only who has a goal of exactly these
    /// days is ranked; a goal of zero is reached in full.
    TargetShare {
        /// The goal's metric.
        metric: Metric,
        /// The goal's measure.
        measure: Measure,
    },
    /// By what was earned in rewards (DOMAIN.md §6): granted and received in packets, less what was shared and taken back,
    /// in points or minor units.
    RewardIncome {
        /// Points or money, which never mix.
        unit: Unit,
    },
}

impl Ranked {
    /// The metric whose score entries decide; none where rewards do.
    pub const fn metric(self) -> Option<Metric> {
        match self {
            Self::Metric { metric, .. } | Self::TargetShare { metric, .. } => Some(metric),
            Self::RewardIncome { .. } => None,
        }
    }

    /// Whether how many or how much decides.
    pub const fn measure(self) -> Measure {
        match self {
            Self::Metric { measure, .. } | Self::TargetShare { measure, .. } => measure,
            Self::RewardIncome { .. } => Measure::Amount,
        }
    }
}

/// Who is ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contenders {
    /// Each member.
    Members,
    /// Each team with those below it.
    Teams,
}

impl Contenders {
    /// The rows of metrics that are theirs.
    pub const fn grouping(self) -> Grouping {
        match self {
            Self::Members => Grouping::Member,
            Self::Teams => Grouping::Team,
        }
    }

    /// The one with this number.
    pub const fn subject(self, id: u64) -> MetricSubject {
        match self {
            Self::Members => MetricSubject::Member(Some(MemberId(id))),
            Self::Teams => MetricSubject::Team(Some(TeamId(id))),
        }
    }

    /// The number of one of them; none = not one of them.
    const fn id_of(self, subject: MetricSubject) -> Option<u64> {
        match (self, subject) {
            (Self::Members, MetricSubject::Member(Some(id))) => Some(id.0),
            (Self::Teams, MetricSubject::Team(Some(id))) => Some(id.0),
            _ => None,
        }
    }
}

/// What is ranked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeaderboardQuery {
    /// By what.
    pub ranked: Ranked,
    /// On which days.
    pub window: Window,
    /// Members or teams.
    pub by: Contenders,
    /// Only the members who are in this team today or in one below it; only the teams below it. It chooses who is ranked
    /// and cuts nobody's figure.
    pub within: Option<TeamId>,
    /// Only what happened in this pipeline; rewards belong to none.
    pub pipeline: Option<PipelineId>,
    /// As in [`MetricsQuery`](crate::metric::MetricsQuery).
    pub by_todays_team: bool,
}

impl LeaderboardQuery {
    /// Everybody by a metric, by the teams of the time.
    pub const fn new(ranked: Ranked, window: Window, by: Contenders) -> Self {
        Self {
            ranked,
            window,
            by,
            within: None,
            pipeline: None,
            by_todays_team: false,
        }
    }
}

/// A place on a leaderboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaderboardRow {
    /// 1, 2, 2, 4.
    pub rank: usize,
    /// Who.
    pub subject: MetricSubject,
    /// What decides the rank: a count, minor units, basis points of the target, or points.
    pub value: i128,
    /// How many score entries; where rewards are ranked: how many of those, less those taken back.
    pub count: i64,
    /// Their amount in minor units; where rewards are ranked: the income, in its own unit.
    pub amount_minor: i128,
    /// Since when the ranked value has been what it is: the time of the last entry that changed it. The least there is
    /// where nothing ever did.
    pub reached_at: Timestamp,
    /// The rank at the end of the day before, see [`Board::compared_with`]; none = not ranked then.
    pub previous_rank: Option<usize>,
    /// The own target: a count, or minor units; none unless shares of targets are ranked.
    pub target: Option<i64>,
}

/// Somebody next to a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Their place.
    pub row: LeaderboardRow,
    /// What the lower one of the two lacks to pass the other: a count, or minor units; none = nothing passes a target of
    /// zero, and who has no target passes nobody.
    pub gap: Option<i128>,
}

/// Where somebody stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The own place; none = not ranked.
    pub row: Option<LeaderboardRow>,
    /// Who is listed just above; of somebody not ranked: who is last.
    pub above: Option<Neighbour>,
    /// Who is listed just below.
    pub below: Option<Neighbour>,
}

/// Everyone with a value, greatest first; of a tie, who reached it earlier first, then the smaller id. What nobody owned is
/// not ranked. Without ranks of the day before: a [`Board`] has those.
pub fn leaderboard(state: &State, query: &LeaderboardQuery) -> Vec<LeaderboardRow> {
    let board = Board::without_past(state, query);
    board.rows(0, board.len())
}

/// Standard competition ranks (1, 2, 2, 4) of values in descending order. Values must be sorted, greatest first.
pub fn competition_ranks(values: &[i128]) -> Vec<usize> {
    let mut ranks: Vec<usize> = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        let tied = index > 0 && values[index - 1] == *value;
        let rank = if tied { ranks[index - 1] } else { index + 1 };
        ranks.push(rank);
    }
    ranks
}

/// What each place gets when `prizes` go to ranks 1, 2, 3 …: prizes of tied places are pooled and divided equally;
/// what cannot be divided goes to those listed first, one unit each. `ranks` are those of `competition_ranks`.
pub fn pooled_prizes(ranks: &[usize], prizes: &[i64]) -> Vec<i64> {
    let mut shares = Vec::with_capacity(ranks.len());
    for group in ranks.chunk_by(|left, right| left == right) {
        let first = shares.len();
        let pool: i64 = prizes.iter().skip(first).take(group.len()).sum();
        let size = i64::try_from(group.len()).unwrap_or(i64::MAX);
        let (share, rest) = (pool / size, pool % size);
        for place in 0..size {
            shares.push(share + i64::from(place < rest));
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_4_ranks_and_pooled_prizes() {
        let ranks = competition_ranks(&[50, 40, 40, 10]);
        assert_eq!(ranks, [1, 2, 2, 4]);
        assert_eq!(pooled_prizes(&ranks, &[100, 60, 20]), [100, 40, 40, 0]);
    }

    #[test]
    fn an_indivisible_rest_goes_to_who_is_listed_first_and_nothing_is_lost() {
        let ranks = competition_ranks(&[5, 5, 5, 1]);
        assert_eq!(ranks, [1, 1, 1, 4]);
        assert_eq!(pooled_prizes(&ranks, &[100, 50, 50]), [67, 67, 66, 0]);
        assert_eq!(competition_ranks(&[]), Vec::<usize>::new());
    }
}
