//! Reads what a search over everything finds, and the saved views.

use futures_util::future::join_all;
use sluice_proto::v1;
use tonic::Status;

use super::count;
use crate::client::{Connection, timed};
use crate::report::found::{FoundKind, Hit};
use crate::report::{Found, SavedView};
use crate::wire::number;

/// Hits read of one search: more than any screen shows.
const MAX_HITS: i32 = 40;
/// Saved views read.
const MAX_VIEWS: i32 = 200;
/// Longest text the server looks for, in characters.
const MAX_QUERY_CHARS: usize = 200;

/// What a text is found in, by kind, best first.
pub(super) async fn search(connection: &Connection, text: &str) -> Result<Found, Status> {
    let request = v1::SearchRequest {
        query: text.chars().take(MAX_QUERY_CHARS).collect(),
        page_size: MAX_HITS,
        ..Default::default()
    };
    let answer = connection
        .search()
        .search(timed(request))
        .await?
        .into_inner();
    let total = count(answer.total_size);
    let hits = answer.hits.into_iter().filter_map(hit);
    let hits = hits.map(|hit| with_deal(connection, hit));
    let mut hits = join_all(hits).await;
    // Stable: within a kind the server's order stands.
    hits.sort_by_key(|hit| hit.kind);
    Ok(Found { hits, total })
}

fn hit(hit: v1::SearchHit) -> Option<Hit> {
    let kind = match hit.kind() {
        v1::Kind::Opportunity => FoundKind::Deal,
        v1::Kind::Customer => FoundKind::Customer,
        v1::Kind::Contact => FoundKind::Contact,
        v1::Kind::Activity => FoundKind::Activity,
        _ => return None,
    };
    Some(Hit {
        kind,
        id: number(&hit.id)?,
        title: hit.title,
        subtitle: hit.subtitle,
        text: hit.text,
        deal_id: None,
    })
}

/// An activity leads to its deal, which the hit does not name by id.
async fn with_deal(connection: &Connection, hit: Hit) -> Hit {
    if hit.kind != FoundKind::Activity {
        return hit;
    }
    let request = v1::GetActivityRequest {
        id: format!("activities/{}", hit.id),
    };
    let answer = connection.activities().get_activity(timed(request)).await;
    // Without it the hit is shown, and leads nowhere.
    let deal_id = answer
        .ok()
        .and_then(|answer| number(&answer.into_inner().activity?.opportunity_id));
    Hit { deal_id, ..hit }
}

/// The views of everybody and one's own, by name.
pub(super) async fn views(connection: &Connection) -> Result<Vec<SavedView>, Status> {
    let request = v1::ListSavedViewsRequest {
        page_size: MAX_VIEWS,
        filter: String::new(),
        order_by: "name".to_owned(),
        ..Default::default()
    };
    let answer = connection
        .saved_views()
        .list_saved_views(timed(request))
        .await?
        .into_inner();
    let views = answer.saved_views.into_iter();
    let of_deals = views.filter(|view| matches!(view.collection.as_str(), "" | "opportunities"));
    let views = of_deals.filter_map(|view| {
        Some(SavedView {
            id: number(&view.id)?,
            name: view.name,
            owner_id: number(&view.owner_id),
            shared: view.shared,
            filter: view.filter,
            order_by: view.order_by,
            revision: view.revision,
        })
    });
    Ok(views.collect())
}
