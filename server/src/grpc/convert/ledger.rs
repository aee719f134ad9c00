//! The ledger between API and domain.

use sluice_domain::{
    Account, Entity, LedgerTransaction, MemberId, PayoutId, Posting, Purpose, RewardId, SchemeId,
    State,
};
use sluice_proto::v1::{self, LedgerAccountKind as Kind};

use super::{
    Fields,
    metric::minor,
    scheme::write_unit,
    value::{Id as _, id_or_empty, time},
};
use crate::grpc::status::Refusal;

/// Whose accounts are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A member's.
    Member(MemberId),
    /// A scheme's.
    Scheme(SchemeId),
}

impl Owner {
    fn read(fields: &mut Fields, text: &str) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        if text.starts_with(MemberId::COLLECTION) {
            return Some(Self::Member(fields.id("owner_id", text)));
        }
        if text.starts_with(SchemeId::COLLECTION) {
            return Some(Self::Scheme(fields.id("owner_id", text)));
        }
        let description = format!("'{text}' has no accounts: write members/3 or schemes/7");
        fields.invalid("owner_id", description);
        None
    }

    /// Whose an account is; none for the issuer.
    pub const fn of(account: Account) -> Option<Self> {
        match account {
            Account::Issuer => None,
            Account::Fund(id) | Account::InFlight(id) | Account::Expired(id) => {
                Some(Self::Scheme(id))
            }
            Account::Pending(id)
            | Account::Claimable(id)
            | Account::Wallet(id)
            | Account::PaidOut(id) => Some(Self::Member(id)),
        }
    }

    fn write(self) -> String {
        match self {
            Self::Member(id) => id.write(),
            Self::Scheme(id) => id.write(),
        }
    }

    fn name(self, state: &State) -> String {
        match self {
            Self::Member(id) => state.member(id).map(|member| member.name.to_string()),
            Self::Scheme(id) => state.scheme(id).map(|scheme| scheme.name.to_string()),
        }
        .unwrap_or_default()
    }
}

/// Which accounts are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    owner: Option<Owner>,
    kind: Option<Kind>,
}

impl Wanted {
    /// Reads whose accounts of which kind are meant.
    fn read(fields: &mut Fields, owner: &str, field: &str, kind: i32) -> Self {
        let kind: Kind = fields.enumeration(field, kind);
        Self {
            owner: Owner::read(fields, owner),
            kind: (kind != Kind::Unspecified).then_some(kind),
        }
    }

    /// Whether an account is meant.
    pub fn covers(self, account: Account) -> bool {
        self.owner
            .is_none_or(|owner| Owner::of(account) == Some(owner))
            && self.kind.is_none_or(|kind| write_kind(account) == kind)
    }
}

/// Reads which transactions ListLedgerTransactions asks for.
///
/// # Errors
/// All that is wrong with it.
pub fn wanted_transactions(
    request: &v1::ListLedgerTransactionsRequest,
) -> Result<impl Fn(&Entity) -> bool + use<>, Refusal> {
    let mut fields = Fields::under("");
    let accounts = Wanted::read(&mut fields, &request.owner_id, "account", request.account);
    let reward: Option<RewardId> = fields.optional_id("reward_id", &request.reward_id);
    let payout: Option<PayoutId> = fields.optional_id("payout_id", &request.payout_id);
    fields.finish(move |entity: &Entity| {
        let Entity::LedgerTransaction(transaction) = entity else {
            return false;
        };
        let mut postings = transaction.postings.iter();
        reward.is_none_or(|reward| transaction.reward == Some(reward))
            && payout.is_none_or(|payout| transaction.payout == Some(payout))
            && postings.any(|posting| accounts.covers(posting.account))
    })
}

/// The accounts a request asks for, by kind and owner: those that are not zero.
///
/// # Errors
/// All that is wrong with it.
pub fn accounts(
    request: &v1::ListLedgerAccountsRequest,
    state: &State,
) -> Result<Vec<v1::LedgerAccount>, Refusal> {
    let mut fields = Fields::under("");
    let wanted = Wanted::read(&mut fields, &request.owner_id, "kind", request.kind);
    let wanted = fields.finish(wanted)?;
    let found = state
        .balances()
        .filter(|(account, ..)| wanted.covers(*account));
    let accounts = found.map(|(account, unit, balance)| {
        let owner = Owner::of(account);
        let (unit, currency_code) = write_unit(unit);
        v1::LedgerAccount {
            kind: write_kind(account).into(),
            owner_id: owner.map_or_else(String::new, Owner::write),
            owner: owner.map_or_else(String::new, |owner| owner.name(state)),
            unit,
            currency_code,
            balance: minor(balance),
        }
    });
    Ok(accounts.collect())
}

const fn write_kind(account: Account) -> Kind {
    match account {
        Account::Issuer => Kind::Issuer,
        Account::Fund(_) => Kind::Fund,
        Account::Pending(_) => Kind::Pending,
        Account::Claimable(_) => Kind::Claimable,
        Account::Wallet(_) => Kind::Wallet,
        Account::InFlight(_) => Kind::InFlight,
        Account::Expired(_) => Kind::Expired,
        Account::PaidOut(_) => Kind::PaidOut,
    }
}

const fn write_purpose(purpose: Purpose) -> v1::LedgerPurpose {
    match purpose {
        Purpose::Budget => v1::LedgerPurpose::Budget,
        Purpose::Grant => v1::LedgerPurpose::Grant,
        Purpose::Vest => v1::LedgerPurpose::Vest,
        Purpose::Claim => v1::LedgerPurpose::Claim,
        Purpose::Expire => v1::LedgerPurpose::Expire,
        Purpose::Reverse => v1::LedgerPurpose::Reverse,
        Purpose::Send => v1::LedgerPurpose::Send,
        Purpose::Open => v1::LedgerPurpose::Open,
        Purpose::Return => v1::LedgerPurpose::Return,
        Purpose::PayOut => v1::LedgerPurpose::PayOut,
        Purpose::CancelPayOut => v1::LedgerPurpose::CancelPayOut,
    }
}

fn write_posting(posting: &Posting) -> v1::LedgerPosting {
    v1::LedgerPosting {
        account: write_kind(posting.account).into(),
        owner_id: Owner::of(posting.account).map_or_else(String::new, Owner::write),
        amount: posting.amount,
    }
}

/// Writes a transaction.
pub fn write(transaction: &LedgerTransaction) -> v1::LedgerTransaction {
    let (unit, currency_code) = write_unit(transaction.unit);
    v1::LedgerTransaction {
        id: transaction.id.write(),
        purpose: write_purpose(transaction.purpose).into(),
        unit,
        currency_code,
        scheme_id: id_or_empty(transaction.scheme),
        version: transaction
            .version
            .map_or(0, |version| i32::try_from(version).unwrap_or(i32::MAX)),
        reward_id: id_or_empty(transaction.reward),
        packet_id: id_or_empty(transaction.packet),
        payout_id: id_or_empty(transaction.payout),
        postings: transaction.postings.iter().map(write_posting).collect(),
        time: Some(time(transaction.at)),
        revision: transaction.revision,
    }
}
