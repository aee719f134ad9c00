//! The fields of a deal as options of `sluice opportunity create` and `amend`.

use clap::{Args, ValueEnum};
use sluice_proto::v1;

use super::{
    failure::Outcome,
    reference::Kind,
    session::{Mask, Session},
    value::parse_percent,
};

/// How promising a deal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GradeArg {
    /// Best
    A,
    /// Good
    B,
    /// Fair
    C,
    /// Poor
    D,
    /// Not graded
    None,
}

impl GradeArg {
    fn to_proto(self) -> i32 {
        match self {
            Self::A => v1::Grade::A,
            Self::B => v1::Grade::B,
            Self::C => v1::Grade::C,
            Self::D => v1::Grade::D,
            Self::None => v1::Grade::Unspecified,
        }
        .into()
    }
}

/// Fields of a deal as options.
#[derive(Clone, Debug, Args)]
pub struct FieldArgs {
    /// What people call it
    #[arg(long)]
    name: Option<String>,
    /// What it would bring: 1.2m, 120万, 1054.50
    #[arg(long, allow_hyphen_values = true)]
    amount: Option<String>,
    /// Day the contract is expected: 2026-03-15, 3/15, fri, +30d, month-end
    #[arg(long, visible_alias = "expected-contract-date", value_name = "DATE")]
    date: Option<String>,
    /// The member who owns it: name, M-3; '' for nobody
    #[arg(long)]
    owner: Option<String>,
    /// The customer: name, C-7; '' for none
    #[arg(long)]
    customer: Option<String>,
    /// Contacts, comma-separated ids: K-9,K-12
    #[arg(long, value_delimiter = ',')]
    contact: Option<Vec<String>>,
    /// Members who help, comma-separated names or ids
    #[arg(long, value_delimiter = ',')]
    collaborator: Option<Vec<String>>,
    /// Where it came from
    #[arg(long)]
    source: Option<String>,
    /// How promising it is
    #[arg(long, ignore_case = true)]
    grade: Option<GradeArg>,
    /// Names of competitors, comma-separated
    #[arg(long, value_delimiter = ',')]
    competitor: Option<Vec<String>>,
    /// Its own chance to win in percent instead of its stage's; 'stage' goes back to the stage's
    #[arg(long, value_name = "PERCENT", value_parser = parse_own_probability, allow_negative_numbers = true)]
    win_probability: Option<OwnProbability>,
    /// Free text
    #[arg(long)]
    note: Option<String>,
    /// Key in another system
    #[arg(long, value_name = "KEY")]
    external_id: Option<String>,
}

/// A chance to win of a deal's own, or its stage's.
#[derive(Clone, Copy, Debug)]
pub struct OwnProbability(Option<i32>);

fn parse_own_probability(text: &str) -> Result<OwnProbability, String> {
    if text.eq_ignore_ascii_case("stage") {
        return Ok(OwnProbability(None));
    }
    parse_percent(text).map(|basis_points| OwnProbability(Some(basis_points)))
}

impl FieldArgs {
    /// Puts the given fields into a deal and their names into the mask.
    pub async fn fill(
        self,
        session: &mut Session,
        deal: &mut v1::Opportunity,
        mask: &mut Mask,
    ) -> Outcome {
        if let Some(amount) = &self.amount {
            deal.amount = Some(session.setting().await?.money(amount)?);
            mask.add("amount");
        }
        if let Some(date) = &self.date {
            deal.expected_contract_date = session.setting().await?.date(date)?;
            mask.add("expected_contract_date");
        }
        if let Some(owner) = &self.owner {
            deal.owner_id = match owner.as_str() {
                "" => String::new(),
                name => session.directory.member(name).await?,
            };
            mask.add("owner_id");
        }
        if let Some(customer) = &self.customer {
            deal.customer_id = match customer.as_str() {
                "" => String::new(),
                name => session.directory.customer(name).await?,
            };
            mask.add("customer_id");
        }
        if let Some(contacts) = &self.contact {
            let given = contacts.iter().filter(|contact| !contact.is_empty());
            deal.contact_ids = given
                .map(|contact| Kind::Contact.require(contact))
                .collect::<Outcome<_>>()?;
            mask.add("contact_ids");
        }
        if let Some(collaborators) = &self.collaborator {
            deal.collaborator_ids.clear();
            for collaborator in collaborators.iter().filter(|name| !name.is_empty()) {
                deal.collaborator_ids
                    .push(session.directory.member(collaborator).await?);
            }
            mask.add("collaborator_ids");
        }
        if let Some(OwnProbability(basis_points)) = self.win_probability {
            deal.win_probability_override_bp = basis_points;
            mask.add("win_probability_override_bp");
        }
        let competitors = self
            .competitor
            .map(|names| names.into_iter().filter(|name| !name.is_empty()).collect());
        mask.take("name", self.name, &mut deal.name);
        mask.take("source", self.source, &mut deal.source);
        mask.take("grade", self.grade.map(GradeArg::to_proto), &mut deal.grade);
        mask.take("competitors", competitors, &mut deal.competitors);
        mask.take("note", self.note, &mut deal.note);
        mask.take("external_id", self.external_id, &mut deal.external_id);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use clap::{CommandFactory as _, Parser as _};

    use crate::cli::Cli;

    fn refusal(options: &[&str]) -> Option<String> {
        let start = ["sluice", "opportunity", "create", "--name", "Acme"];
        let words = start.iter().chain(options);
        Cli::try_parse_from(words).err().map(|e| e.to_string())
    }

    #[test]
    fn a_negative_figure_is_a_wrong_value_and_not_an_unknown_option() {
        Cli::command().debug_assert();
        // The amount itself is read later, in the workspace's currency.
        for amount in ["-5", "-1.2m", "-$5"] {
            assert_eq!(refusal(&["--amount", amount]), None);
        }
        let text = refusal(&["--win-probability", "-5"]).unwrap();
        assert!(text.contains("'-5' is not a percentage"), "{text}");
        let text = refusal(&["--win-probability", "--source", "web"]).unwrap();
        assert!(text.contains("a value is required"), "{text}");
    }
}
