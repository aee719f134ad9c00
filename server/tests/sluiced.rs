//! The daemon as a process: ready, owned, stopped, and what its exit codes say.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::{
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Child, ChildStderr, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

struct Daemon {
    child: Child,
    log: BufReader<ChildStderr>,
}

impl Daemon {
    fn start(data: &Path, more: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sluiced"))
            .arg("--data")
            .arg(data)
            .args(more)
            .env_remove("SLUICE_LOG")
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        Self { child, log }
    }

    /// Reads the log up to a line with this text. Ends, because the process either says it or ends.
    fn wait_for(&mut self, text: &str) -> String {
        let mut seen = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(
                self.log.read_line(&mut line).unwrap(),
                0,
                "'{text}' never came: {seen}"
            );
            if line.contains(text) {
                return line;
            }
            seen.push_str(&line);
        }
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    fn end(mut self) -> (Option<i32>, String) {
        let mut rest = String::new();
        self.log.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }
}

#[test]
fn it_says_where_it_is_ready_and_ends_well_when_told_to() {
    let folder = tempfile::tempdir().unwrap();
    for signal in [Signal::TERM, Signal::INT] {
        let mut daemon = Daemon::start(
            folder.path(),
            &["--listen", "127.0.0.1:0", "--currency", "CNY"],
        );
        daemon.wait_for("ready on unix://");
        daemon.wait_for("ready on http://127.0.0.1:");
        daemon.signal(signal);
        let (code, rest) = daemon.end();
        assert_eq!(code, Some(0), "{rest}");
        assert!(!folder.path().join("sluice.sock").exists());
    }
}

#[test]
fn a_second_server_on_the_folder_says_who_has_it_and_exits_with_3() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = Daemon::start(folder.path(), &[]);
    first.wait_for("ready on unix://");
    let (code, log) = Daemon::start(folder.path(), &[]).end();
    assert_eq!(code, Some(3), "{log}");
    assert!(
        log.contains(&format!("in use by process {}", first.child.id())),
        "{log}"
    );
    first.signal(Signal::TERM);
    assert_eq!(first.end().0, Some(0));
}

#[test]
fn what_stands_in_the_way_of_a_start_is_said_with_exit_code_2() {
    let folder = tempfile::tempdir().unwrap();
    for (more, wanted) in [
        (["--listen", "0.0.0.0:0"], "--insecure"),
        (["--currency", "EURO"], "cannot set up the workspace"),
        (
            ["--unix", "/proc/nothing/sluice.sock"],
            "cannot listen on /proc/nothing",
        ),
    ] {
        let (code, log) = Daemon::start(folder.path(), &more).end();
        assert_eq!(code, Some(2), "{log}");
        assert!(log.contains(wanted), "{log}");
    }
}

#[test]
fn the_log_can_be_read_by_programs_and_a_killed_server_leaves_nothing_in_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let mut daemon = Daemon::start(folder.path(), &["--log-format", "json"]);
    assert!(daemon.wait_for("ready on unix://").starts_with('{'));
    daemon.signal(Signal::KILL);
    assert_eq!(daemon.end().0, None);
    assert!(folder.path().join("sluice.sock").exists());
    let mut next = Daemon::start(folder.path(), &[]);
    next.wait_for("ready on unix://");
    next.signal(Signal::TERM);
    assert_eq!(next.end().0, Some(0));
}
