//! The scripting commands: what they print, how they end, and a watch that is killed and resumed.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::Stdio,
};

use anyhow::{Context as _, Result};
use serde_json::Value;
use sluice_tests::harness::sluice;

use crate::scripting::{Desk, integer, rows};

/// Makes a deal from a line; its id.
fn deal(desk: &Desk, line: &str) -> Result<String> {
    let answer = desk.json(&["opportunity", "create", "--line", line])?;
    Ok(answer["opportunity"]["id"]
        .as_str()
        .context("an id")?
        .to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_goes_its_way_by_script() -> Result<()> {
    let desk = Desk::new().await?;
    desk.json(&["member", "create", "Lee Wang", "--role", "rep"])?;
    desk.json(&["customer", "create", "Acme", "--industry", "retail"])?;
    let id = deal(&desk, "Acme renewal 1.2m @proposal ^2099-03-15 &lee !A")?;
    assert_eq!(id, "opportunities/1");
    let shown = desk.json(&["opportunity", "show", "O-1"])?;
    let shown = &shown["opportunity"];
    assert_eq!(shown["name"], "Acme renewal");
    assert_eq!(shown["amount"]["amount_minor"], "120000000");
    assert_eq!(shown["expected_contract_date"], "2099-03-15");
    assert_eq!(shown["owner_id"], "members/1");
    assert_eq!(
        shown["customer_id"], "customers/1",
        "the name begins with it"
    );
    assert_eq!(shown["grade"], "GRADE_A");

    desk.json(&["opportunity", "move", "1", "--to", "negot"])?;
    desk.json(&["opportunity", "lose", "O-1", "--reason", "budget cut"])?;
    let reopened = desk.json(&[
        "opportunity",
        "reopen",
        "1",
        "Qualified",
        "--reason",
        "new budget",
    ])?;
    assert_eq!(reopened["opportunity"]["stage_kind"], "STAGE_KIND_OPEN");
    desk.json(&[
        "opportunity",
        "amend",
        "1",
        "--amount",
        "120万",
        "--win-probability",
        "12.5%",
        "--source",
        "fair",
    ])?;
    desk.json(&[
        "activity",
        "log",
        "call",
        "--opportunity",
        "O-1",
        "--purpose",
        "price talk",
    ])?;
    let text = desk.text(&["opportunity", "show", "1"])?;
    for part in [
        "Acme renewal",
        "Lee Wang",
        "1,200,000",
        "budget cut",
        "price talk",
        "reopened",
    ] {
        assert!(text.contains(part), "{part} in:\n{text}");
    }
    desk.json(&["opportunity", "archive", "1"])?;
    assert!(
        desk.text(&["opportunity", "list"])?.contains("(archived)"),
        "it is off the board, not gone"
    );
    let on_board = desk.json(&["opportunity", "list", "--filter", "archived:false"])?;
    assert_eq!(integer(&on_board["total_size"]), 0);
    desk.json(&["opportunity", "restore", "1"])?;

    let csv = desk.text(&["-o", "csv", "opportunity", "list"])?;
    let mut lines = csv.lines();
    assert!(
        lines
            .next()
            .context("a header")?
            .starts_with("id,name,amount,currency,pipeline,stage,")
    );
    assert!(
        lines
            .next()
            .context("a row")?
            .starts_with("opportunities/1,Acme renewal,1200000.00,USD,")
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_merged_when_the_page_size_is_0() -> Result<()> {
    let desk = Desk::new().await?;
    for number in 0..5 {
        desk.json(&["customer", "create", &format!("Customer {number}")])?;
    }
    let page = desk.json(&["customer", "list", "--page-size", "2"])?;
    assert_eq!(rows(&page["customers"]).len(), 2);
    let token = page["next_page_token"].as_str().context("a token")?;
    let next = desk.json(&[
        "customer",
        "list",
        "--page-size",
        "2",
        "--page-token",
        token,
    ])?;
    assert_eq!(next["customers"][0]["name"], "Customer 2");
    let all = desk.json(&["customer", "list", "--page-size", "0"])?;
    assert_eq!(rows(&all["customers"]).len(), 5);
    assert_eq!(all["next_page_token"], "");

    desk.text(&["export", "customers", "out.csv"])?;
    assert_eq!(desk.read("out.csv")?.lines().count(), 6);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_end_with_their_documented_code_and_say_what_to_do() -> Result<()> {
    let desk = Desk::new().await?;
    deal(&desk, "Acme renewal 1.2m ^2099-03-15")?;
    desk.json(&["member", "create", "Kim Lee"])?;
    desk.json(&["member", "create", "Kim Park"])?;
    for (arguments, code, part) in [
        (&["opportunity", "show", "99"][..], 4, "opportunities/99"),
        (&["opportunity", "show", "acme"], 2, "O-12"),
        (
            &["opportunity", "amend", "1", "--name", "X", "--etag", "r999"],
            5,
            "etag",
        ),
        (&["opportunity", "amend", "1"], 2, "nothing to change"),
        (
            &["opportunity", "amend", "1", "--owner", "kim"],
            2,
            "Kim Lee (M-1) or Kim Park (M-2)",
        ),
        (
            &["opportunity", "amend", "1", "--owner", "zoe"],
            4,
            "Kim Lee",
        ),
        (
            &["opportunity", "amend", "1", "--amount", "lots"],
            2,
            "120万",
        ),
        (
            &["opportunity", "create", "--line", "Acme"],
            2,
            "the amount is missing",
        ),
        (&["opportunity", "create", "--name", "X"], 1, "amount"),
        (&["opportunity", "list", "--filter", "owner:"], 1, "filter"),
        (&["opportunity", "fly"], 2, "fly"),
        (&["workspace", "set-up", "Again"], 5, "set up"),
        (&["metrics", "--cycle", "2017-Q9"], 1, "2017-Q9"),
        (&["--server", "ftp://x", "funnel"], 2, "unix:///path"),
        (
            &["--server", "unix:///nonexistent/s", "funnel"],
            3,
            "is it running",
        ),
        (
            &[
                "import",
                "history",
                "absent.csv",
                "--mapping",
                "absent.toml",
            ],
            2,
            "absent.toml",
        ),
    ] {
        let (found, said) = desk.failure(arguments)?;
        assert_eq!(found, code, "{arguments:?}: {said}");
        assert!(
            said.contains(part),
            "{arguments:?} does not say {part}: {said}"
        );
    }
    let (code, said) = desk.failure(&["-o", "json", "opportunity", "create", "--name", "X"])?;
    let error: Value = serde_json::from_str(&said)?;
    assert_eq!(code, 1);
    assert_eq!(integer(&error["error"]["exit_code"]), 1);
    assert!(
        rows(&error["error"]["violations"]).len() >= 2,
        "all violations at once: {said}"
    );
    let (_, said) = desk.failure(&["-o", "json", "opportunity", "fly"])?;
    assert_eq!(
        integer(&serde_json::from_str::<Value>(&said)?["error"]["exit_code"]),
        2
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_id_is_done_once() -> Result<()> {
    let desk = Desk::new().await?;
    let create = ["customer", "create", "Acme", "--request-id", "once"];
    let first = desk.json(&create)?;
    assert_eq!(
        desk.json(&create)?["customer"]["id"],
        first["customer"]["id"]
    );
    desk.json(&["customer", "create", "Betatech", "--validate-only"])?;
    assert_eq!(integer(&desk.json(&["customer", "list"])?["total_size"]), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_is_killed_and_resumed_without_loss_or_repetition() -> Result<()> {
    let desk = Desk::new().await?;
    let info = desk.json(&["workspace", "server"])?;
    let start = integer(&info["revision"]);
    for number in 0..6 {
        desk.json(&["customer", "create", &format!("Customer {number}")])?;
    }
    let mut seen = Vec::new();
    let mut after = start;
    for _ in 0..3 {
        let after_text = after.to_string();
        let mut child = desk
            .command(["-o", "json", "watch", "--after", &after_text])?
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let out = child.stdout.take().context("a pipe")?;
        // Two lines are read, then it is killed however far it has got.
        for line in BufReader::new(out).lines().take(2) {
            let commit: Value = serde_json::from_str(&line?)?;
            after = integer(&commit["revision"]);
            seen.push(after);
            assert_eq!(rows(&commit["changes"]).len(), 1, "{commit}");
            assert!(
                commit["time"].is_string() && commit["actor"]["label"].is_string(),
                "{commit}"
            );
        }
        child.kill()?;
        child.wait()?;
    }
    assert_eq!(seen, (start + 1..=start + 6).collect::<Vec<_>>());
    let text = desk.text(&["watch", "--after", &start.to_string(), "--count", "1"])?;
    assert!(text.contains("put C-1 Customer 0"), "{text}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_leaves_ends_the_command_quietly() -> Result<()> {
    let desk = Desk::new().await?;
    for number in 0..3 {
        desk.json(&[
            "customer",
            "create",
            &format!("{number}{}", "x".repeat(190)),
        ])?;
    }
    let mut child = desk
        .command(["watch", "--after", "0"])?
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    drop(child.stdout.take());
    let mut said = String::new();
    child
        .stderr
        .take()
        .context("a pipe")?
        .read_to_string(&mut said)?;
    assert_eq!((child.wait()?.code(), said.as_str()), (Some(0), ""));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_folder_is_set_up_and_served_for_the_time_of_a_command() -> Result<()> {
    let folder = sluice_tests::harness::Folder::new()?;
    let run = |arguments: &[&str]| -> Result<Value> {
        let output = std::process::Command::new(sluice()?)
            .arg("--data")
            .arg(folder.data())
            .args(["-o", "json"])
            .args(arguments)
            .env_remove("SLUICE_SERVER")
            .output()?;
        serde_json::from_slice(&output.stdout)
            .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())
    };
    run(&["customer", "create", "Acme"])?;
    assert_eq!(run(&["customer", "list"])?["customers"][0]["name"], "Acme");
    assert_eq!(
        run(&["workspace", "show"])?["workspace"]["currency_code"],
        "USD"
    );
    Ok(())
}

#[test]
fn completions_and_help_need_no_server() -> Result<()> {
    for shell in ["bash", "zsh", "fish"] {
        let output = std::process::Command::new(sluice()?)
            .args(["completions", shell])
            .output()?;
        assert!(output.status.success());
        assert!(
            String::from_utf8(output.stdout)?.contains("opportunity"),
            "{shell}"
        );
    }
    let output = std::process::Command::new(sluice()?)
        .args(["opportunity", "create", "--help"])
        .output()?;
    assert!(String::from_utf8(output.stdout)?.contains("Examples:"));
    Ok(())
}
