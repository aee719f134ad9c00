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

/// Reads SummarizeOpportunities, and the page that is asked for.
///
/// # Errors
/// What is wrong with filter, fields, order, or size or token of the page.
pub fn query(
    request: &v1::SummarizeOpportunitiesRequest,
    now: Timestamp,
) -> Result<(SummaryQuery, Cut), Refusal> {
    let filter = Filter::parse(&request.filter)
        .and_then(|filter| filter.check_kind(EntityKind::Opportunity).map(|()| filter))
        .map_err(|error| refuse::filter(error, "filter"))?;
    let group_by = GroupBy::parse(&request.group_by.join(","))
        .map_err(|error| refuse::filter(error, "group_by"))?;
    let order = SummaryOrder::parse(&request.order_by)
        .map_err(|error| refuse::filter(error, "order_by"))?;
    let fields = request.group_by.join(",");
    let hash = query_hash(&["summary", &request.filter, &fields, &request.order_by]);
    let cut = Cut::open(hash, request.page_size, &request.page_token)?;
    let query = SummaryQuery {
        filter: filter.at(now),
        group_by,
        order,
        now,
        page: cut.start..cut.end(),
    };
    Ok((query, cut))
}

/// Writes the asked page of a summary.
pub fn write(summary: Summary, cut: &Cut, call: &Call) -> v1::SummarizeOpportunitiesResponse {
    let (next_page_token, total_size) = cut.close(summary.group_count);
    let groups = summary.groups.into_iter();
    v1::SummarizeOpportunitiesResponse {
        groups: groups.map(write_group).collect(),
        totals: Some(write_figures(&summary.totals)),
        next_page_token,
        total_size,
        currency_code: call.currency().code().to_owned(),
        revision: call.state.revision(),
    }
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
