//! Metrics are what the histories say, every figure is the sum of what is listed for it, and a move can be taken back.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sluice_domain::command::*;
use sluice_domain::metric::*;
use sluice_domain::*;

use crate::actions::{Action, actions, without_imports};
use crate::duties::changes_pipelines;
use crate::world::{DAY, HOUR, World, at, usd};

/// A fact as the rule of DOMAIN.md §4 makes it, from the events of opportunities alone: score entries are not looked at.
#[derive(Clone, Debug)]
struct Fact {
    metric: Metric,
    at: Timestamp,
    count: i64,
    amount: i128,
    member: Option<MemberId>,
    team: Option<TeamId>,
    pipeline: PipelineId,
    deal: OpportunityId,
    /// Number of the move that made it; 0 for the creation.
    step: usize,
}

/// Everything that counts, by replaying the log.
#[derive(Default)]
struct Recount {
    state: State,
    facts: Vec<Fact>,
}

impl Recount {
    fn see(&mut self, events: &[Event]) {
        for event in events {
            self.judge(event);
            apply(&mut self.state, event);
        }
        self.state.finish_commit();
    }

    fn fact(&self, deal: &Opportunity, metric: Metric, at: Timestamp, amount: i64) -> Fact {
        Fact {
            metric,
            at,
            count: 1,
            amount: i128::from(amount),
            member: deal.owner,
            team: deal.owner.and_then(|id| self.state.member(id)?.team),
            pipeline: deal.pipeline,
            deal: deal.id,
            step: 0,
        }
    }

    fn judge(&mut self, event: &Event) {
        match event {
            Event::OpportunityCreated { opportunity } => {
                let fact = self.fact(
                    opportunity,
                    Metric::New,
                    opportunity.created_at,
                    opportunity.amount_minor,
                );
                self.facts.push(fact);
            }
            Event::OpportunityAmended {
                opportunity,
                amendment,
                at,
                ..
            } => {
                let deal = self.state.opportunity(*opportunity).unwrap().clone();
                let fresh =
                    deal.history.len() == 1 && at.micros_since(deal.created_at) <= 24 * HOUR;
                if let Some(amount) = amendment.amount_minor.filter(|_| fresh) {
                    self.correct(deal.id, amount);
                }
            }
            Event::OpportunityMoved { movement } | Event::OpportunityReopened { movement } => {
                self.step(movement);
            }
            Event::OpportunityMoveUndone {
                opportunity, at, ..
            } => {
                let deal = self.state.opportunity(*opportunity).unwrap().clone();
                let step = deal.history.len() - 1;
                self.facts
                    .retain(|fact| fact.deal != deal.id || fact.step != step);
                if step == 1 && at.micros_since(deal.created_at) <= 24 * HOUR {
                    self.correct(deal.id, deal.amount_minor);
                }
            }
            _ => {}
        }
    }

    fn correct(&mut self, deal: OpportunityId, amount: i64) {
        let new = |fact: &&mut Fact| fact.deal == deal && fact.metric == Metric::New;
        if let Some(fact) = self.facts.iter_mut().find(new) {
            fact.amount = i128::from(amount);
        }
    }

    fn step(&mut self, movement: &Movement) {
        let deal = self
            .state
            .opportunity(movement.opportunity)
            .unwrap()
            .clone();
        let (pipeline, from) = self.state.stage(movement.from).unwrap();
        let (pipeline, from) = (pipeline.clone(), from.clone());
        let to = pipeline.stage(movement.to).unwrap();
        let rank = |id: StageId| pipeline.rank(id).unwrap();
        let kind = |id: StageId| pipeline.stage(id).unwrap().kind;
        let step = deal.history.len();
        let mut made: Vec<Fact> = Vec::new();
        if from.kind == StageKind::Won && to.kind == StageKind::Open {
            // The win that stands, and its FLOW, dated now.
            let run = deal
                .history
                .iter()
                .rev()
                .take_while(|entry| kind(entry.stage) == StageKind::Won);
            let won_at = step - run.count();
            let standing = self.facts.iter().filter(|fact| {
                fact.deal == deal.id
                    && fact.step == won_at
                    && matches!(fact.metric, Metric::Flow | Metric::Won)
            });
            made = standing
                .map(|fact| Fact {
                    at: movement.at,
                    count: -fact.count,
                    amount: -fact.amount,
                    ..fact.clone()
                })
                .collect();
        } else if from.kind == StageKind::Open && rank(movement.to) > rank(movement.from) {
            let highest = deal
                .history
                .iter()
                .filter(|entry| kind(entry.stage) != StageKind::Lost);
            let highest = highest.map(|entry| rank(entry.stage)).max().unwrap();
            let was_won = deal
                .history
                .iter()
                .any(|entry| kind(entry.stage) == StageKind::Won);
            let amount = deal.amount_minor;
            if rank(movement.to) > highest && !was_won {
                made.push(self.fact(&deal, Metric::Flow, movement.at, amount));
                // Every stay in the stage, by hand: these pipelines count all days.
                let mut clock = 0;
                for (index, entry) in deal.history.iter().enumerate() {
                    let left = deal
                        .history
                        .get(index + 1)
                        .map_or(movement.at, |next| next.entered_at);
                    if entry.stage == movement.from {
                        clock += left.micros_since(entry.entered_at);
                    }
                }
                let period = from
                    .stagnation_period_days
                    .map(|days| i64::from(days) * DAY);
                if period.is_some_and(|period| clock >= period) {
                    made.push(self.fact(&deal, Metric::Revived, movement.at, amount));
                }
            }
            if to.kind == StageKind::Won {
                made.push(self.fact(&deal, Metric::Won, movement.at, amount));
            }
        }
        for mut fact in made {
            fact.step = step;
            self.facts.push(fact);
        }
    }

    /// The rows a query should give, as `subject metric` to count and amount.
    fn rows(
        &self,
        state: &State,
        query: &MetricsQuery,
    ) -> BTreeMap<(MetricSubject, Metric), (i64, i128)> {
        let (from, to) = query.window.instants(&state.zone());
        let mut rows = BTreeMap::new();
        for fact in self
            .facts
            .iter()
            .filter(|fact| (from..to).contains(&fact.at))
        {
            if query.pipeline.is_some_and(|id| id != fact.pipeline) {
                continue;
            }
            let team = if query.by_todays_team {
                fact.member.and_then(|id| state.member(id)?.team)
            } else {
                fact.team
            };
            let subjects = match query.by {
                Grouping::Workspace => vec![MetricSubject::Workspace],
                Grouping::Member => vec![MetricSubject::Member(fact.member)],
                Grouping::Pipeline => vec![MetricSubject::Pipeline(Some(fact.pipeline))],
                Grouping::Team => match team {
                    None => vec![MetricSubject::Team(None)],
                    Some(team) => state
                        .teams()
                        .filter(|above| state.team_is_within(team, above.id))
                        .map(|above| MetricSubject::Team(Some(above.id)))
                        .collect(),
                },
            };
            for subject in subjects {
                let row: &mut (i64, i128) = rows.entry((subject, fact.metric)).or_default();
                row.0 += fact.count;
                row.1 += fact.amount;
            }
        }
        rows.retain(|_, sum| *sum != (0, 0));
        rows
    }
}

fn queries(state: &State, now: Timestamp) -> Vec<MetricsQuery> {
    let today = state.zone().date_of(now);
    let mut queries = Vec::new();
    for cycle in [
        "this-week",
        "last-month",
        "this-quarter",
        "2026",
        "2026-01-15..2026-11-03",
    ] {
        let window = Cycle::parse(cycle).unwrap().window(today);
        for by in [
            Grouping::Member,
            Grouping::Team,
            Grouping::Pipeline,
            Grouping::Workspace,
        ] {
            queries.push(MetricsQuery::new(window, by));
        }
        queries.push(MetricsQuery {
            by_todays_team: true,
            ..MetricsQuery::new(window, Grouping::Team)
        });
        queries.push(MetricsQuery {
            pipeline: Some(PipelineId(1)),
            ..MetricsQuery::new(window, Grouping::Member)
        });
    }
    queries
}

/// Work on deals, people and the workspace; not imports, nor changes of pipelines, which the recount does not know.
fn living(mut action: Action) -> Action {
    action = without_imports(action);
    if matches!(action.verb, 34 | 35) || changes_pipelines(action.verb) {
        action.verb = 19;
    }
    action
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn metrics_are_what_the_histories_say_at_every_revision(given in actions(70)) {
        let mut world = World::new("2026-03-02T08:00:00Z", "Europe/Berlin");
        let mut recount = Recount::default();
        recount.see(&world.log[0]);
        for action in given.into_iter().map(living) {
            world.actor = Some(MemberId(1));
            let before = world.log.len();
            let _ = world.act(&action);
            for events in &world.log[before..] {
                recount.see(events);
            }
            for query in queries(&world.state, world.now) {
                let rows: BTreeMap<_, _> = metrics(&world.state, &query)
                    .into_iter()
                    .map(|row| ((row.subject, row.metric), (row.count, row.amount_minor)))
                    .filter(|(_, sum)| *sum != (0, 0))
                    .collect();
                prop_assert_eq!(&rows, &recount.rows(&world.state, &query), "{:?}", query);
            }
        }
    }

    #[test]
    fn what_is_listed_for_a_figure_sums_to_it(given in actions(90)) {
        let mut world = World::new("2026-03-02T08:00:00Z", "America/New_York");
        for action in &given {
            let _ = world.act(action);
        }
        for query in queries(&world.state, world.now) {
            for row in metrics(&world.state, &query) {
                let listed = score_entries(&world.state, &ScoreQuery {
                    window: Some(query.window),
                    metric: Some(row.metric),
                    subject: Some(row.subject),
                    pipeline: query.pipeline,
                    by_todays_team: query.by_todays_team,
                    ..ScoreQuery::default()
                });
                let credited = || listed.iter().filter(|entry| entry.credited());
                let count: i64 = credited().map(|entry| i64::from(entry.count)).sum();
                let amount: i128 = credited().map(|entry| i128::from(entry.amount_minor)).sum();
                prop_assert_eq!((count, amount), (row.count, row.amount_minor), "{:?} {:?}", query, row);
                if let Some(subject) = match row.subject {
                    MetricSubject::Workspace => Some(GoalSubject::Workspace),
                    MetricSubject::Member(Some(id)) => Some(GoalSubject::Member(id)),
                    MetricSubject::Team(Some(id)) => Some(GoalSubject::Team(id)),
                    _ => None,
                } && query.pipeline.is_none() && !query.by_todays_team {
                    let sum = sum_of(&world.state, subject, row.metric, query.window);
                    prop_assert_eq!(sum, (row.count, row.amount_minor));
                }
            }
        }
    }

    #[test]
    fn undoing_a_move_leaves_everything_as_it_was(given in actions(60), pick in any::<u16>()) {
        let mut world = World::new("2026-03-02T08:00:00Z", "Europe/Berlin");
        for action in &given {
            let _ = world.act(action);
        }
        world.actor = None;
        let count = world.state.opportunity_count();
        prop_assume!(count > 0);
        let id = OpportunityId(u64::from(pick) % count as u64 + 1);
        // A level that is due is told before the move, and stays told after the undoing.
        while !world.run(Command::Tick).is_empty() {}
        let before = world.opportunity(id).clone();
        let sums = |world: &World| -> Vec<_> {
            queries(&world.state, world.now).iter().map(|query| metrics(&world.state, query)).collect()
        };
        // What is told of it and asked for it, whatever commit last touched that.
        let duties = |world: &World| -> (Vec<Alert>, Vec<Approval>) {
            let alerts = world.state.alerts().map(|it| Alert { revision: 0, ..Alert::clone(it) });
            let approvals = world.state.approvals_of(id);
            let approvals = approvals.map(|it| Approval { revision: 0, ..Approval::clone(it) });
            (alerts.collect(), approvals.collect())
        };
        let (figures, owed) = (sums(&world), duties(&world));
        let to = StageId(u64::from(pick) % 7 + 1);
        let moves = [
            Command::MoveOpportunity(MoveOpportunity { id, to, override_reason: None }),
            Command::LoseOpportunity(LoseOpportunity { id, reason: "price".to_owned(), stage: None, override_reason: None }),
            Command::ReopenOpportunity(ReopenOpportunity { id, to, reason: "mistake".to_owned(), override_reason: None }),
        ];
        let done = moves.iter().any(|command| world.try_run(command).is_ok());
        prop_assume!(done);
        world.now = world.now.plus_micros(limits::UNDO_GRACE_MICROS);
        let today = |world: &World| world.state.zone().date_of(world.now);
        let same_day = today(&world) == world.state.zone().date_of(before.history.last().unwrap().entered_at);
        // The old stage may have been retired before: then it stays moved.
        let undone = world.try_run(&Command::UndoMove(UndoMove { id }));
        let retired = world.state.stage(before.stage).unwrap().1.retired;
        prop_assert_eq!(undone.is_ok(), !retired);
        prop_assume!(!retired);
        let mut after = world.opportunity(id).clone();
        after.revision = before.revision;
        after.undo.clone_from(&before.undo);
        prop_assert_eq!(after, before);
        prop_assert_eq!(duties(&world), owed);
        if same_day {
            prop_assert_eq!(sums(&world), figures);
        }
    }
}

fn undo(id: OpportunityId) -> Command {
    Command::UndoMove(UndoMove { id })
}

#[test]
fn a_move_can_be_undone_for_ten_minutes_by_who_made_it_while_nobody_else_touched_the_deal() {
    let mut world = World::new("2026-03-02T09:00:00Z", "UTC");
    world.run(Command::CreateMember(CreateMember {
        name: "Ann".to_owned(),
        role: Role::Rep,
        team: None,
        unix_user: None,
        email: None,
        external_id: None,
    }));
    let deal = world.deal("deal", 100);
    let start = world.now;
    assert_eq!(world.rejected(undo(deal)), ["id UNDO_NOT_POSSIBLE"]);
    world.actor = Some(MemberId(1));
    world.go(deal, 2);
    // Somebody else.
    world.actor = Some(MemberId(2));
    assert_eq!(world.rejected(undo(deal)), ["id UNDO_NOT_POSSIBLE"]);
    // Too late.
    world.actor = Some(MemberId(1));
    world.now = start.plus_micros(limits::UNDO_GRACE_MICROS + 1);
    assert_eq!(world.rejected(undo(deal)), ["id UNDO_NOT_POSSIBLE"]);
    // In time; the mover's own amendment does not hinder, and NEW is corrected as if it had not moved.
    world.now = start.plus_micros(limits::UNDO_GRACE_MICROS);
    let mut amend = AmendOpportunity::of(deal);
    amend.amount = Some(usd(150));
    world.run(Command::AmendOpportunity(Box::new(amend.clone())));
    world.run(undo(deal));
    assert_eq!(world.opportunity(deal).stage, StageId(1));
    assert_eq!(world.sums("2026-W10"), ["NEW 1 150", "FLOW 0 0", "WON 0 0"]);
    let taken: Vec<_> = world
        .state
        .score_entries_of(deal)
        .map(|entry| (entry.kind, entry.at))
        .collect();
    assert!(
        taken.contains(&(ScoreKind::Undo, start)),
        "dated at the move: {taken:?}"
    );
    assert_eq!(world.rejected(undo(deal)), ["id UNDO_NOT_POSSIBLE"]);
    // Somebody else touched it.
    world.go(deal, 2);
    world.actor = Some(MemberId(2));
    amend.amount = Some(usd(170));
    world.run(Command::AmendOpportunity(Box::new(amend)));
    world.actor = Some(MemberId(1));
    assert_eq!(world.rejected(undo(deal)), ["id UNDO_NOT_POSSIBLE"]);
}

#[test]
fn a_move_out_of_a_stage_retired_since_cannot_be_undone() {
    let mut world = World::new("2026-03-02T09:00:00Z", "UTC");
    let deal = world.deal("deal", 100);
    world.go(deal, 2);
    world.run(Command::RetireStage(RetireStage {
        id: StageId(1),
        move_to: None,
    }));
    assert_eq!(world.rejected(undo(deal)), ["id STAGE_RETIRED"]);
}

#[test]
fn leaving_a_stage_after_its_period_is_revived_and_undoing_takes_that_back_too() {
    let mut world = World::new("2026-03-02T09:00:00Z", "UTC");
    let (fresh, stalled) = (world.deal("fresh", 10), world.deal("stalled", 100));
    world.now = world.now.plus_micros(14 * DAY - 1);
    world.go(fresh, 2);
    world.now = world.now.plus_micros(1);
    world.go(stalled, 2);
    assert_eq!(
        world.sums("2026-03"),
        ["NEW 2 110", "FLOW 2 110", "WON 0 0", "REVIVED 1 100"]
    );
    world.run(undo(stalled));
    assert_eq!(world.sums("2026-03"), ["NEW 2 110", "FLOW 1 10", "WON 0 0"]);
    // Undone, it is stalled still; winning it revives it once.
    world.go(stalled, 6);
    assert_eq!(
        world.sums("2026-03"),
        ["NEW 2 110", "FLOW 2 110", "WON 1 100", "REVIVED 1 100"]
    );
    // Going back and forth revives nothing more.
    world.now = at("2026-05-02T09:00:00Z");
    world.go(fresh, 1);
    world.now = at("2026-06-02T09:00:00Z");
    world.go(fresh, 2);
    assert_eq!(world.sums("2026-06"), ["NEW 0 0", "FLOW 0 0", "WON 0 0"]);
}

#[test]
fn a_cycle_stands_beside_the_one_before_it() {
    let mut world = World::new("2026-03-02T09:00:00Z", "UTC");
    world.deal("old", 5);
    world.now = at("2026-03-09T09:00:00Z");
    world.deal("new", 7);
    let window = Cycle::parse("2026-W11").unwrap().window(Date::EPOCH);
    let rows = compared(&world.state, &MetricsQuery::new(window, Grouping::Member));
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].row.count, rows[0].row.amount_minor), (1, 7));
    assert_eq!(
        (rows[0].previous_count, rows[0].previous_amount_minor),
        (1, 5)
    );
}
