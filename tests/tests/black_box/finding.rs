//! Finding things by script: saved views, summaries and search, as a person at a shell meets them.

use anyhow::Result;
use serde_json::Value;

use crate::scripting::{Desk, integer, rows};

fn names(answer: &Value) -> Vec<&str> {
    rows(&answer["opportunities"])
        .iter()
        .filter_map(|deal| deal["name"].as_str())
        .collect()
}

async fn desk() -> Result<Desk> {
    let desk = Desk::new().await?;
    desk.json(&["member", "create", "Lee Wang", "--role", "rep"])?;
    desk.json(&["customer", "create", "华北电力", "--industry", "energy"])?;
    for line in [
        "Acme renewal 1.2m @proposal ^2099-03-15 &lee !A",
        "电力合同 500k ^2099-06-30 :华北",
        "Bolt pilot 20k ^2099-12-31 &lee",
    ] {
        desk.json(&["opportunity", "create", "--line", line])?;
    }
    Ok(desk)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_is_saved_run_changed_and_deleted() -> Result<()> {
    let desk = desk().await?;
    let filter = "owner:lee or customer.industry:energy";
    desk.json(&[
        "view",
        "save",
        "Ours",
        "--filter",
        filter,
        "--order-by",
        "amount desc",
    ])?;
    let listed = desk.json(&["view", "run", "ours"])?;
    assert_eq!(names(&listed), ["Acme renewal", "电力合同", "Bolt pilot"]);
    // A filter besides narrows the view down, though it is itself an alternative.
    let narrowed = desk.json(&[
        "opportunity",
        "list",
        "--view",
        "Ours",
        "--filter",
        "bolt or 合同",
        "--order-by",
        "name",
    ])?;
    assert_eq!(names(&narrowed), ["Bolt pilot", "电力合同"]);
    // Saving again changes what is said and keeps the rest.
    desk.json(&["view", "save", "Ours", "--group-by", "owner", "--shared"])?;
    let shown = desk.json(&["view", "show", "Ours"])?;
    assert_eq!(shown["saved_view"]["filter"], filter);
    assert_eq!(shown["saved_view"]["shared"], true);
    assert_eq!(shown.get("problems").map_or(0, |it| rows(it).len()), 0);
    let table = desk.text(&["view", "run", "Ours"])?;
    for part in ["GROUP", "Lee Wang", "–", "all", "1,720,000"] {
        assert!(table.contains(part), "{part} is not in {table}");
    }
    let (code, said) = desk.failure(&["view", "save", "Bad", "--filter", "onwer:kim"])?;
    assert!(code != 0 && said.contains("'owner'"), "{said}");
    desk.json(&["member", "amend", "lee", "--active", "false"])?;
    let text = desk.text(&["view", "show", "Ours"])?;
    assert!(text.contains("'lee' has left"), "{text}");
    desk.text(&["view", "delete", "Ours"])?;
    let (code, said) = desk.failure(&["view", "run", "Ours"])?;
    assert!(code != 0 && said.contains("no view is 'Ours'"), "{said}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn deals_are_added_up_and_everything_is_searched() -> Result<()> {
    let desk = desk().await?;
    let summary = desk.json(&[
        "summary",
        "--filter",
        "status:open",
        "--group-by",
        "stage,owner",
        "--order-by",
        "amount desc",
    ])?;
    let groups = rows(&summary["groups"]);
    assert_eq!(groups.len(), 3);
    assert_eq!(groups[0]["keys"][0]["title"], "Proposal");
    assert_eq!(integer(&summary["totals"]["amount_minor"]), 172_000_000);
    let csv = desk.text(&["-o", "csv", "summary", "--group-by", "customer"])?;
    assert!(csv.starts_with("group,keys,count,amount,weighted"), "{csv}");

    let found = desk.json(&["search", "电力"])?;
    let hits = rows(&found["hits"]);
    assert_eq!(hits.len(), 2);
    assert_eq!(hits[0]["id"], "opportunities/2", "it begins with it");
    assert_eq!(hits[1]["id"], "customers/1");
    let table = desk.text(&["search", "renewla"])?;
    assert!(table.contains("O-1") && table.contains("fuzzy"), "{table}");
    let nothing = desk.text(&["search", "电力", "--kind", "contact"])?;
    assert!(nothing.contains("Nothing was found"), "{nothing}");
    Ok(())
}
