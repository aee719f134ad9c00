//! Judges commands about saved views.

use super::judge::Judge;
use crate::command::{CreateSavedView, DeleteSavedView, UpdateSavedView};
use crate::entity::EntityKind;
use crate::event::Event;
use crate::id::SavedViewId;
use crate::limits::{
    MAX_FILTER_CHARS, MAX_NAME_CHARS, MAX_SAVED_VIEW_COLUMNS, MAX_SAVED_VIEWS, MAX_SHORT_TEXT_CHARS,
};
use crate::member::Role;
use crate::rejection::{Reason, Rejection};
use crate::saved_view::{SAVED_VIEW_KINDS, SavedView};
use crate::text::{self, normal_key};
use crate::view::{Filter, FilterError, GroupBy, OrderBy};

pub(super) fn create(mut judge: Judge, command: &CreateSavedView) -> Result<Vec<Event>, Rejection> {
    if judge.state.saved_view_count() >= MAX_SAVED_VIEWS {
        let text = format!("a workspace keeps at most {MAX_SAVED_VIEWS} views: delete one first");
        judge.violations.add(Reason::LimitReached, "", text);
    }
    if !SAVED_VIEW_KINDS.contains(&command.kind) {
        let known = SAVED_VIEW_KINDS.map(EntityKind::collection).join(", ");
        let text = format!("a view lists one of: {known}");
        judge.violations.invalid("collection", text);
    }
    let found = &mut judge.violations;
    let mut view = SavedView {
        // A command is a commit and makes one view: its revision is a number nobody else has, or had.
        id: SavedViewId(judge.state.next_revision()),
        name: text::required("name", &command.name, MAX_NAME_CHARS, found),
        owner: None,
        shared: command.shared,
        kind: command.kind,
        filter: whole("filter", &command.filter, found),
        order_by: whole("order_by", &command.order_by, found),
        group_by: whole("group_by", &command.group_by, found),
        columns: whole("columns", &command.columns, found),
        created_at: judge.context.now,
        revision: 0,
    };
    view.owner = judge.actor();
    check(&mut judge, &view);
    judge.conclude(vec![Event::SavedViewCreated { view }])
}

pub(super) fn update(mut judge: Judge, command: &UpdateSavedView) -> Result<Vec<Event>, Rejection> {
    let current = subject(&mut judge, command.id)?;
    let mut view = current.clone();
    let found = &mut judge.violations;
    if let Some(name) = &command.name {
        view.name = text::required("name", name, MAX_NAME_CHARS, found);
    }
    view.shared = command.shared.unwrap_or(current.shared);
    for (field, given, kept) in [
        ("filter", &command.filter, &mut view.filter),
        ("order_by", &command.order_by, &mut view.order_by),
        ("group_by", &command.group_by, &mut view.group_by),
        ("columns", &command.columns, &mut view.columns),
    ] {
        if let Some(given) = given {
            *kept = whole(field, given, found);
        }
    }
    check(&mut judge, &view);
    let events = if view == current {
        Vec::new()
    } else {
        vec![Event::SavedViewUpdated { view }]
    };
    judge.conclude(events)
}

pub(super) fn delete(mut judge: Judge, command: &DeleteSavedView) -> Result<Vec<Event>, Rejection> {
    let view = subject(&mut judge, command.id)?;
    judge.conclude(vec![Event::SavedViewDeleted { id: view.id }])
}

/// The view a command changes, if the caller may: its owner and administrators.
fn subject(judge: &mut Judge, id: SavedViewId) -> Result<SavedView, Rejection> {
    let Some(view) = judge.state.saved_view(id) else {
        let text = format!("there is no view {}", id.long());
        return Err(Rejection::new(Reason::SavedViewNotFound, "id", text));
    };
    let caller = judge.actor().and_then(|id| judge.state.member(id));
    // Who has no member record came through the private socket: the built-in administrator.
    let allowed = caller.is_none_or(|caller| {
        caller.role == Role::Admin || (view.owner == Some(caller.id) && caller.active)
    });
    if !allowed {
        let owner = view.owner.and_then(|id| judge.state.member(id));
        let owner = owner.map_or("the administrator", |owner| &*owner.name);
        let text = format!("the view is {owner}'s: save a copy under another name");
        judge.violations.add(Reason::SavedViewOfOther, "id", text);
    }
    Ok(SavedView::clone(view))
}

/// A text of one line that may be empty.
fn whole(
    field: &'static str,
    given: &str,
    violations: &mut crate::rejection::Violations,
) -> Box<str> {
    text::line(field, given, MAX_FILTER_CHARS, violations).unwrap_or_default()
}

/// What must hold of a view by itself, and its name.
fn check(judge: &mut Judge, view: &SavedView) {
    let mut refuse = |field: &str, error: FilterError| {
        judge
            .violations
            .add(Reason::InvalidFilter, field, error.to_string());
    };
    if let Err(error) = Filter::parse(&view.filter).and_then(|it| it.check_kind(view.kind)) {
        refuse("filter", error);
    }
    if let Err(error) = OrderBy::parse(&view.order_by).and_then(|it| it.check_kind(view.kind)) {
        refuse("order_by", error);
    }
    match GroupBy::parse(&view.group_by) {
        Err(error) => refuse("group_by", error),
        Ok(group) if !group.is_empty() && view.kind != EntityKind::Opportunity => {
            refuse(
                "group_by",
                FilterError::new(0, "only opportunities are grouped"),
            );
        }
        Ok(_) => {}
    }
    check_columns(judge, &view.columns);
    let key = normal_key(&view.name);
    let holder = judge.state.saved_views().find(|other| {
        other.id != view.id
            && other.shared == view.shared
            && (view.shared || other.owner == view.owner)
            && normal_key(&other.name) == key
    });
    if let Some(other) = holder {
        judge.taken("name", &view.name, other.id.long());
    }
}

/// Columns are names as programs write them, each once.
fn check_columns(judge: &mut Judge, columns: &str) {
    let names: Vec<&str> = match columns {
        "" => Vec::new(),
        some => some.split(',').map(str::trim).collect(),
    };
    if names.len() > MAX_SAVED_VIEW_COLUMNS {
        let text = format!("must name at most {MAX_SAVED_VIEW_COLUMNS} columns");
        judge.violations.invalid("columns", text);
        return;
    }
    for (index, name) in names.iter().enumerate() {
        let plain = !name.is_empty()
            && name.len() <= MAX_SHORT_TEXT_CHARS
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
        if !plain {
            let text = format!("'{name}' is not the name of a column: write name,amount,owner");
            judge.violations.invalid("columns", text);
        } else if names[..index].contains(name) {
            let text = format!("names the column '{name}' twice");
            judge.violations.invalid("columns", text);
        }
    }
}
