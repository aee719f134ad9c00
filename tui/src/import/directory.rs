//! The pipeline, teams, members, customers and products that a file speaks of: found in the workspace, or made in it.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use serde::Serialize;
use sluice_proto::v1;

use super::{
    mapping::{CustomerMapping, MappedKind, Mapping, MemberMapping, Unknown},
    names::{NameIndex, Named},
    reading::{Table, utf8},
    row::KnownStage,
    template::{Bound, Template},
};
use crate::cli::{
    api::{Api, ListQuery},
    failure::{Exit, Failure, Outcome},
    request_id,
};

/// Stands for the id of something that a dry run would make.
pub const PLANNED_ID: &str = "(planned)";

/// What had to be made beside the rows themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Made {
    /// Pipelines: none or one.
    pub pipelines: u64,
    /// Teams.
    pub teams: u64,
    /// Members.
    pub members: u64,
    /// Customers.
    pub customers: u64,
}

/// What the rows may refer to.
pub struct Directory {
    api: Api,
    dry_run: bool,
    /// The pipeline.
    pub pipeline_id: String,
    /// Its stages in order.
    pub stages: Vec<KnownStage>,
    members: NameIndex,
    customers: NameIndex,
    products: Option<NameIndex>,
    unknown_member: Unknown,
    unknown_customer: Unknown,
    /// What had to be made.
    pub made: Made,
}

/// What a reference led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// Nothing was written.
    Absent,
    /// This one.
    Known(String),
    /// This one, whose own spelling is the second.
    Spelled(String, String),
    /// Nobody, and the row goes on without.
    Left,
    /// Nobody, and the mapping says to reject the row.
    Refused,
}

impl Directory {
    /// Reads the tables of the mapping, looks everything up, and makes what is missing unless it is a dry run.
    pub async fn prepare(
        api: Api,
        mapping: &Mapping,
        places: &[PathBuf],
        dry_run: bool,
    ) -> Outcome<Self> {
        let mut directory = Self {
            api,
            dry_run,
            pipeline_id: String::new(),
            stages: Vec::new(),
            members: NameIndex::default(),
            customers: NameIndex::default(),
            products: None,
            unknown_member: mapping.members.unknown,
            unknown_customer: mapping.customers.unknown,
            made: Made::default(),
        };
        directory.find_or_make_pipeline(mapping).await?;
        directory
            .find_or_make_members(&mapping.members, places, mapping.delimiter())
            .await?;
        directory
            .find_or_make_customers(&mapping.customers, places, mapping.delimiter())
            .await?;
        if let Some(products) = &mapping.products {
            let mut index = NameIndex::default();
            let mut reader = SideTable::open(&products.table, places, mapping.delimiter())?;
            let name = reader.bind(Some(&products.name))?;
            while let Some(entry) = reader.next_entry()? {
                let product = entry.fill(name.as_ref());
                index.insert(&product, &product);
            }
            directory.products = Some(index);
        }
        Ok(directory)
    }

    /// Whether rows may refer to things that a dry run has not made: then the server cannot check them.
    pub fn is_planned(&self) -> bool {
        self.dry_run && self.made != Made::default()
    }

    /// The member of a name, made if the mapping says so.
    pub async fn member(&mut self, name: &str) -> Outcome<Reference> {
        let found = reference(name, self.members.find(name), self.unknown_member);
        match found {
            None => {
                let member = v1::Member {
                    name: name.to_owned(),
                    active: true,
                    ..Default::default()
                };
                self.make_member(member).await.map(Reference::Known)
            }
            Some(reference) => Ok(reference),
        }
    }

    /// The customer of a name, made if the mapping says so.
    pub async fn customer(&mut self, name: &str) -> Outcome<Reference> {
        let found = reference(name, self.customers.find(name), self.unknown_customer);
        match found {
            None => {
                let customer = v1::Customer {
                    name: name.to_owned(),
                    ..Default::default()
                };
                self.make_customer(customer).await.map(Reference::Known)
            }
            Some(reference) => Ok(reference),
        }
    }

    /// Whether a product is in its table.
    pub fn product(&self, name: &str) -> Reference {
        match &self.products {
            Some(products) => {
                reference(name, products.find(name), Unknown::Leave).unwrap_or(Reference::Left)
            }
            None => Reference::Absent,
        }
    }

    async fn find_or_make_pipeline(&mut self, mapping: &Mapping) -> Outcome {
        let listed = self.api.list_pipelines(&ListQuery::default()).await?;
        let wanted = &mapping.pipeline;
        let mut matching = listed
            .pipelines
            .into_iter()
            .filter(|pipeline| pipeline.name == wanted.name && !pipeline.retired);
        let pipeline = match (matching.next(), matching.next()) {
            (Some(_), Some(_)) => {
                return Err(Failure::new(
                    Exit::Failed,
                    format!("two pipelines are named '{}'", wanted.name),
                )
                .with_hint(
                    "Rename one of them, or name another one under [pipeline] of the mapping.",
                ));
            }
            (Some(pipeline), None) => pipeline,
            (None, _) if wanted.stages.is_empty() => {
                return Err(Failure::not_found(format!("no pipeline is named '{}'", wanted.name))
                    .with_hint("List its stages under [pipeline] of the mapping, and the import makes it."));
            }
            (None, _) => self.make_pipeline(wanted).await?,
        };
        self.pipeline_id = pipeline.id;
        let stages = pipeline.stages.into_iter().filter(|stage| !stage.retired);
        self.stages = stages
            .map(|stage| KnownStage {
                kind: match stage.kind() {
                    v1::StageKind::Won => MappedKind::Won,
                    v1::StageKind::Lost => MappedKind::Lost,
                    _ => MappedKind::Open,
                },
                id: stage.id,
                name: stage.name,
            })
            .collect();
        Ok(())
    }

    async fn make_pipeline(
        &mut self,
        wanted: &super::mapping::PipelineMapping,
    ) -> Outcome<v1::Pipeline> {
        let stages = wanted.stages.iter().map(|stage| v1::Stage {
            name: stage.name.clone(),
            kind: match stage.kind {
                MappedKind::Open => v1::StageKind::Open,
                MappedKind::Won => v1::StageKind::Won,
                MappedKind::Lost => v1::StageKind::Lost,
            }
            .into(),
            win_probability_bp: stage.win_probability_bp(),
            stagnation_period_days: i32::from(stage.stagnation_days),
            ..Default::default()
        });
        let mut pipeline = v1::Pipeline {
            name: wanted.name.clone(),
            stages: stages.collect(),
            ..Default::default()
        };
        self.made.pipelines += 1;
        let request = v1::CreatePipelineRequest {
            pipeline: Some(pipeline.clone()),
            request_id: request_id(),
            validate_only: self.dry_run,
        };
        let answer = self
            .api
            .pipelines()
            .create_pipeline(request)
            .await
            .map_err(Failure::from);
        let made = answer.map_err(|failure| {
            failure.about(format!("pipeline '{}' of the mapping", wanted.name))
        })?;
        if self.dry_run {
            pipeline.id = PLANNED_ID.into();
            return Ok(pipeline);
        }
        Ok(made.into_inner().pipeline.unwrap_or_default())
    }

    async fn find_or_make_members(
        &mut self,
        mapping: &MemberMapping,
        places: &[PathBuf],
        delimiter: u8,
    ) -> Outcome {
        for member in self.api.list_members(&ListQuery::default()).await?.members {
            self.members.insert(&member.name, &member.id);
            if !member.external_id.is_empty() {
                self.members.insert(&member.external_id, &member.id);
            }
        }
        let Some(path) = &mapping.table else {
            return Ok(());
        };
        let mut teams = Teams::load(&self.api).await?;
        let mut table = SideTable::open(path, places, delimiter)?;
        let name = table.bind(mapping.name.as_ref())?;
        let team = table.bind(mapping.team.as_ref())?;
        let parent = table.bind(mapping.parent_team.as_ref())?;
        let email = table.bind(mapping.email.as_ref())?;
        let external_id = table.bind(mapping.external_id.as_ref())?;
        while let Some(entry) = table.next_entry()? {
            let parent_id = self
                .team(&mut teams, &entry.fill(parent.as_ref()), "")
                .await?;
            let team_id = self
                .team(&mut teams, &entry.fill(team.as_ref()), &parent_id)
                .await?;
            let member = v1::Member {
                name: entry.fill(name.as_ref()),
                team_id: if team_id.is_empty() {
                    parent_id
                } else {
                    team_id
                },
                email: entry.fill(email.as_ref()),
                external_id: entry.fill(external_id.as_ref()),
                active: true,
                ..Default::default()
            };
            let key = if member.external_id.is_empty() {
                &member.name
            } else {
                &member.external_id
            };
            if !key.is_empty() && !self.members.contains(key) {
                self.make_member(member)
                    .await
                    .map_err(|failure| failure.about(entry.place()))?;
            }
        }
        Ok(())
    }

    async fn team(&mut self, teams: &mut Teams, name: &str, parent_id: &str) -> Outcome<String> {
        if name.is_empty() {
            return Ok(String::new());
        }
        let key = (parent_id.to_owned(), name.to_owned());
        if let Some(id) = teams.ids.get(&key) {
            return Ok(id.clone());
        }
        self.made.teams += 1;
        let id = if self.dry_run {
            format!("{PLANNED_ID}{}", self.made.teams)
        } else {
            let team = v1::Team {
                name: name.to_owned(),
                parent_id: parent_id.to_owned(),
                ..Default::default()
            };
            let request = v1::CreateTeamRequest {
                team: Some(team),
                request_id: request_id(),
                validate_only: false,
            };
            let answer = self
                .api
                .teams()
                .create_team(request)
                .await
                .map_err(Failure::from);
            let made = answer.map_err(|failure| failure.about(format!("team '{name}'")))?;
            made.into_inner().team.unwrap_or_default().id
        };
        teams.ids.insert(key, id.clone());
        Ok(id)
    }

    async fn make_member(&mut self, member: v1::Member) -> Outcome<String> {
        self.made.members += 1;
        let names = [member.name.clone(), member.external_id.clone()];
        let id = if self.dry_run {
            PLANNED_ID.to_owned()
        } else {
            let request = v1::CreateMemberRequest {
                member: Some(member),
                request_id: request_id(),
                validate_only: false,
            };
            let answer = self
                .api
                .members()
                .create_member(request)
                .await
                .map_err(Failure::from);
            let made = answer.map_err(|failure| failure.about(format!("member '{}'", names[0])))?;
            made.into_inner().member.unwrap_or_default().id
        };
        for name in names.iter().filter(|name| !name.is_empty()) {
            self.members.insert(name, &id);
        }
        Ok(id)
    }

    async fn find_or_make_customers(
        &mut self,
        mapping: &CustomerMapping,
        places: &[PathBuf],
        delimiter: u8,
    ) -> Outcome {
        for customer in self
            .api
            .list_customers(&ListQuery::default())
            .await?
            .customers
        {
            self.customers.insert(&customer.name, &customer.id);
            if !customer.external_id.is_empty() {
                self.customers.insert(&customer.external_id, &customer.id);
            }
        }
        let Some(path) = &mapping.table else {
            return Ok(());
        };
        let mut table = SideTable::open(path, places, delimiter)?;
        let bind = |template: &Option<Template>| table.bind(template.as_ref());
        let name = bind(&mapping.name)?;
        let industry = bind(&mapping.industry)?;
        let region = bind(&mapping.region)?;
        let website = bind(&mapping.website)?;
        let phone = bind(&mapping.phone)?;
        let note = bind(&mapping.note)?;
        let external_id = bind(&mapping.external_id)?;
        while let Some(entry) = table.next_entry()? {
            let customer = v1::Customer {
                name: entry.fill(name.as_ref()),
                industry: entry.fill(industry.as_ref()),
                region: entry.fill(region.as_ref()),
                website: entry.fill(website.as_ref()),
                phone: entry.fill(phone.as_ref()),
                note: entry.fill(note.as_ref()),
                external_id: entry.fill(external_id.as_ref()),
                ..Default::default()
            };
            let key = if customer.external_id.is_empty() {
                &customer.name
            } else {
                &customer.external_id
            };
            if !key.is_empty() && !self.customers.contains(key) {
                self.make_customer(customer)
                    .await
                    .map_err(|failure| failure.about(entry.place()))?;
            }
        }
        Ok(())
    }

    async fn make_customer(&mut self, customer: v1::Customer) -> Outcome<String> {
        self.made.customers += 1;
        let names = [customer.name.clone(), customer.external_id.clone()];
        let id = if self.dry_run {
            PLANNED_ID.to_owned()
        } else {
            let request = v1::CreateCustomerRequest {
                customer: Some(customer),
                request_id: request_id(),
                validate_only: false,
            };
            let answer = self
                .api
                .customers()
                .create_customer(request)
                .await
                .map_err(Failure::from);
            let made =
                answer.map_err(|failure| failure.about(format!("customer '{}'", names[0])))?;
            made.into_inner().customer.unwrap_or_default().id
        };
        for name in names.iter().filter(|name| !name.is_empty()) {
            self.customers.insert(name, &id);
        }
        Ok(id)
    }
}

/// What a found name means; `None` says that it has to be made.
fn reference(name: &str, found: Named, unknown: Unknown) -> Option<Reference> {
    if name.is_empty() {
        return Some(Reference::Absent);
    }
    match (found, unknown) {
        (Named::Exact(id), _) => Some(Reference::Known(id)),
        // Where names are made as they come, another spelling is another name: ids such as "a1" and "A1" are two.
        (Named::Spelled { .. } | Named::Unknown, Unknown::Create) => None,
        (Named::Spelled { id, name }, _) => Some(Reference::Spelled(id, name)),
        (Named::Unknown, Unknown::Leave) => Some(Reference::Left),
        (Named::Unknown, Unknown::Reject) => Some(Reference::Refused),
    }
}

struct Teams {
    ids: HashMap<(String, String), String>,
}

impl Teams {
    async fn load(api: &Api) -> Outcome<Self> {
        let listed = api
            .list_teams(&ListQuery::default())
            .await?
            .teams
            .into_iter();
        Ok(Self {
            ids: listed
                .map(|team| ((team.parent_id, team.name), team.id))
                .collect(),
        })
    }
}

/// A table beside the data: people, companies, products.
struct SideTable {
    table: Table,
}

struct Entry {
    path: PathBuf,
    line: u64,
    texts: Vec<String>,
}

impl SideTable {
    /// Opens a table named by the mapping, looked for in each of the places.
    fn open(name: &Path, places: &[PathBuf], delimiter: u8) -> Outcome<Self> {
        let candidates: Vec<PathBuf> = places.iter().map(|place| place.join(name)).collect();
        let path = candidates
            .iter()
            .find(|path| path.is_file())
            .ok_or_else(|| {
                let tried: Vec<String> = candidates
                    .iter()
                    .map(|path| path.display().to_string())
                    .collect();
                Failure::usage(format!(
                    "the mapping's table {} is not there",
                    name.display()
                ))
                .with_hint(format!("Looked for {}.", tried.join(" and ")))
            })?;
        let table =
            Table::open(path, delimiter).map_err(|error| Failure::usage(error.to_string()))?;
        Ok(Self { table })
    }

    fn bind(&self, template: Option<&Template>) -> Outcome<Option<Bound>> {
        let bound = template
            .map(|template| template.bind(self.table.header()))
            .transpose();
        bound.map_err(|reason| Failure::usage(format!("{}: {reason}", self.table.path().display())))
    }

    fn next_entry(&mut self) -> Outcome<Option<Entry>> {
        let failed = |reason: String| Failure::usage(reason);
        let path = self.table.path().to_owned();
        let Some(row) = self
            .table
            .next_row()
            .map_err(|error| failed(error.to_string()))?
        else {
            return Ok(None);
        };
        let texts = row.cells.iter().map(|cell| utf8(cell).map(str::to_owned));
        let texts = texts
            .collect::<Result<Vec<_>, _>>()
            .map_err(|reason| failed(format!("{} line {}: {reason}", path.display(), row.line)))?;
        Ok(Some(Entry {
            path,
            line: row.line,
            texts,
        }))
    }
}

impl Entry {
    fn fill(&self, field: Option<&Bound>) -> String {
        let cell = |index: usize| self.texts.get(index).map_or("", String::as_str);
        field.map(|bound| bound.fill(&cell)).unwrap_or_default()
    }

    fn place(&self) -> String {
        format!("{} line {}", self.path.display(), self.line)
    }
}
