//! Search, filters, orders and summaries over 100,000 opportunities and as many customers, and what keeping the search index
//! costs a move and a rename. In the domain alone: no server, no disk.
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark stops at its first error"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use sluice_domain::command::{
    AmendOpportunity, CreateCustomer, CreateOpportunity, MoveOpportunity, SetUpWorkspace,
};
use sluice_domain::search::{SearchQuery, search, show};
use sluice_domain::summary::{SummaryOrder, SummaryQuery, summarize};
use sluice_domain::view::GroupBy;
use sluice_domain::{
    Actor, Command, Context, Currency, CustomerId, Date, Entity, EntityKind, Filter, Language,
    Money, OpportunityId, OrderBy, PipelineTemplate, StageId, State, Timestamp, apply, decide,
};

/// The allocator of the programs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Opportunities, and customers, unless another number is given.
const THINGS: u64 = 100_000;
/// Repetitions of each measurement; the best one is told, and the middle.
const REPEATS: usize = 21;
/// Moves and renames measured.
const CHANGES: u64 = 2_000;

const BUYERS: [&str; 12] = [
    "Acme",
    "Globex",
    "Initech",
    "Umbrella",
    "Stark",
    "Wayne",
    "华北电力",
    "东方航空",
    "Hooli",
    "Vandelay",
    "星河科技",
    "Wonka",
];
const SUBJECTS: [&str; 8] = [
    "renewal",
    "pilot",
    "expansion",
    "migration",
    "training",
    "support",
    "年度合同",
    "licences",
];

fn run(state: &mut State, command: Command, now: Timestamp) {
    let context = Context {
        now,
        actor: Actor {
            member: None,
            label: "bench".to_owned(),
        },
    };
    for event in decide(state, &command, &context).expect("the command is right") {
        apply(state, &event);
    }
    state.finish_commit();
}

fn filled(count: u64, start: Timestamp) -> State {
    let mut state = State::new();
    let set_up = SetUpWorkspace {
        name: "Bench".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        currency: "USD".to_owned(),
        language: Language::En,
        template: PipelineTemplate::Default,
        administrator: None,
    };
    run(&mut state, Command::SetUpWorkspace(set_up), start);
    for number in 0..count {
        let at = |many: usize| usize::try_from(number * 7 + number / 13).unwrap_or(0) % many;
        let now = start.plus_micros(i64::try_from(number).unwrap_or(0) * 1_000);
        let customer = CreateCustomer {
            name: format!("{} {number}", BUYERS[at(BUYERS.len())]),
            industry: Some(SUBJECTS[at(SUBJECTS.len())].to_owned()),
            ..CreateCustomer::default()
        };
        run(&mut state, Command::CreateCustomer(customer), now);
        let name = format!("{} {} {number}", BUYERS[at(12)], SUBJECTS[at(8)]);
        let amount = Money::new(
            i64::try_from(number % 5_000 * 1_000).unwrap_or(0),
            Currency::USD,
        );
        let mut deal = CreateOpportunity::new(name, amount, Date::parse("2026-09-30").unwrap());
        deal.customer = Some(CustomerId(number + 1));
        deal.external_id = Some(format!("crm-{number}"));
        deal.source = Some(SUBJECTS[at(8)].to_owned());
        deal.stage = Some(StageId(number % 5 + 1));
        run(&mut state, Command::CreateOpportunity(Box::new(deal)), now);
    }
    state
}

/// The best and the middle of some repetitions.
fn measured(mut work: impl FnMut()) -> (Duration, Duration) {
    let mut times: Vec<Duration> = (0..REPEATS)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    (times[0], times[REPEATS / 2])
}

fn tell(what: &str, found: usize, (best, middle): (Duration, Duration)) {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{what:<58} {found:>7} found  {:>8.3} ms best {:>8.3} ms middle",
        milliseconds(best),
        milliseconds(middle)
    );
}

fn main() {
    let count = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .next()
        .unwrap_or(THINGS);
    let start = Timestamp::parse("2026-03-02T08:00:00Z").unwrap();
    let started = Instant::now();
    let state = filled(count, start);
    println!(
        "{count} opportunities and {count} customers, made by commands in {:.1} s",
        started.elapsed().as_secs_f64()
    );
    let now = start.plus_micros(40 * 24 * 3_600 * 1_000_000);
    searches(&state);
    lists(&state, now);
    summaries(&state, now);
    changes(state, now);
}

fn searches(state: &State) {
    for text in [
        "acme",
        "a",
        "4711",
        "acme 4711",
        "电力",
        "华电",
        "renewla",
        "nothing like it",
        "enewa",
        "crm-99",
    ] {
        let query = SearchQuery::parse(text, &[]).unwrap();
        let total = search(state, &query, &|_| true, 50).total;
        let time = measured(|| {
            let found = search(state, &query, &|_| true, 50);
            for hit in &found.hits {
                let entity = state.entity(hit.key).unwrap();
                black_box(show(state, &query, &entity));
            }
        });
        tell(&format!("search \"{text}\", a page of 50"), total, time);
    }
}

fn lists(state: &State, now: Timestamp) {
    let read = || {
        let rows = state.opportunities();
        rows.map(|row| i128::from(row.amount_minor)).sum::<i128>()
    };
    let time = measured(|| {
        black_box(read());
    });
    tell(
        "floor: read every opportunity once",
        state.opportunity_count(),
        time,
    );
    for text in [
        "archived:false",
        "acme",
        "!zzz",
        "status:open amount>=1m",
        "(acme or 电力) !stage:2 or owner:none days>3",
        "level>=stalled or over>=1",
        "customer.industry:renewal",
        "idle>14",
    ] {
        let filter = Filter::parse(text).unwrap().at(now);
        let matching = || {
            let ready = filter.ready(state, EntityKind::Opportunity);
            ready.after(0).count()
        };
        let found = matching();
        let time = measured(|| {
            black_box(matching());
        });
        tell(&format!("filter {text}"), found, time);
    }
    for text in [
        "amount desc, name",
        "customer, name",
        "over desc, weighted desc",
        "stage, days desc",
    ] {
        let order = OrderBy::parse(text).unwrap().at(now);
        let time = measured(|| {
            let all = state.entities(EntityKind::Opportunity);
            let mut keyed: Vec<_> = all
                .map(|entity: Entity| (order.keys_of(state, &entity), entity.key()))
                .collect();
            let last = 50.min(keyed.len().saturating_sub(1));
            keyed.select_nth_unstable_by(last, |left, right| {
                order
                    .compare_keys(&left.0, &right.0)
                    .then_with(|| left.1.cmp(&right.1))
            });
            black_box(keyed);
        });
        tell(
            &format!("first page by {text}"),
            state.opportunity_count(),
            time,
        );
    }
}

fn summaries(state: &State, now: Timestamp) {
    for (filter, fields) in [
        ("", ""),
        ("status:open", "stage"),
        ("", "source,stage"),
        ("", "customer"),
    ] {
        let query = SummaryQuery {
            filter: Filter::parse(filter).unwrap().at(now),
            group_by: GroupBy::parse(fields).unwrap(),
            order: SummaryOrder::parse("amount desc").unwrap(),
            now,
            page: 0..50,
        };
        let groups = summarize(state, &query).group_count;
        let time = measured(|| {
            black_box(summarize(state, &query));
        });
        tell(
            &format!("summary of [{filter}] by [{fields}]"),
            groups,
            time,
        );
    }
}

/// Moves and renames, each on a copy as the writer makes one for a group of commands.
fn changes(state: State, now: Timestamp) {
    let mut kept = state;
    let changes = CHANGES.min(kept.opportunity_count() as u64);
    let each = |kept: &mut State, command: &dyn Fn(u64) -> Command| {
        let started = Instant::now();
        for number in 1..=changes {
            let before = kept.clone();
            run(kept, command(number), now);
            drop(before);
        }
        started.elapsed().as_secs_f64() * 1e6 / changes as f64
    };
    let moves = each(&mut kept, &|number| {
        let to = StageId((number - 1) % 5 + 2);
        Command::MoveOpportunity(MoveOpportunity::new(OpportunityId(number), to))
    });
    let renames = each(&mut kept, &|number| {
        let mut amend = AmendOpportunity::of(OpportunityId(number));
        amend.name = Some(format!("renamed {number}"));
        Command::AmendOpportunity(Box::new(amend))
    });
    println!("a move with everything it updates: {moves:.1} us; a rename: {renames:.1} us");
}
