//! Takes the terminal for a full screen, and puts it back whatever happens: at the end, on panic, on TERM and hang-up, for ctrl-z and an editor.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::panic::PanicHookInfo;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use rustix::process::{Signal, kill_current_process_group};
use tokio::signal::unix::{SignalKind, signal};

/// The title is put aside; alternate screen, empty; pasted text marked as such; whether the person looks, and whether the colours become light
/// or dark, is told.
const ENTER: &str = "\x1b[22;2t\x1b[?1049h\x1b[2J\x1b[?2004h\x1b[?1004h\x1b[?2031h";

/// Clicks, wheel and drags with positions beyond column 223; no movement without a button, which would wake the process for nothing.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
/// The end of [`MOUSE_ON`].
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1002l\x1b[?1000l";

/// Everything back, in an order that is right from any state: an open frame ends, style, mouse, paste and cursor are reset, the shell's screen
/// and title return.
const LEAVE: &str = "\x1b[?2026l\x1b[m\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?2031l\x1b[?1004l\x1b[?2004l\x1b[?25h\x1b[?1049l\x1b[23;2t";

/// Longest title, in letters.
const MAX_TITLE: usize = 80;

/// Holds the process's terminal; dropping it gives the terminal back.
#[derive(Debug)]
pub struct Guard {
    /// The terminal is ours: given back once, and not again.
    held: Arc<AtomicBool>,
    mouse: bool,
    /// The title, to be said again after the shell or an editor had the terminal.
    title: String,
    /// Just taken again by ourselves: the signal that says so needs nothing done.
    taken: bool,
    /// Faults are reported by us.
    reports: bool,
}

impl Guard {
    /// Takes the terminal: raw mode, alternate screen, marked pasting, the mouse when asked for.
    ///
    /// # Errors
    /// When it is no terminal any more.
    pub fn enter(mouse: bool) -> io::Result<Self> {
        // Made first, so that whatever fails from here on is undone.
        let guard = Self {
            held: Arc::default(),
            mouse,
            title: String::new(),
            taken: false,
            reports: false,
        };
        guard.take()?;
        Ok(guard)
    }

    /// Starts or stops taking the mouse.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn capture_mouse(&mut self, mouse: bool) -> io::Result<()> {
        self.mouse = mouse;
        write(if mouse { MOUSE_ON } else { MOUSE_OFF })
    }

    /// Says what the window is called while the terminal is held.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn set_title(&mut self, title: &str) -> io::Result<()> {
        let visible = title.chars().filter(|letter| !letter.is_control());
        self.title = visible.take(MAX_TITLE).collect();
        self.say_title()
    }

    fn say_title(&self) -> io::Result<()> {
        if self.title.is_empty() {
            return Ok(());
        }
        write(&format!("\x1b]2;{}\x1b\\", self.title))
    }

    /// Gives the terminal to the shell and stops, as ctrl-z does elsewhere; returns when the person has come back. The caller then has everything
    /// painted again, as the size may have changed.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn suspend(&mut self) -> io::Result<()> {
        give_back(&self.held);
        // The signal that asks to stop is caught, so that another screen may ask for it: this one cannot be.
        kill_current_process_group(Signal::STOP)?;
        self.taken = true;
        self.take()
    }

    /// Takes the terminal again after the process was stopped by somebody else, who did not put it back.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn resume(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.taken) {
            return Ok(());
        }
        // The shell has set its own modes meanwhile; what was saved of them is not to be asked for again.
        disable_raw_mode()?;
        self.take()
    }

    /// Gives the terminal to another program while it runs.
    ///
    /// # Errors
    /// When the terminal is gone, or what the program's runner says.
    pub fn lend<T>(&mut self, run: impl FnOnce() -> T) -> io::Result<T> {
        give_back(&self.held);
        let result = run();
        self.take()?;
        Ok(result)
    }

    /// Has every fault reported. One of the thread that paints gives the terminal back first, as its message could not be read otherwise, and ends
    /// the program; one of another thread must not disturb the screen.
    pub fn on_panic(&mut self, report: impl Fn(&PanicHookInfo<'_>, bool) + Send + Sync + 'static) {
        self.reports = true;
        let held = Arc::clone(&self.held);
        let painter = std::thread::current().id();
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |fault| {
            let paints = std::thread::current().id() == painter;
            if paints {
                give_back(&held);
            }
            if !held.load(Ordering::Relaxed) {
                previous(fault);
            }
            report(fault, paints);
        }));
    }

    fn take(&self) -> io::Result<()> {
        self.held.store(true, Ordering::Relaxed);
        enable_raw_mode()?;
        write(ENTER)?;
        if self.mouse {
            write(MOUSE_ON)?;
        }
        self.say_title()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back(&self.held);
        // The hook of a thread that has a fault cannot be changed; the process ends then anyway.
        if self.reports && !std::thread::panicking() {
            drop(std::panic::take_hook());
        }
    }
}

/// Where frames go: the terminal itself. The standard library's own handle breaks a frame into several writes, at each line feed and every kilobyte.
///
/// # Errors
/// When the process has no more handles.
pub fn screen() -> io::Result<File> {
    io::stdout().as_fd().try_clone_to_owned().map(File::from)
}

/// Where keys come from.
///
/// # Errors
/// As [`screen`].
pub fn keyboard() -> io::Result<OwnedFd> {
    io::stdin().as_fd().try_clone_to_owned()
}

/// Writes what changes no cell: a question, the clipboard. It comes between two frames, as frames are single writes.
///
/// # Errors
/// When the terminal is gone.
pub fn write(sequence: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(sequence.as_bytes())?;
    out.flush()
}

/// Completes when the process should end: TERM, interrupt from outside, or hang-up. The caller ends its loop and drops the guard. The signals
/// are caught from the call on, not from the first poll: called before the guard enters, none can end the process with the terminal changed.
pub fn asked_to_end() -> impl Future<Output = io::Result<()>> + Send {
    let caught = [
        SignalKind::terminate(),
        SignalKind::interrupt(),
        SignalKind::hangup(),
    ]
    .map(signal);
    async move {
        let [terminate, interrupt, hang_up] = caught;
        let (mut terminate, mut interrupt, mut hang_up) = (terminate?, interrupt?, hang_up?);
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hang_up.recv() => {}
        }
        Ok(())
    }
}

fn give_back(held: &AtomicBool) {
    // A second time it would move the shell's cursor to where it was before.
    if !held.swap(false, Ordering::Relaxed) {
        return;
    }
    // A terminal that is gone needs nothing put back, and there is nobody to tell.
    let _ = write(LEAVE);
    let _ = disable_raw_mode();
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZeroU16;

    #[test]
    fn leaving_undoes_all_that_entering_did() {
        let size = |cells| NonZeroU16::new(cells).unwrap();
        let mut parser = vt100::Parser::new(size(5), size(20), 0);
        parser.process(b"shell$ ");
        let before = (
            parser.screen().contents(),
            parser.screen().cursor_position(),
        );
        parser.process(ENTER.as_bytes());
        parser.process(MOUSE_ON.as_bytes());
        assert!(parser.screen().alternate_screen() && parser.screen().bracketed_paste());
        assert_ne!(
            parser.screen().mouse_protocol_mode(),
            vt100::MouseProtocolMode::None
        );
        parser.process(b"\x1b[?25l\x1b[?2026h\x1b[1;31mboard");
        parser.process(LEAVE.as_bytes());
        let screen = parser.screen();
        assert!(!screen.alternate_screen() && !screen.bracketed_paste() && !screen.hide_cursor());
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        assert_eq!((screen.contents(), screen.cursor_position()), before);
    }

    #[test]
    fn every_mode_that_is_set_is_reset_again() {
        for mode in [ENTER, MOUSE_ON]
            .iter()
            .flat_map(|sequence| sequence.split('\x1b'))
            .filter_map(|part| part.strip_suffix('h'))
        {
            assert!(LEAVE.contains(&format!("\x1b{mode}l")), "{mode}");
        }
        // The title's stack: what is put on it is taken off.
        assert!(ENTER.contains("\x1b[22;2t") && LEAVE.contains("\x1b[23;2t"));
    }

    #[test]
    fn letting_go_of_the_mouse_undoes_taking_it() {
        let mode = |set: char, sequence: &str| sequence.matches(set).count();
        assert_eq!(mode('h', MOUSE_ON), mode('l', MOUSE_OFF));
    }
}
