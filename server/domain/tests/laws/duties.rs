//! Random commands of the process engine: time that passes, alerts that are answered, goals, and approvals that fit a gate.

use sluice_domain::command::*;
use sluice_domain::cycle::{CycleUnit, window_of};
use sluice_domain::*;

use crate::actions::{Action, VERBS, maybe, pick};
use crate::world::{HOUR, World, date};

/// Whether a verb of `Action` changes a pipeline by way of `World::duty_of`.
pub fn changes_pipelines(verb: u8) -> bool {
    (40..VERBS).contains(&verb) && matches!(verb - 40, 9..=13 | 21)
}

impl World {
    /// A command about what the engine watches; it mostly makes sense for the state it meets.
    pub fn duty_of(&self, action: &Action) -> Command {
        let state = &self.state;
        let [a, b, c, d] = action.picks;
        let alert = AlertId(pick(state.alerts().count(), a));
        let text = action.text.clone();
        match action.verb {
            0..=5 => Command::Tick,
            6 => Command::AcknowledgeAlert(AcknowledgeAlert {
                id: alert,
                reason: maybe(b, text),
            }),
            7 => Command::SnoozeAlert(SnoozeAlert {
                id: alert,
                until: self.now.plus_micros(i64::from(b % 400) * HOUR),
                reason: text,
            }),
            8 => self.hand_over(alert),
            9..=13 => self.ask_for_approval(action),
            14..=16 => Command::DecideApproval(DecideApproval {
                id: self.waiting(a),
                approve: !b.is_multiple_of(3),
                reason: Some("seen".to_owned()),
            }),
            17 => self.new_goal(action),
            18 => Command::DecomposeGoal(DecomposeGoal {
                id: GoalId(pick(state.goal_count(), a)),
                split: match b % 3 {
                    0 => GoalSplit::Subjects,
                    1 => GoalSplit::Time(CycleUnit::Month),
                    _ => GoalSplit::Time(CycleUnit::Week),
                },
                parts: Vec::new(),
            }),
            19 if d.is_multiple_of(4) => Command::ArchiveGoal(ArchiveGoal {
                id: GoalId(pick(state.goal_count(), a)),
            }),
            19..=20 => Command::UpdateGoal(UpdateGoal {
                id: GoalId(pick(state.goal_count(), a)),
                target: maybe(b, i64::from(action.amount)),
                locked: maybe(c, d.is_multiple_of(2)),
                redistribute: !b.is_multiple_of(5),
            }),
            21 => Command::UpdateStage(UpdateStage {
                id: self.stale_stage().unwrap_or(StageId(u64::from(b % 5) + 1)),
                name: None,
                win_probability_bp: None,
                stagnation_period_days: maybe(c, d % 90 + 1).map_or(Patch::Clear, Patch::Set),
                required_fields: None,
                gate: None,
            }),
            _ => Command::UndoMove(UndoMove {
                id: self.last_moved().map_or(OpportunityId(1), |deal| deal.id),
            }),
        }
    }

    /// A request nobody has decided on; where there is none, any.
    fn waiting(&self, choice: u16) -> ApprovalId {
        let requests = self.state.approvals();
        let waiting: Vec<ApprovalId> = requests
            .filter(|request| request.state == ApprovalState::Pending)
            .map(|request| request.id)
            .collect();
        match waiting.get(usize::from(choice) % waiting.len().max(1)) {
            Some(id) => *id,
            None => ApprovalId(pick(self.state.approvals().count(), choice)),
        }
    }

    /// The stage in which the first deal stands that was told to stagnate.
    fn stale_stage(&self) -> Option<StageId> {
        let mut deals = self.state.opportunities();
        Some(deals.find(|deal| deal.stagnation.is_some())?.stage)
    }

    /// What an alert's screen does: the deal is given to whoever leads its owner's team.
    fn hand_over(&self, alert: AlertId) -> Command {
        let state = &self.state;
        let deal = state.alert(alert).map(|alert| alert.opportunity);
        let owner = deal.and_then(|id| state.opportunity(id)?.owner);
        let team = owner.and_then(|id| state.member(id)?.team);
        let leader = team.and_then(|id| state.team(id)?.manager);
        let mut amend = AmendOpportunity::of(deal.unwrap_or(OpportunityId(1)));
        amend.owner = leader.map_or(Patch::Keep, Patch::Set);
        Command::AmendOpportunity(Box::new(amend))
    }

    /// Asks for a stage that wants approval; where none does, makes one want it, or stop wanting it.
    fn ask_for_approval(&self, action: &Action) -> Command {
        let [a, b, c, _] = action.picks;
        let id = OpportunityId(pick(self.state.opportunity_count(), a));
        let stages = self.state.opportunity(id).map(|deal| deal.pipeline);
        let stages = stages.and_then(|pipeline| self.state.pipeline(pipeline));
        let wanting = stages
            .into_iter()
            .flat_map(|pipeline| pipeline.live_stages());
        let wanting: Vec<&Stage> = wanting.filter(|stage| stage.gate.approval).collect();
        match wanting.get(usize::from(b) % wanting.len().max(1)) {
            Some(stage) if !c.is_multiple_of(4) => Command::RequestApproval(RequestApproval {
                opportunity: id,
                stage: stage.id,
                note: maybe(c, action.text.clone()),
            }),
            found => Command::UpdateStage(UpdateStage {
                id: found.map_or(StageId(u64::from(b % 6) + 1), |stage| stage.id),
                name: None,
                win_probability_bp: None,
                stagnation_period_days: Patch::Keep,
                required_fields: None,
                gate: Some(Gate {
                    approval: found.is_none(),
                    ..Gate::default()
                }),
            }),
        }
    }

    fn new_goal(&self, action: &Action) -> Command {
        let [a, b, c, d] = action.picks;
        let unit = [CycleUnit::Year, CycleUnit::Quarter, CycleUnit::Month][usize::from(a % 3)];
        Command::CreateGoal(CreateGoal {
            subject: match b % 3 {
                0 => GoalSubject::Workspace,
                1 => GoalSubject::Team(TeamId(pick(self.state.team_count(), c))),
                _ => GoalSubject::Member(MemberId(pick(self.state.member_count(), c))),
            },
            metric: [Metric::New, Metric::Flow, Metric::Won][usize::from(d % 3)],
            measure: [Measure::Count, Measure::Amount][usize::from(c % 2)],
            window: window_of(unit, date("2026-03-02").plus_days(i32::from(d % 400))),
            target: i64::from(action.amount % 5_000),
            locked: false,
        })
    }
}
