//! Leaderboards: a board that goes on says what counting anew says; ties, movement, neighbours, shares of targets, marks.

use proptest::prelude::*;
use sluice_domain::command::*;
use sluice_domain::cycle::{shifted, window_of};
use sluice_domain::leaderboard::*;
use sluice_domain::metric::{MetricSubject, all_time};
use sluice_domain::*;

use crate::actions::actions;
use crate::world::{DAY, HOUR, World, at, date, usd};

/// A line of a leaderboard, counted from the score entries without any sum that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain {
    pub value: i128,
    pub at: Timestamp,
    pub id: u64,
    pub count: i64,
    pub amount: i128,
}

pub fn is_within(state: &State, team: Option<TeamId>, above: TeamId) -> bool {
    team.is_some_and(|team| state.team_is_within(team, above))
}

/// Everybody ranked by what happened from one day up to, not including, another.
fn plain(state: &State, query: &LeaderboardQuery, from: Date, to: Date) -> Vec<Plain> {
    let (metric, measure) = (query.ranked.metric().unwrap(), query.ranked.measure());
    let ids: Vec<u64> = match query.by {
        Contenders::Members => state.members().map(|member| member.id.0).collect(),
        Contenders::Teams => state.teams().map(|team| team.id.0).collect(),
    };
    let wanted = |id: u64| match (query.within, query.by) {
        (None, _) => true,
        (Some(above), Contenders::Members) => {
            is_within(state, state.member(MemberId(id)).unwrap().team, above)
        }
        (Some(above), Contenders::Teams) => {
            TeamId(id) != above && is_within(state, Some(TeamId(id)), above)
        }
    };
    let mut rows = Vec::new();
    for id in ids.into_iter().filter(|id| wanted(*id)) {
        let of = |entry: &&std::sync::Arc<ScoreEntry>| match query.by {
            Contenders::Members => entry.member == Some(MemberId(id)),
            Contenders::Teams => {
                let today = || state.member(entry.member?)?.team;
                let team = if query.by_todays_team {
                    today()
                } else {
                    entry.team
                };
                is_within(state, team, TeamId(id))
            }
        };
        let days = from..to;
        let entries: Vec<_> = state
            .score_entries()
            .filter(|entry| entry.credited() && entry.metric == metric)
            .filter(|entry| days.contains(&state.zone().date_of(entry.at)))
            .filter(|entry| query.pipeline.is_none() || entry.pipeline == query.pipeline)
            .filter(of)
            .collect();
        let count: i64 = entries.iter().map(|entry| i64::from(entry.count)).sum();
        let amounts = entries.iter().map(|entry| i128::from(entry.amount_minor));
        let amount: i128 = amounts.sum();
        let changing = entries.iter().filter(|entry| match measure {
            Measure::Count => entry.count != 0,
            Measure::Amount => entry.amount_minor != 0,
        });
        let counted = match measure {
            Measure::Count => i128::from(count),
            Measure::Amount => amount,
        };
        let subject = match query.by {
            Contenders::Members => GoalSubject::Member(MemberId(id)),
            Contenders::Teams => GoalSubject::Team(TeamId(id)),
        };
        let value = match query.ranked {
            Ranked::Metric { .. } | Ranked::RewardIncome { .. } => {
                ((count, amount) != (0, 0)).then_some(counted)
            }
            Ranked::TargetShare { .. } => {
                let mut goals = state.goals().filter(|goal| {
                    !goal.archived
                        && (goal.metric, goal.measure) == (metric, measure)
                        && (goal.window, goal.subject) == (query.window, subject)
                });
                goals.next().map(|goal| match i128::from(goal.target) {
                    0 => 10_000,
                    target => (counted * 10_000).div_euclid(target),
                })
            }
        };
        rows.extend(value.map(|value| {
            Plain {
                value,
                at: changing
                    .map(|entry| entry.at)
                    .max()
                    .unwrap_or(Timestamp::from_micros(i64::MIN)),
                id,
                count,
                amount,
            }
        }));
    }
    rows.sort_by_key(|row| (std::cmp::Reverse(row.value), row.at, row.id));
    rows
}

/// What a board must say, from the score entries alone.
fn expected(
    state: &State,
    query: &LeaderboardQuery,
    now: Timestamp,
) -> (Vec<LeaderboardRow>, Option<Date>) {
    let window = query.window;
    let today = state.zone().date_of(now);
    let day = today.min(window.end.plus_days(-1)).max(window.start);
    let first_day = day == window.start;
    let rows = plain(state, query, window.start, window.end);
    let before = plain(state, query, window.start, day);
    let rank = |rows: &[Plain], value| 1 + rows.iter().filter(|row| row.value > value).count();
    let rows = rows.iter().map(|row| LeaderboardRow {
        rank: rank(&rows, row.value),
        subject: query.by.subject(row.id),
        value: row.value,
        count: row.count,
        amount_minor: row.amount,
        reached_at: row.at,
        previous_rank: before
            .iter()
            .find(|own| own.id == row.id && !first_day)
            .map(|own| rank(&before, own.value)),
        target: match query.ranked {
            Ranked::Metric { .. } | Ranked::RewardIncome { .. } => None,
            Ranked::TargetShare { metric, measure } => {
                let subject = match query.by {
                    Contenders::Members => GoalSubject::Member(MemberId(row.id)),
                    Contenders::Teams => GoalSubject::Team(TeamId(row.id)),
                };
                let key = GoalKey {
                    metric,
                    subject,
                    measure,
                    window,
                };
                state.goal_by_key(key).map(|goal| goal.target)
            }
        },
    });
    let compared = (!first_day).then(|| day.plus_days(-1));
    (rows.collect(), compared)
}

/// Some of all there is to ask, differently for each metric.
fn queries(today: Date) -> Vec<LeaderboardQuery> {
    let units = [CycleUnit::Week, CycleUnit::Month, CycleUnit::Quarter];
    let mut queries = Vec::new();
    for (place, metric) in Metric::ALL.into_iter().enumerate() {
        let measure = [Measure::Amount, Measure::Count][place % 2];
        let by = [Contenders::Members, Contenders::Teams][place / 2 % 2];
        let ranked = Ranked::Metric { metric, measure };
        let share = Ranked::TargetShare { metric, measure };
        let window = shifted(units[place % 3], today, -i16::from(place == 4));
        queries.push(LeaderboardQuery::new(ranked, window, by));
        let window = window_of(CycleUnit::Month, today);
        queries.push(LeaderboardQuery::new(share, window, by));
        queries.push(LeaderboardQuery {
            within: (place > 1).then_some(TeamId(1)),
            pipeline: (place == 1).then_some(PipelineId(1)),
            by_todays_team: place == 2,
            ..LeaderboardQuery::new(ranked, all_time(), by)
        });
    }
    queries
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn a_board_that_goes_on_says_what_counting_says_at_every_revision(given in actions(60)) {
        let mut world = World::new("2026-03-02T08:00:00Z", "Europe/Berlin");
        world.run(team("All", None));
        let today = date("2026-03-02");
        let queries = queries(today);
        let mut boards: Vec<Board> = queries
            .iter()
            .map(|query| Board::of(&world.state, query, world.now))
            .collect();
        for mut action in given {
            world.actor = Some(MemberId(1));
            // Most within the cycles that are looked at; now and then a longer time.
            if action.picks[0] % 8 > 0 {
                action.wait_minutes %= 700;
            }
            let _ = world.act(&action);
            // Some boards are asked now and then only.
            for (place, board) in boards.iter_mut().enumerate() {
                if place % 3 == 1 && action.picks[1] % 4 > 0 {
                    continue;
                }
                board.advance(&world.state, world.now);
                let (rows, compared) = expected(&world.state, board.query(), world.now);
                prop_assert_eq!(board.rows(0, board.len()), rows.clone(), "{:?}", board.query());
                prop_assert_eq!(board.compared_with(), compared);
                prop_assert_eq!(board.revision(), world.state.revision());
                let plain: Vec<_> = leaderboard(&world.state, board.query())
                    .iter()
                    .map(|row| (row.rank, row.subject, row.value))
                    .collect();
                prop_assert_eq!(
                    plain,
                    rows.iter().map(|row| (row.rank, row.subject, row.value)).collect::<Vec<_>>()
                );
                neighbours_follow_from_the_order(board, &rows);
            }
        }
    }
}

/// Whoever stands somewhere, the neighbours are those of the list, and the gap is the least that passes.
fn neighbours_follow_from_the_order(board: &Board, rows: &[LeaderboardRow]) {
    let counted = |row: &LeaderboardRow| match board.query().ranked.measure() {
        Measure::Count => i128::from(row.count),
        Measure::Amount => row.amount_minor,
    };
    let worth = |row: &LeaderboardRow, counted: i128| match row.target {
        None => counted,
        Some(0) => 10_000,
        Some(target) => (counted * 10_000).div_euclid(i128::from(target)),
    };
    for (place, row) in rows.iter().enumerate() {
        let standing = board.standing(row.subject);
        assert_eq!(standing.row.as_ref(), Some(row));
        let above = place.checked_sub(1).map(|place| &rows[place]);
        assert_eq!(standing.above.as_ref().map(|it| &it.row), above);
        assert_eq!(
            standing.below.as_ref().map(|it| &it.row),
            rows.get(place + 1)
        );
        if let Some(above) = &standing.above {
            match above.gap {
                None => assert_eq!(row.target, Some(0)),
                Some(gap) => {
                    let own = counted(row);
                    assert!(worth(row, own + gap) > above.row.value, "{row:?} {above:?}");
                    assert!(
                        worth(row, own + gap - 1) <= above.row.value,
                        "{row:?} {above:?}"
                    );
                }
            }
        }
    }
}

fn team(name: &str, parent: Option<TeamId>) -> Command {
    Command::CreateTeam(CreateTeam {
        name: name.to_owned(),
        parent,
        ..CreateTeam::default()
    })
}

fn member(name: &str, team: Option<TeamId>) -> Command {
    Command::CreateMember(CreateMember {
        name: name.to_owned(),
        role: Role::Rep,
        team,
        unix_user: None,
        email: None,
        external_id: None,
    })
}

/// Enters a deal of an owner at an instant.
fn enter(world: &mut World, instant: &str, owner: u64, amount: i64) {
    world.now = at(instant);
    let mut create = CreateOpportunity::new("deal", usd(amount), date("2026-12-31"));
    create.owner = Some(MemberId(owner));
    world.run(Command::CreateOpportunity(Box::new(create)));
}

const NEW: Ranked = Ranked::Metric {
    metric: Metric::New,
    measure: Measure::Amount,
};

fn week() -> Window {
    window_of(CycleUnit::Week, date("2026-03-02"))
}

fn subject(id: u64) -> MetricSubject {
    Contenders::Members.subject(id)
}

#[test]
fn golden_4_ties_share_a_rank_and_the_earlier_is_listed_first() {
    let mut world = World::new("2026-03-02T09:00:00Z", "UTC");
    for name in ["Ann", "Bob", "Cai"] {
        world.run(member(name, None));
    }
    // Bob reaches 40 before Ann does, with more to come that is taken back in between.
    for (hour, owner, amount) in [
        (10, 3, 40),
        (11, 2, 15),
        (12, 2, 25),
        (13, 1, 50),
        (14, 4, 10),
    ] {
        let instant = format!("2026-03-02T{hour}:00:00Z");
        enter(&mut world, &instant, owner, amount);
    }
    let query = LeaderboardQuery::new(NEW, week(), Contenders::Members);
    let board = leaderboard(&world.state, &query);
    let places: Vec<_> = board
        .iter()
        .map(|row| (row.rank, row.subject, row.amount_minor))
        .collect();
    assert_eq!(
        places,
        [
            (1, subject(1), 50),
            (2, subject(3), 40),
            (2, subject(2), 40),
            (4, subject(4), 10)
        ]
    );
}

#[test]
fn movement_is_since_the_end_of_the_day_before_and_of_an_ended_cycle_that_of_its_last_day() {
    let mut world = World::new("2026-03-01T09:00:00Z", "Asia/Shanghai");
    for name in ["Ann", "Bob"] {
        world.run(member(name, None));
    }
    let query = LeaderboardQuery::new(NEW, week(), Contenders::Members);
    let ranks = |world: &World| -> Vec<(MetricSubject, usize, Option<usize>)> {
        let board = Board::of(&world.state, &query, world.now);
        let rows = board.rows(0, board.len());
        rows.iter()
            .map(|row| (row.subject, row.rank, row.previous_rank))
            .collect()
    };
    enter(&mut world, "2026-03-02T02:00:00Z", 1, 30);
    enter(&mut world, "2026-03-02T03:00:00Z", 2, 20);
    // The first day of a cycle has none before it.
    assert_eq!(
        ranks(&world),
        [(subject(1), 1, None), (subject(2), 2, None)]
    );
    // Midnight in Shanghai, not in Greenwich, begins the next day.
    enter(&mut world, "2026-03-02T16:00:00Z", 2, 20);
    enter(&mut world, "2026-03-02T17:00:00Z", 3, 10);
    let moved = [
        (subject(2), 1, Some(2)),
        (subject(1), 2, Some(1)),
        (subject(3), 3, None),
    ];
    assert_eq!(ranks(&world), moved);
    // A day on, that is how it was at the end of the day before.
    world.now = at("2026-03-04T09:00:00Z");
    let still = [
        (subject(2), 1, Some(1)),
        (subject(1), 2, Some(2)),
        (subject(3), 3, Some(3)),
    ];
    assert_eq!(ranks(&world), still);
    // Sunday is the last day of the week; later, Saturday is what it is compared with.
    enter(&mut world, "2026-03-08T09:00:00Z", 3, 100);
    enter(&mut world, "2026-03-09T09:00:00Z", 1, 500);
    world.now = at("2026-04-09T09:00:00Z");
    let ended = [
        (subject(3), 1, Some(3)),
        (subject(2), 2, Some(1)),
        (subject(1), 3, Some(2)),
    ];
    assert_eq!(ranks(&world), ended);
    let board = Board::of(&world.state, &query, world.now);
    assert_eq!(board.compared_with(), Some(date("2026-03-07")));
}

#[test]
fn it_is_said_who_is_just_above_and_what_it_takes_to_pass_them() {
    let mut world = World::new("2026-03-02T09:00:00Z", "UTC");
    for name in ["Ann", "Bob", "Cai", "Dan"] {
        world.run(member(name, None));
    }
    for (hour, owner, amount) in [(10, 1, 50), (11, 2, 40), (12, 3, 40), (13, 4, 15)] {
        enter(
            &mut world,
            &format!("2026-03-02T{hour}:00:00Z"),
            owner,
            amount,
        );
    }
    let query = LeaderboardQuery::new(NEW, week(), Contenders::Members);
    let board = Board::of(&world.state, &query, world.now);
    let gaps = |id| {
        let standing = board.standing(subject(id));
        let gap = |it: Option<Neighbour>| it.map(|it| (it.row.subject, it.gap));
        (gap(standing.above), gap(standing.below))
    };
    assert_eq!(gaps(1), (None, Some((subject(2), Some(11)))));
    assert_eq!(
        gaps(2),
        (Some((subject(1), Some(11))), Some((subject(3), Some(1))))
    );
    // One unit more passes whoever has the same.
    assert_eq!(
        gaps(3),
        (Some((subject(2), Some(1))), Some((subject(4), Some(26))))
    );
    // Dan, the fifth member, has nothing yet: the last is the first to pass.
    assert_eq!(board.standing(subject(5)).row, None);
    assert_eq!(gaps(5), (Some((subject(4), Some(16))), None));
}

#[test]
fn shares_of_the_own_target_rank_those_who_have_one_and_nothing_done_is_a_share_of_zero() {
    let mut world = World::new("2026-03-02T09:00:00Z", "UTC");
    for name in ["Ann", "Bob", "Cai"] {
        world.run(member(name, None));
    }
    for (id, target) in [(1, 200), (2, 30), (3, 10)] {
        world.run(Command::CreateGoal(CreateGoal {
            subject: GoalSubject::Member(MemberId(id)),
            metric: Metric::New,
            measure: Measure::Amount,
            window: week(),
            target,
            locked: false,
        }));
    }
    for (owner, amount) in [(1, 100), (2, 20), (4, 999)] {
        enter(&mut world, "2026-03-03T10:00:00Z", owner, amount);
    }
    let share = Ranked::TargetShare {
        metric: Metric::New,
        measure: Measure::Amount,
    };
    let query = LeaderboardQuery::new(share, week(), Contenders::Members);
    let board = Board::of(&world.state, &query, world.now);
    let rows = board.rows(0, 9);
    let places: Vec<_> = rows
        .iter()
        .map(|row| (row.rank, row.subject, row.value, row.target))
        .collect();
    // 20 of 30 is more than 100 of 200; Cai has no target.
    assert_eq!(
        places,
        [
            (1, subject(2), 6_666, Some(30)),
            (2, subject(1), 5_000, Some(200)),
            (3, subject(3), 0, Some(10)),
        ]
    );
    // 66.67 % of 200 is 133.34: with 134, which is 34 more, Kim passes.
    let above = board.standing(subject(1)).above.unwrap();
    assert_eq!((above.row.subject, above.gap), (subject(2), Some(34)));
    assert_eq!(board.standing(subject(4)).above.unwrap().gap, None);
}

#[test]
fn a_team_chooses_who_is_ranked_and_cuts_nobodys_figure() {
    let mut world = World::new("2026-03-02T09:00:00Z", "UTC");
    world.run(team("All", None));
    world.run(team("North", Some(TeamId(1))));
    world.run(team("South", Some(TeamId(1))));
    for (name, team) in [("Ann", 2), ("Bob", 3)] {
        world.run(member(name, Some(TeamId(team))));
    }
    enter(&mut world, "2026-03-02T10:00:00Z", 2, 10);
    enter(&mut world, "2026-03-02T11:00:00Z", 3, 20);
    // What Ann did in the north stays hers in the south.
    world.run(Command::UpdateMember(UpdateMember {
        id: MemberId(2),
        name: None,
        role: None,
        team: Patch::Set(TeamId(3)),
        unix_user: Patch::Keep,
        email: Patch::Keep,
        external_id: Patch::Keep,
        active: None,
    }));
    let ranked = |by, within| -> Vec<(MetricSubject, i128)> {
        let query = LeaderboardQuery {
            within: Some(TeamId(within)),
            ..LeaderboardQuery::new(NEW, week(), by)
        };
        let rows = leaderboard(&world.state, &query);
        rows.iter().map(|row| (row.subject, row.value)).collect()
    };
    let members = Contenders::Members;
    assert_eq!(ranked(members, 3), [(subject(3), 20), (subject(2), 10)]);
    assert_eq!(ranked(members, 2), []);
    // A team does not compete with those it consists of.
    let teams = Contenders::Teams;
    assert_eq!(
        ranked(teams, 1),
        [(teams.subject(3), 20), (teams.subject(2), 10)]
    );
}

#[test]
fn who_came_or_left_within_the_cycle_is_marked() {
    let mut world = World::new("2026-03-01T09:00:00Z", "UTC");
    let kim_came = world.now;
    world.now = at("2026-03-03T09:00:00Z");
    world.run(member("Ann", None));
    let leave = |active| {
        Command::UpdateMember(UpdateMember {
            id: MemberId(2),
            name: None,
            role: None,
            team: Patch::Keep,
            unix_user: Patch::Keep,
            email: Patch::Set("ann@acme.test".to_owned()),
            external_id: Patch::Keep,
            active: Some(active),
        })
    };
    world.now = at("2026-03-05T09:00:00Z");
    let left = world.now;
    assert_eq!(left_within(&world.state, subject(2), week()), None);
    world.run(leave(false));
    // A later correction of the record is no later leaving.
    world.now = world.now.plus_micros(DAY);
    world.run(Command::UpdateMember(UpdateMember {
        id: MemberId(2),
        name: Some("Anna".to_owned()),
        role: None,
        team: Patch::Keep,
        unix_user: Patch::Keep,
        email: Patch::Keep,
        external_id: Patch::Keep,
        active: None,
    }));
    let state = &world.state;
    assert_eq!(
        joined_within(state, subject(2), week()),
        Some(at("2026-03-03T09:00:00Z"))
    );
    assert_eq!(left_within(state, subject(2), week()), Some(left));
    let before = week().previous();
    assert_eq!(joined_within(state, subject(1), week()), None);
    assert_eq!(joined_within(state, subject(1), before), Some(kim_came));
    assert_eq!(left_within(state, subject(2), before), None);
    world.now = world.now.plus_micros(HOUR);
    world.run(leave(true));
    assert_eq!(left_within(&world.state, subject(2), week()), None);
}
