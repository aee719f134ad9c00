//! `sluice leaderboard`: members or teams by rank in a cycle, how they moved, and where one of them stands.

use clap::{Args, ValueEnum};
use sluice_proto::v1;

use super::{
    failure::Outcome,
    output::{Cell, Column, Format, Sheet, hidden, shown},
    session::Session,
    value::{Setting, percent_cell},
};

/// Who is ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RankedArg {
    /// Each member
    Member,
    /// Each team with those below it
    Team,
}

/// Options of `leaderboard`.
#[derive(Clone, Debug, Args)]
pub struct LeaderboardArgs {
    /// NEW, FLOW, WON, REVIVED or CHECK_IN; WON when absent
    #[arg(long)]
    metric: Option<String>,
    /// Which cycle; all time when absent
    #[arg(long, default_value = "")]
    cycle: String,
    /// Who is ranked
    #[arg(long, default_value = "member")]
    by: RankedArg,
    /// By how many instead of for how much
    #[arg(long)]
    count: bool,
    /// By how much of the own target of the cycle is reached; only who has such a goal is ranked
    #[arg(long)]
    of_target: bool,
    /// By what was earned in rewards, in points; with --money in money. Then no metric decides
    #[arg(long, conflicts_with_all = ["of_target", "count", "pipeline", "metric"])]
    rewards: bool,
    /// Rewards in money instead of points
    #[arg(long, requires = "rewards")]
    money: bool,
    /// Only the members of this team and of those below it; with --by team only the teams below it
    #[arg(long, value_name = "TEAM")]
    team: Option<String>,
    /// Whose own place is told, and who is next to it: a member, with --by team a team; you when absent
    #[arg(long, value_name = "NAME")]
    who: Option<String>,
    /// Only this pipeline
    #[arg(long)]
    pipeline: Option<String>,
    /// Credit the team a member is in today, not that of the time
    #[arg(long)]
    by_todays_team: bool,
    /// How many places
    #[arg(long, visible_alias = "top", default_value_t = 50, value_name = "ROWS")]
    page_size: u16,
    /// Go on where an earlier page ended
    #[arg(long, default_value = "", value_name = "TOKEN")]
    page_token: String,
}

const SHARE: Column = hidden("share_bp");
const TARGET: Column = hidden("target");

const fn columns(share: Column, target: Column) -> [Column; 16] {
    [
        shown("rank", "RANK"),
        shown("moved", "MOVED"),
        hidden("previous_rank"),
        shown("subject", "WHO"),
        hidden("subject_id"),
        share,
        target,
        shown("count", "COUNT"),
        shown("amount", "AMOUNT"),
        hidden("amount_minor"),
        shown("reached_time", "SINCE"),
        hidden("active"),
        hidden("joined_time"),
        hidden("left_time"),
        hidden("is_own"),
        shown("note", "NOTE"),
    ]
}

const OF_METRIC: &[Column] = &columns(SHARE, TARGET);
const OF_TARGET: &[Column] = &columns(shown("share_bp", "REACHED"), shown("target", "TARGET"));

/// What decides, to say it in the right unit.
struct Unit<'a> {
    setting: &'a Setting,
    is_count: bool,
    of_target: bool,
}

impl Unit<'_> {
    /// A count or an amount.
    fn plain(&self, value: i64) -> Cell {
        if self.is_count {
            Cell::count(value)
        } else {
            self.setting.amount_cell(value)
        }
    }

    /// The value that decides the rank.
    fn value(&self, row: &v1::LeaderboardRow) -> Cell {
        if self.of_target {
            share(row.value)
        } else {
            self.plain(row.value)
        }
    }
}

fn share(basis_points: i64) -> Cell {
    percent_cell(i32::try_from(basis_points).unwrap_or(i32::MAX))
}

/// Since the end of the day compared with: ↑2, ↓1, =, new; nothing on the first day of a cycle.
fn moved(row: &v1::LeaderboardRow, compared_date: &str) -> String {
    match row.previous_rank {
        _ if compared_date.is_empty() || row.rank == 0 => String::new(),
        None => "new".to_owned(),
        Some(before) if before > row.rank => format!("↑{}", before - row.rank),
        Some(before) if before < row.rank => format!("↓{}", row.rank - before),
        Some(_) => "=".to_owned(),
    }
}

fn note(row: &v1::LeaderboardRow, own: &str, setting: &Setting) -> String {
    let when = |words: &str, time: &Option<prost_types::Timestamp>| {
        let time = time.as_ref()?;
        Some(format!("{words} {}", setting.time_cell(Some(time)).human()))
    };
    let mut notes = Vec::new();
    notes.extend(row.is_own.then(|| own.to_owned()));
    notes.extend(when("joined", &row.joined_time));
    match when("left", &row.left_time) {
        Some(left) => notes.push(left),
        None => notes.extend((!row.active).then(|| "has left".to_owned())),
    }
    notes.join(", ")
}

/// Runs `leaderboard`.
pub async fn leaderboard(args: LeaderboardArgs, session: &mut Session) -> Outcome {
    let by = match args.by {
        RankedArg::Member => v1::MetricSubject::Member,
        RankedArg::Team => v1::MetricSubject::Team,
    };
    let measure = if args.count {
        v1::GoalMeasure::Count
    } else {
        v1::GoalMeasure::Unspecified
    };
    // Whoever was named is not the one who asks.
    let own = match (&args.who, args.by) {
        (Some(_), _) => "asked about",
        (None, RankedArg::Member) => "you",
        (None, RankedArg::Team) => "your team",
    };
    let ranked_value = if args.rewards {
        v1::RankedValue::RewardIncome
    } else if args.of_target {
        v1::RankedValue::TargetShare
    } else {
        v1::RankedValue::Metric
    };
    let metric = match &args.metric {
        Some(metric) => metric.to_ascii_uppercase(),
        None if args.rewards => String::new(),
        None => "WON".to_owned(),
    };
    // Points are told as counts are.
    let is_points = args.rewards && !args.money;
    let is_count = args.count || metric == "CHECK_IN" || is_points;
    let reward_unit = if args.money {
        v1::RewardUnit::Money
    } else {
        v1::RewardUnit::Points
    };
    let request = v1::QueryLeaderboardRequest {
        metric,
        cycle: args.cycle,
        by: by.into(),
        measure: measure.into(),
        pipeline_id: match &args.pipeline {
            Some(pipeline) => session.directory.pipeline(pipeline).await?,
            None => String::new(),
        },
        by_todays_team: args.by_todays_team,
        page_size: i32::from(args.page_size),
        page_token: args.page_token,
        ranked_value: ranked_value.into(),
        team_id: match &args.team {
            Some(team) => session.directory.team(team).await?,
            None => String::new(),
        },
        subject_id: match (&args.who, args.by) {
            (None, _) => String::new(),
            (Some(name), RankedArg::Member) => session.directory.member(name).await?,
            (Some(name), RankedArg::Team) => session.directory.team(name).await?,
        },
        unit: reward_unit.into(),
    };
    let answer = session
        .api
        .metrics()
        .query_leaderboard(request)
        .await?
        .into_inner();
    let setting = session.setting().await?;
    let unit = Unit {
        setting: &setting,
        is_count,
        of_target: args.of_target,
    };
    let mut sheet = Sheet::new(if args.of_target { OF_TARGET } else { OF_METRIC });
    let empty = || Cell::text(String::new());
    for row in &answer.rows {
        let time = |time: &Option<prost_types::Timestamp>| setting.time_cell(time.as_ref());
        sheet.rows.push(vec![
            Cell::count(row.rank),
            Cell::text(moved(row, &answer.compared_date)),
            row.previous_rank.map_or_else(empty, Cell::count),
            Cell::text(&row.subject),
            Cell::text(&row.subject_id),
            row.share_bp.map_or_else(empty, share),
            row.target.map_or_else(empty, |target| unit.plain(target)),
            Cell::count(row.count),
            if is_points {
                Cell::count(row.amount_minor)
            } else {
                setting.amount_cell(row.amount_minor)
            },
            Cell::text(row.amount_minor.to_string()),
            time(&row.reached_time),
            Cell::text(row.active.to_string()),
            time(&row.joined_time),
            time(&row.left_time),
            Cell::text(row.is_own.to_string()),
            Cell::text(note(row, own, &setting)),
        ]);
    }
    let nobody = if args.rewards {
        "Nobody earned such a reward in this cycle."
    } else if args.of_target {
        "Nobody has such a goal for this cycle: sluice goal set makes one."
    } else {
        "Nothing moved in this cycle."
    };
    if session.output.format == Format::Table {
        if sheet.rows.is_empty() {
            session.output.say(nobody)?;
        } else {
            sheet.write_table(session.output.writer())?;
        }
        for line in lines(&answer, &unit) {
            session.output.say(&line)?;
        }
        return session.output.flush();
    }
    session
        .output
        .list("QueryLeaderboardResponse", &answer, &sheet, nobody)
}

/// What is said below the table: how many there are, where the one asked about stands, and what it takes to pass.
fn lines(answer: &v1::QueryLeaderboardResponse, unit: &Unit<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let shown = i32::try_from(answer.rows.len()).unwrap_or(i32::MAX);
    let mut head = Vec::new();
    if answer.total_size > shown {
        head.push(format!("{shown} of {} places", answer.total_size));
    }
    if !answer.compared_date.is_empty() && shown > 0 {
        head.push(format!("moved since the end of {}", answer.compared_date));
    }
    if !head.is_empty() {
        lines.push(format!("\n{}.", head.join("; ")));
    }
    let Some(own) = &answer.own_row else {
        return lines;
    };
    lines.push(if own.rank == 0 {
        format!("{}: not ranked yet.", own.subject)
    } else {
        let value = unit.value(own);
        let value = value.human();
        let total = answer.total_size;
        format!(
            "{}: rank {} of {total}, with {value}.",
            own.subject, own.rank
        )
    });
    let beside = |neighbour: &Option<v1::LeaderboardNeighbour>| {
        let neighbour = neighbour.as_ref()?;
        let row = neighbour.row.as_ref()?;
        let gap = neighbour
            .gap
            .map(|gap| unit.plain(gap).human().to_owned())?;
        Some((row.subject.clone(), row.rank, gap))
    };
    if let Some((name, rank, gap)) = beside(&answer.above) {
        lines.push(format!("  {gap} more to pass {name}, rank {rank}."));
    }
    if let Some((name, _, gap)) = beside(&answer.below) {
        lines.push(format!("  {name} passes with {gap} more."));
    }
    lines
}
