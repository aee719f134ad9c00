//! Guesses what the columns of a pasted block are: by their names where they have some, else by what stands in them.

use jiff::civil::Date;

use crate::entry::amount::{Currency, parse_amount};
use crate::entry::date::parse_date;
use crate::entry::names::{Found, Names};
use crate::import::names::loose;
use crate::layer::Known;

/// Of ten filled cells so many must be of a kind for the column to be taken for it.
const ENOUGH_IN_TEN: usize = 7;

/// What a column is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Column {
    /// Left out.
    #[default]
    Nothing,
    /// The deal's name.
    Name,
    /// Its amount.
    Amount,
    /// Its stage.
    Stage,
    /// Its contract date.
    Date,
    /// Its owner.
    Owner,
    /// Its customer.
    Customer,
    /// Its contact.
    Contact,
    /// Its note.
    Note,
    /// A whole deal in one line.
    Line,
}

impl Column {
    /// All of them, in the order in which a key goes through them.
    pub const ALL: [Self; 10] = [
        Self::Nothing,
        Self::Name,
        Self::Amount,
        Self::Stage,
        Self::Date,
        Self::Owner,
        Self::Customer,
        Self::Contact,
        Self::Note,
        Self::Line,
    ];

    /// Its name in the drafts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Name => "name",
            Self::Amount => "amount",
            Self::Stage => "stage",
            Self::Date => "date",
            Self::Owner => "owner",
            Self::Customer => "customer",
            Self::Contact => "contact",
            Self::Note => "note",
            Self::Line => "line",
        }
    }

    /// The column of a name; nothing for any other text.
    pub fn by_name(name: &str) -> Self {
        let found = Self::ALL.into_iter().find(|column| column.name() == name);
        found.unwrap_or_default()
    }

    /// Key of its label.
    pub const fn label_key(self) -> &'static str {
        match self {
            Self::Nothing => "column-nothing",
            Self::Name => "field-name",
            Self::Amount => "field-amount",
            Self::Stage => "field-stage",
            Self::Date => "field-contract-date",
            Self::Owner => "field-owner",
            Self::Customer => "field-customer",
            Self::Contact => "field-contact",
            Self::Note => "field-note",
            Self::Line => "column-line",
        }
    }

    /// The letter that makes a column this.
    pub const fn letter(self) -> char {
        match self {
            Self::Nothing => '-',
            Self::Name => 'n',
            Self::Amount => 'a',
            Self::Stage => 's',
            Self::Date => 'd',
            Self::Owner => 'o',
            Self::Customer => 'c',
            Self::Contact => 'p',
            Self::Note => 'r',
            Self::Line => 'w',
        }
    }

    /// What a column's own name, letters and digits only, says that it is.
    fn of_header(name: &str) -> Option<Self> {
        let name = loose(name);
        let is = |words: &[&str]| words.contains(&name.as_str());
        let names: &[(Self, &[&str])] = &[
            (
                Self::Name,
                &[
                    "name",
                    "deal",
                    "dealname",
                    "opportunity",
                    "opportunityname",
                    "title",
                    "project",
                    "projectname",
                    "商机",
                    "商机名称",
                    "名称",
                    "项目",
                    "项目名称",
                    "标题",
                ],
            ),
            (
                Self::Amount,
                &[
                    "amount",
                    "value",
                    "dealvalue",
                    "dealamount",
                    "revenue",
                    "price",
                    "sum",
                    "budget",
                    "acv",
                    "arr",
                    "金额",
                    "商机金额",
                    "预计金额",
                    "合同金额",
                    "预算",
                    "报价",
                ],
            ),
            (
                Self::Stage,
                &[
                    "stage",
                    "stagename",
                    "dealstage",
                    "status",
                    "phase",
                    "阶段",
                    "商机阶段",
                    "销售阶段",
                    "状态",
                ],
            ),
            (
                Self::Date,
                &[
                    "date",
                    "close",
                    "closedate",
                    "closingdate",
                    "expectedclose",
                    "expectedclosedate",
                    "contractdate",
                    "expectedcontractdate",
                    "due",
                    "日期",
                    "签约日期",
                    "预计签约日期",
                    "预计成交日期",
                    "成交日期",
                    "合同日期",
                ],
            ),
            (
                Self::Owner,
                &[
                    "owner",
                    "ownername",
                    "opportunityowner",
                    "rep",
                    "salesrep",
                    "salesperson",
                    "seller",
                    "负责人",
                    "销售",
                    "销售员",
                    "业务员",
                    "归属人",
                    "所有人",
                ],
            ),
            (
                Self::Customer,
                &[
                    "customer",
                    "customername",
                    "account",
                    "accountname",
                    "company",
                    "companyname",
                    "client",
                    "organization",
                    "organisation",
                    "客户",
                    "客户名称",
                    "公司",
                    "公司名称",
                    "单位",
                    "企业",
                ],
            ),
            (
                Self::Contact,
                &[
                    "contact",
                    "contactname",
                    "primarycontact",
                    "person",
                    "联系人",
                    "联系人姓名",
                    "客户联系人",
                ],
            ),
            (
                Self::Note,
                &[
                    "note",
                    "notes",
                    "comment",
                    "comments",
                    "remark",
                    "remarks",
                    "description",
                    "备注",
                    "说明",
                    "描述",
                ],
            ),
        ];
        names
            .iter()
            .find(|(_, words)| is(words))
            .map(|(column, _)| *column)
    }
}

/// What cells are read against.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// Stages, people, customers.
    pub known: &'a Known,
    /// Today in the workspace's zone.
    pub today: Date,
    /// The workspace's currency.
    pub currency: Currency<'a>,
}

/// The columns by the names in a first row; none when it is a row of data.
pub fn header_columns(row: &[String], ground: &Ground<'_>) -> Option<Vec<Column>> {
    let mut columns = vec![Column::Nothing; row.len()];
    for (place, name) in row.iter().enumerate() {
        // A figure or a day is never the name of a column.
        if parse_amount(name, ground.currency).is_ok() || parse_date(name, ground.today).is_ok() {
            return None;
        }
        if let Some(column) = Column::of_header(name).filter(|column| !columns.contains(column)) {
            columns[place] = column;
        }
    }
    columns
        .iter()
        .any(|column| *column != Column::Nothing)
        .then_some(columns)
}

/// Whether a cell is of a kind.
type Is<'a> = &'a dyn Fn(&str) -> bool;

/// What the columns are, beginning with what their names say; `rows` are those of data.
pub fn guess(rows: &[Vec<String>], named: Option<Vec<Column>>, ground: &Ground<'_>) -> Vec<Column> {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut columns = named.unwrap_or_default();
    columns.resize(width, Column::Nothing);
    let cells = |place: usize| {
        let cells = rows.iter().filter_map(move |row| row.get(place));
        cells.map(String::as_str).filter(|cell| !cell.is_empty())
    };
    let share = |place: usize, is: Is<'_>| {
        let all = cells(place).count();
        let some = cells(place).filter(|cell| is(cell)).count();
        all > 0 && some * 10 >= all * ENOUGH_IN_TEN
    };
    let names = |names: &Names, cell: &str| {
        matches!(names.find(cell, None), Found::One(place) if
        names.get(place).is_some_and(|name| loose(&name.shown) == loose(cell)))
    };
    let is_amount = |cell: &str| parse_amount(cell, ground.currency).is_ok();
    let is_date = |cell: &str| parse_date(cell, ground.today).is_ok() && !is_amount(cell);
    let is_stage = |cell: &str| matches!(ground.known.stages.find(cell, None), Found::One(_));
    let is_owner = |cell: &str| names(&ground.known.members, cell);
    let is_customer = |cell: &str| names(&ground.known.customers, cell);
    let is_contact = |cell: &str| names(&ground.known.contacts, cell);
    let is_text = |cell: &str| !is_amount(cell) && !is_date(cell);
    let kinds: [(Column, Is<'_>); 7] = [
        (Column::Date, &is_date),
        (Column::Amount, &is_amount),
        (Column::Owner, &is_owner),
        (Column::Contact, &is_contact),
        (Column::Customer, &is_customer),
        (Column::Stage, &is_stage),
        (Column::Name, &is_text),
    ];
    for (column, is) in kinds {
        if columns.contains(&column) {
            continue;
        }
        let free = (0..width).find(|place| columns[*place] == Column::Nothing && share(*place, is));
        if let Some(place) = free {
            columns[place] = column;
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn known() -> Known {
        let mut known = Known::default();
        for (id, name) in (1..).zip(["New", "Qualified", "Proposal"]) {
            known.stages.push_stage(id, name);
        }
        for (id, name) in (1..).zip(["Kim", "张三"]) {
            known.members.push(id, name, None);
        }
        known.customers.push(1, "Acme Holding", None);
        known
    }

    fn rows(text: &str) -> Vec<Vec<String>> {
        super::super::read(text).rows
    }

    fn guessed(text: &str) -> Vec<Column> {
        let known = known();
        let ground = Ground {
            known: &known,
            today: date(2026, 3, 4),
            currency: Currency::of("USD"),
        };
        let rows = rows(text);
        match header_columns(&rows[0], &ground) {
            Some(named) => guess(&rows[1..], Some(named), &ground),
            None => guess(&rows, None, &ground),
        }
    }

    #[test]
    fn columns_are_known_by_their_names_in_both_languages() {
        use Column::{Amount, Customer, Date, Name, Nothing, Owner};
        assert_eq!(
            guessed(
                "Opportunity Name\tAccount\tAmount\tClose Date\tOwner\tScore\nAcme renewal\tAcme\t5\tfri\tKim\t7"
            ),
            [Name, Customer, Amount, Date, Owner, Nothing]
        );
        assert_eq!(
            guessed("客户名称\t项目\t预计金额\t签约日期\n华北电力\t二期\t120万\t月底"),
            [Customer, Name, Amount, Date]
        );
    }

    #[test]
    fn columns_without_names_are_known_by_what_stands_in_them() {
        use Column::{Amount, Customer, Date, Name, Owner, Stage};
        assert_eq!(
            guessed(
                "Acme Holding\tBig renewal\t1.2m\tproposal\t2026-03-15\tKim\nAcme Holding\tSmall one\t50,000\tnew\t3/20\t张三"
            ),
            [Customer, Name, Amount, Stage, Date, Owner]
        );
        assert_eq!(guessed("Renewal\t5000\nPilot\t700"), [Name, Amount]);
    }

    #[test]
    fn a_first_row_with_a_figure_is_no_row_of_names() {
        let known = known();
        let ground = Ground {
            known: &known,
            today: date(2026, 3, 4),
            currency: Currency::of("USD"),
        };
        assert_eq!(header_columns(&rows("Name\t5000")[0], &ground), None);
        assert_eq!(header_columns(&rows("Acme\tbig")[0], &ground), None);
    }

    #[test]
    fn every_column_has_a_letter_and_a_name_of_its_own() {
        for column in Column::ALL {
            assert_eq!(Column::by_name(column.name()), column);
            let same = Column::ALL
                .iter()
                .filter(|other| other.letter() == column.letter());
            assert_eq!(same.count(), 1, "{column:?}");
        }
        assert_eq!(Column::by_name("?"), Column::Nothing);
    }
}
