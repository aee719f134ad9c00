//! One key: as terminals send it, as settings write it, as the screen shows it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Highest function key that terminals send.
const MAX_FUNCTION_KEY: u8 = 12;
/// Most keys one after the other for one verb.
pub const MAX_SEQUENCE: usize = 4;

/// Keys that have a name: as written, as shown, and what terminals send.
const NAMED: &[(&str, &str, KeyCode)] = &[
    ("enter", "⏎", KeyCode::Enter),
    ("esc", "Esc", KeyCode::Esc),
    ("tab", "Tab", KeyCode::Tab),
    ("backtab", "S-Tab", KeyCode::BackTab),
    ("space", "Space", KeyCode::Char(' ')),
    ("backspace", "⌫", KeyCode::Backspace),
    ("delete", "Del", KeyCode::Delete),
    ("insert", "Ins", KeyCode::Insert),
    ("left", "←", KeyCode::Left),
    ("right", "→", KeyCode::Right),
    ("up", "↑", KeyCode::Up),
    ("down", "↓", KeyCode::Down),
    ("home", "Home", KeyCode::Home),
    ("end", "End", KeyCode::End),
    ("pageup", "PgUp", KeyCode::PageUp),
    ("pagedown", "PgDn", KeyCode::PageDown),
];

/// Names of the function keys.
const FUNCTION: [&str; MAX_FUNCTION_KEY as usize] = [
    "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12",
];

/// What terminals cannot tell from a key of its own.
const SENT_AS: &[(&str, &str)] = &[
    ("ctrl-i", "tab"),
    ("ctrl-m", "enter"),
    ("ctrl-[", "esc"),
    ("ctrl-h", "backspace"),
    ("shift-tab", "backtab"),
];

/// One key, as people think of it: a capital letter is the letter, not shift and a small one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which.
    pub code: KeyCode,
    /// With control.
    pub control: bool,
    /// With alt.
    pub alt: bool,
    /// With shift, where that makes no other letter: arrows, function keys. Not every terminal tells.
    pub shift: bool,
}

/// Why a text is no key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// There is no such key.
    Unknown(String),
    /// Terminals send another one.
    SentAs {
        /// As written.
        key: String,
        /// What arrives.
        sent: &'static str,
    },
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        let shift = event.modifiers.contains(KeyModifiers::SHIFT);
        let control = event.modifiers.contains(KeyModifiers::CONTROL);
        let code = match event.code {
            // A Chinese input method left on types ：？／ where : ? / are meant.
            KeyCode::Char(wide @ '\u{FF01}'..='\u{FF5E}') => {
                KeyCode::Char(char::from_u32(u32::from(wide) - 0xFEE0).unwrap_or(wide))
            }
            // The same key, left on the Chinese layout.
            KeyCode::Char('￥' | '¥') => KeyCode::Char('$'),
            KeyCode::Char(letter) if shift && !control => {
                KeyCode::Char(letter.to_uppercase().next().unwrap_or(letter))
            }
            KeyCode::Char(letter) if control => KeyCode::Char(letter.to_ascii_lowercase()),
            other => other,
        };
        Self {
            code,
            control,
            alt: event.modifiers.contains(KeyModifiers::ALT),
            shift: shift && !matches!(code, KeyCode::Char(_) | KeyCode::BackTab),
        }
    }
}

impl Key {
    /// Reads `a`, `G`, `<`, `ctrl-d`, `alt-x`, `shift-f5`, `enter`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::read(text).ok()
    }

    /// Reads one key.
    ///
    /// # Errors
    /// When there is no such key, or terminals send another one for it.
    pub fn read(text: &str) -> Result<Self, KeyError> {
        if let Some((_, sent)) = SENT_AS.iter().find(|(written, _)| *written == text) {
            let key = text.to_owned();
            return Err(KeyError::SentAs { key, sent });
        }
        let unknown = || KeyError::Unknown(text.to_owned());
        let (mut control, mut alt, mut shift, mut rest) = (false, false, false, text);
        loop {
            let (modifier, after) = match rest.split_once('-') {
                Some(("ctrl", after)) => (&mut control, after),
                Some(("alt", after)) => (&mut alt, after),
                Some(("shift", after)) => (&mut shift, after),
                _ => break,
            };
            if after.is_empty() || *modifier {
                return Err(unknown());
            }
            *modifier = true;
            rest = after;
        }
        let code = Self::code(rest).ok_or_else(unknown)?;
        let code = match code {
            // Terminals send one code for both letters with control, and the capital without.
            KeyCode::Char(letter) if control && (shift || letter.is_uppercase()) => {
                return Err(unknown());
            }
            KeyCode::Char(letter) if shift => {
                let mut capital = letter.to_uppercase();
                match (letter.is_lowercase(), capital.next(), capital.next()) {
                    (true, Some(capital), None) => KeyCode::Char(capital),
                    _ => return Err(unknown()),
                }
            }
            other => other,
        };
        let shift = shift && !matches!(code, KeyCode::Char(_));
        Ok(Self {
            code,
            control,
            alt,
            shift,
        })
    }

    fn code(name: &str) -> Option<KeyCode> {
        if let Some((.., code)) = NAMED.iter().find(|(written, ..)| *written == name) {
            return Some(*code);
        }
        let numbers = 1..=MAX_FUNCTION_KEY;
        if let Some((_, number)) = FUNCTION
            .iter()
            .zip(numbers)
            .find(|(known, _)| **known == name)
        {
            return Some(KeyCode::F(number));
        }
        let mut letters = name.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) if !letter.is_control() && letter != ' ' => {
                Some(KeyCode::Char(letter))
            }
            _ => None,
        }
    }

    /// Reads keys one after the other: `g b`.
    ///
    /// # Errors
    /// As [`Key::read`]; also for none, and for more than `MAX_SEQUENCE`.
    pub fn sequence(text: &str) -> Result<Vec<Self>, KeyError> {
        let keys: Result<Vec<Self>, KeyError> = text.split_whitespace().map(Self::read).collect();
        keys.and_then(|keys| {
            if keys.is_empty() || keys.len() > MAX_SEQUENCE {
                Err(KeyError::Unknown(text.to_owned()))
            } else {
                Ok(keys)
            }
        })
    }

    /// The names of keys that are more than a letter.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let named = NAMED.iter().map(|(written, ..)| *written);
        named.chain(FUNCTION)
    }

    /// As settings write it.
    pub fn written(self) -> String {
        let mut text = String::new();
        for (with, name) in [
            (self.control, "ctrl-"),
            (self.alt, "alt-"),
            (self.shift, "shift-"),
        ] {
            if with {
                text.push_str(name);
            }
        }
        let named = NAMED.iter().find(|(.., code)| *code == self.code);
        match (named, self.code) {
            (Some((written, ..)), _) => text.push_str(written),
            (None, KeyCode::Char(letter)) => text.push(letter),
            (None, KeyCode::F(number)) => {
                let place = usize::from(number).wrapping_sub(1);
                text.push_str(FUNCTION.get(place).unwrap_or(&""));
            }
            (None, _) => {}
        }
        text
    }

    /// The digit, when it can be part of a count.
    pub fn digit(self) -> Option<u32> {
        match self.code {
            KeyCode::Char(digit) if !self.control && !self.alt => digit.to_digit(10),
            _ => None,
        }
    }

    /// The same without shift, for terminals and people who press it beside.
    pub fn without_shift(self) -> Self {
        Self {
            shift: false,
            ..self
        }
    }
}

/// Keys one after the other, as settings write them.
pub(super) fn written(keys: &[Key]) -> String {
    let keys: Vec<String> = keys.iter().map(|key| key.written()).collect();
    keys.join(" ")
}

/// How keys of the table are shown: `enter` as ⏎, `g b` as `gb`, `f9 b` as `F9 b`.
pub fn shown(keys: &str) -> String {
    let mut text = String::new();
    let mut long = false;
    for key in keys.split(' ').filter(|key| !key.is_empty()) {
        let one = shown_one(key);
        let letter = one.chars().nth(1).is_none();
        if !text.is_empty() && (long || !letter) {
            text.push(' ');
        }
        long = !letter;
        text.push_str(&one);
    }
    text
}

fn shown_one(key: &str) -> String {
    let start = key
        .rfind('-')
        .filter(|at| at + 1 < key.len())
        .map_or(0, |at| at + 1);
    let (modifiers, name) = key.split_at(start);
    let named = NAMED.iter().find(|(written, ..)| *written == name);
    match named {
        Some((_, sign, _)) => format!("{modifiers}{sign}"),
        None if FUNCTION.contains(&name) => format!("{modifiers}{}", name.to_uppercase()),
        None => key.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn shift_and_a_letter_is_the_capital() {
        let event = KeyEvent::new(KeyCode::Char('g'), KeyModifiers::SHIFT);
        assert_eq!(Key::from(event), Key::parse("G").unwrap());
        assert_eq!(Key::parse("shift-g"), Key::parse("G"));
    }

    #[test]
    fn a_full_width_sign_is_the_plain_one() {
        let event = KeyEvent::new(KeyCode::Char('：'), KeyModifiers::NONE);
        assert_eq!(Key::from(event), Key::parse(":").unwrap());
    }

    #[test]
    fn every_key_is_written_as_it_is_read() {
        let plain = Key::names().map(str::to_owned);
        let letters = "aZ<:-$é字".chars().map(|letter| letter.to_string());
        for name in plain.chain(letters) {
            for modifiers in ["", "alt-", "ctrl-", "ctrl-alt-"] {
                let text = format!("{modifiers}{name}");
                if let Some(key) = Key::parse(&text) {
                    assert_eq!(key.written(), text);
                }
            }
            assert!(Key::parse(&name).is_some(), "{name}");
        }
        assert_eq!(Key::parse("shift-f5").unwrap().written(), "shift-f5");
    }

    #[test]
    fn what_terminals_cannot_tell_apart_is_told_and_no_key_is_made_up() {
        let sent = |text: &str| Key::read(text).unwrap_err();
        assert_eq!(
            sent("ctrl-i"),
            KeyError::SentAs {
                key: "ctrl-i".to_owned(),
                sent: "tab"
            }
        );
        for text in [
            "",
            "entr",
            "ctrl-",
            "ctrl-ctrl-a",
            "ctrl-A",
            "shift-1",
            "f13",
            "g b",
            " ",
        ] {
            assert_eq!(sent(text), KeyError::Unknown(text.to_owned()));
        }
        assert!(Key::sequence("g g g g g").is_err() && Key::sequence("").is_err());
    }

    #[test]
    fn keys_are_shown_short_and_longer_ones_apart() {
        assert_eq!(shown("g b"), "gb");
        assert_eq!(shown("f9 b"), "F9 b");
        assert_eq!(shown("ctrl-right"), "ctrl-→");
        assert_eq!(shown("enter"), "⏎");
        assert_eq!(shown("-"), "-");
    }
}
