//! What happens when the program has a fault: a report is written, and the person is told where, on the screen or behind it.

use std::io::Write as _;
use std::path::PathBuf;

use etcetera::BaseStrategy as _;
use tokio::sync::mpsc;

use crate::message::{FaultReport, Msg};
use crate::strings::Strings;
use crate::terminal::{Guard, crash};

/// Folder of ours below the XDG folders.
const FOLDER: &str = "sluice";

/// Where what is remembered from one start to the next is kept: `$XDG_STATE_HOME/sluice`.
pub fn state_folder() -> Option<PathBuf> {
    let strategy = etcetera::choose_base_strategy().ok()?;
    let base = strategy.state_dir().unwrap_or_else(|| strategy.data_dir());
    Some(base.join(FOLDER))
}

/// Reports faults from now on. One that ends the screen is told behind it; of another the screen tells itself, and goes on.
pub fn watch(guard: &mut Guard, strings: &Strings, messages: mpsc::Sender<Msg>) {
    let folder = state_folder();
    let strings = strings.clone();
    guard.on_panic(move |fault, ends| {
        let written = folder
            .as_deref()
            .ok_or_else(|| std::io::ErrorKind::NotFound.into())
            .and_then(|folder| crash::report(folder, fault));
        let report = FaultReport(written.map_err(|error| error.to_string()));
        if ends {
            // Where standard error is gone too there is nobody left to tell.
            let _ = writeln!(std::io::stderr(), "{}", report.words(&strings));
        } else {
            // A screen with so much to say already shows that something is wrong.
            let _ = messages.try_send(Msg::Faulted(report));
        }
    });
}
