//! Orders of lists; always total, because every order ends in the id.

use std::cmp::Ordering;

use super::FilterError;
use super::evaluate::created_at;
use crate::entity::{Entity, EntityKind};
use crate::limits::MAX_FILTER_CHARS;
use crate::opportunity::Opportunity;
use crate::state::State;
use crate::text::normal_key;

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
}

const OPPORTUNITY: &[EntityKind] = &[EntityKind::Opportunity];
const ALL: &[EntityKind] = &EntityKind::ALL;

/// Every field: how it is written, and what has it.
const FIELDS: [(&str, OrderField, &[EntityKind]); 14] = [
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
}

impl OrderBy {
    /// Reads an order: fields separated by commas, each with `asc` or `desc` if wanted. Empty = by id.
    ///
    /// Fields: id, name, amount, weighted, probability, stage, date, owner, customer, created, closed, entered,
    /// occurred, revision. What lacks a field comes last.
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
            keys.push(key(start, part.trim())?);
        }
        Ok(Self { keys })
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
        for key in &self.keys {
            let ordering = compare_by(key.field, key.descending, state, left, right);
            if ordering != Ordering::Equal {
                return ordering;
            }
        }
        left.key().cmp(&right.key())
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
        other => other,
    };
    let Some((_, field, _)) = FIELDS.iter().find(|(known, _, _)| *known == plain) else {
        let known: Vec<&str> = FIELDS.iter().map(|(known, _, _)| *known).collect();
        let problem = format!("there is no order by '{name}'; known: {}", known.join(", "));
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

fn compare_by(
    field: OrderField,
    descending: bool,
    state: &State,
    left: &Entity,
    right: &Entity,
) -> Ordering {
    let turned = |ordering: Ordering| {
        if descending {
            ordering.reverse()
        } else {
            ordering
        }
    };
    match field {
        OrderField::Id => turned(left.key().cmp(&right.key())),
        OrderField::Name | OrderField::Owner | OrderField::Customer => {
            let texts = (text_of(field, state, left), text_of(field, state, right));
            last_without(texts.0, texts.1, turned)
        }
        _ => {
            let numbers = (
                number_of(field, state, left),
                number_of(field, state, right),
            );
            last_without(numbers.0, numbers.1, turned)
        }
    }
}

/// What lacks the field comes last, whichever way the rest is turned.
fn last_without<T: Ord>(
    left: Option<T>,
    right: Option<T>,
    turned: impl Fn(Ordering) -> Ordering,
) -> Ordering {
    match (left, right) {
        (Some(left), Some(right)) => turned(left.cmp(&right)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

fn text_of(field: OrderField, state: &State, entity: &Entity) -> Option<String> {
    let name = match (field, entity) {
        (OrderField::Owner, Entity::Opportunity(row)) => &state.member(row.owner?)?.name,
        (OrderField::Owner, Entity::Customer(row)) => &state.member(row.owner?)?.name,
        (OrderField::Customer, Entity::Opportunity(row)) => &state.customer(row.customer?)?.name,
        (OrderField::Customer, Entity::Contact(row)) => &state.customer(row.customer?)?.name,
        (_, Entity::Workspace(row)) => &row.name,
        (_, Entity::Team(row)) => &row.name,
        (_, Entity::Member(row)) => &row.name,
        (_, Entity::Pipeline(row)) => &row.name,
        (_, Entity::Customer(row)) => &row.name,
        (_, Entity::Contact(row)) => &row.name,
        (_, Entity::Opportunity(row)) => &row.name,
        (_, Entity::Activity(row)) => row.purpose.as_ref()?,
        (_, Entity::SavedView(row)) => &row.name,
        (_, Entity::ScoreEntry(_)) => return None,
        (_, Entity::Notice(_)) => return None,
    };
    Some(normal_key(name))
}

fn number_of(field: OrderField, state: &State, entity: &Entity) -> Option<i64> {
    match (field, entity) {
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
        OrderField::Closed => row.closed_at.map(|at| at.micros()),
        OrderField::Entered => Some(row.entered_at().micros()),
        _ => None,
    }
}
