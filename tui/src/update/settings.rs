//! The settings file was read: what has changed in it takes effect; what the person chose in this session stays.

use std::sync::Arc;

use super::notify;
use crate::config::{Config, Problem};
use crate::model::{Model, Severity};
use crate::strings::Strings;
use crate::theme::Choice;

/// Most faults told of in a notice; `sluice config check` tells of all.
const MAX_TOLD: usize = 3;

/// The file was read while the screen is open: a faulty one changes nothing.
pub(super) fn read(model: &mut Model, read: Result<Arc<Config>, Vec<Problem>>) {
    match read {
        Ok(config) if *config == *model.config => {}
        Ok(config) => {
            take(model, config);
            let text = model.strings.say("notice-settings").to_owned();
            notify(model, Severity::Info, text);
        }
        Err(problems) => {
            let strings = &model.strings;
            let mut text = strings.say("notice-settings-wrong").to_owned();
            for problem in problems.iter().take(MAX_TOLD) {
                let words = problem.words(strings);
                text = strings.tell(
                    "settings-two",
                    &[("one", text.into()), ("two", words.into())],
                );
            }
            if problems.len() > MAX_TOLD {
                let more = problems.len() - MAX_TOLD;
                let more = strings.tell("settings-more", &[("count", more.into())]);
                text.push_str(&format!(" {more}"));
            }
            notify(model, Severity::Problem, text);
        }
    }
}

/// Settings take effect where they differ from those before.
pub(crate) fn take(model: &mut Model, config: Arc<Config>) {
    let before = std::mem::replace(&mut model.config, config);
    let config = &model.config;
    let (look, old) = (&config.look, &before.look);
    if look.theme != old.theme {
        model.look.choice = match look.theme.choice() {
            Choice::Auto => model.unset.theme.clone(),
            chosen => chosen,
        };
    }
    model.look.signs = look.glyphs;
    model.look.borders = look.borders;
    if let Some(depth) = look.colours.depth() {
        model.look.depth = depth;
    }
    model.theme = model.look.theme();
    if config.board.always_preview != before.board.always_preview {
        model.always_preview = config.board.always_preview;
    }
    let mut language = model.strings.language();
    if look.language != old.language {
        language = look.language.language().unwrap_or(model.unset.language);
    }
    // The words speak of keys.
    if config.keymap != before.keymap {
        model.typed = crate::model::Typed::default();
        model.strings = Strings::keyed(language, &config.keymap);
    } else if language != model.strings.language() {
        model.strings = Strings::keyed(language, &config.keymap);
    }
    super::terminal::settle_motion(model);
    super::themes::tell_missing(model);
}
