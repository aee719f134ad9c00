//! Real histories, imported by the client program: the figures that they are known for, read back through metrics and funnel.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead as _, BufReader},
    process::Stdio,
};

use anyhow::{Context as _, Result};
use serde_json::Value;
use sluice_proto::v1;

use crate::scripting::{Desk, integer, mapping, real_data, rows};

/// Cents in a dollar.
const MINOR: i64 = 100;

/// The WON sums of a cycle: subject → count and amount in whole units.
fn won(desk: &Desk, cycle: &str, by: &str) -> Result<BTreeMap<String, (i64, i64)>> {
    let answer = desk.json(&["metrics", "--cycle", cycle, "--by", by])?;
    let won = rows(&answer["rows"])
        .iter()
        .filter(|row| row["metric"] == "WON");
    Ok(won
        .map(|row| {
            let amount_minor = integer(&row["amount_minor"]);
            assert_eq!(amount_minor % MINOR, 0, "{row}");
            let subject = row["subject"].as_str().unwrap_or_default().to_owned();
            (subject, (integer(&row["count"]), amount_minor / MINOR))
        })
        .collect())
}

/// The only subject's sum.
fn total(desk: &Desk, cycle: &str) -> Result<(i64, i64)> {
    let sums = won(desk, cycle, "workspace")?;
    assert_eq!(sums.len(), 1, "{sums:?}");
    Ok(sums.into_values().next().unwrap_or_default())
}

/// A repeated import commits nothing: whatever was committed between two reports is what fell due by time, since deals
/// whose history ends years ago are stalled.
fn only_time_passed(desk: &Desk, before: &Value, after: &Value) -> Result<()> {
    let (from, to) = (integer(&before["revision"]), integer(&after["revision"]));
    let mut child = desk
        .command(["-o", "json", "watch", "--after", &from.to_string()])?
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let out = child.stdout.take().context("a pipe")?;
    let mut lines = BufReader::new(out).lines();
    let mut seen = from;
    while seen < to {
        let commit: Value = serde_json::from_str(&lines.next().context("a commit")??)?;
        seen = integer(&commit["revision"]);
        assert_eq!(commit["actor"]["label"], "system", "{commit}");
    }
    child.kill()?;
    child.wait()?;
    Ok(())
}

fn count(report: &Value, kind: &str, of: &str) -> i64 {
    integer(&report["conflict_counts"][kind][of])
}

/// Rows of a simple table (no quotation marks), by column name.
fn simple_table(path: &std::path::Path) -> Result<Vec<BTreeMap<String, String>>> {
    let text = std::fs::read_to_string(path)?;
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    Ok(lines
        .map(|line| {
            let cells = line.split(',').map(str::to_owned);
            names
                .iter()
                .map(|name| (*name).to_owned())
                .zip(cells)
                .collect()
        })
        .collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hardware_sellers_pipeline_gives_its_known_figures() -> Result<()> {
    let Some(data) = real_data() else {
        return Ok(());
    };
    let data = data.join("maven_crm");
    let desk = Desk::new().await?;
    let file = data.join("sales_pipeline.csv").display().to_string();
    let mapping = mapping("maven.toml");
    let import = [
        "import",
        "opportunities",
        &file,
        "--mapping",
        &mapping,
        "--as-of",
        "2018-01-01",
    ];
    let report = desk.json(&import)?;
    assert_eq!(integer(&report["created"]), 8_800);
    assert_eq!(integer(&report["rejected"]), 0);
    assert_eq!(count(&report, "PRODUCT_SPELLED_DIFFERENTLY", "rows"), 1_480);
    let listed = rows(&report["conflicts"]).iter().filter(|conflict| {
        conflict["kind"] == "PRODUCT_SPELLED_DIFFERENTLY"
            && conflict["value"] == "GTXPro"
            && conflict["expected"] == "GTX Pro"
    });
    assert_eq!(listed.count(), 1_480);

    assert_eq!(total(&desk, "")?, (4_238, 10_005_534));
    assert_eq!(total(&desk, "2017")?, (4_238, 10_005_534));
    for (quarter, amount) in [
        ("2017-Q1", 1_134_672),
        ("2017-Q2", 3_086_111),
        ("2017-Q3", 2_982_255),
        ("2017-Q4", 2_802_496),
    ] {
        assert_eq!(total(&desk, quarter)?.1, amount, "{quarter}");
    }

    // Agents, managers and regions against sums made here, row by row.
    let teams = simple_table(&data.join("sales_teams.csv"))?;
    let mut agents: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    let mut groups: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for row in simple_table(&data.join("sales_pipeline.csv"))? {
        if row["deal_stage"] != "Won" {
            continue;
        }
        let value: i64 = row["close_value"].parse()?;
        let agent = &row["sales_agent"];
        let team = teams.iter().find(|team| team["sales_agent"] == *agent);
        let team = team.expect("every agent has a manager");
        let add = |sums: &mut BTreeMap<String, (i64, i64)>, name: &str| {
            let sum = sums.entry(name.to_owned()).or_default();
            *sum = (sum.0 + 1, sum.1 + value);
        };
        add(&mut agents, agent);
        add(&mut groups, &team["manager"]);
        add(&mut groups, &team["regional_office"]);
    }
    assert_eq!(won(&desk, "2017", "member")?, agents);
    let by_team = won(&desk, "2017", "team")?;
    assert_eq!(by_team, groups);
    for (region, amount) in [
        ("Central", 3_346_293),
        ("East", 3_090_594),
        ("West", 3_568_647),
    ] {
        assert_eq!(by_team[region].1, amount, "{region}");
    }

    let customers = desk.json(&["customer", "list", "--page-size", "0"])?;
    assert_eq!(rows(&customers["customers"]).len(), 85);
    let members = desk.json(&["member", "list", "--page-size", "0"])?;
    let names: BTreeSet<&str> = rows(&members["members"])
        .iter()
        .filter_map(|member| member["name"].as_str())
        .collect();
    assert_eq!(names.len(), 35);
    assert_eq!(
        names
            .iter()
            .filter(|name| !agents.contains_key(**name))
            .count(),
        5
    );

    // The 500 without any date are there, and earn nothing.
    let funnel = desk.json(&["funnel", "--pipeline", "Hardware"])?;
    let stages: BTreeMap<&str, i64> = rows(&funnel["rows"])
        .iter()
        .filter_map(|row| Some((row["stage"].as_str()?, integer(&row["count"]))))
        .collect();
    let expected = [
        ("Prospecting", 500),
        ("Engaging", 1_589),
        ("Won", 4_238),
        ("Lost", 2_473),
    ];
    assert_eq!(stages, BTreeMap::from(expected));
    let all = desk.json(&["metrics", "--by", "workspace"])?;
    let new = rows(&all["rows"]).iter().find(|row| row["metric"] == "NEW");
    assert_eq!(new.map(|row| integer(&row["count"])), Some(8_300));

    let again = desk.json(&import)?;
    assert_eq!(integer(&again["unchanged"]), 8_800);
    only_time_passed(&desk, &report, &again)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_banks_stage_changes_give_their_known_times() -> Result<()> {
    let Some(data) = real_data() else {
        return Ok(());
    };
    let desk = Desk::new().await?;
    let file = data
        .join("bpi2012/stage_changes_a.csv.gz")
        .display()
        .to_string();
    let mapping = mapping("bpi2012.toml");
    let import = ["import", "history", &file, "--mapping", &mapping];
    let report = desk.json(&import)?;
    assert_eq!(integer(&report["rows"]), 60_849);
    assert_eq!(integer(&report["rejected"]), 0);
    assert_eq!(integer(&report["opportunities"]), 13_087);
    assert_eq!(integer(&report["created"]), 13_087);
    assert_eq!(rows(&report["conflicts"]).len(), 0);

    let listed = desk.json(&["opportunity", "list", "--page-size", "1"])?;
    assert_eq!(integer(&listed["total_size"]), 13_087);
    let funnel = desk.json(&["funnel", "--pipeline", "Applications"])?;
    let stage = |name: &str| {
        let row = rows(&funnel["rows"])
            .iter()
            .find(|row| row["stage"] == name);
        row.cloned().unwrap_or_default()
    };
    // No case enters a stage twice, so the entries are those of the stages together.
    let entries: i64 = rows(&funnel["rows"])
        .iter()
        .map(|row| integer(&row["entered_count"]))
        .sum();
    assert_eq!(entries, 60_849);
    for (name, hours) in [("A_FINALIZED", 349.455), ("A_PREACCEPTED", 6.763)] {
        let median = integer(&stage(name)["median_seconds_in_stage"]) as f64 / 3_600.0;
        assert!((median - hours).abs() < 0.001, "{name}: {median} h");
    }
    for (name, open) in [
        ("A_FINALIZED", 327),
        ("A_PREACCEPTED", 69),
        ("A_ACCEPTED", 3),
        ("A_SUBMITTED", 0),
    ] {
        assert_eq!(integer(&stage(name)["count"]), open, "{name}");
    }

    // Three changes in the same instant, in the order of the file.
    let deal = rows(&desk.json(&["opportunity", "list", "--filter", "\"Application 173688\""])?["opportunities"]).to_vec();
    let id = deal[0]["id"].as_str().unwrap_or_default().to_owned();
    let history = desk.text(&["-o", "csv", "opportunity", "history", &id])?;
    let order: Vec<&str> = history
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').nth(2))
        .collect();
    assert_eq!(
        order,
        [
            "A_SUBMITTED",
            "A_PARTLYSUBMITTED",
            "A_PREACCEPTED",
            "A_ACCEPTED",
            "A_FINALIZED",
            "A_REGISTERED",
            "A_APPROVED",
            "A_ACTIVATED"
        ]
    );

    let again = desk.json(&import)?;
    assert_eq!(integer(&again["unchanged"]), 60_849);
    only_time_passed(&desk, &report, &again)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_salesforce_history_shows_its_contradictions() -> Result<()> {
    let Some(data) = real_data() else {
        return Ok(());
    };
    let data = data.join("salesforce_history");
    let desk = Desk::new().await?;
    let mapping = mapping("salesforce_history.toml");
    let records = data.join("Opportunity.csv").display().to_string();
    let history = data.join("Opportunity History.csv").display().to_string();
    let report = desk.json(&["import", "opportunities", &records, "--mapping", &mapping])?;
    assert_eq!(integer(&report["created"]), 219);
    let report = desk.json(&["import", "history", &history, "--mapping", &mapping])?;
    assert_eq!(
        (integer(&report["rows"]), integer(&report["rejected"])),
        (584, 0)
    );
    assert_eq!(integer(&report["opportunities"]), 219);
    for (kind, opportunities) in [
        ("BACKWARD_MOVE", 55),
        ("HISTORY_BEFORE_CREATION", 32),
        ("FINAL_STAGE_DIFFERS", 21),
    ] {
        assert_eq!(
            count(&report, kind, "opportunities"),
            opportunities,
            "{kind}"
        );
    }

    // What the server recorded agrees with what the report says.
    let client = desk.server.client().await?;
    let mut backward = 0;
    let mut entries = 0;
    for number in 1..=219 {
        let request = v1::ListStageEntriesRequest {
            opportunity_id: format!("opportunities/{number}"),
        };
        let answer = client
            .opportunities
            .clone()
            .list_stage_entries(request)
            .await?
            .into_inner();
        entries += answer.stage_entries.len();
        backward += i32::from(
            answer
                .stage_entries
                .iter()
                .any(|entry| entry.movement() == v1::Movement::Backward),
        );
    }
    assert_eq!((backward, entries), (55, 584));
    let again = desk.json(&["import", "history", &history, "--mapping", &mapping])?;
    assert_eq!(integer(&again["unchanged"]), 584);
    Ok(())
}

const SMALL_MAPPING: &str = r#"
[formats]
dates = ["%d/%m/%Y"]
numbers = { decimal = ",", thousands = "." }

[pipeline]
name = "Renewals"
stages = [
    { name = "New", win_probability = 10 },
    { name = "Won", kind = "won" },
    { name = "Lost", kind = "lost" },
]

[stages]
"Gewonnen" = "Won"

[members]
unknown = "create"

[customers]
unknown = "leave"

[opportunities.columns]
external_id = "id"
name = "name"
note = "note"
amount = "amount"
stage = "stage"
created = "created"
owner = "owner"
customer = "customer"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn bad_rows_are_reported_kept_and_can_be_corrected() -> Result<()> {
    let desk = Desk::new().await?;
    desk.write("small.toml", SMALL_MAPPING)?;
    let mut table = b"\xef\xbb\xbfid,name,amount,stage,created,owner,customer,note\r\n".to_vec();
    table.extend_from_slice(
        "1,北方电力,\"1.234,50\",New,28/02/2024,Kim,,\"two\r\nlines\"\r\n".as_bytes(),
    );
    table.extend_from_slice(b"2,Bad amount,12.5,New,28/02/2024,Kim,,\r\n");
    table.extend_from_slice(b"3,Bad date,5,New,30/02/2024,Kim,,\r\n");
    table.extend_from_slice(b"4,Bad stage,5,Later,28/02/2024,Kim,,\r\n");
    table.extend_from_slice(b"5,Caf\xe9,5,New,28/02/2024,Kim,,\r\n");
    table.extend_from_slice(b"6,Short,5\r\n");
    table.extend_from_slice(b"7,Unknown customer,5,Gewonnen,28/02/2024,Kim,Acme,\r\n");
    desk.write("small.csv", &table)?;
    let import = [
        "-o",
        "json",
        "import",
        "opportunities",
        "small.csv",
        "--mapping",
        "small.toml",
    ];

    let (code, _) = desk.failure(&[&import[..], &["--strict"]].concat())?;
    assert_eq!(code, 6);
    assert_eq!(
        integer(&desk.json(&["opportunity", "list"])?["total_size"]),
        0,
        "--strict imports nothing"
    );
    std::fs::remove_file(desk.folder.path().join("small.rejects.csv"))?;

    let output = desk.run(&import)?;
    assert_eq!(
        output.status.code(),
        Some(6),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let report: Value = serde_json::from_slice(&output.stdout)?;
    assert_eq!(
        (integer(&report["created"]), integer(&report["rejected"])),
        (2, 5)
    );
    let found: Vec<(i64, &str)> = rows(&report["rejects"])
        .iter()
        .filter_map(|reject| Some((integer(&reject["line"]), reject["column"].as_str()?)))
        .collect();
    // The first row has a line break in it, so the second begins on line 4.
    assert_eq!(
        found,
        [
            (4, "amount"),
            (5, "created"),
            (6, "stage"),
            (7, "name"),
            (8, "")
        ]
    );
    assert!(
        rows(&report["rejects"])
            .iter()
            .all(|reject| reject["reason"] != "")
    );
    assert_eq!(count(&report, "UNKNOWN_CUSTOMER", "rows"), 1);
    assert_eq!(report["rejects_file"], "small.rejects.csv");

    // Correct the file that the import wrote, and import that: the reason column is ignored, what was good stays.
    let rejects = std::fs::read(desk.folder.path().join("small.rejects.csv"))?;
    assert!(
        rejects.windows(4).any(|bytes| bytes == b"Caf\xe9"),
        "rejected rows are kept byte for byte"
    );
    let text = String::from_utf8_lossy(&rejects).into_owned();
    let fixed = text
        .replace("12.5,", "\"12,50\",")
        .replace("30/02", "29/02")
        .replace("Later", "Lost")
        .replace("Caf\u{fffd}", "Café")
        .replace("6,Short,5,,,,,", "6,Short,5,New,28/02/2024,Kim,,");
    desk.write("fixed.csv", fixed)?;
    let report = desk.json(&[
        "import",
        "opportunities",
        "fixed.csv",
        "--mapping",
        "small.toml",
    ])?;
    assert_eq!(
        (integer(&report["created"]), integer(&report["rejected"])),
        (5, 0)
    );

    let deals = desk.json(&[
        "opportunity",
        "list",
        "--page-size",
        "0",
        "--order-by",
        "amount desc",
    ])?;
    let deals = rows(&deals["opportunities"]);
    assert_eq!(deals.len(), 7);
    assert_eq!(deals[0]["amount"]["amount_minor"], "123450");
    let names: BTreeSet<&str> = deals
        .iter()
        .filter_map(|deal| deal["name"].as_str())
        .collect();
    assert!(
        names.contains("Café") && names.contains("北方电力"),
        "{names:?}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guessed_mapping_imports_the_file_it_was_guessed_from() -> Result<()> {
    let desk = Desk::new().await?;
    desk.write(
        "deals.csv",
        "Id;Name;Amount;Stage;Created;Owner\nd1;One;10;Open;2024-02-28;Kim\nd2;Two;20;Won;2024-02-29;Lee\n",
    )?;
    let guess = desk.text(&["import", "opportunities", "deals.csv", "--guess"])?;
    desk.write("deals.toml", &guess)?;
    let import = [
        "import",
        "opportunities",
        "deals.csv",
        "--mapping",
        "deals.toml",
    ];
    let rehearsal = desk.json(&[&import[..], &["--dry-run"]].concat())?;
    assert_eq!(integer(&rehearsal["created"]), 2);
    assert_eq!(
        integer(&desk.json(&["opportunity", "list"])?["total_size"]),
        0,
        "a dry run writes nothing"
    );
    let report = desk.json(&import)?;
    assert_eq!(
        (
            integer(&report["created"]),
            integer(&report["made"]["members"])
        ),
        (2, 2)
    );
    let rehearsal = desk.json(&[&import[..], &["--dry-run"]].concat())?;
    assert_eq!(integer(&rehearsal["unchanged"]), 2);
    Ok(())
}
