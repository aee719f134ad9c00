//! What the server keeps, in the client's own plain types: no wire type goes further than the effect side.

use jiff::civil::Date;

pub use crate::attention::{Alert, Approval, Message};
use crate::incentive::Scheme;
use crate::timeline::Happening;
pub use crate::workdays::Calendar;

/// Microseconds since the Unix epoch, UTC.
pub type Micros = i64;

/// Microseconds in a second.
pub const SECOND_US: Micros = 1_000_000;
/// Microseconds in 24 hours, the day that stagnation periods count in.
pub const DAY_US: Micros = 86_400 * SECOND_US;

/// The workspace (企业): whose board this is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workspace {
    /// What people call it.
    pub name: String,
    /// IANA time zone, e.g. `Asia/Shanghai`.
    pub time_zone: String,
    /// ISO 4217 code of its only currency.
    pub currency: String,
    /// Revision of its last change.
    pub revision: u64,
}

/// A team (团队).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Team {
    /// `teams/ID`.
    pub id: u64,
    /// What people call it.
    pub name: String,
    /// The team above it.
    pub parent_id: Option<u64>,
    /// The member who manages it.
    pub manager_id: Option<u64>,
}

/// What a member may do (DOMAIN.md §9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MemberRole {
    /// Settings and members.
    Admin,
    /// Reads all.
    Executive,
    /// Their own team and those below.
    Manager,
    /// Their own deals.
    #[default]
    Rep,
    /// A token with stated scopes.
    Script,
}

/// A member (成员).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Member {
    /// `members/ID`.
    pub id: u64,
    /// What people call them.
    pub name: String,
    /// Their team.
    pub team_id: Option<u64>,
    /// What they may do.
    pub role: MemberRole,
    /// False once they have left.
    pub active: bool,
}

/// What being in a stage means (DOMAIN.md §2): decided by kind, never by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum StageKind {
    /// The deal is alive.
    #[default]
    Open,
    /// 成交.
    Won,
    /// 失败.
    Lost,
}

/// A stage (阶段) of a pipeline, in the pipeline's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// `stages/ID`.
    pub id: u64,
    /// What people call it.
    pub name: String,
    /// Open, won or lost.
    pub kind: StageKind,
    /// Win probability in basis points, 0..=10 000.
    pub win_probability_bp: u32,
    /// Stage clock at which a deal is stalled (停滞); none = never.
    pub stagnation_us: Option<Micros>,
    /// Its gate demands something of the deals that enter.
    pub gated: bool,
    /// A retired stage takes no new deals, and is shown only while it holds some.
    pub retired: bool,
}

/// How far a deal is on its way to stagnation (停滞, DOMAIN.md §3), as the server keeps it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Under 80 % of the stage's period, or the stage has none.
    #[default]
    Moving,
    /// 80 % and more.
    Approaching,
    /// 100 % and more.
    Stalled,
    /// 150 % and more.
    Critical,
}

impl Level {
    /// Stalled or worse: what the stalled count and amount count.
    pub fn is_stalled(self) -> bool {
        self >= Self::Stalled
    }
}

/// A pipeline (销售流程) with its stages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pipeline {
    /// `pipelines/ID`.
    pub id: u64,
    /// What people call it.
    pub name: String,
    /// In the order people read them.
    pub stages: Vec<Stage>,
    /// A retired pipeline is not offered for new deals.
    pub retired: bool,
    /// Which days its stage clocks run on.
    pub calendar: Calendar,
}

/// A customer (客户): only what the board and the entry need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Customer {
    /// `customers/ID`.
    pub id: u64,
    /// The company's name.
    pub name: String,
    /// Where it works.
    pub sites: Vec<Site>,
}

/// A point on the earth, in ten-millionths of a degree: no float anywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coordinates {
    /// Degrees north × 10,000,000.
    pub latitude_e7: i32,
    /// Degrees east × 10,000,000.
    pub longitude_e7: i32,
}

/// A place where a customer works.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// What people call it.
    pub name: String,
    /// Where it is, once somebody has said.
    pub coordinates: Option<Coordinates>,
}

/// Where a person says they were: a terminal has no position of its own, so that neither proves anything (DOMAIN.md §8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckInPlace {
    /// At a site of the customer, by its name.
    Named(String),
    /// At typed coordinates.
    Typed(Coordinates),
}

/// A contact (联系人), usually at a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// `contacts/ID`.
    pub id: u64,
    /// Where they work; none while not known.
    pub customer_id: Option<u64>,
    /// Their name.
    pub name: String,
    /// Their job title, as written; may be empty.
    pub title: String,
    /// Role in the decision chain, in words; may be empty.
    pub role: String,
    /// Stance towards us, in words; may be empty.
    pub stance: String,
    /// Telephone; may be empty.
    pub phone: String,
    /// E-mail; may be empty.
    pub email: String,
}

/// An opportunity (商机) as a card on the board.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// `opportunities/ID`; ids from [`FIRST_LOCAL_ID`] up are cards the server has not yet confirmed.
    pub id: u64,
    /// What people call it.
    pub name: String,
    /// In minor units of the workspace's currency.
    pub amount_minor: i64,
    /// The pipeline of its stage.
    pub pipeline_id: u64,
    /// Where it stands.
    pub stage_id: u64,
    /// Who sells it; none = unassigned.
    pub owner_id: Option<u64>,
    /// Who may buy it.
    pub customer_id: Option<u64>,
    /// Expected contract date; imported history may lack it.
    pub contract_date: Option<Date>,
    /// The deal's own win probability, when it overrides its stage's.
    pub win_probability_bp: Option<u32>,
    /// When it entered its present stage, this time.
    pub stage_entered_us: Micros,
    /// Time spent in its present stage during earlier visits (the clock is cumulative, DOMAIN.md §3).
    pub stage_clock_before_us: Micros,
    /// How far it is on its way to stagnation.
    pub level: Level,
    /// When it reached that level; none while it moves.
    pub level_since_us: Option<Micros>,
    /// Furthest stage it ever reached.
    pub high_water_stage_id: Option<u64>,
    /// When it was created.
    pub created_us: Micros,
    /// Archived deals are off the board.
    pub archived: bool,
    /// Why it was lost; empty unless it stands in a LOST stage.
    pub lost_reason: String,
    /// Grade as written; may be empty.
    pub grade: String,
    /// Source as written; may be empty.
    pub source: String,
    /// Free note; may be empty.
    pub note: String,
    /// Revision of its last change; the etag is `r<revision>`.
    pub revision: u64,
}

/// Ids from here up belong to cards that exist on this screen only, until the server has given them their own.
pub const FIRST_LOCAL_ID: u64 = 1 << 63;

impl Card {
    /// Time spent in the present stage over the deal's whole life, at `now`, all days counted.
    pub fn stage_clock_us(&self, now: Micros) -> Micros {
        self.stage_clock_before_us + now.saturating_sub(self.stage_entered_us).max(0)
    }

    /// True while the server has not yet given it an id.
    pub fn is_local(&self) -> bool {
        self.id >= FIRST_LOCAL_ID
    }
}

/// What kind of step a history entry is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MoveKind {
    /// The deal was created in this stage.
    #[default]
    Created,
    /// To a later open stage or to WON.
    Forward,
    /// To an earlier open stage.
    Backward,
    /// To WON.
    Won,
    /// To LOST.
    Lost,
    /// From WON or LOST back to an open stage.
    Reopened,
    /// The same stage once more; imported histories only.
    Stayed,
}

/// One line of a deal's stage history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageEntry {
    /// The stage entered.
    pub stage_id: u64,
    /// When.
    pub entered_us: Micros,
    /// When it was left; none = it stands there now.
    pub left_us: Option<Micros>,
    /// How it got there.
    pub kind: MoveKind,
    /// The member who moved it.
    pub actor_id: Option<u64>,
    /// Who moved it, as the server names them.
    pub actor: String,
    /// Whether the move earned credit.
    pub credited: bool,
    /// Why not, as the server's stable word (`BELOW_HIGH_WATER` …); empty when credited.
    pub uncredited_reason: String,
    /// The reason given for losing or reopening; may be empty.
    pub reason: String,
    /// Why a manager let it through a gate that was not met; empty when it was met.
    pub override_reason: String,
}

/// What was done with the customer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ActivityKind {
    /// 电话.
    #[default]
    Call,
    /// 拜访.
    Visit,
    /// 会议.
    Meeting,
    /// 演示.
    Demo,
    /// 邮件.
    Email,
    /// 备注.
    Note,
    /// Anything else.
    Other,
}

impl ActivityKind {
    /// The kinds a person can log, in the order the form offers them.
    pub const ALL: [ActivityKind; 7] = [
        ActivityKind::Call,
        ActivityKind::Visit,
        ActivityKind::Meeting,
        ActivityKind::Demo,
        ActivityKind::Email,
        ActivityKind::Note,
        ActivityKind::Other,
    ];
}

/// A logged activity (销售活动).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    /// `activities/ID`.
    pub id: u64,
    /// The deal it belongs to.
    pub opportunity_id: Option<u64>,
    /// What was done.
    pub kind: ActivityKind,
    /// What for, as written; may be empty.
    pub purpose: String,
    /// What was said, as written; may be empty.
    pub note: String,
    /// When it happened.
    pub happened_us: Micros,
    /// Who did it.
    pub member_id: Option<u64>,
    /// With whom.
    pub contact_id: Option<u64>,
    /// The day of the next step.
    pub follow_up: Option<Date>,
    /// Where, and what the server makes of it.
    pub check_in: Option<CheckedIn>,
}

/// How far a check-in can be trusted (DOMAIN.md §8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// A device was at the customer's site.
    Verified,
    /// Nobody can tell: named or typed.
    #[default]
    Unverified,
    /// A device was elsewhere.
    Invalid,
}

/// A check-in as the server judged it (签到).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckedIn {
    /// How far it can be trusted.
    pub trust: Trust,
    /// The site; may be empty.
    pub site: String,
    /// Metres from it, when there was something to measure.
    pub distance_m: Option<u32>,
    /// Why it does not count, as the server's stable word; empty when it does.
    pub uncredited_reason: String,
}

/// One deal of a person's own queue: amount × gain in win probability ÷ days to stagnation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NextAction {
    /// The deal.
    pub opportunity_id: u64,
    /// The stage it stood in when the queue was made.
    pub stage_id: u64,
    /// Where it should go.
    pub next_stage_id: u64,
    /// How much likelier it would be won there, in basis points.
    pub gain_bp: u32,
    /// Whole days since the last activity.
    pub idle_days: u32,
}

/// Everything the detail screen shows beyond the card itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// The deal.
    pub card: Card,
    /// What happened to it, newest first.
    pub timeline: Vec<Happening>,
    /// The deal's own, then the others of its customer.
    pub contacts: Vec<Contact>,
    /// Members who help.
    pub collaborator_ids: Vec<u64>,
}

/// Any of the things a watch carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resource {
    /// See [`Workspace`].
    Workspace(Workspace),
    /// See [`Team`].
    Team(Team),
    /// See [`Member`].
    Member(Member),
    /// See [`Pipeline`].
    Pipeline(Pipeline),
    /// See [`Customer`].
    Customer(Customer),
    /// See [`Contact`].
    Contact(Contact),
    /// See [`Card`].
    Opportunity(Box<Card>),
    /// See [`Activity`].
    Activity(Activity),
    /// See [`Alert`].
    Alert(Alert),
    /// See [`Approval`].
    Approval(Approval),
    /// See [`Message`].
    Message(Message),
    /// See [`Scheme`].
    Scheme(Box<Scheme>),
}

/// Names a resource that left the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResourceKey {
    /// The workspace.
    Workspace,
    /// A team.
    Team(u64),
    /// A member.
    Member(u64),
    /// A pipeline.
    Pipeline(u64),
    /// A customer.
    Customer(u64),
    /// A contact.
    Contact(u64),
    /// An opportunity.
    Opportunity(u64),
    /// An activity.
    Activity(u64),
    /// An alert.
    Alert(u64),
    /// A request for approval.
    Approval(u64),
    /// A message in an inbox.
    Message(u64),
    /// A scheme.
    Scheme(u64),
}

/// Decimal places of a currency, by ISO 4217; two where nothing else is known.
pub fn minor_digits(currency: &str) -> u8 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}
