//! Activities between API and domain.

use sluice_domain::{Activity, ActivityKind, Command, command::LogActivity};
use sluice_proto::v1;

use super::{
    Call, Fields, Mutation, check_in,
    value::{Id as _, date_or_empty, etag, id_or_empty, or_empty, text, time},
};

/// Reads LogActivity.
pub fn log(request: v1::LogActivityRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("activity.");
    let activity = fields.message(request.activity);
    let command = LogActivity {
        kind: read_kind(&mut fields, activity.kind),
        opportunity: fields.optional_id("opportunity_id", &activity.opportunity_id),
        customer: fields.optional_id("customer_id", &activity.customer_id),
        contact: fields.optional_id("contact_id", &activity.contact_id),
        member: fields.optional_id("member_id", &activity.member_id),
        occurred_at: fields.optional_time("occurred_time", activity.occurred_time),
        follow_up_date: fields.optional_date("follow_up_date", &activity.follow_up_date),
        check_in: activity
            .check_in
            .map(|claim| check_in::read(&mut fields, claim)),
        purpose: text(activity.purpose),
        note: text(activity.note),
    };
    fields.mutation(
        Command::LogActivity(command),
        request.request_id,
        request.validate_only,
    )
}

/// Reads what was done.
pub fn read_kind(fields: &mut Fields, kind: i32) -> ActivityKind {
    match fields.enumeration("kind", kind) {
        v1::ActivityKind::Unspecified | v1::ActivityKind::Note => ActivityKind::Note,
        v1::ActivityKind::Call => ActivityKind::Call,
        v1::ActivityKind::Visit => ActivityKind::Visit,
        v1::ActivityKind::Meeting => ActivityKind::Meeting,
        v1::ActivityKind::Demo => ActivityKind::Demo,
        v1::ActivityKind::Email => ActivityKind::Email,
        v1::ActivityKind::Other => ActivityKind::Other,
    }
}

/// Writes what was done.
pub fn write_kind(kind: ActivityKind) -> v1::ActivityKind {
    match kind {
        ActivityKind::Call => v1::ActivityKind::Call,
        ActivityKind::Visit => v1::ActivityKind::Visit,
        ActivityKind::Meeting => v1::ActivityKind::Meeting,
        ActivityKind::Demo => v1::ActivityKind::Demo,
        ActivityKind::Email => v1::ActivityKind::Email,
        ActivityKind::Note => v1::ActivityKind::Note,
        ActivityKind::Other => v1::ActivityKind::Other,
    }
}

/// Writes an activity.
pub fn write(activity: &Activity) -> v1::Activity {
    v1::Activity {
        id: activity.id.write(),
        kind: write_kind(activity.kind).into(),
        purpose: or_empty(&activity.purpose),
        opportunity_id: id_or_empty(activity.opportunity),
        customer_id: id_or_empty(activity.customer),
        contact_id: id_or_empty(activity.contact),
        member_id: id_or_empty(activity.member),
        occurred_time: Some(time(activity.occurred_at)),
        note: or_empty(&activity.note),
        follow_up_date: date_or_empty(activity.follow_up_date),
        create_time: Some(time(activity.created_at)),
        revision: activity.revision,
        etag: etag(activity.revision),
        check_in: activity.check_in.as_deref().map(check_in::write),
    }
}
