//! A line of text being edited: readline keys, by grapheme.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation;

/// Longest text a line takes, in bytes: longer pastes are cut.
pub const MAX_INPUT_BYTES: usize = 4_096;

/// The line and its cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    text: String,
    /// Byte offset, always on a grapheme boundary.
    cursor: usize,
}

impl Input {
    /// With a text, cursor at its end.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let cursor = text.len();
        Self { text, cursor }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text before and after the cursor.
    pub fn split(&self) -> (&str, &str) {
        self.text.split_at(self.cursor)
    }

    /// Replaces the text; the cursor goes to its end.
    pub fn set(&mut self, text: impl Into<String>) {
        *self = Self::new(text);
    }

    /// Inserts text at the cursor: line breaks become spaces, control characters are dropped.
    pub fn insert(&mut self, text: &str) {
        for character in text.chars() {
            let character = match character {
                '\n' | '\t' => ' ',
                other if other.is_control() => continue,
                other => other,
            };
            if self.text.len() + character.len_utf8() > MAX_INPUT_BYTES {
                return;
            }
            self.text.insert(self.cursor, character);
            self.cursor += character.len_utf8();
        }
        self.settle_cursor();
    }

    /// Edits; false when the key means nothing to a line.
    pub fn handle(&mut self, key: KeyEvent) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        match (key.code, control, alt) {
            (KeyCode::Char('a'), true, _) | (KeyCode::Home, ..) => self.cursor = 0,
            (KeyCode::Char('e'), true, _) | (KeyCode::End, ..) => self.cursor = self.text.len(),
            (KeyCode::Char('b'), true, _) => self.cursor = self.before(),
            (KeyCode::Char('f'), true, _) => self.cursor = self.after(),
            (KeyCode::Char('b'), _, true) | (KeyCode::Left, true, _) => {
                self.cursor = self.word_before()
            }
            (KeyCode::Char('f'), _, true) | (KeyCode::Right, true, _) => {
                self.cursor = self.word_after()
            }
            (KeyCode::Left, ..) => self.cursor = self.before(),
            (KeyCode::Right, ..) => self.cursor = self.after(),
            (KeyCode::Char('u'), true, _) => self.cut(0, self.cursor),
            (KeyCode::Char('k'), true, _) => self.cut(self.cursor, self.text.len()),
            (KeyCode::Char('w'), true, _) | (KeyCode::Backspace, _, true) => {
                self.cut(self.word_before(), self.cursor)
            }
            (KeyCode::Char('d'), _, true) => self.cut(self.cursor, self.word_after()),
            (KeyCode::Char('h'), true, _) | (KeyCode::Backspace, ..) => {
                self.cut(self.before(), self.cursor)
            }
            (KeyCode::Char('d'), true, _) | (KeyCode::Delete, ..) => {
                self.cut(self.cursor, self.after())
            }
            (KeyCode::Char(character), false, false) => {
                self.insert(character.encode_utf8(&mut [0; 4]))
            }
            _ => return false,
        }
        true
    }

    fn cut(&mut self, start: usize, end: usize) {
        self.text.replace_range(start..end, "");
        self.cursor = start;
        self.settle_cursor();
    }

    /// An edit may have joined two graphemes around the cursor.
    fn settle_cursor(&mut self) {
        let cursor = self.cursor;
        self.cursor = self
            .text
            .grapheme_indices(true)
            .map(|(offset, grapheme)| offset + grapheme.len())
            .find(|end| *end >= cursor)
            .filter(|_| cursor > 0)
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(input: &mut Input, code: KeyCode, modifiers: KeyModifiers) {
        input.handle(KeyEvent::new(code, modifiers));
    }

    #[test]
    fn backspace_takes_a_whole_grapheme() {
        let mut input = Input::new("华北👨‍👩‍👧");
        press(&mut input, KeyCode::Backspace, KeyModifiers::NONE);
        assert_eq!(input.text(), "华北");
        press(&mut input, KeyCode::Left, KeyModifiers::NONE);
        press(&mut input, KeyCode::Char('x'), KeyModifiers::NONE);
        assert_eq!(input.split(), ("华x", "北"));
    }

    #[test]
    fn readline_keys_cut_words_and_ends() {
        let mut input = Input::new("Acme renewal 1.2m");
        press(&mut input, KeyCode::Char('w'), KeyModifiers::CONTROL);
        assert_eq!(input.text(), "Acme renewal ");
        press(&mut input, KeyCode::Char('b'), KeyModifiers::ALT);
        press(&mut input, KeyCode::Char('k'), KeyModifiers::CONTROL);
        assert_eq!(input.text(), "Acme ");
        press(&mut input, KeyCode::Char('u'), KeyModifiers::CONTROL);
        assert_eq!(input.text(), "");
    }

    #[test]
    fn a_pasted_block_becomes_one_line() {
        let mut input = Input::default();
        input.insert("Acme\nrenewal\u{7}\t2m");
        assert_eq!(input.text(), "Acme renewal 2m");
    }
}
