//! The one-line entry: a whole deal in one line, understood as it is typed, on the board and in the command line alike.
//!
//! ```text
//! 华北电力 120万 @方案 ^3/15 #张三
//! Acme renewal 1.2m @proposal ^fri #kim :acme &lee !A
//! ```
//! | written | means |
//! |---|---|
//! | words | the deal's name; in quotation marks whatever they look like |
//! | `1.2m` `120万` `$50,000` | the amount: the last word that has a unit, a currency or a separator; failing that the last bare number of three digits or more that is not a year |
//! | `@stage` | the stage, by name, by its first letters, by letters in order, or by position: `@2` |
//! | `^date` | the expected contract date: `fri` `+3d` `3/15` `2026-03-15` `3月15日` `周五` `month-end` |
//! | `#contact` | a contact; an unknown one is new, at the deal's customer if it has one |
//! | `:customer` | the customer; an unknown one is new. Without it the customer is the one the name begins with |
//! | `&owner` | the owner; without it whoever enters the deal |
//! | `!grade` | the grade, A to D |
//!
//! A value with spaces stands in quotation marks: `#"Kim Lee"`. A sign alone is a word. When a sign comes twice, the last counts and the first
//! is a problem. Nothing is invented: an amount or a date that is not there is reported as missing.

pub mod activity;
pub mod amount;
pub mod complete;
pub mod date;
pub mod duplicates;
pub mod names;
pub mod past;
pub mod pinyin;
pub mod token;

use std::fmt;
use std::ops::Range;

use jiff::civil::Date;

use amount::{AmountError, Currency, parse_amount};
use date::{DateError, parse_date};
use names::{Found, Names};
use token::{Sign, Token, tokens};

/// A bare number below this is a part of the name (`Phase 2`).
const SMALLEST_BARE_AMOUNT: i64 = 100;

/// Bare numbers that are years are parts of the name (`Renewal 2026`).
const YEARS: std::ops::RangeInclusive<i64> = 1900..=2100;

/// The grades a deal can have.
const GRADES: [&str; 4] = ["A", "B", "C", "D"];

/// What the line may speak of.
#[derive(Clone, Copy, Debug)]
pub struct Lexicon<'a> {
    /// Stages a deal may begin in, in the pipeline's order.
    pub stages: &'a Names,
    /// Contacts, with their customer's id as parent.
    pub contacts: &'a Names,
    /// Customers.
    pub customers: &'a Names,
    /// Active members.
    pub members: &'a Names,
    /// Today in the workspace's time zone.
    pub today: Date,
    /// The workspace's currency.
    pub currency: Currency<'a>,
}

/// Somebody the line speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mention {
    /// Known, by id.
    Known(u64),
    /// To be made, by name.
    New(String),
}

/// What was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// Never empty when it is there.
    pub name: Option<String>,
    /// In minor units of the workspace's currency.
    pub amount_minor: Option<i64>,
    /// Id of the stage; without it a deal begins in the first.
    pub stage_id: Option<u64>,
    /// Expected contract date.
    pub contract_date: Option<Date>,
    /// The contact.
    pub contact: Option<Mention>,
    /// The customer.
    pub customer: Option<Mention>,
    /// The customer was not written but is the one the name begins with.
    pub customer_implied: bool,
    /// The owner's member id.
    pub owner_id: Option<u64>,
    /// A to D.
    pub grade: Option<String>,
}

/// A field of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The deal's name.
    Name,
    /// The amount.
    Amount,
    /// `@`
    Stage,
    /// `^`
    ContractDate,
    /// `#`
    Contact,
    /// `:`
    Customer,
    /// `&`
    Owner,
    /// `!`
    Grade,
}

impl Field {
    /// What people call it, in English.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Amount => "amount",
            Self::Stage => "stage",
            Self::ContractDate => "contract date",
            Self::Contact => "contact",
            Self::Customer => "customer",
            Self::Owner => "owner",
            Self::Grade => "grade",
        }
    }
}

/// A stretch of the line and what it was taken for, for highlighting. Spans do not overlap and are in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Bytes of the line, on character borders.
    pub range: Range<usize>,
    /// What it was taken for.
    pub field: Field,
    /// False when there is a [`Problem`] with it.
    pub understood: bool,
}

/// Something in the line that cannot be used as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Bytes of the line, on character borders.
    pub range: Range<usize>,
    /// The field it was meant for.
    pub field: Field,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong with a word of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// Not a usable amount.
    Amount(AmountError),
    /// Not a usable day.
    Date(DateError),
    /// Nothing is called that; what was written, and some names that would do.
    Unknown {
        /// What was written.
        written: String,
        /// Names that are there.
        known: Vec<String>,
    },
    /// Several are called that.
    Ambiguous {
        /// What was written.
        written: String,
        /// Some of those it may mean.
        candidates: Vec<String>,
    },
    /// The sign comes again later; the later one counts.
    Repeated,
}

impl fmt::Display for Problem {
    /// In English, for the command line: what is wrong and what to do.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = self.field.label();
        match &self.kind {
            ProblemKind::Amount(error) => error.fmt(formatter),
            ProblemKind::Date(error) => error.fmt(formatter),
            ProblemKind::Unknown { written, known } if known.is_empty() => {
                write!(formatter, "no {field} is called \"{written}\"")
            }
            ProblemKind::Unknown { written, known } => {
                write!(
                    formatter,
                    "no {field} is called \"{written}\"; there are {}",
                    known.join(", ")
                )
            }
            ProblemKind::Ambiguous {
                written,
                candidates,
            } => {
                write!(
                    formatter,
                    "\"{written}\" may be {}; write more of it",
                    candidates.join(" or ")
                )
            }
            ProblemKind::Repeated => write!(
                formatter,
                "the {field} is given twice; the last one counts, delete the other"
            ),
        }
    }
}

/// A field the deal needs and the line lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Which one.
    pub field: Field,
    /// A bare number that was left in the name (`50`, `2026`); with a unit or a sign (`50.00`, `$2026`) it would be the amount.
    pub left_in_name: Option<Range<usize>>,
}

/// A line, understood as far as it can be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// What was understood.
    pub fields: Fields,
    /// Every word and what it was taken for.
    pub spans: Vec<Span>,
    /// What cannot be used, in the line's order.
    pub problems: Vec<Problem>,
    /// What the deal still needs: name, amount, contract date.
    pub missing: Vec<Missing>,
}

impl Entry {
    /// True when the deal can be made of it as it is.
    pub fn is_complete(&self) -> bool {
        self.problems.is_empty() && self.missing.is_empty()
    }
}

/// Understands a line. Never fails: what cannot be used is in `problems`, what is not there in `missing`.
pub fn parse(line: &str, lexicon: &Lexicon<'_>) -> Entry {
    let mut reading = Reading {
        line,
        lexicon,
        parsed: Entry::default(),
    };
    let words = tokens(line);
    let (amount, bare): (Option<Range<usize>>, Vec<&Token<'_>>) = reading.find_amount(&words);
    reading.read_name(&bare, amount.as_ref());
    for (index, word) in words.iter().enumerate() {
        let Some(field) = field_of(word.sign) else {
            continue;
        };
        if words[index + 1..]
            .iter()
            .any(|later| later.sign == word.sign)
        {
            reading.problem(word.range.clone(), field, ProblemKind::Repeated);
        }
    }
    // The customer first: it decides which of two contacts of one name is meant.
    let last = |sign: Sign| words.iter().rev().find(|word| word.sign == sign);
    reading.read_customer(last(Sign::Customer));
    reading.read_stage(last(Sign::Stage));
    reading.read_date(last(Sign::ContractDate));
    reading.read_contact(last(Sign::Contact));
    reading.read_owner(last(Sign::Owner));
    reading.read_grade(last(Sign::Grade));
    reading.finish(&words, amount, &bare)
}

fn field_of(sign: Sign) -> Option<Field> {
    Some(match sign {
        Sign::Bare | Sign::Quoted => return None,
        Sign::Stage => Field::Stage,
        Sign::ContractDate => Field::ContractDate,
        Sign::Contact => Field::Contact,
        Sign::Owner => Field::Owner,
        Sign::Customer => Field::Customer,
        Sign::Grade => Field::Grade,
    })
}

struct Reading<'a> {
    line: &'a str,
    lexicon: &'a Lexicon<'a>,
    parsed: Entry,
}

impl<'a> Reading<'a> {
    fn problem(&mut self, range: Range<usize>, field: Field, kind: ProblemKind) {
        self.parsed.problems.push(Problem { range, field, kind });
    }

    /// Finds the amount; gives where it stands, and the words that are left for the name.
    fn find_amount<'w>(
        &mut self,
        words: &'w [Token<'a>],
    ) -> (Option<Range<usize>>, Vec<&'w Token<'a>>) {
        let mut sure: Option<(Range<usize>, Result<i64, AmountError>)> = None;
        let mut unsure: Option<(Range<usize>, i64)> = None;
        let mut left_in_name = None;
        let mut index = 0;
        while let Some(word) = words.get(index) {
            index += 1;
            if word.sign != Sign::Bare {
                continue;
            }
            // `120 万`, `1.2 million EUR`; and `EUR 500`.
            let mut range = word.range.clone();
            let mut result = parse_amount(word.value, self.lexicon.currency);
            let mut mark_seen = amount::is_detached_mark(word.value);
            while let Some(next) = words.get(index).filter(|next| next.sign == Sign::Bare) {
                let longer = range.start..next.range.end;
                let next_is_mark = amount::is_detached_mark(next.value);
                let extended = parse_amount(&self.line[longer.clone()], self.lexicon.currency);
                if !(mark_seen || next_is_mark) || extended == Err(AmountError::NotAnAmount) {
                    break;
                }
                (range, result, mark_seen) = (longer, extended, false);
                index += 1;
            }
            match result {
                Err(AmountError::NotAnAmount) => {}
                Err(error) => sure = Some((range, Err(error))),
                Ok(amount) if amount.explicit => sure = Some((range, Ok(amount.minor))),
                Ok(amount) => {
                    let whole =
                        amount.minor / 10_i64.pow(u32::from(self.lexicon.currency.minor_digits));
                    if whole >= SMALLEST_BARE_AMOUNT && !YEARS.contains(&whole) {
                        unsure = Some((range, amount.minor));
                    } else {
                        left_in_name = Some(range);
                    }
                }
            }
        }
        let found = match (sure, unsure) {
            (Some((range, Ok(minor))), _) | (None, Some((range, minor))) => {
                self.parsed.fields.amount_minor = Some(minor);
                Some(range)
            }
            (Some((range, Err(error))), _) => {
                self.problem(range.clone(), Field::Amount, ProblemKind::Amount(error));
                Some(range)
            }
            (None, None) => {
                self.parsed.missing.push(Missing {
                    field: Field::Amount,
                    left_in_name,
                });
                None
            }
        };
        let in_amount = |word: &Token<'_>| {
            found
                .as_ref()
                .is_some_and(|range| range.start <= word.range.start && word.range.end <= range.end)
        };
        let bare = words
            .iter()
            .filter(|word| matches!(word.sign, Sign::Bare | Sign::Quoted) && !in_amount(word))
            .collect();
        (found, bare)
    }

    fn read_name(&mut self, bare: &[&Token<'_>], amount: Option<&Range<usize>>) {
        let words: Vec<&str> = bare
            .iter()
            .map(|word| word.value.trim())
            .filter(|word| !word.is_empty())
            .collect();
        if words.is_empty() {
            let missing = Missing {
                field: Field::Name,
                left_in_name: None,
            };
            // The name leads in the list of what is missing, as it does in the line.
            self.parsed.missing.insert(0, missing);
            return;
        }
        let name = words.join(" ");
        // A customer is taken from the name's beginning only when the name really begins the line.
        let leads = amount.is_none_or(|amount| bare[0].range.start < amount.start);
        if let Some(customer) = self
            .lexicon
            .customers
            .leading(&name)
            .filter(|_| leads)
            .and_then(|place| self.lexicon.customers.get(place))
        {
            self.parsed.fields.customer = Some(Mention::Known(customer.id));
            self.parsed.fields.customer_implied = true;
        }
        self.parsed.fields.name = Some(name);
    }

    fn read_customer(&mut self, word: Option<&Token<'_>>) {
        let Some(word) = word else { return };
        self.parsed.fields.customer_implied = false;
        self.parsed.fields.customer =
            self.mention(word, Field::Customer, self.lexicon.customers, None);
    }

    fn read_contact(&mut self, word: Option<&Token<'_>>) {
        let Some(word) = word else { return };
        let customer = match &self.parsed.fields.customer {
            Some(Mention::Known(id)) => Some(*id),
            _ => None,
        };
        self.parsed.fields.contact =
            self.mention(word, Field::Contact, self.lexicon.contacts, customer);
    }

    fn read_stage(&mut self, word: Option<&Token<'_>>) {
        let Some(word) = word else { return };
        let stages = self.lexicon.stages;
        let place = stages
            .at_position(word.value)
            .or_else(|| self.only(word, Field::Stage, stages));
        self.parsed.fields.stage_id = place
            .and_then(|place| stages.get(place))
            .map(|stage| stage.id);
    }

    fn read_owner(&mut self, word: Option<&Token<'_>>) {
        let Some(word) = word else { return };
        let members = self.lexicon.members;
        let place = self.only(word, Field::Owner, members);
        self.parsed.fields.owner_id = place
            .and_then(|place| members.get(place))
            .map(|member| member.id);
    }

    fn read_date(&mut self, word: Option<&Token<'_>>) {
        let result = word.map(|word| (word, parse_date(word.value, self.lexicon.today)));
        match result {
            None => self.parsed.missing.push(Missing {
                field: Field::ContractDate,
                left_in_name: None,
            }),
            Some((_, Ok(day))) => self.parsed.fields.contract_date = Some(day),
            Some((word, Err(error))) => self.problem(
                word.range.clone(),
                Field::ContractDate,
                ProblemKind::Date(error),
            ),
        }
    }

    fn read_grade(&mut self, word: Option<&Token<'_>>) {
        let Some(word) = word else { return };
        let grade = word.value.trim().to_uppercase();
        if GRADES.contains(&grade.as_str()) {
            self.parsed.fields.grade = Some(grade);
        } else {
            let known = GRADES.iter().map(|grade| (*grade).to_owned()).collect();
            let kind = ProblemKind::Unknown {
                written: word.value.to_owned(),
                known,
            };
            self.problem(word.range.clone(), Field::Grade, kind);
        }
    }

    /// One that is known or one that is new; several are a problem.
    fn mention(
        &mut self,
        word: &Token<'_>,
        field: Field,
        names: &Names,
        parent: Option<u64>,
    ) -> Option<Mention> {
        match names.find(word.value, parent) {
            Found::One(place) => names.get(place).map(|name| Mention::Known(name.id)),
            Found::Several(places) => {
                self.ambiguous(word, field, names, &places);
                None
            }
            Found::Nothing if word.value.trim().is_empty() => None,
            Found::Nothing => Some(Mention::New(word.value.trim().to_owned())),
        }
    }

    /// Exactly one that is known; anything else is a problem.
    fn only(&mut self, word: &Token<'_>, field: Field, names: &Names) -> Option<usize> {
        match names.find(word.value, None) {
            Found::One(place) => Some(place),
            Found::Several(places) => {
                self.ambiguous(word, field, names, &places);
                None
            }
            Found::Nothing => {
                let known = (0..names.len().min(names::MAX_CANDIDATES))
                    .filter_map(|place| names.get(place))
                    .map(|name| name.shown.clone());
                let kind = ProblemKind::Unknown {
                    written: word.value.to_owned(),
                    known: known.collect(),
                };
                self.problem(word.range.clone(), field, kind);
                None
            }
        }
    }

    fn ambiguous(&mut self, word: &Token<'_>, field: Field, names: &Names, places: &[usize]) {
        let candidates = places
            .iter()
            .filter_map(|place| names.get(*place))
            .map(|name| name.shown.clone())
            .collect();
        self.problem(
            word.range.clone(),
            field,
            ProblemKind::Ambiguous {
                written: word.value.to_owned(),
                candidates,
            },
        );
    }

    fn finish(
        mut self,
        words: &[Token<'_>],
        amount: Option<Range<usize>>,
        bare: &[&Token<'_>],
    ) -> Entry {
        let mut spans: Vec<(Range<usize>, Field)> = bare
            .iter()
            .map(|word| (word.range.clone(), Field::Name))
            .collect();
        spans.extend(amount.map(|range| (range, Field::Amount)));
        spans.extend(
            words
                .iter()
                .filter_map(|word| Some((word.range.clone(), field_of(word.sign)?))),
        );
        spans.sort_unstable_by_key(|(range, _)| range.start);
        self.parsed
            .problems
            .sort_by_key(|problem| problem.range.start);
        let problems = &self.parsed.problems;
        self.parsed.spans = spans
            .into_iter()
            .map(|(range, field)| Span {
                understood: !problems.iter().any(|problem| problem.range == range),
                range,
                field,
            })
            .collect();
        self.parsed
    }
}

#[cfg(test)]
mod tests;
