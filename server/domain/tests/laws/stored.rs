//! Whatever is stored comes back: every event and every row, in the encoding of the store.

use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use sluice_domain::*;

use crate::actions::actions;
use crate::world::World;

fn round_trip<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) -> usize {
    let bytes = rmp_serde::to_vec_named(value).unwrap();
    let back: T = rmp_serde::from_slice(&bytes).unwrap();
    assert_eq!(&back, value);
    bytes.len()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn events_and_rows_come_back_as_they_were(actions in actions(80)) {
        let mut world = World::new("2026-03-02T08:00:00Z", "Asia/Shanghai");
        for action in &actions {
            let _ = world.act(action);
        }
        for event in world.log.iter().flatten() {
            round_trip(event);
        }
        for row in world.rows.values() {
            let size = round_trip(row);
            prop_assert!(size < limits::MAX_ROW_BYTES);
        }
    }
}

#[test]
fn an_opportunity_without_frills_is_a_small_row() {
    let mut world = World::new("2026-03-02T08:00:00Z", "UTC");
    let deal = world.deal("Acme renewal", 120_000_000);
    let row = world.state.entity(deal.into()).unwrap();
    let size = round_trip(&row);
    assert!(size < 260, "{size} bytes");
    let before = size;
    world.go(deal, 2);
    let row = world.state.entity(deal.into()).unwrap();
    let size = round_trip(&row);
    assert!(size - before < 48, "{} bytes an entry", size - before);
}

#[test]
fn a_row_of_an_older_program_that_lacks_fields_is_read() {
    #[derive(Serialize)]
    struct OldTeam {
        id: u64,
        name: &'static str,
        created_at: i64,
        revision: u64,
        /// A newer program's field is skipped.
        colour: &'static str,
    }
    let old = OldTeam {
        id: 3,
        name: "East",
        created_at: 7,
        revision: 9,
        colour: "red",
    };
    let bytes = rmp_serde::to_vec_named(&old).unwrap();
    let team: Team = rmp_serde::from_slice(&bytes).unwrap();
    assert_eq!((team.id, team.parent), (TeamId(3), None));
}

#[test]
fn rows_that_contradict_each_other_are_named() {
    let mut world = World::new("2026-03-02T08:00:00Z", "UTC");
    let deal = world.deal("deal", 1);
    let mut rows = world.rows.clone();
    let mut broken = world.opportunity(deal).clone();
    broken.stage = StageId(2);
    rows.insert(deal.into(), Entity::Opportunity(broken.into()));
    let revision = world.state.revision();
    let state = State::from_rows(revision, rows.values().cloned()).unwrap();
    assert!(state.check().unwrap_err().starts_with("opportunities/1: "));
    let late = State::from_rows(revision - 1, world.rows.values().cloned());
    assert!(late.unwrap_err().contains("has revision"));
}

#[test]
fn a_lost_workspace_row_is_noticed() {
    let world = World::new("2026-03-02T08:00:00Z", "UTC");
    let rows = world
        .rows
        .values()
        .filter(|row| row.key() != EntityKey::WORKSPACE);
    let state = State::from_rows(world.state.revision(), rows.cloned()).unwrap();
    assert!(state.check_rows().unwrap_err().contains("workspace"));
}
