//! Judges whether an opportunity may pass a stage's gate, or is let through it by a manager (DOMAIN.md §2).

use super::judge::Judge;
use crate::approval::usable;
use crate::gate::unmet;
use crate::id::ApprovalId;
use crate::limits::MAX_REASON_CHARS;
use crate::opportunity::Opportunity;
use crate::rejection::Reason;
use crate::stage::Stage;
use crate::text;

/// How a gate was passed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Passage {
    /// Why a manager let it through; none = the gate was met.
    pub(super) override_reason: Option<Box<str>>,
    /// The approval this uses up.
    pub(super) approval: Option<ApprovalId>,
}

/// Every demand that is not met is a violation, unless a manager overrides them with a reason.
pub(super) fn pass(
    judge: &mut Judge,
    opportunity: &Opportunity,
    to: &Stage,
    override_reason: Option<&str>,
) -> Passage {
    let unmet = unmet(judge.state, opportunity, to);
    let mut passage = Passage {
        override_reason: None,
        approval: usable(judge.state, opportunity, to.id).map(|approval| approval.id),
    };
    if unmet.is_empty() {
        return passage;
    }
    if let Some(given) = override_reason {
        let field = "override_reason";
        if judge.manages(opportunity.owner) {
            let found = &mut judge.violations;
            passage.override_reason = Some(text::required(field, given, MAX_REASON_CHARS, found));
            return passage;
        }
        judge.violations.add(
            Reason::NotTheirManager,
            field,
            "only a manager of the deal's owner may let it through a gate that is not met",
        );
    }
    for demand in unmet {
        judge
            .violations
            .add(demand.reason(), demand.field(), demand.describe(to));
    }
    passage
}
