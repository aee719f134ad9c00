//! What is searched of each kind: its fields, the most telling first, and the instant that says how recent it is.

use crate::entity::Entity;
use crate::time::Timestamp;

/// Shows every field that has a text, the one people know the thing by first; that one also when it is empty.
pub(crate) fn each_field(entity: &Entity, show: &mut dyn FnMut(&'static str, &str)) {
    let mut some = |field, text: Option<&str>| {
        if let Some(text) = text {
            show(field, text);
        }
    };
    match entity {
        Entity::Opportunity(row) => {
            let extra = row.extra();
            some("name", Some(&row.name));
            some("external_id", row.external_id.as_deref());
            some("source", row.source.as_deref());
            for competitor in &extra.competitors {
                some("competitor", Some(competitor));
            }
            some("loss_reason", extra.loss_reason.as_deref());
            some("note", extra.note.as_deref());
        }
        Entity::Customer(row) => {
            some("name", Some(&row.name));
            some("external_id", row.external_id.as_deref());
            some("industry", row.industry.as_deref());
            some("region", row.region.as_deref());
            some("website", row.website.as_deref());
            some("phone", row.phone.as_deref());
            some("note", row.note.as_deref());
        }
        Entity::Contact(row) => {
            some("name", Some(&row.name));
            some("title", row.title.as_deref());
            some("email", row.email.as_deref());
            some("phone", row.phone.as_deref());
        }
        Entity::Activity(row) => {
            some("purpose", Some(row.purpose.as_deref().unwrap_or_default()));
            some("note", row.note.as_deref());
        }
        _ => {}
    }
}

/// When what a thing is about last happened: a deal entered its stage, an activity took place; none for what is not searched.
pub(crate) fn searched_at(entity: &Entity) -> Option<Timestamp> {
    match entity {
        Entity::Opportunity(row) => {
            let last = row.history.last();
            Some(last.map_or(row.created_at, |entry| entry.entered_at))
        }
        Entity::Customer(row) => Some(row.created_at),
        Entity::Contact(row) => Some(row.created_at),
        Entity::Activity(row) => Some(row.occurred_at),
        _ => None,
    }
}
