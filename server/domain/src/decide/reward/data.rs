//! What a commit filled in of customers for the first time, as facts that may be rewarded.

use std::collections::BTreeMap;

use crate::completeness::CustomerField;
use crate::decide::Context;
use crate::event::Event;
use crate::id::{CustomerId, MemberId};
use crate::rules::Fact;
use crate::state::State;

/// What happened to one customer's record.
pub(super) struct CustomerFacts {
    customer: CustomerId,
    member: MemberId,
    fields: Vec<CustomerField>,
}

impl CustomerFacts {
    /// The facts, in the order they are judged.
    pub(super) fn facts(&self) -> impl Iterator<Item = Fact<'_>> {
        let fields = Fact::CustomerFields {
            customer: self.customer,
            fields: &self.fields,
            member: self.member,
        };
        std::iter::once(fields)
    }
}

/// The customers whose fields were filled in for the first time, by id. A fill that is dated otherwise than now only notes
/// what was filled before fills were kept.
pub(super) fn customers(_: &State, context: &Context, events: &[Event]) -> Vec<CustomerFacts> {
    let mut filled: BTreeMap<CustomerId, CustomerFacts> = BTreeMap::new();
    for event in events {
        let Event::CustomerFieldFilled { customer, fill } = event else {
            continue;
        };
        let Some(member) = fill.member.filter(|_| fill.at == context.now) else {
            continue;
        };
        let facts = filled.entry(*customer).or_insert_with(|| CustomerFacts {
            customer: *customer,
            member,
            fields: Vec::new(),
        });
        facts.fields.push(fill.field);
    }
    filled.into_values().collect()
}
