//! Faults that only Turso has: database tokens come from its API, a new database answers after seconds, and spare databases
//! are made beforehand.

use std::time::{Duration, Instant};

use double::turso::Fault;
use serde_json::json;

use crate::support::{
    PASSWORD,
    elsewhere::{AtTurso, QUICK, is_unavailable, timed},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_to_be_had_is_503_in_time_and_one_that_is_had_again_serves() {
    let turso = AtTurso::start(0).await;
    turso.app.sign_up("acme").await;
    let acme = turso.app.sign_in("acme").await;
    for fault in [Fault::TooManyRequests(None), Fault::TooManyRequests(Some(5)), Fault::Internal, Fault::Stall] {
        turso.rotate().await; // the cached token is no longer valid
        turso.api.fail(fault.clone(), 1000);
        is_unavailable(timed(turso.me("acme", &acme)).await, fault.clone());
        turso.api.heal();
        let begun = Instant::now();
        while turso.me("acme", &acme).send().await.status != 200 {
            assert!(begun.elapsed() < Duration::from_secs(1), "{fault:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_rotated_is_fetched_anew_and_nobody_notices() {
    let turso = AtTurso::start(0).await;
    turso.app.sign_up("acme").await;
    let acme = turso.app.sign_in("acme").await;
    let before = turso.minted();
    turso.rotate().await;
    for _ in 0..3 {
        assert_eq!(turso.me("acme", &acme).send().await.status, 200);
    }
    assert_eq!(turso.minted(), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_waits_for_a_database_that_takes_its_time() {
    let turso = AtTurso::start(0).await;
    turso.answer(false);
    let waiting = async {
        let begun = Instant::now();
        turso.app.sign_up("acme").await;
        begun.elapsed()
    };
    let coming = async {
        tokio::time::sleep(Duration::from_secs(3)).await; // Turso takes this long
        turso.answer(true);
    };
    let (took, ()) = tokio::join!(waiting, coming);
    assert!(took >= Duration::from_secs(3), "{took:?}");
    turso.app.sign_in("acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_takes_a_database_that_is_ready_and_does_not_wait() {
    let turso = AtTurso::start(2).await;
    let begun = Instant::now();
    let ready = |turso: &AtTurso| {
        let names = turso.api.names();
        names.len() == 2 && turso.minted() == 2 // the probe of each spare asks for a token
    };
    while !ready(&turso) {
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", turso.api.names());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(QUICK).await; // time for the second spare to answer its probe
    turso.answer(false);
    let spares = turso.api.names();
    for tenant in ["acme", "beta"] {
        let form = json!({"tenant": tenant, "username": "root", "password": PASSWORD});
        let (answer, took) = timed(turso.app.ask("POST", "/tenants").json(&form)).await;
        assert!(answer.status == 201 && took < Duration::from_secs(2), "{} in {took:?}", answer.status);
        let token = turso.app.sign_in(tenant).await;
        assert_eq!(turso.me(tenant, &token).send().await.status, 200);
    }
    assert!(turso.api.names().len() > spares.len(), "others are made in their place");
}
