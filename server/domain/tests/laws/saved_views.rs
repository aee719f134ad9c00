//! Saved views: whose they are, what they may say, and that they outlive what they name.

use sluice_domain::command::*;
use sluice_domain::*;

use crate::world::World;

fn new_view(name: &str, filter: &str) -> CreateSavedView {
    CreateSavedView {
        name: name.to_owned(),
        shared: false,
        kind: EntityKind::Opportunity,
        filter: filter.to_owned(),
        order_by: "amount desc, name".to_owned(),
        group_by: "owner,stage".to_owned(),
        columns: "name,amount".to_owned(),
    }
}

fn save(world: &mut World, view: CreateSavedView) -> SavedViewId {
    match world.run(Command::CreateSavedView(view)).as_slice() {
        [Event::SavedViewCreated { view }] => view.id,
        other => panic!("{other:?}"),
    }
}

fn edit(id: SavedViewId) -> UpdateSavedView {
    UpdateSavedView {
        id,
        name: None,
        shared: None,
        filter: None,
        order_by: None,
        group_by: None,
        columns: None,
    }
}

fn world_of_two() -> World {
    let mut world = World::new("2026-03-02T09:00:00Z", "UTC");
    world.run(Command::CreateMember(CreateMember {
        name: "Lee".to_owned(),
        role: Role::Rep,
        team: None,
        unix_user: None,
        email: None,
        external_id: None,
    }));
    world.actor = Some(MemberId(2));
    world
}

#[test]
fn a_view_is_the_callers_and_its_id_is_never_given_twice() {
    let mut world = world_of_two();
    let first = save(&mut world, new_view("mine", "owner:lee"));
    assert_eq!(
        world.state.saved_view(first).unwrap().owner,
        Some(MemberId(2))
    );
    world.run(Command::DeleteSavedView(DeleteSavedView { id: first }));
    assert_eq!(world.state.saved_view(first), None);
    let second = save(&mut world, new_view("mine", "owner:lee"));
    assert!(second > first);
    let gone = Command::DeleteSavedView(DeleteSavedView { id: first });
    assert_eq!(world.rejected(gone), ["id SAVED_VIEW_NOT_FOUND"]);
}

#[test]
fn everything_unreadable_is_told_when_a_view_is_saved() {
    let mut world = world_of_two();
    let bad = CreateSavedView {
        order_by: "size".to_owned(),
        group_by: "onwer".to_owned(),
        columns: "name,na me,name".to_owned(),
        ..new_view(" ", "amount>x")
    };
    let rejected = world.rejected(Command::CreateSavedView(bad));
    assert_eq!(
        rejected,
        [
            "name INVALID_ARGUMENT",
            "filter INVALID_FILTER",
            "order_by INVALID_FILTER",
            "group_by INVALID_FILTER",
            "columns INVALID_ARGUMENT",
            "columns INVALID_ARGUMENT",
        ]
    );
    let wrong_kind = CreateSavedView {
        kind: EntityKind::Customer,
        order_by: String::new(),
        ..new_view("x", "stage:2")
    };
    let rejected = world.rejected(Command::CreateSavedView(wrong_kind));
    assert_eq!(
        rejected,
        ["filter INVALID_FILTER", "group_by INVALID_FILTER"]
    );
    let members = CreateSavedView {
        kind: EntityKind::Member,
        group_by: String::new(),
        order_by: String::new(),
        ..new_view("x", "")
    };
    let rejected = world.rejected(Command::CreateSavedView(members));
    assert_eq!(rejected, ["collection INVALID_ARGUMENT"]);
}

#[test]
fn names_are_unique_among_the_shared_and_among_those_of_one_owner() {
    let mut world = world_of_two();
    let lees = save(&mut world, new_view("Hot", "grade:a"));
    let again = Command::CreateSavedView(new_view("  hot ", ""));
    assert_eq!(world.rejected(again), ["name ALREADY_EXISTS"]);
    let shared = |name| CreateSavedView {
        shared: true,
        ..new_view(name, "")
    };
    save(&mut world, shared("Hot"));
    world.actor = Some(MemberId(1));
    save(&mut world, new_view("Hot", ""));
    let again = Command::CreateSavedView(shared("HOT"));
    assert_eq!(world.rejected(again), ["name ALREADY_EXISTS"]);
    // Sharing it would take the shared name.
    let share = UpdateSavedView {
        shared: Some(true),
        ..edit(lees)
    };
    let rejected = world.rejected(Command::UpdateSavedView(share));
    assert_eq!(rejected, ["name ALREADY_EXISTS"]);
}

#[test]
fn only_its_owner_and_administrators_change_a_view() {
    let mut world = world_of_two();
    world.actor = Some(MemberId(1));
    let kims = save(&mut world, new_view("Kim's", ""));
    world.actor = Some(MemberId(2));
    let delete = Command::DeleteSavedView(DeleteSavedView { id: kims });
    assert_eq!(world.rejected(delete.clone()), ["id SAVED_VIEW_OF_OTHER"]);
    let lees = save(&mut world, new_view("Lee's", ""));
    // Kim is an administrator; and so is who comes through the private socket without a member record.
    world.actor = Some(MemberId(1));
    let rename = UpdateSavedView {
        name: Some("Lee".to_owned()),
        filter: Some("status:open".to_owned()),
        ..edit(lees)
    };
    world.run(Command::UpdateSavedView(rename.clone()));
    assert!(world.run(Command::UpdateSavedView(rename)).is_empty());
    assert_eq!(
        world.state.saved_view(lees).unwrap().owner,
        Some(MemberId(2))
    );
    world.actor = None;
    world.run(delete);
}

#[test]
fn a_view_that_names_what_is_gone_still_works_and_says_what_is_missing() {
    let mut world = world_of_two();
    let deal = world.deal("Acme", 100);
    world.go(deal, 2);
    let filter = "stage:qualified owner:lee customer:globex grade:a";
    let id = save(&mut world, new_view("Old", filter));
    let problems = |world: &World| -> Vec<(usize, String)> {
        let view = world.state.saved_view(id).unwrap();
        let problems = view.problems(&world.state).into_iter();
        problems.map(|it| (it.position, it.description)).collect()
    };
    let before = problems(&world);
    assert_eq!(before.len(), 1, "{before:?}");
    assert!(before[0].1.contains("no customer 'globex'"), "{before:?}");
    world.actor = None;
    world.run(Command::RetireStage(RetireStage {
        id: StageId(2),
        move_to: Some(StageId(3)),
    }));
    world.run(Command::UpdateMember(UpdateMember {
        id: MemberId(2),
        name: None,
        role: None,
        team: Patch::Keep,
        unix_user: Patch::Keep,
        email: Patch::Keep,
        external_id: Patch::Keep,
        active: Some(false),
    }));
    let after = problems(&world);
    assert_eq!(after.len(), 3, "{after:?}");
    assert_eq!(after[0].0, 0);
    assert!(after[0].1.contains("'qualified' is retired"), "{after:?}");
    assert_eq!(after[1].0, filter.find("owner").unwrap());
    assert!(after[1].1.contains("'lee' has left"), "{after:?}");
    // It still loads from its row, and its filter still answers.
    let rows = world.rows.values().cloned();
    let loaded = State::from_rows(world.state.revision(), rows).unwrap();
    let view = loaded.saved_view(id).unwrap();
    let filter = Filter::parse(&view.filter).unwrap();
    let found = loaded.entities(view.kind);
    assert_eq!(found.filter(|it| filter.matches(&loaded, it)).count(), 0);
}
