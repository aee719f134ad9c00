//! The process of a team by script: who is told what stagnates, what to do next, goals, digests, webhooks, time travel.

use anyhow::{Context as _, Result};
use serde_json::Value;
use sluice_tests::wait::{PATIENCE, eventually};

use crate::scripting::{Desk, integer, rows};

/// A pipeline of its own, so that an import says everything about it.
const MAPPING: &str = r#"currency = "USD"

[formats]
dates = ["%Y-%m-%d"]

[pipeline]
name = "Renewals"
stages = [
    { name = "Asked", win_probability = 10, stagnation_days = 14 },
    { name = "Offered", win_probability = 60, stagnation_days = 14 },
    { name = "Won", kind = "won" },
    { name = "Lost", kind = "lost" },
]

[members]
unknown = "reject"

[opportunities.columns]
external_id = "id"
name = "name"
amount = "amount"
stage = "stage"
created = "created"
owner = "owner"

[opportunities.entered]
Asked = "created"
"#;

/// Kim leads the company, Lee the team East below it, Max sells in East.
async fn company() -> Result<Desk> {
    let desk = Desk::new().await?;
    desk.json(&["team", "create", "Company"])?;
    desk.json(&["team", "create", "East", "--parent", "Company"])?;
    for (name, role, team) in [
        ("Kim", "executive", "Company"),
        ("Lee", "manager", "East"),
        ("Max", "rep", "East"),
    ] {
        desk.json(&["member", "create", name, "--role", role, "--team", team])?;
    }
    desk.json(&["team", "amend", "Company", "--manager", "Kim"])?;
    desk.json(&["team", "amend", "East", "--manager", "Lee"])?;
    Ok(desk)
}

/// The same with one deal of 1,000 that has stood in its first stage since 2020.
async fn company_with_an_old_deal() -> Result<Desk> {
    let desk = company().await?;
    desk.write("renewals.toml", MAPPING)?;
    desk.write(
        "deals.csv",
        "id,name,amount,stage,created,owner\n1,Old,1000,Asked,2020-01-01,Max\n",
    )?;
    let import = ["deals.csv", "--mapping", "renewals.toml"];
    let report = desk.json(&[&["import", "opportunities"][..], &import].concat())?;
    assert_eq!(integer(&report["created"]), 1);
    Ok(desk)
}

/// The open alerts, once there are so many.
async fn open_alerts(desk: &Desk, count: usize) -> Result<Vec<Value>> {
    eventually("alerts are raised", PATIENCE, async || {
        let listed = desk.json(&["alert", "list", "--filter", "state:open"]);
        let found = rows(&listed.ok()?["alerts"]).to_vec();
        (found.len() == count).then_some(found)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_deal_is_told_upwards_answered_and_acted_on() -> Result<()> {
    let desk = company_with_an_old_deal().await?;
    let open = open_alerts(&desk, 3).await?;
    let told = |level: &str| {
        let mut told: Vec<&str> = open
            .iter()
            .filter(|alert| alert["level"] == level)
            .filter_map(|alert| alert["recipient_id"].as_str())
            .collect();
        told.sort_unstable();
        told
    };
    assert_eq!(
        told("STAGNATION_LEVEL_STALLED"),
        ["members/2", "members/3"],
        "the owner and who leads them"
    );
    assert_eq!(
        told("STAGNATION_LEVEL_CRITICAL"),
        ["members/1"],
        "and above that"
    );
    let of_lee = desk.json(&["alert", "list", "--filter", "recipient:lee state:open"])?;
    let id = of_lee["alerts"][0]["id"].as_str().context("an alert")?;
    let seen = desk.json(&["alert", "acknowledge", id, "--reason", "calling today"])?;
    assert_eq!(seen["alert"]["state"], "ALERT_STATE_ACKNOWLEDGED");
    let until = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(48);
    let put_off = desk.json(&[
        "alert",
        "snooze",
        id,
        "--until",
        &until.to_string(),
        "--reason",
        "their board meets",
    ])?;
    assert_eq!(put_off["alert"]["state"], "ALERT_STATE_SNOOZED");
    assert_eq!(put_off["alert"]["reason"], "their board meets");
    let table = desk.text(&["alert", "list"])?;
    for part in ["snoozed", "their board meets", "Lee", "critical", "Asked"] {
        assert!(table.contains(part), "{part} in {table}");
    }
    let snooze = |until: &'static str| {
        let reason = ["--until", until, "--reason", "no"];
        desk.failure(&[&["alert", "snooze", id][..], &reason].concat())
    };
    let (code, said) = snooze("2020-01-01")?;
    assert!(code == 1 && said.contains("future"), "{code} {said}");
    assert_eq!(snooze("soonish")?.0, 2);
    assert_eq!(desk.failure(&["alert", "snooze", id])?.0, 2);
    assert_eq!(desk.failure(&["alert", "acknowledge", "AL-99"])?.0, 4);

    let queue = desk.json(&["next", "--member", "max"])?;
    let first = &queue["next_actions"][0];
    assert_eq!(first["name"], "Old");
    // 10 % to 60 %, and no day left: divided by one.
    assert_eq!(integer(&first["score"]), 100_000 * 5_000);
    let table = desk.text(&["next", "--member", "max"])?;
    assert!(
        table.contains("Offered") && table.contains("50%"),
        "{table}"
    );
    let (code, said) = desk.failure(&["next"])?;
    assert!(code == 1 && said.contains("whose queue"), "{code} {said}");

    let stalled = desk.json(&["stalled", "--by", "owner"])?;
    assert_eq!(stalled["rows"][0]["subject"], "Max");
    assert_eq!(integer(&stalled["stalled_amount_minor"]), 100_000);
    let before = desk.text(&["stalled", "--as-of", "2020-01-10"])?;
    assert!(before.contains("Nothing is stalled"), "{before}");
    let then = desk.json(&["stalled", "--by", "team", "--as-of", "2020-01-20"])?;
    assert_eq!(rows(&then["rows"]).len(), 2, "East, and the company above");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_is_taken_back_as_if_it_had_not_been() -> Result<()> {
    let desk = company_with_an_old_deal().await?;
    open_alerts(&desk, 3).await?;
    let before = desk.json(&["opportunity", "show", "O-1"])?;
    desk.json(&["opportunity", "move", "O-1", "Offered"])?;
    assert_eq!(open_alerts(&desk, 0).await?.len(), 0);
    let undone = desk.json(&["opportunity", "undo", "O-1"])?;
    for field in ["stage_id", "stage_entered_time"] {
        assert_eq!(undone["opportunity"][field], before["opportunity"][field]);
    }
    let won = desk.json(&["metrics", "--metric", "FLOW"])?;
    let counted: i64 = rows(&won["rows"])
        .iter()
        .map(|row| integer(&row["count"]))
        .sum();
    assert_eq!(counted, 0, "what was taken back earns nothing");
    let (code, said) = desk.failure(&["opportunity", "undo", "O-1"])?;
    assert!(code == 1 && !said.is_empty(), "{code} {said}");
    // It stands as long as before, so it is stalled again.
    eventually("it is stalled again", PATIENCE, async || {
        let shown = desk.json(&["opportunity", "show", "O-1"]).ok()?;
        (shown["opportunity"]["stagnation_level"] == "STAGNATION_LEVEL_CRITICAL").then_some(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_is_shown_as_it_was() -> Result<()> {
    let desk = company_with_an_old_deal().await?;
    desk.json(&["opportunity", "amend", "O-1", "--name", "Renamed"])?;
    desk.json(&["opportunity", "move", "O-1", "Offered"])?;
    let board = desk.json(&["board", "--as-of", "2020-01-05"])?;
    assert_eq!(integer(&board["total_size"]), 1);
    let then = &board["opportunities"][0];
    let entered = then["stage_entered_time"].as_str().unwrap_or_default();
    assert!(
        entered.starts_with("2020-01-01") || entered.starts_with("2019-12-31"),
        "{board}"
    );
    let table = desk.text(&["board", "--as-of", "2020-01-05"])?;
    assert!(table.contains("Asked"), "{table}");
    let before = desk.json(&["board", "--as-of", "2019-12-01"])?;
    assert_eq!(integer(&before["total_size"]), 0);
    let (code, said) = desk.failure(&["board", "--as-of", "once"])?;
    assert!(code == 2 && said.contains("is no time"), "{code} {said}");

    let funnel = desk.json(&["funnel", "--cycle", "2020-01", "--compare", "2019-12"])?;
    assert_eq!(integer(&funnel["funnel"]["open_count"]), 1);
    assert_eq!(integer(&funnel["compared"]["open_count"]), 0);
    let table = desk.text(&["funnel", "--cycle", "2020-01", "--compare", "2019-12"])?;
    assert!(
        table.contains("2019-12") && table.contains("Offered"),
        "{table}"
    );
    let diff = desk.json(&["diff", "2019-12-01", "2020-02-01", "--deals"])?;
    let kinds: Vec<&str> = rows(&diff["lines"])
        .iter()
        .filter_map(|line| line["kind"].as_str())
        .collect();
    assert_eq!(
        kinds,
        ["DIFFERENCE_KIND_CREATED", "DIFFERENCE_KIND_STALLED"]
    );
    assert_eq!(rows(&diff["items"]).len(), 2);
    assert_eq!(integer(&diff["before"]["count"]), 0);
    assert_eq!(integer(&diff["after"]["count"]), 1);
    desk.json(&["opportunity", "create", "--line", "Acme 2k ^2099-03-15"])?;
    let forecast = desk.json(&["forecast", "--cycle", "2099"])?;
    let march = rows(&forecast["rows"])
        .iter()
        .find(|row| row["month"] == "2099-03")
        .context("March")?;
    assert_eq!(
        (integer(&march["open_count"]), integer(&march["open_minor"])),
        (1, 200_000)
    );
    let table = desk.text(&["forecast", "--cycle", "2099"])?;
    assert!(
        table.contains("total") && table.contains("Weighted open"),
        "{table}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn goals_are_set_divided_followed_and_carried_by_file() -> Result<()> {
    let desk = company().await?;
    desk.json(&["goal", "set", "2099", "1200", "--metric", "NEW"])?;
    let parts = desk.json(&["goal", "decompose", "G-1", "--by", "quarters"])?;
    let targets: Vec<i64> = rows(&parts["goals"])
        .iter()
        .map(|goal| integer(&goal["target"]))
        .collect();
    assert_eq!(targets, [30_000; 4]);
    let (code, said) = desk.failure(&["goal", "set", "2099-Q1", "600", "--metric", "new"])?;
    assert!(code == 1 && said.contains("too many"), "{code} {said}");
    let set = ["goal", "set", "2099-Q1", "600", "--metric", "new"];
    desk.json(&[&set[..], &["--redistribute", "--lock"]].concat())?;
    desk.json(&[
        "goal",
        "decompose",
        "G-2",
        "--by",
        "subjects",
        "--part",
        "team:East=400",
        "--part",
        "member:kim=200",
        "--hand",
    ])?;
    let progress = desk.json(&["goal", "progress", "--parent", "G-1"])?;
    let sum: i64 = rows(&progress["progress"])
        .iter()
        .map(|row| integer(&row["goal"]["target"]))
        .sum();
    assert_eq!(sum, 120_000, "the parts always sum to the whole");
    let table = desk.text(&["goal", "progress", "--within", "2099"])?;
    for part in ["East", "Kim", "not started", "600"] {
        assert!(table.contains(part), "{part} in {table}");
    }
    let listed = desk.json(&["goal", "list"])?;
    assert_eq!(integer(&listed["total_size"]), 7);

    // What is written out is read in again: nothing changes here, all of it is made elsewhere.
    desk.text(&["goal", "export", "goals.csv"])?;
    let file = desk.read("goals.csv")?;
    assert_eq!(file.lines().count(), 8, "{file}");
    let again = desk.text(&["goal", "import", "goals.csv"])?;
    assert_eq!(again.trim(), "0 created, 0 changed, 7 unchanged.");
    let other = company().await?;
    other.write("goals.csv", &file)?;
    let made = other.text(&["goal", "import", "goals.csv"])?;
    assert_eq!(made.trim(), "7 created, 0 changed, 0 unchanged.");
    assert_eq!(other.text(&["goal", "export"])?, file);
    // A conflict is told by its line, and nothing of the file is taken.
    let broken = file.replacen("1200.00", "1300.00", 1);
    assert_ne!(broken, file);
    other.write("broken.csv", broken)?;
    let (code, said) = other.failure(&["goal", "import", "broken.csv"])?;
    assert!(code == 1 && said.contains("line "), "{code} {said}");
    assert_eq!(other.text(&["goal", "export"])?, file);
    other.write("bare.csv", "cycle,target\n2099,5\n")?;
    let (code, said) = other.failure(&["goal", "import", "bare.csv"])?;
    assert!(code == 2 && said.contains("'metric'"), "{code} {said}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn digest_leaderboard_and_why_say_what_the_metrics_say() -> Result<()> {
    let desk = company().await?;
    for line in [
        "Acme 1.2m ^2099-03-15 &max",
        "Bolt 20k ^2099-03-15 &max",
        "Core 5k ^2099-03-15 &lee",
    ] {
        desk.json(&["opportunity", "create", "--line", line])?;
    }
    desk.json(&["opportunity", "move", "O-1", "Won"])?;
    let metrics = desk.json(&["metrics", "--cycle", "this-week"])?;
    let digest = desk.json(&["digest"])?;
    let sections = rows(&digest["digest"]["sections"]);
    assert_eq!(sections.len(), 5);
    for (metric, kind) in [("NEW", "NEW"), ("FLOW", "MOVED"), ("WON", "WON")] {
        let row = rows(&metrics["rows"])
            .iter()
            .find(|row| row["metric"] == metric)
            .context(metric)?;
        let kind = format!("DIGEST_SECTION_KIND_{kind}");
        let figure = &sections
            .iter()
            .find(|section| section["kind"] == *kind)
            .context("a section")?["figure"];
        assert_eq!(integer(&figure["count"]), integer(&row["count"]));
        assert_eq!(figure["amount"]["amount_minor"], row["amount_minor"]);
    }
    let table = desk.text(&["digest", "--member", "max"])?;
    assert!(table.contains("Max") && table.contains("Acme"), "{table}");

    let cycle = ["--cycle", "this-week", "--by", "member", "--metric", "NEW"];
    let compared = desk.json(&[&["metrics", "--compare"][..], &cycle].concat())?;
    for row in rows(&compared["rows"]) {
        assert_eq!(integer(&row["previous_count"]), 0);
        let name = row["subject"].as_str().context("a name")?;
        let why = desk.json(&[&["metrics", "--why", name][..], &cycle].concat())?;
        let sum: i64 = rows(&why["score_entries"])
            .iter()
            .map(|entry| integer(&entry["amount"]["amount_minor"]))
            .sum();
        assert_eq!(sum, integer(&row["amount_minor"]), "{name}");
    }
    let ranked = desk.json(&["leaderboard", "--metric", "new"])?;
    let places: Vec<(i64, &str)> = rows(&ranked["rows"])
        .iter()
        .filter_map(|row| Some((integer(&row["rank"]), row["subject"].as_str()?)))
        .collect();
    assert_eq!(places, [(1, "Max"), (2, "Lee")]);
    let teams = desk.text(&["leaderboard", "--metric", "NEW", "--by", "team", "--count"])?;
    assert!(
        teams.contains("East") && teams.contains("Company"),
        "{teams}"
    );

    // When digests are sent.
    let add = ["digest", "schedule", "add", "lee", "--unit", "week", "--at"];
    let (code, said) = desk.failure(&[&add[..], &["08:00"]].concat())?;
    assert!(
        code == 1 && said.contains("at least one way"),
        "{code} {said}"
    );
    let made = desk.json(&[&add[..], &["08:00", "--inbox"]].concat())?;
    assert_eq!(made["digest_schedule"]["id"], "digestSchedules/1");
    assert_eq!(made["digest_schedule"]["active"], true);
    let amend = ["digest", "schedule", "amend", "D-1"];
    let changed = desk.json(&[&amend[..], &["--at", "07:30", "--active", "false"]].concat())?;
    assert_eq!(changed["digest_schedule"]["local_time"], "07:30");
    assert_eq!(changed["digest_schedule"]["inbox"], true);
    let table = desk.text(&["digest", "schedule", "list"])?;
    for part in ["Lee", "week", "07:30", "inbox", "paused"] {
        assert!(table.contains(part), "{part} in {table}");
    }
    desk.text(&["digest", "schedule", "delete", "D-1"])?;
    assert_eq!(desk.failure(&["digest", "schedule", "delete", "D-1"])?.0, 4);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhooks_secret_is_printed_once_and_its_messages_are_followed() -> Result<()> {
    let desk = company().await?;
    // Nobody listens where somebody did.
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}/in", listener.local_addr()?);
    drop(listener);
    let event = ["--event", "opportunity-won"];
    let text = desk.text(&[&["webhook", "add", "chat", &url][..], &event].concat())?;
    let secret = text
        .lines()
        .find_map(|line| line.strip_prefix("SECRET"))
        .and_then(|rest| rest.split_whitespace().next())
        .context("a secret")?;
    for format in ["table", "json", "csv"] {
        let listed = desk.text(&["-o", format, "webhook", "list"])?;
        assert!(
            listed.contains("chat") && !listed.contains(secret),
            "{listed}"
        );
    }
    let second = desk.json(&["webhook", "add", "other", &url])?;
    assert!(second["secret"].as_str().is_some_and(|it| it.len() >= 32));
    assert_ne!(second["secret"], secret);
    let (code, said) = desk.failure(&["webhook", "add", "bad", "example.com"])?;
    assert!(code == 1 && said.contains("https://"), "{code} {said}");

    desk.json(&["webhook", "test", "W-1"])?;
    let tried = eventually("it is tried", PATIENCE, async || {
        let pending = ["delivery", "list", "--state", "pending", "--webhook", "W-1"];
        let listed = desk.json(&pending).ok()?;
        let first = rows(&listed["deliveries"]).first()?.clone();
        (integer(&first["attempts"]) > 0).then_some(first)
    })
    .await?;
    assert_eq!(tried["event"], "TEST");
    assert_ne!(tried["problem"], "");
    let retried = desk.json(&["delivery", "retry", "X-1"])?;
    assert_eq!(retried["delivery"]["state"], "DELIVERY_STATE_PENDING");
    let paused = desk.json(&["webhook", "amend", "W-1", "--name", "talk", "--pause"])?;
    assert_eq!(paused["webhook"]["active"], false);
    assert_eq!(
        paused["webhook"]["events"][0],
        "WEBHOOK_EVENT_OPPORTUNITY_WON"
    );
    desk.json(&["webhook", "remove", "W-1"])?;
    let failed = desk.text(&["delivery", "list", "--state", "failed"])?;
    assert!(failed.contains("X-1") && failed.contains("W-1"), "{failed}");
    assert_eq!(desk.failure(&["delivery", "retry", "X-1"])?.0, 1);
    assert_eq!(desk.failure(&["delivery", "retry", "X-99"])?.0, 4);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_is_read_by_script() -> Result<()> {
    let desk = company().await?;
    desk.json(&["stage", "amend", "Proposal", "--require-approval"])?;
    let line = "Acme 1.2m ^2099-03-15 &max";
    desk.json(&["opportunity", "create", "--line", line])?;
    desk.json(&["approval", "request", "O-1", "Proposal", "--note", "soon"])?;
    let unread = ["notice", "list", "--member", "lee", "--unread"];
    let inbox = desk.json(&unread)?;
    assert_eq!(integer(&inbox["total_size"]), 1);
    assert_eq!(
        inbox["notices"][0]["kind"],
        "NOTICE_KIND_APPROVAL_REQUESTED"
    );
    let table = desk.text(&unread)?;
    assert!(
        table.contains("approval requested") && table.contains("AP-1"),
        "{table}"
    );
    desk.text(&["notice", "read", "--all-of", "lee"])?;
    let table = desk.text(&unread)?;
    assert!(table.contains("No notices."), "{table}");
    desk.json(&["notice", "read", "N-1"])?;
    assert_eq!(desk.failure(&["notice", "read", "N-99"])?.0, 4);
    assert_eq!(desk.failure(&["notice", "read"])?.0, 2);
    Ok(())
}
