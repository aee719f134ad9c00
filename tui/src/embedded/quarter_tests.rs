//! A quarter of the simulated team with every incentive on: the books balance, and every reward says why it is what it is.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use sluice_proto::v1;

use super::*;
use crate::client::Connection;
use crate::demo::{self, FillOptions};
use crate::record::DAY_US;

/// Days of a quarter.
const QUARTER_DAYS: i64 = 92;
/// The team whose quarter it is.
const SEED: u64 = 11;

/// What an account is called here: its kind, whose it is, and the unit.
type Account = (i32, String, i32);

async fn transactions(connection: &Connection) -> Vec<v1::LedgerTransaction> {
    let mut found = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = v1::ListLedgerTransactionsRequest {
            page_size: 1_000,
            page_token,
            ..Default::default()
        };
        let answer = connection
            .ledger()
            .list_ledger_transactions(timed(request))
            .await;
        let page = answer.unwrap().into_inner();
        found.extend(page.transactions);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return found;
        }
    }
}

async fn accounts(connection: &Connection) -> BTreeMap<Account, i64> {
    let mut found = BTreeMap::new();
    let mut page_token = String::new();
    loop {
        let request = v1::ListLedgerAccountsRequest {
            page_size: 1_000,
            page_token,
            ..Default::default()
        };
        let answer = connection
            .ledger()
            .list_ledger_accounts(timed(request))
            .await;
        let page = answer.unwrap().into_inner();
        for account in page.accounts {
            let key = (account.kind, account.owner_id, account.unit);
            found.insert(key, account.balance);
        }
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return found;
        }
    }
}

async fn rewards(connection: &Connection) -> Vec<v1::Reward> {
    let mut found = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = v1::ListRewardsRequest {
            page_size: 1_000,
            page_token,
            ..Default::default()
        };
        let answer = connection.rewards().list_rewards(timed(request)).await;
        let page = answer.unwrap().into_inner();
        found.extend(page.rewards);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return found;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_books_of_a_quarter_balance_at_every_revision_and_every_reward_says_why() {
    println!("seed {SEED}");
    let folder = tempfile::tempdir().unwrap();
    let now = jiff::Timestamp::now().as_microsecond();
    let clock = SimulatedClock::new(now - 500 * DAY_US);
    let workspace = LocalWorkspace::open_simulated(folder.path(), &clock)
        .await
        .unwrap();
    let connection = workspace.endpoint().connect().unwrap();
    let options = FillOptions {
        seed: SEED,
        now,
        zone: TimeZone::UTC,
        user_name: "Kim".into(),
        chinese: false,
        clock: Some(clock.clone()),
        lived_days: QUARTER_DAYS,
    };
    demo::fill(&connection, &options, |_| {}).await.unwrap();

    let mut balances: BTreeMap<Account, i64> = BTreeMap::new();
    let mut revision = 0;
    let fund = i32::from(v1::LedgerAccountKind::Fund);
    let schemes = connection
        .schemes()
        .list_schemes(timed(v1::ListSchemesRequest {
            page_size: 1_000,
            ..Default::default()
        }))
        .await
        .unwrap()
        .into_inner()
        .schemes;
    let budgeted: BTreeSet<&str> = schemes
        .iter()
        .filter(|scheme| {
            let terms = scheme
                .versions
                .last()
                .and_then(|version| version.terms.as_ref());
            terms.is_some_and(|terms| terms.budget.is_some())
        })
        .map(|scheme| scheme.id.as_str())
        .collect();
    for transaction in transactions(&connection).await {
        assert!(transaction.revision >= revision, "{transaction:?}");
        revision = transaction.revision;
        let sum: i64 = transaction
            .postings
            .iter()
            .map(|posting| posting.amount)
            .sum();
        assert_eq!(sum, 0, "{transaction:?}");
        for posting in &transaction.postings {
            let key = (posting.account, posting.owner_id.clone(), transaction.unit);
            let balance = balances.entry(key).or_default();
            *balance += posting.amount;
            if posting.account == fund && budgeted.contains(posting.owner_id.as_str()) {
                assert!(*balance >= 0, "{transaction:?} leaves {balance}");
            }
        }
    }
    balances.retain(|_, balance| *balance != 0);
    assert_eq!(balances, accounts(&connection).await);
    assert_eq!(balances.values().sum::<i64>(), 0);

    let rewards = rewards(&connection).await;
    let mut systems = BTreeSet::new();
    let mut packets = 0;
    for reward in &rewards {
        systems.insert(reward.system().as_str_name());
        let request = v1::ExplainRewardRequest {
            id: reward.id.clone(),
        };
        let answer = connection.rewards().explain_reward(timed(request)).await;
        let why = answer.unwrap().into_inner();
        let last = why.steps.last().map(|step| step.result);
        assert_eq!(last, Some(reward.amount), "{why:?}");
        assert!(!why.sentence.is_empty() && why.terms.is_some(), "{why:?}");
        let shared: i64 = why.packets.iter().map(|packet| packet.amount).sum();
        let split = why.reward.as_ref().and_then(|reward| reward.split.as_ref());
        assert_eq!(shared, split.map_or(0, |split| split.amount), "{why:?}");
        packets += why.packets.len();
        if reward.state() != v1::RewardState::Unfunded {
            let granted = why.transactions.first().map(|first| first.purpose());
            assert_eq!(granted, Some(v1::LedgerPurpose::Grant), "{why:?}");
        }
    }
    assert!(rewards.len() > 500, "{} rewards", rewards.len());
    assert!(packets > 50, "{packets} packets");
    let paying = [
        "REWARD_SYSTEM_OPPORTUNITY",
        "REWARD_SYSTEM_ACTIVITY",
        "REWARD_SYSTEM_TASK",
        "REWARD_SYSTEM_RANKING",
        "REWARD_SYSTEM_GRANT",
    ];
    for system in paying {
        assert!(systems.contains(system), "{system}: {systems:?}");
    }
    println!(
        "{} rewards, {packets} packets, {} accounts at revision {revision}",
        rewards.len(),
        balances.len()
    );
    workspace.close().await;
}
