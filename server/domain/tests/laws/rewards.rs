//! What becomes of a reward: approved, claimed, expired, given by a manager, and what digests say of it (DOMAIN.md §6).

use sluice_domain::command::*;
use sluice_domain::*;

use crate::incentive_world::*;
use crate::world::{DAY, World, at, date};

#[test]
fn an_approval_and_a_vesting_must_both_be_over_and_nobody_approves_their_own() {
    let mut world = sellers();
    world.publish(Terms {
        approval: true,
        ..terms(opportunity_rule(Trigger::Created, 5))
    });
    let deal = world.sale(MAX, 1);
    let other = world.sale(MAX, 1);
    let decide = |id, approve, reason: Option<&str>| {
        Command::DecideReward(DecideReward {
            id: RewardId(id),
            approve,
            reason: reason.map(str::to_owned),
        })
    };
    assert_eq!(world.notices_to(LEE).len(), 2);
    assert_eq!(
        world.refused_as(MAX, decide(1, true, None)),
        ["id GIVEN_TO_SELF"]
    );
    assert_eq!(
        world.refused_as(ANN, decide(1, true, None)),
        ["id NOT_THEIR_MANAGER"]
    );
    world.go(deal, 2);
    assert_eq!(world.reward(1).state, RewardState::Pending);
    world.by(LEE, decide(1, true, None));
    assert_eq!(world.reward(1).state, RewardState::Claimable);
    assert_eq!(world.reward(1).decided_by, Some(LEE));
    assert_eq!(
        world.refused_as(LEE, decide(1, true, None)),
        ["id REWARD_AWAITS_NOTHING"]
    );
    assert_eq!(
        world.refused_as(LEE, decide(2, false, None)),
        ["reason INVALID_ARGUMENT"]
    );
    world.by(LEE, decide(2, false, Some("not a deal")));
    assert_eq!(world.reward(2).end, Some(RewardEnd::Refused));
    assert_eq!(world.reward(2).end_reason.as_deref(), Some("not a deal"));
    assert_eq!(
        world.notices_to(MAX),
        [NoticeKind::RewardDecided, NoticeKind::RewardDecided]
    );
    let _ = other;
}

#[test]
fn nobody_claims_what_is_not_theirs_or_too_late() {
    let mut world = sellers();
    let scheme = world.publish(terms(opportunity_rule(Trigger::Won, 100)));
    let deal = world.sale(MAX, 1);
    world.go(deal, 6);
    let claim = |ids: &[u64], member| {
        Command::ClaimRewards(ClaimRewards {
            ids: ids.iter().copied().map(RewardId).collect(),
            member,
        })
    };
    assert_eq!(world.refused_as(ANN, claim(&[1], None)), ["ids NOT_THEIRS"]);
    assert_eq!(
        world.refused_as(ANN, claim(&[], Some(MAX))),
        ["member_id ADMIN_REQUIRED"]
    );
    assert_eq!(
        world.refused_as(MAX, claim(&[9], None)),
        ["ids REWARD_NOT_FOUND"]
    );
    // The scheme ends between grant and claim: what was granted lives on.
    world.run(end(scheme));
    let until = world.reward(1).claim_until.unwrap();
    let mut in_time = World::empty("2026-03-02T09:00:00Z");
    in_time.state = world.state.clone();
    in_time.now = until.plus_micros(-1);
    in_time.claim(MAX);
    assert_eq!(in_time.wallet(MAX), 100);
    // The clock jumps past the deadline before any Tick came: too late all the same.
    world.now = until;
    assert_eq!(
        world.refused_as(MAX, claim(&[1], None)),
        ["ids REWARD_NOT_CLAIMABLE"]
    );
    assert_eq!(world.claim(MAX), []);
    world.tick();
    assert_eq!(world.reward(1).state, RewardState::Expired);
    assert_eq!(world.balance(Account::Expired(scheme)), 100);
    world.run(reverse(1));
    assert_eq!(world.balance(Account::Fund(scheme)), 0);
}

#[test]
fn who_leaves_is_given_what_they_could_claim_and_what_vests_later() {
    let mut world = sellers();
    world.publish(terms(opportunity_rule(Trigger::Created, 5)));
    world.publish(terms(opportunity_rule(Trigger::Entered, 10)));
    let (deal, _) = (world.sale(MAX, 1), world.sale(MAX, 1));
    world.go(deal, 2);
    world.run(leaves(MAX));
    assert_eq!(next_deadline(&world.state, world.now), Some(world.now));
    world.tick();
    assert_eq!(world.wallet(MAX), 15);
    world.now = world.now.plus_micros(7 * DAY);
    world.tick();
    assert_eq!(world.wallet(MAX), 20);
    // Nothing new is earned by who has left.
    world.go(deal, 3);
    assert_eq!(world.rewards().len(), 3);
}

#[test]
fn a_manager_gives_within_the_monthly_cap_and_never_to_themselves() {
    let mut world = sellers();
    let scheme = world.publish(terms(Rule::Grant { monthly_cap: 100 }));
    let give = |member, amount| {
        Command::GrantReward(GrantReward {
            scheme,
            member,
            amount,
            reason: "well done".to_owned(),
            opportunity: None,
        })
    };
    assert_eq!(
        world.refused_as(ANN, give(MAX, 1)),
        ["member_id NOT_THEIR_MANAGER"]
    );
    assert_eq!(
        world.refused_as(LEE, give(LEE, 1)),
        ["member_id GIVEN_TO_SELF"]
    );
    world.by(LEE, give(MAX, 60));
    assert_eq!(
        world.refused_as(LEE, give(ANN, 41)),
        ["amount GIVER_CAP_REACHED"]
    );
    world.by(LEE, give(ANN, 40));
    assert_eq!(world.notices_to(ANN), [NoticeKind::RewardGiven]);
    // Another giver has a cap of their own; a month later there is a new one.
    world.by(MemberId(1), give(LEE, 100));
    // What was taken back counts no more.
    world.run(reverse(1));
    world.by(LEE, give(MAX, 60));
    world.now = at("2026-04-01T09:00:00Z");
    world.by(LEE, give(MAX, 100));
    assert_eq!(world.refused_as(MAX, reverse(2)), ["id ADMIN_REQUIRED"]);
}

#[test]
fn a_view_of_the_past_holds_no_rewards_and_does_not_break() {
    let mut world = sellers();
    world.publish(terms(opportunity_rule(Trigger::Won, 100)));
    let deal = world.sale(MAX, 1);
    let before = world.now;
    world.now = world.now.plus_micros(DAY);
    world.go(deal, 6);
    let past = world.state.as_of(before);
    assert_eq!(past.rewards().count(), 0);
    assert_eq!(past.balances().count(), 0);
    assert_eq!(past.opportunity(deal).unwrap().stage, StageId(1));
}

#[test]
fn a_digest_counts_what_was_rewarded_and_the_packets_that_went_round() {
    let mut world = sellers();
    world.publish_in(
        Unit::Money(Currency::USD),
        terms(opportunity_rule(Trigger::Won, 100)),
    );
    world.publish_in(
        Unit::Money(Currency::USD),
        terms(split_rule(2_000, SplitMethod::Equal)),
    );
    world.publish(terms(opportunity_rule(Trigger::Entered, 10)));
    let deal = world.sale(MAX, 1_000);
    world.go(deal, 2);
    world.go(deal, 6);
    world.open(LEE, 1);
    let week = |start, end| cycle::Window {
        start: date(start),
        end: date(end),
    };
    let (now, before) = (
        week("2026-03-02", "2026-03-09"),
        week("2026-02-23", "2026-03-02"),
    );
    let of =
        |member| digest::digest(&world.state, member, now, before, world.now).sections[4].clone();
    let all = of(None);
    assert_eq!(all.kind, SectionKind::Rewarded);
    // Thirteen are still in packets that nobody has opened.
    assert_eq!((all.figure.count, all.figure.amount_minor), (2, 87));
    assert_eq!(
        (all.packets_sent.count, all.packets_sent.amount_minor),
        (3, 20)
    );
    assert_eq!(
        (
            all.packets_received.count,
            all.packets_received.amount_minor
        ),
        (1, 7)
    );
    assert_eq!(all.top.len(), 1);
    assert_eq!(
        (all.top[0].opportunity, all.top[0].amount_minor),
        (deal, 100)
    );
    let max = of(Some(MAX));
    assert_eq!((max.figure.count, max.figure.amount_minor), (2, 80));
}
