//! Judges what may be done to rewards: claiming, approving, taking back, funding, giving personally (DOMAIN.md §6).

mod books;
mod claim;
mod data;
pub(super) mod due;
mod grant;
mod pass;
mod reverse;
mod split;
mod told;

pub(super) use books::{Books, Draft, transfer};
pub(super) use pass::grant_for;
pub(crate) use split::split_receivers;

use std::sync::Arc;

use super::judge::Judge;
use crate::authority::is_admin;
use crate::command::{ClaimRewards, DecideReward, FundReward, GrantReward, ReverseReward};
use crate::cycle::{CycleUnit, window_of};
use crate::event::Event;
use crate::id::{MemberId, RewardId, SchemeId};
use crate::limits::{MAX_CLAIMS, MAX_REASON_CHARS, MAX_REWARD};
use crate::notice::NoticeKind;
use crate::rejection::{Reason, Rejection};
use crate::reward::{Cause, Reward, RewardEnd, RewardState, Step};
use crate::rules::{is_in_audience, settle_given};
use crate::scheme::{Rule, Scheme, SchemeState, SchemeVersion};
use crate::text;

impl<'a> Judge<'a> {
    /// The reward a command is about; without it there is nothing more to judge.
    fn reward(&self, id: RewardId) -> Result<&'a Arc<Reward>, Rejection> {
        self.state.reward(id).ok_or_else(|| {
            let text = format!("there is no reward {}", id.long());
            Rejection::new(Reason::RewardNotFound, "id", text)
        })
    }

    /// Demands that the caller is an administrator.
    pub(super) fn demand_admin(&mut self, field: &str, what: &str) {
        if !is_admin(self.state, self.context.actor.member) {
            let text = format!("only an administrator {what}");
            self.violations.add(Reason::AdminRequired, field, text);
        }
    }

    /// Ends the judgement where anything is wrong: what follows is written as if all were right.
    pub(super) fn stop_if_wrong(&mut self) -> Result<(), Rejection> {
        std::mem::take(&mut self.violations).finish()
    }

    /// The scheme of a reward, in the version it was granted under.
    fn terms_of(&self, reward: &Reward) -> Option<(&'a Scheme, &'a SchemeVersion)> {
        let scheme = self.state.scheme(reward.scheme)?;
        Some((scheme, scheme.version(reward.version)?))
    }
}

pub(super) fn claim(mut judge: Judge, command: &ClaimRewards) -> Result<Vec<Event>, Rejection> {
    let actor = judge.actor();
    let member: Option<MemberId> = command.member.or(actor);
    if let Some(id) = command.member {
        judge.member("member_id", id);
        if Some(id) != actor {
            judge.demand_admin("member_id", "claims for others");
        }
    }
    let now = judge.now();
    let is_open = |reward: &Reward| {
        reward.state == RewardState::Claimable && reward.claim_until.is_none_or(|until| now < until)
    };
    let mut claimed: Vec<RewardId> = Vec::new();
    if command.ids.is_empty() {
        let Some(member) = member else {
            judge.violations.invalid(
                "member_id",
                "name the member or the rewards: the built-in administrator earns nothing",
            );
            return judge.conclude(Vec::new());
        };
        let open = judge.state.claimable_of(member).filter(|row| is_open(row));
        claimed.extend(open.take(MAX_CLAIMS).map(|row| row.id));
    } else {
        for id in judge.list("ids", &command.ids, MAX_CLAIMS) {
            let Some(reward) = judge.state.reward(id) else {
                let text = format!("there is no reward {}", id.long());
                judge.violations.add(Reason::RewardNotFound, "ids", text);
                continue;
            };
            let theirs = match member {
                Some(member) => reward.member == member,
                None => is_admin(judge.state, judge.context.actor.member),
            };
            if !theirs {
                let text = format!("{} was earned by {}", id.long(), reward.member.long());
                judge.violations.add(Reason::NotTheirs, "ids", text);
            } else if !is_open(reward) {
                let text = format!("{} {}", id.long(), why_not_claimable(reward));
                judge
                    .violations
                    .add(Reason::RewardNotClaimable, "ids", text);
            }
            claimed.push(id);
        }
    }
    judge.stop_if_wrong()?;
    let mut events = Vec::new();
    let mut books = Books::new(judge.state, judge.context, &mut events);
    for id in claimed {
        books.claim(id);
    }
    books.finish();
    Ok(events)
}

/// Why a reward cannot be claimed, for people.
fn why_not_claimable(reward: &Reward) -> String {
    match reward.state {
        RewardState::Pending if reward.awaits_approval => {
            "waits for an approval: ask your manager".to_owned()
        }
        RewardState::Pending => match reward.vests_at {
            Some(at) => format!("is pending until the deal moves forward, or until {at}"),
            None => "is pending".to_owned(),
        },
        RewardState::Claimable | RewardState::Expired => "was not claimed in time".to_owned(),
        RewardState::Claimed => "was claimed already".to_owned(),
        RewardState::Reversed => "was taken back".to_owned(),
        RewardState::Unfunded => "could not be paid: its fund is empty".to_owned(),
    }
}

pub(super) fn decide(mut judge: Judge, command: &DecideReward) -> Result<Vec<Event>, Rejection> {
    let reward = Reward::clone(judge.reward(command.id)?);
    if judge.actor() == Some(reward.member) {
        let text = "nobody approves what they earned themselves: another manager does";
        judge.violations.add(Reason::GivenToSelf, "id", text);
    } else if !judge.is_manager_of(reward.member) {
        let text = format!(
            "{} is not led by you: their manager or an administrator decides",
            reward.member.long()
        );
        judge.violations.add(Reason::NotTheirManager, "id", text);
    }
    if reward.state != RewardState::Pending || !reward.awaits_approval {
        let text = format!("{} is {}", reward.id.long(), reward.state.name());
        judge
            .violations
            .add(Reason::RewardAwaitsNothing, "id", text);
    }
    let found = &mut judge.violations;
    let reason = if command.approve {
        text::optional("reason", &command.reason, MAX_REASON_CHARS, found)
    } else {
        let given = command.reason.as_deref().unwrap_or_default();
        Some(text::required("reason", given, MAX_REASON_CHARS, found))
    };
    judge.stop_if_wrong()?;
    let mut decided = reward;
    decided.decided_by = judge.actor();
    decided.decided_at = Some(judge.now());
    let mut events = Vec::new();
    let mut books = Books::new(judge.state, judge.context, &mut events);
    let (id, member) = (decided.id, decided.member);
    if command.approve {
        books.approve(decided);
    } else {
        books.refuse(decided, reason);
    }
    if let Some(reward) = books.reward(id).cloned() {
        let kind = NoticeKind::RewardDecided;
        books.tell(member, kind, &reward, Some(command.approve));
    }
    books.finish();
    Ok(events)
}

pub(super) fn reverse(mut judge: Judge, command: &ReverseReward) -> Result<Vec<Event>, Rejection> {
    judge.demand_admin("id", "takes rewards back");
    judge.stop_if_wrong()?;
    let reward = judge.reward(command.id)?;
    let gone = match reward.state {
        RewardState::Reversed => Some("was taken back already"),
        RewardState::Unfunded => Some("was never paid"),
        _ => None,
    };
    if let Some(gone) = gone {
        let text = format!("{} {gone}", reward.id.long());
        judge
            .violations
            .add(Reason::RewardNotReversible, "id", text);
    }
    let found = &mut judge.violations;
    let reason = text::required("reason", &command.reason, MAX_REASON_CHARS, found);
    judge.stop_if_wrong()?;
    let mut events = Vec::new();
    let mut books = Books::new(judge.state, judge.context, &mut events);
    books.reverse(reward.id, RewardEnd::ClawedBack, Some(reason));
    books.finish();
    Ok(events)
}

pub(super) fn fund(mut judge: Judge, command: &FundReward) -> Result<Vec<Event>, Rejection> {
    judge.demand_admin("id", "pays rewards late");
    judge.stop_if_wrong()?;
    let reward = judge.reward(command.id)?;
    if reward.state != RewardState::Unfunded {
        let text = format!("{} is {}", reward.id.long(), reward.state.name());
        judge.violations.add(Reason::RewardFunded, "id", text);
    }
    judge.active_member("id", reward.member);
    let Some((scheme, version)) = judge.terms_of(reward) else {
        return judge.conclude(Vec::new());
    };
    judge.stop_if_wrong()?;
    let mut events = Vec::new();
    let mut books = Books::new(judge.state, judge.context, &mut events);
    let mut ground = books.ground(scheme, version);
    // Whoever earned it then keeps it, wherever they work now.
    let everybody = crate::scheme::Terms {
        audience: crate::scheme::Audience::default(),
        ..version.terms.clone()
    };
    ground.terms = &everybody;
    let (cause, steps) = (reward.cause.clone(), reward.steps.clone());
    let verdict = settle_given(&ground, reward.member, cause, reward.amount, steps, &books);
    let Some(verdict) = verdict else {
        let text = format!(
            "{} has earned all that a cap of {} allows",
            reward.member.long(),
            scheme.name
        );
        return Err(Rejection::new(Reason::LimitReached, "id", text));
    };
    match verdict.unfunded {
        Some(RewardEnd::OtherCurrency) => Err(Rejection::new(
            Reason::CurrencyMismatch,
            "id",
            format!(
                "{} pays in another currency than the workspace's",
                scheme.name
            ),
        )),
        Some(_) => Err(fund_empty("id", scheme)),
        None => {
            books.fund(Reward::clone(reward), &version.terms, verdict);
            books.finish();
            Ok(events)
        }
    }
}

fn fund_empty(field: &str, scheme: &Scheme) -> Rejection {
    let text = format!(
        "the fund of {} cannot pay it: raise its budget",
        scheme.name
    );
    Rejection::new(Reason::FundEmpty, field, text)
}

/// The version of a scheme for personal rewards that holds now.
fn giving<'a>(
    judge: &mut Judge<'a>,
    id: SchemeId,
) -> Result<(&'a Scheme, &'a SchemeVersion, i64), Rejection> {
    let Some(scheme) = judge.state.scheme(id) else {
        let text = format!("there is no scheme {}", id.long());
        return Err(Rejection::new(Reason::SchemeNotFound, "scheme_id", text));
    };
    if scheme.state() == SchemeState::Ended {
        let text = format!("{} is ended", scheme.name);
        return Err(Rejection::new(Reason::SchemeEnded, "scheme_id", text));
    }
    let Some(version) = scheme.version_at(judge.now()) else {
        let text = format!("{} has no version that holds now", scheme.name);
        return Err(Rejection::new(
            Reason::SchemeNotPublished,
            "scheme_id",
            text,
        ));
    };
    match version.terms.rule {
        Rule::Grant { monthly_cap } => Ok((scheme, version, monthly_cap)),
        _ => {
            let text = format!("{} is no scheme for personal rewards", scheme.name);
            Err(Rejection::new(Reason::InvalidArgument, "scheme_id", text))
        }
    }
}

pub(super) fn grant(mut judge: Judge, command: &GrantReward) -> Result<Vec<Event>, Rejection> {
    let (scheme, version, monthly_cap) = giving(&mut judge, command.scheme)?;
    let (actor, member) = (judge.actor(), command.member);
    judge.active_member("member_id", member);
    if actor == Some(member) {
        let text = "nobody rewards themselves";
        judge.violations.add(Reason::GivenToSelf, "member_id", text);
    } else if judge.state.member(member).is_some() && !judge.is_manager_of(member) {
        let text = format!(
            "{} is not led by you: only their manager or an administrator rewards them",
            member.long()
        );
        judge
            .violations
            .add(Reason::NotTheirManager, "member_id", text);
    }
    let listed = is_in_audience(judge.state, &version.terms.audience, member);
    if judge.violations.is_empty() && !listed {
        let text = format!("{} is not for {}", scheme.name, member.long());
        judge.violations.invalid("member_id", text);
    }
    if !(1..=MAX_REWARD).contains(&command.amount) {
        let text = format!("must be between 1 and {MAX_REWARD}");
        judge.violations.invalid("amount", text);
    }
    if let Some(id) = command.opportunity {
        judge.opportunity("opportunity_id", id);
    }
    let found = &mut judge.violations;
    let reason = text::required("reason", &command.reason, MAX_REASON_CHARS, found);
    let today = judge.state.zone().date_of(judge.now());
    let month = window_of(CycleUnit::Month, today);
    let given = judge.state.given_under(scheme.id, actor, month);
    let left = (i128::from(monthly_cap) - given).max(0);
    if i128::from(command.amount) > left {
        let text = format!(
            "you may still give {left} of {monthly_cap} under {} this month",
            scheme.name
        );
        judge
            .violations
            .add(Reason::GiverCapReached, "amount", text);
    }
    judge.stop_if_wrong()?;
    let mut events = Vec::new();
    let mut books = Books::new(judge.state, judge.context, &mut events);
    let ground = books.ground(scheme, version);
    let cause = Cause::Grant {
        giver: actor,
        reason,
        opportunity: command.opportunity,
    };
    let steps = vec![Step::Fixed(command.amount)];
    let verdict = settle_given(&ground, member, cause, command.amount, steps, &books);
    let Some(verdict) = verdict.filter(|verdict| verdict.amount == command.amount) else {
        let text = format!(
            "{} would earn more than a cap of {} allows",
            member.long(),
            scheme.name
        );
        return Err(Rejection::new(Reason::LimitReached, "amount", text));
    };
    if verdict.unfunded.is_some() {
        return Err(fund_empty("amount", scheme));
    }
    let id = books.grant(scheme, version, verdict);
    if let Some(reward) = books.reward(id).cloned() {
        books.tell(member, NoticeKind::RewardGiven, &reward, None);
    }
    books.finish();
    Ok(events)
}
