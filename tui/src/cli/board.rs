//! Opens the screen on this process's terminal: the person's own workspace, a server, or the demonstration.

use std::{
    env,
    io::{self, IsTerminal as _},
    path::{Path, PathBuf},
    sync::Arc,
    sync::atomic::Ordering,
};

use futures_util::{
    Stream, StreamExt as _,
    stream::{self, PollNext},
};
use ratatui::{Terminal, layout::Size};
use tokio::{
    sync::mpsc,
    task::{AbortHandle, JoinSet},
};
use tokio_stream::wrappers::ReceiverStream;

use super::{
    arguments::{Cli, Command, DemoArgs, GlobalArgs, Target},
    config, connect, demo,
    failure::{Exit, Failure, Outcome},
    faults,
    listen::listen,
};
use crate::{
    client::Endpoint,
    demo::live,
    drafts::Drafts,
    effect::{
        self, Destination, Effects, LocalWorld, memory_file, memory_file::MemoryFile,
        settings_file, settings_file::SettingsFile, theme_files,
    },
    effect_request,
    embedded::LocalWorkspace,
    feed::{Feed, Patience},
    memory::Memory,
    message::Msg,
    model::{Model, Start},
    session,
    terminal::{
        Guard, PaintBackend,
        guard::{self, asked_to_end},
        probe,
        reader::Reader,
    },
    theme::{Ground, Look, OwnTheme},
    wall::Wall,
};

/// Facts of the server that may wait for the screen.
const MAX_WAITING_FACTS: usize = 4_096;
/// Keys that may wait for the screen: a paste arrives as one.
const MAX_WAITING_KEYS: usize = 256;
/// Names of the users, one a line, the user id in the third field.
const USERS_FILE: &str = "/etc/passwd";
/// Currency proposed to a person whose locale names none.
const PROPOSED_CURRENCY: &str = "USD";
/// Currency proposed in mainland China.
const PROPOSED_CURRENCY_CHINA: &str = "CNY";

/// A workspace to show.
pub struct Place {
    /// Where its server is.
    pub endpoint: Endpoint,
    /// Its folder, when this process or another serves it here.
    pub local: Option<LocalWorkspace>,
    /// The seed of the simulated team at work in it, when it is the demonstration.
    pub demo_seed: Option<u64>,
    /// Nothing moves on the screen by itself.
    pub reduced_motion: bool,
    /// Nothing of the session before is remembered.
    pub fresh: bool,
    /// The person's settings.
    pub settings: SettingsFile,
    /// It hangs in the room, and nobody is at the keys.
    pub wall: Option<Wall>,
}

/// Opens the board, or the demonstration, until the person leaves.
pub async fn open(cli: Cli) -> Outcome {
    require_terminal()?;
    let exit = match &cli.command {
        Some(Command::Demo(args)) => demo::open(&cli.global, args).await?,
        Some(Command::Board(args)) => show_own(&cli.global, args.wall.wall()).await?,
        _ => show_own(&cli.global, None).await?,
    };
    match exit {
        effect_request::Exit::Leave => Ok(()),
        // Asked for on the first screen: nothing of it may be written to the person's own folder.
        effect_request::Exit::OpenDemo => demo::open_temporary(&cli.global, &DemoArgs::default())
            .await
            .map(|_| ()),
    }
}

fn require_terminal() -> Outcome {
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        return Ok(());
    }
    Err(Failure::usage("the board needs a terminal").with_hint(
        "For scripts there is `sluice opportunity list`, `sluice watch` and more: see `sluice --help`.",
    ))
}

async fn show_own(global: &GlobalArgs, wall: Option<Wall>) -> Outcome<effect_request::Exit> {
    let place = match global.target() {
        Target::Server(address) => Place {
            settings: config::load(global)?,
            endpoint: connect::endpoint(&address)?,
            local: None,
            demo_seed: None,
            reduced_motion: global.reduced_motion(),
            fresh: global.fresh,
            wall: None,
        },
        folder => serve(global, &connect::data_folder(folder)?).await?,
    };
    show(Place { wall, ..place }).await
}

/// Serves a folder, or joins who does; a fresh one is set up by the person on the first screen.
pub async fn serve(global: &GlobalArgs, folder: &Path) -> Outcome<Place> {
    // First: nothing is started for a person whose settings cannot be read.
    let settings = config::load(global)?;
    connect::make_folder(folder)?;
    let local = connect::open_folder(folder, None).await?;
    Ok(Place {
        endpoint: local.endpoint().clone(),
        local: Some(local),
        demo_seed: None,
        reduced_motion: global.reduced_motion(),
        fresh: global.fresh,
        settings,
        wall: None,
    })
}

/// Shows a workspace until the person leaves, then gives terminal and folder back.
pub async fn show(place: Place) -> Outcome<effect_request::Exit> {
    let shown = paint(&place).await;
    if let Some(local) = &place.local {
        local.close().await;
    }
    shown
}

async fn paint(place: &Place) -> Outcome<effect_request::Exit> {
    let broken = |error: io::Error| Failure::from(error).about("the terminal");
    let variable = |name: &str| env::var(name).ok();
    let (memory, lost) = remembered(place.fresh);
    let themes = theme_folder(place);
    let (own, wrong) = themes
        .as_deref()
        .map(theme_files::read_all)
        .unwrap_or_default();
    let mut model = Model::new(start(place, memory, own.clone()));
    model.wall.clone_from(&place.wall);
    let reviver = place.local.as_ref().map(LocalWorkspace::reviver);
    let (facts, fact_stream) = mpsc::channel(MAX_WAITING_FACTS);
    let destination = Destination {
        endpoint: place.endpoint.clone(),
        reviver: reviver.clone(),
        patience: Patience::default(),
        user_name: person(),
    };
    let effects = Effects::start(destination, facts.clone())
        .map_err(|error| Failure::new(Exit::NotConnected, error.to_string()))?;
    // Aborted when the screen is left: nothing of it may go on behind the shell.
    let mut tasks = JoinSet::new();
    if let Some(path) = place.settings.path.clone() {
        let config = Arc::clone(&place.settings.config);
        tasks.spawn(settings_file::watch(path, config, facts.clone()));
    }
    let faults = facts.clone();
    if !wrong.is_empty() {
        // The first of what comes: there is room.
        let _ = facts.try_send(Msg::ThemesRead { themes: own, wrong });
    }
    if let Some((reason, path)) = lost {
        // As above.
        let _ = facts.try_send(Msg::MemoryLost { reason, path });
    }
    tasks.spawn(Feed::new(place.endpoint.clone(), reviver, Patience::default(), facts).run());
    if let Some(seed) = place.demo_seed {
        let connection = place
            .endpoint
            .connect()
            .map_err(|error| Failure::new(Exit::NotConnected, error.to_string()))?;
        tasks.spawn(live(connection, seed, std::future::pending()));
    }
    // Before the terminal is changed: a signal that comes meanwhile must find it put back.
    let end = asked_to_end();
    let keyboard = guard::keyboard().map_err(broken)?;
    let questions = probe::questions(variable);
    let positions = if questions.is_empty() {
        0
    } else {
        probe::POSITION_QUESTIONS
    };
    let (reader, pause) = Reader::new(keyboard, positions).map_err(broken)?;
    let mut guard = Guard::enter(model.mouse && place.wall.is_none()).map_err(broken)?;
    faults::watch(&mut guard, &model.strings, faults);
    guard::write(questions).map_err(broken)?;
    let (keys, key_stream) = mpsc::channel(MAX_WAITING_KEYS);
    let reading: AbortHandle = tasks.spawn(async move {
        // Without signals the screen would not end when asked to: its keys end, which it takes for a hang-up.
        let _ = listen(reader, keys, end).await;
    });
    let size = || {
        let (width, height) = crossterm::terminal::size()?;
        Ok(Size { width, height })
    };
    let backend = PaintBackend::new(guard::screen().map_err(broken)?, size, model.look.depth);
    let letters = backend.letters();
    (letters.ascii_only).store(model.look.ascii, Ordering::Relaxed);
    let mut terminal = Terminal::new(backend).map_err(broken)?;
    let mut world = LocalWorld {
        drafts: drafts_file(place).map(|path| effects.keep_drafts(path)),
        effects,
        guard,
        pause,
        letters,
        memory: MemoryFile::new(faults::state_folder()),
        themes,
    };
    let input = merged(key_stream, fact_stream);
    let exit = session::run(
        &mut terminal,
        &mut model,
        input,
        &mut world,
        frames_per_second(),
    )
    .await;
    reading.abort();
    world.memory.settle().await;
    drop(world);
    match exit {
        Ok(exit) => Ok(exit),
        // The terminal was closed: there is nobody to tell.
        Err(error) if is_hang_up(&error) => Ok(effect_request::Exit::Leave),
        Err(error) => Err(broken(error)),
    }
}

fn is_hang_up(error: &io::Error) -> bool {
    // EIO is what a terminal without its other end answers.
    matches!(
        error.kind(),
        io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof
    ) || error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error())
}

/// What the session before left, or why it cannot be read and where it is now.
fn remembered(fresh: bool) -> (Memory, Option<(String, PathBuf)>) {
    let folder = faults::state_folder().filter(|_| !fresh);
    match folder.as_deref().map(memory_file::read) {
        None => (Memory::default(), None),
        Some(Ok(memory)) => (memory, None),
        Some(Err(lost)) => (Memory::default(), Some(lost)),
    }
}

/// The person's own themes lie beside the settings.
fn theme_folder(place: &Place) -> Option<PathBuf> {
    let settings = place.settings.path.as_deref()?;
    Some(settings.parent()?.join(theme_files::FOLDER))
}

fn start(place: &Place, memory: Memory, own: Vec<OwnTheme>) -> Start {
    let language = super::system_locale();
    let variable = |name: &str| env::var(name).ok();
    let hint = probe::light_background_hint(variable);
    let letters = probe::letters(variable);
    let look = Look {
        depth: probe::depth(variable),
        own: own.into(),
        plain: letters != probe::Letters::All,
        unsure: letters == probe::Letters::Unknown,
        ascii: letters == probe::Letters::Ascii,
        ground: match hint.or(memory.light_background) {
            Some(true) => Ground::Light,
            Some(false) | None => Ground::Dark,
        },
        ..Look::default()
    };
    Start {
        language,
        look,
        session_id: super::request_id(),
        person: person(),
        time_zone: super::system_time_zone(),
        currency: match language {
            crate::text::Locale::English => PROPOSED_CURRENCY,
            crate::text::Locale::Chinese => PROPOSED_CURRENCY_CHINA,
        }
        .to_owned(),
        demo: place.demo_seed.is_some(),
        reduced_motion: place.reduced_motion,
        config: Arc::clone(&place.settings.config),
        memory,
        drafts: drafts(place),
    }
}

/// Where what was typed and not saved is kept; a demonstration keeps nothing.
fn drafts_file(place: &Place) -> Option<PathBuf> {
    if place.demo_seed.is_some() {
        return None;
    }
    Some(faults::state_folder()?.join(effect::drafts::FILE))
}

/// What was typed and not saved when the program ended. A file that cannot be read is put aside by the first draft written.
fn drafts(place: &Place) -> Drafts {
    let kept = drafts_file(place).and_then(|path| effect::drafts::read(&path).ok());
    let now = jiff::Timestamp::now().as_microsecond();
    Drafts::new(kept.unwrap_or_default(), now)
}

/// What the system calls the person: by the environment, or where that says nothing (containers) by the list of users.
pub fn person() -> String {
    let named = ["USER", "LOGNAME"]
        .into_iter()
        .filter_map(|name| env::var(name).ok());
    let mut known = named.filter(|name| !name.is_empty());
    known.next().unwrap_or_else(user_of_process)
}

fn user_of_process() -> String {
    let own = rustix::process::getuid().as_raw().to_string();
    let users = std::fs::read_to_string(USERS_FILE).unwrap_or_default();
    let mut lines = users
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>());
    let line = lines.find(|fields| fields.get(2) == Some(&own.as_str()));
    let name = line.and_then(|fields| fields.first().map(|name| (*name).to_owned()));
    name.unwrap_or(own)
}

fn frames_per_second() -> i64 {
    if env::var_os("SSH_CONNECTION").is_some() {
        session::REMOTE_FRAMES_PER_SECOND
    } else {
        session::LOCAL_FRAMES_PER_SECOND
    }
}

/// Keys first, whatever the server sends meanwhile; the end of the keys is a hang-up.
fn merged(keys: mpsc::Receiver<Msg>, facts: mpsc::Receiver<Msg>) -> impl Stream<Item = Msg> {
    let keys = ReceiverStream::new(keys).chain(stream::iter([Msg::HungUp]));
    stream::select_with_strategy(keys, ReceiverStream::new(facts), |(): &mut ()| {
        PollNext::Left
    })
}
