//! `cargo bench -p server --bench neighbours`: how long the members of one workspace wait while clients load the server in
//! another. Each load runs with several numbers of clients. For each number the bench prints the neighbour's p50 and p99, and
//! their ratio to its p50 and p99 at rest, measured right before.
//!
//! The bench runs a `freehold` in a process of its own, and uses only HTTP and commands. So `FREEHOLD_BINARY=<path>` measures
//! any other build. `FREEHOLD_BENCH_SECONDS` (4) is the length of each measurement, `FREEHOLD_BENCH_PEOPLE` (10000) the number
//! of members in the large workspace. A word after `--` runs only the loads whose name contains it.
//!
//! A new load is a file in this folder with a function that returns a `Load`, and a line in `loads`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot go on has failed, and it prints"
)]

mod freehold;
mod hashing;
mod load;
mod places;
mod search;

use std::sync::Arc;

use freehold::Freehold;
use load::{Load, Probe};

/// The workspace that is measured.
const NEIGHBOUR: &str = "acme";

async fn loads(freehold: &Arc<Freehold>) -> Vec<Load> {
    vec![
        search::load(freehold).await,
        hashing::adding(freehold).await,
        hashing::sign_ins(freehold),
        places::slow_bodies(freehold),
    ]
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let freehold = Arc::new(Freehold::start(folder.path()).await);
    println!("{}", freehold::binary().display());
    freehold.sign_up(NEIGHBOUR).await;
    let token = freehold.sign_in(NEIGHBOUR, "root", freehold::PASSWORD).await;
    let me = Probe::users_me(&freehold, NEIGHBOUR, token);
    let wanted = std::env::args().skip(1).find(|word| !word.starts_with("--")).unwrap_or_default();
    for load in loads(&freehold).await.into_iter().filter(|load| load.name.contains(&wanted)) {
        load.measure(&me).await;
    }
}
