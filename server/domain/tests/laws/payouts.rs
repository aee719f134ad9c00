//! Payouts: wallets charged once, marked paid once, or given back (DOMAIN.md §6).

use sluice_domain::command::*;
use sluice_domain::*;

use crate::incentive_world::*;
use crate::world::World;

fn paid() -> World {
    let mut world = sellers();
    world.publish(terms(opportunity_rule(Trigger::Won, 100)));
    for member in [MAX, ANN] {
        let deal = world.sale(member, 1_000);
        world.go(deal, 6);
        world.claim(member);
    }
    world
}

fn create(members: &[MemberId]) -> Command {
    Command::CreatePayout(CreatePayout {
        unit: Unit::Points,
        members: members.to_vec(),
        note: Some("March".to_owned()),
    })
}

fn mark(id: u64, reference: &str) -> Command {
    Command::MarkPayoutPaid(MarkPayoutPaid {
        id: PayoutId(id),
        reference: Some(reference.to_owned()),
    })
}

fn cancel(id: u64) -> Command {
    Command::CancelPayout(CancelPayout { id: PayoutId(id) })
}

#[test]
fn all_wallets_above_zero_are_charged_and_a_payout_is_marked_paid_once() {
    let mut world = paid();
    world.run(create(&[]));
    let payout = world.state.payout(PayoutId(1)).unwrap();
    assert_eq!((payout.total, payout.lines), (200, 2));
    assert_eq!((world.wallet(MAX), world.wallet(ANN)), (0, 0));
    assert_eq!(world.balance(Account::PaidOut(MAX)), 100);
    assert_eq!(
        world.rejected(create(&[])),
        ["member_ids NOTHING_TO_PAY_OUT"]
    );
    world.run(mark(1, "PAY-7"));
    // The same once more changes nothing; anything else is refused.
    assert_eq!(world.run(mark(1, "PAY-7")), []);
    assert_eq!(world.rejected(mark(1, "PAY-8")), ["id PAYOUT_ENDED"]);
    assert_eq!(world.rejected(cancel(1)), ["id PAYOUT_ENDED"]);
    assert_eq!(world.income(MAX, "2026-03-01", "2026-04-01"), 100);
}

#[test]
fn a_payout_that_is_called_off_gives_the_wallets_back() {
    let mut world = paid();
    world.run(create(&[ANN, BEN]));
    assert_eq!((world.wallet(MAX), world.wallet(ANN)), (100, 0));
    world.run(cancel(1));
    assert_eq!(world.wallet(ANN), 100);
    assert_eq!(world.balance(Account::PaidOut(ANN)), 0);
    assert_eq!(world.rejected(mark(1, "PAY-7")), ["id PAYOUT_ENDED"]);
    let lines: Vec<Purpose> = world
        .state
        .transactions_of_payout(PayoutId(1))
        .map(|row| row.purpose)
        .collect();
    assert_eq!(lines, [Purpose::PayOut, Purpose::CancelPayOut]);
}

#[test]
fn only_administrators_pay_out() {
    let mut world = paid();
    assert_eq!(world.refused_as(LEE, create(&[])), [" ADMIN_REQUIRED"]);
    world.run(create(&[]));
    assert_eq!(world.refused_as(LEE, mark(1, "x")), ["id ADMIN_REQUIRED"]);
    assert_eq!(world.refused_as(LEE, cancel(1)), ["id ADMIN_REQUIRED"]);
}
