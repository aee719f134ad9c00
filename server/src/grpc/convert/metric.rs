//! Metrics and score entries between API and domain.

use sluice_domain::{
    Cycle, Date, EntityKey, MemberId, Metric, OpportunityId, PipelineId, ScoreEntry, ScoreKind,
    State, Timestamp, Window,
    metric::{Grouping, MetricRow, MetricsQuery},
};
use sluice_proto::v1;

use super::{
    Call, Fields,
    value::{Id as _, id_or_empty, money, time},
};
use crate::grpc::status::Refusal;

/// What people see where nobody was credited.
const UNASSIGNED: &str = "(unassigned)";

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
        window: window(&mut fields, &request.cycle, call, now).unwrap_or(all_time()),
        by: match fields.enumeration("by", request.by) {
            v1::MetricSubject::Member => Grouping::Member,
            v1::MetricSubject::Team => Grouping::Team,
            v1::MetricSubject::Pipeline => Grouping::Pipeline,
            v1::MetricSubject::Unspecified | v1::MetricSubject::Workspace => Grouping::Workspace,
        },
        pipeline: existing_pipeline(&mut fields, &request.pipeline_id, call),
    };
    fields.finish(query)
}

/// Reads the pipeline of a report, which must exist.
pub fn existing_pipeline(fields: &mut Fields, id: &str, call: &Call) -> Option<PipelineId> {
    let pipeline: PipelineId = fields.optional_id("pipeline_id", id)?;
    if pipeline != PipelineId::NOBODY && call.state.pipeline(pipeline).is_none() {
        fields.invalid("pipeline_id", format!("{id} does not exist"));
    }
    Some(pipeline)
}

/// The days of a cycle; `None` for all time.
fn window(fields: &mut Fields, cycle: &str, call: &Call, now: Timestamp) -> Option<Window> {
    if cycle.is_empty() {
        return None;
    }
    match Cycle::parse(cycle) {
        Ok(cycle) => Some(cycle.window(call.state.zone().date_of(now))),
        Err(error) => {
            fields.invalid("cycle", error.to_string());
            None
        }
    }
}

fn all_time() -> Window {
    Window {
        start: Date::first(),
        end: Date::last(),
    }
}

/// Writes the sums of a query.
pub fn write_rows(
    rows: Vec<MetricRow>,
    query: &MetricsQuery,
    call: &Call,
) -> v1::QueryMetricsResponse {
    let bounded = query.window != all_time();
    let (start, end) = query.window.instants(&call.state.zone());
    v1::QueryMetricsResponse {
        rows: rows.into_iter().map(write_row).collect(),
        start_time: bounded.then(|| time(start)),
        end_time: bounded.then(|| time(end)),
        currency_code: call.currency().code().to_owned(),
        revision: call.state.revision(),
        previous_start_time: None,
        previous_end_time: None,
    }
}

fn write_row(row: MetricRow) -> v1::MetricRow {
    let key = row.subject.key();
    v1::MetricRow {
        subject: if key.is_none() {
            UNASSIGNED.to_owned()
        } else {
            row.subject_name
        },
        subject_id: key
            .filter(|key| *key != EntityKey::WORKSPACE)
            .map(EntityKey::long)
            .unwrap_or_default(),
        metric: row.metric.name().to_owned(),
        count: i32::try_from(row.count).unwrap_or(i32::MAX),
        amount_minor: minor(row.amount_minor),
        previous_count: None,
        previous_amount_minor: None,
    }
}

/// A sum as the API sends it. Amounts are bounded so that the sums of a workspace fit; a sum that does not is shown as
/// the largest number rather than as a wrong one.
pub fn minor(sum: i128) -> i64 {
    i64::try_from(sum).unwrap_or(if sum < 0 { i64::MIN } else { i64::MAX })
}

/// Which score entries are wanted.
#[derive(Debug)]
pub struct ScoreFilter {
    window: Option<(Timestamp, Timestamp)>,
    metric: Option<Metric>,
    member: Option<MemberId>,
    opportunity: Option<OpportunityId>,
}

/// Reads ListScoreEntries.
///
/// # Errors
/// All that is wrong with it.
pub fn score_filter(
    request: &v1::ListScoreEntriesRequest,
    call: &Call,
    now: Timestamp,
) -> Result<ScoreFilter, Refusal> {
    let mut fields = Fields::under("");
    let metric = Metric::parse(&request.metric);
    if metric.is_none() && !request.metric.is_empty() {
        let known: Vec<&str> = Metric::ALL.iter().map(|metric| metric.name()).collect();
        fields.invalid(
            "metric",
            format!(
                "'{}' is not a metric: use {}",
                request.metric,
                known.join(", ")
            ),
        );
    }
    let filter = ScoreFilter {
        window: window(&mut fields, &request.cycle, call, now)
            .map(|window| window.instants(&call.state.zone())),
        metric,
        member: fields.optional_id("member_id", &request.member_id),
        opportunity: fields.optional_id("opportunity_id", &request.opportunity_id),
    };
    fields.finish(filter)
}

impl ScoreFilter {
    /// Whether an entry is wanted.
    pub fn matches(&self, entry: &ScoreEntry) -> bool {
        self.window
            .is_none_or(|(start, end)| (start..end).contains(&entry.at))
            && self.metric.is_none_or(|metric| metric == entry.metric)
            && self
                .member
                .is_none_or(|member| Some(member) == entry.member)
            && self
                .opportunity
                .is_none_or(|opportunity| Some(opportunity) == entry.opportunity())
    }
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
