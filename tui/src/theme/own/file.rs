//! Reads the file of a theme of the person's own: TOML that says how roles look, on top of a theme that is built in.
//!
//! ```toml
//! inherits = "dark"            # or light, high-contrast, colour-blind, mono; without it: as the terminal's background
//!
//! [roles]
//! accent = "#ff8700"           # a colour alone is that of the text
//! bad = { fg = "bright-red", bold = true }
//! selected = { bg = 236 }      # one of the 256
//! ```

use ratatui::style::{Color, Modifier, Style};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::OwnTheme;
use crate::config::problem::{Lines, Problem, Unknown, What};
use crate::theme::{Role, ThemeKind};

/// Keys of a theme file.
const KEYS: [&str; 2] = ["inherits", "roles"];

/// The sixteen colours by name, as most terminals' settings call them.
const NAMED: [(&str, Color); 17] = [
    ("default", Color::Reset),
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("white", Color::Gray),
    ("bright-black", Color::DarkGray),
    ("bright-red", Color::LightRed),
    ("bright-green", Color::LightGreen),
    ("bright-yellow", Color::LightYellow),
    ("bright-blue", Color::LightBlue),
    ("bright-magenta", Color::LightMagenta),
    ("bright-cyan", Color::LightCyan),
    ("bright-white", Color::White),
];

const MODIFIERS: [(&str, Modifier); 5] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underlined", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
];

/// What is wrong, and the byte where.
type Fault = (usize, What);

/// Reads a theme file.
///
/// # Errors
/// When it is no TOML, or says something that no theme can say.
pub fn read(name: &str, text: &str) -> Result<OwnTheme, Problem> {
    table(name, text).map_err(|(offset, what)| Problem::at(Lines::new(text).place(offset), what))
}

fn table(name: &str, text: &str) -> Result<OwnTheme, Fault> {
    let table = DeTable::parse(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        (offset, What::Malformed(error.message().to_owned()))
    })?;
    let mut theme = OwnTheme {
        name: name.to_owned(),
        ..OwnTheme::default()
    };
    for (key, value) in table.get_ref() {
        match &**key.get_ref() {
            "inherits" => theme.inherits = Some(inherits(value)?),
            "roles" => theme.changes = roles(value)?,
            other => return Err(unknown(key.span().start, other, &KEYS)),
        }
    }
    Ok(theme)
}

fn unknown(offset: usize, given: &str, known: &[&str]) -> Fault {
    let unknown = Unknown::new(given, known.iter().copied());
    (offset, What::UnknownName(unknown))
}

fn expected(value: &Spanned<DeValue<'_>>, key: &'static str) -> Fault {
    (value.span().start, What::Expected(key))
}

fn inherits(value: &Spanned<DeValue<'_>>) -> Result<ThemeKind, Fault> {
    let names = ThemeKind::ALL.map(ThemeKind::name);
    let DeValue::String(name) = value.get_ref() else {
        return Err(expected(value, "settings-expected-theme"));
    };
    ThemeKind::named(name).ok_or_else(|| unknown(value.span().start, name, &names))
}

fn roles(value: &Spanned<DeValue<'_>>) -> Result<Vec<(Role, Style)>, Fault> {
    let DeValue::Table(table) = value.get_ref() else {
        return Err(expected(value, "settings-expected-roles"));
    };
    let names = Role::ALL.map(|(_, name)| name);
    let mut changes = Vec::new();
    for (key, value) in table {
        let name = &**key.get_ref();
        let role = Role::named(name).ok_or_else(|| unknown(key.span().start, name, &names))?;
        changes.push((role, style(value)?));
    }
    Ok(changes)
}

fn style(value: &Spanned<DeValue<'_>>) -> Result<Style, Fault> {
    let DeValue::Table(table) = value.get_ref() else {
        return Ok(Style::new().fg(color(value)?));
    };
    let mut style = Style::new();
    for (key, value) in table {
        let name = &**key.get_ref();
        let modifier = MODIFIERS.iter().find(|(known, _)| *known == name);
        match (name, modifier) {
            ("fg", _) => style.fg = Some(color(value)?),
            ("bg", _) => style.bg = Some(color(value)?),
            (_, Some((_, modifier))) => {
                let DeValue::Boolean(on) = value.get_ref() else {
                    return Err(expected(value, "settings-expected-switch"));
                };
                style = if *on {
                    style.add_modifier(*modifier)
                } else {
                    style.remove_modifier(*modifier)
                };
            }
            (_, None) => {
                let mut known = vec!["fg", "bg"];
                known.extend(MODIFIERS.iter().map(|(name, _)| *name));
                return Err(unknown(key.span().start, name, &known));
            }
        }
    }
    Ok(style)
}

fn color(value: &Spanned<DeValue<'_>>) -> Result<Color, Fault> {
    let wrong = || expected(value, "settings-expected-colour");
    match value.get_ref() {
        DeValue::Integer(number) => {
            let index = number.as_str().parse().map_err(|_| wrong())?;
            Ok(Color::Indexed(index))
        }
        DeValue::String(name) => {
            if let Some(digits) = name.strip_prefix('#') {
                return rgb(digits).ok_or_else(wrong);
            }
            let found = NAMED.iter().find(|(known, _)| known == name);
            let names = NAMED.map(|(name, _)| name);
            found
                .map(|(_, color)| *color)
                .ok_or_else(|| unknown(value.span().start, name, &names))
        }
        _ => Err(wrong()),
    }
}

fn rgb(digits: &str) -> Option<Color> {
    if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let channel = |place: usize| u8::from_str_radix(digits.get(place..place + 2)?, 16).ok();
    Some(Color::Rgb(channel(0)?, channel(2)?, channel(4)?))
}
