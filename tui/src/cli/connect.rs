//! From the command line to a server: the one named, the one that owns the data folder, or our own for the time of the command.

use std::{
    fs::DirBuilder,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use etcetera::BaseStrategy as _;

use super::{
    api::Api,
    arguments::{GlobalArgs, Target},
    failure::{Exit, Failure, Outcome},
};
use crate::{
    client::Endpoint,
    embedded::{LocalWorkspace, Reviver, SetUpDefaults},
};

/// Folder of our data below the XDG data folder.
const DATA_FOLDER: &str = "sluice";
/// Permissions of a data folder: what is sold to whom is nobody else's business.
const OWNER_ONLY: u32 = 0o700;

/// A server at hand.
pub struct Server {
    /// To call it.
    pub api: Api,
    local: Option<LocalWorkspace>,
}

impl Server {
    /// Serves the folder anew when its owner has left.
    pub fn reviver(&self) -> Option<Reviver> {
        self.local.as_ref().map(LocalWorkspace::reviver)
    }

    /// Leaves it; our own one drains first.
    pub async fn close(self) {
        if let Some(local) = self.local {
            local.close().await;
        }
    }
}

/// Reaches the server that the options name. A fresh folder of our own is set up on the way when `set_up` says so.
pub async fn connect(
    global: &GlobalArgs,
    currency: Option<String>,
    set_up: bool,
) -> Outcome<Server> {
    let (endpoint, local) = match global.target() {
        Target::Server(address) => (endpoint(&address)?, None),
        target => {
            let folder = data_folder(target)?;
            make_folder(&folder)?;
            let defaults = set_up.then(|| set_up_defaults(currency));
            let local = open_folder(&folder, defaults).await?;
            (local.endpoint().clone(), Some(local))
        }
    };
    let connection = endpoint
        .connect()
        .map_err(|error| Failure::new(Exit::NotConnected, error.to_string()))?;
    Ok(Server {
        api: Api::new(connection),
        local,
    })
}

/// Reads an address as people write it.
pub fn endpoint(address: &str) -> Outcome<Endpoint> {
    Endpoint::parse(address).map_err(|error| Failure::usage(format!("--server: {error}")))
}

/// Makes a data folder that only its owner can look into.
pub fn make_folder(folder: &Path) -> Outcome {
    let made = DirBuilder::new()
        .recursive(true)
        .mode(OWNER_ONLY)
        .create(folder);
    made.map_err(|error| Failure::from(error).about(folder.display()))
}

/// Serves a folder, or joins who does.
pub async fn open_folder(folder: &Path, set_up: Option<SetUpDefaults>) -> Outcome<LocalWorkspace> {
    let opened = LocalWorkspace::open(folder, set_up).await;
    opened
        .map_err(|error| Failure::new(Exit::NotConnected, format!("{}: {error}", folder.display())))
}

/// The data folder: the one named, or the person's own.
pub fn data_folder(target: Target) -> Outcome<PathBuf> {
    if let Target::Folder(folder) = target {
        return Ok(folder);
    }
    let strategy = etcetera::choose_base_strategy().map_err(|_| {
        Failure::usage("there is no home folder to keep data in")
            .with_hint("Name a folder with --data or SLUICE_DATA.")
    })?;
    Ok(strategy.data_dir().join(DATA_FOLDER))
}

/// What a fresh folder is set up with when nobody is asked.
fn set_up_defaults(currency: Option<String>) -> SetUpDefaults {
    let host = SetUpDefaults::from_host();
    SetUpDefaults {
        currency_code: currency.unwrap_or_else(|| host.currency_code.clone()),
        ..host
    }
}
