//! `cargo bench -p server --bench remote`: Freehold on a libsql-server, the real one if `FREEHOLD_TEST_SQLD` names its binary,
//! else a double. Prints each ratio beside its limit. A run is shorter with less `FREEHOLD_BENCH_TENANTS` (1000),
//! `FREEHOLD_BENCH_SECONDS` (30, for which a database is stalled) or `FREEHOLD_BENCH_ROUNDS` (3).

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot go on has failed, and it prints"
)]

mod bare;
#[path = "../common/mod.rs"]
mod common;
mod line;
mod stall;
mod throughput;

use common::libsql_server::LibsqlServer;

#[tokio::main]
async fn main() {
    let server = LibsqlServer::start().await;
    println!("on {}", server.name());
    throughput::measure(&server).await;
    line::measure(&server).await;
    drop(server);
    stall::measure().await;
}
