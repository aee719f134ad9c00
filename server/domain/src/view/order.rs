//! Orders of lists; always total, because every order ends in the id.

use std::cmp::Ordering;

use super::FilterError;
use super::computed;
use super::evaluate::created_at;
use super::nearest::nearest;
use super::term::NumberField;
use crate::entity::{Entity, EntityKind};
use crate::limits::{MAX_FILTER_CHARS, MAX_ORDER_KEYS};
use crate::opportunity::Opportunity;
use crate::state::State;
use crate::text::normal_key;
use crate::time::Timestamp;

/// What a list can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OrderField {
    Id,
    Name,
    Amount,
    Weighted,
    Probability,
    Stage,
    Date,
    Owner,
    Customer,
    Created,
    Closed,
    Entered,
    Occurred,
    Revision,
    Team,
    Pipeline,
    Status,
    Level,
    Source,
    Grade,
    ExternalId,
    Industry,
    Region,
    Role,
    Kind,
    FollowUp,
    LastActivity,
    Computed(NumberField),
}

const OPPORTUNITY: &[EntityKind] = &[EntityKind::Opportunity];
/// What activities are logged for.
const ACTED_ON: &[EntityKind] = &[EntityKind::Opportunity, EntityKind::Customer];
const ALL: &[EntityKind] = &EntityKind::ALL;

/// Every field: how it is written, and what has it.
const FIELDS: &[(&str, OrderField, &[EntityKind])] = &[
    ("id", OrderField::Id, ALL),
    ("name", OrderField::Name, ALL),
    ("amount", OrderField::Amount, OPPORTUNITY),
    ("weighted", OrderField::Weighted, OPPORTUNITY),
    ("probability", OrderField::Probability, OPPORTUNITY),
    ("stage", OrderField::Stage, OPPORTUNITY),
    ("date", OrderField::Date, OPPORTUNITY),
    (
        "owner",
        OrderField::Owner,
        &[EntityKind::Opportunity, EntityKind::Customer],
    ),
    (
        "customer",
        OrderField::Customer,
        &[EntityKind::Opportunity, EntityKind::Contact],
    ),
    ("created", OrderField::Created, ALL),
    ("closed", OrderField::Closed, OPPORTUNITY),
    ("entered", OrderField::Entered, OPPORTUNITY),
    ("occurred", OrderField::Occurred, &[EntityKind::Activity]),
    ("revision", OrderField::Revision, ALL),
    (
        "team",
        OrderField::Team,
        &[
            EntityKind::Opportunity,
            EntityKind::Customer,
            EntityKind::Member,
        ],
    ),
    ("pipeline", OrderField::Pipeline, OPPORTUNITY),
    ("status", OrderField::Status, OPPORTUNITY),
    ("source", OrderField::Source, OPPORTUNITY),
    ("grade", OrderField::Grade, OPPORTUNITY),
    (
        "external_id",
        OrderField::ExternalId,
        &[
            EntityKind::Opportunity,
            EntityKind::Customer,
            EntityKind::Team,
            EntityKind::Member,
        ],
    ),
    ("industry", OrderField::Industry, &[EntityKind::Customer]),
    ("region", OrderField::Region, &[EntityKind::Customer]),
    ("role", OrderField::Role, &[EntityKind::Member]),
    ("kind", OrderField::Kind, &[EntityKind::Activity]),
    ("follow_up", OrderField::FollowUp, &[EntityKind::Activity]),
    ("last_activity", OrderField::LastActivity, ACTED_ON),
    ("idle", OrderField::Computed(NumberField::Idle), ACTED_ON),
    ("days", OrderField::Computed(NumberField::Days), OPPORTUNITY),
    ("over", OrderField::Computed(NumberField::Over), OPPORTUNITY),
    ("left", OrderField::Computed(NumberField::Left), OPPORTUNITY),
    (
        "moves",
        OrderField::Computed(NumberField::Moves),
        OPPORTUNITY,
    ),
    (
        "push_count",
        OrderField::Computed(NumberField::PushCount),
        OPPORTUNITY,
    ),
    (
        "level",
        OrderField::Level,
        &[EntityKind::Opportunity, EntityKind::Alert],
    ),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    position: usize,
    field: OrderField,
    descending: bool,
}

/// An order of a list; always total, because it ends in the id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderBy {
    keys: Vec<Key>,
    now: Timestamp,
}

/// What a thing is sorted by: made once for each, then compared many times ([`OrderBy::compare_keys`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortKeys(Vec<Option<SortKey>>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum SortKey {
    Number(i64),
    Text(Box<str>),
}

impl OrderBy {
    /// Reads an order: fields separated by commas, each with `asc` or `desc` if wanted. Empty = by id.
    ///
    /// Fields: id, name, amount, weighted, probability, stage, date, owner, customer, team, pipeline, status, source, grade,
    /// external_id, industry, region, role, kind, created, closed, entered, occurred, follow_up, last_activity, idle, days,
    /// over, left, moves, push_count, level, revision; at most eight of them. What lacks a field comes last.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        if text.chars().count() > MAX_FILTER_CHARS {
            let problem = format!("an order has at most {MAX_FILTER_CHARS} characters");
            return Err(FilterError::new(0, problem));
        }
        let mut keys = Vec::new();
        let mut position = 0;
        for part in text.split(',') {
            let start = position + (part.len() - part.trim_start().len());
            position += part.len() + 1;
            if part.trim().is_empty() {
                if text.trim().is_empty() {
                    break;
                }
                return Err(FilterError::new(start, "a field is missing between commas"));
            }
            if keys.len() == MAX_ORDER_KEYS {
                let problem = format!("an order has at most {MAX_ORDER_KEYS} fields");
                return Err(FilterError::new(start, problem));
            }
            keys.push(key(start, part.trim())?);
        }
        Ok(Self {
            keys,
            now: Timestamp(0),
        })
    }

    /// The same order, reckoned at an instant: needed by `days`, `over`, `left` and `idle`.
    pub fn at(mut self, now: Timestamp) -> Self {
        self.now = now;
        self
    }

    /// Whether it is the order of ids, in which pages are cheapest.
    pub fn is_by_id(&self) -> bool {
        match self.keys.first() {
            None => true,
            Some(key) => key.field == OrderField::Id && !key.descending,
        }
    }

    /// Refuses fields that things of this kind do not have.
    pub fn check_kind(&self, kind: EntityKind) -> Result<(), FilterError> {
        for key in &self.keys {
            let known = FIELDS
                .iter()
                .any(|(_, field, kinds)| *field == key.field && kinds.contains(&kind));
            if !known {
                return Err(FilterError::new(
                    key.position,
                    format!("{} cannot be ordered by this", kind.collection()),
                ));
            }
        }
        Ok(())
    }

    /// Which of two things of one kind comes first.
    pub fn compare(&self, state: &State, left: &Entity, right: &Entity) -> Ordering {
        let keys = (self.keys_of(state, left), self.keys_of(state, right));
        self.compare_keys(&keys.0, &keys.1)
            .then_with(|| left.key().cmp(&right.key()))
    }

    /// What a thing is sorted by.
    pub fn keys_of(&self, state: &State, entity: &Entity) -> SortKeys {
        let keys = self.keys.iter();
        SortKeys(
            keys.map(|key| sort_key(key.field, state, entity, self.now))
                .collect(),
        )
    }

    /// Which of two things comes first, by these keys alone; what is equal goes by the id.
    pub fn compare_keys(&self, left: &SortKeys, right: &SortKeys) -> Ordering {
        let pairs = left.0.iter().zip(&right.0);
        for (key, pair) in self.keys.iter().zip(pairs) {
            // What lacks the field comes last, whichever way the rest is turned.
            let ordering = match pair {
                (Some(left), Some(right)) if key.descending => right.cmp(left),
                (Some(left), Some(right)) => left.cmp(right),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => Ordering::Equal,
            };
            if ordering != Ordering::Equal {
                return ordering;
            }
        }
        Ordering::Equal
    }
}

fn key(position: usize, text: &str) -> Result<Key, FilterError> {
    let mut words = text.split_whitespace();
    let name = words.next().unwrap_or_default().to_ascii_lowercase();
    let direction = words.next().unwrap_or("asc").to_ascii_lowercase();
    let plain = match name.as_str() {
        "expected_contract_date" => "date",
        "created_at" | "create_time" => "created",
        "closed_at" | "close_time" => "closed",
        "occurred_at" | "occurred_time" => "occurred",
        "entered_at" | "stage_entered_time" => "entered",
        "owner_id" => "owner",
        "customer_id" => "customer",
        "stage_id" => "stage",
        "amount_minor" => "amount",
        "team_id" => "team",
        "pipeline_id" => "pipeline",
        "stage_kind" => "status",
        "stagnation_level" => "level",
        "follow_up_date" => "follow_up",
        other => other,
    };
    let Some((_, field, _)) = FIELDS.iter().find(|(known, _, _)| *known == plain) else {
        let known: Vec<&str> = FIELDS.iter().map(|(known, _, _)| *known).collect();
        let problem = format!(
            "there is no order by '{name}'{}; known: {}",
            nearest(plain, known.iter().copied()),
            known.join(", ")
        );
        return Err(FilterError::new(position, problem));
    };
    let descending = match direction.as_str() {
        "asc" => false,
        "desc" => true,
        _ => {
            return Err(FilterError::new(
                position,
                "write asc or desc after the field",
            ));
        }
    };
    if words.next().is_some() {
        return Err(FilterError::new(position, "fields are separated by commas"));
    }
    Ok(Key {
        position,
        field: *field,
        descending,
    })
}

fn sort_key(field: OrderField, state: &State, entity: &Entity, now: Timestamp) -> Option<SortKey> {
    match field {
        OrderField::Name
        | OrderField::Owner
        | OrderField::Customer
        | OrderField::Team
        | OrderField::Source
        | OrderField::ExternalId
        | OrderField::Industry
        | OrderField::Region => {
            text_of(field, state, entity).map(|text| SortKey::Text(text.into()))
        }
        OrderField::Computed(number) => {
            let value = computed::number_of(number, state, entity, now)?;
            Some(SortKey::Number(i64::try_from(value).unwrap_or(i64::MAX)))
        }
        _ => number_of(field, state, entity).map(SortKey::Number),
    }
}

fn text_of(field: OrderField, state: &State, entity: &Entity) -> Option<String> {
    let name = match (field, entity) {
        (OrderField::Owner, Entity::Opportunity(row)) => &state.member(row.owner?)?.name,
        (OrderField::Owner, Entity::Customer(row)) => &state.member(row.owner?)?.name,
        (OrderField::Customer, Entity::Opportunity(row)) => &state.customer(row.customer?)?.name,
        (OrderField::Customer, Entity::Contact(row)) => &state.customer(row.customer?)?.name,
        (OrderField::Source, Entity::Opportunity(row)) => row.source.as_ref()?,
        (OrderField::Industry, Entity::Customer(row)) => row.industry.as_ref()?,
        (OrderField::Region, Entity::Customer(row)) => row.region.as_ref()?,
        (OrderField::Team, entity) => {
            let member = |id| state.member(id)?.team;
            let team = match entity {
                Entity::Opportunity(row) => member(row.owner?),
                Entity::Customer(row) => member(row.owner?),
                Entity::Member(row) => row.team,
                _ => None,
            };
            &state.team(team?)?.name
        }
        (OrderField::ExternalId, entity) => {
            let id = match entity {
                Entity::Opportunity(row) => &row.external_id,
                Entity::Customer(row) => &row.external_id,
                Entity::Team(row) => &row.external_id,
                Entity::Member(row) => &row.external_id,
                _ => return None,
            };
            return id.as_deref().map(normal_key);
        }
        (_, Entity::Workspace(row)) => &row.name,
        (_, Entity::Team(row)) => &row.name,
        (_, Entity::Member(row)) => &row.name,
        (_, Entity::Pipeline(row)) => &row.name,
        (_, Entity::Customer(row)) => &row.name,
        (_, Entity::Contact(row)) => &row.name,
        (_, Entity::Opportunity(row)) => &row.name,
        (_, Entity::Activity(row)) => row.purpose.as_ref()?,
        (_, Entity::SavedView(row)) => &row.name,
        (_, Entity::Alert(row)) => &state.opportunity(row.opportunity)?.name,
        (_, Entity::ScoreEntry(_) | Entity::PastImage(_)) => return None,
        (_, Entity::Notice(_) | Entity::Goal(_)) => return None,
        (_, Entity::Approval(row)) => &state.opportunity(row.opportunity)?.name,
        (_, Entity::Webhook(row)) => &row.name,
        (_, Entity::DigestSchedule(_) | Entity::Delivery(_)) => return None,
        (_, Entity::Scheme(row)) => &row.name,
        (_, Entity::Reward(row)) => &state.member(row.member)?.name,
        (_, Entity::Packet(row)) => &state.member(row.receiver)?.name,
        (_, Entity::Badge(row)) => &state.member(row.member)?.name,
        (_, Entity::LedgerTransaction(_) | Entity::Payout(_)) => return None,
    };
    Some(normal_key(name))
}

fn number_of(field: OrderField, state: &State, entity: &Entity) -> Option<i64> {
    match (field, entity) {
        (OrderField::Id, entity) => i64::try_from(entity.key().id).ok(),
        (OrderField::LastActivity, entity) => {
            computed::last_activity(state, entity).map(|at| at.micros())
        }
        (OrderField::Level, Entity::Alert(row)) => Some(row.level as i64),
        (OrderField::Role, Entity::Member(row)) => Some(row.role as i64),
        (OrderField::Kind, Entity::Activity(row)) => Some(row.kind as i64),
        (OrderField::FollowUp, Entity::Activity(row)) => {
            row.follow_up_date.map(|date| i64::from(date.days()))
        }
        (OrderField::Revision, entity) => i64::try_from(entity.revision()).ok(),
        (OrderField::Created, entity) => created_at(entity).map(|at| at.micros()),
        (OrderField::Occurred, Entity::Activity(row)) => Some(row.occurred_at.micros()),
        (field, Entity::Opportunity(row)) => opportunity_number(field, state, row),
        _ => None,
    }
}

fn opportunity_number(field: OrderField, state: &State, row: &Opportunity) -> Option<i64> {
    match field {
        OrderField::Amount => Some(row.amount_minor),
        OrderField::Weighted => Some(row.weighted_minor(state.stage(row.stage)?.1)),
        OrderField::Probability => {
            Some(i64::from(row.win_probability_bp(state.stage(row.stage)?.1)))
        }
        OrderField::Stage => {
            // By pipeline, then by place in it.
            let (pipeline, stage) = state.stage(row.stage)?;
            let rank = i64::try_from(pipeline.rank(stage.id)?).ok()?;
            let pipeline = i64::try_from(pipeline.id.0).ok()?;
            Some(pipeline * (crate::limits::MAX_STAGES as i64 + 1) + rank)
        }
        OrderField::Date => row
            .expected_contract_date
            .map(|date| i64::from(date.days())),
        OrderField::Status => Some(state.stage(row.stage)?.1.kind as i64),
        OrderField::Level => Some(row.told_level() as i64),
        OrderField::Grade => row.grade.map(|grade| grade as i64),
        OrderField::Pipeline => i64::try_from(row.pipeline.0).ok(),
        OrderField::Closed => row.closed_at.map(|at| at.micros()),
        OrderField::Entered => Some(row.entered_at().micros()),
        _ => None,
    }
}
