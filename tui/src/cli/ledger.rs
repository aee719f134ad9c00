//! `sluice ledger`: the double-entry books of rewards: transactions and balances.

use clap::{Args, Subcommand, ValueEnum};
use sluice_proto::v1;

use super::{
    api::FULL_PAGE,
    failure::Outcome,
    output::{Cell, Column, Sheet, hidden, shown},
    reference::{Kind, short},
    reward_why::account_words,
    scheme::scheme_id,
    session::Session,
    unit::{amount_cell, unit_cell},
    value::enum_word,
};

/// The ledger.
#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// List transactions, oldest first: one line a posting
    #[command(
        after_help = "Examples:\n  sluice ledger list --member kim --account wallet\n  sluice ledger list --reward R-7\n  sluice -o csv ledger list --page-size 0"
    )]
    List(ListArgs),
    /// Show balances; those of a unit sum to zero
    #[command(
        after_help = "Examples:\n  sluice ledger accounts --account fund\n  sluice ledger accounts --member kim"
    )]
    Accounts {
        /// Whose, and which.
        #[command(flatten)]
        whose: WhoseArgs,
        /// Which page.
        #[command(flatten)]
        page: PageArgs,
    },
}

/// A kind of account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AccountArg {
    /// Where the money of funds comes from
    Issuer,
    /// Funds of schemes
    Fund,
    /// Granted, not vested or not approved
    Pending,
    /// Can be claimed
    Claimable,
    /// Wallets
    Wallet,
    /// Packets nobody has opened yet
    InFlight,
    /// What nobody claimed in time
    Expired,
    /// Paid out
    PaidOut,
}

impl AccountArg {
    const fn to_proto(self) -> v1::LedgerAccountKind {
        match self {
            Self::Issuer => v1::LedgerAccountKind::Issuer,
            Self::Fund => v1::LedgerAccountKind::Fund,
            Self::Pending => v1::LedgerAccountKind::Pending,
            Self::Claimable => v1::LedgerAccountKind::Claimable,
            Self::Wallet => v1::LedgerAccountKind::Wallet,
            Self::InFlight => v1::LedgerAccountKind::InFlight,
            Self::Expired => v1::LedgerAccountKind::Expired,
            Self::PaidOut => v1::LedgerAccountKind::PaidOut,
        }
    }
}

/// Whose accounts.
#[derive(Debug, Args)]
pub struct WhoseArgs {
    /// Only accounts of this member
    #[arg(long)]
    member: Option<String>,
    /// Only accounts of this scheme
    #[arg(long, conflicts_with = "member")]
    scheme: Option<String>,
    /// Only accounts of this kind
    #[arg(long, value_enum)]
    account: Option<AccountArg>,
}

/// Which page.
#[derive(Debug, Args)]
pub struct PageArgs {
    /// Rows of a page; 0 means all pages in one answer
    #[arg(long, value_name = "ROWS", default_value_t = 50)]
    page_size: u16,
    /// Go on where an earlier page ended: its next_page_token
    #[arg(long, value_name = "TOKEN", default_value = "")]
    page_token: String,
}

impl PageArgs {
    fn size(&self) -> i32 {
        match self.page_size {
            0 => FULL_PAGE,
            size => size.into(),
        }
    }
}

/// Options of `ledger list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Whose, and which.
    #[command(flatten)]
    whose: WhoseArgs,
    /// Only those of this reward
    #[arg(long)]
    reward: Option<String>,
    /// Only those of this payout
    #[arg(long)]
    payout: Option<String>,
    /// Which page.
    #[command(flatten)]
    page: PageArgs,
}

impl WhoseArgs {
    async fn owner(&self, session: &mut Session) -> Outcome<String> {
        match (&self.member, &self.scheme) {
            (Some(member), _) => session.directory.member(member).await,
            (None, Some(scheme)) => scheme_id(session, scheme).await,
            (None, None) => Ok(String::new()),
        }
    }

    fn kind(&self) -> i32 {
        self.account.map_or(0, |account| account.to_proto().into())
    }
}

impl LedgerCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        match self {
            Self::List(args) => transactions(args, session).await,
            Self::Accounts { whose, page } => accounts(&whose, &page, session).await,
        }
    }
}

const COLUMNS: &[Column] = &[
    shown("id", "ID"),
    shown("time", "WHEN"),
    shown("purpose", "WHAT"),
    shown("account", "ACCOUNT"),
    hidden("account_kind"),
    hidden("owner_id"),
    shown("amount", "AMOUNT"),
    shown("unit", "IN"),
    shown("scheme", "SCHEME"),
    shown("version", "VERSION"),
    shown("reward_id", "REWARD"),
    shown("packet_id", "PACKET"),
    shown("payout_id", "PAYOUT"),
    shown("revision", "REVISION"),
];

async fn transactions(args: ListArgs, session: &mut Session) -> Outcome {
    let optional = |kind: Kind, text: &Option<String>| match text {
        Some(text) => kind.require(text),
        None => Ok(String::new()),
    };
    let mut request = v1::ListLedgerTransactionsRequest {
        page_size: args.page.size(),
        page_token: args.page.page_token.clone(),
        owner_id: args.whose.owner(session).await?,
        account: args.whose.kind(),
        reward_id: optional(Kind::Reward, &args.reward)?,
        payout_id: optional(Kind::Payout, &args.payout)?,
    };
    let mut client = session.api.ledger();
    let answer = client.list_ledger_transactions(request.clone()).await?;
    let mut answer = answer.into_inner();
    let mut all = std::mem::take(&mut answer.transactions);
    while args.page.page_size == 0 && !answer.next_page_token.is_empty() {
        request.page_token = std::mem::take(&mut answer.next_page_token);
        let next = client.list_ledger_transactions(request.clone()).await?;
        answer = next.into_inner();
        all.append(&mut answer.transactions);
    }
    answer.transactions = all;
    let (setting, titles) = (session.setting().await?, session.titles(false).await?);
    let mut sheet = Sheet::new(COLUMNS);
    for transaction in &answer.transactions {
        for posting in &transaction.postings {
            let kind = posting.account();
            sheet.rows.push(vec![
                Cell::pair(short(&transaction.id), &transaction.id),
                setting.time_cell(transaction.time.as_ref()),
                Cell::text(enum_word(
                    transaction.purpose().as_str_name(),
                    "LEDGER_PURPOSE_",
                )),
                Cell::text(account_words(kind, &posting.owner_id, &titles)),
                Cell::text(enum_word(kind.as_str_name(), "LEDGER_ACCOUNT_KIND_")),
                Cell::text(&posting.owner_id),
                amount_cell(&setting, transaction.unit, posting.amount),
                unit_cell(transaction.unit, &transaction.currency_code),
                Cell::pair(short(&transaction.scheme_id), &transaction.scheme_id),
                Cell::count(transaction.version),
                Cell::pair(short(&transaction.reward_id), &transaction.reward_id),
                Cell::pair(short(&transaction.packet_id), &transaction.packet_id),
                Cell::pair(short(&transaction.payout_id), &transaction.payout_id),
                Cell::count(transaction.revision),
            ]);
        }
    }
    session.output.list(
        "ListLedgerTransactionsResponse",
        &answer,
        &sheet,
        "Nothing was posted.",
    )
}

const ACCOUNT_COLUMNS: &[Column] = &[
    shown("kind", "ACCOUNT"),
    shown("owner", "OF"),
    hidden("owner_id"),
    shown("balance", "BALANCE"),
    shown("unit", "IN"),
];

async fn accounts(whose: &WhoseArgs, page: &PageArgs, session: &mut Session) -> Outcome {
    let mut request = v1::ListLedgerAccountsRequest {
        owner_id: whose.owner(session).await?,
        kind: whose.kind(),
        page_size: page.size(),
        page_token: page.page_token.clone(),
    };
    let mut client = session.api.ledger();
    let answer = client.list_ledger_accounts(request.clone()).await?;
    let mut answer = answer.into_inner();
    let mut all = std::mem::take(&mut answer.accounts);
    while page.page_size == 0 && !answer.next_page_token.is_empty() {
        request.page_token = std::mem::take(&mut answer.next_page_token);
        answer = client
            .list_ledger_accounts(request.clone())
            .await?
            .into_inner();
        all.append(&mut answer.accounts);
    }
    answer.accounts = all;
    let setting = session.setting().await?;
    let mut sheet = Sheet::new(ACCOUNT_COLUMNS);
    for account in &answer.accounts {
        sheet.rows.push(vec![
            Cell::text(enum_word(
                account.kind().as_str_name(),
                "LEDGER_ACCOUNT_KIND_",
            )),
            Cell::text(&account.owner),
            Cell::text(&account.owner_id),
            amount_cell(&setting, account.unit, account.balance),
            unit_cell(account.unit, &account.currency_code),
        ]);
    }
    session.output.list(
        "ListLedgerAccountsResponse",
        &answer,
        &sheet,
        "All accounts are empty.",
    )
}
