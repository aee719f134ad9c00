//! What is where on the screen: the view says it, the mouse asks it.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::{Position, Rect};

use crate::command::Command;
use crate::report::funnel::Pane;

/// Something that can be clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A column.
    Column(u64),
    /// A card in a column.
    Card {
        /// Its stage.
        stage_id: u64,
        /// It.
        id: u64,
    },
    /// An item of the screen's list, by its id.
    Row(u64),
    /// A row of the funnel screen.
    Figure {
        /// The part.
        pane: Pane,
        /// Its row.
        row: usize,
    },
    /// A row of a screen that is no list, by its place.
    Item(usize),
    /// A figure of a grid.
    Cell {
        /// Its row.
        row: usize,
        /// Its column.
        column: usize,
    },
    /// So many choices further, or back.
    Step(isize),
    /// The chip that says how many cards came out of sight.
    Unseen {
        /// Into which column.
        stage_id: u64,
        /// Above what is seen, or below.
        above: bool,
    },
    /// A verb.
    Command(Command),
    /// A line of the top layer's list.
    Line(usize),
    /// A button: what its key does.
    Press(KeyEvent),
}

/// Rectangles and what they are, later ones above earlier ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    areas: Vec<(Rect, Target)>,
}

impl Hits {
    /// Adds one.
    pub fn add(&mut self, area: Rect, target: Target) {
        self.areas.push((area, target));
    }

    /// Adds a button for a key.
    pub fn add_key(&mut self, area: Rect, code: KeyCode) {
        self.add(area, Target::Press(KeyEvent::from(code)));
    }

    /// Everything below can no longer be reached.
    pub fn cover(&mut self) {
        self.areas.clear();
    }

    /// All of them, as painted.
    pub fn areas(&self) -> impl Iterator<Item = &(Rect, Target)> {
        self.areas.iter()
    }

    /// What is at a place.
    pub fn at(&self, column: u16, row: u16) -> Option<Target> {
        let place = Position::new(column, row);
        self.areas
            .iter()
            .rev()
            .find(|(area, _)| area.contains(place))
            .map(|(_, target)| *target)
    }
}
