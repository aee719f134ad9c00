//! Waits for what the terminal sends, with a bound on everything that has begun and not ended.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::io::unix::AsyncFd;
use tokio::sync::watch;
use tokio::time::Instant;

use super::input::{Decoder, Received, Wait};

/// Bytes read at once.
const CHUNK: usize = 4_096;

/// Makes the reader leave the terminal's input to another program, an editor say, for as long as that runs.
#[derive(Clone, Debug)]
pub struct Pause(watch::Sender<bool>);

impl Pause {
    /// From now on nothing is read, or it is again.
    pub fn set(&self, paused: bool) {
        self.0.send_replace(paused);
    }
}

/// Reads a terminal.
#[derive(Debug)]
pub struct Reader {
    input: AsyncFd<OwnedFd>,
    decoder: Decoder,
    /// When what has begun, began; and when its last byte came.
    began: Option<(Instant, Instant)>,
    paused: watch::Receiver<bool>,
}

impl Reader {
    /// Reads from a terminal that was asked so many times where its cursor stands.
    ///
    /// # Errors
    /// When the system cannot tell when there is something to read.
    #[allow(
        deprecated,
        reason = "its successor is unsafe, for handles that close themselves; an owned one does not"
    )]
    pub fn new(input: OwnedFd, positions: u8) -> io::Result<(Self, Pause)> {
        let (pause, paused) = watch::channel(false);
        let reader = Self {
            input: AsyncFd::new(input)?,
            decoder: Decoder::new(positions),
            began: None,
            paused,
        };
        Ok((reader, Pause(pause)))
    }

    /// Waits for what comes next; false when the terminal has hung up. Nothing is lost when it is dropped while it waits.
    ///
    /// # Errors
    /// When the terminal cannot be read.
    pub async fn next(&mut self, out: &mut Vec<Received>) -> io::Result<bool> {
        loop {
            if *self.paused.borrow_and_update() {
                // Its sender lives as long as the session does.
                let _ = self.paused.wait_for(|paused| !paused).await;
                continue;
            }
            let due = self
                .began
                .and_then(|(began, last)| match self.decoder.wait() {
                    Wait::Nothing => None,
                    Wait::FromStart(bound) => Some(began + bound),
                    Wait::FromLast(bound) => Some(last + bound),
                });
            let readable = self.input.readable();
            let ready = match due {
                Some(due) => tokio::time::timeout_at(due, readable).await,
                None => Ok(readable.await),
            };
            let Ok(ready) = ready else {
                self.decoder.settle(out);
                self.began = None;
                return Ok(true);
            };
            let mut ready = ready?;
            if *self.paused.borrow() {
                continue;
            }
            // The terminal is shared with the shell, so that it is not made non-blocking: it is asked before it is read.
            if !is_ready(self.input.get_ref())? {
                ready.clear_ready();
                continue;
            }
            let mut chunk = [0; CHUNK];
            let count = match rustix::io::read(self.input.get_ref(), &mut chunk) {
                Ok(0) => return Ok(false),
                Ok(count) => count,
                Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => continue,
                Err(error) => return Err(error.into()),
            };
            self.decoder.feed(&chunk[..count], out);
            let now = Instant::now();
            self.began = match (self.decoder.wait(), self.began) {
                (Wait::Nothing, _) => None,
                (_, Some((began, _))) => Some((began, now)),
                (_, None) => Some((now, now)),
            };
            return Ok(true);
        }
    }
}

fn is_ready(input: impl AsFd) -> io::Result<bool> {
    let mut asked = [PollFd::new(&input, PollFlags::IN)];
    let at_once = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    match poll(&mut asked, Some(&at_once)) {
        Ok(count) => Ok(count > 0),
        Err(rustix::io::Errno::INTR) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::{Event, KeyCode};
    use std::io::Write as _;
    use std::os::unix::net::UnixStream;

    fn key(letter: char) -> Received {
        Received::Event(Event::Key(KeyCode::Char(letter).into()))
    }

    async fn next(reader: &mut Reader) -> Vec<Received> {
        let mut out = Vec::new();
        while out.is_empty() && reader.next(&mut out).await.unwrap() {}
        out
    }

    #[tokio::test]
    async fn an_escape_alone_is_the_key_and_the_end_is_told() {
        let (mut terminal, input) = UnixStream::pair().unwrap();
        let (mut reader, _pause) = Reader::new(input.into(), 0).unwrap();
        terminal.write_all(b"\x1b").unwrap();
        let escape = Received::Event(Event::Key(KeyCode::Esc.into()));
        assert_eq!(next(&mut reader).await, [escape]);
        drop(terminal);
        assert!(!reader.next(&mut Vec::new()).await.unwrap());
    }

    #[tokio::test]
    async fn a_half_answer_is_dropped_and_keys_go_on() {
        let (mut terminal, input) = UnixStream::pair().unwrap();
        let (mut reader, _pause) = Reader::new(input.into(), 0).unwrap();
        terminal.write_all(b"\x1b]11;rgb:ff").unwrap();
        let mut out = Vec::new();
        // What came, then the bound.
        reader.next(&mut out).await.unwrap();
        reader.next(&mut out).await.unwrap();
        terminal.write_all(b"j").unwrap();
        reader.next(&mut out).await.unwrap();
        assert_eq!(out, [key('j')]);
    }

    #[tokio::test]
    async fn nothing_is_taken_from_another_program_while_paused() {
        let (mut terminal, input) = UnixStream::pair().unwrap();
        let others = input.try_clone().unwrap();
        let (mut reader, pause) = Reader::new(input.into(), 0).unwrap();
        pause.set(true);
        let reading = tokio::spawn(async move { next(&mut reader).await });
        terminal.write_all(b"e").unwrap();
        tokio::task::yield_now().await;
        let mut byte = [0];
        assert_eq!(rustix::io::read(&others, &mut byte), Ok(1));
        assert_eq!(&byte, b"e");
        pause.set(false);
        terminal.write_all(b"j").unwrap();
        assert_eq!(reading.await.unwrap(), [key('j')]);
    }
}
