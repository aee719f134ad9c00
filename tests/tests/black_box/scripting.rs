//! Runs the client program as a script does: arguments in, standard output, standard error and an exit code out.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use sluice_tests::harness::{Daemon, Folder, sluice};

/// A server and the folder that scripts against it work in.
pub struct Desk {
    /// The working folder and the data folder.
    pub folder: Folder,
    /// The server.
    pub server: Daemon,
}

impl Desk {
    /// A fresh one.
    pub async fn new() -> Result<Self> {
        let folder = Folder::new()?;
        let server = folder.serve().await?;
        Ok(Self { folder, server })
    }

    /// The server's address.
    pub fn address(&self) -> String {
        format!("unix://{}", self.server.socket().display())
    }

    /// A command of the client against the server.
    pub fn command<I>(&self, arguments: I) -> Result<Command>
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        let mut command = Command::new(sluice()?);
        command
            .args(arguments)
            .env("SLUICE_SERVER", self.address())
            .env_remove("SLUICE_DATA")
            .env("LC_ALL", "en_US.UTF-8")
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        Ok(command)
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Result<Output> {
        Ok(self.command(arguments)?.output()?)
    }

    /// Runs a command that must succeed; what it printed.
    pub fn text(&self, arguments: &[&str]) -> Result<String> {
        let output = self.run(arguments)?;
        ensure!(
            output.status.success(),
            "sluice {} ended with {}: {}",
            arguments.join(" "),
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Runs a command that must succeed, as JSON.
    pub fn json(&self, arguments: &[&str]) -> Result<Value> {
        let text = self.text(&[&["-o", "json"], arguments].concat())?;
        serde_json::from_str(&text).with_context(|| text)
    }

    /// Runs a command that must fail; its exit code and what it said.
    pub fn failure(&self, arguments: &[&str]) -> Result<(i32, String)> {
        let output = self.run(arguments)?;
        let code = output.status.code().context("it ended by itself")?;
        let said = String::from_utf8(output.stderr)?;
        ensure!(!said.contains("panicked"), "{said}");
        Ok((code, said))
    }

    /// Writes a file into the working folder.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> Result<()> {
        Ok(std::fs::write(self.folder.path().join(name), content)?)
    }

    /// Reads a file of the working folder.
    pub fn read(&self, name: &str) -> Result<String> {
        Ok(std::fs::read_to_string(self.folder.path().join(name))?)
    }
}

/// An integer of proto JSON, which writes 64-bit ones as strings.
pub fn integer(value: &Value) -> i64 {
    let written = value.as_str().and_then(|text| text.parse().ok());
    written.or_else(|| value.as_i64()).unwrap_or(i64::MIN)
}

/// The rows of an array, empty when there is none.
pub fn rows(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The real histories, or `None` with the reason printed: they are test data that the repository does not hold.
#[allow(
    clippy::print_stdout,
    reason = "the reason of a skip is for who runs the tests"
)]
pub fn real_data() -> Option<PathBuf> {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let folder = std::env::var_os("SLUICE_TEST_DATA").map_or_else(default, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    println!(
        "skipped: the real histories are not at {} (SLUICE_TEST_DATA names another folder)",
        folder.display()
    );
    None
}

/// A mapping of the repository.
pub fn mapping(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("mappings")
        .join(name);
    path.display().to_string()
}
