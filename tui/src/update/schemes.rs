//! What is done about schemes: made, edited, published, ended, rehearsed; and where the figures of statistics lead.

use super::{form, go, layers, open, prompt, rewards};
use crate::incentive::{IncentiveAction, SchemeState, System};
use crate::keymap::Context;
use crate::layer::{
    Act, Confirm, FormPurpose, Layer, Pick, PickItem, PickPurpose, PromptPurpose, SchemeBase,
};
use crate::model::{Effect, Model, Screen};
use crate::report::Who;
use crate::report::incentives::{Grouping, RehearsalAsked, RewardDrill};
use crate::report::lens::{Cycle, CycleKind};
use crate::screens::schemes::{self, Item};
use crate::screens::{fairness, reward_statistics};

/// Asks which system a new scheme is of.
pub(super) fn pick_system(model: &mut Model) {
    let mut letters = Vec::new();
    let items = System::ALL
        .iter()
        .zip(0_u64..)
        .map(|(system, value)| {
            let label = model.strings.say(system.name_key()).to_owned();
            PickItem {
                note: model.strings.say(system.about_key()).to_owned(),
                letter: layers::own_letter(&label, &mut letters),
                label,
                value,
            }
        })
        .collect();
    open(
        model,
        Layer::Pick(Pick {
            purpose: PickPurpose::System,
            items,
            selected: 0,
        }),
    );
}

/// The system was chosen: its form.
pub(super) fn system_chosen(model: &mut Model, value: u64) {
    let place = usize::try_from(value).unwrap_or(0);
    if let Some(system) = System::ALL.get(place) {
        form::open(model, FormPurpose::Scheme(SchemeBase::New(*system)));
    }
}

/// Enter on the list: the editor, of a template as a new scheme.
pub(super) fn edit(model: &mut Model) {
    let base = match schemes::selected(model) {
        Some(Item::Scheme(scheme)) if scheme.state != SchemeState::Ended => SchemeBase::Edit {
            id: scheme.id,
            revision: scheme.revision,
        },
        Some(Item::Template(place, _)) => SchemeBase::Template(place),
        _ => return,
    };
    form::open(model, FormPurpose::Scheme(base));
}

/// Asks before a draft is published, saying the rule and from when it holds.
pub(super) fn ask_publish(model: &mut Model) {
    let Some(Item::Scheme(scheme)) = schemes::selected(model) else {
        return;
    };
    let name = scheme.name.as_str();
    let question = model
        .strings
        .tell("confirm-publish", &[("name", name.into())]);
    let consequence = format!(
        "{} {}",
        schemes::effect_words(model, scheme),
        schemes::newest_words(model, scheme)
    );
    let act = Act::Publish {
        id: scheme.id,
        revision: scheme.revision,
    };
    open(
        model,
        Layer::Confirm(Confirm {
            question,
            consequence,
            act,
        }),
    );
}

/// Asks before a scheme is ended.
pub(super) fn ask_end(model: &mut Model) {
    let Some(Item::Scheme(scheme)) = schemes::selected(model) else {
        return;
    };
    let name = scheme.name.as_str();
    let question = model
        .strings
        .tell("confirm-end-scheme", &[("name", name.into())]);
    let consequence = model.strings.say("confirm-end-consequence").to_owned();
    let act = Act::EndScheme {
        id: scheme.id,
        revision: scheme.revision,
    };
    open(
        model,
        Layer::Confirm(Confirm {
            question,
            consequence,
            act,
        }),
    );
}

/// A yes to publishing.
pub(super) fn publish(model: &mut Model, id: u64, revision: u64) -> Vec<Effect> {
    rewards::submit(model, IncentiveAction::Publish { id, revision })
}

/// A yes to ending.
pub(super) fn end(model: &mut Model, id: u64, revision: u64) -> Vec<Effect> {
    rewards::submit(model, IncentiveAction::End { id, revision })
}

/// Asks which past cycle is replayed.
pub(super) fn ask_rehearse(model: &mut Model) {
    if let Some(Item::Scheme(scheme)) = schemes::selected(model) {
        let id = scheme.id;
        prompt::open(model, PromptPurpose::Rehearse(id));
    }
}

/// The cycle that a person wrote, as the server reads it; nothing written is the month before this one.
pub(super) fn past_cycle(model: &Model, written: &str) -> Option<String> {
    let written = written.trim();
    if written.is_empty() {
        let month = Cycle::of(CycleKind::Month, model.today());
        return Some(month.stepped(-1).text());
    }
    Cycle::parse(written).map(Cycle::text)
}

/// Replays it.
pub(super) fn rehearse(model: &mut Model, scheme_id: u64, cycle: String) {
    model.rehearsal = Some(RehearsalAsked { scheme_id, cycle });
    model.lists.remove(&Context::Rehearsal);
    go(model, Screen::Rehearsal);
}

/// Statistics by something else.
pub(super) fn next_grouping(model: &mut Model) {
    model.reward_lens.by = model.reward_lens.by.next();
    model.lists.remove(&Context::RewardStatistics);
}

/// Figures in the other unit.
pub(super) fn next_unit(model: &mut Model) {
    use crate::incentive::Unit;
    model.reward_lens.unit = match model.reward_lens.unit {
        Unit::Points => Unit::Money,
        Unit::Money => Unit::Points,
    };
}

/// Goes to the rewards behind the row under the cursor.
pub(super) fn drill(model: &mut Model) {
    let cycle = model.lens.cycle(model.today()).text();
    let (title, mut filter) = match model.screen {
        Screen::Fairness => match fairness::selected(model) {
            Some(member) => match member.member_id {
                Some(id) => (
                    member.name.clone(),
                    format!("member:{}", crate::wire::id::member(id)),
                ),
                None => return,
            },
            None => return,
        },
        _ => {
            let Some(row) = reward_statistics::selected(model) else {
                return;
            };
            let (title, id) = (row.subject.clone(), &row.subject_id);
            let filter = match model.reward_lens.by {
                Grouping::Scheme => format!("scheme:{id}"),
                Grouping::Member => format!("member:{id}"),
                Grouping::Team => format!("team:{id}"),
                Grouping::Cycle => String::new(),
            };
            (title, filter)
        }
    };
    let by_cycle =
        model.screen == Screen::RewardStatistics && model.reward_lens.by == Grouping::Cycle;
    let within = if by_cycle { title.clone() } else { cycle };
    if !filter.is_empty() {
        filter.push(' ');
    }
    filter.push_str(&format!("created:{within}"));
    list_rewards(model, title, filter);
}

/// Goes to the rewards of somebody in the cycle that is looked at.
pub(super) fn list_rewards_of(model: &mut Model, title: String, who: Who) {
    let within = model.lens.cycle(model.today()).text();
    let whose = match who {
        Who::Everyone => String::new(),
        Who::Team(team) => format!("team:{} ", crate::wire::id::team(team)),
        Who::Member(member) => format!("member:{} ", crate::wire::id::member(member)),
    };
    list_rewards(model, title, format!("{whose}created:{within}"));
}

fn list_rewards(model: &mut Model, title: String, filter: String) {
    model.reward_drill = Some(RewardDrill { title, filter });
    model.lists.remove(&Context::RewardList);
    go(model, Screen::RewardList);
}
