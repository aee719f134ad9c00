//! My rewards: the wallet, what can be claimed and until when, what waits and why, packets to open, badges, what is over.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::board::message;
use super::{Listing, feed, report, reward_words as words};
use crate::hits::Hits;
use crate::incentive::{Badge, Balance, Packet, Reward, RewardState, SchemeState, Unit};
use crate::list::Line;
use crate::model::Model;
use crate::report::Place;
use crate::report::incentives::MyRewards;
use crate::scheme_text;
use crate::theme::Role;
use crate::widgets::row::{self, Field, Lead};
use crate::widgets::{big, cells, list, paragraph, put, put_right};

/// From this width on the team's feed stands beside one's own rewards.
const FEED_FROM: u16 = 120;
/// The team's feed has one part in so many of the screen, within these bounds in cells.
const FEED_PART: u16 = 3;
const FEED_WIDTH: (u16, u16) = (48, 76);
/// From this height of the screen on the wallet is written large.
const LARGE_FROM: u16 = 22;
/// Cells of an amount at the right.
const AMOUNT_WIDTH: u16 = 13;
/// The same on a narrow screen.
const NARROW_AMOUNT_WIDTH: u16 = 11;
/// Cells of how a reward ended: on a wide screen, and on another.
const STANDING_WIDTH: (u16, u16) = (28, 16);
/// From this width on every row has room for how it ended.
const WIDE_FROM: u16 = 100;
/// From this width on the rows of what is over have.
const STANDING_FROM: u16 = 64;
/// Schemes named where nothing has been earned yet.
const MAX_SENTENCES: usize = 3;

/// Something on the screen.
#[derive(Clone, Copy, Debug)]
pub enum Item<'a> {
    /// A reward, however far it has come.
    Reward(&'a Reward),
    /// A packet to open, or one that was opened.
    Packet(&'a Packet),
    /// A badge.
    Badge(&'a Badge),
}

impl Item<'_> {
    /// The list's id of it: each kind is counted on its own.
    const fn id(self) -> u64 {
        match self {
            Self::Reward(reward) => reward.id * 3,
            Self::Packet(packet) => packet.id * 3 + 1,
            Self::Badge(badge) => badge.id * 3 + 2,
        }
    }
}

enum Entry<'a> {
    Heading(&'static str, usize),
    Item(Item<'a>, u16),
}

fn entries(mine: &MyRewards) -> Vec<Entry<'_>> {
    fn items<'a, T>(all: &'a [T], item: impl Fn(&'a T) -> Item<'a>) -> Vec<Item<'a>> {
        all.iter().map(item).collect()
    }
    let mut past = items(&mine.history, Item::Reward);
    past.extend(items(&mine.opened, Item::Packet));
    past.sort_by_key(|item| {
        std::cmp::Reverse(match item {
            Item::Reward(reward) => reward.ended_us.unwrap_or(reward.granted_us),
            Item::Packet(packet) => packet.ended_us.unwrap_or(packet.sent_us),
            Item::Badge(badge) => badge.given_us,
        })
    });
    let groups = [
        ("rewards-to-claim", items(&mine.claimable, Item::Reward), 2),
        ("rewards-packets", items(&mine.packets, Item::Packet), 2),
        ("rewards-waiting", items(&mine.pending, Item::Reward), 2),
        ("rewards-badges", items(&mine.badges, Item::Badge), 1),
        ("rewards-history", past, 1),
    ];
    let mut entries = Vec::new();
    for (key, items, height) in groups {
        if !items.is_empty() {
            entries.push(Entry::Heading(key, items.len()));
            entries.extend(items.into_iter().map(|item| Entry::Item(item, height)));
        }
    }
    entries
}

/// Where the parts are.
struct Parts {
    wallet: Rect,
    list: Rect,
    feed: Option<Rect>,
}

fn parts(model: &Model, body: Rect) -> Parts {
    let feed_width = if body.width >= FEED_FROM {
        (body.width / FEED_PART).clamp(FEED_WIDTH.0, FEED_WIDTH.1)
    } else {
        0
    };
    let left = Rect {
        width: body.width - feed_width,
        ..body
    };
    let feed = (feed_width > 0).then_some(Rect {
        x: body.x + left.width,
        width: feed_width,
        ..body
    });
    let large = body.height >= LARGE_FROM && !model.theme.plain;
    let wanted = if large { big::HEIGHT + 3 } else { 2 };
    let height = wanted.min(body.height);
    Parts {
        wallet: Rect { height, ..left },
        list: Rect {
            y: left.y + height,
            height: left.height - height,
            ..left
        },
        feed,
    }
}

/// The list for the keys.
pub fn listing(model: &Model) -> Listing {
    let lines = model.reports.my_rewards().map_or_else(Vec::new, |mine| {
        entries(mine)
            .iter()
            .map(|entry| match entry {
                Entry::Heading(..) => Line::HEADING,
                Entry::Item(item, height) => Line::item(item.id(), *height),
            })
            .collect()
    });
    Listing {
        lines,
        area: parts(model, model.frame().body).list,
    }
}

/// What the cursor is on.
pub fn selected(model: &Model) -> Option<Item<'_>> {
    let id = model.list().id?;
    let entries = entries(model.reports.my_rewards()?);
    entries.into_iter().find_map(|entry| match entry {
        Entry::Item(item, _) if item.id() == id => Some(item),
        _ => None,
    })
}

/// The list's id of what can be claimed after a reward, else before it; none where it is the only one.
pub fn next_to_claim(model: &Model, reward: u64) -> Option<u64> {
    let claimable = &model.reports.my_rewards()?.claimable;
    let place = claimable.iter().position(|other| other.id == reward)?;
    let before = || claimable.get(place.checked_sub(1)?);
    let next = claimable.get(place + 1).or_else(before)?;
    Some(Item::Reward(next).id())
}

/// Paints the screen.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let parts = parts(model, body);
    let theme = model.theme;
    let name = model.strings.say("rewards-title");
    let who = words::who(model, model.me).to_owned();
    let title = if model.me.is_some() {
        vec![who]
    } else {
        Vec::new()
    };
    let wallet = report::plain_titled(model, buffer, parts.wallet, name, &title, Place::MyRewards);
    if let Some(area) = parts.feed {
        feed::panel(model, buffer, area);
    }
    let Some(mine) = model.reports.my_rewards() else {
        let rest = Rect {
            height: wallet.height + parts.list.height,
            ..wallet
        };
        report::absent(model, buffer, rest, Place::MyRewards);
        return;
    };
    if model.me.is_some() {
        self::wallet(model, buffer, wallet, mine);
    }
    let entries = entries(mine);
    if entries.is_empty() {
        empty(model, buffer, parts.list);
        return;
    }
    let lines = listing(model).lines;
    let hidden = list::paint(
        buffer,
        parts.list,
        theme,
        &lines,
        &model.list(),
        hits,
        |buffer, line| match &entries[line.place] {
            Entry::Heading(key, count) => {
                let words = format!("{} {} {count}", model.strings.say(key), theme.glyphs().dot);
                row::heading(buffer, line.area, theme, &words, heading_role(key));
            }
            Entry::Item(item, _) => paint_item(model, buffer, *item, line),
        },
    );
    put_right(
        buffer,
        Rect {
            height: 1,
            ..parts.list
        },
        1,
        0,
        &hidden,
        theme.style(Role::Dim),
    );
}

fn heading_role(key: &str) -> Role {
    match key {
        "rewards-to-claim" | "rewards-packets" => Role::Good,
        "rewards-waiting" => Role::Warn,
        _ => Role::Text,
    }
}

/// The wallet, large where there is room, and below it what else there is.
fn wallet(model: &Model, buffer: &mut Buffer, area: Rect, mine: &MyRewards) {
    let theme = model.theme;
    let nothing = [Balance::default()];
    let balances = match mine.own.balances.as_slice() {
        [] => &nothing[..],
        balances => balances,
    };
    let strong = theme.style(Role::Good).patch(theme.style(Role::Strong));
    if area.height <= big::HEIGHT {
        let mut x = 1;
        for balance in balances {
            let wallet = words::amount(model, balance.unit, balance.wallet);
            if x + cells(&wallet) + 1 > area.width {
                break;
            }
            x += put(buffer, area, x, 0, &wallet, strong) + 2;
            let rest = rest(model, balance);
            if x + cells(&rest) < area.width {
                x += put(buffer, area, x, 0, &rest, theme.style(Role::Dim)) + 3;
            }
        }
        return;
    }
    let width = area.width / u16::try_from(balances.len()).unwrap_or(1).max(1);
    for (place, balance) in (0..).zip(balances) {
        let part = Rect {
            x: area.x + (width * place + 1).min(area.width),
            width: width.saturating_sub(2).min(area.width),
            ..area
        };
        let figure = words::figure(model, balance.unit, balance.wallet.into());
        let unit = match balance.unit {
            Unit::Points => model.strings.say("point-unit"),
            Unit::Money => model.currency(),
        };
        if big::width(&figure) + cells(unit) + 2 <= part.width {
            let x = big::paint(buffer, part, &figure, strong);
            put(buffer, part, x + 1, big::HEIGHT - 1, unit, strong);
        } else {
            let words = words::amount(model, balance.unit, balance.wallet);
            put(buffer, part, 0, 1, &words, strong);
        }
        let rest = rest(model, balance);
        let below = Rect {
            y: part.y + big::HEIGHT.min(part.height),
            height: part.height.saturating_sub(big::HEIGHT),
            ..part
        };
        paragraph(buffer, below, &rest, theme.style(Role::Dim));
    }
}

/// What there is beside the wallet: to claim, waiting, earned this week, shared.
fn rest(model: &Model, balance: &Balance) -> String {
    let figure = |amount: i64| words::figure(model, balance.unit, amount.into());
    let mut parts = vec![("wallet-earned", balance.earned)];
    parts.extend([
        ("wallet-claimable", balance.claimable),
        ("wallet-pending", balance.pending),
        ("wallet-paid-out", balance.paid_out),
        ("wallet-received", balance.packets_received),
        ("wallet-sent", balance.packets_sent),
        ("wallet-expired", balance.expired),
    ]);
    let said = parts
        .into_iter()
        .filter(|(_, amount)| *amount != 0)
        .map(|(key, amount)| {
            model
                .strings
                .tell(key, &[("amount", figure(amount).into())])
        });
    let said: Vec<String> = said.collect();
    said.join(&format!(" {} ", model.theme.glyphs().dot))
}

fn empty(model: &Model, buffer: &mut Buffer, area: Rect) {
    let say = |key: &str| model.strings.say(key).to_owned();
    let mut lines = vec![
        (say("rewards-none"), Role::Strong),
        (String::new(), Role::Text),
    ];
    let schemes = model.picture.schemes.values();
    let on = schemes.filter(|scheme| scheme.state == SchemeState::Published);
    let sentences: Vec<String> = on
        .filter_map(|scheme| {
            let terms = &scheme.versions.last()?.terms;
            Some(scheme_text::sentence(model, scheme.unit, terms))
        })
        .take(MAX_SENTENCES)
        .collect();
    if model.me.is_none() {
        lines.push((say("rewards-no-member"), Role::Dim));
    } else if sentences.is_empty() {
        lines.push((say("rewards-no-schemes"), Role::Dim));
    } else {
        lines.push((say("rewards-how"), Role::Dim));
        lines.extend(sentences.into_iter().map(|words| (words, Role::Text)));
    }
    message(model, buffer, area, &lines);
}

fn paint_item(model: &Model, buffer: &mut Buffer, item: Item<'_>, line: list::Painted) {
    let theme = model.theme;
    let glyphs = theme.glyphs();
    let (sign, sign_role, name, amount, below) = match item {
        Item::Reward(reward) => {
            let (sign, role) = sign(model, reward);
            let own = match reward.state {
                RewardState::Reversed | RewardState::Unfunded => reward.amount,
                _ => reward.own_amount,
            };
            (
                sign,
                role,
                words::cause(model, reward),
                words::amount(model, reward.unit, own),
                self::below(model, reward),
            )
        }
        Item::Packet(packet) => {
            let from = [("who", words::who(model, Some(packet.giver_id)).into())];
            let sent = packet.ended_us.is_none();
            let left = words::left(model, packet.open_until_us)
                .unwrap_or_else(|| model.strings.say("just-now").to_owned());
            let below = model
                .strings
                .tell("packet-open-left", &[("age", left.into())]);
            let amount = if sent {
                // Nobody sees what is in it before it is opened.
                "?".to_owned()
            } else {
                words::amount(model, packet.unit, packet.amount)
            };
            (
                glyphs.packet,
                if sent { Role::Good } else { Role::Dim },
                model.strings.tell("packet-from", &from),
                amount,
                below,
            )
        }
        Item::Badge(badge) => {
            let name = model.strings.say(badge.kind.name_key()).to_owned();
            let name = match badge.giver_id {
                Some(giver) => {
                    let who = words::who(model, Some(giver));
                    format!("{name} {} {who}: {}", glyphs.dot, badge.reason)
                }
                None => name,
            };
            let day = report::day(model, model.date_of(badge.given_us));
            (glyphs.badge, Role::Warn, name, day, String::new())
        }
    };
    let tall = line.area.height > 1;
    let lead = Lead {
        sign,
        sign_role,
        name: &name,
        name_role: if tall { Role::Strong } else { Role::Text },
    };
    let mut fields = Vec::new();
    let wide = line.area.width >= WIDE_FROM;
    if wide || !tall && line.area.width >= STANDING_FROM {
        let standing = match item {
            Item::Reward(reward) if !tall => words::standing(model, reward),
            _ => String::new(),
        };
        let (long, short) = STANDING_WIDTH;
        let width = if wide { long } else { short };
        fields.push(Field::words(standing, Role::Dim, width));
    }
    let role = match item {
        Item::Badge(_) => Role::Dim,
        _ if tall => Role::Good,
        _ => Role::Text,
    };
    let width = if line.area.width >= STANDING_FROM {
        AMOUNT_WIDTH
    } else {
        NARROW_AMOUNT_WIDTH
    };
    fields.push(Field::figure(amount, role, width));
    row::paint(buffer, line.area, (theme, line.ground), lead, &fields);
    if tall {
        let second = Rect {
            y: line.area.y + 1,
            height: 1,
            ..line.area
        };
        put(
            buffer,
            second,
            row::SIGN_WIDTH,
            0,
            &below,
            theme.style(Role::Dim),
        );
    }
}

/// The sign of a reward, by how far it has come.
pub(super) fn sign(model: &Model, reward: &Reward) -> (&'static str, Role) {
    let glyphs = model.theme.glyphs();
    match reward.state {
        RewardState::Claimable => (glyphs.reward, Role::Good),
        RewardState::Pending => (glyphs.approaching, Role::Warn),
        RewardState::Claimed => (glyphs.done, Role::Dim),
        RewardState::Expired => (glyphs.lost, Role::Dim),
        RewardState::Reversed => (glyphs.reopened, Role::Bad),
        RewardState::Unfunded => (glyphs.wrong, Role::Bad),
    }
}

/// What stands below a reward's name: until when, or why it waits; what was shared; under which scheme.
fn below(model: &Model, reward: &Reward) -> String {
    let mut parts = vec![words::standing(model, reward)];
    if let Some(split) = &reward.split {
        let shared = words::amount(model, reward.unit, split.amount);
        parts.push(model.strings.tell(
            "toast-shared",
            &[("amount", shared.into()), ("count", split.packets.into())],
        ));
    }
    let scheme = model.picture.scheme_name(reward.scheme_id);
    if !scheme.is_empty() {
        parts.push(scheme.to_owned());
    }
    parts.join(&format!(" {} ", model.theme.glyphs().dot))
}
