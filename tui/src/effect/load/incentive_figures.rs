//! Reads figures over everybody's rewards: statistics, fairness, rehearsals, and schemes to begin with.

use sluice_proto::v1;
use tonic::Status;

use crate::client::{Connection, timed};
use crate::report::incentives::{
    Fairness, FairnessMember, Grouping, IncentiveAnswer, IncentiveAsk, Pattern, Rehearsal,
    RehearsedMember, Statistics, StatisticsRow,
};
use crate::wire::reward::pattern_key;
use crate::wire::scheme::{template, wire_unit};
use crate::wire::{id, micros, number};

/// The answer to a question of this family.
pub(super) async fn answer(
    connection: &Connection,
    ask: &IncentiveAsk,
) -> Result<IncentiveAnswer, Status> {
    Ok(match ask {
        IncentiveAsk::Statistics {
            cycle,
            by,
            unit,
            team,
        } => {
            let by = match by {
                Grouping::Scheme => v1::RewardGrouping::Scheme,
                Grouping::Member => v1::RewardGrouping::Member,
                Grouping::Team => v1::RewardGrouping::Team,
                Grouping::Cycle => v1::RewardGrouping::Cycle,
            };
            let request = v1::QueryRewardStatisticsRequest {
                cycle: cycle.clone(),
                by: by.into(),
                unit: wire_unit(*unit).into(),
                team_id: team.map(id::team).unwrap_or_default(),
                ..Default::default()
            };
            IncentiveAnswer::Statistics(statistics(connection, request).await?)
        }
        IncentiveAsk::Fairness { cycle, unit, team } => {
            let request = v1::QueryFairnessRequest {
                cycle: cycle.clone(),
                unit: wire_unit(*unit).into(),
                team_id: team.map(id::team).unwrap_or_default(),
            };
            IncentiveAnswer::Fairness(fairness(connection, request).await?)
        }
        IncentiveAsk::Rehearsal { scheme_id, cycle } => {
            let request = v1::RehearseSchemeRequest {
                id: id::scheme(*scheme_id),
                cycle: cycle.clone(),
                ..Default::default()
            };
            IncentiveAnswer::Rehearsal(rehearsal(connection, request).await?)
        }
        _ => {
            let request = v1::ListSchemeTemplatesRequest {};
            let answer = connection
                .schemes()
                .list_scheme_templates(timed(request))
                .await?;
            let templates = answer.into_inner().templates.into_iter();
            IncentiveAnswer::Templates(templates.filter_map(template).collect())
        }
    })
}

fn row(wire: v1::RewardStatisticsRow) -> StatisticsRow {
    StatisticsRow {
        subject: wire.subject,
        subject_id: wire.subject_id,
        count: wire.count.into(),
        issued: wire.issued,
        claimed: wire.claimed,
        expired: wire.expired,
        reversed: wire.reversed,
        open: wire.open,
        unfunded: wire.unfunded,
        packets_sent: wire.packets_sent,
        packets_received: wire.packets_received,
        won_minor: wire.won_amount_minor,
    }
}

async fn statistics(
    connection: &Connection,
    request: v1::QueryRewardStatisticsRequest,
) -> Result<Statistics, Status> {
    let by_cycle = request.by() == v1::RewardGrouping::Cycle;
    let answer = connection
        .rewards()
        .query_reward_statistics(timed(request))
        .await?
        .into_inner();
    let mut rows: Vec<StatisticsRow> = answer.rows.into_iter().map(row).collect();
    if !by_cycle {
        // Stable: what is equal stays in the server's order.
        rows.sort_by_key(|row| std::cmp::Reverse(row.issued));
    }
    Ok(Statistics {
        rows,
        total: answer.total.map(row).unwrap_or_default(),
        cost_bp: answer.cost_bp,
    })
}

async fn rehearsal(
    connection: &Connection,
    request: v1::RehearseSchemeRequest,
) -> Result<Rehearsal, Status> {
    let answer = connection
        .schemes()
        .rehearse_scheme(timed(request))
        .await?
        .into_inner();
    let member = |member: v1::RehearsedMember| RehearsedMember {
        name: member.member,
        rewards: member.rewards.into(),
        amount: member.amount,
        paid: member.paid_amount,
    };
    Ok(Rehearsal {
        members: answer.members.into_iter().map(member).collect(),
        rewards: answer.rewards.into(),
        amount: answer.amount,
        paid: answer.paid_amount,
        fund_left: answer.fund_left,
        unfunded: answer.unfunded_amount,
        caveats: answer.caveats,
    })
}

fn pattern(wire: v1::FairnessPattern) -> Option<Pattern> {
    let words_key = pattern_key(wire.kind())?;
    let of = |kind: &str| {
        let ids = wire.subject_ids.iter().filter(|id| id.starts_with(kind));
        ids.filter_map(|id| number(id)).collect::<Vec<u64>>()
    };
    Some(Pattern {
        words_key,
        deals: of("opportunities/"),
        customers: of("customers/"),
        count: wire.count.into(),
        usual: wire.usual.into(),
        first_us: micros(wire.first_time.as_ref()),
        last_us: micros(wire.last_time.as_ref()),
        amount_minor: wire.amount_minor,
        name: wire.member,
    })
}

async fn fairness(
    connection: &Connection,
    request: v1::QueryFairnessRequest,
) -> Result<Fairness, Status> {
    let answer = connection
        .fairness()
        .query_fairness(timed(request))
        .await?
        .into_inner();
    let member = |member: v1::FairnessMember| FairnessMember {
        member_id: number(&member.member_id),
        name: member.member,
        earned: member.earned,
        attainment_bp: member.attainment_bp,
    };
    Ok(Fairness {
        members: answer.members.into_iter().map(member).collect(),
        without_income: answer.without_income.into(),
        gini_bp: answer.gini_bp.into(),
        median: answer.median,
        patterns: answer.patterns.into_iter().filter_map(pattern).collect(),
    })
}
