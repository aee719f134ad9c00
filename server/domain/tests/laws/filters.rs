//! Filters and orders, as a table of what each lets through.

use sluice_domain::command::*;
use sluice_domain::*;

use crate::world::{DAY, World, date, usd};

/// 1 Acme renewal (Kim, 1,200,000.00, New), 2 华北电力 (unassigned, 500, Proposal, customer 万科Ａ), 3 Old deal (Kim, 5,000, Won),
/// 4 Bolt (Lee, 80,000, Lost, archived).
fn world() -> World {
    let mut world = World::new("2026-03-02T09:00:00Z", "UTC");
    for name in ["East", "North"] {
        world.run(Command::CreateTeam(CreateTeam {
            name: name.to_owned(),
            parent: (name == "North").then_some(TeamId(1)),
            ..CreateTeam::default()
        }));
    }
    world.run(Command::CreateMember(CreateMember {
        name: "Lee Kimball".to_owned(),
        role: Role::Rep,
        team: Some(TeamId(2)),
        unix_user: None,
        email: Some("lee@example.com".to_owned()),
        external_id: None,
    }));
    world.run(Command::CreateCustomer(CreateCustomer {
        name: "万科Ａ".to_owned(),
        industry: Some("Property".to_owned()),
        ..CreateCustomer::default()
    }));
    let mut make = |name: &str, amount: i64, owner: Option<u64>, day: &str| {
        let mut create = CreateOpportunity::new(name, usd(amount), date(day));
        create.owner = owner.map(MemberId);
        create.customer = name.starts_with('华').then_some(CustomerId(1));
        create.grade = name.starts_with('A').then_some(Grade::A);
        create.competitors = vec![format!("{name} rival")];
        world.run(Command::CreateOpportunity(Box::new(create)));
    };
    make("Acme renewal", 120_000_000, Some(1), "2026-03-20");
    make("华北电力", 50_000, None, "2026-04-01");
    make("Old deal", 500_000, Some(1), "2026-12-31");
    make("Bolt", 8_000_000, Some(2), "2027-01-01");
    world.go(OpportunityId(2), 4);
    world.go(OpportunityId(3), 6);
    world.run(Command::LoseOpportunity(LoseOpportunity {
        id: OpportunityId(4),
        reason: "price".to_owned(),
        stage: None,
        override_reason: None,
    }));
    world.run(Command::ArchiveOpportunity(ArchiveOpportunity {
        id: OpportunityId(4),
    }));
    world.now = world.now.plus_micros(14 * DAY);
    world
}

fn hits(world: &World, kind: EntityKind, filter: &str) -> Vec<u64> {
    let filter = match Filter::parse(filter) {
        Ok(filter) => filter.at(world.now),
        Err(error) => panic!("{filter}: {error}"),
    };
    filter.check_kind(kind).unwrap();
    world
        .state
        .entities(kind)
        .filter(|entity| filter.matches(&world.state, entity))
        .map(|entity| entity.key().id)
        .collect()
}

#[test]
fn each_term_lets_through_what_it_says() {
    let world = world();
    let table: [(&str, &[u64]); 58] = [
        ("", &[1, 2, 3, 4]),
        ("acme", &[1]),
        ("ACME renewal", &[1]),
        ("\"acme renewal\"", &[1]),
        ("\"renewal acme\"", &[]),
        ("万科a", &[2]),
        ("电力", &[2]),
        ("~arnw", &[1]),
        ("~wnra", &[]),
        ("!acme", &[2, 3, 4]),
        ("owner:kim", &[1, 3, 4]),
        ("owner:\"kim\"", &[1, 3]),
        ("owner:kim*", &[1, 3]),
        ("owner:M-1", &[1, 3]),
        ("owner:members/2", &[4]),
        ("owner_id:members/2", &[4]),
        ("owner:none", &[2]),
        ("!owner:none", &[1, 3, 4]),
        ("team:east", &[4]),
        ("team:T-2", &[4]),
        ("stage:proposal", &[2]),
        ("stage:4", &[2]),
        ("stage:S-1", &[1]),
        ("pipeline:sales", &[1, 2, 3, 4]),
        ("customer:万科", &[2]),
        ("customer:C-1", &[2]),
        ("grade:a", &[1]),
        ("competitor:bolt", &[4]),
        ("id:O-3", &[3]),
        ("id:3", &[3]),
        ("status:open", &[1, 2]),
        ("status:won", &[3]),
        ("!status:open archived:false", &[3]),
        ("archived:true", &[4]),
        (">1m", &[1]),
        (">=1.2m", &[1]),
        (">1.2m", &[]),
        ("<=500", &[2]),
        ("<500.01", &[2]),
        ("500..80k", &[2, 3, 4]),
        ("..500", &[2]),
        ("120万..", &[1]),
        ("amount>=1,200,000", &[1]),
        ("amount:500", &[2]),
        ("weighted:350", &[2]),
        ("probability>=70%", &[2, 3]),
        ("date:2026-03", &[1]),
        ("date:2026-03-20..2026-04-01", &[1]),
        ("date<2026-04-02", &[1, 2]),
        ("date>2026-12-31", &[4]),
        ("date:this-week", &[1]),
        ("date:this-month", &[1]),
        ("closed:2026-W10", &[3, 4]),
        ("closed:none", &[1, 2]),
        ("stale:14d", &[1, 2]),
        ("stale>14", &[]),
        ("stalled:true", &[1, 2]),
        ("created:today", &[]),
    ];
    for (filter, expected) in table {
        let found = hits(&world, EntityKind::Opportunity, filter);
        assert_eq!(found, expected, "{filter}");
    }
}

#[test]
fn other_kinds_have_their_own_fields() {
    let world = world();
    let table: [(EntityKind, &str, &[u64]); 8] = [
        (EntityKind::Member, "role:rep", &[2]),
        (EntityKind::Member, "email:example active:true", &[2]),
        (EntityKind::Member, "team:east", &[2]),
        (EntityKind::Member, "unix_user:kim", &[1]),
        (EntityKind::Team, "name:e*", &[1]),
        (EntityKind::Customer, "industry:prop", &[1]),
        (EntityKind::Customer, "external_id:none", &[1]),
        (EntityKind::Pipeline, "stage:won retired:false", &[1]),
    ];
    for (kind, filter, expected) in table {
        assert_eq!(hits(&world, kind, filter), expected, "{filter}");
    }
    let filter = Filter::parse("acme industry:x").unwrap();
    let error = filter.check_kind(EntityKind::Opportunity).unwrap_err();
    assert_eq!(error.position, 5);
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    for (filter, position) in [
        ("acme owner:\"kim", 11),
        ("foo:bar", 0),
        ("acme >abc", 6),
        ("!", 1),
        ("a ~", 2),
        ("status:maybe", 7),
        ("archived:perhaps", 9),
        ("owner>kim", 0),
        ("date:soon", 5),
        ("date>2026-02-30", 5),
        ("amount:1..x", 10),
        ("amount:", 7),
        ("1..2..3", 3),
        ("amount:..", 7),
    ] {
        let error = Filter::parse(filter).expect_err(filter);
        assert_eq!(error.position, position, "{filter}: {error}");
    }
    for (order, position) in [("amount sideways", 0), ("name,,id", 5), ("name, size", 6)] {
        let error = OrderBy::parse(order).expect_err(order);
        assert_eq!(error.position, position, "{order}: {error}");
    }
}

#[test]
fn a_filter_knows_what_else_it_reads() {
    let depends = |text: &str, kind| Filter::parse(text).unwrap().depends_on(kind);
    assert!(depends("owner:kim", EntityKind::Member));
    assert!(!depends("owner:kim", EntityKind::Team));
    assert!(depends("team:east", EntityKind::Team));
    assert!(depends("acme", EntityKind::Customer));
    assert!(depends("stage:won", EntityKind::Pipeline));
    assert!(!depends("status:open", EntityKind::Pipeline));
    assert!(!depends("archived:false", EntityKind::Pipeline));
}

#[test]
fn orders_put_what_lacks_a_field_last() {
    let world = world();
    let sorted = |order: &str| {
        let order = OrderBy::parse(order).unwrap();
        order.check_kind(EntityKind::Opportunity).unwrap();
        let mut rows: Vec<Entity> = world.state.entities(EntityKind::Opportunity).collect();
        rows.sort_by(|left, right| order.compare(&world.state, left, right));
        rows.iter().map(|row| row.key().id).collect::<Vec<_>>()
    };
    assert_eq!(sorted(""), [1, 2, 3, 4]);
    assert_eq!(sorted("amount desc"), [1, 4, 3, 2]);
    assert_eq!(sorted("owner, amount"), [3, 1, 4, 2]);
    assert_eq!(sorted("owner desc, id desc"), [4, 3, 1, 2]);
    assert_eq!(sorted("stage desc"), [4, 3, 2, 1]);
    assert_eq!(sorted("date,name"), [1, 2, 3, 4]);
}
