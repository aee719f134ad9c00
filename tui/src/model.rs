//! All state of the screen client: plain data, no handles, no clock.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::board_view::BoardView;
use crate::bulk::{self, Bulk};
use crate::config::Config;
use crate::drafts::Drafts;
pub use crate::effect_request::{Action, Changes, Draft, Effect, Exit, NamedRef, PipelineTemplate};
use crate::follow_up::FollowUps;
use crate::herald::Herald;
pub use crate::hits::{Hits, Target};
use crate::incentive::Purse;
use crate::keymap::{Context, Key};
use crate::layer::Layer;
use crate::list::ListState;
use crate::live::Live;
use crate::memory::{Memory, Mind};
use crate::past::PastBoard;
pub use crate::pending::{Origin, Pending};
pub use crate::picture::Picture;
use crate::pointer::Pointer;
use crate::query::Query;
pub use crate::queue::{NEXT_ACTIONS_US, NextActions};
use crate::recent::Recent;
pub use crate::record::*;
use crate::report::funnel::FunnelCursor;
use crate::report::goals::GoalGrid;
use crate::report::incentives::{RehearsalAsked, RewardDrill, RewardLens};
use crate::report::{Between, Contest, Drill, Lens, Reports};
pub use crate::screen::Screen;
use crate::strings::{Language, Strings};
use crate::theme::{Choice, Look, Theme};
use crate::timeline::Happening;
use crate::undo;
pub use crate::undo::UNDO_US;
use crate::wall::Wall;
use crate::window::Terminal;
use crate::workdays::{StageClock, stage_clock};

/// How long the keys that may follow a prefix stay hidden, in microseconds.
pub const WHICH_KEY_US: Micros = 300_000;
/// How long a changed card stays tinted.
pub const TINT_US: Micros = 4 * SECOND_US;
/// How long good news stay.
pub const NOTICE_US: Micros = 5 * SECOND_US;
/// How long bad news stay, unless Esc takes them away.
pub const PROBLEM_US: Micros = 20 * SECOND_US;
/// Most notices kept; the oldest go first.
pub const MAX_NOTICES: usize = 4;
/// Most places kept to go back to.
pub const MAX_BACK: usize = 50;
/// Most tinted cards: a storm of changes tints the last ones only.
pub const MAX_TINTS: usize = 2_000;

/// The link to the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// Not yet.
    #[default]
    Connecting,
    /// Changes arrive.
    Live,
    /// Gone, being tried again.
    Lost {
        /// When it was last good.
        since: Micros,
        /// Why.
        reason: String,
    },
    /// Gone for good.
    Stopped {
        /// Why.
        reason: String,
    },
}

/// The selection of a column: an id and the screen row it keeps, never an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The card.
    pub id: u64,
    /// Its place among all shown, so that a neighbour is found when it leaves.
    pub place: usize,
    /// Its row among the cards on the screen.
    pub row: usize,
}

/// How good news are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// As wished.
    Good,
    /// To know.
    Info,
    /// Refused or failed.
    Problem,
}

/// A line of news at the bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How good.
    pub severity: Severity,
    /// What, why, what to do.
    pub text: String,
    /// When it goes.
    pub until: Micros,
}

/// Keys pressed so far of a longer one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// `5` of `5j`; none = 1.
    pub count: Option<u32>,
    /// `g` of `gb`.
    pub keys: Vec<Key>,
    /// When the last one came.
    pub since: Micros,
}

/// A move the server was asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedMove {
    /// The deal.
    pub id: u64,
    /// Where to.
    pub stage_id: u64,
}

/// The filter that is on.
#[derive(Clone, Debug, PartialEq)]
pub struct ActiveFilter {
    /// As typed.
    pub text: String,
    /// As understood.
    pub query: Query,
}

/// What is known of the deal on its own screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DetailState {
    /// History and the rest, once read.
    pub detail: Option<Detail>,
    /// Why it could not be read.
    pub problem: Option<String>,
    /// What happened to the customer on its own screen, newest first, or why it could not be read.
    pub timeline: Option<Result<Vec<Happening>, String>>,
    /// First line shown.
    pub scroll: usize,
}

/// The picture being received.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Incoming {
    /// What came so far.
    pub picture: Picture,
}

/// What the caller knows before the first message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// Language of the words.
    pub language: Language,
    /// What decides how things look.
    pub look: Look,
    /// Makes request ids unique: random, one a session.
    pub session_id: String,
    /// Offered as the workspace's name on the first run, e.g. the person's.
    pub person: String,
    /// The system's IANA time zone, e.g. `Asia/Shanghai`.
    pub time_zone: String,
    /// Proposed currency, e.g. `USD`.
    pub currency: String,
    /// The demonstration: said in the header.
    pub demo: bool,
    /// Nothing moves on the screen by itself, whatever the settings say: no unfolding packets.
    pub reduced_motion: bool,
    /// The person's settings.
    pub config: Arc<Config>,
    /// What the session before left.
    pub memory: Memory,
    /// What was typed and not saved when the program ended.
    pub drafts: Drafts,
}

/// What holds where the settings say nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unset {
    /// The system's language.
    pub language: Language,
    /// The session was started without motion.
    pub reduced_motion: bool,
    /// The theme chosen by a key before.
    pub theme: Choice,
}

/// What the person typed for the new workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetUp {
    /// Its name.
    pub name: String,
    /// ISO 4217 code.
    pub currency: String,
    /// IANA name.
    pub time_zone: String,
}

/// All state.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The last clock message.
    pub now: Micros,
    /// The workspace's zone, or the system's before it is known.
    pub zone: TimeZone,
    /// Words.
    pub strings: Strings,
    /// What decides how things look.
    pub look: Look,
    /// How things look: what comes of that.
    pub theme: Theme,
    /// The person's settings: keys, and what a session begins with.
    pub config: Arc<Config>,
    /// The demonstration is shown.
    pub demo: bool,
    /// Random part of request ids.
    pub session_id: String,
    /// Requests made so far.
    pub requests: u64,

    /// The link.
    pub link: Link,
    /// The server's address.
    pub target: String,
    /// The commit log of the picture.
    pub log_id: String,
    /// The person's own member record.
    pub me: Option<u64>,
    /// A complete picture has been received.
    pub loaded: bool,
    /// The picture being received.
    pub incoming: Option<Box<Incoming>>,
    /// What there is.
    pub picture: Picture,
    /// The picture's revision.
    pub revision: u64,
    /// When the last commit seen live was made.
    pub last_commit: Option<Micros>,
    /// The server's cards where this screen shows its own unconfirmed change; none = not on the server's board.
    pub truth: HashMap<u64, Option<Card>>,
    /// Not yet confirmed, oldest first.
    pub pending: Vec<Pending>,
    /// Cards changed lately, until when they are tinted.
    pub tints: HashMap<u64, Micros>,

    /// Which screen.
    pub screen: Screen,
    /// Where ctrl-o goes.
    pub back: Vec<Screen>,
    /// Where one came back from, the nearest last.
    pub ahead: Vec<Screen>,
    /// The pipeline shown.
    pub pipeline_id: Option<u64>,
    /// The focused stage.
    pub focus: Option<u64>,
    /// First shown column.
    pub first_column: usize,
    /// How the person has arranged the board.
    pub view: BoardView,
    /// What changed lately, and what came unseen.
    pub live: Live,
    /// What the mouse is doing.
    pub pointer: Pointer,
    /// What the wall board shows in turn; none at a person's own screen.
    pub wall: Option<Wall>,
    /// What makes itself heard beyond the screen.
    pub herald: Herald,
    /// Selection per stage.
    pub anchors: BTreeMap<u64, Anchor>,
    /// Selection of each screen that is a list.
    pub lists: HashMap<Context, ListState>,
    /// The filter.
    pub filter: Option<ActiveFilter>,
    /// The deal on its own screen.
    pub detail: DetailState,
    /// What the server computed for the report screens.
    pub reports: Reports,
    /// What part of the process those show.
    pub lens: Lens,
    /// The figure of the funnel that the cursor is on.
    pub funnel: FunnelCursor,
    /// The list behind a figure.
    pub drill: Option<Drill>,
    /// The month of the forecast that the cursor was moved to; none while it is on the present one.
    pub forecast_row: Option<usize>,
    /// The deal of the digest that the cursor is on.
    pub digest_row: usize,
    /// The goals' grid.
    pub goals: GoalGrid,
    /// What the leaderboard ranks.
    pub contest: Contest,
    /// The past instant that the board shows, or showed last.
    pub past: Option<PastBoard>,
    /// The instants whose difference is shown.
    pub between: Between,
    /// Layers, the top one last.
    pub layers: Vec<Layer>,
    /// News.
    pub notices: Vec<Notice>,
    /// Keys so far.
    pub typed: Typed,
    /// The mouse is ours.
    pub mouse: bool,
    /// What the terminal does, beside how it looks.
    pub terminal: Terminal,
    /// What is remembered for the next session.
    pub mind: Mind,
    /// What was typed and is not saved yet.
    pub drafts: Drafts,
    /// Lines entered before.
    pub recent: Recent,
    /// Keys, pastes and clicks so far.
    pub presses: u64,
    /// What to do next.
    pub next_actions: NextActions,
    /// What the person promised to come back to.
    pub follow_ups: FollowUps,
    /// What of the rewards is the person's own.
    pub purse: Purse,
    /// Nothing moves on the screen by itself.
    pub reduced_motion: bool,
    /// What holds where the settings say nothing.
    pub unset: Unset,
    /// What the figures of rewards are about.
    pub reward_lens: RewardLens,
    /// The rewards behind a figure.
    pub reward_drill: Option<RewardDrill>,
    /// The rehearsal on the screen.
    pub rehearsal: Option<RehearsalAsked>,
    /// What the person did and can take back, the last one last.
    pub done: Vec<undo::Entry>,
    /// What the person took back, the last one last.
    pub undone: Vec<undo::Entry>,
    /// What the person did last, to be done again to others.
    pub last_act: Option<bulk::Act>,
    /// What is selected on the board, and what goes on with it.
    pub bulk: Bulk,
    /// The move whose preview is awaited.
    pub asked_move: Option<AskedMove>,
    /// Every move is shown before it is made, not only one with something missing.
    pub always_preview: bool,
    /// For the new workspace.
    pub set_up: SetUp,
    /// The wish for a new workspace has been sent.
    pub setting_up: bool,
    /// After set-up, say how to import.
    pub import_next: bool,

    /// What is where on the screen, as last painted.
    pub hits: Hits,
    /// Something visible changed since the last painting.
    pub dirty: bool,
}

impl Model {
    /// The state before the first message.
    pub fn new(start: Start) -> Self {
        let zone = TimeZone::get(&start.time_zone).unwrap_or(TimeZone::UTC);
        let mut model = Self {
            size: (0, 0),
            now: 0,
            zone,
            strings: Strings::new(start.language),
            theme: start.look.theme(),
            look: start.look,
            config: Arc::new(Config::default()),
            demo: start.demo,
            session_id: start.session_id,
            requests: 0,
            link: Link::Connecting,
            target: String::new(),
            log_id: String::new(),
            me: None,
            loaded: false,
            incoming: None,
            picture: Picture::default(),
            revision: 0,
            last_commit: None,
            truth: HashMap::new(),
            pending: Vec::new(),
            tints: HashMap::new(),
            screen: Screen::Board,
            back: Vec::new(),
            ahead: Vec::new(),
            pipeline_id: None,
            focus: None,
            first_column: 0,
            view: BoardView::default(),
            live: Live::default(),
            pointer: Pointer::default(),
            wall: None,
            herald: Herald::default(),
            anchors: BTreeMap::new(),
            lists: HashMap::new(),
            filter: None,
            detail: DetailState::default(),
            reports: Reports::default(),
            lens: Lens::default(),
            funnel: FunnelCursor::default(),
            drill: None,
            forecast_row: None,
            digest_row: 0,
            goals: GoalGrid::default(),
            contest: Contest::default(),
            past: None,
            between: Between::default(),
            layers: Vec::new(),
            notices: Vec::new(),
            typed: Typed::default(),
            mouse: true,
            terminal: Terminal::default(),
            mind: Mind {
                memory: start.memory,
                ..Mind::default()
            },
            drafts: start.drafts,
            recent: Recent::default(),
            presses: 0,
            next_actions: NextActions::default(),
            follow_ups: FollowUps::default(),
            purse: Purse::default(),
            reduced_motion: start.reduced_motion,
            unset: Unset {
                language: start.language,
                reduced_motion: start.reduced_motion,
                theme: Choice::Auto,
            },
            reward_lens: RewardLens::default(),
            reward_drill: None,
            rehearsal: None,
            done: Vec::new(),
            undone: Vec::new(),
            last_act: None,
            bulk: Bulk::default(),
            asked_move: None,
            always_preview: false,
            set_up: SetUp {
                name: start.person,
                currency: start.currency,
                time_zone: start.time_zone,
            },
            setting_up: false,
            import_next: false,
            hits: Hits::default(),
            dirty: true,
        };
        crate::update::recall_choices(&mut model);
        crate::update::take_settings(&mut model, start.config);
        model
    }

    /// How numbers are written.
    pub fn locale(&self) -> Language {
        self.strings.language()
    }

    /// Decimal places of the workspace's currency.
    pub fn minor_digits(&self) -> u8 {
        minor_digits(self.currency())
    }

    /// ISO 4217 code of the workspace's currency.
    pub fn currency(&self) -> &str {
        self.picture
            .workspace
            .as_ref()
            .map_or(self.set_up.currency.as_str(), |workspace| {
                workspace.currency.as_str()
            })
    }

    /// Today, in the workspace's zone.
    pub fn today(&self) -> Date {
        self.date_of(self.now)
    }

    /// The day of an instant, in the workspace's zone.
    pub fn date_of(&self, time: Micros) -> Date {
        jiff::Timestamp::from_microsecond(time)
            .unwrap_or_default()
            .to_zoned(self.zone.clone())
            .date()
    }

    /// The first instant of a day, in the workspace's zone.
    pub fn start_of(&self, day: Date) -> Micros {
        let zoned = day.to_zoned(self.zone.clone());
        zoned.map_or(0, |zoned| zoned.timestamp().as_microsecond())
    }

    /// The pipeline shown.
    pub fn pipeline(&self) -> Option<&Pipeline> {
        self.pipeline_id
            .and_then(|id| self.picture.pipelines.get(&id))
    }

    /// The link is not well, or the board shows the past, and the person must know.
    pub fn banner_needed(&self) -> bool {
        self.link_is_down() || self.past_on_board().is_some()
    }

    /// The link is gone.
    pub fn link_is_down(&self) -> bool {
        matches!(self.link, Link::Lost { .. } | Link::Stopped { .. })
    }

    /// The deal that verbs act on.
    pub fn selected(&self) -> Option<&Card> {
        match self.screen {
            Screen::Board => {
                let anchor = self.anchors.get(&self.focus?)?;
                self.picture.board.card(anchor.id)
            }
            Screen::Opportunity(id) => self.picture.board.card(id),
            Screen::Alerts => {
                let alert = crate::screens::alerts::selected(self)?;
                self.picture.board.card(alert.opportunity_id)
            }
            Screen::NextActions => {
                let promised = self.follow_up().map(|row| row.opportunity_id);
                self.picture.board.card(promised.or(self.list().id)?)
            }
            Screen::Inbox => {
                let item = crate::screens::inbox::selected(self)?;
                self.picture.board.card(item.deal(self)?)
            }
            Screen::Customer(_)
            | Screen::Funnel
            | Screen::Drill
            | Screen::Forecast
            | Screen::Goals
            | Screen::Leaderboard
            | Screen::Digest
            | Screen::Changes
            | Screen::Rewards
            | Screen::TeamFeed
            | Screen::Schemes
            | Screen::Rehearsal
            | Screen::RewardStatistics
            | Screen::Fairness
            | Screen::RewardList
            | Screen::FirstRun => None,
        }
    }

    /// The selection of the list on the screen.
    pub fn list(&self) -> ListState {
        let context = Context::of(self.screen);
        self.lists.get(&context).copied().unwrap_or_default()
    }

    /// A deal's stage clock at the instant seen, by its pipeline's calendar.
    pub fn stage_clock(&self, card: &Card, stage: &Stage) -> StageClock {
        static EVERY_DAY: std::sync::LazyLock<Calendar> =
            std::sync::LazyLock::new(Calendar::default);
        let calendar = self
            .picture
            .pipeline_of(stage.id)
            .map_or(&*EVERY_DAY, |pipeline| &pipeline.calendar);
        stage_clock(card, stage, calendar, &self.zone, self.seen_at())
    }

    /// The time between two instants by the calendar of a stage's pipeline.
    pub fn worked_us(&self, stage_id: u64, from: Micros, to: Micros) -> Micros {
        let pipeline = self.picture.pipeline_of(stage_id);
        match pipeline {
            Some(pipeline) => pipeline.calendar.elapsed_us(&self.zone, from, to),
            None => (to - from).max(0),
        }
    }

    /// An unconfirmed change touches this card.
    pub fn is_pending(&self, id: u64) -> bool {
        !self.past_is_shown() && self.pending.iter().any(|pending| pending.card == Some(id))
    }

    /// The keys that may follow are to be shown.
    pub fn which_key_shown(&self) -> bool {
        !self.typed.keys.is_empty() && self.now - self.typed.since >= WHICH_KEY_US
    }
}
