//! The close of a cycle: who is paid by rank and by share of their target, each cycle exactly once (DOMAIN.md §6, §7).

use sluice_domain::command::*;
use sluice_domain::*;

use crate::incentive_world::*;
use crate::world::{DAY, World, at, date};

fn ranking(by: RankedBy, contender: Contender, prizes: &[i64]) -> Rule {
    Rule::Ranking {
        by,
        contender,
        unit: CycleUnit::Week,
        prizes: prizes.to_vec(),
        attainment: Vec::new(),
    }
}

const FLOWS: RankedBy = RankedBy::Metric(Metric::Flow, Measure::Count);

/// Moves of Max, Ann and Ben within this week.
fn race(world: &mut World, moves: [u64; 3]) {
    for (member, moves) in [MAX, ANN, BEN].into_iter().zip(moves) {
        let deal = world.sale(member, 1_000);
        for stage in 0..moves {
            world.go(deal, stage + 2);
        }
    }
}

#[test]
fn golden_4_tied_ranks_pool_and_divide_their_prizes_at_the_close() {
    let mut world = sellers();
    world.publish(terms(ranking(FLOWS, Contender::Member, &[100, 60, 20])));
    race(&mut world, [4, 2, 2]);
    let end = at("2026-03-08T23:00:00Z");
    assert_eq!(
        next_deadline(&world.state, world.now).map(|at| at <= end),
        Some(true)
    );
    world.now = end.plus_micros(-1);
    world.tick();
    assert_eq!(world.rewards(), [""; 0]);
    world.now = end;
    world.tick();
    assert_eq!(
        world.rewards(),
        [
            "R-1 M-3 100 100 CLAIMABLE",
            "R-2 M-4 40 40 CLAIMABLE",
            "R-3 M-5 40 40 CLAIMABLE"
        ]
    );
    let pooled = Step::Prize {
        pool: 80,
        among: 2,
        result: 40,
    };
    assert_eq!(world.reward(2).steps, [pooled]);
    assert_eq!(world.notices_to(MAX), [NoticeKind::RankingPaid]);
    let scheme = world.state.scheme(SchemeId(1)).unwrap();
    assert_eq!(scheme.closed_until, Some(date("2026-03-09")));
}

#[test]
fn a_server_that_was_down_for_weeks_closes_every_cycle_once_the_oldest_first() {
    let mut world = sellers();
    world.publish(terms(ranking(FLOWS, Contender::Member, &[100])));
    race(&mut world, [1, 0, 0]);
    world.now = world.now.plus_micros(7 * DAY);
    race(&mut world, [0, 1, 0]);
    world.now = world.now.plus_micros(28 * DAY);
    world.tick();
    let paid: Vec<String> = world
        .state
        .rewards()
        .map(|row| match row.cause {
            Cause::Rank {
                window,
                rank,
                value,
            } => {
                format!("{} {rank} {value} {}", window.name(), row.member)
            }
            _ => String::new(),
        })
        .collect();
    assert_eq!(paid, ["2026-W10 1 1 M-3", "2026-W11 1 1 M-4"]);
    let scheme = world.state.scheme(SchemeId(1)).unwrap();
    assert_eq!(scheme.closed_until, Some(date("2026-04-06")));
    assert_eq!(world.tick(), 0);
}

#[test]
fn what_is_taken_back_after_the_close_changes_no_rank() {
    let mut world = sellers();
    world.publish(terms(ranking(FLOWS, Contender::Member, &[100])));
    let deal = world.sale(MAX, 1_000);
    world.go(deal, 6);
    world.now = world.now.plus_micros(7 * DAY);
    world.tick();
    world.run(Command::ReopenOpportunity(ReopenOpportunity {
        id: deal,
        to: StageId(2),
        reason: "again".to_owned(),
        override_reason: None,
    }));
    world.tick();
    assert_eq!(world.rewards(), ["R-1 M-3 100 100 CLAIMABLE"]);
}

#[test]
fn an_ended_scheme_closes_no_further_cycle() {
    let mut world = sellers();
    let scheme = world.publish(terms(ranking(FLOWS, Contender::Member, &[100])));
    race(&mut world, [1, 0, 0]);
    world.run(end(scheme));
    world.now = world.now.plus_micros(14 * DAY);
    world.tick();
    assert_eq!(world.rewards(), [""; 0]);
}

#[test]
fn a_teams_prize_is_divided_among_its_own_members_who_are_here() {
    let mut world = sellers();
    world.publish(Terms {
        audience: Audience {
            teams: vec![TeamId(2)],
            ..Audience::default()
        },
        ..terms(ranking(FLOWS, Contender::Team, &[100]))
    });
    race(&mut world, [1, 0, 0]);
    world.run(leaves(ANN));
    world.now = world.now.plus_micros(7 * DAY);
    world.tick();
    // Lee joined first and gets what is left over.
    assert_eq!(
        world.rewards(),
        [
            "R-1 M-2 34 34 CLAIMABLE",
            "R-2 M-3 33 33 CLAIMABLE",
            "R-3 M-5 33 33 CLAIMABLE"
        ]
    );
}

fn goal(world: &mut World, member: MemberId, target: i64) {
    world.run(Command::CreateGoal(CreateGoal {
        metric: Metric::Flow,
        subject: GoalSubject::Member(member),
        measure: Measure::Count,
        window: cycle::Window {
            start: date("2026-03-02"),
            end: date("2026-03-09"),
        },
        target,
        locked: false,
    }));
}

#[test]
fn shares_of_the_own_target_pay_the_highest_tier_and_only_who_has_a_goal_is_ranked() {
    let mut world = sellers();
    let tiers = [(5_000, 10), (10_000, 50)];
    world.publish(terms(Rule::Ranking {
        by: RankedBy::TargetShare(Metric::Flow, Measure::Count),
        contender: Contender::Member,
        unit: CycleUnit::Week,
        prizes: vec![100],
        attainment: tiers
            .into_iter()
            .map(|(from_bp, amount)| AttainmentTier { from_bp, amount })
            .collect(),
    }));
    goal(&mut world, MAX, 4);
    goal(&mut world, ANN, 1);
    race(&mut world, [2, 1, 4]);
    world.now = world.now.plus_micros(7 * DAY);
    world.tick();
    let paid: Vec<String> = world
        .state
        .rewards()
        .map(|row| match &row.cause {
            Cause::Rank { rank, value, .. } => {
                format!("{} rank {rank} {value} {}", row.member, row.amount)
            }
            Cause::Attainment { share_bp, .. } => {
                format!("{} share {share_bp} {}", row.member, row.amount)
            }
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(
        paid,
        [
            "M-4 rank 1 10000 100",
            "M-3 share 5000 10",
            "M-4 share 10000 50"
        ]
    );
}

#[test]
fn a_ranking_by_reward_income_counts_what_was_earned_in_the_cycle() {
    let mut world = sellers();
    world.publish(terms(opportunity_rule(Trigger::Won, 30)));
    world.publish(terms(ranking(
        RankedBy::RewardIncome,
        Contender::Member,
        &[100, 50],
    )));
    for (member, wins) in [(MAX, 1), (ANN, 2)] {
        for _ in 0..wins {
            let deal = world.sale(member, 1_000);
            world.go(deal, 6);
        }
    }
    world.now = world.now.plus_micros(7 * DAY);
    world.tick();
    let last: Vec<String> = world.rewards().split_off(3);
    assert_eq!(
        last,
        ["R-4 M-4 100 100 CLAIMABLE", "R-5 M-3 50 50 CLAIMABLE"]
    );
}

#[test]
fn a_cycle_of_many_is_closed_in_slices_that_pay_everybody_once() {
    let mut world = sellers();
    for number in 0..90 {
        world.run(Command::CreateMember(CreateMember {
            name: format!("member {number}"),
            role: Role::Rep,
            team: Some(TeamId(2)),
            unix_user: None,
            email: None,
            external_id: None,
        }));
    }
    world.publish(terms(Rule::Ranking {
        by: RankedBy::TargetShare(Metric::Flow, Measure::Count),
        contender: Contender::Member,
        unit: CycleUnit::Week,
        prizes: Vec::new(),
        attainment: vec![AttainmentTier {
            from_bp: 10_000,
            amount: 1,
        }],
    }));
    for member in 3..=95 {
        // A target of nothing is reached.
        goal(&mut world, MemberId(member), 0);
    }
    world.now = world.now.plus_micros(7 * DAY);
    let commits = world.tick();
    assert!(commits > 2, "{commits} slices");
    assert_eq!(world.rewards().len(), 93);
    let members: std::collections::BTreeSet<MemberId> =
        world.state.rewards().map(|row| row.member).collect();
    assert_eq!(members.len(), 93);
}
