//! Reads rewards: what is the person's own, what the team has earned, where an amount comes from.

use sluice_proto::v1;
use tonic::Status;

use super::{count, incentive_figures};
use crate::client::{Connection, refusal, timed};
use crate::incentive::{Badge, Balance, Own, Packet, PacketState, Reward, RewardState, Unit};
use crate::message::Refusal;
use crate::record::Micros;
use crate::report::incentives::{
    Explained, IncentiveAnswer, IncentiveAsk, MyRewards, PacketLine, Posting, RewardList, Step,
    TeamFeed, Transaction,
};
use crate::wire::reward::{account_key, badge, packet, purpose_key, reward};
use crate::wire::scheme::{cycle_kind, terms, unit};
use crate::wire::{id, micros, number};

/// Rewards that wait for one person's approval and are read at once.
const MAX_AWAITING: i32 = 200;

fn small(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

fn when(time: Option<&prost_types::Timestamp>) -> Option<Micros> {
    time.map(|time| micros(Some(time)))
}

fn balance(wire: v1::RewardBalance) -> Balance {
    Balance {
        unit: unit(wire.unit()),
        currency: wire.currency_code,
        wallet: wire.wallet,
        claimable: wire.claimable,
        pending: wire.pending,
        packets: wire.packets,
        paid_out: wire.paid_out,
        expired: wire.expired,
        earned: wire.earned,
        packets_received: wire.packets_received,
        packets_sent: wire.packets_sent,
    }
}

/// What a member has in each unit, without what waits for their approval.
async fn account(connection: &Connection, member: u64) -> Result<Own, Status> {
    let request = v1::GetRewardAccountRequest {
        member_id: id::member(member),
        ..Default::default()
    };
    let answer = connection
        .rewards()
        .get_reward_account(timed(request))
        .await?
        .into_inner();
    Ok(Own {
        balances: answer.balances.into_iter().map(balance).collect(),
        claimable_count: small(answer.claimable_count),
        pending_count: small(answer.pending_count),
        packet_count: small(answer.packet_count),
        next_expiry_us: when(answer.next_expiry_time.as_ref()),
        awaiting: Vec::new(),
    })
}

/// Rewards that pass a filter, the newest first where nothing else is asked.
async fn rewards(
    connection: &Connection,
    filter: String,
    order_by: &str,
    page_size: i32,
) -> Result<(Vec<Reward>, u64), Status> {
    let request = v1::ListRewardsRequest {
        page_size,
        filter,
        order_by: order_by.to_owned(),
        ..Default::default()
    };
    let answer = connection
        .rewards()
        .list_rewards(timed(request))
        .await?
        .into_inner();
    let total = count(answer.total_size);
    let rewards = answer.rewards.into_iter().filter_map(reward);
    Ok((rewards.collect(), total))
}

/// What is the person's own, for the header of every screen; who is no member has nothing, and may approve everything.
pub(in crate::effect) async fn purse(
    connection: &Connection,
    member: Option<u64>,
) -> Result<Own, Refusal> {
    let read = async {
        let mut own = match member {
            Some(member) => account(connection, member).await?,
            None => Own::default(),
        };
        let filter = match member {
            Some(member) => format!("state:pending approver:{}", id::member(member)),
            None => "state:pending".to_owned(),
        };
        let (waiting, _) = rewards(connection, filter, "", MAX_AWAITING).await?;
        own.awaiting = waiting
            .into_iter()
            .filter(|reward| reward.awaits_approval)
            .collect();
        Ok::<_, Status>(own)
    };
    read.await.map_err(|status| refusal(&status))
}

/// Rewards and packets of one group that are read at once.
const MAX_ROWS: i32 = 100;
/// Things of the team's feed that are read of each kind.
const MAX_FEED: i32 = 60;
/// Rewards behind a figure that are read.
const MAX_BEHIND: i32 = 500;
/// Grants of one giver in a month that are summed: the server's longest page.
const MAX_GRANTS: i32 = 1_000;

/// The answer to a question about incentives.
pub(super) async fn answer(
    connection: &Connection,
    ask: &IncentiveAsk,
) -> Result<IncentiveAnswer, Status> {
    Ok(match ask {
        IncentiveAsk::Mine(member) => {
            IncentiveAnswer::Mine(Box::new(mine(connection, *member).await?))
        }
        IncentiveAsk::Explain(id) => {
            IncentiveAnswer::Explained(Box::new(explain(connection, *id).await?))
        }
        IncentiveAsk::Feed => IncentiveAnswer::Feed(feed(connection).await?),
        IncentiveAsk::Granted { giver, month } => {
            IncentiveAnswer::Granted(granted(connection, *giver, month).await?)
        }
        IncentiveAsk::Statistics { .. } | IncentiveAsk::Fairness { .. } => {
            incentive_figures::answer(connection, ask).await?
        }
        IncentiveAsk::Templates | IncentiveAsk::Rehearsal { .. } => {
            incentive_figures::answer(connection, ask).await?
        }
        IncentiveAsk::Rewards(filter) => {
            let (rewards, total) =
                rewards(connection, filter.clone(), "created desc", MAX_BEHIND).await?;
            IncentiveAnswer::Rewards(RewardList { rewards, total })
        }
    })
}

async fn packets(
    connection: &Connection,
    filter: String,
    page_size: i32,
) -> Result<Vec<Packet>, Status> {
    let request = v1::ListPacketsRequest {
        page_size,
        filter,
        order_by: "created desc".to_owned(),
        ..Default::default()
    };
    let answer = connection.packets().list_packets(timed(request)).await?;
    let packets = answer.into_inner().packets.into_iter();
    Ok(packets.filter_map(packet).collect())
}

async fn badges(
    connection: &Connection,
    filter: String,
    page_size: i32,
) -> Result<Vec<Badge>, Status> {
    let request = v1::ListBadgesRequest {
        page_size,
        filter,
        order_by: "created desc".to_owned(),
        ..Default::default()
    };
    let answer = connection.badges().list_badges(timed(request)).await?;
    let badges = answer.into_inner().badges.into_iter();
    Ok(badges.filter_map(badge).collect())
}

async fn mine(connection: &Connection, member: Option<u64>) -> Result<MyRewards, Status> {
    let Some(member) = member else {
        return Ok(MyRewards::default());
    };
    let of = |state: &str| format!("member:{} state:{state}", id::member(member));
    let to = |state: &str| format!("receiver:{} state:{state}", id::member(member));
    let newest = "created desc";
    let (own, claimable, pending, all, packets, opened, badges) = tokio::try_join!(
        account(connection, member),
        rewards(connection, of("claimable"), "", MAX_ROWS),
        rewards(connection, of("pending"), "", MAX_ROWS),
        rewards(
            connection,
            format!("member:{}", id::member(member)),
            newest,
            MAX_ROWS
        ),
        packets(connection, to("sent"), MAX_ROWS),
        packets(connection, to("opened"), MAX_ROWS),
        badges(
            connection,
            format!("member:{}", id::member(member)),
            MAX_ROWS
        ),
    )?;
    let open = |state: RewardState| matches!(state, RewardState::Claimable | RewardState::Pending);
    let mut mine = MyRewards {
        own,
        claimable: claimable.0,
        pending: pending.0,
        history: all
            .0
            .into_iter()
            .filter(|reward| !open(reward.state))
            .collect(),
        packets,
        opened,
        badges,
    };
    mine.claimable
        .sort_by_key(|reward| (reward.claim_until_us, reward.id));
    mine.packets
        .sort_by_key(|packet| (packet.open_until_us, packet.id));
    Ok(mine)
}

async fn feed(connection: &Connection) -> Result<TeamFeed, Status> {
    let newest = "created desc";
    let (rewards, badges, packets) = tokio::try_join!(
        rewards(connection, String::new(), newest, MAX_FEED),
        badges(connection, String::new(), MAX_FEED),
        packets(connection, String::new(), MAX_FEED),
    )?;
    Ok(TeamFeed {
        rewards: rewards.0,
        badges,
        packets,
    })
}

/// What stands of the grants that somebody gave in a month, by unit.
async fn granted(connection: &Connection, giver: u64, month: &str) -> Result<[i64; 2], Status> {
    let filter = format!("system:grant giver:{} created:{month}", id::member(giver));
    let (given, _) = rewards(connection, filter, "", MAX_GRANTS).await?;
    let stands =
        |reward: &&Reward| !matches!(reward.state, RewardState::Reversed | RewardState::Unfunded);
    let sum = |unit: Unit| {
        let of_unit = given
            .iter()
            .filter(stands)
            .filter(|reward| reward.unit == unit);
        of_unit.fold(0_i64, |sum, reward| sum.saturating_add(reward.amount))
    };
    Ok(Unit::ALL.map(sum))
}

fn step(wire: v1::RewardStep) -> Option<(Step, i64)> {
    use v1::reward_step::Step as Wire;
    let step = match wire.step? {
        Wire::Fixed(amount) => Step::Fixed(amount),
        Wire::PerField(step) => Step::PerField {
            count: step.count,
            each: step.each,
        },
        Wire::Share(step) => Step::Share {
            of: step.of,
            bp: step.bp,
        },
        Wire::Floor(amount) => Step::Floor(amount),
        Wire::Cap(amount) => Step::Cap(amount),
        Wire::MemberCap(step) => Step::MemberCap {
            kind: cycle_kind(step.unit()),
            left: step.left,
        },
        Wire::Prize(step) => Step::Prize {
            pool: step.pool,
            among: step.among,
        },
        Wire::Tier(step) => Step::Tier {
            from_bp: step.from_bp,
        },
    };
    Some((step, wire.result))
}

fn transaction(wire: v1::LedgerTransaction) -> Transaction {
    let posting = |posting: v1::LedgerPosting| {
        let owner = number(&posting.owner_id);
        let is_scheme = posting.owner_id.starts_with("schemes/");
        Posting {
            account_key: account_key(posting.account()),
            member_id: owner.filter(|_| !is_scheme),
            scheme_id: owner.filter(|_| is_scheme),
            amount: posting.amount,
        }
    };
    Transaction {
        purpose_key: purpose_key(wire.purpose()),
        time: micros(wire.time.as_ref()),
        postings: wire.postings.into_iter().map(posting).collect(),
    }
}

async fn explain(connection: &Connection, reward_id: u64) -> Result<Explained, Status> {
    let request = v1::ExplainRewardRequest {
        id: id::reward(reward_id),
    };
    let answer = connection
        .rewards()
        .explain_reward(timed(request))
        .await?
        .into_inner();
    let packet = |line: v1::RewardPacketLine| PacketLine {
        receiver_id: number(&line.receiver_id),
        amount: line.amount,
        state: match line.state.as_str() {
            "OPENED" => PacketState::Opened,
            "RETURNED" => PacketState::Returned,
            "REVERSED" => PacketState::Reversed,
            _ => PacketState::Sent,
        },
    };
    Ok(Explained {
        reward: answer
            .reward
            .and_then(reward)
            .ok_or_else(|| Status::data_loss("the server explained no reward"))?,
        scheme: answer.scheme,
        terms: answer.terms.and_then(terms),
        sentence: answer.sentence,
        steps: answer.steps.into_iter().filter_map(step).collect(),
        transactions: answer.transactions.into_iter().map(transaction).collect(),
        packets: answer.packets.into_iter().map(packet).collect(),
    })
}
