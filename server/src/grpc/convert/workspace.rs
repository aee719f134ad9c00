//! The workspace between API and domain.

use sluice_domain::{
    Command, EntityKey, Language, PipelineTemplate, Workspace,
    command::{NewAdministrator, SetUpWorkspace, UpdateWorkspace},
};
use sluice_proto::v1;

use super::{
    Call, Fields, Mask, Mutation,
    value::{etag, id_or_empty, text, time},
};

/// Fields an update may name.
const UPDATABLE: [&str; 9] = [
    "name",
    "time_zone",
    "currency_code",
    "language",
    "default_pipeline_id",
    "check_in_radius_m",
    "check_in_accuracy_m",
    "check_in_gap_minutes",
    "check_in_daily_cap",
];

/// Reads SetUpWorkspace.
pub fn set_up(request: v1::SetUpWorkspaceRequest, call: &Call) -> Mutation {
    let mut fields = Fields::under("");
    let caller = || call.peer.unix_user().map(str::to_owned);
    let administrator = text(request.administrator_name).map(|name| NewAdministrator {
        name,
        unix_user: text(request.administrator_unix_user).or_else(caller),
    });
    let command = SetUpWorkspace {
        template: read_template(&mut fields, request.pipeline_template),
        language: read_language(&mut fields, &request.language).unwrap_or_default(),
        name: request.name,
        time_zone: request.time_zone,
        currency: request.currency_code,
        administrator,
    };
    fields.mutation(Command::SetUpWorkspace(command), request.request_id, false)
}

/// Reads UpdateWorkspace.
pub fn update(request: v1::UpdateWorkspaceRequest, _: &Call) -> Mutation {
    let mut fields = Fields::under("workspace.");
    let workspace = fields.message(request.workspace);
    let mask = Mask::read(&mut fields, request.update_mask, &UPDATABLE);
    let language = read_language(&mut fields, &workspace.language);
    let default_pipeline =
        fields.optional_id("default_pipeline_id", &workspace.default_pipeline_id);
    let number = |fields: &mut Fields, field: &str, given: i32| {
        mask.field(field, given)
            .map(|given| u32::from(fields.number(field, given)))
    };
    let command = UpdateWorkspace {
        check_in_radius_m: number(
            &mut fields,
            "check_in_radius_m",
            workspace.check_in_radius_m,
        ),
        check_in_accuracy_m: number(
            &mut fields,
            "check_in_accuracy_m",
            workspace.check_in_accuracy_m,
        ),
        check_in_gap_minutes: number(
            &mut fields,
            "check_in_gap_minutes",
            workspace.check_in_gap_minutes,
        ),
        check_in_daily_cap: number(
            &mut fields,
            "check_in_daily_cap",
            workspace.check_in_daily_cap,
        ),
        name: mask.field("name", workspace.name),
        time_zone: mask.field("time_zone", workspace.time_zone),
        currency: mask.field("currency_code", workspace.currency_code),
        language: language.filter(|_| mask.names("language", true)),
        default_pipeline: default_pipeline.filter(|_| mask.names("default_pipeline_id", true)),
    };
    fields
        .mutation(
            Command::UpdateWorkspace(command),
            request.request_id,
            request.validate_only,
        )
        .with_etag(EntityKey::WORKSPACE, workspace.etag)
}

fn read_template(fields: &mut Fields, template: i32) -> PipelineTemplate {
    match fields.enumeration("pipeline_template", template) {
        v1::PipelineTemplate::Unspecified | v1::PipelineTemplate::Default => {
            PipelineTemplate::Default
        }
        v1::PipelineTemplate::Simple => PipelineTemplate::Simple,
    }
}

fn read_language(fields: &mut Fields, language: &str) -> Option<Language> {
    match language {
        "" => None,
        "en" => Some(Language::En),
        "zh" => Some(Language::Zh),
        other => {
            fields.invalid("language", format!("'{other}' is not known: use en or zh"));
            None
        }
    }
}

/// Writes the workspace.
pub fn write(workspace: &Workspace) -> v1::Workspace {
    let number = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
    v1::Workspace {
        name: workspace.name.to_string(),
        time_zone: workspace.time_zone.name().to_owned(),
        currency_code: workspace.currency.code().to_owned(),
        create_time: Some(time(workspace.created_at)),
        revision: workspace.revision,
        etag: etag(workspace.revision),
        default_pipeline_id: id_or_empty(workspace.default_pipeline),
        check_in_radius_m: number(workspace.check_ins.radius_m),
        check_in_accuracy_m: number(workspace.check_ins.accuracy_m),
        check_in_gap_minutes: number(workspace.check_ins.gap_minutes),
        check_in_daily_cap: number(workspace.check_ins.daily_cap),
        language: match workspace.language {
            Language::En => "en".to_owned(),
            Language::Zh => "zh".to_owned(),
        },
    }
}
