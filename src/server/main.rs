//! `freehold`: parses the command line, runs it, exits with its status. Everything else is in the library beside it.

use std::process::ExitCode;

use server::{Cli, Exit};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Even on one core a slow render must not hold up the others. More of them than cores only wait for each other.
const FEWEST_WORKERS: usize = 2;

fn main() -> ExitCode {
    let cli = Cli::read();
    let workers = std::thread::available_parallelism().map_or(FEWEST_WORKERS, usize::from).max(FEWEST_WORKERS);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build();
    match runtime {
        Ok(runtime) => {
            let exit = runtime.block_on(cli.run());
            runtime.shutdown_background(); // all is closed by now, or was not to be waited for
            exit
        }
        Err(error) => Exit::unexpected(&error.into()),
    }
    .into()
}
