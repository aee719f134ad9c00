//! Figures three rows tall and taller, of half blocks: seen across a room.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{cells, put};

/// Rows of the screen a figure takes.
pub const HEIGHT: u16 = 3;
/// Points of a sign from top to bottom.
const POINTS: usize = 5;

/// A sign's points: a row each, the lowest bit to the right, and its width.
const fn points(sign: char) -> Option<(usize, [u8; POINTS])> {
    Some(match sign {
        '0' => (3, [7, 5, 5, 5, 7]),
        '1' => (3, [2, 6, 2, 2, 7]),
        '2' => (3, [7, 1, 7, 4, 7]),
        '3' => (3, [7, 1, 7, 1, 7]),
        '4' => (3, [5, 5, 7, 1, 1]),
        '5' => (3, [7, 4, 7, 1, 7]),
        '6' => (3, [7, 4, 7, 5, 7]),
        '7' => (3, [7, 1, 1, 1, 1]),
        '8' => (3, [7, 5, 7, 5, 7]),
        '9' => (3, [7, 5, 7, 1, 7]),
        '-' => (2, [0, 0, 3, 0, 0]),
        '.' => (1, [0, 0, 0, 0, 1]),
        ',' => (1, [0, 0, 0, 1, 1]),
        'k' => (3, [4, 5, 6, 5, 5]),
        'M' => (5, [17, 27, 21, 17, 17]),
        'B' => (3, [6, 5, 6, 5, 6]),
        'T' => (3, [7, 2, 2, 2, 2]),
        '%' => (3, [5, 1, 2, 4, 5]),
        '/' => (3, [1, 1, 2, 4, 4]),
        '!' => (1, [1, 1, 1, 0, 1]),
        _ => return None,
    })
}

/// Cells a figure takes.
pub fn width(figure: &str) -> u16 {
    width_at(figure, 1)
}

/// Cells a figure takes, its points so many cells wide.
pub fn width_at(figure: &str, scale: u16) -> u16 {
    figure
        .chars()
        .map(|sign| match points(sign) {
            Some((width, _)) => (u16::try_from(width).unwrap_or(0) + 1).saturating_mul(scale),
            None => cells(sign.encode_utf8(&mut [0; 4])),
        })
        .fold(0, u16::saturating_add)
}

/// Rows of the screen a figure takes, its points so many half rows tall.
pub fn height_at(scale: u16) -> u16 {
    (u16::try_from(POINTS).unwrap_or(0).saturating_mul(scale)).div_ceil(2)
}

/// Paints a figure from the top left of an area; signs without points stand small on the lowest row. Gives the cells used.
pub fn paint(buffer: &mut Buffer, area: Rect, figure: &str, style: Style) -> u16 {
    paint_at(buffer, area, figure, 1, style)
}

/// The same, with points so many cells wide and half rows tall.
pub fn paint_at(buffer: &mut Buffer, area: Rect, figure: &str, scale: u16, style: Style) -> u16 {
    let scale = scale.max(1);
    let height = height_at(scale);
    let mut x = 0;
    for sign in figure.chars() {
        let Some((width, rows)) = points(sign) else {
            x += put(
                buffer,
                area,
                x,
                height - 1,
                sign.encode_utf8(&mut [0; 4]),
                style,
            );
            continue;
        };
        for column in 0..width * usize::from(scale) {
            let column = column / usize::from(scale);
            let lit = |row: usize| {
                let row = rows.get(row / usize::from(scale)).copied().unwrap_or(0);
                row >> (width - 1 - column) & 1 == 1
            };
            for y in 0..height {
                let top = usize::from(y) * 2;
                let block = match (lit(top), lit(top + 1)) {
                    (true, true) => "█",
                    (true, false) => "▀",
                    (false, true) => "▄",
                    (false, false) => continue,
                };
                put(buffer, area, x, y, block, style);
            }
            x += 1;
        }
        x += scale;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_twice_as_large_has_the_same_points() {
        let area = Rect::new(0, 0, 20, 5);
        let mut buffer = Buffer::empty(area);
        let used = paint_at(&mut buffer, area, "1M", 2, Style::new());
        let rows: Vec<String> = (0..5)
            .map(|y| (0..20).map(|x| buffer[(x, y)].symbol()).collect())
            .collect();
        let wanted = [
            "  ██    ██      ██  ",
            "████    ████  ████  ",
            "  ██    ██  ██  ██  ",
            "  ██    ██      ██  ",
            "██████  ██      ██  ",
        ];
        assert_eq!(rows, wanted);
        assert_eq!((used, width_at("1M", 2), height_at(2)), (20, 20, 5));
    }

    #[test]
    fn figures_stand_three_rows_tall_and_other_signs_beside_them() {
        let area = Rect::new(0, 0, 14, 3);
        let mut buffer = Buffer::empty(area);
        let used = paint(&mut buffer, area, "1.2万", Style::new());
        let rows: Vec<String> = (0..3)
            .map(|y| (0..10).map(|x| buffer[(x, y)].symbol()).collect())
            .collect();
        assert_eq!(rows, ["▄█    ▀▀█ ", " █    █▀▀ ", "▀▀▀ ▀ ▀▀▀ "]);
        assert_eq!(buffer[(10, 2)].symbol(), "万");
        assert_eq!((used, width("1.2万")), (12, 12));
    }
}
