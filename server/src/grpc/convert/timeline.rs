//! Timelines between API and domain.

use sluice_domain::{
    CustomerId, OpportunityId, State,
    timeline::{self, FieldValue, Place, TimelineItem},
};
use sluice_proto::v1;

use super::{
    Call, Fields, activity, approval, opportunity,
    value::{Id as _, id_or_empty, money, time},
};
use crate::grpc::{
    page::{self, Position, query_hash},
    status::Refusal,
};

/// Bits of a tie that hold a number within its kind; the kind is above them.
const TIE_BITS: u32 = 56;

/// Answers ListTimeline.
///
/// # Errors
/// What is wrong with the request.
pub fn list(
    request: &v1::ListTimelineRequest,
    call: &Call,
) -> Result<v1::ListTimelineResponse, Refusal> {
    let state = &call.state;
    let items = read(request, state)?;
    let query = query_hash(&["timeline", &request.opportunity_id, &request.customer_id]);
    let size = page::page_size(request.page_size)?;
    let from = page::decode(query, &request.page_token)?;
    let total = items.len() as u64;
    // What happened since the first page is newer than what it ended with, so that nothing is shown twice.
    let start = from.map_or(0, |from| {
        items.partition_point(|(place, _)| key(*place) >= (from.last_revision, from.last_id))
    });
    let end = (start + size).min(items.len());
    let last = items[..end].last().filter(|_| end < items.len());
    let next_page_token = last.map(|(place, _)| {
        let (last_revision, last_id) = key(*place);
        let position = Position {
            last_id,
            last_revision,
            sent: end as u64,
            total,
        };
        page::encode(query, &position)
    });
    Ok(v1::ListTimelineResponse {
        items: items[start..end]
            .iter()
            .map(|(place, item)| write(*place, item, state))
            .collect(),
        next_page_token: next_page_token.unwrap_or_default(),
        revision: state.revision(),
        total_size: i32::try_from(total).unwrap_or(i32::MAX),
    })
}

/// A place as a token holds it: greater is newer.
fn key(place: Place) -> (u64, u64) {
    let (kind, id, part) = place.tie;
    // Times before 1970 are negative; shifted, the order of numbers is that of times.
    let at = (place.at.micros() as u64) ^ (1 << 63);
    (
        at,
        (u64::from(kind) << TIE_BITS) | ((id << 8) ^ (part & 0xff)) & ((1 << TIE_BITS) - 1),
    )
}

fn read(
    request: &v1::ListTimelineRequest,
    state: &State,
) -> Result<Vec<(Place, TimelineItem)>, Refusal> {
    let mut fields = Fields::under("");
    let opportunity: Option<OpportunityId> =
        fields.optional_id("opportunity_id", &request.opportunity_id);
    let customer: Option<CustomerId> = fields.optional_id("customer_id", &request.customer_id);
    if opportunity.is_some() == customer.is_some() {
        fields.invalid(
            "opportunity_id",
            "name an opportunity or a customer, one of them",
        );
    }
    let (opportunity, customer) = fields.finish((opportunity, customer))?;
    if let Some(id) = opportunity {
        return match state.opportunity(id) {
            Some(_) => Ok(timeline::of_opportunity(state, id)),
            None => Err(crate::grpc::refuse::not_found(id.into())),
        };
    }
    match customer.filter(|id| state.customer(*id).is_some()) {
        Some(id) => Ok(timeline::of_customer(state, id)),
        None => Err(Refusal::not_found(&request.customer_id)),
    }
}

fn write(place: Place, item: &TimelineItem, state: &State) -> v1::TimelineItem {
    use v1::timeline_item::Item;
    let currency = state.workspace().map(|workspace| workspace.currency);
    let amount = |minor: i64| currency.map(|currency| money(minor, currency));
    let item = match item {
        TimelineItem::Activity(it) => Item::Activity(activity::write(it)),
        TimelineItem::Entered {
            opportunity: it,
            sequence,
        } => Item::StageEntry(v1::TimelineStageEntry {
            opportunity_id: it.id.write(),
            stage_entry: opportunity::write_one_entry(it, *sequence, state),
        }),
        TimelineItem::Amended {
            opportunity: it,
            image,
        } => {
            let changes = timeline::changes_of(state, it, image);
            let amounts = changes.iter().find_map(|change| match change {
                (FieldValue::Amount(before), FieldValue::Amount(after)) => Some((*before, *after)),
                _ => None,
            });
            let fields = changes.iter().map(|(before, _)| before.field().to_owned());
            Item::Amendment(v1::TimelineAmendment {
                opportunity_id: it.id.write(),
                fields: fields.collect(),
                amount_before: amounts.and_then(|(before, _)| amount(before)),
                amount_after: amounts.and_then(|(_, after)| amount(after)),
                revision: image.revision,
                actor_id: id_or_empty(image.actor),
                changes: changes.iter().map(write_change).collect(),
            })
        }
        TimelineItem::Approval { approval: it, step } => Item::Approval(v1::TimelineApproval {
            approval: Some(approval::write(it, state)),
            state: approval::write_state(timeline::state_after(it, *step)).into(),
        }),
    };
    v1::TimelineItem {
        time: Some(time(place.at)),
        item: Some(item),
    }
}

fn write_change((before, after): &(FieldValue, FieldValue)) -> v1::TimelineChange {
    v1::TimelineChange {
        field: before.field().to_owned(),
        before: write_value(before),
        after: write_value(after),
    }
}

fn write_value(value: &FieldValue) -> String {
    match value {
        FieldValue::Name(name) => name.to_string(),
        FieldValue::Amount(minor) => minor.to_string(),
        FieldValue::ExpectedContractDate(date) => {
            date.map(|date| date.to_string()).unwrap_or_default()
        }
        FieldValue::Owner(owner) => id_or_empty(*owner),
        FieldValue::Customer(customer) => id_or_empty(*customer),
        FieldValue::Archived(archived) => archived.to_string(),
        FieldValue::WinProbability(bp) => bp.map(|bp| bp.to_string()).unwrap_or_default(),
    }
}
