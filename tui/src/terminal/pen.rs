//! The terminal's current style, and the fewest bytes that change it into another.

use ratatui::style::{Color, Modifier};

use super::sequence::Sequence;

/// Modifiers a space shows: on a blank cell all others are invisible.
pub const VISIBLE_ON_BLANK: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK)
    .union(Modifier::CROSSED_OUT);

/// A style as the terminal holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pen {
    /// Text.
    pub fg: Color,
    /// Background.
    pub bg: Color,
    /// Bold and the like.
    pub modifier: Modifier,
}

impl Default for Pen {
    fn default() -> Self {
        Self {
            fg: Color::Reset,
            bg: Color::Reset,
            modifier: Modifier::empty(),
        }
    }
}

/// Modifier, the code that turns it on, the code that turns it off.
const MODIFIERS: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

impl Pen {
    /// The pen that paints a blank: of what a space does not show, whatever is set now is kept.
    pub fn for_blank(self, bg: Color, modifier: Modifier) -> Self {
        let visible = modifier & VISIBLE_ON_BLANK;
        let kept = self.modifier - VISIBLE_ON_BLANK;
        // A reversed blank shows the text colour.
        Self {
            fg: self.fg,
            bg,
            modifier: visible | kept,
        }
    }

    /// Writes what turns the terminal from this style into `target`: the shorter of the difference and a fresh start.
    pub fn change_to(self, target: Self, out: &mut Vec<u8>) {
        if self == target {
            return;
        }
        let mut difference = Parameters::default();
        difference.modifiers(self.modifier, target.modifier);
        difference.colors(self, target);
        let mut fresh = Parameters::default();
        if target != Self::default() {
            fresh.push(0);
            fresh.modifiers(Modifier::empty(), target.modifier);
            fresh.colors(Self::default(), target);
        }
        let shorter = if fresh.0.len() < difference.0.len() {
            fresh
        } else {
            difference
        };
        out.extend_from_slice(b"\x1b[");
        out.extend_from_slice(shorter.0.as_bytes());
        out.push(b'm');
    }
}

#[derive(Default)]
struct Parameters(Sequence);

impl Parameters {
    fn push(&mut self, code: u8) {
        if !self.0.is_empty() {
            self.0.byte(b';');
        }
        self.0.number(code.into());
    }

    fn modifiers(&mut self, from: Modifier, to: Modifier) {
        if from == to {
            return;
        }
        let mut held = from;
        for (modifier, _, off) in MODIFIERS {
            if held.contains(modifier) && !to.contains(modifier) {
                self.push(off);
                // One code ends both of a pair; what should have stayed is turned on again below.
                for (paired, _, paired_off) in MODIFIERS {
                    if paired_off == off {
                        held.remove(paired);
                    }
                }
            }
        }
        for (modifier, on, _) in MODIFIERS {
            if to.contains(modifier) && !held.contains(modifier) {
                self.push(on);
            }
        }
    }

    fn colors(&mut self, from: Pen, to: Pen) {
        if from.fg != to.fg {
            self.color(to.fg, 30);
        }
        if from.bg != to.bg {
            self.color(to.bg, 40);
        }
    }

    fn color(&mut self, color: Color, base: u8) {
        match color {
            Color::Reset => self.push(base + 9),
            Color::Black => self.named(0, base),
            Color::Red => self.named(1, base),
            Color::Green => self.named(2, base),
            Color::Yellow => self.named(3, base),
            Color::Blue => self.named(4, base),
            Color::Magenta => self.named(5, base),
            Color::Cyan => self.named(6, base),
            Color::Gray => self.named(7, base),
            Color::DarkGray => self.named(8, base),
            Color::LightRed => self.named(9, base),
            Color::LightGreen => self.named(10, base),
            Color::LightYellow => self.named(11, base),
            Color::LightBlue => self.named(12, base),
            Color::LightMagenta => self.named(13, base),
            Color::LightCyan => self.named(14, base),
            Color::White => self.named(15, base),
            Color::Indexed(index @ 0..16) => self.named(index, base),
            Color::Indexed(index) => [base + 8, 5, index]
                .into_iter()
                .for_each(|code| self.push(code)),
            Color::Rgb(red, green, blue) => [base + 8, 2, red, green, blue]
                .into_iter()
                .for_each(|code| self.push(code)),
        }
    }

    fn named(&mut self, index: u8, base: u8) {
        self.push(if index < 8 {
            base + index
        } else {
            base + 60 + index - 8
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(from: Pen, to: Pen) -> String {
        let mut out = Vec::new();
        from.change_to(to, &mut out);
        String::from_utf8(out).unwrap().replace('\x1b', "^")
    }

    fn pen(fg: Color, modifier: Modifier) -> Pen {
        Pen {
            fg,
            modifier,
            ..Pen::default()
        }
    }

    #[test]
    fn the_shorter_way_is_taken() {
        let bold = pen(Color::Red, Modifier::BOLD);
        assert_eq!(change(Pen::default(), bold), "^[1;31m");
        assert_eq!(change(bold, bold), "");
        assert_eq!(change(bold, Pen::default()), "^[m");
        assert_eq!(change(bold, pen(Color::Green, Modifier::BOLD)), "^[32m");
        assert_eq!(change(bold, pen(Color::Red, Modifier::empty())), "^[22m");
        assert_eq!(
            change(
                pen(Color::Reset, Modifier::BOLD | Modifier::DIM),
                pen(Color::Reset, Modifier::BOLD)
            ),
            "^[0;1m"
        );
        assert_eq!(
            change(Pen::default(), pen(Color::Indexed(200), Modifier::empty())),
            "^[38;5;200m"
        );
        assert_eq!(
            change(Pen::default(), pen(Color::Indexed(9), Modifier::empty())),
            "^[91m"
        );
    }
}
