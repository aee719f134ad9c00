//! Pages, filters, orders.

use sluice_proto::v1;
use tonic::{Code, codec::CompressionEncoding};
use tonic_types::StatusExt as _;

use crate::support::{Fixture, reason};

async fn list(
    fixture: &Fixture,
    request: v1::ListOpportunitiesRequest,
) -> v1::ListOpportunitiesResponse {
    fixture
        .opportunities()
        .list_opportunities(request)
        .await
        .unwrap()
        .into_inner()
}

fn names(page: &v1::ListOpportunitiesResponse) -> Vec<String> {
    page.opportunities
        .iter()
        .map(|opportunity| opportunity.name.clone())
        .collect()
}

async fn seven() -> Fixture {
    let fixture = Fixture::start().await;
    for (name, amount) in [
        ("a", 3),
        ("b", 1),
        ("c", 7),
        ("d", 5),
        ("e", 2),
        ("f", 6),
        ("g", 4),
    ] {
        fixture.create(name, amount).await;
    }
    fixture
}

#[tokio::test]
async fn pages_hold_everything_once_in_every_order() {
    let fixture = seven().await;
    for (order_by, expected) in [
        ("", "abcdefg"),
        ("amount desc", "cfdgaeb"),
        ("name", "abcdefg"),
    ] {
        let mut request = v1::ListOpportunitiesRequest {
            page_size: 3,
            order_by: order_by.into(),
            ..Default::default()
        };
        let mut all = Vec::new();
        loop {
            let page = list(&fixture, request.clone()).await;
            assert_eq!(page.total_size, 7);
            assert!(page.opportunities.len() <= 3);
            all.extend(names(&page));
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
        assert_eq!(all.concat(), expected, "{order_by}");
    }
}

#[tokio::test]
async fn a_page_goes_on_though_its_last_deal_has_changed() {
    let fixture = seven().await;
    let request = v1::ListOpportunitiesRequest {
        page_size: 2,
        order_by: "amount desc".into(),
        ..Default::default()
    };
    let first = list(&fixture, request.clone()).await;
    assert_eq!(names(&first).concat(), "cf");
    let changed = v1::Opportunity {
        note: "called".into(),
        ..first.opportunities[1].clone()
    };
    let amend = v1::AmendOpportunityRequest {
        opportunity: Some(changed),
        ..Default::default()
    };
    fixture
        .opportunities()
        .amend_opportunity(amend)
        .await
        .unwrap();
    let second = list(
        &fixture,
        v1::ListOpportunitiesRequest {
            page_token: first.next_page_token,
            ..request
        },
    )
    .await;
    assert_eq!(names(&second).concat(), "dg");
}

#[tokio::test]
async fn a_filter_counts_only_what_matches_and_archived_deals_are_left_out_when_asked() {
    let fixture = seven().await;
    let filtered = |filter: &str| v1::ListOpportunitiesRequest {
        filter: filter.into(),
        ..Default::default()
    };
    let page = list(&fixture, filtered("name:c")).await;
    assert_eq!((names(&page).concat().as_str(), page.total_size), ("c", 1));
    let request = v1::ArchiveOpportunityRequest {
        id: "opportunities/3".into(),
        ..Default::default()
    };
    fixture
        .opportunities()
        .archive_opportunity(request)
        .await
        .unwrap();
    assert_eq!(list(&fixture, filtered("")).await.total_size, 7);
    assert_eq!(
        list(&fixture, filtered("archived:false")).await.total_size,
        6
    );
    assert_eq!(
        names(&list(&fixture, filtered("archived:true")).await).concat(),
        "c"
    );
}

#[tokio::test]
async fn bad_queries_say_where_and_why() {
    let fixture = seven().await;
    let good = v1::ListOpportunitiesRequest {
        page_size: 2,
        ..Default::default()
    };
    let token = list(&fixture, good.clone()).await.next_page_token;
    let cases = [
        (
            v1::ListOpportunitiesRequest {
                page_token: "nonsense".into(),
                ..good.clone()
            },
            "INVALID_PAGE_TOKEN",
        ),
        (
            v1::ListOpportunitiesRequest {
                page_token: token,
                filter: "name:a".into(),
                ..good.clone()
            },
            "INVALID_PAGE_TOKEN",
        ),
        (
            v1::ListOpportunitiesRequest {
                page_size: -1,
                ..good.clone()
            },
            "INVALID_PAGE_SIZE",
        ),
        (
            v1::ListOpportunitiesRequest {
                order_by: "colour".into(),
                ..good.clone()
            },
            "INVALID_ORDER_BY",
        ),
        (
            v1::ListOpportunitiesRequest {
                filter: "name:a colour:blue".into(),
                ..good.clone()
            },
            "INVALID_FILTER",
        ),
    ];
    for (request, wanted) in cases {
        let error = fixture
            .opportunities()
            .list_opportunities(request)
            .await
            .unwrap_err();
        assert_eq!(
            (error.code(), reason(&error).as_str()),
            (Code::InvalidArgument, wanted)
        );
        if wanted == "INVALID_FILTER" {
            assert_eq!(
                error.get_details_error_info().unwrap().metadata["position"],
                "7",
                "{error}"
            );
        }
    }
    let many = v1::ListOpportunitiesRequest {
        page_size: i32::MAX,
        ..Default::default()
    };
    assert_eq!(list(&fixture, many).await.opportunities.len(), 7);
}

#[tokio::test]
async fn lists_are_compressed_for_whoever_accepts_it() {
    let fixture = seven().await;
    let mut client = fixture
        .opportunities()
        .accept_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Gzip);
    let response = client
        .list_opportunities(v1::ListOpportunitiesRequest::default())
        .await
        .unwrap();
    assert_eq!(response.metadata().get("grpc-encoding").unwrap(), "gzip");
    assert_eq!(response.into_inner().opportunities.len(), 7);
    let plain = fixture
        .opportunities()
        .list_opportunities(v1::ListOpportunitiesRequest::default())
        .await
        .unwrap();
    assert!(plain.metadata().get("grpc-encoding").is_none());
}

#[tokio::test]
async fn a_page_of_long_notes_is_cut_to_what_a_client_accepts() {
    let fixture = Fixture::start().await;
    let stage = fixture.stages().await.remove(0).id;
    let row = |number: usize| v1::ImportedOpportunity {
        external_id: format!("x{number}"),
        name: format!("Deal {number}"),
        amount: Some(v1::Money::default()),
        stages: vec![v1::ImportedStage {
            stage_id: stage.clone(),
            entered_time: Some(prost_types::Timestamp::default()),
        }],
        note: "長".repeat(2_000),
        ..Default::default()
    };
    for call in 0..40 {
        let opportunities = (0..25).map(|number| row(call * 25 + number)).collect();
        let request = v1::ImportOpportunitiesRequest {
            opportunities,
            ..Default::default()
        };
        fixture
            .imports()
            .import_opportunities(request)
            .await
            .unwrap();
    }
    let mut request = v1::ListOpportunitiesRequest {
        page_size: 1_000,
        ..Default::default()
    };
    let mut ids = std::collections::BTreeSet::new();
    let mut pages = 0;
    loop {
        let page = list(&fixture, request.clone()).await;
        pages += 1;
        ids.extend(
            page.opportunities
                .into_iter()
                .map(|opportunity| opportunity.id),
        );
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!((ids.len(), pages), (1_000, 3));
}
