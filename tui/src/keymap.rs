//! Keys to commands: a trie with contexts, built from the command table.

use std::collections::HashMap;
use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::command::{Command, TABLE};
use crate::model::Screen;

/// Where a key means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Context {
    /// Everywhere, unless the screen says otherwise.
    Global,
    /// The board.
    Board,
    /// A deal's own screen.
    Opportunity,
    /// A customer's own screen.
    Customer,
    /// The alerts.
    Alerts,
    /// What to do next.
    NextActions,
    /// The inbox.
    Inbox,
    /// The funnel.
    Funnel,
    /// What is behind a figure.
    Drill,
    /// The forecast.
    Forecast,
    /// The goals.
    Goals,
    /// The leaderboard.
    Leaderboard,
    /// The digest.
    Digest,
    /// The difference between two instants.
    Changes,
    /// What is the person's own of rewards.
    Rewards,
    /// What the team has earned.
    TeamFeed,
    /// The schemes.
    Schemes,
    /// Who would have been paid.
    Rehearsal,
    /// Sums of rewards.
    RewardStatistics,
    /// Whether rewards are fair.
    Fairness,
    /// The rewards behind a figure.
    RewardList,
    /// The choice of how to begin.
    FirstRun,
}

impl Context {
    /// The context of a screen.
    pub fn of(screen: Screen) -> Self {
        match screen {
            Screen::Board => Self::Board,
            Screen::Opportunity(_) => Self::Opportunity,
            Screen::Customer(_) => Self::Customer,
            Screen::Alerts => Self::Alerts,
            Screen::NextActions => Self::NextActions,
            Screen::Inbox => Self::Inbox,
            Screen::Funnel => Self::Funnel,
            Screen::Drill => Self::Drill,
            Screen::Forecast => Self::Forecast,
            Screen::Goals => Self::Goals,
            Screen::Leaderboard => Self::Leaderboard,
            Screen::Digest => Self::Digest,
            Screen::Changes => Self::Changes,
            Screen::Rewards => Self::Rewards,
            Screen::TeamFeed => Self::TeamFeed,
            Screen::Schemes => Self::Schemes,
            Screen::Rehearsal => Self::Rehearsal,
            Screen::RewardStatistics => Self::RewardStatistics,
            Screen::Fairness => Self::Fairness,
            Screen::RewardList => Self::RewardList,

            Screen::FirstRun => Self::FirstRun,
        }
    }

    const SCREENS: [Context; 21] = [
        Self::Board,
        Self::Opportunity,
        Self::Customer,
        Self::Alerts,
        Self::NextActions,
        Self::Inbox,
        Self::Funnel,
        Self::Drill,
        Self::Forecast,
        Self::Goals,
        Self::Leaderboard,
        Self::Digest,
        Self::Changes,
        Self::Rewards,
        Self::TeamFeed,
        Self::Schemes,
        Self::Rehearsal,
        Self::RewardStatistics,
        Self::Fairness,
        Self::RewardList,
        Self::FirstRun,
    ];
}

/// One key, as people think of it: a capital letter is the letter, not shift and a small one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which.
    pub code: KeyCode,
    /// With control.
    pub control: bool,
    /// With alt.
    pub alt: bool,
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
        }
    }
}

impl Key {
    /// Reads `a`, `G`, `<`, `ctrl-d`, `alt-x`, `enter`.
    pub fn parse(text: &str) -> Option<Self> {
        let (control, rest) = text
            .strip_prefix("ctrl-")
            .map_or((false, text), |rest| (true, rest));
        let (alt, rest) = rest
            .strip_prefix("alt-")
            .map_or((false, rest), |rest| (true, rest));
        let code = match rest {
            "enter" => KeyCode::Enter,
            "esc" => KeyCode::Esc,
            "tab" => KeyCode::Tab,
            "backtab" => KeyCode::BackTab,
            "space" => KeyCode::Char(' '),
            "backspace" => KeyCode::Backspace,
            "delete" => KeyCode::Delete,
            "left" => KeyCode::Left,
            "right" => KeyCode::Right,
            "up" => KeyCode::Up,
            "down" => KeyCode::Down,
            "home" => KeyCode::Home,
            "end" => KeyCode::End,
            "pageup" => KeyCode::PageUp,
            "pagedown" => KeyCode::PageDown,
            "f1" => KeyCode::F(1),
            other => {
                let mut letters = other.chars();
                match (letters.next(), letters.next()) {
                    (Some(letter), None) => KeyCode::Char(letter),
                    _ => return None,
                }
            }
        };
        Some(Self { code, control, alt })
    }

    /// The digit, when it can be part of a count.
    pub fn digit(self) -> Option<u32> {
        match self.code {
            KeyCode::Char(digit) if !self.control && !self.alt => digit.to_digit(10),
            _ => None,
        }
    }
}

/// How a key of the table is shown: `enter` as ⏎, `g b` as `gb`.
pub fn shown(keys: &str) -> String {
    keys.split(' ')
        .map(|key| match key {
            "enter" => "⏎",
            "esc" => "Esc",
            "up" => "↑",
            "down" => "↓",
            "left" => "←",
            "right" => "→",
            "f1" => "F1",
            "space" => "Space",
            "tab" => "Tab",
            "backtab" => "S-Tab",
            "home" => "Home",
            "end" => "End",
            "pageup" => "PgUp",
            "pagedown" => "PgDn",
            other => other,
        })
        .collect()
}

/// Two verbs want the same keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The keys.
    pub keys: String,
    /// The verb that has them.
    pub first: &'static str,
    /// The verb that wants them too.
    pub second: &'static str,
}

impl fmt::Display for Clash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            keys,
            first,
            second,
        } = self;
        write!(
            formatter,
            "keys `{keys}` are bound to both `{first}` and `{second}`: give one of them other keys"
        )
    }
}

impl std::error::Error for Clash {}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Node {
    command: Option<Command>,
    next: HashMap<Key, Node>,
}

/// What pressed keys mean so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A verb.
    Command(Command),
    /// The start of something longer.
    Prefix,
    /// Nothing.
    Nothing,
}

/// The trie of each screen, with the global keys in all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    roots: HashMap<Context, Node>,
}

impl Keymap {
    /// Builds it from the command table.
    pub fn new() -> Result<Self, Clash> {
        let mut roots: HashMap<Context, Node> = HashMap::new();
        for context in Context::SCREENS {
            let root = roots.entry(context).or_default();
            // The screen's own keys first: they go before the global ones.
            for wanted in [context, Context::Global] {
                for row in TABLE {
                    for (_, keys) in row.keys.iter().filter(|(place, _)| *place == wanted) {
                        insert(root, keys, row.command, wanted == Context::Global)?;
                    }
                }
            }
        }
        Ok(Self { roots })
    }

    /// What these keys mean on a screen.
    pub fn find(&self, context: Context, keys: &[Key]) -> Found {
        let Some(mut node) = self.roots.get(&context) else {
            return Found::Nothing;
        };
        for key in keys {
            match node.next.get(key) {
                Some(next) => node = next,
                None => return Found::Nothing,
            }
        }
        match node.command {
            Some(command) => Found::Command(command),
            None if node.next.is_empty() => Found::Nothing,
            None => Found::Prefix,
        }
    }
}

fn insert(root: &mut Node, keys: &str, command: Command, yields: bool) -> Result<(), Clash> {
    let mut node = root;
    for key in keys.split(' ').filter_map(Key::parse) {
        if let Some(taken) = node.command {
            return clash(keys, taken, command, yields);
        }
        node = node.next.entry(key).or_default();
    }
    match node.command {
        Some(taken) => clash(keys, taken, command, yields),
        None if !node.next.is_empty() => Err(Clash {
            keys: keys.to_owned(),
            first: "a longer key",
            second: name(command),
        }),
        None => {
            node.command = Some(command);
            Ok(())
        }
    }
}

/// A global key gives way to a screen's own; two of one kind clash.
fn clash(keys: &str, taken: Command, wanted: Command, yields: bool) -> Result<(), Clash> {
    if yields {
        return Ok(());
    }
    Err(Clash {
        keys: keys.to_owned(),
        first: name(taken),
        second: name(wanted),
    })
}

fn name(command: Command) -> &'static str {
    crate::command::row(command).map_or("", |row| row.name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn keys(text: &str) -> Vec<Key> {
        text.split(' ')
            .map(|key| Key::parse(key).unwrap())
            .collect()
    }

    #[test]
    fn every_key_of_the_table_is_readable_and_leads_to_its_verb() {
        let keymap = Keymap::new().unwrap();
        for row in TABLE {
            for (context, text) in row.keys {
                let context = if *context == Context::Global {
                    Context::FirstRun
                } else {
                    *context
                };
                assert_eq!(
                    keymap.find(context, &keys(text)),
                    Found::Command(row.command),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn a_prefix_waits_and_a_stray_key_is_nothing() {
        let keymap = Keymap::new().unwrap();
        assert_eq!(keymap.find(Context::Board, &keys("g")), Found::Prefix);
        assert_eq!(keymap.find(Context::Board, &keys("g z")), Found::Nothing);
    }

    #[test]
    fn two_verbs_on_one_key_are_refused_by_name() {
        let mut root = Node::default();
        insert(&mut root, "z", Command::Up, false).unwrap();
        let clash = insert(&mut root, "z", Command::Down, false).unwrap_err();
        assert!(clash.to_string().contains("`up`") && clash.to_string().contains("`down`"));
    }

    #[test]
    fn shift_and_a_letter_is_the_capital() {
        let event = KeyEvent::new(KeyCode::Char('g'), KeyModifiers::SHIFT);
        assert_eq!(Key::from(event), Key::parse("G").unwrap());
    }

    #[test]
    fn a_full_width_sign_is_the_plain_one() {
        let event = KeyEvent::new(KeyCode::Char('：'), KeyModifiers::NONE);
        assert_eq!(Key::from(event), Key::parse(":").unwrap());
    }
}
