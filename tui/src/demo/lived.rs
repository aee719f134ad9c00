//! The last weeks, lived: what the plan says of them is done one after the other, by a clock that goes along.
//!
//! What is imported is history and pays nothing; what is lived is measured, rewarded and told of as at any other time.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use sluice_proto::v1;
use tonic::Status;

use super::fill::{FillOptions, Filling, IN_FLIGHT};
use super::names;
use super::plan::{LOST, OPEN_STAGES, Plan};
use super::random::Random;
use super::visits::{self, Manner};
use crate::client::timed;
use crate::embedded::SimulatedClock;
use crate::record::{DAY_US, Micros, SECOND_US};
use crate::wire::timestamp;

/// Check-ins on a working day.
const CHECK_INS_A_DAY: i64 = 5;
/// They begin at this hour, and are so many minutes apart: more than the gap between two that count.
const VISITS_FROM_HOUR: i8 = 10;
const VISITS_APART_MINUTES: i64 = 70;
/// Rewards are claimed and packets opened at this hour.
const EVENING_HOUR: i8 = 18;
/// The last evenings are left to the person at the screen: there is something to claim and to open.
const OPEN_EVENINGS_DAYS: i64 = 2;
/// How many of a thousand claim on an evening, and open a packet.
const CLAIMS_PER_MILLE: u64 = 600;
const OPENED_PER_MILLE: u64 = 800;
/// Points given personally on a Friday, once or twice: five Fridays stay below what one may give in a month.
const GRANTED: i64 = 50;
/// Rows of a page: the most the server gives.
const FULL_PAGE: i32 = 1_000;

/// What a team that is set up works with: ids, in the order of the plan.
pub(super) struct Team<'a> {
    pub(super) members: &'a [String],
    pub(super) leader: Option<&'a str>,
    pub(super) customers: &'a [String],
    pub(super) contacts: &'a [String],
    pub(super) stages: &'a [String],
}

/// Something done at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A deal is entered.
    Create(usize),
    /// A deal enters its stage of this place in its history.
    Enter(usize, usize),
    /// An activity is recorded.
    Log(usize),
    /// Somebody checks in at the customer of a deal.
    Visit(usize),
    /// Rewards are claimed, packets opened, colleagues thanked.
    Evening(Date),
}

/// Everything done from an instant on, in the order of time.
pub fn steps(
    plan: &Plan,
    seed: u64,
    since: Micros,
    now: Micros,
    zone: &TimeZone,
) -> Vec<(Micros, Step)> {
    let mut steps = Vec::new();
    for (place, deal) in plan.deals.iter().enumerate() {
        for (entry, entered) in deal.stages.iter().enumerate() {
            if entered.at >= since {
                let step = match entry {
                    0 => Step::Create(place),
                    _ => Step::Enter(place, entry),
                };
                steps.push((entered.at, step));
            }
        }
    }
    for (place, activity) in plan.activities.iter().enumerate() {
        if activity.at >= since {
            steps.push((activity.at, Step::Log(place)));
        }
    }
    let mut random = Random::new(seed, 3);
    let instant = |day: Date, hour: i8| {
        let moment = day.at(hour, 0, 0, 0);
        let zoned = zone.to_ambiguous_zoned(moment).compatible();
        zoned.map_or(now, |zoned| zoned.timestamp().as_microsecond())
    };
    let mut day = day_of(since, zone);
    let last = day_of(now, zone);
    while day <= last {
        if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            steps.push((instant(day, EVENING_HOUR), Step::Evening(day)));
            for visit in 0..CHECK_INS_A_DAY {
                let at =
                    instant(day, VISITS_FROM_HOUR) + visit * VISITS_APART_MINUTES * 60 * SECOND_US;
                if let Some(deal) = deal_open_at(plan, &mut random, at) {
                    steps.push((at, Step::Visit(deal)));
                }
            }
        }
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    steps.retain(|(at, _)| (since..now).contains(at));
    steps.sort_unstable();
    steps
}

/// A deal that is open at an instant; several are tried, then none is visited.
fn deal_open_at(plan: &Plan, random: &mut Random, at: Micros) -> Option<usize> {
    const ATTEMPTS: usize = 20;
    (0..ATTEMPTS).find_map(|_| {
        let place = usize::try_from(random.below(plan.deals.len() as u64)).ok()?;
        let entered = plan.deals[place]
            .stages
            .iter()
            .rev()
            .find(|entered| entered.at < at)?;
        (entered.stage < OPEN_STAGES).then_some(place)
    })
}

fn day_of(at: Micros, zone: &TimeZone) -> Date {
    jiff::Timestamp::from_microsecond(at)
        .unwrap_or_default()
        .to_zoned(zone.clone())
        .date()
}

/// An activity of the plan; none where its deal is not there.
pub(super) fn activity(
    plan: &Plan,
    team: &Team<'_>,
    place: usize,
    deals: &BTreeMap<usize, String>,
) -> Option<v1::Activity> {
    let activity = &plan.activities[place];
    let deal = &plan.deals[activity.deal];
    Some(v1::Activity {
        kind: activity.kind,
        purpose: activity.purpose.to_owned(),
        contact_id: team.contacts[deal.customer].clone(),
        follow_up_date: activity
            .follow_up
            .map(|day| day.to_string())
            .unwrap_or_default(),
        opportunity_id: deals.get(&activity.deal)?.clone(),
        member_id: team.members[deal.owner].clone(),
        occurred_time: Some(timestamp(activity.at)),
        ..Default::default()
    })
}

impl Filling<'_> {
    /// Lives through the steps. `deals` holds the ids of those that exist, by place in the plan; those created here are added.
    pub(super) async fn live_through(
        &self,
        plan: &Plan,
        team: &Team<'_>,
        (options, clock): (&FillOptions, &SimulatedClock),
        steps: &[(Micros, Step)],
        deals: &mut BTreeMap<usize, String>,
        mut advance: impl FnMut(usize),
    ) -> Result<(), Status> {
        let mut random = Random::new(options.seed, 4);
        let quiet_from = options.now - OPEN_EVENINGS_DAYS * DAY_US;
        for (number, (at, step)) in steps.iter().enumerate() {
            clock.advance_to(*at);
            let request_id = self.request_id("lived", number);
            match *step {
                Step::Create(place) => {
                    let id = self.create(plan, team, place, request_id).await?;
                    deals.insert(place, id);
                }
                Step::Enter(place, entry) => {
                    let deal = &plan.deals[place];
                    let stage = deal.stages[entry].stage;
                    if let Some(id) = deals.get(&place) {
                        let stage = (stage, team.stages[stage].clone());
                        self.enter(id, stage, deal.loss_reason, request_id).await?;
                    }
                }
                Step::Log(place) => {
                    if let Some(activity) = activity(plan, team, place, deals) {
                        self.log(activity, request_id).await?;
                    }
                }
                Step::Visit(place) => {
                    if let Some(id) = deals.get(&place) {
                        let deal = &plan.deals[place];
                        let site = visits::site(deal.customer);
                        let manner = Manner::choose(&mut random);
                        let request = v1::Activity {
                            kind: v1::ActivityKind::Visit.into(),
                            purpose: names::purpose(&mut random, &plan.customers[deal.customer])
                                .to_owned(),
                            opportunity_id: id.clone(),
                            member_id: team.members[deal.owner].clone(),
                            check_in: Some(visits::check_in(&mut random, &site, manner)),
                            ..Default::default()
                        };
                        self.log(request, request_id).await?;
                    }
                }
                Step::Evening(day) => {
                    if *at < quiet_from {
                        self.evening(team, &mut random, number).await?;
                    }
                    if day.weekday() == Weekday::Friday {
                        self.friday(team, &mut random, number, options.chinese)
                            .await?;
                    }
                }
            }
            advance(1);
        }
        Ok(())
    }

    async fn create(
        &self,
        plan: &Plan,
        team: &Team<'_>,
        place: usize,
        request_id: String,
    ) -> Result<String, Status> {
        let deal = &plan.deals[place];
        let opportunity = v1::Opportunity {
            name: deal.name.clone(),
            amount: Some(v1::Money {
                amount_minor: deal.amount_major * 100,
                currency_code: String::new(),
            }),
            stage_id: team.stages[deal.stages[0].stage].clone(),
            expected_contract_date: deal.contract_date.to_string(),
            owner_id: self.owner(team, plan, place),
            customer_id: team.customers[deal.customer].clone(),
            source: deal.source.to_owned(),
            grade: deal.grade,
            external_id: self.external_id(place),
            ..Default::default()
        };
        let request = v1::CreateOpportunityRequest {
            opportunity: Some(opportunity),
            request_id,
            validate_only: false,
        };
        let mut opportunities = self.connection.opportunities();
        let answer = opportunities.create_opportunity(timed(request)).await?;
        let created = answer.into_inner().opportunity;
        Ok(created.map(|created| created.id).unwrap_or_default())
    }

    async fn enter(
        &self,
        id: &str,
        (place, stage_id): (usize, String),
        loss_reason: &str,
        request_id: String,
    ) -> Result<(), Status> {
        let mut opportunities = self.connection.opportunities();
        if place == LOST {
            let request = v1::LoseOpportunityRequest {
                id: id.to_owned(),
                reason: loss_reason.to_owned(),
                request_id,
                ..Default::default()
            };
            opportunities.lose_opportunity(timed(request)).await?;
        } else {
            let request = v1::MoveOpportunityRequest {
                id: id.to_owned(),
                stage_id,
                request_id,
                ..Default::default()
            };
            opportunities.move_opportunity(timed(request)).await?;
        }
        Ok(())
    }

    pub(super) async fn log(
        &self,
        activity: v1::Activity,
        request_id: String,
    ) -> Result<(), Status> {
        let request = v1::LogActivityRequest {
            activity: Some(activity),
            request_id,
            validate_only: false,
        };
        let mut activities = self.connection.activities();
        activities.log_activity(timed(request)).await.map(|_| ())
    }

    /// Most people claim what they have earned and open what they got.
    async fn evening(
        &self,
        team: &Team<'_>,
        random: &mut Random,
        number: usize,
    ) -> Result<(), Status> {
        let everybody = team.members.iter().map(String::as_str).chain(team.leader);
        for (place, member) in everybody.enumerate() {
            if !random.chance(CLAIMS_PER_MILLE) {
                continue;
            }
            let request = v1::ClaimRewardsRequest {
                member_id: member.to_owned(),
                request_id: self.request_id(&format!("claim-{number}"), place),
                ..Default::default()
            };
            self.connection
                .rewards()
                .claim_rewards(timed(request))
                .await?;
        }
        let request = v1::ListPacketsRequest {
            page_size: FULL_PAGE,
            filter: "state:sent".to_owned(),
            ..Default::default()
        };
        let answer = self
            .connection
            .packets()
            .list_packets(timed(request))
            .await?;
        let packets = answer.into_inner().packets;
        let opened: Vec<v1::Packet> = packets
            .into_iter()
            .filter(|_| random.chance(OPENED_PER_MILLE))
            .collect();
        let calls = opened.into_iter().map(|packet| async move {
            let request = v1::OpenPacketRequest {
                request_id: format!("{}-{}", self.request_id("open", number), packet.id),
                id: packet.id,
                receiver_id: packet.receiver_id,
                validate_only: false,
            };
            self.connection
                .packets()
                .open_packet(timed(request))
                .await
                .map(|_| ())
        });
        stream::iter(calls)
            .buffer_unordered(IN_FLIGHT)
            .try_collect()
            .await
    }

    /// At the end of the week somebody is thanked, and somebody rewarded personally where there is a scheme for it.
    async fn friday(
        &self,
        team: &Team<'_>,
        random: &mut Random,
        number: usize,
        chinese: bool,
    ) -> Result<(), Status> {
        let (thanks, grant) = if chinese {
            ("帮我赶出了投标文件", "周末仍跟进客户现场")
        } else {
            (
                "stayed late for our tender",
                "was on the customer's site on a weekend",
            )
        };
        let request = v1::GiveThanksRequest {
            member_id: random.pick(team.members).clone(),
            reason: thanks.to_owned(),
            request_id: self.request_id("thanks", number),
            ..Default::default()
        };
        self.connection.badges().give_thanks(timed(request)).await?;
        let request = v1::ListSchemesRequest {
            filter: "system:grant state:published".to_owned(),
            ..Default::default()
        };
        let answer = self
            .connection
            .schemes()
            .list_schemes(timed(request))
            .await?;
        let Some(scheme) = answer.into_inner().schemes.into_iter().next() else {
            return Ok(());
        };
        let request = v1::GrantRewardRequest {
            scheme_id: scheme.id,
            member_id: random.pick(team.members).clone(),
            amount: random.between(1, 2) * GRANTED,
            reason: grant.to_owned(),
            request_id: self.request_id("grant", number),
            ..Default::default()
        };
        self.connection
            .rewards()
            .grant_reward(timed(request))
            .await
            .map(|_| ())
    }

    /// Switches every ready-made scheme on.
    pub(super) async fn schemes(&self) -> Result<(), Status> {
        let mut schemes = self.connection.schemes();
        let answer = schemes
            .list_scheme_templates(timed(v1::ListSchemeTemplatesRequest {}))
            .await?;
        for (place, template) in answer.into_inner().templates.into_iter().enumerate() {
            let request = v1::CreateSchemeRequest {
                name: template.name,
                unit: template.unit,
                terms: template.terms,
                request_id: self.request_id("scheme", place),
                ..Default::default()
            };
            let answer = schemes.create_scheme(timed(request)).await?.into_inner();
            let request = v1::PublishSchemeRequest {
                id: answer.scheme.map(|scheme| scheme.id).unwrap_or_default(),
                request_id: self.request_id("publish", place),
                ..Default::default()
            };
            schemes.publish_scheme(timed(request)).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Micros = 1_773_216_000_000_000;

    #[test]
    fn what_is_lived_is_what_the_plan_says_of_that_time_in_order() {
        for seed in 0..4 {
            let plan = Plan::new(seed, NOW, &TimeZone::UTC);
            let since = NOW - 21 * DAY_US;
            let steps = steps(&plan, seed, since, NOW, &TimeZone::UTC);
            assert!(steps.is_sorted());
            assert!(steps.iter().all(|(at, _)| (since..NOW).contains(at)));
            let entries = plan.deals.iter().flat_map(|deal| &deal.stages);
            let lived = entries.filter(|entered| entered.at >= since).count();
            let entered = steps
                .iter()
                .filter(|(_, step)| matches!(step, Step::Create(_) | Step::Enter(..)));
            assert_eq!(entered.count(), lived, "seed {seed}");
            let evenings = steps
                .iter()
                .filter(|(_, step)| matches!(step, Step::Evening(_)));
            assert!((14..=16).contains(&evenings.count()), "seed {seed}");
        }
    }

    #[test]
    fn whoever_is_visited_has_a_deal_that_is_open_then() {
        let plan = Plan::new(1, NOW, &TimeZone::UTC);
        let steps = steps(&plan, 1, NOW - 21 * DAY_US, NOW, &TimeZone::UTC);
        let visits = steps.iter().filter_map(|(at, step)| match step {
            Step::Visit(place) => Some((*at, &plan.deals[*place])),
            _ => None,
        });
        for (at, deal) in visits {
            let stage = deal.stages.iter().rev().find(|entered| entered.at < at);
            assert!(stage.is_some_and(|entered| entered.stage < OPEN_STAGES));
        }
    }
}
