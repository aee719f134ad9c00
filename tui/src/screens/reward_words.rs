//! Rewards in words: amounts with their unit, what was rewarded, why one waits or has ended.

use super::report;
use crate::incentive::{Reward, RewardState, System, Unit};
use crate::model::{Micros, Model, SECOND_US};
use crate::report::funnel::Metric;
use crate::report::lens::Cycle;
use crate::text;

/// Whole units from which an amount is shortened.
const SHORT_FROM: i128 = 100_000;

fn with_unit(model: &Model, unit: Unit, figure: String) -> String {
    match unit {
        Unit::Points => model
            .strings
            .tell("amount-points", &[("amount", figure.into())]),
        Unit::Money => model.strings.tell(
            "amount-money",
            &[
                ("amount", figure.into()),
                ("currency", model.currency().into()),
            ],
        ),
    }
}

/// Decimal places of a unit.
pub(crate) fn digits(model: &Model, unit: Unit) -> u8 {
    match unit {
        Unit::Points => 0,
        Unit::Money => model.minor_digits(),
    }
}

/// An amount without its unit: in full while it is short, else as `123k`, `12.3万`.
pub(crate) fn figure(model: &Model, unit: Unit, amount: i128) -> String {
    let digits = digits(model, unit);
    let whole = amount.unsigned_abs() / 10_u128.pow(u32::from(digits));
    if whole < SHORT_FROM.unsigned_abs() {
        text::money_full(amount, digits)
    } else {
        text::money_short(amount, digits, model.locale())
    }
}

/// An amount with its unit: `120 pt`, `1,234.50 USD`, `120 分`.
pub(crate) fn amount(model: &Model, unit: Unit, amount: i64) -> String {
    with_unit(model, unit, figure(model, unit, amount.into()))
}

/// An amount to the last unit, whatever its size.
pub(crate) fn exact(model: &Model, unit: Unit, amount: i64) -> String {
    let figure = text::money_full(amount.into(), digits(model, unit));
    with_unit(model, unit, figure)
}

/// Time left until an instant: `in 3d`, `in 45m`; none once it has passed.
pub(crate) fn left(model: &Model, until: Micros) -> Option<String> {
    let seconds = (until - model.now) / SECOND_US;
    (seconds > 0).then(|| {
        let age = text::age(seconds, model.locale());
        model.strings.tell("time-left", &[("age", age.into())])
    })
}

/// A member's name; `somebody` for who is not known.
pub(crate) fn who(model: &Model, id: Option<u64>) -> &str {
    match model.picture.member_name(id) {
        "" => model.strings.say("actor-unknown"),
        name => name,
    }
}

/// A cycle as the server writes it, in words.
pub(crate) fn cycle(model: &Model, text: &str) -> String {
    Cycle::parse(text).map_or_else(
        || text.to_owned(),
        |cycle| report::cycle(model, cycle, false),
    )
}

/// The deal or customer a reward is about; empty when it is about none.
fn subject(model: &Model, reward: &Reward) -> String {
    let cause = &reward.cause;
    let deal = cause.deal_id.and_then(|id| model.picture.board.card(id));
    match (deal, cause.deal_id) {
        (Some(card), _) => card.name.clone(),
        (None, Some(id)) => format!("O-{id}"),
        (None, None) => model.picture.customer_name(cause.customer_id).to_owned(),
    }
}

/// What was rewarded, in words: `won “Ring main”`.
pub(crate) fn cause(model: &Model, reward: &Reward) -> String {
    let strings = &model.strings;
    let cause = &reward.cause;
    let name = subject(model, reward);
    let about = |key: &str| strings.tell(key, &[("name", name.as_str().into())]);
    match reward.system {
        System::Opportunity => about(match cause.metric {
            Some(Metric::New) => "cause-created",
            Some(Metric::Won) => "cause-won",
            Some(Metric::Revived) => "cause-revived",
            _ => "cause-moved",
        }),
        System::Activity if cause.metric == Some(Metric::CheckIn) => about("cause-check-in"),
        System::Activity if name.is_empty() => strings.say("cause-activity").to_owned(),
        System::Activity => about("cause-activity-of"),
        System::CustomerData if cause.fields.is_empty() => about("cause-complete"),
        System::CustomerData => {
            let key = if cause.completeness_bp > 0 && reward.cause.fields.is_empty() {
                "cause-complete"
            } else {
                "cause-filled"
            };
            let count = cause.fields.len();
            strings.tell(
                key,
                &[("name", name.as_str().into()), ("count", count.into())],
            )
        }
        System::Task => {
            let metric = cause.metric.map_or("", |metric| metric.name_key());
            strings.tell(
                "cause-task",
                &[
                    ("cycle", self::cycle(model, &cause.cycle).into()),
                    ("metric", strings.say(metric).into()),
                ],
            )
        }
        System::Ranking => {
            let key = if cause.rank > 0 {
                "cause-rank"
            } else {
                "cause-attainment"
            };
            strings.tell(
                key,
                &[
                    ("cycle", self::cycle(model, &cause.cycle).into()),
                    ("rank", cause.rank.into()),
                    ("percent", text::percent(cause.value).into()),
                ],
            )
        }
        System::Grant => strings.tell(
            "cause-grant",
            &[
                ("who", who(model, cause.giver_id).into()),
                ("reason", cause.reason.as_str().into()),
            ],
        ),
        System::Split => strings.say("cause-split").to_owned(),
    }
}

/// What a reward waits for, when it can be claimed until, or how it ended.
pub(crate) fn standing(model: &Model, reward: &Reward) -> String {
    let strings = &model.strings;
    match reward.state {
        RewardState::Pending => waits(model, reward),
        RewardState::Claimable => match reward.claim_until_us {
            Some(until) => {
                let left = left(model, until);
                let age = left.unwrap_or_else(|| strings.say("just-now").to_owned());
                strings.tell("reward-claim-left", &[("age", age.into())])
            }
            None => strings.say(reward.state.name_key()).to_owned(),
        },
        state => {
            let when = reward.ended_us.unwrap_or(reward.granted_us);
            let day = report::day(model, model.date_of(when));
            let why = reward.end_reason.map(|why| strings.say(why.name_key()));
            let mut parts = vec![format!("{} {day}", strings.say(state.name_key()))];
            parts.extend(why.map(str::to_owned));
            if !reward.end_note.is_empty() {
                parts.push(reward.end_note.clone());
            }
            parts.join(&format!(" {} ", model.theme.glyphs().dot))
        }
    }
}

/// Why a pending reward waits.
fn waits(model: &Model, reward: &Reward) -> String {
    let mut parts = Vec::new();
    if let Some(vests) = reward.vests_us {
        let day = report::day(model, model.date_of(vests));
        let words = model.strings.tell("reward-vests", &[("date", day.into())]);
        parts.push(words);
    }
    if reward.awaits_approval {
        let words = match model.manager_of(reward.member_id) {
            Some(manager) => model.strings.tell(
                "reward-awaits-of",
                &[("who", who(model, Some(manager)).into())],
            ),
            None => model.strings.say("reward-awaits").to_owned(),
        };
        parts.push(words);
    }
    if parts.is_empty() {
        parts.push(model.strings.say(reward.state.name_key()).to_owned());
    }
    parts.join(&format!(" {} ", model.theme.glyphs().dot))
}
