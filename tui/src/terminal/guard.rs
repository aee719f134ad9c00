//! Takes the terminal for a full screen, and puts it back whatever happens: at the end, on panic, on TERM and hang-up, for ctrl-z.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use rustix::process::{Signal, kill_current_process_group};
use tokio::signal::unix::{SignalKind, signal};

/// Alternate screen, empty; pasted text marked as such.
const ENTER: &str = "\x1b[?1049h\x1b[2J\x1b[?2004h";

/// Clicks, wheel and drags with positions beyond column 223; no movement without a button, which would wake the process for nothing.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
/// The end of [`MOUSE_ON`].
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1002l\x1b[?1000l";

/// Everything back, in an order that is right from any state: an open frame ends, style, mouse, paste and cursor are reset, the shell's screen
/// returns.
const LEAVE: &str =
    "\x1b[?2026l\x1b[m\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?2004l\x1b[?25h\x1b[?1049l";

/// Holds the process's terminal; dropping it gives the terminal back.
#[derive(Debug)]
pub struct Guard {
    mouse: bool,
}

impl Guard {
    /// Takes the terminal: raw mode, alternate screen, marked pasting, the mouse when asked for. Also makes a panic give it back before its
    /// message is printed, as it could not be read otherwise.
    pub fn enter(mouse: bool) -> io::Result<Self> {
        give_back_on_panic();
        // Made first, so that whatever fails from here on is undone.
        let guard = Self { mouse };
        guard.take()?;
        Ok(guard)
    }

    /// Starts or stops taking the mouse.
    pub fn capture_mouse(&mut self, mouse: bool) -> io::Result<()> {
        self.mouse = mouse;
        write(if mouse { MOUSE_ON } else { MOUSE_OFF })
    }

    /// Gives the terminal to the shell and stops, as ctrl-z does elsewhere; returns when the person has come back. The caller then has everything
    /// painted again, as the size may have changed.
    pub fn suspend(&mut self) -> io::Result<()> {
        give_back();
        kill_current_process_group(Signal::TSTP)?;
        self.take()
    }

    fn take(&self) -> io::Result<()> {
        enable_raw_mode()?;
        write(ENTER)?;
        if self.mouse { write(MOUSE_ON) } else { Ok(()) }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back();
    }
}

/// Where frames go: the terminal itself. The standard library's own handle breaks a frame into several writes, at each line feed and every kilobyte.
pub fn screen() -> io::Result<File> {
    io::stdout().as_fd().try_clone_to_owned().map(File::from)
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

fn give_back() {
    // A terminal that is gone needs nothing put back, and there is nobody to tell.
    let _ = write(LEAVE);
    let _ = disable_raw_mode();
}

fn give_back_on_panic() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            give_back();
            previous(info);
        }));
    });
}

fn write(sequence: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(sequence.as_bytes())?;
    out.flush()
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
    fn letting_go_of_the_mouse_undoes_taking_it() {
        let mode = |set: char, sequence: &str| sequence.matches(set).count();
        assert_eq!(mode('h', MOUSE_ON), mode('l', MOUSE_OFF));
    }
}
