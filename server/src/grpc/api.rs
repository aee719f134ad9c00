//! What every handler is made of: open the call, change, get, list.

use std::{cmp::Ordering, time::Instant};

use sluice_domain::{
    Actor, Context, Entity, EntityKey, EntityKind, Filter, OrderBy, Timestamp, decide,
    view::SortKeys,
};
use tonic::{Request, Response, Status};

use super::{
    boards::Boards,
    connection::Peer,
    convert::{Call, Mutation, Resource},
    deadline::Deadline,
    page::{self, Position},
    past::PastViews,
    refuse,
    status::{Refusal, Violation},
};
use crate::engine::{Engine, Outcome, Submission};

/// Bytes of a page: clients refuse messages of more than 4 MiB unless told otherwise.
const PAGE_MAX_BYTES: usize = 2 * 1024 * 1024;

/// What a handler answers.
pub type Reply<T> = Result<Response<T>, Status>;

/// The services of one engine.
#[derive(Clone, Debug)]
pub struct Api {
    pub(super) engine: Engine,
    pub(super) boards: Boards,
    past: PastViews,
}

/// The common part of every List request.
#[derive(Debug)]
pub struct ListQuery {
    /// How many.
    pub page_size: i32,
    /// From where.
    pub page_token: String,
    /// Which.
    pub filter: String,
    /// In which order.
    pub order_by: String,
}

/// One page.
#[derive(Debug)]
pub struct Page<R> {
    /// The resources.
    pub items: Vec<R>,
    /// Where the next page starts; empty on the last.
    pub next_page_token: String,
    /// Revision at which it was read.
    pub revision: u64,
    /// How many match over all pages.
    pub total_size: i32,
}

/// Answers with a message that is not worth compressing.
///
/// # Errors
/// None: the type is that of a handler.
pub fn reply<T>(message: T) -> Reply<T> {
    let mut response = Response::new(message);
    response.disable_compression();
    Ok(response)
}

impl Api {
    /// The services of an engine.
    pub fn new(engine: Engine) -> Self {
        Self {
            engine,
            boards: Boards::default(),
            past: PastViews::default(),
        }
    }

    /// The call as if it had come in at an instant: with the state as it was. Without one, as it is.
    ///
    /// # Errors
    /// `INTERNAL` when the view could not be made.
    pub async fn back_to(&self, call: &Call, at: Option<Timestamp>) -> Result<Call, Status> {
        let mut past = call.clone();
        if let Some(at) = at {
            past.state = self.past.of(&call.state, at).await?;
        }
        Ok(past)
    }

    /// Who calls, what the state is. Refuses calls before the workspace is set up.
    ///
    /// # Errors
    /// `WORKSPACE_NOT_SET_UP`.
    pub fn open<T>(&self, request: Request<T>) -> Result<(Call, T), Status> {
        let (call, message) = self.open_unchecked(request);
        if call.state.workspace().is_none() {
            return Err(refuse::not_set_up().into());
        }
        Ok((call, message))
    }

    /// The same for what must work before set-up.
    pub fn open_unchecked<T>(&self, request: Request<T>) -> (Call, T) {
        let (_, extensions, message) = request.into_parts();
        let state = self.engine.snapshot();
        let peer = extensions.get::<Peer>().cloned().unwrap_or(Peer::Tcp(None));
        let member = peer
            .unix_names()
            .iter()
            .find_map(|name| state.member_by_unix_user(name));
        let actor = Actor {
            member: member.map(|member| member.id),
            label: peer.label(),
        };
        let deadline: Option<Instant> = extensions.get::<Deadline>().map(|deadline| deadline.0);
        (
            Call {
                state,
                now: self.now(),
                actor,
                peer,
                deadline,
            },
            message,
        )
    }

    /// The time on the engine's clock: there is no other one.
    pub fn now(&self) -> Timestamp {
        self.engine.now()
    }

    /// Submits a change.
    ///
    /// # Errors
    /// All that is wrong with it, or why it could not be done.
    pub async fn submit(&self, call: &Call, mutation: Mutation) -> Result<Outcome, Status> {
        if !mutation.violations.is_empty() {
            return Err(self.everything_wrong(call, mutation).into());
        }
        let outcome = self.engine.submit(self.submission(call, &mutation)).await;
        outcome.map_err(|error| refuse::submit(error, &mutation).into())
    }

    /// A change as the engine takes it.
    pub(super) fn submission(&self, call: &Call, mutation: &Mutation) -> Submission {
        Submission {
            command: mutation.command.clone(),
            actor: call.actor.clone(),
            request_id: Some(mutation.request_id.clone()).filter(|id| !id.is_empty()),
            expected_etag: mutation.etag.clone(),
            deadline: call.deadline,
            validate_only: mutation.validate_only,
        }
    }

    /// What the conversion found wrong and what the domain would say about the rest.
    fn everything_wrong(&self, call: &Call, mutation: Mutation) -> Refusal {
        let context = Context {
            now: self.now(),
            actor: call.actor.clone(),
        };
        let mut violations = mutation.violations.clone();
        if let Err(rejection) = decide(&call.state, &mutation.command, &context) {
            for violation in rejection.violations {
                let field = mutation.path(&violation.field);
                // What could not be read has been replaced: what the domain says about that is not the caller's fault.
                if !violations.iter().any(|known| overlap(&known.field, &field)) {
                    violations.push(Violation {
                        field,
                        description: violation.description,
                    });
                }
            }
        }
        Refusal::violations(violations)
    }

    /// Makes a change and answers with the resource it was about.
    ///
    /// # Errors
    /// As [`Api::submit`].
    pub async fn change<R: Resource>(
        &self,
        call: &Call,
        mutation: Mutation,
    ) -> Result<(Option<R>, u64), Status> {
        let named = named(&mutation.command);
        let outcome = self.submit(call, mutation).await?;
        let resource = outcome.resource.as_ref();
        let resource = resource
            .filter(|entity| entity.key().kind == R::KIND)
            .cloned();
        // What a command names need not be what its first event is about: what its commit left is the answer then. A command
        // that changed nothing has no subject: the resource as it stands is.
        let left = || {
            let commit = outcome.commit.as_deref()?;
            let change = commit
                .changes
                .iter()
                .find(|change| Some(change.key) == named)?;
            change.after.clone()
        };
        let resource = resource
            .or_else(left)
            .or_else(|| outcome.state.entity(named?));
        Ok((
            resource.and_then(|entity| R::of(&entity, &outcome.state)),
            outcome.revision,
        ))
    }

    /// Reads one resource.
    ///
    /// # Errors
    /// `NOT_FOUND`, or what is wrong with the id.
    pub fn get<R: Resource>(&self, call: &Call, id: &str) -> Result<(Option<R>, u64), Status> {
        let key =
            R::key(id).map_err(|description| Refusal::invalid("INVALID_ID", "id", description))?;
        let entity = call
            .state
            .entity(key)
            .ok_or_else(|| refuse::not_found(key))?;
        Ok((R::of(&entity, &call.state), call.state.revision()))
    }

    /// Reads one page of a list.
    ///
    /// # Errors
    /// What is wrong with the query.
    pub fn list<R: Resource>(&self, call: &Call, query: &ListQuery) -> Result<Page<R>, Status> {
        self.list_at(call, query, "", self.now())
    }

    /// Reads one page of those a request limits by fields of its own; `scope` tells these fields apart in page tokens.
    ///
    /// # Errors
    /// What is wrong with the query.
    pub fn list_where<R: Resource>(
        &self,
        call: &Call,
        query: &ListQuery,
        scope: &str,
        wanted: impl Fn(&Entity) -> bool,
    ) -> Result<Page<R>, Status> {
        self.list_of(call, query, scope, self.now(), Some(&wanted))
    }

    /// Reads one page of all, with the clock of filter and order at an instant.
    ///
    /// # Errors
    /// What is wrong with the query.
    pub fn list_at<R: Resource>(
        &self,
        call: &Call,
        query: &ListQuery,
        scope: &str,
        now: Timestamp,
    ) -> Result<Page<R>, Status> {
        self.list_of(call, query, scope, now, None)
    }

    fn list_of<R: Resource>(
        &self,
        call: &Call,
        query: &ListQuery,
        scope: &str,
        now: Timestamp,
        wanted: Option<&dyn Fn(&Entity) -> bool>,
    ) -> Result<Page<R>, Status> {
        let filter = Filter::parse(&query.filter)
            .and_then(|filter| filter.check_kind(R::KIND).map(|()| filter.at(now)))
            .map_err(|error| refuse::filter(error, "filter"))?;
        let order = OrderBy::parse(&query.order_by)
            .and_then(|order| order.check_kind(R::KIND).map(|()| order.at(now)))
            .map_err(|error| refuse::filter(error, "order_by"))?;
        let unfiltered = filter.is_empty() && wanted.is_none();
        let filter = filter.ready(&call.state, R::KIND);
        let wanted = |entity: &Entity| wanted.is_none_or(|wanted| wanted(entity));
        let hash = page::query_hash(&[R::KIND.collection(), &query.filter, &query.order_by, scope]);
        let mut page = Paging::open(hash, query.page_size, &query.page_token)?;
        // How many there are is how many match only where nothing is left out.
        if unfiltered {
            page.known_total = call.state.count_of(R::KIND);
        }
        let entities = if order.is_by_id() {
            page.by_id(filter.after(page.after()).filter(wanted))
        } else {
            page.sorted(call, R::KIND, filter.after(0).filter(wanted), &order)
        };
        let items: Vec<R> = within_bytes(
            entities
                .iter()
                .filter_map(|entity| R::of(entity, &call.state)),
        );
        Ok(page.close(items, &entities, call))
    }
}

/// The first items that fit a page together; one in any case.
fn within_bytes<R: Resource>(items: impl Iterator<Item = R>) -> Vec<R> {
    let mut room = PAGE_MAX_BYTES;
    let mut kept = Vec::new();
    for item in items {
        let Some(rest) = room.checked_sub(item.encoded_len()) else {
            kept.extend(kept.is_empty().then_some(item));
            break;
        };
        room = rest;
        kept.push(item);
    }
    kept
}

/// Whether two field paths are about the same value, or one about a part of the other.
fn overlap(left: &str, right: &str) -> bool {
    let (short, long) = if left.len() <= right.len() {
        (left, right)
    } else {
        (right, left)
    };
    long.strip_prefix(short)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The entity a command names, for when it changes nothing.
fn named(command: &sluice_domain::Command) -> Option<EntityKey> {
    use sluice_domain::Command as C;
    match command {
        C::UpdateWorkspace(_) => Some(EntityKey::WORKSPACE),
        C::UpdateWebhook(it) => Some(it.id.into()),
        C::RemoveWebhook(it) => Some(it.id.into()),
        C::UpdateDigestSchedule(it) => Some(it.id.into()),
        C::UpdateTeam(it) => Some(it.id.into()),
        C::UpdateMember(it) => Some(it.id.into()),
        C::UpdatePipeline(it) => Some(it.id.into()),
        C::ReorderStages(it) => Some(it.pipeline.into()),
        C::UpdateCustomer(it) => Some(it.id.into()),
        C::UpdateContact(it) => Some(it.id.into()),
        C::AmendOpportunity(it) => Some(it.id.into()),
        C::UpdateGoal(it) => Some(it.id.into()),
        C::ArchiveGoal(it) => Some(it.id.into()),
        C::DecomposeGoal(it) => Some(it.id.into()),
        C::ArchiveOpportunity(it) => Some(it.id.into()),
        C::RestoreOpportunity(it) => Some(it.id.into()),
        C::AcknowledgeAlert(it) => Some(it.id.into()),
        C::SnoozeAlert(it) => Some(it.id.into()),
        C::UpdateSavedView(it) => Some(it.id.into()),
        C::DecideApproval(it) => Some(it.id.into()),
        C::UpdateScheme(it) => Some(it.id.into()),
        C::PublishScheme(it) => Some(it.id.into()),
        C::EndScheme(it) => Some(it.id.into()),
        C::DecideReward(it) => Some(it.id.into()),
        C::ReverseReward(it) => Some(it.id.into()),
        C::FundReward(it) => Some(it.id.into()),
        C::OpenPacket(it) => Some(it.id.into()),
        C::MarkPayoutPaid(it) => Some(it.id.into()),
        C::CancelPayout(it) => Some(it.id.into()),
        _ => None,
    }
}

/// A page being read.
#[derive(Debug)]
pub struct Paging {
    query: u64,
    size: usize,
    from: Option<Position>,
    total: u64,
    /// How many match, where that is known without looking at each.
    known_total: Option<usize>,
    more: bool,
}

impl Paging {
    /// Reads what a request says about its page.
    ///
    /// # Errors
    /// `INVALID_PAGE_SIZE`, `INVALID_PAGE_TOKEN`.
    pub fn open(query: u64, size: i32, token: &str) -> Result<Self, Refusal> {
        let (size, from) = (page::page_size(size)?, page::decode(query, token)?);
        Ok(Self {
            query,
            size,
            from,
            total: from.map_or(0, |position| position.total),
            known_total: None,
            more: false,
        })
    }

    /// The id behind which the page begins in the order of ids.
    pub fn after(&self) -> u64 {
        self.from.map_or(0, |position| position.last_id)
    }

    /// The next entities in the order of ids: `found` are those that match and have a greater id than [`Self::after`]. The
    /// first page counts all of them, the others carry that number.
    pub fn by_id(&mut self, mut found: impl Iterator<Item = Entity>) -> Vec<Entity> {
        let page: Vec<Entity> = found.by_ref().take(self.size).collect();
        if self.from.is_some() {
            self.more = found.next().is_some();
        } else {
            let rest = match self.known_total {
                Some(total) => total.saturating_sub(page.len()),
                None => found.count(),
            };
            self.more = rest > 0;
            self.total = (page.len() + rest) as u64;
        }
        page
    }

    /// The next entities in another order. Goes on behind the last one sent if that is unchanged, else by number.
    fn sorted(
        &mut self,
        call: &Call,
        kind: EntityKind,
        found: impl Iterator<Item = Entity>,
        order: &OrderBy,
    ) -> Vec<Entity> {
        // What a thing is sorted by is made once: names are folded, clocks are added up.
        let keyed = |entity: Entity| (order.keys_of(&call.state, &entity), entity);
        let compare = |left: &(SortKeys, Entity), right: &(SortKeys, Entity)| {
            let keys = order.compare_keys(&left.0, &right.0);
            keys.then_with(|| left.1.key().cmp(&right.1.key()))
        };
        let mut all: Vec<(SortKeys, Entity)> = found.map(keyed).collect();
        self.total = all.len() as u64;
        let start = match self.from {
            None => 0,
            Some(position) => {
                let last = call.state.entity(EntityKey::new(kind, position.last_id));
                match last.filter(|last| last.revision() == position.last_revision) {
                    Some(last) => {
                        let last = keyed(last);
                        all.iter()
                            .filter(|entity| compare(entity, &last) != Ordering::Greater)
                            .count()
                    }
                    None => usize::try_from(position.sent)
                        .unwrap_or(usize::MAX)
                        .min(all.len()),
                }
            }
        };
        let end = (start + self.size).min(all.len());
        self.more = end < all.len();
        // Only what is up to the end of the page needs to be in order.
        if self.more {
            all.select_nth_unstable_by(end, &compare);
            all.truncate(end);
        }
        all.sort_unstable_by(compare);
        let page = all.split_off(start).into_iter();
        page.map(|(_, entity)| entity).collect()
    }

    /// The next places of a list that is known by number alone.
    pub fn by_number(&mut self, len: usize) -> std::ops::Range<usize> {
        let sent = self.from.map_or(0, |position| position.sent);
        let start = usize::try_from(sent).unwrap_or(usize::MAX).min(len);
        let end = start.saturating_add(self.size).min(len);
        self.total = len as u64;
        self.more = end < len;
        start..end
    }

    /// The token of the page after this one of a list that is known by number; empty on the last.
    pub fn token_after(self, end: usize) -> String {
        if !self.more {
            return String::new();
        }
        let position = Position {
            last_id: 0,
            last_revision: 0,
            sent: end as u64,
            total: self.total,
        };
        page::encode(self.query, &position)
    }

    /// Ends the page with the token of the next one.
    pub fn close<R>(mut self, items: Vec<R>, entities: &[Entity], call: &Call) -> Page<R> {
        self.more |= items.len() < entities.len();
        let entities = &entities[..items.len()];
        let last = entities.last().filter(|_| self.more);
        let before = self.from.map_or(0, |position| position.sent);
        let next_page_token = last.map(|last| {
            let position = Position {
                last_id: last.key().id,
                last_revision: last.revision(),
                sent: before + entities.len() as u64,
                total: self.total,
            };
            page::encode(self.query, &position)
        });
        Page {
            items,
            next_page_token: next_page_token.unwrap_or_default(),
            revision: call.state.revision(),
            total_size: i32::try_from(self.total).unwrap_or(i32::MAX),
        }
    }
}
