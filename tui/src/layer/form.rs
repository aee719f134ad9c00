//! A form as data: what it is for, its fields, what was typed into them and what of it is worth keeping.

use std::sync::Arc;

use super::Known;
use crate::entry::complete::Completion;
use crate::incentive::System;
use crate::incentive::field::SchemeField;
use crate::input::Input;
use crate::record::Micros;

/// A form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// What it is for.
    pub purpose: FormPurpose,
    /// The deal it is about, in words; empty for a new one.
    pub subject: String,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// The field with the cursor.
    pub focus: usize,
    /// What the fields held before anything was typed.
    pub began: Vec<String>,
    /// When what it holds was typed, when that was in another sitting.
    pub resumed: Option<Micros>,
    /// Why it could not be sent, or what is wrong with it as a whole.
    pub note: Option<String>,
    /// Names for the field with the cursor.
    pub completion: Option<Completion>,
    /// Whom and what the fields may name, as it was when the first name was typed.
    pub known: Option<Arc<Known>>,
    /// The id it was sent with while nobody knows what became of it; empty otherwise.
    pub request_id: String,
}

/// What a form is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormPurpose {
    /// A new deal.
    Create,
    /// Change a deal that was at this revision.
    Edit {
        /// The deal.
        id: u64,
        /// Its revision when the form was opened.
        revision: u64,
    },
    /// Lose a deal.
    Lose(u64),
    /// Bring a deal back.
    Reopen(u64),
    /// Log an activity.
    Log(u64),
    /// Put an alert off.
    Snooze(u64),
    /// Put off what was promised about a deal.
    PutOff(u64),
    /// Refuse a request for approval.
    Refuse(u64),
    /// Let a deal through a gate that is not met.
    Override {
        /// The deal.
        id: u64,
        /// The stage.
        stage_id: u64,
    },
    /// Ask a manager to let a deal into a stage.
    AskApproval {
        /// The deal.
        id: u64,
        /// The stage.
        stage_id: u64,
    },
    /// Name the workspace before it is made.
    SetUp,
    /// Reward somebody personally.
    Grant,
    /// Thank a colleague.
    Thank,
    /// Refuse a reward.
    RefuseReward(u64),
    /// Make or change a scheme.
    Scheme(SchemeBase),
}

/// What a scheme's form begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemeBase {
    /// Nothing, of this system.
    New(System),
    /// A template, by its place among all.
    Template(usize),
    /// A scheme that was at this revision.
    Edit {
        /// The scheme.
        id: u64,
        /// Its revision when the form was opened.
        revision: u64,
    },
}

/// Which field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "each is the field of its name in DOMAIN's terms"
)]
pub enum FieldName {
    Name,
    Amount,
    Stage,
    ContractDate,
    Customer,
    Contact,
    Owner,
    Grade,
    Source,
    Note,
    Probability,
    Reason,
    Kind,
    Purpose,
    Workspace,
    Currency,
    TimeZone,
    Until,
    FollowUp,
    /// A field of the forms about incentives.
    Scheme(SchemeField),
}

impl FieldName {
    /// Key of its label.
    pub const fn label_key(self) -> &'static str {
        match self {
            Self::Name => "field-name",
            Self::Amount => "field-amount",
            Self::Stage => "field-stage",
            Self::ContractDate => "field-contract-date",
            Self::Customer => "field-customer",
            Self::Contact => "field-contact",
            Self::Owner => "field-owner",
            Self::Grade => "field-grade",
            Self::Source => "field-source",
            Self::Note => "field-note",
            Self::Probability => "field-probability",
            Self::Reason => "field-reason",
            Self::Kind => "field-kind",
            Self::Purpose => "field-purpose",
            Self::Workspace => "field-workspace",
            Self::Currency => "field-currency",
            Self::TimeZone => "field-time-zone",
            Self::Until => "field-until",
            Self::FollowUp => "field-follow-up",
            Self::Scheme(field) => field.label_key(),
        }
    }

    /// Key of the example shown while it is empty; none for what needs none.
    pub const fn example_key(self) -> Option<&'static str> {
        match self {
            Self::Amount => Some("example-amount"),
            Self::ContractDate | Self::Until | Self::FollowUp => Some("example-date"),
            Self::Customer => Some("example-customer"),
            Self::Contact => Some("example-contact"),
            Self::Reason => Some("example-reason"),
            Self::Probability => Some("example-probability"),
            Self::TimeZone => Some("example-time-zone"),
            Self::Currency => Some("example-currency"),
            Self::Scheme(field) => field.example_key(),
            _ => None,
        }
    }
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Which.
    pub name: FieldName,
    /// What it holds.
    pub value: FieldValue,
    /// Must be filled.
    pub required: bool,
    /// What is wrong with it.
    pub problem: Option<String>,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    /// A line of text.
    Text(Input),
    /// One of some, by name and id.
    Choice {
        /// What there is.
        options: Vec<(String, u64)>,
        /// Place of the chosen one.
        selected: usize,
    },
}

impl FieldValue {
    /// What it holds, for a draft: a text, or the number of the chosen thing.
    fn kept(&self) -> String {
        match self {
            Self::Text(input) => input.text().to_owned(),
            Self::Choice { options, selected } => {
                let chosen = options.get(*selected);
                chosen.map(|(_, id)| id.to_string()).unwrap_or_default()
            }
        }
    }

    /// Holds again what was kept; a thing that cannot be chosen any more stays unchosen.
    fn restore(&mut self, kept: &str) {
        match self {
            Self::Text(input) => *input = Input::new(kept),
            Self::Choice { options, selected } => {
                let place = options.iter().position(|(_, id)| id.to_string() == kept);
                *selected = place.unwrap_or(*selected);
            }
        }
    }
}

impl Form {
    /// A form with nothing typed into it yet.
    pub fn new(purpose: FormPurpose, subject: String, fields: Vec<Field>, focus: usize) -> Self {
        Self {
            purpose,
            subject,
            began: fields.iter().map(|field| field.value.kept()).collect(),
            fields,
            focus,
            resumed: None,
            note: None,
            completion: None,
            known: None,
            request_id: String::new(),
        }
    }

    /// What the person changed, by field: a field of which there are several has its number behind its name.
    pub fn changed(&self) -> Vec<(String, String)> {
        let fields = self.fields.iter().enumerate();
        let changed = fields.filter_map(|(place, field)| {
            let kept = field.value.kept();
            let new = self.began.get(place) != Some(&kept);
            new.then(|| (self.field_key(place), kept))
        });
        changed.collect()
    }

    /// Fills in what was typed before; fields that are no longer there are left out.
    pub fn restore(&mut self, kept: &[(String, String)]) {
        for place in 0..self.fields.len() {
            let key = self.field_key(place);
            if let Some((_, text)) = kept.iter().find(|(name, _)| *name == key) {
                self.fields[place].value.restore(text);
            }
        }
    }

    fn field_key(&self, place: usize) -> String {
        let key = |field: &Field| field.name.label_key();
        let name = self.fields.get(place).map_or("", key);
        let before = self.fields[..place].iter();
        match before.filter(|field| key(field) == name).count() {
            0 => name.to_owned(),
            earlier => format!("{name} {}", earlier + 1),
        }
    }

    /// The line with the cursor; none in a field that is a choice.
    pub fn input_mut(&mut self) -> Option<&mut Input> {
        match &mut self.fields.get_mut(self.focus)?.value {
            FieldValue::Text(input) => Some(input),
            FieldValue::Choice { .. } => None,
        }
    }

    /// The text of a field; empty when it is absent or a choice.
    pub fn text(&self, name: FieldName) -> &str {
        match self.field(name).map(|field| &field.value) {
            Some(FieldValue::Text(input)) => input.text().trim(),
            _ => "",
        }
    }

    /// The chosen id of a field.
    pub fn choice(&self, name: FieldName) -> Option<u64> {
        match self.field(name).map(|field| &field.value) {
            Some(FieldValue::Choice { options, selected }) => {
                options.get(*selected).map(|(_, id)| *id)
            }
            _ => None,
        }
    }

    /// A field.
    pub fn field(&self, name: FieldName) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Marks a field as wrong; the first wrong one gets the cursor.
    pub fn refuse(&mut self, name: FieldName, problem: String) {
        let first = !self.fields.iter().any(|field| field.problem.is_some());
        if let Some(place) = self.fields.iter().position(|field| field.name == name) {
            self.fields[place].problem = Some(problem);
            if first {
                self.focus = place;
            }
        }
    }
}
