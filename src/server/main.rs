//! `freehold`: parses the command line, runs the command, and exits with its status. Everything else is in the library.

use std::process::ExitCode;

use server::{Cli, Exit};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Least number of worker threads. With two, a slow page does not block all other requests on a machine with one core. Apart
/// from that there is one for each core, because further ones would only wait for each other.
const FEWEST_WORKERS: usize = 2;

fn main() -> ExitCode {
    let cli = Cli::read();
    let workers = std::thread::available_parallelism().map_or(FEWEST_WORKERS, usize::from).max(FEWEST_WORKERS);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build();
    match runtime {
        Ok(runtime) => {
            let exit = runtime.block_on(cli.run());
            runtime.shutdown_background(); // what is still open now must not delay the exit
            exit
        }
        Err(error) => Exit::unexpected(&error.into()),
    }
    .into()
}
