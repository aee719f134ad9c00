//! Schemes to begin with, at least one of each system: nothing is switched on by them, somebody creates and publishes what
//! they like (DOMAIN.md §6).

use crate::activity::ActivityKind;
use crate::cycle::CycleUnit;
use crate::goal::Measure;
use crate::scheme::{
    ActivityTrigger, AttainmentTier, Audience, Cap, Contender, Payment, RankedBy, Rule,
    SplitAudience, SplitMethod, TaskPeriod, Terms, Trigger, Unit,
};
use crate::score::Metric;
use crate::workspace::Language;

/// How long rewards of templates can be claimed, in days.
const CLAIM_DAYS: u16 = 30;
/// The days a new deal must survive before what it earned can be claimed (DOMAIN.md §6).
pub const DEFAULT_VESTING_DAYS: u16 = 7;
/// The share of a reward that is split, in basis points (DOMAIN.md §6).
pub const DEFAULT_SPLIT_BP: u16 = 2_000;
/// How long packets can be opened, in hours (DOMAIN.md §6).
pub const DEFAULT_PACKET_HOURS: u16 = 72;
/// The whole in basis points.
const WHOLE_BP: u16 = 10_000;

/// A scheme to begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeTemplate {
    /// What programs call it.
    pub key: &'static str,
    /// A name for it.
    pub name: &'static str,
    /// What it pays in.
    pub unit: Unit,
    /// What it lays down.
    pub terms: Terms,
}

/// All templates, by system, with names in a language. They pay points, name nobody and nothing, and so fit any workspace.
pub fn templates(language: Language) -> Vec<SchemeTemplate> {
    let all = rules().into_iter();
    all.map(|(key, english, chinese, rule, caps)| SchemeTemplate {
        key,
        name: match language {
            Language::En => english,
            Language::Zh => chinese,
        },
        unit: Unit::Points,
        terms: Terms {
            rule,
            audience: Audience::default(),
            pipelines: Vec::new(),
            stages: Vec::new(),
            budget: None,
            caps,
            approval: false,
            claim_days: CLAIM_DAYS,
        },
    })
    .collect()
}

/// Key, names in English and Chinese, rule and caps.
type Row = (&'static str, &'static str, &'static str, Rule, Vec<Cap>);

/// The sizes relate: a win of a hundred thousand pays 1,000 points, as much as fifty moves; a visit pays less than a move.
fn rules() -> Vec<Row> {
    let won_value = RankedBy::TargetShare(Metric::Won, Measure::Amount);
    let capped = |unit, amount| vec![Cap { unit, amount }];
    vec![
        (
            "ten-moves-a-week",
            "Ten moves a week",
            "一周流动十次",
            task(Metric::Flow, 10, CycleUnit::Week, 200),
            Vec::new(),
        ),
        (
            "forty-check-ins-a-month",
            "Forty check-ins a month",
            "一月签到四十次",
            task(Metric::CheckIn, 40, CycleUnit::Month, 300),
            Vec::new(),
        ),
        (
            "new-deal",
            "New deal",
            "新增商机",
            on_opportunity(Trigger::Created, Payment::Fixed(10), DEFAULT_VESTING_DAYS),
            capped(CycleUnit::Week, 200),
        ),
        (
            "forward-move",
            "Forward move",
            "商机流动",
            on_opportunity(Trigger::Entered, Payment::Fixed(20), 0),
            Vec::new(),
        ),
        (
            "won-share",
            "Share of what is won",
            "成交提成",
            on_opportunity(
                Trigger::Won,
                Payment::Share {
                    bp: 100,
                    floor: 50,
                    cap: Some(5_000),
                },
                0,
            ),
            Vec::new(),
        ),
        (
            "revived-deal",
            "Stalled deal set moving",
            "停滞转流动",
            on_opportunity(Trigger::Revived, Payment::Fixed(15), 0),
            Vec::new(),
        ),
        (
            "customer-record",
            "Complete customer record",
            "完善客户资料",
            Rule::CustomerData {
                fields: Vec::new(),
                per_field: 2,
                threshold_bp: WHOLE_BP,
                complete: 20,
            },
            capped(CycleUnit::Week, 200),
        ),
        (
            "verified-check-in",
            "Verified check-in",
            "有效签到",
            Rule::Activity {
                on: ActivityTrigger::CheckIn,
                amount: 5,
                daily_cap: 6,
                min_gap_minutes: 30,
            },
            Vec::new(),
        ),
        (
            "customer-contact",
            "Talking to customers",
            "客户沟通",
            Rule::Activity {
                on: ActivityTrigger::Completed(vec![
                    ActivityKind::Call,
                    ActivityKind::Visit,
                    ActivityKind::Meeting,
                    ActivityKind::Demo,
                ]),
                amount: 2,
                daily_cap: 10,
                min_gap_minutes: 10,
            },
            Vec::new(),
        ),
        (
            "team-packets",
            "Packets for the team",
            "团队红包",
            split(SplitMethod::Equal, SplitAudience::Team),
            Vec::new(),
        ),
        (
            "lucky-packets",
            "Lucky packets for collaborators",
            "协作人手气红包",
            split(SplitMethod::Lucky, SplitAudience::Collaborators),
            Vec::new(),
        ),
        (
            "weekly-ranking",
            "Ranking of the week by movement",
            "每周流动排名",
            Rule::Ranking {
                by: RankedBy::Metric(Metric::Flow, Measure::Amount),
                contender: Contender::Member,
                unit: CycleUnit::Week,
                prizes: vec![300, 200, 100],
                attainment: Vec::new(),
            },
            Vec::new(),
        ),
        (
            "monthly-target",
            "Target of the month",
            "月度目标达成",
            Rule::Ranking {
                by: won_value,
                contender: Contender::Member,
                unit: CycleUnit::Month,
                prizes: Vec::new(),
                attainment: vec![
                    AttainmentTier {
                        from_bp: u32::from(WHOLE_BP),
                        amount: 500,
                    },
                    AttainmentTier {
                        from_bp: u32::from(WHOLE_BP) * 12 / 10,
                        amount: 800,
                    },
                ],
            },
            Vec::new(),
        ),
        (
            "manager-reward",
            "Manager's personal reward",
            "经理即时奖励",
            Rule::Grant { monthly_cap: 500 },
            Vec::new(),
        ),
    ]
}

fn task(metric: Metric, target: i64, unit: CycleUnit, amount: i64) -> Rule {
    Rule::Task {
        metric,
        measure: Measure::Count,
        target,
        period: TaskPeriod::Each(unit),
        amount,
    }
}

fn on_opportunity(on: Trigger, payment: Payment, vesting_days: u16) -> Rule {
    Rule::Opportunity {
        needs_activity: on == Trigger::Revived,
        on,
        payment,
        vesting_days,
    }
}

const fn split(method: SplitMethod, audience: SplitAudience) -> Rule {
    Rule::Split {
        covers: Vec::new(),
        share_bp: DEFAULT_SPLIT_BP,
        method,
        audience,
        window_hours: DEFAULT_PACKET_HOURS,
    }
}
