//! Freehold on a line that takes 20 ms each way. Measures how many round trips a request costs, and how many sockets are open
//! while 64 clients send requests to 1,000 workspaces in turn.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use double::Proxy;
use tokio::task::JoinSet;

use crate::{
    bare::Bare,
    common::{freehold::Freehold, libsql_server::LibsqlServer, median, part, setting},
};

const EACH_WAY: Duration = Duration::from_millis(20);
const ROUNDS: usize = 101;
const CLIENTS: usize = 64;
const MOST_TRIPS: f64 = 1.3;
const MOST_SOCKETS: usize = 64;

pub(crate) async fn measure(server: &LibsqlServer) {
    let folder = tempfile::tempdir().unwrap();
    let many = usize::try_from(setting("FREEHOLD_BENCH_TENANTS", 1000)).unwrap();
    let names: Arc<Vec<_>> = Arc::new((0..many).map(|number| format!("parcel-{number}")).collect());
    let freehold = Freehold::start(folder.path(), &server.flags(None)).await;
    let begun = Instant::now();
    freehold.sign_up_all(&names).await;
    println!("  {many} workspaces signed up in {:.0?}", begun.elapsed());
    let tokens = Arc::new(freehold.sign_in_all(&names).await);
    let database = freehold.database(&names[0]).await;
    freehold.stop().await;

    let proxy = Proxy::start(server.address(), EACH_WAY).await.unwrap();
    let freehold = Freehold::start(folder.path(), &server.flags(Some(proxy.address()))).await;
    trips(&freehold, &names[0], &tokens[0], &Bare::new(&Bare::client(), proxy.address(), &database, &tokens[0])).await;
    freehold.stop().await;

    // A new Freehold, which has no open databases and no sockets.
    let proxy = Proxy::start(server.address(), EACH_WAY).await.unwrap();
    let freehold = Freehold::start(folder.path(), &server.flags(Some(proxy.address()))).await;
    let took = in_turn(&freehold, &names, &tokens).await;
    let (most, all) = (proxy.sockets().most(), proxy.sockets().accepted());
    println!(
        "{many} workspaces in turn, {CLIENTS} clients: {most} sockets at most; at most {MOST_SOCKETS} \
         ({all} in all, {took:.1?})"
    );
    freehold.stop().await;
}

async fn trips(freehold: &Freehold, name: &str, token: &str, bare: &Bare) {
    assert_eq!(freehold.me(name, token).await, 200);
    bare.ask().await;
    let (mut through, mut alone) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        bare.ask().await;
        alone.push(begun.elapsed());
        let begun = Instant::now();
        assert_eq!(freehold.me(name, token).await, 200);
        through.push(begun.elapsed());
    }
    let (through, alone) = (median(through), median(alone));
    let trips = part(through, alone);
    println!(
        "GET users/me, {EACH_WAY:?} each way: median {through:.1?} of a round trip of {alone:.1?}, {trips:.2}; at most {MOST_TRIPS}"
    );
}

async fn in_turn(freehold: &Arc<Freehold>, names: &Arc<Vec<String>>, tokens: &Arc<Vec<String>>) -> Duration {
    let (next, mut clients, begun) = (Arc::new(AtomicUsize::new(0)), JoinSet::new(), Instant::now());
    for _ in 0..CLIENTS {
        let (freehold, names, tokens, next) =
            (Arc::clone(freehold), Arc::clone(names), Arc::clone(tokens), Arc::clone(&next));
        clients.spawn(async move {
            while let number = next.fetch_add(1, Ordering::Relaxed)
                && let Some(name) = names.get(number)
            {
                assert_eq!(freehold.me(name, &tokens[number]).await, 200);
            }
        });
    }
    clients.join_all().await;
    begun.elapsed()
}
