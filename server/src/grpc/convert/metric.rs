//! Metrics and score entries between API and domain.

use sluice_domain::{
    EntityKey, MemberId, Metric, PipelineId, ScoreEntry, ScoreKind, State, Timestamp, Window,
    metric::{
        Grouping, MetricRow, MetricSubject, MetricsQuery, ScoreQuery, all_time, compared, metrics,
    },
};
use sluice_proto::v1;

use super::{
    Call, Fields, scope,
    value::{Id as _, id_or_empty, money, time},
};
use crate::grpc::status::Refusal;

/// What people see where nobody was credited.
pub const UNASSIGNED: &str = "(unassigned)";

/// Reads QueryMetrics.
///
/// # Errors
/// All that is wrong with it.
pub fn query(
    request: &v1::QueryMetricsRequest,
    call: &Call,
    now: Timestamp,
) -> Result<MetricsQuery, Refusal> {
    let mut fields = Fields::under("");
    let query = MetricsQuery {
        window: scope::window(&mut fields, "cycle", &request.cycle, call, now)
            .unwrap_or(all_time()),
        by: read_grouping(&mut fields, request.by).unwrap_or(Grouping::Workspace),
        pipeline: existing_pipeline(&mut fields, &request.pipeline_id, call),
        metric: optional_metric(&mut fields, &request.metric),
        by_todays_team: request.by_todays_team,
    };
    if request.compare && request.cycle.is_empty() {
        fields.invalid("compare", "all time has no cycle before it: name a cycle");
    }
    fields.finish(query)
}

pub(super) fn read_grouping(fields: &mut Fields, by: i32) -> Option<Grouping> {
    match fields.enumeration("by", by) {
        v1::MetricSubject::Member => Some(Grouping::Member),
        v1::MetricSubject::Team => Some(Grouping::Team),
        v1::MetricSubject::Pipeline => Some(Grouping::Pipeline),
        v1::MetricSubject::Workspace => Some(Grouping::Workspace),
        v1::MetricSubject::Unspecified => None,
    }
}

/// Reads a metric that may be empty.
pub fn optional_metric(fields: &mut Fields, text: &str) -> Option<Metric> {
    (!text.is_empty()).then(|| required_metric(fields, text))
}

/// Reads a metric.
pub fn required_metric(fields: &mut Fields, text: &str) -> Metric {
    Metric::parse(text).unwrap_or_else(|| {
        let known: Vec<&str> = Metric::ALL.iter().map(|metric| metric.name()).collect();
        fields.invalid(
            "metric",
            format!("'{text}' is not a metric: use {}", known.join(", ")),
        );
        Metric::New
    })
}

/// Reads the pipeline of a report, which must exist.
pub fn existing_pipeline(fields: &mut Fields, id: &str, call: &Call) -> Option<PipelineId> {
    let pipeline: PipelineId = fields.optional_id("pipeline_id", id)?;
    if pipeline != PipelineId::NOBODY && call.state.pipeline(pipeline).is_none() {
        fields.invalid("pipeline_id", format!("{id} does not exist"));
    }
    Some(pipeline)
}

/// Writes the sums of a query, beside those of the cycle before where they are compared.
pub fn write_rows(query: &MetricsQuery, compare: bool, call: &Call) -> v1::QueryMetricsResponse {
    let rows = if compare {
        let rows = compared(&call.state, query).into_iter();
        rows.map(|pair| v1::MetricRow {
            previous_count: Some(small(pair.previous_count)),
            previous_amount_minor: Some(minor(pair.previous_amount_minor)),
            ..write_row(pair.row)
        })
        .collect()
    } else {
        let rows = metrics(&call.state, query).into_iter();
        rows.map(write_row).collect()
    };
    let instants = |window: Window| window.instants(&call.state.zone());
    let bounded = (query.window != all_time()).then(|| instants(query.window));
    let before = compare.then(|| instants(query.window.previous()));
    v1::QueryMetricsResponse {
        rows,
        start_time: bounded.map(|(start, _)| time(start)),
        end_time: bounded.map(|(_, end)| time(end)),
        currency_code: call.currency().code().to_owned(),
        revision: call.state.revision(),
        previous_start_time: before.map(|(start, _)| time(start)),
        previous_end_time: before.map(|(_, end)| time(end)),
    }
}

/// Who is meant, by name; what nobody owned has a name too.
pub(super) fn subject_name(subject: MetricSubject, name: String) -> String {
    if subject.key().is_none() {
        return UNASSIGNED.to_owned();
    }
    name
}

/// The id of a subject; empty for the workspace and for what nobody owned.
pub(super) fn subject_id(subject: MetricSubject) -> String {
    let key = subject.key().filter(|key| *key != EntityKey::WORKSPACE);
    key.map(EntityKey::long).unwrap_or_default()
}

fn write_row(row: MetricRow) -> v1::MetricRow {
    v1::MetricRow {
        subject: subject_name(row.subject, row.subject_name),
        subject_id: subject_id(row.subject),
        metric: row.metric.name().to_owned(),
        count: small(row.count),
        amount_minor: minor(row.amount_minor),
        previous_count: None,
        previous_amount_minor: None,
    }
}

/// A number of entries as the API sends it.
pub(super) fn small(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(if count < 0 { i32::MIN } else { i32::MAX })
}

/// A sum as the API sends it. Amounts are bounded so that the sums of a workspace fit; a sum that does not is shown as
/// the largest number rather than as a wrong one.
pub fn minor(sum: i128) -> i64 {
    i64::try_from(sum).unwrap_or(if sum < 0 { i64::MIN } else { i64::MAX })
}

/// Reads ListScoreEntries.
///
/// # Errors
/// All that is wrong with it.
pub fn score_query(
    request: &v1::ListScoreEntriesRequest,
    call: &Call,
    now: Timestamp,
) -> Result<ScoreQuery, Refusal> {
    let mut fields = Fields::under("");
    let member: Option<MemberId> = fields.optional_id("member_id", &request.member_id);
    let by = read_grouping(&mut fields, request.by);
    let id = &request.subject_id;
    let mut subject = by.map(|by| match by {
        Grouping::Workspace => MetricSubject::Workspace,
        Grouping::Member => MetricSubject::Member(fields.optional_id("subject_id", id)),
        Grouping::Team => MetricSubject::Team(fields.optional_id("subject_id", id)),
        Grouping::Pipeline => MetricSubject::Pipeline(fields.optional_id("subject_id", id)),
    });
    if !id.is_empty()
        && !matches!(
            by,
            Some(Grouping::Member | Grouping::Team | Grouping::Pipeline)
        )
    {
        fields.invalid(
            "subject_id",
            "needs 'by' to say whether it is a member, a team or a pipeline",
        );
    }
    if let Some(member) = member {
        if subject.is_some() {
            fields.invalid("member_id", "say it by 'by' and subject_id, not twice");
        }
        subject = Some(MetricSubject::Member(Some(member)));
    }
    let query = ScoreQuery {
        window: scope::window(&mut fields, "cycle", &request.cycle, call, now),
        metric: optional_metric(&mut fields, &request.metric),
        subject,
        pipeline: fields.optional_id("pipeline_id", &request.pipeline_id),
        opportunity: fields.optional_id("opportunity_id", &request.opportunity_id),
        by_todays_team: request.by_todays_team,
        credited_only: request.credited_only,
    };
    fields.finish(query)
}

/// Writes a score entry.
pub fn write(entry: &ScoreEntry, state: &State) -> v1::ScoreEntry {
    let currency = state.workspace().map(|workspace| workspace.currency);
    v1::ScoreEntry {
        id: entry.id.write(),
        metric: entry.metric.name().to_owned(),
        member_id: id_or_empty(entry.member),
        team_id: id_or_empty(entry.team),
        opportunity_id: id_or_empty(entry.opportunity()),
        pipeline_id: id_or_empty(entry.pipeline),
        time: Some(time(entry.at)),
        count: entry.count,
        amount: currency.map(|currency| money(entry.amount_minor, currency)),
        credited: entry.credited(),
        uncredited_reason: entry
            .uncredited_reason
            .map(|reason| reason.name().to_owned())
            .unwrap_or_default(),
        revision: entry.revision,
        stage_id: id_or_empty(entry.stage),
        reverses_id: id_or_empty(entry.reverses),
        imported: entry.imported,
        kind: write_kind(entry.kind).into(),
    }
}

const fn write_kind(kind: ScoreKind) -> v1::ScoreKind {
    match kind {
        ScoreKind::Fact => v1::ScoreKind::Fact,
        ScoreKind::Correction => v1::ScoreKind::Correction,
        ScoreKind::Reversal => v1::ScoreKind::Reversal,
        ScoreKind::Replacement => v1::ScoreKind::Replacement,
        ScoreKind::Undo => v1::ScoreKind::Undo,
    }
}
