//! Brings colours down to what a terminal can show, to none where the person wants none.

use ratatui::style::Color;

/// How many colours a terminal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Depth {
    /// None: `NO_COLOR`, or a terminal without. Bold, reverse and underline stay.
    Mono,
    /// The sixteen with names.
    Ansi16,
    /// The palette of 256.
    Ansi256,
    /// Red, green, blue.
    TrueColor,
}

/// The usual values of the sixteen; terminals differ, the order of nearness hardly does.
const ANSI: [(u8, u8, u8); 16] = [
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
];

/// The steps of the 6×6×6 cube within the 256.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// Least difference of the strongest and the weakest channel of a colour that the eye takes for one and not for a gray.
const LEAST_CHROMA: u8 = 40;
/// Levels from which a gray is dark gray, gray, white.
const GRAYS: [(u8, u8); 3] = [(205, 15), (150, 7), (60, 8)];
/// The level from which a colour is a bright one, if it is pure.
const BRIGHT_FROM: u8 = 230;
/// The level of the weakest channel from which a colour is a bright one: pale ones.
const PALE_FROM: u8 = 120;

impl Depth {
    /// The colour that stands for this one on a terminal of this depth.
    pub fn reduce(self, color: Color) -> Color {
        match (self, color) {
            (_, Color::Reset) | (Self::Mono, _) => Color::Reset,
            (Self::Ansi256, Color::Rgb(red, green, blue)) => {
                Color::Indexed(nearest_256(red, green, blue))
            }
            (Self::Ansi16, Color::Rgb(red, green, blue)) => one_of_16(red, green, blue),
            (Self::Ansi16, Color::Indexed(index)) if index >= 16 => {
                let (red, green, blue) = rgb_of(index);
                one_of_16(red, green, blue)
            }
            (_, color) => color,
        }
    }
}

/// The usual values of one of the 256.
pub(crate) fn rgb_of(index: u8) -> (u8, u8, u8) {
    match index {
        0..16 => ANSI[usize::from(index)],
        16..232 => {
            let place = usize::from(index - 16);
            (CUBE[place / 36], CUBE[place / 6 % 6], CUBE[place % 6])
        }
        232.. => {
            let gray = 8 + (index - 232) * 10;
            (gray, gray, gray)
        }
    }
}

/// The number of one of the sixteen by its name.
#[cfg(test)]
pub(crate) const fn index_of(named: Color) -> Option<u8> {
    Some(match named {
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        Color::Indexed(index) => index,
        Color::Reset | Color::Rgb(..) => return None,
    })
}

fn nearest_256(red: u8, green: u8, blue: u8) -> u8 {
    (16..=255)
        .min_by_key(|index| distance(rgb_of(*index), (red, green, blue)))
        .unwrap_or(15)
}

/// By hue rather than by distance: what a colour means is its hue, and by distance most of the cube becomes a gray.
fn one_of_16(red: u8, green: u8, blue: u8) -> Color {
    let strongest = red.max(green).max(blue);
    let weakest = red.min(green).min(blue);
    let chroma = strongest - weakest;
    if chroma < LEAST_CHROMA {
        let level = u8::try_from((u16::from(strongest) + u16::from(weakest)) / 2).unwrap_or(0);
        let gray = GRAYS.iter().find(|(from, _)| level >= *from);
        return Color::Indexed(gray.map_or(0, |(_, index)| *index));
    }
    // A channel belongs to the hue when it reaches its upper half: orange is yellow from 128 of 255 on, below that red.
    let middle = weakest + chroma / 2;
    let part = |level: u8, bit: u8| if level >= middle { bit } else { 0 };
    let hue = part(red, 1) | part(green, 2) | part(blue, 4);
    let bright = strongest >= BRIGHT_FROM || weakest >= PALE_FROM;
    Color::Indexed(hue + if bright { 8 } else { 0 })
}

/// Squared distance, weighted as the eye sees red, green and blue.
fn distance(one: (u8, u8, u8), other: (u8, u8, u8)) -> u32 {
    let squared = |one: u8, other: u8| u32::from(one.abs_diff(other)).pow(2);
    3 * squared(one.0, other.0) + 6 * squared(one.1, other.1) + squared(one.2, other.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_come_down_to_the_nearest_one() {
        let orange = Color::Rgb(255, 135, 0);
        assert_eq!(Depth::TrueColor.reduce(orange), orange);
        assert_eq!(Depth::Ansi256.reduce(orange), Color::Indexed(208));
        assert_eq!(
            Depth::Ansi256.reduce(Color::Rgb(128, 128, 128)),
            Color::Indexed(244)
        );
        assert_eq!(
            Depth::Ansi16.reduce(Color::Rgb(250, 10, 10)),
            Color::Indexed(9)
        );
        assert_eq!(Depth::Ansi16.reduce(Color::Indexed(16)), Color::Indexed(0));
        assert_eq!(
            Depth::Ansi16.reduce(Color::Indexed(255)),
            Color::Indexed(15)
        );
        assert_eq!(Depth::Ansi16.reduce(Color::LightGreen), Color::LightGreen);
        assert_eq!(Depth::Mono.reduce(Color::Red), Color::Reset);
        assert_eq!(Depth::TrueColor.reduce(Color::Reset), Color::Reset);
    }

    #[test]
    fn sixteen_colours_keep_the_hue() {
        for (color, named) in [
            // Names of the web's palette, and what people call them.
            ((0x00, 0x5f, 0x87), Color::Cyan),
            ((0x87, 0x5f, 0x00), Color::Yellow),
            ((0xaf, 0x00, 0x00), Color::Red),
            ((0xff, 0x87, 0x87), Color::LightRed),
            ((0x87, 0xd7, 0x87), Color::LightGreen),
            ((0x00, 0x5f, 0x00), Color::Green),
            ((0xd7, 0xaf, 0x5f), Color::Yellow),
            ((0x5f, 0xd7, 0xd7), Color::Cyan),
            ((0x5f, 0x00, 0x87), Color::Magenta),
            ((0x1e, 0x1e, 0x2e), Color::Black),
            ((0xfd, 0xf6, 0xe3), Color::White),
            ((0x80, 0x80, 0x80), Color::DarkGray),
        ] {
            let (red, green, blue) = color;
            let reduced = Depth::Ansi16.reduce(Color::Rgb(red, green, blue));
            assert_eq!(
                index_of(reduced),
                index_of(named),
                "{color:x?}: {reduced:?}"
            );
        }
    }

    #[test]
    fn each_of_the_256_has_one_of_the_sixteen_and_is_its_own_nearest() {
        for index in 16..=255 {
            let reduced = Depth::Ansi16.reduce(Color::Indexed(index));
            assert!(matches!(reduced, Color::Indexed(0..16)), "{index}");
            let (red, green, blue) = rgb_of(index);
            let same = Depth::Ansi256.reduce(Color::Rgb(red, green, blue));
            let Color::Indexed(same) = same else {
                panic!("{same:?}")
            };
            assert_eq!(rgb_of(same), rgb_of(index), "{index}");
        }
    }
}
