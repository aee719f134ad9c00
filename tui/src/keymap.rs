//! Keys to commands: a trie with contexts, built from the command table and the person's own changes to it.

mod key;

use std::collections::{BTreeMap, HashMap};

use crate::command::{Command, Row, TABLE, plain};
use crate::config::problem::{Clash, Held};
use crate::config::{Keys, Place, Preset, Problem, What};
use crate::model::Screen;

pub use key::{Key, KeyError, shown};

/// Where a key means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

    /// All of them, the global one first.
    pub const ALL: &[Context] = &[
        Self::Global,
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

    /// Its name in settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Board => "board",
            Self::Opportunity => "opportunity",
            Self::Customer => "customer",
            Self::Alerts => "alerts",
            Self::NextActions => "next-actions",
            Self::Inbox => "inbox",
            Self::Funnel => "funnel",
            Self::Drill => "drill",
            Self::Forecast => "forecast",
            Self::Goals => "goals",
            Self::Leaderboard => "leaderboard",
            Self::Digest => "digest",
            Self::Changes => "changes",
            Self::Rewards => "rewards",
            Self::TeamFeed => "team-feed",
            Self::Schemes => "schemes",
            Self::Rehearsal => "rehearsal",
            Self::RewardStatistics => "reward-statistics",
            Self::Fairness => "fairness",
            Self::RewardList => "reward-list",
            Self::FirstRun => "first-run",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|context| context.name() == name)
    }

    /// The screens: all but the global one.
    fn screens() -> impl Iterator<Item = Self> {
        Self::ALL
            .iter()
            .copied()
            .filter(|context| *context != Self::Global)
    }
}

/// Keys that give a verb on a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The screen; global = all on which the verb works and the keys mean nothing else.
    pub context: Context,
    /// The keys, one after the other.
    pub keys: Vec<Key>,
    /// The same as they are written in settings: `g b`.
    pub text: String,
    /// The verb.
    pub command: Command,
    /// Where they are written in the person's own settings; none = they are the preset's.
    pub place: Option<Place>,
}

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

/// The trie of each screen, with the global keys in all of them, and the keys of each verb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    roots: HashMap<Context, Node>,
    bindings: BTreeMap<Command, Vec<Binding>>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self::build(&Keys::default()).0
    }
}

impl Keymap {
    /// Builds it from a preset and the changes to it. Keys that clash stay with whoever had them, and are told of.
    pub fn build(keys: &Keys) -> (Self, Vec<Problem>) {
        let mut bindings: BTreeMap<Command, Vec<Binding>> = BTreeMap::new();
        for row in TABLE {
            bindings.insert(row.command, bindings_of(row, keys));
        }
        let mut keymap = Self {
            roots: HashMap::new(),
            bindings,
        };
        let mut problems: Vec<Problem> = Vec::new();
        for context in Context::screens() {
            let root = keymap.roots.entry(context).or_default();
            // The screen's own keys first: they go before the global ones.
            for wanted in [context, Context::Global] {
                for binding in keymap.bindings.values().flatten() {
                    if binding.context != wanted {
                        continue;
                    }
                    let Err(taken) = insert(root, binding) else {
                        continue;
                    };
                    let all = || keymap.bindings.values().flatten();
                    let problem = clash(context, binding, taken, all(), keys.preset);
                    // A global clash is one, though it shows on each screen.
                    problems.extend(problem.filter(|problem| !problems.contains(problem)));
                }
            }
        }
        (keymap, problems)
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

    /// The keys that give a verb on a screen, its own ones first.
    pub fn keys(&self, context: Context, command: Command) -> impl Iterator<Item = &Binding> {
        let bindings = self.bindings.get(&command).map_or(&[][..], Vec::as_slice);
        let of = move |wanted: Context| bindings.iter().filter(move |one| one.context == wanted);
        let gives = move |one: &&Binding| {
            context == Context::Global || self.find(context, &one.keys) == Found::Command(command)
        };
        let own = (context != Context::Global).then(|| of(context));
        own.into_iter()
            .flatten()
            .chain(of(Context::Global).filter(gives))
    }

    /// The key to show for a verb on a screen; empty when it has none.
    pub fn key(&self, context: Context, command: Command) -> &str {
        self.keys(context, command)
            .next()
            .map_or("", |binding| binding.text.as_str())
    }

    /// The first key of a verb of this name, wherever it works; none where it has none.
    pub fn key_of(&self, name: &str) -> Option<&str> {
        let row = TABLE.iter().find(|row| row.name == name)?;
        let bindings = self.bindings.get(&row.command)?;
        let mut contexts = row.keys.iter().map(|(context, _)| *context);
        let first = contexts.find_map(|context| bindings.iter().find(|one| one.context == context));
        Some(&first.or(bindings.first())?.text)
    }

    /// All keys of all verbs, in the table's order.
    pub fn bindings(&self) -> impl Iterator<Item = &Binding> {
        TABLE
            .iter()
            .filter_map(|row| self.bindings.get(&row.command))
            .flatten()
    }
}

/// The keys of a verb: the preset's, where the person has not written others.
fn bindings_of(row: &Row, keys: &Keys) -> Vec<Binding> {
    let changes: Vec<_> = keys
        .changes
        .iter()
        .filter(|change| change.command == row.command)
        .collect();
    let everywhere = changes
        .iter()
        .any(|change| change.context == Context::Global);
    let changed = |context: Context| changes.iter().any(|change| change.context == context);
    let binding = |context: Context, keys: Vec<Key>, place: Option<Place>| Binding {
        context,
        text: key::written(&keys),
        keys,
        command: row.command,
        place,
    };
    let preset: Vec<(Context, Vec<Key>)> = match keys.preset {
        Preset::Vim => row
            .keys
            .iter()
            .map(|(context, text)| (*context, Key::sequence(text).unwrap_or_default()))
            .collect(),
        Preset::Plain => plain::keys(row),
    };
    let mut bindings: Vec<Binding> = preset
        .into_iter()
        .filter(|(context, _)| !everywhere && !changed(*context))
        .map(|(context, keys)| binding(context, keys, None))
        .collect();
    for change in &changes {
        let mut contexts = vec![change.context];
        if change.context == Context::Global && !row.works_on(Context::Global) {
            contexts = row
                .keys
                .iter()
                .map(|(context, _)| *context)
                .filter(|context| !changed(*context))
                .collect();
            contexts.dedup();
        }
        for context in contexts {
            for (keys, place) in &change.keys {
                bindings.push(binding(context, keys.clone(), Some(*place)));
            }
        }
    }
    bindings
}

/// Puts keys into a trie; the verb that stands in their way otherwise.
fn insert(root: &mut Node, binding: &Binding) -> Result<(), InTheWay> {
    let mut node = root;
    for key in &binding.keys {
        if node.command.is_some_and(|taken| taken != binding.command) {
            return Err(InTheWay::Shorter);
        }
        node = node.next.entry(*key).or_default();
    }
    match node.command {
        Some(taken) if taken != binding.command => Err(InTheWay::Same(taken)),
        _ if !node.next.is_empty() => Err(InTheWay::Longer),
        _ => {
            node.command = Some(binding.command);
            Ok(())
        }
    }
}

/// Why keys cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum InTheWay {
    /// They are this verb's.
    Same(Command),
    /// They begin with another verb's.
    Shorter,
    /// Another verb's begin with them.
    Longer,
}

/// Whether what stands in the way is a fault, and how it is told: as one of whoever came later in the file.
fn clash<'a>(
    context: Context,
    wanted: &'a Binding,
    in_the_way: InTheWay,
    all: impl Iterator<Item = &'a Binding>,
    preset: Preset,
) -> Option<Problem> {
    let here = |one: &&Binding| one.context == context || one.context == Context::Global;
    let stands = |one: &&Binding| {
        one.command != wanted.command
            && match in_the_way {
                InTheWay::Same(taken) => one.command == taken && one.keys == wanted.keys,
                InTheWay::Shorter => wanted.keys.starts_with(&one.keys),
                InTheWay::Longer => one.keys.starts_with(&wanted.keys),
            }
    };
    // A screen's own keys stand in the way before global ones.
    let mut holders: Vec<&Binding> = all.filter(here).filter(stands).collect();
    holders.sort_by_key(|one| (one.context == Context::Global, one.command));
    let holder = *holders.first()?;
    let own_goes_first = wanted.context == Context::Global
        && holder.context != Context::Global
        && wanted.place.is_none()
        && matches!(in_the_way, InTheWay::Same(_));
    if own_goes_first {
        return None;
    }
    let (one, other) = if holder.place > wanted.place {
        (holder, wanted)
    } else {
        (wanted, holder)
    };
    let held = other.place.map_or(Held::Preset(preset.name()), Held::File);
    let context = if one.context == Context::Global && other.context != Context::Global {
        other.context
    } else {
        one.context
    };
    let (context, command, holder) = (context.name(), name(one.command), name(other.command));
    let what = What::Clash(Box::new(Clash {
        keys: one.text.clone(),
        other: (one.keys != other.keys).then(|| other.text.clone()),
        context,
        command,
        holder,
        held,
    }));
    Some(Problem {
        place: one.place,
        what,
    })
}

fn name(command: Command) -> &'static str {
    crate::command::row(command).map_or("", |row| row.name)
}

#[cfg(test)]
mod tests;
