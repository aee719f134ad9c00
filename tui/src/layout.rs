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
/// Cells of a folded column: its sum must fit.
pub const STRIP_WIDTH: u16 = 7;
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

/// Lines of a card, and between cards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    /// Three lines where there is room, two where there is little.
    #[default]
    Auto,
    /// Name and amount.
    One,
    /// Customer, owner and what is left, too.
    Two,
    /// What is left on a line of its own.
    Three,
}

impl Density {
    /// The next one, round and round.
    pub const fn next(self) -> Self {
        match self {
            Self::Auto => Self::One,
            Self::One => Self::Two,
            Self::Two => Self::Three,
            Self::Three => Self::Auto,
        }
    }

    /// Lines of a card, and lines from one card to the next, on a board so high.
    const fn lines(self, height: u16) -> (u16, u16) {
        let airy = height >= AIRY_FROM_HEIGHT;
        match self {
            Self::One => (1, 1),
            Self::Two => (COMPACT_CARD_HEIGHT, COMPACT_CARD_HEIGHT),
            Self::Three if !airy => (AIRY_CARD_HEIGHT, AIRY_CARD_HEIGHT),
            Self::Auto if !airy => (COMPACT_CARD_HEIGHT, COMPACT_CARD_HEIGHT),
            Self::Three | Self::Auto => (AIRY_CARD_HEIGHT, AIRY_CARD_HEIGHT + 1),
        }
    }
}

/// What the person wants of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// A narrow strip with count and sum.
    pub folded: bool,
    /// It stays while the others page.
    pub pinned: bool,
}

impl Wish {
    /// Cells it needs at least, with the bar behind it.
    const fn cost(self) -> u16 {
        1 + if self.folded {
            STRIP_WIDTH
        } else {
            MIN_COLUMN_WIDTH
        }
    }
}

/// A column on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its place among the stages.
    pub stage: usize,
    /// Where it is.
    pub area: Rect,
    /// It is a strip.
    pub folded: bool,
    /// It stays while the others page.
    pub pinned: bool,
}

/// How cards lie in a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cards {
    /// Cards that fit under one head.
    pub capacity: usize,
    /// Lines of a card.
    pub height: u16,
    /// Lines from one card to the next.
    pub stride: u16,
}

/// How cards lie in the columns of the board's body.
pub fn cards(body: Rect, density: Density) -> Cards {
    let (height, stride) = density.lines(body.height);
    let room = body.height.saturating_sub(HEAD_HEIGHT) + (stride - height);
    Cards {
        capacity: usize::from(room / stride),
        height,
        stride,
    }
}

/// Where the columns are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Those shown, from the left, in the order of the stages.
    pub shown: Vec<Shown>,
    /// How cards lie in each.
    pub cards: Cards,
    /// Stages to the left that one pages to.
    pub before: usize,
    /// Stages to the right that one pages to.
    pub after: usize,
    /// The first stage shown of those that page.
    pub first: usize,
}

impl Columns {
    /// A stage's place on the screen; none while it is paged away.
    pub fn of(&self, stage: usize) -> Option<&Shown> {
        self.shown.iter().find(|shown| shown.stage == stage)
    }
}

/// Which columns page, how many of them fit, and which stay.
struct Paging {
    /// Stages that page, by their place.
    moving: Vec<usize>,
    /// Stages that stay.
    staying: Vec<usize>,
    /// Cells for those that page, with the bar behind each.
    room: u16,
    /// One column at a time: wishes do not count.
    single: bool,
}

impl Paging {
    fn new(body: Rect, wishes: &[Wish]) -> Self {
        if body.width < ONE_COLUMN_BELOW {
            return Self {
                moving: (0..wishes.len()).collect(),
                staying: Vec::new(),
                room: 1,
                single: true,
            };
        }
        let (mut staying, mut moving): (Vec<usize>, Vec<usize>) =
            (0..wishes.len()).partition(|place| wishes[*place].pinned);
        let cost = |places: &[usize]| {
            let costs = places.iter().map(|place| wishes[*place].cost());
            costs.fold(0, u16::saturating_add)
        };
        let all = body.width.saturating_add(1);
        // Those that stay leave room for one that pages.
        while !moving.is_empty() && cost(&staying).saturating_add(MIN_COLUMN_WIDTH + 1) > all {
            let Some(place) = staying.pop() else {
                break;
            };
            moving.push(place);
            moving.sort_unstable();
        }
        // All of them stay, and there are too many: they page like any others.
        if moving.is_empty() && cost(&staying) > all {
            std::mem::swap(&mut staying, &mut moving);
        }
        Self {
            room: all.saturating_sub(cost(&staying)),
            moving,
            staying,
            single: false,
        }
    }

    /// How many fit from one of them on; at least one.
    fn fit(&self, wishes: &[Wish], from: usize) -> usize {
        let mut room = self.room;
        let rest = self.moving.get(from..).unwrap_or_default();
        let count = rest
            .iter()
            .take_while(|place| match room.checked_sub(wishes[**place].cost()) {
                Some(left) => {
                    room = left;
                    true
                }
                None => false,
            })
            .count();
        count.clamp(1, rest.len().max(1))
    }

    /// The last one that the page can begin with, so that no room is wasted.
    fn last_start(&self, wishes: &[Wish]) -> usize {
        let len = self.moving.len();
        let fits = |from: &usize| from + self.fit(wishes, *from) >= len;
        (0..len).find(fits).unwrap_or(0)
    }

    /// The place among those that page which the page begins with.
    fn start(&self, wishes: &[Wish], first: usize) -> usize {
        let wanted = self.moving.partition_point(|place| *place < first);
        wanted.min(self.last_start(wishes))
    }
}

/// The first stage of the page, moved as little as possible so that a stage is seen.
pub fn first_with(body: Rect, wishes: &[Wish], first: usize, seen: usize) -> usize {
    let paging = Paging::new(body, wishes);
    let mut start = paging.start(wishes, first);
    if let Some(seen) = paging.moving.iter().position(|place| *place == seen) {
        start = start.min(seen);
        while seen >= start + paging.fit(wishes, start) {
            start += 1;
        }
    }
    paging.moving.get(start).copied().unwrap_or(0)
}

/// Cuts the board's body into columns, the page beginning with a stage.
pub fn columns(body: Rect, wishes: &[Wish], first: usize, density: Density) -> Columns {
    let paging = Paging::new(body, wishes);
    let start = paging.start(wishes, first);
    let count = paging.fit(wishes, start).min(paging.moving.len());
    let page = paging.moving.get(start..start + count).unwrap_or_default();
    let mut places: Vec<usize> = paging.staying.iter().chain(page).copied().collect();
    places.sort_unstable();
    let folded = |place: usize| wishes[place].folded && !paging.single;
    let strips = places.iter().filter(|place| folded(**place)).count();
    let wide = places.len() - strips;
    let taken = places.len().saturating_sub(1) + strips * usize::from(STRIP_WIDTH);
    let width = (usize::from(body.width).saturating_sub(taken) / wide.max(1))
        .min(usize::from(MAX_COLUMN_WIDTH));
    let width = u16::try_from(width).unwrap_or(u16::MAX);
    let mut x = body.x;
    let shown = places
        .into_iter()
        .map(|stage| {
            let folded = folded(stage);
            let width = if folded { STRIP_WIDTH } else { width };
            let area = Rect { x, width, ..body }.intersection(body);
            x = x.saturating_add(width + 1);
            Shown {
                stage,
                area,
                folded,
                pinned: wishes[stage].pinned && !paging.single,
            }
        })
        .collect();
    Columns {
        shown,
        cards: cards(body, density),
        before: start,
        after: paging.moving.len() - (start + count).min(paging.moving.len()),
        first: page.first().copied().unwrap_or(0),
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

    fn cut(width: u16, height: u16, wishes: &[Wish], first: usize) -> Columns {
        let body = frame(Rect::new(0, 0, width, height), false).body;
        columns(body, wishes, first, Density::Auto)
    }

    fn shown(width: u16, height: u16) -> usize {
        cut(width, height, &[Wish::default(); 7], 0).shown.len()
    }

    fn places(columns: &Columns) -> Vec<usize> {
        columns.shown.iter().map(|shown| shown.stage).collect()
    }

    const FOLDED: Wish = Wish {
        folded: true,
        pinned: false,
    };
    const PINNED: Wish = Wish {
        folded: false,
        pinned: true,
    };

    #[test]
    fn a_pinned_column_stays_while_the_others_page() {
        let mut wishes = [Wish::default(); 7];
        wishes[0] = PINNED;
        for (first, seen) in [(1, [0, 1, 2]), (3, [0, 3, 4]), (6, [0, 5, 6])] {
            let columns = cut(80, 24, &wishes, first);
            assert_eq!(places(&columns), seen);
            assert_eq!(columns.before + columns.after, 4);
        }
        let all = [PINNED; 7];
        assert_eq!(places(&cut(80, 24, &all, 2)), [2, 3, 4], "too many to stay");
        assert_eq!(places(&cut(39, 24, &wishes, 3)), [3], "one at a time");
    }

    #[test]
    fn a_folded_column_gives_its_room_to_the_others() {
        let mut wishes = [Wish::default(); 7];
        let before = cut(80, 24, &wishes, 0);
        wishes[1] = FOLDED;
        wishes[2] = FOLDED;
        let after = cut(80, 24, &wishes, 0);
        assert_eq!((before.shown.len(), places(&after)), (3, vec![0, 1, 2, 3]));
        assert_eq!(after.shown[1].area.width, STRIP_WIDTH);
        assert_eq!(after.shown[3].area.right(), 79);
    }

    #[test]
    fn the_page_moves_as_little_as_possible_to_show_a_stage() {
        let body = frame(Rect::new(0, 0, 80, 24), false).body;
        let wishes = [Wish::default(); 7];
        for (first, seen, then) in [(0, 2, 0), (0, 3, 1), (4, 3, 3), (4, 5, 4), (9, 0, 0)] {
            assert_eq!(first_with(body, &wishes, first, seen), then);
        }
        let mut pinned = wishes;
        pinned[6] = PINNED;
        assert_eq!(first_with(body, &pinned, 2, 6), 2, "it is seen anyway");
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
                    let mut wishes = [Wish::default(); 7];
                    wishes[usize::from(width) % 7].folded = true;
                    wishes[usize::from(height) % 7].pinned = true;
                    for first in 0..8 {
                        let columns = columns(frame.body, &wishes, first, Density::Auto);
                        let mut right = 0;
                        for column in &columns.shown {
                            let column = column.area;
                            assert_eq!(column.intersection(area).area(), column.area());
                            assert!(column.x >= right, "columns do not overlap");
                            right = column.right();
                        }
                        let seen = first.min(6);
                        let first = first_with(frame.body, &wishes, first, seen);
                        let columns = super::columns(frame.body, &wishes, first, Density::Auto);
                        assert!(columns.of(seen).is_some(), "{width}x{height} {seen}");
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
