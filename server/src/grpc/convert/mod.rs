//! Between the API's messages and the domain's values, one noun a file. What is wrong is gathered, never the first only.

pub mod activity;
pub mod alert;
pub mod approval;
pub mod badge;
pub mod check_in;
pub mod contact;
pub mod customer;
pub mod delivery;
pub mod difference;
pub mod digest;
pub mod event;
pub mod fairness;
pub mod fields;
pub mod forecast;
pub mod funnel;
pub mod gate;
pub mod goal;
pub mod import;
pub mod leaderboard;
pub mod ledger;
pub mod mask;
pub mod member;
pub mod metric;
pub mod next_action;
pub mod notice;
pub mod opportunity;
pub mod outcome;
pub mod packet;
pub mod payout;
pub mod pipeline;
pub mod preview;
pub mod rehearsal;
pub mod resource;
pub mod reward;
pub mod reward_account;
pub mod reward_statistics;
pub mod saved_view;
pub mod scheme;
pub mod scope;
pub mod search;
pub mod stagnation;
pub mod summary;
pub mod team;
pub mod terms;
pub mod timeline;
pub mod value;
pub mod webhook;
pub mod workspace;

pub use fields::Fields;
pub use mask::Mask;
pub use resource::Resource;

use std::time::Instant;

use sluice_domain::{Actor, Command, Currency, EntityKey, State, Timestamp};
use std::sync::Arc;

use super::{connection::Peer, status::Violation};

/// What is known about a call besides its message.
#[derive(Clone, Debug)]
pub struct Call {
    /// The newest durable state when the call came in.
    pub state: Arc<State>,
    /// When that was, by the engine's clock.
    pub now: Timestamp,
    /// Who calls.
    pub actor: Actor,
    /// Through which door.
    pub peer: Peer,
    /// When the call must have ended.
    pub deadline: Option<Instant>,
}

impl Call {
    /// The currency of the workspace.
    pub fn currency(&self) -> Currency {
        self.state
            .workspace()
            .map_or(Currency::USD, |workspace| workspace.currency)
    }
}

/// A change as the API asks for it: a command, what is wrong with it so far, and its conditions.
#[derive(Debug)]
pub struct Mutation {
    /// What to do. Where a value could not be read it holds a harmless one: then there are violations.
    pub command: Command,
    /// What the conversion found wrong.
    pub violations: Vec<Violation>,
    /// How the API spells the path of the domain's fields.
    pub prefix: &'static str,
    /// The caller's id of the request, or empty.
    pub request_id: String,
    /// What must still hold.
    pub etag: Option<(EntityKey, String)>,
    /// Whether only to say what would happen.
    pub validate_only: bool,
}

impl Mutation {
    /// Refuses a lost update: a non-empty etag must be that of the entity.
    #[must_use]
    pub fn with_etag(mut self, key: impl Into<EntityKey>, etag: String) -> Self {
        self.etag = (!etag.is_empty()).then(|| (key.into(), etag));
        self
    }

    /// The API's path of a field the domain complains about.
    pub fn path(&self, field: &str) -> String {
        match field.strip_prefix("rows") {
            Some(rest) if rest.starts_with('[') => format!("{}{rest}", self.prefix),
            _ => format!("{}{field}", self.prefix),
        }
    }
}
