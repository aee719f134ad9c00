//! The gate of a stage: what must be true of an opportunity to enter it (DOMAIN.md §2).

use serde::{Deserialize, Serialize};

use crate::activity::ActivityKind;
use crate::contact::{DecisionRole, Stance};
use crate::opportunity::Opportunity;
use crate::rejection::Reason;
use crate::stage::{RequiredField, Stage};
use crate::state::State;

/// Activities that must have been recorded since the last move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RequiredActivity {
    /// Of which kind; none = any.
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ActivityKind>,
    /// How many at least.
    #[serde(rename = "n")]
    pub minimum: u16,
}

/// A contact in the decision chain that the opportunity must name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RequiredContact {
    /// In which role.
    #[serde(rename = "r")]
    pub role: DecisionRole,
    /// With this stance or a better one; none = any, also an unknown one.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub stance: Option<Stance>,
}

/// What a stage demands besides filled fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// Activities since the last move; sorted, a kind once.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub activities: Vec<RequiredActivity>,
    /// Contacts of the opportunity; sorted, a role once.
    #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<RequiredContact>,
    /// Whether a manager must approve.
    #[serde(rename = "m", default, skip_serializing_if = "std::ops::Not::not")]
    pub approval: bool,
}

impl Gate {
    /// Whether it demands nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Demands in it.
    pub(crate) fn len(&self) -> usize {
        self.activities.len() + self.contacts.len()
    }
}

/// A demand of a gate that is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unmet {
    /// A field is empty.
    Field(RequiredField),
    /// Too few activities since the last move.
    Activity {
        /// What is required.
        required: RequiredActivity,
        /// How many there are.
        found: u16,
    },
    /// No contact of the opportunity has the role and the stance.
    Contact(RequiredContact),
    /// No manager has approved.
    Approval,
}

impl Unmet {
    /// The stable reason.
    pub const fn reason(self) -> Reason {
        match self {
            Self::Field(_) => Reason::RequiredFieldMissing,
            Self::Activity { .. } => Reason::RequiredActivityMissing,
            Self::Contact(_) => Reason::RequiredContactMissing,
            Self::Approval => Reason::ApprovalRequired,
        }
    }

    /// The field of the opportunity it is about; empty when it is about none.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Field(field) => field.name(),
            Self::Contact(_) => "contact_ids",
            Self::Activity { .. } | Self::Approval => "",
        }
    }

    /// What is missing and what to do, for people.
    pub fn describe(self, to: &Stage) -> String {
        let stage = &to.name;
        match self {
            Self::Field(_) => format!("{stage} requires it"),
            Self::Activity { required, found } => {
                let kind = required.kind.map_or("activity", ActivityKind::word);
                format!(
                    "{stage} requires {} × {kind} since the last move, there are {found}: log what was done",
                    required.minimum
                )
            }
            Self::Contact(required) => {
                let role = required.role.word();
                let stance = match required.stance {
                    None => String::new(),
                    Some(Stance::Supportive) => ", supportive".to_owned(),
                    Some(Stance::Neutral) => ", neutral or better".to_owned(),
                    Some(Stance::Opposed) => ", whose stance is known".to_owned(),
                };
                format!(
                    "{stage} requires a contact of the deal who is {role}{stance}: add one, or tell the stance"
                )
            }
            Self::Approval => {
                format!("{stage} requires the approval of a manager: request it")
            }
        }
    }
}

/// Every demand of a stage's gate that an opportunity does not meet, in the order of the gate.
pub fn unmet(state: &State, opportunity: &Opportunity, to: &Stage) -> Vec<Unmet> {
    let fields = to
        .required_fields
        .iter()
        .filter(|field| !has_field(opportunity, **field))
        .map(|field| Unmet::Field(*field));
    let activities = to.gate.activities.iter().filter_map(|required| {
        let found = activities_since_move(state, opportunity, required.kind, required.minimum);
        (found < required.minimum).then_some(Unmet::Activity {
            required: *required,
            found,
        })
    });
    let contacts = to
        .gate
        .contacts
        .iter()
        .filter(|required| !has_contact(state, opportunity, **required))
        .map(|required| Unmet::Contact(*required));
    let approval = to.gate.approval && crate::approval::usable(state, opportunity, to.id).is_none();
    fields
        .chain(activities)
        .chain(contacts)
        .chain(approval.then_some(Unmet::Approval))
        .collect()
}

/// Activities of a kind done since the opportunity entered its stage; counting stops at `enough`.
fn activities_since_move(
    state: &State,
    opportunity: &Opportunity,
    kind: Option<ActivityKind>,
    enough: u16,
) -> u16 {
    // An opportunity that is being created has an id nothing else knows yet.
    let Some(last) = opportunity.history.last() else {
        return 0;
    };
    let found = state
        .activities_of(opportunity.id)
        .rev()
        .filter(|activity| activity.occurred_at >= last.entered_at)
        .filter(|activity| kind.is_none_or(|kind| activity.kind == kind))
        .take(usize::from(enough))
        .count();
    u16::try_from(found).unwrap_or(u16::MAX)
}

fn has_contact(state: &State, opportunity: &Opportunity, required: RequiredContact) -> bool {
    let contacts = &opportunity.extra().contacts;
    contacts
        .iter()
        .filter_map(|id| state.contact(*id))
        .any(|contact| {
            contact.role == Some(required.role)
                // The order of stances is from for us to against us.
                && required
                    .stance
                    .is_none_or(|wanted| contact.stance.is_some_and(|own| own <= wanted))
        })
}

fn has_field(opportunity: &Opportunity, field: RequiredField) -> bool {
    let extra = opportunity.extra();
    match field {
        RequiredField::Amount => opportunity.amount_minor > 0,
        RequiredField::ExpectedContractDate => opportunity.expected_contract_date.is_some(),
        RequiredField::Owner => opportunity.owner.is_some(),
        RequiredField::Customer => opportunity.customer.is_some(),
        RequiredField::Contact => !extra.contacts.is_empty(),
        RequiredField::Collaborator => !extra.collaborators.is_empty(),
        RequiredField::Source => opportunity.source.is_some(),
        RequiredField::Grade => opportunity.grade.is_some(),
        RequiredField::Competitor => !extra.competitors.is_empty(),
        RequiredField::Note => extra.note.is_some(),
    }
}
