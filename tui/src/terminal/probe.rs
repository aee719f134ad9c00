//! Finds out what a terminal can do: colours and letters from the environment, background and character width by asking.
//!
//! The questions are sent before the first paint and their answers read whenever they come, so that nothing waits for them. They end with a
//! device-attributes request, which every terminal answers: once that answer is there, what has not been answered will not be.

use super::color::Depth;

/// Asks for the background's colour alone: a terminal that does not tell by itself when it changes is asked again when the person comes back.
pub const BACKGROUND: &str = "\x1b]11;?\x1b\\";

/// Writes a letter of two bytes that is narrow everywhere, then an ambiguous one, and asks after each where that left the cursor; takes them
/// away, and ends with the fence.
const POSITIONS: &str = "\x1b[H\u{161}\x1b[6n\x1b[H\u{2500}\x1b[6n\x1b[H\x1b[K\x1b[c";

/// The same, and the background's colour.
const ALL: &str = "\x1b[H\u{161}\x1b[6n\x1b[H\u{2500}\x1b[6n\x1b[H\x1b[K\x1b]11;?\x1b\\\x1b[c";

/// Questions about the cursor's position in either.
pub const POSITION_QUESTIONS: u8 = 2;

/// What can be asked of this sort of terminal: none of those that print what they do not understand is asked for its colours.
pub fn questions(variable: impl Fn(&str) -> Option<String>) -> &'static str {
    match variable("TERM").unwrap_or_default().as_str() {
        "" | "dumb" => "",
        term if is_simple(term) => POSITIONS,
        _ => ALL,
    }
}

/// A console or an old terminal: no colours to ask for, no title, no clipboard, and few signs in its font.
pub fn is_simple(term: &str) -> bool {
    let old = term.starts_with("vt") && !term.starts_with("vte");
    old || term == "linux" || ["dumb", "ansi", "cons25", "sun"].contains(&term) || term.is_empty()
}

/// What of Unicode the terminal takes, told from the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// All of it.
    All,
    /// Names as they are, but plain signs: the font has few.
    PlainSigns,
    /// The same until the terminal tells, because the locale says nothing.
    Unknown,
    /// Another encoding: nothing but ASCII may be written.
    Ascii,
}

/// Told from `TERM` and the locale: `LC_ALL`, `LC_CTYPE`, `LANG`, whichever is set first.
pub fn letters(variable: impl Fn(&str) -> Option<String>) -> Letters {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(&variable)
        .find(|value| !value.is_empty())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let encoding = locale
        .split_once('.')
        .map(|(_, rest)| rest.split('@').next().unwrap_or_default().replace('-', ""));
    let simple = is_simple(&variable("TERM").unwrap_or_default());
    match encoding.as_deref() {
        Some("utf8") if !simple => Letters::All,
        Some("utf8") => Letters::PlainSigns,
        None if simple => Letters::PlainSigns,
        None => Letters::Unknown,
        Some(_) => Letters::Ascii,
    }
}

/// How many colours, told from the environment: `NO_COLOR` first, then `COLORTERM`, `TERM_PROGRAM`, `TERM`.
pub fn depth(variable: impl Fn(&str) -> Option<String>) -> Depth {
    let value = |name: &str| variable(name).unwrap_or_default().to_ascii_lowercase();
    let term = value("TERM");
    if !value("NO_COLOR").is_empty() || term == "dumb" {
        return Depth::Mono;
    }
    let truecolor_terms = [
        "alacritty",
        "contour",
        "foot",
        "ghostty",
        "kitty",
        "rio",
        "wezterm",
    ];
    let truecolor_programs = [
        "ghostty",
        "hyper",
        "iterm.app",
        "rio",
        "vscode",
        "wezterm",
        "zed",
    ];
    if matches!(value("COLORTERM").as_str(), "truecolor" | "24bit")
        || term.ends_with("-direct")
        || truecolor_terms.iter().any(|name| term.contains(name))
        || truecolor_programs.contains(&value("TERM_PROGRAM").as_str())
        || variable("WT_SESSION").is_some()
    {
        return Depth::TrueColor;
    }
    if term.contains("256color") || !value("COLORTERM").is_empty() {
        return Depth::Ansi256;
    }
    if term.starts_with("vt") && !term.starts_with("vte") {
        Depth::Mono
    } else {
        Depth::Ansi16
    }
}

/// A guess at the background before the terminal has answered, from `COLORFGBG` (`15;0`), which some terminals set.
pub fn light_background_hint(variable: impl Fn(&str) -> Option<String>) -> Option<bool> {
    let background = variable("COLORFGBG")?
        .rsplit(';')
        .next()?
        .parse::<u8>()
        .ok()?;
    Some(matches!(background, 7 | 9..=15))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment<'a>(variables: &'a [(&str, &str)]) -> impl Fn(&str) -> Option<String> + 'a {
        |name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        }
    }

    #[test]
    fn colours_are_told_from_the_environment() {
        for (variables, expected) in [
            (
                &[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")][..],
                Depth::TrueColor,
            ),
            (&[("TERM", "xterm-kitty")], Depth::TrueColor),
            (&[("TERM", "xterm-256color")], Depth::Ansi256),
            (&[("TERM", "tmux-256color")], Depth::Ansi256),
            (&[("TERM", "screen-256color")], Depth::Ansi256),
            (&[("TERM", "screen")], Depth::Ansi16),
            (&[("TERM", "linux")], Depth::Ansi16),
            (&[("TERM", "xterm")], Depth::Ansi16),
            (&[("TERM", "dumb")], Depth::Mono),
            (&[("TERM", "vt100")], Depth::Mono),
            (
                &[
                    ("TERM", "xterm-256color"),
                    ("COLORTERM", "truecolor"),
                    ("NO_COLOR", "1"),
                ],
                Depth::Mono,
            ),
            (
                &[("TERM", "xterm-256color"), ("NO_COLOR", "")],
                Depth::Ansi256,
            ),
        ] {
            assert_eq!(depth(environment(variables)), expected, "{variables:?}");
        }
        let hint = |value: &str| light_background_hint(|_| Some(value.to_owned()));
        assert_eq!(
            (hint("15;0"), hint("0;default;15"), hint("x")),
            (Some(false), Some(true), None)
        );
    }

    #[test]
    fn signs_and_letters_are_told_from_the_locale_and_the_terminal() {
        for (variables, expected) in [
            (
                &[("TERM", "xterm"), ("LANG", "zh_CN.UTF-8")][..],
                Letters::All,
            ),
            (&[("TERM", "xterm"), ("LANG", "en_US.utf8")], Letters::All),
            (
                &[("TERM", "xterm"), ("LC_ALL", "C"), ("LANG", "en_US.UTF-8")],
                Letters::Unknown,
            ),
            (
                &[("TERM", "xterm"), ("LC_ALL", ""), ("LANG", "C.UTF-8")],
                Letters::All,
            ),
            (&[("TERM", "xterm")], Letters::Unknown),
            (&[("TERM", "linux")], Letters::PlainSigns),
            (
                &[("TERM", "linux"), ("LANG", "en_US.UTF-8")],
                Letters::PlainSigns,
            ),
            (
                &[("TERM", "xterm"), ("LANG", "de_DE.ISO-8859-1")],
                Letters::Ascii,
            ),
            (
                &[("TERM", "xterm"), ("LANG", "zh_CN.GB18030")],
                Letters::Ascii,
            ),
        ] {
            assert_eq!(letters(environment(variables)), expected, "{variables:?}");
        }
    }

    #[test]
    fn what_may_be_printed_as_it_stands_is_not_asked() {
        let asked = |term| questions(environment(&[("TERM", term)]));
        assert_eq!(asked("dumb"), "");
        for simple in ["linux", "vt220"] {
            assert!(!asked(simple).contains("\x1b]"), "{simple}");
            assert!(asked(simple).ends_with("\x1b[c"), "{simple}");
        }
        for term in ["xterm-256color", "screen", "tmux-256color", "vte-256color"] {
            assert!(asked(term).contains(BACKGROUND), "{term}");
            let positions = asked(term).matches("\x1b[6n").count();
            assert_eq!(positions, usize::from(POSITION_QUESTIONS));
        }
    }

    #[test]
    fn the_questions_leave_nothing_on_the_screen() {
        let cells = |count| std::num::NonZeroU16::new(count).unwrap();
        let mut parser = vt100::Parser::new(cells(5), cells(20), 0);
        parser.process(ALL.as_bytes());
        assert_eq!(parser.screen().contents(), "");
    }
}
