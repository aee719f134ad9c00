//! Whether a term holds for a thing.

use super::computed;
use super::term::{DateField, DateMatch, FlagField, Test, TextField, TextMatch};
use crate::approval::{Approval, deciders};
use crate::contact::{DecisionRole, Stance};
use crate::entity::Entity;
use crate::goal::{GoalSubject, Measure};
use crate::id::{ContactId, CustomerId, MemberId, OpportunityId, StageId, TeamId};
use crate::member::Role;
use crate::opportunity::{Grade, Opportunity};
use crate::stage::Stage;
use crate::stagnation::is_stalled;
use crate::state::State;
use crate::text::{key_contains, normal_key};
use crate::time::{Date, Timestamp};

/// Whether a test holds for a thing at an instant; a field the thing does not have holds for nothing.
pub(super) fn holds(test: &Test, state: &State, entity: &Entity, now: Timestamp) -> bool {
    match test {
        Test::Words(key) => {
            names(state, entity, &mut |name| key_contains(name, key))
                || owner_of(state, entity).is_some_and(|name| key_contains(name, key))
        }
        Test::Fuzzy(key) => names(state, entity, &mut |name| is_subsequence(key, name)),
        Test::Text(field, agreement) => {
            test.applies_to(entity.key().kind) && text_holds(*field, agreement, state, entity)
        }
        Test::Date(field, agreement) => {
            test.applies_to(entity.key().kind)
                && date_holds(*agreement, date_of(*field, state, entity), state, now)
        }
        Test::Flag(field, wanted) => flag_of(*field, state, entity, now) == Some(*wanted),
        Test::StagePosition(place) => of_opportunity(entity).is_some_and(|opportunity| {
            let pipeline = state.pipeline(opportunity.pipeline);
            pipeline.and_then(|pipeline| pipeline.position(opportunity.stage)) == Some(*place)
        }),
        Test::Status(kind) => of_opportunity(entity)
            .and_then(|opportunity| stage_of(state, opportunity))
            .is_some_and(|stage| stage.kind == *kind),
        Test::Number(field, range) => computed::number_of(*field, state, entity, now)
            .is_some_and(|value| range.contains(value)),
        Test::Level(from, to) => match entity {
            Entity::Opportunity(row) => (*from..=*to).contains(&row.told_level()),
            Entity::Alert(row) => (*from..=*to).contains(&row.level),
            _ => false,
        },
        Test::NumberAbsent(field) => {
            test.applies_to(entity.key().kind)
                && computed::number_of(*field, state, entity, now).is_none()
        }
    }
}

fn of_opportunity(entity: &Entity) -> Option<&Opportunity> {
    match entity {
        Entity::Opportunity(opportunity) => Some(opportunity),
        _ => None,
    }
}

fn stage_of<'a>(state: &'a State, opportunity: &Opportunity) -> Option<&'a Stage> {
    state.stage(opportunity.stage).map(|(_, stage)| stage)
}

/// Whether the letters of a key stand in a name in this order.
fn is_subsequence(key: &str, name: &str) -> bool {
    has_letters(key, &normal_key(name))
}

fn has_letters(key: &str, name: &str) -> bool {
    let mut rest = name.chars();
    key.chars()
        .filter(|letter| !letter.is_whitespace())
        .all(|letter| rest.any(|other| other == letter))
}

/// Who sells an opportunity: a word finds them too, letters in order do not, as they stand in nearly every name.
fn owner_of<'a>(state: &'a State, entity: &Entity) -> Option<&'a str> {
    let owner = of_opportunity(entity)?.owner?;
    state.member(owner).map(|member| &*member.name)
}

/// What a bare word is looked for in, besides the owner of an opportunity.
fn names(state: &State, entity: &Entity, test: &mut dyn FnMut(&str) -> bool) -> bool {
    let customer = |id: Option<CustomerId>| id.and_then(|id| state.customer(id));
    match entity {
        Entity::Workspace(workspace) => test(&workspace.name),
        Entity::Team(team) => test(&team.name),
        Entity::Member(member) => test(&member.name),
        Entity::Pipeline(pipeline) => test(&pipeline.name),
        Entity::Customer(customer) => test(&customer.name),
        Entity::Contact(contact) => {
            test(&contact.name) || customer(contact.customer).is_some_and(|other| test(&other.name))
        }
        Entity::Opportunity(opportunity) => {
            test(&opportunity.name)
                || customer(opportunity.customer).is_some_and(|other| test(&other.name))
        }
        Entity::Activity(activity) => {
            let own = [&activity.purpose, &activity.note];
            own.into_iter().flatten().any(|text| test(text))
                || customer(activity.customer).is_some_and(|other| test(&other.name))
                || activity
                    .opportunity
                    .and_then(|id| state.opportunity(id))
                    .is_some_and(|other| test(&other.name))
        }
        Entity::Approval(approval) => {
            let own = [&approval.note, &approval.decision_reason];
            own.into_iter().flatten().any(|text| test(text))
                || state
                    .opportunity(approval.opportunity)
                    .is_some_and(|other| test(&other.name))
        }
        Entity::ScoreEntry(_) => false,
        Entity::Alert(alert) => state
            .opportunity(alert.opportunity)
            .is_some_and(|other| test(&other.name)),
        Entity::PastImage(_) => false,
        Entity::SavedView(view) => test(&view.name),
        Entity::Notice(_) => false,
        Entity::Goal(goal) => match goal.subject {
            GoalSubject::Workspace => false,
            GoalSubject::Team(id) => state.team(id).is_some_and(|team| test(&team.name)),
            GoalSubject::Member(id) => state.member(id).is_some_and(|member| test(&member.name)),
        },
        Entity::DigestSchedule(_) | Entity::Delivery(_) => false,
        Entity::Webhook(webhook) => test(&webhook.name),
        _ => super::incentive::names(state, entity, test),
    }
}

/// Whether a text of a thing agrees.
pub(super) fn text_holds(
    field: TextField,
    agreement: &TextMatch,
    state: &State,
    entity: &Entity,
) -> bool {
    let mut found_any = false;
    let mut holds = false;
    let mut visit = |text: &str, is_id: bool| {
        found_any = true;
        if holds {
            return;
        }
        if let (TextMatch::Contains(wanted), false) = (agreement, is_id) {
            holds = key_contains(text, wanted);
            return;
        }
        let key = normal_key(text);
        holds = match agreement {
            // An id is meant whole: M-3 is not M-30.
            TextMatch::Contains(wanted) | TextMatch::Prefix(wanted) if is_id => key == *wanted,
            TextMatch::Contains(wanted) => key.contains(wanted),
            TextMatch::Prefix(wanted) => key.starts_with(wanted),
            TextMatch::Exact(wanted) => key == *wanted,
            TextMatch::Letters(wanted) => !is_id && has_letters(wanted, &key),
            TextMatch::Absent => false,
        };
    };
    Texts {
        state,
        visit: &mut visit,
    }
    .of(field, entity);
    match agreement {
        TextMatch::Absent => !found_any,
        _ => holds,
    }
}

/// Shows every text of a field; ids in both spellings.
pub(super) struct Texts<'a> {
    pub(super) state: &'a State,
    pub(super) visit: &'a mut dyn FnMut(&str, bool),
}

macro_rules! show_reference {
    ($texts:ident, $id:expr, $find:ident) => {{
        let id = $id;
        ($texts.visit)(&id.short(), true);
        ($texts.visit)(&id.long(), true);
        if let Some(found) = $texts.state.$find(id) {
            ($texts.visit)(&found.name, false);
        }
    }};
}

impl Texts<'_> {
    pub(super) fn text(&mut self, text: Option<&str>) {
        if let Some(text) = text {
            (self.visit)(text, false);
        }
    }

    pub(super) fn member(&mut self, id: Option<MemberId>) {
        if let Some(id) = id {
            show_reference!(self, id, member);
        }
    }

    pub(super) fn customer(&mut self, id: Option<CustomerId>) {
        if let Some(id) = id {
            show_reference!(self, id, customer);
        }
    }

    fn contact(&mut self, id: Option<ContactId>) {
        if let Some(id) = id {
            show_reference!(self, id, contact);
        }
    }

    pub(super) fn opportunity(&mut self, id: Option<OpportunityId>) {
        if let Some(id) = id {
            show_reference!(self, id, opportunity);
        }
    }

    fn stage(&mut self, id: StageId) {
        (self.visit)(&id.short(), true);
        (self.visit)(&id.long(), true);
        let stage = self.state.stage(id);
        self.text(stage.map(|(_, stage)| &*stage.name));
    }

    /// Everyone who may decide on a request.
    fn approvers(&mut self, approval: &Approval) {
        for member in deciders(self.state, approval) {
            self.member(Some(member));
        }
    }

    /// A team and every team above it: who is asked for by team is in it or below it.
    fn team(&mut self, id: Option<TeamId>) {
        let state = self.state;
        let line = std::iter::successors(id, |id| state.team(*id)?.parent);
        for id in line.take(crate::limits::MAX_TEAM_DEPTH) {
            show_reference!(self, id, team);
        }
    }

    pub(super) fn team_of(&mut self, member: Option<MemberId>) {
        let member = member.and_then(|id| self.state.member(id));
        self.team(member.and_then(|member| member.team));
    }

    /// What is known of the customer something belongs to.
    fn of_customer(&mut self, field: TextField, customer: Option<CustomerId>) {
        let state = self.state;
        let Some(customer) = customer.and_then(|id| state.customer(id)) else {
            return;
        };
        match field {
            TextField::CustomerIndustry => self.text(customer.industry.as_deref()),
            TextField::CustomerRegion => self.text(customer.region.as_deref()),
            _ => {}
        }
    }

    fn of(&mut self, field: TextField, entity: &Entity) {
        if field == TextField::Id {
            let key = entity.key();
            let long = key.long();
            (self.visit)(&long, true);
            (self.visit)(&key.id.to_string(), true);
            if let Some(letter) = letter_of(entity) {
                (self.visit)(&format!("{letter}-{}", key.id), true);
            }
            return;
        }
        match entity {
            Entity::Opportunity(opportunity) => self.of_opportunity(field, opportunity),
            Entity::Customer(customer) => match field {
                TextField::Name => self.text(Some(&customer.name)),
                TextField::ExternalId => self.text(customer.external_id.as_deref()),
                TextField::Owner => self.member(customer.owner),
                TextField::Team => self.team_of(customer.owner),
                TextField::Note => self.text(customer.note.as_deref()),
                TextField::Industry => self.text(customer.industry.as_deref()),
                TextField::Region => self.text(customer.region.as_deref()),
                TextField::Website => self.text(customer.website.as_deref()),
                TextField::Phone => self.text(customer.phone.as_deref()),
                _ => {}
            },
            Entity::Contact(contact) => match field {
                TextField::Name => self.text(Some(&contact.name)),
                TextField::Customer => self.customer(contact.customer),
                TextField::Phone => self.text(contact.phone.as_deref()),
                TextField::Email => self.text(contact.email.as_deref()),
                TextField::Title => self.text(contact.title.as_deref()),
                TextField::Role => self.text(contact.role.map(decision_role_name)),
                TextField::Stance => self.text(contact.stance.map(stance_name)),
                TextField::ReportsTo => self.contact(contact.reports_to),
                _ => self.of_customer(field, contact.customer),
            },
            Entity::Activity(activity) => match field {
                TextField::Kind => self.text(Some(activity.kind.name())),
                TextField::Purpose => self.text(activity.purpose.as_deref()),
                TextField::Note => self.text(activity.note.as_deref()),
                TextField::Customer => self.customer(activity.customer),
                TextField::Contact => self.contact(activity.contact),
                TextField::Opportunity => self.opportunity(activity.opportunity),
                TextField::Member => self.member(activity.member),
                TextField::Team => self.team_of(activity.member),
                _ => self.of_customer(field, activity.customer),
            },
            Entity::Goal(goal) => match (field, goal.subject) {
                (TextField::Team, GoalSubject::Team(id)) => self.team(Some(id)),
                (TextField::Team, GoalSubject::Member(id)) => self.team_of(Some(id)),
                (TextField::Member, GoalSubject::Member(id)) => self.member(Some(id)),
                (TextField::Subject, subject) => (self.visit)(&subject.key().long(), true),
                (TextField::Metric, _) => self.text(Some(goal.metric.name())),
                (TextField::Measure, _) => self.text(Some(measure_name(goal.measure))),
                _ => {}
            },
            Entity::Member(member) => match field {
                TextField::Name => self.text(Some(&member.name)),
                TextField::ExternalId => self.text(member.external_id.as_deref()),
                TextField::Team => self.team(member.team),
                TextField::Email => self.text(member.email.as_deref()),
                TextField::Role => self.text(Some(role_name(member.role))),
                TextField::UnixUser => self.text(member.unix_user.as_deref()),
                _ => {}
            },
            Entity::Team(team) => match field {
                TextField::Name => self.text(Some(&team.name)),
                TextField::ExternalId => self.text(team.external_id.as_deref()),
                TextField::Manager => self.member(team.manager),
                TextField::Parent => self.team(team.parent),
                _ => {}
            },
            Entity::Pipeline(pipeline) => match field {
                TextField::Name => self.text(Some(&pipeline.name)),
                TextField::Stage => {
                    for stage in pipeline.live_stages() {
                        self.text(Some(&stage.name));
                    }
                }
                _ => {}
            },
            Entity::Workspace(workspace) => self.text(Some(&workspace.name)),
            Entity::Approval(approval) => match field {
                TextField::Opportunity => self.opportunity(Some(approval.opportunity)),
                TextField::Stage => self.stage(approval.stage),
                TextField::State => self.text(Some(approval.state.name())),
                TextField::Requester => self.member(approval.requester),
                TextField::Approver => self.approvers(approval),
                TextField::Note => self.text(approval.note.as_deref()),
                _ => {}
            },
            Entity::ScoreEntry(_) => {}
            Entity::Alert(alert) => match field {
                TextField::Opportunity => self.opportunity(Some(alert.opportunity)),
                TextField::Stage => self.stage(alert.stage),
                TextField::Recipient => self.member(Some(alert.recipient)),
                TextField::State => self.text(Some(alert.state.name())),
                TextField::Reason => self.text(alert.reason.as_deref()),
                _ => {}
            },
            Entity::PastImage(_) => {}
            Entity::SavedView(view) => match field {
                TextField::Name => self.text(Some(&view.name)),
                TextField::Owner => self.member(view.owner),
                TextField::Collection => self.text(Some(view.kind.collection())),
                _ => {}
            },
            Entity::Notice(notice) => match field {
                TextField::Recipient => self.member(Some(notice.recipient)),
                TextField::Kind => self.text(Some(notice.kind.name())),
                TextField::Subject => {
                    if let Some(subject) = notice.subject {
                        (self.visit)(&subject.long(), true);
                    }
                }
                _ => {}
            },
            Entity::DigestSchedule(_) | Entity::Delivery(_) => {}
            Entity::Scheme(_)
            | Entity::Reward(_)
            | Entity::LedgerTransaction(_)
            | Entity::Packet(_)
            | Entity::Payout(_)
            | Entity::Badge(_) => self.of_incentive(field, entity),
            Entity::Webhook(webhook) => {
                if field == TextField::Name {
                    self.text(Some(&webhook.name));
                }
            }
        }
    }

    fn of_opportunity(&mut self, field: TextField, opportunity: &Opportunity) {
        let extra = opportunity.extra();
        match field {
            TextField::Name => self.text(Some(&opportunity.name)),
            TextField::ExternalId => self.text(opportunity.external_id.as_deref()),
            TextField::Pipeline => {
                show_reference!(self, opportunity.pipeline, pipeline);
            }
            TextField::Stage => self.stage(opportunity.stage),
            TextField::HighWater => self.stage(opportunity.high_water),
            TextField::LossReason => self.text(extra.loss_reason.as_deref()),
            TextField::Owner => self.member(opportunity.owner),
            TextField::Customer => self.customer(opportunity.customer),
            TextField::Team => self.team_of(opportunity.owner),
            TextField::Source => self.text(opportunity.source.as_deref()),
            TextField::Grade => self.text(opportunity.grade.map(grade_name)),
            TextField::Note => self.text(extra.note.as_deref()),
            TextField::Competitor => {
                for name in &extra.competitors {
                    self.text(Some(name));
                }
            }
            TextField::Collaborator => {
                for id in &extra.collaborators {
                    self.member(Some(*id));
                }
            }
            TextField::Contact => {
                for id in &extra.contacts {
                    self.contact(Some(*id));
                }
            }
            _ => self.of_customer(field, opportunity.customer),
        }
    }
}

const fn letter_of(entity: &Entity) -> Option<&'static str> {
    match entity {
        Entity::Team(_) => Some(TeamId::LETTER),
        Entity::Member(_) => Some(MemberId::LETTER),
        Entity::Pipeline(_) => Some(crate::id::PipelineId::LETTER),
        Entity::Customer(_) => Some(CustomerId::LETTER),
        Entity::Contact(_) => Some(ContactId::LETTER),
        Entity::Opportunity(_) => Some(OpportunityId::LETTER),
        Entity::Activity(_) => Some(crate::id::ActivityId::LETTER),
        Entity::Alert(_) => Some(crate::id::AlertId::LETTER),
        Entity::SavedView(_) => Some(crate::id::SavedViewId::LETTER),
        Entity::Workspace(_) | Entity::ScoreEntry(_) | Entity::PastImage(_) => None,
        Entity::Approval(_) => Some(crate::id::ApprovalId::LETTER),
        Entity::Notice(_) => Some(crate::id::NoticeId::LETTER),
        Entity::Goal(_) => Some(crate::id::GoalId::LETTER),
        Entity::Webhook(_) => Some(crate::id::WebhookId::LETTER),
        Entity::DigestSchedule(_) => Some(crate::id::DigestScheduleId::LETTER),
        Entity::Delivery(_) => Some(crate::id::DeliveryId::LETTER),
        Entity::Scheme(_) => Some(crate::id::SchemeId::LETTER),
        Entity::Reward(_) => Some(crate::id::RewardId::LETTER),
        Entity::LedgerTransaction(_) => Some(crate::id::LedgerTransactionId::LETTER),
        Entity::Packet(_) => Some(crate::id::PacketId::LETTER),
        Entity::Payout(_) => Some(crate::id::PayoutId::LETTER),
        Entity::Badge(_) => Some(crate::id::BadgeId::LETTER),
    }
}

const fn measure_name(measure: Measure) -> &'static str {
    match measure {
        Measure::Count => "COUNT",
        Measure::Amount => "AMOUNT",
    }
}

const fn grade_name(grade: Grade) -> &'static str {
    match grade {
        Grade::A => "A",
        Grade::B => "B",
        Grade::C => "C",
        Grade::D => "D",
    }
}

const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Admin => "ADMIN",
        Role::Executive => "EXECUTIVE",
        Role::Manager => "MANAGER",
        Role::Rep => "REP",
        Role::Script => "SCRIPT",
    }
}

const fn decision_role_name(role: DecisionRole) -> &'static str {
    match role {
        DecisionRole::DecisionMaker => "DECISION_MAKER",
        DecisionRole::Influencer => "INFLUENCER",
        DecisionRole::Champion => "CHAMPION",
        DecisionRole::Evaluator => "EVALUATOR",
        DecisionRole::User => "USER",
        DecisionRole::Buyer => "BUYER",
        DecisionRole::Gatekeeper => "GATEKEEPER",
    }
}

const fn stance_name(stance: Stance) -> &'static str {
    match stance {
        Stance::Supportive => "SUPPORTIVE",
        Stance::Neutral => "NEUTRAL",
        Stance::Opposed => "OPPOSED",
    }
}

fn date_of(field: DateField, state: &State, entity: &Entity) -> Option<Date> {
    let local = |at: Timestamp| match state.workspace() {
        Some(workspace) => workspace.time_zone.date_of(at),
        None => Date::default(),
    };
    match (field, entity) {
        (DateField::Contract, Entity::Opportunity(row)) => row.expected_contract_date,
        (DateField::Closed, Entity::Opportunity(row)) => row.closed_at.map(local),
        (DateField::Occurred, Entity::Activity(row)) => Some(local(row.occurred_at)),
        (DateField::FollowUp, Entity::Activity(row)) => row.follow_up_date,
        (DateField::Entered, Entity::Opportunity(row)) => Some(local(row.entered_at())),
        (DateField::LastActivity, entity) => computed::last_activity(state, entity).map(local),
        (DateField::Created, entity) => created_at(entity).map(local),
        _ => None,
    }
}

/// When a thing was created.
pub(super) fn created_at(entity: &Entity) -> Option<Timestamp> {
    match entity {
        Entity::Workspace(row) => Some(row.created_at),
        Entity::Team(row) => Some(row.created_at),
        Entity::Member(row) => Some(row.created_at),
        Entity::Pipeline(row) => Some(row.created_at),
        Entity::Customer(row) => Some(row.created_at),
        Entity::Contact(row) => Some(row.created_at),
        Entity::Opportunity(row) => Some(row.created_at),
        Entity::Activity(row) => Some(row.created_at),
        Entity::Approval(row) => Some(row.created_at),
        Entity::ScoreEntry(_) => None,
        Entity::Alert(row) => Some(row.raised_at),
        Entity::PastImage(_) => None,
        Entity::SavedView(row) => Some(row.created_at),
        Entity::Notice(row) => Some(row.at),
        Entity::Goal(row) => Some(row.created_at),
        Entity::Webhook(row) => Some(row.created_at),
        Entity::DigestSchedule(row) => Some(row.created_at),
        Entity::Delivery(row) => Some(row.created_at),
        Entity::Scheme(row) => Some(row.created_at),
        Entity::Reward(row) => Some(row.granted_at),
        Entity::LedgerTransaction(row) => Some(row.at),
        Entity::Packet(row) => Some(row.sent_at),
        Entity::Payout(row) => Some(row.created_at),
        Entity::Badge(row) => Some(row.at),
    }
}

fn date_holds(agreement: DateMatch, date: Option<Date>, state: &State, now: Timestamp) -> bool {
    let Some(date) = date else {
        return agreement == DateMatch::Absent;
    };
    match agreement {
        DateMatch::Absent => false,
        DateMatch::Before(end) => date < end,
        DateMatch::From(start) => date >= start,
        DateMatch::In(cycle) => {
            let today = state.workspace().map_or(Date::default(), |workspace| {
                workspace.time_zone.date_of(now)
            });
            cycle.window(today).contains(date)
        }
    }
}

fn flag_of(field: FlagField, state: &State, entity: &Entity, now: Timestamp) -> Option<bool> {
    match (field, entity) {
        (FlagField::Archived, Entity::Opportunity(opportunity)) => Some(opportunity.archived),
        (FlagField::Stalled, Entity::Opportunity(opportunity)) => {
            let (pipeline, stage) = state.stage(opportunity.stage)?;
            let (calendar, zone) = (&pipeline.calendar, &state.zone());
            Some(is_stalled(opportunity, stage, calendar, zone, now))
        }
        (FlagField::Active, Entity::Member(member)) => Some(member.active),
        (FlagField::Retired, Entity::Pipeline(pipeline)) => Some(pipeline.retired),
        (FlagField::Skipping, Entity::Pipeline(pipeline)) => Some(pipeline.allow_skipping),
        (FlagField::Read, Entity::Notice(notice)) => Some(notice.read_at.is_some()),
        (FlagField::Locked, Entity::Goal(goal)) => Some(goal.locked),
        (FlagField::Shared, Entity::SavedView(view)) => Some(view.shared),
        _ => None,
    }
}
