//! The number of requests a second that 64 clients get answered, in 8 workspaces: through Freehold, and by a bare client that
//! sends the same pipelines to the same server.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::{
    bare::Bare,
    common::{freehold::Freehold, libsql_server::LibsqlServer, median},
};

const CLIENTS: usize = 64;
const WORKSPACES: usize = 8;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(3);
const LIMIT: f64 = 0.8;

pub(crate) async fn measure(server: &LibsqlServer) {
    let folder = tempfile::tempdir().unwrap();
    let freehold = Freehold::start(folder.path(), &server.flags(None)).await;
    let names: Vec<_> = (0..WORKSPACES).map(|number| format!("busy-{number}")).collect();
    freehold.sign_up_all(&names).await;
    let tokens = freehold.sign_in_all(&names).await;
    let (client, mut bare) = (Bare::client(), Vec::new());
    for (name, token) in names.iter().zip(&tokens) {
        bare.push(Bare::new(&client, server.address(), &freehold.database(name).await, token));
    }
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let alone = rate(|client| {
            let bare = bare[client % WORKSPACES].clone();
            move || {
                let bare = bare.clone();
                async move { bare.ask().await }
            }
        });
        let alone = alone.await;
        let through = rate(|client| {
            let (name, token) = (names[client % WORKSPACES].clone(), tokens[client % WORKSPACES].clone());
            let freehold = Arc::clone(&freehold);
            move || {
                let (freehold, name, token) = (Arc::clone(&freehold), name.clone(), token.clone());
                async move { assert_eq!(freehold.me(&name, &token).await, 200) }
            }
        });
        let through = through.await;
        println!("  a round of {ROUND:?}: Freehold {through:.0}/s, a bare client {alone:.0}/s");
        ratios.push(through / alone);
    }
    let ratio = median(ratios);
    println!("throughput, {CLIENTS} clients, {WORKSPACES} workspaces: {ratio:.2} of a bare client's; at least {LIMIT}");
    freehold.stop().await;
}

/// Answers a second.
async fn rate<F, W>(asking: impl Fn(usize) -> W) -> f64
where
    F: Future<Output = ()> + Send,
    W: Fn() -> F + Send + 'static,
{
    let (answered, mut clients) = (Arc::new(AtomicUsize::new(0)), JoinSet::new());
    let begun = Instant::now();
    for client in 0..CLIENTS {
        let (ask, answered) = (asking(client), Arc::clone(&answered));
        clients.spawn(async move {
            while begun.elapsed() < ROUND {
                ask().await;
                answered.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    clients.join_all().await;
    let took = begun.elapsed().as_secs_f64();
    sleep(Duration::from_millis(200)).await;
    #[expect(clippy::cast_precision_loss, reason = "two digits of a ratio")]
    let answered = answered.load(Ordering::Relaxed) as f64;
    answered / took
}
