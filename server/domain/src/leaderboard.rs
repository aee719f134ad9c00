//! Ranks and prizes (DOMAIN.md §7): standard competition ranking, prizes of tied ranks pooled and divided.

use crate::cycle::Window;
use crate::goal::Measure;
use crate::id::PipelineId;
use crate::metric::{Grouping, MetricSubject, MetricsQuery, reached_at, sums};
use crate::score::Metric;
use crate::state::State;
use crate::time::Timestamp;

/// What is ranked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaderboardQuery {
    /// In which metric.
    pub metric: Metric,
    /// By count or by amount.
    pub measure: Measure,
    /// On which days.
    pub window: Window,
    /// Members or teams; teams each with those below them.
    pub by: Grouping,
    /// Only in this pipeline.
    pub pipeline: Option<PipelineId>,
    /// As in [`MetricsQuery`].
    pub by_todays_team: bool,
}

/// A place on a leaderboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaderboardRow {
    /// 1, 2, 2, 4.
    pub rank: usize,
    /// Who.
    pub subject: MetricSubject,
    /// How many score entries.
    pub count: i64,
    /// Their amount in minor units.
    pub amount_minor: i128,
    /// Since when the ranked value has been what it is: the time of the last entry that changed it.
    pub reached_at: Timestamp,
}

/// Everyone with a value, greatest first; of a tie, who reached it earlier first, then the smaller id. What nobody owned is
/// not ranked.
pub fn leaderboard(state: &State, query: &LeaderboardQuery) -> Vec<LeaderboardRow> {
    let by_amount = query.measure == Measure::Amount;
    let sums = sums(
        state,
        &MetricsQuery {
            window: query.window,
            by: query.by,
            pipeline: query.pipeline,
            metric: Some(query.metric),
            by_todays_team: query.by_todays_team,
        },
    );
    let mut places: Vec<(i128, Timestamp, MetricSubject, i64, i128)> = sums
        .into_iter()
        .filter(|((subject, _), _)| subject.key().is_some())
        .map(|((subject, _), total)| {
            let value = if by_amount {
                total.amount_minor
            } else {
                i128::from(total.count)
            };
            (
                value,
                reached_at(&total, by_amount),
                subject,
                total.count,
                total.amount_minor,
            )
        })
        .collect();
    places.sort_unstable_by_key(|(value, at, subject, ..)| {
        (std::cmp::Reverse(*value), *at, *subject)
    });
    let values: Vec<i128> = places.iter().map(|(value, ..)| *value).collect();
    let ranks = competition_ranks(&values);
    places
        .into_iter()
        .zip(ranks)
        .map(
            |((_, reached_at, subject, count, amount_minor), rank)| LeaderboardRow {
                rank,
                subject,
                count,
                amount_minor,
                reached_at,
            },
        )
        .collect()
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
