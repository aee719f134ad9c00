//! Imports: the same result however the rows are cut, nothing from a repetition, and sums as if it had been live.

use proptest::prelude::*;
use sluice_domain::command::*;
use sluice_domain::import::*;
use sluice_domain::*;

use crate::world::{DAY, World, at, usd};

fn world() -> World {
    World::new("2026-03-02T09:00:00Z", "UTC")
}

fn row(external_id: &str, stage: u64, amount: i64) -> ImportedOpportunity {
    ImportedOpportunity {
        external_id: external_id.to_owned(),
        name: format!("deal {external_id}"),
        amount: usd(amount),
        pipeline: None,
        stage: StageId(stage),
        created_at: Some(at("2025-01-06T10:00:00Z")),
        closed_at: None,
        history: Vec::new(),
        expected_contract_date: None,
        owner: Some(MemberId(1)),
        customer: None,
        source: None,
        grade: None,
        note: None,
        loss_reason: None,
        as_of: at("2026-01-01T00:00:00Z"),
    }
}

fn entry(external_id: &str, stage: u64, time: &str) -> ImportedStageEntry {
    ImportedStageEntry {
        external_id: external_id.to_owned(),
        stage: StageId(stage),
        at: at(time),
        actor: None,
        amount: None,
        occurrence: 0,
        name: None,
        owner: Some(MemberId(1)),
    }
}

fn opportunities(rows: Vec<ImportedOpportunity>) -> Command {
    Command::ImportOpportunities(ImportOpportunities { rows })
}

fn history(rows: Vec<ImportedStageEntry>) -> Command {
    Command::ImportHistory(ImportHistory { rows })
}

/// What does not depend on how the rows were cut: opportunities without revisions, and sums of all days.
fn essence(world: &World) -> (Vec<Opportunity>, Vec<Vec<String>>) {
    let mut opportunities: Vec<Opportunity> = world
        .state
        .opportunities()
        .map(|opportunity| Opportunity {
            revision: 0,
            ..Opportunity::clone(opportunity)
        })
        .collect();
    opportunities.sort_by(|left, right| left.external_id.cmp(&right.external_id));
    for (index, opportunity) in opportunities.iter_mut().enumerate() {
        opportunity.id = OpportunityId(index as u64 + 1);
    }
    let start = Date::parse("2024-12-01").unwrap();
    let sums = (0..400)
        .map(|day| world.sums(&start.plus_days(day).to_string()))
        .collect();
    (opportunities, sums)
}

#[test]
fn imported_facts_count_in_their_own_cycles() {
    let mut world = world();
    let mut won = row("a", 6, 1_000);
    won.closed_at = Some(at("2025-02-10T10:00:00Z"));
    let mut undated = row("b", 6, 700);
    undated.created_at = None;
    let mut lost = row("c", 7, 50);
    lost.closed_at = Some(at("2025-03-01T10:00:00Z"));
    lost.loss_reason = Some("price".to_owned());
    let events = world.run(opportunities(vec![won, undated, lost]));
    assert_eq!(row_outcomes(3, &events), [RowOutcome::Created; 3]);
    assert_eq!(world.sums("2025-01"), ["NEW 2 1050", "FLOW 0 0", "WON 0 0"]);
    assert_eq!(
        world.sums("2025-02"),
        [
            "NEW 0 0",
            "FLOW 1 1000",
            "WON 1 1000",
            // It had been in the first stage for longer than its 14 days.
            "REVIVED 1 1000"
        ]
    );
    assert_eq!(world.sums("2026"), ["NEW 0 0", "FLOW 0 0", "WON 0 0"]);
    let undated = world.opportunity(OpportunityId(2));
    assert!(undated.history.iter().all(|entry| !entry.time_known));
    let reasons: Vec<_> = world
        .state
        .score_entries_of(OpportunityId(2))
        .map(|entry| entry.uncredited_reason)
        .collect();
    assert_eq!(reasons, [Some(UncreditedReason::ImportedWithoutTime); 3]);
    let lost = world.opportunity(OpportunityId(3));
    assert_eq!(lost.extra().loss_reason.as_deref(), Some("price"));
    assert_eq!(lost.closed_at, Some(at("2025-03-01T10:00:00Z")));
}

#[test]
fn a_repeated_import_changes_nothing_even_after_live_work() {
    let mut world = world();
    let rows = vec![row("a", 2, 1_000), row("b", 1, 10)];
    world.run(opportunities(rows.clone()));
    let deal = OpportunityId(1);
    world.go(deal, 4);
    let mut amend = AmendOpportunity::of(deal);
    amend.amount = Some(usd(2_000));
    world.run(Command::AmendOpportunity(Box::new(amend)));
    let mut later = rows.clone();
    for row in &mut later {
        row.as_of = world.now;
    }
    assert!(world.run(opportunities(later)).is_empty());
    // A changed row amends; one that would rewrite a live history is refused, by name.
    let mut renamed = rows.clone();
    renamed[1].name = "new name".to_owned();
    let events = world.run(opportunities(renamed));
    assert_eq!(
        row_outcomes(2, &events),
        [RowOutcome::Unchanged, RowOutcome::Amended]
    );
    let mut moved = rows;
    moved[0].stage = StageId(3);
    assert_eq!(
        world.rejected(opportunities(moved)),
        ["rows[0].stage_id HISTORY_IS_LIVE"]
    );
}

#[test]
fn a_changed_row_is_scored_anew_at_its_own_time() {
    let mut world = world();
    let mut won = row("a", 6, 1_000);
    won.closed_at = Some(at("2025-02-10T10:00:00Z"));
    world.run(opportunities(vec![won.clone()]));
    won.amount = usd(900);
    won.closed_at = Some(at("2025-03-10T10:00:00Z"));
    world.run(opportunities(vec![won]));
    assert_eq!(world.sums("2025-01")[0], "NEW 1 900");
    assert_eq!(world.sums("2025-02"), ["NEW 0 0", "FLOW 0 0", "WON 0 0"]);
    assert_eq!(
        world.sums("2025-03"),
        ["NEW 0 0", "FLOW 1 900", "WON 1 900", "REVIVED 1 900"]
    );
}

#[test]
fn a_real_history_replaces_the_implied_one() {
    let mut world = world();
    let mut won = row("a", 6, 1_000);
    won.closed_at = Some(at("2025-02-10T10:00:00Z"));
    world.run(opportunities(vec![won]));
    world.run(history(vec![
        entry("a", 6, "2025-02-11T10:00:00Z"),
        entry("a", 2, "2025-01-07T10:00:00Z"),
        entry("a", 4, "2025-01-20T10:00:00Z"),
        entry("a", 3, "2025-01-25T10:00:00Z"),
        // Before its own creation: kept, and NEW stays where the record says.
        entry("a", 1, "2025-01-02T10:00:00Z"),
    ]));
    let stages: Vec<u64> = world
        .opportunity(OpportunityId(1))
        .history
        .iter()
        .map(|entry| entry.stage.0)
        .collect();
    assert_eq!(stages, [1, 2, 4, 3, 6]);
    assert_eq!(
        world.sums("2025-01"),
        ["NEW 1 1000", "FLOW 2 2000", "WON 0 0"]
    );
    assert_eq!(world.sums("2025-02-10")[2], "WON 0 0");
    assert_eq!(world.sums("2025-02-11")[2], "WON 1 1000");
}

#[test]
fn won_again_and_again_within_a_history_is_won_once() {
    let mut world = world();
    world.run(Command::CreateStage(CreateStage {
        pipeline: PipelineId(1),
        stage: NewStage {
            name: "Paid".to_owned(),
            kind: StageKind::Won,
            win_probability_bp: None,
            stagnation_period_days: None,
            required_fields: Vec::new(),
            gate: Gate::default(),
        },
        after: None,
    }));
    let mut first = entry("a", 1, "2025-01-01T10:00:00Z");
    first.amount = Some(usd(5));
    world.run(history(vec![
        first,
        // The same instant, in file order.
        entry("a", 8, "2025-01-02T10:00:00Z"),
        entry("a", 6, "2025-01-02T10:00:00Z"),
        entry("a", 2, "2025-01-03T10:00:00Z"),
        entry("a", 6, "2025-01-04T10:00:00Z"),
    ]));
    assert_eq!(world.sums("2025-01-02")[2], "WON 1 5");
    assert_eq!(
        world.sums("2025-01-03"),
        ["NEW 0 0", "FLOW -1 -5", "WON -1 -5"]
    );
    assert_eq!(world.sums("2025-01-04"), ["NEW 0 0", "FLOW 0 0", "WON 1 5"]);
    let opportunity = world.opportunity(OpportunityId(1));
    assert_eq!(opportunity.stage, StageId(6));
    assert_eq!(opportunity.amount_minor, 5);
}

#[test]
fn bad_rows_are_all_named_and_nothing_is_imported() {
    let mut world = world();
    let mut bad = row("", 99, -1);
    bad.owner = Some(MemberId(9));
    bad.closed_at = Some(at("2030-01-01T00:00:00Z"));
    let reasons = world.rejected(opportunities(vec![row("a", 1, 1), bad]));
    assert_eq!(
        reasons,
        [
            "rows[1].amount INVALID_ARGUMENT",
            "rows[1].owner_id MEMBER_NOT_FOUND",
            "rows[1].closed_at INVALID_ARGUMENT",
            "rows[1].external_id INVALID_ARGUMENT",
            "rows[1].stage_id STAGE_NOT_FOUND",
        ]
    );
    assert_eq!(world.state.opportunity_count(), 0);
}

fn any_entries() -> impl Strategy<Value = Vec<ImportedStageEntry>> {
    let entry = (0..3_u8, 1..8_u64, 0..12_i64, 0..4_i64).prop_map(|(who, stage, day, amount)| {
        let mut row = entry(&format!("x{who}"), stage, "2025-01-01T10:00:00Z");
        row.at = row.at.plus_micros(day * DAY);
        row.amount = (amount > 0).then(|| usd(amount * 100));
        row
    });
    proptest::collection::vec(entry, 1..24).prop_map(|mut rows| {
        // As a client does: which of the equal rows of the whole file is it?
        for index in 0..rows.len() {
            let same = |other: &&ImportedStageEntry| {
                other.external_id == rows[index].external_id
                    && other.stage == rows[index].stage
                    && other.at == rows[index].at
            };
            rows[index].occurrence = rows[..index].iter().filter(same).count() as u32;
        }
        rows
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn however_a_file_is_cut_the_result_is_the_same(
        rows in any_entries(),
        cuts in proptest::collection::vec(1..8_usize, 1..8),
        record in proptest::option::of((1..8_u64, any::<bool>(), 0..8_usize)),
    ) {
        let record = record.map(|(stage, dated, place)| {
            let mut record = row("x0", stage, 777);
            if !dated {
                record.created_at = None;
            }
            (record, place)
        });
        let mut whole = world();
        if let Some((record, _)) = &record {
            whole.run(opportunities(vec![record.clone()]));
        }
        whole.run(history(rows.clone()));

        let mut cut = world();
        let mut rest = rows.as_slice();
        let mut pieces = 0;
        for size in cuts.iter().cycle() {
            if let Some((record, place)) = &record
                && *place == pieces
            {
                cut.run(opportunities(vec![record.clone()]));
            }
            if rest.is_empty() {
                break;
            }
            let (piece, later) = rest.split_at((*size).min(rest.len()));
            cut.run(history(piece.to_vec()));
            rest = later;
            pieces += 1;
        }
        if let Some((record, place)) = &record
            && *place > pieces
        {
            cut.run(opportunities(vec![record.clone()]));
        }
        let (whole_rows, whole_sums) = essence(&whole);
        let (mut cut_rows, cut_sums) = essence(&cut);
        for (left, right) in whole_rows.iter().zip(&mut cut_rows) {
            // A record that came first names the deal; the history alone names it by its id.
            prop_assert_eq!(&left.name, &right.name);
        }
        prop_assert_eq!(whole_rows, cut_rows);
        prop_assert_eq!(whole_sums, cut_sums);

        // And all of it once more.
        prop_assert!(cut.run(history(rows)).is_empty());
        if let Some((record, _)) = record {
            prop_assert!(cut.run(opportunities(vec![record])).is_empty());
        }
    }
}
