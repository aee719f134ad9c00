//! What a line of the entry is understood as.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

struct World {
    stages: Names,
    contacts: Names,
    customers: Names,
    members: Names,
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            stages: Names::new(),
            contacts: Names::new(),
            customers: Names::new(),
            members: Names::new(),
        };
        for (id, stage) in ["New", "Qualified", "Solution", "Proposal", "Negotiation"]
            .into_iter()
            .enumerate()
        {
            world.stages.push_stage(id as u64 + 1, stage);
        }
        world.customers.push(10, "Acme", None);
        world.customers.push(20, "华北电力", None);
        world.contacts.push(1, "Kim Larsen", Some(10));
        world.contacts.push(2, "张三", Some(20));
        world.members.push(1, "Lee Wong", None);
        world.members.push(2, "Lena Berg", None);
        world
    }

    fn lexicon(&self) -> Lexicon<'_> {
        Lexicon {
            stages: &self.stages,
            contacts: &self.contacts,
            customers: &self.customers,
            members: &self.members,
            today: date(2026, 3, 11),
            currency: Currency {
                code: "CNY",
                minor_digits: 2,
            },
        }
    }
}

fn read(line: &str) -> Entry {
    parse(line, &World::new().lexicon())
}

#[test]
fn both_examples_of_the_manual_are_complete_deals() {
    let chinese = read("华北电力 120万 @方案 ^3/15 #张三");
    assert_eq!(
        chinese.fields,
        Fields {
            name: Some("华北电力".into()),
            amount_minor: Some(120_000_000),
            stage_id: Some(3),
            contract_date: Some(date(2026, 3, 15)),
            contact: Some(Mention::Known(2)),
            customer: Some(Mention::Known(20)),
            customer_implied: true,
            owner_id: None,
            grade: None,
        }
    );
    assert!(chinese.is_complete(), "{chinese:?}");

    let english = read("Acme renewal 1.2m @proposal ^fri #kim &lee !A");
    assert_eq!(
        english.fields,
        Fields {
            name: Some("Acme renewal".into()),
            amount_minor: Some(120_000_000),
            stage_id: Some(4),
            contract_date: Some(date(2026, 3, 13)),
            contact: Some(Mention::Known(1)),
            customer: Some(Mention::Known(10)),
            customer_implied: true,
            owner_id: Some(1),
            grade: Some("A".into()),
        }
    );
    assert!(english.is_complete(), "{english:?}");
}

#[test]
fn what_is_not_there_is_missing_and_not_invented() {
    let fields = |line| {
        read(line)
            .missing
            .into_iter()
            .map(|missing| missing.field)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        fields(""),
        [Field::Name, Field::Amount, Field::ContractDate]
    );
    assert_eq!(fields("Acme"), [Field::Amount, Field::ContractDate]);
    assert_eq!(fields("1.2m ^fri"), [Field::Name]);
    let year = read("Acme renewal 2026 ^fri");
    assert_eq!(year.fields.name.as_deref(), Some("Acme renewal 2026"));
    assert_eq!(
        year.missing,
        [Missing {
            field: Field::Amount,
            left_in_name: Some(13..17)
        }]
    );
}

#[test]
fn the_amount_is_told_from_the_numbers_of_a_name() {
    for (line, name, amount) in [
        ("Acme 2026 renewal 1.2m", "Acme 2026 renewal", 120_000_000),
        ("Windows 11 upgrade 50000", "Windows 11 upgrade", 5_000_000),
        ("Acme 120 万", "Acme", 120_000_000),
        ("Acme 1.2 million CNY", "Acme", 120_000_000),
        ("Acme CNY 500", "Acme", 50_000),
        ("500 Acme", "Acme", 50_000),
        ("\"10m cable\" 3k", "10m cable", 300_000),
        ("Acme 2k phase 300", "Acme phase 300", 200_000),
    ] {
        let parsed = read(line);
        assert_eq!(parsed.fields.name.as_deref(), Some(name), "{line}");
        assert_eq!(parsed.fields.amount_minor, Some(amount), "{line}");
    }
}

#[test]
fn problems_say_what_where_and_what_to_do() {
    for (line, at, message) in [
        ("Acme -5k ^fri", 5..8, "an amount cannot be negative"),
        (
            "Acme 5k ^soon",
            8..13,
            "not a date; write it like fri, +3d, 3/15, 2026-03-15, 3月15日 or month-end",
        ),
        ("Acme 5k ^2/30", 8..13, "the calendar has no such day"),
        (
            "Acme €5k ^fri",
            5..10,
            "the workspace counts in CNY, not in €; convert the amount first",
        ),
        (
            "Acme 5k ^fri @xyz",
            13..17,
            "no stage is called \"xyz\"; there are New, Qualified, Solution, Proposal, Negotiation",
        ),
        (
            "Acme 5k ^fri @ne",
            13..16,
            "\"ne\" may be New or Negotiation; write more of it",
        ),
        (
            "Acme 5k ^fri &le",
            13..16,
            "\"le\" may be Lee Wong or Lena Berg; write more of it",
        ),
        (
            "Acme 5k ^fri ^mon",
            8..12,
            "the contract date is given twice; the last one counts, delete the other",
        ),
        (
            "Acme 5k ^fri !Z",
            13..15,
            "no grade is called \"Z\"; there are A, B, C, D",
        ),
    ] {
        let parsed = read(line);
        let problem = parsed.problems.first().unwrap();
        assert_eq!(
            (problem.range.clone(), problem.to_string().as_str()),
            (at.clone(), message),
            "{line}"
        );
        let span = parsed.spans.iter().find(|span| span.range == at).unwrap();
        assert!(!span.understood, "{line}");
        assert!(!parsed.is_complete());
    }
}

#[test]
fn unknown_customers_and_contacts_are_new_ones() {
    let parsed = read("Rollout 5k ^fri :\"Globex Ltd\" #Ann");
    assert_eq!(
        parsed.fields.customer,
        Some(Mention::New("Globex Ltd".into()))
    );
    assert_eq!(parsed.fields.contact, Some(Mention::New("Ann".into())));
    assert!(parsed.is_complete());
}

#[test]
fn both_examples_are_complete_where_nobody_is_known_yet() {
    let mut world = World::new();
    world.customers = Names::new();
    world.contacts = Names::new();
    for (line, contact) in [
        ("Acme renewal 1.2m @proposal ^fri #kim", "kim"),
        ("华北电力 120万 @方案 ^3/15 #张三", "张三"),
    ] {
        let parsed = parse(line, &world.lexicon());
        assert!(parsed.is_complete(), "{parsed:?}");
        assert_eq!(parsed.fields.contact, Some(Mention::New(contact.into())));
        assert_eq!(parsed.fields.customer, None);
    }
}

#[test]
fn spans_name_each_word() {
    let line = "Acme renewal 120 万 @2 ^fri";
    let spans: Vec<(&str, Field)> = read(line)
        .spans
        .into_iter()
        .map(|span| (&line[span.range], span.field))
        .collect();
    assert_eq!(
        spans,
        [
            ("Acme", Field::Name),
            ("renewal", Field::Name),
            ("120 万", Field::Amount),
            ("@2", Field::Stage),
            ("^fri", Field::ContractDate),
        ]
    );
}

fn check_ranges(line: &str, parsed: &Entry) {
    let mut end = 0;
    for span in &parsed.spans {
        assert!(
            span.range.start >= end && span.range.end <= line.len(),
            "{line:?} {span:?}"
        );
        assert!(
            line.get(span.range.clone())
                .is_some_and(|text| !text.is_empty()),
            "{line:?} {span:?}"
        );
        end = span.range.end;
    }
    for problem in &parsed.problems {
        assert!(
            line.get(problem.range.clone()).is_some(),
            "{line:?} {problem:?}"
        );
        assert!(
            parsed.spans.iter().any(|span| span.range == problem.range),
            "{line:?} {problem:?}"
        );
        assert!(!problem.to_string().is_empty());
    }
}

proptest! {
    #[test]
    fn any_line_is_read_and_every_range_is_valid(line in "\\PC{0,40}") {
        check_ranges(&line, &read(&line));
    }

    #[test]
    fn lines_made_of_the_grammar_are_read(words in proptest::collection::vec("[@^#&:!\"“]?(Acme|kim|fri|1.2m|120|万|CNY|\\$5|-3k|方案|2|\"x y\"|)", 0..9), gap in "[ \u{3000}]{1,2}") {
        let line = words.join(&gap);
        let parsed = read(&line);
        check_ranges(&line, &parsed);
        let missing_amount = parsed.missing.iter().any(|missing| missing.field == Field::Amount);
        let bad_amount = parsed.problems.iter().any(|problem| problem.field == Field::Amount);
        prop_assert_eq!(parsed.fields.amount_minor.is_none(), missing_amount || bad_amount);
    }
}
