//! The workspace as the server last described it, with this screen's unconfirmed changes on the board.

use std::collections::{BTreeMap, HashMap};

use crate::attention::Attention;
use crate::board::{Board, Total};
use crate::entry::duplicates::DuplicateIndex;
use crate::entry::names::fold;
use crate::incentive::Scheme;
use crate::name_text::NameText;
use crate::query::Query;
use crate::record::{
    Card, Contact, Customer, Member, Pipeline, Resource, ResourceKey, Stage, StageKind, Team,
    Workspace,
};

/// Everything the watch carries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// The workspace, once known.
    pub workspace: Option<Workspace>,
    /// By id.
    pub teams: BTreeMap<u64, Team>,
    /// By id.
    pub members: BTreeMap<u64, Member>,
    /// By id.
    pub pipelines: BTreeMap<u64, Pipeline>,
    /// By id.
    pub customers: HashMap<u64, Customer>,
    /// By id.
    pub contacts: HashMap<u64, Contact>,
    /// Alerts, requests for approval, notices.
    pub attention: Attention,
    /// Incentive schemes, by id.
    pub schemes: BTreeMap<u64, Scheme>,
    /// The cards.
    pub board: Board,
    /// Names of the cards, to find likely duplicates.
    pub duplicates: DuplicateIndex,
    /// Which pipeline a stage belongs to, and its place there.
    stages: HashMap<u64, (u64, usize)>,
    /// Names of the customers with ids under [`NAME_TEXT_IDS`], by id.
    customer_names: NameText,
}

/// Customers are numbered one by one, so that these are all there ever are; names of others are looked at one by one.
const NAME_TEXT_IDS: u64 = 1 << 22;

fn name_slot(id: u64) -> Option<u32> {
    u32::try_from(id).ok().filter(|_| id < NAME_TEXT_IDS)
}

impl Picture {
    /// A stage.
    pub fn stage(&self, id: u64) -> Option<&Stage> {
        let (pipeline, place) = self.stages.get(&id)?;
        self.pipelines.get(pipeline)?.stages.get(*place)
    }

    /// The pipeline of a stage.
    pub fn pipeline_of(&self, stage_id: u64) -> Option<&Pipeline> {
        self.pipelines.get(&self.stages.get(&stage_id)?.0)
    }

    /// A member's name; empty when unknown.
    pub fn member_name(&self, id: Option<u64>) -> &str {
        id.and_then(|id| self.members.get(&id))
            .map_or("", |member| member.name.as_str())
    }

    /// A customer's name; empty when unknown.
    pub fn customer_name(&self, id: Option<u64>) -> &str {
        id.and_then(|id| self.customers.get(&id))
            .map_or("", |customer| customer.name.as_str())
    }

    /// A scheme's name; empty when unknown.
    pub fn scheme_name(&self, id: u64) -> &str {
        self.schemes
            .get(&id)
            .map_or("", |scheme| scheme.name.as_str())
    }

    /// Ids of the customers with a folded word in their name, in order.
    pub fn customers_named(&self, word: &str) -> Vec<u64> {
        let mut ids = Vec::new();
        self.customer_names
            .find(word, |slot| ids.push(u64::from(slot)));
        ids.extend(
            self.customers
                .values()
                .filter(|customer| customer.id >= NAME_TEXT_IDS)
                .filter(|customer| fold(&customer.name).contains(word))
                .map(|customer| customer.id),
        );
        ids.sort_unstable();
        ids
    }

    /// Sums of the open stages of a pipeline, as filtered.
    pub fn open_total(&self, pipeline: &Pipeline) -> Total {
        pipeline
            .stages
            .iter()
            .filter(|stage| stage.kind == StageKind::Open)
            .fold(Total::default(), |sum, stage| {
                sum.plus(self.board.column(stage.id).total())
            })
    }

    /// The same people and customers with other pipelines and deals, unfiltered.
    pub fn with_board(&self, pipelines: Vec<Pipeline>, cards: Vec<Card>) -> Self {
        let mut other = Self {
            workspace: self.workspace.clone(),
            teams: self.teams.clone(),
            members: self.members.clone(),
            customers: self.customers.clone(),
            contacts: self.contacts.clone(),
            schemes: self.schemes.clone(),
            customer_names: self.customer_names.clone(),
            ..Self::default()
        };
        for pipeline in pipelines {
            other.put_pipeline(pipeline);
        }
        for card in cards {
            other.put_card(card, None, 0);
        }
        other
    }

    /// Takes a new state of something. Cards pass `query` to be shown while a filter is on.
    pub fn put(&mut self, resource: Resource, query: Option<&Query>, now: i64) {
        match resource {
            Resource::Workspace(workspace) => self.workspace = Some(workspace),
            Resource::Team(team) => {
                self.teams.insert(team.id, team);
            }
            Resource::Member(member) => {
                self.members.insert(member.id, member);
            }
            Resource::Customer(customer) => {
                if let Some(slot) = name_slot(customer.id) {
                    self.customer_names.put(slot, &customer.name);
                }
                self.customers.insert(customer.id, customer);
            }
            Resource::Contact(contact) => {
                self.contacts.insert(contact.id, contact);
            }
            Resource::Pipeline(pipeline) => self.put_pipeline(pipeline),
            Resource::Opportunity(card) => self.put_card(*card, query, now),
            // Activities are read with the deal they belong to.
            Resource::Activity(_) => {}
            Resource::Alert(alert) => self.attention.put_alert(alert),
            Resource::Approval(approval) => {
                self.attention.approvals.insert(approval.id, approval);
            }
            Resource::Message(message) => {
                self.attention.messages.insert(message.id, message);
            }
            Resource::Scheme(scheme) => {
                self.schemes.insert(scheme.id, *scheme);
            }
        }
    }

    /// Takes something away.
    pub fn remove(&mut self, key: ResourceKey) {
        match key {
            ResourceKey::Workspace | ResourceKey::Activity(_) => {}
            ResourceKey::Team(id) => {
                self.teams.remove(&id);
            }
            ResourceKey::Member(id) => {
                self.members.remove(&id);
            }
            ResourceKey::Pipeline(id) => {
                self.pipelines.remove(&id);
                self.stages.retain(|_, (pipeline, _)| *pipeline != id);
            }
            ResourceKey::Customer(id) => {
                if let Some(slot) = name_slot(id) {
                    self.customer_names.remove(slot);
                }
                self.customers.remove(&id);
            }
            ResourceKey::Contact(id) => {
                self.contacts.remove(&id);
            }
            ResourceKey::Opportunity(id) => self.remove_card(id),
            ResourceKey::Alert(id) => self.attention.remove_alert(id),
            ResourceKey::Approval(id) => {
                self.attention.approvals.remove(&id);
            }
            ResourceKey::Message(id) => {
                self.attention.messages.remove(&id);
            }
            ResourceKey::Scheme(id) => {
                self.schemes.remove(&id);
            }
        }
    }

    fn put_pipeline(&mut self, pipeline: Pipeline) {
        self.stages.retain(|_, (owner, _)| *owner != pipeline.id);
        for (place, stage) in pipeline.stages.iter().enumerate() {
            self.stages.insert(stage.id, (pipeline.id, place));
            self.board.put_stage(stage);
        }
        self.pipelines.insert(pipeline.id, pipeline);
    }

    /// Puts a card on the board, shown if the filter lets it through.
    pub fn put_card(&mut self, card: Card, query: Option<&Query>, now: i64) {
        let matches = query.is_none_or(|query| query.matches(&card, self, now));
        let before = self.board.card(card.id);
        if before.is_none_or(|before| before.name != card.name || card.archived) {
            if let Some(before) = before {
                self.duplicates.remove(card.id, &before.name);
            }
            if !card.archived {
                self.duplicates.insert(card.id, &card.name);
            }
        }
        self.board.put(card, matches);
    }

    /// Takes a card off the board.
    pub fn remove_card(&mut self, id: u64) {
        if let Some(card) = self.board.remove(id) {
            self.duplicates.remove(id, &card.name);
        }
    }

    /// Shows only what matches, or everything.
    pub fn set_filter(&mut self, query: Option<&Query>, now: i64) {
        let mut board = std::mem::take(&mut self.board);
        match query {
            Some(query) => {
                let prepared = query.prepare(self, now);
                board.set_filter(prepared.words(), |facts, card| {
                    prepared.matches(facts, card)
                });
            }
            None => board.clear_filter(),
        }
        self.board = board;
    }
}
