//! A list with a selection: by id and screen row, never by index, so that what arrives above moves nothing under the cursor.

use std::ops::Range;

/// One line of a list, as tall as its painter wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is selected there; none for a heading, which the cursor passes by.
    pub id: Option<u64>,
    /// Rows of the screen it takes; never 0.
    pub height: u16,
}

impl Line {
    /// A heading of one row.
    pub const HEADING: Self = Self {
        id: None,
        height: 1,
    };

    /// Something to select.
    pub const fn item(id: u64, height: u16) -> Self {
        Self {
            id: Some(id),
            height,
        }
    }
}

/// The selection of a list and where it stands on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListState {
    /// What is selected; none while the list is empty.
    pub id: Option<u64>,
    /// Its place among the lines, so that a neighbour is found when it leaves.
    place: usize,
    /// Rows between the list's upper edge and it.
    row: usize,
}

/// Rows of the screen before a line.
fn start(lines: &[Line], place: usize) -> usize {
    lines
        .iter()
        .take(place)
        .map(|line| usize::from(line.height))
        .sum()
}

/// The nearest line that can be selected, looking onwards first.
fn nearest(lines: &[Line], place: usize) -> Option<usize> {
    let after = (place..lines.len()).find(|place| lines[*place].id.is_some());
    after.or_else(|| {
        (0..place.min(lines.len()))
            .rev()
            .find(|place| lines[*place].id.is_some())
    })
}

impl ListState {
    /// Makes the selection valid again for these lines, moving what is on the screen as little as possible.
    pub fn settle(&mut self, lines: &[Line], height: u16) {
        let found = self
            .id
            .and_then(|id| lines.iter().position(|line| line.id == Some(id)));
        match found.or_else(|| nearest(lines, self.place)) {
            Some(place) => self.go(lines, height, place, self.row),
            None => *self = Self::default(),
        }
    }

    /// Selects a place, at a row if the list's ends allow it.
    fn go(&mut self, lines: &[Line], height: u16, place: usize, row: usize) {
        let (start, total) = (start(lines, place), start(lines, lines.len()));
        let own = lines.get(place).map_or(1, |line| usize::from(line.height));
        let height = usize::from(height);
        let row = row.min(height.saturating_sub(own));
        // A heading right above the first one is seen with it.
        let first = nearest(lines, 0) == Some(place) && start + own <= height;
        let top = if first {
            0
        } else {
            start.saturating_sub(row).min(total.saturating_sub(height))
        };
        self.id = lines.get(place).and_then(|line| line.id);
        self.place = place;
        self.row = start - top.min(start);
    }

    /// So many items up (negative) or down.
    pub fn step(&mut self, lines: &[Line], height: u16, by: isize) {
        let items: Vec<usize> = (0..lines.len())
            .filter(|place| lines[*place].id.is_some())
            .collect();
        let Some(last) = items.len().checked_sub(1) else {
            return;
        };
        let here = items.partition_point(|place| *place < self.place);
        let there = here.saturating_add_signed(by).min(last);
        let (from, to) = (start(lines, self.place), start(lines, items[there]));
        let row = (self.row + to).saturating_sub(from);
        self.go(lines, height, items[there], row);
    }

    /// Moves what is seen by so many rows; the selection stays on its item as long as that is seen.
    pub fn scroll(&mut self, lines: &[Line], height: u16, by: isize) {
        let room = usize::from(height);
        let most = start(lines, lines.len()).saturating_sub(room);
        let top = start(lines, self.place.min(lines.len())).saturating_sub(self.row);
        let top = top.saturating_add_signed(by).min(most);
        let seen = |place: usize| {
            let own = lines.get(place).map_or(1, |line| usize::from(line.height));
            let start = start(lines, place);
            start >= top && start + own <= top + room
        };
        let mut items = (0..lines.len()).filter(|place| lines[*place].id.is_some() && seen(*place));
        let place = if seen(self.place) {
            Some(self.place)
        } else if by > 0 {
            items.next()
        } else {
            items.next_back()
        };
        if let Some(place) = place {
            self.id = lines.get(place).and_then(|line| line.id);
            self.place = place;
            self.row = start(lines, place).saturating_sub(top);
        }
    }

    /// To an item by its place among the items, or to the last one.
    pub fn edge(&mut self, lines: &[Line], height: u16, item: Option<usize>) {
        let items = lines.iter().filter(|line| line.id.is_some()).count();
        let Some(last) = items.checked_sub(1) else {
            return;
        };
        let wanted = item.unwrap_or(last).min(last);
        let place = (0..lines.len())
            .filter(|place| lines[*place].id.is_some())
            .nth(wanted);
        if let Some(place) = place {
            let row = start(lines, place);
            self.go(lines, height, place, row);
        }
    }

    /// Selects by id, where it stands now.
    pub fn select(&mut self, lines: &[Line], height: u16, id: u64) {
        if let Some(place) = lines.iter().position(|line| line.id == Some(id)) {
            let (from, to) = (start(lines, self.place), start(lines, place));
            let row = (self.row + to).saturating_sub(from);
            self.go(lines, height, place, row);
        }
    }

    /// The lines that are seen whole or cut at the lower edge, and how many items are hidden above and below.
    pub fn shown(&self, lines: &[Line], height: u16) -> (Range<usize>, usize, usize) {
        let top = start(lines, self.place.min(lines.len())).saturating_sub(self.row);
        let mut at = 0;
        let mut first = lines.len();
        let mut end = lines.len();
        for (place, line) in lines.iter().enumerate() {
            if at >= top && first == lines.len() {
                first = place;
            }
            if first < lines.len() && at >= top + usize::from(height) {
                end = place;
                break;
            }
            at += usize::from(line.height);
        }
        let items = |range: &[Line]| range.iter().filter(|line| line.id.is_some()).count();
        let first = first.min(end);
        (first..end, items(&lines[..first]), items(&lines[end..]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn items(ids: impl IntoIterator<Item = u64>) -> Vec<Line> {
        ids.into_iter().map(|id| Line::item(id, 1)).collect()
    }

    #[test]
    fn the_selected_item_keeps_its_row_when_others_arrive_above() {
        let mut state = ListState::default();
        let before = items(10..40);
        state.settle(&before, 10);
        state.step(&before, 10, 12);
        assert_eq!((state.id, state.row), (Some(22), 9));
        state.step(&before, 10, -4);
        assert_eq!((state.id, state.row), (Some(18), 5));
        let after = items(5..40);
        state.settle(&after, 10);
        assert_eq!((state.id, state.row), (Some(18), 5));
    }

    #[test]
    fn the_wheel_moves_what_is_seen_and_the_selection_only_at_the_edge() {
        let lines = items(0..40);
        let mut state = ListState::default();
        state.settle(&lines, 10);
        state.step(&lines, 10, 5);
        state.scroll(&lines, 10, 3);
        assert_eq!((state.id, state.row), (Some(5), 2));
        state.scroll(&lines, 10, 3);
        assert_eq!((state.id, state.row), (Some(6), 0));
        state.scroll(&lines, 10, 99);
        assert_eq!((state.id, state.row), (Some(30), 0));
        state.scroll(&lines, 10, -99);
        assert_eq!((state.id, state.row), (Some(9), 9));
        let before = state;
        state.settle(&lines, 10);
        assert_eq!(state, before);
    }

    #[test]
    fn the_neighbour_takes_the_place_of_what_leaves_and_headings_are_passed_by() {
        let lines = |ids: &[u64]| {
            let mut lines = vec![Line::HEADING];
            lines.extend(items(ids.iter().copied()));
            lines.push(Line::HEADING);
            lines.push(Line::item(99, 2));
            lines
        };
        let mut state = ListState::default();
        state.settle(&lines(&[1, 2, 3]), 20);
        assert_eq!((state.id, state.row), (Some(1), 1));
        state.step(&lines(&[1, 2, 3]), 20, 1);
        state.settle(&lines(&[1, 3]), 20);
        assert_eq!(state.id, Some(3));
        state.step(&lines(&[1, 3]), 20, 1);
        assert_eq!(state.id, Some(99), "over the heading");
        state.settle(&lines(&[1]), 20);
        assert_eq!(state.id, Some(99));
        state.settle(&[Line::HEADING], 20);
        assert_eq!(state.id, None);
    }

    proptest! {
        /// Whatever the lines, the height and the steps: the selected item is on the screen, and it is one of the list's.
        #[test]
        fn the_selection_is_always_seen(
            lines in proptest::collection::vec((proptest::option::weighted(0.8, 1_u64..30), 1_u16..3), 0..30),
            later in proptest::collection::vec((proptest::option::weighted(0.8, 1_u64..30), 1_u16..3), 0..30),
            height in 2_u16..12,
            steps in proptest::collection::vec(-9_isize..9, 0..12),
        ) {
            let list = |lines: &[(Option<u64>, u16)]| {
                let mut seen = std::collections::BTreeSet::new();
                lines.iter().filter(|(id, _)| id.is_none_or(|id| seen.insert(id))).map(|(id, height)| Line { id: *id, height: *height }).collect::<Vec<_>>()
            };
            let (lines, later) = (list(&lines), list(&later));
            let mut state = ListState::default();
            state.settle(&lines, height);
            for by in steps {
                state.step(&lines, height, by);
            }
            for lines in [&lines, &later] {
                state.settle(lines, height);
                prop_assert_eq!(state.id.is_none(), lines.iter().all(|line| line.id.is_none()));
                let Some(id) = state.id else { continue };
                let (shown, above, below) = state.shown(lines, height);
                prop_assert!(lines[shown.clone()].iter().any(|line| line.id == Some(id)), "{:?} of {:?}", shown, lines);
                let seen = lines[shown].iter().filter(|line| line.id.is_some()).count();
                prop_assert_eq!(above + seen + below, lines.iter().filter(|line| line.id.is_some()).count());
            }
        }
    }
}
