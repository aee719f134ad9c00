//! The real screen in a pseudo-terminal: first run, a deal in one line, a move, a resize storm, a second screen, SIGTERM.

use std::{
    io::{Read, Write},
    num::NonZeroU16,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context as _, Result};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::Signal;
use sluice_tests::{
    client::{Client, connect_unix},
    harness::{Folder, signal, sluice},
    wait::{PATIENCE, eventually},
};

const ROWS: u16 = 40;
const COLUMNS: u16 = 140;
/// Resizes of a storm.
const STORM: usize = 100;

/// A screen with a person in front of it.
struct Screen {
    parser: Arc<Mutex<vt100::Parser>>,
    raw: Arc<Mutex<Vec<u8>>>,
    keys: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
}

impl Screen {
    fn open(folder: &Folder) -> Result<Self> {
        let pair = native_pty_system().openpty(size(ROWS, COLUMNS))?;
        let mut command = CommandBuilder::new(sluice()?);
        command.args([std::ffi::OsStr::new("--data"), folder.data().as_os_str()]);
        command.env("TERM", "xterm-256color");
        command.env("LANG", "en_US.UTF-8");
        command.env("LC_ALL", "en_US.UTF-8");
        command.env("HOME", folder.path());
        command.env("XDG_CONFIG_HOME", folder.path().join("config"));
        command.env("XDG_STATE_HOME", folder.path().join("state"));
        for name in ["SLUICE_SERVER", "SSH_CONNECTION", "NO_COLOR"] {
            command.env_remove(name);
        }
        let child = pair.slave.spawn_command(command)?;
        let mut output = pair.master.try_clone_reader()?;
        let parser = Arc::new(Mutex::new(vt100::Parser::new(
            cells(ROWS)?,
            cells(COLUMNS)?,
            0,
        )));
        let raw = Arc::new(Mutex::new(Vec::new()));
        let (painted, kept) = (Arc::clone(&parser), Arc::clone(&raw));
        // A thread of its own: reading a terminal blocks. It ends when the program closes its side.
        std::thread::spawn(move || {
            let mut bytes = [0; 8192];
            while let Ok(count) = output.read(&mut bytes) {
                if count == 0 {
                    break;
                }
                painted
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .process(&bytes[..count]);
                kept.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend_from_slice(&bytes[..count]);
            }
        });
        Ok(Self {
            parser,
            raw,
            keys: pair.master.take_writer()?,
            master: pair.master,
            child,
        })
    }

    fn text(&self) -> String {
        self.parser
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .screen()
            .contents()
    }

    fn press(&mut self, keys: &str) -> Result<()> {
        self.keys.write_all(keys.as_bytes())?;
        Ok(self.keys.flush()?)
    }

    async fn shows(&self, text: &str) -> Result<()> {
        let what = format!("the screen shows {text:?}");
        eventually(&what, PATIENCE, async || {
            self.text().contains(text).then_some(())
        })
        .await
        .with_context(|| format!("instead it shows:\n{}", self.text()))
    }

    async fn hides(&self, text: &str) -> Result<()> {
        let what = format!("the screen hides {text:?}");
        eventually(&what, PATIENCE, async || {
            (!self.text().contains(text)).then_some(())
        })
        .await
        .with_context(|| format!("it shows:\n{}", self.text()))
    }

    fn resize(&mut self, rows: u16, columns: u16) -> Result<()> {
        self.master.resize(size(rows, columns))?;
        let mut parser = self.parser.lock().unwrap_or_else(PoisonError::into_inner);
        parser.set_size(cells(rows)?, cells(columns)?);
        Ok(())
    }

    fn process_id(&self) -> Result<u32> {
        self.child.process_id().context("it runs")
    }

    async fn exit(&mut self) -> Result<portable_pty::ExitStatus> {
        let child = &mut self.child;
        eventually("the program ends", PATIENCE, async || {
            child.try_wait().ok().flatten()
        })
        .await
    }

    /// Waits until the terminal is as it was found: the last bytes may arrive after the program has ended.
    async fn becomes_sane(&self) -> Result<()> {
        let sane = eventually("the terminal is sane", PATIENCE / 10, async || {
            self.sane().ok()
        })
        .await;
        sane.or_else(|_| self.sane())
    }

    /// Whether what was switched on has been switched off again: the modes left are those of a fresh terminal.
    fn sane(&self) -> Result<()> {
        let parser = self.parser.lock().unwrap_or_else(PoisonError::into_inner);
        let screen = parser.screen();
        anyhow::ensure!(!screen.alternate_screen(), "still on the alternate screen");
        anyhow::ensure!(!screen.hide_cursor(), "the cursor is still hidden");
        anyhow::ensure!(!screen.bracketed_paste(), "bracketed paste is still on");
        anyhow::ensure!(
            screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None,
            "the mouse is still taken"
        );
        let raw = self.raw.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&raw);
        anyhow::ensure!(
            text.rfind("\u{1b}[?2026h") <= text.rfind("\u{1b}[?2026l"),
            "a synchronised update was never ended"
        );
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn cells(count: u16) -> Result<NonZeroU16> {
    NonZeroU16::new(count).context("a terminal has at least one cell")
}

fn size(rows: u16, cols: u16) -> PtySize {
    PtySize {
        rows,
        cols,
        pixel_width: 0,
        pixel_height: 0,
    }
}

/// Sizes that no layout expects, as fast as a person can drag a corner; the last is the first.
fn resize_storm(screen: &mut Screen) -> Result<()> {
    let sizes = [
        (1, 1),
        (5, 20),
        (200, 500),
        (1, 500),
        (200, 1),
        (24, 80),
        (2, 3),
    ];
    for (rows, columns) in sizes.into_iter().cycle().take(STORM) {
        screen.resize(rows, columns)?;
        // A key between two sizes has the program paint between them.
        screen.press("j")?;
    }
    screen.resize(ROWS, COLUMNS)
}

async fn api(folder: &Folder) -> Result<Client> {
    Ok(Client::new(
        connect_unix(&folder.data().join(sluice_server::server::SOCKET_NAME)).await?,
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_adds_a_deal_moves_it_and_a_second_screen_sees_it() -> Result<()> {
    let folder = Folder::new()?;
    let mut first = Screen::open(&folder)?;
    // The first-run screen offers the standard pipeline first.
    first.shows("Standard pipeline").await?;
    first.press("1")?;
    first.shows("Negotiation").await?;
    first.hides("Standard pipeline").await?;

    first.press("a")?;
    first.press("Acme renewal 1.2m ^2027-03-15")?;
    first.shows("Acme renewal").await?;
    first.press("\r")?;
    let client = api(&folder).await?;
    let deal = eventually("the deal is saved", PATIENCE, async || {
        client
            .all("")
            .await
            .ok()?
            .into_iter()
            .find(|it| it.name == "Acme renewal")
    })
    .await
    .with_context(|| first.text())?;
    assert_eq!(
        deal.amount.clone().unwrap_or_default().amount_minor,
        120_000_000
    );
    assert_eq!(deal.expected_contract_date, "2027-03-15");

    let second = Screen::open(&folder)?;
    second.shows("Acme renewal").await?;
    first.press("L")?;
    let moved = eventually("the deal is moved", PATIENCE, async || {
        let now = client.get(&deal.id).await.ok()?.opportunity?;
        (now.stage_id != deal.stage_id).then_some(now)
    })
    .await
    .with_context(|| first.text())?;
    let stages = client.pipeline().await?.stages;
    let place = |id: &str| stages.iter().position(|it| it.id == id);
    assert_eq!(
        place(&moved.stage_id),
        place(&deal.stage_id).map(|it| it + 1)
    );

    resize_storm(&mut first)?;
    first.shows("Acme renewal").await?;

    // The owner of the server leaves; the second screen takes over and goes on.
    signal(first.process_id()?, Signal::TERM)?;
    first.exit().await?;
    first.becomes_sane().await?;
    let client = eventually("the second screen serves", PATIENCE, async || {
        let client = api(&folder).await.ok()?;
        client.info().await.ok().map(|_| client)
    })
    .await?;
    let renamed = sluice_proto::v1::Opportunity {
        name: "Acme signed".into(),
        ..moved
    };
    client
        .amend(
            sluice_proto::v1::Opportunity {
                etag: String::new(),
                ..renamed
            },
            &["name"],
        )
        .await?;
    second.shows("Acme signed").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_is_sane_after_quitting_and_after_every_signal_that_asks_to_end() -> Result<()> {
    for how in [
        None,
        Some(Signal::TERM),
        Some(Signal::HUP),
        Some(Signal::INT),
    ] {
        let folder = Folder::new()?;
        let _server = folder.serve().await?;
        let mut screen = Screen::open(&folder)?;
        screen.shows("Qualified").await?;
        match how {
            None => screen.press("q")?,
            Some(how) => signal(screen.process_id()?, how)?,
        }
        screen
            .exit()
            .await
            .with_context(|| format!("{how:?}:\n{}", screen.text()))?;
        let said = screen.text();
        assert!(!said.contains("panicked"), "{said}");
        if how != Some(Signal::HUP) {
            screen
                .becomes_sane()
                .await
                .with_context(|| format!("{how:?}"))?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_server_is_told_and_the_board_goes_on_when_it_is_back() -> Result<()> {
    let folder = Folder::new()?;
    let server = folder.serve().await?;
    let screen = Screen::open(&folder)?;
    screen.shows("Qualified").await?;
    server.kill()?;
    // Without another server the screen serves the folder itself, or waits for one: either way it shows what comes.
    let client = eventually("somebody serves the folder again", PATIENCE, async || {
        let client = api(&folder).await.ok()?;
        client.info().await.ok().map(|_| client)
    })
    .await?;
    client
        .create(sluice_tests::sample::Sample::new(1).deal())
        .await?;
    let name = client.all("").await?[0].name.clone();
    let start: String = name.chars().take_while(|it| *it != ' ').collect();
    screen.shows(&start).await
}
