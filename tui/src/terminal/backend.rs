//! Turns ratatui's changed cells into the fewest bytes, one write a frame.
//!
//! The stock backend writes 25 bytes for a frame in which nothing changed, a cursor move after each double-width cell, and under `NO_COLOR` a
//! full reset for each colour, which also takes bold and reverse away. Here an unchanged frame writes nothing, the cursor is moved only where
//! the terminal may disagree about a width, and colours are taken away before they are compared.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::Color;

use super::color::Depth;
use super::pen::{Pen, VISIBLE_ON_BLANK};
use super::sequence::Sequence;
use crate::text::grapheme_width;

/// Asks the terminal to show the following bytes at once (DEC 2026); terminals that do not know it ignore it.
const BEGIN_FRAME: &[u8] = b"\x1b[?2026h";
/// The end of [`BEGIN_FRAME`].
const END_FRAME: &[u8] = b"\x1b[?2026l";

/// Blanks in a row from which erasing is shorter than writing spaces.
const SHORTEST_ERASE: u16 = 6;

/// What is known of the terminal's cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pointer {
    /// Nothing: the next cell needs an absolute move.
    Unknown,
    /// It stands here.
    At(Position),
    /// The last column of this row was just written; terminals differ in where that leaves it.
    Edge(u16),
}

/// A run of blank cells not yet written.
#[derive(Clone, Copy, Debug)]
struct Blanks {
    start: Position,
    count: u16,
}

/// What the terminal does with letters, as it tells after the first paint. Shared with who hears it.
#[derive(Debug, Default)]
pub struct Letters {
    /// It draws ambiguous characters (─ ● …) two cells wide: the cursor is placed anew after each.
    pub ambiguous_is_wide: AtomicBool,
    /// It does not speak UTF-8: nothing but ASCII is written.
    pub ascii_only: AtomicBool,
}

/// Longest cell, in bytes: a family of four is 25. A letter with a thousand marks is none that a terminal could draw.
const MAX_CELL_BYTES: usize = 64;

/// Says how large the terminal is now.
type SizeSource = Box<dyn Fn() -> io::Result<Size> + Send>;

/// A ratatui backend over any sink of bytes. Size and colours are told to it: it never asks the process it runs in.
pub struct PaintBackend<W: Write> {
    sink: W,
    size_source: SizeSource,
    /// The size the bytes of this frame are for.
    size: Size,
    depth: Depth,
    letters: Arc<Letters>,
    frame: Vec<u8>,
    pen: Pen,
    pointer: Pointer,
    cursor_visible: Option<bool>,
    /// Where double-width characters begin on the screen, row by row.
    wide: Vec<bool>,
}

impl<W: Write> PaintBackend<W> {
    /// A backend for a screen that is empty, has default colours, and shows its cursor somewhere. `size_source` says how large it is now: the
    /// system for a terminal of this process, the client for one behind SSH.
    pub fn new(
        sink: W,
        size_source: impl Fn() -> io::Result<Size> + Send + 'static,
        depth: Depth,
    ) -> Self {
        Self {
            sink,
            size_source: Box::new(size_source),
            size: Size::ZERO,
            depth,
            letters: Arc::default(),
            frame: Vec::new(),
            pen: Pen::default(),
            pointer: Pointer::Unknown,
            cursor_visible: None,
            wide: Vec::new(),
        }
    }

    /// Takes the terminal's size over; a new one means that nothing is known of what it shows.
    fn follow_size(&mut self) -> io::Result<()> {
        let size = (self.size_source)()?;
        if size != self.size {
            self.size = size;
            self.pointer = Pointer::Unknown;
            self.wide = vec![false; usize::from(size.width) * usize::from(size.height)];
        }
        Ok(())
    }

    /// How many colours are written.
    pub fn depth(&self) -> Depth {
        self.depth
    }

    /// Writes fewer or more colours from the next frame on; the caller has everything painted again.
    pub fn set_depth(&mut self, depth: Depth) {
        self.depth = depth;
    }

    /// What the terminal does with letters: to be told when it is known. The caller then has everything painted again.
    pub fn letters(&self) -> Arc<Letters> {
        Arc::clone(&self.letters)
    }

    /// Somebody else may have written to the terminal (a shell, after ctrl-z): nothing that was known of it holds.
    fn forget(&mut self) {
        self.pointer = Pointer::Unknown;
        self.cursor_visible = None;
        self.frame.extend_from_slice(b"\x1b[m");
        self.pen = Pen::default();
        self.wide.fill(false);
    }

    /// Bytes that change no cell, like a clipboard sequence, written with the next frame or [`flush`](Backend::flush).
    pub fn write_out_of_band(&mut self, bytes: &[u8]) {
        self.frame.extend_from_slice(bytes);
    }

    /// Where the bytes go.
    pub fn sink(&self) -> &W {
        &self.sink
    }

    /// Where the bytes go.
    pub fn sink_mut(&mut self) -> &mut W {
        &mut self.sink
    }

    fn move_to(&mut self, target: Position) {
        if self.pointer == Pointer::At(target) {
            return;
        }
        let mut best = absolute(target);
        let mut consider = |candidate: Sequence| {
            if candidate.len() < best.len() {
                best = candidate;
            }
        };
        let current_row = match self.pointer {
            Pointer::Unknown => None,
            Pointer::At(position) => Some(position.y),
            Pointer::Edge(row) => Some(row),
        };
        if current_row == Some(target.y) && target.x == 0 {
            consider(literal(b"\r"));
        } else if current_row == Some(target.y) {
            let mut column = Sequence::new().begin();
            column.number(target.x.saturating_add(1));
            column.byte(b'G');
            consider(column);
        }
        // A line feed on the last row would scroll; a target row below proves this is not it.
        if current_row.is_some_and(|row| row + 1 == target.y) && target.x == 0 {
            consider(literal(b"\r\n"));
        }
        if let Pointer::At(position) = self.pointer {
            if position.y == target.y && position.x < target.x {
                consider(relative(target.x - position.x, b'C'));
            } else if position.y == target.y && position.x == target.x + 1 {
                consider(literal(b"\x08"));
            } else if position.y == target.y {
                consider(relative(position.x - target.x, b'D'));
            } else if position.x == target.x && position.y < target.y {
                consider(relative(target.y - position.y, b'B'));
            } else if position.x == target.x {
                consider(relative(position.y - target.y, b'A'));
            } else {
                // Both row and column differ: the absolute move stands.
            }
        }
        self.frame.extend_from_slice(best.as_bytes());
        self.pointer = Pointer::At(target);
    }

    fn set_pen(&mut self, pen: Pen) {
        self.pen.change_to(pen, &mut self.frame);
        self.pen = pen;
    }

    fn write_blanks(&mut self, blanks: Blanks) {
        let blanks = self.with_second_half(blanks);
        self.move_to(blanks.start);
        let pen = self
            .pen
            .for_blank(Color::Reset, ratatui::style::Modifier::empty());
        self.set_pen(pen);
        self.cover(blanks.start, blanks.count, false);
        let to_the_edge = blanks.start.x + blanks.count >= self.size.width;
        if to_the_edge && blanks.count > 3 {
            self.frame.extend_from_slice(b"\x1b[K");
        } else if blanks.count >= SHORTEST_ERASE {
            let mut erase = Sequence::new().begin();
            erase.number(blanks.count);
            erase.byte(b'X');
            self.frame.extend_from_slice(erase.as_bytes());
        } else {
            self.frame
                .extend(std::iter::repeat_n(b' ', usize::from(blanks.count)));
            self.advance(blanks.start, blanks.count);
        }
    }

    /// Takes in the second half of a wide character that loses its first: tmux, told to erase one half only, keeps the other as a cell
    /// without width, and the rest of the row moves to the left.
    fn with_second_half(&self, blanks: Blanks) -> Blanks {
        let end = blanks.start.x.saturating_add(blanks.count);
        let last = usize::from(blanks.start.y) * usize::from(self.size.width)
            + usize::from(end.saturating_sub(1));
        let cut = end < self.size.width && self.wide.get(last).is_some_and(|wide| *wide);
        Blanks {
            count: blanks.count + u16::from(cut),
            ..blanks
        }
    }

    /// Writes a cell; gives the second half of a wide character that lost its first and has no cell of its own among the changes.
    fn write_cell(&mut self, position: Position, cell: &Cell) -> Option<Position> {
        let pen = Pen {
            fg: self.depth.reduce(cell.fg),
            bg: self.depth.reduce(cell.bg),
            modifier: cell.modifier,
        };
        self.move_to(position);
        let symbol = cell.symbol();
        if symbol == " "
            && !(pen.modifier).contains(ratatui::style::Modifier::REVERSED)
            && !pen.modifier.intersects(VISIBLE_ON_BLANK)
        {
            let blank = self.pen.for_blank(pen.bg, pen.modifier);
            self.set_pen(blank);
        } else {
            self.set_pen(pen);
        }
        if let [letter @ b' '..=b'~'] = symbol.as_bytes() {
            // Nearly all there is: one cell on every terminal.
            self.frame.push(*letter);
            self.advance(position, 1);
            return self.cover(position, 1, true);
        }
        let width = grapheme_width(symbol);
        if width == 0 {
            // A control or a lone combining character would move or change something else.
            self.frame.push(b' ');
            self.advance(position, 1);
            return self.cover(position, 1, true);
        }
        let width = u16::try_from(width).unwrap_or(u16::MAX);
        if !symbol.is_ascii() && self.letters.ascii_only.load(Ordering::Relaxed) {
            let sign = in_ascii(symbol);
            self.frame
                .extend(std::iter::repeat_n(sign, usize::from(width)));
            self.advance(position, width);
            return self.cover(position, width, true);
        }
        self.frame.extend_from_slice(bounded(symbol).as_bytes());
        if has_certain_width(
            symbol,
            self.letters.ambiguous_is_wide.load(Ordering::Relaxed),
        ) {
            self.advance(position, width);
        } else {
            self.pointer = Pointer::Unknown;
        }
        self.cover(position, width, true)
    }

    /// Notes that these columns were written. Gives the column behind them when it was the second half of a wide character: ratatui takes it for
    /// an unchanged blank, but some terminals fill it with the style of the moment, which shows when that style has a background.
    fn cover(&mut self, from: Position, width: u16, is_glyph: bool) -> Option<Position> {
        if from.x >= self.size.width {
            // Beyond the edge: the terminal has shrunk since this frame was laid out. The next one is painted anew.
            return None;
        }
        let row = usize::from(from.y) * usize::from(self.size.width);
        let (start, end) = (
            usize::from(from.x),
            usize::from(from.x.saturating_add(width).min(self.size.width)),
        );
        let row = self.wide.get_mut(row..row + usize::from(self.size.width))?;
        if start > 0 {
            row[start - 1] = false;
        }
        let cut = end > start && row[end - 1];
        row.get_mut(start..end)?.fill(false);
        *row.get_mut(start)? = is_glyph && width == 2;
        let shows = self.pen.bg != Color::Reset || self.pen.modifier.intersects(VISIBLE_ON_BLANK);
        let behind = Position {
            x: from.x.saturating_add(width),
            y: from.y,
        };
        (cut && shows && behind.x < self.size.width).then_some(behind)
    }

    fn advance(&mut self, from: Position, columns: u16) {
        let x = from.x.saturating_add(columns);
        self.pointer = if x >= self.size.width {
            Pointer::Edge(from.y)
        } else {
            Pointer::At(Position { x, y: from.y })
        };
    }

    /// A cell that erasing leaves behind: a space in default colours.
    fn is_erased(&self, cell: &Cell) -> bool {
        cell.symbol() == " "
            && self.depth.reduce(cell.bg) == Color::Reset
            && !cell.modifier.intersects(VISIBLE_ON_BLANK)
    }
}

/// As much of a cell's text as a terminal is given.
fn bounded(symbol: &str) -> &str {
    if symbol.len() <= MAX_CELL_BYTES {
        return symbol;
    }
    &symbol[..symbol.floor_char_boundary(MAX_CELL_BYTES)]
}

/// What stands for a letter on a terminal that has ASCII only.
fn in_ascii(symbol: &str) -> u8 {
    match symbol {
        "…" | "·" => b'.',
        "–" | "—" | "─" => b'-',
        "›" | "→" => b'>',
        "←" => b'<',
        "‘" | "’" => b'\'',
        "“" | "”" => b'"',
        "│" => b'|',
        "↑" => b'^',
        "↓" => b'v',
        _ => b'?',
    }
}

fn absolute(target: Position) -> Sequence {
    let mut sequence = Sequence::new().begin();
    if target != Position::ORIGIN {
        sequence.number(target.y.saturating_add(1));
    }
    if target.x > 0 {
        sequence.byte(b';');
        sequence.number(target.x.saturating_add(1));
    }
    sequence.byte(b'H');
    sequence
}

fn relative(distance: u16, direction: u8) -> Sequence {
    let mut sequence = Sequence::new().begin();
    if distance > 1 {
        sequence.number(distance);
    }
    sequence.byte(direction);
    sequence
}

fn literal(bytes: &[u8]) -> Sequence {
    let mut sequence = Sequence::new();
    bytes.iter().for_each(|byte| sequence.byte(*byte));
    sequence
}

/// True for text all terminals give the same width: single letters of scripts without marks, ideographs, box drawing. Emoji, sequences and
/// combining marks are not among it.
fn has_certain_width(symbol: &str, ambiguous_is_wide: bool) -> bool {
    let mut letters = symbol.chars();
    let (Some(letter), None) = (letters.next(), letters.next()) else {
        return false;
    };
    match letter {
        ' '..='~' => true,
        // Latin with accents, Greek and Cyrillic: narrow, but some are "ambiguous" in the Unicode tables.
        '\u{00A1}'..='\u{02FF}' | '\u{0370}'..='\u{0482}' | '\u{048A}'..='\u{052F}' => {
            letter != '\u{00AD}' && !ambiguous_is_wide
        }
        // Punctuation (… – “), arrows, box drawing, blocks, plain geometric shapes: ambiguous too.
        '\u{2010}'..='\u{2027}'
        | '\u{2030}'..='\u{203A}'
        | '\u{2190}'..='\u{2193}'
        | '\u{2500}'..='\u{259F}' => !ambiguous_is_wide,
        '\u{25A0}' | '\u{25B2}' | '\u{25B3}' | '\u{25BC}' | '\u{25BD}' | '\u{25C6}'
        | '\u{25C7}' | '\u{25CB}' | '\u{25CF}' => !ambiguous_is_wide,
        '\u{2800}'..='\u{28FF}' => true,
        // Wide everywhere.
        '\u{3001}'..='\u{3029}'
        | '\u{3041}'..='\u{3096}'
        | '\u{30A1}'..='\u{30FA}'
        | '\u{30FC}'..='\u{30FE}' => true,
        '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7A3}'
        | '\u{FF01}'..='\u{FF60}' => true,
        _ => false,
    }
}

impl<W: Write> Backend for PaintBackend<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        self.follow_size()?;
        let mut blanks: Option<Blanks> = None;
        let mut orphan: Option<Position> = None;
        for (x, y, cell) in content {
            let position = Position { x, y };
            if let Some(start) = orphan.take().filter(|orphan| *orphan != position) {
                blanks = Some(Blanks { start, count: 1 });
            }
            if self.is_erased(cell) {
                match &mut blanks {
                    Some(run) if run.start.y == y && run.start.x + run.count == x => run.count += 1,
                    _ => {
                        if let Some(run) = blanks.replace(Blanks {
                            start: position,
                            count: 1,
                        }) {
                            self.write_blanks(run);
                        }
                    }
                }
                continue;
            }
            if let Some(run) = blanks.take() {
                self.write_blanks(run);
            }
            orphan = self.write_cell(position, cell);
        }
        if let Some(start) = orphan {
            blanks = Some(Blanks { start, count: 1 });
        }
        if let Some(run) = blanks {
            self.write_blanks(run);
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor_visible != Some(false) {
            self.frame.extend_from_slice(b"\x1b[?25l");
            self.cursor_visible = Some(false);
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.cursor_visible != Some(true) {
            self.frame.extend_from_slice(b"\x1b[?25h");
            self.cursor_visible = Some(true);
        }
        Ok(())
    }

    /// Where it was left; the terminal is not asked, as the answer would come between the keys.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(match self.pointer {
            Pointer::At(position) => position,
            Pointer::Edge(row) => Position {
                x: self.size.width.saturating_sub(1),
                y: row,
            },
            Pointer::Unknown => Position::ORIGIN,
        })
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.move_to(position.into());
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        // Erased cells take the background of the moment.
        if clear_type == ClearType::All {
            self.forget();
        } else {
            self.set_pen(Pen::default());
        }
        let sequence: &[u8] = match clear_type {
            ClearType::All => b"\x1b[2J",
            ClearType::AfterCursor => b"\x1b[J",
            ClearType::BeforeCursor => b"\x1b[1J",
            ClearType::CurrentLine => b"\x1b[2K",
            ClearType::UntilNewLine => b"\x1b[K",
        };
        self.frame.extend_from_slice(sequence);
        Ok(())
    }

    fn size(&self) -> io::Result<Size> {
        (self.size_source)()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize {
            columns_rows: self.size()?,
            pixels: Size::ZERO,
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        let mut bytes = Vec::with_capacity(self.frame.len() + BEGIN_FRAME.len() + END_FRAME.len());
        bytes.extend_from_slice(BEGIN_FRAME);
        bytes.append(&mut self.frame);
        bytes.extend_from_slice(END_FRAME);
        self.sink.write_all(&bytes)?;
        self.sink.flush()
    }
}

#[cfg(test)]
mod tests;
