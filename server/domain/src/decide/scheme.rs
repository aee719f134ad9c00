//! Judges what may be done to incentive schemes: drafting, publishing, ending (DOMAIN.md §6).

use super::judge::Judge;
use super::reward::Books;
use super::scheme_terms::checked;
use crate::authority::is_admin;
use crate::command::{CreateScheme, EndScheme, Patch, PublishScheme, UpdateScheme};
use crate::event::Event;
use crate::id::SchemeId;
use crate::ledger::Account;
use crate::limits::{
    MAX_NAME_CHARS, MAX_NOTE_CHARS, MAX_ROW_BYTES, MAX_SCHEME_VERSIONS, MAX_SCHEMES,
};
use crate::rejection::{Reason, Rejection};
use crate::scheme::{
    Audience, Payment, Rule, Scheme, SchemeChange, SchemeVersion, TaskPeriod, Terms, Trigger, Unit,
};
use crate::text;

pub(super) fn create(mut judge: Judge, command: &CreateScheme) -> Result<Vec<Event>, Rejection> {
    administrators_only(&judge)?;
    if judge.state.scheme_count() >= MAX_SCHEMES {
        let text = format!("a workspace has at most {MAX_SCHEMES} schemes, ended ones included");
        judge.violations.add(Reason::LimitReached, "", text);
    }
    check_unit(&mut judge, command.unit);
    let found = &mut judge.violations;
    let name = text::required("name", &command.name, MAX_NAME_CHARS, found);
    let note = text::optional_lines("note", &command.note, MAX_NOTE_CHARS, found);
    let terms = checked(&mut judge, "terms", None, command.unit, &command.terms);
    let scheme = Scheme {
        id: judge.state.next_scheme(),
        name,
        note,
        unit: command.unit,
        draft: Some(Box::new(terms)),
        versions: Vec::new(),
        ended_at: None,
        closed_until: None,
        created_by: judge.actor(),
        created_at: judge.now(),
        revision: 0,
    };
    fits(&mut judge, &scheme);
    let scheme = Box::new(scheme);
    judge.conclude(vec![Event::SchemeCreated { scheme }])
}

pub(super) fn update(mut judge: Judge, command: &UpdateScheme) -> Result<Vec<Event>, Rejection> {
    let current = in_force(&judge, command.id)?;
    let mut scheme = current.clone();
    let found = &mut judge.violations;
    if let Some(name) = &command.name {
        scheme.name = text::required("name", name, MAX_NAME_CHARS, found);
    }
    if !command.note.is_keep() {
        let given = command.note.clone().resolve(None);
        scheme.note = text::optional_lines("note", &given, MAX_NOTE_CHARS, found);
    }
    if let Some(unit) = command.unit.filter(|unit| *unit != scheme.unit) {
        if !scheme.versions.is_empty() {
            let text = "is fixed since the first version was published: create another scheme";
            judge.violations.invalid("unit", text);
        }
        check_unit(&mut judge, unit);
        scheme.unit = unit;
    }
    let draft = match &command.draft {
        Patch::Set(terms) => Some(terms.clone()),
        Patch::Keep => scheme.draft.clone(),
        Patch::Clear => None,
    };
    if scheme.versions.is_empty() && draft.is_none() {
        let text = "a scheme that was never published has nothing else: end it instead";
        judge.violations.invalid("discard_draft", text);
    }
    let asked = !command.draft.is_keep() || scheme.unit != current.unit;
    scheme.draft = match draft {
        Some(terms) if asked => {
            let id = Some(scheme.id);
            let terms = checked(&mut judge, "draft", id, scheme.unit, &terms);
            same_system(&mut judge, &scheme, &terms);
            Some(Box::new(terms))
        }
        draft => draft,
    };
    fits(&mut judge, &scheme);
    let events = if scheme == current {
        Vec::new()
    } else {
        vec![updated(scheme, SchemeChange::Edited)]
    };
    judge.conclude(events)
}

/// The first version holds at once; every other from the start of the next day of the workspace, and never before one that
/// was published earlier.
pub(super) fn publish(mut judge: Judge, command: &PublishScheme) -> Result<Vec<Event>, Rejection> {
    let mut scheme = in_force(&judge, command.id)?;
    let Some(draft) = scheme.draft.take() else {
        return Err(Rejection::new(
            Reason::SchemeWithoutDraft,
            "id",
            format!(
                "{} ({}) has no draft: change its terms first",
                scheme.id.long(),
                scheme.name
            ),
        ));
    };
    if scheme.versions.len() >= MAX_SCHEME_VERSIONS {
        let text = format!("a scheme has at most {MAX_SCHEME_VERSIONS} versions: create another");
        judge.violations.add(Reason::LimitReached, "id", text);
    }
    // What the draft names may have gone since it was written.
    let id = Some(scheme.id);
    let terms = checked(&mut judge, "draft", id, scheme.unit, &draft);
    check_unit(&mut judge, scheme.unit);
    let zone = judge.state.zone();
    let today = zone.date_of(judge.now());
    if let Rule::Task {
        period: TaskPeriod::Once(window),
        ..
    } = terms.rule
        && window.end <= today
    {
        let text = "is over: nothing in it could be paid any more";
        judge.violations.invalid("draft.task.window", text);
    }
    revived_pays_less(&mut judge, &scheme, &terms);
    let effective_at = match scheme.versions.last() {
        None => judge.now(),
        Some(last) => zone.start_of(today.plus_days(1)).max(last.effective_at),
    };
    scheme.versions.push(SchemeVersion {
        number: scheme.versions.last().map_or(1, |last| last.number + 1),
        terms,
        published_at: judge.now(),
        published_by: judge.actor(),
        effective_at,
    });
    fits(&mut judge, &scheme);
    let posted = budget_change(&mut judge, &scheme);
    judge.stop_if_wrong()?;
    let (id, unit) = (scheme.id, scheme.unit);
    let version = scheme.versions.last().map_or(1, |version| version.number);
    let mut events = vec![updated(scheme, SchemeChange::Published)];
    Books::new(judge.state, judge.context, &mut events).post_budget(id, unit, version, posted);
    Ok(events)
}

/// What is to be posted so that the fund holds the newest version's budget less what was issued: the budget less the one
/// posted last. From a budget to none nothing is posted: the next budget is compared with it.
fn budget_change(judge: &mut Judge, scheme: &Scheme) -> i64 {
    let mut budgets = scheme.versions.iter().rev().map(|row| row.terms.budget);
    let Some(budget) = budgets.next().flatten() else {
        return 0;
    };
    let posted = budgets.flatten().next().unwrap_or(0);
    let change = budget - posted;
    let held = judge.state.balance(Account::Fund(scheme.id), scheme.unit);
    if held + i128::from(change) < 0 {
        let issued = i128::from(posted) - held;
        let text = format!("{issued} was issued already: the budget must not be lower");
        judge
            .violations
            .add(Reason::BudgetTooLow, "draft.budget", text);
    }
    change
}

/// What is left of a budget goes back; what was granted lives on.
pub(super) fn end(judge: Judge, command: &EndScheme) -> Result<Vec<Event>, Rejection> {
    administrators_only(&judge)?;
    let mut scheme = found(&judge, command.id)?;
    if scheme.ended_at.is_some() {
        return Ok(Vec::new());
    }
    scheme.ended_at = Some(judge.now());
    let (id, unit) = (scheme.id, scheme.unit);
    let bounded = scheme
        .versions
        .last()
        .filter(|version| version.terms.budget.is_some())
        .map(|version| version.number);
    let mut events = vec![updated(scheme, SchemeChange::Ended)];
    if let Some(version) = bounded {
        let left = judge.state.balance(Account::Fund(id), unit).max(0);
        let left = i64::try_from(left).unwrap_or(i64::MAX);
        Books::new(judge.state, judge.context, &mut events).post_budget(id, unit, version, -left);
    }
    Ok(events)
}

fn updated(scheme: Scheme, change: SchemeChange) -> Event {
    let scheme = Box::new(scheme);
    Event::SchemeUpdated { scheme, change }
}

fn administrators_only(judge: &Judge) -> Result<(), Rejection> {
    if is_admin(judge.state, judge.context.actor.member) {
        return Ok(());
    }
    Err(Rejection::new(
        Reason::AdminRequired,
        "",
        "only an administrator changes incentive schemes: ask one",
    ))
}

fn found(judge: &Judge, id: SchemeId) -> Result<Scheme, Rejection> {
    match judge.state.scheme(id) {
        Some(scheme) => Ok(Scheme::clone(scheme)),
        None => Err(Rejection::new(
            Reason::SchemeNotFound,
            "id",
            format!("there is no scheme {}", id.long()),
        )),
    }
}

/// The scheme a command changes: by an administrator, while it is not ended.
fn in_force(judge: &Judge, id: SchemeId) -> Result<Scheme, Rejection> {
    administrators_only(judge)?;
    let scheme = found(judge, id)?;
    if scheme.ended_at.is_none() {
        return Ok(scheme);
    }
    Err(Rejection::new(
        Reason::SchemeEnded,
        "id",
        format!(
            "{} ({}) is ended, for good: create another one",
            id.long(),
            scheme.name
        ),
    ))
}

/// Money is of the workspace's one currency.
fn check_unit(judge: &mut Judge, unit: Unit) {
    let own = judge.state.workspace().map(|workspace| workspace.currency);
    if let (Unit::Money(given), Some(own)) = (unit, own)
        && given != own
    {
        let text = format!("is {given}, but the workspace works in {own}");
        judge.violations.add(Reason::CurrencyMismatch, "unit", text);
    }
}

/// Rewards name the system of their scheme, and its accounts are those of one system.
fn same_system(judge: &mut Judge, scheme: &Scheme, terms: &Terms) {
    let Some(first) = scheme.versions.first() else {
        return;
    };
    let (own, given) = (first.terms.rule.system(), terms.rule.system());
    if own != given {
        let text = format!(
            "a published {} scheme cannot become {}: create another scheme",
            own.name(),
            given.name()
        );
        judge.violations.invalid("draft", text);
    }
}

/// A scheme with all its versions is one row.
fn fits(judge: &mut Judge, scheme: &Scheme) {
    let bytes = scheme.row_bytes();
    if bytes > MAX_ROW_BYTES {
        let text = format!(
            "{} would take about {bytes} bytes with all its versions, {MAX_ROW_BYTES} are allowed: name less, or end it and \
             create another one",
            scheme.name
        );
        judge.violations.add(Reason::SchemeTooLarge, "", text);
    }
}

/// Setting a stalled deal moving pays less than having moved it in time (DOMAIN.md §6): a rule, not advice, so publication is
/// refused. Compared is what can be: the same unit and kind of payment, for the same deals and people.
fn revived_pays_less(judge: &mut Judge, scheme: &Scheme, terms: &Terms) {
    let Some((on, own)) = move_payment(terms) else {
        return;
    };
    let others = judge.state.schemes().filter(|other| {
        other.id != scheme.id && other.unit == scheme.unit && other.ended_at.is_none()
    });
    let mut wrong = Vec::new();
    for other in others {
        let Some(newest) = other.versions.last().map(|version| &version.terms) else {
            continue;
        };
        let Some((other_on, theirs)) = move_payment(newest) else {
            continue;
        };
        let revived = match (on, other_on) {
            (Trigger::Revived, Trigger::Entered | Trigger::Won) => (own, theirs),
            (Trigger::Entered | Trigger::Won, Trigger::Revived) => (theirs, own),
            _ => continue,
        };
        if meet(terms, newest) && !pays_less(revived.0, revived.1) {
            wrong.push(format!("{} ({})", other.id.long(), other.name));
        }
    }
    let field = match own {
        Payment::Fixed(_) => "draft.opportunity.fixed",
        Payment::Share { .. } => "draft.opportunity.share_bp",
    };
    for other in wrong {
        let text = match on {
            Trigger::Revived => format!(
                "setting a stalled deal moving must pay less than moving it in time, which {other} pays for: pay less"
            ),
            _ => format!(
                "moving in time must pay more than setting a stalled deal moving, which {other} pays for: pay more"
            ),
        };
        judge.violations.invalid(field, text);
    }
}

fn move_payment(terms: &Terms) -> Option<(Trigger, &Payment)> {
    match &terms.rule {
        Rule::Opportunity { on, payment, .. } if *on != Trigger::Created => Some((*on, payment)),
        _ => None,
    }
}

/// Whether the first surely pays less than the second, or they cannot be compared.
const fn pays_less(first: &Payment, second: &Payment) -> bool {
    match (first, second) {
        (Payment::Fixed(first), Payment::Fixed(second)) => *first < *second,
        (Payment::Share { bp: first, .. }, Payment::Share { bp: second, .. }) => *first < *second,
        _ => true,
    }
}

/// Whether two terms can pay the same people for the same move.
fn meet(one: &Terms, other: &Terms) -> bool {
    let all = Audience::default();
    let people = one.audience == other.audience || one.audience == all || other.audience == all;
    people && overlap(&one.pipelines, &other.pipelines) && overlap(&one.stages, &other.stages)
}

/// Whether two lists have something in common, an empty one meaning all.
fn overlap<T: PartialEq>(one: &[T], other: &[T]) -> bool {
    one.is_empty() || other.is_empty() || one.iter().any(|value| other.contains(value))
}
