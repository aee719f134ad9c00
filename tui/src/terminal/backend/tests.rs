//! What a real terminal shows of the bytes, and how many there are.

use std::num::NonZeroU16;

use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::*;

#[test]
fn a_terminal_that_shrinks_between_layout_and_painting_does_no_harm() {
    let width = std::sync::Arc::new(std::sync::atomic::AtomicU16::new(500));
    let seen = std::sync::Arc::clone(&width);
    let size = move || {
        let width = seen.load(std::sync::atomic::Ordering::Relaxed);
        Ok(Size { width, height: 5 })
    };
    let mut backend = PaintBackend::new(Sink::default(), size, Depth::TrueColor);
    let mut wide = Cell::EMPTY;
    wide.set_symbol("电");
    backend.draw([(477, 2, &wide)].into_iter()).unwrap();
    width.store(140, std::sync::atomic::Ordering::Relaxed);
    backend
        .draw([(477, 2, &wide), (139, 4, &wide)].into_iter())
        .unwrap();
    width.store(1, std::sync::atomic::Ordering::Relaxed);
    backend
        .draw([(477, 4, &wide), (0, 0, &wide)].into_iter())
        .unwrap();
    backend.flush().unwrap();
}

/// Counts what is written, and keeps it.
#[derive(Debug, Default)]
struct Sink {
    bytes: Vec<u8>,
    writes: usize,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        self.writes += 1;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Screen {
    terminal: Terminal<PaintBackend<Sink>>,
    parser: vt100::Parser,
}

impl Screen {
    fn new(width: u16, height: u16, depth: Depth) -> Self {
        let backend = PaintBackend::new(Sink::default(), move || Ok(Size { width, height }), depth);
        Self {
            terminal: Terminal::new(backend).unwrap(),
            parser: vt100::Parser::new(
                NonZeroU16::new(height).unwrap(),
                NonZeroU16::new(width).unwrap(),
                0,
            ),
        }
    }

    /// Draws a frame and gives its bytes.
    fn draw(&mut self, picture: &Buffer) -> Vec<u8> {
        self.terminal
            .draw(|frame| {
                let area = frame.area();
                frame.buffer_mut().clone_from(picture);
                assert_eq!(frame.buffer_mut().area, area);
            })
            .unwrap();
        let sink = self.terminal.backend_mut().sink_mut();
        assert!(sink.writes <= 1, "a frame is one write");
        sink.writes = 0;
        let bytes = std::mem::take(&mut sink.bytes);
        self.parser.process(&bytes);
        bytes
    }

    /// What the terminal shows against what was painted.
    fn differences(&self, picture: &Buffer, depth: Depth) -> Vec<String> {
        let mut differences = Vec::new();
        let area = picture.area;
        for y in 0..area.height {
            let mut x = 0;
            while x < area.width {
                let painted = &picture[(x, y)];
                let shown = self.parser.screen().cell(y, x).unwrap();
                let contents = if shown.contents().is_empty() {
                    " "
                } else {
                    shown.contents()
                };
                let is_blank = painted.symbol() == " ";
                let same = contents == painted.symbol()
                    && shown.bgcolor() == expected(depth.reduce(painted.bg))
                    && shown.underline() == painted.modifier.contains(Modifier::UNDERLINED)
                    && shown.inverse() == painted.modifier.contains(Modifier::REVERSED)
                    && (is_blank && !painted.modifier.contains(Modifier::REVERSED)
                        || shown.fgcolor() == expected(depth.reduce(painted.fg))
                            && shown.bold() == painted.modifier.contains(Modifier::BOLD)
                            && shown.italic() == painted.modifier.contains(Modifier::ITALIC));
                if !same {
                    differences.push(format!(
                        "({x}, {y}): painted {painted:?}, shown {contents:?} {shown:?}"
                    ));
                }
                x += u16::try_from(grapheme_width(painted.symbol()))
                    .unwrap()
                    .max(1);
            }
        }
        differences
    }
}

fn expected(color: Color) -> vt100::Color {
    match color {
        Color::Reset => vt100::Color::Default,
        Color::Red => vt100::Color::Idx(1),
        Color::LightBlue => vt100::Color::Idx(12),
        Color::Indexed(index) => vt100::Color::Idx(index),
        Color::Rgb(red, green, blue) => vt100::Color::Rgb(red, green, blue),
        other => panic!("not used in these tests: {other:?}"),
    }
}

fn blank(width: u16, height: u16) -> Buffer {
    Buffer::empty(Rect::new(0, 0, width, height))
}

#[test]
fn a_frame_in_which_nothing_changed_writes_nothing() {
    let mut screen = Screen::new(40, 5, Depth::TrueColor);
    let mut picture = blank(40, 5);
    picture.set_string(3, 2, "华北电力 120万", Style::new().fg(Color::Red));
    assert!(!screen.draw(&picture).is_empty());
    assert_eq!(screen.draw(&picture), b"");
    assert_eq!(screen.draw(&picture), b"");
}

#[test]
fn a_frame_stands_between_synchronisation_marks() {
    let mut screen = Screen::new(10, 1, Depth::Mono);
    let mut picture = blank(10, 1);
    picture.set_string(0, 0, "ab", Style::new());
    let bytes = screen.draw(&picture);
    assert!(bytes.starts_with(BEGIN_FRAME) && bytes.ends_with(END_FRAME));
}

#[test]
fn a_changed_figure_costs_little() {
    let mut screen = Screen::new(200, 50, Depth::TrueColor);
    let mut picture = blank(200, 50);
    for row in 0..50 {
        picture.set_string(0, row, "x".repeat(199), Style::new());
    }
    screen.draw(&picture);
    picture.set_string(120, 40, "1.3M", Style::new().fg(Color::Rgb(10, 200, 10)));
    let bytes = screen.draw(&picture);
    assert!(bytes.len() <= 64, "{} bytes", bytes.len());
}

#[test]
fn wide_characters_need_no_cursor_moves() {
    let text = "华北电力二期改造工程";
    let mut screen = Screen::new(40, 1, Depth::Mono);
    let mut picture = blank(40, 1);
    picture.set_string(0, 0, text, Style::new());
    let bytes = screen.draw(&picture);
    let overhead = bytes.len() - text.len();
    assert!(
        overhead <= BEGIN_FRAME.len() + END_FRAME.len() + "\x1b[H\x1b[?25l".len(),
        "{overhead} bytes beside the text"
    );
}

#[test]
fn without_colour_bold_reverse_and_underline_stay() {
    let mut screen = Screen::new(20, 1, Depth::Mono);
    let mut picture = blank(20, 1);
    let style = Style::new().fg(Color::Red).bg(Color::Rgb(1, 2, 3));
    picture.set_string(0, 0, "bold", style.add_modifier(Modifier::BOLD));
    picture.set_string(
        5,
        0,
        "both",
        style.add_modifier(Modifier::REVERSED | Modifier::UNDERLINED),
    );
    let bytes = String::from_utf8(screen.draw(&picture)).unwrap();
    assert!(
        !bytes.contains("31m") && !bytes.contains("38;"),
        "{bytes:?}"
    );
    let cell = |x| screen.parser.screen().cell(0, x).unwrap().clone();
    assert!(cell(0).bold() && cell(5).inverse() && cell(5).underline());
    assert_eq!(
        screen.differences(&picture, Depth::Mono),
        Vec::<String>::new()
    );
}

#[test]
fn after_somebody_else_wrote_everything_is_said_again() {
    let mut screen = Screen::new(20, 2, Depth::Ansi16);
    let mut picture = blank(20, 2);
    picture.set_string(0, 0, "Acme", Style::new().fg(Color::Red));
    screen.draw(&picture);
    screen.parser.process(b"\x1b[0m\x1b[2J\x1b[2;5Hshell");
    screen.terminal.clear().unwrap();
    screen.draw(&picture);
    assert_eq!(
        screen.differences(&picture, Depth::Ansi16),
        Vec::<String>::new()
    );
}

/// What a test paints: where, what, how.
#[derive(Clone, Debug)]
struct Stroke {
    x: u16,
    y: u16,
    text: String,
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

const WIDTH: u16 = 24;
const HEIGHT: u16 = 6;

fn colors() -> impl Strategy<Value = Color> {
    prop_oneof![
        4 => Just(Color::Reset),
        1 => Just(Color::Red),
        1 => Just(Color::LightBlue),
        1 => Just(Color::Indexed(208)),
        1 => Just(Color::Rgb(12, 34, 56)),
    ]
}

fn strokes() -> impl Strategy<Value = Vec<Stroke>> {
    let modifiers = prop_oneof![
        3 => Just(Modifier::empty()),
        1 => Just(Modifier::BOLD),
        1 => Just(Modifier::REVERSED),
        1 => Just(Modifier::UNDERLINED | Modifier::ITALIC),
    ];
    let stroke = (
        0..WIDTH,
        0..HEIGHT,
        "[ab 华北─é…]{0,14}|[ ]{5,20}",
        colors(),
        colors(),
        modifiers,
    )
        .prop_map(|(x, y, text, fg, bg, modifier)| Stroke {
            x,
            y,
            text,
            fg,
            bg,
            modifier,
        });
    proptest::collection::vec(stroke, 0..12)
}

fn paint(strokes: &[Stroke]) -> Buffer {
    let mut picture = blank(WIDTH, HEIGHT);
    for stroke in strokes {
        let style = Style::new()
            .fg(stroke.fg)
            .bg(stroke.bg)
            .add_modifier(stroke.modifier);
        picture.set_string(stroke.x, stroke.y, &stroke.text, style);
    }
    // A stroke may begin on the second half of a wide character: as on a screen, the first half is gone then.
    for y in 0..HEIGHT {
        for x in 0..WIDTH - 1 {
            if grapheme_width(picture[(x, y)].symbol()) == 2 && picture[(x + 1, y)] != Cell::EMPTY {
                picture[(x, y)].set_symbol(" ");
            }
        }
    }
    picture
}

proptest! {
    #[test]
    fn the_terminal_shows_what_was_painted_cell_for_cell(
        frames in proptest::collection::vec(strokes(), 1..5),
        depth in prop_oneof![Just(Depth::TrueColor), Just(Depth::Ansi256), Just(Depth::Ansi16), Just(Depth::Mono)],
    ) {
        let mut screen = Screen::new(WIDTH, HEIGHT, depth);
        for strokes in &frames {
            let picture = paint(strokes);
            screen.draw(&picture);
            let differences = screen.differences(&picture, depth);
            prop_assert!(differences.is_empty(), "{}", differences.join("\n"));
        }
    }

    #[test]
    fn the_cursor_is_where_the_frame_put_it(frames in proptest::collection::vec((strokes(), 0..WIDTH, 0..HEIGHT), 1..5)) {
        let mut screen = Screen::new(WIDTH, HEIGHT, Depth::Ansi256);
        for (strokes, x, y) in &frames {
            let picture = paint(strokes);
            screen.terminal.draw(|frame| {
                frame.buffer_mut().clone_from(&picture);
                frame.set_cursor_position((*x, *y));
            }).unwrap();
            let bytes = std::mem::take(&mut screen.terminal.backend_mut().sink_mut().bytes);
            screen.parser.process(&bytes);
            prop_assert_eq!(screen.parser.screen().cursor_position(), (*y, *x));
            prop_assert!(!screen.parser.screen().hide_cursor());
        }
    }
}

#[test]
fn erasing_never_stops_in_the_middle_of_a_wide_character() {
    let mut screen = Screen::new(40, 1, Depth::Mono);
    let mut picture = blank(40, 1);
    picture.set_string(0, 0, "Oudekerk纪 390k", Style::new());
    screen.draw(&picture);
    let mut picture = blank(40, 1);
    picture.set_string(11, 0, "390k", Style::new());
    let bytes = String::from_utf8(screen.draw(&picture)).unwrap();
    // Eight letters and both halves; what is changed is only the first half.
    assert!(bytes.contains("\x1b[10X"), "{bytes:?}");
    assert!(screen.differences(&picture, Depth::Mono).is_empty());
}
