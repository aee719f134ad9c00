//! Schemes between API and domain.

use sluice_domain::{
    Command, Currency, Patch, Scheme, SchemeId, SchemeState, SchemeVersion, State, System, Unit,
    command::{CreateScheme, EndScheme, PublishScheme, UpdateScheme},
    scheme_template::templates,
    sentence::sentence,
};
use sluice_proto::v1;

use super::{
    Call, Fields, Mutation, terms,
    value::{Id as _, etag, id_or_empty, or_empty, text, time},
};

/// Reads CreateScheme.
pub fn create(request: v1::CreateSchemeRequest, call: &Call) -> Mutation {
    let mut fields = Fields::under("");
    if request.terms.is_none() {
        fields.invalid("terms", "is missing: say what the scheme pays for");
    }
    let terms = request
        .terms
        .map(|sent| terms::read(&mut fields, "terms", sent, call));
    let command = CreateScheme {
        name: request.name,
        note: text(request.note),
        unit: read_unit(&mut fields, request.unit, call.currency()),
        terms: terms.unwrap_or_else(terms::nothing),
    };
    fields.mutation(
        Command::CreateScheme(Box::new(command)),
        request.request_id,
        request.validate_only,
    )
}

/// Reads UpdateScheme.
pub fn update(request: v1::UpdateSchemeRequest, call: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let id: SchemeId = fields.id("id", &request.id);
    if request.discard_draft && request.draft.is_some() {
        fields.invalid(
            "discard_draft",
            "is said besides a new draft: do one of the two",
        );
    }
    let draft = match request.draft {
        Some(sent) => Patch::Set(Box::new(terms::read(&mut fields, "draft", sent, call))),
        None if request.discard_draft => Patch::Clear,
        None => Patch::Keep,
    };
    let unit = (request.unit != i32::from(v1::RewardUnit::Unspecified))
        .then(|| read_unit(&mut fields, request.unit, call.currency()));
    let command = UpdateScheme {
        id,
        name: text(request.name),
        note: match request.note {
            None => Patch::Keep,
            Some(note) => Patch::from_option(text(note)),
        },
        unit,
        draft,
    };
    fields
        .mutation(
            Command::UpdateScheme(Box::new(command)),
            request.request_id,
            request.validate_only,
        )
        .with_etag(id, request.etag)
}

/// Reads PublishScheme.
pub fn publish(request: v1::PublishSchemeRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let id: SchemeId = fields.id("id", &request.id);
    let command = Command::PublishScheme(PublishScheme { id });
    fields
        .mutation(command, request.request_id, request.validate_only)
        .with_etag(id, request.etag)
}

/// Reads EndScheme.
pub fn end(request: v1::EndSchemeRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let id: SchemeId = fields.id("id", &request.id);
    let command = Command::EndScheme(EndScheme { id });
    fields
        .mutation(command, request.request_id, request.validate_only)
        .with_etag(id, request.etag)
}

/// Reads what is paid in; not said: points.
pub fn read_unit(fields: &mut Fields, unit: i32, currency: Currency) -> Unit {
    match fields.enumeration("unit", unit) {
        v1::RewardUnit::Unspecified | v1::RewardUnit::Points => Unit::Points,
        v1::RewardUnit::Money => Unit::Money(currency),
    }
}

/// Writes what is paid in, and its currency: empty for points.
pub fn write_unit(unit: Unit) -> (i32, String) {
    match unit {
        Unit::Points => (v1::RewardUnit::Points.into(), String::new()),
        Unit::Money(currency) => (v1::RewardUnit::Money.into(), currency.code().to_owned()),
    }
}

/// Writes a system.
pub const fn write_system(system: System) -> v1::RewardSystem {
    match system {
        System::Task => v1::RewardSystem::Task,
        System::Opportunity => v1::RewardSystem::Opportunity,
        System::CustomerData => v1::RewardSystem::CustomerData,
        System::Activity => v1::RewardSystem::Activity,
        System::Split => v1::RewardSystem::Split,
        System::Ranking => v1::RewardSystem::Ranking,
        System::Grant => v1::RewardSystem::Grant,
    }
}

/// Writes the schemes to begin with, named in the workspace's language.
pub fn write_templates(state: &State) -> v1::ListSchemeTemplatesResponse {
    let language = state.workspace().map(|workspace| workspace.language);
    let templates = templates(language.unwrap_or_default()).into_iter();
    v1::ListSchemeTemplatesResponse {
        templates: templates
            .map(|template| v1::SchemeTemplate {
                key: template.key.to_owned(),
                name: template.name.to_owned(),
                unit: write_unit(template.unit).0,
                terms: Some(terms::write(&template.terms)),
                sentence: sentence(state, template.unit, &template.terms),
            })
            .collect(),
        revision: state.revision(),
    }
}

/// Writes a scheme.
pub fn write(scheme: &Scheme, state: &State) -> v1::Scheme {
    let (unit, currency_code) = write_unit(scheme.unit);
    let versions = scheme.versions.iter();
    v1::Scheme {
        id: scheme.id.write(),
        name: scheme.name.to_string(),
        note: or_empty(&scheme.note),
        unit,
        system: scheme
            .system()
            .map_or(v1::RewardSystem::Unspecified, write_system)
            .into(),
        state: match scheme.state() {
            SchemeState::Draft => v1::SchemeState::Draft,
            SchemeState::Published => v1::SchemeState::Published,
            SchemeState::Ended => v1::SchemeState::Ended,
        }
        .into(),
        draft: scheme.draft.as_deref().map(terms::write),
        draft_sentence: scheme
            .draft
            .as_deref()
            .map_or_else(String::new, |draft| sentence(state, scheme.unit, draft)),
        versions: versions
            .map(|version| write_version(version, scheme.unit, state))
            .collect(),
        end_time: scheme.ended_at.map(time),
        creator_id: id_or_empty(scheme.created_by),
        create_time: Some(time(scheme.created_at)),
        revision: scheme.revision,
        etag: etag(scheme.revision),
        currency_code,
    }
}

fn write_version(version: &SchemeVersion, unit: Unit, state: &State) -> v1::SchemeVersion {
    v1::SchemeVersion {
        number: i32::try_from(version.number).unwrap_or(i32::MAX),
        terms: Some(terms::write(&version.terms)),
        sentence: sentence(state, unit, &version.terms),
        publish_time: Some(time(version.published_at)),
        publisher_id: id_or_empty(version.published_by),
        effective_time: Some(time(version.effective_at)),
    }
}
