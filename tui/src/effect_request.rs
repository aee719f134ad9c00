//! What the screen asks of the world: plain requests, executed by `effect` and by nobody else.

use jiff::civil::Date;

use crate::config::notify::DesktopMeans;
use crate::drafts::DraftChange;
use crate::incentive::IncentiveAction;
use crate::memory::Memory;
use crate::record::{ActivityKind, Card, CheckInPlace, Micros};
use crate::report::Ask;
use crate::report::goals::GoalChange;

/// A wish that `update` returns. The answer, if any, comes back as a `Msg`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send a command to the server; answered by `ServerFact::ActionDone` with the same request id.
    /// A lost link is retried with the same id (one id, one outcome) until the server answers or refuses.
    Submit {
        /// Unique for ever; the server answers a repetition with the first outcome.
        request_id: String,
        /// What to do.
        action: Action,
    },
    /// Read timeline and contacts of a deal; answered by `ServerFact::DetailLoaded`.
    LoadDetail(u64),
    /// Read what happened to a customer and its deals; answered by `ServerFact::CustomerLoaded`.
    LoadCustomer(u64),
    /// Read a member's queue, none = the person's own; answered by `ServerFact::NextActionsLoaded`.
    LoadNextActions(Option<u64>),
    /// Read a member's last activities; answered by `ServerFact::ActivitiesLoaded`.
    LoadFollowUps(u64),
    /// Read the board as it was at an instant; answered by `ServerFact::BoardAtLoaded`.
    LoadBoardAt(Micros),
    /// Read what of the rewards is the person's own; answered by `ServerFact::PurseLoaded`.
    LoadPurse(Option<u64>),
    /// Read where a goal stands; answered by `ServerFact::GoalFound`.
    LoadGoal(u64),
    /// Ask what a move would do; answered by `ServerFact::Previewed`.
    PreviewMove {
        /// The deal.
        id: u64,
        /// Where to.
        stage_id: u64,
    },
    /// Read a report; answered by `ServerFact::Loaded` with the same number.
    Load {
        /// Tells its answer from those to earlier questions.
        number: u64,
        /// What is asked.
        ask: Ask,
    },
    /// Write down what was typed, or forget it.
    Draft(DraftChange),
    /// Put text on the terminal's clipboard (OSC 52).
    Copy(String),
    /// Have a text edited with the person's own editor; answered by `Msg::Edited`. The session does it, as the terminal is lent meanwhile.
    Edit(String),
    /// Write down what the next session is to remember.
    Remember(Box<Memory>),
    /// Read the person's own themes; answered by `Msg::ThemesRead`.
    ReadThemes,
    /// Name the window.
    Title(String),
    /// Ask the terminal for its background.
    AskBackground,
    /// Write for a terminal that does so with letters; everything is painted again.
    Letters {
        /// It draws ambiguous characters two cells wide.
        ambiguous_is_wide: bool,
        /// It has ASCII only.
        ascii_only: bool,
    },
    /// Ring the bell, show a notification of the desktop.
    Herald(Herald),
    /// Start or stop taking the mouse.
    CaptureMouse(bool),
    /// Give the terminal back to the shell until the person returns (ctrl-z); the session does it.
    Suspend,
    /// Take the terminal again after the process was stopped; the session does it.
    Resume,
    /// Paint everything again; the session does it.
    Redraw,
    /// Leave; the session ends and returns this.
    Quit(Exit),
}

/// Text that terminals take into their clipboard at most; longer text is refused by many of them without a word.
pub const MAX_CLIPBOARD_BYTES: usize = 74_000;

/// What is heard beyond the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Herald {
    /// The terminal's bell.
    pub bell: bool,
    /// The words of a notification; none = there is none.
    pub desktop: Option<String>,
    /// How the terminal is asked for it.
    pub means: DesktopMeans,
}

/// Why the session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The person left, or the terminal hung up.
    Leave,
    /// The person asked for the demonstration instead: the caller opens it in a new session.
    OpenDemo,
}

/// The pipeline a new workspace begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PipelineTemplate {
    /// New 10 %, Qualified 30 %, Solution 50 %, Proposal 70 %, Negotiation 90 %, Won, Lost (DOMAIN.md §2).
    #[default]
    Default,
    /// Five stages at 10/30/50/70/100 %.
    Classic,
}

/// A command for the server, in plain words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Make the workspace; the person becomes its first administrator.
    SetUpWorkspace {
        /// Its name.
        name: String,
        /// IANA time zone.
        time_zone: String,
        /// ISO 4217 code.
        currency: String,
        /// Its first pipeline.
        template: PipelineTemplate,
        /// Stage and pipeline names in Chinese rather than English.
        chinese: bool,
    },
    /// Make a deal.
    Create(Box<Draft>),
    /// Change fields of a deal; only what is `Some` changes.
    Amend {
        /// The deal.
        id: u64,
        /// Revision the change was based on: sent as etag `r<revision>`.
        revision: u64,
        /// What changes.
        changes: Box<Changes>,
    },
    /// Forward or backward, also into WON.
    Move {
        /// The deal.
        id: u64,
        /// Where to.
        stage_id: u64,
    },
    /// Forward through a gate that is not met.
    Override {
        /// The deal.
        id: u64,
        /// Where to.
        stage_id: u64,
        /// Why; never empty.
        reason: String,
    },
    /// Take back the person's last move of a deal.
    UndoMove {
        /// The deal.
        id: u64,
        /// The deal as it was before the move.
        before: Box<Card>,
    },
    /// Ask a manager to let a deal into a stage.
    AskApproval {
        /// The deal.
        opportunity_id: u64,
        /// The stage.
        stage_id: u64,
        /// What to say to it; may be empty.
        note: String,
    },
    /// Give an approval.
    Approve {
        /// The request.
        id: u64,
    },
    /// Refuse an approval.
    Refuse {
        /// The request.
        id: u64,
        /// Why; never empty.
        reason: String,
    },
    /// Into a LOST stage.
    Lose {
        /// The deal.
        id: u64,
        /// Which LOST stage.
        stage_id: u64,
        /// Why; never empty.
        reason: String,
    },
    /// From WON or LOST back to an open stage.
    Reopen {
        /// The deal.
        id: u64,
        /// The open stage.
        stage_id: u64,
        /// Why; never empty.
        reason: String,
    },
    /// Off the board.
    Archive {
        /// The deal.
        id: u64,
    },
    /// Back on the board.
    Restore {
        /// The deal.
        id: u64,
        /// The deal as it was before it was archived.
        before: Box<Card>,
    },
    /// Change a goal, or make one.
    Goal(GoalChange),
    /// Something about incentives.
    Incentive(IncentiveAction),
    /// Keep a filter and an order by a name.
    SaveView {
        /// The name.
        name: String,
        /// For everybody.
        shared: bool,
        /// Which deals.
        filter: String,
        /// In which order.
        order_by: String,
    },
    /// Delete a saved view.
    DeleteView {
        /// The view.
        id: u64,
        /// Its revision as shown.
        revision: u64,
    },
    /// Log an activity.
    LogActivity {
        /// The deal.
        opportunity_id: u64,
        /// What was done.
        kind: ActivityKind,
        /// What for; may be empty.
        purpose: String,
        /// What was said; may be empty.
        note: String,
        /// With whom.
        contact_id: Option<u64>,
        /// The day of the next step.
        follow_up: Option<Date>,
        /// Where, as the person says.
        place: Option<CheckInPlace>,
        /// When.
        happened_us: Micros,
    },
    /// Say that an alert was seen.
    Acknowledge {
        /// The alert.
        id: u64,
    },
    /// Put an alert off.
    Snooze {
        /// The alert.
        id: u64,
        /// Until when.
        until_us: Micros,
        /// Why; never empty.
        reason: String,
    },
    /// Mark messages of the inbox as read.
    ReadMessages {
        /// Which, at most [`MAX_MESSAGES_READ`].
        ids: Vec<u64>,
    },
}

/// Messages marked as read at once: the server's limit.
pub const MAX_MESSAGES_READ: usize = 500;

/// Somebody the deal names, known or new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamedRef {
    /// Already on the server.
    Known(u64),
    /// To be made first, with this name.
    New(String),
}

/// A new deal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Never empty.
    pub name: String,
    /// In minor units of the workspace's currency.
    pub amount_minor: i64,
    /// Where it begins.
    pub stage_id: u64,
    /// Mandatory.
    pub contract_date: Option<Date>,
    /// None = the caller, or unassigned when the caller has no member record.
    pub owner_id: Option<u64>,
    /// The customer.
    pub customer: Option<NamedRef>,
    /// A contact, made under the customer when new.
    pub contact: Option<NamedRef>,
    /// May be empty.
    pub grade: String,
    /// May be empty.
    pub source: String,
    /// May be empty.
    pub note: String,
}

/// Changed fields of a deal: `None` = unchanged; the inner `None` = cleared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// New name.
    pub name: Option<String>,
    /// New amount.
    pub amount_minor: Option<i64>,
    /// New date.
    pub contract_date: Option<Date>,
    /// New owner.
    pub owner_id: Option<Option<u64>>,
    /// New customer.
    pub customer: Option<Option<NamedRef>>,
    /// New win probability of its own.
    pub win_probability_bp: Option<Option<u32>>,
    /// New grade.
    pub grade: Option<String>,
    /// New source.
    pub source: Option<String>,
    /// New note.
    pub note: Option<String>,
}
