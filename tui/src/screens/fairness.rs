//! Fairness: how what was earned is distributed, how far own targets were reached, and what looks unusual, with its facts. It accuses nobody.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::board::message;
use super::{Listing, report, reward_words as words};
use crate::hits::Hits;
use crate::incentive::Unit;
use crate::list::Line;
use crate::model::Model;
use crate::report::Place;
use crate::report::incentives::{Fairness, FairnessMember, Pattern};
use crate::text;
use crate::theme::Role;
use crate::widgets::{chart, list, paragraph, put, put_right, row};

/// Cells of a name.
const NAME_WIDTH: u16 = 20;
/// Cells of what was earned.
const EARNED_WIDTH: u16 = 12;
/// Cells of the attainment.
const ATTAINMENT_WIDTH: u16 = 16;
/// Facts named of a pattern.
const MAX_FACTS: usize = 6;
/// Rows of a pattern.
const PATTERN_ROWS: u16 = 3;
/// Gini coefficients (basis points) up to which a distribution is called even, somewhat uneven, uneven.
const GINI_WORDS: [(i64, &str); 3] = [
    (2_500, "gini-even"),
    (4_000, "gini-somewhat"),
    (6_000, "gini-uneven"),
];

enum Entry<'a> {
    Heading(&'static str),
    Member(&'a FairnessMember),
    Pattern(&'a Pattern),
    Calm,
}

fn entries(fairness: &Fairness) -> Vec<Entry<'_>> {
    let mut entries = vec![Entry::Heading("fairness-unusual")];
    if fairness.patterns.is_empty() {
        entries.push(Entry::Calm);
    }
    entries.extend(fairness.patterns.iter().map(Entry::Pattern));
    entries.push(Entry::Heading("fairness-members"));
    entries.extend(fairness.members.iter().map(Entry::Member));
    entries
}

fn areas(body: Rect) -> (Rect, Rect) {
    let head = if body.height >= 16 { 5 } else { 3 };
    let head = head.min(body.height);
    let top = Rect {
        height: head,
        ..body
    };
    let rest = Rect {
        y: body.y + head,
        height: body.height - head,
        ..body
    };
    (top, rest)
}

/// The list for the keys.
pub fn listing(model: &Model) -> Listing {
    let lines = model.reports.fairness().map_or_else(Vec::new, |fairness| {
        let ids = 1_u64..;
        entries(fairness)
            .iter()
            .zip(ids)
            .map(|(entry, id)| match entry {
                Entry::Heading(_) => Line::HEADING,
                Entry::Calm => Line::HEADING,
                Entry::Member(_) => Line::item(id, 1),
                Entry::Pattern(_) => Line::item(id, PATTERN_ROWS),
            })
            .collect()
    });
    Listing {
        lines,
        area: areas(model.frame().body).1,
    }
}

/// The member under the cursor.
pub fn selected(model: &Model) -> Option<&FairnessMember> {
    let place = usize::try_from(model.list().id?).ok()?.checked_sub(1)?;
    match entries(model.reports.fairness()?).into_iter().nth(place)? {
        Entry::Member(member) => Some(member),
        _ => None,
    }
}

/// Paints the screen.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let (top, area) = areas(body);
    let theme = model.theme;
    let name = model.strings.say("fairness-title");
    let lens = &model.lens;
    let title = [
        report::cycle(model, lens.cycle(model.today()), body.width >= 80),
        model
            .strings
            .say(model.reward_lens.unit.name_key())
            .to_owned(),
        report::who(model, lens.who).to_owned(),
    ];
    let rest = report::plain_titled(model, buffer, top, name, &title, Place::Fairness);
    let Some(fairness) = model.reports.fairness() else {
        let all = Rect {
            height: rest.height + area.height,
            ..rest
        };
        report::absent(model, buffer, all, Place::Fairness);
        return;
    };
    head(model, buffer, rest, fairness);
    if fairness.members.is_empty() {
        let none = model.strings.say("fairness-none").to_owned();
        message(model, buffer, area, &[(none, Role::Dim)]);
        return;
    }
    let entries = entries(fairness);
    let lines = listing(model).lines;
    let most = fairness.members.first().map_or(0, |member| member.earned);
    list::paint(
        buffer,
        area,
        theme,
        &lines,
        &model.list(),
        hits,
        |buffer, line| match &entries[line.place] {
            Entry::Heading(key) => {
                let words = model.strings.say(key);
                row::heading(buffer, line.area, theme, words, Role::Text);
            }
            Entry::Calm => {
                let words = model.strings.say("fairness-calm");
                put(
                    buffer,
                    line.area,
                    row::SIGN_WIDTH,
                    0,
                    words,
                    theme.style(Role::Good),
                );
            }
            Entry::Member(member) => paint_member(model, buffer, member, most, line),
            Entry::Pattern(pattern) => paint_pattern(model, buffer, pattern, line),
        },
    );
}

/// Who earned nothing, how even it is in words, the median; a curve from who earned most to who earned least.
fn head(model: &Model, buffer: &mut Buffer, area: Rect, fairness: &Fairness) {
    let theme = model.theme;
    let inner = Rect {
        x: area.x + 1.min(area.width),
        width: area.width.saturating_sub(2),
        ..area
    };
    let gini = GINI_WORDS
        .iter()
        .find(|(up_to, _)| fairness.gini_bp <= *up_to)
        .map_or("gini-very-uneven", |(_, key)| key);
    let hundredths = fairness.gini_bp / 100;
    let figure = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    let median = words::amount(model, model.reward_lens.unit, fairness.median);
    let words = model.strings.tell(
        "fairness-sums",
        &[
            ("without", fairness.without_income.into()),
            ("count", fairness.members.len().into()),
            ("gini", model.strings.say(gini).into()),
            ("figure", figure.into()),
            ("median", median.into()),
        ],
    );
    let rows = paragraph(buffer, inner, &words, theme.style(Role::Text));
    if inner.height > rows + 1 {
        let line = Rect {
            y: inner.y + rows,
            height: 1,
            ..inner
        };
        let style = theme.style(Role::Dim);
        put(
            buffer,
            line,
            0,
            0,
            model.strings.say("fairness-careful"),
            style,
        );
    }
}

fn paint_member(
    model: &Model,
    buffer: &mut Buffer,
    member: &FairnessMember,
    most: i64,
    line: list::Painted,
) {
    let theme = model.theme;
    let area = line.area;
    let over = |role: Role| line.ground.patch(theme.style(role));
    let own = member.member_id.is_some() && member.member_id == model.me;
    let name = Rect {
        width: NAME_WIDTH.min(area.width / 2),
        ..area
    };
    let role = if own { Role::Strong } else { Role::Text };
    put(buffer, name, 0, 0, &member.name, over(role));
    let earned = words::amount(model, model.reward_lens.unit, member.earned);
    let mut right = area.width;
    if area.width >= 70 {
        let attainment = match member.attainment_bp {
            Some(bp) => model.strings.tell(
                "fairness-goal",
                &[("percent", text::percent(bp.into()).into())],
            ),
            None => model.strings.say("fairness-no-goal").to_owned(),
        };
        let words = text::fit(
            &attainment,
            usize::from(ATTAINMENT_WIDTH),
            text::Align::Right,
        );
        right = put_right(buffer, area, 0, 0, &words, over(Role::Dim)).saturating_sub(1);
    }
    let words = text::fit(&earned, usize::from(EARNED_WIDTH), text::Align::Right);
    let margin = area.width - right;
    right = put_right(buffer, area, margin, 0, &words, over(Role::Text)).saturating_sub(1);
    let bar = Rect {
        x: area.x + (name.width + 1).min(area.width),
        width: right.saturating_sub(name.width + 1),
        height: 1.min(area.height),
        ..area
    };
    let length = chart::eighths(member.earned.into(), most.into(), bar.width);
    chart::bar(
        buffer,
        bar,
        theme,
        length,
        theme.style(if own { Role::Good } else { Role::Accent }),
        ("", line.ground),
    );
}

fn paint_pattern(model: &Model, buffer: &mut Buffer, pattern: &Pattern, line: list::Painted) {
    let theme = model.theme;
    let dot = format!(" {} ", theme.glyphs().dot);
    let over = |role: Role| line.ground.patch(theme.style(role));
    let head = format!("{}: {}", pattern.name, model.strings.say(pattern.words_key));
    put(
        buffer,
        line.area,
        0,
        0,
        theme.glyphs().dot,
        over(Role::Accent),
    );
    let first = Rect {
        x: line.area.x + row::SIGN_WIDTH.min(line.area.width),
        width: line.area.width.saturating_sub(row::SIGN_WIDTH),
        ..line.area
    };
    put(buffer, first, 0, 0, &head, over(Role::Strong));
    let below = |y: u16| Rect {
        y: first.y + y,
        height: u16::from(y < first.height),
        ..first
    };
    let day = |at: i64| report::day(model, model.date_of(at));
    let mut counted = vec![model.strings.tell(
        "fairness-count",
        &[
            ("count", pattern.count.into()),
            ("usual", pattern.usual.into()),
        ],
    )];
    counted.push(if day(pattern.first_us) == day(pattern.last_us) {
        day(pattern.first_us)
    } else {
        format!("{} – {}", day(pattern.first_us), day(pattern.last_us))
    });
    if pattern.amount_minor != 0 {
        let amount = words::amount(model, Unit::Money, pattern.amount_minor);
        counted.push(format!("+{amount}"));
    }
    put(
        buffer,
        below(1),
        0,
        0,
        &counted.join(&dot),
        theme.style(Role::Text),
    );
    let deals = pattern.deals.iter().map(|id| {
        let card = model.picture.board.card(*id);
        card.map_or_else(|| format!("O-{id}"), |card| card.name.clone())
    });
    let customers = pattern.customers.iter();
    let customers = customers.map(|id| model.picture.customer_name(Some(*id)).to_owned());
    let facts: Vec<String> = customers
        .chain(deals)
        .filter(|fact| !fact.is_empty())
        .collect();
    let mut shown: Vec<String> = facts.iter().take(MAX_FACTS).cloned().collect();
    if facts.len() > MAX_FACTS {
        shown.push(format!("+{}", facts.len() - MAX_FACTS));
    }
    put(
        buffer,
        below(2),
        0,
        0,
        &shown.join(&dot),
        theme.style(Role::Dim),
    );
}
