//! `sluice demo`: a folder with an invented sales team, and the board on it.

use std::{fs, path::Path};

use jiff::{Timestamp, tz::TimeZone};
use sluice_proto::v1;

use super::{
    arguments::{DemoArgs, GlobalArgs},
    board::{self, Place},
    config, connect,
    failure::{self, Failure, Outcome},
};
use crate::{
    client::Connection,
    demo::{FillOptions, TemporaryFolder, fill},
    effect_request::Exit,
    embedded::{LocalWorkspace, SimulatedClock},
    import::progress::Progress,
    record::{DAY_US, Micros},
    text::Locale,
};

/// Says that a folder holds a demonstration, and with which seed: real workspaces never get simulated people.
const MARKER: &str = "demo-seed";
/// The clock of a fresh demonstration begins so many days ago.
const OLDEST_DAYS: i64 = 500;
/// So many days of its past are lived, with rewards and all; what is older is imported.
const LIVED_DAYS: i64 = 21;
/// The team that everybody sees who asks for no other.
const DEFAULT_SEED: u64 = 1;

/// Opens the board on a simulated sales team until the person leaves.
pub async fn open(global: &GlobalArgs, args: &DemoArgs) -> Outcome<Exit> {
    if global.names_server() {
        return Err(
            Failure::usage("the demo brings its own server").with_hint("Leave --server away.")
        );
    }
    match global.named_folder() {
        Some(folder) => show(global, folder, args).await,
        None => open_temporary(global, args).await,
    }
}

/// Opens it in a folder that is gone afterwards.
pub async fn open_temporary(global: &GlobalArgs, args: &DemoArgs) -> Outcome<Exit> {
    let folder = TemporaryFolder::create()
        .map_err(|error| Failure::from(error).about("a folder for the demo"))?;
    show(global, folder.path(), args).await
}

async fn show(global: &GlobalArgs, folder: &Path, args: &DemoArgs) -> Outcome<Exit> {
    let now = Timestamp::now().as_microsecond();
    let clock = SimulatedClock::new(now - OLDEST_DAYS * DAY_US);
    let fresh = !folder.join(MARKER).exists();
    if !fresh {
        clock.follow_system();
    }
    let place = serve(global, folder, &clock).await?;
    let prepared = prepare(folder, &place, args, now, &clock).await;
    // Whatever became of it: nothing may go on in the past.
    clock.follow_system();
    match prepared {
        Ok(seed) => {
            let demo_seed = Some(seed);
            board::show(Place { demo_seed, ..place }).await
        }
        Err(failure) => {
            if let Some(local) = &place.local {
                local.close().await;
            }
            Err(failure)
        }
    }
}

/// Serves the folder by a clock that can be moved; where another process does, time is the system's.
async fn serve(global: &GlobalArgs, folder: &Path, clock: &SimulatedClock) -> Outcome<Place> {
    let settings = config::load(global)?;
    connect::make_folder(folder)?;
    let opened = LocalWorkspace::open_simulated(folder, clock).await;
    let local = opened.map_err(|error| {
        Failure::new(
            failure::Exit::NotConnected,
            format!("{}: {error}", folder.display()),
        )
    })?;
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

/// Fills a fresh folder; a demonstration that is there goes on. The seed of the team at work.
async fn prepare(
    folder: &Path,
    place: &Place,
    args: &DemoArgs,
    now: Micros,
    clock: &SimulatedClock,
) -> Outcome<u64> {
    let unusable = |error: std::io::Error| Failure::from(error).about(folder.display());
    let connection = place
        .endpoint
        .connect()
        .map_err(|error| Failure::usage(error.to_string()))?;
    let info = connection
        .workspace()
        .get_server_info(v1::GetServerInfoRequest {})
        .await?;
    let marker = folder.join(MARKER);
    if info.into_inner().set_up {
        let seed = fs::read_to_string(&marker)
            .ok()
            .and_then(|text| text.trim().parse().ok());
        return seed.ok_or_else(|| {
            Failure::usage(format!(
                "{} holds a workspace that is no demo",
                folder.display()
            ))
            .with_hint("Name another folder with --data, or none for a temporary one.")
        });
    }
    let seed = args.seed.unwrap_or(DEFAULT_SEED);
    fs::write(&marker, format!("{seed}\n")).map_err(unusable)?;
    let owner = match &place.local {
        Some(local) => local.is_owner().await,
        None => false,
    };
    invent(&connection, seed, now, owner.then(|| clock.clone())).await?;
    Ok(seed)
}

async fn invent(
    connection: &Connection,
    seed: u64,
    now: Micros,
    clock: Option<SimulatedClock>,
) -> Outcome {
    let bar = Progress::count("inventing 90 days of sales", 0);
    let options = FillOptions {
        seed,
        now,
        zone: TimeZone::get(&super::system_time_zone()).unwrap_or(TimeZone::UTC),
        user_name: board::person(),
        chinese: super::system_locale() == Locale::Chinese,
        clock,
        lived_days: LIVED_DAYS,
    };
    let filled = fill(connection, &options, |progress| {
        bar.out_of(progress.total as u64);
        bar.at(progress.done as u64);
    })
    .await;
    bar.done();
    Ok(filled?)
}
