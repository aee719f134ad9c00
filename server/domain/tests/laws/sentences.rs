//! The terms of a scheme as one plain sentence: every rule with every option.

use sluice_domain::scheme::*;
use sluice_domain::sentence::sentence;
use sluice_domain::*;

use crate::schemes::{FIRST, create, on, terms, won, world};
use crate::world::date;

#[test]
fn terms_are_said_in_one_plain_sentence() {
    let mut world = world();
    world.run(create(won(1)));
    let said = |unit, terms: &Terms| sentence(&world.state, unit, terms);
    let points = |terms: &Terms| said(Unit::Points, terms);
    let usd = Unit::Money(Currency::USD);
    let won_share = Terms {
        budget: Some(100_000),
        ..terms(on(
            Trigger::Won,
            Payment::Share {
                bp: 100,
                floor: 50,
                cap: Some(5_000),
            },
        ))
    };
    assert_eq!(
        points(&won_share),
        "Pays 1 % of the amount, at least 50 and at most 5,000 points, for each deal won; may be claimed for 30 days; budget 100,000 points."
    );
    assert_eq!(
        said(
            usd,
            &Terms {
                rule: Rule::Opportunity {
                    on: Trigger::Created,
                    payment: Payment::Fixed(123_456),
                    needs_activity: false,
                    vesting_days: 7,
                },
                audience: Audience {
                    members: vec![MemberId(1)],
                    teams: vec![TeamId(4)],
                    roles: vec![Role::Manager, Role::Rep],
                },
                pipelines: vec![PipelineId(1)],
                caps: vec![Cap {
                    unit: CycleUnit::Week,
                    amount: 50,
                }],
                approval: true,
                claim_days: 1,
                ..won(1)
            }
        ),
        "Pays 1,234.56 USD for each deal created, pending until its first forward move or for 7 days; only in Sales; only \
         for Kim, the team teams/4, managers and sales representatives; at most 0.50 USD a week for each member; a manager \
         must approve; may be claimed for 1 day."
    );
    let tail = "; may be claimed for 30 days.";
    let opportunity = |on, payment, stages: &[u64]| Terms {
        stages: stages.iter().map(|id| StageId(*id)).collect(),
        rule: Rule::Opportunity {
            on,
            payment,
            needs_activity: false,
            vesting_days: 0,
        },
        ..won(1)
    };
    let share = |bp, floor, cap| Payment::Share { bp, floor, cap };
    let cases: Vec<(Terms, &str)> = vec![
        (
            opportunity(Trigger::Entered, Payment::Fixed(1), &[]),
            "Pays 1 point for each deal moved forward to an open stage",
        ),
        (
            opportunity(Trigger::Entered, share(5, 0, None), &[2, 3, 4]),
            "Pays 0.05 % of the amount in points for each deal moved forward to Qualified, Solution or Proposal",
        ),
        (
            opportunity(Trigger::Won, share(250, 10, None), &[6]),
            "Pays 2.5 % of the amount, at least 10 points, for each deal won in Won",
        ),
        (
            opportunity(Trigger::Revived, share(250, 0, Some(10)), &[2]),
            "Pays 2.5 % of the amount, at most 10 points, for each deal moved to Qualified after it stalled",
        ),
        (
            terms(on(Trigger::Revived, Payment::Fixed(1))),
            "Pays 1 point for each deal set moving again after it stalled, if an activity was recorded while it was stalled",
        ),
        (
            opportunity(Trigger::Revived, Payment::Fixed(2), &[]),
            "Pays 2 points for each deal set moving again after it stalled",
        ),
        (
            terms(Rule::Task {
                metric: Metric::Won,
                measure: Measure::Amount,
                target: 100_000_000,
                period: TaskPeriod::Once(Window {
                    start: date("2026-03-01"),
                    end: date("2026-04-01"),
                }),
                amount: 500,
            }),
            "Pays 500 points to whoever reaches 1,000,000.00 USD in won deals in 2026-03",
        ),
        (
            terms(Rule::Task {
                metric: Metric::CheckIn,
                measure: Measure::Count,
                target: 1,
                period: TaskPeriod::Each(CycleUnit::Day),
                amount: 5,
            }),
            "Pays 5 points to whoever reaches 1 check-in in a day",
        ),
        (
            terms(Rule::CustomerData {
                fields: Vec::new(),
                per_field: 2,
                threshold_bp: 10_000,
                complete: 20,
            }),
            "Pays 2 points for each field of a customer's record and 20 points when the record is 100 % complete, the first \
             time only",
        ),
        (
            terms(Rule::CustomerData {
                fields: vec![CustomerField::Region, CustomerField::Decider],
                per_field: 2,
                threshold_bp: 10_000,
                complete: 0,
            }),
            "Pays 2 points for the region and a decision maker of a customer, the first time only",
        ),
        (
            terms(Rule::CustomerData {
                fields: Vec::new(),
                per_field: 0,
                threshold_bp: 7_500,
                complete: 20,
            }),
            "Pays 20 points when the record is 75 % complete, the first time only",
        ),
        (
            terms(Rule::Activity {
                on: ActivityTrigger::CheckIn,
                amount: 5,
                daily_cap: 6,
                min_gap_minutes: 30,
            }),
            "Pays 5 points for each verified check-in, at most 6 a day, at least 30 minutes apart",
        ),
        (
            terms(Rule::Activity {
                on: ActivityTrigger::Completed(Vec::new()),
                amount: 5,
                daily_cap: 0,
                min_gap_minutes: 0,
            }),
            "Pays 5 points for each activity but notes",
        ),
        (
            terms(Rule::Activity {
                on: ActivityTrigger::Completed(vec![ActivityKind::Call, ActivityKind::Visit]),
                amount: 5,
                daily_cap: 0,
                min_gap_minutes: 0,
            }),
            "Pays 5 points for each call or visit",
        ),
        (
            terms(Rule::Ranking {
                by: RankedBy::Metric(Metric::Flow, Measure::Amount),
                contender: Contender::Member,
                unit: CycleUnit::Week,
                prizes: vec![1_300, 200, 100],
                attainment: Vec::new(),
            }),
            "Pays 1,300, 200 and 100 points to ranks 1 to 3, among members by the amount of forward moves, at the end of each \
             week",
        ),
        (
            terms(Rule::Ranking {
                by: RankedBy::RewardIncome,
                contender: Contender::Team,
                unit: CycleUnit::Quarter,
                prizes: vec![300],
                attainment: Vec::new(),
            }),
            "Pays 300 points to rank 1, among teams by what they earned in rewards, at the end of each quarter",
        ),
        (
            terms(Rule::Ranking {
                by: RankedBy::TargetShare(Metric::New, Measure::Count),
                contender: Contender::Member,
                unit: CycleUnit::Year,
                prizes: vec![300],
                attainment: vec![
                    AttainmentTier {
                        from_bp: 10_000,
                        amount: 5,
                    },
                    AttainmentTier {
                        from_bp: 12_000,
                        amount: 8,
                    },
                ],
            }),
            "Pays 300 points to rank 1, and 5 points from 100 %, 8 points from 120 % of the own target, among members by the \
             share of the own target for the number of new deals, at the end of each year",
        ),
        (
            terms(Rule::Grant { monthly_cap: 500 }),
            "Lets managers reward personally, each up to 500 points a month",
        ),
    ];
    for (terms, expected) in cases {
        assert_eq!(points(&terms), format!("{expected}{tail}"));
    }
    let split = |covers, method, audience| {
        points(&terms(Rule::Split {
            covers,
            share_bp: 2_000,
            method,
            audience,
            window_hours: 72,
        }))
    };
    assert_eq!(
        split(Vec::new(), SplitMethod::Equal, SplitAudience::Team),
        "Breaks 20 % of each reward in points into equal packets for the earner's team, to be opened within 72 hours."
    );
    assert_eq!(
        split(
            vec![FIRST],
            SplitMethod::Lucky,
            SplitAudience::Collaborators
        ),
        "Breaks 20 % of each reward of Scheme into packets of drawn sizes for the collaborators of the deal, to be opened \
         within 72 hours."
    );
}
