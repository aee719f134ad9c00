//! Why an amount is what it is: the rule as a sentence, the arithmetic line by line, every posting, every packet.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::hits::Hits;
use crate::incentive::{PacketState, Reward};
use crate::layer::Why;
use crate::layout::dialog;
use crate::model::Model;
use crate::report::Place;
use crate::report::incentives::{Explained, Posting, Step, Transaction};
use crate::scheme_text;
use crate::screens::{self, reward_words as words};
use crate::text;
use crate::theme::Role;
use crate::widgets::{cells, panel, put, put_right};

const WIDTH: u16 = 96;
/// Indentation of what belongs to a heading.
const INDENT: u16 = 2;

/// A row: how far in, its words, what they mean, a figure at the right.
struct Row {
    indent: u16,
    words: String,
    role: Role,
    figure: String,
}

impl Row {
    fn new(indent: u16, words: impl Into<String>, role: Role) -> Self {
        Self {
            indent,
            words: words.into(),
            role,
            figure: String::new(),
        }
    }

    fn with(self, figure: String) -> Self {
        Self { figure, ..self }
    }
}

/// Rows above the last page: how far one can scroll.
pub fn most_scroll(model: &Model, why: &Why) -> usize {
    let area = Rect::new(0, 0, model.size.0, model.size.1);
    let (_, inner, rows) = parts(model, area, why);
    rows.len().saturating_sub(usize::from(inner))
}

/// Where it is, how many rows it shows, and all its rows.
fn parts(model: &Model, area: Rect, why: &Why) -> (Rect, u16, Vec<Row>) {
    let width = WIDTH.min(area.width);
    let room = usize::from(width.saturating_sub(4)).max(1);
    let slot = model.reports.slot(Place::Explained);
    let current = slot.is_some_and(|slot| slot.is_current() && why.is_asked(&slot.ask));
    let rows = match model.reports.explained().filter(|_| current) {
        Some(explained) => rows(model, explained, room),
        None => match slot.and_then(|slot| slot.problem.as_ref()) {
            Some(refusal) => wrapped(0, &refusal.message, Role::Bad, room),
            None => vec![Row::new(0, model.strings.say("loading"), Role::Dim)],
        },
    };
    let height = u16::try_from(rows.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2);
    let area = dialog(area, width, height);
    (area, area.height.saturating_sub(2), rows)
}

/// Paints it.
pub fn paint(model: &Model, buffer: &mut Buffer, area: Rect, why: &Why, hits: &mut Hits) {
    let theme = model.theme;
    let (area, shown, rows) = parts(model, area, why);
    let most = rows.len().saturating_sub(usize::from(shown));
    let scroll = why.scroll.min(most);
    let hint = if most > 0 {
        let below = most - scroll;
        let glyphs = theme.glyphs();
        format!(
            "{}{scroll} {}{below}   {}",
            glyphs.above,
            glyphs.below,
            model.strings.say("reward-why-scroll")
        )
    } else {
        model.strings.say("reward-why-keys").to_owned()
    };
    let title = model.strings.say("reward-why-title");
    let inner = panel::paint_with_buttons(buffer, area, theme, (title, &hint), hits);
    for (y, row) in (0..inner.height).zip(rows.iter().skip(scroll)) {
        let line = Rect {
            y: inner.y + y,
            height: 1,
            ..inner
        };
        let mut room = line.width;
        if !row.figure.is_empty() {
            room =
                put_right(buffer, line, 0, 0, &row.figure, theme.style(row.role)).saturating_sub(1);
        }
        let left = Rect {
            width: room,
            ..line
        };
        put(
            buffer,
            left,
            row.indent,
            0,
            &row.words,
            theme.style(row.role),
        );
    }
}

fn wrapped(indent: u16, words: &str, role: Role, room: usize) -> Vec<Row> {
    let room = room.saturating_sub(usize::from(indent)).max(1);
    let lines = text::wrap(words, room).into_iter();
    lines.map(|line| Row::new(indent, line, role)).collect()
}

fn rows(model: &Model, explained: &Explained, room: usize) -> Vec<Row> {
    let say = |key: &str| model.strings.say(key).to_owned();
    let reward = &explained.reward;
    let exact = |amount: i64| words::exact(model, reward.unit, amount);
    let gap = || Row::new(0, "", Role::Text);
    let mut rows = Vec::new();
    let who = words::who(model, Some(reward.member_id));
    let cause = words::cause(model, reward);
    let arguments = [("who", who.into()), ("cause", cause.into())];
    let head = model.strings.tell("reward-why-head", &arguments);
    let mut first = wrapped(0, &head, Role::Strong, room.saturating_sub(18));
    if let Some(row) = first.first_mut() {
        row.figure = exact(reward.amount);
    }
    rows.extend(first);
    let at = screens::instant_words(model, reward.granted_us);
    let standing = words::standing(model, reward);
    let dot = model.theme.glyphs().dot;
    rows.extend(wrapped(
        0,
        &format!("{at} {dot} {standing}"),
        Role::Dim,
        room,
    ));
    rows.push(gap());
    let version = model.strings.tell(
        "reward-why-rule",
        &[
            ("scheme", explained.scheme.as_str().into()),
            ("version", reward.version.into()),
        ],
    );
    rows.push(Row::new(0, version, Role::Accent));
    let sentence = match &explained.terms {
        Some(terms) => scheme_text::sentence(model, reward.unit, terms),
        None => explained.sentence.clone(),
    };
    rows.extend(wrapped(INDENT, &sentence, Role::Text, room));
    rows.push(gap());
    rows.push(Row::new(0, say("reward-why-arithmetic"), Role::Accent));
    for (step, result) in &explained.steps {
        rows.push(
            Row::new(INDENT, self::step(model, reward, *step), Role::Text).with(exact(*result)),
        );
    }
    if let Some(split) = &reward.split {
        let words = model.strings.tell(
            "reward-why-shared",
            &[
                ("count", split.packets.into()),
                ("scheme", model.picture.scheme_name(split.scheme_id).into()),
            ],
        );
        let given = split.amount.saturating_neg();
        rows.push(Row::new(INDENT, words, Role::Text).with(exact(given)));
        if split.returned > 0 {
            rows.push(
                Row::new(INDENT, say("reward-why-returned"), Role::Text)
                    .with(exact(split.returned)),
            );
        }
    }
    let own = Row::new(INDENT, say("reward-why-own"), Role::Good);
    rows.push(own.with(exact(reward.own_amount)));
    if !explained.packets.is_empty() {
        rows.push(gap());
        rows.extend(packets(model, explained, room));
    }
    rows.push(gap());
    rows.push(Row::new(0, say("reward-why-postings"), Role::Accent));
    for transaction in &explained.transactions {
        rows.extend(postings(model, reward, transaction));
    }
    rows
}

/// A line of arithmetic, in words.
fn step(model: &Model, reward: &Reward, step: Step) -> String {
    let strings = &model.strings;
    let exact = |amount: i64| words::exact(model, reward.unit, amount);
    match step {
        Step::Fixed(_) => strings.say("reward-step-fixed").to_owned(),
        Step::PerField { count, each } => strings.tell(
            "reward-step-field",
            &[("count", count.into()), ("each", exact(each).into())],
        ),
        Step::Share { of, bp } => {
            // For points the share is one of whole currency units.
            let of = match reward.unit {
                crate::incentive::Unit::Points => {
                    format!("{} {}", text::number(of.into()), model.currency())
                }
                crate::incentive::Unit::Money => exact(of),
            };
            strings.tell(
                "reward-step-share",
                &[
                    ("percent", text::percent(bp.into()).into()),
                    ("of", of.into()),
                ],
            )
        }
        Step::Floor(floor) => strings.tell("reward-step-floor", &[("amount", exact(floor).into())]),
        Step::Cap(cap) => strings.tell("reward-step-cap", &[("amount", exact(cap).into())]),
        Step::MemberCap { kind, left } => {
            let per = kind.map_or("per-cycle", scheme_text::per_cycle_key);
            strings.tell(
                "reward-step-member-cap",
                &[
                    ("per", strings.say(per).into()),
                    ("amount", exact(left).into()),
                ],
            )
        }
        Step::Prize { pool, among } if among > 1 => strings.tell(
            "reward-step-pool",
            &[("amount", exact(pool).into()), ("count", among.into())],
        ),
        Step::Prize { pool, .. } => {
            strings.tell("reward-step-prize", &[("amount", exact(pool).into())])
        }
        Step::Tier { from_bp } => strings.tell(
            "reward-step-tier",
            &[("percent", text::percent(from_bp.into()).into())],
        ),
    }
}

fn packets(model: &Model, explained: &Explained, room: usize) -> Vec<Row> {
    let reward = &explained.reward;
    let mut rows = vec![Row::new(
        0,
        model.strings.say("reward-why-packets"),
        Role::Accent,
    )];
    for line in &explained.packets {
        let who = words::who(model, line.receiver_id);
        let state = model.strings.say(line.state.name_key());
        let role = match line.state {
            PacketState::Opened => Role::Text,
            PacketState::Sent => Role::Dim,
            PacketState::Returned | PacketState::Reversed => Role::Warn,
        };
        let words = format!("{who} {} {state}", model.theme.glyphs().dot);
        // What is in one that is not opened is its receiver's surprise.
        let hidden = line.state == PacketState::Sent && line.receiver_id == model.me;
        let amount = if hidden {
            "?".to_owned()
        } else {
            words::exact(model, reward.unit, line.amount)
        };
        rows.push(Row::new(INDENT, words, role).with(amount));
    }
    let seed = reward
        .split
        .as_ref()
        .map_or("", |split| split.seed.as_str());
    if !seed.is_empty() {
        let id = reward.id.to_string();
        let words = model.strings.tell(
            "reward-why-seed",
            &[("seed", seed.into()), ("id", id.into())],
        );
        rows.extend(wrapped(INDENT, &words, Role::Dim, room));
    }
    rows
}

fn postings(model: &Model, reward: &Reward, transaction: &Transaction) -> Vec<Row> {
    let at = screens::instant_words(model, transaction.time);
    let purpose = model.strings.say(transaction.purpose_key);
    let head = format!("{at} {} {purpose}", model.theme.glyphs().dot);
    let mut rows = vec![Row::new(INDENT, head, Role::Text)];
    for posting in &transaction.postings {
        let figure = words::exact(model, reward.unit, posting.amount);
        let sign = if posting.amount > 0 { "+" } else { "" };
        let words = account(model, posting);
        rows.push(Row::new(INDENT * 2, words, Role::Dim).with(format!("{sign}{figure}")));
    }
    rows
}

fn account(model: &Model, posting: &Posting) -> String {
    let account = model.strings.say(posting.account_key);
    let owner = match (posting.member_id, posting.scheme_id) {
        (Some(id), _) => words::who(model, Some(id)),
        (None, Some(id)) => model.picture.scheme_name(id),
        (None, None) => "",
    };
    if cells(owner) == 0 {
        account.to_owned()
    } else {
        let arguments = [("account", account.into()), ("owner", owner.into())];
        model.strings.tell("account-of", &arguments)
    }
}
