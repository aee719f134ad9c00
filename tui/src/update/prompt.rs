//! A line that is asked for: read as it is typed, taken with Enter when it can be understood.

use crossterm::event::{KeyCode, KeyEvent};

use super::{bulk, goals, problem, schemes, views};
use crate::entry::past::{PastError, parse_instant, parse_past};
use crate::input::Input;
use crate::keymap::Context;
use crate::layer::{Layer, Prompt, PromptPurpose};
use crate::model::{Effect, Micros, Model, Screen};
use crate::report::Between;
use crate::report::lens::Window;
use crate::screens;

/// What a line means.
enum Meaning {
    /// None = the present.
    Instant(Option<Micros>),
    Days(Window),
    Between(Micros, Option<Micros>),
    Name(String),
    Weight(i64),
    Cycle(String),
    Reason(String),
}

/// Heaviest part; beyond it the others would be nothing.
const MAX_WEIGHT: i64 = 1_000_000;

/// Asks for a line.
pub(super) fn open(model: &mut Model, purpose: PromptPurpose) {
    let mut prompt = Prompt {
        purpose,
        input: Input::default(),
        reading: Ok(String::new()),
    };
    read(model, &mut prompt);
    super::open(model, Layer::Prompt(prompt));
}

pub(super) fn press(model: &mut Model, mut prompt: Prompt, event: KeyEvent) -> Vec<Effect> {
    if event.code == KeyCode::Enter {
        if let Ok(meaning) = meaning(model, &prompt) {
            return take(model, prompt.purpose, meaning);
        }
    } else if prompt.input.handle(event) {
        read(model, &mut prompt);
    }
    model.layers.push(Layer::Prompt(prompt));
    Vec::new()
}

fn take(model: &mut Model, purpose: PromptPurpose, meaning: Meaning) -> Vec<Effect> {
    match meaning {
        Meaning::Instant(at) => model.lens.as_of = at,
        Meaning::Days(window) => model.lens.choose_days(window),
        Meaning::Between(from, to) => {
            model.between = Between { from, to };
            model.lists.remove(&Context::Changes);
            super::go(model, Screen::Changes);
        }
        Meaning::Name(name) => {
            let shared = purpose == PromptPurpose::ViewName { shared: true };
            return views::save(model, name, shared);
        }
        Meaning::Reason(reason) => {
            if let PromptPurpose::LoseSelected(stage_id) = purpose {
                bulk::lose(model, stage_id, reason);
            }
        }
        Meaning::Cycle(cycle) => {
            if let PromptPurpose::Rehearse(id) = purpose {
                schemes::rehearse(model, id, cycle);
            }
        }
        Meaning::Weight(weight) => {
            if let PromptPurpose::Weight(goal_id) = purpose {
                return goals::weigh(model, goal_id, weight);
            }
        }
    }
    Vec::new()
}

/// Says what was understood, or what is wrong.
pub(super) fn read(model: &Model, prompt: &mut Prompt) {
    prompt.reading = meaning(model, prompt).map(|meaning| match meaning {
        Meaning::Instant(None) => model.strings.say("prompt-present").to_owned(),
        Meaning::Instant(Some(at)) => screens::instant_words(model, at),
        Meaning::Days(window) => {
            format!("{} – {}", window.start, window.last())
        }
        Meaning::Between(from, to) => {
            let to = match to {
                Some(to) => screens::instant_words(model, to),
                None => model.strings.say("prompt-present").to_owned(),
            };
            format!("{} – {to}", screens::instant_words(model, from))
        }
        Meaning::Name(name) | Meaning::Reason(name) => name,
        Meaning::Weight(weight) => weight.to_string(),
        Meaning::Cycle(cycle) => screens::reward_words::cycle(model, &cycle),
    });
}

fn meaning(model: &Model, prompt: &Prompt) -> Result<Meaning, String> {
    let strings = &model.strings;
    let wrong = |error: PastError| match error {
        PastError::Date(error) => problem::date(strings, &error),
        PastError::Future => strings.say("problem-future").to_owned(),
    };
    let text = prompt.input.text();
    match prompt.purpose {
        PromptPurpose::AsOf => parse_instant(text, model.now, &model.zone)
            .map(Meaning::Instant)
            .map_err(wrong),
        PromptPurpose::Between => {
            let (from, to) = text.split_once("..").unwrap_or((text, ""));
            let instant = |text: &str| parse_instant(text, model.now, &model.zone).map_err(wrong);
            match (instant(from)?, instant(to)?) {
                (Some(from), to) if to.is_none_or(|to| from < to) => Ok(Meaning::Between(from, to)),
                (None, _) => Err(strings.say("problem-between").to_owned()),
                _ => Err(strings.say("problem-filter-range").to_owned()),
            }
        }
        PromptPurpose::ViewName { .. } => {
            let name = text.trim();
            if name.is_empty() {
                return Err(strings.say("problem-required").to_owned());
            }
            Ok(Meaning::Name(name.to_owned()))
        }
        PromptPurpose::LoseSelected(_) if text.trim().is_empty() => {
            Err(strings.say("problem-required").to_owned())
        }
        PromptPurpose::LoseSelected(_) => Ok(Meaning::Reason(text.trim().to_owned())),
        PromptPurpose::Rehearse(_) => schemes::past_cycle(model, text)
            .map(Meaning::Cycle)
            .ok_or_else(|| strings.say("problem-cycle").to_owned()),
        PromptPurpose::Weight(_) => match text.trim().parse() {
            Ok(weight) if (0..=MAX_WEIGHT).contains(&weight) => Ok(Meaning::Weight(weight)),
            _ => Err(strings.say("problem-weight").to_owned()),
        },
        PromptPurpose::Days => {
            let (first, last) = text
                .split_once("..")
                .or_else(|| text.trim().split_once(' '))
                .ok_or_else(|| strings.say("problem-days").to_owned())?;
            let today = model.today();
            let day = |text: &str| {
                crate::entry::date::parse_date(text, today)
                    .ok()
                    .filter(|day| *day <= today)
                    .map_or_else(|| parse_past(text, today), Ok)
                    .or_else(|error| match error {
                        // The last day may be still to come.
                        PastError::Future => {
                            crate::entry::date::parse_date(text, today).map_err(PastError::Date)
                        }
                        other => Err(other),
                    })
                    .map_err(wrong)
            };
            let (start, last) = (day(first)?, day(last)?);
            match last.tomorrow() {
                Ok(end) if start < end => Ok(Meaning::Days(Window { start, end })),
                _ => Err(strings.say("problem-filter-range").to_owned()),
            }
        }
    }
}
