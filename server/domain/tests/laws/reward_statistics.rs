//! Statistics of rewards: what was issued is somewhere, by every grouping, and a win has its price.

use proptest::prelude::*;
use sluice_domain::command::*;
use sluice_domain::cycle::Window;
use sluice_domain::reward_statistics::*;
use sluice_domain::scheme::Unit;
use sluice_domain::*;

use crate::actions::actions;
use crate::incentive_world::{opportunity_rule, reverse, split_rule, terms};
use crate::org::{MAX, MIA, REX, RON, advance};
use crate::rehearsal;
use crate::world::{World, at, date};

fn ask(by: RewardGrouping) -> RewardStatisticsQuery {
    RewardStatisticsQuery {
        window: None,
        by,
        unit: Unit::Points,
        scheme: None,
        team: None,
    }
}

/// Subject, count, issued, claimed, reversed, open, sent and received of each row.
fn rows(world: &World, query: &RewardStatisticsQuery) -> Vec<(String, [i128; 7])> {
    let found = reward_statistics(&world.state, query);
    found
        .rows
        .iter()
        .map(|row| {
            let sums = &row.sums;
            let figures = [
                i128::from(sums.count),
                sums.issued,
                sums.claimed,
                sums.reversed,
                sums.open,
                sums.packets_sent,
                sums.packets_received,
            ];
            (row.name.clone(), figures)
        })
        .collect()
}

fn plus(mut sum: RewardSums, other: &RewardSums) -> RewardSums {
    sum.count += other.count;
    sum.issued += other.issued;
    sum.claimed += other.claimed;
    sum.expired += other.expired;
    sum.reversed += other.reversed;
    sum.open += other.open;
    sum.unfunded += other.unfunded;
    sum.packets_sent += other.packets_sent;
    sum.packets_received += other.packets_received;
    sum
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn what_was_issued_is_somewhere_by_every_grouping(actions in actions(60)) {
        let mut world = rehearsal::world(&rehearsal::every_rule());
        rehearsal::live(&mut world, &actions, true);
        for member in [MAX, MIA, REX] {
            world.claim(member);
            let packets: Vec<u64> = world.state.packets_to_open(member).map(|row| row.id.0).collect();
            for packet in packets {
                world.open(member, packet);
            }
        }
        let all = reward_statistics(&world.state, &ask(RewardGrouping::Workspace)).total.sums;
        let somewhere = all.claimed + all.expired + all.reversed + all.open + all.packets_sent;
        prop_assert_eq!(all.issued, somewhere);
        let received: i128 = world.state.packets()
            .filter(|packet| packet.state == PacketState::Opened)
            .map(|packet| i128::from(packet.amount))
            .sum();
        prop_assert_eq!(all.packets_received, received);
        let granted = world.state.rewards().filter(|row| row.state != RewardState::Unfunded).count();
        prop_assert_eq!(all.count, granted as u64);
        for by in [
            RewardGrouping::Workspace,
            RewardGrouping::Scheme,
            RewardGrouping::Member,
            RewardGrouping::Cycle,
        ] {
            let found = reward_statistics(&world.state, &ask(by));
            let sum = found.rows.iter().fold(RewardSums::default(), |sum, row| plus(sum, &row.sums));
            prop_assert_eq!(sum, all, "{:?}", by);
            prop_assert_eq!(found.total.sums, all);
        }
        // Everybody is in Sales or below it, or in no team.
        let by_team = reward_statistics(&world.state, &ask(RewardGrouping::Team));
        let top = by_team.rows.iter().filter(|row| {
            matches!(row.subject, RewardSubject::Team(None | Some(TeamId(1))))
        });
        let sum = top.fold(RewardSums::default(), |sum, row| plus(sum, &row.sums));
        prop_assert_eq!(sum, all);
        let parts: Vec<_> = (1..=13).map(|id| RewardStatisticsQuery {
            scheme: Some(SchemeId(id)),
            ..ask(RewardGrouping::Workspace)
        }).collect();
        let by_scheme = parts.iter().map(|part| reward_statistics(&world.state, part).total.sums);
        prop_assert_eq!(by_scheme.fold(RewardSums::default(), |sum, part| plus(sum, &part)), all);
    }
}

#[test]
fn each_state_and_packet_is_in_its_column() {
    let mut world = World::with_people();
    world.publish(terms(opportunity_rule(Trigger::Won, 100)));
    world.publish(terms(split_rule(2_000, SplitMethod::Equal)));
    for owner in [REX, REX, RON] {
        let deal = world.deal_of(owner, 1_000);
        world.run(advance(deal, 6));
    }
    // Each of Rex's shares 20 with Mia and Ron.
    world.claim(REX);
    world.open(RON, 2);
    world.actor = None;
    world.run(reverse(2));
    let by = |by| rows(&world, &ask(by));
    let named = |name: &str, figures| (name.to_owned(), figures);
    assert_eq!(
        by(RewardGrouping::Member),
        [
            named("Rex", [2, 200, 80, 100, 0, 20, 0]),
            named("Ron", [1, 100, 0, 0, 80, 20, 10]),
        ]
    );
    assert_eq!(
        by(RewardGrouping::Team),
        [
            named("Sales", [3, 300, 80, 100, 80, 40, 10]),
            named("East", [3, 300, 80, 100, 80, 40, 10]),
        ]
    );
    assert_eq!(
        by(RewardGrouping::Cycle),
        [named("2026-03", [3, 300, 80, 100, 80, 40, 10])]
    );
    assert_eq!(
        by(RewardGrouping::Scheme),
        [named("scheme", [3, 300, 80, 100, 80, 40, 10])]
    );
    let total = reward_statistics(&world.state, &ask(RewardGrouping::Scheme)).total;
    assert_eq!(total.won_amount_minor, 3_000);
}

#[test]
fn a_win_of_a_thousand_that_paid_ten_costs_one_percent() {
    let mut world = World::with_people();
    let usd = Unit::Money(Currency::USD);
    let share = Payment::Share {
        bp: 100,
        floor: 0,
        cap: None,
    };
    let own = terms(Rule::Opportunity {
        on: Trigger::Won,
        payment: share,
        needs_activity: false,
        vesting_days: 0,
    });
    world.publish_in(usd, own);
    let deal = world.deal_of(REX, 100_000);
    world.run(advance(deal, 6));
    let query = RewardStatisticsQuery {
        unit: usd,
        ..ask(RewardGrouping::Member)
    };
    let found = reward_statistics(&world.state, &query);
    assert_eq!(found.total.sums.issued, 1_000);
    assert_eq!(found.rows[0].won_amount_minor, 100_000);
    assert_eq!(found.cost_bp, Some(100));
    world.run(reverse(1));
    let found = reward_statistics(&world.state, &query);
    assert_eq!(found.cost_bp, Some(0), "what was taken back costs nothing");
    let points = reward_statistics(&world.state, &ask(RewardGrouping::Member));
    assert_eq!((points.rows.len(), points.cost_bp), (0, None));
}

#[test]
fn rewards_are_of_the_days_they_were_granted_on_in_the_zone_and_of_the_team_of_the_time() {
    let mut world = World::new("2026-03-30T08:00:00Z", "Asia/Shanghai");
    for name in ["East", "West"] {
        world.run(Command::CreateTeam(CreateTeam {
            name: name.to_owned(),
            ..CreateTeam::default()
        }));
    }
    let ann = world.hire("Ann", Some(TeamId(1)));
    world.publish(terms(opportunity_rule(Trigger::Entered, 10)));
    let first = world.deal_of(ann, 1);
    // The last instant of March, and the first of April, in Shanghai.
    world.now = at("2026-03-31T15:59:59.999999Z");
    world.run(advance(first, 2));
    world.run(Command::UpdateMember(UpdateMember {
        id: ann,
        name: None,
        role: None,
        team: Patch::Set(TeamId(2)),
        unix_user: Patch::Keep,
        email: Patch::Keep,
        external_id: Patch::Keep,
        active: None,
    }));
    world.now = at("2026-03-31T16:00:00Z");
    world.run(advance(first, 3));
    let figures = [1, 10, 0, 0, 10, 0, 0];
    let named = |name: &str| (name.to_owned(), figures);
    assert_eq!(
        rows(&world, &ask(RewardGrouping::Team)),
        [named("East"), named("West")]
    );
    assert_eq!(
        rows(&world, &ask(RewardGrouping::Cycle)),
        [named("2026-03"), named("2026-04")]
    );
    let window = |start: &str, end: &str| RewardStatisticsQuery {
        window: Some(Window {
            start: date(start),
            end: date(end),
        }),
        ..ask(RewardGrouping::Cycle)
    };
    let april = window("2026-04-01", "2026-05-01");
    assert_eq!(rows(&world, &april), [named("2026-04-01")]);
    let odd = window("2026-03-15", "2026-06-20");
    let names: Vec<_> = rows(&world, &odd)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        names,
        ["2026-03-15..2026-04-01", "2026-04"],
        "cut to the window"
    );
    let west = RewardStatisticsQuery {
        team: Some(TeamId(2)),
        ..ask(RewardGrouping::Team)
    };
    assert_eq!(rows(&world, &west), [named("West")]);
}
