//! What the simulated team works under: a gate that asks for approval, requests that wait for it, goals, first check-ins.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use sluice_proto::v1;
use tonic::Status;

use super::fill::{FillOptions, Filling};
use super::plan::{OPEN_STAGES, Plan, WON};
use super::random::Random;
use super::visits::{self, Manner};
use crate::client::timed;
use crate::record::{DAY_US, Micros};
use crate::report::lens::{Cycle, CycleKind};

/// Requests for approval that wait from the beginning.
pub const REQUESTS: usize = 4;
/// Check-ins made at the beginning.
const CHECK_INS: usize = 6;
/// The open stage that needs a manager's approval, counted from the first.
pub const GATED_STAGE: usize = OPEN_STAGES - 1;
/// How much of the quarter's goal is won already, in percent: on the way, and not there.
const WON_PERCENT: i64 = 62;
/// New deals a week that the team is asked for, and check-ins.
const WEEKLY: [(&str, v1::GoalMeasure, i64); 2] = [
    ("NEW", v1::GoalMeasure::Count, 90),
    ("CHECK_IN", v1::GoalMeasure::Count, 25),
];
/// Levels of subjects below the workspace that its goal is divided among: all teams, each team, each member.
const LEVELS: usize = 3;

/// Things made here, for the bar that tells how far the filling is.
pub const STEPS: usize = 4;

impl Filling<'_> {
    /// The last open stage asks for a manager's approval from now on: what is in it came before.
    pub(super) async fn gate(&self, stages: &[String]) -> Result<(), Status> {
        let request = v1::UpdateStageRequest {
            stage: Some(v1::Stage {
                id: stages[GATED_STAGE].clone(),
                gate: Some(v1::Gate {
                    approval_required: true,
                    ..Default::default()
                }),
                ..Default::default()
            }),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["gate".to_owned()],
            }),
            etag: String::new(),
            request_id: self.request_id("gate", 0),
            validate_only: false,
        };
        let mut pipelines = self.connection.pipelines();
        pipelines.update_stage(timed(request)).await.map(|_| ())
    }

    /// Some sellers would like to enter it.
    pub(super) async fn requests(
        &self,
        plan: &Plan,
        deals: &[String],
        stages: &[String],
    ) -> Result<(), Status> {
        let near = plan.deals.iter().zip(deals);
        let near = near.filter(|(deal, _)| deal.stage() + 1 == GATED_STAGE);
        for (place, (deal, id)) in near.take(REQUESTS).enumerate() {
            let request = v1::RequestApprovalRequest {
                opportunity_id: id.clone(),
                stage_id: stages[GATED_STAGE].clone(),
                note: plea(&plan.members[deal.owner].name, place),
                request_id: self.request_id("approval", place),
                validate_only: false,
            };
            let mut approvals = self.connection.approvals();
            approvals.request_approval(timed(request)).await?;
        }
        Ok(())
    }

    /// Goals: of the quarter for what is won, divided down to weeks and members; of the week for new deals and check-ins.
    pub(super) async fn goals(&self, plan: &Plan, options: &FillOptions) -> Result<(), Status> {
        let today = day(options.now, &options.zone);
        let quarter = Cycle::of(CycleKind::Quarter, today);
        let target = quarter_target(plan, options, quarter);
        let goal = self
            .goal(0, "WON", v1::GoalMeasure::Amount, quarter, target)
            .await?;
        let months = self.divided(&goal, v1::GoalSplit::Months).await?;
        let this_month = Cycle::of(CycleKind::Month, today).text();
        if let Some(month) = months.into_iter().find(|part| part.cycle == this_month) {
            self.divided(&month.id, v1::GoalSplit::Weeks).await?;
            let mut parts = vec![month.id];
            for _ in 0..LEVELS {
                let mut next = Vec::new();
                for part in &parts {
                    let parts = self.divided(part, v1::GoalSplit::Subjects).await?;
                    // A member has nobody below.
                    let teams = parts
                        .into_iter()
                        .filter(|part| part.subject_id.starts_with("teams/"));
                    next.extend(teams.map(|part| part.id));
                }
                parts = next;
            }
        }
        let week = Cycle::of(CycleKind::Week, today);
        for (place, (metric, measure, target)) in (1..).zip(WEEKLY) {
            self.goal(place, metric, measure, week, target).await?;
        }
        Ok(())
    }

    async fn goal(
        &self,
        place: usize,
        metric: &str,
        measure: v1::GoalMeasure,
        cycle: Cycle,
        target: i64,
    ) -> Result<String, Status> {
        let request = v1::CreateGoalRequest {
            goal: Some(v1::Goal {
                metric: metric.to_owned(),
                measure: measure.into(),
                cycle: cycle.text(),
                target,
                ..Default::default()
            }),
            request_id: self.request_id("goal", place),
            validate_only: false,
        };
        let answer = self.connection.goals().create_goal(timed(request)).await?;
        let goal = answer.into_inner().goal;
        Ok(goal.map(|goal| goal.id).unwrap_or_default())
    }

    /// Divides a goal into equal parts.
    async fn divided(&self, id: &str, split: v1::GoalSplit) -> Result<Vec<v1::Goal>, Status> {
        let what = format!("divide-{}-{}", id.replace('/', "-"), i32::from(split));
        let request = v1::DecomposeGoalRequest {
            id: id.to_owned(),
            split: split.into(),
            request_id: self.request_id(&what, 0),
            ..Default::default()
        };
        let answer = self
            .connection
            .goals()
            .decompose_goal(timed(request))
            .await?;
        Ok(answer.into_inner().goals)
    }

    /// Some sellers are at a customer's right now.
    pub(super) async fn check_ins(
        &self,
        plan: &Plan,
        deals: &[String],
        members: &[String],
        seed: u64,
    ) -> Result<(), Status> {
        let mut random = Random::new(seed, 2);
        let mut out = std::collections::BTreeSet::new();
        let open = plan.deals.iter().zip(deals).rev();
        let open = open.filter(|(deal, _)| deal.stage() < OPEN_STAGES);
        for (deal, id) in open
            .filter(|(deal, _)| out.insert(deal.owner))
            .take(CHECK_INS)
        {
            let site = visits::site(deal.customer);
            let manner = Manner::choose(&mut random);
            let request = v1::LogActivityRequest {
                activity: Some(v1::Activity {
                    kind: v1::ActivityKind::Visit.into(),
                    purpose: super::names::purpose(&mut random, &plan.customers[deal.customer])
                        .to_owned(),
                    opportunity_id: id.clone(),
                    member_id: members[deal.owner].clone(),
                    check_in: Some(visits::check_in(&mut random, &site, manner)),
                    ..Default::default()
                }),
                request_id: self.request_id("check-in", deal.owner),
                validate_only: false,
            };
            let mut activities = self.connection.activities();
            activities.log_activity(timed(request)).await?;
        }
        Ok(())
    }
}

/// What is said to a request, in the language of whose deal it is.
pub fn plea(name: &str, place: usize) -> String {
    const WORDS: [(&str, &str); 4] = [
        ("they want to sign this week", "客户希望本周签约"),
        (
            "their board has agreed to the price",
            "对方董事会已同意价格",
        ),
        ("only the terms of payment are open", "只差付款条件"),
        ("the competitor has withdrawn", "竞争对手已退出"),
    ];
    let (english, chinese) = WORDS[place % WORDS.len()];
    if name.is_ascii() {
        format!("{name}: {english}")
    } else {
        format!("{name}：{chinese}")
    }
}

fn day(at: Micros, zone: &TimeZone) -> Date {
    jiff::Timestamp::from_microsecond(at)
        .unwrap_or_default()
        .to_zoned(zone.clone())
        .date()
}

/// What the quarter should bring: so much that most of it is won already, and never less than the ninety days before brought.
fn quarter_target(plan: &Plan, options: &FillOptions, quarter: Cycle) -> i64 {
    let won = |since: &dyn Fn(Micros) -> bool| -> i64 {
        let won = plan.deals.iter().filter(|deal| deal.stage() == WON);
        won.filter(|deal| deal.stages.last().is_some_and(|entered| since(entered.at)))
            .map(|deal| deal.amount_major * 100)
            .sum()
    };
    let in_quarter = won(&|at| day(at, &options.zone) >= quarter.window.start);
    let lately = won(&|at| at > options.now - 90 * DAY_US);
    (in_quarter * 100 / WON_PERCENT).max(lately)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarters_goal_is_neither_reached_nor_out_of_reach() {
        let now = 1_773_216_000_000_000;
        for seed in 0..4 {
            let options = FillOptions {
                seed,
                now,
                zone: TimeZone::UTC,
                user_name: String::new(),
                chinese: false,
                clock: None,
                lived_days: 0,
            };
            let plan = Plan::new(seed, now, &TimeZone::UTC);
            let quarter = Cycle::of(CycleKind::Quarter, day(now, &TimeZone::UTC));
            let target = quarter_target(&plan, &options, quarter);
            let won: i64 = plan
                .deals
                .iter()
                .filter(|deal| deal.stage() == WON)
                .filter(|deal| {
                    day(deal.stages[deal.stages.len() - 1].at, &TimeZone::UTC)
                        >= quarter.window.start
                })
                .map(|deal| deal.amount_major * 100)
                .sum();
            assert!(
                target > won && won * 4 > target,
                "seed {seed}: {won} of {target}"
            );
        }
    }
}
