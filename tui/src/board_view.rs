//! How the person has arranged the board: which columns are folded or stay, and how many lines a card has.

use std::collections::BTreeSet;

use ratatui::layout::Rect;

use crate::layout::{self, Cards, Columns, Density, Wish};
use crate::model::Model;
use crate::record::{Card, Stage};

/// The arrangement. Stages that are gone do no harm here: they are asked for by nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoardView {
    /// Stages shown as narrow strips.
    pub folded: BTreeSet<u64>,
    /// Stages that stay on the screen while the others page.
    pub pinned: BTreeSet<u64>,
    /// Lines of a card, where the settings do not decide.
    pub density: Option<Density>,
    /// Wins of colleagues are told as they happen, where the settings do not decide.
    pub team_wins: Option<bool>,
}

impl BoardView {
    /// What is wished of each of these stages' columns.
    pub fn wishes(&self, stages: &[&Stage]) -> Vec<Wish> {
        let wish = |stage: &&Stage| Wish {
            folded: self.folded.contains(&stage.id),
            pinned: self.pinned.contains(&stage.id),
        };
        stages.iter().map(wish).collect()
    }
}

/// Takes a stage in where it was not, and out where it was; says whether it is in now.
pub fn toggle(stages: &mut BTreeSet<u64>, stage_id: u64) -> bool {
    if stages.remove(&stage_id) {
        return false;
    }
    stages.insert(stage_id)
}

impl Model {
    /// Short name of a deal: `O-1042`; a new one has none yet.
    pub fn short_id(card: &Card) -> String {
        if card.is_local() {
            "O-…".to_owned()
        } else {
            format!("O-{}", card.id)
        }
    }

    /// The stages shown as columns: a retired one only while it holds cards.
    pub fn stages(&self) -> Vec<&Stage> {
        let Some(pipeline) = self.pipeline() else {
            return Vec::new();
        };
        pipeline
            .stages
            .iter()
            .filter(|stage| {
                !stage.retired || !self.picture.board.column(stage.id).order().is_empty()
            })
            .collect()
    }

    /// Cuts the terminal.
    pub fn frame(&self) -> layout::Frame {
        let area = ratatui::layout::Rect::new(0, 0, self.size.0, self.size.1);
        layout::frame(area, self.banner_needed())
    }

    /// How many lines a card has.
    pub fn density(&self) -> Density {
        let lines = self.config.board.lines_per_card;
        let chosen = lines.map_or(Density::Auto, |lines| match lines.get() {
            1 => Density::One,
            2 => Density::Two,
            _ => Density::Three,
        });
        self.view.density.unwrap_or(chosen)
    }

    /// Wins of colleagues are told as they happen.
    pub fn tells_wins(&self) -> bool {
        let silent = self.config.notify.team_wins == crate::config::notify::TeamWins::Silent;
        self.view.team_wins.unwrap_or(!silent)
    }

    /// The board's columns, cut from an area.
    pub fn columns_in(&self, body: Rect, stages: &[&Stage]) -> Columns {
        let wishes = self.view.wishes(stages);
        layout::columns(body, &wishes, self.first_column, self.density())
    }

    /// The board's columns on this screen.
    pub fn columns(&self) -> Columns {
        self.columns_in(self.frame().body, &self.stages())
    }

    /// How cards lie in the board's columns.
    pub fn cards_in_column(&self) -> Cards {
        layout::cards(self.frame().body, self.density())
    }

    /// How many deals a stage should hold at most, by the settings.
    pub fn wip_limit(&self, stage: &Stage) -> Option<usize> {
        let limit = self.config.board.wip_limits.get(&stage.name)?;
        usize::try_from(*limit).ok()
    }
}
