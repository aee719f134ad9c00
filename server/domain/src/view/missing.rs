//! What a filter names that is not there, or is no longer in use: for saved views, whose filters outlive what they name.

use super::term::{Test, TextField, TextMatch};
use super::{Filter, FilterError};
use crate::id::{CustomerId, MemberId, PipelineId, StageId, TeamId};
use crate::state::State;
use crate::text::normal_key;

/// How a name or id in a filter stands with what there is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Unknown,
    OutOfUse,
    InUse,
}

impl Filter {
    /// The terms that name a stage, pipeline, member, team or customer that is not there, or only one that is retired or
    /// has left. They are no errors: such a term matches what it says, if anything.
    pub fn missing(&self, state: &State) -> Vec<FilterError> {
        let mut problems = Vec::new();
        self.root.each_term(&mut |term| {
            if let Some(problem) = problem_of(&term.test, state) {
                problems.push(FilterError::new(term.position, problem));
            }
        });
        problems
    }
}

fn problem_of(test: &Test, state: &State) -> Option<String> {
    let Test::Text(field, agreement) = test else {
        return None;
    };
    let wanted = match agreement {
        TextMatch::Contains(wanted) | TextMatch::Exact(wanted) | TextMatch::Prefix(wanted) => {
            wanted
        }
        TextMatch::Letters(_) | TextMatch::Absent => return None,
    };
    let agrees = |name: &str, short: String, long: String| {
        let key = normal_key(name);
        normal_key(&short) == *wanted
            || normal_key(&long) == *wanted
            || match agreement {
                TextMatch::Contains(wanted) => key.contains(wanted),
                TextMatch::Prefix(wanted) => key.starts_with(wanted),
                TextMatch::Exact(wanted) => key == *wanted,
                TextMatch::Letters(_) | TextMatch::Absent => false,
            }
    };
    let standing = |in_use: bool| {
        if in_use {
            Standing::InUse
        } else {
            Standing::OutOfUse
        }
    };
    let (noun, gone, best) = match field {
        TextField::Stage => {
            let stages = state.pipelines().flat_map(|pipeline| {
                let stages = pipeline.stages.iter();
                stages.map(|stage| (stage, !stage.retired && !pipeline.retired))
            });
            let found = stages
                .filter(|(stage, _)| agrees(&stage.name, StageId::short(stage.id), stage.id.long()))
                .map(|(_, in_use)| standing(in_use));
            ("stage", "is retired", found.max())
        }
        TextField::Pipeline => {
            let found = state
                .pipelines()
                .filter(|it| agrees(&it.name, PipelineId::short(it.id), it.id.long()))
                .map(|it| standing(!it.retired));
            ("pipeline", "is retired", found.max())
        }
        TextField::Owner | TextField::Collaborator | TextField::Member | TextField::Manager => {
            let found = state
                .members()
                .filter(|it| agrees(&it.name, MemberId::short(it.id), it.id.long()))
                .map(|it| standing(it.active));
            ("member", "has left", found.max())
        }
        TextField::Team => {
            let found = state
                .teams()
                .filter(|it| agrees(&it.name, TeamId::short(it.id), it.id.long()))
                .map(|_| Standing::InUse);
            ("team", "", found.max())
        }
        TextField::Customer => {
            let found = state
                .customers()
                .find(|it| agrees(&it.name, CustomerId::short(it.id), it.id.long()))
                .map(|_| Standing::InUse);
            ("customer", "", found)
        }
        _ => return None,
    };
    match best.unwrap_or(Standing::Unknown) {
        Standing::InUse => None,
        Standing::OutOfUse => Some(format!(
            "the {noun} '{wanted}' {gone}: choose another one, or keep it to see what is left there"
        )),
        Standing::Unknown => Some(format!(
            "there is no {noun} '{wanted}' any more: nothing matches this; choose another one"
        )),
    }
}
