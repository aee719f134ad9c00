//! Sizes to rectangles: pure, total down to 0x0, shared by update and views so that both agree on what is visible.

use ratatui::layout::Rect;

/// Narrowest column that still says something about a card.
pub const MIN_COLUMN_WIDTH: u16 = 24;
/// Widest column: beyond it the eye loses the amount belonging to a name.
pub const MAX_COLUMN_WIDTH: u16 = 48;
/// Under this width there is one column.
pub const ONE_COLUMN_BELOW: u16 = 40;
/// Under this height, or [`SUMMARY_BELOW_WIDTH`], there is one line.
pub const SUMMARY_BELOW_HEIGHT: u16 = 8;
/// Under this width there is one line.
pub const SUMMARY_BELOW_WIDTH: u16 = 18;
/// From this height of the board on, cards have a line more and air between them.
pub const AIRY_FROM_HEIGHT: u16 = 32;
/// Lines of a card where lines are few.
pub const COMPACT_CARD_HEIGHT: u16 = 2;
/// Lines of a card where there is room.
pub const AIRY_CARD_HEIGHT: u16 = 3;
/// Lines of a column's head: name, figures, rule.
pub const HEAD_HEIGHT: u16 = 3;

/// Where the parts of the screen are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// Workspace, pipeline, link.
    pub header: Rect,
    /// The reconnect banner; empty when the link lives.
    pub banner: Rect,
    /// The screen itself.
    pub body: Rect,
    /// Keys.
    pub footer: Rect,
    /// So small that only one line makes sense.
    pub summary: bool,
}

/// Cuts the terminal.
pub fn frame(area: Rect, banner: bool) -> Frame {
    if area.height < SUMMARY_BELOW_HEIGHT || area.width < SUMMARY_BELOW_WIDTH {
        return Frame {
            body: area,
            summary: true,
            ..Frame::default()
        };
    }
    let banner = u16::from(banner);
    let line = |y: u16, height: u16| Rect { y, height, ..area };
    Frame {
        header: line(area.y, 1),
        banner: line(area.y + 1, banner),
        body: line(area.y + 1 + banner, area.height - 2 - banner),
        footer: line(area.bottom() - 1, 1),
        summary: false,
    }
}

/// Where the columns are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    area: Rect,
    /// How many are shown at once.
    pub shown: usize,
    width: u16,
    /// Cards that fit under one head.
    pub capacity: usize,
    /// Lines of a card.
    pub card_height: u16,
    /// Lines from one card to the next.
    pub stride: u16,
}

/// Cuts the board's body into columns.
pub fn columns(body: Rect, stages: usize) -> Columns {
    let fits = if body.width < ONE_COLUMN_BELOW {
        1
    } else {
        usize::from((body.width + 1) / (MIN_COLUMN_WIDTH + 1)).max(1)
    };
    let shown = fits.min(stages);
    let gaps = shown.saturating_sub(1);
    let width = (usize::from(body.width).saturating_sub(gaps) / shown.max(1))
        .min(usize::from(MAX_COLUMN_WIDTH));
    let airy = body.height >= AIRY_FROM_HEIGHT;
    let gap = u16::from(airy);
    let card_height = if airy {
        AIRY_CARD_HEIGHT
    } else {
        COMPACT_CARD_HEIGHT
    };
    let stride = card_height + gap;
    let room = body.height.saturating_sub(HEAD_HEIGHT) + gap;
    Columns {
        area: body,
        shown,
        width: u16::try_from(width).unwrap_or(u16::MAX),
        capacity: usize::from(room / stride),
        card_height,
        stride,
    }
}

impl Columns {
    /// The place of the n-th shown column.
    pub fn column(&self, index: usize) -> Rect {
        let index = u16::try_from(index).unwrap_or(u16::MAX);
        let x = self
            .area
            .x
            .saturating_add(index.saturating_mul(self.width + 1));
        Rect {
            x,
            width: self.width,
            ..self.area
        }
        .intersection(self.area)
    }
}

/// The head and the cards' area of a column.
pub fn column_parts(column: Rect) -> (Rect, Rect) {
    let head = column.height.min(HEAD_HEIGHT);
    (
        Rect {
            height: head,
            ..column
        },
        Rect {
            y: column.y + head,
            height: column.height - head,
            ..column
        },
    )
}

/// A box of at most this size in the upper middle of an area.
pub fn dialog(area: Rect, width: u16, height: u16) -> Rect {
    let width = width.min(area.width);
    let height = height.min(area.height);
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 3,
        width,
        height,
    }
}

/// The first place shown, so that the selected one keeps its row where it can and no room is wasted.
pub fn top(place: usize, row: usize, len: usize, capacity: usize) -> usize {
    let row = row.min(capacity.saturating_sub(1));
    place.saturating_sub(row).min(len.saturating_sub(capacity))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(width: u16, height: u16) -> usize {
        columns(frame(Rect::new(0, 0, width, height), false).body, 7).shown
    }

    #[test]
    fn large_terminals_show_all_stages_and_small_ones_page() {
        assert_eq!(shown(200, 50), 7);
        assert_eq!(shown(80, 24), 3);
        assert_eq!(shown(39, 24), 1);
        assert!(frame(Rect::new(0, 0, 20, 5), false).summary);
    }

    #[test]
    fn every_rectangle_stays_inside_whatever_the_size() {
        for width in 0..90 {
            for height in 0..60 {
                let area = Rect::new(0, 0, width, height);
                for banner in [false, true] {
                    let frame = frame(area, banner);
                    for part in [frame.header, frame.banner, frame.body, frame.footer] {
                        assert_eq!(part.intersection(area).area(), part.area());
                    }
                    let columns = columns(frame.body, 7);
                    for index in 0..columns.shown {
                        let column = columns.column(index);
                        assert_eq!(column.intersection(area).area(), column.area());
                    }
                }
            }
        }
    }

    #[test]
    fn the_selected_card_keeps_its_row_when_cards_arrive_above() {
        let before = top(10, 4, 50, 12);
        let after = top(13, 4, 53, 12);
        assert_eq!((10 - before, 13 - after), (4, 4));
        assert_eq!(top(0, 4, 3, 12), 0);
        assert_eq!(top(49, 0, 50, 12), 38, "no empty room under the last card");
    }
}
