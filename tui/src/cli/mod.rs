//! The scripting commands: one noun a file, the same binary as the board. Text, JSON and CSV out; no screen code.

pub mod activity;
pub mod alert;
pub mod api;
pub mod approval;
pub mod arguments;
pub mod badge;
pub mod board;
pub mod calendar;
pub mod completions;
pub mod config;
pub mod connect;
pub mod contact;
pub mod customer;
pub mod delivery;
pub mod demo;
pub mod digest;
pub mod export;
pub mod failure;
pub mod fairness;
pub mod faults;
pub mod funnel;
pub mod gate;
pub mod goal;
mod goal_file;
pub mod import;
pub mod json;
pub mod keys;
pub mod leaderboard;
pub mod ledger;
pub mod listen;
pub mod member;
pub mod metric;
pub mod next_action;
pub mod notice;
mod noun;
pub mod opportunity;
pub mod opportunity_fields;
pub mod opportunity_line;
pub mod opportunity_sheet;
pub mod output;
pub mod packet;
pub mod payout;
pub mod pipeline;
pub mod place;
pub mod preview;
pub mod reference;
pub mod reward;
mod reward_why;
pub mod scheme;
pub mod scheme_terms;
pub mod search;
pub mod session;
pub mod site;
pub mod stagnation;
pub mod summary;
pub mod team;
pub mod timeline;
mod unit;
pub mod value;
pub mod view;
pub mod wall;
pub mod watch;
pub mod webhook;
pub mod workspace;

pub use arguments::{Cli, Command};

use std::{io::Write as _, process::ExitCode};

use failure::{Exit, Failure, Outcome};
use output::{Format, Output};
use session::Session;

use crate::{terminal::guard::asked_to_end, text::Locale};

/// A fresh id for a request: the same id gives the same outcome.
pub fn request_id() -> String {
    ulid::Ulid::generate().to_string()
}

/// The system's time zone, or UTC when it does not say.
pub fn system_time_zone() -> String {
    let zone = jiff::tz::TimeZone::system();
    zone.iana_name().unwrap_or("UTC").to_owned()
}

/// The language that the environment asks for.
pub fn system_locale() -> Locale {
    let asked = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter();
    let tag = asked
        .filter_map(|name| std::env::var(name).ok())
        .find(|tag| !tag.is_empty());
    Locale::from_tag(tag.as_deref().unwrap_or_default())
}

/// Says on standard error why a command failed: one JSON object where results are JSON, words elsewhere.
pub fn complain(failure: &Failure, format: Format) {
    let text = match format {
        Format::Json => failure.to_json(),
        Format::Table | Format::Csv => failure.to_string(),
    };
    // Where standard error is gone too there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Ends on a command line that clap refused, or on one that asked for help or the version.
pub fn usage(error: &clap::Error) -> ExitCode {
    let asked_json = || {
        let arguments: Vec<String> = std::env::args().collect();
        let pairs = arguments
            .windows(2)
            .any(|pair| matches!(pair[0].as_str(), "-o" | "--output") && pair[1] == "json");
        pairs
            || arguments
                .iter()
                .any(|argument| matches!(argument.as_str(), "-ojson" | "-o=json" | "--output=json"))
    };
    if error.use_stderr() && asked_json() {
        let text = error.render().to_string();
        let text = text.trim_start_matches("error: ").trim_end();
        complain(&Failure::usage(text), Format::Json);
    } else {
        // As above.
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Exit::Usage as u8))
}

/// Runs a scripting command until it is done, or the process is asked to end.
pub async fn run(cli: Cli) -> Outcome {
    let Cli { global, command } = cli;
    // Some commands need no server.
    match &command {
        Some(Command::Completions(args)) => {
            return completions::completions(args, &mut Output::new(global.output));
        }
        Some(Command::Config { command }) => {
            return command.run(&global, &mut Output::new(global.output));
        }
        Some(Command::Keys(args)) => {
            return keys::keys(args, &global, &mut Output::new(global.output));
        }
        Some(Command::Import { command }) => {
            if let Some(done) = command.guess(&mut Output::new(global.output)) {
                return done;
            }
        }
        _ => {}
    }
    let currency = match &command {
        Some(Command::Import { command }) => command.currency(),
        _ => None,
    };
    let sets_up = matches!(
        &command,
        Some(Command::Workspace {
            command: workspace::WorkspaceCommand::SetUp { .. }
        })
    );
    let server = connect::connect(&global, currency, !sets_up).await?;
    let mut session = Session::new(&server, global.output, system_locale());
    let outcome = tokio::select! {
        outcome = run_command(command, &mut session) => outcome,
        _ = asked_to_end() => Err(Failure::silent(Exit::Interrupted)),
    };
    // A server of our own gives the folder up in good order, so that whoever waits for it goes on at once.
    server.close().await;
    outcome
}

async fn run_command(command: Option<Command>, session: &mut Session) -> Outcome {
    match command {
        Some(Command::Opportunity { command }) => command.run(session).await,
        Some(Command::Customer { command }) => command.run(session).await,
        Some(Command::Contact { command }) => command.run(session).await,
        Some(Command::Member { command }) => command.run(session).await,
        Some(Command::Team { command }) => command.run(session).await,
        Some(Command::Pipeline { command }) => command.run(session).await,
        Some(Command::Stage { command }) => command.run(session).await,
        Some(Command::Activity { command }) => command.run(session).await,
        Some(Command::Alert { command }) => command.run(session).await,
        Some(Command::Next(args)) => next_action::next(args, session).await,
        Some(Command::Stalled(args)) => stagnation::stalled(args, session).await,
        Some(Command::Approval { command }) => command.run(session).await,
        Some(Command::Timeline(args)) => timeline::timeline(args, session).await,
        Some(Command::Workspace { command }) => command.run(session).await,
        Some(Command::Notice { command }) => command.run(session).await,
        Some(Command::Digest(args)) => args.run(session).await,
        Some(Command::Webhook { command }) => command.run(session).await,
        Some(Command::Delivery { command }) => command.run(session).await,
        Some(Command::View { command }) => command.run(session).await,
        Some(Command::Search(args)) => search::search(args, session).await,
        Some(Command::Summary(args)) => summary::summary(args, session).await,
        Some(Command::Watch(args)) => watch::watch(args, session).await,
        Some(Command::Metrics(args)) => metric::metrics(args, session).await,
        Some(Command::Scores(args)) => metric::scores(args, session).await,
        Some(Command::Leaderboard(args)) => leaderboard::leaderboard(args, session).await,
        Some(Command::Goal { command }) => command.run(session).await,
        Some(Command::Scheme { command }) => command.run(session).await,
        Some(Command::Reward { command }) => command.run(session).await,
        Some(Command::Packet { command }) => command.run(session).await,
        Some(Command::Ledger { command }) => command.run(session).await,
        Some(Command::Payout { command }) => command.run(session).await,
        Some(Command::Badge { command }) => command.run(session).await,
        Some(Command::Thanks(args)) => badge::thanks(args, session).await,
        Some(Command::Fairness(args)) => fairness::fairness(args, session).await,
        Some(Command::Funnel(args)) => funnel::funnel(args, session).await,
        Some(Command::Forecast(args)) => funnel::forecast(args, session).await,
        Some(Command::Outcomes(args)) => funnel::outcomes(args, session).await,
        Some(Command::Diff(args)) => funnel::diff(args, session).await,
        Some(Command::Board(args)) if args.as_of.is_some() => funnel::board(args, session).await,
        Some(Command::Import { command }) => command.run(session).await,
        Some(Command::Export(args)) => export::export(args, session).await,
        Some(
            Command::Completions(_)
            | Command::Config { .. }
            | Command::Keys(_)
            | Command::Board(_)
            | Command::Demo(_),
        )
        | None => Ok(()),
    }
}
