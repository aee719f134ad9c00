//! Seeded sample data: the same seed gives the same deals, everywhere.

use anyhow::Result;
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng as _, SeedableRng as _},
};
use sluice_proto::v1;

use crate::client::Client;

/// Names of buyers: two scripts, so that width and search are met with both.
const BUYERS: [&str; 12] = [
    "Acme",
    "Globex",
    "Initech",
    "Umbrella",
    "Stark",
    "Wayne",
    "华北电力",
    "东方航空",
    "Hooli",
    "Vandelay",
    "星河科技",
    "Wonka",
];

/// What is sold to them.
const SUBJECTS: [&str; 8] = [
    "renewal",
    "pilot",
    "expansion",
    "migration",
    "training",
    "support",
    "年度合同",
    "licences",
];

/// Most that a sample deal brings: 2 million whole units.
const MOST_MINOR: u64 = 200_000_000;

/// A source of numbers from a seed, and of deals from these.
#[derive(Clone, Debug)]
pub struct Sample {
    random: ChaCha8Rng,
    made: u64,
}

impl Sample {
    /// Starts from a seed.
    pub fn new(seed: u64) -> Self {
        Self {
            random: ChaCha8Rng::seed_from_u64(seed),
            made: 0,
        }
    }

    /// A number below `bound` (which is not 0).
    pub fn below(&mut self, bound: u64) -> u64 {
        self.random.next_u64() % bound.max(1)
    }

    /// One of the given.
    pub fn one_of<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let at = self.below(from.len() as u64);
        from.get(usize::try_from(at).ok()?)
    }

    /// A name for a deal: not unique.
    pub fn name(&mut self) -> String {
        let buyer = self.one_of(&BUYERS).copied().unwrap_or_default();
        let subject = self.one_of(&SUBJECTS).copied().unwrap_or_default();
        format!("{buyer} {subject}")
    }

    /// A deal that the server accepts, unowned, in the pipeline's first stage.
    pub fn deal(&mut self) -> v1::Opportunity {
        self.made += 1;
        v1::Opportunity {
            name: format!("{} {}", self.name(), self.made),
            amount: Some(self.money()),
            expected_contract_date: self.date(),
            ..Default::default()
        }
    }

    /// An amount in the workspace's currency.
    pub fn money(&mut self) -> v1::Money {
        let amount_minor = i64::try_from(self.below(MOST_MINOR)).unwrap_or(0);
        v1::Money {
            amount_minor,
            currency_code: String::new(),
        }
    }

    /// A date of 2027 to 2029.
    pub fn date(&mut self) -> String {
        format!(
            "{}-{:02}-{:02}",
            2027 + self.below(3),
            1 + self.below(12),
            1 + self.below(28)
        )
    }

    /// A row to import: the deal `number` of another system, in one of `stages`.
    pub fn imported(
        &mut self,
        number: u64,
        pipeline: &v1::Pipeline,
        stages: &[String],
    ) -> v1::ImportedOpportunity {
        let entered_time = Some(prost_types::Timestamp {
            seconds: i64::try_from(1_700_000_000 + self.below(20_000_000)).unwrap_or(0),
            nanos: 0,
        });
        let stage_id = self.one_of(stages).cloned().unwrap_or_default();
        v1::ImportedOpportunity {
            external_id: format!("sample-{number}"),
            name: format!("{} {number}", self.name()),
            amount: Some(self.money()),
            pipeline_id: pipeline.id.clone(),
            stages: vec![v1::ImportedStage {
                stage_id,
                entered_time,
            }],
            expected_contract_date: self.date(),
            ..Default::default()
        }
    }
}

/// Rows a call that an import takes.
pub const IMPORT_ROWS: u64 = 500;

/// Fills a workspace with `count` opportunities through the import, in its first pipeline's open stages.
///
/// # Errors
/// The server's answer.
pub async fn fill(client: &Client, sample: &mut Sample, count: u64) -> Result<()> {
    let pipeline = client.pipeline().await?;
    let stages = crate::client::stages(&pipeline, v1::StageKind::Open);
    let mut number = 0;
    while number < count {
        let rows = IMPORT_ROWS.min(count - number);
        let opportunities = (number..number + rows)
            .map(|it| sample.imported(it, &pipeline, &stages))
            .collect();
        let request = v1::ImportOpportunitiesRequest {
            opportunities,
            ..Default::default()
        };
        client.imports.clone().import_opportunities(request).await?;
        number += rows;
    }
    Ok(())
}

/// The seed of a random test: `SLUICE_TEST_SEED` when set, else `usual`; printed, so that a failure can be repeated.
#[expect(clippy::print_stderr, reason = "a failing test must show its seed")]
pub fn seed(usual: u64) -> u64 {
    let seed = std::env::var("SLUICE_TEST_SEED")
        .ok()
        .and_then(|it| it.parse().ok())
        .unwrap_or(usual);
    eprintln!("seed {seed}: set SLUICE_TEST_SEED to repeat or to vary");
    seed
}
