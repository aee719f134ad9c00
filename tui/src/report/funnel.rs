//! The funnel and the five metrics, as the server counted them (DOMAIN.md §4, §5). Amounts are in minor units.

use crate::record::Micros;

/// One stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageFigures {
    /// The stage.
    pub stage_id: u64,
    /// Deals standing in it.
    pub count: u64,
    /// Sum of their amounts.
    pub amount: i128,
    /// Sum of amount × win probability.
    pub weighted: i128,
    /// How many of them are stalled.
    pub stalled_count: u64,
    /// Sum of the amounts of those.
    pub stalled_amount: i128,
    /// Median time of a completed stay; none before the first.
    pub median_us: Option<Micros>,
    /// 90th percentile of the same.
    pub p90_us: Option<Micros>,
    /// Deals that first entered it in the cycle.
    pub entered: u64,
    /// The share of those that went further, in basis points; none when nothing entered.
    pub conversion_bp: Option<u32>,
}

/// The stages of a pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Funnel {
    /// In the pipeline's order.
    pub stages: Vec<StageFigures>,
    /// Σ weighted over open stages.
    pub weighted: i128,
    /// The plain method: all stages, won included.
    pub classic: i128,
}

/// One of the five process metrics (DOMAIN.md §4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// 新增.
    #[default]
    New,
    /// 流动.
    Flow,
    /// 成交.
    Won,
    /// 停滞转流动.
    Revived,
    /// 签到.
    CheckIn,
}

impl Metric {
    /// All, in the method's order.
    pub const ALL: [Self; 5] = [
        Self::New,
        Self::Flow,
        Self::Won,
        Self::Revived,
        Self::CheckIn,
    ];

    /// As the server writes it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::New => "NEW",
            Self::Flow => "FLOW",
            Self::Won => "WON",
            Self::Revived => "REVIVED",
            Self::CheckIn => "CHECK_IN",
        }
    }

    /// The metric of the server's word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.word() == word)
    }

    /// Key of its name.
    pub const fn name_key(self) -> &'static str {
        match self {
            Self::New => "metric-new",
            Self::Flow => "metric-flow",
            Self::Won => "metric-won",
            Self::Revived => "metric-revived",
            Self::CheckIn => "metric-check-in",
        }
    }
}

/// Count and amount of one metric.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MetricSum {
    /// Credited score entries, reversals taken off.
    pub count: i64,
    /// Sum of their amounts.
    pub amount: i128,
}

/// The five metrics of one cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    sums: [MetricSum; 5],
}

impl Metrics {
    /// One of them.
    pub fn of(&self, metric: Metric) -> MetricSum {
        self.sums[metric as usize]
    }

    /// Adds to one of them.
    pub fn add(&mut self, metric: Metric, count: i64, amount: i128) {
        let sum = &mut self.sums[metric as usize];
        sum.count += count;
        sum.amount += amount;
    }
}

/// A part of the funnel screen: each answers one question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pane {
    /// The drawn funnel.
    #[default]
    Stages,
    /// What moved?
    Moved,
    /// Will we make the quarter?
    Quarter,
    /// What is stuck?
    Stuck,
    /// Who is behind?
    Behind,
}

impl Pane {
    /// All, in reading order.
    pub const ALL: [Self; 5] = [
        Self::Stages,
        Self::Moved,
        Self::Quarter,
        Self::Stuck,
        Self::Behind,
    ];
}

/// Which figure of the funnel screen the cursor is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FunnelCursor {
    /// The part.
    pub pane: Pane,
    /// Its row.
    pub row: usize,
    /// The figure in the row.
    pub column: usize,
}
