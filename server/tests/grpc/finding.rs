//! Finding things over the API: filters with AND, OR and NOT, orders by computed fields, saved views, summaries, search.

use sluice_proto::v1::{
    self, change::Change, saved_view_service_client::SavedViewServiceClient,
    search_service_client::SearchServiceClient, summary_service_client::SummaryServiceClient,
    watch_request::Start, watch_response::Message,
};
use tonic::{Code, Status, transport::Channel};

use crate::support::{Fixture, fields, mask, reason, soon};

impl Fixture {
    fn saved_views(&self) -> SavedViewServiceClient<Channel> {
        SavedViewServiceClient::new(self.channel.clone())
    }
}

async fn listed(fixture: &Fixture, filter: &str, order_by: &str) -> Result<Vec<String>, Status> {
    let mut request = v1::ListOpportunitiesRequest {
        filter: filter.into(),
        order_by: order_by.into(),
        page_size: 2,
        ..Default::default()
    };
    let mut names = Vec::new();
    loop {
        let answer = fixture
            .opportunities()
            .list_opportunities(request.clone())
            .await?
            .into_inner();
        names.extend(answer.opportunities.into_iter().map(|it| it.name));
        if answer.next_page_token.is_empty() {
            return Ok(names);
        }
        request.page_token = answer.next_page_token;
    }
}

async fn deals() -> Fixture {
    let fixture = Fixture::start().await;
    for (name, amount) in [
        ("Pumps", 100),
        ("Valves", 300),
        ("Pipes", 200),
        ("泵", 300),
        ("Pump parts", 50),
    ] {
        fixture.create(name, amount).await;
    }
    fixture
}

#[tokio::test]
async fn a_list_reads_the_whole_grammar_and_pages_through_any_order() {
    let fixture = deals().await;
    let list = async |filter: &str, order: &str| listed(&fixture, filter, order).await.unwrap();
    assert_eq!(list("pump or 泵", "").await, ["Pumps", "泵", "Pump parts"]);
    assert_eq!(
        list("(pump or pipes) !parts", "name").await,
        ["Pipes", "Pumps"]
    );
    assert_eq!(list("not (p or 泵)", "").await, ["Valves"]);
    // Pages of two, in an order of several fields with ties: nothing is lost and nothing comes twice.
    assert_eq!(
        list("", "amount desc, name desc").await,
        ["泵", "Valves", "Pipes", "Pumps", "Pump parts"]
    );
    assert_eq!(
        list("", "days, level, idle, push_count desc").await.len(),
        5
    );
    let wrong = listed(&fixture, "pump or (onwer:kim)", "")
        .await
        .unwrap_err();
    assert_eq!(wrong.code(), Code::InvalidArgument);
    assert_eq!(reason(&wrong), "INVALID_FILTER");
    assert_eq!(fields(&wrong), ["filter"]);
    assert!(
        wrong.message().contains("position 9"),
        "{}",
        wrong.message()
    );
    assert!(wrong.message().contains("'owner'"), "{}", wrong.message());
}

#[tokio::test]
async fn a_view_is_saved_changed_and_deleted_and_a_watch_is_told() {
    let fixture = deals().await;
    let request = v1::WatchRequest {
        kinds: vec![v1::Kind::SavedView.into()],
        start: Some(Start::Snapshot(true)),
        ..Default::default()
    };
    let mut watch = fixture.watches().watch(request).await.unwrap().into_inner();
    let mut client = fixture.saved_views();
    let bad = v1::CreateSavedViewRequest {
        saved_view: Some(v1::SavedView {
            name: "Large".into(),
            collection: "members".into(),
            filter: "amount>".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let refused = client.create_saved_view(bad).await.unwrap_err();
    assert_eq!(
        fields(&refused),
        ["saved_view.collection", "saved_view.filter"]
    );
    let request = v1::CreateSavedViewRequest {
        saved_view: Some(v1::SavedView {
            name: "Large".into(),
            filter: "amount>=2 owner:nobody-we-know".into(),
            order_by: "amount desc".into(),
            group_by: "stage".into(),
            columns: "name,amount".into(),
            ..Default::default()
        }),
        request_id: "save-1".into(),
        ..Default::default()
    };
    let made = client.create_saved_view(request.clone()).await.unwrap();
    let made = made.into_inner().saved_view.unwrap();
    assert_eq!(made.collection, "opportunities");
    let again = client.create_saved_view(request).await.unwrap();
    assert_eq!(again.into_inner().saved_view.unwrap(), made);

    let request = v1::GetSavedViewRequest {
        id: made.id.clone(),
    };
    let got = client.get_saved_view(request.clone()).await.unwrap();
    let got = got.into_inner();
    assert_eq!(got.saved_view.unwrap(), made);
    assert_eq!(got.problems.len(), 1);
    assert_eq!(
        (got.problems[0].field.as_str(), got.problems[0].position),
        ("filter", 10)
    );

    let change = |etag: &str| v1::UpdateSavedViewRequest {
        saved_view: Some(v1::SavedView {
            id: made.id.clone(),
            shared: true,
            etag: etag.into(),
            ..Default::default()
        }),
        update_mask: mask(&["shared", "filter"]),
        ..Default::default()
    };
    let stale = client.update_saved_view(change("r1")).await.unwrap_err();
    assert_eq!(stale.code(), Code::Aborted);
    let changed = client.update_saved_view(change(&made.etag)).await.unwrap();
    let changed = changed.into_inner().saved_view.unwrap();
    assert!(changed.shared && changed.filter.is_empty());
    assert_eq!(changed.columns, made.columns);

    let list = v1::ListSavedViewsRequest {
        filter: "shared:true collection:opportunities".into(),
        ..Default::default()
    };
    let all = client.list_saved_views(list).await.unwrap().into_inner();
    assert_eq!(all.saved_views, std::slice::from_ref(&changed));

    let delete = |etag: &str| v1::DeleteSavedViewRequest {
        id: made.id.clone(),
        etag: etag.into(),
        ..Default::default()
    };
    let stale = client.delete_saved_view(delete(&made.etag)).await;
    assert_eq!(stale.unwrap_err().code(), Code::Aborted);
    let gone = client
        .delete_saved_view(delete(&changed.etag))
        .await
        .unwrap();
    let gone = gone.into_inner().revision;
    let missing = client.get_saved_view(request).await.unwrap_err();
    assert_eq!(missing.code(), Code::NotFound);
    assert_eq!(reason(&missing), "SAVED_VIEW_NOT_FOUND");

    let mut told = Vec::new();
    while told.len() < 3 {
        let message = soon(watch.message()).await.unwrap().unwrap();
        if let Some(Message::CommitBatch(batch)) = message.message {
            for commit in batch.commits {
                for change in commit.changes {
                    told.push(match change.change.unwrap() {
                        Change::Put(_) => format!("put {}", commit.revision),
                        Change::Remove(it) => {
                            assert!(!it.left_filter);
                            format!("remove {} {}", commit.revision, it.id)
                        }
                    });
                }
            }
        }
    }
    assert_eq!(told[0], format!("put {}", made.revision));
    assert_eq!(told[2], format!("remove {gone} {}", made.id));
}

#[tokio::test]
async fn deals_are_added_up_by_group_page_by_page() {
    let fixture = deals().await;
    let mut client = SummaryServiceClient::new(fixture.channel.clone());
    let mut request = v1::SummarizeOpportunitiesRequest {
        filter: "!parts".into(),
        group_by: vec!["source".into(), "stage".into()],
        ..Default::default()
    };
    let answer = client
        .summarize_opportunities(request.clone())
        .await
        .unwrap();
    let answer = answer.into_inner();
    let totals = answer.totals.unwrap();
    assert_eq!((totals.count, totals.amount_minor), (4, 900));
    assert_eq!(totals.weighted_minor, 90, "10 % of each");
    assert_eq!(answer.groups.len(), 1);
    assert_eq!(answer.groups[0].figures, Some(totals));
    let titles: Vec<&str> = answer.groups[0].keys.iter().map(|it| &*it.title).collect();
    assert_eq!(titles, ["", "New"]);
    request.group_by = vec!["customer".into(), "nonsense".into()];
    let refused = client.summarize_opportunities(request).await.unwrap_err();
    assert_eq!(fields(&refused), ["group_by"]);
    for stage in ["stages/2", "stages/3"] {
        let request = v1::MoveOpportunityRequest {
            id: format!("opportunities/{}", &stage[7..]),
            stage_id: stage.into(),
            ..Default::default()
        };
        fixture
            .opportunities()
            .move_opportunity(request)
            .await
            .unwrap();
    }
    let mut request = v1::SummarizeOpportunitiesRequest {
        group_by: vec!["stage".into()],
        order_by: "amount desc".into(),
        page_size: 2,
        ..Default::default()
    };
    let mut seen = Vec::new();
    loop {
        let answer = client
            .summarize_opportunities(request.clone())
            .await
            .unwrap();
        let answer = answer.into_inner();
        assert_eq!(answer.total_size, 3);
        let groups = answer.groups.into_iter();
        seen.extend(groups.map(|it| (it.keys[0].value.clone(), it.figures.unwrap().amount_minor)));
        if answer.next_page_token.is_empty() {
            break;
        }
        request.page_token = answer.next_page_token;
    }
    let expected = [("stages/1", 450), ("stages/2", 300), ("stages/3", 200)];
    assert_eq!(seen, expected.map(|(id, amount)| (id.to_owned(), amount)));
}

#[tokio::test]
async fn a_search_finds_across_kinds_and_pages_without_repeating() {
    let fixture = deals().await;
    let request = v1::CreateCustomerRequest {
        customer: Some(v1::Customer {
            name: "Pump house".into(),
            note: "泵站".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    fixture.customers().create_customer(request).await.unwrap();
    let mut client = SearchServiceClient::new(fixture.channel.clone());
    let mut request = v1::SearchRequest {
        query: "pump".into(),
        page_size: 2,
        ..Default::default()
    };
    let mut ids = Vec::new();
    loop {
        let answer = client.search(request.clone()).await.unwrap().into_inner();
        assert_eq!(answer.total_size, 3);
        for hit in answer.hits {
            assert_eq!(hit.r#match(), v1::SearchMatch::Prefix);
            let range = hit.ranges[0];
            assert_eq!((range.start, range.end), (0, 4), "{hit:?}");
            ids.push(hit.id);
        }
        if answer.next_page_token.is_empty() {
            break;
        }
        request.page_token = answer.next_page_token;
    }
    // The newest of equals comes first.
    assert_eq!(ids, ["customers/1", "opportunities/5", "opportunities/1"]);
    let chinese = v1::SearchRequest {
        query: "泵".into(),
        kinds: vec![v1::Kind::Customer.into()],
        ..Default::default()
    };
    let found = client.search(chinese).await.unwrap().into_inner().hits;
    assert_eq!(found[0].field, "note");
    for (query, kinds, field) in [
        ("", vec![], "query"),
        ("x", vec![v1::Kind::Team.into()], "kinds[0]"),
    ] {
        let request = v1::SearchRequest {
            query: query.into(),
            kinds,
            ..Default::default()
        };
        let refused = client.search(request).await.unwrap_err();
        assert_eq!(fields(&refused), [field]);
    }
}

#[tokio::test]
async fn a_watch_takes_or_and_not_and_refuses_what_no_commit_announces() {
    let fixture = deals().await;
    let request = |filter: &str| v1::WatchRequest {
        kinds: vec![v1::Kind::Opportunity.into()],
        filter: filter.into(),
        start: Some(Start::Snapshot(true)),
        ..Default::default()
    };
    let mut watch = fixture
        .watches()
        .watch(request("(pump or 泵) !parts level<stalled"))
        .await
        .unwrap()
        .into_inner();
    let mut shown = 0;
    loop {
        match soon(watch.message()).await.unwrap().unwrap().message {
            Some(Message::SnapshotChunk(chunk)) => shown += chunk.resources.len(),
            Some(Message::SnapshotEnd(_)) => break,
            _ => {}
        }
    }
    assert_eq!(shown, 2);
    for filter in [
        "pump or days>3",
        "!(idle>3)",
        "last_activity:none",
        "over:none",
    ] {
        let refused = fixture.watches().watch(request(filter)).await.unwrap_err();
        assert_eq!(reason(&refused), "INVALID_FILTER", "{filter}");
    }
}
