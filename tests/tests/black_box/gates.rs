//! Gates, approvals, check-ins and timelines by script.

use anyhow::Result;

use crate::scripting::Desk;

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_passes_a_gate_by_script() -> Result<()> {
    let desk = Desk::new().await?;
    desk.json(&[
        "opportunity",
        "create",
        "--line",
        "Acme renewal 1.2m ^2099-03-15",
    ])?;
    desk.json(&[
        "stage",
        "amend",
        "Proposal",
        "--require-activities",
        "visit:2,any",
        "--require-contacts",
        "decider:supportive",
        "--require-approval",
    ])?;
    let told = desk.text(&["pipeline", "list"])?;
    assert!(told.contains("visit:2"), "{told}");
    // One part of a gate changes, the others stay.
    desk.json(&["stage", "amend", "Proposal", "--require-activities", ""])?;
    desk.json(&["stage", "amend", "Proposal", "--require-contacts", ""])?;
    let preview = desk.json(&["opportunity", "move", "O-1", "Proposal", "--dry-run"])?;
    assert_eq!(
        preview["preview"]["unmet_demands"][0]["code"],
        "APPROVAL_REQUIRED"
    );
    let text = desk.text(&["opportunity", "move", "O-1", "Proposal", "--dry-run"])?;
    assert!(text.contains("approval of a manager"), "{text}");
    let asked = desk.json(&[
        "approval",
        "request",
        "O-1",
        "Proposal",
        "--note",
        "they sign",
    ])?;
    assert_eq!(asked["approval"]["state"], "APPROVAL_STATE_PENDING");
    let inbox = desk.json(&["approval", "list", "--filter", "state:pending"])?;
    assert_eq!(inbox["approvals"][0]["id"], "approvals/1");
    desk.json(&["approval", "refuse", "AP-1", "--reason", "too thin"])?;
    desk.json(&[
        "opportunity",
        "move",
        "O-1",
        "Proposal",
        "--override",
        "quarter end",
    ])?;
    let timeline = desk.text(&["timeline", "O-1"])?;
    for part in [
        "override: quarter end",
        "approval refused",
        "too thin",
        "they sign",
        "created",
    ] {
        assert!(timeline.contains(part), "{part} in {timeline}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_is_checked_in_by_script() -> Result<()> {
    let desk = Desk::new().await?;
    desk.json(&["member", "create", "Lee", "--role", "rep"])?;
    desk.json(&["customer", "create", "Acme"])?;
    desk.json(&[
        "customer",
        "site",
        "add",
        "Acme",
        "HQ",
        "--at",
        "31.2304,121.4737",
    ])?;
    desk.json(&["customer", "site", "add", "Acme", "Shop"])?;
    let sites = desk.text(&["customer", "site", "list", "Acme"])?;
    assert!(
        sites.contains("31.2304000,121.4737000") && sites.contains("Shop"),
        "{sites}"
    );
    desk.json(&["customer", "site", "remove", "Acme", "Shop"])?;
    let visit = |place: &'static str| {
        [
            "activity",
            "log",
            "visit",
            "--customer",
            "Acme",
            "--member",
            "Lee",
            "--check-in",
            place,
        ]
    };
    let typed = desk.json(&visit("31.2304,121.4738"))?;
    let check_in = &typed["activity"]["check_in"];
    assert_eq!(
        check_in["trust"], "CHECK_IN_TRUST_UNVERIFIED",
        "a terminal proves nothing"
    );
    assert_eq!(check_in["source"], "CHECK_IN_SOURCE_TYPED");
    assert_eq!(check_in["distance_m"], 10);
    assert_eq!(check_in["credited"], true);
    let named = desk.json(&visit("hq"))?;
    assert_eq!(
        named["activity"]["check_in"]["uncredited_reason"],
        "TOO_SOON"
    );
    let listed = desk.text(&["activity", "list"])?;
    assert!(listed.contains("unverified · HQ · 10 m"), "{listed}");
    desk.json(&[
        "workspace",
        "amend",
        "--check-in-gap",
        "0",
        "--check-in-cap",
        "5",
    ])?;
    let counted = desk.json(&visit("HQ"))?;
    assert_eq!(counted["activity"]["check_in"]["credited"], true);
    Ok(())
}
