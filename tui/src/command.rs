//! Every verb a person can give, in one table: keymap, palette, help, footer and which-key all read it.

pub mod plain;
mod when;
mod when_rewarded;

use when::*;
use when_rewarded::{
    can_claim, can_grant, can_thank, has_reward, on_claimable, on_draft, on_live_scheme, on_scheme,
    on_schemes,
};

use crate::keymap::Context::{
    self, Alerts, Board, Changes, Customer, Digest, Drill, Fairness, FirstRun, Forecast, Funnel,
    Global, Goals, Inbox, Leaderboard, NextActions, Opportunity, Rehearsal, RewardList,
    RewardStatistics, Rewards, Schemes, TeamFeed,
};
use crate::model::Model;

/// A verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(
    missing_docs,
    reason = "each one's meaning is its help text, in the table's row of the same name"
)]
pub enum Command {
    Up,
    Down,
    Left,
    Right,
    First,
    Last,
    HalfPageUp,
    HalfPageDown,
    Open,
    Back,
    Quick,
    Paste,
    New,
    Edit,
    Forward,
    Backward,
    MoveTo,
    Lose,
    Reopen,
    Log,
    Archive,
    Filter,
    ClearFilter,
    NextHit,
    PreviousHit,
    Sort,
    Fold,
    Pin,
    Density,
    Unseen,
    TeamWins,
    Pipelines,
    GoBoard,
    GoAlerts,
    GoInbox,
    GoNextActions,
    Undo,
    Redo,
    OpenCustomer,
    Acknowledge,
    Snooze,
    HandOver,
    Approve,
    Refuse,
    Select,
    SelectRange,
    SelectColumn,
    Repeat,
    Jump,
    JumpForward,
    AlwaysPreview,
    Read,
    ReadAll,
    GoFunnel,
    Cycle,
    CycleBefore,
    CycleAfter,
    Versus,
    Whose,
    AsOf,
    NextPane,
    PreviousPane,
    Reload,
    Difference,
    GoForecast,
    GoGoals,
    GoLeaderboard,
    GoDigest,
    GoRewards,
    GoFeed,
    GoSchemes,
    GoStatistics,
    GoFairness,
    Claim,
    ClaimAll,
    Explain,
    Grant,
    Thank,
    NewScheme,
    Publish,
    EndScheme,
    Rehearse,
    Grouping,
    RewardUnit,
    Find,
    Views,
    Why,
    Metric,
    Count,
    OfTarget,
    Teams,
    Strict,
    Divide,
    Weight,
    Lock,
    Palette,
    Help,
    Copy,
    Theme,
    Language,
    Mouse,
    Redraw,
    Suspend,
    Quit,
    ForceQuit,
    SetUpDefault,
    SetUpClassic,
    SetUpImport,
    SetUpDemo,
    SetUpEdit,
}

impl Command {
    /// It changes deals or what is known of them: nothing that can be done to the past.
    pub const fn changes_deals(self) -> bool {
        matches!(
            self,
            Self::Quick
                | Self::Paste
                | Self::New
                | Self::Edit
                | Self::Forward
                | Self::Backward
                | Self::MoveTo
                | Self::Lose
                | Self::Reopen
                | Self::Log
                | Self::Archive
                | Self::Undo
                | Self::Redo
                | Self::Acknowledge
                | Self::Snooze
                | Self::HandOver
                | Self::Repeat
        )
    }

    /// Undo takes it back: the API has a way back that cannot overwrite what somebody else did since.
    pub const fn is_undoable(self) -> bool {
        matches!(
            self,
            Self::Edit
                | Self::Forward
                | Self::Backward
                | Self::MoveTo
                | Self::Lose
                | Self::Reopen
                | Self::Archive
                | Self::HandOver
                | Self::Repeat
        )
    }
}

/// What a verb is about: the headings of the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// Acts on deals.
    Deal,
    /// Finds deals.
    Find,
    /// Rewards, packets, badges, schemes.
    Reward,
    /// Chooses what reports are about.
    Report,
    /// Moves the selection.
    Navigate,
    /// The screen and the program.
    Program,
}

impl Category {
    /// Key of its name.
    pub const fn name_key(self) -> &'static str {
        match self {
            Self::Deal => "category-deal",
            Self::Find => "category-find",
            Self::Reward => "category-reward",
            Self::Report => "category-report",
            Self::Navigate => "category-navigate",
            Self::Program => "category-program",
        }
    }
}

/// A row of the table.
#[derive(Debug)]
pub struct Row {
    /// The verb.
    pub command: Command,
    /// Its name in settings, and what `:` matches beside its help text.
    pub name: &'static str,
    /// Key of the sentence that says what it does.
    pub help_key: &'static str,
    /// Key of its one or two words in the footer.
    pub short_key: &'static str,
    /// Heading in the help.
    pub category: Category,
    /// Where it works and by which keys of the preset `vim`; the first is the one shown.
    pub keys: &'static [(Context, &'static str)],
    /// Whether it can do anything now.
    pub available: fn(&Model) -> bool,
    /// Asks before it acts.
    pub destructive: bool,
    /// Undo takes it back.
    pub undoable: bool,
    /// Place in the footer, smallest first; none = not there.
    pub footer: Option<u8>,
}

macro_rules! row {
    ($command:ident, $name:literal, $category:ident, $keys:expr, $available:expr, $destructive:literal, $footer:expr) => {
        Row {
            command: Command::$command,
            name: $name,
            help_key: concat!("help-", $name),
            short_key: concat!("short-", $name),
            category: Category::$category,
            keys: $keys,
            available: $available,
            destructive: $destructive,
            undoable: Command::$command.is_undoable(),
            footer: $footer,
        }
    };
}

/// The table.
#[rustfmt::skip]
pub static TABLE: &[Row] = &[
    row!(Quick, "add", Deal, &[(Board, "a"), (Opportunity, "a")], can_create, false, Some(1)),
    row!(Open, "open", Deal, &[(Board, "enter"), (Board, "o"), (Alerts, "enter"), (NextActions, "enter"), (Inbox, "enter"), (Funnel, "enter"), (Drill, "enter"), (Forecast, "enter"), (Digest, "enter"), (Changes, "enter"), (Leaderboard, "enter"), (Rewards, "enter"), (TeamFeed, "enter"), (RewardList, "enter"), (Schemes, "enter"), (Schemes, "e"), (RewardStatistics, "enter"), (RewardStatistics, "y"), (Fairness, "enter"), (Fairness, "y")], can_open, false, Some(2)),
    row!(Forward, "forward", Deal, &[(Board, "L"), (Board, ">"), (Opportunity, "L"), (Opportunity, ">"), (Alerts, "L"), (NextActions, "L"), (Alerts, ">"), (NextActions, ">")], has_card, false, Some(3)),
    row!(Backward, "backward", Deal, &[(Board, "H"), (Board, "<"), (Opportunity, "H"), (Opportunity, "<"), (Alerts, "H"), (NextActions, "H"), (Alerts, "<"), (NextActions, "<")], has_card, false, Some(4)),
    row!(MoveTo, "move", Deal, &[(Board, "m"), (Opportunity, "m"), (Alerts, "m"), (NextActions, "m")], has_card, false, Some(5)),
    row!(Lose, "lose", Deal, &[(Board, "x"), (Opportunity, "x"), (Alerts, "x"), (NextActions, "x")], has_open_card, true, Some(8)),
    row!(Reopen, "reopen", Deal, &[(Board, "R"), (Opportunity, "R"), (Alerts, "R"), (NextActions, "R")], has_closed_card, true, Some(6)),
    row!(Edit, "edit", Deal, &[(Board, "e"), (Opportunity, "e"), (Alerts, "e"), (NextActions, "e")], has_card, false, Some(7)),
    row!(Log, "log", Deal, &[(Board, "c"), (Opportunity, "c"), (Alerts, "c"), (NextActions, "c")], has_card, false, Some(9)),
    row!(Acknowledge, "acknowledge", Deal, &[(Alerts, "space"), (NextActions, "space"), (Opportunity, "space")], has_alert, false, Some(4)),
    row!(Snooze, "snooze", Deal, &[(Alerts, "z"), (NextActions, "z"), (Opportunity, "z")], has_alert, false, Some(5)),
    row!(HandOver, "hand-over", Deal, &[(Alerts, "h"), (NextActions, "h"), (Opportunity, "O")], has_manager, true, Some(6)),
    row!(Approve, "approve", Deal, &[(Inbox, "a")], on_request, false, Some(3)),
    row!(Refuse, "refuse", Deal, &[(Inbox, "x")], on_request, false, Some(4)),
    row!(Read, "read", Deal, &[(Inbox, "space")], on_message, false, Some(3)),
    row!(ReadAll, "read-all", Deal, &[(Inbox, "R")], has_unread, false, Some(4)),
    row!(Undo, "undo", Deal, &[(Board, "u"), (Opportunity, "u"), (Alerts, "u"), (NextActions, "u")], can_undo, false, Some(10)),
    row!(Redo, "redo", Deal, &[(Board, "ctrl-r"), (Board, "U"), (Opportunity, "ctrl-r"), (Opportunity, "U"), (Alerts, "ctrl-r"), (Alerts, "U"), (NextActions, "ctrl-r"), (NextActions, "U")], can_redo, false, Some(11)),
    row!(Repeat, "repeat", Deal, &[(Board, "."), (Opportunity, "."), (Alerts, "."), (NextActions, ".")], can_repeat, false, None),
    row!(Select, "select", Deal, &[(Board, "space")], has_card_on_board, false, None),
    row!(SelectRange, "select-range", Deal, &[(Board, "v")], has_card_on_board, false, None),
    row!(SelectColumn, "select-column", Deal, &[(Board, "V")], on_board, false, None),
    row!(New, "form", Deal, &[(Board, "A"), (Opportunity, "A")], can_create, false, None),
    row!(Paste, "paste", Deal, &[(Board, "g P")], can_create, false, None),
    row!(Claim, "claim", Reward, &[(Rewards, "c")], on_claimable, false, Some(2)),
    row!(Explain, "explain", Reward, &[(Rewards, "y"), (TeamFeed, "y"), (RewardList, "y"), (Inbox, "y")], has_reward, false, Some(3)),
    row!(Grant, "grant", Reward, &[(Rewards, "a"), (TeamFeed, "a"), (Global, "g G")], can_grant, false, Some(5)),
    row!(Thank, "thank", Reward, &[(Rewards, "t"), (TeamFeed, "t"), (Global, "g T")], can_thank, false, Some(6)),
    row!(NewScheme, "new-scheme", Reward, &[(Schemes, "n")], on_schemes, false, Some(3)),
    row!(Publish, "publish", Reward, &[(Schemes, "p")], on_draft, false, Some(4)),
    row!(Rehearse, "rehearse", Reward, &[(Schemes, "r")], on_scheme, false, Some(5)),
    row!(EndScheme, "end-scheme", Reward, &[(Schemes, "x")], on_live_scheme, true, Some(6)),
    row!(Grouping, "grouping", Report, &[(RewardStatistics, "b"), (RewardStatistics, "tab")], always, false, Some(2)),
    row!(RewardUnit, "unit", Report, &[(RewardStatistics, "u"), (Fairness, "u")], always, false, Some(3)),
    row!(ClaimAll, "claim-all", Reward, &[(Global, "$")], can_claim, false, Some(2)),
    row!(Archive, "archive", Deal, &[(Board, "X"), (Opportunity, "X"), (Alerts, "X"), (NextActions, "X")], has_card, true, None),
    row!(Copy, "copy", Deal, &[(Board, "y"), (Opportunity, "y"), (Alerts, "y"), (NextActions, "y")], has_card, false, None),
    row!(Filter, "filter", Find, &[(Board, "/")], on_board, false, Some(10)),
    row!(Find, "find", Find, &[(Global, "g /"), (Global, "ctrl-f")], set_up, false, None),
    row!(Views, "views", Find, &[(Global, "g v")], set_up, false, None),
    row!(ClearFilter, "clear-filter", Find, &[(Board, "esc")], can_clear, false, Some(0)),
    row!(NextHit, "next-hit", Find, &[(Board, "n")], filtered, false, Some(1)),
    row!(PreviousHit, "previous-hit", Find, &[(Board, "N")], filtered, false, None),
    row!(Sort, "sort", Find, &[(Board, "s")], on_board, false, None),
    row!(Fold, "fold", Find, &[(Board, "-")], has_stage, false, None),
    row!(Pin, "pin", Find, &[(Board, "|")], has_stage, false, None),
    row!(Density, "density", Find, &[(Board, "z")], on_board, false, None),
    row!(Unseen, "unseen", Find, &[(Board, "+")], has_unseen, false, Some(9)),
    row!(Pipelines, "pipeline", Find, &[(Board, "p"), (Board, "g p"), (Funnel, "p"), (Forecast, "p"), (Leaderboard, "p")], several_pipelines, false, Some(12)),
    row!(Why, "why", Report, &[(Funnel, "w"), (Leaderboard, "y"), (Leaderboard, "w")], has_why, false, Some(2)),
    row!(Metric, "metric", Report, &[(Goals, "m"), (Leaderboard, "m")], has_metric, false, Some(2)),
    row!(Count, "count", Report, &[(Goals, "#"), (Leaderboard, "#")], has_metric, false, Some(3)),
    row!(OfTarget, "of-target", Report, &[(Leaderboard, "%")], on_leaderboard, false, Some(4)),
    row!(Teams, "teams", Report, &[(Leaderboard, "tab")], on_leaderboard, false, Some(5)),
    row!(Divide, "divide", Report, &[(Goals, "d")], on_goal, false, Some(6)),
    row!(Weight, "weight", Report, &[(Goals, "w")], on_goal, false, Some(7)),
    row!(Lock, "lock", Report, &[(Goals, "L")], on_goal, false, Some(8)),
    row!(Strict, "strict", Report, &[(Goals, "=")], on_goals, false, None),
    row!(Cycle, "cycle", Report, &[(Funnel, "c"), (Forecast, "c"), (Goals, "c"), (Digest, "c"), (Leaderboard, "c"), (RewardStatistics, "c"), (Fairness, "c")], on_report, false, Some(3)),
    row!(CycleBefore, "earlier", Report, &[(Funnel, "["), (Forecast, "["), (Goals, "["), (Digest, "["), (Leaderboard, "["), (RewardStatistics, "["), (Fairness, "[")], on_report, false, Some(4)),
    row!(CycleAfter, "later", Report, &[(Funnel, "]"), (Forecast, "]"), (Goals, "]"), (Digest, "]"), (Leaderboard, "]"), (RewardStatistics, "]"), (Fairness, "]")], on_report, false, Some(5)),
    row!(Versus, "versus", Report, &[(Funnel, "v")], on_report, false, Some(6)),
    row!(Whose, "whose", Report, &[(Funnel, "o"), (Forecast, "o"), (Digest, "o"), (Changes, "o"), (Leaderboard, "o"), (NextActions, "o"), (RewardStatistics, "o"), (Fairness, "o")], has_whose, false, Some(7)),
    row!(AsOf, "as-of", Report, &[(Board, "t"), (Funnel, "t"), (Forecast, "t")], has_past, false, Some(10)),
    row!(Difference, "difference", Report, &[(Funnel, "D"), (Forecast, "D"), (Changes, "D")], on_report, false, Some(10)),
    row!(Reload, "reload", Report, &[(Board, "r"), (Funnel, "r"), (Forecast, "r"), (Goals, "r"), (Digest, "r"), (Drill, "r"), (Changes, "r"), (Leaderboard, "r"), (RewardStatistics, "r"), (Fairness, "r"), (Rewards, "r"), (TeamFeed, "r"), (RewardList, "r"), (Rehearsal, "r")], can_reload, false, None),
    row!(NextPane, "next-pane", Navigate, &[(Funnel, "tab"), (Forecast, "tab")], has_panes, false, Some(9)),
    row!(PreviousPane, "previous-pane", Navigate, &[(Funnel, "backtab"), (Forecast, "backtab")], has_panes, false, None),
    row!(Left, "left", Navigate, &[(Board, "h"), (Board, "left"), (Funnel, "h"), (Funnel, "left"), (Goals, "h"), (Goals, "left"), (Leaderboard, "h"), (Leaderboard, "left")], has_columns, false, None),
    row!(Down, "down", Navigate, &[(Global, "j"), (Global, "down")], always, false, None),
    row!(Up, "up", Navigate, &[(Global, "k"), (Global, "up")], always, false, None),
    row!(Right, "right", Navigate, &[(Board, "l"), (Board, "right"), (Funnel, "l"), (Funnel, "right"), (Goals, "l"), (Goals, "right"), (Leaderboard, "l"), (Leaderboard, "right")], has_columns, false, None),
    row!(First, "first", Navigate, &[(Global, "g g"), (Global, "home")], always, false, None),
    row!(Last, "last", Navigate, &[(Global, "G"), (Global, "end")], always, false, None),
    row!(HalfPageDown, "half-page-down", Navigate, &[(Global, "ctrl-d"), (Global, "pagedown")], always, false, None),
    row!(HalfPageUp, "half-page-up", Navigate, &[(Global, "ctrl-u"), (Global, "pageup")], always, false, None),
    row!(GoBoard, "board", Navigate, &[(Global, "g b")], set_up, false, None),
    row!(GoAlerts, "alerts", Navigate, &[(Global, "g a")], not_on_alerts, false, Some(11)),
    row!(GoNextActions, "next", Navigate, &[(Global, "g q")], set_up, false, None),
    row!(OpenCustomer, "customer", Navigate, &[(Board, "C"), (Opportunity, "C"), (Alerts, "C"), (NextActions, "C")], has_customer, false, None),
    row!(GoInbox, "inbox", Navigate, &[(Global, "g i")], set_up, false, None),
    row!(GoFunnel, "funnel", Navigate, &[(Global, "g f")], not_on_funnel, false, Some(13)),
    row!(GoForecast, "forecast", Navigate, &[(Global, "g F")], set_up, false, None),
    row!(GoGoals, "goals", Navigate, &[(Global, "g o")], set_up, false, None),
    row!(GoLeaderboard, "leaderboard", Navigate, &[(Global, "g l")], set_up, false, None),
    row!(GoDigest, "digest", Navigate, &[(Global, "g d")], set_up, false, None),
    row!(GoRewards, "rewards", Navigate, &[(Global, "g r")], set_up, false, None),
    row!(GoSchemes, "schemes", Navigate, &[(Global, "g s")], set_up, false, None),
    row!(GoStatistics, "statistics", Navigate, &[(Global, "g S")], set_up, false, None),
    row!(GoFairness, "fairness", Navigate, &[(Global, "g e")], set_up, false, None),
    row!(GoFeed, "feed", Navigate, &[(Global, "g n")], set_up, false, None),
    row!(Back, "back", Navigate, &[(Global, "ctrl-o"), (Global, "alt-left"), (Funnel, "esc"), (Funnel, "backspace"), (Drill, "esc"), (Forecast, "esc"), (Goals, "esc"), (Digest, "esc"), (Changes, "esc"), (Leaderboard, "esc"), (Opportunity, "esc"), (Opportunity, "backspace"), (Alerts, "esc"), (NextActions, "esc"), (Customer, "esc"), (Inbox, "esc"), (Rewards, "esc"), (TeamFeed, "esc"), (RewardList, "esc"), (Schemes, "esc"), (RewardStatistics, "esc"), (Fairness, "esc"), (Rehearsal, "esc")], can_go_back, false, Some(0)),
    row!(JumpForward, "jump-forward", Navigate, &[(Global, "tab"), (Global, "alt-right")], can_go_ahead, false, None),
    row!(Jump, "jump", Navigate, &[(Global, "f")], set_up, false, None),
    row!(Palette, "palette", Program, &[(Global, ":")], always, false, Some(20)),
    row!(Help, "help", Program, &[(Global, "?"), (Global, "f1")], always, false, Some(21)),
    row!(Theme, "theme", Program, &[(Global, "g t")], always, false, None),
    row!(Language, "language", Program, &[(Global, "g L")], always, false, None),
    row!(AlwaysPreview, "preview", Program, &[(Global, "P")], set_up, false, None),
    row!(TeamWins, "team-wins", Program, &[(Global, "g w")], set_up, false, None),
    row!(Mouse, "mouse", Program, &[(Global, "M")], always, false, None),
    row!(Redraw, "redraw", Program, &[(Global, "ctrl-l")], always, false, None),
    row!(Suspend, "suspend", Program, &[(Global, "ctrl-z")], always, false, None),
    row!(Quit, "quit", Program, &[(Global, "q")], always, false, Some(22)),
    row!(ForceQuit, "interrupt", Program, &[(Global, "ctrl-c")], always, false, None),
    row!(SetUpDefault, "set-up-default", Program, &[(FirstRun, "1"), (FirstRun, "enter")], first_run, false, Some(1)),
    row!(SetUpClassic, "set-up-classic", Program, &[(FirstRun, "2")], first_run, false, Some(2)),
    row!(SetUpImport, "set-up-import", Program, &[(FirstRun, "3")], first_run, false, Some(3)),
    row!(SetUpDemo, "set-up-demo", Program, &[(FirstRun, "4")], first_run, false, Some(4)),
    row!(SetUpEdit, "set-up-edit", Program, &[(FirstRun, "e")], first_run, false, Some(5)),
];

/// The row of a verb.
pub fn row(command: Command) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.command == command)
}

/// The rows that do something here and now, in the table's order.
pub fn available(model: &Model) -> impl Iterator<Item = &'static Row> + '_ {
    let context = Context::of(model.screen);
    TABLE
        .iter()
        .filter(move |row| row.works_on(context))
        .filter(|row| (row.available)(model))
        .filter(|row| !(row.command.changes_deals() && model.past_on_board().is_some()))
}

impl Row {
    /// Its one or two words in the footer: what it does first here and now.
    pub fn short<'a>(&self, model: &'a Model) -> &'a str {
        let key = match self.command {
            Command::ClearFilter if model.has_selection() => "short-selection",
            Command::Acknowledge if model.follow_up().is_some() => "short-came",
            Command::ClearFilter if model.past_on_board().is_some() => "short-present",
            _ => self.short_key,
        };
        model.strings.say(key)
    }

    /// It is one of those that help most on a screen. What rewards people is offered where rewards are looked at, though it works
    /// everywhere; what works everywhere only is offered everywhere.
    pub fn is_in_footer(&self, context: Context) -> bool {
        let own = self.keys.iter().any(|(wanted, _)| *wanted == context);
        let elsewhere = self.keys.iter().any(|(wanted, _)| *wanted != Global);
        self.footer.is_some() && (own || self.category != Category::Reward || !elsewhere)
    }

    /// It can do something on a screen, or everywhere.
    pub fn works_on(&self, context: Context) -> bool {
        let mut contexts = self.keys.iter().map(|(wanted, _)| *wanted);
        contexts.any(|wanted| wanted == context || wanted == Global)
    }
}
