//! Judges payouts: wallets charged together, marked paid once, or called off (DOMAIN.md §6).

use super::judge::Judge;
use super::reward::{Books, Draft, transfer};
use crate::command::{CancelPayout, CreatePayout, MarkPayoutPaid};
use crate::event::Event;
use crate::id::{MemberId, PayoutId};
use crate::ledger::{Account, Purpose};
use crate::limits::{MAX_EXTERNAL_ID_CHARS, MAX_NOTE_CHARS, MAX_PAYOUT_LINES};
use crate::payout::{Payout, PayoutState};
use crate::rejection::{Reason, Rejection};
use crate::scheme::Unit;
use crate::text;

pub(super) fn create(mut judge: Judge, command: &CreatePayout) -> Result<Vec<Event>, Rejection> {
    judge.demand_admin("", "pays wallets out");
    let unit = command.unit;
    let members = judge.list("member_ids", &command.members, MAX_PAYOUT_LINES);
    for id in &members {
        judge.member("member_ids", *id);
    }
    let note = text::optional_lines("note", &command.note, MAX_NOTE_CHARS, &mut judge.violations);
    let wallets = judge.state.wallets(unit);
    let mut lines: Vec<(MemberId, i64)> = wallets
        .filter(|(member, balance)| {
            *balance > 0 && (members.is_empty() || members.contains(member))
        })
        .take(MAX_PAYOUT_LINES)
        .map(|(member, balance)| (member, i64::try_from(balance).unwrap_or(i64::MAX)))
        .collect();
    lines.sort_unstable();
    if judge.violations.is_empty() && lines.is_empty() {
        let text = "no wallet is above zero";
        judge
            .violations
            .add(Reason::NothingToPayOut, "member_ids", text);
    }
    judge.stop_if_wrong()?;
    let payout = Payout {
        id: judge.state.next_payout(),
        unit,
        state: PayoutState::Prepared,
        total: lines.iter().map(|(_, amount)| i128::from(*amount)).sum(),
        lines: u32::try_from(lines.len()).unwrap_or(u32::MAX),
        note,
        reference: None,
        created_by: judge.actor(),
        created_at: judge.now(),
        ended_at: None,
        revision: 0,
    };
    let id = payout.id;
    let mut events = vec![Event::PayoutCreated { payout }];
    let mut books = Books::new(judge.state, judge.context, &mut events);
    for (member, amount) in lines {
        let (from, to) = (Account::Wallet(member), Account::PaidOut(member));
        let postings = transfer(from, to, amount);
        books.post(line(Purpose::PayOut, unit, id, member, postings));
    }
    Ok(events)
}

fn line(
    purpose: Purpose,
    unit: Unit,
    payout: PayoutId,
    member: MemberId,
    postings: Vec<crate::ledger::Posting>,
) -> Draft {
    Draft {
        purpose,
        unit,
        scheme: None,
        reward: None,
        packet: None,
        payout: Some(payout),
        member: Some(member),
        postings,
    }
}

/// The payout a command is about.
fn subject(judge: &Judge, id: PayoutId) -> Result<Payout, Rejection> {
    judge
        .state
        .payout(id)
        .map(|payout| Payout::clone(payout))
        .ok_or_else(|| {
            let text = format!("there is no payout {}", id.long());
            Rejection::new(Reason::PayoutNotFound, "id", text)
        })
}

pub(super) fn mark_paid(
    mut judge: Judge,
    command: &MarkPayoutPaid,
) -> Result<Vec<Event>, Rejection> {
    judge.demand_admin("id", "marks payouts paid");
    judge.stop_if_wrong()?;
    let mut payout = subject(&judge, command.id)?;
    let found = &mut judge.violations;
    let max = MAX_EXTERNAL_ID_CHARS;
    let reference = text::optional("reference", &command.reference, max, found);
    if payout.state == PayoutState::Paid && payout.reference == reference {
        // The same once more: it is paid, as it was.
        return judge.conclude(Vec::new());
    }
    demand_prepared(&mut judge, &payout);
    payout.state = PayoutState::Paid;
    payout.reference = reference;
    payout.ended_at = Some(judge.now());
    judge.conclude(vec![Event::PayoutUpdated { payout }])
}

fn demand_prepared(judge: &mut Judge, payout: &Payout) {
    if payout.state != PayoutState::Prepared {
        let said = payout.reference.as_deref().unwrap_or("nothing");
        let text = format!(
            "{} is {} with the reference '{said}'",
            payout.id.long(),
            payout.state.name()
        );
        judge.violations.add(Reason::PayoutEnded, "id", text);
    }
}

pub(super) fn cancel(mut judge: Judge, command: &CancelPayout) -> Result<Vec<Event>, Rejection> {
    judge.demand_admin("id", "calls payouts off");
    judge.stop_if_wrong()?;
    let mut payout = subject(&judge, command.id)?;
    demand_prepared(&mut judge, &payout);
    judge.stop_if_wrong()?;
    payout.state = PayoutState::Cancelled;
    payout.ended_at = Some(judge.now());
    let (id, unit) = (payout.id, payout.unit);
    let mut events = vec![Event::PayoutUpdated { payout }];
    let mut books = Books::new(judge.state, judge.context, &mut events);
    for transaction in judge.state.transactions_of_payout(id) {
        let Some(member) = transaction.member else {
            continue;
        };
        let postings = transaction.postings.iter();
        let opposite = postings.map(|posting| crate::ledger::Posting {
            amount: -posting.amount,
            ..*posting
        });
        let purpose = Purpose::CancelPayOut;
        books.post(line(purpose, unit, id, member, opposite.collect()));
    }
    Ok(events)
}
