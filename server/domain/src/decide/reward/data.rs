//! What a commit filled in of customers, as facts that may be rewarded (DOMAIN.md §6).

use crate::completeness::CustomerField;
use crate::decide::Context;
use crate::decide::completeness::{Touched, touched};
use crate::event::Event;
use crate::id::{CustomerId, MemberId};
use crate::rules::Fact;
use crate::state::State;

/// What happened to one customer's record.
pub(super) struct CustomerFacts {
    customer: CustomerId,
    member: MemberId,
    /// Fields filled in for the first time.
    fields: Vec<CustomerField>,
    before_bp: u16,
    after_bp: u16,
}

impl CustomerFacts {
    /// The facts, in the order they are judged.
    pub(super) fn facts(&self) -> [Fact<'_>; 2] {
        [
            Fact::CustomerFields {
                customer: self.customer,
                fields: &self.fields,
                member: self.member,
            },
            Fact::CustomerComplete {
                customer: self.customer,
                before_bp: self.before_bp,
                after_bp: self.after_bp,
                member: self.member,
            },
        ]
    }
}

/// The customers whose records became more complete, by id. Who did it is the caller, else the customer's owner. A fill
/// that is dated otherwise than now only notes what was filled before fills were kept, and is none.
pub(super) fn customers(state: &State, context: &Context, events: &[Event]) -> Vec<CustomerFacts> {
    let caller = context
        .actor
        .member
        .filter(|id| state.member(*id).is_some());
    touched(state, events)
        .into_iter()
        .filter_map(
            |Touched {
                 customer,
                 before,
                 after,
             }| {
                let before_bp = before.map_or(0, |before| before.score_bp);
                let filled = events.iter().filter_map(|event| match event {
                    Event::CustomerFieldFilled { customer: of, fill } => {
                        let is_first =
                            *of == customer.id && fill.member.is_some() && fill.at == context.now;
                        is_first.then_some(fill.field)
                    }
                    _ => None,
                });
                let facts = CustomerFacts {
                    customer: customer.id,
                    member: caller.or(customer.owner)?,
                    fields: filled.collect(),
                    before_bp,
                    after_bp: after.score_bp,
                };
                let earns = !facts.fields.is_empty() || facts.after_bp > before_bp;
                earns.then_some(facts)
            },
        )
        .collect()
}
