//! Which screen is shown.

/// Which screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Screen {
    /// The board.
    #[default]
    Board,
    /// One deal.
    Opportunity(u64),
    /// One customer.
    Customer(u64),
    /// What stagnates.
    Alerts,
    /// What to do next.
    NextActions,
    /// What waits for a decision, and what there is to know.
    Inbox,
    /// The funnel.
    Funnel,
    /// What is behind a figure.
    Drill,
    /// The forecast.
    Forecast,
    /// The goals.
    Goals,
    /// Who stands where.
    Leaderboard,
    /// The digest.
    Digest,
    /// The difference between two instants.
    Changes,
    /// What is the person's own of rewards.
    Rewards,
    /// What the team has earned.
    TeamFeed,
    /// The schemes.
    Schemes,
    /// Who would have been paid.
    Rehearsal,
    /// Sums of rewards.
    RewardStatistics,
    /// Whether rewards are fair.
    Fairness,
    /// The rewards behind a figure.
    RewardList,
    /// How to begin.
    FirstRun,
}

impl Screen {
    /// It shows what the server computed, seen through the lens.
    pub const fn is_report(self) -> bool {
        matches!(
            self,
            Self::Funnel
                | Self::Drill
                | Self::Forecast
                | Self::Goals
                | Self::Leaderboard
                | Self::Digest
                | Self::Changes
                | Self::RewardStatistics
                | Self::Fairness
        )
    }
}
