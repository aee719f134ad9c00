//! Which deliveries wait, by what they wait for and when, and which are finished.

use imbl::OrdSet;

use crate::delivery::{Delivery, DeliveryState, Lane};
use crate::id::DeliveryId;
use crate::time::Timestamp;

/// Keys of the deliveries, by state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct OutboxIndex {
    pub(super) pending: OrdSet<(Lane, Timestamp, DeliveryId)>,
    pub(super) finished: OrdSet<DeliveryId>,
}

impl OutboxIndex {
    pub(super) fn of<'a>(deliveries: impl Iterator<Item = &'a Delivery>) -> Self {
        let mut index = Self::default();
        for delivery in deliveries {
            index.link(delivery);
        }
        index
    }

    pub(super) fn link(&mut self, delivery: &Delivery) {
        match delivery.state {
            DeliveryState::Pending => drop(self.pending.insert(pending_key(delivery))),
            _ => drop(self.finished.insert(delivery.id)),
        }
    }

    pub(super) fn unlink(&mut self, delivery: &Delivery) {
        match delivery.state {
            DeliveryState::Pending => drop(self.pending.remove(&pending_key(delivery))),
            _ => drop(self.finished.remove(&delivery.id)),
        }
    }
}

fn pending_key(delivery: &Delivery) -> (Lane, Timestamp, DeliveryId) {
    (
        delivery.target.lane(),
        delivery.next_attempt_at,
        delivery.id,
    )
}
