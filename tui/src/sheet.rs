//! Deals pasted from a spreadsheet, before they are made: rows, what each column is, what each row comes to.

mod columns;
mod read;

use std::sync::Arc;

pub use columns::{Column, Ground, guess, header_columns};
pub use read::{Block, read};

use crate::effect_request::Draft;
use crate::entry::duplicates::Duplicate;
use crate::input::Input;
use crate::layer::Known;

/// Most rows taken at once; more is what `sluice import` is for.
pub const MAX_ROWS: usize = 200;
/// Most columns taken.
pub const MAX_COLUMNS: usize = 24;
/// Longest text taken, in bytes.
pub const MAX_BYTES: usize = 256 * 1024;

/// Field of the drafts that holds what the columns are.
const COLUMNS: &str = "columns";
/// Field of the drafts that holds the columns' own names.
const HEADER: &str = "header";
/// Field of the drafts that holds a row; what stands behind it is the id it was sent with.
const ROW: &str = "row";
/// The same for a row that is not to be made.
const OFF: &str = "off";

/// A pasted block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The columns' own names, when the block began with them.
    pub header: Option<Vec<String>>,
    /// What each column is.
    pub columns: Vec<Column>,
    /// The rows that are not made yet.
    pub rows: Vec<Row>,
    /// Place of the row with the cursor.
    pub row: usize,
    /// Place of the column with the cursor.
    pub column: usize,
    /// The cell under the cursor, while it is being edited.
    pub editing: Option<Input>,
    /// What of the block found no room.
    pub left_out: LeftOut,
    /// How many deals were made of it.
    pub made: usize,
    /// Names the rows may speak of.
    pub known: Arc<Known>,
}

/// What found no room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Rows.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Bytes at the end.
    pub bytes: usize,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// As pasted, or as edited since.
    pub cells: Vec<String>,
    /// It is to be made.
    pub on: bool,
    /// How far it is.
    pub state: RowState,
    /// What it comes to.
    pub reading: Reading,
}

/// How far a row is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RowState {
    /// Not sent.
    #[default]
    Waiting,
    /// Sent with this id, or sent with it before the program ended.
    Sent(String),
    /// The server refused it, and why.
    Refused(String),
}

/// What a row comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The deal.
    pub draft: Draft,
    /// What is wrong, and with which column; none when the row lacks one.
    pub problems: Vec<(Option<usize>, String)>,
    /// Deals that look the same.
    pub duplicates: Vec<Duplicate>,
    /// An earlier row looks the same.
    pub twin: Option<usize>,
}

impl Row {
    /// A deal can be made of it.
    pub fn is_good(&self) -> bool {
        self.reading.problems.is_empty()
    }

    /// It looks like something that is there already.
    pub fn is_twice(&self) -> bool {
        !self.reading.duplicates.is_empty() || self.reading.twin.is_some()
    }

    /// It is on its way.
    pub fn is_sent(&self) -> bool {
        matches!(self.state, RowState::Sent(_))
    }

    /// It is good, wanted, and not on its way.
    pub fn is_ready(&self) -> bool {
        self.on && self.is_good() && !self.is_sent()
    }
}

impl Sheet {
    /// A column of a kind.
    pub fn place_of(&self, column: Column) -> Option<usize> {
        self.columns.iter().position(|other| *other == column)
    }

    /// Makes a column what it is to be; another one that was that is nothing from now on.
    pub fn assign(&mut self, place: usize, column: Column) {
        if place >= self.columns.len() {
            return;
        }
        if column != Column::Nothing {
            for other in self.columns.iter_mut().filter(|other| **other == column) {
                *other = Column::Nothing;
            }
        }
        self.columns[place] = column;
    }

    /// The text of a cell.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        let row = self.rows.get(row);
        row.and_then(|row| row.cells.get(column))
            .map_or("", String::as_str)
    }

    /// Its rows and columns, for the drafts; none when no row is left.
    pub fn kept(&self) -> Vec<(String, String)> {
        if self.rows.is_empty() {
            return Vec::new();
        }
        let columns: Vec<&str> = self.columns.iter().map(|column| column.name()).collect();
        let mut fields = vec![(COLUMNS.to_owned(), columns.join("\t"))];
        if let Some(header) = &self.header {
            fields.push((HEADER.to_owned(), header.join("\t")));
        }
        for row in &self.rows {
            let kind = if row.on { ROW } else { OFF };
            let name = match &row.state {
                RowState::Sent(request_id) => format!("{kind} {request_id}"),
                _ => kind.to_owned(),
            };
            fields.push((name, row.cells.join("\t")));
        }
        fields
    }

    /// The block as it was kept; none when there are no rows.
    pub fn restored(fields: &[(String, String)]) -> Option<Self> {
        let cells = |text: &str| text.split('\t').map(str::to_owned).collect::<Vec<String>>();
        let mut sheet = Self::default();
        for (name, text) in fields {
            let (kind, request_id) = name.split_once(' ').unwrap_or((name, ""));
            match kind {
                COLUMNS => sheet.columns = text.split('\t').map(Column::by_name).collect(),
                HEADER => sheet.header = Some(cells(text)),
                ROW | OFF if sheet.rows.len() < MAX_ROWS => sheet.rows.push(Row {
                    cells: cells(text),
                    on: kind == ROW,
                    state: match request_id {
                        "" => RowState::Waiting,
                        sent => RowState::Sent(sent.to_owned()),
                    },
                    reading: Reading::default(),
                }),
                _ => {}
            }
        }
        (!sheet.rows.is_empty()).then_some(sheet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_comes_back_as_it_was_kept() {
        let row = |text: &str, on, state| Row {
            cells: vec![text.to_owned(), "120万".to_owned()],
            on,
            state,
            reading: Reading::default(),
        };
        let sheet = Sheet {
            header: Some(vec!["客户".to_owned(), String::new()]),
            columns: vec![Column::Name, Column::Amount],
            rows: vec![
                row("华北电力", true, RowState::Waiting),
                row("东方", false, RowState::Sent("s-1".to_owned())),
            ],
            ..Sheet::default()
        };
        assert_eq!(Sheet::restored(&sheet.kept()), Some(sheet));
        assert_eq!(Sheet::restored(&[]), None);
    }

    #[test]
    fn a_kind_belongs_to_one_column() {
        let mut sheet = Sheet {
            columns: vec![Column::Name, Column::Amount, Column::Nothing],
            ..Sheet::default()
        };
        sheet.assign(2, Column::Name);
        assert_eq!(
            sheet.columns,
            [Column::Nothing, Column::Amount, Column::Name]
        );
        sheet.assign(9, Column::Name);
        assert_eq!(sheet.place_of(Column::Name), Some(2));
    }
}
