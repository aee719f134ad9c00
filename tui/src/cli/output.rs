//! What commands print: a table for people, JSON and CSV for programs, all through one door.

use std::io::{self, IsTerminal as _, Write};

use clap::ValueEnum;
use prost::Message;
use serde::Serialize;

use super::{failure::Outcome, json::Json};
use crate::text::{self, Align};

/// Columns between two columns of a table.
const GAP: &str = "  ";
/// A table never makes one cell wider than this; CSV and JSON have the whole text.
const CELL_COLUMNS: usize = 48;

/// How results are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// The proto JSON mapping of the server's answer, one document.
    Json,
    /// Comma-separated, with stable columns.
    Csv,
}

/// One value: as people read it and as programs do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    human: String,
    plain: String,
    figure: bool,
}

impl Cell {
    /// The same words for both.
    pub fn text(text: impl Into<String>) -> Self {
        let plain = text.into();
        Self {
            human: plain.replace(['\n', '\r', '\t'], " "),
            plain,
            figure: false,
        }
    }

    /// Words for people beside the stable value for programs.
    pub fn pair(human: impl Into<String>, plain: impl Into<String>) -> Self {
        Self {
            human: human.into(),
            plain: plain.into(),
            figure: false,
        }
    }

    /// A figure: right-aligned in tables.
    pub fn figure(human: impl Into<String>, plain: impl Into<String>) -> Self {
        Self {
            figure: true,
            ..Self::pair(human, plain)
        }
    }

    /// The same figure with a sign before it.
    pub fn with_sign(self, sign: &str) -> Self {
        Self {
            human: format!("{sign}{}", self.human),
            plain: format!("{sign}{}", self.plain),
            ..self
        }
    }

    /// What people read.
    pub fn human(&self) -> &str {
        &self.human
    }

    /// A whole number.
    pub fn count(value: impl Into<i128>) -> Self {
        let value = value.into();
        Self::figure(text::number(value), value.to_string())
    }
}

/// A column: its stable name, and its title in tables when it is shown there.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// In the CSV header.
    pub name: &'static str,
    /// In the table; `None` leaves it to CSV.
    pub title: Option<&'static str>,
}

/// A column shown in tables and CSV.
pub const fn shown(name: &'static str, title: &'static str) -> Column {
    Column {
        name,
        title: Some(title),
    }
}

/// A column for CSV only.
pub const fn hidden(name: &'static str) -> Column {
    Column { name, title: None }
}

/// Rows to print.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What the cells are.
    pub columns: &'static [Column],
    /// One cell a column.
    pub rows: Vec<Vec<Cell>>,
}

impl Sheet {
    /// No rows yet.
    pub const fn new(columns: &'static [Column]) -> Self {
        Self {
            columns,
            rows: Vec::new(),
        }
    }

    /// Writes the aligned table.
    pub fn write_table(&self, out: &mut dyn Write) -> io::Result<()> {
        let visible: Vec<usize> = (0..self.columns.len())
            .filter(|index| self.columns[*index].title.is_some())
            .collect();
        let title = |index: usize| self.columns[index].title.unwrap_or_default();
        let width = |index: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(index));
            cells
                .map(|cell| text::width(&cell.human))
                .chain([text::width(title(index))])
                .max()
                .unwrap_or(0)
                .min(CELL_COLUMNS)
        };
        let widths: Vec<usize> = visible.iter().map(|index| width(*index)).collect();
        let figures: Vec<bool> = visible
            .iter()
            .map(|index| {
                self.rows
                    .iter()
                    .filter_map(|row| row.get(*index))
                    .any(|cell| cell.figure)
            })
            .collect();
        let line = |cells: Vec<&str>| {
            let mut line = String::new();
            for (place, cell) in cells.iter().enumerate() {
                let align = if figures[place] {
                    Align::Right
                } else {
                    Align::Left
                };
                line.push_str(&text::fit(cell, widths[place], align));
                line.push_str(GAP);
            }
            line.truncate(line.trim_end().len());
            line
        };
        writeln!(
            out,
            "{}",
            line(visible.iter().map(|index| title(*index)).collect())
        )?;
        for row in &self.rows {
            let cells = visible
                .iter()
                .map(|index| row.get(*index).map_or("", |cell| &cell.human));
            writeln!(out, "{}", line(cells.collect()))?;
        }
        Ok(())
    }

    /// Writes one resource as `name  value` lines, empty ones left out.
    pub fn write_card(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(row) = self.rows.first() else {
            return Ok(());
        };
        let names = self
            .columns
            .iter()
            .map(|column| column.title.unwrap_or(column.name).replace('_', " "));
        let lines: Vec<(String, &Cell)> = names
            .zip(row)
            .filter(|(_, cell)| !cell.human.is_empty())
            .collect();
        let widest = lines
            .iter()
            .map(|(name, _)| text::width(name))
            .max()
            .unwrap_or(0);
        for (name, cell) in lines {
            writeln!(
                out,
                "{}{GAP}{}",
                text::fit(&name, widest, Align::Left),
                cell.human
            )?;
        }
        Ok(())
    }

    /// Writes CSV with all columns.
    pub fn write_csv(&self, out: &mut dyn Write, with_header: bool) -> Outcome {
        let mut writer = csv::Writer::from_writer(out);
        if with_header {
            writer.write_record(self.columns.iter().map(|column| column.name))?;
        }
        for row in &self.rows {
            writer.write_record(row.iter().map(|cell| cell.plain.as_str()))?;
        }
        writer.flush()?;
        Ok(())
    }
}

/// Standard output in the format asked for.
pub struct Output {
    /// The format.
    pub format: Format,
    out: io::BufWriter<io::Stdout>,
}

impl Output {
    /// Standard output.
    pub fn new(format: Format) -> Self {
        Self {
            format,
            out: io::BufWriter::new(io::stdout()),
        }
    }

    /// Whether people read along.
    pub fn is_terminal() -> bool {
        io::stdout().is_terminal()
    }

    /// The place to write to.
    pub fn writer(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    /// A server's answer as a JSON document on lines of its own.
    pub fn json_message(&mut self, name: &str, message: &impl Message) -> Outcome {
        let json = Json::of(name, message)?;
        self.json(&json)
    }

    /// Any document, indented.
    pub fn json(&mut self, document: &impl Serialize) -> Outcome {
        serde_json::to_writer_pretty(&mut self.out, document)?;
        writeln!(self.out)?;
        self.flush()
    }

    /// A document on one line, written at once.
    pub fn json_line(&mut self, document: &impl Serialize) -> Outcome {
        serde_json::to_writer(&mut self.out, document)?;
        writeln!(self.out)?;
        self.flush()
    }

    /// A list: the answer itself for JSON, else the sheet made of it.
    pub fn list(
        &mut self,
        name: &str,
        message: &impl Message,
        sheet: &Sheet,
        empty: &str,
    ) -> Outcome {
        match self.format {
            Format::Json => return self.json_message(name, message),
            Format::Csv => sheet.write_csv(&mut self.out, true)?,
            Format::Table if sheet.rows.is_empty() => writeln!(self.out, "{empty}")?,
            Format::Table => sheet.write_table(&mut self.out)?,
        }
        self.flush()
    }

    /// One resource: the answer itself for JSON, else its card or its CSV row.
    pub fn card(&mut self, name: &str, message: &impl Message, sheet: &Sheet) -> Outcome {
        match self.format {
            Format::Json => return self.json_message(name, message),
            Format::Csv => sheet.write_csv(&mut self.out, true)?,
            Format::Table => sheet.write_card(&mut self.out)?,
        }
        self.flush()
    }

    /// Rows that no server answered with; JSON has its own document.
    pub fn sheet(&mut self, sheet: &Sheet) -> Outcome {
        match self.format {
            Format::Csv => sheet.write_csv(&mut self.out, true),
            Format::Json | Format::Table => Ok(sheet.write_table(&mut self.out)?),
        }
    }

    /// A further table for people, below what was printed; programs get what they asked for only.
    pub fn more(&mut self, sheet: &Sheet) -> Outcome {
        if self.format == Format::Table && !sheet.rows.is_empty() {
            writeln!(self.out)?;
            sheet.write_table(&mut self.out)?;
        }
        self.flush()
    }

    /// A sentence for people; programs that asked for another format do not get it.
    pub fn say(&mut self, sentence: &str) -> Outcome {
        if self.format == Format::Table {
            writeln!(self.out, "{sentence}")?;
        }
        Ok(())
    }

    /// Hands over what has been written.
    pub fn flush(&mut self) -> Outcome {
        self.out.flush()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    const COLUMNS: &[Column] = &[
        shown("name", "NAME"),
        shown("amount", "AMOUNT"),
        hidden("note"),
    ];

    fn sheet() -> Sheet {
        let row = |name: &str, human: &str, plain: &str, note: &str| {
            vec![
                Cell::text(name),
                Cell::figure(human, plain),
                Cell::text(note),
            ]
        };
        Sheet {
            columns: COLUMNS,
            rows: vec![
                row("华北电力", "120万", "1200000.00", "a,b"),
                row("Acme", "1.2k", "1200.00", ""),
            ],
        }
    }

    #[test]
    fn tables_align_by_display_width() {
        let mut out = Vec::new();
        sheet().write_table(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "NAME      AMOUNT\n华北电力   120万\nAcme        1.2k\n"
        );
    }

    #[test]
    fn csv_has_every_column_and_exact_values() {
        let mut out = Vec::new();
        sheet().write_csv(&mut out, true).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "name,amount,note\n华北电力,1200000.00,\"a,b\"\nAcme,1200.00,\n"
        );
    }

    #[test]
    fn a_card_leaves_out_what_is_empty() {
        let mut out = Vec::new();
        let mut sheet = sheet();
        sheet.rows.remove(0);
        sheet.write_card(&mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "NAME    Acme\nAMOUNT  1.2k\n"
        );
    }
}
