//! The command line: what `sluice --help` shows.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use clap::{Args, Parser, Subcommand};

use super::{
    activity::ActivityCommand,
    alert::AlertCommand,
    approval::ApprovalCommand,
    badge::{BadgeCommand, ThanksArgs},
    completions::CompletionsArgs,
    config::ConfigCommand,
    contact::ContactCommand,
    customer::CustomerCommand,
    delivery::DeliveryCommand,
    digest::DigestArgs,
    export::ExportArgs,
    failure::EXIT_CODES_HELP,
    fairness::FairnessArgs,
    funnel::{BoardArgs, DiffArgs, ForecastArgs, FunnelArgs, OutcomesArgs},
    goal::GoalCommand,
    import::ImportCommand,
    keys::KeysArgs,
    leaderboard::LeaderboardArgs,
    ledger::LedgerCommand,
    member::MemberCommand,
    metric::{MetricsArgs, ScoresArgs},
    next_action::NextArgs,
    notice::NoticeCommand,
    opportunity::OpportunityCommand,
    output::Format,
    packet::PacketCommand,
    payout::PayoutCommand,
    pipeline::{PipelineCommand, StageCommand},
    reward::RewardCommand,
    scheme::SchemeCommand,
    search::SearchArgs,
    stagnation::StalledArgs,
    summary::SummaryArgs,
    team::TeamCommand,
    timeline::TimelineArgs,
    view::ViewCommand,
    watch::WatchArgs,
    webhook::WebhookCommand,
    workspace::WorkspaceCommand,
};

const EXAMPLES: &str = "Examples:
  sluice                                         the board of your own workspace
  sluice demo                                    a simulated sales team at work
  sluice opportunity create --line 'Acme renewal 1.2m @proposal ^fri #kim'
  sluice -o json opportunity list --page-size 0 | jq '.opportunities | length'
  sluice -o json watch --after 120               a commit a line; kill it and resume
  sluice metrics --cycle this-week --by team
  sluice scheme create 'Won deals' --on won --share 1% --cap 5000
  sluice --server unix:///srv/sales/sluice.sock funnel";

/// Sluice: a live sales board, and the same by script
#[derive(Debug, Parser)]
#[command(name = "sluice", version, after_help = format!("{EXAMPLES}\n\n{EXIT_CODES_HELP}"), max_term_width = 100)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// What to do; the board when absent.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub struct GlobalArgs {
    /// How results are printed: table for people, json (the proto JSON mapping of the server's answer) or csv for programs
    #[arg(short, long, global = true, value_enum, default_value_t)]
    pub output: Format,
    /// The server: unix:///path/to/socket, http://host:port or https://host:port; the data folder's own when absent
    /// [env: SLUICE_SERVER]
    #[arg(long, global = true, value_name = "ADDRESS")]
    server: Option<String>,
    /// The data folder; the person's own (XDG) when absent [env: SLUICE_DATA]
    #[arg(long, global = true, value_name = "FOLDER", conflicts_with = "server")]
    data: Option<PathBuf>,
    /// The settings file; the person's own (XDG) when absent: see `sluice config` [env: SLUICE_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Nothing moves on the screen by itself [env: SLUICE_REDUCED_MOTION]
    #[arg(long, global = true)]
    reduced_motion: bool,
    /// Begin as if for the first time: nothing chosen by keys before is taken up again
    #[arg(long, global = true)]
    pub fresh: bool,
}

/// What a command is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A server, by its address.
    Server(String),
    /// A data folder.
    Folder(PathBuf),
    /// The person's own data folder.
    Own,
}

impl GlobalArgs {
    /// The options, then the environment: what is written out counts more than what is set up, a server more than a folder.
    pub fn target(&self) -> Target {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        self.target_in(variable)
    }

    fn target_in(&self, variable: impl Fn(&str) -> Option<OsString>) -> Target {
        if let Some(address) = &self.server {
            return Target::Server(address.clone());
        }
        if let Some(folder) = &self.data {
            return Target::Folder(folder.clone());
        }
        if let Some(address) = variable("SLUICE_SERVER") {
            return Target::Server(address.to_string_lossy().into_owned());
        }
        variable("SLUICE_DATA").map_or(Target::Own, |folder| Target::Folder(folder.into()))
    }

    /// Whether nothing may move on the screen by itself: the option, or a variable that is neither empty nor 0.
    pub fn reduced_motion(&self) -> bool {
        let variable = std::env::var_os("SLUICE_REDUCED_MOTION");
        self.reduced_motion || variable.is_some_and(|value| !value.is_empty() && value != "0")
    }

    /// The settings file that is named, by the option or else by the environment.
    pub fn config(&self) -> Option<PathBuf> {
        let variable = || std::env::var_os("SLUICE_CONFIG").filter(|value| !value.is_empty());
        self.config
            .clone()
            .or_else(|| variable().map(PathBuf::from))
    }

    /// Whether a server is written out.
    pub fn names_server(&self) -> bool {
        self.server.is_some()
    }

    /// The folder written out, if any: the environment's is the person's own.
    pub fn named_folder(&self) -> Option<&Path> {
        self.data.as_deref()
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the board (as without a command), or print it as it was
    #[command(
        after_help = "Examples:\n  sluice board\n  sluice board --wall --every 30s --screens board,leaderboard\n  sluice -o csv board --as-of 2017-06-30"
    )]
    Board(BoardArgs),
    /// Open the board on a simulated sales team: 90 days of history, then live
    #[command(after_help = "Examples:\n  sluice demo\n  sluice demo --seed 7 --data /tmp/demo")]
    Demo(DemoArgs),
    /// Deals: create, list, show, amend, move, lose, reopen, archive, restore
    #[command(visible_alias = "opp")]
    Opportunity {
        /// Which verb.
        #[command(subcommand)]
        command: OpportunityCommand,
    },
    /// Companies: create, list, show, amend
    Customer {
        /// Which verb.
        #[command(subcommand)]
        command: CustomerCommand,
    },
    /// People at customers: create, list, show, amend
    Contact {
        /// Which verb.
        #[command(subcommand)]
        command: ContactCommand,
    },
    /// People who sell: create, list, show, amend
    Member {
        /// Which verb.
        #[command(subcommand)]
        command: MemberCommand,
    },
    /// The organisation tree: create, list, show, amend
    Team {
        /// Which verb.
        #[command(subcommand)]
        command: TeamCommand,
    },
    /// Pipelines: create, list, show, amend
    Pipeline {
        /// Which verb.
        #[command(subcommand)]
        command: PipelineCommand,
    },
    /// Stages of a pipeline: create, amend, reorder, retire
    Stage {
        /// Which verb.
        #[command(subcommand)]
        command: StageCommand,
    },
    /// Calls, visits and the like: log, list
    Activity {
        /// Which verb.
        #[command(subcommand)]
        command: ActivityCommand,
    },
    /// Alerts of stagnation: list, acknowledge, snooze
    Alert {
        /// Which verb.
        #[command(subcommand)]
        command: AlertCommand,
    },
    /// Show what to do next: amount times gain in win probability, divided by days to stagnation
    #[command(after_help = "Examples:\n  sluice next\n  sluice -o json next --member kim")]
    Next(NextArgs),
    /// Show how much has stood in its stage for too long
    #[command(
        after_help = "Examples:\n  sluice stalled --by owner\n  sluice -o csv stalled --by team --as-of 2026-03-31"
    )]
    Stalled(StalledArgs),
    /// A manager's approval: request, approve, refuse, list
    Approval {
        /// Which verb.
        #[command(subcommand)]
        command: ApprovalCommand,
    },
    /// Show everything that happened to a deal or a customer, newest first
    #[command(
        after_help = "Examples:\n  sluice timeline O-1042\n  sluice timeline --customer Acme --page-size 0"
    )]
    Timeline(TimelineArgs),
    /// The workspace: show, server, set-up, amend
    Workspace {
        /// Which verb.
        #[command(subcommand)]
        command: WorkspaceCommand,
    },
    /// The inbox: list, read
    Notice {
        /// Which verb.
        #[command(subcommand)]
        command: NoticeCommand,
    },
    /// What happened in a cycle: new, moved forward, stalled, won, rewarded; and when managers are told
    #[command(
        after_help = "Examples:\n  sluice digest\n  sluice digest --member kim --cycle last-week\n  sluice digest schedule add kim --unit week --at 08:00 --inbox"
    )]
    Digest(DigestArgs),
    /// Other systems that are told what happens: add, list, amend, remove, test
    Webhook {
        /// Which verb.
        #[command(subcommand)]
        command: WebhookCommand,
    },
    /// Messages to other systems until they are acknowledged: list, retry
    Delivery {
        /// Which verb.
        #[command(subcommand)]
        command: DeliveryCommand,
    },
    /// Lists kept by a name: list, save, show, run, delete
    View {
        /// Which verb.
        #[command(subcommand)]
        command: ViewCommand,
    },
    /// Look for a text in deals, companies, people at them and activities
    #[command(
        after_help = "Examples:\n  sluice search acme renewal\n  sluice search 电力 --kind customer\n  sluice -o json search O-1042"
    )]
    Search(SearchArgs),
    /// Count deals and add up their amounts, by group
    #[command(
        after_help = "Examples:\n  sluice summary --filter status:open --group-by owner,stage\n  sluice summary --group-by source --order-by 'amount desc'\n  sluice -o csv summary --group-by month --page-size 0"
    )]
    Summary(SummaryArgs),
    /// Print every change as it happens, resumable from any revision
    #[command(
        after_help = "With -o json a line is a commit: {\"revision\":\"12\",\"time\":…,\"actor\":…,\"changes\":[…],\"events\":[…]}.
It reconnects by itself. Killed, it resumes exactly after the last line's revision with --after.
Examples:
  sluice watch
  sluice -o json watch --after 120
  sluice -o json watch --kind opportunity --filter 'owner:kim'"
    )]
    Watch(WatchArgs),
    /// Sum the process metrics (NEW, FLOW, WON …) of a cycle
    #[command(after_help = "Examples:
  sluice metrics --cycle this-week --by member
  sluice -o json metrics --cycle 2017-Q1 --by team
  sluice metrics --cycle this-week --by member --compare
  sluice metrics --cycle this-week --by team --metric WON --why East
  sluice -o csv metrics --cycle 2017-01-01..2017-02-01 --by pipeline")]
    Metrics(MetricsArgs),
    /// Targets: list, set, decompose, progress, archive, import, export
    Goal {
        /// Which verb.
        #[command(subcommand)]
        command: GoalCommand,
    },
    /// Rank members or teams in a cycle: who moved since yesterday, where you stand, what it takes to pass
    #[command(after_help = "Examples:
  sluice leaderboard --metric WON --cycle this-month
  sluice leaderboard --cycle this-quarter --of-target --team East --top 10
  sluice leaderboard --cycle this-week --rewards
  sluice -o json leaderboard --metric NEW --cycle last-week --who kim
  sluice leaderboard --metric FLOW --count --by team --cycle this-week")]
    Leaderboard(LeaderboardArgs),
    /// Incentive schemes: list, show, templates, create, edit, publish, end, rehearse
    Scheme {
        /// Which verb.
        #[command(subcommand)]
        command: SchemeCommand,
    },
    /// Rewards: list, show, why, claim, grant, approve, refuse, reverse, fund, wallet, stats
    Reward {
        /// Which verb.
        #[command(subcommand)]
        command: RewardCommand,
    },
    /// Packets of split rewards: list, open, verify
    Packet {
        /// Which verb.
        #[command(subcommand)]
        command: PacketCommand,
    },
    /// The books of rewards: list, accounts
    Ledger {
        /// Which verb.
        #[command(subcommand)]
        command: LedgerCommand,
    },
    /// Wallets paid out for payroll: create, list, show, export, paid, cancel
    Payout {
        /// Which verb.
        #[command(subcommand)]
        command: PayoutCommand,
    },
    /// Honours by rule, and thanks: list
    Badge {
        /// Which verb.
        #[command(subcommand)]
        command: BadgeCommand,
    },
    /// Thank a colleague; at most five times in a month
    #[command(
        after_help = "Example:\n  sluice thanks kim 'for the introduction at Acme' --deal O-1042"
    )]
    Thanks(ThanksArgs),
    /// Show how rewards are distributed, and what looks unusual, with its facts
    #[command(
        after_help = "Examples:\n  sluice fairness --cycle last-month\n  sluice -o json fairness --unit money --team East"
    )]
    Fairness(FairnessArgs),
    /// List the score entries behind the metrics
    #[command(after_help = "Example:\n  sluice scores --cycle 2017-03 --metric WON --member kim")]
    Scores(ScoresArgs),
    /// Show how much stands in each stage, what it is worth and how long it stays
    #[command(
        after_help = "Examples:\n  sluice funnel\n  sluice funnel --cycle this-quarter --compare last-quarter --team East\n  sluice -o json funnel --as-of 2017-06-30 --pipeline Hardware"
    )]
    Funnel(FunnelArgs),
    /// Show what is won, open and weighted by the month of the contract date, with gap and coverage
    #[command(after_help = "Example:\n  sluice forecast --cycle this-year --owner kim")]
    Forecast(ForecastArgs),
    /// Show win rate, loss reasons, and how long deals took
    #[command(after_help = "Example:\n  sluice outcomes --cycle last-quarter")]
    Outcomes(OutcomesArgs),
    /// Tell what happened between two instants
    #[command(
        after_help = "Examples:\n  sluice diff 2017-06-01 2017-07-01\n  sluice -o csv diff 2017-06-01 --deals"
    )]
    Diff(DiffArgs),
    /// Import histories of other systems
    Import {
        /// Which rows.
        #[command(subcommand)]
        command: ImportCommand,
    },
    /// Export everything of a kind as CSV
    #[command(
        after_help = "Examples:\n  sluice export opportunities deals.csv\n  sluice export customers | head"
    )]
    Export(ExportArgs),
    /// The settings file of the screen: check, path, schema
    Config {
        /// Which verb.
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Print the keys that are in force, by screen and verb, with what they do
    #[command(
        after_help = "Examples:\n  sluice keys --context board\n  sluice -o json keys | jq '.keys[] | select(.command == \"move\")'"
    )]
    Keys(KeysArgs),
    /// Print what a shell needs to complete these commands
    #[command(
        after_help = "Example:\n  sluice completions bash > ~/.local/share/bash-completion/completions/sluice"
    )]
    Completions(CompletionsArgs),
}

/// Options of `demo`.
#[derive(Clone, Debug, Default, Args)]
pub struct DemoArgs {
    /// The same seed makes the same team
    #[arg(long)]
    pub seed: Option<u64>,
}

impl Cli {
    /// Whether this opens the screen rather than running a scripting command.
    pub fn opens_screen(&self) -> bool {
        match &self.command {
            None | Some(Command::Demo(_)) => true,
            Some(Command::Board(args)) => args.as_of.is_none(),
            Some(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_has_help_and_the_exit_codes_stand_in_it() {
        fn check(command: &mut clap::Command) {
            assert!(
                command.get_about().is_some(),
                "{} has no help",
                command.get_name()
            );
            command.get_subcommands_mut().for_each(check);
        }
        let mut command = Cli::command();
        check(&mut command);
        assert!(
            command
                .render_long_help()
                .to_string()
                .contains(EXIT_CODES_HELP)
        );
    }

    #[test]
    fn what_is_written_out_counts_more_than_the_environment() {
        let both = |name: &str| Some(OsString::from(format!("/{name}")));
        let target = |line: &str| {
            let cli = Cli::try_parse_from(line.split(' ')).unwrap();
            cli.global.target_in(both)
        };
        assert_eq!(
            target("sluice funnel --data /x"),
            Target::Folder("/x".into())
        );
        assert_eq!(
            target("sluice --server http://x funnel"),
            Target::Server("http://x".into())
        );
        assert_eq!(
            target("sluice funnel"),
            Target::Server("/SLUICE_SERVER".into())
        );
        assert!(Cli::try_parse_from(["sluice", "--server", "x", "--data", "y"]).is_err());
    }

    #[test]
    fn global_options_stand_before_or_after_the_command() {
        for line in [
            "sluice -o json funnel",
            "sluice funnel -o json",
            "sluice funnel --output=json",
        ] {
            let cli = Cli::try_parse_from(line.split(' ')).unwrap();
            assert_eq!(cli.global.output, Format::Json, "{line}");
        }
        assert!(Cli::try_parse_from(["sluice"]).unwrap().opens_screen());
        assert!(Cli::try_parse_from(["sluice", "import", "history", "a.csv"]).is_err());
    }
}
