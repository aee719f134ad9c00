//! Hands text to the terminal's clipboard (OSC 52), also through tmux and screen, which keep such sequences to themselves.

use std::fmt::Write as _;
use std::io;

use crossterm::Command as _;
use crossterm::clipboard::CopyToClipboard;

use crate::effect_request::MAX_CLIPBOARD_BYTES;

/// Bytes that screen takes of one string passed through at most.
const SCREEN_CHUNK: usize = 760;

/// What stands between this program and the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Multiplexer {
    /// Nothing that is known.
    #[default]
    None,
    /// tmux.
    Tmux,
    /// GNU screen.
    Screen,
}

impl Multiplexer {
    /// Told from the environment.
    pub fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        if is_set("TMUX") {
            Self::Tmux
        } else if is_set("STY") {
            Self::Screen
        } else {
            Self::None
        }
    }
}

/// The bytes that put a text on the clipboard.
///
/// # Errors
/// When the text is longer than [`MAX_CLIPBOARD_BYTES`].
pub fn sequence(text: &str, through: Multiplexer) -> io::Result<String> {
    if text.len() > MAX_CLIPBOARD_BYTES {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut plain = String::new();
    CopyToClipboard::to_clipboard_from(text)
        .write_ansi(&mut plain)
        .map_err(io::Error::other)?;
    Ok(match through {
        Multiplexer::None => plain,
        // tmux takes the one or passes the other on, as it is set up; with both, the text arrives in either case.
        Multiplexer::Tmux => {
            let doubled = plain.replace('\x1b', "\x1b\x1b");
            format!("{plain}\x1bPtmux;{doubled}\x1b\\")
        }
        Multiplexer::Screen => {
            let mut passed = String::new();
            let mut rest = plain.as_str();
            while !rest.is_empty() {
                // The end of a string must not stand within another: its two bytes go apart.
                let end = rest.find("\x1b\\").map_or(rest.len(), |end| end + 1);
                let (chunk, after) = rest.split_at(end.min(SCREEN_CHUNK));
                // Writing into a string does not fail.
                let _ = write!(passed, "\x1bP{chunk}\x1b\\");
                rest = after;
            }
            passed
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copied_text_travels_as_osc_52() {
        assert_eq!(
            sequence("Acme", Multiplexer::None).unwrap(),
            "\x1b]52;c;QWNtZQ==\x1b\\"
        );
        assert!(sequence(&"x".repeat(MAX_CLIPBOARD_BYTES + 1), Multiplexer::None).is_err());
    }

    #[test]
    fn tmux_is_told_itself_and_passes_it_on() {
        assert_eq!(
            sequence("Acme", Multiplexer::Tmux).unwrap(),
            "\x1b]52;c;QWNtZQ==\x1b\\\x1bPtmux;\x1b\x1b]52;c;QWNtZQ==\x1b\x1b\\\x1b\\"
        );
    }

    #[test]
    fn screen_passes_on_what_was_sent_piece_by_piece() {
        let text = "x".repeat(3_000);
        let passed = sequence(&text, Multiplexer::Screen).unwrap();
        let pieces: Vec<&str> = passed
            .strip_suffix("\x1b\\")
            .unwrap()
            .split("\x1b\\")
            .map(|piece| piece.strip_prefix("\x1bP").unwrap())
            .collect();
        assert!(pieces.iter().all(|piece| piece.len() <= SCREEN_CHUNK));
        assert_eq!(pieces.concat(), sequence(&text, Multiplexer::None).unwrap());
    }

    #[test]
    fn what_stands_between_is_told_from_the_environment() {
        let named = |name: &'static str| {
            Multiplexer::of(move |asked| (asked == name).then(|| "1".to_owned()))
        };
        assert_eq!(named("TMUX"), Multiplexer::Tmux);
        assert_eq!(named("STY"), Multiplexer::Screen);
        assert_eq!(named("TERM"), Multiplexer::None);
    }
}
