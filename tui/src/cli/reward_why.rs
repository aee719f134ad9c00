//! `sluice reward why`: an amount explained to the line: facts, rule, arithmetic, postings.

use sluice_proto::v1::{self, reward_step::Step};

use super::{
    failure::Outcome,
    output::{Cell, Column, Sheet, hidden, shown},
    reference::{Kind, Titles, short},
    reward::cause_words,
    session::Session,
    unit::{amount_cell, amount_words, is_money},
    value::{Setting, enum_word, percent_cell},
};

const COLUMNS: &[Column] = &[
    hidden("id"),
    shown("time", "WHEN"),
    shown("purpose", "WHAT"),
    shown("from", "FROM"),
    shown("to", "TO"),
    shown("amount", "AMOUNT"),
    shown("version", "VERSION"),
    shown("revision", "REVISION"),
];

/// Runs `reward why`. As CSV: the postings.
pub(super) async fn why(session: &mut Session, id: &str) -> Outcome {
    let request = v1::ExplainRewardRequest {
        id: Kind::Reward.require(id)?,
    };
    let answer = session.api.rewards().explain_reward(request).await?;
    let answer = answer.into_inner();
    let (setting, titles) = (session.setting().await?, session.titles(false).await?);
    for line in lines(&answer, &setting, &titles) {
        session.output.say(&line)?;
    }
    let mut sheet = Sheet::new(COLUMNS);
    for transaction in &answer.transactions {
        let accounts = |wanted: fn(i64) -> bool| {
            let postings = transaction.postings.iter();
            let mut names: Vec<String> = postings
                .filter(|posting| wanted(posting.amount))
                .map(|posting| account_words(posting.account(), &posting.owner_id, &titles))
                .collect();
            names.dedup();
            Cell::text(names.join(", "))
        };
        let moved = transaction.postings.iter().map(|posting| posting.amount);
        sheet.rows.push(vec![
            Cell::text(&transaction.id),
            setting.time_cell(transaction.time.as_ref()),
            Cell::text(enum_word(
                transaction.purpose().as_str_name(),
                "LEDGER_PURPOSE_",
            )),
            accounts(|amount| amount < 0),
            accounts(|amount| amount > 0),
            amount_cell(
                &setting,
                transaction.unit,
                moved.filter(|amount| *amount > 0).sum(),
            ),
            Cell::count(transaction.version),
            Cell::count(transaction.revision),
        ]);
    }
    session.output.list(
        "ExplainRewardResponse",
        &answer,
        &sheet,
        "Nothing was posted for it.",
    )
}

/// An account in words: `wallet of Kim`.
pub(super) fn account_words(
    kind: v1::LedgerAccountKind,
    owner_id: &str,
    titles: &Titles,
) -> String {
    let kind = enum_word(kind.as_str_name(), "LEDGER_ACCOUNT_KIND_");
    match owner_id {
        "" => kind,
        id => format!("{kind} of {}", titles.of(id)),
    }
}

fn lines(answer: &v1::ExplainRewardResponse, setting: &Setting, titles: &Titles) -> Vec<String> {
    let Some(reward) = &answer.reward else {
        return Vec::new();
    };
    let words = |amount| amount_words(setting, reward.unit, amount);
    let state = enum_word(reward.state().as_str_name(), "REWARD_STATE_");
    let mut lines = vec![
        format!(
            "{}  {} to {}, {state}",
            short(&reward.id),
            words(reward.amount),
            titles.of(&reward.member_id)
        ),
        format!("For    {}", cause_words(reward, titles)),
        format!(
            "Rule   {} version {}: {}",
            answer.scheme, reward.version, answer.sentence
        ),
    ];
    for step in &answer.steps {
        lines.push(format!("       {}", step_words(step, reward.unit, setting)));
    }
    if let Some(split) = &reward.split {
        let method = enum_word(split.method().as_str_name(), "SPLIT_METHOD_");
        lines.push(format!(
            "Split  {} in {} packets ({method}), {} came back; own part {}",
            words(split.amount),
            split.packets,
            words(split.returned),
            words(reward.own_amount)
        ));
        for packet in &answer.packets {
            lines.push(format!(
                "       {}  {} to {}, {}",
                short(&packet.id),
                words(packet.amount),
                titles.of(&packet.receiver_id),
                packet.state.to_lowercase()
            ));
        }
        if !split.seed.is_empty() {
            let again = format!("sluice packet verify {}", short(&reward.id));
            lines.push(format!("       seed {}; check it: {again}", split.seed));
        }
    }
    let reason = enum_word(reward.end_reason().as_str_name(), "REWARD_END_REASON_");
    if !reason.is_empty() {
        lines.push(format!("Ended  {reason} {}", reward.end_note));
    }
    lines
}

fn step_words(step: &v1::RewardStep, unit: i32, setting: &Setting) -> String {
    let figure = |amount| amount_cell(setting, unit, amount).human().to_owned();
    let share = |bp| percent_cell(bp).human().to_owned();
    let what = match &step.step {
        Some(Step::Fixed(_)) => "fixed".to_owned(),
        Some(Step::PerField(step)) => format!("{} fields × {}", step.count, figure(step.each)),
        Some(Step::Share(step)) => {
            let of = if is_money(unit) {
                setting.amount_cell(step.of)
            } else {
                Cell::count(step.of)
            };
            format!("{} of {}, rounded down", share(step.bp), of.human())
        }
        Some(Step::Floor(floor)) => format!("raised to the floor {}", figure(*floor)),
        Some(Step::Cap(cap)) => format!("cut to the cap {}", figure(*cap)),
        Some(Step::MemberCap(step)) => {
            let cycle = enum_word(step.unit().as_str_name(), "CYCLE_UNIT_");
            format!(
                "cut to what was left of the {cycle}'s cap: {}",
                figure(step.left)
            )
        }
        Some(Step::Prize(step)) => {
            format!("{} divided among {}", figure(step.pool), step.among)
        }
        Some(Step::Tier(step)) => format!("from {} of the target", share(step.from_bp)),
        None => "something newer than this client".to_owned(),
    };
    format!("{what} = {}", figure(step.result))
}
