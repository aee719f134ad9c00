//! Groups and totals: they add up, and each group is what a filter for it would find.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sluice_domain::command::*;
use sluice_domain::summary::{Figures, SummaryOrder, SummaryQuery, summarize};
use sluice_domain::view::GroupBy;
use sluice_domain::*;

use crate::actions::actions;
use crate::world::{DAY, World, date, usd};

fn query(world: &World, filter: &str, group_by: &str, order: &str) -> SummaryQuery {
    SummaryQuery {
        filter: Filter::parse(filter).unwrap().at(world.now),
        group_by: GroupBy::parse(group_by).unwrap(),
        order: SummaryOrder::parse(order).unwrap(),
        now: world.now,
        page: 0..usize::MAX,
    }
}

/// The groups as `title/title count amount weighted stalled`.
fn rows(world: &World, filter: &str, group_by: &str, order: &str) -> Vec<String> {
    let summary = summarize(&world.state, &query(world, filter, group_by, order));
    let groups = summary.groups.iter().map(|group| {
        let titles: Vec<&str> = group.keys.iter().map(|key| &*key.title).collect();
        let it = group.figures;
        let (count, amount, weighted) = (it.count, it.amount_minor, it.weighted_minor);
        format!(
            "{} {count} {amount} {weighted} {}",
            titles.join("/"),
            it.stalled_count
        )
    });
    groups.collect()
}

fn world() -> World {
    let mut world = World::new("2026-03-02T09:00:00Z", "UTC");
    let mut make =
        |name: &str, amount: i64, owner: Option<u64>, day: &str, source: Option<&str>| {
            let mut create = CreateOpportunity::new(name, usd(amount), date(day));
            create.owner = owner.map(MemberId);
            create.source = source.map(str::to_owned);
            world.run(Command::CreateOpportunity(Box::new(create)));
        };
    make("a", 1_000, Some(1), "2026-03-20", Some("Fair"));
    make("b", 2_000, None, "2026-04-01", Some("fair"));
    make("c", 4_000, Some(1), "2026-12-31", None);
    make("d", 8_000, None, "2027-01-01", Some("Web"));
    world.go(OpportunityId(2), 4);
    world.go(OpportunityId(3), 6);
    world.now = world.now.plus_micros(15 * DAY);
    world
}

#[test]
fn groups_stand_in_the_order_of_their_values_and_what_lacks_one_is_last() {
    let world = world();
    assert_eq!(
        rows(&world, "", "owner", ""),
        ["Kim 2 5000 4100 1", " 2 10000 2200 2"]
    );
    assert_eq!(
        rows(&world, "", "stage", ""),
        [
            "New 2 9000 900 2",
            "Proposal 1 2000 1400 1",
            "Won 1 4000 4000 0"
        ]
    );
    // Spellings of one text are one group.
    assert_eq!(
        rows(&world, "", "source", ""),
        ["Fair 2 3000 1500 2", "Web 1 8000 800 1", " 1 4000 4000 0"]
    );
    assert_eq!(
        rows(&world, "", "quarter", ""),
        [
            "2026-Q1 1 1000 100 1",
            "2026-Q2 1 2000 1400 1",
            "2026-Q4 1 4000 4000 0",
            "2027-Q1 1 8000 800 1"
        ]
    );
    assert_eq!(
        rows(&world, "status:open", "month,owner", "")[0],
        "2026-03/Kim 1 1000 100 1"
    );
    assert_eq!(
        rows(&world, "", "stage_kind", "count"),
        ["WON 1 4000 4000 0", "OPEN 3 11000 2300 3"]
    );
    assert_eq!(
        rows(&world, "", "owner", "amount desc")[0],
        " 2 10000 2200 2"
    );
    assert_eq!(rows(&world, "", "", ""), Vec::<String>::new());
}

#[test]
fn what_cannot_be_grouped_or_ordered_by_is_told_with_its_place() {
    for (text, position) in [
        ("onwer", 0),
        ("owner,,stage", 6),
        ("owner, owner", 7),
        ("a,b", 0),
    ] {
        let error = GroupBy::parse(text).expect_err(text);
        assert_eq!(error.position, position, "{text}: {error}");
    }
    assert!(
        GroupBy::parse("onwer")
            .unwrap_err()
            .problem
            .contains("'owner'")
    );
    assert!(GroupBy::parse("owner,stage,grade,level,team").is_err());
    for text in ["size", "count sideways", "count,,amount", "count desc desc"] {
        assert!(SummaryOrder::parse(text).is_err(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn groups_add_up_to_the_totals_and_to_what_is_added_by_hand(actions in actions(80)) {
        let mut world = World::new("2026-03-02T08:00:00Z", "Europe/Berlin");
        for action in &actions {
            let _ = world.act(action);
        }
        let summary = summarize(&world.state, &query(&world, "archived:false", "stage,owner", ""));
        let mut sum = Figures::default();
        for group in &summary.groups {
            let it = group.figures;
            sum.count += it.count;
            sum.amount_minor += it.amount_minor;
            sum.weighted_minor += it.weighted_minor;
            sum.stalled_count += it.stalled_count;
            sum.stalled_amount_minor += it.stalled_amount_minor;
        }
        prop_assert_eq!(sum, summary.totals);
        prop_assert_eq!(summary.group_count, summary.groups.len());
        // Pages are cut out of the same order.
        for order in ["", "count desc", "amount"] {
            let mut asked = query(&world, "archived:false", "customer,owner", order);
            let whole = summarize(&world.state, &asked);
            for start in 0..=whole.groups.len() {
                asked.page = start..start + 2;
                let page = summarize(&world.state, &asked);
                let end = whole.groups.len().min(start + 2);
                prop_assert_eq!(&page.groups[..], &whole.groups[start..end]);
                prop_assert_eq!(page.group_count, whole.group_count);
                prop_assert_eq!(page.totals, whole.totals);
            }
        }
        let mut by_hand: BTreeMap<(String, String), (u64, i128)> = BTreeMap::new();
        for row in world.state.opportunities().filter(|row| !row.archived) {
            let owner = row.owner.map(MemberId::long).unwrap_or_default();
            let entry = by_hand.entry((row.stage.long(), owner)).or_default();
            entry.0 += 1;
            entry.1 += i128::from(row.amount_minor);
        }
        let grouped: BTreeMap<(String, String), (u64, i128)> = summary
            .groups
            .iter()
            .map(|group| {
                let key = (group.keys[0].value.clone(), group.keys[1].value.clone());
                (key, (group.figures.count, group.figures.amount_minor))
            })
            .collect();
        prop_assert_eq!(grouped, by_hand);
    }
}
