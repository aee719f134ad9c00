//! A sales team at work: about one action a second, by the calls anybody could make, until told to stop.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use jiff::ToSpan;
use sluice_proto::v1;
use tokio::time::sleep;
use tonic::Status;

use super::names::{self, LOSS_REASONS, SOURCES, Tongue};
use super::random::Random;
use crate::client::{Connection, Verdict, timed, verdict};

/// The shortest and the longest pause between two actions, in milliseconds.
const PAUSE_MS: (i64, i64) = (700, 2_500);
/// The pause while the server cannot be reached.
const PAUSE_UNREACHED: Duration = Duration::from_secs(2);
/// Fewer open deals than this and the team mostly finds new ones.
const FEW_OPEN: usize = 240;
/// More open deals than this and it finds none.
const MANY_OPEN: usize = 380;
/// Rows of a page: the most the server gives.
const FULL_PAGE: i32 = 1_000;

/// What somebody does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Log,
    Create,
    Forward,
    Back,
    Win,
    Lose,
}

/// A deal as the simulation knows it.
#[derive(Clone, Debug)]
struct Deal {
    stage: usize,
    owner_id: String,
    customer_id: String,
}

/// What the simulation acts on.
struct Floor {
    /// Open stages in order, then won, then lost.
    stages: Vec<String>,
    open_stages: usize,
    members: Vec<String>,
    /// Ids and names.
    customers: Vec<(String, String)>,
    open: BTreeMap<String, Deal>,
}

/// Works until `stop` completes. What is refused (somebody else moved the deal) is looked at again; a lost server is waited for.
pub async fn live(connection: Connection, seed: u64, stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    tokio::select! {
        () = &mut stop => {}
        () = work(&connection, seed) => {}
    }
}

async fn work(connection: &Connection, seed: u64) {
    let mut random = Random::new(seed, 1);
    loop {
        let Ok(mut floor) = look_around(connection).await else {
            sleep(PAUSE_UNREACHED).await;
            continue;
        };
        if floor.members.is_empty() || floor.customers.is_empty() || floor.open_stages == 0 {
            sleep(PAUSE_UNREACHED).await;
            continue;
        }
        loop {
            let pause = random.between(PAUSE_MS.0, PAUSE_MS.1);
            sleep(Duration::from_millis(u64::try_from(pause).unwrap_or(1_000))).await;
            match act(connection, &mut random, &mut floor).await {
                Ok(()) => {}
                Err(status) => match verdict(&status) {
                    // Somebody was faster, or a rule stands against it: look at everything anew.
                    Verdict::Refused(_) => break,
                    Verdict::Retry { .. } => {
                        sleep(PAUSE_UNREACHED).await;
                        break;
                    }
                },
            }
        }
    }
}

async fn look_around(connection: &Connection) -> Result<Floor, Status> {
    let pipelines = connection
        .pipelines()
        .list_pipelines(timed(v1::ListPipelinesRequest::default()))
        .await?
        .into_inner();
    let stages = pipelines
        .pipelines
        .into_iter()
        .next()
        .map(|pipeline| pipeline.stages)
        .unwrap_or_default();
    let of_kind = |kind: v1::StageKind| {
        stages
            .iter()
            .filter(move |stage| stage.kind() == kind && !stage.retired)
            .map(|stage| stage.id.clone())
    };
    let mut ids: Vec<String> = of_kind(v1::StageKind::Open).collect();
    let open_stages = ids.len();
    ids.extend(of_kind(v1::StageKind::Won).next());
    ids.extend(of_kind(v1::StageKind::Lost).next());
    if ids.len() != open_stages + 2 {
        return Err(Status::failed_precondition(
            "the pipeline has no won or no lost stage",
        ));
    }
    let members = connection
        .members()
        .list_members(timed(v1::ListMembersRequest {
            page_size: FULL_PAGE,
            ..Default::default()
        }))
        .await?
        .into_inner()
        .members;
    let customers = connection
        .customers()
        .list_customers(timed(v1::ListCustomersRequest {
            page_size: FULL_PAGE,
            ..Default::default()
        }))
        .await?
        .into_inner()
        .customers;
    let deals = connection
        .opportunities()
        .list_opportunities(timed(v1::ListOpportunitiesRequest {
            page_size: FULL_PAGE,
            filter: "status:open".to_owned(),
            ..Default::default()
        }))
        .await?
        .into_inner()
        .opportunities;
    let mut floor = Floor {
        stages: ids,
        open_stages,
        members: members
            .into_iter()
            .filter(|member| member.active)
            .map(|member| member.id)
            .collect(),
        customers: customers
            .into_iter()
            .map(|customer| (customer.id, customer.name))
            .collect(),
        open: BTreeMap::new(),
    };
    deals.iter().for_each(|deal| floor.note(deal));
    Ok(floor)
}

impl Floor {
    /// Takes a deal over as the server describes it.
    fn note(&mut self, deal: &v1::Opportunity) {
        let stage = self.stages.iter().position(|stage| *stage == deal.stage_id);
        match stage.filter(|stage| *stage < self.open_stages && !deal.archived) {
            Some(stage) => {
                let known = Deal {
                    stage,
                    owner_id: deal.owner_id.clone(),
                    customer_id: deal.customer_id.clone(),
                };
                self.open.insert(deal.id.clone(), known);
            }
            None => {
                self.open.remove(&deal.id);
            }
        }
    }

    fn choose(&self, random: &mut Random) -> Act {
        let (create, close) = match self.open.len() {
            0 => return Act::Create,
            open if open < FEW_OPEN => (40, 6),
            open if open > MANY_OPEN => (0, 30),
            _ => (15, 14),
        };
        let acts = [
            Act::Log,
            Act::Create,
            Act::Forward,
            Act::Back,
            Act::Win,
            Act::Lose,
        ];
        acts[random.weighted(&[30, create, 35, 6, close / 2 + 1, close / 2])]
    }

    /// A deal in one of the stages; any when there is none.
    fn deal(&self, random: &mut Random, stages: std::ops::Range<usize>) -> Option<(String, Deal)> {
        let fitting: Vec<_> = self
            .open
            .iter()
            .filter(|(_, deal)| stages.contains(&deal.stage))
            .collect();
        let chosen = if fitting.is_empty() {
            self.open.iter().next()?
        } else {
            *random.pick(&fitting)
        };
        Some((chosen.0.clone(), chosen.1.clone()))
    }
}

async fn act(
    connection: &Connection,
    random: &mut Random,
    floor: &mut Floor,
) -> Result<(), Status> {
    let request_id = ulid::Ulid::generate().to_string();
    let last = floor.open_stages - 1;
    let mut deals = connection.opportunities();
    let changed = match floor.choose(random) {
        Act::Create => {
            let request = v1::CreateOpportunityRequest {
                opportunity: Some(invented(random, floor)),
                request_id,
                validate_only: false,
            };
            deals
                .create_opportunity(timed(request))
                .await?
                .into_inner()
                .opportunity
        }
        Act::Log => {
            let Some((id, deal)) = floor.deal(random, 0..floor.open_stages) else {
                return Ok(());
            };
            return log(connection, random, floor, id, deal, request_id).await;
        }
        act @ (Act::Forward | Act::Back | Act::Win) => {
            let stages = match act {
                Act::Forward => 0..last,
                Act::Back => 1..floor.open_stages,
                _ => last..floor.open_stages,
            };
            let Some((id, deal)) = floor.deal(random, stages) else {
                return Ok(());
            };
            let stage = match act {
                Act::Back => deal.stage.saturating_sub(1),
                Act::Forward if deal.stage < last => deal.stage + 1,
                _ => floor.open_stages,
            };
            if stage == deal.stage {
                return Ok(());
            }
            let stage_id = floor.stages[stage].clone();
            let request = v1::MoveOpportunityRequest {
                id,
                stage_id,
                request_id,
                ..Default::default()
            };
            deals
                .move_opportunity(timed(request))
                .await?
                .into_inner()
                .opportunity
        }
        Act::Lose => {
            let Some((id, _)) = floor.deal(random, 0..floor.open_stages) else {
                return Ok(());
            };
            let reason = random.word(LOSS_REASONS).to_owned();
            let request = v1::LoseOpportunityRequest {
                id,
                reason,
                request_id,
                ..Default::default()
            };
            deals
                .lose_opportunity(timed(request))
                .await?
                .into_inner()
                .opportunity
        }
    };
    if let Some(changed) = changed {
        floor.note(&changed);
    }
    Ok(())
}

fn invented(random: &mut Random, floor: &Floor) -> v1::Opportunity {
    let (customer_id, customer) = random.pick(&floor.customers).clone();
    let today = jiff::Zoned::now().date();
    v1::Opportunity {
        name: names::deal(random, &customer),
        amount: Some(v1::Money {
            amount_minor: random.amount_major() * 100,
            currency_code: String::new(),
        }),
        stage_id: floor.stages[0].clone(),
        expected_contract_date: today
            .saturating_add(random.between(14, 100).days())
            .to_string(),
        owner_id: random.pick(&floor.members).clone(),
        customer_id,
        source: random.word(SOURCES).to_owned(),
        grade: i32::try_from(random.weighted(&[20, 25, 30, 18, 7])).unwrap_or(0),
        ..Default::default()
    }
}

async fn log(
    connection: &Connection,
    random: &mut Random,
    floor: &Floor,
    opportunity_id: String,
    deal: Deal,
    request_id: String,
) -> Result<(), Status> {
    let customer = floor
        .customers
        .iter()
        .find(|(id, _)| *id == deal.customer_id)
        .map_or("", |(_, name)| name.as_str());
    let activity = v1::Activity {
        kind: i32::try_from(random.between(1, 5)).unwrap_or(1),
        purpose: names::purpose(random, customer).to_owned(),
        note: names::person(random, Tongue::English),
        opportunity_id,
        member_id: deal.owner_id,
        ..Default::default()
    };
    let request = v1::LogActivityRequest {
        activity: Some(activity),
        request_id,
        validate_only: false,
    };
    connection
        .activities()
        .log_activity(timed(request))
        .await
        .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floor(open: usize) -> Floor {
        let deal = Deal {
            stage: 0,
            owner_id: String::new(),
            customer_id: String::new(),
        };
        Floor {
            stages: (1..=7).map(|number| format!("stages/{number}")).collect(),
            open_stages: 5,
            members: vec!["members/1".into()],
            customers: vec![("customers/1".into(), "Bluefen Foods".into())],
            open: (0..open)
                .map(|number| (format!("opportunities/{number}"), deal.clone()))
                .collect(),
        }
    }

    #[test]
    fn the_number_of_open_deals_stays_in_bounds() {
        let mut random = Random::new(1, 1);
        assert_eq!(floor(0).choose(&mut random), Act::Create);
        let many = floor(MANY_OPEN + 1);
        assert!((0..500).all(|_| many.choose(&mut random) != Act::Create));
    }

    #[test]
    fn a_deal_that_closed_is_no_longer_acted_on() {
        let mut floor = floor(1);
        let mut deal = v1::Opportunity {
            id: "opportunities/0".into(),
            stage_id: "stages/3".into(),
            ..Default::default()
        };
        floor.note(&deal);
        assert_eq!(floor.open["opportunities/0"].stage, 2);
        deal.stage_id = "stages/6".into();
        floor.note(&deal);
        assert!(floor.open.is_empty());
    }
}
