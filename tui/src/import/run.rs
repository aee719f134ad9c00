//! Runs an import: reads the file row by row, resolves its names, sends batches, and reports.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use jiff::{Timestamp, tz::TimeZone};

use super::{
    conflict::{Conflict, ConflictKind, Conflicts},
    directory::{Directory, Reference},
    history::{Record, Timeline, record_of},
    mapping::Mapping,
    moment::MomentFormat,
    progress::Progress,
    reading::{ReadError, Row, Table},
    rejects::{Reject, RejectsFile},
    report::{Report, What},
    row::{HistoryReader, OpportunityReader, RowReader, Surroundings},
    shipment::{self, BATCH_ROWS, Message, Pending, Refused, Route, Tally},
};
use crate::{
    cli::{
        api::{Api, FULL_PAGE, ListQuery},
        failure::{Exit, Failure, Outcome},
    },
    entry::amount::Currency,
};

/// Rejected rows that a report holds; beyond them only the rejects file has the details.
const MAX_REPORTED_REJECTS: usize = 10_000;

/// What to import, and how.
#[derive(Clone, Debug)]
pub struct Job {
    /// Opportunities or their history.
    pub what: What,
    /// The file.
    pub file: PathBuf,
    /// The mapping.
    pub mapping: Mapping,
    /// Where the mapping is, for the tables it names.
    pub mapping_file: PathBuf,
    /// Write nothing.
    pub dry_run: bool,
    /// All rows or none.
    pub strict: bool,
    /// Stands for unknown times, as the file writes them or as `YYYY-MM-DD`.
    pub as_of: Option<String>,
    /// Where rejected rows go.
    pub rejects: Option<PathBuf>,
}

/// Runs an import.
pub async fn run(api: &Api, job: &Job) -> Outcome<Report> {
    if let Some(rejects) = &job.rejects
        && same_file(rejects, &job.file)
    {
        return Err(
            Failure::usage("--rejects names the file that is imported").with_hint(
                "Name another file: the rows to correct must not overwrite the rows to import.",
            ),
        );
    }
    if job.strict && !job.dry_run {
        let rehearsal = Pass::prepare(api, job, true).await?.finish().await?;
        if rehearsal.rejected > 0 {
            return Ok(Report {
                refused: true,
                dry_run: false,
                ..rehearsal
            });
        }
    }
    Pass::prepare(api, job, job.dry_run).await?.finish().await
}

fn same_file(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// Once through the file.
struct Pass<'a> {
    job: &'a Job,
    dry_run: bool,
    table: Table,
    reader: RowReader,
    directory: Directory,
    route: Route,
    rejects_file: RejectsFile,
    rejects: Vec<Reject>,
    rejected: u64,
    rows: u64,
    tally: Tally,
    conflicts: Conflicts,
    progress: Progress,
}

impl<'a> Pass<'a> {
    async fn prepare(api: &Api, job: &'a Job, dry_run: bool) -> Outcome<Self> {
        let mapping = &job.mapping;
        let table = Table::open(&job.file, mapping.delimiter()).map_err(unreadable)?;
        let workspace = api.get_workspace().await?;
        if let Some(code) = &mapping.currency
            && *code != workspace.currency_code
        {
            return Err(Failure::new(
                Exit::Failed,
                format!("the mapping says {code}, and the workspace keeps {}", workspace.currency_code),
            )
            .with_hint("Import into a workspace of that currency, or convert the amounts and change the mapping."));
        }
        let zone = mapping.time_zone.as_deref().unwrap_or(&workspace.time_zone);
        let zone = TimeZone::get(zone).map_err(|_| {
            Failure::new(
                Exit::Failed,
                format!("this client does not know the time zone '{zone}'"),
            )
        })?;
        let moments = MomentFormat::new(&mapping.formats.dates, zone.clone());
        // A time that nobody knows is at least not later than now; movements at such times earn no credit.
        let as_of = as_of(job.as_of.as_deref(), &moments, zone)?.unwrap_or_else(Timestamp::now);
        let places = [&job.file, &job.mapping_file].map(|path| folder(path));
        let directory = Directory::prepare(api.clone(), mapping, &places, dry_run).await?;
        let surroundings = Surroundings {
            moments,
            minor_digits: u32::from(Currency::of(&workspace.currency_code).minor_digits),
            currency: workspace.currency_code,
            stages: directory.stages.clone(),
        };
        let reader = RowReader::new(mapping, table.header(), table.reason_column(), surroundings)
            .map_err(|reason| Failure::usage(reason).about(job.mapping_file.display()))?;
        let label = if dry_run { "checking" } else { "importing" };
        Ok(Self {
            job,
            dry_run,
            rejects_file: RejectsFile::new(
                &job.file,
                job.rejects.as_deref(),
                table.header(),
                mapping.delimiter(),
                table.reason_column(),
            ),
            route: Route {
                api: api.clone(),
                validate_only: dry_run,
                pipeline_id: directory.pipeline_id.clone(),
                as_of: Some(as_of),
            },
            progress: Progress::bytes(label, table.total_bytes()),
            table,
            reader,
            directory,
            rejects: Vec::new(),
            rejected: 0,
            rows: 0,
            tally: Tally::default(),
            conflicts: Conflicts::default(),
        })
    }

    async fn finish(mut self) -> Outcome<Report> {
        let unmapped = |section: &str| {
            Failure::usage(format!(
                "the mapping {} has no section [{section}.columns]",
                self.job.mapping_file.display()
            ))
        };
        let wrong = |reason: String| Failure::usage(reason).about(self.job.file.display());
        let opportunities = match self.job.what {
            What::Opportunities => {
                let mapping = self.job.mapping.opportunities.as_ref();
                let mapping = mapping.ok_or_else(|| unmapped("opportunities"))?;
                let columns = OpportunityReader::new(mapping, &self.reader).map_err(wrong)?;
                self.import_opportunities(&columns).await?
            }
            What::History => {
                let mapping = self
                    .job
                    .mapping
                    .history
                    .as_ref()
                    .ok_or_else(|| unmapped("history"))?;
                let columns = HistoryReader::new(mapping, &self.reader).map_err(wrong)?;
                self.import_history(&columns).await?
            }
        };
        self.progress.done();
        let rejects_file = self
            .rejects_file
            .finish()
            .map_err(|error| Failure::from(error).about("the rejects file"))?;
        Ok(Report {
            file: self.job.file.display().to_string(),
            what: self.job.what,
            dry_run: self.dry_run,
            refused: false,
            checked_by_server: !self.directory.is_planned(),
            rows: self.rows,
            created: self.tally.created,
            amended: self.tally.amended,
            unchanged: self.tally.unchanged,
            rejected: self.rejected,
            opportunities,
            made: self.directory.made,
            revision: self.tally.revision,
            rejects_file: rejects_file.map(|path| path.display().to_string()),
            rejects: self.rejects,
            conflict_counts: self.conflicts.counts(),
            conflicts: self.conflicts.list().to_vec(),
        })
    }

    async fn import_opportunities(&mut self, columns: &OpportunityReader) -> Outcome<u64> {
        let column_of = |field: &str| columns.column_of(field);
        let mut batch = Vec::with_capacity(BATCH_ROWS);
        while let Some(row) = self.next_row()? {
            let read = match columns.read(&self.reader, &row) {
                Ok(read) => read,
                Err(reject) => {
                    self.reject(&row, reject)?;
                    continue;
                }
            };
            let mut message = read.message;
            message.pipeline_id.clone_from(&self.directory.pipeline_id);
            let id = message.external_id.clone();
            let column = column_of("owner_id");
            let Some(owner) = self.person(&row, &id, &read.owner, column).await? else {
                continue;
            };
            let customer = self.directory.customer(&read.customer).await?;
            let Some(customer) = self.resolve(
                &row,
                &id,
                &read.customer,
                customer,
                Role::Customer,
                column_of("customer_id"),
            )?
            else {
                continue;
            };
            if !read.product.is_empty() {
                let product = self.directory.product(&read.product);
                self.resolve(&row, &id, &read.product, product, Role::Product, None)?;
            }
            message.owner_id = owner;
            message.customer_id = customer;
            batch.push(Pending { row, message });
            if batch.len() == BATCH_ROWS {
                self.send(std::mem::take(&mut batch), &column_of).await?;
            }
        }
        self.send(batch, &column_of).await?;
        Ok(self.rows - self.rejected)
    }

    async fn import_history(&mut self, columns: &HistoryReader) -> Outcome<u64> {
        let records = self.records().await?;
        let column_of = |field: &str| columns.column_of(field);
        let mut timeline = Timeline::default();
        let mut batch = Vec::with_capacity(BATCH_ROWS);
        while let Some(row) = self.next_row()? {
            let read = match columns.read(&self.reader, &row) {
                Ok(read) => read,
                Err(reject) => {
                    self.reject(&row, reject)?;
                    continue;
                }
            };
            let mut message = read.message;
            let id = message.external_id.clone();
            let column = column_of("member_id");
            let Some(member) = self.person(&row, &id, &read.member, column).await? else {
                continue;
            };
            let column = column_of("owner_id");
            let Some(owner) = self.person(&row, &id, &read.owner, column).await? else {
                continue;
            };
            message.member_id = member;
            message.owner_id = owner;
            let before = timeline.push(&id, read.entered, row.line, read.stage_place);
            message.occurrence = i32::try_from(before).unwrap_or(i32::MAX);
            batch.push(Pending { row, message });
            if batch.len() == BATCH_ROWS {
                self.send(std::mem::take(&mut batch), &column_of).await?;
            }
        }
        self.send(batch, &column_of).await?;
        let opportunities = timeline.len() as u64;
        timeline.find_conflicts(self.reader.stages(), &records, &mut self.conflicts);
        Ok(opportunities)
    }

    /// What the workspace knew before: a history is compared with that, not with what it makes itself.
    async fn records(&self) -> Outcome<HashMap<String, Record>> {
        let mut records = HashMap::new();
        let mut query = ListQuery {
            page_size: FULL_PAGE,
            ..ListQuery::default()
        };
        loop {
            let page = self.route.api.list_opportunities(&query).await?;
            records.extend(page.opportunities.iter().filter_map(record_of));
            if page.next_page_token.is_empty() {
                return Ok(records);
            }
            query.page_token = page.next_page_token;
        }
    }

    fn next_row(&mut self) -> Outcome<Option<Row>> {
        let row = self.table.next_row().map_err(unreadable)?;
        if row.is_some() {
            self.rows += 1;
        }
        Ok(row)
    }

    fn reject(&mut self, row: &Row, reject: Reject) -> Outcome {
        self.rejected += 1;
        // A rehearsal before a strict import writes nothing but what is wrong; so does a dry run.
        if !self.dry_run || self.job.rejects.is_some() || self.job.strict {
            self.rejects_file
                .write(row, &reject)
                .map_err(|error| Failure::from(error).about("cannot write the rejects file"))?;
        }
        if self.rejects.len() < MAX_REPORTED_REJECTS {
            self.rejects.push(reject);
        }
        Ok(())
    }

    /// The member a row names, or `None` when the row is rejected for it.
    async fn person(
        &mut self,
        row: &Row,
        external_id: &str,
        name: &str,
        column: Option<usize>,
    ) -> Outcome<Option<String>> {
        let found = self.directory.member(name).await?;
        self.resolve(row, external_id, name, found, Role::Owner, column)
    }

    /// The id to send, or `None` when the row is rejected for it. Conflicts are listed on the way.
    fn resolve(
        &mut self,
        row: &Row,
        external_id: &str,
        written: &str,
        reference: Reference,
        role: Role,
        column: Option<usize>,
    ) -> Outcome<Option<String>> {
        let (unknown, spelled) = role.kinds();
        let mut conflict = |kind, expected: String| {
            self.conflicts.push(Conflict {
                kind,
                line: row.line,
                external_id: external_id.to_owned(),
                value: written.to_owned(),
                expected,
            });
        };
        Ok(Some(match reference {
            Reference::Absent => String::new(),
            Reference::Known(id) => id,
            Reference::Spelled(id, name) => {
                conflict(spelled, name);
                id
            }
            Reference::Left => {
                conflict(unknown, String::new());
                String::new()
            }
            Reference::Refused => {
                let header = self.reader.header();
                let name = column.map_or("", |index| header.name(index));
                let cell = column
                    .and_then(|index| row.cells.get(index))
                    .unwrap_or(written.as_bytes());
                let reason = format!(
                    "{} is not known; add it to the table, or choose unknown = \"create\" or \"leave\" in the mapping",
                    role.word()
                );
                let reject = Reject::new(row.line, name, cell, reason);
                self.reject(row, reject)?;
                return Ok(None);
            }
        }))
    }

    async fn send<M: Message>(
        &mut self,
        batch: Vec<Pending<M>>,
        column_of: &impl Fn(&str) -> Option<usize>,
    ) -> Outcome {
        self.progress.at(self.table.consumed().bytes());
        if self.directory.is_planned() {
            // The ids do not exist yet: every row would be new, and only the file can be checked.
            self.tally.created += batch.len() as u64;
            return Ok(());
        }
        let sent = shipment::send(&self.route, batch, &mut self.tally).await;
        let refused = sent.map_err(|failure| shipment::cut_short(failure, &self.tally))?;
        for Refused {
            pending,
            field,
            reason,
        } in refused
        {
            let column = column_of(&field);
            let name = column
                .map_or("", |index| self.reader.header().name(index))
                .to_owned();
            let cell = column
                .and_then(|index| pending.row.cells.get(index))
                .unwrap_or_default();
            let reject = Reject::new(pending.row.line, &name, cell, reason);
            self.reject(&pending.row, reject)?;
        }
        Ok(())
    }
}

/// What a name in a row is.
#[derive(Clone, Copy)]
enum Role {
    Owner,
    Customer,
    Product,
}

impl Role {
    const fn kinds(self) -> (ConflictKind, ConflictKind) {
        match self {
            Self::Owner => (
                ConflictKind::UnknownOwner,
                ConflictKind::OwnerSpelledDifferently,
            ),
            Self::Customer => (
                ConflictKind::UnknownCustomer,
                ConflictKind::CustomerSpelledDifferently,
            ),
            Self::Product => (
                ConflictKind::UnknownProduct,
                ConflictKind::ProductSpelledDifferently,
            ),
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Owner => "this member",
            Self::Customer => "this customer",
            Self::Product => "this product",
        }
    }
}

fn as_of(text: Option<&str>, moments: &MomentFormat, zone: TimeZone) -> Outcome<Option<Timestamp>> {
    let Some(text) = text else {
        return Ok(None);
    };
    let unambiguous = MomentFormat::new(&[], zone);
    let instant = unambiguous.instant(text).or_else(|_| moments.instant(text));
    instant.map(Some).map_err(|reason| {
        Failure::usage(format!("--as-of '{text}': {reason}"))
            .with_hint("Write it like 2018-01-01 or 2018-01-01T12:00:00Z.")
    })
}

fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn unreadable(error: ReadError) -> Failure {
    Failure::usage(error.to_string())
}
