//! Splits: who gets a packet, how much is in it, and where it goes when nobody opens it (DOMAIN.md §6).

use sluice_domain::command::*;
use sluice_domain::packet::{lucky_amounts, lucky_seed};
use sluice_domain::*;

use crate::incentive_world::*;
use crate::world::{DAY, HOUR, World};

/// A win of Max pays 100, of which a fifth goes to Lee, Ann and Ben.
fn shared(method: SplitMethod) -> World {
    let mut world = sellers();
    world.publish(terms(opportunity_rule(Trigger::Won, 100)));
    world.publish(terms(split_rule(2_000, method)));
    let deal = world.sale(MAX, 1_000);
    world.go(deal, 6);
    world
}

#[test]
fn golden_5_eighty_for_the_earner_seven_seven_six_for_three_and_six_that_come_back() {
    let mut world = shared(SplitMethod::Equal);
    assert_eq!(world.rewards(), ["R-1 M-3 100 80 CLAIMABLE"]);
    let sent = PacketState::Sent;
    assert_eq!(world.packets(), [(7, sent), (7, sent), (6, sent)]);
    let receivers: Vec<MemberId> = world.state.packets().map(|row| row.receiver).collect();
    assert_eq!(receivers, [LEE, ANN, BEN], "the earliest-joined first");
    world.open(LEE, 1);
    world.open(ANN, 2);
    assert_eq!((world.wallet(LEE), world.wallet(ANN)), (7, 7));
    world.now = world.now.plus_micros(72 * HOUR);
    assert_eq!(world.refused_as(BEN, open(3)), ["id PACKET_NOT_OPENABLE"]);
    world.tick();
    assert_eq!(world.rewards(), ["R-1 M-3 100 86 CLAIMABLE"]);
    world.claim(MAX);
    assert_eq!(world.wallet(MAX), 86);
    assert_eq!(world.income(MAX, "2026-03-01", "2026-04-01"), 86);
    assert_eq!(world.income(ANN, "2026-03-01", "2026-04-01"), 7);
}

#[test]
fn what_nobody_opened_goes_where_the_earners_part_is_by_then() {
    for (claimed, expired) in [(true, false), (false, true), (false, false)] {
        let mut world = sellers();
        let scheme = world.publish(Terms {
            claim_days: if expired { 1 } else { 30 },
            ..terms(opportunity_rule(Trigger::Won, 100))
        });
        world.publish(terms(split_rule(2_000, SplitMethod::Equal)));
        let deal = world.sale(MAX, 1_000);
        world.go(deal, 6);
        if claimed {
            world.claim(MAX);
        }
        world.now = world.now.plus_micros(72 * HOUR);
        world.tick();
        assert_eq!(world.reward(1).own_amount(), 100);
        let account = match (claimed, expired) {
            (true, _) => Account::Wallet(MAX),
            (_, true) => Account::Expired(scheme),
            _ => Account::Claimable(MAX),
        };
        assert_eq!(world.balance(account), 100);
        assert_eq!(world.income(MAX, "2026-03-01", "2026-04-01"), 100);
    }
}

#[test]
fn a_packet_is_opened_once_and_only_by_whom_it_was_sent_to() {
    let mut world = shared(SplitMethod::Equal);
    assert_eq!(world.refused_as(ANN, open(1)), ["id NOT_THEIRS"]);
    assert_eq!(world.refused_as(MAX, open(1)), ["id NOT_THEIRS"]);
    let of_lee = |receiver| {
        Command::OpenPacket(OpenPacket {
            id: PacketId(1),
            receiver,
        })
    };
    assert_eq!(world.refused_as(ANN, of_lee(Some(LEE))), ["id NOT_THEIRS"]);
    assert_eq!(
        world.rejected(of_lee(None)),
        ["receiver_id INVALID_ARGUMENT"]
    );
    world.run(of_lee(Some(LEE)));
    assert_eq!(world.refused_as(LEE, open(1)), ["id PACKET_NOT_OPENABLE"]);
    assert_eq!(world.rejected(open(9)), ["id PACKET_NOT_FOUND"]);
    assert_eq!(world.wallet(LEE), 7);
}

#[test]
fn a_lucky_split_can_be_recomputed_from_what_is_published() {
    let world = shared(SplitMethod::Lucky);
    let reward = world.reward(1);
    let split = reward.split.as_ref().unwrap();
    let seed = lucky_seed(reward.id, reward.granted_revision, split.at);
    assert_eq!(split.seed.as_deref(), Some(&*seed));
    let amounts: Vec<i64> = world.packets().iter().map(|(amount, _)| *amount).collect();
    assert_eq!(amounts, lucky_amounts(&seed, 20, 3));
    assert_eq!(amounts.iter().sum::<i64>(), 20);
}

#[test]
fn a_reward_is_shared_when_it_becomes_claimable_and_never_before() {
    let mut world = sellers();
    world.publish(terms(opportunity_rule(Trigger::Created, 100)));
    world.publish(terms(split_rule(2_000, SplitMethod::Equal)));
    let deal = world.sale(MAX, 1_000);
    assert_eq!(world.packets(), []);
    world.go(deal, 2);
    assert_eq!(world.packets().len(), 3);
    assert_eq!(world.reward(1).own_amount(), 80);
}

#[test]
fn the_giver_of_a_personal_reward_gets_no_part_of_it() {
    let mut world = sellers();
    let scheme = world.publish(terms(Rule::Grant { monthly_cap: 1_000 }));
    world.publish(terms(split_rule(2_000, SplitMethod::Equal)));
    world.by(
        LEE,
        Command::GrantReward(GrantReward {
            scheme,
            member: MAX,
            amount: 100,
            reason: "well done".to_owned(),
            opportunity: None,
        }),
    );
    let receivers: Vec<MemberId> = world.state.packets().map(|row| row.receiver).collect();
    assert_eq!(receivers, [ANN, BEN]);
}

#[test]
fn a_share_smaller_than_the_team_goes_to_the_earliest_and_a_share_of_nothing_to_nobody() {
    for (amount, packets) in [(10, 2), (4, 0)] {
        let mut world = sellers();
        world.publish(terms(opportunity_rule(Trigger::Won, amount)));
        world.publish(terms(split_rule(2_000, SplitMethod::Equal)));
        let deal = world.sale(MAX, 1_000);
        world.go(deal, 6);
        assert_eq!(world.packets().len(), packets);
        assert_eq!(world.reward(1).split.is_some(), packets > 0);
    }
}

#[test]
fn what_is_in_an_opened_packet_is_not_shared_again() {
    let mut world = shared(SplitMethod::Equal);
    world.open(ANN, 2);
    world.claim(MAX);
    assert_eq!(world.state.rewards().count(), 1);
    assert_eq!(world.packets().len(), 3);
}

#[test]
fn a_reward_taken_back_takes_its_packets_with_it_from_wherever_they_are() {
    let mut world = shared(SplitMethod::Equal);
    world.open(LEE, 1);
    world.run(leaves(BEN));
    world.tick();
    world.claim(MAX);
    assert_eq!(world.wallet(MAX), 86);
    world.run(Command::ReopenOpportunity(ReopenOpportunity {
        id: OpportunityId(1),
        to: StageId(3),
        reason: "again".to_owned(),
        override_reason: None,
    }));
    let (reversed, returned) = (PacketState::Reversed, PacketState::Returned);
    assert_eq!(
        world.packets(),
        [(7, reversed), (7, reversed), (6, returned)]
    );
    for member in [MAX, LEE, ANN, BEN] {
        assert_eq!(world.wallet(member), 0);
        assert_eq!(world.income(member, "2026-03-01", "2026-04-01"), 0);
    }
    assert_eq!(world.balance(Account::Fund(SchemeId(1))), 0);
    assert_eq!(world.balance(Account::InFlight(SchemeId(2))), 0);
    let told = |world: &World, member| world.notices_to(member).last().copied();
    assert_eq!(told(&world, LEE), Some(NoticeKind::RewardTakenBack));
    assert_eq!(told(&world, MAX), Some(NoticeKind::RewardTakenBack));
    // Hers was never opened: she lost nothing, and is told of nothing but its arrival.
    assert_eq!(world.notices_to(ANN), [NoticeKind::PacketArrived]);
}

#[test]
fn whoever_has_a_packet_to_open_is_told_of_the_first_only_and_never_of_what_is_in_it() {
    let mut world = shared(SplitMethod::Equal);
    let win = |world: &mut World| {
        let deal = world.sale(MAX, 1_000);
        world.go(deal, 6);
    };
    win(&mut world);
    assert_eq!(world.packets().len(), 6);
    assert_eq!(world.notices_to(LEE), [NoticeKind::PacketArrived]);
    world.open(LEE, 1);
    win(&mut world);
    assert_eq!(world.notices_to(LEE).len(), 1, "one is still to be opened");
    world.open(LEE, 4);
    world.open(LEE, 7);
    win(&mut world);
    assert_eq!(world.notices_to(LEE), [NoticeKind::PacketArrived; 2]);
    assert!(
        world
            .state
            .notices()
            .all(|notice| notice.figures.value.is_none())
    );
}

#[test]
fn packets_of_who_leaves_come_back_at_once() {
    let mut world = shared(SplitMethod::Equal);
    world.run(leaves(BEN));
    assert_eq!(next_deadline(&world.state, world.now), Some(world.now));
    world.tick();
    assert_eq!(world.reward(1).own_amount(), 86);
}

#[test]
fn the_first_scheme_that_covers_a_reward_splits_it_and_only_in_its_unit() {
    let mut world = sellers();
    let won = world.publish(terms(opportunity_rule(Trigger::Won, 100)));
    let entered = world.publish(terms(opportunity_rule(Trigger::Entered, 100)));
    world.publish_in(
        Unit::Money(Currency::USD),
        terms(split_rule(5_000, SplitMethod::Equal)),
    );
    let covering = |covers, share_bp| Rule::Split {
        covers,
        share_bp,
        method: SplitMethod::Equal,
        audience: SplitAudience::Team,
        window_hours: 1,
    };
    world.publish(terms(covering(vec![won], 1_000)));
    world.publish(terms(covering(Vec::new(), 3_000)));
    let deal = world.sale(MAX, 1_000);
    world.go(deal, 2);
    world.go(deal, 6);
    let shares: Vec<(SchemeId, i64)> = world
        .state
        .rewards()
        .map(|row| (row.scheme, row.amount - row.own_amount()))
        .collect();
    assert_eq!(shares, [(entered, 30), (won, 10)]);
}

#[test]
fn collaborators_share_where_the_scheme_says_so() {
    let mut world = sellers();
    world.publish(terms(opportunity_rule(Trigger::Won, 100)));
    world.publish(terms(Rule::Split {
        covers: Vec::new(),
        share_bp: 1_000,
        method: SplitMethod::Equal,
        audience: SplitAudience::Collaborators,
        window_hours: 1,
    }));
    let deal = world.sale(MAX, 1_000);
    let mut amend = AmendOpportunity::of(deal);
    amend.collaborators = Some(vec![BEN, MAX, MemberId(1)]);
    world.run(Command::AmendOpportunity(Box::new(amend)));
    world.now = world.now.plus_micros(DAY);
    world.go(deal, 6);
    let receivers: Vec<MemberId> = world.state.packets().map(|row| row.receiver).collect();
    assert_eq!(receivers, [MemberId(1), BEN]);
}
