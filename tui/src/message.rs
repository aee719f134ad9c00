//! Everything that can happen, as facts in the past tense: the only way in to the model.

use std::path::PathBuf;
use std::sync::Arc;

use crossterm::event::{KeyEvent, MouseEvent};

use crate::config::{Config, Problem};
use crate::incentive::{IncentiveFact, Own};
use crate::layer::MovePreview;
use crate::past::BoardAt;
use crate::record::{Activity, Detail, Micros, NextAction, Resource, ResourceKey};
use crate::report::Answer;
use crate::report::goals::GoalPlace;
use crate::strings::Strings;
use crate::theme::OwnTheme;
use crate::timeline::Happening;

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Msg {
    /// A key was pressed.
    Key(KeyEvent),
    /// The mouse was used.
    Mouse(MouseEvent),
    /// Text was pasted (bracketed).
    Paste(String),
    /// The terminal has a new size, in cells.
    Resize {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
    /// The server, or the link to it, said something.
    Server(ServerFact),
    /// What the terminal told about itself.
    Terminal(TerminalFact),
    /// Time passed.
    Clock {
        /// Now, UTC.
        now: Micros,
    },
    /// The process was asked to stop, as by ctrl-z, but from outside.
    AskedToStop,
    /// The process goes on after it was stopped.
    Continued,
    /// The settings file was read anew: what it says, or all that is wrong with it.
    ConfigRead(Result<Arc<Config>, Vec<Problem>>),
    /// The answer to `Effect::ReadThemes`.
    ThemesRead {
        /// Those that can be worn.
        themes: Vec<OwnTheme>,
        /// What is wrong with the others.
        wrong: Vec<WrongTheme>,
    },
    /// The editor ended that was asked for with `Effect::Edit`.
    Edited(Result<String, EditFailure>),
    /// What was remembered from last time could not be read.
    MemoryLost {
        /// Why, in the system's words.
        reason: String,
        /// Where it is now.
        path: PathBuf,
    },
    /// The program had a fault that the screen outlived.
    Faulted(FaultReport),
    /// An effect that has no request id could not be done; the text is for the person.
    EffectFailed(String),
    /// The input ended or the terminal hung up: leave at once.
    HungUp,
}

/// What the terminal told about itself, after the first paint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TerminalFact {
    /// Its background is light (true) or dark (false).
    LightBackground(bool),
    /// It speaks UTF-8 (true), or shows each byte as a letter.
    Utf8(bool),
    /// It draws ambiguous-width characters two cells wide: plain borders are used.
    WideAmbiguous(bool),
    /// The person looks at it, or at another window.
    Focus(bool),
    /// It takes bytes so slowly that frames wait for it, or no longer so.
    SlowLink(bool),
}

/// What is wrong with a file of a theme of the person's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongTheme {
    /// Which.
    pub path: PathBuf,
    /// What is wrong.
    pub problem: Problem,
}

impl WrongTheme {
    /// In words: where, what, and what to do.
    pub fn words(&self, strings: &Strings) -> String {
        format!("{}: {}", self.path.display(), self.problem.words(strings))
    }
}

/// Where the report about a fault of the program is, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultReport(pub Result<PathBuf, String>);

impl FaultReport {
    /// In words.
    pub fn words(&self, strings: &Strings) -> String {
        match &self.0 {
            Ok(path) => {
                let path = path.display().to_string();
                strings.tell("notice-fault", &[("path", path.into())])
            }
            Err(reason) => {
                let reason = [("reason", reason.as_str().into())];
                strings.tell("notice-fault-unwritten", &reason)
            }
        }
    }
}

/// Why a text could not be edited with the person's own editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditFailure {
    /// Neither VISUAL nor EDITOR names one that can be started.
    NotStarted {
        /// The one that was tried.
        editor: String,
        /// Why not, in the system's words; may be empty.
        reason: String,
    },
    /// It ended as if something had gone wrong.
    Ended {
        /// Which.
        editor: String,
        /// How, in the system's words.
        status: String,
    },
    /// What it left is larger than a note can be, in bytes.
    TooLarge(usize),
    /// The file for it could not be written or read.
    File(String),
}

/// What the server or the link said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerFact {
    /// A connection is being tried.
    Connecting {
        /// Address, as people write it.
        target: String,
    },
    /// A watch is open.
    Connected {
        /// Identity of the commit log.
        log_id: String,
        /// Address, as people write it.
        target: String,
        /// The caller's own member record, when there is one.
        member_id: Option<u64>,
    },
    /// The folder is fresh: nothing works before set-up.
    SetUpNeeded,
    /// A complete new picture follows; forget the old one at [`ServerFact::SnapshotEnd`].
    SnapshotBegin,
    /// A part of the picture.
    Put(Vec<Resource>),
    /// No longer in the picture.
    Remove(Vec<ResourceKey>),
    /// The picture is complete, at this revision.
    SnapshotEnd {
        /// Revision of the picture.
        revision: u64,
    },
    /// Somebody changed something.
    Commit(CommitFact),
    /// Nothing happened up to this revision: the link lives.
    Progress {
        /// Revision known complete.
        revision: u64,
    },
    /// The link is gone; what is shown is as old as `since`.
    Lost {
        /// When the link was last known good.
        since: Micros,
        /// Why, for the person.
        reason: String,
    },
    /// The link is back, the watch goes on where it stopped.
    Resumed,
    /// The server will not have us any more (token revoked …): no retry.
    Stopped {
        /// Why, for the person.
        reason: String,
    },
    /// The answer to `Effect::Submit`.
    ActionDone {
        /// The id it was sent with.
        request_id: String,
        /// What became of it.
        result: Result<ActionOk, Refusal>,
    },
    /// The answer to `Effect::LoadCustomer`.
    CustomerLoaded {
        /// The customer asked for.
        id: u64,
        /// What happened to it and its deals, newest first.
        result: Result<Vec<Happening>, Refusal>,
    },
    /// The answer to `Effect::LoadNextActions`.
    NextActionsLoaded {
        /// Whose queue; none = the caller's.
        member: Option<u64>,
        /// What there is, the most urgent first.
        result: Result<Vec<NextAction>, Refusal>,
    },
    /// The answer to `Effect::LoadFollowUps`: the last ones first.
    ActivitiesLoaded(Result<Vec<Activity>, Refusal>),
    /// The answer to `Effect::LoadBoardAt`.
    BoardAtLoaded {
        /// The instant asked for.
        at: Micros,
        /// What there was.
        result: Result<Box<BoardAt>, Refusal>,
    },
    /// The answer to `Effect::LoadPurse`.
    PurseLoaded(Result<Box<Own>, Refusal>),
    /// The answer to `Effect::LoadGoal`.
    GoalFound(Result<GoalPlace, Refusal>),
    /// The answer to `Effect::PreviewMove`.
    Previewed {
        /// The deal.
        id: u64,
        /// The stage asked for.
        stage_id: u64,
        /// What would happen.
        result: Result<Box<MovePreview>, Refusal>,
    },
    /// The answer to `Effect::LoadDetail`.
    DetailLoaded {
        /// The deal asked for.
        id: u64,
        /// What there is.
        result: Result<Box<Detail>, Refusal>,
    },
    /// The answer to `Effect::Load`.
    Loaded {
        /// The number it was asked with.
        number: u64,
        /// What there is.
        result: Result<Box<Answer>, Refusal>,
    },
}

/// One commit as the watch delivered it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommitFact {
    /// The workspace is at this revision afterwards.
    pub revision: u64,
    /// When it was made.
    pub time: Micros,
    /// Who made it, as the server names them.
    pub actor: String,
    /// The id it was asked for with; empty when none.
    pub request_id: String,
    /// New state.
    pub puts: Vec<Resource>,
    /// What left the view.
    pub removes: Vec<ResourceKey>,
    /// Deals that the commit's events speak of (an activity logged on a deal names the deal).
    pub touched: Vec<u64>,
    /// What happened to rewards, packets and badges, in order.
    pub incentives: Vec<IncentiveFact>,
}

/// The server did it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ActionOk {
    /// The revision at which it is visible.
    pub revision: u64,
    /// The deal it made or changed, when it was about one.
    pub subject: Option<u64>,
}

/// The server would not do it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// Stable word, e.g. `GATE_NOT_MET`.
    pub reason: String,
    /// For the person.
    pub message: String,
    /// Every field that is wrong, with what is wrong about it.
    pub violations: Vec<(String, String)>,
}
