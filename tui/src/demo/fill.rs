//! Puts an invented past into a server, by the calls anybody could make.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::tz::TimeZone;
use sluice_proto::v1;
use tonic::Status;

use super::lived::{self, Team};
use super::plan::{LOST, OPEN_STAGES, Plan};
use super::{duties, visits};
use crate::client::{Connection, timed};
use crate::embedded::SimulatedClock;
use crate::record::{DAY_US, Micros};
use crate::wire::timestamp;

/// Rows of one import call: the server's limit.
const ROWS_A_CALL: usize = 500;

/// Calls under way at the same time; the server commits them in groups.
pub(super) const IN_FLIGHT: usize = 32;

/// The person who looks at the demonstration leads all teams and owns one deal of so many, so that alerts and a queue are theirs too.
const LEADERS_SHARE: usize = 16;

/// The workspace is so many days old.
const FOUNDED_DAYS: i64 = 400;

/// Currency of a demonstration.
const CURRENCY: &str = "USD";

/// How to fill.
#[derive(Clone, Debug)]
pub struct FillOptions {
    /// The same seed makes the same team.
    pub seed: u64,
    /// Until when there is a past.
    pub now: Micros,
    /// Working hours are of this zone; the workspace gets it when it is fresh.
    pub zone: TimeZone,
    /// What a fresh workspace's first administrator is called.
    pub user_name: String,
    /// Stage names in Chinese.
    pub chinese: bool,
    /// The clock of the server that is filled, if it can be moved: then the last weeks are lived, and everything before imported. Where time
    /// passes by itself, all is imported.
    pub clock: Option<SimulatedClock>,
    /// How many days are lived.
    pub lived_days: i64,
}

/// How far the filling is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Things made.
    pub done: usize,
    /// Things to make.
    pub total: usize,
}

/// Fills a workspace, setting it up when it is fresh. Repeating it with the same seed and the same instant changes nothing: every call has an id of
/// its own.
pub async fn fill(
    connection: &Connection,
    options: &FillOptions,
    mut progress: impl FnMut(Progress),
) -> Result<(), Status> {
    let plan = Plan::new(options.seed, options.now, &options.zone);
    let since = match options.clock {
        Some(_) => options.now - options.lived_days * DAY_US,
        None => options.now,
    };
    let steps = lived::steps(&plan, options.seed, since, options.now, &options.zone);
    let people = plan.teams.len() + plan.members.len() + plan.customers.len() + plan.contacts.len();
    let imported: Vec<usize> = (0..plan.deals.len())
        .filter(|place| plan.deals[*place].stages[0].at < since)
        .collect();
    let logged: Vec<usize> = (0..plan.activities.len())
        .filter(|place| plan.activities[*place].at < since)
        .collect();
    let total = people + imported.len() + logged.len() + steps.len() + duties::STEPS;
    let mut done = 0;
    let mut advance = |count: usize| {
        done += count;
        progress(Progress { done, total });
    };
    advance(0);
    let filling = Filling {
        connection,
        tag: format!("demo-{}-{}", options.seed, options.now),
    };
    let at = |at: Micros| {
        if let Some(clock) = &options.clock {
            clock.advance_to(at);
        }
    };
    // People are there before anything is sold: nobody joins within a cycle that is looked at.
    at(options.now - FOUNDED_DAYS * DAY_US);
    let stages = filling.set_up(options).await?;
    let teams = filling.teams(&plan).await?;
    let members = filling.members(&plan, &teams).await?;
    filling.managers(&plan, &teams, &members).await?;
    let leader = filling.leader(options, &teams).await?;
    advance(plan.teams.len() + plan.members.len());
    let customers = filling.customers(&plan, &members).await?;
    let contacts = filling.contacts(&plan, &customers).await?;
    advance(plan.customers.len() + plan.contacts.len());
    let team = Team {
        members: &members,
        leader: leader.as_deref(),
        customers: &customers,
        contacts: &contacts,
        stages: &stages,
    };
    at(since);
    let mut deals = BTreeMap::new();
    for (call, places) in imported.chunks(ROWS_A_CALL).enumerate() {
        let rows = places
            .iter()
            .map(|place| filling.row(&plan, &team, *place, since));
        let ids = filling.import(call, rows.collect()).await?;
        deals.extend(places.iter().copied().zip(ids));
        advance(places.len());
    }
    filling.activities(&plan, &team, &logged, &deals).await?;
    advance(logged.len());
    filling.goals(&plan, options).await?;
    filling.schemes().await?;
    if let Some(clock) = &options.clock {
        filling
            .live_through(
                &plan,
                &team,
                (options, clock),
                &steps,
                &mut deals,
                &mut advance,
            )
            .await?;
    }
    at(options.now);
    let deals: Vec<String> = deals.into_values().collect();
    filling.gate(&stages).await?;
    filling.requests(&plan, &deals, &stages).await?;
    filling
        .check_ins(&plan, &deals, &members, options.seed)
        .await?;
    if let Some(clock) = &options.clock {
        clock.follow_system();
    }
    advance(duties::STEPS);
    Ok(())
}

pub(super) struct Filling<'a> {
    pub(super) connection: &'a Connection,
    tag: String,
}

impl Filling<'_> {
    /// The id of a call: what is made, and which one of them.
    pub(super) fn request_id(&self, what: &str, place: usize) -> String {
        format!("{}-{what}-{place}", self.tag)
    }

    /// What a deal is called elsewhere: the same however it comes about.
    pub(super) fn external_id(&self, place: usize) -> String {
        format!("{}-{place}", self.tag)
    }

    /// Who sells a deal of the plan.
    pub(super) fn owner(&self, team: &Team<'_>, plan: &Plan, place: usize) -> String {
        match team.leader {
            Some(leader) if place.is_multiple_of(LEADERS_SHARE) => leader.to_owned(),
            _ => team.members[plan.deals[place].owner].clone(),
        }
    }

    /// A deal as it was at an instant, for the import.
    fn row(
        &self,
        plan: &Plan,
        team: &Team<'_>,
        place: usize,
        until: Micros,
    ) -> v1::ImportedOpportunity {
        let deal = &plan.deals[place];
        let entered = || deal.stages.iter().take_while(|entered| entered.at < until);
        let lost = entered().last().is_some_and(|last| last.stage == LOST);
        v1::ImportedOpportunity {
            external_id: self.external_id(place),
            name: deal.name.clone(),
            amount: Some(v1::Money {
                amount_minor: deal.amount_major * 100,
                currency_code: String::new(),
            }),
            stages: entered()
                .map(|entered| v1::ImportedStage {
                    stage_id: team.stages[entered.stage].clone(),
                    entered_time: Some(timestamp(entered.at)),
                })
                .collect(),
            create_time: deal.stages.first().map(|entered| timestamp(entered.at)),
            expected_contract_date: deal.contract_date.to_string(),
            owner_id: self.owner(team, plan, place),
            customer_id: team.customers[deal.customer].clone(),
            source: deal.source.to_owned(),
            grade: deal.grade,
            loss_reason: if lost { deal.loss_reason } else { "" }.to_owned(),
            ..Default::default()
        }
    }

    /// Ids of the first pipeline's stages: five open ones, won, lost.
    async fn set_up(&self, options: &FillOptions) -> Result<Vec<String>, Status> {
        let mut workspace = self.connection.workspace();
        let info = workspace
            .get_server_info(timed(v1::GetServerInfoRequest {}))
            .await?
            .into_inner();
        if !info.set_up {
            let request = v1::SetUpWorkspaceRequest {
                name: if options.chinese { "演示" } else { "Demo" }.to_owned(),
                time_zone: options.zone.iana_name().unwrap_or("UTC").to_owned(),
                currency_code: CURRENCY.to_owned(),
                pipeline_template: v1::PipelineTemplate::Default.into(),
                language: if options.chinese { "zh" } else { "en" }.to_owned(),
                administrator_name: options.user_name.clone(),
                administrator_unix_user: String::new(),
                request_id: self.request_id("set-up", 0),
            };
            workspace.set_up_workspace(timed(request)).await?;
        }
        let pipelines = self
            .connection
            .pipelines()
            .list_pipelines(timed(v1::ListPipelinesRequest::default()))
            .await?;
        let stages = pipelines
            .into_inner()
            .pipelines
            .into_iter()
            .next()
            .map(|pipeline| pipeline.stages)
            .unwrap_or_default();
        let of_kind = |kind: v1::StageKind| {
            stages
                .iter()
                .filter(move |stage| stage.kind() == kind && !stage.retired)
        };
        let mut ids: Vec<String> = of_kind(v1::StageKind::Open)
            .map(|stage| stage.id.clone())
            .collect();
        let (won, lost) = (
            of_kind(v1::StageKind::Won).next(),
            of_kind(v1::StageKind::Lost).next(),
        );
        match (won, lost) {
            (Some(won), Some(lost)) if ids.len() == OPEN_STAGES => {
                ids.extend([won.id.clone(), lost.id.clone()]);
                Ok(ids)
            }
            _ => Err(Status::failed_precondition(
                "the demonstration needs the default pipeline with five open stages; give it a folder of its own with --data",
            )),
        }
    }

    async fn teams(&self, plan: &Plan) -> Result<Vec<String>, Status> {
        let calls = plan
            .teams
            .iter()
            .enumerate()
            .map(|(place, name)| async move {
                let request = v1::CreateTeamRequest {
                    team: Some(v1::Team {
                        name: (*name).to_owned(),
                        ..Default::default()
                    }),
                    request_id: self.request_id("team", place),
                    validate_only: false,
                };
                let answer = self
                    .connection
                    .teams()
                    .create_team(timed(request))
                    .await?
                    .into_inner();
                Ok(answer.team.map(|team| team.id).unwrap_or_default())
            });
        stream::iter(calls).buffered(IN_FLIGHT).try_collect().await
    }

    async fn members(&self, plan: &Plan, teams: &[String]) -> Result<Vec<String>, Status> {
        let calls = plan
            .members
            .iter()
            .enumerate()
            .map(|(place, member)| async move {
                let role = if member.manager {
                    v1::Role::Manager
                } else {
                    v1::Role::Rep
                };
                let request = v1::CreateMemberRequest {
                    member: Some(v1::Member {
                        name: member.name.clone(),
                        role: role.into(),
                        team_id: teams[member.team].clone(),
                        active: true,
                        ..Default::default()
                    }),
                    request_id: self.request_id("member", place),
                    validate_only: false,
                };
                let answer = self
                    .connection
                    .members()
                    .create_member(timed(request))
                    .await?
                    .into_inner();
                Ok(answer.member.map(|member| member.id).unwrap_or_default())
            });
        stream::iter(calls).buffered(IN_FLIGHT).try_collect().await
    }

    async fn managers(
        &self,
        plan: &Plan,
        teams: &[String],
        members: &[String],
    ) -> Result<(), Status> {
        for (place, member) in plan
            .members
            .iter()
            .enumerate()
            .filter(|(_, member)| member.manager)
        {
            let request = v1::UpdateTeamRequest {
                team: Some(v1::Team {
                    id: teams[member.team].clone(),
                    manager_id: members[place].clone(),
                    ..Default::default()
                }),
                update_mask: Some(prost_types::FieldMask {
                    paths: vec!["manager_id".to_owned()],
                }),
                request_id: self.request_id("manager", place),
                validate_only: false,
            };
            self.connection.teams().update_team(timed(request)).await?;
        }
        Ok(())
    }

    /// Puts the administrator above all teams: what is critical anywhere is told to them; they sell with the first one, whose packets are
    /// theirs to open too. None where there is none.
    async fn leader(
        &self,
        options: &FillOptions,
        teams: &[String],
    ) -> Result<Option<String>, Status> {
        let mut members = self.connection.members();
        let request = v1::ListMembersRequest {
            page_size: 1_000,
            ..Default::default()
        };
        let all = members.list_members(timed(request)).await?.into_inner();
        let admin = |member: &v1::Member| member.role() == v1::Role::Admin;
        let Some(leader) = all.members.into_iter().find(admin) else {
            return Ok(None);
        };
        let request = v1::CreateTeamRequest {
            team: Some(v1::Team {
                name: if options.chinese {
                    "销售部"
                } else {
                    "Sales"
                }
                .to_owned(),
                manager_id: leader.id.clone(),
                ..Default::default()
            }),
            request_id: self.request_id("top", 0),
            validate_only: false,
        };
        let mut all_teams = self.connection.teams();
        let top = all_teams.create_team(timed(request)).await?.into_inner();
        let top = top.team.map(|team| team.id).unwrap_or_default();
        let changed = |path: &str| {
            Some(prost_types::FieldMask {
                paths: vec![path.to_owned()],
            })
        };
        for (place, id) in teams.iter().enumerate() {
            let request = v1::UpdateTeamRequest {
                team: Some(v1::Team {
                    id: id.clone(),
                    parent_id: top.clone(),
                    ..Default::default()
                }),
                update_mask: changed("parent_id"),
                request_id: self.request_id("under", place),
                validate_only: false,
            };
            all_teams.update_team(timed(request)).await?;
        }
        let request = v1::UpdateMemberRequest {
            member: Some(v1::Member {
                id: leader.id.clone(),
                team_id: teams[0].clone(),
                ..Default::default()
            }),
            update_mask: changed("team_id"),
            request_id: self.request_id("leader", 0),
            validate_only: false,
        };
        members.update_member(timed(request)).await?;
        Ok(Some(leader.id))
    }

    async fn customers(&self, plan: &Plan, members: &[String]) -> Result<Vec<String>, Status> {
        let calls = plan
            .customers
            .iter()
            .enumerate()
            .map(|(place, name)| async move {
                let request = v1::CreateCustomerRequest {
                    customer: Some(v1::Customer {
                        name: name.clone(),
                        owner_id: members[place % members.len()].clone(),
                        sites: vec![visits::site(place)],
                        ..Default::default()
                    }),
                    request_id: self.request_id("customer", place),
                    validate_only: false,
                };
                let answer = self
                    .connection
                    .customers()
                    .create_customer(timed(request))
                    .await?
                    .into_inner();
                Ok(answer
                    .customer
                    .map(|customer| customer.id)
                    .unwrap_or_default())
            });
        stream::iter(calls).buffered(IN_FLIGHT).try_collect().await
    }

    async fn contacts(&self, plan: &Plan, customers: &[String]) -> Result<Vec<String>, Status> {
        let calls = plan
            .contacts
            .iter()
            .enumerate()
            .map(|(place, name)| async move {
                let contact = v1::Contact {
                    name: name.clone(),
                    customer_id: customers[place].clone(),
                    // From 1: decider to evaluator; supportive to opposed.
                    decision_role: i32::try_from(place % 7 + 1).unwrap_or(1),
                    stance: i32::try_from(place % 3 + 1).unwrap_or(1),
                    ..Default::default()
                };
                let request = v1::CreateContactRequest {
                    contact: Some(contact),
                    request_id: self.request_id("contact", place),
                    validate_only: false,
                };
                let mut contacts = self.connection.contacts();
                let answer = contacts.create_contact(timed(request)).await?.into_inner();
                Ok(answer.contact.map(|contact| contact.id).unwrap_or_default())
            });
        stream::iter(calls).buffered(IN_FLIGHT).try_collect().await
    }

    async fn import(
        &self,
        call: usize,
        opportunities: Vec<v1::ImportedOpportunity>,
    ) -> Result<Vec<String>, Status> {
        let request = v1::ImportOpportunitiesRequest {
            opportunities,
            as_of_time: None,
            request_id: self.request_id("import", call),
            validate_only: false,
        };
        let answer = self
            .connection
            .imports()
            .import_opportunities(timed(request))
            .await?
            .into_inner();
        Ok(answer
            .results
            .into_iter()
            .map(|result| result.opportunity_id)
            .collect())
    }

    async fn activities(
        &self,
        plan: &Plan,
        team: &Team<'_>,
        places: &[usize],
        deals: &BTreeMap<usize, String>,
    ) -> Result<(), Status> {
        let calls = places.iter().map(|place| async move {
            let activity = lived::activity(plan, team, *place, deals);
            let request_id = self.request_id("activity", *place);
            match activity {
                Some(activity) => self.log(activity, request_id).await,
                None => Ok(()),
            }
        });
        stream::iter(calls).buffered(IN_FLIGHT).try_collect().await
    }
}
