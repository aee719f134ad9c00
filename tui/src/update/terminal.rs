//! What the terminal told about itself, and what it is told: how its window is called, what it does with letters.

use super::notify;
use crate::message::TerminalFact;
use crate::model::{Effect, Micros, Model, SECOND_US, Severity};
use crate::theme::Ground;

/// The background is asked for at most so often when the person comes back: somebody may go to and fro.
const ASK_AGAIN_US: Micros = 2 * SECOND_US;

/// Takes what the terminal told.
pub(super) fn told(model: &mut Model, fact: TerminalFact) -> Vec<Effect> {
    let before = (model.look.wide, model.look.ascii);
    let mut effects = Vec::new();
    let look = &mut model.look;
    match fact {
        TerminalFact::LightBackground(light) => {
            look.ground = if light { Ground::Light } else { Ground::Dark };
        }
        TerminalFact::Utf8(speaks) => {
            look.ascii = !speaks;
            look.unsure &= speaks;
            look.plain |= !speaks;
        }
        TerminalFact::WideAmbiguous(wide) => {
            look.wide = wide;
            if wide {
                look.plain = true;
            } else if look.unsure {
                look.plain = false;
            }
            look.unsure = false;
        }
        TerminalFact::Focus(focused) => {
            let again = model.now - ASK_AGAIN_US;
            model.terminal.unfocused = !focused;
            if focused && model.terminal.asked.is_none_or(|asked| asked < again) {
                model.terminal.asked = Some(model.now);
                effects.push(Effect::AskBackground);
            }
        }
        TerminalFact::SlowLink(slow) => slow_link(model, slow),
    }
    model.theme = model.look.theme();
    if before != (model.look.wide, model.look.ascii) {
        effects.push(Effect::Letters {
            ambiguous_is_wide: model.look.wide,
            ascii_only: model.look.ascii,
        });
        effects.push(Effect::Redraw);
    }
    effects
}

/// Over a slow link nothing moves by itself: what the person does comes first.
fn slow_link(model: &mut Model, slow: bool) {
    let moved = !model.reduced_motion;
    model.terminal.slow = slow;
    settle_motion(model);
    if moved && model.reduced_motion {
        let text = model.strings.say("notice-slow-link").to_owned();
        notify(model, Severity::Info, text);
    }
}

/// Whether something moves by itself: as the command line says, else the settings, else the link.
pub(super) fn settle_motion(model: &mut Model) {
    let wanted = model.config.look.reduced_motion;
    model.reduced_motion = model.unset.reduced_motion || wanted.unwrap_or(model.terminal.slow);
}

/// Names the window anew when what it shows is called otherwise.
pub(super) fn title(model: &mut Model) -> Option<Effect> {
    let product = model.strings.say("product");
    let title = match &model.picture.workspace {
        Some(workspace) if model.loaded => format!("{} · {product}", workspace.name),
        _ => product.to_owned(),
    };
    if title == model.terminal.title || !model.config.look.title {
        return None;
    }
    model.terminal.title.clone_from(&title);
    Some(Effect::Title(title))
}
