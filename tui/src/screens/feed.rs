//! The team's feed: wins, rewards, opened packets, badges and thanks, the newest first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::board::message;
use super::{Listing, report, reward_words as words};
use crate::hits::Hits;
use crate::incentive::{Badge, Packet, PacketState, Reward, RewardState};
use crate::list::Line;
use crate::model::{DAY_US, Model};
use crate::record::{Card, Micros, SECOND_US, StageKind};
use crate::report::Place;
use crate::text;
use crate::theme::Role;
use crate::widgets::row::{self, Field, Lead};
use crate::widgets::{bar, list, put, put_right};

/// Wins older than this are no news.
const WINS_US: Micros = 30 * DAY_US;
/// Most wins listed.
const MAX_WINS: usize = 60;
/// Most things listed.
const MAX_THINGS: usize = 200;
/// Cells of an amount.
const AMOUNT_WIDTH: u16 = 12;

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub enum Thing<'a> {
    /// A deal was won.
    Win(&'a Card),
    /// A reward was granted.
    Reward(&'a Reward),
    /// A packet was opened.
    Packet(&'a Packet),
    /// A badge was given.
    Badge(&'a Badge),
}

impl Thing<'_> {
    fn at(&self) -> Micros {
        match self {
            Self::Win(card) => card.stage_entered_us,
            Self::Reward(reward) => reward.granted_us,
            Self::Packet(packet) => packet.ended_us.unwrap_or(packet.sent_us),
            Self::Badge(badge) => badge.given_us,
        }
    }

    const fn id(&self) -> u64 {
        match self {
            Self::Win(card) => card.id * 4,
            Self::Reward(reward) => reward.id * 4 + 1,
            Self::Packet(packet) => packet.id * 4 + 2,
            Self::Badge(badge) => badge.id * 4 + 3,
        }
    }
}

/// Deals won lately, the newest first. Won columns are sorted so: only their first cards are looked at, however many there are.
pub fn wins(model: &Model) -> Vec<&Card> {
    let pipelines = model.picture.pipelines.values();
    let stages = pipelines.flat_map(|pipeline| &pipeline.stages);
    let mut wins: Vec<&Card> = stages
        .filter(|stage| stage.kind == StageKind::Won)
        .flat_map(|stage| {
            let cards = model.picture.board.all_from(stage.id, 0);
            cards
                .take(MAX_WINS)
                .take_while(|card| card.stage_entered_us > model.now - WINS_US)
        })
        .collect();
    wins.sort_by_key(|card| (std::cmp::Reverse(card.stage_entered_us), card.id));
    wins.truncate(MAX_WINS);
    wins
}

/// What happened, the newest first.
pub fn things(model: &Model) -> Vec<Thing<'_>> {
    let mut things: Vec<Thing<'_>> = wins(model).into_iter().map(Thing::Win).collect();
    if let Some(feed) = model.reports.team_feed() {
        let stands = |reward: &&Reward| {
            !matches!(reward.state, RewardState::Reversed | RewardState::Unfunded)
        };
        things.extend(feed.rewards.iter().filter(stands).map(Thing::Reward));
        let opened = |packet: &&Packet| packet.state == PacketState::Opened;
        things.extend(feed.packets.iter().filter(opened).map(Thing::Packet));
        things.extend(feed.badges.iter().map(Thing::Badge));
    }
    things.sort_by_key(|thing| (std::cmp::Reverse(thing.at()), thing.id()));
    things.truncate(MAX_THINGS);
    things
}

/// The list for the keys.
pub fn listing(model: &Model) -> Listing {
    let lines = things(model)
        .iter()
        .map(|thing| Line::item(thing.id(), 1))
        .collect();
    let body = model.frame().body;
    let height = 1.min(body.height);
    Listing {
        lines,
        area: Rect {
            y: body.y + height,
            height: body.height - height,
            ..body
        },
    }
}

/// What the cursor is on.
pub fn selected(model: &Model) -> Option<Thing<'_>> {
    let id = model.list().id?;
    things(model).into_iter().find(|thing| thing.id() == id)
}

/// Paints the screen.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let name = model.strings.say("feed-title");
    let about = [model.strings.say("feed-about").to_owned()];
    let rest = report::plain_titled(model, buffer, body, name, &about, Place::TeamFeed);
    let things = things(model);
    if things.is_empty() {
        if model.reports.team_feed().is_none() {
            report::absent(model, buffer, rest, Place::TeamFeed);
        } else {
            none(model, buffer, rest);
        }
        return;
    }
    let lines = listing(model).lines;
    let hidden = list::paint(
        buffer,
        rest,
        model.theme,
        &lines,
        &model.list(),
        hits,
        |buffer, line| {
            let thing = &things[line.place];
            let fresh = matches!(thing, Thing::Win(card) if model.is_fresh(card.id));
            let line = line.tinted(buffer, model.theme, fresh);
            paint_thing(model, buffer, thing, line.area, line.ground);
        },
    );
    // Beside how old it is there is room for how much is hidden only on the last line's right.
    let last = Rect {
        y: rest.bottom().saturating_sub(1),
        height: 1.min(rest.height),
        ..rest
    };
    put_right(buffer, last, 1, 0, &hidden, model.theme.style(Role::Dim));
}

fn none(model: &Model, buffer: &mut Buffer, area: Rect) {
    let say = |key: &str| model.strings.say(key).to_owned();
    let lines = [
        (say("feed-none"), Role::Strong),
        (String::new(), Role::Text),
        (say("feed-none-how"), Role::Dim),
    ];
    message(model, buffer, area, &lines);
}

/// Paints the newest things beside another screen.
pub fn panel(model: &Model, buffer: &mut Buffer, area: Rect) {
    let theme = model.theme;
    bar(
        buffer,
        area,
        0,
        theme.glyphs().bar,
        theme.style(Role::Faint),
    );
    let inner = Rect {
        x: area.x + 2.min(area.width),
        width: area.width.saturating_sub(3),
        ..area
    };
    let strong = theme.style(Role::Accent).patch(theme.style(Role::Strong));
    put(buffer, inner, 0, 0, model.strings.say("feed-title"), strong);
    let things = things(model);
    if things.is_empty() {
        let words = model.strings.say("feed-none");
        put(buffer, inner, 0, 2, words, theme.style(Role::Dim));
    }
    let rows = inner.height.saturating_sub(2);
    for (y, thing) in (0..rows).zip(&things) {
        let line = Rect {
            y: inner.y + 2 + y,
            height: 1,
            ..inner
        };
        paint_thing(model, buffer, thing, line, ratatui::style::Style::new());
    }
}

fn paint_thing(
    model: &Model,
    buffer: &mut Buffer,
    thing: &Thing<'_>,
    area: Rect,
    ground: ratatui::style::Style,
) {
    let theme = model.theme;
    let glyphs = theme.glyphs();
    let who = |id: Option<u64>| words::who(model, id);
    let (sign, sign_role, name, amount) = match thing {
        Thing::Win(card) => {
            let amount = words::amount(model, crate::incentive::Unit::Money, card.amount_minor);
            let name = model.strings.tell(
                "feed-win",
                &[
                    ("who", who(card.owner_id).into()),
                    ("name", card.name.as_str().into()),
                ],
            );
            (glyphs.done, Role::Good, name, amount)
        }
        Thing::Reward(reward) => {
            let name = model.strings.tell(
                "feed-reward",
                &[
                    ("who", who(Some(reward.member_id)).into()),
                    ("cause", words::cause(model, reward).into()),
                ],
            );
            let amount = format!("+{}", words::amount(model, reward.unit, reward.amount));
            (glyphs.reward, Role::Accent, name, amount)
        }
        Thing::Packet(packet) => {
            let name = model.strings.tell(
                "feed-packet",
                &[
                    ("who", who(Some(packet.receiver_id)).into()),
                    ("from", who(Some(packet.giver_id)).into()),
                ],
            );
            let amount = format!("+{}", words::amount(model, packet.unit, packet.amount));
            (glyphs.packet, Role::Accent, name, amount)
        }
        Thing::Badge(badge) => {
            let name = match badge.giver_id {
                Some(giver) => model.strings.tell(
                    "feed-thanks",
                    &[
                        ("who", who(Some(giver)).into()),
                        ("whom", who(Some(badge.member_id)).into()),
                        ("reason", badge.reason.as_str().into()),
                    ],
                ),
                None => model.strings.tell(
                    "feed-badge",
                    &[
                        ("who", who(Some(badge.member_id)).into()),
                        ("name", model.strings.say(badge.kind.name_key()).into()),
                    ],
                ),
            };
            (glyphs.badge, Role::Warn, name, String::new())
        }
    };
    let age = text::age((model.now - thing.at()) / SECOND_US, model.locale());
    let lead = Lead {
        sign,
        sign_role,
        name: &name,
        name_role: Role::Text,
    };
    let fields = [
        Field::figure(age, Role::Dim, 4),
        Field::figure(amount, Role::Text, AMOUNT_WIDTH),
    ];
    row::paint(buffer, area, (theme, ground), lead, &fields);
}
