//! `sluice completions`: what a shell needs to complete our commands.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::{Cli, failure::Outcome, output::Output};

/// Options of `completions`.
#[derive(Clone, Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Writes the completions of a shell.
pub fn completions(args: &CompletionsArgs, output: &mut Output) -> Outcome {
    // Written to memory first: the generator itself panics when the reader leaves.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "sluice", &mut script);
    output.writer().write_all(&script)?;
    output.flush()
}
