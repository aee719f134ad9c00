//! What the server of the screen tests answers about incentives, and the schemes it has.
#![allow(clippy::unwrap_used)]

use sluice::incentive::scheme::{
    Activities, CustomerData, Deal, Pay, RankedBy, Ranking, Sharing, SplitMethod, Task, TaskWindow,
    Trigger, Version,
};
use sluice::incentive::{
    Badge, BadgeKind, Balance, Cause, CustomerField, EndReason, Own, Packet, PacketState, Reward,
    RewardState, Rule, Scheme, SchemeState, Split, System, Template, Terms, Unit,
};
use sluice::model::{ActivityKind, DAY_US, MemberRole, Model, Resource};
use sluice::report::funnel::Metric;
use sluice::report::incentives::{
    Explained, Fairness, FairnessMember, IncentiveAnswer, IncentiveAsk, MyRewards, PacketLine,
    Pattern, Posting, Rehearsal, RehearsedMember, RewardList, Statistics, StatisticsRow, Step,
    TeamFeed, Transaction,
};
use sluice::report::lens::CycleKind;
use sluice::strings::Language;

use crate::fixture::NOW;

const HOUR_US: i64 = 3_600_000_000;

fn pick(language: Language, words: (&str, &str)) -> String {
    match language {
        Language::English => words.0.to_owned(),
        Language::Chinese => words.1.to_owned(),
    }
}

/// Every rule with every option, by the name of its system.
pub fn rules() -> Vec<Terms> {
    let deal = |on, pay| {
        Rule::Deal(Deal {
            on,
            pay,
            without_activity: false,
            vesting_days: None,
        })
    };
    vec![
        Terms {
            budget: Some(500_000),
            caps: vec![(CycleKind::Week, 2_000)],
            ..Terms::of(deal(
                Trigger::Won,
                Pay::Share {
                    bp: 100,
                    floor: 50,
                    cap: 1_000,
                },
            ))
        },
        Terms {
            stages: vec![3, 4],
            pipelines: vec![1],
            teams: vec![2],
            claim_days: 14,
            ..Terms::of(deal(Trigger::Entered, Pay::Fixed(20)))
        },
        Terms::of(deal(Trigger::Created, Pay::Fixed(10))),
        Terms::of(Rule::Deal(Deal {
            on: Trigger::Created,
            pay: Pay::Fixed(5),
            without_activity: false,
            vesting_days: Some(0),
        })),
        Terms::of(deal(Trigger::Revived, Pay::Fixed(30))),
        Terms::of(Rule::Deal(Deal {
            on: Trigger::Revived,
            pay: Pay::Fixed(30),
            without_activity: true,
            vesting_days: None,
        })),
        Terms {
            roles: vec![MemberRole::Rep],
            members: vec![2],
            ..Terms::of(Rule::Task(Task {
                metric: Metric::Won,
                by_count: true,
                target: 5,
                window: TaskWindow::Each(CycleKind::Week),
                amount: 500,
            }))
        },
        Terms::of(Rule::Task(Task {
            metric: Metric::Flow,
            by_count: false,
            target: 50_000_000,
            window: TaskWindow::Once("2026-03".to_owned()),
            amount: 800,
        })),
        Terms::of(Rule::CustomerData(CustomerData {
            fields: vec![CustomerField::Phone, CustomerField::Decider],
            per_field: 5,
            threshold_bp: 8_000,
            complete: 40,
        })),
        Terms::of(Rule::Activity(Activities {
            check_ins: true,
            amount: 5,
            daily_cap: 4,
            min_gap_minutes: 30,
            ..Activities::default()
        })),
        Terms::of(Rule::Activity(Activities {
            kinds: vec![ActivityKind::Visit, ActivityKind::Demo],
            amount: 3,
            ..Activities::default()
        })),
        Terms::of(Rule::Activity(Activities {
            amount: 1,
            ..Activities::default()
        })),
        Terms::of(Rule::Split(Sharing::default())),
        Terms::of(Rule::Split(Sharing {
            scheme_ids: vec![1],
            share_bp: 2_500,
            method: SplitMethod::Lucky,
            collaborators: true,
            window_hours: 24,
        })),
        Terms {
            approval: true,
            ..Terms::of(Rule::Ranking(Ranking {
                by: RankedBy::Metric,
                metric: Metric::Won,
                by_count: false,
                teams: false,
                unit: CycleKind::Month,
                prizes: vec![1_000, 500, 250],
                tiers: Vec::new(),
            }))
        },
        Terms::of(Rule::Ranking(Ranking {
            by: RankedBy::TargetShare,
            metric: Metric::Won,
            by_count: false,
            teams: false,
            unit: CycleKind::Quarter,
            prizes: Vec::new(),
            tiers: vec![(10_000, 2_000), (12_000, 5_000)],
        })),
        Terms::of(Rule::Ranking(Ranking {
            by: RankedBy::RewardIncome,
            metric: Metric::New,
            by_count: false,
            teams: true,
            unit: CycleKind::Week,
            prizes: vec![300],
            tiers: Vec::new(),
        })),
        Terms::of(Rule::Grant { monthly_cap: 1_000 }),
    ]
}

fn scheme(id: u64, name: String, terms: Terms, state: SchemeState) -> Resource {
    let draft = (state == SchemeState::Draft).then(|| terms.clone());
    let versions = match state {
        SchemeState::Draft => Vec::new(),
        _ => vec![Version {
            number: 1,
            effective_us: NOW - 30 * DAY_US,
            terms: terms.clone(),
        }],
    };
    Resource::Scheme(Box::new(Scheme {
        id,
        name,
        unit: Unit::Points,
        system: terms.rule.system(),
        state,
        draft,
        versions,
        revision: id,
    }))
}

/// Three schemes that are on, a draft, one that is over.
pub fn schemes(language: Language) -> Vec<Resource> {
    let rules = rules();
    let names = [
        (
            1,
            ("Every win counts", "成交有奖"),
            0,
            SchemeState::Published,
        ),
        (2, ("Up the funnel", "推进奖"), 1, SchemeState::Published),
        (5, ("Share the joy", "同乐红包"), 13, SchemeState::Published),
        (6, ("Well done", "当面表扬"), 17, SchemeState::Published),
        (7, ("Five a week", "每周五单"), 6, SchemeState::Draft),
        (8, ("Spring race", "春季竞赛"), 14, SchemeState::Ended),
    ];
    names
        .into_iter()
        .map(|(id, name, rule, state)| scheme(id, pick(language, name), rules[rule].clone(), state))
        .collect()
}

fn reward(id: u64, metric: Metric, deal: u64, amount: i64, state: RewardState) -> Reward {
    Reward {
        id,
        scheme_id: if metric == Metric::Won { 1 } else { 2 },
        version: 1,
        system: System::Opportunity,
        member_id: 1,
        amount,
        own_amount: amount,
        state,
        cause: Cause {
            metric: Some(metric),
            deal_id: Some(deal),
            ..Cause::default()
        },
        granted_us: NOW - i64::try_from(id).unwrap() * 5 * HOUR_US,
        ..Reward::default()
    }
}

/// A win of 120 points, of which 24 were shared by lot.
pub fn shared() -> Reward {
    Reward {
        own_amount: 96,
        split: Some(Split {
            scheme_id: 5,
            method: SplitMethod::Lucky,
            seed: "9f2c".repeat(16),
            amount: 24,
            packets: 3,
            returned: 0,
        }),
        claim_until_us: Some(NOW + 29 * DAY_US),
        ..reward(1, Metric::Won, 40, 120, RewardState::Claimable)
    }
}

pub fn own() -> Own {
    Own {
        balances: vec![
            Balance {
                unit: Unit::Points,
                wallet: 1_240,
                claimable: 116,
                pending: 60,
                packets: 15,
                earned: 460,
                packets_received: 85,
                packets_sent: 130,
                ..Balance::default()
            },
            Balance {
                unit: Unit::Money,
                currency: "USD".to_owned(),
                wallet: 25_050,
                ..Balance::default()
            },
        ],
        claimable_count: 2,
        pending_count: 2,
        packet_count: 1,
        next_expiry_us: Some(NOW + 2 * DAY_US),
        awaiting: Vec::new(),
    }
}

fn packet(id: u64, giver_id: u64, state: PacketState) -> Packet {
    Packet {
        id,
        reward_id: 90 + id,
        place: 1,
        giver_id,
        receiver_id: 1,
        amount: 15,
        state,
        sent_us: NOW - DAY_US,
        open_until_us: NOW + 2 * DAY_US,
        ended_us: (state != PacketState::Sent).then_some(NOW - 2 * HOUR_US),
        ..Packet::default()
    }
}

fn badge(id: u64, member_id: u64, kind: BadgeKind, giver_id: Option<u64>) -> Badge {
    Badge {
        id,
        member_id,
        kind,
        giver_id,
        reason: if giver_id.is_some() {
            "the plant tour · 工厂参观".to_owned()
        } else {
            String::new()
        },
        given_us: NOW - i64::try_from(id).unwrap() * 9 * HOUR_US,
    }
}

fn mine() -> MyRewards {
    let pending = Reward {
        vests_us: Some(NOW + 6 * DAY_US),
        ..reward(3, Metric::New, 5, 10, RewardState::Pending)
    };
    let awaiting = Reward {
        awaits_approval: true,
        system: System::Ranking,
        cause: Cause {
            cycle: "2026-02".to_owned(),
            rank: 2,
            ..Cause::default()
        },
        ..reward(4, Metric::Won, 1, 50, RewardState::Pending)
    };
    let over = |id, state, end_reason| Reward {
        ended_us: Some(NOW - DAY_US),
        end_reason,
        ..reward(id, Metric::Flow, id * 3, 20, state)
    };
    MyRewards {
        own: own(),
        claimable: vec![
            shared(),
            Reward {
                claim_until_us: Some(NOW + 2 * DAY_US),
                ..reward(2, Metric::Flow, 9, 20, RewardState::Claimable)
            },
        ],
        packets: vec![packet(1, 3, PacketState::Sent)],
        pending: vec![pending, awaiting],
        history: vec![
            over(5, RewardState::Claimed, None),
            over(6, RewardState::Expired, None),
            over(7, RewardState::Reversed, Some(EndReason::OpportunityLost)),
            over(8, RewardState::Unfunded, Some(EndReason::FundEmpty)),
            Reward {
                system: System::Grant,
                scheme_id: 6,
                cause: Cause {
                    giver_id: Some(2),
                    reason: "saved the Globex account".to_owned(),
                    ..Cause::default()
                },
                ..over(9, RewardState::Claimed, None)
            },
        ],
        opened: vec![packet(2, 2, PacketState::Opened)],
        badges: vec![
            badge(1, 1, BadgeKind::FirstWin, None),
            badge(2, 1, BadgeKind::Thanks, Some(4)),
        ],
    }
}

fn feed() -> TeamFeed {
    let of = |id: u64, member_id: u64, metric| Reward {
        member_id,
        ..reward(
            id,
            metric,
            id * 2,
            20 + 10 * i64::try_from(id).unwrap(),
            RewardState::Claimable,
        )
    };
    TeamFeed {
        rewards: vec![
            shared(),
            of(2, 3, Metric::Flow),
            of(3, 2, Metric::New),
            of(4, 4, Metric::Revived),
        ],
        badges: vec![
            badge(1, 1, BadgeKind::FirstWin, None),
            badge(2, 3, BadgeKind::Thanks, Some(4)),
        ],
        packets: vec![packet(2, 2, PacketState::Opened)],
    }
}

fn posting(account_key: &'static str, owner: (Option<u64>, Option<u64>), amount: i64) -> Posting {
    Posting {
        account_key,
        member_id: owner.0,
        scheme_id: owner.1,
        amount,
    }
}

fn explained() -> Explained {
    let me = (Some(1), None);
    let line = |receiver_id, amount, state| PacketLine {
        receiver_id: Some(receiver_id),
        amount,
        state,
    };
    Explained {
        reward: shared(),
        scheme: "Every win counts".to_owned(),
        terms: Some(rules()[0].clone()),
        sentence: String::new(),
        steps: vec![
            (
                Step::Share {
                    of: 12_040,
                    bp: 100,
                },
                120,
            ),
            (
                Step::MemberCap {
                    kind: Some(CycleKind::Week),
                    left: 900,
                },
                120,
            ),
        ],
        transactions: vec![
            Transaction {
                purpose_key: "ledger-grant",
                time: NOW - 5 * HOUR_US,
                postings: vec![
                    posting("account-fund", (None, Some(1)), -120),
                    posting("account-claimable", me, 120),
                ],
            },
            Transaction {
                purpose_key: "ledger-send",
                time: NOW - 5 * HOUR_US,
                postings: vec![
                    posting("account-claimable", me, -24),
                    posting("account-in-flight", (None, Some(5)), 24),
                ],
            },
            Transaction {
                purpose_key: "ledger-open",
                time: NOW - 2 * HOUR_US,
                postings: vec![
                    posting("account-in-flight", (None, Some(5)), -9),
                    posting("account-wallet", (Some(2), None), 9),
                ],
            },
        ],
        packets: vec![
            line(2, 9, PacketState::Opened),
            line(3, 4, PacketState::Sent),
            line(4, 11, PacketState::Returned),
        ],
    }
}

fn statistics() -> Statistics {
    let row = |subject: &str, id: &str, count, issued: i64| StatisticsRow {
        subject: subject.to_owned(),
        subject_id: id.to_owned(),
        count,
        issued,
        claimed: issued * 6 / 10,
        expired: issued / 20,
        reversed: issued / 10,
        open: issued / 4,
        packets_sent: issued / 5,
        packets_received: issued / 6,
        won_minor: issued * 900_000,
        ..StatisticsRow::default()
    };
    Statistics {
        rows: vec![
            row("Every win counts", "schemes/1", 9, 5_400),
            row("Up the funnel", "schemes/2", 31, 620),
            row("Share the joy 同乐红包", "schemes/5", 4, 90),
        ],
        total: row("", "", 44, 6_110),
        cost_bp: None,
    }
}

fn rehearsal() -> Rehearsal {
    let member = |name: &str, rewards, amount, paid| RehearsedMember {
        name: name.to_owned(),
        rewards,
        amount,
        paid,
    };
    Rehearsal {
        members: vec![
            member("Kim 张三", 6, 1_240, 900),
            member("Noor", 3, 480, 480),
            member("Ada", 2, 120, 200),
        ],
        rewards: 11,
        amount: 1_840,
        paid: 1_580,
        fund_left: Some(498_160),
        unfunded: 0,
        caveats: vec!["Imported history is not replayed.".to_owned()],
    }
}

fn fairness() -> Fairness {
    let member = |id, name: &str, earned, attainment_bp| FairnessMember {
        member_id: Some(id),
        name: name.to_owned(),
        earned,
        attainment_bp,
    };
    Fairness {
        members: vec![
            member(1, "Kim 张三", 1_240, Some(11_500)),
            member(2, "Noor", 620, Some(8_200)),
            member(3, "Ada", 310, None),
            member(4, "Sam", 0, Some(2_000)),
        ],
        without_income: 1,
        gini_bp: 4_120,
        median: 465,
        patterns: vec![
            Pattern {
                words_key: "pattern-small-deals",
                name: "Noor".to_owned(),
                count: 7,
                usual: 2,
                deals: vec![12, 13, 17],
                customers: vec![3],
                first_us: NOW - 9 * DAY_US,
                last_us: NOW - DAY_US,
                amount_minor: 0,
            },
            Pattern {
                words_key: "pattern-amount-raised",
                name: "Ada".to_owned(),
                count: 2,
                usual: 0,
                deals: vec![31],
                customers: Vec::new(),
                first_us: NOW - 4 * DAY_US,
                last_us: NOW - 3 * DAY_US,
                amount_minor: 42_000_000,
            },
        ],
    }
}

fn templates() -> Vec<Template> {
    let rules = rules();
    let template = |key: &str, name: &str, rule: usize| Template {
        key: key.to_owned(),
        name: name.to_owned(),
        unit: Unit::Points,
        terms: rules[rule].clone(),
    };
    vec![
        template("won-share", "A share of every win", 0),
        template("check-in", "Check-ins", 9),
        template("thanks", "A manager’s reward", 17),
    ]
}

pub fn answer(_: &Model, ask: &IncentiveAsk) -> IncentiveAnswer {
    match ask {
        IncentiveAsk::Mine(Some(_)) => IncentiveAnswer::Mine(Box::new(mine())),
        IncentiveAsk::Mine(None) => IncentiveAnswer::Mine(Box::default()),
        IncentiveAsk::Explain(_) => IncentiveAnswer::Explained(Box::new(explained())),
        IncentiveAsk::Feed => IncentiveAnswer::Feed(feed()),
        IncentiveAsk::Granted { .. } => IncentiveAnswer::Granted([350, 0]),
        IncentiveAsk::Statistics { .. } => IncentiveAnswer::Statistics(statistics()),
        IncentiveAsk::Templates => IncentiveAnswer::Templates(templates()),
        IncentiveAsk::Rehearsal { .. } => IncentiveAnswer::Rehearsal(rehearsal()),
        IncentiveAsk::Fairness { .. } => IncentiveAnswer::Fairness(fairness()),
        IncentiveAsk::Rewards(_) => IncentiveAnswer::Rewards(RewardList {
            rewards: mine().history,
            total: 5,
        }),
    }
}
