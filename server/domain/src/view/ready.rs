//! A filter made ready for everything of a kind: what its words mean is looked up once, in the folded texts and the indexes,
//! not once for each thing.

use std::sync::Arc;

use memchr::memchr;
use memchr::memmem::Finder;

use super::Filter;
use super::evaluate;
use super::term::{Term, Test, TextField, TextMatch};
use super::tree::Node;
use crate::entity::{Entity, EntityKind};
use crate::opportunity::Opportunity;
use crate::state::{FIELD_END, State};
use crate::text::key_contains;

/// Numbers of things: true at the place of each.
#[derive(Clone, Debug, Default)]
struct Ids {
    bits: Vec<u64>,
}

impl Ids {
    fn insert(&mut self, id: u64) {
        let Ok(place) = usize::try_from(id / 64) else {
            return;
        };
        if place >= self.bits.len() {
            self.bits.resize(place + 1, 0);
        }
        self.bits[place] |= 1 << (id % 64);
    }

    fn contains(&self, id: u64) -> bool {
        let place = usize::try_from(id / 64).ok();
        let bits = place.and_then(|place| self.bits.get(place));
        bits.is_some_and(|bits| bits & 1 << (id % 64) != 0)
    }
}

/// A filter with what its terms let through of a kind, as far as an index tells.
#[derive(Clone, Debug)]
pub struct Ready<'a> {
    filter: &'a Filter,
    state: &'a State,
    kind: EntityKind,
    /// For some of the terms, by their places in the text: what they hold for.
    known: Vec<(usize, Ids)>,
}

impl Filter {
    /// Makes it ready for many things of a kind; to judge one or two, [`Filter::matches`] is cheaper.
    pub fn ready<'a>(&'a self, state: &'a State, kind: EntityKind) -> Ready<'a> {
        let mut known = Vec::new();
        // The texts kept for searching are those of now.
        if !state.is_past() {
            self.root.each_term(&mut |term| {
                known.extend(ids_of(&term.test, state, kind).map(|ids| (term.position, ids)));
            });
        }
        Ready {
            filter: self,
            state,
            kind,
            known,
        }
    }
}

impl<'a> Ready<'a> {
    /// Whether it lets a thing of the kind through.
    pub fn matches(&self, entity: &Entity) -> bool {
        let id = entity.key().id;
        let (state, now) = (self.state, self.filter.now);
        self.filter.root.holds(&|term| match self.of(term) {
            Some(ids) => ids.contains(id),
            None => evaluate::holds(&term.test, state, entity, now),
        })
    }

    /// Everything of the kind with a greater id that it lets through, by id.
    pub fn after(&self, id: u64) -> impl Iterator<Item = Entity> {
        let possible = |id| self.possible(&self.filter.root, id) != Some(false);
        let things = self.state.entities_where(self.kind, id, possible);
        things.filter(|entity| self.matches(entity))
    }

    /// Every opportunity that it lets through, by id.
    pub(crate) fn opportunities(&self) -> impl Iterator<Item = &'a Arc<Opportunity>> {
        let rows = self.state.opportunities_by_id();
        let kept = rows.filter(|(id, row)| match self.possible(&self.filter.root, id.0) {
            Some(known) => known,
            None => self.matches(&Entity::Opportunity(Arc::clone(row))),
        });
        kept.map(|(_, row)| row)
    }

    fn of(&self, term: &Term) -> Option<&Ids> {
        let mut known = self.known.iter();
        let found = known.find(|(position, _)| *position == term.position);
        found.map(|(_, ids)| ids)
    }

    /// What can be said of a thing by its number alone; none = it must be looked at.
    fn possible(&self, node: &Node, id: u64) -> Option<bool> {
        // Decided by the first that says so; open when one is open.
        let decided = |nodes: &[Node], deciding: bool| {
            let mut open = false;
            for node in nodes {
                match self.possible(node, id) {
                    Some(own) if own == deciding => return Some(deciding),
                    Some(_) => {}
                    None => open = true,
                }
            }
            (!open).then_some(!deciding)
        };
        match node {
            Node::All(nodes) => decided(nodes, false),
            Node::Any(nodes) => decided(nodes, true),
            Node::Not(node) => self.possible(node, id).map(|own| !own),
            Node::Term(term) => self.of(term).map(|ids| ids.contains(id)),
        }
    }
}

/// What a test holds for, where an index tells it.
fn ids_of(test: &Test, state: &State, kind: EntityKind) -> Option<Ids> {
    match test {
        Test::Words(key) if !key.is_empty() => {
            let mut ids = named(state, kind, key)?;
            if kind != EntityKind::Customer {
                let customers = named(state, EntityKind::Customer, key)?;
                add_those_of(state, kind, &customers, &mut ids)?;
            }
            if kind == EntityKind::Opportunity {
                let owners = state.members().filter(|own| key_contains(&own.name, key));
                for owner in owners {
                    let own = state.opportunities_of_owner(owner.id);
                    own.for_each(|row| ids.insert(row.id.0));
                }
            }
            Some(ids)
        }
        Test::Text(TextField::Name, TextMatch::Contains(key)) if !key.is_empty() => {
            named(state, kind, key)
        }
        Test::Text(
            field @ (TextField::CustomerIndustry | TextField::CustomerRegion),
            agreement,
        ) if *agreement != TextMatch::Absent => {
            let own = match field {
                TextField::CustomerIndustry => TextField::Industry,
                _ => TextField::Region,
            };
            let mut customers = Ids::default();
            for customer in state.customers() {
                let entity = Entity::Customer(customer.clone());
                if evaluate::text_holds(own, agreement, state, &entity) {
                    customers.insert(customer.id.0);
                }
            }
            let mut ids = Ids::default();
            add_those_of(state, kind, &customers, &mut ids)?;
            Some(ids)
        }
        _ => None,
    }
}

/// The things of a kind whose name contains a key; none for kinds whose first text is not all that words are looked for in.
fn named(state: &State, kind: EntityKind, key: &str) -> Option<Ids> {
    let searched = [
        EntityKind::Opportunity,
        EntityKind::Customer,
        EntityKind::Contact,
    ];
    if !searched.contains(&kind) {
        return None;
    }
    let finder = Finder::new(key);
    let mut ids = Ids::default();
    for chunk in state.search_chunks(kind) {
        let text = chunk.text.as_bytes();
        let (mut from, mut place) = (0, 0);
        while let Some(at) = finder.find(&text[from..]).map(|at| from + at) {
            while chunk.end(place) <= at {
                place += 1;
            }
            let name = chunk.entries[place].start as usize + 1;
            let length = memchr(FIELD_END, &text[name..]).unwrap_or_default();
            if at < name + length {
                ids.insert(chunk.entries[place].id);
            }
            // A key has no end of a field in it: what is found behind the name is not in the name.
            from = chunk.end(place);
        }
    }
    Some(ids)
}

/// Adds the opportunities or contacts of some customers.
fn add_those_of(state: &State, kind: EntityKind, customers: &Ids, ids: &mut Ids) -> Option<()> {
    let mut add = |customer: u64, id: u64| {
        if customers.contains(customer) {
            ids.insert(id);
        }
    };
    match kind {
        EntityKind::Opportunity => {
            let pairs = state.customers_of_opportunities();
            pairs.for_each(|(customer, id)| add(customer.0, id.0));
        }
        EntityKind::Contact => {
            let pairs = state.customers_of_contacts();
            pairs.for_each(|(customer, id)| add(customer.0, id.0));
        }
        _ => return None,
    }
    Some(())
}
