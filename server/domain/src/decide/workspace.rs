//! Judges commands about the workspace.

use super::judge::Judge;
use crate::calendar::Calendar;
use crate::check_in::CheckInRules;
use crate::command::{NewStage, SetUpWorkspace, UpdateWorkspace};
use crate::decide::pipeline::build_stages;
use crate::event::Event;
use crate::gate::Gate;
use crate::id::{MemberId, PipelineId, StageId};
use crate::limits::{
    MAX_CHECK_IN_CAP, MAX_CHECK_IN_GAP_MINUTES, MAX_CHECK_IN_METRES, MAX_NAME_CHARS,
    MAX_SHORT_TEXT_CHARS,
};
use crate::member::{Member, Role};
use crate::money::Currency;
use crate::pipeline::{Pipeline, PipelineTemplate};
use crate::rejection::{Reason, Rejection};
use crate::stage::StageKind;
use crate::text;
use crate::time::Zone;
use crate::workspace::{Language, Workspace};

/// A default stage: English name, Chinese name, win probability in basis points, stagnation period in days.
type TemplateStage = (&'static str, &'static str, u16, Option<u16>);

/// DOMAIN.md §2.
const DEFAULT_OPEN: [TemplateStage; 5] = [
    ("New", "新建", 1_000, Some(14)),
    ("Qualified", "需求明确", 3_000, Some(14)),
    ("Solution", "方案验证", 5_000, Some(10)),
    ("Proposal", "立项汇报", 7_000, Some(10)),
    ("Negotiation", "商务采购", 9_000, Some(10)),
];
/// 10, 30, 50, 70 and, won, 100 %.
const SIMPLE_OPEN_COUNT: usize = 4;
const WON: TemplateStage = ("Won", "成交", 10_000, None);
const LOST: TemplateStage = ("Lost", "失败", 0, None);

fn zone(judge: &mut Judge, name: &str) -> Option<Zone> {
    let zone = Zone::parse(name.trim());
    if zone.is_none() {
        let text = format!("'{name}' is not an IANA time zone such as Asia/Shanghai");
        judge.violations.invalid("time_zone", text);
    }
    zone
}

fn currency(judge: &mut Judge, code: &str) -> Option<Currency> {
    let currency = Currency::parse(code.trim());
    if currency.is_none() {
        let text = format!("'{code}' is not an ISO 4217 currency such as CNY");
        judge.violations.invalid("currency", text);
    }
    currency
}

pub(super) fn set_up(mut judge: Judge, command: &SetUpWorkspace) -> Result<Vec<Event>, Rejection> {
    if judge.state.workspace().is_some() {
        return Err(Rejection::new(
            Reason::WorkspaceAlreadySetUp,
            "",
            "the workspace is set up already: change it by an update",
        ));
    }
    let name = text::required("name", &command.name, MAX_NAME_CHARS, &mut judge.violations);
    let zone = zone(&mut judge, &command.time_zone);
    let currency = currency(&mut judge, &command.currency);
    let created_at = judge.now();
    let administrator = command.administrator.as_ref().map(|given| Member {
        id: MemberId(1),
        name: text::required(
            "administrator.name",
            &given.name,
            MAX_NAME_CHARS,
            &mut judge.violations,
        ),
        role: Role::Admin,
        team: None,
        unix_user: text::optional(
            "administrator.unix_user",
            &given.unix_user,
            MAX_SHORT_TEXT_CHARS,
            &mut judge.violations,
        )
        .map(Into::into),
        email: None,
        external_id: None,
        active: true,
        created_at,
        revision: 0,
    });
    let stages = template_stages(command.template, command.language);
    let stages = build_stages(&mut judge, &stages, StageId(1));
    let pipeline = Pipeline {
        id: PipelineId(1),
        name: match command.language {
            Language::En => "Sales".into(),
            Language::Zh => "销售流程".into(),
        },
        stages,
        allow_skipping: true,
        retired: false,
        calendar: Calendar::default(),
        created_at,
        revision: 0,
    };
    judge.violations.finish()?;
    let (Some(time_zone), Some(currency)) = (zone, currency) else {
        return Ok(Vec::new());
    };
    let workspace = Workspace {
        name,
        time_zone,
        currency,
        language: command.language,
        default_pipeline: Some(pipeline.id),
        check_ins: CheckInRules::default(),
        created_at,
        revision: 0,
    };
    let mut events = vec![
        Event::WorkspaceSetUp { workspace },
        Event::PipelineCreated { pipeline },
    ];
    events.extend(administrator.map(|member| Event::MemberCreated { member }));
    Ok(events)
}

fn template_stages(template: PipelineTemplate, language: Language) -> Vec<NewStage> {
    let open = match template {
        PipelineTemplate::Default => &DEFAULT_OPEN[..],
        PipelineTemplate::Simple => &DEFAULT_OPEN[..SIMPLE_OPEN_COUNT],
    };
    let kinds = open.iter().map(|stage| (stage, StageKind::Open));
    kinds
        .chain([(&WON, StageKind::Won), (&LOST, StageKind::Lost)])
        .map(|((english, chinese, probability, period), kind)| NewStage {
            name: match language {
                Language::En => (*english).to_owned(),
                Language::Zh => (*chinese).to_owned(),
            },
            kind,
            win_probability_bp: Some(*probability),
            stagnation_period_days: *period,
            required_fields: Vec::new(),
            gate: Gate::default(),
        })
        .collect()
}

pub(super) fn update(mut judge: Judge, command: &UpdateWorkspace) -> Result<Vec<Event>, Rejection> {
    let Some(current) = judge.state.workspace() else {
        return Ok(Vec::new());
    };
    let mut workspace = Workspace::clone(current);
    if let Some(name) = &command.name {
        workspace.name = text::required("name", name, MAX_NAME_CHARS, &mut judge.violations);
    }
    if let Some(name) = &command.time_zone
        && let Some(zone) = zone(&mut judge, name)
    {
        workspace.time_zone = zone;
    }
    if let Some(code) = &command.currency
        && let Some(currency) = currency(&mut judge, code)
    {
        if currency != workspace.currency && judge.state.opportunity_count() > 0 {
            judge.violations.add(
                Reason::CurrencyInUse,
                "currency",
                "cannot change once there are opportunities",
            );
        }
        workspace.currency = currency;
    }
    if let Some(language) = command.language {
        workspace.language = language;
    }
    if let Some(id) = command.default_pipeline
        && let Some(pipeline) = judge.pipeline("default_pipeline_id", id)
    {
        if pipeline.retired {
            judge.violations.add(
                Reason::PipelineRetired,
                "default_pipeline_id",
                format!("{} is retired", id.long()),
            );
        }
        workspace.default_pipeline = Some(id);
    }
    workspace.check_ins = check_ins(&mut judge, workspace.check_ins, command);
    let events = if workspace == **current {
        Vec::new()
    } else {
        vec![Event::WorkspaceUpdated {
            workspace,
            at: judge.now(),
        }]
    };
    judge.conclude(events)
}

/// The rules of check-ins after an update.
fn check_ins(judge: &mut Judge, current: CheckInRules, command: &UpdateWorkspace) -> CheckInRules {
    let mut within = |field: &str, given: Option<u32>, current: u32, least: u32, most: u32| {
        let value = given.unwrap_or(current);
        if !(least..=most).contains(&value) {
            judge
                .violations
                .invalid(field, format!("must be between {least} and {most}"));
        }
        value
    };
    CheckInRules {
        radius_m: within(
            "check_in_radius_m",
            command.check_in_radius_m,
            current.radius_m,
            1,
            MAX_CHECK_IN_METRES,
        ),
        accuracy_m: within(
            "check_in_accuracy_m",
            command.check_in_accuracy_m,
            current.accuracy_m,
            1,
            MAX_CHECK_IN_METRES,
        ),
        gap_minutes: within(
            "check_in_gap_minutes",
            command.check_in_gap_minutes,
            current.gap_minutes,
            0,
            MAX_CHECK_IN_GAP_MINUTES,
        ),
        daily_cap: within(
            "check_in_daily_cap",
            command.check_in_daily_cap,
            current.daily_cap,
            0,
            MAX_CHECK_IN_CAP,
        ),
    }
}
