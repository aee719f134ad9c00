//! What is wrong with a line, an amount, a date or a filter, in the person's language.

use crate::entry::amount::AmountError;
use crate::entry::date::DateError;
use crate::entry::{Field, Problem, ProblemKind};
use crate::layer::FieldName;
use crate::query::{MAX_TERMS, QueryErrorKind};
use crate::strings::Strings;

/// What is wrong with an amount.
pub(crate) fn amount(strings: &Strings, error: &AmountError) -> String {
    match error {
        AmountError::NotAnAmount => strings.say("problem-amount").to_owned(),
        AmountError::Negative => strings.say("problem-amount-negative").to_owned(),
        AmountError::TooLarge => strings.say("problem-amount-large").to_owned(),
        AmountError::TooPrecise { minor_digits } => strings.tell(
            "problem-amount-precise",
            &[("digits", u32::from(*minor_digits).into())],
        ),
        AmountError::OtherCurrency { written, expected } => strings.tell(
            "problem-amount-currency",
            &[
                ("written", written.as_str().into()),
                ("expected", expected.as_str().into()),
            ],
        ),
    }
}

/// What is wrong with a date.
pub(crate) fn date(strings: &Strings, error: &DateError) -> String {
    let key = match error {
        DateError::NotADay => "problem-date",
        DateError::Impossible => "problem-date-impossible",
        DateError::OutOfRange => "problem-date-range",
    };
    strings.say(key).to_owned()
}

/// Key of an entry field's label.
pub(crate) const fn field_key(field: Field) -> &'static str {
    match field {
        Field::Name => "field-name",
        Field::Amount => "field-amount",
        Field::Stage => "field-stage",
        Field::ContractDate => "field-contract-date",
        Field::Contact => "field-contact",
        Field::Customer => "field-customer",
        Field::Owner => "field-owner",
        Field::Grade => "field-grade",
    }
}

/// The field of a form that a path of the server's means: `opportunity.amount`.
pub(crate) fn form_field(path: &str) -> Option<FieldName> {
    Some(match path.rsplit('.').next().unwrap_or(path) {
        "name" => FieldName::Name,
        "amount" => FieldName::Amount,
        "stage_id" => FieldName::Stage,
        "expected_contract_date" => FieldName::ContractDate,
        "customer_id" => FieldName::Customer,
        "contact_ids" => FieldName::Contact,
        "owner_id" => FieldName::Owner,
        "grade" => FieldName::Grade,
        "source" => FieldName::Source,
        "note" => FieldName::Note,
        "win_probability_override_bp" => FieldName::Probability,
        "reason" | "override_reason" => FieldName::Reason,
        "purpose" => FieldName::Purpose,
        "until_time" => FieldName::Until,
        _ => return None,
    })
}

/// What is wrong with a word of the entry.
pub(crate) fn entry(strings: &Strings, problem: &Problem) -> String {
    let field = strings.say(field_key(problem.field)).to_owned();
    match &problem.kind {
        ProblemKind::Amount(error) => amount(strings, error),
        ProblemKind::Date(error) => date(strings, error),
        ProblemKind::Unknown { written, known } if known.is_empty() => strings.tell(
            "problem-unknown",
            &[
                ("field", field.into()),
                ("written", written.as_str().into()),
            ],
        ),
        ProblemKind::Unknown { written, known } => strings.tell(
            "problem-unknown-known",
            &[
                ("field", field.into()),
                ("written", written.as_str().into()),
                ("known", known.join(", ").into()),
            ],
        ),
        ProblemKind::Ambiguous {
            written,
            candidates,
        } => strings.tell(
            "problem-ambiguous",
            &[
                ("written", written.as_str().into()),
                ("candidates", candidates.join(", ").into()),
            ],
        ),
        ProblemKind::Repeated => strings.tell("problem-repeated", &[("field", field.into())]),
    }
}

/// What is wrong with a filter.
pub(crate) fn query(strings: &Strings, kind: &QueryErrorKind) -> String {
    match kind {
        QueryErrorKind::UnknownField(field) => {
            strings.tell("problem-filter-field", &[("field", field.as_str().into())])
        }
        QueryErrorKind::NotOnBoard(field) => {
            strings.tell("problem-filter-server", &[("field", field.as_str().into())])
        }
        QueryErrorKind::QuoteOpen => strings.say("problem-filter-quote").to_owned(),
        QueryErrorKind::NotClosed => strings.say("problem-filter-open").to_owned(),
        QueryErrorKind::NothingToClose => strings.say("problem-filter-close").to_owned(),
        QueryErrorKind::TermMissing => strings.say("problem-filter-term").to_owned(),
        QueryErrorKind::TooDeep => strings.say("problem-filter-deep").to_owned(),
        QueryErrorKind::ValueMissing => strings.say("problem-filter-value").to_owned(),
        QueryErrorKind::Amount(error) => amount(strings, error),
        QueryErrorKind::Date(error) => date(strings, error),
        QueryErrorKind::NotDays => strings.say("problem-filter-days").to_owned(),
        QueryErrorKind::NotOneOf(words) => strings.tell(
            "problem-filter-words",
            &[("words", words.join(", ").into())],
        ),
        QueryErrorKind::NoComparison => strings.say("problem-filter-comparison").to_owned(),
        QueryErrorKind::EmptyRange => strings.say("problem-filter-range").to_owned(),
        QueryErrorKind::TooManyTerms => {
            strings.tell("problem-filter-terms", &[("count", MAX_TERMS.into())])
        }
    }
}
