//! Things of a kind from an id on: what a page of a list costs does not depend on how many came before it.

use std::ops::Bound;
use std::sync::Arc;

use super::State;
use crate::entity::{Entity, EntityKind};
use crate::id::{
    ActivityId, ContactId, CustomerId, LedgerTransactionId, OpportunityId, PacketId, RewardId,
    ScoreEntryId,
};
use crate::opportunity::Opportunity;

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
            EntityKind::Reward => from!(rewards_after, RewardId, Reward),
            EntityKind::Packet => from!(packets_after, PacketId, Packet),
            EntityKind::LedgerTransaction => from!(
                ledger_transactions_after,
                LedgerTransactionId,
                LedgerTransaction
            ),
            // Of the others there are few.
            _ => Box::new(
                self.entities(kind)
                    .filter(move |entity| entity.key().id > after),
            ),
        }
    }

    /// Every opportunity with its id, without looking at the row.
    pub(crate) fn opportunities_by_id(
        &self,
    ) -> impl Iterator<Item = (OpportunityId, &Arc<Opportunity>)> {
        self.opportunities.iter().map(|(id, row)| (*id, row))
    }

    /// Everything stored of a kind with a greater id, by id, without those whose ids are not to be looked at.
    pub(crate) fn entities_where<'a>(
        &'a self,
        kind: EntityKind,
        after: u64,
        keep: impl Fn(u64) -> bool + 'a,
    ) -> Box<dyn Iterator<Item = Entity> + 'a> {
        macro_rules! from {
            ($map:ident, $id:ident, $kind:ident) => {{
                let rows = self
                    .$map
                    .range((Bound::Excluded($id(after)), Bound::Unbounded));
                // What is left out is not even touched: its row may lie far away.
                let kept = rows.filter(move |(id, _)| keep(id.0));
                Box::new(kept.map(|(_, row)| Entity::$kind(row.clone())))
            }};
        }
        match kind {
            EntityKind::Customer => from!(customers, CustomerId, Customer),
            EntityKind::Contact => from!(contacts, ContactId, Contact),
            EntityKind::Opportunity => from!(opportunities, OpportunityId, Opportunity),
            _ => {
                let things = self.entities_after(kind, after);
                Box::new(things.filter(move |entity| keep(entity.key().id)))
            }
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
            EntityKind::Reward => Some(self.rewards.len()),
            EntityKind::Packet => Some(self.packets.len()),
            EntityKind::LedgerTransaction => Some(self.ledger_transactions.len()),
            _ => None,
        }
    }
}
