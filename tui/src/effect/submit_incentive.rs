//! Sends what people do about incentives: claims, packets, grants, thanks, decisions, schemes.

use sluice_proto::v1;
use tonic::Status;

use crate::client::{Connection, timed};
use crate::incentive::IncentiveAction;
use crate::message::ActionOk;
use crate::wire::id;
use crate::wire::scheme::{wire_terms, wire_unit};

fn etag(revision: u64) -> String {
    format!("r{revision}")
}

/// Does it; gives the revision at which it is visible.
pub(super) async fn send(
    connection: &Connection,
    request_id: String,
    action: &IncentiveAction,
) -> Result<ActionOk, Status> {
    let revision = match action {
        IncentiveAction::Claim(ids) => {
            let request = v1::ClaimRewardsRequest {
                ids: ids.iter().map(|id| id::reward(*id)).collect(),
                request_id,
                ..Default::default()
            };
            let answer = connection.rewards().claim_rewards(timed(request)).await?;
            answer.into_inner().revision
        }
        IncentiveAction::OpenPacket(packet) => {
            let request = v1::OpenPacketRequest {
                id: id::packet(packet.id),
                request_id,
                ..Default::default()
            };
            let answer = connection.packets().open_packet(timed(request)).await?;
            answer.into_inner().revision
        }
        IncentiveAction::ApproveReward(reward) => {
            let request = v1::ApproveRewardRequest {
                id: id::reward(*reward),
                request_id,
                ..Default::default()
            };
            let answer = connection.rewards().approve_reward(timed(request)).await?;
            answer.into_inner().revision
        }
        IncentiveAction::RefuseReward { id: reward, reason } => {
            let request = v1::RefuseRewardRequest {
                id: id::reward(*reward),
                reason: reason.clone(),
                request_id,
                ..Default::default()
            };
            let answer = connection.rewards().refuse_reward(timed(request)).await?;
            answer.into_inner().revision
        }
        IncentiveAction::Grant {
            scheme_id,
            member_id,
            amount,
            reason,
        } => {
            let request = v1::GrantRewardRequest {
                scheme_id: id::scheme(*scheme_id),
                member_id: id::member(*member_id),
                amount: *amount,
                reason: reason.clone(),
                request_id,
                ..Default::default()
            };
            let answer = connection.rewards().grant_reward(timed(request)).await?;
            answer.into_inner().revision
        }
        IncentiveAction::Thank { member_id, reason } => {
            let request = v1::GiveThanksRequest {
                member_id: id::member(*member_id),
                reason: reason.clone(),
                request_id,
                ..Default::default()
            };
            let answer = connection.badges().give_thanks(timed(request)).await?;
            answer.into_inner().revision
        }
        _ => scheme(connection, request_id, action).await?,
    };
    Ok(ActionOk {
        revision,
        subject: None,
    })
}

async fn scheme(
    connection: &Connection,
    request_id: String,
    action: &IncentiveAction,
) -> Result<u64, Status> {
    let mut schemes = connection.schemes();
    Ok(match action {
        IncentiveAction::CreateScheme { name, unit, terms } => {
            let request = v1::CreateSchemeRequest {
                name: name.clone(),
                unit: wire_unit(*unit).into(),
                terms: Some(wire_terms(terms)),
                request_id,
                ..Default::default()
            };
            let answer = schemes.create_scheme(timed(request)).await?;
            answer.into_inner().revision
        }
        IncentiveAction::UpdateScheme {
            id: number,
            revision,
            name,
            unit,
            terms,
        } => {
            let request = v1::UpdateSchemeRequest {
                id: id::scheme(*number),
                name: name.clone(),
                unit: unit.map_or(v1::RewardUnit::Unspecified, wire_unit).into(),
                draft: Some(wire_terms(terms)),
                etag: etag(*revision),
                request_id,
                ..Default::default()
            };
            let answer = schemes.update_scheme(timed(request)).await?;
            answer.into_inner().revision
        }
        IncentiveAction::Publish {
            id: number,
            revision,
        } => {
            let request = v1::PublishSchemeRequest {
                id: id::scheme(*number),
                etag: etag(*revision),
                request_id,
                ..Default::default()
            };
            let answer = schemes.publish_scheme(timed(request)).await?;
            answer.into_inner().revision
        }
        IncentiveAction::End {
            id: number,
            revision,
        } => {
            let request = v1::EndSchemeRequest {
                id: id::scheme(*number),
                etag: etag(*revision),
                request_id,
                ..Default::default()
            };
            let answer = schemes.end_scheme(timed(request)).await?;
            answer.into_inner().revision
        }
        // The caller has done the others.
        _ => 0,
    })
}
