//! What filters hold for, and what is wrong with those that cannot be read.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::entry::amount::Currency;
use crate::record::DAY_US;

struct Deal {
    name: &'static str,
    customer: &'static str,
    owner: &'static str,
    stage: StageFacts<'static>,
    amount_minor: i64,
    date: Option<Date>,
    days: i64,
}

const SOLUTION: StageFacts<'static> = StageFacts {
    name: "Solution",
    position: 3,
    kind: StageKind::Open,
    stagnation_us: Some(10 * DAY_US),
};

const RENEWAL: Deal = Deal {
    name: "Acme renewal, second phase",
    customer: "Acme GmbH",
    owner: "Kim Larsen",
    stage: SOLUTION,
    amount_minor: 150_000_000,
    date: Some(date(2026, 3, 15)),
    days: 12,
};

impl DealFacts for Deal {
    fn name(&self) -> &str {
        self.name
    }
    fn customer(&self) -> &str {
        self.customer
    }
    fn owner(&self) -> &str {
        self.owner
    }
    fn source(&self) -> &str {
        "Fair"
    }
    fn grade(&self) -> &str {
        "A"
    }
    fn stage(&self) -> Option<StageFacts<'_>> {
        Some(self.stage)
    }
    fn amount_minor(&self) -> i64 {
        self.amount_minor
    }
    fn weighted_minor(&self) -> i64 {
        self.amount_minor / 2
    }
    fn level(&self) -> Level {
        Level::Stalled
    }
    fn contract_date(&self) -> Option<Date> {
        self.date
    }
    fn stage_clock_us(&self) -> Micros {
        self.days * DAY_US
    }
    fn is_archived(&self) -> bool {
        false
    }
}

fn read(text: &str) -> Result<Query, QueryError> {
    Query::parse(
        text,
        &Context {
            today: date(2026, 3, 11),
            currency: Currency {
                code: "EUR",
                minor_digits: 2,
            },
        },
    )
}

#[test]
fn terms_hold_for_the_deals_they_describe() {
    for text in [
        "",
        "  ",
        "acme",
        "RENEWAL",
        "kim",
        "\"second phase\"",
        "~arnw",
        "!globex",
        "owner:kim",
        "owner:\"kim larsen\"",
        "customer:gmbh",
        "!owner:none",
        "stage:3",
        "stage:sol",
        "status:open",
        ">1m",
        ">=1.5m",
        "<=1.5m",
        "<2m",
        "1m..2m",
        "1.5m..",
        "..1.5m",
        "amount>1m",
        "amount:1.5m",
        "amount:1m..2m",
        "date:2026-03-15",
        "date<=3/15",
        "date>fri",
        "date:2026-03-01..2026-03-16",
        "date:..month-end",
        "!date:none",
        "stale:12d",
        "stale:1w",
        "stale:yes",
        "grade:a",
        "source:fair",
        "!archived:yes",
        "acme owner:kim stage:3 >1m <5m stale:10d !lost",
        "globex or (kim and not lost)",
        "!(globex or lee)",
        "weighted>=750k",
        "days:12",
        "level:stalled",
        "level>=approaching",
        "date:2026-03",
        "date:2026-q1",
        "date:this-week or date:next-week or date:this-month",
        "archived:no",
    ] {
        assert!(read(text).unwrap().holds_for(&RENEWAL), "{text}");
    }
    for text in [
        "globex",
        "!acme",
        "\"phase second\"",
        "~zz",
        "owner:lee",
        "owner:none",
        "stage:2",
        "stage:neg",
        "status:won",
        ">1.5m",
        "<1.5m",
        "2m..3m",
        "date:2026-03-01..2026-03-15",
        "date>3/15",
        "date:none",
        "stale:13d",
        "!stale:yes",
        "grade:b",
        "archived:yes",
        "acme globex",
        "acme and (globex or lee)",
        "not (acme or globex)",
        "owner:\"kim\"",
        "days>12",
        "level:critical",
    ] {
        assert!(!read(text).unwrap().holds_for(&RENEWAL), "{text}");
    }
}

#[test]
fn errors_say_where_and_what_to_do() {
    for (text, range, start) in [
        (
            "acme foo:bar",
            5..12,
            "there is no field \"foo\"; there are owner",
        ),
        ("owner:", 6..6, "a value is missing here"),
        ("acme >", 6..6, "a value is missing here"),
        (">abc", 1..4, "not an amount"),
        ("1m..x", 4..5, "not an amount"),
        ("2m..1m", 0..6, "the range ends before it begins"),
        ("date:soon", 5..9, "not a date"),
        (
            "date:2026-04-01..2026-01-01",
            5..27,
            "the range ends before it begins",
        ),
        ("stale:long", 6..10, "not a number of days"),
        ("status:maybe", 7..12, "write one of open, won, lost"),
        ("owner>kim", 0..9, "only amounts, dates"),
        ("!stage<2", 1..8, "only amounts, dates"),
        ("acme team:1", 5..11, "the board cannot filter by \"team\""),
        ("acme owner:\"kim", 11..15, "this quotation mark"),
        ("(acme", 0..1, "this parenthesis"),
        ("acme)", 4..5, "no parenthesis is open"),
        ("acme or", 7..7, "a term is missing"),
    ] {
        let error = read(text).unwrap_err();
        assert_eq!(error.range, range, "{text}");
        assert!(error.to_string().starts_with(start), "{text}: {error}");
    }
    let many = "a ".repeat(MAX_TERMS + 1);
    assert_eq!(read(&many).unwrap_err().kind, QueryErrorKind::TooManyTerms);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_at_a_valid_place(text in "\\PC{0,30}|[!~\"]?(owner|stage|date|stale|amount|)[:<>=]{0,2}[0-9mkd. \"-]{0,12}") {
        match read(&text) {
            Ok(query) => {
                query.holds_for(&RENEWAL);
            }
            Err(error) => prop_assert!(text.get(error.range.clone()).is_some(), "{:?}", error),
        }
    }

    #[test]
    fn a_negated_term_holds_where_the_term_does_not(term in "acme|globex|>1m|<1m|stage:3|stale:20d|owner:kim") {
        let negated = read(&format!("!{term}")).unwrap();
        prop_assert_ne!(read(&term).unwrap().holds_for(&RENEWAL), negated.holds_for(&RENEWAL));
    }
}

/// The server's own table of cases: both readers agree, or the board says that it cannot filter so.
mod shared {
    use super::*;
    use crate::picture::Picture;
    use crate::record::{Customer, Member, Pipeline, Resource, Stage};

    const TABLE: &str = include_str!("../../../server/domain/tests/laws/filter_cases.txt");
    /// 2026-03-16T09:00:00Z.
    const NOW: Micros = 1_773_651_600_000_000;

    fn section(name: &str) -> Vec<Vec<&'static str>> {
        let lines = TABLE
            .lines()
            .skip_while(|line| *line != format!("[{name}]"))
            .skip(1);
        lines
            .take_while(|line| !line.starts_with('['))
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| line.split(" |").map(str::trim).collect())
            .collect()
    }

    fn picture() -> (Picture, Vec<Card>) {
        let mut picture = Picture::default();
        let stages = [
            ("New", StageKind::Open, 1_000),
            ("Qualified", StageKind::Open, 3_000),
            ("Solution", StageKind::Open, 5_000),
            ("Proposal", StageKind::Open, 7_000),
            ("Negotiation", StageKind::Open, 9_000),
            ("Won", StageKind::Won, 10_000),
            ("Lost", StageKind::Lost, 0),
        ];
        let stages: Vec<Stage> = (1..)
            .zip(stages)
            .map(|(id, (name, kind, win_probability_bp))| Stage {
                id,
                name: name.to_owned(),
                kind,
                win_probability_bp,
                stagnation_us: None,
                ..Stage::default()
            })
            .collect();
        let mut cards = Vec::new();
        let mut put = |resource| picture.put(resource, None, NOW);
        for (id, name) in [(1, "Kim"), (2, "Lee Kimball")] {
            put(Resource::Member(Member {
                id,
                name: name.to_owned(),
                active: true,
                ..Member::default()
            }));
        }
        let mut customers: Vec<&str> = Vec::new();
        for row in section("deals") {
            let [
                id,
                name,
                amount,
                owner,
                customer,
                stage,
                date,
                source,
                grade,
                archived,
                days,
            ] = row[..]
            else {
                panic!("{row:?}")
            };
            let customer_id = (!customer.is_empty()).then(|| {
                let place = customers.iter().position(|known| *known == customer);
                let place = place.unwrap_or_else(|| {
                    customers.push(customer);
                    customers.len() - 1
                });
                put(Resource::Customer(Customer {
                    id: place as u64 + 1,
                    name: customer.to_owned(),
                    ..Customer::default()
                }));
                place as u64 + 1
            });
            let owner_id = match owner {
                "" => None,
                "Kim" => Some(1),
                _ => Some(2),
            };
            let stage_id = stages.iter().find(|known| known.name == stage).unwrap().id;
            let amount: f64 = amount.parse().unwrap();
            let days: i64 = days.parse().unwrap();
            // As the last tick told it: the default pipeline's periods are 14, 14, 10, 10 and 10 days.
            let level = match (stage_id, days * 100 / if stage_id < 3 { 14 } else { 10 }) {
                (6.., _) | (_, ..80) => Level::Moving,
                (_, 80..100) => Level::Approaching,
                (_, 100..150) => Level::Stalled,
                _ => Level::Critical,
            };
            cards.push(Card {
                id: id.parse().unwrap(),
                name: name.to_owned(),
                amount_minor: (amount * 100.0).round() as i64,
                pipeline_id: 1,
                stage_id,
                owner_id,
                customer_id,
                contract_date: date.parse().ok(),
                stage_entered_us: NOW - days * DAY_US,
                level,
                archived: archived == "yes",
                source: source.to_owned(),
                grade: grade.to_owned(),
                ..Card::default()
            });
        }
        put(Resource::Pipeline(Pipeline {
            id: 1,
            name: "Direct".to_owned(),
            stages,
            ..Pipeline::default()
        }));
        (picture, cards)
    }

    fn read(text: &str) -> Result<Query, QueryError> {
        let context = Context {
            today: date(2026, 3, 16),
            currency: Currency {
                code: "USD",
                minor_digits: 2,
            },
        };
        Query::parse(text, &context)
    }

    #[test]
    fn both_readers_let_the_same_deals_through() {
        let (picture, cards) = picture();
        let mut read_here = 0;
        for row in section("cases") {
            let (text, wanted) = (row[0], row.get(1).copied().unwrap_or_default());
            let query = match read(text) {
                Ok(query) => query,
                Err(error) if matches!(error.kind, QueryErrorKind::NotOnBoard(_)) => continue,
                Err(error) => panic!("{text}: {error}"),
            };
            read_here += 1;
            let ids: Vec<String> = cards
                .iter()
                .filter(|card| query.matches(card, &picture, NOW))
                .map(|card| card.id.to_string())
                .collect();
            assert_eq!(ids.join(" "), wanted, "{text}");
        }
        assert!(read_here > 70, "only {read_here} cases were read here");
    }

    #[test]
    fn both_readers_find_the_same_place_wrong() {
        for row in section("errors") {
            let error = read(row[0]).expect_err(row[0]);
            if !matches!(error.kind, QueryErrorKind::NotOnBoard(_)) {
                assert_eq!(error.range.start.to_string(), row[1], "{}: {error}", row[0]);
            }
        }
    }
}
