//! Tests of the proxy in front of a server, and of the socket counts.

use std::time::{Duration, Instant};

use double::Proxy;
use serde_json::json;

use crate::{Bench, execute};

#[tokio::test]
async fn a_round_trip_takes_two_delays_and_many_take_no_longer() {
    let bench = Bench::plain().await;
    let proxy = Proxy::start(bench.server.user_address(), Duration::from_millis(50)).await.unwrap();
    let blob = json!([execute("SELECT hex(zeroblob(200000))"), { "type": "close" }]);
    let ask = || {
        let request = bench.client.post(format!("{}/v3/pipeline", proxy.url())).header("x-namespace", "a");
        request.json(&json!({ "requests": blob })).send()
    };
    let first = ask().await.unwrap();
    assert!(first.bytes().await.unwrap().len() > 400_000);
    let began = Instant::now();
    let all: Vec<_> = (0..8).map(|_| tokio::spawn(ask())).collect();
    for one in all {
        assert!(one.await.unwrap().unwrap().bytes().await.unwrap().len() > 400_000);
    }
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(100), "{took:?}");
    assert!(took < Duration::from_millis(800), "they were passed on one after the other: {took:?}");
    assert!((2..=8).contains(&proxy.sockets().most()));
}

#[tokio::test]
async fn sockets_are_counted_as_they_come_and_go() {
    let bench = Bench::plain().await;
    for _ in 0..3 {
        bench.execute("a", "SELECT 1").await;
    }
    let sockets = bench.server.sockets().clone();
    assert_eq!((sockets.accepted(), sockets.open(), sockets.most()), (1, 1, 1));
    assert_eq!((bench.server.databases().requests("a"), sockets.requests()), (3, 3));
    let Bench { client, server } = bench;
    drop(client);
    let closed = async {
        while sockets.open() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), closed).await.unwrap();
    drop(server);
}
