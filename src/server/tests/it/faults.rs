//! A remote storage fails for one workspace. That workspace answers 503 within the deadline, all others answer as usual, and
//! every success that was answered is written.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use double::{Fault, Options, Scope};
use serde_json::json;
use tokio::task::JoinSet;

use crate::support::{
    PASSWORD, browsers,
    elsewhere::{DEADLINE, Elsewhere, HOME, QUICK, is_unavailable, timed},
};

/// Faults with which a database cannot be read.
const UNFIT: [Fault; 10] = [
    Fault::Stall,
    Fault::Mute,
    Fault::Slow(Duration::from_secs(3)),
    Fault::Refuse,
    Fault::Cut,
    Fault::NotFound,
    Fault::TooMany,
    Fault::Broken,
    Fault::Garbage,
    Fault::Corrupt,
];

/// Upper bound on the first success after the fault has ended.
const BACK: Duration = Duration::from_secs(1);

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_fails_while_it_is_open_is_503_in_time_and_disturbs_nobody() {
    fails(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_fails_to_open_is_503_in_time_and_disturbs_nobody() {
    fails(true).await;
}

async fn fails(closed: bool) {
    let elsewhere = Elsewhere::libsql_server().await;
    let (acme, beta) = (elsewhere.sign_up("acme").await, elsewhere.sign_up("beta").await);
    let (home, scope) = (elsewhere.app.sign_in(HOME).await, elsewhere.scope("acme").await);
    browsers::cookie_of(&acme).await.unwrap(); // before the first fault
    for fault in UNFIT {
        if closed {
            elsewhere.close("acme").await;
        }
        elsewhere.faults().set(scope.clone(), fault);
        let page = elsewhere.app.ask_at("acme", "GET", "/").cookie(&acme).header("accept", "text/html");
        let others = async {
            for (tenant, token) in [("beta", &beta), (HOME, &home), ("beta", &beta), (HOME, &home)] {
                let (answer, took) = timed(elsewhere.me(tenant, token)).await;
                assert!(answer.status == 200 && took < QUICK, "{fault:?}, {tenant}: {} in {took:?}", answer.status);
            }
        };
        let (asked, (page, page_took), ()) = tokio::join!(timed(elsewhere.me("acme", &acme)), timed(page), others);
        is_unavailable(asked, fault);
        assert!((page.status, page.is_page()) == (503, true) && page_took < DEADLINE, "{fault:?}: {page:?}");
        elsewhere.faults().clear(&scope);
        let took = elsewhere.is_back("acme", &acme).await;
        assert!(took < BACK, "{fault:?}: back after {took:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_a_little_slow_is_read_and_one_that_is_full_too() {
    let elsewhere = Elsewhere::libsql_server().await;
    let (acme, scope) = (elsewhere.sign_up("acme").await, elsewhere.scope("acme").await);
    for (fault, closed) in [Fault::Slow(Duration::from_millis(20)), Fault::Full].into_iter().zip([true, false]) {
        elsewhere.faults().set(scope.clone(), fault);
        if closed {
            elsewhere.close("acme").await;
        }
        let (answer, took) = timed(elsewhere.me("acme", &acme)).await;
        assert!(answer.status == 200 && took < QUICK * 2, "{fault:?}: {} in {took:?}", answer.status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_done_for_a_workspace_whose_database_fails() {
    let elsewhere = Elsewhere::libsql_server().await;
    let (acme, scope) = (elsewhere.sign_up("acme").await, elsewhere.scope("acme").await);
    let (root, ada) = (json!({"username": "root", "password": PASSWORD}), json!({"username": "ada"}));
    for fault in [Fault::Stall, Fault::Refuse, Fault::Broken, Fault::Garbage, Fault::Full, Fault::Corrupt] {
        elsewhere.faults().set(scope.clone(), fault);
        for (what, ask) in [
            ("sign-in", elsewhere.app.ask_at("acme", "POST", "/api/v1/auth/sign-in").json(&root)),
            ("sign-out", elsewhere.app.ask_at("acme", "POST", "/api/v1/auth/sign-out").bearer(&acme)),
            ("add", elsewhere.app.ask_at("acme", "POST", "/api/v1/users").bearer(&acme).json(&ada)),
        ] {
            is_unavailable(timed(ask).await, (fault, what));
        }
        elsewhere.faults().clear(&scope);
        elsewhere.is_back("acme", &acme).await;
        let people = elsewhere.app.ask_at("acme", "GET", "/api/v1/users").bearer(&acme).send().await.json();
        assert_eq!(people["items"].as_array().unwrap().len(), 1, "{fault:?}");
    }
}

/// Adding a user sends several requests to the storage. The test loses the answer to each of them, also to the commit.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_leaves_no_doubt_at_the_second_try() {
    let options = Options {
        admin_key: Some("open-sesame".into()),
        transaction: Duration::from_millis(300), // an abandoned transaction ends soon
        stream_idle: Duration::from_millis(600),
        ..Options::default()
    };
    let elsewhere = Elsewhere::with(options, &[]).await;
    let (acme, scope) = (elsewhere.sign_up("acme").await, elsewhere.scope("acme").await);
    let mut lost_and_written = 0;
    for (number, fault) in (0..14).map(|number| (number, [Fault::Cut, Fault::Mute][number % 2])) {
        let name = json!({"username": format!("user-{number}")});
        let add = || elsewhere.app.ask_at("acme", "POST", "/api/v1/users").bearer(&acme).json(&name);
        elsewhere.faults().after(number as u64 / 2, scope.clone(), fault);
        let first = add().send().await;
        elsewhere.faults().clear(&scope);
        let begun = Instant::now();
        let second = loop {
            match add().send().await.status {
                503 if begun.elapsed() < DEADLINE * 3 => tokio::time::sleep(Duration::from_millis(20)).await,
                status => break status,
            }
        };
        match (first.status, second) {
            (503, 201) | (201, 409) => {}
            (503, 409) => lost_and_written += 1,
            other => panic!("{fault:?} at {}: {other:?}", number / 2),
        }
        let found = format!("/api/v1/users?q=user-{number}");
        let found = elsewhere.app.ask_at("acme", "GET", &found).bearer(&acme).send().await.json();
        let names: Vec<_> = found["items"].as_array().unwrap().iter().map(|user| user["username"].clone()).collect();
        assert_eq!(names.iter().filter(|found| **found == name["username"]).count(), 1, "{fault:?}: {names:?}");
    }
    assert!(lost_and_written > 0, "the answer to a commit was among those lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_before_a_stalled_database_takes_few_sockets_and_makes_nobody_wait() {
    for closed in [false, true] {
        let elsewhere = Arc::new(
            Elsewhere::with(
                Options { admin_key: Some("open-sesame".into()), ..Options::default() },
                &["--trusted-proxies", "127.0.0.1"], // no connection limit for this address
            )
            .await,
        );
        let (acme, beta) = (elsewhere.sign_up("acme").await, elsewhere.sign_up("beta").await);
        let scope = elsewhere.scope("acme").await;
        if closed {
            elsewhere.close("acme").await;
        }
        elsewhere.faults().set(scope.clone(), Fault::Stall);
        elsewhere.server.sockets().forget();
        let mut crowd = JoinSet::new();
        for _ in 0..200 {
            let ask = elsewhere.me("acme", &acme);
            crowd.spawn(async move { timed(ask).await });
            tokio::time::sleep(Duration::from_millis(5)).await; // leaves time for the server in this process
        }
        while elsewhere.faults().met(&scope) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        for _ in 0..10 {
            let (answer, took) = timed(elsewhere.me("beta", &beta)).await;
            assert!(answer.status == 200 && took < QUICK, "{} in {took:?}", answer.status);
        }
        for asked in crowd.join_all().await {
            is_unavailable(asked, closed);
        }
        let most = elsewhere.server.sockets().most();
        assert!(most <= 32, "{most} sockets");
    }
}

/// The requests come one after the other, as from users who reload the page.
#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_database_is_used_again_within_a_second_however_many_asked_meanwhile() {
    for closed in [false, true] {
        let elsewhere = Arc::new(Elsewhere::libsql_server().await);
        let (acme, scope) = (elsewhere.sign_up("acme").await, elsewhere.scope("acme").await);
        if closed {
            elsewhere.close("acme").await;
        }
        elsewhere.faults().set(scope.clone(), Fault::Stall);
        let mut crowd = JoinSet::new();
        for _ in 0..60 {
            let ask = elsewhere.me("acme", &acme);
            crowd.spawn(async move { timed(ask).await });
            tokio::time::sleep(Duration::from_millis(50)).await; // 20 requests a second for 3 s
        }
        elsewhere.faults().clear(&scope);
        let took = elsewhere.is_back("acme", &acme).await;
        assert!(took < BACK, "closed: {closed}; back after {took:?}");
        for (answer, took) in crowd.join_all().await {
            assert!([200, 503].contains(&answer.status) && took < DEADLINE, "{} in {took:?}", answer.status);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_that_the_storage_does_not_do_leaves_nothing_and_its_name_is_free_again() {
    let elsewhere = Elsewhere::libsql_server().await;
    for (number, fault) in
        [Fault::Refuse, Fault::Broken, Fault::Cut, Fault::Garbage, Fault::Mute].into_iter().enumerate()
    {
        let form = json!({"tenant": format!("acme-{number}"), "username": "root", "password": PASSWORD});
        let sign_up = || elsewhere.app.ask("POST", "/tenants").json(&form);
        elsewhere.faults().set(Scope::Control, fault);
        let refused = sign_up().send().await;
        assert_eq!((refused.status, refused.problem().2), (503, "unavailable".into()), "{fault:?}");
        elsewhere.faults().clear_all();
        let begun = Instant::now();
        let made = loop {
            let answer = sign_up().send().await;
            if answer.status == 201 || begun.elapsed() > DEADLINE * 3 {
                break answer;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        assert_eq!(made.status, 201, "{fault:?}: {}", made.body);
        let left = elsewhere.server.databases().keys();
        let of_it = left.iter().filter(|key| key.starts_with(&format!("acme-{number}-")));
        assert_eq!(of_it.count(), 1, "{fault:?}: {left:?}");
    }
}
