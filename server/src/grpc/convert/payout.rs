//! Payouts between API and domain.

use sluice_domain::{
    Account, Command, Payout, PayoutState, Purpose, State,
    command::{CancelPayout, CreatePayout, MarkPayoutPaid},
};
use sluice_proto::v1;

use super::{
    Call, Fields, Mutation,
    metric::minor,
    scheme::{read_unit, write_unit},
    value::{Id as _, etag, id_or_empty, or_empty, text, time},
};

/// Reads CreatePayout.
pub fn create(request: v1::CreatePayoutRequest, call: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let command = CreatePayout {
        unit: read_unit(&mut fields, request.unit, call.currency()),
        members: fields.ids("member_ids", &request.member_ids),
        note: text(request.note),
    };
    fields.mutation(
        Command::CreatePayout(command),
        request.request_id,
        request.validate_only,
    )
}

/// Reads MarkPayoutPaid.
pub fn mark_paid(request: v1::MarkPayoutPaidRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let command = MarkPayoutPaid {
        id: fields.id("id", &request.id),
        reference: text(request.reference),
    };
    fields.mutation(
        Command::MarkPayoutPaid(command),
        request.request_id,
        request.validate_only,
    )
}

/// Reads CancelPayout.
pub fn cancel(request: v1::CancelPayoutRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let command = CancelPayout {
        id: fields.id("id", &request.id),
    };
    fields.mutation(
        Command::CancelPayout(command),
        request.request_id,
        request.validate_only,
    )
}

/// Writes a payout.
pub fn write(payout: &Payout) -> v1::Payout {
    let (unit, currency_code) = write_unit(payout.unit);
    v1::Payout {
        id: payout.id.write(),
        unit,
        currency_code,
        state: match payout.state {
            PayoutState::Prepared => v1::PayoutState::Prepared,
            PayoutState::Paid => v1::PayoutState::Paid,
            PayoutState::Cancelled => v1::PayoutState::Cancelled,
        }
        .into(),
        total: minor(payout.total),
        line_count: i32::try_from(payout.lines).unwrap_or(i32::MAX),
        note: or_empty(&payout.note),
        reference: or_empty(&payout.reference),
        creator_id: id_or_empty(payout.created_by),
        create_time: Some(time(payout.created_at)),
        end_time: payout.ended_at.map(time),
        revision: payout.revision,
        etag: etag(payout.revision),
    }
}

/// Writes the lines of a payout, by member.
pub fn write_lines(payout: &Payout, state: &State) -> v1::ListPayoutLinesResponse {
    let mut lines: Vec<_> = state
        .transactions_of_payout(payout.id)
        .filter(|transaction| transaction.purpose == Purpose::PayOut)
        .flat_map(|transaction| transaction.postings.iter())
        .filter_map(|posting| match posting.account {
            Account::PaidOut(member) => Some((member, posting.amount)),
            _ => None,
        })
        .collect();
    lines.sort_unstable();
    let lines = lines.into_iter().map(|(id, amount)| {
        let member = state.member(id);
        v1::PayoutLine {
            member_id: id.write(),
            member: member.map_or_else(String::new, |member| member.name.to_string()),
            external_id: member.map_or_else(String::new, |member| or_empty(&member.external_id)),
            amount,
        }
    });
    v1::ListPayoutLinesResponse {
        lines: lines.collect(),
        currency_code: write_unit(payout.unit).1,
        revision: state.revision(),
    }
}
