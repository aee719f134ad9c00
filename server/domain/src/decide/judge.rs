//! What every judgement needs: state, context, the violations found so far, and checks of what a command refers to.

use std::sync::Arc;

use crate::contact::Contact;
use crate::customer::Customer;
use crate::decide::Context;
use crate::entity::EntityKey;
use crate::event::Event;
use crate::goal::Goal;
use crate::id::{
    ContactId, CustomerId, GoalId, MemberId, OpportunityId, PipelineId, ScoreEntryId, StageId,
    TeamId, WebhookId,
};
use crate::limits::{MAX_AMOUNT_MINOR, MAX_EXTERNAL_ID_CHARS, MAX_PROBABILITY_BP};
use crate::member::Member;
use crate::money::Money;
use crate::opportunity::Opportunity;
use crate::pipeline::Pipeline;
use crate::rejection::{Reason, Rejection, Violations};
use crate::score::{Metric, ScoreEntry, ScoreKind, ScoreSubject, UncreditedReason};
use crate::stage::Stage;
use crate::state::State;
use crate::team::Team;
use crate::text;
use crate::time::Timestamp;
use crate::webhook::Webhook;

/// A judgement in progress.
pub(super) struct Judge<'a> {
    pub(super) state: &'a State,
    pub(super) context: &'a Context,
    pub(super) violations: Violations,
}

impl<'a> Judge<'a> {
    pub(super) fn new(state: &'a State, context: &'a Context) -> Self {
        Self {
            state,
            context,
            violations: Violations::default(),
        }
    }

    pub(super) const fn now(&self) -> Timestamp {
        self.context.now
    }

    /// The caller as a member, if such a member exists.
    pub(super) fn actor(&self) -> Option<MemberId> {
        self.context
            .actor
            .member
            .filter(|id| self.state.member(*id).is_some())
    }

    /// The facts, or everything that was found wrong.
    pub(super) fn conclude(self, events: Vec<Event>) -> Result<Vec<Event>, Rejection> {
        self.violations.finish()?;
        Ok(events)
    }

    pub(super) fn team(&mut self, field: &str, id: TeamId) -> Option<&'a Arc<Team>> {
        let found = self.state.team(id);
        if found.is_none() {
            let text = format!("there is no team {}", id.long());
            self.violations.add(Reason::TeamNotFound, field, text);
        }
        found
    }

    pub(super) fn member(&mut self, field: &str, id: MemberId) -> Option<&'a Arc<Member>> {
        let found = self.state.member(id);
        if found.is_none() {
            let text = format!("there is no member {}", id.long());
            self.violations.add(Reason::MemberNotFound, field, text);
        }
        found
    }

    /// A member something new may be assigned to.
    pub(super) fn active_member(&mut self, field: &str, id: MemberId) {
        if let Some(member) = self.member(field, id)
            && !member.active
        {
            let text = format!(
                "{} ({}) has left: choose an active member",
                id.long(),
                member.name
            );
            self.violations.add(Reason::MemberInactive, field, text);
        }
    }

    pub(super) fn webhook(&mut self, field: &str, id: WebhookId) -> Option<&'a Arc<Webhook>> {
        let found = self.state.webhook(id);
        if found.is_none() {
            let text = format!("there is no webhook {}", id.long());
            self.violations.add(Reason::WebhookNotFound, field, text);
        }
        found
    }

    pub(super) fn pipeline(&mut self, field: &str, id: PipelineId) -> Option<&'a Arc<Pipeline>> {
        let found = self.state.pipeline(id);
        if found.is_none() {
            let text = format!("there is no pipeline {}", id.long());
            self.violations.add(Reason::PipelineNotFound, field, text);
        }
        found
    }

    pub(super) fn stage(
        &mut self,
        field: &str,
        id: StageId,
    ) -> Option<(&'a Arc<Pipeline>, &'a Stage)> {
        let found = self.state.stage(id);
        if found.is_none() {
            let text = format!("there is no stage {}", id.long());
            self.violations.add(Reason::StageNotFound, field, text);
        }
        found
    }

    /// A stage in use, of a given pipeline.
    pub(super) fn stage_of(
        &mut self,
        field: &str,
        id: StageId,
        pipeline: PipelineId,
    ) -> Option<(&'a Arc<Pipeline>, &'a Stage)> {
        let (own, stage) = self.stage(field, id)?;
        if own.id != pipeline {
            let text = format!(
                "{} ({}) is a stage of {} ({}), not of {}",
                id.long(),
                stage.name,
                own.id.long(),
                own.name,
                pipeline.long()
            );
            self.violations
                .add(Reason::StageOfOtherPipeline, field, text);
            return None;
        }
        self.in_use(field, stage);
        Some((own, stage))
    }

    pub(super) fn in_use(&mut self, field: &str, stage: &Stage) {
        if stage.retired {
            let text = format!("{} ({}) is retired", stage.id.long(), stage.name);
            self.violations.add(Reason::StageRetired, field, text);
        }
    }

    pub(super) fn customer(&mut self, field: &str, id: CustomerId) -> Option<&'a Arc<Customer>> {
        let found = self.state.customer(id);
        if found.is_none() {
            let text = format!("there is no customer {}", id.long());
            self.violations.add(Reason::CustomerNotFound, field, text);
        }
        found
    }

    pub(super) fn contact(&mut self, field: &str, id: ContactId) -> Option<&'a Arc<Contact>> {
        let found = self.state.contact(id);
        if found.is_none() {
            let text = format!("there is no contact {}", id.long());
            self.violations.add(Reason::ContactNotFound, field, text);
        }
        found
    }

    pub(super) fn opportunity(
        &mut self,
        field: &str,
        id: OpportunityId,
    ) -> Option<&'a Arc<Opportunity>> {
        let found = self.state.opportunity(id);
        if found.is_none() {
            let text = format!("there is no opportunity {}", id.long());
            self.violations
                .add(Reason::OpportunityNotFound, field, text);
        }
        found
    }

    pub(super) fn goal(&mut self, field: &str, id: GoalId) -> Option<&'a Arc<Goal>> {
        let found = self.state.goal(id);
        if found.is_none() {
            let text = format!("there is no goal {}", id.long());
            self.violations.add(Reason::GoalNotFound, field, text);
        }
        found
    }

    /// The opportunity a command changes; without it there is nothing more to judge.
    pub(super) fn subject(&mut self, id: OpportunityId) -> Result<&'a Arc<Opportunity>, Rejection> {
        match self.state.opportunity(id) {
            Some(opportunity) => Ok(opportunity),
            None => Err(Rejection::new(
                Reason::OpportunityNotFound,
                "id",
                format!("there is no opportunity {}", id.long()),
            )),
        }
    }

    pub(super) fn not_archived(&mut self, opportunity: &Opportunity) {
        if opportunity.archived {
            self.violations.add(
                Reason::OpportunityArchived,
                "id",
                format!("{} is archived: restore it first", opportunity.id.long()),
            );
        }
    }

    /// An amount of the workspace's currency within the bounds, in minor units; 0 where it is not.
    pub(super) fn amount(&mut self, field: &str, money: Money) -> i64 {
        let currency = self.state.workspace().map(|workspace| workspace.currency);
        if let Some(currency) = currency
            && currency != money.currency
        {
            self.violations.add(
                Reason::CurrencyMismatch,
                field,
                format!(
                    "is in {}, but the workspace works in {currency}",
                    money.currency
                ),
            );
        }
        if !(0..=MAX_AMOUNT_MINOR).contains(&money.amount_minor) {
            self.violations.invalid(
                field,
                format!("must be between 0 and {MAX_AMOUNT_MINOR} minor units"),
            );
            return 0;
        }
        money.amount_minor
    }

    pub(super) fn probability(&mut self, field: &str, basis_points: u16) -> u16 {
        if basis_points > MAX_PROBABILITY_BP {
            self.violations.invalid(
                field,
                format!("must be between 0 and {MAX_PROBABILITY_BP} basis points"),
            );
        }
        basis_points.min(MAX_PROBABILITY_BP)
    }

    /// A resource's key in another system.
    pub(super) fn external_id<I: Into<EntityKey>>(
        &mut self,
        own: I,
        given: Option<&str>,
        holder: impl FnOnce(&State, &str) -> Option<I>,
    ) -> Option<Arc<str>> {
        self.unique("external_id", given, MAX_EXTERNAL_ID_CHARS, own, holder)
    }

    /// A text of one line that no two of a kind share; `holder` finds whose it is now.
    pub(super) fn unique<I: Into<EntityKey>>(
        &mut self,
        field: &str,
        given: Option<&str>,
        max_chars: usize,
        own: I,
        holder: impl FnOnce(&State, &str) -> Option<I>,
    ) -> Option<Arc<str>> {
        let cleaned = text::line(field, given?, max_chars, &mut self.violations)?;
        let own: EntityKey = own.into();
        let other: Option<EntityKey> = holder(self.state, &cleaned).map(Into::into);
        if let Some(other) = other.filter(|other| *other != own) {
            self.taken(field, &cleaned, other.long());
        }
        Some(cleaned.into())
    }

    /// Reports that a value which must be unique belongs to something else.
    pub(super) fn taken(&mut self, field: &str, value: &str, by: String) {
        let text = format!("'{value}' is taken by {by}");
        self.violations.add(Reason::AlreadyExists, field, text);
    }

    /// A list without repeats, in order, of at most so many.
    pub(super) fn list<T: PartialEq + Clone>(
        &mut self,
        field: &str,
        given: &[T],
        max: usize,
    ) -> Vec<T> {
        if given.len() > max {
            self.violations
                .invalid(field, format!("must have at most {max} entries"));
            return Vec::new();
        }
        let mut list: Vec<T> = Vec::with_capacity(given.len());
        for value in given {
            if !list.contains(value) {
                list.push(value.clone());
            }
        }
        list
    }

    /// The team a member's scores count for now.
    pub(super) fn team_of(&self, member: Option<MemberId>) -> Option<TeamId> {
        self.state.member(member?)?.team
    }
}

/// Numbers score entries as they are written.
pub(super) struct ScoreWriter<'a> {
    state: &'a State,
    now: Timestamp,
    next: u64,
    pub(super) events: Vec<Event>,
}

impl<'a> ScoreWriter<'a> {
    pub(super) fn new(state: &'a State, now: Timestamp) -> Self {
        Self {
            state,
            now,
            next: state.next_score_entry().0,
            events: Vec::new(),
        }
    }

    /// Writes an entry; its id is given here.
    pub(super) fn write(&mut self, mut entry: ScoreEntry) -> ScoreEntryId {
        let id = ScoreEntryId(self.next);
        self.next += 1;
        entry.id = id;
        let is_dated_back = entry.at != self.now && !entry.imported;
        entry.recorded_at = is_dated_back.then_some(self.now);
        self.events.push(Event::ScoreRecorded { entry });
        id
    }

    /// Writes the opposite of an entry.
    pub(super) fn take_back(&mut self, entry: &ScoreEntry, kind: ScoreKind, at: Timestamp) {
        self.write(ScoreEntry {
            at,
            count: -entry.count,
            amount_minor: -entry.amount_minor,
            kind,
            reverses: Some(entry.id),
            ..entry.clone()
        });
    }

    /// A fact about an opportunity, credited to its owner and their team of now.
    pub(super) fn fact(
        &self,
        opportunity: &Opportunity,
        metric: Metric,
        stage: StageId,
        at: Timestamp,
        amount_minor: i64,
        uncredited_reason: Option<UncreditedReason>,
    ) -> ScoreEntry {
        let member = opportunity.owner;
        ScoreEntry {
            id: ScoreEntryId(0),
            metric,
            at,
            count: 1,
            amount_minor,
            subject: ScoreSubject::Opportunity(opportunity.id),
            pipeline: Some(opportunity.pipeline),
            stage: Some(stage),
            member,
            team: member.and_then(|id| self.state.member(id)?.team),
            kind: ScoreKind::Fact,
            reverses: None,
            uncredited_reason,
            imported: false,
            recorded_at: None,
            revision: 0,
        }
    }
}

/// Entries of an opportunity that no other entry takes back.
pub(super) fn standing_entries(state: &State, opportunity: OpportunityId) -> Vec<&Arc<ScoreEntry>> {
    // Latest first: what takes back may itself have been taken back, by an undo.
    let mut taken_back: Vec<ScoreEntryId> = Vec::new();
    for entry in state.score_entries_of(opportunity).rev() {
        if let Some(reversed) = entry.reverses
            && !taken_back.contains(&entry.id)
        {
            taken_back.push(reversed);
        }
    }
    state
        .score_entries_of(opportunity)
        .filter(|entry| entry.reverses.is_none() && !taken_back.contains(&entry.id))
        .collect()
}
