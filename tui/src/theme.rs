//! What things mean, and how that looks: no other file names a colour.

use ratatui::style::{Color, Modifier, Style};

/// A family of looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeKind {
    /// For dark backgrounds.
    #[default]
    Dark,
    /// For light backgrounds.
    Light,
    /// Strong, of the terminal's own sixteen colours.
    HighContrast,
    /// No colour at all: bold, dim, reverse and underline say everything.
    Mono,
}

/// What a piece of screen means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Ordinary text, in the terminal's own colours.
    Text,
    /// A name or figure that leads.
    Strong,
    /// Second to the text beside it.
    Dim,
    /// Rules and separators.
    Faint,
    /// The product's own colour: keys, prompts.
    Accent,
    /// The head of the focused column.
    Focus,
    /// The selected card or line.
    Selected,
    /// Won, live, on time.
    Good,
    /// Approaching stagnation, waiting.
    Warn,
    /// Stalled, late, lost, refused.
    Bad,
    /// Not yet confirmed by the server.
    Pending,
    /// Changed some seconds ago.
    Fresh,
    /// A banner over everything.
    Banner,
    /// The place of the cursor in a text.
    Cursor,
}

/// A theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    /// Which family.
    pub kind: ThemeKind,
    /// The terminal has sixteen colours only.
    pub sixteen: bool,
    /// Glyphs that some terminals draw two cells wide are replaced by plain ones.
    pub plain: bool,
    /// The person chose it: what the terminal says of its background no longer counts.
    pub chosen: bool,
}

/// Signs that go with colours, so that colour is never alone.
#[derive(Clone, Copy, Debug)]
pub struct Glyphs {
    /// The selected card.
    pub selected: &'static str,
    /// Approaching stagnation.
    pub approaching: &'static str,
    /// Stalled.
    pub stalled: &'static str,
    /// Far over the period.
    pub critical: &'static str,
    /// Not yet confirmed.
    pub pending: &'static str,
    /// Just changed.
    pub fresh: &'static str,
    /// The link lives.
    pub live: &'static str,
    /// The link is gone.
    pub lost: &'static str,
    /// A horizontal rule.
    pub rule: &'static str,
    /// Between columns.
    pub bar: &'static str,
    /// Between words.
    pub dot: &'static str,
    /// More above.
    pub above: &'static str,
    /// More below.
    pub below: &'static str,
    /// Done.
    pub done: &'static str,
    /// Wrong.
    pub wrong: &'static str,
    /// Moved to a later stage.
    pub forward: &'static str,
    /// Moved to an earlier one.
    pub backward: &'static str,
    /// Brought back.
    pub reopened: &'static str,
    /// Something in the inbox.
    pub message: &'static str,
    /// Among the first three.
    pub medal: &'static str,
    /// Rewards.
    pub reward: &'static str,
    /// A packet to be opened.
    pub packet: &'static str,
    /// A badge.
    pub badge: &'static str,
}

const GLYPHS: Glyphs = Glyphs {
    selected: "▌",
    approaching: "◔",
    stalled: "▲",
    critical: "▲▲",
    pending: "◌",
    fresh: "∗",
    live: "●",
    lost: "○",
    rule: "─",
    bar: "│",
    dot: "·",
    above: "↑",
    below: "↓",
    done: "✓",
    wrong: "✗",
    forward: "→",
    backward: "←",
    reopened: "↺",
    message: "✉",
    medal: "★",
    reward: "◆",
    packet: "▣",
    badge: "★",
};

const PLAIN: Glyphs = Glyphs {
    selected: "|",
    approaching: "~",
    stalled: "!",
    critical: "!!",
    pending: "?",
    fresh: "*",
    live: "*",
    lost: "o",
    rule: "-",
    bar: "|",
    dot: "-",
    above: "^",
    below: "v",
    done: "+",
    wrong: "x",
    forward: ">",
    backward: "<",
    reopened: "^",
    message: "@",
    medal: "*",
    reward: "$",
    packet: "#",
    badge: "+",
};

struct Palette {
    dim: Color,
    faint: Color,
    accent: Color,
    on_accent: Color,
    selected: Color,
    good: Color,
    warn: Color,
    bad: Color,
    fresh: Color,
}

const DARK: Palette = Palette {
    dim: Color::Indexed(246),
    faint: Color::Indexed(239),
    accent: Color::Indexed(80),
    on_accent: Color::Indexed(16),
    selected: Color::Indexed(237),
    good: Color::Indexed(114),
    warn: Color::Indexed(179),
    bad: Color::Indexed(203),
    fresh: Color::Indexed(23),
};

const LIGHT: Palette = Palette {
    dim: Color::Indexed(242),
    faint: Color::Indexed(250),
    accent: Color::Indexed(30),
    on_accent: Color::Indexed(231),
    selected: Color::Indexed(253),
    good: Color::Indexed(28),
    warn: Color::Indexed(130),
    bad: Color::Indexed(160),
    fresh: Color::Indexed(152),
};

const SIXTEEN: Palette = Palette {
    dim: Color::Reset,
    faint: Color::DarkGray,
    accent: Color::Cyan,
    on_accent: Color::Black,
    selected: Color::Reset,
    good: Color::Green,
    warn: Color::Yellow,
    bad: Color::Red,
    fresh: Color::Reset,
};

impl Theme {
    /// The next family, as a choice of the person's.
    pub fn next(self) -> Self {
        let kind = match self.kind {
            ThemeKind::Dark => ThemeKind::Light,
            ThemeKind::Light => ThemeKind::HighContrast,
            ThemeKind::HighContrast => ThemeKind::Mono,
            ThemeKind::Mono => ThemeKind::Dark,
        };
        Self {
            kind,
            chosen: true,
            ..self
        }
    }

    /// Key of the family's name.
    pub const fn name_key(self) -> &'static str {
        match self.kind {
            ThemeKind::Dark => "theme-dark",
            ThemeKind::Light => "theme-light",
            ThemeKind::HighContrast => "theme-high-contrast",
            ThemeKind::Mono => "theme-mono",
        }
    }

    /// The signs this terminal can draw.
    pub fn glyphs(self) -> &'static Glyphs {
        if self.plain { &PLAIN } else { &GLYPHS }
    }

    /// Words that stand on a rule: nothing of the rule's faintness may be left in them.
    pub fn heading(self) -> Style {
        Style::reset().patch(self.style(Role::Strong))
    }

    /// How a role looks.
    pub fn style(self, role: Role) -> Style {
        let palette = match self.kind {
            ThemeKind::Mono => return mono(role),
            ThemeKind::HighContrast => return strong(role),
            _ if self.sixteen => return sixteen(role),
            ThemeKind::Dark => &DARK,
            ThemeKind::Light => &LIGHT,
        };
        coloured(palette, role)
    }
}

fn coloured(palette: &Palette, role: Role) -> Style {
    let style = Style::new();
    match role {
        Role::Text => style,
        Role::Strong => style.add_modifier(Modifier::BOLD),
        Role::Dim => style.fg(palette.dim),
        Role::Faint => style.fg(palette.faint),
        Role::Accent => style.fg(palette.accent),
        Role::Focus => style
            .fg(palette.on_accent)
            .bg(palette.accent)
            .add_modifier(Modifier::BOLD),
        Role::Selected => style.bg(palette.selected),
        Role::Good => style.fg(palette.good),
        Role::Warn => style.fg(palette.warn),
        Role::Bad => style.fg(palette.bad),
        Role::Pending => style.fg(palette.dim).add_modifier(Modifier::ITALIC),
        Role::Fresh => style.bg(palette.fresh),
        Role::Banner => style
            .fg(palette.on_accent)
            .bg(palette.warn)
            .add_modifier(Modifier::BOLD),
        Role::Cursor => style.add_modifier(Modifier::REVERSED),
    }
}

fn sixteen(role: Role) -> Style {
    match role {
        Role::Selected => Style::new().add_modifier(Modifier::REVERSED),
        Role::Fresh => Style::new().add_modifier(Modifier::UNDERLINED),
        other => coloured(&SIXTEEN, other),
    }
}

fn strong(role: Role) -> Style {
    let style = Style::new();
    let bold = style.add_modifier(Modifier::BOLD);
    match role {
        Role::Text | Role::Dim | Role::Faint => style,
        Role::Strong => bold,
        Role::Accent => bold.fg(Color::LightCyan),
        Role::Focus | Role::Selected | Role::Cursor => bold.add_modifier(Modifier::REVERSED),
        Role::Good => bold.fg(Color::LightGreen),
        Role::Warn => bold.fg(Color::LightYellow),
        Role::Bad => bold.fg(Color::LightRed),
        Role::Pending => style.add_modifier(Modifier::ITALIC),
        Role::Fresh => style.add_modifier(Modifier::UNDERLINED),
        Role::Banner => bold.fg(Color::Black).bg(Color::LightYellow),
    }
}

fn mono(role: Role) -> Style {
    let style = Style::new();
    match role {
        Role::Text => style,
        Role::Strong | Role::Accent | Role::Good | Role::Warn => style.add_modifier(Modifier::BOLD),
        Role::Bad => style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
        Role::Dim | Role::Faint => style.add_modifier(Modifier::DIM),
        Role::Focus | Role::Selected | Role::Cursor | Role::Banner => {
            style.add_modifier(Modifier::REVERSED)
        }
        Role::Pending => style.add_modifier(Modifier::ITALIC),
        Role::Fresh => style.add_modifier(Modifier::UNDERLINED),
    }
}
