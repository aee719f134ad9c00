//! Summaries between API and domain.

use sluice_domain::{
    EntityKind, Filter, Timestamp,
    summary::{Figures, Summary, SummaryGroup, SummaryKey, SummaryOrder, SummaryQuery},
    view::GroupBy,
};
use sluice_proto::v1;

use super::Call;
use crate::grpc::{
    page::{Cut, query_hash},
    refuse,
    status::Refusal,
};

/// Reads SummarizeOpportunities.
///
/// # Errors
/// What is wrong with filter, fields or order.
pub fn query(
    request: &v1::SummarizeOpportunitiesRequest,
    now: Timestamp,
) -> Result<SummaryQuery, Refusal> {
    let filter = Filter::parse(&request.filter)
        .and_then(|filter| filter.check_kind(EntityKind::Opportunity).map(|()| filter))
        .map_err(|error| refuse::filter(error, "filter"))?;
    let group_by = GroupBy::parse(&request.group_by.join(","))
        .map_err(|error| refuse::filter(error, "group_by"))?;
    let order = SummaryOrder::parse(&request.order_by)
        .map_err(|error| refuse::filter(error, "order_by"))?;
    Ok(SummaryQuery {
        filter: filter.at(now),
        group_by,
        order,
        now,
    })
}

/// Writes the asked page of a summary.
///
/// # Errors
/// What is wrong with size or token of the page.
pub fn write(
    summary: Summary,
    request: &v1::SummarizeOpportunitiesRequest,
    call: &Call,
) -> Result<v1::SummarizeOpportunitiesResponse, Refusal> {
    let fields = request.group_by.join(",");
    let hash = query_hash(&["summary", &request.filter, &fields, &request.order_by]);
    let cut = Cut::open(hash, request.page_size, &request.page_token)?;
    let (next_page_token, total_size) = cut.close(summary.groups.len());
    let groups = cut.of(summary.groups).into_iter();
    Ok(v1::SummarizeOpportunitiesResponse {
        groups: groups.map(write_group).collect(),
        totals: Some(write_figures(&summary.totals)),
        next_page_token,
        total_size,
        currency_code: call.currency().code().to_owned(),
        revision: call.state.revision(),
    })
}

fn write_group(group: SummaryGroup) -> v1::SummaryGroup {
    let keys = group.keys.into_iter();
    v1::SummaryGroup {
        keys: keys
            .map(|SummaryKey { value, title }| v1::SummaryKey { value, title })
            .collect(),
        figures: Some(write_figures(&group.figures)),
    }
}

fn write_figures(figures: &Figures) -> v1::SummaryFigures {
    let count = |number: u64| i32::try_from(number).unwrap_or(i32::MAX);
    let sum = |minor: i128| i64::try_from(minor).unwrap_or(i64::MAX);
    v1::SummaryFigures {
        count: count(figures.count),
        amount_minor: sum(figures.amount_minor),
        weighted_minor: sum(figures.weighted_minor),
        stalled_count: count(figures.stalled_count),
        stalled_amount_minor: sum(figures.stalled_amount_minor),
    }
}
