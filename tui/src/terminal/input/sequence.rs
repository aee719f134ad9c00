//! What a complete sequence means: a key with modifiers, the mouse, the focus, an answer.

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use super::{Answer, Received};

/// Most numbers of a sequence that counts.
const MAX_NUMBERS: usize = 6;

/// The light that separates light backgrounds from dark ones, of 10,000,000.
const HALF_LIGHT: u32 = 5_000_000;

/// Numbers between semicolons, none for those left out; none at all when there is anything else. Parts behind a colon are of no interest.
pub(super) fn numbers(kept: &[u8]) -> Option<Vec<Option<u16>>> {
    let text = std::str::from_utf8(kept).ok()?;
    text.split(';')
        .take(MAX_NUMBERS)
        .map(
            |number| match number.split(':').next().unwrap_or_default() {
                "" => Some(None),
                digits => digits.parse().ok().map(Some),
            },
        )
        .collect()
}

/// What `ESC [`, these bytes and this last one mean; none = nothing to us.
pub(super) fn meaning(kept: &[u8], last: u8) -> Option<Received> {
    match (kept.first(), last) {
        (Some(b'<'), b'M' | b'm') => mouse(&kept[1..], last == b'm'),
        (Some(b'?'), b'c') => Some(Received::Answer(Answer::Attributes)),
        (Some(b'?'), b'n') => match kept {
            b"?997;1" => Some(Received::Answer(Answer::LightBackground(false))),
            b"?997;2" => Some(Received::Answer(Answer::LightBackground(true))),
            _ => None,
        },
        (None, b'I') => Some(Received::Event(Event::FocusGained)),
        (None, b'O') => Some(Received::Event(Event::FocusLost)),
        // Answers that nobody asked for.
        (Some(b'<' | b'=' | b'>' | b'?'), _) => None,
        _ => key(&numbers(kept)?, last),
    }
}

fn key(numbers: &[Option<u16>], last: u8) -> Option<Received> {
    let number = |place: usize| numbers.get(place).copied().flatten();
    let (code, modifiers) = match last {
        b'~' if number(0) == Some(27) => (letter(number(2)?)?, number(1)),
        b'~' => (numbered(number(0)?)?, number(1)),
        b'u' => (letter(number(0)?)?, number(1)),
        b'Z' => (KeyCode::BackTab, Some(2)),
        b'R' if number(0) != Some(1) && number(0).is_some() => return None,
        b'A'..=b'H' | b'P'..=b'S' => (function(last)?, number(1)),
        _ => return None,
    };
    let event = KeyEvent::new(code, modifiers_of(modifiers.unwrap_or(1))?);
    Some(Received::Event(Event::Key(event)))
}

/// What a letter behind `ESC O`, or at the end of a sequence, means.
pub(super) fn function(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P'..=b'S' => KeyCode::F(letter - b'P' + 1),
        // The number pad of an application keyboard.
        b'M' => KeyCode::Enter,
        b'j'..=b'y' => KeyCode::Char(char::from(letter - b'j' + b'*')),
        _ => return None,
    })
}

fn numbered(number: u16) -> Option<KeyCode> {
    let function =
        |from: u16, first: u8| Some(KeyCode::F(u8::try_from(number - from).ok()? + first));
    match number {
        1 | 7 => Some(KeyCode::Home),
        2 => Some(KeyCode::Insert),
        3 => Some(KeyCode::Delete),
        4 | 8 => Some(KeyCode::End),
        5 => Some(KeyCode::PageUp),
        6 => Some(KeyCode::PageDown),
        11..=15 => function(11, 1),
        17..=21 => function(17, 6),
        23..=26 => function(23, 11),
        28..=29 => function(28, 15),
        31..=34 => function(31, 17),
        _ => None,
    }
}

/// A key by its letter, as newer keyboard protocols send it.
fn letter(code: u16) -> Option<KeyCode> {
    match char::from_u32(u32::from(code))? {
        '\r' => Some(KeyCode::Enter),
        '\t' => Some(KeyCode::Tab),
        '\x1b' => Some(KeyCode::Esc),
        '\x7f' => Some(KeyCode::Backspace),
        letter if letter.is_control() => None,
        letter => Some(KeyCode::Char(letter)),
    }
}

fn modifiers_of(parameter: u16) -> Option<KeyModifiers> {
    let bits = parameter.checked_sub(1)?;
    let mut modifiers = KeyModifiers::NONE;
    for (bit, modifier) in [
        (1, KeyModifiers::SHIFT),
        (2, KeyModifiers::ALT),
        (4, KeyModifiers::CONTROL),
        (8, KeyModifiers::SUPER),
    ] {
        if bits & bit != 0 {
            modifiers |= modifier;
        }
    }
    Some(modifiers)
}

fn mouse(kept: &[u8], released: bool) -> Option<Received> {
    let numbers = numbers(kept)?;
    let [Some(buttons), Some(column), Some(row)] = numbers[..] else {
        return None;
    };
    let kind = match mouse_kind(buttons)? {
        MouseEventKind::Down(button) if released => MouseEventKind::Up(button),
        kind => kind,
    };
    Some(mouse_event(kind, buttons, column, row))
}

/// The oldest protocol: each number is a byte, 32 more than it means.
pub(super) fn old_mouse(buttons: u8, column: u8, row: u8) -> Option<Received> {
    let number = |byte: u8| byte.checked_sub(32).map(u16::from);
    let buttons = number(buttons)?;
    let kind = mouse_kind(buttons)?;
    Some(mouse_event(kind, buttons, number(column)?, number(row)?))
}

fn mouse_event(kind: MouseEventKind, buttons: u16, column: u16, row: u16) -> Received {
    let mut modifiers = KeyModifiers::NONE;
    for (bit, modifier) in [
        (4, KeyModifiers::SHIFT),
        (8, KeyModifiers::ALT),
        (16, KeyModifiers::CONTROL),
    ] {
        if buttons & bit != 0 {
            modifiers |= modifier;
        }
    }
    Received::Event(Event::Mouse(MouseEvent {
        kind,
        column: column.saturating_sub(1),
        row: row.saturating_sub(1),
        modifiers,
    }))
}

fn mouse_kind(buttons: u16) -> Option<MouseEventKind> {
    let dragged = buttons & 32 != 0;
    let button = match buttons & 0b11 {
        0 => MouseButton::Left,
        1 => MouseButton::Middle,
        _ => MouseButton::Right,
    };
    match (buttons & 0b1100_0000, buttons & 0b11, dragged) {
        (0, 3, true) => Some(MouseEventKind::Moved),
        (0, 3, false) => Some(MouseEventKind::Up(MouseButton::Left)),
        (0, _, true) => Some(MouseEventKind::Drag(button)),
        (0, _, false) => Some(MouseEventKind::Down(button)),
        (64, 0, _) => Some(MouseEventKind::ScrollUp),
        (64, 1, _) => Some(MouseEventKind::ScrollDown),
        (64, 2, _) => Some(MouseEventKind::ScrollLeft),
        (64, 3, _) => Some(MouseEventKind::ScrollRight),
        _ => None,
    }
}

/// Whether a colour is light: `rgb:1e1e/1e1e/2e2e`, `rgb:ff/ff/ff`, `rgba:…`.
pub(super) fn is_light(color: &str) -> Option<bool> {
    let channels = color
        .strip_prefix("rgb:")
        .or_else(|| color.strip_prefix("rgba:"))?;
    let mut levels = channels.split('/').map(|channel| {
        let highest = 16_u32
            .checked_pow(u32::try_from(channel.len()).ok()?)?
            .checked_sub(1)?;
        u32::from_str_radix(channel, 16)
            .ok()?
            .checked_mul(1_000)?
            .checked_div(highest)
    });
    let (red, green, blue) = (levels.next()??, levels.next()??, levels.next()??);
    Some(2_126 * red + 7_152 * green + 722 * blue > HALF_LIGHT)
}
