//! Golden bytes: rows written by earlier builds stay readable and mean the same.
//!
//! `golden/rows.txt` holds one row of each kind as format 1 wrote it. Never change a line; to add
//! some for a new kind or field, run once with `SLUICE_BLESS=1`, which appends what is missing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use sluice_domain::notice::NoticeFigures;
use sluice_domain::{
    ActivityKind, Alert, AlertId, AlertState, Approval, ApprovalId, ApprovalState, Change, Command,
    CustomerId, Date, Entity, EntityKey, EntityKind, Event, GoalSubject, Measure, MemberId, Metric,
    Notice, NoticeId, NoticeKind, OpportunityId, Role, SavedView, SavedViewId, StageId,
    StagnationLevel, Timestamp, Window, command,
};
use sluice_server::engine::{Commit, Engine};
use sluice_server::store::memory::MemoryDisk;
use sluice_server::store::{Batch, JournalReader, ReadLimit, key, record, row};

use crate::golden_incentives;
use crate::support::{Bench, create_deal, create_team, move_deal, set_up, submit, submit_as};

const REQUEST: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

/// One of each kind; the same every time.
async fn one_of_each(engine: &Engine) {
    submit(engine, set_up()).await.unwrap();
    submit(engine, create_team("Central 中部")).await.unwrap();
    let member = Command::CreateMember(command::CreateMember {
        name: "Kim".into(),
        role: Role::Rep,
        team: Some(sluice_domain::TeamId(1)),
        unix_user: Some("kim".into()),
        email: Some("kim@example.com".into()),
        external_id: None,
    });
    submit(engine, member).await.unwrap();
    let customer = Command::CreateCustomer(command::CreateCustomer {
        name: "Acme".into(),
        industry: Some("steel".into()),
        region: None,
        website: None,
        phone: None,
        note: None,
        external_id: Some("c-1".into()),
        owner: Some(MemberId(1)),
        sites: Vec::new(),
    });
    submit(engine, customer).await.unwrap();
    submit(engine, create_contact()).await.unwrap();
    submit(engine, create_deal("A deal", 123_456))
        .await
        .unwrap();
    let state = engine.snapshot();
    let stage = state.default_pipeline().unwrap().stages[2].id;
    submit_as(engine, REQUEST, move_deal(1, stage.0))
        .await
        .unwrap();
    submit(engine, log_activity()).await.unwrap();
    // What a deal was before it changed.
    submit(engine, create_deal("Another", 5)).await.unwrap();
    let archive = command::ArchiveOpportunity {
        id: OpportunityId(2),
    };
    submit(engine, Command::ArchiveOpportunity(archive))
        .await
        .unwrap();
    submit(engine, create_goal()).await.unwrap();
    submit(engine, create_webhook()).await.unwrap();
    submit(engine, create_schedule()).await.unwrap();
    let id = sluice_domain::WebhookId(1);
    submit(engine, Command::TestWebhook(command::TestWebhook { id }))
        .await
        .unwrap();
}

fn create_goal() -> Command {
    Command::CreateGoal(command::CreateGoal {
        subject: GoalSubject::Team(sluice_domain::TeamId(1)),
        metric: Metric::Won,
        measure: Measure::Amount,
        window: Window {
            start: Date::new(2026, 1, 1).unwrap(),
            end: Date::new(2027, 1, 1).unwrap(),
        },
        target: 5_000_000,
        locked: true,
    })
}

fn create_webhook() -> Command {
    Command::CreateWebhook(command::CreateWebhook {
        name: "Chat".into(),
        url: "https://example.com/in".into(),
        events: Vec::new(),
        secret: sluice_domain::Secret::new("whsec_1"),
    })
}

fn create_schedule() -> Command {
    Command::CreateDigestSchedule(command::CreateDigestSchedule {
        member: MemberId(1),
        unit: sluice_domain::cycle::CycleUnit::Week,
        time: sluice_domain::LocalTime {
            hour: 8,
            minute: 30,
        },
        inbox: true,
        email: true,
        webhook: Some(sluice_domain::WebhookId(1)),
    })
}

fn create_contact() -> Command {
    Command::CreateContact(command::CreateContact {
        customer: Some(CustomerId(1)),
        name: "Li".into(),
        title: Some("Buyer".into()),
        phone: None,
        email: None,
        role: None,
        stance: None,
        reports_to: None,
    })
}

fn log_activity() -> Command {
    Command::LogActivity(command::LogActivity {
        kind: ActivityKind::Visit,
        purpose: Some("demo".into()),
        opportunity: Some(OpportunityId(1)),
        customer: None,
        contact: None,
        member: Some(MemberId(1)),
        occurred_at: None,
        note: Some("went well".into()),
        follow_up_date: None,
        check_in: None,
    })
}

/// What the story above does not make.
fn made_by_hand(kind: EntityKind) -> Option<Entity> {
    match kind {
        EntityKind::Alert => Some(Entity::Alert(
            Alert {
                id: AlertId(1),
                opportunity: OpportunityId(1),
                stage: StageId(3),
                level: StagnationLevel::Stalled,
                recipient: MemberId(1),
                since: Timestamp(1_767_603_600_000_000),
                raised_at: Timestamp(1_767_603_600_000_001),
                state: AlertState::Snoozed {
                    until: Timestamp(1_767_603_700_000_000),
                },
                reason: Some("on holiday 休假".into()),
                before: None,
                revision: 8,
            }
            .into(),
        )),
        EntityKind::Approval => Some(Entity::Approval(
            Approval {
                id: ApprovalId(1),
                opportunity: OpportunityId(1),
                stage: StageId(4),
                from: StageId(3),
                state: ApprovalState::Refused,
                requester: Some(MemberId(1)),
                note: Some("urgent 急".into()),
                amount_minor: 120_000,
                decided_by: Some(MemberId(2)),
                decided_at: Some(Timestamp(1_767_603_700_000_000)),
                decision_reason: Some("no budget".into()),
                ended_at: Some(Timestamp(1_767_603_700_000_000)),
                end_reason: None,
                created_at: Timestamp(1_767_603_600_000_000),
                revision: 9,
            }
            .into(),
        )),
        EntityKind::Notice => Some(Entity::Notice(
            Notice {
                id: NoticeId(1),
                recipient: MemberId(1),
                kind: NoticeKind::ApprovalDecided,
                subject: Some(ApprovalId(1).into()),
                actor: Some(MemberId(2)),
                figures: NoticeFigures {
                    value: Some(120_000),
                    compared_with: Some(100_000),
                    window: Some(Window {
                        start: Date::new(2026, 1, 5).unwrap(),
                        end: Date::new(2026, 1, 12).unwrap(),
                    }),
                    approved: Some(false),
                    text: Some("no budget 没有预算".into()),
                    digest: None,
                },
                at: Timestamp(1_767_603_700_000_000),
                read_at: Some(Timestamp(1_767_603_800_000_000)),
                revision: 10,
            }
            .into(),
        )),
        EntityKind::SavedView => Some(Entity::SavedView(
            SavedView {
                id: SavedViewId(1),
                name: "Mine, stalled 停滞".into(),
                owner: Some(MemberId(1)),
                shared: true,
                kind: EntityKind::Opportunity,
                filter: "owner:me stalled:true".into(),
                order_by: "amount desc".into(),
                group_by: "stage".into(),
                columns: "name,amount".into(),
                created_at: Timestamp(1_767_603_600_000_000),
                revision: 11,
            }
            .into(),
        )),
        _ => golden_incentives::made_by_hand(kind),
    }
}

/// Rows of interest by name: one of each kind, a commit, an outcome.
fn names() -> BTreeMap<String, Vec<u8>> {
    let mut names: BTreeMap<String, Vec<u8>> = EntityKind::ALL
        .into_iter()
        .map(|kind| (format!("{kind:?}"), key::entity(EntityKey::new(kind, 1))))
        .collect();
    names.insert("Commit".into(), key::log(7));
    names.insert("Outcome".into(), key::outcome(REQUEST));
    names
}

fn golden_path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/engine/golden/rows.txt")
}

fn golden() -> Vec<(String, Vec<u8>)> {
    let text = std::fs::read_to_string(golden_path()).unwrap_or_default();
    let lines = text.lines().map(|line| {
        let (name, hex) = line.split_once(' ').unwrap();
        let digits = hex.as_bytes().chunks(2);
        let byte = |two: &[u8]| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap();
        (name.to_owned(), digits.map(byte).collect())
    });
    lines.collect()
}

#[tokio::test]
async fn rows_of_every_kind_written_by_format_1_mean_what_they_meant() {
    let (bench, disk) = (Bench::new(), MemoryDisk::new());
    let engine = bench.in_memory(&disk);
    one_of_each(&engine).await;
    let state = engine.snapshot();
    let reader = sluice_server::store::Store::reader(&*disk.store());
    let names = names();
    let mut known = golden();
    if std::env::var_os("SLUICE_BLESS").is_some() {
        known = bless(known, &names, |row_key| {
            match key::parse_entity(row_key).and_then(|key| made_by_hand(key.kind)) {
                Some(entity) => value_of_row(row_key, &record::encode_entity(&entity).unwrap()),
                None => reader
                    .get(row_key)
                    .unwrap()
                    .unwrap_or_else(|| panic!("nothing makes {row_key:?}")),
            }
        });
    }
    for (name, row_key) in &names {
        let rows = known.iter().filter(|(golden, _)| golden == name);
        let mut checked = 0;
        for (_, value) in rows {
            let payload = row::single(row_key, value).unwrap();
            checked += 1;
            match name.as_str() {
                "Commit" => {
                    let commit = record::decode_commit(row_key, &payload).unwrap();
                    let now = commit_in_log(&disk, 7);
                    assert_eq!(meaning(&commit), meaning(&now));
                }
                "Outcome" => {
                    let outcome = record::decode_outcome(row_key, &payload).unwrap();
                    let value = reader.get(row_key).unwrap().unwrap();
                    let now = row::single(row_key, &value).unwrap();
                    assert_eq!(outcome, record::decode_outcome(row_key, &now).unwrap());
                }
                _ => {
                    let entity: Entity = record::decode_entity(row_key, &payload).unwrap();
                    let key = entity.key();
                    let meant = made_by_hand(key.kind).or_else(|| state.entity(key));
                    assert_eq!(
                        Some(forget_later(entity)),
                        meant.map(forget_later),
                        "{name}"
                    );
                }
            }
        }
        assert!(
            checked > 0,
            "no golden row of {name}: run once with SLUICE_BLESS=1"
        );
    }
}

/// The rows were written before an opportunity remembered how its last move is taken back, and a customer when each field
/// was first filled in: a contact is such a field, so that the story now goes on to change the customer.
fn forget_later(entity: Entity) -> Entity {
    match entity {
        Entity::Customer(customer) => {
            let mut customer = (*customer).clone();
            customer.filled.clear();
            customer.revision = 0;
            Entity::Customer(customer.into())
        }
        Entity::Opportunity(opportunity) => {
            let mut opportunity = (*opportunity).clone();
            opportunity.undo = None;
            Entity::Opportunity(opportunity.into())
        }
        other => other,
    }
}

/// All a commit says but for what is kept since.
fn meaning(
    commit: &Commit,
) -> (
    u64,
    Timestamp,
    String,
    &Option<String>,
    &[Event],
    Vec<Change>,
) {
    let forget = |change: &Change| Change {
        key: change.key,
        before: change.before.clone().map(forget_later),
        after: change.after.clone().map(forget_later),
    };
    (
        commit.revision,
        commit.time,
        format!("{:?}", commit.actor),
        &commit.request_id,
        &commit.events,
        commit.changes.iter().map(forget).collect(),
    )
}

/// The stored value of a row of one chunk.
fn value_of_row(row_key: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut batch = Batch::default();
    row::put(&mut batch, row_key, payload, 0).unwrap();
    batch.writes[0].1.clone().unwrap()
}

fn commit_in_log(disk: &MemoryDisk, revision: u64) -> std::sync::Arc<Commit> {
    let reader = JournalReader::of(&*disk.store());
    let limit = ReadLimit {
        commits: 1,
        bytes: usize::MAX,
    };
    let entries = reader.read_log(revision - 1, limit).unwrap();
    entries[0].commit.clone()
}

fn bless(
    mut known: Vec<(String, Vec<u8>)>,
    names: &BTreeMap<String, Vec<u8>>,
    value_of: impl Fn(&[u8]) -> Vec<u8>,
) -> Vec<(String, Vec<u8>)> {
    for (name, row_key) in names {
        let value = value_of(row_key);
        if !known.iter().any(|(golden, _)| golden == name) {
            known.push((name.clone(), value));
        }
    }
    let mut text = String::new();
    for (name, value) in &known {
        text += name;
        text.push(' ');
        for byte in value {
            write!(text, "{byte:02x}").unwrap();
        }
        text.push('\n');
    }
    std::fs::write(golden_path(), text).unwrap();
    known
}
