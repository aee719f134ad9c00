//! Random but repeatable writers: they create, move, amend, lose, reopen, archive and restore, and read back what they wrote.

use anyhow::Result;
use sluice_proto::v1;
use sluice_tests::{
    client::{Client, stages},
    sample::Sample,
    validators::ReadBack,
};
use tonic::{Code, Status};

/// One writer with its own deals; it may also meddle with those of others.
pub struct Writer {
    client: Client,
    sample: Sample,
    open: Vec<String>,
    won: Vec<String>,
    /// Ids of the deals it made.
    pub made: Vec<String>,
    /// What it saw after each of its writes.
    pub reads: Vec<ReadBack>,
}

impl Writer {
    pub async fn new(client: Client, seed: u64) -> Result<Self> {
        let pipeline = client.pipeline().await?;
        Ok(Self {
            open: stages(&pipeline, v1::StageKind::Open),
            won: stages(&pipeline, v1::StageKind::Won),
            client,
            sample: Sample::new(seed),
            made: Vec::new(),
            reads: Vec::new(),
        })
    }

    /// Makes `steps` random changes. A refusal for the state the deal is in is part of the game; anything else is not.
    pub async fn run(&mut self, steps: usize) -> Result<()> {
        for _ in 0..steps {
            match self.step().await {
                Ok(()) => {}
                Err(status)
                    if matches!(
                        status.code(),
                        Code::FailedPrecondition | Code::InvalidArgument
                    ) => {}
                Err(status) => return Err(status.into()),
            }
        }
        Ok(())
    }

    async fn step(&mut self) -> Result<(), Status> {
        let target = self.sample.one_of(&self.made).cloned();
        let dice = self.sample.below(10);
        let Some(id) = target.filter(|_| dice > 2) else {
            return self.create().await;
        };
        let written = match dice {
            3..=5 => {
                let stage = self.sample.one_of(&self.open).cloned().unwrap_or_default();
                self.client.move_to(&id, &stage).await?.revision
            }
            6 => {
                let stage = self.sample.one_of(&self.won).cloned().unwrap_or_default();
                self.client.move_to(&id, &stage).await?.revision
            }
            7 => {
                let request = v1::LoseOpportunityRequest {
                    id: id.clone(),
                    reason: "price".into(),
                    ..Default::default()
                };
                self.client
                    .opportunities
                    .clone()
                    .lose_opportunity(request)
                    .await?
                    .into_inner()
                    .revision
            }
            8 => self.archive_or_restore(&id).await?,
            _ => {
                let deal = v1::Opportunity {
                    id: id.clone(),
                    name: format!("{} renamed", self.sample.name()),
                    amount: Some(self.sample.money()),
                    ..Default::default()
                };
                self.client.amend(deal, &["name", "amount"]).await?.revision
            }
        };
        self.read_back(&id, written).await
    }

    async fn create(&mut self) -> Result<(), Status> {
        let created = self.client.create(self.sample.deal()).await?;
        let id = created.opportunity.unwrap_or_default().id;
        self.made.push(id.clone());
        self.read_back(&id, created.revision).await
    }

    async fn archive_or_restore(&mut self, id: &str) -> Result<u64, Status> {
        let mut opportunities = self.client.opportunities.clone();
        let archived = self
            .client
            .get(id)
            .await?
            .opportunity
            .unwrap_or_default()
            .archived;
        if archived {
            let request = v1::RestoreOpportunityRequest {
                id: id.to_owned(),
                ..Default::default()
            };
            Ok(opportunities
                .restore_opportunity(request)
                .await?
                .into_inner()
                .revision)
        } else {
            let request = v1::ArchiveOpportunityRequest {
                id: id.to_owned(),
                ..Default::default()
            };
            Ok(opportunities
                .archive_opportunity(request)
                .await?
                .into_inner()
                .revision)
        }
    }

    async fn read_back(&mut self, id: &str, written: u64) -> Result<(), Status> {
        let response = self.client.get(id).await?;
        let found = response
            .opportunity
            .is_some_and(|it| it.revision >= written || response.revision >= written);
        self.reads.push(ReadBack {
            written,
            read: response.revision,
            found,
        });
        Ok(())
    }
}

/// Runs several writers at once and gives what they saw.
pub async fn write_concurrently(
    client: &Client,
    writers: u64,
    steps: usize,
    seed: u64,
) -> Result<Vec<ReadBack>> {
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..writers {
        let mut writer = Writer::new(client.clone(), seed.wrapping_add(number)).await?;
        tasks.spawn(async move { writer.run(steps).await.map(|()| writer.reads) });
    }
    let mut reads = Vec::new();
    while let Some(done) = tasks.join_next().await {
        reads.extend(done??);
    }
    Ok(reads)
}
