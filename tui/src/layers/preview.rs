//! Before a move: what is missing at the gate, and what the move changes. Enter does it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::hits::Hits;
use crate::layer::{MovePreview, Preview, Unmet};
use crate::layout::dialog;
use crate::model::Model;
use crate::record::{Card, Stage, StageKind};
use crate::text;
use crate::theme::Role;
use crate::widgets::{cells, panel, put};

const WIDTH: u16 = 72;

/// A line: its label, its words, their meaning.
type Line = (String, String, Role);

/// Paints the preview.
pub fn paint(model: &Model, buffer: &mut Buffer, area: Rect, preview: &Preview, hits: &mut Hits) {
    let Some(card) = model.picture.board.card(preview.id) else {
        return;
    };
    let (Some(from), Some(to)) = (
        model.picture.stage(card.stage_id),
        model.picture.stage(preview.stage_id),
    ) else {
        return;
    };
    let theme = model.theme;
    let room = usize::from(WIDTH.min(area.width).saturating_sub(4)).max(1);
    let label = labels(model).max(1) + 2;
    let head = format!("{} {} {}", from.name, theme.glyphs().forward, to.name);
    let mut lines: Vec<Line> = vec![(String::new(), head, Role::Strong)];
    lines.push((String::new(), String::new(), Role::Text));
    lines.extend(demands(model, preview));
    lines.push((String::new(), String::new(), Role::Text));
    lines.extend(changes(model, preview, card, (from, to)));
    let mut rows: Vec<(String, u16, String, Role)> = Vec::new();
    for (name, words, role) in lines {
        let x = if name.is_empty() { 0 } else { label };
        let width = room.saturating_sub(usize::from(x)).max(1);
        let parts = if words.is_empty() {
            vec![""]
        } else {
            text::wrap(&words, width)
        };
        for (row, part) in parts.into_iter().enumerate() {
            let name = if row == 0 {
                name.clone()
            } else {
                String::new()
            };
            rows.push((name, x, part.to_owned(), role));
        }
    }
    let height = u16::try_from(rows.len() + 2).unwrap_or(u16::MAX);
    let area = dialog(area, WIDTH, height);
    let title = model
        .strings
        .tell("preview-title", &[("name", card.name.as_str().into())]);
    let hint = keys(model, preview);
    let inner = panel::paint_with_buttons(buffer, area, theme, (&title, &hint), hits);
    for (y, (name, x, words, role)) in (0..).zip(&rows) {
        put(buffer, inner, 0, y, name, theme.style(Role::Dim));
        put(buffer, inner, *x, y, words, theme.style(*role));
    }
}

const LABELS: [&str; 4] = [
    "field-probability",
    "field-weighted",
    "preview-gap",
    "preview-scores",
];

fn labels(model: &Model) -> u16 {
    let widths = LABELS.iter().map(|key| cells(model.strings.say(key)));
    widths.max().unwrap_or(0)
}

/// What can be done from here, by the keys that do it.
fn keys(model: &Model, preview: &Preview) -> String {
    let mut keys = vec!["preview-keys-move"];
    if let Some(Ok(answer)) = &preview.answer {
        if !answer.allowed {
            keys = Vec::new();
        }
        if answer.can_ask() {
            keys.push("preview-keys-ask");
        }
        if !answer.allowed && answer.override_allowed {
            keys.push("preview-keys-override");
        }
        if !answer.allowed {
            keys.push("preview-keys-mend");
        }
    }
    keys.push("preview-keys-leave");
    let words: Vec<&str> = keys.into_iter().map(|key| model.strings.say(key)).collect();
    words.join("   ")
}

fn demands(model: &Model, preview: &Preview) -> Vec<Line> {
    let say = |key: &str| model.strings.say(key).to_owned();
    let glyphs = model.theme.glyphs();
    let line = |words: String, role: Role| (String::new(), words, role);
    match &preview.answer {
        None => vec![line(say("preview-asking"), Role::Dim)],
        Some(Err(problem)) => {
            let words = model
                .strings
                .tell("preview-unknown", &[("problem", problem.as_str().into())]);
            vec![line(words, Role::Warn)]
        }
        Some(Ok(answer)) if answer.unmet.is_empty() && answer.allowed => {
            let words = say("preview-nothing-missing");
            vec![line(format!("{} {words}", glyphs.done), Role::Good)]
        }
        Some(Ok(answer)) => {
            let mut lines = vec![line(say("preview-missing"), Role::Bad)];
            for unmet in &answer.unmet {
                let words = format!("{} {}", glyphs.wrong, demand(model, unmet));
                lines.push(line(words, Role::Text));
            }
            if answer.waiting {
                lines.push(line(say("preview-waiting"), Role::Warn));
            }
            lines
        }
    }
}

/// What is missing, in the person's language where that is possible.
fn demand(model: &Model, unmet: &Unmet) -> String {
    let say = |key: &str| model.strings.say(key).to_owned();
    let label = match unmet.field.as_str() {
        "amount" => "field-amount",
        "expected_contract_date" => "field-contract-date",
        "owner_id" => "field-owner",
        "customer_id" => "field-customer",
        "contact_ids" => "field-contact",
        "collaborator_ids" => "field-collaborators",
        "source" => "field-source",
        "grade" => "field-grade",
        "note" => "field-note",
        _ => "",
    };
    let lead = match unmet.code.as_str() {
        "REQUIRED_FIELD_MISSING" if !label.is_empty() => {
            return model
                .strings
                .tell("gate-field", &[("field", say(label).into())]);
        }
        "APPROVAL_REQUIRED" => return say("gate-approval"),
        "REQUIRED_ACTIVITY_MISSING" => "gate-activity",
        "REQUIRED_CONTACT_MISSING" => "gate-contact",
        _ => return unmet.description.clone(),
    };
    format!("{}: {}", say(lead), unmet.description)
}

fn changes(
    model: &Model,
    preview: &Preview,
    card: &Card,
    (from, to): (&Stage, &Stage),
) -> Vec<Line> {
    let say = |key: &str| model.strings.say(key).to_owned();
    let arrow = model.theme.glyphs().forward;
    let money = |minor: i128| text::money_short(minor, model.minor_digits(), model.locale());
    let change = |before: String, after: String| format!("{before} {arrow} {after}");
    let answer = preview
        .answer
        .as_ref()
        .and_then(|answer| answer.as_ref().ok());
    let (chance, weighted) = match answer {
        Some(answer) => (answer.chance_bp, answer.weighted_minor),
        None => foreseen(card, from, to),
    };
    let mut lines = vec![
        (
            say("field-probability"),
            change(
                text::percent(chance.0.into()),
                text::percent(chance.1.into()),
            ),
            Role::Text,
        ),
        (
            say("field-weighted"),
            change(money(weighted.0), money(weighted.1)),
            Role::Text,
        ),
    ];
    let Some(answer) = answer else {
        return lines;
    };
    let gap = match answer.gap_minor {
        Some((before, after)) => (change(money(before), money(after)), Role::Text),
        None => (say("preview-no-goal"), Role::Dim),
    };
    lines.push((say("preview-gap"), gap.0, gap.1));
    lines.push((say("preview-scores"), scores(model, answer), Role::Text));
    if to.kind == StageKind::Won {
        let amount = money(card.amount_minor.into());
        let words = model
            .strings
            .tell("confirm-win-consequence", &[("amount", amount.into())]);
        lines.push((String::new(), words, Role::Dim));
    }
    lines
}

/// What the move changes as far as this screen knows, before the server has said.
fn foreseen(card: &Card, from: &Stage, to: &Stage) -> ((u32, u32), (i128, i128)) {
    let chance = |stage: &Stage| card.win_probability_bp.unwrap_or(stage.win_probability_bp);
    let weighted = |stage: &Stage| crate::board::weighted_minor(card, stage.win_probability_bp);
    ((chance(from), chance(to)), (weighted(from), weighted(to)))
}

fn scores(model: &Model, answer: &MovePreview) -> String {
    if !answer.metrics.is_empty() {
        let names: Vec<&str> = answer
            .metrics
            .iter()
            .map(|metric| match metric.as_str() {
                "FLOW" => model.strings.say("scores-flow"),
                "WON" => model.strings.say("scores-won"),
                "REVIVED" => model.strings.say("scores-revived"),
                other => other,
            })
            .collect();
        return names.join(" + ");
    }
    let key = match answer.uncredited_reason.as_str() {
        "" => "scores-nothing",
        "BELOW_HIGH_WATER" => "uncredited-below",
        "ALREADY_WON" => "uncredited-won",
        _ => "uncredited",
    };
    model.strings.say(key).to_owned()
}
