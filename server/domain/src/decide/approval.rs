//! Judges requests for approval and the decisions on them; ends approvals that are used up or void (DOMAIN.md §2).

use super::judge::Judge;
use super::tick::Source;
use crate::approval::{Approval, ApprovalEnd, ApprovalState, alive, may_decide};
use crate::authority::manager_of;
use crate::command::{DecideApproval, RequestApproval};
use crate::event::Event;
use crate::id::{ApprovalId, MemberId, OpportunityId};
use crate::limits::{MAX_NOTE_CHARS, MAX_REASON_CHARS};
use crate::notice::{Draft, NoticeFigures, NoticeKind, post};
use crate::rejection::{Reason, Rejection};
use crate::stage::StageKind;
use crate::state::State;
use crate::text;
use crate::time::Timestamp;

pub(super) fn request(
    mut judge: Judge,
    command: &RequestApproval,
) -> Result<Vec<Event>, Rejection> {
    let note = text::optional_lines("note", &command.note, MAX_NOTE_CHARS, &mut judge.violations);
    let Some(opportunity) = judge.opportunity("opportunity_id", command.opportunity) else {
        return judge.conclude(Vec::new());
    };
    judge.not_archived(opportunity);
    let target = judge.stage_of("stage_id", command.stage, opportunity.pipeline);
    let Some((_, stage)) = target else {
        return judge.conclude(Vec::new());
    };
    if stage.id == opportunity.stage {
        let text = format!("{} is in {} already", opportunity.id.long(), stage.name);
        judge
            .violations
            .add(Reason::AlreadyInStage, "stage_id", text);
    } else if !stage.gate.approval {
        let text = format!("{} needs no approval: just move it", stage.name);
        judge
            .violations
            .add(Reason::ApprovalNotNeeded, "stage_id", text);
    }
    let asked = alive(judge.state, opportunity.id).find(|other| other.stage == stage.id);
    if let Some(other) = asked {
        let what = match other.state {
            ApprovalState::Approved => "is given",
            _ => "is asked for",
        };
        let text = format!("{what} already by {}", other.id.long());
        judge
            .violations
            .add(Reason::ApprovalExists, "stage_id", text);
    }
    let approval = Approval {
        id: judge.state.next_approval(),
        opportunity: opportunity.id,
        stage: stage.id,
        from: opportunity.stage,
        state: ApprovalState::Pending,
        requester: judge.actor(),
        note,
        amount_minor: opportunity.amount_minor,
        decided_by: None,
        decided_at: None,
        decision_reason: None,
        ended_at: None,
        end_reason: None,
        created_at: judge.now(),
        revision: 0,
    };
    let id = approval.id;
    let (requester, text) = (approval.requester, approval.note.clone());
    let mut events = vec![Event::ApprovalRequested { approval }];
    // Whoever leads the owner decides; while nobody owns the deal, whoever leads the one who asks.
    let approver = opportunity
        .owner
        .or(requester)
        .and_then(|member| manager_of(judge.state, member));
    if let Some(recipient) = approver {
        let figures = NoticeFigures {
            value: Some(opportunity.amount_minor),
            text,
            ..NoticeFigures::default()
        };
        let kind = NoticeKind::ApprovalRequested;
        tell(&judge, &mut events, recipient, kind, id, figures);
    }
    judge.conclude(events)
}

pub(super) fn decide(mut judge: Judge, command: &DecideApproval) -> Result<Vec<Event>, Rejection> {
    let approval = subject(judge.state, command.id)?;
    let reason = match &command.reason {
        given if command.approve => {
            text::optional("reason", given, MAX_REASON_CHARS, &mut judge.violations)
        }
        given => {
            let given = given.as_deref().unwrap_or_default();
            Some(text::required(
                "reason",
                given,
                MAX_REASON_CHARS,
                &mut judge.violations,
            ))
        }
    };
    if approval.state != ApprovalState::Pending {
        let text = format!("it is {} already", approval.state.name().to_lowercase());
        judge.violations.add(Reason::ApprovalDecided, "id", text);
    }
    let Some(opportunity) = judge.opportunity("id", approval.opportunity) else {
        return judge.conclude(Vec::new());
    };
    if !may_decide(judge.state, judge.actor(), approval) {
        judge.violations.add(
            Reason::NotTheirManager,
            "id",
            "only a manager of the deal's owner decides, and never who asked",
        );
    }
    let decided = Approval {
        state: if command.approve {
            ApprovalState::Approved
        } else {
            ApprovalState::Refused
        },
        // What is approved is the deal as it is now.
        amount_minor: opportunity.amount_minor,
        decided_by: judge.actor(),
        decided_at: Some(judge.now()),
        decision_reason: reason,
        ..approval.clone()
    };
    let (id, requester) = (decided.id, decided.requester);
    let figures = NoticeFigures {
        value: Some(decided.amount_minor),
        approved: Some(command.approve),
        text: decided.decision_reason.clone(),
        ..NoticeFigures::default()
    };
    let mut events = vec![Event::ApprovalDecided { approval: decided }];
    let mut concerned: Vec<MemberId> = requester.into_iter().chain(opportunity.owner).collect();
    concerned.dedup();
    for recipient in concerned {
        let kind = NoticeKind::ApprovalDecided;
        tell(&judge, &mut events, recipient, kind, id, figures.clone());
    }
    judge.conclude(events)
}

/// Posts a notice about a request for approval.
fn tell(
    judge: &Judge,
    events: &mut Vec<Event>,
    recipient: MemberId,
    kind: NoticeKind,
    subject: ApprovalId,
    figures: NoticeFigures,
) {
    let draft = Draft {
        recipient,
        kind,
        subject: Some(subject.into()),
        actor: judge.actor(),
        figures,
        at: judge.now(),
    };
    post(judge.state, events, draft);
}

fn subject(state: &State, id: ApprovalId) -> Result<&Approval, Rejection> {
    state.approval(id).map(|found| &**found).ok_or_else(|| {
        Rejection::new(
            Reason::ApprovalNotFound,
            "id",
            format!("there is no approval {}", id.long()),
        )
    })
}

/// Ends what a move leaves behind: the approval it was made with is used up, the others hold no longer.
pub(super) fn after_move(
    judge: &Judge,
    events: &mut Vec<Event>,
    opportunity: OpportunityId,
    used: Option<ApprovalId>,
    to: StageKind,
) {
    let reason = match to {
        StageKind::Open => ApprovalEnd::Moved,
        StageKind::Won | StageKind::Lost => ApprovalEnd::Closed,
    };
    for approval in alive(judge.state, opportunity) {
        if used == Some(approval.id) {
            events.push(ended(approval, ApprovalState::Used, None, judge.now()));
        } else {
            end(
                judge.state,
                events,
                approval,
                reason,
                judge.actor(),
                judge.now(),
            );
        }
    }
}

/// Ends approvals whose opportunity has outgrown them.
pub(super) fn after_amendment(
    judge: &Judge,
    events: &mut Vec<Event>,
    opportunity: OpportunityId,
    amount_minor: i64,
) {
    let outgrown = alive(judge.state, opportunity).filter(|approval| {
        approval.state == ApprovalState::Approved && approval.is_outgrown_by(amount_minor)
    });
    for approval in outgrown {
        let reason = ApprovalEnd::AmountRose;
        end(
            judge.state,
            events,
            approval,
            reason,
            judge.actor(),
            judge.now(),
        );
    }
}

/// Ends what was asked for an opportunity that is put away.
pub(super) fn after_archiving(judge: &Judge, events: &mut Vec<Event>, opportunity: OpportunityId) {
    for approval in alive(judge.state, opportunity) {
        let reason = ApprovalEnd::Archived;
        end(
            judge.state,
            events,
            approval,
            reason,
            judge.actor(),
            judge.now(),
        );
    }
}

/// The approvals a move used up or made void, as they were before it.
pub(super) fn bring_back(
    state: &State,
    opportunity: OpportunityId,
    move_revision: u64,
) -> impl Iterator<Item = Event> {
    let ended_by_it = state.approvals_of(opportunity).filter(move |approval| {
        approval.revision == move_revision
            && matches!(approval.state, ApprovalState::Used | ApprovalState::Void)
    });
    ended_by_it.map(|approval| Event::ApprovalBroughtBack {
        approval: Approval {
            state: match approval.decided_at {
                Some(_) => ApprovalState::Approved,
                None => ApprovalState::Pending,
            },
            ended_at: None,
            end_reason: None,
            ..Approval::clone(approval)
        },
    })
}

/// Approvals of stages that were retired, or ask for none any more: nobody is left waiting for them.
pub(super) const MOOT: Source = Source {
    deadline: |state, now| state.moot_approvals().next().map(|_| now),
    due: |state, now, budget| {
        let mut events = Vec::new();
        for (approval, reason) in state.moot_approvals() {
            if events.len() >= budget {
                break;
            }
            end(state, &mut events, approval, reason, None, now);
        }
        events
    },
};

/// Makes an approval void, and tells whoever asked for it, once.
fn end(
    state: &State,
    events: &mut Vec<Event>,
    approval: &Approval,
    reason: ApprovalEnd,
    actor: Option<MemberId>,
    at: Timestamp,
) {
    events.push(ended(approval, ApprovalState::Void, Some(reason), at));
    let Some(recipient) = approval.requester else {
        return;
    };
    let draft = Draft {
        recipient,
        kind: NoticeKind::ApprovalEnded,
        subject: Some(approval.id.into()),
        actor,
        figures: NoticeFigures {
            value: Some(approval.amount_minor),
            ..NoticeFigures::default()
        },
        at,
    };
    post(state, events, draft);
}

fn ended(
    approval: &Approval,
    state: ApprovalState,
    end_reason: Option<ApprovalEnd>,
    at: Timestamp,
) -> Event {
    Event::ApprovalEnded {
        approval: Approval {
            state,
            ended_at: Some(at),
            end_reason,
            ..approval.clone()
        },
    }
}
