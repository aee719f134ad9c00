//! Why a command is refused: stable reasons, each with its help text, and all violations at once.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a caller should react; one for one with the status codes of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Category {
    /// The request is wrong whatever the state is.
    InvalidArgument,
    /// Something it names does not exist.
    NotFound,
    /// Something it would make exists.
    AlreadyExists,
    /// The caller may not do this.
    PermissionDenied,
    /// A position is outside of what is there.
    OutOfRange,
    /// A bound is reached.
    ResourceExhausted,
    /// Somebody else was faster: read again, then decide again.
    Aborted,
    /// The state does not allow it now.
    FailedPrecondition,
}

macro_rules! reasons {
    ($($(#[doc = $doc:literal])* $variant:ident, $name:literal, $category:ident;)*) => {
        /// The stable reasons. The documentation of each is its help text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Reason {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Reason {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// How a caller should react.
            pub const fn category(self) -> Category {
                match self { $(Self::$variant => Category::$category),* }
            }

            /// What it means and what to do, for people.
            pub const fn help(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),*)),* }
            }
        }
    };
}

reasons! {
    /// One or more fields are missing or not acceptable; the violations say which and why.
    InvalidArgument, "INVALID_ARGUMENT", InvalidArgument;
    /// The amount is in another currency than the workspace's; convert it first.
    CurrencyMismatch, "CURRENCY_MISMATCH", InvalidArgument;
    /// The filter or the order cannot be read; the violation says at which position.
    InvalidFilter, "INVALID_FILTER", InvalidArgument;
    /// The commit would change more than 500 things or exceed 200 KiB; split the request.
    CommitTooLarge, "COMMIT_TOO_LARGE", InvalidArgument;
    /// The opportunity's texts and history together would exceed what one row can hold; shorten its note.
    OpportunityTooLarge, "OPPORTUNITY_TOO_LARGE", InvalidArgument;
    /// No such team.
    TeamNotFound, "TEAM_NOT_FOUND", NotFound;
    /// No such member.
    MemberNotFound, "MEMBER_NOT_FOUND", NotFound;
    /// No such pipeline.
    PipelineNotFound, "PIPELINE_NOT_FOUND", NotFound;
    /// No such stage.
    StageNotFound, "STAGE_NOT_FOUND", NotFound;
    /// No such customer.
    CustomerNotFound, "CUSTOMER_NOT_FOUND", NotFound;
    /// No such contact.
    ContactNotFound, "CONTACT_NOT_FOUND", NotFound;
    /// No such opportunity.
    OpportunityNotFound, "OPPORTUNITY_NOT_FOUND", NotFound;
    /// No such activity.
    ActivityNotFound, "ACTIVITY_NOT_FOUND", NotFound;
    /// No such alert.
    AlertNotFound, "ALERT_NOT_FOUND", NotFound;
    /// No such saved view.
    SavedViewNotFound, "SAVED_VIEW_NOT_FOUND", NotFound;
    /// The saved view is somebody else's; only its owner and administrators change or delete it.
    SavedViewOfOther, "SAVED_VIEW_OF_OTHER", PermissionDenied;
    /// No such notice; the oldest of an inbox go when it is full.
    NoticeNotFound, "NOTICE_NOT_FOUND", NotFound;
    /// No such goal.
    GoalNotFound, "GOAL_NOT_FOUND", NotFound;
    /// No such request for approval.
    ApprovalNotFound, "APPROVAL_NOT_FOUND", NotFound;
    /// The customer has no site of that name; the violation lists those it has. Add the site to the customer first.
    SiteNotFound, "SITE_NOT_FOUND", NotFound;
    /// No such webhook.
    WebhookNotFound, "WEBHOOK_NOT_FOUND", NotFound;
    /// The webhook was removed, and its secret with it; add a new one.
    WebhookRemoved, "WEBHOOK_REMOVED", FailedPrecondition;
    /// The webhook is paused; take it back into use first.
    WebhookPaused, "WEBHOOK_PAUSED", FailedPrecondition;
    /// No such schedule of digests.
    DigestScheduleNotFound, "DIGEST_SCHEDULE_NOT_FOUND", NotFound;
    /// The member has no e-mail address; enter one first.
    EmailMissing, "EMAIL_MISSING", FailedPrecondition;
    /// No such delivery; the oldest finished ones go when there are more than 1,000.
    DeliveryNotFound, "DELIVERY_NOT_FOUND", NotFound;
    /// The other side has acknowledged the message; it is never sent twice.
    DeliveryDelivered, "DELIVERY_DELIVERED", FailedPrecondition;
    /// No such scheme.
    SchemeNotFound, "SCHEME_NOT_FOUND", NotFound;
    /// No such reward.
    RewardNotFound, "REWARD_NOT_FOUND", NotFound;
    /// No such packet.
    PacketNotFound, "PACKET_NOT_FOUND", NotFound;
    /// No such payout.
    PayoutNotFound, "PAYOUT_NOT_FOUND", NotFound;
    /// No such badge.
    BadgeNotFound, "BADGE_NOT_FOUND", NotFound;
    /// The scheme has no draft; change its terms first.
    SchemeWithoutDraft, "SCHEME_WITHOUT_DRAFT", FailedPrecondition;
    /// The scheme is ended, for good; create another one.
    SchemeEnded, "SCHEME_ENDED", FailedPrecondition;
    /// The scheme has no version that holds now; publish it first.
    SchemeNotPublished, "SCHEME_NOT_PUBLISHED", FailedPrecondition;
    /// What was paid already does not fit into the budget; set a higher one.
    BudgetTooLow, "BUDGET_TOO_LOW", FailedPrecondition;
    /// The fund cannot pay it; raise the scheme's budget first.
    FundEmpty, "FUND_EMPTY", FailedPrecondition;
    /// The scheme and its versions together would exceed what one row can hold; end it and create another one.
    SchemeTooLarge, "SCHEME_TOO_LARGE", FailedPrecondition;
    /// Only an administrator does this.
    AdminRequired, "ADMIN_REQUIRED", PermissionDenied;
    /// It is somebody else's; only its owner does this.
    NotTheirs, "NOT_THEIRS", PermissionDenied;
    /// Nobody rewards or thanks themselves.
    GivenToSelf, "GIVEN_TO_SELF", PermissionDenied;
    /// The giver has given as much as one may in a month; the violation says how much is left.
    GiverCapReached, "GIVER_CAP_REACHED", ResourceExhausted;
    /// The reward cannot be claimed; the violation says why: it is pending, or was claimed, expired or taken back.
    RewardNotClaimable, "REWARD_NOT_CLAIMABLE", FailedPrecondition;
    /// The reward awaits no approval.
    RewardAwaitsNothing, "REWARD_AWAITS_NOTHING", FailedPrecondition;
    /// The reward was taken back already, or was never paid.
    RewardNotReversible, "REWARD_NOT_REVERSIBLE", FailedPrecondition;
    /// The reward is not one that its fund could not pay.
    RewardFunded, "REWARD_FUNDED", FailedPrecondition;
    /// The packet was opened already, went back or was taken back.
    PacketNotOpenable, "PACKET_NOT_OPENABLE", FailedPrecondition;
    /// No wallet is above zero: there is nothing to pay out.
    NothingToPayOut, "NOTHING_TO_PAY_OUT", FailedPrecondition;
    /// The payout was marked paid or called off already.
    PayoutEnded, "PAYOUT_ENDED", FailedPrecondition;
    /// A value that must be unique is taken; the violation names the field and who has it.
    AlreadyExists, "ALREADY_EXISTS", AlreadyExists;
    /// The approval is asked for or given already; the violation names it.
    ApprovalExists, "APPROVAL_EXISTS", AlreadyExists;
    /// Only a manager of the deal's owner may do this: the manager of their team or of one above, or an administrator.
    NotTheirManager, "NOT_THEIR_MANAGER", PermissionDenied;
    /// A bound of the workspace is reached (pipelines, stages, teams, members); the violation says which.
    LimitReached, "LIMIT_REACHED", ResourceExhausted;
    /// The opportunity has as many stage entries as one may have; close it and start a new one.
    HistoryFull, "HISTORY_FULL", ResourceExhausted;
    /// The workspace is not set up yet; set it up first.
    WorkspaceNotSetUp, "WORKSPACE_NOT_SET_UP", FailedPrecondition;
    /// The workspace is set up already; change it by an update.
    WorkspaceAlreadySetUp, "WORKSPACE_ALREADY_SET_UP", AlreadyExists;
    /// The currency cannot change once there are opportunities.
    CurrencyInUse, "CURRENCY_IN_USE", FailedPrecondition;
    /// A team cannot be below itself.
    TeamCycle, "TEAM_CYCLE", FailedPrecondition;
    /// A contact cannot report to themselves, directly or through others.
    ReportingCycle, "REPORTING_CYCLE", FailedPrecondition;
    /// The member has left; nothing new can be assigned to them.
    MemberInactive, "MEMBER_INACTIVE", FailedPrecondition;
    /// The contact is of another customer.
    ContactOfOtherCustomer, "CONTACT_OF_OTHER_CUSTOMER", FailedPrecondition;
    /// The contact has a customer already; whoever changes company is another contact there.
    ContactHasCustomer, "CONTACT_HAS_CUSTOMER", FailedPrecondition;
    /// The pipeline is retired; it takes no new opportunities.
    PipelineRetired, "PIPELINE_RETIRED", FailedPrecondition;
    /// Open opportunities stand in the pipeline; close or archive them before retiring it.
    PipelineNotEmpty, "PIPELINE_NOT_EMPTY", FailedPrecondition;
    /// The default pipeline cannot be retired; make another one the default first.
    DefaultPipeline, "DEFAULT_PIPELINE", FailedPrecondition;
    /// The stage is retired; it takes no more opportunities.
    StageRetired, "STAGE_RETIRED", FailedPrecondition;
    /// Opportunities stand in the stage; name the stage they shall move to.
    StageNotEmpty, "STAGE_NOT_EMPTY", FailedPrecondition;
    /// The stage belongs to another pipeline than the opportunity.
    StageOfOtherPipeline, "STAGE_OF_OTHER_PIPELINE", FailedPrecondition;
    /// A pipeline needs at least one open, one won and one lost stage in use.
    LastStageOfKind, "LAST_STAGE_OF_KIND", FailedPrecondition;
    /// The stage is not open; this needs an open one.
    StageNotOpen, "STAGE_NOT_OPEN", FailedPrecondition;
    /// The stage is not a lost one.
    StageNotLost, "STAGE_NOT_LOST", FailedPrecondition;
    /// A lost stage is entered by losing the opportunity, with a reason, not by moving it.
    LoseRequired, "LOSE_REQUIRED", FailedPrecondition;
    /// The opportunity is won or lost; reopen it, with a reason, before moving it.
    ReopenRequired, "REOPEN_REQUIRED", FailedPrecondition;
    /// The opportunity stands in that stage already.
    AlreadyInStage, "ALREADY_IN_STAGE", FailedPrecondition;
    /// The opportunity is lost already.
    AlreadyLost, "ALREADY_LOST", FailedPrecondition;
    /// The opportunity is open; only a won or lost one can be reopened.
    OpportunityOpen, "OPPORTUNITY_OPEN", FailedPrecondition;
    /// The pipeline does not allow to leave out stages; move one stage at a time.
    SkippingNotAllowed, "SKIPPING_NOT_ALLOWED", FailedPrecondition;
    /// The stage requires fields the opportunity does not have; the violations name them all.
    RequiredFieldMissing, "REQUIRED_FIELD_MISSING", FailedPrecondition;
    /// The stage requires activities since the last move; the violations say which. Log what was done.
    RequiredActivityMissing, "REQUIRED_ACTIVITY_MISSING", FailedPrecondition;
    /// The stage requires contacts in the decision chain with a stance; the violations say which. Name them on the opportunity.
    RequiredContactMissing, "REQUIRED_CONTACT_MISSING", FailedPrecondition;
    /// The stage requires the approval of a manager; request it, then move.
    ApprovalRequired, "APPROVAL_REQUIRED", FailedPrecondition;
    /// The stage requires no approval; just move the opportunity.
    ApprovalNotNeeded, "APPROVAL_NOT_NEEDED", FailedPrecondition;
    /// The request was decided on, used up or became void already; request again where it is needed.
    ApprovalDecided, "APPROVAL_DECIDED", FailedPrecondition;
    /// The pipeline's stages and gates together would exceed what one row can hold; demand less, or use a second pipeline.
    PipelineTooLarge, "PIPELINE_TOO_LARGE", FailedPrecondition;
    /// The opportunity is archived; restore it first.
    OpportunityArchived, "OPPORTUNITY_ARCHIVED", FailedPrecondition;
    /// The alert says nothing any more: its opportunity moved on, or its recipient was told of a higher level since.
    AlertResolved, "ALERT_RESOLVED", FailedPrecondition;
    /// The alert is for somebody else; its recipient, their managers and an administrator can answer it.
    AlertOfAnother, "ALERT_OF_ANOTHER", PermissionDenied;
    /// The opportunity was moved here, not by an import; an import cannot rewrite its history.
    HistoryIsLive, "HISTORY_IS_LIVE", FailedPrecondition;
    /// The parts would not sum to their goal; the violation names the difference.
    GoalMismatch, "GOAL_MISMATCH", FailedPrecondition;
    /// The goal is out of force; create it again.
    GoalArchived, "GOAL_ARCHIVED", FailedPrecondition;
    /// The goal cannot be divided like this; the violation says why and what can be done.
    GoalNotDivisible, "GOAL_NOT_DIVISIBLE", FailedPrecondition;
    /// The move cannot be undone any more; the violation says why: move the opportunity instead.
    UndoNotPossible, "UNDO_NOT_POSSIBLE", FailedPrecondition;
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// Path of the field in the request, as the API spells it: `rows[3].amount`.
    pub field: String,
    /// What is wrong and what to do, for people.
    pub description: String,
    /// Why, for programs.
    pub reason: Reason,
}

/// Why a command was refused. Nothing happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Why, for programs: that of the violations if they agree, else the most basic one.
    pub code: Reason,
    /// Everything that is wrong.
    pub violations: Vec<Violation>,
}

impl Rejection {
    /// A rejection for one cause.
    pub fn new(code: Reason, field: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            code,
            violations: vec![Violation {
                field: field.into(),
                description: description.into(),
                reason: code,
            }],
        }
    }

    /// The stable name of the reason.
    pub const fn reason(&self) -> &'static str {
        self.code.name()
    }

    /// How a caller should react.
    pub const fn category(&self) -> Category {
        self.code.category()
    }
}

impl fmt::Display for Rejection {
    /// One sentence for people.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.violations.as_slice() {
            [] => formatter.write_str(self.code.help()),
            [only] if only.field.is_empty() => formatter.write_str(&only.description),
            all => {
                for (index, violation) in all.iter().enumerate() {
                    let separator = if index == 0 { "" } else { "; " };
                    write!(
                        formatter,
                        "{separator}{}: {}",
                        violation.field, violation.description
                    )?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for Rejection {}

/// Gathers everything that is wrong before saying no.
#[derive(Clone, Debug, Default)]
pub(crate) struct Violations {
    found: Vec<Violation>,
    prefix: String,
}

impl Violations {
    /// Gathers under a path (`rows[3].`).
    pub(crate) fn set_prefix(&mut self, prefix: String) {
        self.prefix = prefix;
    }

    pub(crate) fn add(
        &mut self,
        reason: Reason,
        field: impl fmt::Display,
        description: impl Into<String>,
    ) {
        self.found.push(Violation {
            field: format!("{}{field}", self.prefix),
            description: description.into(),
            reason,
        });
    }

    pub(crate) fn invalid(&mut self, field: impl fmt::Display, description: impl Into<String>) {
        self.add(Reason::InvalidArgument, field, description);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.found.len()
    }

    /// Ok if nothing was found. Else the code is the most general one of the most basic category.
    pub(crate) fn finish(self) -> Result<(), Rejection> {
        let code = self
            .found
            .iter()
            .map(|violation| violation.reason)
            .min_by_key(|reason| (reason.category(), *reason));
        match code {
            None => Ok(()),
            Some(code) => Err(Rejection {
                code,
                violations: self.found,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_unique_upper_snake_and_explained() {
        let mut names: Vec<_> = Reason::ALL.iter().map(|reason| reason.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Reason::ALL.len());
        for reason in Reason::ALL {
            let name = reason.name();
            assert!(name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'));
            assert!(reason.help().trim().ends_with('.'), "{name}");
        }
    }

    #[test]
    fn the_most_basic_reason_leads_and_all_are_told() {
        let mut violations = Violations::default();
        violations.add(Reason::StageRetired, "stage_id", "retired");
        violations.add(Reason::MemberNotFound, "owner_id", "none");
        violations.invalid("name", "empty");
        let rejection = violations.finish().unwrap_err();
        assert_eq!(rejection.reason(), "INVALID_ARGUMENT");
        assert_eq!(rejection.violations.len(), 3);
        assert_eq!(
            rejection.to_string(),
            "stage_id: retired; owner_id: none; name: empty"
        );
    }
}
