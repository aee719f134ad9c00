//! `sluice timeline`: everything that happened to a deal or a customer, newest first.

use clap::Args;
use sluice_proto::v1::{self, timeline_item::Item};

use super::{
    approval::end_word,
    failure::Outcome,
    output::{Cell, Column, Sheet, shown},
    reference::{Kind, Titles, short},
    session::Session,
    value::{Setting, enum_word},
};
use crate::text;

/// Largest page of the server.
const FULL_PAGE: i32 = 1_000;

/// Options of `timeline`.
#[derive(Clone, Debug, Args)]
pub struct TimelineArgs {
    /// The deal: O-1042, opportunities/1042 or 1042
    #[arg(required_unless_present = "customer")]
    deal: Option<String>,
    /// A customer with all its deals instead
    #[arg(long, conflicts_with = "deal")]
    customer: Option<String>,
    /// At most this many; 0 means all
    #[arg(long, default_value_t = 50, value_name = "COUNT")]
    page_size: i32,
    /// From the previous page
    #[arg(long, default_value = "", value_name = "TOKEN")]
    page_token: String,
}

const COLUMNS: &[Column] = &[
    shown("time", "WHEN"),
    shown("what", "WHAT"),
    shown("opportunity_id", "DEAL"),
    shown("detail", "DETAIL"),
    shown("who", "WHO"),
    shown("reason", "SAID"),
];

/// Lists a timeline.
pub async fn timeline(args: TimelineArgs, session: &mut Session) -> Outcome {
    let mut request = v1::ListTimelineRequest {
        page_size: args.page_size,
        page_token: args.page_token,
        ..Default::default()
    };
    match (&args.deal, &args.customer) {
        (_, Some(customer)) => request.customer_id = session.directory.customer(customer).await?,
        (Some(deal), None) => request.opportunity_id = Kind::Opportunity.require(deal)?,
        (None, None) => {}
    }
    let whole = args.page_size == 0;
    if whole {
        request.page_size = FULL_PAGE;
    }
    let mut client = session.api.timelines();
    let mut answer = client.list_timeline(request.clone()).await?.into_inner();
    while whole && !answer.next_page_token.is_empty() {
        request.page_token = std::mem::take(&mut answer.next_page_token);
        let next = client.list_timeline(request.clone()).await?.into_inner();
        answer.items.extend(next.items);
        answer.next_page_token = next.next_page_token;
    }
    let (setting, titles) = (session.setting().await?, session.titles(false).await?);
    let mut sheet = Sheet::new(COLUMNS);
    let rows = answer.items.iter();
    sheet.rows = rows.map(|item| row(item, &titles, &setting)).collect();
    session.output.list(
        "ListTimelineResponse",
        &answer,
        &sheet,
        "Nothing happened yet.",
    )
}

fn row(item: &v1::TimelineItem, titles: &Titles, setting: &Setting) -> Vec<Cell> {
    let mut cells = vec![setting.time_cell(item.time.as_ref())];
    let texts = match &item.item {
        None => return cells,
        Some(Item::Activity(it)) => [
            enum_word(it.kind().as_str_name(), "ACTIVITY_KIND_"),
            it.opportunity_id.clone(),
            match &it.check_in {
                Some(check_in) => format!("{} {}", it.purpose, check_in_text(check_in)),
                None => it.purpose.clone(),
            },
            titles.of(&it.member_id),
            it.note.clone(),
        ],
        Some(Item::StageEntry(it)) => {
            let entry = it.stage_entry.clone().unwrap_or_default();
            let said = match entry.override_reason.as_str() {
                "" => entry.reason.clone(),
                reason => format!("override: {reason}"),
            };
            let actor = entry.actor.clone().unwrap_or_default();
            [
                enum_word(entry.movement().as_str_name(), "MOVEMENT_"),
                it.opportunity_id.clone(),
                titles.of(&entry.stage_id),
                titles.of(&actor.member_id),
                said,
            ]
        }
        Some(Item::Amendment(it)) => {
            let changes: Vec<String> = it
                .changes
                .iter()
                .map(|change| change_text(change, titles, setting))
                .collect();
            [
                "amended".to_owned(),
                it.opportunity_id.clone(),
                changes.join(", "),
                titles.of(&it.actor_id),
                String::new(),
            ]
        }
        Some(Item::Approval(it)) => {
            let approval = it.approval.clone().unwrap_or_default();
            let asked = it.state() == v1::ApprovalState::Pending;
            let (who, said) = if asked {
                (&approval.requester_id, approval.note.clone())
            } else if it.state() == v1::ApprovalState::Void {
                (&approval.requester_id, end_word(&approval))
            } else {
                (&approval.decider_id, approval.decision_reason.clone())
            };
            [
                format!(
                    "approval {}",
                    enum_word(it.state().as_str_name(), "APPROVAL_STATE_")
                ),
                approval.opportunity_id.clone(),
                titles.of(&approval.stage_id),
                titles.of(who),
                said,
            ]
        }
    };
    let [what, deal, detail, who, said] = texts;
    cells.extend([
        Cell::text(what),
        Cell::pair(short(&deal), &deal),
        Cell::text(detail),
        Cell::text(who),
        Cell::text(said),
    ]);
    cells
}

/// A changed field in a few words: `amount 1,000 → 1,200`.
fn change_text(change: &v1::TimelineChange, titles: &Titles, setting: &Setting) -> String {
    let value = |text: &str| match (change.field.as_str(), text) {
        (_, "") => "(none)".to_owned(),
        ("amount", minor) => {
            let minor = minor.parse().unwrap_or(0);
            text::money_full(minor, setting.currency().minor_digits)
        }
        ("owner_id" | "customer_id", id) => titles.of(id),
        ("win_probability_override_bp", bp) => text::percent(bp.parse().unwrap_or(0)),
        (_, other) => other.to_owned(),
    };
    let (before, after) = (value(&change.before), value(&change.after));
    format!("{} {before} → {after}", change.field)
}

/// A check-in in a few words: how far it can be trusted, where, and why it does not count.
pub fn check_in_text(check_in: &v1::CheckIn) -> String {
    let mut words = vec![enum_word(check_in.trust().as_str_name(), "CHECK_IN_TRUST_")];
    if !check_in.site.is_empty() {
        words.push(check_in.site.clone());
    }
    if let Some(metres) = check_in.distance_m {
        words.push(format!("{metres} m"));
    }
    if !check_in.uncredited_reason.is_empty() {
        words.push(format!("does not count: {}", check_in.uncredited_reason));
    }
    words.join(" · ")
}
