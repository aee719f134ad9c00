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

impl Depth {
    /// The nearest colour a terminal of this depth shows.
    pub fn reduce(self, color: Color) -> Color {
        match (self, color) {
            (_, Color::Reset) | (Self::Mono, _) => Color::Reset,
            (Self::Ansi256, Color::Rgb(red, green, blue)) => {
                Color::Indexed(nearest_256(red, green, blue))
            }
            (Self::Ansi16, Color::Rgb(red, green, blue)) => nearest_16(red, green, blue),
            (Self::Ansi16, Color::Indexed(index)) if index >= 16 => {
                let (red, green, blue) = rgb_of(index);
                nearest_16(red, green, blue)
            }
            (_, color) => color,
        }
    }
}

fn rgb_of(index: u8) -> (u8, u8, u8) {
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

fn nearest_256(red: u8, green: u8, blue: u8) -> u8 {
    (16..=255)
        .min_by_key(|index| distance(rgb_of(*index), (red, green, blue)))
        .unwrap_or(15)
}

fn nearest_16(red: u8, green: u8, blue: u8) -> Color {
    let index = (0..16).min_by_key(|index| distance(ANSI[usize::from(*index)], (red, green, blue)));
    Color::Indexed(index.unwrap_or(7))
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
        assert_eq!(Depth::Ansi16.reduce(Color::Indexed(255)), Color::Indexed(7));
        assert_eq!(Depth::Ansi16.reduce(Color::LightGreen), Color::LightGreen);
        assert_eq!(Depth::Mono.reduce(Color::Red), Color::Reset);
        assert_eq!(Depth::TrueColor.reduce(Color::Reset), Color::Reset);
    }
}
