//! Themes can be read, by every eye, on every background; a person's own say what is wrong with them.

use ratatui::style::{Color, Modifier, Style};

use super::*;
use crate::terminal::Depth;
use crate::terminal::color::rgb_of;

/// What WCAG 2 demands of text (AA).
const READABLE: f64 = 4.5;
/// What is demanded where contrast is the very purpose.
const STRONG: f64 = 6.5;
/// Colours nearer than this in CIE Lab are taken for one another at a glance.
const DISTINCT: f64 = 20.0;

/// Roles in which words are written.
const TEXT_ROLES: [Role; 6] = [
    Role::Dim,
    Role::Accent,
    Role::Good,
    Role::Warn,
    Role::Bad,
    Role::Pending,
];

const BLACK: [f64; 3] = [0.0; 3];
const WHITE: [f64; 3] = [1.0; 3];

/// Linear light of a colour, none for the terminal's own.
fn light(color: Option<Color>) -> Option<[f64; 3]> {
    let (red, green, blue) = match color? {
        Color::Reset => return None,
        Color::Rgb(red, green, blue) => (red, green, blue),
        Color::Indexed(index) => rgb_of(index),
        named => rgb_of(crate::terminal::color::index_of(named)?),
    };
    Some([red, green, blue].map(|level| {
        let level = f64::from(level) / 255.0;
        if level <= 0.04045 {
            level / 12.92
        } else {
            ((level + 0.055) / 1.055).powf(2.4)
        }
    }))
}

fn luminance([red, green, blue]: [f64; 3]) -> f64 {
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

fn own_ground(ground: Ground) -> ([f64; 3], [f64; 3]) {
    match ground {
        Ground::Dark => (BLACK, WHITE),
        Ground::Light => (WHITE, BLACK),
    }
}

/// Every built-in theme on the backgrounds it is for, with all numbers of colours.
fn every() -> Vec<(ThemeKind, Ground, Depth)> {
    let mut every = Vec::new();
    for kind in ThemeKind::ALL {
        for ground in [Ground::Dark, Ground::Light] {
            let foreign = matches!(
                (kind, ground),
                (ThemeKind::Dark, Ground::Light) | (ThemeKind::Light, Ground::Dark)
            );
            for depth in [Depth::Ansi16, Depth::Ansi256, Depth::TrueColor] {
                if !foreign {
                    every.push((kind, ground, depth));
                }
            }
        }
    }
    every
}

fn theme(kind: ThemeKind, ground: Ground, depth: Depth) -> Theme {
    Look {
        ground,
        depth,
        ..Look::of(kind)
    }
    .theme()
}

#[test]
fn text_can_be_read_on_its_background_in_every_theme() {
    for (kind, ground, depth) in every() {
        let theme = theme(kind, ground, depth);
        let (background, text) = own_ground(ground);
        let wanted = match (kind, depth) {
            (ThemeKind::HighContrast, Depth::Ansi256 | Depth::TrueColor) => STRONG,
            _ => READABLE,
        };
        for role in TEXT_ROLES {
            let color = light(theme.style(role).fg).unwrap_or(text);
            let found = contrast(color, background);
            let about = format!("{kind:?} {ground:?} {depth:?} {role:?}: {found:.2}");
            assert!(found >= wanted, "{about}");
            // A selected line keeps its words' colours.
            if let Some(selected) = light(theme.style(Role::Selected).bg) {
                let found = contrast(color, selected);
                assert!(found >= READABLE, "{about}, selected {found:.2}");
            }
        }
        for role in [Role::Focus, Role::Banner] {
            let style = theme.style(role);
            if style.add_modifier.contains(Modifier::REVERSED) {
                continue;
            }
            let (text, background) = (
                light(style.fg).unwrap_or(text),
                light(style.bg).unwrap_or(background),
            );
            let found = contrast(text, background);
            assert!(
                found >= READABLE,
                "{kind:?} {ground:?} {depth:?} {role:?}: {found:.2}"
            );
        }
        if let Some(fresh) = light(theme.style(Role::Fresh).bg) {
            for role in [Role::Text, Role::Accent] {
                let color = light(theme.style(role).fg).unwrap_or(text);
                let found = contrast(color, fresh);
                assert!(
                    found >= READABLE,
                    "{kind:?} {ground:?} {role:?} fresh: {found:.2}"
                );
            }
        }
    }
}

#[test]
fn a_theme_for_the_other_background_can_be_read_where_it_paints_one() {
    for (kind, ground) in [
        (ThemeKind::Dark, Ground::Light),
        (ThemeKind::Light, Ground::Dark),
    ] {
        let theme = theme(kind, ground, Depth::Ansi256);
        for role in [Role::Selected, Role::Fresh] {
            let style = theme.style(role);
            let found = contrast(light(style.fg).unwrap(), light(style.bg).unwrap());
            assert!(found >= READABLE, "{kind:?} {role:?}: {found:.2}");
        }
    }
}

/// What somebody sees who lacks one kind of cone (Viénot, Brettel and Mollon 1999), as CIE Lab.
fn seen(color: [f64; 3], matrix: [[f64; 3]; 3]) -> [f64; 3] {
    let [red, green, blue] = matrix.map(|row| {
        row.iter()
            .zip(color)
            .map(|(weight, level)| weight * level)
            .sum::<f64>()
    });
    let x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505;
    let y = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    let z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089;
    let [x, y, z] = [x, y, z].map(|value| {
        if value > 0.008_856 {
            value.cbrt()
        } else {
            7.787 * value + 16.0 / 116.0
        }
    });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

#[test]
fn people_who_do_not_see_red_or_green_tell_good_from_bad() {
    let protanopia = [
        [0.11238, 0.88762, 0.0],
        [0.11238, 0.88762, 0.0],
        [0.00401, -0.00401, 1.0],
    ];
    let deuteranopia = [
        [0.29275, 0.70725, 0.0],
        [0.29275, 0.70725, 0.0],
        [-0.02234, 0.02234, 1.0],
    ];
    for ground in [Ground::Dark, Ground::Light] {
        let theme = theme(ThemeKind::ColourBlind, ground, Depth::Ansi256);
        for matrix in [protanopia, deuteranopia] {
            let roles = [Role::Good, Role::Warn, Role::Bad];
            let colors = roles.map(|role| seen(light(theme.style(role).fg).unwrap(), matrix));
            for (place, one) in colors.iter().enumerate() {
                for (other_place, other) in colors.iter().enumerate().skip(place + 1) {
                    let distance = one
                        .iter()
                        .zip(other)
                        .map(|(one, other)| (one - other).powi(2))
                        .sum::<f64>()
                        .sqrt();
                    assert!(
                        distance >= DISTINCT,
                        "{ground:?}: {:?} and {:?} are {distance:.1} apart",
                        roles[place],
                        roles[other_place]
                    );
                }
            }
        }
    }
}

#[test]
fn every_role_can_be_told_from_text_without_colour() {
    for depth in [Depth::Mono, Depth::TrueColor] {
        let theme = theme(ThemeKind::Mono, Ground::Dark, depth);
        for (role, name) in Role::ALL {
            let style = theme.style(role);
            assert_eq!((style.fg, style.bg), (None, None), "{name}");
            assert_eq!(role == Role::Text, style == Style::new(), "{name}");
        }
    }
}

#[test]
fn roles_stand_in_the_table_in_their_order() {
    for (place, (role, name)) in Role::ALL.into_iter().enumerate() {
        assert_eq!((role as usize, Role::named(name)), (place, Some(role)));
    }
}

#[test]
fn a_theme_of_ones_own_changes_what_it_says_and_inherits_the_rest() {
    let text = "inherits = \"dark\"\n[roles]\naccent = \"#ff8700\"\nbad = { fg = \"bright-red\", bold = true }\nselected = { bg = 236 }\nfocus = { bold = false }\n";
    let own = read_own("mine", text).unwrap();
    let look = Look {
        choice: Choice::named("mine"),
        depth: Depth::TrueColor,
        own: vec![own].into(),
        ..Look::default()
    };
    let theme = look.theme();
    assert_eq!(theme.style(Role::Accent).fg, Some(Color::Rgb(255, 135, 0)));
    assert_eq!(theme.style(Role::Bad).fg, Some(Color::LightRed));
    assert!(theme.style(Role::Bad).add_modifier.contains(Modifier::BOLD));
    assert_eq!(theme.style(Role::Selected).bg, Some(Color::Indexed(236)));
    assert!(
        !theme
            .style(Role::Focus)
            .add_modifier
            .contains(Modifier::BOLD)
    );
    let dark = Look::of(ThemeKind::Dark).theme();
    assert_eq!(theme.style(Role::Good), dark.style(Role::Good));
    // With fewer colours the nearest one.
    let fewer = Look {
        depth: Depth::Ansi256,
        ..look.clone()
    };
    assert_eq!(
        fewer.theme().style(Role::Accent).fg,
        Some(Color::Indexed(208))
    );
    let none = Look {
        depth: Depth::Mono,
        ..look
    };
    assert_eq!(none.theme().style(Role::Accent).fg, None);
}

#[test]
fn a_wrong_theme_is_refused_with_its_place_and_the_nearest_name() {
    let strings = crate::strings::Strings::new(crate::strings::Language::English);
    for (text, line, column, words) in [
        ("[roles]\nacent = 3", 2, 1, "accent"),
        ("inherit = \"dark\"", 1, 1, "inherits"),
        ("inherits = \"drak\"", 1, 12, "dark"),
        ("[roles]\n\nbad = \"bright-rde\"", 3, 7, "bright-red"),
        ("[roles]\nbad = \"#12345\"", 2, 7, "#rrggbb"),
        ("[roles]\nbad = 256", 2, 7, "255"),
        ("[roles]\nbad = { bld = true }", 2, 9, "bold"),
        ("[roles]\nbad = { bold = 1 }", 2, 16, "true or false"),
        ("roles = 1", 1, 9, "[roles]"),
        ("inherits = 1", 1, 12, "high-contrast"),
        ("[roles\n", 1, 7, ""),
    ] {
        let problem = read_own("x", text).unwrap_err();
        let place = problem.place.unwrap();
        let said = problem.words(&strings);
        assert_eq!((place.line, place.column), (line, column), "{text}: {said}");
        assert!(said.contains(words), "{text}: {said}");
    }
}

#[test]
fn what_the_person_chose_no_longer_follows_the_terminal() {
    let light = Look {
        ground: Ground::Light,
        ..Look::default()
    };
    let named = |kind| light.with(Choice::BuiltIn(kind));
    assert_eq!(light.theme(), named(ThemeKind::Light).theme());
    let chosen = light.with(Choice::BuiltIn(ThemeKind::Dark));
    let accent = |look: &Look| look.theme().style(Role::Accent);
    assert_eq!(accent(&chosen), accent(&Look::of(ThemeKind::Dark)));
    assert_eq!(Choice::named(chosen.choice.name()), chosen.choice);
}
