//! Finds out what a terminal can do: colours from the environment, background and character width by asking, within a bound.
//!
//! The questions are sent before the first paint and their answers read after it, so that nothing waits. They end with a device-attributes
//! request, which every terminal answers: once that answer is there, what has not been answered will not be.

use std::io;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::color::Depth;

/// How long answers are waited for.
pub const ANSWER_BOUND: Duration = Duration::from_millis(100);

/// Keys that a late answer may be made of at most.
const MAX_LATE_KEYS: usize = 64;

/// Bytes read while waiting for answers; a person types less in a tenth of a second.
const MAX_ANSWER_BYTES: usize = 4_096;

/// Prints an ambiguous character and asks where that left the cursor, takes it away, asks for the background colour, ends with the fence.
pub const QUESTIONS: &str = "\x1b[H\u{2500}\x1b[6n\x1b[H\x1b[K\x1b]11;?\x1b\\\x1b[c";

/// What the terminal answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Its background is light (true) or dark (false); none when it does not tell.
    pub light_background: Option<bool>,
    /// It draws ambiguous characters two cells wide; none when it does not tell.
    pub wide_ambiguous: Option<bool>,
    /// The fence was answered: nothing more will come.
    pub complete: bool,
    /// What the person typed meanwhile, as far as it can be told.
    pub typed: Vec<KeyEvent>,
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

/// Reads the answers to [`QUESTIONS`] until the fence or for [`ANSWER_BOUND`] after `asked`. Blocks that long: call it from a blocking task, after
/// the first paint and before anything else reads the input.
pub fn read_answers(input: impl AsFd, asked: Instant) -> io::Result<Answers> {
    let mut bytes = Vec::new();
    loop {
        let answers = interpret(&bytes);
        let left = ANSWER_BOUND.saturating_sub(asked.elapsed());
        if answers.complete || left.is_zero() || bytes.len() >= MAX_ANSWER_BYTES {
            return Ok(answers);
        }
        let timeout = Timespec {
            tv_sec: 0,
            tv_nsec: left.subsec_nanos().into(),
        };
        let mut ready = [PollFd::new(&input, PollFlags::IN)];
        match poll(&mut ready, Some(&timeout)) {
            Ok(0) => return Ok(answers),
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        }
        let mut chunk = [0; 512];
        let count = rustix::io::read(&input, &mut chunk)?;
        if count == 0 {
            return Ok(answers);
        }
        bytes.extend_from_slice(&chunk[..count]);
    }
}

/// Takes answers and typed keys apart.
pub fn interpret(bytes: &[u8]) -> Answers {
    let text = String::from_utf8_lossy(bytes);
    let mut answers = Answers::default();
    let mut rest = text.as_ref();
    while let Some(letter) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("\x1b]11;") {
            let end = after.find(['\x1b', '\x07']).unwrap_or(after.len());
            answers.light_background = luminance_is_light(&after[..end]);
            rest = after[end..].trim_start_matches('\x07');
            rest = rest.strip_prefix("\x1b\\").unwrap_or(rest);
        } else if let Some(after) = rest.strip_prefix("\x1b[") {
            let end = after
                .find(|byte: char| ('\x40'..='\x7e').contains(&byte))
                .unwrap_or(after.len());
            let (parameters, tail) = after.split_at(end);
            match (tail.chars().next(), parameters.strip_prefix('?')) {
                (Some('c'), Some(_)) => answers.complete = true,
                (Some('R'), None) => {
                    let column = parameters
                        .split(';')
                        .nth(1)
                        .and_then(|column| column.parse::<u16>().ok());
                    answers.wide_ambiguous = column.map(|column| column > 2);
                }
                (Some(direction), None) if parameters.is_empty() => {
                    answers.typed.extend(arrow(direction))
                }
                _ => {}
            }
            rest = tail.get(1..).unwrap_or_default();
        } else {
            answers.typed.extend(key(letter));
            rest = &rest[letter.len_utf8()..];
        }
    }
    answers
}

fn arrow(direction: char) -> Option<KeyEvent> {
    let code = match direction {
        'A' => KeyCode::Up,
        'B' => KeyCode::Down,
        'C' => KeyCode::Right,
        'D' => KeyCode::Left,
        _ => return None,
    };
    Some(code.into())
}

fn key(letter: char) -> Option<KeyEvent> {
    Some(match letter {
        '\r' => KeyCode::Enter.into(),
        '\t' => KeyCode::Tab.into(),
        '\x7f' => KeyCode::Backspace.into(),
        '\x1b' => KeyCode::Esc.into(),
        '\x01'..='\x1a' => {
            let letter = char::from_u32(u32::from(letter) + 0x60)?;
            KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL)
        }
        char::REPLACEMENT_CHARACTER => return None,
        letter if letter.is_control() => return None,
        letter => KeyCode::Char(letter).into(),
    })
}

/// `rgb:1e1e/1e1e/2e2e` or `rgb:ff/ff/ff`.
fn luminance_is_light(answer: &str) -> Option<bool> {
    let channels = answer
        .strip_prefix("rgb:")
        .or_else(|| answer.strip_prefix("rgba:"))?;
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
    Some(2_126 * red + 7_152 * green + 722 * blue > 5_000_000)
}

/// Keeps an answer that comes after the bound from being taken for keys: the input library hands it over as Alt+`]` and a row of letters.
#[derive(Clone, Copy, Debug, Default)]
pub struct LateAnswerFilter {
    expecting: bool,
    swallowed: Option<usize>,
}

impl LateAnswerFilter {
    /// A filter for a terminal that has, or has not, answered everything yet.
    pub fn new(answers: &Answers) -> Self {
        Self {
            expecting: !answers.complete,
            swallowed: None,
        }
    }

    /// True when the event is a part of a late answer and means nothing to the person.
    pub fn swallows(&mut self, event: &Event) -> bool {
        let Event::Key(key) = event else { return false };
        if !self.expecting || key.kind == KeyEventKind::Release {
            return false;
        }
        let is_alt =
            |letter| key.code == KeyCode::Char(letter) && key.modifiers.contains(KeyModifiers::ALT);
        match self.swallowed {
            None if is_alt(']') => self.swallowed = Some(0),
            None => return false,
            Some(count) => {
                let bell =
                    key.code == KeyCode::Char('g') && key.modifiers.contains(KeyModifiers::CONTROL);
                let over = is_alt('\\') || bell || count >= MAX_LATE_KEYS;
                self.expecting = !over;
                self.swallowed = if over { None } else { Some(count + 1) };
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn depth_of(variables: &[(&str, &str)]) -> Depth {
        depth(|name| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        })
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
            assert_eq!(depth_of(variables), expected, "{variables:?}");
        }
        let hint = |value: &str| light_background_hint(|_| Some(value.to_owned()));
        assert_eq!(
            (hint("15;0"), hint("0;default;15"), hint("x")),
            (Some(false), Some(true), None)
        );
    }

    #[test]
    fn answers_and_typing_are_told_apart() {
        let answers = interpret(b"a\x1b[1;2R\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\j\x1b[?62;22c\x1b[B\r");
        assert_eq!(answers.light_background, Some(false));
        assert_eq!(answers.wide_ambiguous, Some(false));
        assert!(answers.complete);
        assert_eq!(
            answers.typed,
            [
                KeyCode::Char('a').into(),
                KeyCode::Char('j').into(),
                KeyCode::Down.into(),
                KeyCode::Enter.into()
            ]
        );
        let other = interpret("\x1b[1;3R\x1b]11;rgb:ff/ff/f0\x07华".as_bytes());
        assert_eq!(
            (other.light_background, other.wide_ambiguous, other.complete),
            (Some(true), Some(true), false)
        );
        assert_eq!(other.typed, [KeyCode::Char('华').into()]);
    }

    #[test]
    fn a_late_answer_is_no_typing() {
        let mut filter = LateAnswerFilter::new(&Answers::default());
        let alt = |letter| Event::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::ALT));
        let plain = |letter| Event::Key(KeyCode::Char(letter).into());
        assert!(!filter.swallows(&plain('j')));
        assert!(filter.swallows(&alt(']')));
        for letter in "11;rgb:1e1e/1e1e/2e2e".chars() {
            assert!(filter.swallows(&plain(letter)));
        }
        assert!(filter.swallows(&alt('\\')));
        assert!(!filter.swallows(&plain('k')));
        let mut satisfied = LateAnswerFilter::new(&Answers {
            complete: true,
            ..Answers::default()
        });
        assert!(!satisfied.swallows(&alt(']')));
    }

    #[test]
    fn a_silent_terminal_is_not_waited_for_longer_than_the_bound() {
        let (silent, _other) = std::os::unix::net::UnixStream::pair().unwrap();
        let asked = Instant::now();
        assert_eq!(read_answers(&silent, asked).unwrap(), Answers::default());
        assert!(asked.elapsed() >= ANSWER_BOUND);
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken_apart(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            interpret(&bytes);
        }
    }
}
