//! Badges between API and domain.

use sluice_domain::{Badge, BadgeKind, Command, command::GiveThanks};
use sluice_proto::v1;

use super::{
    Call, Fields, Mutation,
    value::{Id as _, etag, id_or_empty, or_empty, time},
};

/// Reads GiveThanks.
pub fn thank(request: v1::GiveThanksRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let command = GiveThanks {
        member: fields.id("member_id", &request.member_id),
        reason: request.reason,
        opportunity: fields.optional_id("opportunity_id", &request.opportunity_id),
    };
    fields.mutation(
        Command::GiveThanks(command),
        request.request_id,
        request.validate_only,
    )
}

const fn write_kind(kind: BadgeKind) -> v1::BadgeKind {
    match kind {
        BadgeKind::FirstDeal => v1::BadgeKind::FirstDeal,
        BadgeKind::FirstWin => v1::BadgeKind::FirstWin,
        BadgeKind::TenWins => v1::BadgeKind::TenWins,
        BadgeKind::HundredMoves => v1::BadgeKind::HundredMoves,
        BadgeKind::TenCheckInsInAWeek => v1::BadgeKind::TenCheckInsInAWeek,
        BadgeKind::RevivedFive => v1::BadgeKind::RevivedFive,
        BadgeKind::CompleteRecord => v1::BadgeKind::CompleteRecord,
        BadgeKind::TenPacketsShared => v1::BadgeKind::TenPacketsShared,
        BadgeKind::Thanks => v1::BadgeKind::Thanks,
    }
}

/// Writes a badge.
pub fn write(badge: &Badge) -> v1::Badge {
    v1::Badge {
        id: badge.id.write(),
        member_id: badge.member.write(),
        kind: write_kind(badge.kind).into(),
        giver_id: id_or_empty(badge.giver),
        reason: or_empty(&badge.reason),
        opportunity_id: id_or_empty(badge.opportunity),
        create_time: Some(time(badge.at)),
        revision: badge.revision,
        etag: etag(badge.revision),
    }
}
