//! `sluice search`: one text, looked for in deals, companies, people at them and activities.

use clap::{Args, ValueEnum};
use sluice_proto::v1;

use super::{
    failure::Outcome,
    noun::{self, Noun},
    output::{Cell, Column, Sheet, hidden, shown},
    reference::short,
    session::Session,
    value::enum_word,
};

/// What is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SearchedKind {
    /// Deals
    Opportunity,
    /// Companies
    Customer,
    /// People at companies
    Contact,
    /// Calls, visits and the like
    Activity,
}

impl SearchedKind {
    const fn to_proto(self) -> v1::Kind {
        match self {
            Self::Opportunity => v1::Kind::Opportunity,
            Self::Customer => v1::Kind::Customer,
            Self::Contact => v1::Kind::Contact,
            Self::Activity => v1::Kind::Activity,
        }
    }
}

/// Options of `search`.
#[derive(Clone, Debug, Args)]
pub struct SearchArgs {
    /// Words in any script, or an id; all words must be there
    #[arg(required = true)]
    text: Vec<String>,
    /// Only these kinds; all four when absent
    #[arg(long)]
    kind: Vec<SearchedKind>,
    /// At most so many hits
    #[arg(long, value_name = "HITS", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    limit: u16,
    /// Go on where an earlier page ended: its next_page_token
    #[arg(long, value_name = "TOKEN", default_value = "")]
    page_token: String,
}

const COLUMNS: &[Column] = &[
    shown("id", "ID"),
    hidden("kind"),
    shown("title", "NAME"),
    shown("subtitle", "OF"),
    shown("match", "AGREES"),
    shown("field", "IN"),
    shown("text", "TEXT"),
    hidden("score"),
];

impl Noun for v1::SearchHit {
    const NONE_MATCH: &'static str = "Nothing was found.";

    async fn sheet(items: &[Self], _: &mut Session) -> Outcome<Sheet> {
        let rows = items.iter().map(|hit| {
            // What is found in the name needs no repeating for people.
            let text = if hit.text == hit.title { "" } else { &hit.text };
            vec![
                Cell::pair(short(&hit.id), &hit.id),
                Cell::text(enum_word(hit.kind().as_str_name(), "KIND_")),
                Cell::text(&hit.title),
                Cell::text(&hit.subtitle),
                Cell::text(enum_word(hit.r#match().as_str_name(), "SEARCH_MATCH_")),
                Cell::text(hit.field.replace('_', " ")),
                Cell::pair(text.replace(['\n', '\r', '\t'], " "), &hit.text),
                Cell::count(hit.score),
            ]
        });
        Ok(Sheet {
            columns: COLUMNS,
            rows: rows.collect(),
        })
    }
}

/// Runs `search`.
pub async fn search(args: SearchArgs, session: &mut Session) -> Outcome {
    let request = v1::SearchRequest {
        query: args.text.join(" "),
        kinds: args
            .kind
            .iter()
            .map(|kind| kind.to_proto().into())
            .collect(),
        page_size: i32::from(args.limit),
        page_token: args.page_token,
    };
    let answer = session.api.search().search(request).await?.into_inner();
    noun::list(session, "SearchResponse", &answer, &answer.hits).await?;
    let rest = usize::try_from(answer.total_size)
        .unwrap_or(0)
        .saturating_sub(answer.hits.len());
    if !answer.next_page_token.is_empty() {
        session
            .output
            .say(&format!("… {rest} more; --limit shows more at once"))?;
    }
    session.output.flush()
}
