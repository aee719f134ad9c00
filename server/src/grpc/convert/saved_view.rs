//! Saved views between API and domain.

use sluice_domain::{
    Command, EntityKind, SavedView, SavedViewId, SavedViewProblem, State,
    command::{CreateSavedView, DeleteSavedView, UpdateSavedView},
    saved_view::SAVED_VIEW_KINDS,
};
use sluice_proto::v1;

use super::{
    Call, Fields, Mask, Mutation,
    value::{Id as _, count, etag, id_or_empty, time},
};

/// Fields an update may name.
const UPDATABLE: [&str; 6] = [
    "name", "shared", "filter", "order_by", "group_by", "columns",
];

/// Reads CreateSavedView.
pub fn create(request: v1::CreateSavedViewRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("saved_view.");
    let view = fields.message(request.saved_view);
    let command = CreateSavedView {
        kind: read_collection(&mut fields, &view.collection),
        name: view.name,
        shared: view.shared,
        filter: view.filter,
        order_by: view.order_by,
        group_by: view.group_by,
        columns: view.columns,
    };
    fields.mutation(
        Command::CreateSavedView(command),
        request.request_id,
        request.validate_only,
    )
}

/// Reads UpdateSavedView.
pub fn update(request: v1::UpdateSavedViewRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("saved_view.");
    let view = fields.message(request.saved_view);
    let mask = Mask::read(&mut fields, request.update_mask, &UPDATABLE);
    let id: SavedViewId = fields.id("id", &view.id);
    let command = UpdateSavedView {
        id,
        name: mask.field("name", view.name),
        shared: mask.field("shared", view.shared),
        filter: mask.field("filter", view.filter),
        order_by: mask.field("order_by", view.order_by),
        group_by: mask.field("group_by", view.group_by),
        columns: mask.field("columns", view.columns),
    };
    fields
        .mutation(
            Command::UpdateSavedView(command),
            request.request_id,
            request.validate_only,
        )
        .with_etag(id, view.etag)
}

/// Reads DeleteSavedView.
pub fn delete(request: v1::DeleteSavedViewRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let id: SavedViewId = fields.id("id", &request.id);
    fields
        .mutation(
            Command::DeleteSavedView(DeleteSavedView { id }),
            request.request_id,
            request.validate_only,
        )
        .with_etag(id, request.etag)
}

/// Opportunities when nothing is said.
fn read_collection(fields: &mut Fields, collection: &str) -> EntityKind {
    if collection.is_empty() {
        return EntityKind::Opportunity;
    }
    let known = SAVED_VIEW_KINDS
        .into_iter()
        .find(|kind| kind.collection() == collection);
    known.unwrap_or_else(|| {
        let names = SAVED_VIEW_KINDS.map(EntityKind::collection).join(", ");
        let description =
            format!("'{collection}' cannot be listed by a view: write one of {names}");
        fields.invalid("collection", description);
        EntityKind::Opportunity
    })
}

/// Writes a saved view.
pub fn write(view: &SavedView) -> v1::SavedView {
    v1::SavedView {
        id: view.id.write(),
        name: view.name.to_string(),
        owner_id: id_or_empty(view.owner),
        shared: view.shared,
        collection: view.kind.collection().to_owned(),
        filter: view.filter.to_string(),
        order_by: view.order_by.to_string(),
        group_by: view.group_by.to_string(),
        columns: view.columns.to_string(),
        create_time: Some(time(view.created_at)),
        revision: view.revision,
        etag: etag(view.revision),
    }
}

/// Writes what a view names that is gone.
pub fn write_problems(view: &SavedView, state: &State) -> Vec<v1::SavedViewProblem> {
    let problems = view.problems(state).into_iter();
    problems
        .map(
            |SavedViewProblem {
                 field,
                 position,
                 description,
             }| v1::SavedViewProblem {
                field: field.to_owned(),
                position: count(position),
                description,
            },
        )
        .collect()
}
