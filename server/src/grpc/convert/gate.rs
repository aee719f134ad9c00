//! Gates of stages between API and domain.

use sluice_domain::{Gate, RequiredActivity, RequiredContact};
use sluice_proto::v1;

use super::{Fields, activity, contact};

/// Reads a gate; absent demands nothing.
pub fn read(fields: &mut Fields, gate: Option<v1::Gate>) -> Gate {
    let gate = gate.unwrap_or_default();
    let activities = gate.required_activities.iter().map(|required| {
        let unspecified = required.kind == v1::ActivityKind::Unspecified as i32;
        RequiredActivity {
            kind: (!unspecified).then(|| activity::read_kind(fields, required.kind)),
            minimum: fields.number("gate.required_activities", required.minimum),
        }
    });
    let activities = activities.collect();
    let mut contacts = Vec::with_capacity(gate.required_contacts.len());
    for (index, required) in gate.required_contacts.iter().enumerate() {
        let stance = contact::read_stance(fields, required.stance);
        match contact::read_role(fields, required.role) {
            Some(role) => contacts.push(RequiredContact { role, stance }),
            None => fields.invalid(
                &format!("gate.required_contacts[{index}].role"),
                "is missing",
            ),
        }
    }
    Gate {
        activities,
        contacts,
        approval: gate.approval_required,
    }
}

/// Writes a gate; one that demands nothing is absent.
pub fn write(gate: &Gate) -> Option<v1::Gate> {
    let activities = gate.activities.iter().map(|required| v1::RequiredActivity {
        kind: required
            .kind
            .map_or(v1::ActivityKind::Unspecified, activity::write_kind)
            .into(),
        minimum: required.minimum.into(),
    });
    let contacts = gate.contacts.iter().map(|required| v1::RequiredContact {
        role: contact::write_role(Some(required.role)).into(),
        stance: contact::write_stance(required.stance).into(),
    });
    (!gate.is_empty()).then(|| v1::Gate {
        required_activities: activities.collect(),
        required_contacts: contacts.collect(),
        approval_required: gate.approval,
    })
}
