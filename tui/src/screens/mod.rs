//! Painting of whole screens: the model in, cells and hits out.

pub mod alerts;
mod badge;
pub mod board;
pub mod changes;
pub mod customer;
pub mod digest;
pub mod drill;
pub mod fairness;
pub mod feed;
pub mod first_run;
pub mod forecast;
pub mod funnel;
pub mod goals;
pub mod inbox;
pub mod leaderboard;
pub mod next_actions;
pub mod opportunity;
pub mod rehearsal;
mod report;
pub mod reward_list;
pub mod reward_statistics;
pub(crate) mod reward_words;
pub mod rewards;
pub mod schemes;
mod story;
pub mod wall;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::command;
use crate::hits::{Hits, Target};
use crate::keymap::{Context, shown};
use crate::layer::Layer;
use crate::layers;
use crate::live::Sum;
use crate::model::{Link, Model, SECOND_US, Screen, Severity};
use crate::text;
use crate::theme::Role;
use crate::update::hit_count;
use crate::widgets::{cells, put, put_right};

/// Most lines one notice takes.
const MAX_NOTICE_LINES: usize = 3;
/// Widest notice.
const MAX_NOTICE_WIDTH: u16 = 100;

/// What a screen that is a list shows: update and view ask the same, so that both agree on what is selected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Its lines, headings among them.
    pub lines: Vec<crate::list::Line>,
    /// Where they are painted.
    pub area: Rect,
}

/// The list on the screen; none when the screen is another sort of thing.
pub fn listing(model: &Model) -> Option<Listing> {
    match model.screen {
        Screen::Alerts => Some(alerts::listing(model)),
        Screen::NextActions => Some(next_actions::listing(model)),
        Screen::Inbox => Some(inbox::listing(model)),
        Screen::Drill => Some(drill::listing(model)),
        Screen::Changes => Some(changes::listing(model)),
        Screen::Leaderboard => Some(leaderboard::listing(model)),
        Screen::Rewards => Some(rewards::listing(model)),
        Screen::TeamFeed => Some(feed::listing(model)),
        Screen::Schemes => Some(schemes::listing(model)),
        Screen::Rehearsal => Some(rehearsal::listing(model)),
        Screen::RewardStatistics => Some(reward_statistics::listing(model)),
        Screen::Fairness => Some(fairness::listing(model)),
        Screen::RewardList => Some(reward_list::listing(model)),

        Screen::Board
        | Screen::Opportunity(_)
        | Screen::Customer(_)
        | Screen::Funnel
        | Screen::Forecast
        | Screen::Goals
        | Screen::Digest
        | Screen::FirstRun => None,
    }
}

/// An instant in words.
pub(crate) fn instant_words(model: &Model, at: i64) -> String {
    report::instant(model, at)
}

/// A cycle in words.
pub(crate) fn cycle_words(model: &Model, cycle: crate::report::lens::Cycle) -> String {
    report::cycle(model, cycle, false)
}

/// Whose, in words.
pub(crate) fn who_words(model: &Model, who: crate::report::Who) -> &str {
    report::who(model, who)
}

/// Paints everything and says what is where.
pub fn view(model: &Model, frame: &mut Frame<'_>) -> Hits {
    let area = frame.area();
    paint(model, frame.buffer_mut(), area)
}

/// Paints everything into a buffer.
pub fn paint(model: &Model, buffer: &mut Buffer, area: Rect) -> Hits {
    let mut hits = Hits::default();
    // What the terminal has now, which may be newer than the last resize message.
    let parts = crate::layout::frame(area, model.banner_needed());
    if model.wall.is_some() {
        wall::paint(model, buffer, area);
        return hits;
    }
    if parts.summary {
        summary(model, buffer, area);
        return hits;
    }
    header(model, buffer, parts.header, &mut hits);
    if parts.banner.height > 0 {
        banner(model, buffer, parts.banner);
    }
    match model.screen {
        Screen::Board => board::paint(model, buffer, parts.body, &mut hits),
        Screen::Opportunity(id) => opportunity::paint(model, buffer, parts.body, id),
        Screen::Customer(id) => customer::paint(model, buffer, parts.body, id),
        Screen::NextActions => next_actions::paint(model, buffer, parts.body, &mut hits),
        Screen::Alerts => alerts::paint(model, buffer, parts.body, &mut hits),
        Screen::Inbox => inbox::paint(model, buffer, parts.body, &mut hits),
        Screen::Funnel => funnel::paint(model, buffer, parts.body, &mut hits),
        Screen::Drill => drill::paint(model, buffer, parts.body, &mut hits),
        Screen::Forecast => forecast::paint(model, buffer, parts.body, &mut hits),
        Screen::Goals => goals::paint(model, buffer, parts.body, &mut hits),
        Screen::Leaderboard => leaderboard::paint(model, buffer, parts.body, &mut hits),
        Screen::Digest => digest::paint(model, buffer, parts.body, &mut hits),
        Screen::Changes => changes::paint(model, buffer, parts.body, &mut hits),
        Screen::Rewards => rewards::paint(model, buffer, parts.body, &mut hits),
        Screen::TeamFeed => feed::paint(model, buffer, parts.body, &mut hits),
        Screen::Schemes => schemes::paint(model, buffer, parts.body, &mut hits),
        Screen::Rehearsal => rehearsal::paint(model, buffer, parts.body, &mut hits),
        Screen::RewardStatistics => reward_statistics::paint(model, buffer, parts.body, &mut hits),
        Screen::Fairness => fairness::paint(model, buffer, parts.body, &mut hits),
        Screen::RewardList => reward_list::paint(model, buffer, parts.body, &mut hits),

        Screen::FirstRun => first_run::paint(model, buffer, parts.body, &mut hits),
    }
    if model.link_is_down() {
        // What is shown is old.
        let old = model.theme.style(Role::Stale);
        buffer.set_style(parts.body.intersection(buffer.area), old);
    }
    match model.layers.last() {
        Some(Layer::Filter(line)) => layers::filter::paint(model, buffer, parts.footer, line),
        _ => footer(model, buffer, parts.footer, &mut hits),
    }
    notices(model, buffer, parts.body);
    for layer in &model.layers {
        layers::paint(model, buffer, area, layer, &mut hits);
    }
    if model.layers.is_empty() && model.which_key_shown() {
        layers::which_key::paint(model, buffer, parts.body, &mut hits);
    }
    hits
}

/// The name of the workspace, or of the product before it has one.
fn title(model: &Model) -> &str {
    model
        .picture
        .workspace
        .as_ref()
        .map_or("", |workspace| workspace.name.as_str())
}

fn link_words(model: &Model) -> (String, Role) {
    let glyphs = model.theme.glyphs();
    match &model.link {
        Link::Connecting => (
            format!("{} {}", glyphs.lost, model.strings.say("link-connecting")),
            Role::Warn,
        ),
        Link::Live => (
            format!("{} {}", glyphs.live, model.strings.say("link-live")),
            Role::Good,
        ),
        Link::Lost { .. } => (
            format!("{} {}", glyphs.lost, model.strings.say("link-lost")),
            Role::Bad,
        ),
        Link::Stopped { .. } => (
            format!("{} {}", glyphs.lost, model.strings.say("link-stopped")),
            Role::Bad,
        ),
    }
}

fn header(model: &Model, buffer: &mut Buffer, area: Rect, hits: &mut Hits) {
    let theme = model.theme;
    let mut right = area.width;
    let revision = match model.last_commit.filter(|_| model.loaded) {
        Some(time) => {
            let age = text::age((model.now - time) / SECOND_US, model.locale());
            let age = if model.now - time < 60 * SECOND_US {
                model.strings.say("just-now").to_owned()
            } else {
                age
            };
            format!("r{} {} {age}", model.revision, theme.glyphs().dot)
        }
        None if model.loaded => format!("r{}", model.revision),
        None => String::new(),
    };
    if !revision.is_empty() && area.width >= 60 {
        right = put_right(buffer, area, 1, 0, &revision, theme.style(Role::Dim)).saturating_sub(2);
    }
    let (link, role) = link_words(model);
    let margin = (area.width - right).max(1);
    right = put_right(buffer, area, margin, 0, &link, theme.style(role));
    if model.screen != Screen::FirstRun {
        for (words, role, command) in badge::parts(model, area.width).into_iter().rev() {
            let margin = area.width.saturating_sub(right) + 2;
            right = put_right(buffer, area, margin, 0, &words, theme.style(role));
            let chip = part(area, right, cells(&words));
            hits.add(chip, Target::Command(command));
        }
    }
    if let Some(words) = board::selected_deals(model) {
        let margin = area.width.saturating_sub(right) + 2;
        let style = theme.style(Role::Accent).patch(theme.style(Role::Strong));
        right = put_right(buffer, area, margin, 0, &words, style);
    }
    if let Some(shown) = board::shown_stages(model, area.width) {
        let margin = area.width.saturating_sub(right) + 2;
        right = put_right(buffer, area, margin, 0, &shown, theme.style(Role::Accent));
        // Its halves page to the left and to the right.
        let width = cells(&shown);
        let page = isize::try_from(model.columns().shown.len()).unwrap_or(1);
        hits.add(part(area, right, width / 2), Target::Step(-page));
        hits.add(
            part(area, right + width / 2, width - width / 2),
            Target::Step(page),
        );
    }
    let left = Rect {
        width: right.saturating_sub(2),
        ..area
    };
    let mut x = 1 + put(
        buffer,
        left,
        1,
        0,
        model.strings.say("product"),
        theme.style(Role::Accent).patch(theme.style(Role::Strong)),
    );
    let mut add = |buffer: &mut Buffer, words: &str, role: Role, gap: u16| {
        if !words.is_empty() && x + gap + 4 < left.width {
            x += gap;
            x += put(buffer, left, x, 0, words, theme.style(role));
        }
        x
    };
    if model.demo {
        add(buffer, model.strings.say("demo-mark"), Role::Warn, 1);
    }
    let product = add(buffer, title(model), Role::Strong, 2);
    let home = Target::Command(command::Command::GoBoard);
    hits.add(part(area, 0, product), home);
    if let Some(pipeline) = model
        .pipeline()
        .filter(|_| model.screen != Screen::FirstRun)
    {
        let x = add(buffer, &format!("› {}", pipeline.name), Role::Text, 1);
        let pipelines = Target::Command(command::Command::Pipelines);
        hits.add(part(area, product, x - product), pipelines);
        let total = model.picture.open_total(pipeline);
        let course = model.course_sign(Sum::Pipeline(pipeline.id));
        let course = course.map_or("", |(sign, _)| sign);
        let (digits, locale) = (model.minor_digits(), model.locale());
        let words = match &model.filter {
            Some(filter) => model.strings.tell(
                "header-filter",
                &[
                    ("filter", filter.text.as_str().into()),
                    ("count", hit_count(model).into()),
                ],
            ),
            None => model.strings.tell(
                "header-total",
                &[
                    ("count", total.count.into()),
                    (
                        "amount",
                        text::money_short(total.amount_minor, digits, locale).into(),
                    ),
                    (
                        "weighted",
                        (text::money_short(total.weighted_minor, digits, locale) + course).into(),
                    ),
                    ("currency", model.currency().into()),
                ],
            ),
        };
        if model.filter.is_some() || x + 3 + cells(&words) < left.width {
            let (role, command) = if model.filter.is_some() {
                (Role::Accent, command::Command::Filter)
            } else {
                (Role::Dim, command::Command::GoForecast)
            };
            let used = put(buffer, left, x + 3, 0, &words, theme.style(role));
            hits.add(part(area, x + 3, used), Target::Command(command));
        }
    }
}

/// Some cells of a line.
fn part(line: Rect, x: u16, width: u16) -> Rect {
    Rect {
        x: line.x.saturating_add(x),
        width,
        ..line
    }
    .intersection(line)
}

fn banner(model: &Model, buffer: &mut Buffer, area: Rect) {
    let style = model.theme.style(Role::Banner);
    buffer.set_style(area.intersection(buffer.area), style);
    if let Some(at) = model.past_on_board() {
        // Nobody may take the past for the present; that the link is gone stands in the header.
        let time = [("time", report::instant(model, at).into())];
        let long = format!("! {}", model.strings.tell("as-of-board", &time));
        let short = || format!("! {}", model.strings.tell("as-of-board-short", &time));
        let words = if cells(&long) + 2 <= area.width {
            long
        } else {
            short()
        };
        put(buffer, area, 1, 0, &words, style);
        return;
    }
    let words = match &model.link {
        Link::Lost { since, reason } => {
            let age = text::age((model.now - since) / SECOND_US, model.locale());
            let key = if area.width >= 100 {
                "banner-lost-long"
            } else {
                "banner-lost"
            };
            model.strings.tell(
                key,
                &[("age", age.into()), ("reason", reason.as_str().into())],
            )
        }
        Link::Stopped { reason } => model
            .strings
            .tell("banner-stopped", &[("reason", reason.as_str().into())]),
        Link::Connecting | Link::Live => return,
    };
    put(buffer, area, 1, 0, &words, style);
}

/// The verbs that help most here, with their keys.
fn footer(model: &Model, buffer: &mut Buffer, area: Rect, hits: &mut Hits) {
    let theme = model.theme;
    if model.dragged().is_some() {
        let words = model.strings.say("drag-keys");
        put(buffer, area, 1, 0, words, theme.style(Role::Accent));
        return;
    }
    let context = Context::of(model.screen);
    let mut rows: Vec<_> = command::available(model)
        .filter(|row| row.is_in_footer(context))
        .collect();
    rows.sort_by_key(|row| row.footer);
    // Help stays, however narrow it is.
    let help = rows
        .iter()
        .position(|row| row.command == command::Command::Help)
        .map(|place| rows.remove(place));
    let mut typed: String = model
        .typed
        .count
        .map(|count| count.to_string())
        .unwrap_or_default();
    if !model.typed.keys.is_empty() {
        typed.push('…');
    }
    let mut right = area.width;
    if !typed.is_empty() {
        right = put_right(buffer, area, 1, 0, &typed, theme.style(Role::Accent)).saturating_sub(1);
    }
    let help_width = help.map_or(0, |row| entry_width(model, row, context) + 2);
    let mut x = 1;
    for row in rows {
        let width = entry_width(model, row, context);
        if x + width + 2 + help_width > right {
            continue;
        }
        footer_entry(model, buffer, area, x, row, context, hits);
        x += width + 2;
    }
    if let Some(row) = help {
        footer_entry(
            model,
            buffer,
            Rect {
                width: right.min(area.width),
                ..area
            },
            x,
            row,
            context,
            hits,
        );
    }
}

fn entry_width(model: &Model, row: &command::Row, context: Context) -> u16 {
    let key = model.config.keymap.key(context, row.command);
    cells(&shown(key)) + 1 + cells(row.short(model))
}

fn footer_entry(
    model: &Model,
    buffer: &mut Buffer,
    area: Rect,
    x: u16,
    row: &command::Row,
    context: Context,
    hits: &mut Hits,
) {
    let theme = model.theme;
    let key = shown(model.config.keymap.key(context, row.command));
    let bold = theme.style(Role::Accent).patch(theme.style(Role::Strong));
    let after = x + put(buffer, area, x, 0, &key, bold) + 1;
    let end = after
        + put(
            buffer,
            area,
            after,
            0,
            row.short(model),
            theme.style(Role::Dim),
        );
    let place = Rect {
        x: area.x + x.min(area.width),
        width: end.min(area.width).saturating_sub(x),
        ..area
    };
    hits.add(place, Target::Command(row.command));
}

/// News stand above the footer, the newest lowest.
fn notices(model: &Model, buffer: &mut Buffer, body: Rect) {
    let theme = model.theme;
    let glyphs = theme.glyphs();
    let width = body.width.min(MAX_NOTICE_WIDTH);
    let mut bottom = body.bottom();
    for notice in model.notices.iter().rev() {
        let (sign, role) = match notice.severity {
            Severity::Good => (glyphs.done, Role::Good),
            Severity::Info => (glyphs.dot, Role::Accent),
            Severity::Problem => (glyphs.wrong, Role::Bad),
        };
        let room = usize::from(width.saturating_sub(5));
        let lines = text::wrap(&notice.text, room);
        let longest = lines.iter().map(|line| cells(line)).max().unwrap_or(0);
        let shown = lines.len().min(MAX_NOTICE_LINES);
        let height = u16::try_from(shown).unwrap_or(1);
        if bottom < body.y + height || width < 6 {
            return;
        }
        let area = Rect {
            x: body.right() - (longest + 5).min(width),
            y: bottom - height,
            width: (longest + 5).min(width),
            height,
        };
        ratatui::widgets::Widget::render(
            ratatui::widgets::Clear,
            area.intersection(buffer.area),
            buffer,
        );
        let ground = theme.style(Role::Selected);
        buffer.set_style(area.intersection(buffer.area), ground);
        put(
            buffer,
            area,
            1,
            0,
            sign,
            ground
                .patch(theme.style(role))
                .patch(theme.style(Role::Strong)),
        );
        for (y, line) in lines.iter().take(shown).enumerate() {
            let last = y + 1 == shown && lines.len() > shown;
            let words = if last {
                format!("{line} …")
            } else {
                (*line).to_owned()
            };
            put(
                buffer,
                area,
                3,
                u16::try_from(y).unwrap_or(0),
                &words,
                ground,
            );
        }
        bottom = area.y;
    }
}

/// All that fits into a few cells: how many deals, how much, and the selected one.
fn summary(model: &Model, buffer: &mut Buffer, area: Rect) {
    let theme = model.theme;
    let (link, role) = link_words(model);
    let sign: String = link.chars().take(1).collect();
    let x = put(buffer, area, 0, 0, &sign, theme.style(role)) + 1;
    let Some(pipeline) = model.pipeline() else {
        put(
            buffer,
            area,
            x,
            0,
            model.strings.say("product"),
            theme.style(Role::Strong),
        );
        return;
    };
    let total = model.picture.open_total(pipeline);
    let amount = text::money_short(total.amount_minor, model.minor_digits(), model.locale());
    let words = model.strings.tell(
        "summary",
        &[("count", total.count.into()), ("amount", amount.into())],
    );
    put(buffer, area, x, 0, &words, theme.style(Role::Strong));
    if let Some(card) = model.selected() {
        put(buffer, area, 0, 1, &card.name, theme.style(Role::Text));
        let stage = model
            .picture
            .stage(card.stage_id)
            .map_or("", |stage| stage.name.as_str());
        let amount = text::money_short(
            card.amount_minor.into(),
            model.minor_digits(),
            model.locale(),
        );
        put(
            buffer,
            area,
            0,
            2,
            &format!("{amount} {stage}"),
            theme.style(Role::Dim),
        );
    }
}
