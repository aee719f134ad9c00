//! What a frame of the board costs at 1,000, 10,000 and 100,000 cards: bytes written, and instructions under callgrind.
//!
//! Instructions, not milliseconds: they do not depend on what else the machine does. Without valgrind only the bytes are
//! shown. The program runs itself under valgrind, once for each case, and lets it count inside `one_frame` only.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::{cell::Cell, hint::black_box, io::Write, process::Command, rc::Rc};

use anyhow::{Context as _, Result};
use crossterm::event::{KeyCode, KeyEvent};
use jiff::civil::date;
use ratatui::{Terminal, layout::Size};
use sluice::{
    message::{CommitFact, Msg, ServerFact},
    model::{Model, Start},
    record::{Card, Customer, DAY_US, Member, Pipeline, Resource, Stage, StageKind, Workspace},
    screens,
    terminal::{backend::PaintBackend, color::Depth},
    update::update,
};
use sluice_tests::sample::Sample;

/// Screen, in cells.
const SIZE: (u16, u16) = (200, 50);
/// Frames counted together.
const FRAMES: u64 = 20;
/// Cards of a column that are changed, one after the other; all are on the screen.
const SHOWN: usize = 10;
/// Open stages of the board; won and lost are beside them.
const OPEN_STAGES: u64 = 5;
/// Now, in microseconds: a day in 2026.
const NOW: i64 = 1_790_000_000_000_000;
/// Cards for each customer, and owners of all.
const CARDS_PER_CUSTOMER: u64 = 5;
const MEMBERS: u64 = 12;
/// How many cards a board has.
const CARDS: [u64; 3] = [1_000, 10_000, 100_000];

/// What happens before each frame.
const CASES: [&str; 7] = [
    FIRST_PAINT,
    "cursor down",
    "next stage",
    "a card is amended",
    MOVED,
    FILTERED,
    NARROWED,
];
const FIRST_PAINT: &str = "first paint";
const MOVED: &str = "a card changes stage";
/// The first letter of a filter: every card is looked at, and many match.
const FILTERED: &str = "filter: a letter";
/// A word that few cards have.
const NARROWED: &str = "filter: a long word";

/// Counts bytes.
#[derive(Clone, Default)]
struct Sink(Rc<Cell<u64>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.set(self.0.get() + bytes.len() as u64);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn card(id: u64, stage_id: u64, revision: u64, sample: &mut Sample) -> Resource {
    let month = i8::try_from(1 + id % 12).unwrap_or(1);
    Resource::Opportunity(Box::new(Card {
        id,
        name: format!("{} {id}", sample.name()),
        amount_minor: sample.money().amount_minor,
        pipeline_id: 1,
        stage_id,
        owner_id: Some(1 + id % MEMBERS),
        customer_id: Some(1 + id / CARDS_PER_CUSTOMER),
        contract_date: Some(date(2027, month, 15)),
        stage_entered_us: NOW - i64::try_from(id % 30).unwrap_or(0) * DAY_US,
        created_us: NOW - 40 * DAY_US,
        revision,
        ..Card::default()
    }))
}

fn pipeline() -> Resource {
    let stage = |id: u64, kind: StageKind| Stage {
        id,
        name: format!("Stage {id}"),
        kind,
        win_probability_bp: u32::try_from(id * 1_000).unwrap_or(0),
        stagnation_us: Some(14 * DAY_US),
        ..Stage::default()
    };
    let mut stages: Vec<Stage> = (1..=OPEN_STAGES)
        .map(|id| stage(id, StageKind::Open))
        .collect();
    stages.push(stage(OPEN_STAGES + 1, StageKind::Won));
    stages.push(stage(OPEN_STAGES + 2, StageKind::Lost));
    Resource::Pipeline(Pipeline {
        id: 1,
        name: "Sales".into(),
        stages,
        ..Pipeline::default()
    })
}

fn board(cards: u64, sample: &mut Sample) -> Result<Model> {
    let start = Start {
        time_zone: "UTC".into(),
        ..Start::default()
    };
    let mut model = Model::new(start);
    let workspace = Workspace {
        name: "Bench".into(),
        time_zone: "UTC".into(),
        currency: "USD".into(),
        revision: 1,
    };
    let connected = ServerFact::Connected {
        log_id: "L".into(),
        target: "bench".into(),
        member_id: None,
    };
    update(&mut model, Msg::Clock { now: NOW });
    update(
        &mut model,
        Msg::Resize {
            width: SIZE.0,
            height: SIZE.1,
        },
    );
    update(&mut model, Msg::Server(connected));
    update(&mut model, Msg::Server(ServerFact::SnapshotBegin));
    let mut head = vec![Resource::Workspace(workspace), pipeline()];
    head.extend((1..=MEMBERS).map(|id| {
        Resource::Member(Member {
            id,
            name: format!("Member {id}"),
            active: true,
            ..Member::default()
        })
    }));
    head.extend((1..=1 + cards / CARDS_PER_CUSTOMER).map(|id| {
        Resource::Customer(Customer {
            id,
            name: format!("{} {id}", sample.name()),
            ..Customer::default()
        })
    }));
    update(&mut model, Msg::Server(ServerFact::Put(head)));
    let all = (1..=cards)
        .map(|id| card(id, 1 + id % OPEN_STAGES, 1, sample))
        .collect();
    update(&mut model, Msg::Server(ServerFact::Put(all)));
    update(
        &mut model,
        Msg::Server(ServerFact::SnapshotEnd { revision: 1 }),
    );
    Ok(model)
}

/// One turn of the loop: a message, and the frame it leads to. Never inlined, so that callgrind finds it by name.
#[inline(never)]
fn one_frame(
    model: &mut Model,
    message: Option<Msg>,
    terminal: &mut Terminal<PaintBackend<Sink>>,
) -> Result<()> {
    if let Some(message) = message {
        black_box(update(model, message));
    }
    let mut hits = None;
    terminal.draw(|frame| hits = Some(screens::view(model, frame)))?;
    if let Some(hits) = hits {
        model.hits = hits;
    }
    Ok(())
}

/// Draws the frames of a case and gives the bytes each took.
fn frames(cards: u64, case: &str) -> Result<u64> {
    let mut sample = Sample::new(1);
    let mut model = board(cards, &mut sample)?;
    let sink = Sink::default();
    let backend = PaintBackend::new(
        sink.clone(),
        || Ok(Size::new(SIZE.0, SIZE.1)),
        Depth::TrueColor,
    );
    let mut terminal = Terminal::new(backend)?;
    if case == FIRST_PAINT {
        one_frame(&mut model, None, &mut terminal)?;
        return Ok(sink.0.get());
    }
    // Painted once outside of what is counted.
    let hits = &mut None;
    terminal.draw(|frame| *hits = Some(screens::view(&model, frame)))?;
    sink.0.set(0);
    let key = |code| Msg::Key(KeyEvent::from(code));
    if case == FILTERED || case == NARROWED {
        update(&mut model, key(KeyCode::Char('/')));
    }
    // Cards that are on the screen all the time.
    let shown: Vec<(u64, u64)> = model
        .picture
        .board
        .from(1, 0)
        .take(SHOWN)
        .map(|card| (card.id, card.stage_id))
        .collect();
    for turn in 0..FRAMES {
        let revision = turn + 2;
        let message = match case {
            "cursor down" => key(KeyCode::Char('j')),
            "next stage" => key(KeyCode::Char(if turn % 2 == 0 { 'l' } else { 'h' })),
            FILTERED => key(KeyCode::Char('e')),
            NARROWED => Msg::Paste("hooli".into()),
            _ => {
                let at = usize::try_from(turn)? % SHOWN;
                let (id, stage_id) = shown.get(at).copied().context("too few cards")?;
                // There and, when its turn comes again, back.
                let there = case == MOVED && turn < SHOWN as u64;
                let put = if case == MOVED {
                    card(id, stage_id + u64::from(there), revision, &mut sample)
                } else {
                    let known = model.picture.board.card(id).context("a card")?.clone();
                    Resource::Opportunity(Box::new(Card {
                        amount_minor: known.amount_minor + 1_000_000,
                        revision,
                        ..known
                    }))
                };
                Msg::Server(ServerFact::Commit(CommitFact {
                    revision,
                    time: NOW,
                    puts: vec![put],
                    ..CommitFact::default()
                }))
            }
        };
        one_frame(&mut model, Some(message), &mut terminal)?;
        if case == FILTERED {
            update(&mut model, key(KeyCode::Backspace));
        } else if case == NARROWED {
            for _ in 0..5 {
                update(&mut model, key(KeyCode::Backspace));
            }
        } else {
            // The other cases leave the state where the next turn needs it.
        }
    }
    Ok(sink.0.get() / FRAMES)
}

/// Instructions of a frame; none without valgrind.
fn instructions(cards: u64, case: &str) -> Result<Option<u64>> {
    let ran = Command::new("valgrind")
        .args([
            "--tool=callgrind",
            "--callgrind-out-file=/dev/null",
            "--toggle-collect=*one_frame*",
        ])
        .arg(std::env::current_exe()?)
        .args([&cards.to_string(), case])
        .output();
    let Ok(output) = ran else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text
        .lines()
        .find(|line| line.contains("Collected"))
        .context(text.clone().into_owned())?;
    let total: u64 = line.rsplit(':').next().unwrap_or_default().trim().parse()?;
    Ok(Some(if case == FIRST_PAINT {
        total
    } else {
        total / FRAMES
    }))
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|it| !it.starts_with("--"))
        .collect();
    if let [cards, case] = arguments.as_slice() {
        frames(cards.parse()?, case)?;
        return Ok(());
    }
    let per_frame = format!(
        "{}x{}, a turn of the loop: the message, its update, the frame",
        SIZE.0, SIZE.1
    );
    println!("{per_frame}");
    for case in CASES {
        for cards in CARDS {
            let bytes = frames(cards, case)?;
            let counted = match instructions(cards, case)? {
                Some(count) => format!("{:.3} M instructions", count as f64 / 1e6),
                None => "no valgrind: instructions not counted".to_owned(),
            };
            println!("{case:<22} {cards:>7} cards  {bytes:>6} bytes  {counted}");
        }
    }
    Ok(())
}
