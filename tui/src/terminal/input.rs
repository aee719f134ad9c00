//! Bytes from the terminal, taken apart: keys, mouse, pastes, and what the terminal answers to questions.
//!
//! The input library's own reader takes an answer that it does not know for keys, or waits for its end and swallows what the person types
//! meanwhile. Here an answer is never a key, whenever it comes and however it is cut into pieces; nothing waits without a bound, and nothing
//! grows without one.

mod sequence;
#[cfg(test)]
mod tests;

use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

/// How long an escape alone may be the beginning of more; then it is the key.
pub const ESCAPE_BOUND: Duration = Duration::from_millis(30);
/// How long the rest of a sequence may take; then it is dropped.
pub const SEQUENCE_BOUND: Duration = Duration::from_secs(1);
/// How long a paste may pause; then it is taken as it is.
pub const PASTE_BOUND: Duration = Duration::from_secs(5);

/// Longest sequence understood, in bytes.
const MAX_SEQUENCE: usize = 64;
/// Longest answer kept, in bytes: what is longer is none that was asked for, and ends after [`MAX_STRING`].
const MAX_ANSWER: usize = 256;
/// Longest string a terminal may send before it counts as ended, in bytes.
const MAX_STRING: usize = 65_536;
/// Longest paste, in bytes: what is more is left away.
pub const MAX_PASTE: usize = 1 << 20;

/// Begins and ends marked pastes.
const PASTE_END: &[u8] = b"\x1b[201~";

/// What came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// Something the person did.
    Event(Event),
    /// Something the terminal told about itself.
    Answer(Answer),
}

/// What the terminal told about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Its background is light (true) or dark (false), by its colour or by its scheme.
    LightBackground(bool),
    /// The column its cursor stands in, from 1.
    CursorColumn(u16),
    /// What it is: the answer that every terminal gives, and so the last one to a row of questions.
    Attributes,
}

/// How long to wait for the rest of what has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Nothing has begun.
    Nothing,
    /// So long from its beginning.
    FromStart(Duration),
    /// So long from its last byte.
    FromLast(Duration),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    /// The rest of a letter.
    Letter,
    /// Behind ESC.
    Escape,
    /// Behind ESC [.
    Sequence,
    /// Behind ESC [ [, which the Linux console sends for F1 to F5.
    LinuxFunction,
    /// Behind ESC O.
    Function,
    /// Behind ESC [ M: three bytes of the oldest mouse protocol.
    OldMouse,
    /// Behind ESC ] and the like: text up to its terminator.
    String(u8),
    /// Behind an ESC within such text.
    StringEscape(u8),
    /// Between the marks of a paste.
    Paste,
}

/// Takes bytes apart, however they are cut into pieces.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    state: State,
    /// What was kept of the letter, sequence, string or paste so far.
    kept: Vec<u8>,
    /// Bytes of the string so far, kept or not.
    length: usize,
    /// ESC came before the letter.
    alt: bool,
    /// Answers with the cursor's position that are still to come: the third function key looks the same.
    positions: u8,
}

impl Decoder {
    /// A decoder for a terminal that was asked so many times where its cursor stands.
    pub fn new(positions: u8) -> Self {
        Self {
            positions,
            ..Self::default()
        }
    }

    /// Takes bytes in.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Received>) {
        for byte in bytes {
            self.take(*byte, out);
        }
    }

    /// How long to wait for more before [`settle`](Self::settle).
    pub fn wait(&self) -> Wait {
        match self.state {
            State::Ground => Wait::Nothing,
            State::Escape | State::Function => Wait::FromLast(ESCAPE_BOUND),
            State::Sequence | State::String(_) if self.kept.is_empty() => {
                Wait::FromLast(ESCAPE_BOUND)
            }
            State::Paste => Wait::FromLast(PASTE_BOUND),
            _ => Wait::FromStart(SEQUENCE_BOUND),
        }
    }

    /// The bound has passed: what has begun is taken as it stands, or dropped.
    pub fn settle(&mut self, out: &mut Vec<Received>) {
        let state = std::mem::take(&mut self.state);
        let kept = std::mem::take(&mut self.kept);
        self.length = 0;
        self.alt = false;
        match state {
            State::Escape => press(KeyCode::Esc, KeyModifiers::NONE, out),
            State::Sequence if kept.is_empty() => alt('[', out),
            State::Function => alt('O', out),
            State::String(introducer) if kept.is_empty() => alt(char::from(introducer), out),
            State::Paste => paste(&kept, out),
            _ => {}
        }
    }

    fn take(&mut self, byte: u8, out: &mut Vec<Received>) {
        match self.state {
            State::Ground => self.ground(byte, out),
            State::Letter => self.letter(byte, out),
            State::Escape => self.escape(byte, out),
            State::Sequence => self.sequence(byte, out),
            State::LinuxFunction => {
                self.reset();
                if let number @ b'A'..=b'E' = byte {
                    press(KeyCode::F(number - b'A' + 1), KeyModifiers::NONE, out);
                }
            }
            State::Function => self.function(byte, out),
            State::OldMouse => {
                self.kept.push(byte);
                if let [buttons, column, row] = self.kept[..] {
                    out.extend(sequence::old_mouse(buttons, column, row));
                    self.reset();
                }
            }
            State::String(introducer) => self.string(introducer, byte, out),
            State::StringEscape(introducer) => {
                self.string_ended(introducer, out);
                if byte != b'\\' {
                    // It ended without its terminator: another sequence has begun.
                    self.state = State::Escape;
                    self.take(byte, out);
                }
            }
            State::Paste => self.paste(byte, out),
        }
    }

    fn reset(&mut self) {
        self.state = State::Ground;
        self.kept.clear();
        self.length = 0;
        self.alt = false;
    }

    fn ground(&mut self, byte: u8, out: &mut Vec<Received>) {
        let modifiers = if std::mem::take(&mut self.alt) {
            KeyModifiers::ALT
        } else {
            KeyModifiers::NONE
        };
        let control = modifiers | KeyModifiers::CONTROL;
        match byte {
            0x1b => self.state = State::Escape,
            b'\r' => press(KeyCode::Enter, modifiers, out),
            b'\t' => press(KeyCode::Tab, modifiers, out),
            0x7f => press(KeyCode::Backspace, modifiers, out),
            0 => press(KeyCode::Char(' '), control, out),
            0x01..=0x1a => press(KeyCode::Char(char::from(byte + 0x60)), control, out),
            0x1c..=0x1f => press(KeyCode::Char(char::from(byte - 0x1c + b'4')), control, out),
            b' '..=b'~' => letter(char::from(byte), modifiers, out),
            0xc2..=0xf4 => {
                self.alt = modifiers.contains(KeyModifiers::ALT);
                self.state = State::Letter;
                self.kept.push(byte);
            }
            // No letter begins so: not UTF-8, or the rest of something lost.
            0x80..=0xc1 | 0xf5..=0xff => {}
        }
    }

    fn letter(&mut self, byte: u8, out: &mut Vec<Received>) {
        if !(0x80..=0xbf).contains(&byte) {
            self.reset();
            self.ground(byte, out);
            return;
        }
        self.kept.push(byte);
        let wanted = match self.kept[0] {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        };
        if self.kept.len() < wanted {
            return;
        }
        let modifiers = if self.alt {
            KeyModifiers::ALT
        } else {
            KeyModifiers::NONE
        };
        if let Some(found) = std::str::from_utf8(&self.kept)
            .ok()
            .and_then(|text| text.chars().next())
        {
            letter(found, modifiers, out);
        }
        self.reset();
    }

    fn escape(&mut self, byte: u8, out: &mut Vec<Received>) {
        match byte {
            b'[' => self.state = State::Sequence,
            b'O' => self.state = State::Function,
            b']' | b'P' | b'_' => self.state = State::String(byte),
            // The key, and perhaps another sequence.
            0x1b => press(KeyCode::Esc, KeyModifiers::NONE, out),
            _ => {
                self.state = State::Ground;
                self.alt = true;
                self.ground(byte, out);
            }
        }
    }

    fn sequence(&mut self, byte: u8, out: &mut Vec<Received>) {
        match byte {
            b'[' if self.kept.is_empty() => self.state = State::LinuxFunction,
            b'M' if self.kept.is_empty() => self.state = State::OldMouse,
            0x20..=0x3f if self.kept.len() < MAX_SEQUENCE => self.kept.push(byte),
            // Too long to mean anything: its end is still looked for.
            0x20..=0x3f => {}
            0x40..=0x7e => {
                let kept = std::mem::take(&mut self.kept);
                self.reset();
                self.finish(&kept, byte, out);
            }
            _ => {
                // Broken off.
                self.reset();
                self.take(byte, out);
            }
        }
    }

    fn finish(&mut self, kept: &[u8], last: u8, out: &mut Vec<Received>) {
        if (kept, last) == (b"200", b'~') {
            self.state = State::Paste;
            return;
        }
        if last == b'R' && self.positions > 0 {
            // The row is always the first, where the question was asked.
            if let Some(column) = sequence::numbers(kept).and_then(|numbers| match numbers[..] {
                [Some(_), Some(column)] => Some(column),
                _ => None,
            }) {
                self.positions -= 1;
                out.push(Received::Answer(Answer::CursorColumn(column)));
                return;
            }
        }
        let received = sequence::meaning(kept, last);
        if received == Some(Received::Answer(Answer::Attributes)) {
            self.positions = 0;
        }
        out.extend(received);
    }

    fn function(&mut self, byte: u8, out: &mut Vec<Received>) {
        self.reset();
        match sequence::function(byte) {
            Some(code) => press(code, KeyModifiers::NONE, out),
            None => {
                alt('O', out);
                self.take(byte, out);
            }
        }
    }

    fn string(&mut self, introducer: u8, byte: u8, out: &mut Vec<Received>) {
        if self.length == 0 && !begins_string(introducer, byte) {
            // Alt and a letter, then something else.
            self.reset();
            alt(char::from(introducer), out);
            self.take(byte, out);
            return;
        }
        self.length += 1;
        match byte {
            0x07 => self.string_ended(introducer, out),
            0x1b => self.state = State::StringEscape(introducer),
            // Cancelled.
            0x18 | 0x1a => self.reset(),
            _ if self.length >= MAX_STRING => self.reset(),
            _ if self.kept.len() < MAX_ANSWER => self.kept.push(byte),
            _ => {}
        }
    }

    fn string_ended(&mut self, introducer: u8, out: &mut Vec<Received>) {
        let kept = std::mem::take(&mut self.kept);
        self.reset();
        let background = (introducer == b']')
            .then(|| kept.strip_prefix(b"11;"))
            .flatten()
            .and_then(|color| std::str::from_utf8(color).ok())
            .and_then(sequence::is_light);
        out.extend(background.map(|light| Received::Answer(Answer::LightBackground(light))));
    }

    fn paste(&mut self, byte: u8, out: &mut Vec<Received>) {
        if self.kept.len() >= MAX_PASTE + PASTE_END.len() {
            // Only its end still counts: room for that is kept at the end.
            self.kept.remove(MAX_PASTE);
        }
        self.kept.push(byte);
        if self.kept.ends_with(PASTE_END) {
            let kept = std::mem::take(&mut self.kept);
            self.reset();
            paste(&kept[..kept.len() - PASTE_END.len()], out);
        }
    }
}

/// Whether a string may begin so: what terminals send, rather than what a person types behind alt and a letter.
fn begins_string(introducer: u8, first: u8) -> bool {
    match introducer {
        b']' => first.is_ascii_digit() || matches!(first, b'l' | b'L'),
        b'P' => first.is_ascii_digit() || matches!(first, b'>' | b'!' | b'$' | b'+'),
        _ => first == b'G',
    }
}

fn press(code: KeyCode, modifiers: KeyModifiers, out: &mut Vec<Received>) {
    out.push(Received::Event(Event::Key(KeyEvent::new(code, modifiers))));
}

fn alt(letter: char, out: &mut Vec<Received>) {
    self::letter(letter, KeyModifiers::ALT, out);
}

fn letter(letter: char, modifiers: KeyModifiers, out: &mut Vec<Received>) {
    let shift = if letter.is_uppercase() {
        KeyModifiers::SHIFT
    } else {
        KeyModifiers::NONE
    };
    press(KeyCode::Char(letter), modifiers | shift, out);
}

fn paste(bytes: &[u8], out: &mut Vec<Received>) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    out.push(Received::Event(Event::Paste(text)));
}
