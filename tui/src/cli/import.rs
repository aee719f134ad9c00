//! `sluice import`: histories of other systems.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{
    failure::{Exit, Failure, Outcome},
    output::Output,
    session::Session,
};
use crate::import::{
    guess::guess,
    mapping::Mapping,
    reading::Table,
    report::What,
    run::{Job, run},
};

/// Histories of other systems.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Import a table with one row a deal
    #[command(
        after_help = "Repeating an import changes nothing. Rejected rows go to a file that can be corrected and imported.
Examples:
  sluice import opportunities deals.csv --guess > deals.toml        # a mapping to correct
  sluice import opportunities deals.csv --mapping deals.toml --dry-run
  sluice import opportunities deals.csv --mapping deals.toml --as-of 2018-01-01"
    )]
    Opportunities(ImportArgs),
    /// Import a table with one row a stage change
    #[command(after_help = "Examples:
  sluice import history changes.csv.gz --guess > changes.toml
  sluice import history changes.csv.gz --mapping changes.toml")]
    History(ImportArgs),
}

/// Options of every import.
#[derive(Clone, Debug, Args)]
pub struct ImportArgs {
    /// The table: CSV, also gzipped
    pub file: PathBuf,
    /// The mapping: which columns become which fields
    #[arg(long, value_name = "FILE.toml", required_unless_present = "guess")]
    pub mapping: Option<PathBuf>,
    /// Check everything, write nothing
    #[arg(long)]
    dry_run: bool,
    /// All rows or none: a single bad row refuses the file
    #[arg(long)]
    strict: bool,
    /// Stands for times that the file does not know; now when absent
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// Where rejected rows go; NAME.rejects.csv in the working folder when absent
    #[arg(long, value_name = "FILE.csv")]
    rejects: Option<PathBuf>,
    /// Print a proposed mapping and do nothing else
    #[arg(long, conflicts_with_all = ["mapping", "dry_run", "strict"])]
    guess: bool,
}

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

impl ImportCommand {
    /// The mapping proposed, if that is all that was asked for: no server is needed for it.
    pub fn guess(&self, output: &mut Output) -> Option<Outcome> {
        let (Self::Opportunities(args) | Self::History(args)) = self;
        args.guess.then(|| print_guess(args, output))
    }

    /// The currency of the mapping, for a workspace that is set up on the way.
    pub fn currency(&self) -> Option<String> {
        let (Self::Opportunities(args) | Self::History(args)) = self;
        Mapping::load(args.mapping.as_ref()?).ok()?.currency
    }

    /// Runs it.
    pub async fn run(self, session: &mut Session) -> Outcome {
        let (what, args) = match self {
            Self::Opportunities(args) => (What::Opportunities, args),
            Self::History(args) => (What::History, args),
        };
        let mapping_file = args
            .mapping
            .ok_or_else(|| Failure::usage("--mapping is missing"))?;
        let job = Job {
            what,
            file: args.file,
            mapping: Mapping::load(&mapping_file).map_err(Failure::usage)?,
            mapping_file,
            dry_run: args.dry_run,
            strict: args.strict,
            as_of: args.as_of,
            rejects: args.rejects,
        };
        let report = run(&session.api, &job).await?;
        report.print(&mut session.output)?;
        if report.rejected > 0 {
            return Err(Failure::silent(Exit::RowsRejected));
        }
        Ok(())
    }
}

fn print_guess(args: &ImportArgs, output: &mut Output) -> Outcome {
    let unreadable = |error: crate::import::reading::ReadError| Failure::usage(error.to_string());
    // The delimiter that splits the header into most columns.
    let mut best = (0, b',');
    for delimiter in DELIMITERS {
        let columns = Table::open(&args.file, delimiter)
            .map_err(unreadable)?
            .header()
            .names()
            .len();
        if columns > best.0 {
            best = (columns, delimiter);
        }
    }
    let mut table = Table::open(&args.file, best.1).map_err(unreadable)?;
    let mut text = guess(&mut table).map_err(unreadable)?;
    if best.1 != b',' {
        let delimiter = toml::Value::String(char::from(best.1).to_string());
        text = text.replacen(
            "[formats]\n",
            &format!("[formats]\ndelimiter = {delimiter}\n"),
            1,
        );
    }
    write!(output.writer(), "{text}")?;
    output.flush()
}
