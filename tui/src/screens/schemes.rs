//! The schemes: what is on, what is a draft, what is over, and templates to begin with; each as one plain sentence.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Listing, report, reward_words as words};
use crate::hits::Hits;
use crate::incentive::{Scheme, SchemeState, System, Template, Terms, Unit};
use crate::list::Line;
use crate::model::Model;
use crate::report::Place;
use crate::scheme_text;
use crate::text;
use crate::theme::Role;
use crate::widgets::row::{self, Field, Lead};
use crate::widgets::{list, put};

/// Most rows of a sentence in the list.
const MAX_SENTENCE_ROWS: usize = 4;
/// Widest sentence: longer lines are hard to read.
const MAX_SENTENCE_WIDTH: u16 = 110;

/// Something on the screen.
#[derive(Clone, Copy, Debug)]
pub enum Item<'a> {
    /// A scheme.
    Scheme(&'a Scheme),
    /// A template, and its place among all.
    Template(usize, &'a Template),
}

impl Item<'_> {
    fn id(self) -> u64 {
        match self {
            Self::Scheme(scheme) => scheme.id * 2,
            Self::Template(place, _) => u64::try_from(place).unwrap_or(0) * 2 + 1,
        }
    }

    fn terms(&self) -> Option<&Terms> {
        match self {
            Self::Scheme(scheme) => scheme.newest(),
            Self::Template(_, template) => Some(&template.terms),
        }
    }

    const fn unit(&self) -> Unit {
        match self {
            Self::Scheme(scheme) => scheme.unit,
            Self::Template(_, template) => template.unit,
        }
    }

    fn system(&self) -> System {
        match self {
            Self::Scheme(scheme) => scheme.system,
            Self::Template(_, template) => template.terms.rule.system(),
        }
    }
}

enum Entry<'a> {
    Heading(&'static str, usize),
    Item(Item<'a>, Vec<String>),
}

fn entries(model: &Model, width: u16) -> Vec<Entry<'_>> {
    let schemes = |state: SchemeState| -> Vec<Item<'_>> {
        let all = model.picture.schemes.values();
        let of_state = all.filter(|scheme| scheme.state == state);
        of_state.map(Item::Scheme).collect()
    };
    let templates = model.reports.templates().unwrap_or_default();
    let templates = templates.iter().enumerate();
    let groups = [
        ("schemes-on", schemes(SchemeState::Published)),
        ("schemes-drafts", schemes(SchemeState::Draft)),
        (
            "schemes-templates",
            templates
                .map(|(place, template)| Item::Template(place, template))
                .collect(),
        ),
        ("schemes-over", schemes(SchemeState::Ended)),
    ];
    let room = usize::from(
        width
            .min(MAX_SENTENCE_WIDTH)
            .saturating_sub(row::SIGN_WIDTH + 3),
    )
    .max(1);
    let mut entries = Vec::new();
    for (key, items) in groups {
        if items.is_empty() {
            continue;
        }
        entries.push(Entry::Heading(key, items.len()));
        for item in items {
            let sentence = item
                .terms()
                .map(|terms| scheme_text::sentence(model, item.unit(), terms))
                .unwrap_or_default();
            let mut rows: Vec<String> = text::wrap(&sentence, room)
                .into_iter()
                .map(str::to_owned)
                .collect();
            if rows.len() > MAX_SENTENCE_ROWS {
                rows.truncate(MAX_SENTENCE_ROWS);
                if let Some(last) = rows.last_mut() {
                    *last =
                        text::truncate(&format!("{last} {}", text::ELLIPSIS), room).into_owned();
                }
            }
            entries.push(Entry::Item(item, rows));
        }
    }
    entries
}

/// The list for the keys.
pub fn listing(model: &Model) -> Listing {
    let area = row::below_head(model.frame().body, false);
    let lines = entries(model, area.width)
        .iter()
        .map(|entry| match entry {
            Entry::Heading(..) => Line::HEADING,
            Entry::Item(item, rows) => {
                let rows = u16::try_from(rows.len()).unwrap_or(1);
                Line::item(item.id(), 1 + rows)
            }
        })
        .collect();
    Listing { lines, area }
}

/// What the cursor is on.
pub fn selected(model: &Model) -> Option<Item<'_>> {
    let id = model.list().id?;
    let width = model.frame().body.width;
    entries(model, width)
        .into_iter()
        .find_map(|entry| match entry {
            Entry::Item(item, _) if item.id() == id => Some(item),
            _ => None,
        })
}

/// Paints the screen.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let theme = model.theme;
    let area = row::below_head(body, false);
    let entries = entries(model, area.width);
    let lines = listing(model).lines;
    let title = model.strings.say("schemes-title");
    if entries.is_empty() {
        row::head(buffer, body, theme, (title, "", ""), &[]);
        report::absent(model, buffer, area, Place::SchemeTemplates);
        return;
    }
    let hidden = list::paint(
        buffer,
        area,
        theme,
        &lines,
        &model.list(),
        hits,
        |buffer, line| match &entries[line.place] {
            Entry::Heading(key, count) => {
                let words = format!("{} {} {count}", model.strings.say(key), theme.glyphs().dot);
                let role = match *key {
                    "schemes-on" => Role::Good,
                    "schemes-drafts" => Role::Warn,
                    _ => Role::Text,
                };
                row::heading(buffer, line.area, theme, &words, role);
            }
            Entry::Item(item, rows) => paint_item(model, buffer, *item, rows, line),
        },
    );
    let about = model.strings.say("schemes-about");
    row::head(buffer, body, theme, (title, about, &hidden), &[]);
}

fn paint_item(
    model: &Model,
    buffer: &mut Buffer,
    item: Item<'_>,
    rows: &[String],
    line: list::Painted,
) {
    let theme = model.theme;
    let glyphs = theme.glyphs();
    let say = |key: &str| model.strings.say(key).to_owned();
    let (sign, sign_role, name, state) = match item {
        Item::Scheme(scheme) => {
            let (sign, role) = match scheme.state {
                SchemeState::Published => (glyphs.live, Role::Good),
                SchemeState::Draft => (glyphs.pending, Role::Warn),
                SchemeState::Ended => (glyphs.lost, Role::Dim),
            };
            (sign, role, scheme.name.as_str(), state(model, scheme))
        }
        Item::Template(_, template) => (
            glyphs.lost,
            Role::Dim,
            template.name.as_str(),
            say("scheme-off"),
        ),
    };
    let lead = Lead {
        sign,
        sign_role,
        name,
        name_role: Role::Strong,
    };
    let fields = [
        Field::words(say(item.unit().name_key()), Role::Dim, 8),
        Field::words(say(item.system().name_key()), Role::Dim, 14),
        Field::words(state, sign_role, 34),
    ];
    row::paint(buffer, line.area, (theme, line.ground), lead, &fields);
    for (y, words) in (1..).zip(rows) {
        let below = Rect {
            y: line.area.y + y,
            height: u16::from(y < line.area.height),
            ..line.area
        };
        put(
            buffer,
            below,
            row::SIGN_WIDTH,
            0,
            words,
            theme.style(Role::Dim),
        );
    }
}

/// How far a scheme has come, with the version that holds and what is to come.
fn state(model: &Model, scheme: &Scheme) -> String {
    let strings = &model.strings;
    let mut parts = vec![strings.say(scheme.state.name_key()).to_owned()];
    if let Some(version) = scheme.versions.last() {
        let later = version.effective_us > model.now;
        let key = if later {
            "scheme-version-from"
        } else {
            "scheme-version"
        };
        let day = report::day(model, model.date_of(version.effective_us));
        parts.push(strings.tell(
            key,
            &[("number", version.number.into()), ("date", day.into())],
        ));
    }
    if scheme.state == SchemeState::Published && scheme.draft.is_some() {
        parts.push(strings.say("scheme-has-draft").to_owned());
    }
    parts.join(&format!(" {} ", model.theme.glyphs().dot))
}

/// From when a scheme holds if it is published now, in words.
pub(crate) fn effect_words(model: &Model, scheme: &Scheme) -> String {
    if scheme.versions.is_empty() {
        return model.strings.say("publish-at-once").to_owned();
    }
    let tomorrow = model.today().tomorrow().unwrap_or(model.today());
    let day = report::day(model, tomorrow);
    model
        .strings
        .tell("publish-tomorrow", &[("date", day.into())])
}

/// The rule that would be published, in words.
pub(crate) fn newest_words(model: &Model, scheme: &Scheme) -> String {
    scheme
        .newest()
        .map(|terms| scheme_text::sentence(model, scheme.unit, terms))
        .unwrap_or_default()
}

/// An amount in a scheme's unit.
pub(crate) fn amount(model: &Model, scheme_id: u64, amount: i64) -> String {
    let scheme = model.picture.schemes.get(&scheme_id);
    let unit = scheme.map_or(Unit::Points, |scheme| scheme.unit);
    words::amount(model, unit, amount)
}
