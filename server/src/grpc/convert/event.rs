//! Commits and their events, as watches send them.

use sluice_domain::{
    Amendment, Change, CustomerField, Entity, EntityKey, Event, Movement, Opportunity,
    OpportunityId, Patch, PipelineChange, Reward, State,
};
use sluice_proto::v1::{self, change::Change as Changed, event::Fact};

use super::{
    alert, approval, badge, ledger, metric, opportunity, packet, resource, reward, stagnation,
    terms,
    value::{Id as _, actor, count, id_or_empty, money, or_empty, time},
};
use crate::{
    commit::Commit,
    engine::{ViewChange, WatchCommit},
};

/// Writes a commit as one watch sees it.
pub fn write(commit: &WatchCommit, state: &State) -> v1::Commit {
    let whole = &commit.commit;
    v1::Commit {
        revision: whole.revision,
        time: Some(time(whole.time)),
        actor: Some(actor(&whole.actor)),
        request_id: whole.request_id.clone().unwrap_or_default(),
        changes: commit
            .changes()
            .into_iter()
            .filter_map(|change| write_change(&change, state))
            .collect(),
        events: commit
            .events()
            .into_iter()
            .map(|event| write_event(event, whole, state))
            .collect(),
    }
}

fn write_change(change: &ViewChange<'_>, state: &State) -> Option<v1::Change> {
    let change = match *change {
        ViewChange::Put(entity) => Changed::Put(resource::write(entity, state)?),
        ViewChange::Remove { key, left_filter } => Changed::Remove(v1::Removal {
            kind: resource::write_kind(key.kind).into(),
            id: key.long(),
            left_filter,
        }),
    };
    Some(v1::Change {
        change: Some(change),
    })
}

fn write_event(event: &Event, commit: &Commit, state: &State) -> v1::Event {
    let fact = match event {
        Event::WorkspaceSetUp { .. }
        | Event::TeamCreated { .. }
        | Event::MemberCreated { .. }
        | Event::PipelineCreated { .. }
        | Event::CustomerCreated { .. }
        | Event::ContactCreated { .. }
        | Event::OpportunityCreated { .. }
        | Event::ActivityLogged { .. }
        | Event::GoalCreated { .. }
        | Event::SavedViewCreated { .. }
        | Event::ApprovalRequested { .. }
        | Event::SchemeCreated { .. }
        | Event::PayoutCreated { .. } => Fact::Created(v1::ResourceCreated { id: subject(event) }),
        Event::WorkspaceUpdated { .. }
        | Event::TeamUpdated { .. }
        | Event::MemberUpdated { .. }
        | Event::CustomerUpdated { .. }
        | Event::ContactUpdated { .. }
        | Event::GoalUpdated { .. }
        | Event::SavedViewUpdated { .. }
        | Event::PayoutUpdated { .. } => updated(event, changed_fields(event.subject(), commit)),
        Event::PipelineUpdated { change, .. } => {
            updated(event, pipeline_fields(*change, event, commit))
        }
        Event::OpportunityArchived { .. } | Event::OpportunityRestored { .. } => {
            updated(event, vec!["archived"])
        }
        Event::OpportunityAmended {
            amendment,
            previous_amount_minor,
            flagged,
            ..
        } => {
            let currency = state.workspace().map(|workspace| workspace.currency);
            Fact::Amended(v1::OpportunityAmended {
                opportunity_id: subject(event),
                fields: amended_fields(amendment)
                    .into_iter()
                    .map(str::to_owned)
                    .collect(),
                amount_before: previous_amount_minor
                    .zip(currency)
                    .map(|(minor, currency)| money(minor, currency)),
                flagged: *flagged,
            })
        }
        Event::OpportunityMoved { movement }
        | Event::OpportunityLost { movement }
        | Event::OpportunityReopened { movement } => Fact::Moved(moved(movement, commit, state)),
        Event::OpportunityMoveUndone { undone, .. } => {
            Fact::MoveUndone(v1::OpportunityMoveUndone {
                opportunity_id: subject(event),
                stage_entry: Some(v1::StageEntry {
                    from_stage_id: id_or_empty(
                        event_opportunity(event, commit).map(|opportunity| opportunity.stage),
                    ),
                    ..opportunity::write_entry(
                        event_opportunity(event, commit)
                            .map_or(0, |opportunity| opportunity.history.len()),
                        undone,
                        opportunity::currency(state),
                    )
                }),
            })
        }
        Event::OpportunityImported { opportunity, .. } => {
            Fact::HistoryImported(v1::HistoryImported {
                opportunity_id: opportunity.id.write(),
                stage_entry_count: count(opportunity.history.len()),
            })
        }
        Event::OpportunityStagnated {
            opportunity,
            stage,
            stagnation,
            ..
        } => Fact::Stagnated(stagnation::write_event(
            *opportunity,
            *stage,
            Some(*stagnation),
            opportunity_after(*opportunity, commit),
            state,
        )),
        Event::StagnationLifted {
            opportunity,
            stage,
            stagnation,
            ..
        } => Fact::Stagnated(stagnation::write_event(
            *opportunity,
            *stage,
            *stagnation,
            opportunity_after(*opportunity, commit),
            state,
        )),
        Event::AlertRaised { alert } => Fact::AlertRaised(v1::AlertRaised {
            alert: Some(alert::write(alert)),
        }),
        Event::AlertUpdated { .. } => updated(event, vec!["state"]),
        Event::SavedViewDeleted { .. } => Fact::Deleted(v1::ResourceDeleted { id: subject(event) }),
        Event::GoalReached {
            goal,
            percent,
            value,
            ..
        } => Fact::GoalReached(v1::GoalReached {
            goal_id: goal.write(),
            percent: (*percent).into(),
            value: metric::minor(*value),
        }),
        Event::ApprovalDecided { approval }
        | Event::ApprovalEnded { approval }
        | Event::ApprovalBroughtBack { approval } => Fact::ApprovalChanged(v1::ApprovalChanged {
            approval_id: approval.id.write(),
            opportunity_id: approval.opportunity.write(),
            state: approval::write_state(approval.state).into(),
        }),
        Event::CustomerFieldFilled { fill, .. } => updated(event, vec![filled_field(fill.field)]),
        Event::SchemeUpdated { scheme, change } => match terms::write_change(*change) {
            Some(change) => Fact::SchemeChanged(v1::SchemeChanged {
                scheme_id: scheme.id.write(),
                change: change.to_owned(),
            }),
            None => updated(event, changed_fields(event.subject(), commit)),
        },
        Event::RewardGranted { reward } => reward_changed(reward, "GRANTED"),
        Event::RewardUpdated { reward, change } => {
            reward_changed(reward, reward::write_change(*change))
        }
        Event::LedgerPosted { transaction } => Fact::LedgerPosted(ledger::write(transaction)),
        Event::PacketSent { packet } | Event::PacketUpdated { packet } => {
            Fact::PacketChanged(v1::PacketChanged {
                packet: Some(packet::write(packet)),
            })
        }
        Event::BadgeGiven { badge } => Fact::BadgeGiven(v1::BadgeGiven {
            badge: Some(badge::write(badge)),
        }),
        Event::ScoreRecorded { entry } => Fact::Scored(metric::write(entry, state)),
        Event::NoticePosted { .. }
        | Event::WebhookCreated { .. }
        | Event::DigestScheduleCreated { .. }
        | Event::DeliveryQueued { .. } => Fact::Created(v1::ResourceCreated { id: subject(event) }),
        Event::NoticeRead { .. } => updated(event, vec!["read_time"]),
        Event::WebhookUpdated { .. } | Event::DigestScheduleUpdated { .. } => {
            updated(event, changed_fields(event.subject(), commit))
        }
        Event::DigestScheduleDeleted { .. } => updated(event, Vec::new()),
        Event::DeliveryAttempted { .. } | Event::DeliveryRetried { .. } => {
            updated(event, vec!["state", "attempts", "next_attempt_time"])
        }
    };
    v1::Event { fact: Some(fact) }
}

fn reward_changed(reward: &Reward, change: &str) -> Fact {
    Fact::RewardChanged(v1::RewardChanged {
        reward: Some(reward::write(reward)),
        change: change.to_owned(),
    })
}

/// The field of a customer's record that was filled in, as the API names it.
const fn filled_field(field: CustomerField) -> &'static str {
    match field {
        CustomerField::Industry => "industry",
        CustomerField::Region => "region",
        CustomerField::Website => "website",
        CustomerField::Phone => "phone",
        CustomerField::Note => "note",
        CustomerField::Site => "sites",
        CustomerField::Contact | CustomerField::Decider => "contacts",
    }
}

fn subject(event: &Event) -> String {
    event.subject().map(EntityKey::long).unwrap_or_default()
}

fn updated(event: &Event, fields: Vec<&str>) -> Fact {
    let fields = fields.into_iter().map(str::to_owned).collect();
    Fact::Updated(v1::ResourceUpdated {
        id: subject(event),
        fields,
    })
}

/// The change a commit made to an entity.
fn change_of(key: Option<EntityKey>, commit: &Commit) -> Option<&Change> {
    commit.changes.iter().find(|change| Some(change.key) == key)
}

/// The opportunity an event is about, as its commit left it.
fn event_opportunity<'a>(event: &Event, commit: &'a Commit) -> Option<&'a Opportunity> {
    match event {
        Event::OpportunityMoveUndone { opportunity, .. } => opportunity_after(*opportunity, commit),
        _ => None,
    }
}

/// An opportunity as a commit left it.
fn opportunity_after(id: OpportunityId, commit: &Commit) -> Option<&Opportunity> {
    match change_of(Some(id.into()), commit)?.after.as_ref() {
        Some(Entity::Opportunity(opportunity)) => Some(opportunity),
        _ => None,
    }
}

fn moved(movement: &Movement, commit: &Commit, state: &State) -> v1::OpportunityMoved {
    let after = opportunity_after(movement.opportunity, commit);
    let currency = state.workspace().map(|workspace| workspace.currency);
    v1::OpportunityMoved {
        opportunity_id: movement.opportunity.write(),
        stage_entry: Some(v1::StageEntry {
            sequence: after.map_or(0, |opportunity| {
                count(opportunity.history.len().saturating_sub(1))
            }),
            stage_id: movement.to.write(),
            from_stage_id: movement.from.write(),
            movement: opportunity::write_movement(movement.direction).into(),
            entered_time: Some(time(movement.at)),
            left_time: None,
            amount: currency.map(|currency| money(movement.amount_minor, currency)),
            credited: movement.credited,
            uncredited_reason: movement
                .uncredited_reason
                .map(|reason| reason.name().to_owned())
                .unwrap_or_default(),
            reason: or_empty(&movement.comment),
            actor: Some(actor(&commit.actor)),
            override_reason: or_empty(&movement.override_reason),
            approval_id: id_or_empty(movement.approval),
        }),
        owner_id: id_or_empty(after.and_then(|opportunity| opportunity.owner)),
    }
}

fn pipeline_fields(change: PipelineChange, event: &Event, commit: &Commit) -> Vec<&'static str> {
    match change {
        PipelineChange::Settings => changed_fields(event.subject(), commit),
        PipelineChange::StageCreated(_)
        | PipelineChange::StageUpdated(_)
        | PipelineChange::StagesReordered
        | PipelineChange::StageRetired(_) => vec!["stages"],
    }
}

fn amended_fields(amendment: &Amendment) -> Vec<&'static str> {
    let named = [
        ("name", amendment.name.is_some()),
        ("amount", amendment.amount_minor.is_some()),
        (
            "expected_contract_date",
            amendment.expected_contract_date.is_some(),
        ),
        ("owner_id", !amendment.owner.is_keep()),
        ("customer_id", !amendment.customer.is_keep()),
        ("contact_ids", amendment.contacts.is_some()),
        ("collaborator_ids", amendment.collaborators.is_some()),
        ("source", !amendment.source.is_keep()),
        ("grade", !amendment.grade.is_keep()),
        ("competitors", amendment.competitors.is_some()),
        (
            "win_probability_override_bp",
            !amendment.win_probability_override_bp.is_keep(),
        ),
        ("note", !Patch::is_keep(&amendment.note)),
        ("external_id", !amendment.external_id.is_keep()),
    ];
    named
        .into_iter()
        .filter(|(_, changed)| *changed)
        .map(|(name, _)| name)
        .collect()
}

macro_rules! differing {
    ($before:ident, $after:ident: $($field:ident = $name:literal),* $(,)?) => {{
        let named = [$(($name, $before.$field != $after.$field)),*];
        named.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }};
}

/// The fields that differ before and after, as the API names them.
fn changed_fields(key: Option<EntityKey>, commit: &Commit) -> Vec<&'static str> {
    let Some(Change {
        before: Some(before),
        after: Some(after),
        ..
    }) = change_of(key, commit)
    else {
        return Vec::new();
    };
    match (before, after) {
        (Entity::Workspace(before), Entity::Workspace(after)) => differing!(before, after:
            name = "name", time_zone = "time_zone", currency = "currency_code", language = "language",
            default_pipeline = "default_pipeline_id", check_ins = "check_in_radius_m"),
        (Entity::Team(before), Entity::Team(after)) => differing!(before, after:
            name = "name", parent = "parent_id", manager = "manager_id", external_id = "external_id"),
        (Entity::Member(before), Entity::Member(after)) => differing!(before, after:
            name = "name", role = "role", team = "team_id", unix_user = "unix_user", email = "email",
            active = "active", external_id = "external_id"),
        (Entity::Pipeline(before), Entity::Pipeline(after)) => differing!(before, after:
            name = "name", stages = "stages", allow_skipping = "skipping_allowed", retired = "retired", calendar = "calendar"),
        (Entity::Customer(before), Entity::Customer(after)) => differing!(before, after:
            name = "name", industry = "industry", region = "region", website = "website", phone = "phone",
            note = "note", owner = "owner_id", external_id = "external_id", sites = "sites"),
        (Entity::Contact(before), Entity::Contact(after)) => differing!(before, after:
            name = "name", title = "title", phone = "phone", email = "email", role = "decision_role",
            stance = "stance", reports_to = "reports_to_id"),
        (Entity::SavedView(before), Entity::SavedView(after)) => differing!(before, after:
            name = "name", shared = "shared", filter = "filter", order_by = "order_by", group_by = "group_by",
            columns = "columns"),
        (Entity::Goal(before), Entity::Goal(after)) => differing!(before, after:
            target = "target", parent = "parent_id", weight = "weight", locked = "locked", archived = "archived"),
        (Entity::Webhook(before), Entity::Webhook(after)) => differing!(before, after:
            name = "name", url = "url", events = "events", active = "active", removed = "removed"),
        (Entity::Scheme(before), Entity::Scheme(after)) => differing!(before, after:
            name = "name", note = "note", unit = "unit", draft = "draft"),
        (Entity::Payout(before), Entity::Payout(after)) => differing!(before, after:
            state = "state", reference = "reference"),
        (Entity::DigestSchedule(before), Entity::DigestSchedule(after)) => {
            differing!(before, after:
            unit = "unit", time = "local_time", inbox = "inbox", email = "email", webhook = "webhook_id",
            active = "active", told_until = "told_until")
        }
        _ => Vec::new(),
    }
}
