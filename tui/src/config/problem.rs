//! What is wrong in the settings file: where, what, and what was probably meant.

use toml::Spanned;

use crate::strings::Strings;

/// Least likeness of a name that is probably meant, by Jaro and Winkler: 1 is the same.
const MIN_LIKENESS: f64 = 0.7;
/// Key of what to do about a faulty file.
pub const HINT_KEY: &str = "settings-hint";
/// Most known names listed where none is probably meant.
const MAX_LISTED: usize = 12;

/// A place in the file, both counted from 1; columns are characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Character.
    pub column: usize,
}

/// Something wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where; none = the file as a whole.
    pub place: Option<Place>,
    /// What.
    pub what: What,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The file cannot be read, in the system's words.
    Unreadable(String),
    /// It is larger than [`super::MAX_BYTES`].
    TooLarge,
    /// It is no TOML, or a value is of the wrong kind, in the parser's words.
    Malformed(String),
    /// A value of another kind; the key of the sentence that says which.
    Expected(&'static str),
    /// No such setting or value.
    UnknownName(Unknown),
    /// No such screen.
    UnknownContext(Unknown),
    /// No such verb.
    UnknownCommand(Unknown),
    /// No such key.
    UnknownKey(Unknown),
    /// A key that terminals send as another one.
    SameKey {
        /// As written.
        key: String,
        /// What arrives.
        sent: &'static str,
    },
    /// A verb does nothing on that screen.
    Elsewhere {
        /// The verb.
        command: &'static str,
        /// The screen.
        context: &'static str,
        /// Where it works.
        works: String,
    },
    /// Two verbs want the same keys, or keys that others begin with.
    Clash(Box<Clash>),
}

/// Keys that one verb cannot have because of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The keys.
    pub keys: String,
    /// The other verb's keys, where one of the two begins with the other; none = they are the same.
    pub other: Option<String>,
    /// The screen.
    pub context: &'static str,
    /// Who wants them.
    pub command: &'static str,
    /// Who is in the way.
    pub holder: &'static str,
    /// Where that one has got its keys.
    pub held: Held,
}

/// Where a verb has got its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// By the preset of this name.
    Preset(&'static str),
    /// In the file.
    File(Place),
}

/// A name that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// As written.
    pub name: String,
    /// What was probably meant.
    pub nearest: Option<String>,
    /// Some that are known, where nothing near is.
    pub known: String,
}

impl Unknown {
    /// A name, and those that are known.
    pub fn new<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.collect();
        let likeness =
            |other: &str| strsim::jaro_winkler(&name.to_lowercase(), &other.to_lowercase());
        let nearest = known
            .iter()
            .map(|other| (likeness(other), *other))
            .filter(|(likeness, _)| *likeness >= MIN_LIKENESS)
            .max_by(|one, other| one.0.total_cmp(&other.0))
            .map(|(_, other)| other.to_owned());
        let mut listed = known[..known.len().min(MAX_LISTED)].join(", ");
        if known.len() > MAX_LISTED {
            listed.push_str(", …");
        }
        Self {
            name: name.to_owned(),
            nearest,
            known: listed,
        }
    }

    pub(crate) fn words(&self, strings: &Strings, key: &str) -> String {
        let what = strings.tell(key, &[("name", self.name.as_str().into())]);
        let meant = match &self.nearest {
            Some(nearest) => strings.tell("settings-meant", &[("name", nearest.as_str().into())]),
            None if self.known.is_empty() => return what,
            None => strings.tell("settings-known", &[("names", self.known.as_str().into())]),
        };
        strings.tell(
            "settings-two",
            &[("one", what.into()), ("two", meant.into())],
        )
    }
}

impl Problem {
    /// Of the file as a whole.
    pub const fn of(what: What) -> Self {
        Self { place: None, what }
    }

    /// At a place.
    pub const fn at(place: Place, what: What) -> Self {
        Self {
            place: Some(place),
            what,
        }
    }

    /// What the TOML reader says; a name it does not know is told with the nearest one.
    pub(super) fn of_toml(lines: &Lines<'_>, error: &toml::de::Error) -> Self {
        let message = error.message();
        let what = unknown_name(message).map_or_else(
            || What::Malformed(message.trim_end().replace('\n', "; ")),
            What::UnknownName,
        );
        Self {
            place: error.span().map(|span| lines.place(span.start)),
            what,
        }
    }

    /// In words: where, what, and what to do.
    pub fn words(&self, strings: &Strings) -> String {
        let what = self.what.words(strings);
        match self.place {
            Some(place) => {
                let place = strings.tell("settings-place", &place_arguments(place));
                strings.tell(
                    "settings-two",
                    &[("one", place.into()), ("two", what.into())],
                )
            }
            None => what,
        }
    }
}

fn place_arguments(place: Place) -> [(&'static str, crate::strings::Value<'static>); 2] {
    [
        ("line", place.line.to_string().into()),
        ("column", place.column.to_string().into()),
    ]
}

impl What {
    fn words(&self, strings: &Strings) -> String {
        match self {
            Self::Unreadable(reason) => {
                strings.tell("settings-unreadable", &[("reason", reason.as_str().into())])
            }
            Self::TooLarge => strings.tell(
                "settings-too-large",
                &[("kib", (super::MAX_BYTES / 1_024).into())],
            ),
            Self::Malformed(reason) => {
                strings.tell("settings-malformed", &[("reason", reason.as_str().into())])
            }
            Self::Expected(key) => strings.say(key).to_owned(),
            Self::UnknownName(unknown) => unknown.words(strings, "settings-unknown-name"),
            Self::UnknownContext(unknown) => unknown.words(strings, "settings-unknown-context"),
            Self::UnknownCommand(unknown) => unknown.words(strings, "settings-unknown-command"),
            Self::UnknownKey(unknown) => unknown.words(strings, "settings-unknown-key"),
            Self::SameKey { key, sent } => strings.tell(
                "settings-same-key",
                &[("key", key.as_str().into()), ("sent", (*sent).into())],
            ),
            Self::Elsewhere {
                command,
                context,
                works,
            } => strings.tell(
                "settings-elsewhere",
                &[
                    ("command", (*command).into()),
                    ("context", (*context).into()),
                    ("works", works.as_str().into()),
                ],
            ),
            Self::Clash(clash) => clash.words(strings),
        }
    }
}

impl Clash {
    fn words(&self, strings: &Strings) -> String {
        let key = match self.other {
            Some(_) => "settings-begins",
            None => "settings-taken",
        };
        let longer = self.other.as_deref().unwrap_or_default();
        strings.tell(
            key,
            &[
                ("keys", self.keys.as_str().into()),
                ("longer", longer.into()),
                ("context", self.context.into()),
                ("command", self.command.into()),
                ("holder", self.holder.into()),
                ("held", self.held.words(strings).into()),
            ],
        )
    }
}

impl Held {
    fn words(self, strings: &Strings) -> String {
        match self {
            Self::Preset(name) => strings.tell("settings-held-preset", &[("name", name.into())]),
            Self::File(place) => strings.tell("settings-held-file", &place_arguments(place)),
        }
    }
}

/// Reads serde's words for a name it does not know: the name, then those it does, each between backquotes.
fn unknown_name(message: &str) -> Option<Unknown> {
    if !message.starts_with("unknown field ") && !message.starts_with("unknown variant ") {
        return None;
    }
    let mut quoted = message.split('`').skip(1).step_by(2);
    let name = quoted.next()?;
    Some(Unknown::new(name, quoted))
}

/// Offsets of a text to lines and columns.
pub(crate) struct Lines<'a>(&'a str);

impl<'a> Lines<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self(text)
    }

    pub(crate) fn place(&self, offset: usize) -> Place {
        let before = self.0.get(..offset).unwrap_or(self.0);
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        Place {
            line,
            column: before[start..].chars().count() + 1,
        }
    }

    pub(super) fn of<T>(&self, value: &Spanned<T>) -> Place {
        self.place(value.span().start)
    }
}
