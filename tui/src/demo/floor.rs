//! What the simulated team knows of its workspace, and what somebody does next.

use std::collections::{BTreeMap, BTreeSet};

use sluice_proto::v1;
use tonic::Status;

use super::random::Random;
use crate::client::{Connection, timed};

/// Fewer open deals than this and the team mostly finds new ones.
const FEW_OPEN: usize = 240;
/// More open deals than this and it finds none.
const MANY_OPEN: usize = 380;
/// Rows of a page: the most the server gives.
const FULL_PAGE: i32 = 1_000;

/// What somebody does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Logs a call, a visit …
    Log,
    /// Finds a new deal.
    Create,
    /// Moves a deal on.
    Forward,
    /// Moves it back.
    Back,
    /// Wins it.
    Win,
    /// Loses it.
    Lose,
    /// Checks in at a customer's.
    CheckIn,
    /// Learns that a deal is larger, smaller or later.
    Amend,
    /// Claims what was earned.
    Claim,
    /// Opens a packet.
    Open,
}

/// A deal as the simulation knows it.
#[derive(Clone, Debug, Default)]
pub struct Deal {
    /// Place of its stage.
    pub stage: usize,
    /// Whose it is.
    pub owner_id: String,
    /// Whom it is for.
    pub customer_id: String,
    /// Minor units.
    pub amount_minor: i64,
    /// As the server writes it; empty when there is none.
    pub contract_date: String,
}

/// A customer as the simulation knows it.
#[derive(Clone, Debug, Default)]
pub struct Customer {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Where it works.
    pub site: Option<v1::Site>,
}

/// What the simulation acts on.
#[derive(Clone, Debug, Default)]
pub struct Floor {
    /// Open stages in order, then won, then lost.
    pub stages: Vec<String>,
    /// How many of them are open.
    pub open_stages: usize,
    /// Places of those whose gate asks for approval.
    pub gated: Vec<usize>,
    /// Ids and names.
    pub members: Vec<(String, String)>,
    /// Members who do nothing by themselves: the person at the screen is one of them.
    pub administrators: BTreeSet<String>,
    /// All of them.
    pub customers: Vec<Customer>,
    /// By id.
    pub open: BTreeMap<String, Deal>,
    /// Deals about which a request for approval waits.
    pub waiting: BTreeSet<String>,
    /// Deals that may pass the gate.
    pub approved: BTreeSet<String>,
}

/// Deals about which there is a request for approval in a state.
async fn asked(connection: &Connection, state: &str) -> Result<BTreeSet<String>, Status> {
    let request = v1::ListApprovalsRequest {
        page_size: FULL_PAGE,
        filter: format!("state:{state}"),
        ..Default::default()
    };
    let answer = connection
        .approvals()
        .list_approvals(timed(request))
        .await?;
    let approvals = answer.into_inner().approvals.into_iter();
    Ok(approvals.map(|approval| approval.opportunity_id).collect())
}

/// Looks at everything anew.
pub async fn look_around(connection: &Connection) -> Result<Floor, Status> {
    let pipelines = connection
        .pipelines()
        .list_pipelines(timed(v1::ListPipelinesRequest::default()))
        .await?
        .into_inner();
    let stages = pipelines
        .pipelines
        .into_iter()
        .next()
        .map(|pipeline| pipeline.stages)
        .unwrap_or_default();
    let of_kind = |kind: v1::StageKind| {
        stages
            .iter()
            .filter(move |stage| stage.kind() == kind && !stage.retired)
            .map(|stage| stage.id.clone())
    };
    let mut ids: Vec<String> = of_kind(v1::StageKind::Open).collect();
    let open_stages = ids.len();
    ids.extend(of_kind(v1::StageKind::Won).next());
    ids.extend(of_kind(v1::StageKind::Lost).next());
    if ids.len() != open_stages + 2 {
        return Err(Status::failed_precondition(
            "the pipeline has no won or no lost stage",
        ));
    }
    let members = connection
        .members()
        .list_members(timed(v1::ListMembersRequest {
            page_size: FULL_PAGE,
            ..Default::default()
        }))
        .await?
        .into_inner()
        .members;
    let customers = connection
        .customers()
        .list_customers(timed(v1::ListCustomersRequest {
            page_size: FULL_PAGE,
            ..Default::default()
        }))
        .await?
        .into_inner()
        .customers;
    let deals = connection
        .opportunities()
        .list_opportunities(timed(v1::ListOpportunitiesRequest {
            page_size: FULL_PAGE,
            filter: "status:open".to_owned(),
            ..Default::default()
        }))
        .await?
        .into_inner()
        .opportunities;
    let gated = stages
        .iter()
        .filter(|stage| stage.kind() == v1::StageKind::Open && !stage.retired)
        .enumerate()
        .filter(|(_, stage)| {
            let gate = stage.gate.as_ref();
            gate.is_some_and(|gate| gate.approval_required)
        })
        .map(|(place, _)| place);
    let mut floor = Floor {
        gated: gated.collect(),
        waiting: asked(connection, "pending").await?,
        approved: asked(connection, "approved").await?,
        stages: ids,
        open_stages,
        administrators: members
            .iter()
            .filter(|member| member.role() == v1::Role::Admin)
            .map(|member| member.id.clone())
            .collect(),
        members: members
            .into_iter()
            .filter(|member| member.active)
            .map(|member| (member.id, member.name))
            .collect(),
        customers: customers
            .into_iter()
            .map(|customer| Customer {
                id: customer.id,
                name: customer.name,
                site: customer.sites.into_iter().next(),
            })
            .collect(),
        open: BTreeMap::new(),
    };
    deals.iter().for_each(|deal| floor.note(deal));
    Ok(floor)
}

impl Floor {
    /// Takes a deal over as the server describes it.
    pub fn note(&mut self, deal: &v1::Opportunity) {
        let stage = self.stages.iter().position(|stage| *stage == deal.stage_id);
        match stage.filter(|stage| *stage < self.open_stages && !deal.archived) {
            Some(stage) => {
                let known = Deal {
                    stage,
                    owner_id: deal.owner_id.clone(),
                    customer_id: deal.customer_id.clone(),
                    amount_minor: deal.amount.as_ref().map_or(0, |amount| amount.amount_minor),
                    contract_date: deal.expected_contract_date.clone(),
                };
                self.open.insert(deal.id.clone(), known);
            }
            None => {
                self.open.remove(&deal.id);
            }
        }
    }

    /// What somebody does next.
    pub fn choose(&self, random: &mut Random) -> Act {
        let (create, close) = match self.open.len() {
            0 => return Act::Create,
            open if open < FEW_OPEN => (40, 6),
            open if open > MANY_OPEN => (0, 30),
            _ => (15, 14),
        };
        let acts = [
            Act::Log,
            Act::Create,
            Act::Forward,
            Act::Back,
            Act::Win,
            Act::Lose,
            Act::CheckIn,
            Act::Amend,
            Act::Claim,
            Act::Open,
        ];
        let weights = [24, create, 35, 6, close / 2 + 1, close / 2, 12, 8, 5, 10];
        acts[random.weighted(&weights)]
    }

    /// A customer.
    pub fn customer(&self, id: &str) -> Option<&Customer> {
        self.customers.iter().find(|customer| customer.id == id)
    }

    /// A deal in one of the stages; any when there is none.
    pub fn deal(
        &self,
        random: &mut Random,
        stages: std::ops::Range<usize>,
    ) -> Option<(String, Deal)> {
        let fitting: Vec<_> = self
            .open
            .iter()
            .filter(|(_, deal)| stages.contains(&deal.stage))
            .collect();
        let chosen = if fitting.is_empty() {
            self.open.iter().next()?
        } else {
            *random.pick(&fitting)
        };
        Some((chosen.0.clone(), chosen.1.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floor(open: usize) -> Floor {
        let deal = Deal::default();
        Floor {
            stages: (1..=7).map(|number| format!("stages/{number}")).collect(),
            open_stages: 5,
            open: (0..open)
                .map(|number| (format!("opportunities/{number}"), deal.clone()))
                .collect(),
            ..Floor::default()
        }
    }

    #[test]
    fn the_number_of_open_deals_stays_in_bounds() {
        let mut random = Random::new(1, 1);
        assert_eq!(floor(0).choose(&mut random), Act::Create);
        let many = floor(MANY_OPEN + 1);
        assert!((0..500).all(|_| many.choose(&mut random) != Act::Create));
    }

    #[test]
    fn a_deal_that_closed_is_no_longer_acted_on() {
        let mut floor = floor(1);
        let mut deal = v1::Opportunity {
            id: "opportunities/0".into(),
            stage_id: "stages/3".into(),
            ..Default::default()
        };
        floor.note(&deal);
        assert_eq!(floor.open["opportunities/0"].stage, 2);
        deal.stage_id = "stages/6".into();
        floor.note(&deal);
        assert!(floor.open.is_empty());
    }
}
