//! Searches between API and domain.

use sluice_domain::{
    EntityKey, EntityKind,
    search::{Agreement, Hit, SEARCHED_KINDS, SearchQuery, Shown, show},
};
use sluice_proto::v1;

use super::{
    Call, Fields,
    resource::{read_kind, write_kind},
    value::{count, time},
};
use crate::grpc::{refuse, status::Refusal};

/// Reads Search.
///
/// # Errors
/// What is wrong with text or kinds.
pub fn query(request: &v1::SearchRequest) -> Result<SearchQuery, Refusal> {
    let mut fields = Fields::under("");
    let mut kinds: Vec<EntityKind> = Vec::new();
    for (index, kind) in request.kinds.iter().enumerate() {
        let field = format!("kinds[{index}]");
        let known: v1::Kind = fields.enumeration(&field, *kind);
        match read_kind(known).filter(|kind| SEARCHED_KINDS.contains(kind)) {
            Some(kind) => kinds.push(kind),
            None => fields.invalid(
                &field,
                "is not searched: use opportunity, customer, contact or activity",
            ),
        }
    }
    fields.finish(())?;
    SearchQuery::parse(&request.query, &kinds).map_err(|error| refuse::filter(error, "query"))
}

/// Writes something that was found.
pub fn write(hit: &Hit, query: &SearchQuery, call: &Call) -> Option<v1::SearchHit> {
    let entity = call.state.entity(hit.key)?;
    let EntityKey { kind, .. } = hit.key;
    let Shown {
        title,
        subtitle,
        field,
        text,
        ranges,
    } = show(&call.state, query, &entity);
    let ranges = ranges.into_iter().map(|range| v1::ByteRange {
        start: count(range.start),
        end: count(range.end),
    });
    Some(v1::SearchHit {
        kind: write_kind(kind).into(),
        id: hit.key.long(),
        title,
        subtitle,
        field: field.to_owned(),
        ranges: ranges.collect(),
        text,
        r#match: write_agreement(hit.agreement).into(),
        score: hit.agreement.score(),
        time: Some(time(hit.at)),
    })
}

fn write_agreement(agreement: Agreement) -> v1::SearchMatch {
    match agreement {
        Agreement::Exact => v1::SearchMatch::Exact,
        Agreement::Prefix => v1::SearchMatch::Prefix,
        Agreement::Word => v1::SearchMatch::Word,
        Agreement::Substring => v1::SearchMatch::Substring,
        Agreement::Fuzzy => v1::SearchMatch::Fuzzy,
    }
}
