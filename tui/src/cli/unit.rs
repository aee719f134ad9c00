//! Amounts of rewards as commands print them: points, or money.

use sluice_proto::v1;

use super::{output::Cell, value::Setting};

/// An amount in points or in minor units, with what it is counted in.
pub(super) fn amount_cell(setting: &Setting, unit: i32, amount: i64) -> Cell {
    if is_money(unit) {
        setting.amount_cell(amount)
    } else {
        Cell::count(amount)
    }
}

/// An amount in a sentence for people: `1,200 points`, `12.00 USD`.
pub(super) fn amount_words(setting: &Setting, unit: i32, amount: i64) -> String {
    let figure = amount_cell(setting, unit, amount);
    let of = if is_money(unit) {
        setting.currency_code.as_str()
    } else {
        "points"
    };
    format!("{} {of}", figure.human())
}

/// What is counted: `points`, or the code of the currency.
pub(super) fn unit_cell(unit: i32, currency_code: &str) -> Cell {
    Cell::text(if is_money(unit) {
        currency_code
    } else {
        "points"
    })
}

pub(super) fn is_money(unit: i32) -> bool {
    unit == i32::from(v1::RewardUnit::Money)
}
