//! Rehearsals of schemes between API and domain.

use std::sync::Arc;

use sluice_domain::{
    Actor, Command, Context, SchemeId, State, Terms, Timestamp, Unit, Window,
    command::CreateScheme,
    decide,
    metric::all_time,
    rehearsal::{Rehearsal, RehearsalQuery, RehearsedMember, rehearse},
    sentence::sentence,
};
use sluice_proto::v1;

use super::{
    Call, Fields, Resource as _,
    metric::minor,
    scheme::{read_unit, write_unit},
    scope, terms,
    value::{Id as _, time},
};
use crate::{
    engine::SubmitError,
    grpc::{refuse, status::Refusal},
};

/// A name no scheme has: terms of a rehearsal belong to none.
const NAME: &str = "(rehearsal)";

/// What is rehearsed, and on which days.
#[derive(Clone, Debug)]
pub struct Query {
    unit: Unit,
    terms: Terms,
    window: Window,
    scheme: Option<SchemeId>,
    now: Timestamp,
}

/// Reads RehearseScheme: terms of its own are held to the rules that those of a scheme are.
///
/// # Errors
/// All that is wrong with it.
pub fn query(request: v1::RehearseSchemeRequest, call: &Call) -> Result<Query, Refusal> {
    let scheme = if request.id.is_empty() {
        None
    } else {
        let key = v1::Scheme::key(&request.id)
            .map_err(|description| Refusal::invalid("INVALID_ID", "id", description))?;
        let found = call.state.scheme(SchemeId(key.id));
        Some(found.ok_or_else(|| refuse::not_found(key))?)
    };
    let mut fields = Fields::under("");
    if request.cycle.is_empty() {
        fields.invalid("cycle", "is missing: write a past one, such as last-month");
    }
    let window = scope::window(&mut fields, "cycle", &request.cycle, call, call.now);
    let window = window.unwrap_or_else(all_time);
    let unit = match scheme {
        Some(scheme) => scheme.unit,
        None => read_unit(&mut fields, request.unit, call.currency()),
    };
    let newest = scheme.and_then(|scheme| scheme.versions.last());
    let newest = newest.map(|version| &version.terms);
    let own = scheme.and_then(|scheme| scheme.draft.as_deref());
    let given = request
        .terms
        .map(|sent| terms::read(&mut fields, "terms", sent, call));
    let is_given = given.is_some();
    let terms = given.or_else(|| own.or(newest).cloned());
    let terms = terms.unwrap_or_else(|| {
        fields.invalid(
            "terms",
            "is missing: say which scheme or which terms are rehearsed",
        );
        terms::nothing()
    });
    let terms = fields.finish(terms)?;
    if is_given {
        check(&terms, unit, call)?;
    }
    Ok(Query {
        unit,
        terms,
        window,
        scheme: scheme.map(|scheme| scheme.id),
        now: call.now,
    })
}

/// Refuses terms that no scheme could have. Whoever may read may rehearse, so this is asked for the built-in administrator.
fn check(terms: &Terms, unit: Unit, call: &Call) -> Result<(), Refusal> {
    let command = Command::CreateScheme(Box::new(CreateScheme {
        name: NAME.to_owned(),
        note: None,
        unit,
        terms: terms.clone(),
    }));
    let context = Context {
        now: call.now,
        actor: Actor {
            member: None,
            label: call.actor.label.clone(),
        },
    };
    let Err(rejection) = decide(&call.state, &command, &context) else {
        return Ok(());
    };
    let mutation = Fields::under("").mutation(command, String::new(), true);
    Err(refuse::submit(SubmitError::Rejected(rejection), &mutation))
}

impl Query {
    /// Replays; it takes its time.
    pub fn run(&self, state: &Arc<State>) -> Rehearsal {
        let query = RehearsalQuery {
            unit: self.unit,
            terms: &self.terms,
            window: self.window,
            scheme: self.scheme,
            now: self.now,
        };
        rehearse(state, &query)
    }
}

fn write_member(row: RehearsedMember) -> v1::RehearsedMember {
    v1::RehearsedMember {
        member_id: row.member.write(),
        member: row.name,
        rewards: i32::try_from(row.rewards).unwrap_or(i32::MAX),
        amount: minor(row.amount),
        paid_amount: minor(row.paid_amount),
        unfunded_amount: minor(row.unfunded_amount),
    }
}

/// Writes what would have been paid.
pub fn write(query: &Query, found: Rehearsal, state: &State) -> v1::RehearseSchemeResponse {
    let (start, end) = query.window.instants(&state.zone());
    v1::RehearseSchemeResponse {
        rewards: i32::try_from(found.rewards).unwrap_or(i32::MAX),
        amount: minor(found.amount),
        paid_amount: minor(found.paid_amount),
        fund_left: found.fund_left.map(minor),
        unfunded_amount: minor(found.unfunded_amount),
        sentence: sentence(state, query.unit, &query.terms),
        start_time: Some(time(start)),
        end_time: Some(time(end)),
        caveats: found.caveats,
        currency_code: write_unit(query.unit).1,
        revision: state.revision(),
        members: found.members.into_iter().map(write_member).collect(),
    }
}
