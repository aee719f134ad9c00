//! A small sales team on a screen without a terminal: what the screen tests start from.
#![allow(clippy::unwrap_used, clippy::expect_used, dead_code, missing_docs)]

use crossterm::event::{KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use sluice::attention::{Alert, AlertState, Approval, ApprovalState, Message, NoticeKind, Subject};
use sluice::keymap::Key;
use sluice::memory::Memory;
use sluice::message::{Msg, ServerFact};
use sluice::model::{
    Calendar, Card, Contact, Customer, DAY_US, Effect, Level, Member, MemberRole, Micros, Model,
    Pipeline, Resource, Site, Stage, StageKind, Start, Team, Workspace,
};
use sluice::screens;
use sluice::strings::Language;
use sluice::theme::Look;
use sluice::update::update;

/// Wednesday, 4 March 2026, 10:00 UTC.
pub const NOW: Micros = 1_772_618_400_000_000;

pub const STAGES: [(&str, &str, StageKind, u32, i64); 7] = [
    ("New", "新建", StageKind::Open, 1_000, 14),
    ("Qualified", "需求明确", StageKind::Open, 3_000, 14),
    ("Solution", "方案验证", StageKind::Open, 5_000, 10),
    ("Proposal", "立项汇报", StageKind::Open, 7_000, 10),
    ("Negotiation", "商务采购", StageKind::Open, 9_000, 10),
    ("Won", "成交", StageKind::Won, 10_000, 0),
    ("Lost", "失败", StageKind::Lost, 0, 0),
];

const MEMBERS: [(&str, &str); 4] = [
    ("Kim", "张三"),
    ("Noor", "李小梅"),
    ("Ada", "王强"),
    ("Sam", "陈静"),
];

const CUSTOMERS: [(&str, &str); 8] = [
    ("Acme Holding", "华北电力"),
    ("Globex", "东方钢铁集团"),
    ("Initech", "长江航运"),
    ("Umbrella Health", "中科仪器"),
    ("Hooli", "西部矿业"),
    ("Stark Industries", "海风能源"),
    ("Wayne Logistics", "南方制药"),
    ("Wonka Foods", "北斗软件"),
];

const DEALS: [(&str, &str); 6] = [
    ("renewal", "续约"),
    ("rollout phase 2", "二期推广"),
    ("pilot", "试点"),
    ("service contract", "服务合同"),
    ("upgrade", "升级"),
    ("training", "培训"),
];

pub struct App {
    pub model: Model,
    pub effects: Vec<Effect>,
}

fn pick(language: Language, words: (&str, &str)) -> String {
    match language {
        Language::English => words.0.to_owned(),
        Language::Chinese => words.1.to_owned(),
    }
}

impl App {
    pub fn empty(language: Language, width: u16, height: u16) -> Self {
        Self::themed(language, Look::default(), width, height)
    }

    pub fn themed(language: Language, look: Look, width: u16, height: u16) -> Self {
        Self::begun(language, look, Memory::default(), width, height)
    }

    /// With forty-odd deals, and what the session before left.
    pub fn remembering(language: Language, memory: Memory, width: u16, height: u16) -> Self {
        let mut app = Self::begun(language, Look::default(), memory, width, height);
        app.snapshot(language, cards(language));
        app
    }

    fn begun(language: Language, look: Look, memory: Memory, width: u16, height: u16) -> Self {
        let start = Start {
            language,
            look,
            session_id: "session".to_owned(),
            person: pick(language, ("Kim", "张三")),
            time_zone: "UTC".to_owned(),
            currency: pick(language, ("USD", "CNY")),
            demo: false,
            reduced_motion: false,
            memory,
            config: Default::default(),
            drafts: sluice::drafts::Drafts::default(),
        };
        let mut app = Self {
            model: Model::new(start),
            effects: Vec::new(),
        };
        app.send(Msg::Clock { now: NOW });
        app.send(Msg::Resize { width, height });
        app
    }

    /// With a pipeline and no deals.
    pub fn set_up(language: Language, width: u16, height: u16) -> Self {
        let mut app = Self::empty(language, width, height);
        app.snapshot(language, Vec::new());
        app
    }

    /// With forty-odd deals.
    pub fn full(language: Language, width: u16, height: u16) -> Self {
        let mut app = Self::empty(language, width, height);
        app.snapshot(language, cards(language));
        app
    }

    /// With schemes, a wallet and much to do with it.
    pub fn rewarded(language: Language, width: u16, height: u16) -> Self {
        let mut app = Self::full(language, width, height);
        app.server(ServerFact::Put(crate::rewarded::schemes(language)));
        let own = Box::new(crate::rewarded::own());
        app.server(ServerFact::PurseLoaded(Ok(own)));
        app
    }

    /// With alerts for the person at the screen, requests to decide on and messages.
    pub fn busy(language: Language, width: u16, height: u16) -> Self {
        let mut app = Self::full(language, width, height);
        let attention = attention(&app.model, language);
        app.server(ServerFact::Put(attention));
        app
    }

    pub fn snapshot(&mut self, language: Language, cards: Vec<Card>) {
        self.server(ServerFact::Connected {
            log_id: "log".to_owned(),
            target: "unix:///data/sluice.sock".to_owned(),
            member_id: Some(1),
        });
        self.server(ServerFact::SnapshotBegin);
        self.server(ServerFact::Put(world(language)));
        let cards = cards
            .into_iter()
            .map(|card| Resource::Opportunity(Box::new(card)));
        self.server(ServerFact::Put(cards.collect()));
        self.server(ServerFact::SnapshotEnd { revision: 100 });
        // Asked for at every start: only the tests of rewards answer it.
        let asks = |effect: &Effect| {
            matches!(
                effect,
                Effect::LoadPurse(_) | Effect::LoadFollowUps(_) | Effect::Title(_)
            )
        };
        self.effects.retain(|effect| !asks(effect));
    }

    pub fn send(&mut self, message: Msg) -> &mut Self {
        let effects = update(&mut self.model, message);
        self.effects.extend(effects);
        self
    }

    pub fn server(&mut self, fact: ServerFact) -> &mut Self {
        self.send(Msg::Server(fact))
    }

    /// Presses keys written as in the key table: `g b`, `ctrl-d`, `enter`.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.split(' ') {
            let key = Key::parse(key).unwrap();
            let mut modifiers = KeyModifiers::NONE;
            if key.control {
                modifiers |= KeyModifiers::CONTROL;
            }
            if key.alt {
                modifiers |= KeyModifiers::ALT;
            }
            if key.shift {
                modifiers |= KeyModifiers::SHIFT;
            }
            self.send(Msg::Key(KeyEvent::new(key.code, modifiers)));
        }
        self
    }

    /// Types letters.
    pub fn types(&mut self, text: &str) -> &mut Self {
        for letter in text.chars() {
            let code = crossterm::event::KeyCode::Char(letter);
            self.send(Msg::Key(KeyEvent::new(code, KeyModifiers::NONE)));
        }
        self
    }

    pub fn wait(&mut self, micros: Micros) -> &mut Self {
        let now = self.model.now + micros;
        self.send(Msg::Clock { now })
    }

    pub fn selected(&self) -> &str {
        self.model.selected().map_or("", |card| card.name.as_str())
    }

    pub fn buffer(&mut self) -> Buffer {
        let area = Rect::new(0, 0, self.model.size.0, self.model.size.1);
        let mut buffer = Buffer::empty(area);
        self.model.hits = screens::paint(&self.model, &mut buffer, area);
        buffer
    }

    /// The screen as lines of text.
    pub fn text(&mut self) -> String {
        text(&self.buffer())
    }

    /// The screen as text, and below it a letter for the look of each cell, with a key.
    pub fn picture(&mut self) -> String {
        let buffer = self.buffer();
        format!("{}\n{}", text(&buffer), looks(&buffer))
    }
}

pub fn text(buffer: &Buffer) -> String {
    let mut lines = String::new();
    for y in buffer.area.top()..buffer.area.bottom() {
        let mut skip = 0;
        let mut line = String::new();
        for x in buffer.area.left()..buffer.area.right() {
            let symbol = buffer[(x, y)].symbol();
            if skip == 0 {
                line.push_str(symbol);
                skip = sluice::text::width(symbol).max(1);
            }
            skip -= 1;
        }
        lines.push_str(line.trim_end());
        lines.push('\n');
    }
    lines
}

fn looks(buffer: &Buffer) -> String {
    let mut styles: Vec<String> = Vec::new();
    let mut lines = String::new();
    for y in buffer.area.top()..buffer.area.bottom() {
        let mut line = String::new();
        for x in buffer.area.left()..buffer.area.right() {
            let cell = &buffer[(x, y)];
            let style = format!("{:?} on {:?} {:?}", cell.fg, cell.bg, cell.modifier);
            if style == "Reset on Reset NONE" {
                line.push(' ');
                continue;
            }
            let place = styles
                .iter()
                .position(|known| *known == style)
                .unwrap_or_else(|| {
                    styles.push(style);
                    styles.len() - 1
                });
            line.push(char::from(b'a' + u8::try_from(place).unwrap().min(25)));
        }
        lines.push_str(line.trim_end());
        lines.push('\n');
    }
    for (place, style) in styles.iter().enumerate() {
        lines.push_str(&format!(
            "{} = {style}\n",
            char::from(b'a' + u8::try_from(place).unwrap().min(25))
        ));
    }
    lines
}

pub fn world(language: Language) -> Vec<Resource> {
    let stages = STAGES
        .iter()
        .zip(1..)
        .map(|((english, chinese, kind, bp, days), id)| Stage {
            id,
            name: pick(language, (english, chinese)),
            kind: *kind,
            win_probability_bp: *bp,
            stagnation_us: (*days > 0).then_some(*days * DAY_US),
            retired: false,
            gated: false,
        })
        .collect();
    let mut world = vec![
        Resource::Workspace(Workspace {
            name: pick(language, ("Northwind Sales", "北方销售")),
            time_zone: "UTC".to_owned(),
            currency: pick(language, ("USD", "CNY")),
            revision: 1,
        }),
        Resource::Pipeline(Pipeline {
            id: 1,
            name: pick(language, ("Direct", "直销")),
            stages,
            retired: false,
            calendar: Calendar::default(),
        }),
        Resource::Contact(Contact {
            id: 1,
            customer_id: Some(1),
            name: pick(language, ("Lee Park", "李文")),
            title: pick(language, ("CFO", "财务总监")),
            role: pick(language, ("decides", "决策人")),
            stance: pick(language, ("for us", "支持")),
            phone: "+86 10 5555 0100".to_owned(),
            email: "lee@acme.test".to_owned(),
        }),
    ];
    for (id, names) in (1..).zip(MEMBERS) {
        world.push(Resource::Member(Member {
            id,
            name: pick(language, names),
            // The person at the screen leads them all.
            team_id: Some(if id == 1 { 1 } else { 2 }),
            role: if id == 1 {
                MemberRole::Manager
            } else {
                MemberRole::Rep
            },
            active: true,
        }));
    }
    for (id, parent_id, manager_id, names) in [
        (1, None, Some(1), ("Sales", "销售部")),
        (2, Some(1), None, ("North", "北区")),
    ] {
        world.push(Resource::Team(Team {
            id,
            name: pick(language, names),
            parent_id,
            manager_id,
        }));
    }
    for (id, names) in (1..).zip(CUSTOMERS) {
        world.push(Resource::Customer(Customer {
            id,
            name: pick(language, names),
            sites: if id == 1 { sites(language) } else { Vec::new() },
        }));
    }
    world
}

/// The level the server would have set after so many days in a stage.
fn level(stage_id: u64, days: i64) -> Level {
    let (.., period) = STAGES[usize::try_from(stage_id - 1).unwrap()];
    match days * 100 / period.max(1) {
        _ if period == 0 => Level::Moving,
        150.. => Level::Critical,
        100.. => Level::Stalled,
        80.. => Level::Approaching,
        _ => Level::Moving,
    }
}

fn sites(language: Language) -> Vec<Site> {
    [("Head office", "总部"), ("Power plant", "电厂")]
        .into_iter()
        .map(|names| Site {
            name: pick(language, names),
            coordinates: None,
        })
        .collect()
}

/// Forty-odd deals over all stages, from a fixed pattern.
pub fn cards(language: Language) -> Vec<Card> {
    let per_stage = [12, 9, 7, 5, 4, 6, 3];
    let mut cards = Vec::new();
    for (stage_id, count) in (1_u64..).zip(per_stage) {
        for _ in 0..count {
            let id = 1 + cards.len() as u64;
            let customer = (id as usize * 5) % CUSTOMERS.len();
            let deal = (id as usize * 7) % DEALS.len();
            let days = (id as i64 * 11) % 19;
            let due = (id as i64 * 13) % 60 - 8;
            let name = match language {
                Language::English => format!("{} {}", CUSTOMERS[customer].0, DEALS[deal].0),
                Language::Chinese => format!("{}{}", CUSTOMERS[customer].1, DEALS[deal].1),
            };
            cards.push(Card {
                id,
                name,
                amount_minor: ((id as i64 * 37) % 61 + 2).pow(2) * 85_000,
                pipeline_id: 1,
                stage_id,
                owner_id: (!id.is_multiple_of(9)).then_some(id % 4 + 1),
                customer_id: Some(customer as u64 + 1),
                contract_date: Some(jiff::civil::date(2026, 3, 4) + jiff::ToSpan::days(due)),
                stage_entered_us: NOW - days * DAY_US - 3_600_000_000,
                level: level(stage_id, days),
                created_us: NOW - (days + 30) * DAY_US,
                high_water_stage_id: Some(stage_id),
                lost_reason: if stage_id == 7 {
                    pick(language, ("price", "价格"))
                } else {
                    String::new()
                },
                revision: id,
                ..Card::default()
            });
        }
    }
    cards
}

/// What asks for the person at the screen.
pub fn attention(model: &Model, language: Language) -> Vec<Resource> {
    let mut cards: Vec<&Card> = model.picture.board.cards().collect();
    cards.sort_by_key(|card| card.id);
    let mut things = Vec::new();
    for card in cards.iter().filter(|card| card.level != Level::Moving) {
        things.push(Resource::Alert(Alert {
            id: card.id + 100,
            opportunity_id: card.id,
            stage_id: card.stage_id,
            level: card.level,
            recipient_id: Some(1),
            raised_us: NOW - i64::try_from(card.id % 7).unwrap() * DAY_US - 5_400_000_000,
            state: match card.id % 8 {
                3 => AlertState::Snoozed {
                    until_us: NOW + 5 * DAY_US,
                },
                _ => AlertState::Open,
            },
            reason: String::new(),
        }));
    }
    for (id, deal, stage_id, hours, notes) in [
        (
            1,
            22,
            4,
            2,
            (
                "The customer wants the board to see it.",
                "客户希望高层过目。",
            ),
        ),
        (2, 30, 5, 30, ("", "")),
    ] {
        things.push(Resource::Approval(Approval {
            id,
            opportunity_id: deal,
            stage_id,
            state: ApprovalState::Pending,
            requester_id: Some(3),
            note: pick(language, notes),
            amount_minor: 52_000_000,
            created_us: NOW - hours * 3_600_000_000,
            end: "",
        }));
    }
    let message = |id: u64, kind, subject, read| {
        Resource::Message(Message {
            id,
            recipient_id: Some(1),
            kind,
            subject,
            actor_id: Some(2),
            created_us: NOW - i64::try_from(9 - id).unwrap() * 7 * 3_600_000_000,
            read,
            value: Some(98_000_000),
            compared_with: Some(75_000_000),
            ..Message::default()
        })
    };
    things.extend([
        message(2, NoticeKind::Digest, None, true),
        message(
            4,
            NoticeKind::GoalReached(90),
            Some(Subject::Goal(3)),
            false,
        ),
        message(
            6,
            NoticeKind::AmountAmended,
            Some(Subject::Opportunity(12)),
            false,
        ),
    ]);
    things
}
