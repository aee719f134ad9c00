//! The bytes that ask a terminal for its bell or for a notification of the desktop.

use super::passthrough;
use crate::config::notify::DesktopMeans;

/// The terminal's bell.
pub const BELL: &str = "\x07";

/// What `auto` means in an environment.
pub fn means(asked: DesktopMeans, variable: impl Fn(&str) -> Option<String>) -> DesktopMeans {
    if asked != DesktopMeans::Auto {
        return asked;
    }
    let term = variable("TERM").unwrap_or_default();
    let of_vte = variable("VTE_VERSION").is_some_and(|version| !version.is_empty());
    if of_vte || term.starts_with("rxvt") || term.starts_with("foot") {
        DesktopMeans::Osc777
    } else {
        DesktopMeans::Osc9
    }
}

/// A notification with a title. Nothing in the texts can end the sequence or begin another one.
pub fn desktop(means: DesktopMeans, title: &str, text: &str, in_tmux: bool) -> String {
    let (title, text) = (plain(title), plain(text));
    let sequence = match means {
        // A leading digit would be read as the number of another request.
        DesktopMeans::Auto | DesktopMeans::Osc9 => format!("\x1b]9;{title}: {text}\x1b\\"),
        DesktopMeans::Osc777 => format!("\x1b]777;notify;{title};{text}\x1b\\"),
    };
    if in_tmux {
        passthrough::tmux(&sequence)
    } else {
        sequence
    }
}

/// Without control characters of any set, without those that turn the direction of writing, and without the sign that separates fields.
fn plain(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            ';' => ',',
            letter if letter.is_control() => ' ',
            letter => letter,
        })
        .filter(|letter| !matches!(letter, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_means_has_its_sequence() {
        let asked = |means| desktop(means, "Sluice", "Kim won Acme", false);
        assert_eq!(
            asked(DesktopMeans::Osc9),
            "\x1b]9;Sluice: Kim won Acme\x1b\\"
        );
        assert_eq!(
            asked(DesktopMeans::Osc777),
            "\x1b]777;notify;Sluice;Kim won Acme\x1b\\"
        );
    }

    #[test]
    fn nothing_in_a_name_reaches_the_terminal_as_a_command() {
        let evil = "a\x1b]52;c;ZXZpbA==\x07b\u{9c}c\u{202e}d\nÿ";
        let sequence = desktop(DesktopMeans::Osc777, "Sluice", evil, false);
        let inner = sequence
            .strip_prefix("\x1b]777;notify;")
            .and_then(|rest| rest.strip_suffix("\x1b\\"))
            .unwrap();
        assert!(!inner.contains(char::is_control), "{inner:?}");
        assert_eq!(inner.matches(';').count(), 1);
    }

    #[test]
    fn inside_tmux_it_is_passed_through() {
        let sequence = desktop(DesktopMeans::Osc9, "Sluice", "won", true);
        assert_eq!(sequence, "\x1bPtmux;\x1b\x1b]9;Sluice: won\x1b\x1b\\\x1b\\");
    }

    #[test]
    fn the_environment_decides_what_auto_means() {
        let of = |name: &'static str, value: &'static str| {
            means(DesktopMeans::Auto, move |asked| {
                (asked == name).then(|| value.to_owned())
            })
        };
        assert_eq!(of("TERM", "xterm-256color"), DesktopMeans::Osc9);
        assert_eq!(of("TERM", "rxvt-unicode"), DesktopMeans::Osc777);
        assert_eq!(of("VTE_VERSION", "7600"), DesktopMeans::Osc777);
    }
}
