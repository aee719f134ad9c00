//! Rules about the code itself that neither the compiler nor clippy knows.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Longest that a source file may be.
const MAX_LINES: usize = 600;

/// Words that the pure domain never uses, and what they would bring in.
const NOT_IN_DOMAIN: [(&str, &str); 10] = [
    ("tokio", "waiting"),
    ("tonic", "the network"),
    ("sled", "the disk"),
    ("prost", "the wire"),
    ("f32", "rounding"),
    ("f64", "rounding"),
    ("HashMap", "an order that differs from run to run"),
    ("HashSet", "an order that differs from run to run"),
    ("SystemTime", "a clock"),
    ("Instant", "a clock"),
];

/// The one module of the client that runs a server.
const EMBEDDED: [&str; 2] = ["tui/src/embedded.rs", "tui/src/embedded/mod.rs"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests lies in the workspace")
        .to_owned()
}

/// Every Rust source of the workspace with its text, by path from the root.
fn sources() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for folder in ["proto", "server", "tui", "tests"] {
        collect(&root().join(folder), &mut found);
    }
    assert!(found.len() > 50, "only {} sources found", found.len());
    found
}

fn collect(folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("a readable folder").flatten() {
        let path = entry.path();
        if path.is_dir() && !entry.file_name().to_string_lossy().starts_with("target") {
            collect(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            let name = path
                .strip_prefix(root())
                .expect("inside")
                .display()
                .to_string();
            found.insert(name, fs::read_to_string(&path).expect("a readable source"));
        }
    }
}

/// A line without its comment and its texts, so that prose may name what code may not.
fn code_of(line: &str) -> String {
    let line = line.split("//").next().unwrap_or_default();
    line.split('"').step_by(2).collect::<Vec<_>>().join("\"")
}

fn words(line: &str) -> impl Iterator<Item = String> {
    code_of(line)
        .split(|it: char| !it.is_alphanumeric() && it != '_')
        .map(str::to_owned)
        .collect::<Vec<_>>()
        .into_iter()
}

#[track_caller]
fn none(rule: &str, offenders: &[String]) {
    assert!(
        offenders.is_empty(),
        "{rule}:\n  {}",
        offenders.join("\n  ")
    );
}

#[test]
fn every_file_says_its_purpose_in_its_first_line() {
    let offenders: Vec<String> = sources()
        .iter()
        .filter(|(_, text)| {
            let first = text.lines().next().unwrap_or_default();
            !first.starts_with("//! ") || first.len() < 15 || first.contains("placeholder")
        })
        .map(|(name, _)| name.clone())
        .collect();
    none(
        "the first line of a file is `//! ` and its one reason to exist",
        &offenders,
    );
}

#[test]
fn no_file_is_too_long_to_read() {
    let offenders: Vec<String> = sources()
        .iter()
        .filter(|(_, text)| text.lines().count() > MAX_LINES)
        .map(|(name, text)| format!("{name}: {} lines", text.lines().count()))
        .collect();
    none(&format!("a file has at most {MAX_LINES} lines"), &offenders);
}

#[test]
fn the_domain_knows_no_world() {
    let mut offenders = Vec::new();
    for (name, text) in sources()
        .iter()
        .filter(|(name, _)| name.starts_with("server/domain/"))
    {
        for (at, line) in text.lines().enumerate() {
            for (word, brings) in NOT_IN_DOMAIN {
                if words(line).any(|it| it == word) {
                    offenders.push(format!("{name}:{}: `{word}` brings in {brings}", at + 1));
                }
            }
        }
    }
    none("the domain is pure", &offenders);
}

#[test]
fn the_client_names_the_server_in_one_file_only() {
    let offenders: Vec<String> = sources()
        .iter()
        .filter(|(name, _)| name.starts_with("tui/") && !EMBEDDED.contains(&name.as_str()))
        .filter(|(_, text)| {
            text.lines()
                .any(|line| words(line).any(|it| it == "sluice_server" || it == "sluice_domain"))
        })
        .map(|(name, _)| name.clone())
        .collect();
    none(
        "only the embedded module names sluice_server; the client is a client",
        &offenders,
    );
}

#[test]
fn nothing_is_left_to_do_later() {
    let mut offenders = Vec::new();
    for (name, text) in sources() {
        for (at, line) in text.lines().enumerate() {
            let code = code_of(line);
            let left = ["todo!", "unimplemented!", "dbg!"]
                .iter()
                .any(|it| code.contains(it));
            let noted = ["TODO", "FIXME", "XXX"]
                .iter()
                .any(|it| line.contains(&format!("// {it}")));
            if left || noted {
                offenders.push(format!("{name}:{}: {}", at + 1, line.trim()));
            }
        }
    }
    none("main holds no unfinished work", &offenders);
}

#[test]
fn nobody_sleeps() {
    let mut offenders = Vec::new();
    for (name, text) in sources()
        .iter()
        .filter(|(name, _)| name.contains("/tests") || name.starts_with("tests/"))
    {
        for (at, line) in text.lines().enumerate() {
            if code_of(line).contains("::sleep(") {
                offenders.push(format!("{name}:{}", at + 1));
            }
        }
    }
    none(
        "a test waits for a condition with a bound, see sluice_tests::wait",
        &offenders,
    );
}

#[test]
fn every_invariant_in_the_architecture_names_a_test_that_exists() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    assert!(
        text.lines().count() <= 200,
        "ARCHITECTURE.md is one page: at most 200 lines"
    );
    let all: String = sources().into_values().collect();
    let mut named = 0;
    let mut offenders = Vec::new();
    // A test is named as `a_sentence_in_snake_case`: three underscores or more, alone between backticks.
    for quoted in text.split('`').skip(1).step_by(2) {
        let name = quoted.rsplit("::").next().unwrap_or(quoted);
        let snake = name
            .chars()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_');
        if snake && name.matches('_').count() >= 3 {
            named += 1;
            if !all.contains(&format!("fn {name}(")) {
                offenders.push(quoted.to_owned());
            }
        }
    }
    none("ARCHITECTURE.md names tests that do not exist", &offenders);
    assert!(named >= 5, "ARCHITECTURE.md names {named} tests only");
}
