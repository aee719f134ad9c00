//! A line of text being edited: readline keys, by grapheme and by Unicode word, with its own kill buffer, undo and recall of earlier lines.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation;

/// Longest text a line takes, in bytes: longer pastes are cut, and the person is told.
pub const MAX_INPUT_BYTES: usize = 4_096;
/// Most steps that can be taken back; the oldest go first.
pub const MAX_INPUT_UNDO: usize = 100;

/// The line and its cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    text: String,
    /// Byte offset, always on a grapheme boundary.
    cursor: usize,
    /// What was cut last, for ctrl-y.
    killed: String,
    /// The line before each change, the last one last.
    past: Vec<(String, usize)>,
    /// What the last key did: letters typed in a row are one step, words cut in a row one kill.
    last: LastKey,
    /// Where in the earlier lines this one comes from.
    recalled: Option<Recalled>,
    /// What the last insertion left out.
    lost: Lost,
}

/// What a key did to a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum LastKey {
    #[default]
    Other,
    Typed,
    Killed,
}

/// An earlier line is shown in place of what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Recalled {
    /// How far back: 0 is the last one.
    back: usize,
    /// What was typed, given back below the newest.
    typed: String,
}

/// What an insertion left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Characters that found no room.
    pub cut: usize,
    /// Control characters, which no name has.
    pub controls: usize,
}

impl Lost {
    /// Everything was taken.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// Characters that turn the direction of what follows, also of the screen around it: right-to-left text needs none of them.
const fn turns_text(character: char) -> bool {
    matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

impl Input {
    /// With a text, cursor at its end.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let cursor = text.len();
        Self {
            text,
            cursor,
            ..Self::default()
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text before and after the cursor.
    pub fn split(&self) -> (&str, &str) {
        self.text.split_at(self.cursor)
    }

    /// Where the cursor stands, in bytes.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Replaces the text; the cursor goes to its end. It can be taken back.
    pub fn set(&mut self, text: impl Into<String>) {
        self.remember(LastKey::Other);
        self.text = text.into();
        self.cursor = self.text.len();
    }

    /// Replaces a piece of the text, given in bytes; the cursor goes behind it. A range that is none changes nothing.
    pub fn replace(&mut self, range: std::ops::Range<usize>, with: &str) {
        if self.text.get(range.clone()).is_none() {
            return;
        }
        self.remember(LastKey::Other);
        let start = range.start;
        self.text.replace_range(range, "");
        self.cursor = start;
        self.put(with);
    }

    /// Inserts text at the cursor: line breaks and tabs become spaces, control characters are dropped. What found no place is told by
    /// [`Input::lost`].
    pub fn insert(&mut self, text: &str) {
        self.remember(LastKey::Other);
        self.put(text);
    }

    /// What the last insertion left out.
    pub fn lost(&self) -> Lost {
        self.lost
    }

    /// What was cut last.
    pub fn killed(&self) -> &str {
        &self.killed
    }

    /// Takes over what was cut in another line.
    pub fn take_killed(&mut self, killed: &str) {
        self.killed.clear();
        self.killed.push_str(killed);
    }

    fn put(&mut self, text: &str) {
        self.lost = Lost::default();
        let text = text.replace("\r\n", "\n");
        for (place, character) in text.char_indices() {
            let character = match character {
                '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
                other if other.is_control() || turns_text(other) => {
                    self.lost.controls += 1;
                    continue;
                }
                other => other,
            };
            if self.text.len() + character.len_utf8() > MAX_INPUT_BYTES {
                self.lost.cut = text[place..].chars().count();
                break;
            }
            self.text.insert(self.cursor, character);
            self.cursor += character.len_utf8();
        }
        self.settle_cursor();
    }

    /// Keeps the line as it is, so that the change to come can be taken back.
    fn remember(&mut self, doing: LastKey) {
        self.recalled = None;
        let goes_on = doing == LastKey::Typed && self.last == LastKey::Typed;
        self.last = doing;
        if goes_on {
            return;
        }
        if self.past.len() >= MAX_INPUT_UNDO {
            self.past.remove(0);
        }
        self.past.push((self.text.clone(), self.cursor));
    }

    fn undo(&mut self) {
        self.last = LastKey::Other;
        if let Some((text, cursor)) = self.past.pop() {
            self.text = text;
            self.cursor = cursor;
        }
    }

    /// Edits; false when the key means nothing to a line. No key ever does anything but to this line.
    pub fn handle(&mut self, key: KeyEvent) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        self.lost = Lost::default();
        match (key.code, control, alt) {
            (KeyCode::Char('a'), true, _) | (KeyCode::Home, ..) => self.go(0),
            (KeyCode::Char('e'), true, _) | (KeyCode::End, ..) => self.go(self.text.len()),
            (KeyCode::Char('b'), true, _) => self.go(self.before()),
            (KeyCode::Char('f'), true, _) => self.go(self.after()),
            (KeyCode::Char('b'), _, true) | (KeyCode::Left, true, _) | (KeyCode::Left, _, true) => {
                self.go(self.word_before());
            }
            (KeyCode::Char('f'), _, true)
            | (KeyCode::Right, true, _)
            | (KeyCode::Right, _, true) => self.go(self.word_after()),
            (KeyCode::Left, ..) => self.go(self.before()),
            (KeyCode::Right, ..) => self.go(self.after()),
            (KeyCode::Char('u'), true, _) => self.kill(0, self.cursor),
            (KeyCode::Char('k'), true, _) => self.kill(self.cursor, self.text.len()),
            (KeyCode::Char('w'), true, _) => self.kill(self.blank_before(), self.cursor),
            (KeyCode::Backspace, _, true) | (KeyCode::Backspace, true, _) => {
                self.kill(self.word_before(), self.cursor);
            }
            (KeyCode::Char('d'), false, true) | (KeyCode::Delete, true, _) => {
                self.kill(self.cursor, self.word_after());
            }
            (KeyCode::Char('y'), true, _) => {
                self.remember(LastKey::Other);
                let killed = std::mem::take(&mut self.killed);
                self.put(&killed);
                self.killed = killed;
            }
            (KeyCode::Char('t'), true, _) => self.transpose(),
            // Terminals send ctrl-_ as the byte that also stands for ctrl-7 and ctrl-/.
            (KeyCode::Char('_' | '7' | '/'), true, _) => self.undo(),
            (KeyCode::Char('h'), true, _) | (KeyCode::Backspace, ..) => {
                self.cut(self.before(), self.cursor);
            }
            (KeyCode::Char('d'), true, _) | (KeyCode::Delete, ..) => {
                self.cut(self.cursor, self.after());
            }
            (KeyCode::Char(character), false, false) => {
                self.remember(LastKey::Typed);
                self.put(character.encode_utf8(&mut [0; 4]));
            }
            _ => return false,
        }
        true
    }

    /// Shows an earlier line in place of this one, or a later one, and at last what was typed. `lines` has the newest last.
    pub fn recall(&mut self, lines: &[String], older: bool) -> bool {
        let back = match (&self.recalled, older) {
            (None, true) => Some(0),
            (None, false) => return false,
            (Some(recalled), true) => Some(recalled.back + 1),
            (Some(recalled), false) => recalled.back.checked_sub(1),
        };
        let typed = match &self.recalled {
            Some(recalled) => recalled.typed.clone(),
            None => self.text.clone(),
        };
        let Some(back) = back else {
            self.set(typed);
            return true;
        };
        let line = lines
            .len()
            .checked_sub(back + 1)
            .and_then(|place| lines.get(place));
        let Some(line) = line else {
            return false;
        };
        self.set(line.clone());
        self.recalled = Some(Recalled { back, typed });
        true
    }

    /// An earlier line is shown.
    pub fn is_recalled(&self) -> bool {
        self.recalled.is_some()
    }

    fn go(&mut self, cursor: usize) {
        self.last = LastKey::Other;
        self.cursor = cursor;
    }

    fn cut(&mut self, start: usize, end: usize) {
        if start == end {
            return;
        }
        self.remember(LastKey::Other);
        self.text.replace_range(start..end, "");
        self.cursor = start;
        self.settle_cursor();
    }

    /// Cuts for ctrl-y; cuts in a row are kept as one.
    fn kill(&mut self, start: usize, end: usize) {
        if start == end {
            return;
        }
        let goes_on = self.last == LastKey::Killed;
        let piece = self.text[start..end].to_owned();
        let backwards = end == self.cursor;
        self.cut(start, end);
        self.last = LastKey::Killed;
        if !goes_on {
            self.killed = piece;
        } else if backwards {
            self.killed.insert_str(0, &piece);
        } else {
            self.killed.push_str(&piece);
        }
    }

    /// Swaps the two graphemes around the cursor, or the last two at the line's end.
    fn transpose(&mut self) {
        let middle = if self.cursor == self.text.len() {
            self.before()
        } else {
            self.cursor
        };
        let (head, tail) = self.text.split_at(middle);
        let (Some((start, left)), Some(right)) = (
            head.grapheme_indices(true).next_back(),
            tail.graphemes(true).next(),
        ) else {
            return;
        };
        let end = middle + right.len();
        let swapped = format!("{right}{left}");
        self.remember(LastKey::Other);
        self.text.replace_range(start..end, &swapped);
        self.cursor = end;
        self.settle_cursor();
    }

    /// An edit may have joined two graphemes around the cursor.
    fn settle_cursor(&mut self) {
        let cursor = self.cursor;
        if cursor == 0 || cursor == self.text.len() {
            return;
        }
        self.cursor = self
            .text
            .grapheme_indices(true)
            .map(|(offset, grapheme)| offset + grapheme.len())
            .find(|end| *end >= cursor)
            .unwrap_or(0);
    }

    fn before(&self) -> usize {
        self.text[..self.cursor]
            .grapheme_indices(true)
            .next_back()
            .map_or(0, |(offset, _)| offset)
    }

    fn after(&self) -> usize {
        self.text[self.cursor..]
            .graphemes(true)
            .next()
            .map_or(self.cursor, |next| self.cursor + next.len())
    }

    fn word_before(&self) -> usize {
        self.text[..self.cursor]
            .unicode_word_indices()
            .next_back()
            .map_or(0, |(offset, _)| offset)
    }

    fn word_after(&self) -> usize {
        self.text[self.cursor..]
            .unicode_word_indices()
            .next()
            .map_or(self.text.len(), |(offset, word)| {
                self.cursor + offset + word.len()
            })
    }

    /// Where the word that ends at the cursor begins, when only blanks part words: what ctrl-w cuts.
    fn blank_before(&self) -> usize {
        let head = self.text[..self.cursor].trim_end();
        head.char_indices()
            .rev()
            .find(|(_, letter)| letter.is_whitespace())
            .map_or(0, |(offset, letter)| offset + letter.len_utf8())
    }
}

#[cfg(test)]
mod tests;
