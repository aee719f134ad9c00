//! The grammar of filters, as properties: whatever is written, it means what its parts mean.

use proptest::prelude::*;
use sluice_domain::command::{CreateContact, CreateCustomer, CreateOpportunity};
use sluice_domain::*;

use crate::actions::actions;
use crate::world::{DAY, World, date, usd};

/// What a term says of a deal, told without the grammar.
type Naive = fn(&State, &Opportunity) -> bool;

/// Whether a word stands in the name of a deal, of its customer or of its owner.
fn is_named(state: &State, deal: &Opportunity, word: &str) -> bool {
    let customer = deal.customer.and_then(|id| state.customer(id));
    let owner = deal.owner.and_then(|id| state.member(id));
    let names = [
        Some(&*deal.name),
        customer.map(|it| &*it.name),
        owner.map(|it| &*it.name),
    ];
    let mut names = names.into_iter().flatten();
    names.any(|name| normal_key(name).contains(word))
}

/// Terms as written, and what they say.
const TERMS: [(&str, Naive); 12] = [
    ("acme", |state, deal| is_named(state, deal, "acme")),
    ("owner:none", |_, deal| deal.owner.is_none()),
    ("owner:M-1", |_, deal| deal.owner == Some(MemberId(1))),
    ("amount>=1m", |_, deal| deal.amount_minor >= 100_000_000),
    ("1k..10m", |_, deal| {
        (100_000..=1_000_000_000).contains(&deal.amount_minor)
    }),
    ("stage:S-2", |_, deal| deal.stage == StageId(2)),
    ("status:open", |state, deal| {
        state.stage(deal.stage).unwrap().1.kind == StageKind::Open
    }),
    ("archived:true", |_, deal| deal.archived),
    ("closed:none", |_, deal| deal.closed_at.is_none()),
    ("moves>1", |_, deal| deal.history.len() > 2),
    ("\"or\"", |state, deal| is_named(state, deal, "or")),
    ("last_activity:none", |state, deal| {
        state.activities_of(deal.id).next().is_none()
    }),
];

#[derive(Clone, Debug)]
enum Said {
    Term(usize),
    Not(Box<Said>),
    All(Vec<Said>),
    Any(Vec<Said>),
}

fn said() -> impl Strategy<Value = Said> {
    let term = (0..TERMS.len()).prop_map(Said::Term);
    term.prop_recursive(4, 20, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|it| Said::Not(Box::new(it))),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Said::All),
            proptest::collection::vec(inner, 2..4).prop_map(Said::Any),
        ]
    })
}

impl Said {
    /// Writes it with parentheses everywhere, in one of two ways.
    fn write(&self, words: bool) -> String {
        let list = |parts: &[Self], between: &str| {
            let parts: Vec<String> = parts.iter().map(|part| part.write(!words)).collect();
            format!("({})", parts.join(between))
        };
        match self {
            Self::Term(index) => TERMS[*index].0.to_owned(),
            Self::Not(inner) if words => format!("NOT {}", inner.write(words)),
            Self::Not(inner) => format!("!{}", inner.write(words)),
            Self::All(parts) => list(parts, if words { " And " } else { " " }),
            Self::Any(parts) => list(parts, if words { " OR " } else { "  or " }),
        }
    }

    fn holds(&self, state: &State, deal: &Opportunity) -> bool {
        match self {
            Self::Term(index) => TERMS[*index].1(state, deal),
            Self::Not(inner) => !inner.holds(state, deal),
            Self::All(parts) => parts.iter().all(|part| part.holds(state, deal)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(state, deal)),
        }
    }

    fn terms(&self) -> usize {
        match self {
            Self::Term(_) => 1,
            Self::Not(inner) => inner.terms(),
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::terms).sum(),
        }
    }
}

/// Pieces a filter is made of, put together at random: most are no filter.
fn scraps() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("("),
        Just(")"),
        Just("!"),
        Just(" "),
        Just("or"),
        Just("and"),
        Just("not"),
        Just("acme"),
        Just("\""),
        Just("~"),
        Just("owner:"),
        Just("kim"),
        Just("stage:2"),
        Just(">1m"),
        Just(".."),
        Just("date:"),
        Just("2026-Q1"),
        Just("<"),
        Just("："),
        Just("（"),
        Just("days"),
        Just(">="),
        Just("14d"),
        Just("none"),
        Just("电力"),
        Just("customer.industry:x"),
    ];
    proptest::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_filter_written_out_is_read_as_the_same_filter(text in scraps()) {
        match Filter::parse(&text) {
            Ok(filter) => {
                let written = filter.to_string();
                let again = Filter::parse(&written).unwrap();
                prop_assert!(again.asks_the_same(&filter), "{} became {}", text, written);
                prop_assert_eq!(again.to_string(), written);
            }
            Err(error) => {
                // The place is one where the text can be cut.
                prop_assert!(text.is_char_boundary(error.position), "{}: {}", text, error);
            }
        }
    }

    #[test]
    fn no_text_makes_reading_or_matching_fail(text in "\\PC{0,60}", scraps in scraps()) {
        let mut world = World::new("2026-03-02T08:00:00Z", "UTC");
        world.deal("Acme", 100);
        for text in [text, scraps] {
            let Ok(filter) = Filter::parse(&text) else { continue };
            let filter = filter.at(world.now);
            for kind in EntityKind::ALL {
                for entity in world.state.entities(kind) {
                    let _ = filter.matches(&world.state, &entity);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_filter_means_what_its_parts_mean(
        actions in actions(60),
        said in proptest::collection::vec(said(), 8),
        words in any::<bool>(),
    ) {
        let mut world = World::new("2026-03-02T08:00:00Z", "Europe/Berlin");
        for action in &actions {
            let _ = world.act(action);
        }
        for said in said.iter().filter(|said| said.terms() <= limits::MAX_FILTER_TERMS) {
            let text = said.write(words);
            let filter = Filter::parse(&text).unwrap().at(world.now);
            for deal in world.state.opportunities() {
                let entity = Entity::Opportunity(deal.clone());
                let expected = said.holds(&world.state, deal);
                prop_assert_eq!(filter.matches(&world.state, &entity), expected, "{}", text);
            }
        }
    }

    #[test]
    fn a_filter_made_ready_lets_through_what_it_lets_through_one_by_one(
        actions in actions(60),
        said in proptest::collection::vec(said(), 4),
    ) {
        let mut world = World::new("2026-03-02T08:00:00Z", "Europe/Berlin");
        // First, while no gate stands before a stage.
        for (name, industry) in [("Acme 华北电力", "Power"), ("Old  ACME", "Ｐower grid"), ("Bolt", "Steel")] {
            world.run(Command::CreateCustomer(CreateCustomer {
                name: name.to_owned(),
                industry: Some(industry.to_owned()),
                ..CreateCustomer::default()
            }));
            let customer = Some(CustomerId(world.state.customer_count() as u64));
            world.run(Command::CreateContact(CreateContact {
                name: format!("Ada of {name}"),
                customer,
                title: None,
                phone: None,
                email: None,
                role: None,
                stance: None,
                reports_to: None,
            }));
            let mut deal = CreateOpportunity::new(format!("{industry} deal"), usd(1), date("2026-03-20"));
            deal.customer = customer;
            world.run(Command::CreateOpportunity(Box::new(deal)));
        }
        for action in &actions {
            let _ = world.act(action);
        }
        let mut texts: Vec<String> = [
            "a", "!acme", "name:old or bolt", "acme !power", "电力", "\"old acme\"", "\"\"", "~ae or steel",
            "customer.industry:power", "!customer.industry:\"steel\" acme", "customer.region:none", "zzz or deal",
        ]
        .map(str::to_owned)
        .into();
        texts.extend(said.iter().map(|said| said.write(true)));
        let past = world.state.as_of(world.now.plus_micros(-DAY));
        for text in texts {
            let Ok(filter) = Filter::parse(&text) else { continue };
            let filter = filter.at(world.now);
            for state in [&world.state, &past] {
                for kind in [EntityKind::Opportunity, EntityKind::Customer, EntityKind::Contact] {
                    let ready = filter.ready(state, kind);
                    let all = state.entities(kind);
                    let one_by_one: Vec<Entity> = all.filter(|it| filter.matches(state, it)).collect();
                    prop_assert!(one_by_one.iter().all(|it| ready.matches(it)), "{}", text);
                    let found: Vec<Entity> = ready.after(0).collect();
                    prop_assert_eq!(&found, &one_by_one, "{}", text);
                    let behind: Vec<Entity> = ready.after(2).collect();
                    let wanted = one_by_one.iter().filter(|it| it.key().id > 2);
                    prop_assert_eq!(behind, wanted.cloned().collect::<Vec<_>>(), "{}", text);
                }
            }
        }
    }

    #[test]
    fn pages_by_sort_keys_agree_with_comparing_whole_things(actions in actions(40)) {
        let mut world = World::new("2026-03-02T08:00:00Z", "UTC");
        for action in &actions {
            let _ = world.act(action);
        }
        let order = "team desc, days desc, left, last_activity, idle desc, source, weighted desc";
        let order = OrderBy::parse(order).unwrap().at(world.now);
        order.check_kind(EntityKind::Opportunity).unwrap();
        let mut rows: Vec<Entity> = world.state.entities(EntityKind::Opportunity).collect();
        rows.sort_by(|left, right| order.compare(&world.state, left, right));
        for pair in rows.windows(2) {
            let keys = [&pair[0], &pair[1]].map(|row| order.keys_of(&world.state, row));
            let by_keys = order.compare_keys(&keys[0], &keys[1]);
            prop_assert!(by_keys != std::cmp::Ordering::Greater);
            prop_assert_eq!(order.compare(&world.state, &pair[0], &pair[1]), std::cmp::Ordering::Less);
        }
    }
}

#[test]
fn bounds_are_told_with_their_place() {
    let deep = format!("{}a{}", "(".repeat(17), ")".repeat(17));
    assert_eq!(Filter::parse(&deep).unwrap_err().position, 17);
    assert!(Filter::parse(&format!("{}a{}", "(".repeat(16), ")".repeat(16))).is_ok());
    assert!(Filter::parse(&"!".repeat(900)).is_err());
    let many = vec!["a"; 33].join(" or ");
    assert_eq!(Filter::parse(&many).unwrap_err().position, many.len() - 1);
    assert!(Filter::parse(&"a".repeat(1_001)).is_err());
    assert!(OrderBy::parse(&["name"; 9].join(",")).is_err());
}

#[test]
fn a_mistyped_field_is_answered_with_the_nearest_one() {
    let problem = |text: &str| Filter::parse(text).unwrap_err().problem;
    assert!(problem("onwer:kim").contains("did you mean 'owner'?"));
    assert!(problem("last_activty<2026-01-01").contains("'last_activity'"));
    let error = Filter::parse("acme industry:steel").unwrap();
    let error = error.check_kind(EntityKind::Opportunity).unwrap_err();
    assert_eq!(error.position, 5);
    assert!(
        error.problem.contains("did you mean 'customer.industry'?"),
        "{error}"
    );
    let problem = OrderBy::parse("amuont desc").unwrap_err().problem;
    assert!(problem.contains("did you mean 'amount'?"));
}
