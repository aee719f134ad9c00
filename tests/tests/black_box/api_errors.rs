//! Requests that are wrong: each gets its code, its stable reason and the fields that are at fault, and changes nothing.

use anyhow::Result;
use sluice_proto::v1;
use sluice_tests::{
    client::{Client, reason, stages, wrong_fields},
    harness::{Daemon, Folder},
    sample::Sample,
};
use tonic::{Code, Status};

/// Largest request the server takes.
const REQUEST_BYTES: usize = 1024 * 1024;

struct Bench {
    client: Client,
    sample: Sample,
    server: Daemon,
    _folder: Folder,
}

impl Bench {
    async fn new() -> Result<Self> {
        let folder = Folder::new()?;
        let server = folder.serve().await?;
        let client = server.client().await?;
        Ok(Self {
            client,
            sample: Sample::new(11),
            server,
            _folder: folder,
        })
    }

    async fn revision(&self) -> Result<u64> {
        Ok(self.client.info().await?.revision)
    }

    /// Creates what `spoil` made of a good deal.
    async fn create(&mut self, spoil: impl FnOnce(&mut v1::Opportunity)) -> Refused {
        let mut deal = self.sample.deal();
        spoil(&mut deal);
        self.client.create(deal).await.into()
    }

    async fn deal(&mut self) -> v1::Opportunity {
        self.client
            .create(self.sample.deal())
            .await
            .unwrap()
            .opportunity
            .unwrap()
    }
}

/// What a refusal says, to compare with.
#[derive(Debug, PartialEq, Eq)]
struct Refused {
    code: Code,
    reason: String,
    fields: Vec<String>,
}

impl<T: std::fmt::Debug> From<Result<T, Status>> for Refused {
    fn from(answer: Result<T, Status>) -> Self {
        let status = answer.expect_err("it should have been refused");
        assert!(
            !status.message().is_empty(),
            "a refusal says what is wrong: {status:?}"
        );
        Self {
            code: status.code(),
            reason: reason(&status),
            fields: wrong_fields(&status),
        }
    }
}

impl Refused {
    #[track_caller]
    fn is(&self, code: Code, reason: &str, fields: &[&str]) {
        let expected = Self {
            code,
            reason: reason.to_owned(),
            fields: fields.iter().map(|it| (*it).to_owned()).collect(),
        };
        assert_eq!(*self, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_opportunity_is_told_everything_that_is_wrong_with_it_at_once() -> Result<()> {
    let mut bench = Bench::new().await?;
    let before = bench.revision().await?;
    let all = bench
        .create(|deal| {
            deal.name.clear();
            deal.amount = Some(v1::Money {
                amount_minor: -1,
                currency_code: String::new(),
            });
            deal.expected_contract_date = "2027-02-30".into();
        })
        .await;
    assert_eq!(all.code, Code::InvalidArgument);
    assert_eq!(all.reason, "INVALID_ARGUMENT");
    let mut fields = all.fields;
    fields.sort();
    assert_eq!(
        fields,
        [
            "opportunity.amount",
            "opportunity.expected_contract_date",
            "opportunity.name"
        ]
    );
    assert_eq!(bench.revision().await?, before, "a refusal changes nothing");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn amounts_and_dates_have_their_bounds() -> Result<()> {
    let mut bench = Bench::new().await?;
    for amount_minor in [-1, i64::MIN, i64::MAX, 1_000_000_000_000_001] {
        let money = v1::Money {
            amount_minor,
            currency_code: String::new(),
        };
        bench.create(|deal| deal.amount = Some(money)).await.is(
            Code::InvalidArgument,
            "INVALID_ARGUMENT",
            &["opportunity.amount"],
        );
    }
    for date in [
        "",
        "2027-02-29",
        "2027-13-01",
        "15/03/2027",
        "0001-01-01",
        "tomorrow",
        "2027-1-5x",
    ] {
        bench
            .create(|deal| deal.expected_contract_date = date.to_owned())
            .await
            .is(
                Code::InvalidArgument,
                "INVALID_ARGUMENT",
                &["opportunity.expected_contract_date"],
            );
    }
    let euros = v1::Money {
        amount_minor: 1,
        currency_code: "EUR".into(),
    };
    let refused = bench.create(|deal| deal.amount = Some(euros)).await;
    assert_eq!(
        (refused.code, refused.reason.as_str()),
        (Code::InvalidArgument, "CURRENCY_MISMATCH")
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_exist_is_named() -> Result<()> {
    let mut bench = Bench::new().await?;
    let deal = bench.deal().await;
    let refused = Refused::from(bench.client.move_to(&deal.id, "stages/99999").await);
    assert_eq!(
        (refused.code, refused.reason.as_str()),
        (Code::NotFound, "STAGE_NOT_FOUND")
    );
    let refused = Refused::from(bench.client.get("opportunities/99999").await);
    assert_eq!(refused.code, Code::NotFound);
    let refused = bench
        .create(|it| it.customer_id = "customers/99999".into())
        .await;
    assert_eq!(
        (refused.code, refused.reason.as_str()),
        (Code::NotFound, "CUSTOMER_NOT_FOUND")
    );
    let refused = bench
        .create(|it| it.owner_id = "members/99999".into())
        .await;
    assert_eq!(
        (refused.code, refused.reason.as_str()),
        (Code::NotFound, "MEMBER_NOT_FOUND")
    );
    for id in [
        "O-1",
        "1",
        "opportunities/",
        "opportunities/x",
        "opportunities/-1",
        "customers/1",
        "",
    ] {
        let refused = Refused::from(bench.client.get(id).await);
        assert_eq!(
            (refused.code, refused.fields),
            (Code::InvalidArgument, vec!["id".to_owned()]),
            "{id:?}"
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_the_state_does_not_allow_says_which_verb_does() -> Result<()> {
    let mut bench = Bench::new().await?;
    let pipeline = bench.client.pipeline().await?;
    let won = stages(&pipeline, v1::StageKind::Won);
    let lost = stages(&pipeline, v1::StageKind::Lost);
    let deal = bench.deal().await;
    let refused = Refused::from(bench.client.move_to(&deal.id, &lost[0]).await);
    assert_eq!(
        (refused.code, refused.reason.as_str()),
        (Code::FailedPrecondition, "LOSE_REQUIRED")
    );
    let refused = Refused::from(bench.client.move_to(&deal.id, &deal.stage_id).await);
    assert_eq!(
        (refused.code, refused.reason.as_str()),
        (Code::FailedPrecondition, "ALREADY_IN_STAGE")
    );
    bench.client.move_to(&deal.id, &won[0]).await?;
    let refused = Refused::from(bench.client.move_to(&deal.id, &deal.stage_id).await);
    assert_eq!(
        (refused.code, refused.reason.as_str()),
        (Code::FailedPrecondition, "REOPEN_REQUIRED")
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_external_id_is_refused() -> Result<()> {
    let mut bench = Bench::new().await?;
    let first = bench.sample.deal();
    bench
        .client
        .create(v1::Opportunity {
            external_id: "crm-1".into(),
            ..first
        })
        .await?;
    bench
        .create(|deal| deal.external_id = "crm-1".into())
        .await
        .is(
            Code::AlreadyExists,
            "ALREADY_EXISTS",
            &["opportunity.external_id"],
        );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_etag_is_refused_and_a_fresh_one_taken() -> Result<()> {
    let mut bench = Bench::new().await?;
    let seen = bench.deal().await;
    let renamed = |etag: &str| v1::Opportunity {
        id: seen.id.clone(),
        name: "renamed".into(),
        etag: etag.to_owned(),
        ..Default::default()
    };
    let fresh = bench
        .client
        .amend(renamed(&seen.etag), &["name"])
        .await?
        .opportunity
        .unwrap_or_default();
    assert_ne!(fresh.etag, seen.etag);
    let refused = Refused::from(bench.client.amend(renamed(&seen.etag), &["name"]).await);
    assert_eq!(
        (refused.code, refused.reason.as_str()),
        (Code::Aborted, "ETAG_MISMATCH")
    );
    assert_eq!(
        bench
            .client
            .get(&seen.id)
            .await?
            .opportunity
            .unwrap_or_default(),
        fresh
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_field_in_a_mask_is_refused() -> Result<()> {
    let mut bench = Bench::new().await?;
    let deal = bench.deal().await;
    for field in ["nmae", "stage_id", "opportunity.name", ""] {
        let refused = Refused::from(bench.client.amend(deal.clone(), &["name", field]).await);
        assert_eq!(refused.code, Code::InvalidArgument, "{field:?}");
        assert_eq!(refused.fields, ["update_mask"], "{field:?}");
    }
    let unmasked = v1::Opportunity {
        id: deal.id.clone(),
        note: "called".into(),
        ..Default::default()
    };
    let amended = bench
        .client
        .amend(unmasked, &[])
        .await?
        .opportunity
        .unwrap_or_default();
    assert_eq!(
        (amended.name, amended.note.as_str()),
        (deal.name, "called"),
        "no mask: what has a value"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_filter_order_or_page_token_is_refused_with_its_position() -> Result<()> {
    let bench = Bench::new().await?;
    // The text, and the place in it where reading stopped.
    for (filter, position) in [
        ("stage:2 amount>=lots", "16"),
        ("name:\"open", "5"),
        ("colour:red", "0"),
    ] {
        let status = bench.client.first_page(filter).await.expect_err(filter);
        assert_eq!(
            (status.code(), reason(&status).as_str()),
            (Code::InvalidArgument, "INVALID_FILTER")
        );
        assert_eq!(wrong_fields(&status), ["filter"]);
        assert!(
            status.message().contains(position),
            "{filter:?}: {}",
            status.message()
        );
    }
    let list = async |request: v1::ListOpportunitiesRequest| {
        Refused::from(
            bench
                .client
                .opportunities
                .clone()
                .list_opportunities(request)
                .await,
        )
    };
    let refused = list(v1::ListOpportunitiesRequest {
        order_by: "colour".into(),
        ..Default::default()
    })
    .await;
    assert_eq!(
        (refused.code, refused.fields),
        (Code::InvalidArgument, vec!["order_by".to_owned()])
    );
    let refused = list(v1::ListOpportunitiesRequest {
        page_token: "garbage".into(),
        ..Default::default()
    })
    .await;
    assert_eq!(
        (refused.code, refused.fields),
        (Code::InvalidArgument, vec!["page_token".to_owned()])
    );
    let refused = list(v1::ListOpportunitiesRequest {
        page_size: -1,
        ..Default::default()
    })
    .await;
    assert_eq!(
        (refused.code, refused.fields),
        (Code::InvalidArgument, vec!["page_size".to_owned()])
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_every_deal_once_and_are_bound_to_their_query() -> Result<()> {
    let mut bench = Bench::new().await?;
    for _ in 0..25 {
        bench.deal().await;
    }
    let mut ids = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = v1::ListOpportunitiesRequest {
            page_size: 10,
            page_token: page_token.clone(),
            order_by: "amount desc".into(),
            ..Default::default()
        };
        let page = bench
            .client
            .opportunities
            .clone()
            .list_opportunities(request)
            .await?
            .into_inner();
        assert_eq!(page.total_size, 25);
        ids.extend(
            page.opportunities
                .into_iter()
                .map(|it| (it.amount.unwrap_or_default().amount_minor, it.id)),
        );
        if page.next_page_token.is_empty() {
            break;
        }
        page_token = page.next_page_token;
    }
    assert!(ids.is_sorted_by(|a, b| a.0 >= b.0), "{ids:?}");
    let distinct: std::collections::BTreeSet<_> = ids.iter().map(|it| &it.1).collect();
    assert_eq!((ids.len(), distinct.len()), (25, 25));
    let request = v1::ListOpportunitiesRequest {
        page_token,
        order_by: "name".into(),
        ..Default::default()
    };
    let refused = Refused::from(
        bench
            .client
            .opportunities
            .clone()
            .list_opportunities(request)
            .await,
    );
    assert_eq!(
        (refused.code, refused.fields),
        (Code::InvalidArgument, vec!["page_token".to_owned()])
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn oversized_and_malformed_requests_are_refused_and_the_server_lives() -> Result<()> {
    let mut bench = Bench::new().await?;
    let refused = bench
        .create(|deal| deal.note = "x".repeat(REQUEST_BYTES + 1))
        .await;
    assert!(
        matches!(refused.code, Code::OutOfRange | Code::ResourceExhausted),
        "{refused:?}"
    );
    let refused = bench.create(|deal| deal.note = "x".repeat(100_000)).await;
    assert_eq!(
        (refused.code, refused.fields),
        (Code::InvalidArgument, vec!["opportunity.note".to_owned()])
    );
    malformed(&bench.server).await?;
    bench.deal().await;
    Ok(())
}

/// Bytes that are no message, and bytes that are no HTTP/2.
async fn malformed(server: &Daemon) -> Result<()> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut raw = tonic::client::Grpc::new(server.channel().await?);
    raw.ready().await?;
    let path = "/sluice.v1.OpportunityService/GetOpportunity";
    // The timestamp message has a varint where a request of GetOpportunity has a string.
    let codec =
        tonic_prost::ProstCodec::<prost_types::Timestamp, v1::GetOpportunityResponse>::default();
    let wrong = tonic::Request::new(prost_types::Timestamp {
        seconds: 7,
        nanos: 7,
    });
    let status = raw
        .unary(wrong, path.parse()?, codec)
        .await
        .expect_err("a message of another type");
    assert!(
        matches!(status.code(), Code::Internal | Code::InvalidArgument),
        "{status:?}"
    );
    let mut socket = tokio::net::UnixStream::connect(server.socket()).await?;
    socket
        .write_all(b"GET / HTTP/1.0\r\n\r\n\0\0\0garbage")
        .await?;
    let mut answer = Vec::new();
    // The server hangs up, cleanly or not; it must not keep the connection.
    let _ =
        sluice_tests::wait::within("the server hangs up", socket.read_to_end(&mut answer)).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_id_gives_the_same_outcome_and_not_for_another_request() -> Result<()> {
    let mut bench = Bench::new().await?;
    let deal = bench.sample.deal();
    let first = bench.client.create_as(deal.clone(), "twice").await?;
    let second = bench.client.create_as(deal, "twice").await?;
    assert_eq!(first.revision, second.revision);
    assert_eq!(first.opportunity, second.opportunity);
    assert_eq!(bench.revision().await?, first.revision);
    let other = bench.sample.deal();
    let refused = Refused::from(bench.client.create_as(other, "twice").await);
    assert_eq!(refused.reason, "REQUEST_ID_REUSED");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn validate_only_answers_what_would_be_and_changes_nothing() -> Result<()> {
    let mut bench = Bench::new().await?;
    let before = bench.revision().await?;
    let request = v1::CreateOpportunityRequest {
        opportunity: Some(bench.sample.deal()),
        validate_only: true,
        ..Default::default()
    };
    let answer = bench
        .client
        .opportunities
        .clone()
        .create_opportunity(request)
        .await?
        .into_inner();
    assert!(!answer.opportunity.unwrap_or_default().stage_id.is_empty());
    assert_eq!(bench.revision().await?, before);
    assert!(bench.client.all("").await?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn statuses_stay_small_however_much_is_wrong() -> Result<()> {
    let mut bench = Bench::new().await?;
    let status = bench
        .client
        .create(v1::Opportunity {
            contact_ids: (0..5_000).map(|it| format!("nonsense/{it}")).collect(),
            ..bench.sample.deal()
        })
        .await
        .expect_err("five thousand wrong contacts");
    assert_eq!(status.code(), Code::InvalidArgument);
    assert!(
        status.details().len() <= 4 * 1024,
        "{} bytes of details",
        status.details().len()
    );
    Ok(())
}
