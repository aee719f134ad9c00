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
        "!",
        "acme",
        "RENEWAL",
        "kim",
        "\"second phase\"",
        "\"second ph",
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
    ] {
        assert!(!read(text).unwrap().holds_for(&RENEWAL), "{text}");
    }
}

#[test]
fn errors_say_where_and_what_to_do() {
    for (text, range, start) in [
        (
            "acme foo:bar",
            5..8,
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
        ("owner>kim", 6..9, "only amount and date"),
        ("!stage<2", 7..8, "only amount and date"),
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
