//! A sales team at work: about one action a second, by the calls anybody could make, until told to stop.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::time::{Duration, Instant};

use jiff::ToSpan;
use sluice_proto::v1;
use tokio::time::sleep;
use tonic::Status;

use super::duties;
use super::floor::{Act, Deal, Floor, look_around};
use super::names::{self, LOSS_REASONS, SOURCES, Tongue};
use super::random::Random;
use super::visits::{self, Manner};
use crate::client::{Connection, Verdict, timed, verdict};

/// The shortest and the longest pause between two actions, in milliseconds.
const PAUSE_MS: (i64, i64) = (700, 2_500);
/// The pause while the server cannot be reached.
const PAUSE_UNREACHED: Duration = Duration::from_secs(2);
/// More requests for approval than this do not wait: one inbox is to be read.
const MOST_WAITING: usize = 6;
/// A member checks in at most this often: what comes sooner would not count.
const BETWEEN_VISITS: Duration = Duration::from_secs(31 * 60);
/// Of rewards and packets so many are looked at: the oldest.
const LOOKED_AT: i32 = 100;
/// Why a manager lets a deal through.
const OVERRIDES: &[&str] = &[
    "agreed on the phone",
    "电话已同意",
    "the terms are our usual ones",
];
/// Actions after which everything is looked at anew: the person at the screen decides and moves, too.
const ACTS_A_LOOK: usize = 30;

/// When each member checked in last: twice within half an hour would not count.
type Visits = BTreeMap<String, Instant>;

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
    let mut visits = Visits::new();
    loop {
        let Ok(mut floor) = look_around(connection).await else {
            sleep(PAUSE_UNREACHED).await;
            continue;
        };
        if floor.members.is_empty() || floor.customers.is_empty() || floor.open_stages == 0 {
            sleep(PAUSE_UNREACHED).await;
            continue;
        }
        for _ in 0..ACTS_A_LOOK {
            let pause = random.between(PAUSE_MS.0, PAUSE_MS.1);
            sleep(Duration::from_millis(u64::try_from(pause).unwrap_or(1_000))).await;
            match act(connection, &mut random, &mut floor, &mut visits).await {
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

async fn act(
    connection: &Connection,
    random: &mut Random,
    floor: &mut Floor,
    visits: &mut Visits,
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
        Act::CheckIn => {
            let Some((id, deal)) = floor.deal(random, 0..floor.open_stages) else {
                return Ok(());
            };
            return check_in(connection, random, floor, (id, deal), visits, request_id).await;
        }
        Act::Amend => {
            let Some((id, deal)) = floor.deal(random, 0..floor.open_stages) else {
                return Ok(());
            };
            let request = amended(random, id, &deal, request_id);
            deals
                .amend_opportunity(timed(request))
                .await?
                .into_inner()
                .opportunity
        }
        Act::Claim => return claim(connection, random, floor, request_id).await,
        Act::Open => return open_packet(connection, random, floor, request_id).await,
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
            let gated = stage > deal.stage && floor.gated.contains(&stage);
            let approved = floor.approved.remove(&id);
            let may_ask = floor.waiting.len() < MOST_WAITING && !floor.waiting.contains(&id);
            if gated && !approved && may_ask {
                let name = floor.members.iter().find(|(id, _)| *id == deal.owner_id);
                let name = name.map_or("", |(_, name)| name.as_str());
                let place = usize::try_from(random.below(100)).unwrap_or(0);
                floor.waiting.insert(id.clone());
                let request = v1::RequestApprovalRequest {
                    opportunity_id: id,
                    stage_id,
                    note: duties::plea(name, place),
                    request_id,
                    validate_only: false,
                };
                connection
                    .approvals()
                    .request_approval(timed(request))
                    .await?;
                return Ok(());
            }
            let request = v1::MoveOpportunityRequest {
                id,
                stage_id,
                request_id,
                // Enough wait for the person at the screen: the manager is called instead.
                override_reason: if gated && !approved {
                    random.word(OVERRIDES).to_owned()
                } else {
                    String::new()
                },
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
    let customer = random.pick(&floor.customers).clone();
    let today = jiff::Zoned::now().date();
    v1::Opportunity {
        name: names::deal(random, &customer.name),
        amount: Some(v1::Money {
            amount_minor: random.amount_major() * 100,
            currency_code: String::new(),
        }),
        stage_id: floor.stages[0].clone(),
        expected_contract_date: today
            .saturating_add(random.between(14, 100).days())
            .to_string(),
        owner_id: random.pick(&floor.members).0.clone(),
        customer_id: customer.id,
        source: random.word(SOURCES).to_owned(),
        grade: i32::try_from(random.weighted(&[20, 25, 30, 18, 7])).unwrap_or(0),
        ..Default::default()
    }
}

/// A deal that turns out larger or smaller, or later.
fn amended(
    random: &mut Random,
    id: String,
    deal: &Deal,
    request_id: String,
) -> v1::AmendOpportunityRequest {
    let mut opportunity = v1::Opportunity {
        id,
        ..Default::default()
    };
    let date = deal.contract_date.parse::<jiff::civil::Date>();
    let path = match date {
        Ok(date) if random.chance(500) => {
            let later = date.saturating_add(random.between(3, 30).days());
            opportunity.expected_contract_date = later.to_string();
            "expected_contract_date"
        }
        _ => {
            // Whole hundreds, as people agree on them.
            let percent = random.between(80, 130);
            let amount_minor = (deal.amount_minor / 1_000_000 * percent).max(1) * 10_000;
            opportunity.amount = Some(v1::Money {
                amount_minor,
                currency_code: String::new(),
            });
            "amount"
        }
    };
    v1::AmendOpportunityRequest {
        opportunity: Some(opportunity),
        update_mask: Some(prost_types::FieldMask {
            paths: vec![path.to_owned()],
        }),
        request_id,
        validate_only: false,
    }
}

/// An activity for a deal, by its owner.
fn activity(random: &mut Random, floor: &Floor, id: String, deal: &Deal) -> v1::Activity {
    let customer = floor.customer(&deal.customer_id);
    let customer = customer.map_or("", |customer| customer.name.as_str());
    let next = random.chance(330).then(|| {
        let day = jiff::Zoned::now().date();
        day.saturating_add(random.between(2, 21).days()).to_string()
    });
    v1::Activity {
        kind: i32::try_from(random.between(1, 5)).unwrap_or(1),
        purpose: names::purpose(random, customer).to_owned(),
        opportunity_id: id,
        member_id: deal.owner_id.clone(),
        follow_up_date: next.unwrap_or_default(),
        ..Default::default()
    }
}

async fn send(
    connection: &Connection,
    activity: v1::Activity,
    request_id: String,
) -> Result<(), Status> {
    let request = v1::LogActivityRequest {
        activity: Some(activity),
        request_id,
        validate_only: false,
    };
    let mut activities = connection.activities();
    activities.log_activity(timed(request)).await.map(|_| ())
}

async fn log(
    connection: &Connection,
    random: &mut Random,
    floor: &Floor,
    id: String,
    deal: Deal,
    request_id: String,
) -> Result<(), Status> {
    let activity = activity(random, floor, id, &deal);
    let activity = v1::Activity {
        note: names::person(random, Tongue::English),
        ..activity
    };
    send(connection, activity, request_id).await
}

/// Somebody claims what they have earned.
async fn claim(
    connection: &Connection,
    random: &mut Random,
    floor: &Floor,
    request_id: String,
) -> Result<(), Status> {
    let request = v1::ListRewardsRequest {
        page_size: LOOKED_AT,
        filter: "state:claimable".to_owned(),
        ..Default::default()
    };
    let mut rewards = connection.rewards();
    let answer = rewards.list_rewards(timed(request)).await?.into_inner();
    let others: Vec<&v1::Reward> = answer
        .rewards
        .iter()
        .filter(|reward| !floor.administrators.contains(&reward.member_id))
        .collect();
    if others.is_empty() {
        return Ok(());
    }
    let chosen = *random.pick(&others);
    let request = v1::ClaimRewardsRequest {
        ids: vec![chosen.id.clone()],
        member_id: chosen.member_id.clone(),
        request_id,
        validate_only: false,
    };
    rewards.claim_rewards(timed(request)).await.map(|_| ())
}

/// Somebody opens a packet a teammate has shared.
async fn open_packet(
    connection: &Connection,
    random: &mut Random,
    floor: &Floor,
    request_id: String,
) -> Result<(), Status> {
    let request = v1::ListPacketsRequest {
        page_size: LOOKED_AT,
        filter: "state:sent".to_owned(),
        ..Default::default()
    };
    let mut packets = connection.packets();
    let answer = packets.list_packets(timed(request)).await?.into_inner();
    let others: Vec<&v1::Packet> = answer
        .packets
        .iter()
        .filter(|packet| !floor.administrators.contains(&packet.receiver_id))
        .collect();
    if others.is_empty() {
        return Ok(());
    }
    let chosen = *random.pick(&others);
    let request = v1::OpenPacketRequest {
        id: chosen.id.clone(),
        receiver_id: chosen.receiver_id.clone(),
        request_id,
        validate_only: false,
    };
    packets.open_packet(timed(request)).await.map(|_| ())
}

/// The owner is at the customer's; somebody who was out a moment ago stays where they are.
async fn check_in(
    connection: &Connection,
    random: &mut Random,
    floor: &Floor,
    (id, deal): (String, Deal),
    visits: &mut Visits,
    request_id: String,
) -> Result<(), Status> {
    let customer = floor.customer(&deal.customer_id);
    let site = customer.and_then(|customer| customer.site.as_ref());
    let rested = visits
        .get(&deal.owner_id)
        .is_none_or(|last| last.elapsed() > BETWEEN_VISITS);
    let Some(site) = site.filter(|_| rested && !deal.owner_id.is_empty()) else {
        return log(connection, random, floor, id, deal, request_id).await;
    };
    let manner = Manner::choose(random);
    let activity = v1::Activity {
        kind: v1::ActivityKind::Visit.into(),
        check_in: Some(visits::check_in(random, site, manner)),
        ..activity(random, floor, id, &deal)
    };
    visits.insert(deal.owner_id, Instant::now());
    send(connection, activity, request_id).await
}
