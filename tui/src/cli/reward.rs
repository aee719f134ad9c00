//! `sluice reward`: what people earned: list, claim, grant, decide, take back; wallets and statistics.

use clap::{Args, Subcommand, ValueEnum};
use sluice_proto::v1;

use super::{
    failure::{Failure, Outcome},
    noun::{self, Noun},
    output::{Cell, Column, Sheet, hidden, shown},
    reference::{Kind, Titles, short},
    reward_why,
    scheme::scheme_id,
    scheme_terms::UnitArg,
    session::{EtagArgs, ListArgs, Session, WriteArgs},
    unit::{amount_cell, amount_words, is_money, unit_cell},
    value::{enum_word, percent_cell},
};

/// Which reward, and how it is changed.
#[derive(Debug, Args)]
pub struct OneArgs {
    /// The reward: R-7, rewards/7 or 7
    id: String,
    /// Refuses a lost update.
    #[command(flatten)]
    etag: EtagArgs,
    /// How the change is made.
    #[command(flatten)]
    write: WriteArgs,
}

/// Rewards.
#[derive(Debug, Subcommand)]
pub enum RewardCommand {
    /// List rewards
    #[command(
        after_help = "Examples:\n  sluice reward list --filter 'member:kim state:claimable'\n  sluice reward list --filter 'state:pending approver:mia' --order-by 'created desc'"
    )]
    List(ListArgs),
    /// Show a reward
    Show {
        /// The reward: R-7, rewards/7 or 7
        id: String,
    },
    /// Say why a reward is what it is: facts, rule, arithmetic and postings, line by line
    #[command(after_help = "Example:\n  sluice reward why R-7")]
    Why {
        /// The reward: R-7, rewards/7 or 7
        id: String,
    },
    /// Claim rewards into the wallet: those named, or all
    #[command(
        after_help = "Examples:\n  sluice reward claim R-7 R-9\n  sluice reward claim --all\n  sluice reward claim --all --member kim"
    )]
    Claim {
        /// The rewards: R-7, rewards/7 or 7
        #[arg(required_unless_present = "all")]
        ids: Vec<String>,
        /// All that can be claimed, the oldest first, up to 100
        #[arg(long, conflicts_with = "ids")]
        all: bool,
        /// Whose; your own when absent. Only an administrator claims for others
        #[arg(long)]
        member: Option<String>,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Reward a member personally, under a GRANT scheme
    #[command(
        after_help = "Example:\n  sluice reward grant kim 200 --scheme 'Well done' --reason 'saved the renewal' --deal O-1042"
    )]
    Grant {
        /// Whom
        member: String,
        /// How much: points such as 200 or 1.2k, or an amount of money, as the scheme pays
        amount: String,
        /// Under which GRANT scheme
        #[arg(long)]
        scheme: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// For which deal
        #[arg(long)]
        deal: Option<String>,
        /// How the change is made.
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Approve a reward that awaits it
    Approve {
        /// Which, and how.
        #[command(flatten)]
        one: OneArgs,
        /// What to say to it
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Refuse a reward that awaits approval, with a reason
    Refuse {
        /// Which, and how.
        #[command(flatten)]
        one: OneArgs,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Take a reward back, with a reason; only an administrator may
    Reverse {
        /// Which, and how.
        #[command(flatten)]
        one: OneArgs,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Pay a reward that the fund could not pay, now that it can
    Fund(OneArgs),
    /// Show what a member has: wallet, claimable, pending, packets
    #[command(
        after_help = "Examples:\n  sluice reward wallet\n  sluice reward wallet kim --cycle this-month"
    )]
    Wallet {
        /// Whose; your own when absent
        #[arg(default_value = "")]
        member: String,
        /// In which cycle "earned" is counted; this week when absent
        #[arg(long, default_value = "")]
        cycle: String,
    },
    /// Sum what was issued, claimed, expired and taken back
    #[command(
        after_help = "Examples:\n  sluice reward stats --cycle this-quarter --by scheme\n  sluice -o csv reward stats --by member --unit money"
    )]
    Stats(StatsArgs),
}

/// By what statistics are summed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum GroupArg {
    /// A row a scheme
    #[default]
    Scheme,
    /// A row a member
    Member,
    /// A row a team, with those below it
    Team,
    /// A row a day or month
    Cycle,
    /// One row
    Workspace,
}

/// Options of `reward stats`.
#[derive(Debug, Args)]
pub struct StatsArgs {
    /// Which cycle; all time when absent
    #[arg(long, default_value = "")]
    cycle: String,
    /// By what
    #[arg(long, value_enum, default_value_t)]
    by: GroupArg,
    /// Points or money
    #[arg(long, value_enum, default_value_t)]
    unit: UnitArg,
    /// Only this scheme
    #[arg(long)]
    scheme: Option<String>,
    /// Only this team and those below it
    #[arg(long)]
    team: Option<String>,
}

const COLUMNS: &[Column] = &[
    shown("id", "ID"),
    shown("state", "STATE"),
    shown("member", "MEMBER"),
    shown("amount", "AMOUNT"),
    shown("own_amount", "OWN PART"),
    shown("unit", "IN"),
    shown("system", "SYSTEM"),
    shown("cause", "FOR"),
    hidden("scheme_id"),
    hidden("version"),
    shown("grant_time", "GRANTED"),
    shown("vest_time", "VESTS"),
    shown("awaits_approval", "AWAITS APPROVAL"),
    shown("claim_until_time", "CLAIM UNTIL"),
    shown("end_reason", "ENDED BY"),
    hidden("end_time"),
    hidden("end_note"),
    hidden("etag"),
];

/// What a reward is for, in a few words.
pub(super) fn cause_words(reward: &v1::Reward, titles: &Titles) -> String {
    let Some(cause) = &reward.cause else {
        return String::new();
    };
    let about = [
        &cause.opportunity_id,
        &cause.customer_id,
        &cause.activity_id,
    ];
    let about = about.into_iter().find(|id| !id.is_empty());
    let about = about.map(|id| short(id)).unwrap_or_default();
    let fields: Vec<String> = cause
        .fields()
        .map(|field| enum_word(field.as_str_name(), "CUSTOMER_FIELD_"))
        .collect();
    let mut words: Vec<String> = Vec::new();
    if !cause.metric.is_empty() {
        words.push(cause.metric.clone());
    }
    if !cause.cycle.is_empty() {
        words.push(cause.cycle.clone());
    }
    if cause.rank > 0 {
        words.push(format!("rank {}", cause.rank));
    }
    if !about.is_empty() {
        words.push(about);
    }
    if !fields.is_empty() {
        words.push(fields.join(", "));
    }
    if !cause.reason.is_empty() {
        let giver = match cause.giver_id.as_str() {
            "" => String::new(),
            id => format!("{}: ", titles.of(id)),
        };
        words.push(format!("{giver}{}", cause.reason));
    }
    words.join(" ")
}

impl Noun for v1::Reward {
    const NONE_MATCH: &'static str = "No rewards match.";

    async fn sheet(items: &[Self], session: &mut Session) -> Outcome<Sheet> {
        let (setting, titles) = (session.setting().await?, session.titles(false).await?);
        let mut sheet = Sheet::new(COLUMNS);
        let rows = items.iter().map(|reward| {
            vec![
                Cell::pair(short(&reward.id), &reward.id),
                Cell::text(enum_word(reward.state().as_str_name(), "REWARD_STATE_")),
                Cell::text(titles.of(&reward.member_id)),
                amount_cell(&setting, reward.unit, reward.amount),
                amount_cell(&setting, reward.unit, reward.own_amount),
                unit_cell(reward.unit, &reward.currency_code),
                Cell::text(enum_word(reward.system().as_str_name(), "REWARD_SYSTEM_")),
                Cell::text(cause_words(reward, &titles)),
                Cell::text(&reward.scheme_id),
                Cell::count(reward.version),
                setting.time_cell(reward.grant_time.as_ref()),
                setting.time_cell(reward.vest_time.as_ref()),
                Cell::pair(
                    if reward.awaits_approval { "yes" } else { "" },
                    reward.awaits_approval.to_string(),
                ),
                setting.time_cell(reward.claim_until_time.as_ref()),
                Cell::text(enum_word(
                    reward.end_reason().as_str_name(),
                    "REWARD_END_REASON_",
                )),
                setting.time_cell(reward.end_time.as_ref()),
                Cell::text(&reward.end_note),
                Cell::text(&reward.etag),
            ]
        });
        sheet.rows = rows.collect();
        Ok(sheet)
    }
}

impl RewardCommand {
    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let mut client = session.api.rewards();
        match self {
            Self::List(args) => {
                let answer = session.api.list_rewards(&args.query()).await?;
                noun::list(session, "ListRewardsResponse", &answer, &answer.rewards).await
            }
            Self::Show { id } => {
                let request = v1::GetRewardRequest {
                    id: Kind::Reward.require(&id)?,
                };
                let answer = client.get_reward(request).await?.into_inner();
                noun::card(session, "GetRewardResponse", &answer, &answer.reward).await
            }
            Self::Why { id } => reward_why::why(session, &id).await,
            Self::Claim {
                ids,
                all: _,
                member,
                write,
            } => claim(session, &ids, member, &write).await,
            Self::Grant {
                member,
                amount,
                scheme,
                reason,
                deal,
                write,
            } => {
                let scheme_id = scheme_id(session, &scheme).await?;
                let get = v1::GetSchemeRequest {
                    id: scheme_id.clone(),
                };
                let scheme = session.api.schemes().get_scheme(get).await?.into_inner();
                let unit = match scheme.scheme {
                    Some(scheme) if is_money(scheme.unit) => UnitArg::Money,
                    _ => UnitArg::Points,
                };
                let request = v1::GrantRewardRequest {
                    scheme_id,
                    member_id: session.directory.member(&member).await?,
                    amount: unit.amount(&session.setting().await?, &amount)?,
                    reason,
                    opportunity_id: match deal {
                        Some(deal) => Kind::Opportunity.require(&deal)?,
                        None => String::new(),
                    },
                    request_id: write.request_id(),
                    validate_only: write.validate_only,
                };
                let answer = client.grant_reward(request).await?.into_inner();
                noun::card(session, "GrantRewardResponse", &answer, &answer.reward).await
            }
            Self::Approve { one, reason } => {
                let request = v1::ApproveRewardRequest {
                    id: Kind::Reward.require(&one.id)?,
                    reason,
                    etag: one.etag.etag,
                    request_id: one.write.request_id(),
                    validate_only: one.write.validate_only,
                };
                let answer = client.approve_reward(request).await?.into_inner();
                noun::card(session, "ApproveRewardResponse", &answer, &answer.reward).await
            }
            Self::Refuse { one, reason } => {
                let request = v1::RefuseRewardRequest {
                    id: Kind::Reward.require(&one.id)?,
                    reason,
                    etag: one.etag.etag,
                    request_id: one.write.request_id(),
                    validate_only: one.write.validate_only,
                };
                let answer = client.refuse_reward(request).await?.into_inner();
                noun::card(session, "RefuseRewardResponse", &answer, &answer.reward).await
            }
            Self::Reverse { one, reason } => {
                let request = v1::ReverseRewardRequest {
                    id: Kind::Reward.require(&one.id)?,
                    reason,
                    etag: one.etag.etag,
                    request_id: one.write.request_id(),
                    validate_only: one.write.validate_only,
                };
                let answer = client.reverse_reward(request).await?.into_inner();
                noun::card(session, "ReverseRewardResponse", &answer, &answer.reward).await
            }
            Self::Fund(one) => {
                let request = v1::FundRewardRequest {
                    id: Kind::Reward.require(&one.id)?,
                    etag: one.etag.etag,
                    request_id: one.write.request_id(),
                    validate_only: one.write.validate_only,
                };
                let answer = client.fund_reward(request).await?.into_inner();
                noun::card(session, "FundRewardResponse", &answer, &answer.reward).await
            }
            Self::Wallet { member, cycle } => wallet(session, &member, cycle).await,
            Self::Stats(args) => stats(session, args).await,
        }
    }
}

async fn claim(
    session: &mut Session,
    ids: &[String],
    member: Option<String>,
    write: &WriteArgs,
) -> Outcome {
    let ids: Outcome<Vec<String>> = ids.iter().map(|id| Kind::Reward.require(id)).collect();
    let request = v1::ClaimRewardsRequest {
        ids: ids?,
        member_id: match member {
            Some(member) => session.directory.member(&member).await?,
            None => String::new(),
        },
        request_id: write.request_id(),
        validate_only: write.validate_only,
    };
    let answer = session.api.rewards().claim_rewards(request).await?;
    let answer = answer.into_inner();
    if answer.rewards.is_empty() && !session.is_json() {
        session.output.say("There is nothing to claim.")?;
        return session.output.flush();
    }
    noun::list(session, "ClaimRewardsResponse", &answer, &answer.rewards).await
}

const WALLET_COLUMNS: &[Column] = &[
    shown("unit", "IN"),
    shown("wallet", "WALLET"),
    shown("claimable", "CLAIMABLE"),
    shown("pending", "PENDING"),
    shown("packets", "PACKETS TO OPEN"),
    shown("earned", "EARNED"),
    shown("paid_out", "PAID OUT"),
    shown("expired", "EXPIRED"),
    shown("packets_received", "RECEIVED"),
    shown("packets_sent", "GIVEN AWAY"),
];

async fn wallet(session: &mut Session, member: &str, cycle: String) -> Outcome {
    let request = v1::GetRewardAccountRequest {
        member_id: match member {
            "" => String::new(),
            text => session.directory.member(text).await?,
        },
        cycle,
    };
    let answer = session.api.rewards().get_reward_account(request).await?;
    let answer = answer.into_inner();
    let setting = session.setting().await?;
    let mut sheet = Sheet::new(WALLET_COLUMNS);
    for balance in &answer.balances {
        let cell = |amount| amount_cell(&setting, balance.unit, amount);
        sheet.rows.push(vec![
            unit_cell(balance.unit, &balance.currency_code),
            cell(balance.wallet),
            cell(balance.claimable),
            cell(balance.pending),
            cell(balance.packets),
            cell(balance.earned),
            cell(balance.paid_out),
            cell(balance.expired),
            cell(balance.packets_received),
            cell(balance.packets_sent),
        ]);
    }
    session.output.list(
        "GetRewardAccountResponse",
        &answer,
        &sheet,
        "There is nothing in this wallet yet.",
    )?;
    if let Some(time) = &answer.next_expiry_time {
        let until = setting.time_cell(Some(time));
        session.output.say(&format!(
            "{} to claim and {} packets to open; the first runs out {}",
            answer.claimable_count,
            answer.packet_count,
            until.human()
        ))?;
    }
    session.output.flush()
}

const STATS_COLUMNS: &[Column] = &[
    shown("subject", "SUBJECT"),
    hidden("subject_id"),
    shown("count", "REWARDS"),
    shown("issued", "ISSUED"),
    shown("claimed", "CLAIMED"),
    shown("open", "OPEN"),
    shown("expired", "EXPIRED"),
    shown("reversed", "TAKEN BACK"),
    shown("unfunded", "UNFUNDED"),
    shown("packets_sent", "GIVEN AWAY"),
    shown("packets_received", "RECEIVED"),
    shown("won_amount", "WON"),
];

async fn stats(session: &mut Session, args: StatsArgs) -> Outcome {
    let by = match args.by {
        GroupArg::Scheme => v1::RewardGrouping::Scheme,
        GroupArg::Member => v1::RewardGrouping::Member,
        GroupArg::Team => v1::RewardGrouping::Team,
        GroupArg::Cycle => v1::RewardGrouping::Cycle,
        GroupArg::Workspace => v1::RewardGrouping::Workspace,
    };
    let unit: i32 = args.unit.to_proto().into();
    let request = v1::QueryRewardStatisticsRequest {
        cycle: args.cycle,
        by: by.into(),
        unit,
        scheme_id: match &args.scheme {
            Some(text) => scheme_id(session, text).await?,
            None => String::new(),
        },
        team_id: match &args.team {
            Some(text) => session.directory.team(text).await?,
            None => String::new(),
        },
    };
    let answer = session
        .api
        .rewards()
        .query_reward_statistics(request)
        .await?;
    let answer = answer.into_inner();
    let setting = session.setting().await?;
    let cell = |amount| amount_cell(&setting, unit, amount);
    let mut sheet = Sheet::new(STATS_COLUMNS);
    for row in &answer.rows {
        sheet.rows.push(vec![
            Cell::text(&row.subject),
            Cell::text(&row.subject_id),
            Cell::count(row.count),
            cell(row.issued),
            cell(row.claimed),
            cell(row.open),
            cell(row.expired),
            cell(row.reversed),
            cell(row.unfunded),
            cell(row.packets_sent),
            cell(row.packets_received),
            setting.amount_cell(row.won_amount_minor),
        ]);
    }
    session.output.list(
        "QueryRewardStatisticsResponse",
        &answer,
        &sheet,
        "Nothing was issued.",
    )?;
    if let Some(total) = &answer.total {
        session.output.say(&format!(
            "In all {} rewards, {} issued",
            total.count,
            amount_words(&setting, unit, total.issued)
        ))?;
    }
    if let Some(cost) = answer.cost_bp {
        let cost = percent_cell(cost);
        session
            .output
            .say(&format!("That is {} of the amount won.", cost.human()))?;
    }
    session.output.flush()
}

/// The reward an id names.
pub(super) async fn get(session: &Session, id: &str) -> Outcome<v1::Reward> {
    let request = v1::GetRewardRequest {
        id: Kind::Reward.require(id)?,
    };
    let answer = session.api.rewards().get_reward(request).await?;
    answer
        .into_inner()
        .reward
        .ok_or_else(|| Failure::not_found(format!("{id} does not exist")))
}
