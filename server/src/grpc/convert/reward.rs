//! Rewards between API and domain.

use sluice_domain::{
    Cause, Command, Event, Reward, RewardChange, RewardEnd, RewardId, RewardState, Split, State,
    Step,
    command::{ClaimRewards, DecideReward, FundReward, GrantReward, ReverseReward},
    sentence::sentence,
};
use sluice_proto::v1::{self, reward_step::Step as Sent};

use super::{
    Call, Fields, Mutation, Resource as _, ledger,
    scheme::{write_system, write_unit},
    terms::{self, write_customer_fields, write_cycle_unit, write_method},
    value::{Id as _, etag, id_or_empty, or_empty, text, time},
};
use crate::{
    engine::Outcome,
    grpc::{refuse, status::Refusal},
};

/// Reads GrantReward.
pub fn grant(request: v1::GrantRewardRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let command = GrantReward {
        scheme: fields.id("scheme_id", &request.scheme_id),
        member: fields.id("member_id", &request.member_id),
        amount: request.amount,
        reason: request.reason,
        opportunity: fields.optional_id("opportunity_id", &request.opportunity_id),
    };
    fields.mutation(
        Command::GrantReward(command),
        request.request_id,
        request.validate_only,
    )
}

/// Reads ClaimRewards.
pub fn claim(request: v1::ClaimRewardsRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let command = ClaimRewards {
        ids: fields.ids("ids", &request.ids),
        member: fields.optional_id("member_id", &request.member_id),
    };
    fields.mutation(
        Command::ClaimRewards(command),
        request.request_id,
        request.validate_only,
    )
}

/// The rewards a claim has claimed: from its commit, which a repeated request finds again, as it left them.
pub fn write_claimed(command: &Command, outcome: &Outcome, call: &Call) -> Vec<v1::Reward> {
    if let Some(commit) = &outcome.commit {
        let claimed = commit.events.iter().filter_map(|event| match event {
            Event::RewardUpdated {
                reward,
                change: RewardChange::Claimed,
            } => Some(write(reward)),
            _ => None,
        });
        return claimed.collect();
    }
    let Command::ClaimRewards(claim) = command else {
        return Vec::new();
    };
    // Only judged, or the log no longer has the commit.
    if claim.ids.is_empty() {
        let member = claim.member.or(call.actor.member);
        let claimable = member
            .into_iter()
            .flat_map(|id| call.state.claimable_of(id));
        let now = claimable.filter_map(|before| outcome.state.reward(before.id));
        return now
            .filter(|reward| reward.state == RewardState::Claimed)
            .map(|reward| write(reward))
            .collect();
    }
    let named = claim.ids.iter();
    named
        .filter_map(|id| outcome.state.reward(*id))
        .map(|reward| write(reward))
        .collect()
}

/// Reads ApproveReward.
pub fn approve(request: v1::ApproveRewardRequest, _: &Call) -> Mutation {
    let v1::ApproveRewardRequest {
        id,
        reason,
        etag,
        request_id,
        validate_only,
    } = request;
    decision((&id, reason), true, (request_id, validate_only), etag)
}

/// Reads RefuseReward.
pub fn refuse(request: v1::RefuseRewardRequest, _: &Call) -> Mutation {
    let v1::RefuseRewardRequest {
        id,
        reason,
        etag,
        request_id,
        validate_only,
    } = request;
    decision((&id, reason), false, (request_id, validate_only), etag)
}

fn decision(
    (id, reason): (&str, String),
    approve: bool,
    (request_id, validate_only): (String, bool),
    etag: String,
) -> Mutation {
    let mut fields = Fields::under("");
    let id: RewardId = fields.id("id", id);
    let command = DecideReward {
        id,
        approve,
        reason: text(reason),
    };
    fields
        .mutation(Command::DecideReward(command), request_id, validate_only)
        .with_etag(id, etag)
}

/// Reads ReverseReward.
pub fn reverse(request: v1::ReverseRewardRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let id: RewardId = fields.id("id", &request.id);
    let command = Command::ReverseReward(ReverseReward {
        id,
        reason: request.reason,
    });
    fields
        .mutation(command, request.request_id, request.validate_only)
        .with_etag(id, request.etag)
}

/// Reads FundReward.
pub fn fund(request: v1::FundRewardRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let id: RewardId = fields.id("id", &request.id);
    let command = Command::FundReward(FundReward { id });
    fields
        .mutation(command, request.request_id, request.validate_only)
        .with_etag(id, request.etag)
}

/// Writes a reward.
pub fn write(reward: &Reward) -> v1::Reward {
    let (unit, currency_code) = write_unit(reward.unit);
    v1::Reward {
        id: reward.id.write(),
        scheme_id: reward.scheme.write(),
        version: small(reward.version),
        system: write_system(reward.system).into(),
        member_id: reward.member.write(),
        unit,
        currency_code,
        amount: reward.amount,
        own_amount: reward.own_amount(),
        state: write_state(reward.state).into(),
        cause: Some(write_cause(&reward.cause)),
        split: reward.split.as_deref().map(write_split),
        vest_time: reward.vests_at.map(time),
        awaits_approval: reward.awaits_approval,
        decider_id: id_or_empty(reward.decided_by),
        decide_time: reward.decided_at.map(time),
        claim_until_time: reward.claim_until.map(time),
        end_time: reward.ended_at.map(time),
        end_reason: write_end(reward.end).into(),
        end_note: or_empty(&reward.end_reason),
        grant_time: Some(time(reward.granted_at)),
        grant_revision: reward.granted_revision,
        revision: reward.revision,
        etag: etag(reward.revision),
    }
}

fn small(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

const fn write_state(state: RewardState) -> v1::RewardState {
    match state {
        RewardState::Pending => v1::RewardState::Pending,
        RewardState::Claimable => v1::RewardState::Claimable,
        RewardState::Claimed => v1::RewardState::Claimed,
        RewardState::Expired => v1::RewardState::Expired,
        RewardState::Reversed => v1::RewardState::Reversed,
        RewardState::Unfunded => v1::RewardState::Unfunded,
    }
}

const fn write_end(end: Option<RewardEnd>) -> v1::RewardEndReason {
    match end {
        None => v1::RewardEndReason::Unspecified,
        Some(RewardEnd::OpportunityLost) => v1::RewardEndReason::OpportunityLost,
        Some(RewardEnd::OpportunityArchived) => v1::RewardEndReason::OpportunityArchived,
        Some(RewardEnd::FactTakenBack) => v1::RewardEndReason::FactTakenBack,
        Some(RewardEnd::TargetMissed) => v1::RewardEndReason::TargetMissed,
        Some(RewardEnd::Refused) => v1::RewardEndReason::Refused,
        Some(RewardEnd::ClawedBack) => v1::RewardEndReason::ClawedBack,
        Some(RewardEnd::FundEmpty) => v1::RewardEndReason::FundEmpty,
        Some(RewardEnd::OtherCurrency) => v1::RewardEndReason::OtherCurrency,
    }
}

/// What happened to a reward, as facts name it.
pub const fn write_change(change: RewardChange) -> &'static str {
    match change {
        RewardChange::Vested => "VESTED",
        RewardChange::Approved => "APPROVED",
        RewardChange::Shared => "SHARED",
        RewardChange::PacketsReturned => "PACKETS_RETURNED",
        RewardChange::Claimed => "CLAIMED",
        RewardChange::Expired => "EXPIRED",
        RewardChange::Reversed => "REVERSED",
        RewardChange::Funded => "FUNDED",
    }
}

fn write_cause(cause: &Cause) -> v1::RewardCause {
    let opportunity_id = id_or_empty(cause.opportunity());
    let customer_id = id_or_empty(cause.customer());
    let about = v1::RewardCause {
        opportunity_id,
        customer_id,
        ..Default::default()
    };
    match cause {
        Cause::Score { entry, metric, .. } => v1::RewardCause {
            score_entry_id: entry.write(),
            metric: metric.name().to_owned(),
            ..about
        },
        Cause::Activity { activity, .. } => v1::RewardCause {
            activity_id: activity.write(),
            ..about
        },
        Cause::CustomerFields { fields, .. } => v1::RewardCause {
            fields: write_customer_fields(fields),
            ..about
        },
        Cause::CustomerComplete {
            completeness_bp, ..
        } => v1::RewardCause {
            completeness_bp: (*completeness_bp).into(),
            ..about
        },
        Cause::Task { window, value } => v1::RewardCause {
            cycle: window.name(),
            value: *value,
            ..about
        },
        Cause::Rank {
            window,
            rank,
            value,
        } => v1::RewardCause {
            cycle: window.name(),
            rank: small(*rank),
            value: *value,
            ..about
        },
        Cause::Attainment { window, share_bp } => v1::RewardCause {
            cycle: window.name(),
            value: (*share_bp).into(),
            ..about
        },
        Cause::Grant { giver, reason, .. } => v1::RewardCause {
            giver_id: id_or_empty(*giver),
            reason: reason.to_string(),
            ..about
        },
    }
}

/// Writes how a reward was shared.
pub fn write_split(split: &Split) -> v1::RewardSplit {
    v1::RewardSplit {
        scheme_id: split.scheme.write(),
        version: small(split.version),
        method: write_method(split.method).into(),
        seed: or_empty(&split.seed),
        amount: split.amount,
        packets: small(split.packets),
        time: Some(time(split.at)),
        returned: split.returned,
    }
}

fn write_step(step: Step, before: i64) -> v1::RewardStep {
    let (sent, result) = match step {
        Step::Fixed(amount) => (Sent::Fixed(amount), amount),
        Step::PerField {
            count,
            each,
            result,
        } => {
            let count = small(count);
            (Sent::PerField(v1::PerFieldStep { count, each }), result)
        }
        Step::Share { of, bp, result } => {
            let bp = bp.into();
            (Sent::Share(v1::ShareStep { of, bp }), result)
        }
        Step::Floor(floor) => (Sent::Floor(floor), floor.max(before)),
        Step::Cap(cap) => (Sent::Cap(cap), cap.min(before)),
        Step::MemberCap { unit, left } => {
            let unit = write_cycle_unit(unit).into();
            let step = v1::MemberCapStep { unit, left };
            (Sent::MemberCap(step), left.min(before))
        }
        Step::Prize {
            pool,
            among,
            result,
        } => {
            let among = small(among);
            (Sent::Prize(v1::PrizeStep { pool, among }), result)
        }
        Step::Tier { from_bp, result } => {
            let from_bp = small(from_bp);
            (Sent::Tier(v1::TierStep { from_bp }), result)
        }
    };
    v1::RewardStep {
        step: Some(sent),
        result,
    }
}

/// Writes the arithmetic behind an amount, each line with what it came to.
fn write_steps(steps: &[Step]) -> Vec<v1::RewardStep> {
    let mut result = 0;
    let steps = steps.iter().map(|step| {
        let line = write_step(*step, result);
        result = line.result;
        line
    });
    steps.collect()
}

/// The reward a request names.
///
/// # Errors
/// What is wrong with the id, or that there is none.
pub fn named<'a>(
    field: &str,
    id: &str,
    state: &'a State,
) -> Result<&'a std::sync::Arc<Reward>, Refusal> {
    let key = v1::Reward::key(id)
        .map_err(|description| Refusal::invalid("INVALID_ID", field, description))?;
    state
        .reward(RewardId(key.id))
        .ok_or_else(|| refuse::not_found(key))
}

/// Writes why a reward is what it is.
pub fn write_explanation(reward: &Reward, state: &State) -> v1::ExplainRewardResponse {
    let scheme = state.scheme(reward.scheme);
    let version = scheme.and_then(|scheme| scheme.version(reward.version));
    let packets = state.packets_of_reward(reward.id);
    let transactions = state.transactions_of_reward(reward.id);
    v1::ExplainRewardResponse {
        scheme: scheme.map_or_else(String::new, |scheme| scheme.name.to_string()),
        sentence: version.map_or_else(String::new, |version| {
            sentence(state, reward.unit, &version.terms)
        }),
        terms: version.map(|version| terms::write(&version.terms)),
        steps: write_steps(&reward.steps),
        transactions: transactions.map(|it| ledger::write(it)).collect(),
        packets: packets
            .map(|packet| v1::RewardPacketLine {
                id: packet.id.write(),
                receiver_id: packet.receiver.write(),
                amount: packet.amount,
                state: packet.state.name().to_owned(),
            })
            .collect(),
        reward: Some(write(reward)),
        revision: state.revision(),
    }
}
