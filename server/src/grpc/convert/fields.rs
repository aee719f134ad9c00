//! Reads the fields of a request and gathers everything that is wrong with them.

use prost_types::Timestamp as ProtoTimestamp;
use sluice_domain::{Command, Currency, Date, Money, Timestamp};
use sluice_proto::v1;

use super::{
    Mutation,
    value::{Id, timestamp},
};
use crate::grpc::status::{Refusal, Violation};

/// Characters of a request id.
pub const MAX_REQUEST_ID_CHARS: usize = 64;

/// Gathers violations while a request is read. A value that cannot be read is replaced by a harmless one, so that the
/// rest of the request can be judged too.
#[derive(Debug)]
pub struct Fields {
    prefix: &'static str,
    row: String,
    violations: Vec<Violation>,
}

impl Fields {
    /// Reads fields below a path: `"team."`, or `""` for those of the request itself.
    pub const fn under(prefix: &'static str) -> Self {
        Self {
            prefix,
            row: String::new(),
            violations: Vec::new(),
        }
    }

    /// Goes on with the fields of one row: `"stages[3]."`.
    pub fn row(&mut self, list: &str, index: usize) {
        self.row = format!("{list}[{index}].");
    }

    /// Goes on with the fields of a message within: `"terms.task"`.
    pub fn within(&mut self, path: &str) {
        self.row = format!("{path}.");
    }

    /// Goes back to the fields outside rows.
    pub fn end_rows(&mut self) {
        self.row.clear();
    }

    /// Notes a violation of a field.
    pub fn invalid(&mut self, field: &str, description: impl Into<String>) {
        self.add(format!("{}{}{field}", self.prefix, self.row), description);
    }

    /// Notes a violation of the update mask.
    pub fn invalid_mask(&mut self, description: impl Into<String>) {
        self.add("update_mask".to_owned(), description);
    }

    fn add(&mut self, field: String, description: impl Into<String>) {
        self.violations.push(Violation {
            field,
            description: description.into(),
        });
    }

    /// The message a request is about.
    pub fn message<T: Default>(&mut self, value: Option<T>) -> T {
        if value.is_none() {
            let field = self.prefix.trim_end_matches('.').to_owned();
            self.add(field, "is missing");
        }
        value.unwrap_or_default()
    }

    /// An id that must be there.
    pub fn id<I: Id>(&mut self, field: &str, text: &str) -> I {
        I::read(text).unwrap_or_else(|description| {
            self.invalid(field, description);
            I::NOBODY
        })
    }

    /// An id that may be empty.
    pub fn optional_id<I: Id>(&mut self, field: &str, text: &str) -> Option<I> {
        (!text.is_empty()).then(|| self.id(field, text))
    }

    /// A list of ids.
    pub fn ids<I: Id>(&mut self, field: &str, texts: &[String]) -> Vec<I> {
        texts
            .iter()
            .enumerate()
            .map(|(index, text)| self.id(&format!("{field}[{index}]"), text))
            .collect()
    }

    /// A date that may be empty.
    pub fn optional_date(&mut self, field: &str, text: &str) -> Option<Date> {
        if text.is_empty() {
            return None;
        }
        let date = Date::parse(text);
        if date.is_none() {
            self.invalid(field, format!("'{text}' is not a date: write it as 2026-03-31, between the years 1900 and 2199"));
        }
        Some(date.unwrap_or_else(Date::first))
    }

    /// A date that must be there.
    pub fn date(&mut self, field: &str, text: &str) -> Date {
        let date = self.optional_date(field, text);
        if date.is_none() {
            self.invalid(field, "is missing: write it as 2026-03-31");
        }
        date.unwrap_or_else(Date::first)
    }

    /// An instant that may be absent.
    pub fn optional_time(
        &mut self,
        field: &str,
        time: Option<ProtoTimestamp>,
    ) -> Option<Timestamp> {
        let time = time?;
        let read = timestamp(&time);
        if read.is_none() {
            self.invalid(field, "is not an instant between the years 1900 and 2199");
        }
        Some(read.unwrap_or_default())
    }

    /// An amount that may be absent. An empty currency means the workspace's.
    pub fn optional_money(
        &mut self,
        field: &str,
        money: Option<v1::Money>,
        currency: Currency,
    ) -> Option<Money> {
        let money = money?;
        let read = match money.currency_code.as_str() {
            "" => Some(currency),
            code => Currency::parse(code),
        };
        if read.is_none() {
            let code = &money.currency_code;
            self.invalid(
                &format!("{field}.currency_code"),
                format!(
                    "'{code}' is not an ISO 4217 code: write it as {}",
                    currency.code()
                ),
            );
        }
        Some(Money::new(money.amount_minor, read.unwrap_or(currency)))
    }

    /// An amount that must be there.
    pub fn money(&mut self, field: &str, money: Option<v1::Money>, currency: Currency) -> Money {
        let money = self.optional_money(field, money, currency);
        if money.is_none() {
            self.invalid(field, "is missing");
        }
        money.unwrap_or(Money::new(0, currency))
    }

    /// An enumeration value; 0 means not said.
    pub fn enumeration<P: TryFrom<i32> + Default>(&mut self, field: &str, number: i32) -> P {
        P::try_from(number).unwrap_or_else(|_| {
            self.invalid(field, format!("{number} is not a value of this enumeration: use a newer server, or one of its names"));
            P::default()
        })
    }

    /// A small number that is not negative.
    pub fn number(&mut self, field: &str, number: i32) -> u16 {
        u16::try_from(number).unwrap_or_else(|_| {
            self.invalid(
                field,
                format!("{number} must be between 0 and {}", u16::MAX),
            );
            0
        })
    }

    /// A number of things, not negative.
    pub fn count(&mut self, field: &str, number: i32) -> u32 {
        u32::try_from(number).unwrap_or_else(|_| {
            self.invalid(field, format!("{number} must not be negative"));
            0
        })
    }

    /// Ends with the command that was read.
    pub fn mutation(
        mut self,
        command: Command,
        request_id: String,
        validate_only: bool,
    ) -> Mutation {
        let printable = request_id.chars().all(|character| !character.is_control());
        if request_id.chars().count() > MAX_REQUEST_ID_CHARS || !printable {
            let description = format!(
                "must be at most {MAX_REQUEST_ID_CHARS} printable characters: a UUID is a good one"
            );
            self.add("request_id".to_owned(), description);
        }
        let (prefix, violations) = (self.prefix, self.violations);
        Mutation {
            command,
            violations,
            prefix,
            request_id,
            etag: None,
            validate_only,
        }
    }

    /// Ends with a value that was read.
    ///
    /// # Errors
    /// All that was wrong.
    pub fn finish<T>(self, value: T) -> Result<T, Refusal> {
        if self.violations.is_empty() {
            Ok(value)
        } else {
            Err(Refusal::violations(self.violations))
        }
    }
}
