//! Chooses what reports are about: cycle, whose deals, compared with what.

use super::{layers, notify, open, prompt};
use crate::layer::{Layer, Pick, PickItem, PickPurpose, PromptPurpose};
use crate::model::{Model, NextActions, Severity};
use crate::report::Who;
use crate::report::lens::{CycleKind, Versus};

/// Goes so many cycles back or on.
pub(super) fn step(model: &mut Model, direction: i32, count: Option<u32>) {
    let today = model.today();
    let count = i32::try_from(count.unwrap_or(1)).unwrap_or(i32::MAX);
    model.lens.step(direction.saturating_mul(count), today);
}

/// Asks for the length of the cycle.
pub(super) fn pick_cycle(model: &mut Model) {
    let mut letters = Vec::new();
    let kinds = CycleKind::NAMED.into_iter().chain([CycleKind::Custom]);
    let items = (0..).zip(kinds).map(|(value, kind)| {
        let english = kind.name_key().trim_start_matches("cycle-");
        PickItem {
            label: model.strings.say(kind.name_key()).to_owned(),
            note: String::new(),
            letter: layers::own_letter(english, &mut letters),
            value,
        }
    });
    let items: Vec<PickItem> = items.collect();
    let here = model.lens.cycle(model.today()).kind;
    let selected = CycleKind::NAMED
        .iter()
        .position(|kind| *kind == here)
        .unwrap_or(CycleKind::NAMED.len());
    let purpose = PickPurpose::Cycle;
    open(
        model,
        Layer::Pick(Pick {
            purpose,
            items,
            selected,
        }),
    );
}

/// The length of the cycle was chosen, by its place.
pub(super) fn cycle_chosen(model: &mut Model, place: usize) {
    match CycleKind::NAMED.get(place) {
        Some(kind) => model.lens.choose(*kind),
        None => prompt::open(model, PromptPurpose::Days),
    }
}

/// Compares with the other thing.
pub(super) fn versus(model: &mut Model) {
    let (next, key) = match model.lens.versus {
        Versus::Previous => (Versus::LastYear, "versus-is-last-year"),
        Versus::LastYear => (Versus::Previous, "versus-is-previous"),
    };
    model.lens.versus = next;
    let text = model.strings.say(key).to_owned();
    notify(model, Severity::Info, text);
}

/// Asks whose deals reports are about: everybody's, a team's, a member's.
pub(super) fn pick_whose(model: &mut Model) {
    let item = |label: &str, note: &str, who: Who| PickItem {
        label: label.to_owned(),
        note: note.to_owned(),
        letter: None,
        value: value(who),
    };
    let say = |key| model.strings.say(key);
    let mut items = vec![item(say("who-everyone"), "", Who::Everyone)];
    let teams = model.picture.teams.values();
    items.extend(teams.map(|team| item(&team.name, say("who-team"), Who::Team(team.id))));
    items.extend(members(model));
    let here = value(model.lens.who);
    let selected = items
        .iter()
        .position(|item| item.value == here)
        .unwrap_or(0);
    let purpose = PickPurpose::Whose;
    open(
        model,
        Layer::Pick(Pick {
            purpose,
            items,
            selected,
        }),
    );
}

/// The members in use, as things to choose.
fn members(model: &Model) -> impl Iterator<Item = PickItem> + '_ {
    let members = model.picture.members.values();
    members.filter(|member| member.active).map(|member| {
        let note = if Some(member.id) == model.me {
            model.strings.say("who-me")
        } else {
            ""
        };
        PickItem {
            label: member.name.clone(),
            note: note.to_owned(),
            letter: None,
            value: value(Who::Member(member.id)),
        }
    })
}

/// Asks whose queue of what to do next is shown.
pub(super) fn pick_queue(model: &mut Model) {
    let items: Vec<PickItem> = members(model).collect();
    let here = model.queue_of().map(|id| value(Who::Member(id)));
    let selected = items.iter().position(|item| Some(item.value) == here);
    open(
        model,
        Layer::Pick(Pick {
            purpose: PickPurpose::Queue,
            items,
            selected: selected.unwrap_or(0),
        }),
    );
}

/// Whose queue was chosen.
pub(super) fn queue_chosen(model: &mut Model, value: u64) {
    let member = Some(value / 2).filter(|id| Some(*id) != model.me);
    if member != model.next_actions.member {
        model.next_actions = NextActions {
            member,
            ..NextActions::default()
        };
    }
}

/// One number for each answer, as a choice carries numbers.
fn value(who: Who) -> u64 {
    match who {
        Who::Everyone => 0,
        Who::Team(id) => id.wrapping_mul(2),
        Who::Member(id) => id.wrapping_mul(2).wrapping_add(1),
    }
}

/// Whose was chosen.
pub(super) fn whose_chosen(model: &mut Model, value: u64) {
    model.lens.who = match (value, value % 2) {
        (0, _) => Who::Everyone,
        (_, 0) => Who::Team(value / 2),
        _ => Who::Member(value / 2),
    };
}
