//! What can lie above a screen, as data: the top layer sees keys first, Esc takes off exactly one.

mod form;

use std::sync::Arc;

pub use form::{Field, FieldName, FieldValue, Form, FormPurpose, SchemeBase};

use crate::bulk::Report;
use crate::entry::Entry;
use crate::entry::activity::{ActivityEntry, ActivityLexicon};
use crate::entry::complete::Completion;
use crate::entry::duplicates::Duplicate;
use crate::entry::names::Names;
use crate::hits::Target;
use crate::incentive::purse::Unfolding;
use crate::input::Input;
use crate::report::Ask;
use crate::report::incentives::IncentiveAsk;
use crate::sheet::Sheet;
use crate::theme::Choice;

/// One layer.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    /// The one-line entry.
    Entry(Box<EntryLine>),
    /// The line that logs an activity.
    Activity(Box<ActivityLine>),
    /// Deals pasted from a spreadsheet, before they are made.
    Sheet(Box<Sheet>),
    /// A form: new deal, edit, lose, reopen, log, set-up.
    Form(Form),
    /// A choice by one key.
    Pick(Pick),
    /// The filter line, live.
    Filter(FilterLine),
    /// The `:` palette.
    Palette(Search),
    /// The `?` help.
    Help(Search),
    /// A line that is asked for: an instant, some days, a name.
    Prompt(Prompt),
    /// The search over everything.
    Find(Search),
    /// The saved views.
    Views(ViewList),
    /// The themes, each tried as the cursor goes over it.
    Themes(ThemeList),
    /// A question before something that is hard to take back.
    Confirm(Confirm),
    /// What a move would do.
    Preview(Preview),
    /// Why an amount is what it is.
    Why(Why),
    /// A packet being unfolded.
    Unfolding(Box<Unfolding>),
    /// Labels on everything that can be selected.
    Jump(Jump),
    /// What was refused of an act on several deals.
    Report(Report),
}

/// Labels on what can be selected, until one is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jump {
    /// Two letters each, and where they lead.
    pub labels: Vec<([char; 2], Target)>,
    /// The first letter, once typed.
    pub first: Option<char>,
}

/// Why a reward's amount is what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Why {
    /// The reward.
    pub reward_id: u64,
    /// First row shown.
    pub scroll: usize,
}

impl Why {
    /// A question is the one about this reward.
    pub fn is_asked(&self, ask: &Ask) -> bool {
        *ask == Ask::Incentive(IncentiveAsk::Explain(self.reward_id))
    }
}

/// A move about to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The deal.
    pub id: u64,
    /// Where to.
    pub stage_id: u64,
    /// What the server says, or why it says nothing; none while it is being asked.
    pub answer: Option<Result<MovePreview, String>>,
}

/// What a move would do, as the server foresees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MovePreview {
    /// The server would do it as asked.
    pub allowed: bool,
    /// What the gate demands and is not met.
    pub unmet: Vec<Unmet>,
    /// The person may let it through with a reason.
    pub override_allowed: bool,
    /// A manager must approve, and has not.
    pub needs_approval: bool,
    /// They were asked already.
    pub waiting: bool,
    /// Win probability before and after, in basis points.
    pub chance_bp: (u32, u32),
    /// Amount × win probability before and after, minor units.
    pub weighted_minor: (i128, i128),
    /// Gap of the owner's goal before and after, minor units; none without a goal.
    pub gap_minor: Option<(i128, i128)>,
    /// What it would score: FLOW, WON, REVIVED.
    pub metrics: Vec<String>,
    /// Why it would score nothing; may be empty.
    pub uncredited_reason: String,
}

impl MovePreview {
    /// Asking for approval is what to do next.
    pub fn can_ask(&self) -> bool {
        self.needs_approval && !self.waiting
    }
}

/// A demand of a gate that is not met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unmet {
    /// Stable word: `REQUIRED_FIELD_MISSING` …
    pub code: String,
    /// The field of the deal; may be empty.
    pub field: String,
    /// What is missing, in the server's words.
    pub description: String,
}

/// A search line over a list of commands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// What is looked for.
    pub input: Input,
    /// Place in the hits.
    pub selected: usize,
}

/// The one-line entry, read as it is typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EntryLine {
    /// What is typed.
    pub input: Input,
    /// What was understood.
    pub parsed: Entry,
    /// Deals that look the same.
    pub duplicates: Vec<Duplicate>,
    /// What the line may speak of, as it was when the line was opened.
    pub known: Arc<Known>,
    /// What is missing was shown after Enter.
    pub refused: bool,
    /// Enter found no server to send it to.
    pub offline: bool,
    /// Names for the word under the cursor.
    pub completion: Option<Completion>,
    /// The id it was sent with while nobody knows what became of it; empty otherwise.
    pub request_id: String,
}

/// The line that logs an activity, read as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivityLine {
    /// The deal.
    pub opportunity_id: u64,
    /// It is logged on all selected deals instead.
    pub for_selected: bool,
    /// Its name.
    pub subject: String,
    /// What is typed.
    pub input: Input,
    /// What was understood.
    pub parsed: ActivityEntry,
    /// Whom and which places the line may name.
    pub lexicon: ActivityLexicon,
    /// That it says nothing was shown after Enter.
    pub refused: bool,
    /// Enter found no server to send it to.
    pub offline: bool,
    /// Names for the word under the cursor.
    pub completion: Option<Completion>,
    /// The id it was sent with while nobody knows what became of it; empty otherwise.
    pub request_id: String,
}

/// Names that an entry or a form may speak of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Stages a deal may begin in.
    pub stages: Names,
    /// Contacts, with their customer.
    pub contacts: Names,
    /// Customers.
    pub customers: Names,
    /// Active members.
    pub members: Names,
}

/// The filter line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilterLine {
    /// What is typed.
    pub input: Input,
    /// What is wrong with it, and at which character, from 1.
    pub problem: Option<(usize, String)>,
}

/// A line that is asked for, read as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// What for.
    pub purpose: PromptPurpose,
    /// What is typed.
    pub input: Input,
    /// What was understood, in words, or what is wrong.
    pub reading: Result<String, String>,
}

/// The list of saved views.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ViewList {
    /// Place of the cursor.
    pub selected: usize,
}

/// The list of themes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThemeList {
    /// Place of the cursor.
    pub selected: usize,
    /// What was chosen before: Esc gives it back.
    pub before: Choice,
}

/// What a line is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptPurpose {
    /// The past instant to look at.
    AsOf,
    /// First and last day of a cycle.
    Days,
    /// Two instants, whose difference is wanted.
    Between,
    /// The name of a view to be saved, for oneself or for everybody.
    ViewName {
        /// For everybody.
        shared: bool,
    },
    /// The weight of a goal among the parts of its parent.
    Weight(u64),
    /// The past cycle in which a scheme is rehearsed.
    Rehearse(u64),
    /// Why all selected deals are lost, in this LOST stage.
    LoseSelected(u64),
}

impl PromptPurpose {
    /// Keys of its title and of an example.
    pub const fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::AsOf => ("prompt-as-of", "prompt-as-of-example"),
            Self::Days => ("prompt-days", "prompt-days-example"),
            Self::Between => ("prompt-between", "prompt-between-example"),
            Self::ViewName { shared: false } => ("prompt-view", "prompt-view-example"),
            Self::ViewName { shared: true } => ("prompt-view-shared", "prompt-view-example"),
            Self::Weight(_) => ("prompt-weight", "prompt-weight-example"),
            Self::Rehearse(_) => ("prompt-rehearse", "prompt-rehearse-example"),
            Self::LoseSelected(_) => ("prompt-lose", "example-reason"),
        }
    }
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirm {
    /// The question, in words.
    pub question: String,
    /// What will change, in words; may be empty.
    pub consequence: String,
    /// What a yes does.
    pub act: Act,
}

/// What a yes does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Do to the selected deals what was planned.
    Selected,
    /// Leave the program.
    Quit,
    /// Take a deal off the board.
    Archive(u64),
    /// Delete a saved view.
    DeleteView {
        /// The view.
        id: u64,
        /// Its revision as shown.
        revision: u64,
    },
    /// Make somebody else a deal's owner.
    HandOver {
        /// The deal.
        id: u64,
        /// The new owner.
        to: u64,
    },
    /// Publish a scheme's draft.
    Publish {
        /// The scheme.
        id: u64,
        /// Its revision as shown.
        revision: u64,
    },
    /// End a scheme.
    EndScheme {
        /// The scheme.
        id: u64,
        /// Its revision as shown.
        revision: u64,
    },
    /// Move a deal into a WON stage.
    Win {
        /// The deal.
        id: u64,
        /// The stage.
        stage_id: u64,
    },
}

/// A choice by one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    /// What is chosen.
    pub purpose: PickPurpose,
    /// From what.
    pub items: Vec<PickItem>,
    /// Place of the cursor.
    pub selected: usize,
}

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickPurpose {
    /// The stage a deal moves to.
    Move(u64),
    /// The stage that all selected deals move to.
    MoveSelected,
    /// The owner of all selected deals, by id; 0 = nobody.
    OwnerOfSelected,
    /// The pipeline to show.
    Pipeline,
    /// The length of the cycle: its place in [`crate::report::lens::CycleKind::NAMED`], or beyond it days of one's own.
    Cycle,
    /// Whose deals reports show: 0 everybody's, else twice the id, and one more for a member.
    Whose,
    /// Whose queue of what to do next is shown: numbered as for [`Self::Whose`].
    Queue,
    /// How a goal is divided: 0 among teams and members, 1 to 4 by quarters, months, weeks, days.
    Divide(u64),
    /// The system of a new scheme, by its place in `System::ALL`.
    System,
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PickItem {
    /// Its name.
    pub label: String,
    /// A word about it; may be empty.
    pub note: String,
    /// A letter that chooses it, beside its number.
    pub letter: Option<char>,
    /// Its id.
    pub value: u64,
}
