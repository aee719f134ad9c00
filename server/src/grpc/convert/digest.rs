//! Digests and their schedules between API and domain.

use sluice_domain::{
    Command, Cycle, Digest, DigestSchedule, DigestScheduleId, DigestScope, Figure, LocalTime,
    MemberId, SectionKind, State, Timestamp,
    command::{CreateDigestSchedule, DeleteDigestSchedule, UpdateDigestSchedule},
    cycle::CycleUnit,
    digest::{DigestItem, Section, digest, previous_of},
};
use sluice_proto::v1;

use super::{
    Call, Fields, Mask, Mutation,
    value::{Id as _, etag, id_or_empty, money, time},
};
use crate::grpc::status::Refusal;

/// The cycle of a request that names none.
const DEFAULT_CYCLE: &str = "this-week";

/// Makes the digest a request asks for.
///
/// # Errors
/// All that is wrong with it.
pub fn make(
    request: &v1::GetDigestRequest,
    call: &Call,
    now: Timestamp,
) -> Result<Digest, Refusal> {
    let mut fields = Fields::under("");
    let named: Option<MemberId> = fields.optional_id("member_id", &request.member_id);
    if let Some(member) = named.filter(|member| *member != MemberId::NOBODY)
        && call.state.member(member).is_none()
    {
        fields.invalid("member_id", format!("{} does not exist", member.write()));
    }
    let text = match request.cycle.as_str() {
        "" => DEFAULT_CYCLE,
        text => text,
    };
    let cycle = Cycle::parse(text).unwrap_or_else(|error| {
        fields.invalid("cycle", error.to_string());
        Cycle::Relative(CycleUnit::Week, 0)
    });
    fields.finish(())?;
    let window = cycle.window(call.state.zone().date_of(now));
    let previous = previous_of(cycle.unit(), window);
    let member = named.or(call.actor.member);
    Ok(digest(&call.state, member, window, previous, now))
}

/// Writes a digest.
pub fn write(digest: &Digest, state: &State) -> v1::Digest {
    v1::Digest {
        scope: scope_name(digest, state),
        sections: write_sections(digest, state, |item| {
            let found = state.opportunity(item.opportunity);
            found.map_or_else(String::new, |found| found.name.to_string())
        }),
        ..write_bare(digest, state)
    }
}

/// Writes a digest as a part of a resource, which must not change when something else is renamed.
pub fn write_without_names(digest: &Digest, state: &State) -> v1::Digest {
    v1::Digest {
        sections: write_sections(digest, state, |_| String::new()),
        ..write_bare(digest, state)
    }
}

fn write_bare(digest: &Digest, state: &State) -> v1::Digest {
    let (start, end) = digest.window.instants(&state.zone());
    let teams = match &digest.scope {
        DigestScope::Teams(teams) => teams.iter().map(|team| team.write()).collect(),
        _ => Vec::new(),
    };
    v1::Digest {
        member_id: id_or_empty(digest.member),
        scope: String::new(),
        team_ids: teams,
        cycle: digest.window.to_string(),
        previous_cycle: digest.previous.to_string(),
        start_time: Some(time(start)),
        end_time: Some(time(end)),
        time: Some(time(digest.at)),
        sections: Vec::new(),
    }
}

/// What people call those a digest is about.
pub fn scope_name(digest: &Digest, state: &State) -> String {
    let names: Vec<String> = match &digest.scope {
        DigestScope::Workspace => state
            .workspace()
            .map(|workspace| workspace.name.to_string())
            .into_iter()
            .collect(),
        DigestScope::Teams(teams) => teams
            .iter()
            .filter_map(|team| Some(state.team(*team)?.name.to_string()))
            .collect(),
        DigestScope::Member(member) => state
            .member(*member)
            .map(|member| member.name.to_string())
            .into_iter()
            .collect(),
    };
    names.join(", ")
}

fn write_sections(
    digest: &Digest,
    state: &State,
    name: impl Fn(&DigestItem) -> String,
) -> Vec<v1::DigestSection> {
    let write = |section: &Section| {
        let top = section.top.iter().map(|item| v1::DigestItem {
            opportunity_id: item.opportunity.write(),
            name: name(item),
            amount: amount(item.amount_minor, state),
        });
        v1::DigestSection {
            kind: write_kind(section.kind).into(),
            figure: Some(figure(section.figure, state)),
            previous: Some(figure(section.previous, state)),
            change: Some(figure(section.change(), state)),
            top: top.collect(),
            packets_sent: Some(figure(section.packets_sent, state)),
            packets_received: Some(figure(section.packets_received, state)),
        }
    };
    digest.sections.iter().map(write).collect()
}

const fn write_kind(kind: SectionKind) -> v1::DigestSectionKind {
    match kind {
        SectionKind::New => v1::DigestSectionKind::New,
        SectionKind::Moved => v1::DigestSectionKind::Moved,
        SectionKind::Stalled => v1::DigestSectionKind::Stalled,
        SectionKind::Won => v1::DigestSectionKind::Won,
        SectionKind::Rewarded => v1::DigestSectionKind::Rewarded,
    }
}

fn figure(figure: Figure, state: &State) -> v1::DigestFigure {
    v1::DigestFigure {
        count: figure.count,
        amount: amount(figure.amount_minor, state),
    }
}

fn amount(minor: i64, state: &State) -> Option<v1::Money> {
    let workspace = state.workspace()?;
    Some(money(minor, workspace.currency))
}

/// Reads CreateDigestSchedule.
pub fn create(request: v1::CreateDigestScheduleRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("digest_schedule.");
    let schedule = fields.message(request.digest_schedule);
    let command = CreateDigestSchedule {
        member: fields.id("member_id", &schedule.member_id),
        unit: read_unit(&mut fields, schedule.unit).unwrap_or_else(|| {
            fields.invalid("unit", "is missing: DAY, WEEK or MONTH");
            CycleUnit::Week
        }),
        time: read_time(&mut fields, &schedule.local_time),
        inbox: schedule.inbox,
        email: schedule.email,
        webhook: fields.optional_id("webhook_id", &schedule.webhook_id),
    };
    fields.mutation(
        Command::CreateDigestSchedule(command),
        request.request_id,
        request.validate_only,
    )
}

/// Reads UpdateDigestSchedule.
pub fn update(request: v1::UpdateDigestScheduleRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("digest_schedule.");
    let schedule = fields.message(request.digest_schedule);
    let mask = Mask::read(
        &mut fields,
        request.update_mask,
        &[
            "unit",
            "local_time",
            "inbox",
            "email",
            "webhook_id",
            "active",
        ],
    );
    let id: DigestScheduleId = fields.id("id", &schedule.id);
    let flag = |name, value| mask.names(name, value).then_some(value);
    let unit = read_unit(&mut fields, schedule.unit);
    let time = mask.names("local_time", !schedule.local_time.is_empty());
    let command = UpdateDigestSchedule {
        id,
        unit: unit.filter(|_| mask.names("unit", true)),
        time: time.then(|| read_time(&mut fields, &schedule.local_time)),
        inbox: flag("inbox", schedule.inbox),
        email: flag("email", schedule.email),
        webhook: mask.patch(
            "webhook_id",
            fields.optional_id("webhook_id", &schedule.webhook_id),
        ),
        active: flag("active", schedule.active),
    };
    fields
        .mutation(
            Command::UpdateDigestSchedule(command),
            request.request_id,
            request.validate_only,
        )
        .with_etag(id, schedule.etag)
}

/// Reads DeleteDigestSchedule.
pub fn delete(request: v1::DeleteDigestScheduleRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let id: DigestScheduleId = fields.id("id", &request.id);
    fields
        .mutation(
            Command::DeleteDigestSchedule(DeleteDigestSchedule { id }),
            request.request_id,
            request.validate_only,
        )
        .with_etag(id, request.etag)
}

fn read_unit(fields: &mut Fields, unit: i32) -> Option<CycleUnit> {
    match fields.enumeration("unit", unit) {
        v1::DigestUnit::Unspecified => None,
        v1::DigestUnit::Day => Some(CycleUnit::Day),
        v1::DigestUnit::Week => Some(CycleUnit::Week),
        v1::DigestUnit::Month => Some(CycleUnit::Month),
    }
}

const fn write_unit(unit: CycleUnit) -> v1::DigestUnit {
    match unit {
        CycleUnit::Day => v1::DigestUnit::Day,
        CycleUnit::Week => v1::DigestUnit::Week,
        CycleUnit::Month => v1::DigestUnit::Month,
        CycleUnit::Quarter | CycleUnit::Year => v1::DigestUnit::Unspecified,
    }
}

/// Reads a time of day: two digits, a colon, two digits. Whether it exists the domain says.
fn read_time(fields: &mut Fields, text: &str) -> LocalTime {
    let part = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        if digits { text.parse().ok() } else { None }
    };
    let read = text
        .split_once(':')
        .and_then(|(hour, minute)| Some((part(hour)?, part(minute)?)));
    let Some((hour, minute)) = read else {
        let problem = format!("'{text}' is not a time of day: write it as 08:00");
        fields.invalid("local_time", problem);
        return LocalTime { hour: 0, minute: 0 };
    };
    LocalTime { hour, minute }
}

/// Writes a schedule.
pub fn write_schedule(schedule: &DigestSchedule) -> v1::DigestSchedule {
    let LocalTime { hour, minute } = schedule.time;
    v1::DigestSchedule {
        id: schedule.id.write(),
        member_id: schedule.member.write(),
        unit: write_unit(schedule.unit).into(),
        local_time: format!("{hour:02}:{minute:02}"),
        inbox: schedule.inbox,
        email: schedule.email,
        webhook_id: id_or_empty(schedule.webhook),
        active: schedule.active,
        told_until: schedule.told_until.to_string(),
        create_time: Some(time(schedule.created_at)),
        revision: schedule.revision,
        etag: etag(schedule.revision),
    }
}
