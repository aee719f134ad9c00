//! Proposes a mapping from a file's header and its first rows: a start to correct, never a decision.

use std::{collections::HashSet, fmt::Write as _};

use super::{
    mapping::MappedKind,
    moment::{self, RFC_3339},
    reading::{ReadError, Table, utf8},
};

/// Rows looked at.
const SAMPLE_ROWS: usize = 2_000;
/// More distinct values than this make no list of stages.
const MAX_STAGES: usize = 30;
/// Chance to win proposed for the first open stage and for the last, in percent.
const FIRST_PROBABILITY: usize = 10;
const LAST_PROBABILITY: usize = 90;

/// Formats tried, the first that fits every value wins; a pair of day-first and month-first is ambiguous when both fit.
const FORMATS: [&str; 12] = [
    "%Y-%m-%d",
    RFC_3339,
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y/%m/%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d.%m.%Y",
    "%d-%b-%Y",
    "%Y年%m月%d日",
];

struct Column {
    name: String,
    values: Vec<String>,
}

impl Column {
    /// The letters and digits of its name.
    fn key(&self) -> String {
        super::names::loose(&self.name)
    }

    fn filled(&self) -> impl Iterator<Item = &str> {
        self.values
            .iter()
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    fn distinct(&self) -> usize {
        self.filled().collect::<HashSet<_>>().len()
    }

    fn is_unique(&self) -> bool {
        self.distinct() == self.values.len()
    }

    fn date_format(&self) -> Option<&'static str> {
        self.filled().next()?;
        FORMATS
            .into_iter()
            .find(|format| self.filled().all(|value| moment::matches(format, value)))
    }

    fn is_number(&self) -> bool {
        self.filled().next().is_some()
            && self
                .filled()
                .all(|value| value.bytes().all(|byte| b"0123456789.,-$ ".contains(&byte)))
    }
}

/// Proposes a mapping for a file, as TOML with remarks.
pub fn guess(table: &mut Table) -> Result<String, ReadError> {
    let names = table.header().names().to_vec();
    let mut columns: Vec<Column> = names
        .into_iter()
        .map(|name| Column {
            name,
            values: Vec::new(),
        })
        .collect();
    let mut count = 0;
    while count < SAMPLE_ROWS
        && let Some(row) = table.next_row()?
    {
        count += 1;
        for (column, cell) in columns.iter_mut().zip(row.cells.iter()) {
            column
                .values
                .push(utf8(cell).unwrap_or_default().to_owned());
        }
    }
    Ok(propose(&columns, count))
}

fn propose(columns: &[Column], count: usize) -> String {
    let mut text = format!(
        "# Proposed from the header and {count} rows. Read every line before you trust it.\n"
    );
    let stage = find(
        columns,
        &[
            "tostage",
            "stage",
            "stagename",
            "dealstage",
            "status",
            "阶段",
            "商机阶段",
        ],
        |column| column.distinct() <= MAX_STAGES,
    );
    let id = find(
        columns,
        &[
            "opportunityid",
            "oppid",
            "dealid",
            "externalid",
            "caseid",
            "case",
            "id",
            "编号",
            "商机编号",
        ],
        |_| true,
    );
    let is_history = id.is_some_and(|id| !id.is_unique());
    write_formats(&mut text, columns);
    write_pipeline(&mut text, stage);
    let section = if is_history {
        "history"
    } else {
        "opportunities"
    };
    let _ = writeln!(text, "\n[{section}.columns]");
    write_field(&mut text, "external_id", id, true);
    if is_history {
        write_field(&mut text, "stage", stage, true);
        let time = find(
            columns,
            &[
                "changedat",
                "time",
                "timestamp",
                "createddate",
                "date",
                "enteredat",
                "时间",
            ],
            is_date,
        )
        .or_else(|| columns.iter().find(|column| is_date(column)));
        write_field(&mut text, "time", time, true);
        write_field(
            &mut text,
            "member",
            find(
                columns,
                &["user", "changedby", "actor", "createdbyid"],
                |_| true,
            ),
            false,
        );
        write_field(&mut text, "amount", amount(columns), false);
    } else {
        let name = find(
            columns,
            &[
                "name",
                "opportunityname",
                "dealname",
                "title",
                "商机名称",
                "名称",
            ],
            |_| true,
        );
        write_field(&mut text, "name", name.or(id), true);
        write_field(&mut text, "amount", amount(columns), false);
        write_field(&mut text, "stage", stage, true);
        let created = find(
            columns,
            &[
                "createddate",
                "created",
                "createdat",
                "createdate",
                "engagedate",
                "创建时间",
                "创建日期",
            ],
            is_date,
        );
        write_field(&mut text, "created", created, false);
        let contract = find(
            columns,
            &[
                "closedate",
                "expectedclosedate",
                "contractdate",
                "预计签约日期",
            ],
            is_date,
        );
        write_field(&mut text, "contract_date", contract, false);
        write_field(
            &mut text,
            "owner",
            find(
                columns,
                &[
                    "owner",
                    "ownerid",
                    "ownername",
                    "salesagent",
                    "rep",
                    "负责人",
                ],
                |_| true,
            ),
            false,
        );
        write_field(
            &mut text,
            "customer",
            find(
                columns,
                &[
                    "account",
                    "accountname",
                    "customer",
                    "accountid",
                    "company",
                    "客户",
                    "客户名称",
                ],
                |_| true,
            ),
            false,
        );
        write_field(
            &mut text,
            "source",
            find(columns, &["source", "leadsource", "来源"], |_| true),
            false,
        );
        text.push_str("\n# What an empty cell means.\n[opportunities.defaults]\namount = \"0\"\nsource = \"import\"\n");
    }
    text.push_str("\n# \"create\" makes people and companies that the workspace does not know; \"reject\" rejects the row; \"leave\" goes on without.\n");
    text.push_str("[members]\nunknown = \"create\"\n\n[customers]\nunknown = \"create\"\n");
    text
}

fn is_date(column: &Column) -> bool {
    column.date_format().is_some()
}

fn find<'a>(
    columns: &'a [Column],
    keys: &[&str],
    fits: impl Fn(&Column) -> bool,
) -> Option<&'a Column> {
    keys.iter().find_map(|key| {
        columns
            .iter()
            .find(|column| column.key() == *key && fits(column))
    })
}

fn amount(columns: &[Column]) -> Option<&Column> {
    let keys = [
        "amount",
        "closevalue",
        "value",
        "dealvalue",
        "dealamount",
        "opportunityamountusd",
        "金额",
        "商机金额",
    ];
    find(columns, &keys, Column::is_number)
}

fn write_formats(text: &mut String, columns: &[Column]) {
    let mut formats: Vec<&str> = Vec::new();
    let mut ambiguous = Vec::new();
    for column in columns {
        let Some(format) = column.date_format() else {
            continue;
        };
        // Whole numbers such as 20220301 are ids more often than dates: no format above matches them.
        if !formats.contains(&format) {
            formats.push(format);
        }
        let swapped = format.replace("%d/%m/", "%m/%d/");
        if swapped != format
            && column
                .filled()
                .all(|value| moment::matches(&swapped, value))
        {
            ambiguous.push(column.name.clone());
        }
    }
    text.push_str("\n[formats]\n");
    let listed: Vec<String> = formats.iter().map(|format| quote(format)).collect();
    let _ = writeln!(text, "dates = [{}]", listed.join(", "));
    if !ambiguous.is_empty() {
        let _ = writeln!(
            text,
            "# {} fit day-first and month-first alike: day-first is a guess.",
            ambiguous.join(", ")
        );
    }
    let Some(amount) = amount(columns) else {
        return;
    };
    // "1.234,50" against "1,234.50": the last mark of a number with both is the decimal one.
    let decimal_comma = amount
        .filled()
        .any(|value| match (value.rfind(','), value.rfind('.')) {
            (Some(comma), Some(dot)) => comma > dot,
            (Some(comma), None) => value.len() - comma - 1 != 3,
            _ => false,
        });
    let grouped = amount
        .filled()
        .any(|value| value.contains(',') && !decimal_comma || value.contains('.') && decimal_comma);
    match (decimal_comma, grouped) {
        (true, _) => text.push_str("numbers = { decimal = \",\", thousands = \".\" }\n"),
        (false, true) => text.push_str("numbers = { decimal = \".\", thousands = \",\" }\n"),
        (false, false) => text.push_str("numbers = { decimal = \".\" }\n"),
    }
}

fn write_pipeline(text: &mut String, stage: Option<&Column>) {
    text.push_str("\n# Put the stages into the order deals go through them; check kinds and chances.\n[pipeline]\nname = \"Imported\"\nstages = [\n");
    let mut names: Vec<&str> = Vec::new();
    for value in stage.iter().flat_map(|column| column.filled()) {
        if !names.contains(&value) {
            names.push(value);
        }
    }
    let kinds: Vec<(MappedKind, &str)> = names.iter().map(|name| (kind_of(name), *name)).collect();
    let open: Vec<&str> = of_kind(&kinds, MappedKind::Open);
    for (index, name) in open.iter().enumerate() {
        let steps = open.len().saturating_sub(1).max(1);
        let chance = FIRST_PROBABILITY + (LAST_PROBABILITY - FIRST_PROBABILITY) * index / steps;
        let _ = writeln!(
            text,
            "    {{ name = {}, win_probability = {chance}, stagnation_days = 14 }},",
            quote(name)
        );
    }
    for (kind, word) in [(MappedKind::Won, "won"), (MappedKind::Lost, "lost")] {
        for name in of_kind(&kinds, kind) {
            let _ = writeln!(text, "    {{ name = {}, kind = \"{word}\" }},", quote(name));
        }
    }
    // A pipeline needs one of each kind, whether or not the sample has it.
    for (kind, name, word) in [
        (MappedKind::Won, "Won", "won"),
        (MappedKind::Lost, "Lost", "lost"),
    ] {
        if of_kind(&kinds, kind).is_empty() {
            let _ = writeln!(
                text,
                "    {{ name = \"{name}\", kind = \"{word}\" }},  # none in the sample"
            );
        }
    }
    if open.is_empty() {
        text.push_str("    { name = \"Open\" },  # none in the sample\n");
    }
    text.push_str("]\n");
}

fn of_kind<'a>(kinds: &[(MappedKind, &'a str)], wanted: MappedKind) -> Vec<&'a str> {
    kinds
        .iter()
        .filter(|(kind, _)| *kind == wanted)
        .map(|(_, name)| *name)
        .collect()
}

fn kind_of(name: &str) -> MappedKind {
    let lower = name.to_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if any(&[
        "lost",
        "declined",
        "cancelled",
        "canceled",
        "rejected",
        "失败",
        "丢单",
        "输单",
    ]) {
        MappedKind::Lost
    } else if any(&[
        "won",
        "activated",
        "approved",
        "registered",
        "成交",
        "赢单",
        "签约",
    ]) {
        MappedKind::Won
    } else {
        MappedKind::Open
    }
}

fn write_field(text: &mut String, field: &str, column: Option<&Column>, required: bool) {
    match column {
        Some(column) => {
            let _ = writeln!(text, "{field} = {}", quote(&column_reference(&column.name)));
        }
        None if required => {
            let _ = writeln!(
                text,
                "{field} = \"?\"  # no column looked like it: name one"
            );
        }
        None => {}
    }
}

/// A column's name as a template writes it: in braces when it holds characters that mean something there.
fn column_reference(name: &str) -> String {
    if name.contains(['{', '}', '[', ']', '\\']) {
        format!("{{{name}}}")
    } else {
        name.to_owned()
    }
}

fn quote(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::import::mapping::Mapping;

    fn guessed(text: &str) -> (String, Mapping) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.csv");
        std::fs::write(&path, text).unwrap();
        let text = guess(&mut Table::open(&path, b',').unwrap()).unwrap();
        let mapping = Mapping::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        (text, mapping)
    }

    #[test]
    fn a_table_of_opportunities_is_recognised() {
        let (text, mapping) = guessed(
            "Id,Name,Amount,StageName,CreatedDate,OwnerId\n\
             a1,One,\"1,000.50\",Prospecting,14/03/2022,kim\n\
             a2,Two,5,Closed Won,01/05/2022,lee\n",
        );
        assert!(
            mapping.opportunities.is_some() && mapping.history.is_none(),
            "{text}"
        );
        assert_eq!(mapping.formats.dates, ["%d/%m/%Y"]);
        assert_eq!(mapping.formats.numbers.thousands, Some(','));
        assert_eq!(mapping.pipeline.stages[1].kind, MappedKind::Won);
        assert!(!text.contains("is a guess"), "{text}");
    }

    #[test]
    fn a_table_of_stage_changes_is_recognised_by_its_repeated_ids() {
        let (text, mapping) = guessed(
            "opportunity_id,to_stage,changed_at,user\n\
             7,A_SUBMITTED,2011-10-01T00:38:44.546+02:00,112\n\
             7,A_DECLINED,2011-10-01T00:39:37.906+02:00,112\n",
        );
        assert!(
            mapping.history.is_some() && mapping.opportunities.is_none(),
            "{text}"
        );
        assert_eq!(mapping.formats.dates, [RFC_3339]);
        assert_eq!(mapping.pipeline.stages[1].kind, MappedKind::Lost);
    }

    #[test]
    fn an_ambiguous_date_is_said_to_be_a_guess() {
        let (text, _) = guessed("id,stage,created\n1,New,03/04/2022\n2,New,05/06/2022\n");
        assert!(text.contains("day-first is a guess"), "{text}");
    }

    #[test]
    fn what_was_not_found_is_left_to_the_person() {
        let (text, _) = guessed("a,b\n1,2\n");
        assert!(text.contains("name one"), "{text}");
    }
}
