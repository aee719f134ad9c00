//! Reads what the screens of a deal and of a customer show, and the queue of what to do next.

use futures_util::future::try_join_all;
use sluice_proto::v1;
use tonic::Status;

use crate::client::{Connection, refusal, timed};
use crate::message::Refusal;
use crate::record::{Activity, Detail, NextAction};
use crate::timeline::Happening;
use crate::wire::{self, id};

/// Things that happened, shown of one deal or customer: the newest.
const MAX_HAPPENINGS: i32 = 300;
/// Contacts shown of one customer.
const MAX_CONTACTS: i32 = 100;

/// The deal with its history, its activities, its contacts and those of its customer.
pub(super) async fn read(connection: &Connection, id: u64) -> Result<Detail, Refusal> {
    read_all(connection, id)
        .await
        .map_err(|status| refusal(&status))
}

async fn read_all(connection: &Connection, number: u64) -> Result<Detail, Status> {
    let deal_id = id::opportunity(number);
    let mut deals = connection.opportunities();
    let (deal, timeline) = tokio::try_join!(
        deals.get_opportunity(timed(v1::GetOpportunityRequest {
            id: deal_id.clone()
        })),
        timeline(
            connection,
            v1::ListTimelineRequest {
                opportunity_id: deal_id.clone(),
                ..Default::default()
            }
        ),
    )?;
    let deal = deal.into_inner().opportunity.unwrap_or_default();
    let mut contacts = own_contacts(connection, &deal.contact_ids).await?;
    let of_customer = match deal.customer_id.as_str() {
        "" => Vec::new(),
        customer_id => {
            let request = v1::ListContactsRequest {
                page_size: MAX_CONTACTS,
                filter: format!("customer:{customer_id}"),
                ..Default::default()
            };
            connection
                .contacts()
                .list_contacts(timed(request))
                .await?
                .into_inner()
                .contacts
        }
    };
    contacts.extend(
        of_customer
            .into_iter()
            .filter(|contact| !deal.contact_ids.contains(&contact.id)),
    );
    let collaborator_ids = deal
        .collaborator_ids
        .iter()
        .filter_map(|id| wire::number(id))
        .collect();
    let card = wire::card(deal)
        .ok_or_else(|| Status::data_loss("the server sent a deal without id, stage or pipeline"))?;
    Ok(Detail {
        card,
        timeline,
        contacts: contacts.into_iter().filter_map(wire::contact).collect(),
        collaborator_ids,
    })
}

/// The deal's own contacts, whoever they work for.
async fn own_contacts(connection: &Connection, ids: &[String]) -> Result<Vec<v1::Contact>, Status> {
    let reads = ids.iter().map(|id| async move {
        let request = v1::GetContactRequest { id: id.clone() };
        let answer = connection.contacts().get_contact(timed(request)).await?;
        Ok::<_, Status>(answer.into_inner().contact)
    });
    Ok(try_join_all(reads).await?.into_iter().flatten().collect())
}

/// What happened to a customer and its deals, newest first.
pub(super) async fn timeline_of_customer(
    connection: &Connection,
    number: u64,
) -> Result<Vec<Happening>, Refusal> {
    let request = v1::ListTimelineRequest {
        customer_id: id::customer(number),
        ..Default::default()
    };
    timeline(connection, request)
        .await
        .map_err(|status| refusal(&status))
}

async fn timeline(
    connection: &Connection,
    request: v1::ListTimelineRequest,
) -> Result<Vec<Happening>, Status> {
    let request = v1::ListTimelineRequest {
        page_size: MAX_HAPPENINGS,
        ..request
    };
    let answer = connection.timelines().list_timeline(timed(request)).await?;
    let items = answer.into_inner().items.into_iter();
    Ok(items.filter_map(wire::happening).collect())
}

/// Activities read to find what was promised: the last ones.
const MAX_ACTIVITIES: i32 = 1_000;

/// A member's last activities.
pub(super) async fn last_activities(
    connection: &Connection,
    member: u64,
) -> Result<Vec<Activity>, Refusal> {
    let request = v1::ListActivitiesRequest {
        page_size: MAX_ACTIVITIES,
        filter: format!("member:{}", id::member(member)),
        order_by: "occurred_time desc".to_owned(),
        ..Default::default()
    };
    let answer = connection
        .activities()
        .list_activities(timed(request))
        .await
        .map_err(|status| refusal(&status))?;
    let activities = answer.into_inner().activities.into_iter();
    Ok(activities.filter_map(wire::activity).collect())
}

/// Deals of the queue that are read.
const MAX_NEXT_ACTIONS: i32 = 200;

/// A member's queue of what to do next; none = the caller's.
pub(super) async fn next_actions(
    connection: &Connection,
    member: Option<u64>,
) -> Result<Vec<NextAction>, Refusal> {
    let request = v1::ListNextActionsRequest {
        member_id: member.map(id::member).unwrap_or_default(),
        page_size: MAX_NEXT_ACTIONS,
        ..Default::default()
    };
    let answer = connection
        .next_actions()
        .list_next_actions(timed(request))
        .await
        .map_err(|status| refusal(&status))?;
    let actions = answer.into_inner().next_actions.into_iter();
    Ok(actions.filter_map(wire::next_action).collect())
}
