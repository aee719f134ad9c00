//! Things of a kind from an id on: what a page of a list costs does not depend on how many came before it.

use super::State;
use crate::entity::{Entity, EntityKind};
use crate::id::{ActivityId, ContactId, CustomerId, OpportunityId, ScoreEntryId};

impl State {
    /// Everything stored of a kind with a greater id, by id.
    pub fn entities_after(
        &self,
        kind: EntityKind,
        after: u64,
    ) -> Box<dyn Iterator<Item = Entity> + '_> {
        macro_rules! from {
            ($after:ident, $id:ident, $kind:ident) => {
                Box::new(self.$after($id(after)).cloned().map(Entity::$kind))
            };
        }
        match kind {
            EntityKind::Customer => from!(customers_after, CustomerId, Customer),
            EntityKind::Contact => from!(contacts_after, ContactId, Contact),
            EntityKind::Opportunity => from!(opportunities_after, OpportunityId, Opportunity),
            EntityKind::Activity => from!(activities_after, ActivityId, Activity),
            EntityKind::ScoreEntry => from!(score_entries_after, ScoreEntryId, ScoreEntry),
            // Of the others there are few.
            _ => Box::new(
                self.entities(kind)
                    .filter(move |entity| entity.key().id > after),
            ),
        }
    }

    /// How many there are of a kind of which there are many; none for the others, which are counted as fast.
    pub fn count_of(&self, kind: EntityKind) -> Option<usize> {
        match kind {
            EntityKind::Customer => Some(self.customers.len()),
            EntityKind::Contact => Some(self.contacts.len()),
            EntityKind::Opportunity => Some(self.opportunities.len()),
            EntityKind::Activity => Some(self.activities.len()),
            EntityKind::ScoreEntry => Some(self.score_entries.len()),
            _ => None,
        }
    }
}
