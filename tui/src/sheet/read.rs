//! Cuts a pasted text into rows and cells, as spreadsheets put them on the clipboard: tabs between cells, quotation marks around cells
//! with line breaks.

use super::{LeftOut, MAX_BYTES, MAX_COLUMNS, MAX_ROWS};

/// Rows and cells of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// Cells, row by row; all rows have as many.
    pub rows: Vec<Vec<String>>,
    /// There were tabs: a table, not just lines.
    pub is_table: bool,
    /// What found no room.
    pub left_out: LeftOut,
}

impl Block {
    /// It is more than one line of text.
    pub fn is_block(&self) -> bool {
        self.is_table || self.rows.len() > 1
    }
}

/// Reads a text. Never fails: what is no cell is text.
pub fn read(text: &str) -> Block {
    let mut end = text.len().min(MAX_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let (text, rest) = text.split_at(end);
    // Terminals paste line breaks as carriage returns.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let is_table = text.contains('\t');
    let mut block = Block {
        is_table,
        left_out: LeftOut {
            bytes: rest.len(),
            ..LeftOut::default()
        },
        rows: Vec::new(),
    };
    // An odd quotation mark belongs to a name: taken for one around a cell it would swallow all rows below.
    let quoting = is_table && text.matches('"').count() % 2 == 0;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .has_headers(false)
        .flexible(true)
        .quoting(quoting)
        .from_reader(text.as_bytes());
    let mut width = 0;
    for record in reader.records().map_while(Result::ok) {
        let cells: Vec<String> = record.iter().take(MAX_COLUMNS).map(clean).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        let over = record.len().saturating_sub(MAX_COLUMNS);
        block.left_out.columns = block.left_out.columns.max(over);
        if block.rows.len() >= MAX_ROWS {
            block.left_out.rows += 1;
            continue;
        }
        width = width.max(cells.len());
        block.rows.push(cells);
    }
    for row in &mut block.rows {
        row.resize(width, String::new());
    }
    block
}

/// A cell on one line, with nothing in it that would move a screen.
fn clean(cell: &str) -> String {
    let mut line = crate::input::Input::default();
    line.insert(cell.trim());
    line.text().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_cut_at_tabs_and_quoted_ones_may_have_line_breaks() {
        let block = read("Acme\t1.2m\t\"first\nsecond\"\r\nGlobex\t\t3/15\n\n");
        assert_eq!(block.rows.len(), 2);
        assert_eq!(block.rows[0], ["Acme", "1.2m", "first second"]);
        assert_eq!(block.rows[1], ["Globex", "", "3/15"]);
        assert!(block.is_block());
    }

    #[test]
    fn a_terminal_that_pastes_carriage_returns_gives_the_same_rows() {
        assert_eq!(read("a\tb\rc\td").rows, read("a\tb\nc\td").rows);
    }

    #[test]
    fn an_odd_quotation_mark_swallows_no_rows() {
        assert_eq!(read("19\" rack\t5k\nAcme\t1m").rows.len(), 2);
        assert_eq!(read("\"rack\t5k\nAcme\t1m").rows[0][0], "\"rack");
    }

    #[test]
    fn one_line_is_no_block() {
        assert!(!read("Acme renewal 1.2m").is_block());
        assert!(read("Acme renewal 1.2m\nGlobex 5k").is_block());
        assert!(!read("").is_block());
    }

    #[test]
    fn what_is_too_much_is_left_out_and_counted() {
        let text = "Acme\t5k\n".repeat(MAX_ROWS + 7);
        let block = read(&text);
        assert_eq!((block.rows.len(), block.left_out.rows), (MAX_ROWS, 7));
        let wide = read(&"x\t".repeat(MAX_COLUMNS + 3));
        assert_eq!(wide.rows[0].len(), MAX_COLUMNS);
        assert_eq!(wide.left_out.columns, 4);
        let long = read(&"华".repeat(MAX_BYTES));
        assert!(long.left_out.bytes > 0);
        assert!(long.rows[0][0].len() <= crate::input::MAX_INPUT_BYTES);
    }

    #[test]
    fn nothing_raw_is_left_in_a_cell() {
        assert_eq!(read("a\u{1b}[31mb\t\u{202E}c").rows[0], ["a[31mb", "c"]);
    }
}
