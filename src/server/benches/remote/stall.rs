//! One workspace's database is stalled while another workspace is under load. Measures how the other one is delayed, how soon
//! the stalled one is refused, and how soon it answers again. Runs on a double, which stalls on command.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use double::{Fault, Scope};
use tokio::{
    sync::oneshot,
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep},
};

use crate::common::{freehold::Freehold, libsql_server::LibsqlServer, median, p99, part, setting};

const A_SECOND: u32 = 200;
const BEFORE: Duration = Duration::from_secs(10);
/// Requests a second to the stalled workspace.
const KNOCKS: u32 = 20;
const REFUSED: Duration = Duration::from_millis(2100);
const BACK: Duration = Duration::from_secs(1);

pub(crate) async fn measure() {
    let server = LibsqlServer::double().await;
    let LibsqlServer::Double(double) = &server else { panic!("a double was asked for") };
    let folder = tempfile::tempdir().unwrap();
    let freehold = Freehold::start(folder.path(), &server.flags(None)).await;
    let names = ["stalled".to_owned(), "other".to_owned()];
    freehold.sign_up_all(&names).await;
    let tokens: Vec<Arc<str>> = freehold.sign_in_all(&names).await.into_iter().map(Arc::from).collect();
    let (scope, stalled) = (Scope::database(freehold.database(&names[0]).await), setting("FREEHOLD_BENCH_SECONDS", 30));
    let (mut ratios, mut more) = (Vec::new(), Vec::new());
    for round in 1..=setting("FREEHOLD_BENCH_ROUNDS", 3) {
        let before = p99(load(&freehold, &tokens[1], BEFORE).await);
        double.faults().set(scope.clone(), Fault::Stall);
        let (over, until) = oneshot::channel();
        let knocking = tokio::spawn(knock(Arc::clone(&freehold), Arc::clone(&tokens[0]), until));
        let meanwhile = p99(load(&freehold, &tokens[1], Duration::from_secs(stalled)).await);
        double.faults().clear(&scope);
        let back = back(&freehold, &tokens[0]).await;
        drop(over);
        let slowest = knocking.await.unwrap();
        println!("  round {round}: p99 {before:.2?} before, {meanwhile:.2?} while one was stalled for {stalled} s");
        println!(
            "  round {round}: the stalled one: 503 within {slowest:.2?} (at most {REFUSED:?}), 200 {back:.2?} after (at most {BACK:?})"
        );
        ratios.push(part(meanwhile, before));
        more.push(meanwhile.saturating_sub(before));
        sleep(Duration::from_secs(2)).await; // until no request to it is running
    }
    println!(
        "{A_SECOND}/s on another workspace while one is stalled: p99 {:.2} of before, {:.2?} more (medians); \
         at most 1.5, or 5 ms more",
        median(ratios),
        median(more)
    );
    freehold.stop().await;
}

/// An open loop. Each request is sent at its time, whether or not the earlier ones are answered. Its duration counts from that
/// time.
async fn load(freehold: &Arc<Freehold>, token: &Arc<str>, lasting: Duration) -> Vec<Duration> {
    let (mut ticks, begun, mut asked) = (interval(Duration::from_secs(1) / A_SECOND), Instant::now(), JoinSet::new());
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    while begun.elapsed() < lasting {
        let due = ticks.tick().await.into_std();
        let (freehold, token) = (Arc::clone(freehold), Arc::clone(token));
        asked.spawn(async move {
            assert_eq!(freehold.me("other", &token).await, 200);
            due.elapsed()
        });
    }
    asked.join_all().await
}

/// Sends requests to the stalled workspace until `until` ends, and returns the duration of the slowest refusal.
async fn knock(freehold: Arc<Freehold>, token: Arc<str>, mut until: oneshot::Receiver<()>) -> Duration {
    let (mut ticks, mut asked) = (interval(Duration::from_secs(1) / KNOCKS), JoinSet::new());
    while until.try_recv() == Err(oneshot::error::TryRecvError::Empty) {
        ticks.tick().await;
        let (freehold, token) = (Arc::clone(&freehold), Arc::clone(&token));
        asked.spawn(async move {
            let begun = Instant::now();
            (freehold.me("stalled", &token).await, begun.elapsed())
        });
    }
    let refused = asked.join_all().await.into_iter().filter(|(status, _)| *status == 503);
    refused.map(|(_, took)| took).max().unwrap_or_default()
}

/// How long it takes until the stalled workspace answers 200 again.
async fn back(freehold: &Arc<Freehold>, token: &Arc<str>) -> Duration {
    let begun = Instant::now();
    let mut asked = JoinSet::new();
    loop {
        let (one, its) = (Arc::clone(freehold), Arc::clone(token));
        asked.spawn(async move { one.me("stalled", &its).await });
        tokio::select! {
            Some(answered) = asked.join_next() => if answered.unwrap() == 200 {
                return begun.elapsed();
            },
            () = sleep(Duration::from_millis(10)) => {}
        }
    }
}
