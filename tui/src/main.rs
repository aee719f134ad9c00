//! Arguments to what to run: the board, the demo or a scripting command.

use std::process::ExitCode;

use clap::Parser as _;
use sluice::cli::{
    self, Cli,
    failure::{Exit, Failure},
    output::Format,
};

/// The embedded server allocates and frees small things all the time, and glibc's allocator halves its rate.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return cli::usage(&error),
    };
    let format = cli.global.output;
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return end(&Failure::from(error), format),
    };
    let outcome = runtime.block_on(async {
        if cli.opens_screen() {
            cli::board::open(cli).await
        } else {
            cli::run(cli).await
        }
    });
    // A blocked read of the terminal must not hold the process.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::from(Exit::Done as u8),
        Err(failure) => end(&failure, format),
    }
}

fn end(failure: &Failure, format: Format) -> ExitCode {
    if !failure.is_silent() {
        cli::complain(failure, format);
    }
    ExitCode::from(failure.exit as u8)
}
