//! Sends commands to the server, one after the other, each until it is judged: the same request id makes a repetition harmless.

use std::sync::Arc;

use prost_types::FieldMask;
use sluice_proto::v1;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tonic::Status;

use super::{Destination, submit_incentive, submit_report};
use crate::client::{CALL_TIMEOUT, Connection, Verdict, timed, verdict};
use crate::effect_request::{Action, Changes, Draft, NamedRef, PipelineTemplate};
use crate::feed::backoff;
use crate::message::{ActionOk, Msg, Refusal, ServerFact};
use crate::wire::{self, id, number};

/// Sends until the other end of the queue is gone.
pub(super) async fn send_in_order(
    destination: Arc<Destination>,
    mut connection: Connection,
    mut waiting: mpsc::Receiver<(String, Action)>,
    messages: mpsc::Sender<Msg>,
) {
    while let Some((request_id, action)) = waiting.recv().await {
        let judged = send_until_judged(&destination, &mut connection, &request_id, &action);
        let result = tokio::select! {
            result = judged => result,
            // Nobody waits for the answer any more.
            () = messages.closed() => return,
        };
        let done = ServerFact::ActionDone { request_id, result };
        if messages.send(Msg::Server(done)).await.is_err() {
            return;
        }
    }
}

async fn send_until_judged(
    destination: &Destination,
    connection: &mut Connection,
    request_id: &str,
    action: &Action,
) -> Result<ActionOk, Refusal> {
    let mut attempt = 0;
    loop {
        let call = Call {
            connection,
            request_id,
            user_name: &destination.user_name,
        };
        let trouble = match timeout(CALL_TIMEOUT, call.send(action)).await {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err(trouble)) => trouble,
            Err(_) => Trouble::Status(Box::new(Status::deadline_exceeded(""))),
        };
        let after = match trouble {
            Trouble::Refusal(refusal) => return Err(refusal),
            Trouble::Status(status) => match verdict(&status) {
                Verdict::Refused(refusal) => return Err(refusal),
                Verdict::Retry { after, .. } => after.unwrap_or_default(),
            },
        };
        let wait = backoff(attempt, &destination.patience)
            .max(after)
            .min(destination.patience.longest_wait);
        attempt = attempt.saturating_add(1);
        sleep(wait).await;
        if let Some(reviver) = &destination.reviver {
            // If the folder cannot be served now, the next attempt says so.
            let _ = reviver.revive().await;
        }
        // A fresh connection: a dead one would keep every new call waiting. The address was good before.
        if let Ok(fresh) = destination.endpoint.connect() {
            *connection = fresh;
        }
    }
}

/// Why a command was not done.
enum Trouble {
    /// It was found wrong before it was sent.
    Refusal(Refusal),
    /// What the server, or the link, said.
    Status(Box<Status>),
}

impl From<Status> for Trouble {
    fn from(status: Status) -> Self {
        Self::Status(Box::new(status))
    }
}

/// One attempt at a command.
struct Call<'a> {
    connection: &'a Connection,
    request_id: &'a str,
    user_name: &'a str,
}

/// Takes revision and deal out of an answer.
macro_rules! done {
    ($answer:expr) => {{
        let answer = $answer.await?.into_inner();
        let subject = answer
            .opportunity
            .as_ref()
            .and_then(|opportunity| number(&opportunity.id));
        Ok(ActionOk {
            revision: answer.revision,
            subject,
        })
    }};
}

/// Takes the revision out of an answer that is about no deal.
macro_rules! revision_of {
    ($answer:expr) => {
        Ok(ActionOk {
            revision: $answer.await?.into_inner().revision,
            subject: None,
        })
    };
}

impl Call<'_> {
    async fn send(&self, action: &Action) -> Result<ActionOk, Trouble> {
        let request_id = self.request_id.to_owned();
        let mut deals = self.connection.opportunities();
        match action {
            Action::SetUpWorkspace {
                name,
                time_zone,
                currency,
                template,
                chinese,
            } => {
                let request = v1::SetUpWorkspaceRequest {
                    name: name.clone(),
                    time_zone: time_zone.clone(),
                    currency_code: currency.clone(),
                    pipeline_template: match template {
                        PipelineTemplate::Default => v1::PipelineTemplate::Default.into(),
                        PipelineTemplate::Classic => v1::PipelineTemplate::Simple.into(),
                    },
                    language: if *chinese { "zh" } else { "en" }.to_owned(),
                    administrator_name: self.user_name.to_owned(),
                    administrator_unix_user: String::new(),
                    request_id,
                };
                let answer = self
                    .connection
                    .workspace()
                    .set_up_workspace(timed(request))
                    .await?
                    .into_inner();
                Ok(ActionOk {
                    revision: answer.revision,
                    subject: None,
                })
            }
            Action::Create(draft) => {
                let opportunity = Some(self.drafted(draft).await?);
                let request = v1::CreateOpportunityRequest {
                    opportunity,
                    request_id,
                    validate_only: false,
                };
                done!(deals.create_opportunity(timed(request)))
            }
            Action::Amend {
                id,
                revision,
                changes,
            } => {
                let (opportunity, paths) = self.amended(*id, *revision, changes).await?;
                let request = v1::AmendOpportunityRequest {
                    opportunity: Some(opportunity),
                    update_mask: Some(FieldMask { paths }),
                    request_id,
                    validate_only: false,
                };
                done!(deals.amend_opportunity(timed(request)))
            }
            Action::Move { id, stage_id } => {
                let request = v1::MoveOpportunityRequest {
                    id: id::opportunity(*id),
                    stage_id: id::stage(*stage_id),
                    request_id,
                    ..Default::default()
                };
                done!(deals.move_opportunity(timed(request)))
            }
            Action::Lose {
                id,
                stage_id,
                reason,
            } => {
                let request = v1::LoseOpportunityRequest {
                    id: id::opportunity(*id),
                    reason: reason.clone(),
                    stage_id: id::stage(*stage_id),
                    request_id,
                    ..Default::default()
                };
                done!(deals.lose_opportunity(timed(request)))
            }
            Action::Reopen {
                id,
                stage_id,
                reason,
            } => {
                let request = v1::ReopenOpportunityRequest {
                    id: id::opportunity(*id),
                    stage_id: id::stage(*stage_id),
                    reason: reason.clone(),
                    request_id,
                    ..Default::default()
                };
                done!(deals.reopen_opportunity(timed(request)))
            }
            Action::Archive { id } => {
                let request = v1::ArchiveOpportunityRequest {
                    id: id::opportunity(*id),
                    request_id,
                    ..Default::default()
                };
                done!(deals.archive_opportunity(timed(request)))
            }
            Action::Restore { id, .. } => {
                let request = v1::RestoreOpportunityRequest {
                    id: id::opportunity(*id),
                    request_id,
                    ..Default::default()
                };
                done!(deals.restore_opportunity(timed(request)))
            }
            Action::Incentive(action) => {
                Ok(submit_incentive::send(self.connection, request_id, action).await?)
            }
            Action::Goal(change) => {
                Ok(submit_report::goal(self.connection, request_id, change).await?)
            }
            Action::SaveView {
                name,
                shared,
                filter,
                order_by,
            } => {
                let view = v1::SavedView {
                    name: name.clone(),
                    shared: *shared,
                    filter: filter.clone(),
                    order_by: order_by.clone(),
                    ..Default::default()
                };
                Ok(submit_report::save_view(self.connection, request_id, view).await?)
            }
            Action::DeleteView { id, revision } => {
                let view = (*id, *revision);
                Ok(submit_report::delete_view(self.connection, request_id, view).await?)
            }
            Action::LogActivity {
                opportunity_id,
                kind,
                purpose,
                note,
                contact_id,
                follow_up,
                place,
                happened_us,
            } => {
                let activity = v1::Activity {
                    kind: wire::wire_activity_kind(*kind).into(),
                    purpose: purpose.clone(),
                    note: note.clone(),
                    contact_id: contact_id.map(id::contact).unwrap_or_default(),
                    follow_up_date: follow_up.map(|day| day.to_string()).unwrap_or_default(),
                    opportunity_id: id::opportunity(*opportunity_id),
                    // A check-in is where the person is now, by the server's clock.
                    occurred_time: place.is_none().then(|| wire::timestamp(*happened_us)),
                    check_in: place.as_ref().map(wire::check_in),
                    ..Default::default()
                };
                let request = v1::LogActivityRequest {
                    activity: Some(activity),
                    request_id,
                    validate_only: false,
                };
                let answer = self
                    .connection
                    .activities()
                    .log_activity(timed(request))
                    .await?
                    .into_inner();
                Ok(ActionOk {
                    revision: answer.revision,
                    subject: Some(*opportunity_id),
                })
            }
            Action::Override {
                id,
                stage_id,
                reason,
            } => {
                let request = v1::MoveOpportunityRequest {
                    id: id::opportunity(*id),
                    stage_id: id::stage(*stage_id),
                    override_reason: reason.clone(),
                    request_id,
                    ..Default::default()
                };
                done!(deals.move_opportunity(timed(request)))
            }
            Action::UndoMove { id, .. } => {
                let request = v1::UndoMoveRequest {
                    id: id::opportunity(*id),
                    request_id,
                    ..Default::default()
                };
                done!(deals.undo_move(timed(request)))
            }
            Action::AskApproval {
                opportunity_id,
                stage_id,
                note,
            } => {
                let request = v1::RequestApprovalRequest {
                    opportunity_id: id::opportunity(*opportunity_id),
                    stage_id: id::stage(*stage_id),
                    note: note.clone(),
                    request_id,
                    validate_only: false,
                };
                let mut approvals = self.connection.approvals();
                revision_of!(approvals.request_approval(timed(request)))
            }
            Action::Approve { id } => {
                let request = v1::ApproveApprovalRequest {
                    id: id::approval(*id),
                    request_id,
                    ..Default::default()
                };
                let mut approvals = self.connection.approvals();
                revision_of!(approvals.approve_approval(timed(request)))
            }
            Action::Refuse { id, reason } => {
                let request = v1::RefuseApprovalRequest {
                    id: id::approval(*id),
                    reason: reason.clone(),
                    request_id,
                    ..Default::default()
                };
                let mut approvals = self.connection.approvals();
                revision_of!(approvals.refuse_approval(timed(request)))
            }
            Action::Acknowledge { id } => {
                let request = v1::AcknowledgeAlertRequest {
                    id: id::alert(*id),
                    request_id,
                    ..Default::default()
                };
                let mut alerts = self.connection.alerts();
                revision_of!(alerts.acknowledge_alert(timed(request)))
            }
            Action::Snooze {
                id,
                until_us,
                reason,
            } => {
                let request = v1::SnoozeAlertRequest {
                    id: id::alert(*id),
                    until_time: Some(wire::timestamp(*until_us)),
                    reason: reason.clone(),
                    request_id,
                    ..Default::default()
                };
                let mut alerts = self.connection.alerts();
                revision_of!(alerts.snooze_alert(timed(request)))
            }
            Action::ReadMessages { ids } => {
                let request = v1::MarkNoticesReadRequest {
                    ids: ids.iter().copied().map(id::notice).collect(),
                    request_id,
                    ..Default::default()
                };
                let mut notices = self.connection.notices();
                revision_of!(notices.mark_notices_read(timed(request)))
            }
        }
    }

    async fn drafted(&self, draft: &Draft) -> Result<v1::Opportunity, Trouble> {
        let grade = graded(&draft.grade)?;
        let customer_id = match &draft.customer {
            Some(customer) => self.customer(customer).await?,
            None => String::new(),
        };
        let contact_ids = match &draft.contact {
            Some(contact) => vec![self.contact(contact, &customer_id).await?],
            None => Vec::new(),
        };
        Ok(v1::Opportunity {
            name: draft.name.clone(),
            amount: Some(money(draft.amount_minor)),
            stage_id: id::stage(draft.stage_id),
            expected_contract_date: draft
                .contract_date
                .map(|day| day.to_string())
                .unwrap_or_default(),
            owner_id: draft.owner_id.map(id::member).unwrap_or_default(),
            customer_id,
            contact_ids,
            source: draft.source.clone(),
            grade: grade.into(),
            note: draft.note.clone(),
            ..Default::default()
        })
    }

    async fn amended(
        &self,
        id: u64,
        revision: u64,
        changes: &Changes,
    ) -> Result<(v1::Opportunity, Vec<String>), Trouble> {
        let mut opportunity = v1::Opportunity {
            id: id::opportunity(id),
            etag: format!("r{revision}"),
            ..Default::default()
        };
        let mut paths = Vec::new();
        let mut set = |path: &str| paths.push(path.to_owned());
        if let Some(name) = &changes.name {
            opportunity.name.clone_from(name);
            set("name");
        }
        if let Some(amount_minor) = changes.amount_minor {
            opportunity.amount = Some(money(amount_minor));
            set("amount");
        }
        if let Some(day) = changes.contract_date {
            opportunity.expected_contract_date = day.to_string();
            set("expected_contract_date");
        }
        if let Some(owner_id) = changes.owner_id {
            opportunity.owner_id = owner_id.map(id::member).unwrap_or_default();
            set("owner_id");
        }
        if let Some(customer) = &changes.customer {
            if let Some(customer) = customer {
                opportunity.customer_id = self.customer(customer).await?;
            }
            set("customer_id");
        }
        if let Some(probability_bp) = changes.win_probability_bp {
            opportunity.win_probability_override_bp =
                probability_bp.and_then(|bp| i32::try_from(bp).ok());
            set("win_probability_override_bp");
        }
        if let Some(grade) = &changes.grade {
            opportunity.grade = graded(grade)?.into();
            set("grade");
        }
        if let Some(source) = &changes.source {
            opportunity.source.clone_from(source);
            set("source");
        }
        if let Some(note) = &changes.note {
            opportunity.note.clone_from(note);
            set("note");
        }
        Ok((opportunity, paths))
    }

    /// The customer's id. A new one is made first, with an id of its own derived from the command's, so that a repetition makes no second.
    async fn customer(&self, customer: &NamedRef) -> Result<String, Trouble> {
        let name = match customer {
            NamedRef::Known(number) => return Ok(id::customer(*number)),
            NamedRef::New(name) => name.clone(),
        };
        let request = v1::CreateCustomerRequest {
            customer: Some(v1::Customer {
                name,
                ..Default::default()
            }),
            request_id: format!("{}-customer", self.request_id),
            validate_only: false,
        };
        let answer = self
            .connection
            .customers()
            .create_customer(timed(request))
            .await?
            .into_inner();
        Ok(answer
            .customer
            .map(|customer| customer.id)
            .unwrap_or_default())
    }

    async fn contact(&self, contact: &NamedRef, customer_id: &str) -> Result<String, Trouble> {
        let name = match contact {
            NamedRef::Known(number) => return Ok(id::contact(*number)),
            NamedRef::New(name) => name.clone(),
        };
        let request = v1::CreateContactRequest {
            contact: Some(v1::Contact {
                name,
                customer_id: customer_id.to_owned(),
                ..Default::default()
            }),
            request_id: format!("{}-contact", self.request_id),
            validate_only: false,
        };
        let answer = self
            .connection
            .contacts()
            .create_contact(timed(request))
            .await?
            .into_inner();
        Ok(answer.contact.map(|contact| contact.id).unwrap_or_default())
    }
}

/// In the workspace's currency, which the server fills in.
fn money(amount_minor: i64) -> v1::Money {
    v1::Money {
        amount_minor,
        currency_code: String::new(),
    }
}

fn graded(grade: &str) -> Result<v1::Grade, Trouble> {
    wire::parse_grade(grade).ok_or_else(|| {
        Trouble::Refusal(Refusal {
            reason: "INVALID_ARGUMENT".to_owned(),
            message: format!("\"{grade}\" is no grade; write A, B, C or D"),
            violations: vec![(
                "opportunity.grade".to_owned(),
                "write A, B, C or D".to_owned(),
            )],
        })
    })
}
