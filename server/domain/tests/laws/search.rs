//! Search: what is found, in which order, and that it is what reading every text one by one would find.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sluice_domain::command::*;
use sluice_domain::search::{Agreement, Found, SEARCHED_KINDS, SearchQuery, search, show};
use sluice_domain::*;

use crate::actions::actions;
use crate::world::{DAY, World, date, usd};

fn customer(world: &mut World, name: &str, note: &str) -> CustomerId {
    world.run(Command::CreateCustomer(CreateCustomer {
        name: name.to_owned(),
        note: Some(note.to_owned()),
        ..CreateCustomer::default()
    }));
    CustomerId(world.state.customer_count() as u64)
}

fn deal(world: &mut World, name: &str, customer: Option<CustomerId>, note: &str) -> OpportunityId {
    world.now = world.now.plus_micros(DAY);
    let mut create = CreateOpportunity::new(name, usd(100), date("2026-12-31"));
    create.customer = customer;
    create.note = Some(note.to_owned());
    create.external_id = Some(format!("crm-{name}"));
    world.run(Command::CreateOpportunity(Box::new(create)));
    OpportunityId(world.state.opportunity_count() as u64)
}

/// Customers 1 Acme Ltd, 2 华北电力有限公司; deals 1 Acme, 2 Acme renewal, 3 Big acme deal, 4 Macmer, 5 年度合同; a contact; an activity.
fn world() -> World {
    let mut world = World::new("2026-03-02T09:00:00Z", "UTC");
    let acme = customer(&mut world, "Acme Ltd", "Large and slow");
    let power = customer(&mut world, "华北电力有限公司", "");
    deal(&mut world, "Acme", Some(acme), "");
    deal(
        &mut world,
        "ＡＣＭＥ renewal",
        Some(acme),
        "second phase of the licences",
    );
    deal(&mut world, "Big acme deal", None, "");
    deal(&mut world, "Macmer", None, "");
    deal(&mut world, "年度合同", Some(power), "");
    world.run(Command::CreateContact(CreateContact {
        customer: Some(power),
        name: "张三".to_owned(),
        title: Some("Head of acquisition".to_owned()),
        phone: None,
        email: Some("zhang@example.com".to_owned()),
        role: None,
        stance: None,
        reports_to: None,
    }));
    world.run(Command::LogActivity(LogActivity {
        kind: ActivityKind::Call,
        purpose: None,
        opportunity: Some(OpportunityId(5)),
        customer: None,
        contact: None,
        member: None,
        occurred_at: None,
        note: Some("They asked about the second phase; 电力 budget is approved".to_owned()),
        follow_up_date: None,
        check_in: None,
    }));
    world
}

fn look(world: &World, text: &str) -> Found {
    let query = SearchQuery::parse(text, &[]).unwrap();
    search(&world.state, &query, &|_| true, 1_000)
}

fn ids(world: &World, text: &str) -> Vec<String> {
    let hits = look(world, text).hits.into_iter();
    hits.map(|hit| format!("{:?} {}", hit.agreement, hit.key.long()))
        .collect()
}

#[test]
fn the_better_agreement_comes_first_then_the_newer() {
    let world = world();
    assert_eq!(
        ids(&world, "acme"),
        [
            "Exact opportunities/1",
            // The renewal is newer than the customer.
            "Prefix opportunities/2",
            "Prefix customers/1",
            "Word opportunities/3",
            "Substring opportunities/4",
        ]
    );
    assert_eq!(ids(&world, "acme"), ids(&world, " ＡＣＭＥ  "));
}

#[test]
fn chinese_is_found_without_spaces() {
    let world = world();
    assert_eq!(
        ids(&world, "电力"),
        ["Word activities/1", "Word customers/2"]
    );
    assert_eq!(ids(&world, "华北"), ["Prefix customers/2"]);
    assert_eq!(ids(&world, "合同 年度"), ["Word opportunities/5"]);
    // 华电 is what people call it.
    assert_eq!(ids(&world, "华电"), ["Fuzzy customers/2"]);
}

#[test]
fn every_word_must_be_there_in_whatever_field() {
    let world = world();
    assert_eq!(ids(&world, "second phase").len(), 2);
    assert_eq!(
        ids(&world, "renewal licences"),
        ["Substring opportunities/2"]
    );
    assert_eq!(ids(&world, "head zhang"), ["Substring contacts/1"]);
    assert_eq!(ids(&world, "renewal nothing"), Vec::<String>::new());
}

#[test]
fn an_id_is_found_first_and_a_slip_is_forgiven_when_little_else_is_found() {
    let world = world();
    assert_eq!(ids(&world, "o-4"), ["Exact opportunities/4"]);
    assert_eq!(ids(&world, "customers/1"), ["Exact customers/1"]);
    assert_eq!(ids(&world, "renewla"), ["Fuzzy opportunities/2"]);
    assert_eq!(ids(&world, "crm-acme")[0], "Exact opportunities/1");
    // Two letters of a short word are another word.
    assert_eq!(ids(&world, "axxe"), Vec::<String>::new());
}

#[test]
fn only_the_wanted_kinds_and_what_the_caller_may_see() {
    let world = world();
    let query = SearchQuery::parse("acme", &[EntityKind::Customer]).unwrap();
    let found = search(&world.state, &query, &|_| true, 10);
    assert_eq!(found.total, 1);
    let query = SearchQuery::parse("acme", &[]).unwrap();
    let found = search(&world.state, &query, &|key| key.id > 1, 2);
    let keys: Vec<String> = found.hits.iter().map(|hit| hit.key.long()).collect();
    assert_eq!(keys, ["opportunities/2", "opportunities/3"]);
    assert_eq!(found.total, 3);
}

#[test]
fn a_hit_shows_what_it_belongs_to_and_where_the_words_stand() {
    let world = world();
    let shown = |text: &str, place: usize| {
        let query = SearchQuery::parse(text, &[]).unwrap();
        let hit = search(&world.state, &query, &|_| true, 10).hits[place];
        let shown = show(&world.state, &query, &world.state.entity(hit.key).unwrap());
        let words: Vec<String> = shown
            .ranges
            .iter()
            .map(|range| shown.text[range.clone()].to_owned())
            .collect();
        (shown.title, shown.subtitle, shown.field, words)
    };
    let own = |texts: [&str; 2], field: &'static str, words: &[&str]| {
        let words = words
            .iter()
            .map(|&word| word.to_owned())
            .collect::<Vec<_>>();
        (texts[0].to_owned(), texts[1].to_owned(), field, words)
    };
    assert_eq!(
        shown("acme", 1),
        own(["ＡＣＭＥ renewal", "Acme Ltd"], "name", &["ＡＣＭＥ"])
    );
    assert_eq!(
        shown("phase second", 0),
        own(
            ["CALL 2026-03-07", "年度合同"],
            "note",
            &["second", "phase"]
        )
    );
    assert_eq!(
        shown("张三", 0),
        own(["张三", "华北电力有限公司"], "name", &["张三"])
    );
    assert_eq!(
        shown("O-4", 0),
        own(["Macmer", ""], "id", &["opportunities/4"])
    );
}

#[test]
fn a_long_text_is_shown_around_the_first_word() {
    let mut world = world();
    let note = format!("{} needle {}", "前面 ".repeat(200), "after ".repeat(50));
    deal(&mut world, "long", None, &note);
    let query = SearchQuery::parse("needle", &[]).unwrap();
    let hit = search(&world.state, &query, &|_| true, 10).hits[0];
    let shown = show(&world.state, &query, &world.state.entity(hit.key).unwrap());
    assert!(shown.text.chars().count() <= limits::SEARCH_EXCERPT_CHARS);
    assert_eq!(&shown.text[shown.ranges[0].clone()], "needle");
}

#[test]
fn what_cannot_be_looked_for_is_said() {
    for text in ["", "  ", "\u{7}", &"x".repeat(201), &"ab c ".repeat(1_000)] {
        assert!(SearchQuery::parse(text, &[]).is_err(), "{text}");
    }
    let many: Vec<String> = (0..17).map(|number| number.to_string()).collect();
    assert!(SearchQuery::parse(&many.join(" "), &[]).is_err());
}

/// Every text of a thing, one by one: what the index must not forget.
fn texts(entity: &Entity) -> Vec<String> {
    let list: Vec<Option<&str>> = match entity {
        Entity::Opportunity(row) => {
            let extra = row.extra();
            let competitors = extra.competitors.iter().map(|name| Some(&**name));
            [
                Some(&*row.name),
                row.external_id.as_deref(),
                row.source.as_deref(),
                extra.note.as_deref(),
                extra.loss_reason.as_deref(),
            ]
            .into_iter()
            .chain(competitors)
            .collect()
        }
        Entity::Customer(row) => vec![
            Some(&row.name),
            row.external_id.as_deref(),
            row.industry.as_deref(),
            row.region.as_deref(),
            row.website.as_deref(),
            row.phone.as_deref(),
            row.note.as_deref(),
        ],
        Entity::Contact(row) => vec![
            Some(&row.name),
            row.title.as_deref(),
            row.email.as_deref(),
            row.phone.as_deref(),
        ],
        Entity::Activity(row) => vec![row.purpose.as_deref(), row.note.as_deref()],
        _ => Vec::new(),
    };
    list.into_iter().flatten().map(normal_key).collect()
}

/// The agreement of a single word, from its definition.
fn by_hand(word: &str, texts: &[String]) -> Option<Agreement> {
    let of_text = |text: &String| {
        let starts = |at: usize| {
            let before = text[..at].chars().next_back();
            let han = |letter: char| ('\u{4E00}'..='\u{9FFF}').contains(&letter);
            before.is_none_or(|it| !it.is_alphanumeric() || han(it) || word.starts_with(han))
        };
        let mut places = (0..text.len())
            .filter(|at| text.is_char_boundary(*at) && text[*at..].starts_with(word));
        match places.next() {
            None => None,
            Some(0) if text == word => Some(Agreement::Exact),
            Some(0) => Some(Agreement::Prefix),
            Some(first) if starts(first) || places.any(starts) => Some(Agreement::Word),
            Some(_) => Some(Agreement::Substring),
        }
    };
    texts.iter().filter_map(of_text).max()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_is_found_is_what_reading_everything_would_find(
        actions in actions(60),
        word in prop_oneof![
            Just("acme".to_owned()),
            Just("科".to_owned()),
            "[a-c0-9]{1,2}",
            "\\PC{1,2}",
        ],
    ) {
        let mut world = World::new("2026-03-02T08:00:00Z", "Europe/Berlin");
        for action in &actions {
            let _ = world.act(action);
        }
        let word = normal_key(&word);
        prop_assume!(!word.is_empty() && !word.contains(char::is_whitespace));
        let mut expected: BTreeMap<EntityKey, Agreement> = BTreeMap::new();
        for kind in SEARCHED_KINDS {
            for entity in world.state.entities(kind) {
                if let Some(agreement) = by_hand(&word, &texts(&entity)) {
                    expected.insert(entity.key(), agreement);
                }
            }
        }
        let query = SearchQuery::parse(&word, &[]).unwrap();
        let found = search(&world.state, &query, &|_| true, usize::MAX);
        let hits = found.hits.iter().filter(|hit| hit.agreement != Agreement::Fuzzy);
        let exact: BTreeMap<EntityKey, Agreement> =
            hits.map(|hit| (hit.key, hit.agreement)).collect();
        prop_assert_eq!(exact, expected);
        // A page is the beginning of everything.
        let page = search(&world.state, &query, &|_| true, 3);
        prop_assert_eq!(page.total, found.total);
        prop_assert_eq!(&page.hits[..], &found.hits[..found.total.min(3)]);
    }

    #[test]
    fn no_text_makes_search_fail(actions in actions(30), text in "\\PC{0,30}") {
        let mut world = World::new("2026-03-02T08:00:00Z", "UTC");
        for action in &actions {
            let _ = world.act(action);
        }
        let Ok(query) = SearchQuery::parse(&text, &[]) else { return Ok(()) };
        for hit in search(&world.state, &query, &|_| true, 10).hits {
            let shown = show(&world.state, &query, &world.state.entity(hit.key).unwrap());
            for range in shown.ranges {
                prop_assert!(shown.text.get(range).is_some_and(|part| !part.is_empty()));
            }
        }
    }
}
