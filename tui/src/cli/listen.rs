//! Turns what the terminal and the system send into messages: keys, answers, sizes, stops, the end.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;

use crate::message::{Msg, TerminalFact};
use crate::terminal::input::{Answer, Received};
use crate::terminal::reader::Reader;
use crossterm::event::Event;

/// Reads keys and answers until the terminal hangs up or the process is asked to end.
///
/// # Errors
/// When the system does not let signals be caught.
pub async fn listen(
    mut reader: Reader,
    messages: mpsc::Sender<Msg>,
    end: impl Future<Output = std::io::Result<()>> + Send,
) -> std::io::Result<()> {
    let mut resized = signal(SignalKind::window_change())?;
    let mut stopped = signal(stop())?;
    let mut continued = signal(go_on())?;
    let mut end = std::pin::pin!(end);
    // Positions answered so far: the first says how a letter of two bytes is read, the second how wide an ambiguous one is.
    let mut positions = 0;
    let mut received = Vec::new();
    loop {
        let message = tokio::select! {
            open = reader.next(&mut received) => match open {
                Ok(true) => None,
                Ok(false) | Err(_) => return Ok(()),
            },
            // However many there were, the size is the one of now.
            Some(()) = next(&mut resized) => size(),
            Some(()) = next(&mut stopped) => Some(Msg::AskedToStop),
            Some(()) = next(&mut continued) => Some(Msg::Continued),
            _ = &mut end => return Ok(()),
        };
        let read = received
            .drain(..)
            .filter_map(|received| fact(received, &mut positions));
        for message in message.into_iter().chain(read) {
            if messages.send(message).await.is_err() {
                return Ok(());
            }
        }
    }
}

async fn next(signal: &mut Signal) -> Option<()> {
    signal.recv().await
}

fn stop() -> SignalKind {
    SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw())
}

fn go_on() -> SignalKind {
    SignalKind::from_raw(rustix::process::Signal::CONT.as_raw())
}

fn size() -> Option<Msg> {
    let (width, height) = crossterm::terminal::size().ok()?;
    Some(Msg::Resize { width, height })
}

fn fact(received: Received, positions: &mut u8) -> Option<Msg> {
    let fact = match received {
        Received::Event(event) => return message(event),
        Received::Answer(Answer::Attributes) => return None,
        Received::Answer(Answer::LightBackground(light)) => TerminalFact::LightBackground(light),
        Received::Answer(Answer::CursorColumn(column)) => {
            *positions += 1;
            match (*positions, column) {
                (1, 2) => TerminalFact::Utf8(true),
                (1, 3) => TerminalFact::Utf8(false),
                (2, 2) => TerminalFact::WideAmbiguous(false),
                (2, 3) => TerminalFact::WideAmbiguous(true),
                // It lies, or somebody wrote between: nothing is known.
                _ => return None,
            }
        }
    };
    Some(Msg::Terminal(fact))
}

fn message(event: Event) -> Option<Msg> {
    Some(match event {
        Event::Key(key) => Msg::Key(key),
        Event::Mouse(mouse) => Msg::Mouse(mouse),
        Event::Paste(text) => Msg::Paste(text),
        Event::Resize(width, height) => Msg::Resize { width, height },
        Event::FocusGained => Msg::Terminal(TerminalFact::Focus(true)),
        Event::FocusLost => Msg::Terminal(TerminalFact::Focus(false)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_tell_the_encoding_and_then_the_width() {
        let told = |columns: &[u16]| {
            let mut positions = 0;
            columns
                .iter()
                .filter_map(|column| {
                    fact(
                        Received::Answer(Answer::CursorColumn(*column)),
                        &mut positions,
                    )
                })
                .collect::<Vec<_>>()
        };
        let terminal = |facts: &[TerminalFact]| -> Vec<Msg> {
            facts.iter().copied().map(Msg::Terminal).collect()
        };
        use TerminalFact::{Utf8, WideAmbiguous};
        assert_eq!(told(&[2, 2]), terminal(&[Utf8(true), WideAmbiguous(false)]));
        assert_eq!(told(&[2, 3]), terminal(&[Utf8(true), WideAmbiguous(true)]));
        assert_eq!(told(&[3, 4]), terminal(&[Utf8(false)]));
        // A lie is no news.
        assert_eq!(told(&[80, 1]), []);
    }
}
