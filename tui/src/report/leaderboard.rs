//! A leaderboard: who is ranked by what, who stands where, who moved, and what it takes to pass (DOMAIN.md §7).

use jiff::civil::Date;

use super::Who;
use super::funnel::Metric;
use super::goals::GoalMetric;
use crate::record::Micros;

/// By what is ranked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RankedValue {
    /// By the metric's count or amount.
    #[default]
    Metric,
    /// By how much of the own target is reached.
    TargetShare,
    /// By what was earned in rewards: no metric decides.
    RewardIncome,
}

/// What is ranked, and who.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contest {
    /// The metric, and whether it is counted.
    pub of: GoalMetric,
    /// By its figure, by the share of the own target in it, or by rewards.
    pub ranked: RankedValue,
    /// Rewards in money instead of points.
    pub money: bool,
    /// Teams rather than members.
    pub teams: bool,
}

impl Contest {
    /// Its figures are counts or points, not amounts.
    pub fn is_count(self) -> bool {
        match self.ranked {
            RankedValue::Metric | RankedValue::TargetShare => self.of.is_count(),
            RankedValue::RewardIncome => !self.money,
        }
    }

    /// The next thing to rank by, or an earlier one: the metrics, then rewards, round and round.
    pub fn stepped(self, by: isize) -> Self {
        let metrics = Metric::ALL;
        let count = metrics.len() + 1;
        let here = match self.ranked {
            RankedValue::RewardIncome => metrics.len(),
            _ => metrics
                .iter()
                .position(|metric| *metric == self.of.metric)
                .unwrap_or(0),
        };
        let steps = by.unsigned_abs() % count;
        let onwards = if by < 0 { count - steps } else { steps };
        match metrics.get((here + onwards) % count) {
            None => Self {
                ranked: RankedValue::RewardIncome,
                ..self
            },
            Some(metric) => Self {
                of: GoalMetric {
                    metric: *metric,
                    ..self.of
                },
                ranked: match self.ranked {
                    RankedValue::RewardIncome => RankedValue::Metric,
                    ranked => ranked,
                },
                ..self
            },
        }
    }
}

/// A place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranking {
    /// Who: a team or a member.
    pub who: Who,
    /// What they are called.
    pub name: String,
    /// 1, 2, 2, 4; 0 = not ranked.
    pub rank: u64,
    /// What decides: a count, minor units, basis points of the target, or points.
    pub value: i128,
    /// Score entries, or rewards.
    pub count: i128,
    /// Their amount in minor units, or points.
    pub amount: i128,
    /// The rank at the end of the day before; none = not ranked then.
    pub previous: Option<u64>,
    /// When they came, if that was within the cycle.
    pub joined_us: Option<Micros>,
    /// When they left, if that was within the cycle.
    pub left_us: Option<Micros>,
    /// False for who has left.
    pub active: bool,
    /// The own target.
    pub target: Option<i128>,
    /// Since when the value is what it is.
    pub reached_us: Option<Micros>,
    /// The one asked about: the person at the screen, or whoever was chosen.
    pub own: bool,
}

/// How a place changed since the end of the day before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// So many places better.
    Up(u64),
    /// So many places worse.
    Down(u64),
    /// The same place.
    Same,
    /// Not ranked then.
    New,
    /// It is the first day: there is nothing to compare with.
    Nothing,
}

/// Somebody listed next to the one asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// Their place.
    pub place: Ranking,
    /// What the lower one lacks to pass the other, in the metric's own unit; none = nothing passes.
    pub gap: Option<i128>,
}

/// What the server ranked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leaderboard {
    /// What was asked, so that figures are told in their own unit while the next answer is on its way.
    pub contest: Contest,
    /// The first places.
    pub rows: Vec<Ranking>,
    /// How many are ranked.
    pub total: u64,
    /// The day at whose end the ranks before were taken; none on the first day of a cycle.
    pub compared: Option<Date>,
    /// Where the one asked about stands; none = nobody was.
    pub own: Option<Ranking>,
    /// Who is just above them.
    pub above: Option<Beside>,
    /// Who is just below them.
    pub below: Option<Beside>,
}

impl Leaderboard {
    /// How somebody's place changed.
    pub fn moved(&self, place: &Ranking) -> Moved {
        match place.previous {
            _ if self.compared.is_none() || place.rank == 0 => Moved::Nothing,
            None => Moved::New,
            Some(before) if before > place.rank => Moved::Up(before - place.rank),
            Some(before) if before < place.rank => Moved::Down(place.rank - before),
            Some(_) => Moved::Same,
        }
    }

    /// How many of those read share a rank.
    pub fn level_with(&self, rank: u64) -> usize {
        self.rows.iter().filter(|row| row.rank == rank).count()
    }

    /// The greatest value there is to draw.
    pub fn greatest(&self) -> i128 {
        self.rows.first().map_or(0, |row| row.value).max(1)
    }
}

impl Ranking {
    /// The number that tells it from the others on its board.
    pub const fn number(&self) -> u64 {
        match self.who {
            Who::Everyone => 0,
            Who::Team(id) | Who::Member(id) => id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(rank: u64, previous: Option<u64>) -> Ranking {
        Ranking {
            who: Who::Member(1),
            name: String::new(),
            rank,
            value: 0,
            count: 0,
            amount: 0,
            previous,
            joined_us: None,
            left_us: None,
            active: true,
            target: None,
            reached_us: None,
            own: false,
        }
    }

    #[test]
    fn rewards_stand_behind_the_metrics_and_leaving_them_is_no_share_of_a_target() {
        let mut contest = Contest::default();
        contest.of.metric = Metric::CheckIn;
        let rewards = contest.stepped(1);
        assert_eq!(rewards.ranked, RankedValue::RewardIncome);
        assert_eq!(rewards.stepped(1).of.metric, Metric::New);
        assert_eq!(rewards.stepped(1).ranked, RankedValue::Metric);
        assert_eq!(rewards.stepped(-1), contest);
        assert_eq!(contest.stepped(6), contest);
        assert_eq!(contest.stepped(-7), contest.stepped(-1));
    }

    #[test]
    fn a_smaller_rank_than_before_is_up_and_the_first_day_has_no_before() {
        let mut board = Leaderboard {
            compared: Some(jiff::civil::date(2026, 3, 3)),
            ..Leaderboard::default()
        };
        assert_eq!(board.moved(&place(1, Some(3))), Moved::Up(2));
        assert_eq!(board.moved(&place(3, Some(2))), Moved::Down(1));
        assert_eq!(board.moved(&place(2, Some(2))), Moved::Same);
        assert_eq!(board.moved(&place(2, None)), Moved::New);
        assert_eq!(board.moved(&place(0, None)), Moved::Nothing);
        board.compared = None;
        assert_eq!(board.moved(&place(1, None)), Moved::Nothing);
    }
}
