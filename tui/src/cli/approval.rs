//! `sluice approval`: asking a manager to let a deal into a stage, and their answer.

use clap::Subcommand;
use sluice_proto::v1;

use super::{
    failure::Outcome,
    noun::{self, Noun},
    opportunity::stage_of,
    output::{Cell, Column, Sheet, hidden, shown},
    reference::{Kind, short},
    session::{EtagArgs, ListArgs, Session, WriteArgs},
    value::enum_word,
};

/// Requests for approval.
#[derive(Debug, Subcommand)]
pub enum ApprovalCommand {
    /// Ask that a deal may enter a stage
    #[command(
        after_help = "Example:\n  sluice approval request O-1042 Proposal --note 'they sign this week'"
    )]
    Request {
        /// The deal: O-1042, opportunities/1042 or 1042
        id: String,
        /// The stage it is to enter: its name, S-4 or stages/4
        stage: String,
        /// What to say to it
        #[arg(long, default_value = "")]
        note: String,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Approve; only a manager of the deal's owner may
    #[command(after_help = "Example:\n  sluice approval approve AP-7")]
    Approve {
        /// The request: AP-7, approvals/7 or 7
        id: String,
        /// What to say to it
        #[arg(long, default_value = "")]
        reason: String,
        /// Refuses a lost update.
        #[command(flatten)]
        etag: EtagArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Refuse, with a reason
    #[command(after_help = "Example:\n  sluice approval refuse AP-7 --reason 'margin too thin'")]
    Refuse {
        /// The request: AP-7, approvals/7 or 7
        id: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// Refuses a lost update.
        #[command(flatten)]
        etag: EtagArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// List requests
    #[command(
        after_help = "Examples:\n  sluice approval list --filter 'state:pending approver:mia'\n  sluice approval list --filter 'opportunity:O-1042'"
    )]
    List(ListArgs),
}

const COLUMNS: &[Column] = &[
    shown("id", "ID"),
    shown("state", "STATE"),
    shown("opportunity_id", "DEAL"),
    shown("stage", "INTO"),
    hidden("from_stage"),
    shown("amount", "AMOUNT"),
    shown("requester", "ASKED BY"),
    shown("create_time", "ASKED"),
    shown("note", "NOTE"),
    shown("decider", "DECIDED BY"),
    shown("decide_time", "DECIDED"),
    shown("decision_reason", "REASON"),
    hidden("end_time"),
    hidden("end_reason"),
    hidden("etag"),
];

/// Why a request holds no longer, as a word; empty while it does.
pub fn end_word(approval: &v1::Approval) -> String {
    match approval.end_reason() {
        v1::ApprovalEndReason::Unspecified => String::new(),
        reason => enum_word(reason.as_str_name(), "APPROVAL_END_REASON_"),
    }
}

impl Noun for v1::Approval {
    const NONE_MATCH: &'static str = "No requests for approval match.";

    async fn sheet(items: &[Self], session: &mut Session) -> Outcome<Sheet> {
        let (setting, titles) = (session.setting().await?, session.titles(false).await?);
        let mut sheet = Sheet::new(COLUMNS);
        let rows = items.iter().map(|approval| {
            vec![
                Cell::pair(short(&approval.id), &approval.id),
                Cell::text(enum_word(approval.state().as_str_name(), "APPROVAL_STATE_")),
                Cell::pair(short(&approval.opportunity_id), &approval.opportunity_id),
                Cell::text(titles.of(&approval.stage_id)),
                Cell::text(titles.of(&approval.from_stage_id)),
                setting.money_cell(approval.amount.as_ref()),
                Cell::text(titles.of(&approval.requester_id)),
                setting.time_cell(approval.create_time.as_ref()),
                Cell::text(&approval.note),
                Cell::text(titles.of(&approval.decider_id)),
                setting.time_cell(approval.decide_time.as_ref()),
                Cell::text(&approval.decision_reason),
                setting.time_cell(approval.end_time.as_ref()),
                Cell::text(end_word(approval)),
                Cell::text(&approval.etag),
            ]
        });
        sheet.rows = rows.collect();
        Ok(sheet)
    }
}

impl ApprovalCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut client = session.api.approvals();
        match self {
            Self::Request {
                id,
                stage,
                note,
                write,
            } => {
                let opportunity_id = Kind::Opportunity.require(&id)?;
                let stage_id = stage_of(session, &opportunity_id, &stage).await?;
                let request = v1::RequestApprovalRequest {
                    opportunity_id,
                    stage_id,
                    note,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.request_approval(request).await?.into_inner();
                noun::card(
                    session,
                    "RequestApprovalResponse",
                    &answer,
                    &answer.approval,
                )
                .await
            }
            Self::Approve {
                id,
                reason,
                etag,
                write,
            } => {
                let request = v1::ApproveApprovalRequest {
                    id: Kind::Approval.require(&id)?,
                    reason,
                    etag: etag.etag,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.approve_approval(request).await?.into_inner();
                noun::card(
                    session,
                    "ApproveApprovalResponse",
                    &answer,
                    &answer.approval,
                )
                .await
            }
            Self::Refuse {
                id,
                reason,
                etag,
                write,
            } => {
                let request = v1::RefuseApprovalRequest {
                    id: Kind::Approval.require(&id)?,
                    reason,
                    etag: etag.etag,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.refuse_approval(request).await?.into_inner();
                noun::card(session, "RefuseApprovalResponse", &answer, &answer.approval).await
            }
            Self::List(args) => {
                let answer = session.api.list_approvals(&args.query()).await?;
                noun::list(session, "ListApprovalsResponse", &answer, &answer.approvals).await
            }
        }
    }
}
