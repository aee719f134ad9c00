//! The built-in palettes, picked by hand for each number of colours and each background.
//!
//! They are of the 240 colours that are the same on every terminal with 256 or more: there they look as a true colour would, and a change of
//! colour takes 8 bytes less. The sixteen are the terminal's own, so that only those are used that can be read on the background everywhere.

use ratatui::style::{Color, Modifier, Style};

use super::{Ground, Role, ThemeKind};
use crate::terminal::Depth;

/// The colours of a theme.
pub(super) struct Palette {
    pub(super) dim: Color,
    pub(super) faint: Color,
    pub(super) accent: Color,
    pub(super) on_accent: Color,
    pub(super) selected: Color,
    pub(super) good: Color,
    pub(super) warn: Color,
    pub(super) bad: Color,
    pub(super) fresh: Color,
}

const BLACK: Color = Color::Indexed(16);
const WHITE: Color = Color::Indexed(231);

const DARK: Palette = Palette {
    dim: Color::Indexed(248),
    faint: Color::Indexed(239),
    accent: Color::Indexed(80),
    on_accent: Color::Indexed(16),
    selected: Color::Indexed(237),
    good: Color::Indexed(114),
    warn: Color::Indexed(179),
    bad: Color::Indexed(210),
    fresh: Color::Indexed(18),
};

const LIGHT: Palette = Palette {
    dim: Color::Indexed(240),
    faint: Color::Indexed(250),
    accent: Color::Indexed(24),
    on_accent: Color::Indexed(231),
    selected: Color::Indexed(254),
    good: Color::Indexed(22),
    warn: Color::Indexed(94),
    bad: Color::Indexed(124),
    fresh: Color::Indexed(152),
};

const STRONG_ON_DARK: Palette = Palette {
    dim: Color::Reset,
    faint: Color::Indexed(250),
    accent: Color::Indexed(51),
    on_accent: Color::Indexed(16),
    selected: Color::Reset,
    good: Color::Indexed(46),
    warn: Color::Indexed(226),
    bad: Color::Indexed(210),
    fresh: Color::Reset,
};

const STRONG_ON_LIGHT: Palette = Palette {
    dim: Color::Reset,
    faint: Color::Indexed(240),
    accent: Color::Indexed(18),
    on_accent: Color::Indexed(231),
    selected: Color::Reset,
    good: Color::Indexed(22),
    warn: Color::Indexed(58),
    bad: Color::Indexed(88),
    fresh: Color::Reset,
};

/// Blue, yellow and vermilion differ for every kind of eye; violet leads.
const BLIND_ON_DARK: Palette = Palette {
    accent: Color::Indexed(183),
    good: Color::Indexed(75),
    warn: Color::Indexed(228),
    bad: Color::Indexed(209),
    ..DARK
};

const BLIND_ON_LIGHT: Palette = Palette {
    accent: Color::Indexed(54),
    good: Color::Indexed(25),
    warn: Color::Indexed(94),
    bad: Color::Indexed(125),
    ..LIGHT
};

const SIXTEEN_ON_DARK: Palette = Palette {
    dim: Color::Reset,
    faint: Color::DarkGray,
    accent: Color::Cyan,
    on_accent: Color::Black,
    selected: Color::Reset,
    good: Color::Green,
    warn: Color::Yellow,
    bad: Color::LightRed,
    fresh: Color::Reset,
};

/// Green, yellow and cyan of most terminals cannot be read on white.
const SIXTEEN_ON_LIGHT: Palette = Palette {
    dim: Color::Reset,
    faint: Color::DarkGray,
    accent: Color::Blue,
    on_accent: Color::White,
    selected: Color::Reset,
    good: Color::Blue,
    warn: Color::Magenta,
    bad: Color::Red,
    fresh: Color::Reset,
};

const SIXTEEN_BLIND_ON_DARK: Palette = Palette {
    accent: Color::LightMagenta,
    good: Color::Cyan,
    bad: Color::LightRed,
    ..SIXTEEN_ON_DARK
};

const SIXTEEN_STRONG_ON_DARK: Palette = Palette {
    faint: Color::Reset,
    accent: Color::LightCyan,
    good: Color::LightGreen,
    warn: Color::LightYellow,
    ..SIXTEEN_ON_DARK
};

/// How a role of a built-in theme looks.
pub(super) fn style(kind: ThemeKind, ground: Ground, depth: Depth, role: Role) -> Style {
    let few = depth == Depth::Ansi16;
    let palette = match (kind, ground) {
        (ThemeKind::Mono, _) => return mono(role),
        _ if depth == Depth::Mono => return mono(role),
        (ThemeKind::HighContrast, Ground::Dark) if few => &SIXTEEN_STRONG_ON_DARK,
        (ThemeKind::HighContrast, Ground::Dark) => &STRONG_ON_DARK,
        (ThemeKind::HighContrast, Ground::Light) if few => &SIXTEEN_ON_LIGHT,
        (ThemeKind::HighContrast, Ground::Light) => &STRONG_ON_LIGHT,
        (ThemeKind::ColourBlind, Ground::Dark) if few => &SIXTEEN_BLIND_ON_DARK,
        (ThemeKind::ColourBlind, Ground::Dark) => &BLIND_ON_DARK,
        (ThemeKind::ColourBlind, Ground::Light) if few => &SIXTEEN_ON_LIGHT,
        (ThemeKind::ColourBlind, Ground::Light) => &BLIND_ON_LIGHT,
        (ThemeKind::Dark, _) if few => &SIXTEEN_ON_DARK,
        (ThemeKind::Light, _) if few => &SIXTEEN_ON_LIGHT,
        (ThemeKind::Dark, _) => &DARK,
        (ThemeKind::Light, _) => &LIGHT,
    };
    let style = if few {
        sixteen(palette, role)
    } else {
        coloured(palette, role)
    };
    match (kind, ground, role) {
        (ThemeKind::HighContrast, ..) => strong(style, role),
        // On the other sort of background the terminal's own text cannot be read on a ground of ours.
        (ThemeKind::Dark, Ground::Light, Role::Selected | Role::Fresh) => style.fg(WHITE),
        (ThemeKind::Light, Ground::Dark, Role::Selected | Role::Fresh) => style.fg(BLACK),
        _ => style,
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
        Role::Stale => style.fg(palette.dim).add_modifier(Modifier::DIM),
    }
}

/// With so few colours none is left for backgrounds.
fn sixteen(palette: &Palette, role: Role) -> Style {
    match role {
        Role::Text | Role::Dim => Style::new(),
        Role::Selected => Style::new().add_modifier(Modifier::REVERSED),
        Role::Fresh => Style::new().add_modifier(Modifier::UNDERLINED),
        other => coloured(palette, other),
    }
}

/// Nothing is dimmed, what means something is bold, and what is chosen is reversed.
fn strong(style: Style, role: Role) -> Style {
    let plain = Style::new();
    match role {
        Role::Text | Role::Dim => plain,
        Role::Stale => plain.add_modifier(Modifier::DIM),
        Role::Pending => plain.add_modifier(Modifier::ITALIC),
        Role::Focus | Role::Selected => plain.add_modifier(Modifier::BOLD | Modifier::REVERSED),
        Role::Fresh => plain.add_modifier(Modifier::UNDERLINED),
        Role::Faint => style,
        _ => style.add_modifier(Modifier::BOLD),
    }
}

fn mono(role: Role) -> Style {
    let style = Style::new();
    match role {
        Role::Text => style,
        Role::Strong | Role::Accent | Role::Good | Role::Warn => style.add_modifier(Modifier::BOLD),
        Role::Bad => style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
        Role::Dim | Role::Faint | Role::Stale => style.add_modifier(Modifier::DIM),
        Role::Focus | Role::Selected | Role::Cursor | Role::Banner => {
            style.add_modifier(Modifier::REVERSED)
        }
        Role::Pending => style.add_modifier(Modifier::ITALIC),
        Role::Fresh => style.add_modifier(Modifier::UNDERLINED),
    }
}
