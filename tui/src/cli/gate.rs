//! The gate of a stage as options and as words.

use clap::Args;
use sluice_proto::v1;

use super::session::Mask;

/// What a stage demands besides fields; each option that is given replaces that part, the others stay.
#[derive(Clone, Debug, Default, Args)]
pub struct GateArgs {
    /// Activities since the last move that are required to enter, e.g. visit:2,call or any:3; '' for none
    #[arg(long, value_name = "KIND[:COUNT],…")]
    require_activities: Option<String>,
    /// Contacts of the deal that are required to enter, e.g. decider:supportive,user; '' for none
    #[arg(long, value_name = "ROLE[:STANCE],…")]
    require_contacts: Option<String>,
    /// Whether a manager must approve
    #[arg(long, value_name = "YES", num_args = 0..=1, default_missing_value = "true")]
    require_approval: Option<bool>,
}

impl GateArgs {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.require_activities.is_none()
            && self.require_contacts.is_none()
            && self.require_approval.is_none()
    }

    /// Changes a gate as asked.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn fill(self, gate: &mut Option<v1::Gate>, mask: &mut Mask) -> Result<(), String> {
        if self.is_empty() {
            return Ok(());
        }
        let mut changed = gate.take().unwrap_or_default();
        if let Some(text) = &self.require_activities {
            changed.required_activities = parts(text).map(activity).collect::<Result<_, _>>()?;
        }
        if let Some(text) = &self.require_contacts {
            changed.required_contacts = parts(text).map(contact).collect::<Result<_, _>>()?;
        }
        if let Some(required) = self.require_approval {
            changed.approval_required = required;
        }
        *gate = Some(changed);
        mask.add("gate");
        Ok(())
    }
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

fn activity(text: &str) -> Result<v1::RequiredActivity, String> {
    let (kind, count) = text.split_once(':').unwrap_or((text, "1"));
    let name = format!("ACTIVITY_KIND_{}", kind.to_ascii_uppercase());
    let kind = match kind {
        "any" => Some(v1::ActivityKind::Unspecified),
        _ => v1::ActivityKind::from_str_name(&name),
    };
    let kind = kind.ok_or_else(|| {
        format!(
            "'{text}': write any, call, visit, meeting, demo, email, note or other, and a count"
        )
    })?;
    let minimum = count
        .parse()
        .map_err(|_| format!("'{count}' is not a number of activities"))?;
    Ok(v1::RequiredActivity {
        kind: kind.into(),
        minimum,
    })
}

fn contact(text: &str) -> Result<v1::RequiredContact, String> {
    let (role, stance) = text.split_once(':').unwrap_or((text, "unspecified"));
    let role_name = format!("DECISION_ROLE_{}", role.to_ascii_uppercase());
    let role = v1::DecisionRole::from_str_name(&role_name).ok_or_else(|| {
        format!("'{role}' is no role: write decider, influencer, user, buyer, gatekeeper, champion or evaluator")
    })?;
    let stance_name = format!("STANCE_{}", stance.to_ascii_uppercase());
    let stance = v1::Stance::from_str_name(&stance_name)
        .ok_or_else(|| format!("'{stance}' is no stance: write supportive, neutral or opposed"))?;
    Ok(v1::RequiredContact {
        role: role.into(),
        stance: stance.into(),
    })
}

/// A stage's demands in a few words: `customer_id visit×2 decider:supportive approval`.
pub fn words(stage: &v1::Stage) -> String {
    let mut words = stage.required_fields.clone();
    let gate = stage.gate.clone().unwrap_or_default();
    for required in &gate.required_activities {
        let kind = match required.kind() {
            v1::ActivityKind::Unspecified => "any".to_owned(),
            kind => super::value::enum_word(kind.as_str_name(), "ACTIVITY_KIND_"),
        };
        words.push(format!("{kind}:{}", required.minimum));
    }
    for required in &gate.required_contacts {
        let role = super::value::enum_word(required.role().as_str_name(), "DECISION_ROLE_");
        words.push(match required.stance() {
            v1::Stance::Unspecified => role,
            stance => format!(
                "{role}:{}",
                super::value::enum_word(stance.as_str_name(), "STANCE_")
            ),
        });
    }
    words.extend(gate.approval_required.then(|| "approval".to_owned()));
    words.join(" ")
}
