//! The inbox: what waits for a decision, and what there is to know.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Listing;
use super::alerts::since;
use super::board::message;
use super::{goals, report, reward_words as words};
use crate::attention::{Approval, ApprovalState, Message, NoticeKind, RewardNews, Subject};
use crate::hits::Hits;
use crate::incentive::Reward;
use crate::list::Line;
use crate::model::Model;
use crate::report::lens::Cycle;
use crate::text;
use crate::theme::Role;
use crate::widgets::row::{self, Field, Lead};
use crate::widgets::{list, put};

/// Most read messages listed; older ones are in the server's list.
const MAX_READ: usize = 200;
/// Rows of an item: what, and below it the rest.
const ITEM_HEIGHT: u16 = 2;
/// Cells of the time at the right.
const WHEN_WIDTH: u16 = 12;

/// Something in the inbox.
#[derive(Clone, Copy, Debug)]
pub enum Item<'a> {
    /// A request that waits for the person's decision.
    ToDecide(&'a Approval),
    /// A reward that waits for the person's approval.
    Reward(&'a Reward),
    /// The person's own request.
    Asked(&'a Approval),
    /// A message.
    Message(&'a Message),
}

impl Item<'_> {
    /// The list's id of it: all kinds are counted on their own.
    fn id(self) -> u64 {
        match self {
            Self::ToDecide(approval) | Self::Asked(approval) => approval.id * 3 + 1,
            Self::Message(message) => message.id * 3,
            Self::Reward(reward) => reward.id * 3 + 2,
        }
    }

    /// The deal it is about.
    pub fn deal(self, model: &Model) -> Option<u64> {
        match self {
            Self::ToDecide(approval) | Self::Asked(approval) => Some(approval.opportunity_id),
            Self::Reward(reward) => reward.cause.deal_id,
            Self::Message(message) => match message.subject? {
                Subject::Opportunity(id) => Some(id),
                Subject::Approval(id) => {
                    let approval = model.picture.attention.approvals.get(&id)?;
                    Some(approval.opportunity_id)
                }
                Subject::Goal(_) | Subject::Reward(_) | Subject::Scheme(_) => None,
            },
        }
    }
}

enum Entry<'a> {
    Heading(&'static str, usize),
    Item(Item<'a>),
}

fn entries(model: &Model) -> Vec<Entry<'_>> {
    let attention = &model.picture.attention;
    let pending = || {
        let approvals = attention.approvals.values();
        approvals.filter(|approval| approval.state == ApprovalState::Pending)
    };
    let to_decide = pending().filter(|approval| model.may_decide(approval));
    let asked = pending()
        .filter(|approval| model.me.is_some() && approval.requester_id == model.me)
        .filter(|approval| !model.may_decide(approval));
    let mine = || model.messages().rev();
    let groups = [
        (
            "inbox-to-decide",
            to_decide
                .map(Item::ToDecide)
                .chain(model.purse.awaiting.values().map(Item::Reward))
                .collect::<Vec<_>>(),
        ),
        (
            "inbox-unread",
            mine()
                .filter(|message| !message.read)
                .map(Item::Message)
                .collect(),
        ),
        ("inbox-asked", asked.map(Item::Asked).collect()),
        (
            "inbox-read",
            mine()
                .filter(|message| message.read)
                .take(MAX_READ)
                .map(Item::Message)
                .collect(),
        ),
    ];
    let mut entries = Vec::new();
    for (key, items) in groups {
        if !items.is_empty() {
            entries.push(Entry::Heading(key, items.len()));
            entries.extend(items.into_iter().map(Entry::Item));
        }
    }
    entries
}

/// The list for the keys.
pub fn listing(model: &Model) -> Listing {
    let lines = entries(model)
        .iter()
        .map(|entry| match entry {
            Entry::Heading(..) => Line::HEADING,
            Entry::Item(item) => Line::item(item.id(), ITEM_HEIGHT),
        })
        .collect();
    Listing {
        lines,
        area: row::below_head(model.frame().body, false),
    }
}

/// What the cursor is on.
pub fn selected(model: &Model) -> Option<Item<'_>> {
    let id = model.list().id?;
    entries(model).into_iter().find_map(|entry| match entry {
        Entry::Item(item) if item.id() == id => Some(item),
        _ => None,
    })
}

/// Paints the screen.
pub fn paint(model: &Model, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let theme = model.theme;
    let entries = entries(model);
    let lines = listing(model).lines;
    let area = row::below_head(body, false);
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
                let role = if *key == "inbox-to-decide" {
                    Role::Warn
                } else {
                    Role::Text
                };
                row::heading(buffer, line.area, theme, &words, role);
            }
            Entry::Item(item) => {
                let fresh = item.deal(model).is_some_and(|id| model.is_fresh(id));
                let line = line.tinted(buffer, theme, fresh);
                paint_item(model, buffer, *item, line);
            }
        },
    );
    let to_decide = model.to_decide() + model.purse.awaiting.len();
    let unread = model.unread();
    let about = model.strings.tell(
        "inbox-about",
        &[("decide", to_decide.into()), ("unread", unread.into())],
    );
    let title = model.strings.say("inbox-title");
    row::head(buffer, body, theme, (title, &about, &hidden), &[]);
    if entries.is_empty() && model.layers.is_empty() {
        let say = |key: &str| model.strings.say(key).to_owned();
        let lines = [
            (say("inbox-none"), Role::Strong),
            (String::new(), Role::Text),
            (say("inbox-none-why"), Role::Dim),
        ];
        message(model, buffer, area, &lines);
    }
}

fn paint_item(model: &Model, buffer: &mut Buffer, item: Item<'_>, line: list::Painted) {
    let theme = model.theme;
    let glyphs = theme.glyphs();
    let (sign, sign_role, first, second, time) = match item {
        Item::ToDecide(approval) => {
            let (first, second) = approval_words(model, approval, "inbox-asks");
            (
                glyphs.approaching,
                Role::Warn,
                first,
                second,
                approval.created_us,
            )
        }
        Item::Reward(reward) => {
            let amount = words::amount(model, reward.unit, reward.amount);
            let first = model.strings.tell(
                "inbox-reward",
                &[
                    ("amount", amount.into()),
                    ("who", words::who(model, Some(reward.member_id)).into()),
                    ("cause", words::cause(model, reward).into()),
                ],
            );
            let scheme = model.picture.scheme_name(reward.scheme_id).to_owned();
            (glyphs.reward, Role::Warn, first, scheme, reward.granted_us)
        }
        Item::Asked(approval) => {
            let (first, second) = approval_words(model, approval, "inbox-you-asked");
            (
                glyphs.pending,
                Role::Dim,
                first,
                second,
                approval.created_us,
            )
        }
        Item::Message(message) => {
            let (first, second) = message_words(model, message);
            let sign = if message.read { "" } else { glyphs.live };
            (sign, Role::Accent, first, second, message.created_us)
        }
    };
    let calm = matches!(item, Item::Message(message) if message.read);
    let lead = Lead {
        sign,
        sign_role,
        name: &first,
        name_role: match (line.selected, calm) {
            (true, _) => Role::Strong,
            (false, true) => Role::Dim,
            (false, false) => Role::Text,
        },
    };
    let when = [Field::figure(since(model, time), Role::Dim, WHEN_WIDTH)];
    row::paint(buffer, line.area, (theme, line.ground), lead, &when);
    let below = Rect {
        y: line.area.y + 1,
        height: line.area.height.saturating_sub(1),
        ..line.area
    };
    put(
        buffer,
        below,
        row::SIGN_WIDTH,
        0,
        &second,
        theme.style(Role::Dim),
    );
}

fn deal_name(model: &Model, id: u64) -> String {
    model
        .picture
        .board
        .card(id)
        .map_or_else(|| format!("O-{id}"), |card| card.name.clone())
}

fn stage_name(model: &Model, id: u64) -> String {
    let stage = model.picture.stage(id);
    stage.map(|stage| stage.name.clone()).unwrap_or_default()
}

fn money(model: &Model, minor: i64) -> String {
    text::money_short(minor.into(), model.minor_digits(), model.locale())
}

fn who(model: &Model, id: Option<u64>) -> String {
    match model.picture.member_name(id) {
        "" => model.strings.say("actor-unknown").to_owned(),
        name => name.to_owned(),
    }
}

fn approval_words(model: &Model, approval: &Approval, key: &str) -> (String, String) {
    let first = model.strings.tell(
        key,
        &[
            ("who", who(model, approval.requester_id).into()),
            ("deal", deal_name(model, approval.opportunity_id).into()),
            ("stage", stage_name(model, approval.stage_id).into()),
        ],
    );
    let amount = money(model, approval.amount_minor);
    let second = if approval.note.is_empty() {
        amount
    } else {
        format!("{amount} {} {}", model.theme.glyphs().dot, approval.note)
    };
    (first, second)
}

/// A message in a sentence, and what belongs to it.
fn message_words(model: &Model, message: &Message) -> (String, String) {
    let deal = match message.subject {
        Some(Subject::Opportunity(id)) => deal_name(model, id),
        Some(Subject::Approval(id)) => {
            let approval = model.picture.attention.approvals.get(&id);
            approval.map_or_else(String::new, |approval| {
                deal_name(model, approval.opportunity_id)
            })
        }
        _ => String::new(),
    };
    let actor = who(model, message.actor_id);
    let figure = |value: i64| match message.goal {
        Some(of) => goals::figure(model, of, value.into()),
        None => money(model, value),
    };
    let (value, compared) = (message.value.map(figure), message.compared_with.map(figure));
    let (value, compared) = (value.unwrap_or_default(), compared.unwrap_or_default());
    let first = match message.kind {
        NoticeKind::GoalReached(percent) => {
            let metric = message.goal.map(|of| of.metric.name_key());
            let key = if metric.is_some() {
                "message-goal-of"
            } else {
                "message-goal"
            };
            let metric = metric.map_or("", |key| model.strings.say(key));
            model.strings.tell(
                key,
                &[
                    ("percent", percent.into()),
                    ("metric", metric.into()),
                    ("who", report::who(model, message.goal_who).into()),
                ],
            )
        }
        NoticeKind::AmountAmended => model.strings.tell(
            "message-amended",
            &[("who", actor.into()), ("deal", deal.into())],
        ),
        NoticeKind::ApprovalRequested => model.strings.tell(
            "message-asked",
            &[("who", actor.into()), ("deal", deal.into())],
        ),
        NoticeKind::ApprovalDecided => {
            let key = if message.approved == Some(true) {
                "message-approved"
            } else {
                "message-refused"
            };
            model
                .strings
                .tell(key, &[("who", actor.into()), ("deal", deal.into())])
        }
        NoticeKind::ApprovalEnded => {
            let approval = match message.subject {
                Some(Subject::Approval(id)) => model.picture.attention.approvals.get(&id),
                _ => None,
            };
            let why = approval.map_or("", |approval| approval.end);
            model.strings.tell(
                "message-ended",
                &[("deal", deal.into()), ("why", why.into())],
            )
        }
        NoticeKind::Reward(news) => {
            let key = match news {
                RewardNews::Given => "message-reward-given",
                RewardNews::Decided if message.approved == Some(true) => "message-reward-approved",
                RewardNews::Decided => "message-reward-refused",
                RewardNews::Awaits => "message-reward-awaits",
                RewardNews::Unfunded => "message-reward-unfunded",
                RewardNews::Packet => "message-packet",
                RewardNews::Task => "message-task",
                RewardNews::Ranking => "message-ranking",
                RewardNews::TakenBack => "message-taken-back",
                RewardNews::Thanked => "message-thanked",
            };
            let scheme = match message.subject {
                Some(Subject::Scheme(id)) => model.picture.scheme_name(id),
                _ => "",
            };
            model
                .strings
                .tell(key, &[("who", actor.into()), ("scheme", scheme.into())])
        }
        NoticeKind::Digest => model.strings.say("message-digest").to_owned(),
        NoticeKind::DeliveryFailed => model.strings.say("message-undelivered").to_owned(),
        NoticeKind::Other => model.strings.say("message-other").to_owned(),
    };
    let figures = match message.kind {
        NoticeKind::AmountAmended if !compared.is_empty() => {
            format!("{compared} {} {value}", model.theme.glyphs().forward)
        }
        NoticeKind::GoalReached(_) if !compared.is_empty() => format!("{value} / {compared}"),
        _ => String::new(),
    };
    let cycle = Cycle::parse(&message.cycle).map_or_else(
        || message.cycle.clone(),
        |cycle| report::cycle(model, cycle, false),
    );
    let parts = [figures, cycle, message.text.clone()];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let dot = format!(" {} ", model.theme.glyphs().dot);
    (first, parts.join(&dot))
}
