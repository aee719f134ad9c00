//! `sluice goal`: targets, their parts, and how far they are reached; in and out as CSV.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use sluice_proto::v1;

use super::{
    api::FULL_PAGE,
    failure::{Failure, Outcome},
    goal_file,
    noun::{self, Noun},
    output::{Cell, Column, Sheet, hidden, shown},
    reference::{Kind, Titles, short},
    session::{EtagArgs, ListArgs, Mask, Session, WriteArgs},
    value::{Setting, enum_word, percent_cell},
};

/// What stands for the workspace as a subject.
pub(super) const WORKSPACE: &str = "workspace";

/// Goals.
#[derive(Debug, Subcommand)]
pub enum GoalCommand {
    /// List goals
    List(ListArgs),
    /// Set the target of a goal; it is created where there is none yet
    #[command(after_help = "Examples:
  sluice goal set 2026 5m
  sluice goal set 2026-Q1 40 --metric NEW --count --subject team:East
  sluice goal set 2026-02 300k --subject member:kim --redistribute")]
    Set {
        /// The cycle: 2026, 2026-Q1, 2026-03, 2026-W10, 2026-03-01..2026-04-15, this-quarter …
        cycle: String,
        /// The target: an amount such as 1.2m, or a number with --count
        target: String,
        /// Which goal of that cycle.
        #[command(flatten)]
        which: WhichArgs,
        /// Keep it when other parts are redistributed
        #[arg(long)]
        lock: bool,
        /// Let it take part in redistributions again
        #[arg(long, conflicts_with = "lock")]
        unlock: bool,
        /// Take the difference from the other parts of the same goal
        #[arg(long)]
        redistribute: bool,
        /// Refuses a lost update.
        #[command(flatten)]
        etag: EtagArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Divide a goal: equally, by weights, or by hand
    #[command(after_help = "Examples:
  sluice goal decompose G-1 --by quarters
  sluice goal decompose G-2 --by months --part 2026-01=2 --part 2026-02=1 --part 2026-03=1
  sluice goal decompose G-1 --by subjects --part team:East=3m --part team:West=2m --hand
A week belongs to the month of its Thursday. What is not named keeps its weight.")]
    Decompose {
        /// The goal: G-1 or goals/1
        id: String,
        /// Along which line
        #[arg(long)]
        by: SplitArg,
        /// A part and its weight (with --hand: its target): 2026-01=2, team:East=3, member:kim=1
        #[arg(long = "part", value_name = "PART=SHARE")]
        parts: Vec<String>,
        /// The shares are targets: they must sum to the goal
        #[arg(long)]
        hand: bool,
        /// Refuses a lost update.
        #[command(flatten)]
        etag: EtagArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Show how far goals are reached, and whether that is fast enough
    #[command(after_help = "Examples:
  sluice goal progress --cycle this-quarter
  sluice goal progress --within 2026 --metric WON --subject team:East
  sluice -o json goal progress --parent G-1")]
    Progress {
        /// Only goals of exactly this cycle
        #[arg(long, default_value = "")]
        cycle: String,
        /// Only goals within this cycle
        #[arg(long, default_value = "")]
        within: String,
        /// Only this metric
        #[arg(long, default_value = "")]
        metric: String,
        /// Only of this team and those below it, or of this member: team:East, member:kim
        #[arg(long)]
        subject: Option<String>,
        /// Only the parts of this goal
        #[arg(long, value_name = "GOAL")]
        parent: Option<String>,
    },
    /// Take a goal and its parts out of force
    Archive {
        /// The goal: G-1 or goals/1
        id: String,
        /// Refuses a lost update.
        #[command(flatten)]
        etag: EtagArgs,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Set goals from a CSV file as export writes it; all or nothing, and a repeat changes nothing
    Import {
        /// The file; standard input when it is '-'
        file: PathBuf,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Write the goals in force as CSV
    Export {
        /// Where to; standard output when absent or '-'
        file: Option<PathBuf>,
        /// Only goals within this cycle
        #[arg(long, default_value = "")]
        within: String,
    },
}

/// Which goal of a cycle.
#[derive(Clone, Debug, Args)]
pub struct WhichArgs {
    /// Whose: team:East, member:kim, T-3, M-5; the workspace when absent
    #[arg(long)]
    subject: Option<String>,
    /// NEW, FLOW, WON, REVIVED or CHECK_IN
    #[arg(long, default_value = "WON")]
    metric: String,
    /// Count score entries instead of summing their amounts
    #[arg(long)]
    count: bool,
}

/// Along which line a goal is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SplitArg {
    /// By quarters
    Quarters,
    /// By months
    Months,
    /// By ISO weeks
    Weeks,
    /// By days
    Days,
    /// By teams and members
    Subjects,
}

impl SplitArg {
    const fn wire(self) -> v1::GoalSplit {
        match self {
            Self::Quarters => v1::GoalSplit::Quarters,
            Self::Months => v1::GoalSplit::Months,
            Self::Weeks => v1::GoalSplit::Weeks,
            Self::Days => v1::GoalSplit::Days,
            Self::Subjects => v1::GoalSplit::Subjects,
        }
    }
}

pub(super) const fn measure_of(count: bool) -> v1::GoalMeasure {
    if count {
        v1::GoalMeasure::Count
    } else {
        v1::GoalMeasure::Amount
    }
}

/// The id of a team or member; empty for the workspace.
pub(super) async fn subject_id(session: &mut Session, text: &str) -> Outcome<String> {
    if text.is_empty() || text == WORKSPACE {
        return Ok(String::new());
    }
    if let Some(name) = text.strip_prefix("team:") {
        return session.directory.team(name).await;
    }
    if let Some(name) = text.strip_prefix("member:") {
        return session.directory.member(name).await;
    }
    let has_letter = !text.bytes().all(|byte| byte.is_ascii_digit());
    for kind in [Kind::Team, Kind::Member] {
        if let Some(id) = kind.parse(text).filter(|_| has_letter) {
            return Ok(id);
        }
    }
    Err(Failure::usage(format!("'{text}' is no subject of a goal"))
        .with_hint("Write team:East, member:kim, T-3, M-5 or workspace."))
}

/// A target: a count, or an amount in minor units.
pub(super) fn target(setting: &Setting, measure: v1::GoalMeasure, text: &str) -> Outcome<i64> {
    if measure == v1::GoalMeasure::Count {
        let digits: String = text.chars().filter(|letter| *letter != ',').collect();
        return digits
            .trim()
            .parse()
            .map_err(|_| Failure::usage(format!("'{text}' is no count: write a whole number")));
    }
    Ok(setting.money(text)?.amount_minor)
}

pub(super) fn value_cell(setting: &Setting, measure: i32, value: i64) -> Cell {
    if measure == v1::GoalMeasure::Count as i32 {
        Cell::count(value)
    } else {
        setting.amount_cell(value)
    }
}

fn subject_cell(titles: &Titles, id: &str) -> Cell {
    match id {
        "" => Cell::text(WORKSPACE),
        id => Cell::pair(titles.of(id), id),
    }
}

pub(super) fn measure_cell(measure: v1::GoalMeasure) -> Cell {
    Cell::text(enum_word(measure.as_str_name(), "GOAL_MEASURE_"))
}

fn mark(flag: bool) -> Cell {
    Cell::pair(if flag { "yes" } else { "" }, flag.to_string())
}

const COLUMNS: &[Column] = &[
    shown("id", "ID"),
    shown("subject", "SUBJECT"),
    shown("metric", "METRIC"),
    shown("measure", "OF"),
    shown("cycle", "CYCLE"),
    shown("target", "TARGET"),
    shown("parent_id", "PART OF"),
    shown("locked", "LOCKED"),
    shown("archived", "ARCHIVED"),
    hidden("told_percent"),
    hidden("etag"),
];

impl Noun for v1::Goal {
    const NONE_MATCH: &'static str = "No goals match.";

    async fn sheet(items: &[Self], session: &mut Session) -> Outcome<Sheet> {
        let (setting, titles) = (session.setting().await?, session.team_titles().await?);
        let mut sheet = Sheet::new(COLUMNS);
        let rows = items.iter().map(|goal| {
            vec![
                Cell::pair(short(&goal.id), &goal.id),
                subject_cell(&titles, &goal.subject_id),
                Cell::text(&goal.metric),
                measure_cell(goal.measure()),
                Cell::text(&goal.cycle),
                value_cell(&setting, goal.measure, goal.target),
                Cell::pair(short(&goal.parent_id), &goal.parent_id),
                mark(goal.locked),
                mark(goal.archived),
                Cell::text(goal.told_percent.to_string()),
                Cell::text(&goal.etag),
            ]
        });
        sheet.rows = rows.collect();
        Ok(sheet)
    }
}

const PROGRESS_COLUMNS: &[Column] = &[
    shown("id", "ID"),
    shown("subject", "SUBJECT"),
    shown("active", "ACTIVE"),
    shown("metric", "METRIC"),
    shown("measure", "OF"),
    shown("cycle", "CYCLE"),
    shown("target", "TARGET"),
    shown("value", "REACHED"),
    shown("reached_bp", "SHARE"),
    shown("pace", "PACE"),
    shown("pace_bp", "OF PACE"),
    shown("previous_value", "CYCLE BEFORE"),
    shown("last_year_value", "LAST YEAR"),
];

fn progress_sheet(rows: &[v1::GoalProgress], setting: &Setting) -> Sheet {
    let mut sheet = Sheet::new(PROGRESS_COLUMNS);
    for row in rows {
        let goal = row.goal.clone().unwrap_or_default();
        let beside = |value: Option<i64>| {
            value
                .map(|value| value_cell(setting, goal.measure, value))
                .unwrap_or_default()
        };
        sheet.rows.push(vec![
            Cell::pair(short(&goal.id), &goal.id),
            Cell::text(&row.subject),
            Cell::pair(
                if row.subject_active { "" } else { "left" },
                row.subject_active.to_string(),
            ),
            Cell::text(&goal.metric),
            measure_cell(goal.measure()),
            Cell::text(&goal.cycle),
            value_cell(setting, goal.measure, goal.target),
            value_cell(setting, goal.measure, row.value),
            percent_cell(row.reached_bp),
            Cell::text(enum_word(row.pace().as_str_name(), "GOAL_PACE_")),
            row.pace_bp.map(percent_cell).unwrap_or_default(),
            beside(row.previous_value),
            beside(row.last_year_value),
        ]);
    }
    sheet
}

/// All pages of a progress list.
pub(super) async fn all_progress(
    session: &Session,
    mut request: v1::ListGoalProgressRequest,
) -> Outcome<v1::ListGoalProgressResponse> {
    let mut client = session.api.goals();
    request.page_size = FULL_PAGE;
    let mut answer = client
        .list_goal_progress(request.clone())
        .await?
        .into_inner();
    let mut rows = std::mem::take(&mut answer.progress);
    while !answer.next_page_token.is_empty() {
        request.page_token = std::mem::take(&mut answer.next_page_token);
        answer = client
            .list_goal_progress(request.clone())
            .await?
            .into_inner();
        rows.append(&mut answer.progress);
    }
    answer.progress = rows;
    Ok(answer)
}

impl GoalCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            Self::List(args) => {
                let answer = session.api.list_goals(&args.query()).await?;
                noun::list(session, "ListGoalsResponse", &answer, &answer.goals).await
            }
            Self::Set {
                cycle,
                target,
                which,
                lock,
                unlock,
                redistribute,
                etag,
                write,
            } => {
                let locked = (lock || unlock).then_some(lock);
                let given = SetGoal {
                    cycle,
                    target,
                    which,
                    locked,
                    redistribute,
                    etag,
                };
                given.run(session, &write).await
            }
            Self::Decompose {
                id,
                by,
                parts,
                hand,
                etag,
                write,
            } => {
                let request = v1::DecomposeGoalRequest {
                    id: Kind::Goal.require(&id)?,
                    split: by.wire().into(),
                    parts: read_parts(session, &id, by, &parts, hand).await?,
                    etag: etag.etag,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = session
                    .api
                    .goals()
                    .decompose_goal(request)
                    .await?
                    .into_inner();
                noun::list(session, "DecomposeGoalResponse", &answer, &answer.goals).await
            }
            Self::Progress {
                cycle,
                within,
                metric,
                subject,
                parent,
            } => {
                let request = v1::ListGoalProgressRequest {
                    cycle,
                    within_cycle: within,
                    metric: metric.to_ascii_uppercase(),
                    subject_id: subject_id(session, subject.as_deref().unwrap_or_default()).await?,
                    parent_id: parent
                        .map(|id| Kind::Goal.require(&id))
                        .transpose()?
                        .unwrap_or_default(),
                    ..Default::default()
                };
                let answer = all_progress(session, request).await?;
                let sheet = progress_sheet(&answer.progress, &session.setting().await?);
                session.output.list(
                    "ListGoalProgressResponse",
                    &answer,
                    &sheet,
                    "No goals match.",
                )
            }
            Self::Archive { id, etag, write } => {
                let request = v1::ArchiveGoalRequest {
                    id: Kind::Goal.require(&id)?,
                    etag: etag.etag,
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = session
                    .api
                    .goals()
                    .archive_goal(request)
                    .await?
                    .into_inner();
                noun::card(session, "ArchiveGoalResponse", &answer, &answer.goal).await
            }
            Self::Import { file, write } => goal_file::import(session, &file, &write).await,
            Self::Export { file, within } => goal_file::export(session, file, within).await,
        }
    }
}

/// What `set` was asked for.
struct SetGoal {
    cycle: String,
    target: String,
    which: WhichArgs,
    locked: Option<bool>,
    redistribute: bool,
    etag: EtagArgs,
}

impl SetGoal {
    async fn run(self, session: &mut Session, write: &WriteArgs) -> Outcome {
        let setting = session.setting().await?;
        let measure = measure_of(self.which.count);
        let subject = self.which.subject.as_deref().unwrap_or_default();
        let wanted = v1::Goal {
            subject_id: subject_id(session, subject).await?,
            metric: self.which.metric.to_ascii_uppercase(),
            measure: measure.into(),
            target: target(&setting, measure, &self.target)?,
            locked: self.locked.unwrap_or(false),
            cycle: self.cycle,
            ..Default::default()
        };
        let request = v1::ListGoalProgressRequest {
            cycle: wanted.cycle.clone(),
            metric: wanted.metric.clone(),
            measure: measure.into(),
            ..Default::default()
        };
        let known = all_progress(session, request).await?;
        let known = known
            .progress
            .into_iter()
            .filter_map(|row| row.goal)
            .find(|goal| goal.subject_id == wanted.subject_id);
        let mut client = session.api.goals();
        let Some(known) = known else {
            let request = v1::CreateGoalRequest {
                goal: Some(wanted),
                request_id: write.request_id(),
                validate_only: write.validate_only,
            };
            let answer = client.create_goal(request).await?.into_inner();
            return noun::card(session, "CreateGoalResponse", &answer, &answer.goal).await;
        };
        let mut mask = Mask::default();
        mask.add("target");
        if self.locked.is_some() {
            mask.add("locked");
        }
        let request = v1::UpdateGoalRequest {
            goal: Some(v1::Goal {
                id: known.id,
                etag: self.etag.etag,
                ..wanted
            }),
            update_mask: mask.finish()?,
            redistribute: self.redistribute,
            request_id: write.request_id(),
            validate_only: write.validate_only,
        };
        let answer = client.update_goal(request).await?.into_inner();
        noun::card(session, "UpdateGoalResponse", &answer, &answer.goal).await
    }
}

/// Reads `2026-01=2` or `team:East=3m`.
async fn read_parts(
    session: &mut Session,
    id: &str,
    by: SplitArg,
    given: &[String],
    hand: bool,
) -> Outcome<Vec<v1::GoalPart>> {
    if given.is_empty() {
        return Ok(Vec::new());
    }
    let setting = session.setting().await?;
    let request = v1::GetGoalRequest {
        id: Kind::Goal.require(id)?,
    };
    let goal = session
        .api
        .goals()
        .get_goal(request)
        .await?
        .into_inner()
        .goal;
    let measure = goal.unwrap_or_default().measure();
    let mut parts = Vec::with_capacity(given.len());
    for text in given {
        let Some((part, share)) = text.rsplit_once('=') else {
            return Err(Failure::usage(format!("'{text}' is no part"))
                .with_hint("Write 2026-01=2 or team:East=3."));
        };
        let mut read = v1::GoalPart::default();
        if by == SplitArg::Subjects {
            read.subject_id = subject_id(session, part).await?;
        } else {
            part.clone_into(&mut read.cycle);
        }
        if hand {
            read.target = Some(target(&setting, measure, share)?);
        } else {
            read.weight = share.parse().map_err(|_| {
                Failure::usage(format!("'{share}' is no weight: write a whole number"))
            })?;
        }
        parts.push(read);
    }
    Ok(parts)
}
