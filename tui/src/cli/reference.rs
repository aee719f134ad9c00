//! What people write for a resource: `opportunities/1042`, `O-1042`, `1042`, or its name where it has a telling one.

use std::collections::BTreeMap;

use sluice_proto::v1;

use super::{
    api::{Api, ListQuery},
    failure::{Failure, Outcome},
};
use crate::entry::names::fold;

/// Candidates named when a name is ambiguous.
const MAX_CANDIDATES: usize = 5;

/// A kind of resource and how its ids are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `activities/5`, `A-5`.
    Activity,
    /// `alerts/7`, `AL-7`.
    Alert,
    /// `approvals/7`, `AP-7`.
    Approval,
    /// `customers/7`, `C-7`.
    Customer,
    /// `contacts/9`, `K-9`.
    Contact,
    /// `goals/3`, `G-3`.
    Goal,
    /// `members/3`, `M-3`.
    Member,
    /// `opportunities/1042`, `O-1042`.
    Opportunity,
    /// `pipelines/1`, `P-1`.
    Pipeline,
    /// `savedViews/7`, `V-7`.
    SavedView,
    /// `notices/12`, `N-12`.
    Notice,
    /// `webhooks/2`, `W-2`.
    Webhook,
    /// `digestSchedules/4`, `D-4`.
    DigestSchedule,
    /// `deliveries/31`, `X-31`.
    Delivery,
    /// `stages/4`, `S-4`.
    Stage,
    /// `teams/3`, `T-3`.
    Team,
    /// `schemes/3`, `SC-3`.
    Scheme,
    /// `rewards/7`, `R-7`.
    Reward,
    /// `ledgerTransactions/9`, `L-9`.
    LedgerTransaction,
    /// `packets/12`, `PK-12`.
    Packet,
    /// `payouts/2`, `PO-2`.
    Payout,
    /// `badges/4`, `B-4`.
    Badge,
}

impl Kind {
    const ALL: [Self; 22] = [
        Self::Activity,
        Self::Alert,
        Self::Approval,
        Self::Customer,
        Self::Contact,
        Self::Goal,
        Self::Member,
        Self::Opportunity,
        Self::Pipeline,
        Self::SavedView,
        Self::Notice,
        Self::Webhook,
        Self::DigestSchedule,
        Self::Delivery,
        Self::Stage,
        Self::Team,
        Self::Scheme,
        Self::Reward,
        Self::LedgerTransaction,
        Self::Packet,
        Self::Payout,
        Self::Badge,
    ];

    const fn collection(self) -> &'static str {
        match self {
            Self::Activity => "activities",
            Self::Alert => "alerts",
            Self::Approval => "approvals",
            Self::Customer => "customers",
            Self::Contact => "contacts",
            Self::Goal => "goals",
            Self::Member => "members",
            Self::Opportunity => "opportunities",
            Self::Pipeline => "pipelines",
            Self::SavedView => "savedViews",
            Self::Notice => "notices",
            Self::Webhook => "webhooks",
            Self::DigestSchedule => "digestSchedules",
            Self::Delivery => "deliveries",
            Self::Stage => "stages",
            Self::Team => "teams",
            Self::Scheme => "schemes",
            Self::Reward => "rewards",
            Self::LedgerTransaction => "ledgerTransactions",
            Self::Packet => "packets",
            Self::Payout => "payouts",
            Self::Badge => "badges",
        }
    }

    const fn letter(self) -> &'static str {
        match self {
            Self::Activity => "A",
            Self::Alert => "AL",
            Self::Approval => "AP",
            Self::Customer => "C",
            Self::Contact => "K",
            Self::Goal => "G",
            Self::Member => "M",
            Self::Opportunity => "O",
            Self::Pipeline => "P",
            Self::SavedView => "V",
            Self::Notice => "N",
            Self::Webhook => "W",
            Self::DigestSchedule => "D",
            Self::Delivery => "X",
            Self::Stage => "S",
            Self::Team => "T",
            Self::Scheme => "SC",
            Self::Reward => "R",
            Self::LedgerTransaction => "L",
            Self::Packet => "PK",
            Self::Payout => "PO",
            Self::Badge => "B",
        }
    }

    /// What one of them is called.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Activity => "activity",
            Self::Alert => "alert",
            Self::Approval => "approval",
            Self::Customer => "customer",
            Self::Contact => "contact",
            Self::Goal => "goal",
            Self::Member => "member",
            Self::Opportunity => "opportunity",
            Self::Pipeline => "pipeline",
            Self::SavedView => "view",
            Self::Notice => "notice",
            Self::Webhook => "webhook",
            Self::DigestSchedule => "schedule",
            Self::Delivery => "delivery",
            Self::Stage => "stage",
            Self::Team => "team",
            Self::Scheme => "scheme",
            Self::Reward => "reward",
            Self::LedgerTransaction => "transaction",
            Self::Packet => "packet",
            Self::Payout => "payout",
            Self::Badge => "badge",
        }
    }

    /// The id in its long form, if the text is an id in any form.
    pub fn parse(self, text: &str) -> Option<String> {
        let text = text.trim();
        let number = match text.split_once('/') {
            Some((collection, number)) if collection == self.collection() => number,
            Some(_) => return None,
            None => match text.split_once('-') {
                Some((letter, number)) if letter.eq_ignore_ascii_case(self.letter()) => number,
                Some(_) => return None,
                None => text,
            },
        };
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number: u64 = number.parse().ok().filter(|number| *number > 0)?;
        Some(format!("{}/{number}", self.collection()))
    }

    /// The long form of an id, or why the text is none.
    pub fn require(self, text: &str) -> Outcome<String> {
        self.parse(text).ok_or_else(|| {
            let (collection, letter) = (self.collection(), self.letter());
            Failure::usage(format!("'{text}' is no {}", self.word()))
                .with_hint(format!("Write {collection}/12, {letter}-12 or 12."))
        })
    }

    /// The number of an id in its long form; 0 when it is none.
    pub fn number(self, id: &str) -> u64 {
        let number = id
            .strip_prefix(self.collection())
            .and_then(|rest| rest.strip_prefix('/'));
        number.and_then(|number| number.parse().ok()).unwrap_or(0)
    }

    /// The long form of a number.
    pub fn id(self, number: u64) -> String {
        format!("{}/{number}", self.collection())
    }
}

/// The short form of any id: `O-1042`; the id itself when it is of no known kind.
pub fn short(id: &str) -> String {
    let found = Kind::ALL
        .into_iter()
        .find_map(|kind| match kind.number(id) {
            0 => None,
            number => Some(format!("{}-{number}", kind.letter())),
        });
    found.unwrap_or_else(|| id.to_owned())
}

/// The one thing of a kind that a text means: by id, then by whole name, then by the start of its name.
pub fn choose<'a, T>(
    kind: Kind,
    text: &str,
    things: &'a [T],
    id: impl Fn(&T) -> &str,
    name: impl Fn(&T) -> String,
) -> Outcome<&'a T> {
    if let Some(wanted) = kind.parse(text)
        && let Some(thing) = things.iter().find(|thing| id(thing) == wanted)
    {
        return Ok(thing);
    }
    let wanted = fold(text);
    let matching = |fits: &dyn Fn(&str) -> bool| -> Vec<&'a T> {
        things
            .iter()
            .filter(|thing| fits(&fold(&name(thing))))
            .collect()
    };
    let mut found = matching(&|folded| folded == wanted);
    if found.is_empty() && !wanted.is_empty() {
        found = matching(&|folded| folded.starts_with(&wanted));
    }
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let names: Vec<String> = things.iter().map(&name).collect();
            let failure = Failure::not_found(format!("no {} is '{text}'", kind.word()));
            Err(match names.len() {
                0 => failure,
                _ => failure.with_hint(there_are(&names)),
            })
        }
        several => {
            let candidates: Vec<String> = several
                .iter()
                .take(MAX_CANDIDATES)
                .map(|thing| format!("{} ({})", name(thing), short(id(thing))))
                .collect();
            Err(
                Failure::usage(format!("'{text}' may be {}", candidates.join(" or ")))
                    .with_hint("Write more of the name, or the id."),
            )
        }
    }
}

/// The first of some names, for a hint: `There are Kim, Noor and more.`
pub fn there_are<S: AsRef<str>>(names: &[S]) -> String {
    let known: Vec<&str> = names
        .iter()
        .take(MAX_CANDIDATES)
        .map(AsRef::as_ref)
        .collect();
    let more = if names.len() > known.len() {
        " and more"
    } else {
        ""
    };
    format!("There are {}{more}.", known.join(", "))
}

/// Resolves names by asking the server, and gives names for ids in tables.
#[derive(Debug)]
pub struct Directory {
    api: Api,
    members: Option<Vec<v1::Member>>,
    teams: Option<Vec<v1::Team>>,
    customers: Option<Vec<v1::Customer>>,
    pipelines: Option<Vec<v1::Pipeline>>,
    workspace: Option<v1::Workspace>,
}

macro_rules! loaded {
    ($($(#[$doc:meta])* $name:ident: $type:ty = $list:ident;)*) => {
        impl Directory {
            $($(#[$doc])*
            pub async fn $name(&mut self) -> Outcome<&[$type]> {
                if self.$name.is_none() {
                    self.$name = Some(self.api.$list(&ListQuery::default()).await?.$name);
                }
                Ok(self.$name.as_deref().unwrap_or_default())
            })*
        }
    };
}

loaded! {
    /// All members.
    members: v1::Member = list_members;
    /// All teams.
    teams: v1::Team = list_teams;
    /// All customers.
    customers: v1::Customer = list_customers;
    /// All pipelines with their stages.
    pipelines: v1::Pipeline = list_pipelines;
}

impl Directory {
    /// Nothing is known yet.
    pub fn new(api: Api) -> Self {
        Self {
            api,
            members: None,
            teams: None,
            customers: None,
            pipelines: None,
            workspace: None,
        }
    }

    /// The workspace.
    pub async fn workspace(&mut self) -> Outcome<&v1::Workspace> {
        if self.workspace.is_none() {
            self.workspace = Some(self.api.get_workspace().await?);
        }
        Ok(self.workspace.get_or_insert_default())
    }

    /// A member's id.
    pub async fn member(&mut self, text: &str) -> Outcome<String> {
        match Kind::Member.parse(text) {
            Some(id) => Ok(id),
            None => {
                let members = self.members().await?;
                choose(
                    Kind::Member,
                    text,
                    members,
                    |one| &one.id,
                    |one| one.name.clone(),
                )
                .map(|one| one.id.clone())
            }
        }
    }

    /// A team's id.
    pub async fn team(&mut self, text: &str) -> Outcome<String> {
        match Kind::Team.parse(text) {
            Some(id) => Ok(id),
            None => {
                let teams = self.teams().await?;
                choose(
                    Kind::Team,
                    text,
                    teams,
                    |one| &one.id,
                    |one| one.name.clone(),
                )
                .map(|one| one.id.clone())
            }
        }
    }

    /// A customer's id.
    pub async fn customer(&mut self, text: &str) -> Outcome<String> {
        match Kind::Customer.parse(text) {
            Some(id) => Ok(id),
            None => {
                let customers = self.customers().await?;
                choose(
                    Kind::Customer,
                    text,
                    customers,
                    |one| &one.id,
                    |one| one.name.clone(),
                )
                .map(|one| one.id.clone())
            }
        }
    }

    /// A pipeline's id.
    pub async fn pipeline(&mut self, text: &str) -> Outcome<String> {
        match Kind::Pipeline.parse(text) {
            Some(id) => Ok(id),
            None => {
                let pipelines = self.pipelines().await?;
                choose(
                    Kind::Pipeline,
                    text,
                    pipelines,
                    |one| &one.id,
                    |one| one.name.clone(),
                )
                .map(|one| one.id.clone())
            }
        }
    }

    /// A stage's id: by id anywhere, by name among the stages in use of one pipeline, or of all when it is empty.
    pub async fn stage(&mut self, text: &str, pipeline_id: &str) -> Outcome<String> {
        if let Some(id) = Kind::Stage.parse(text) {
            return Ok(id);
        }
        let pipelines = self.pipelines().await?;
        let wanted = pipelines
            .iter()
            .filter(|pipeline| pipeline_id.is_empty() || pipeline.id == pipeline_id);
        let stages: Vec<(v1::Stage, &str)> = wanted
            .flat_map(|pipeline| {
                let stages = pipeline.stages.iter().filter(|stage| !stage.retired);
                stages.map(|stage| (stage.clone(), pipeline.name.as_str()))
            })
            .collect();
        let chosen = choose(
            Kind::Stage,
            text,
            &stages,
            |(stage, _)| &stage.id,
            |(stage, _)| stage.name.clone(),
        );
        chosen.map(|(stage, _)| stage.id.clone())
    }

    /// Names for the ids in a table. Customers are read only when asked for: there may be many.
    pub async fn titles(&mut self, with_customers: bool) -> Outcome<Titles> {
        let mut names = BTreeMap::new();
        for member in self.members().await? {
            names.insert(member.id.clone(), member.name.clone());
        }
        for pipeline in self.pipelines().await? {
            names.insert(pipeline.id.clone(), pipeline.name.clone());
            for stage in &pipeline.stages {
                names.insert(stage.id.clone(), stage.name.clone());
            }
        }
        if with_customers {
            for customer in self.customers().await? {
                names.insert(customer.id.clone(), customer.name.clone());
            }
        }
        Ok(Titles { names })
    }

    /// Names of members and teams.
    pub async fn team_titles(&mut self) -> Outcome<Titles> {
        let mut titles = self.titles(false).await?;
        for team in self.teams().await? {
            titles.names.insert(team.id.clone(), team.name.clone());
        }
        Ok(titles)
    }
}

/// What people call the things that a table refers to.
#[derive(Clone, Debug, Default)]
pub struct Titles {
    names: BTreeMap<String, String>,
}

impl Titles {
    /// The name of an id; its short form when the name is not known, nothing for nothing.
    pub fn of(&self, id: &str) -> String {
        match self.names.get(id) {
            Some(name) => name.clone(),
            None => short(id),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::cli::failure::Exit;

    #[test]
    fn ids_are_read_in_all_three_forms() {
        for text in ["opportunities/1042", "O-1042", "o-1042", "1042", " 1042 "] {
            assert_eq!(
                Kind::Opportunity.parse(text).as_deref(),
                Some("opportunities/1042"),
                "{text}"
            );
        }
        for text in [
            "customers/7",
            "C-7",
            "0",
            "-1",
            "O-",
            "Acme",
            "18446744073709551616",
            "O-1 2",
        ] {
            assert_eq!(Kind::Opportunity.parse(text), None, "{text}");
        }
        assert_eq!(short("opportunities/1042"), "O-1042");
        assert_eq!(short("contacts/9"), "K-9");
        assert_eq!(short(""), "");
        assert_eq!(Kind::Member.number("members/3"), 3);
    }

    #[test]
    fn a_name_is_found_whole_then_by_its_start_and_ambiguity_lists_candidates() {
        let members = [
            ("members/1", "Kim Lee"),
            ("members/2", "Kim"),
            ("members/3", "Lee Kim"),
            ("members/4", "Kirk"),
        ];
        let find = |text: &str| {
            choose(
                Kind::Member,
                text,
                &members,
                |one| one.0,
                |one| one.1.to_owned(),
            )
            .map(|one| one.0)
        };
        assert_eq!(find("kim").unwrap(), "members/2");
        assert_eq!(find("Kim L").unwrap(), "members/1");
        assert_eq!(find("M-3").unwrap(), "members/3");
        let failure = find("ki").unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(
            failure
                .message
                .contains("Kim Lee (M-1) or Kim (M-2) or Kirk (M-4)"),
            "{failure}"
        );
        let failure = find("zoe").unwrap_err();
        assert_eq!(failure.exit, Exit::NotFound);
        assert!(failure.hint.contains("Kim Lee"), "{failure}");
    }
}
