//! Tests of readiness: which errors count as "not yet", and for how long.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{super::await_ready, *};
use crate::StorageError;

/// The answers of a database that is being created, in order. After them it is ready.
fn on_its_way(said: usize) -> Result<(), StorageError> {
    match said {
        0 => Err(StorageError::Missing),
        1 => Err(StorageError::Unusable("502".into())),
        2 => Err(StorageError::TimedOut),
        3 => Err(StorageError::Unauthorised("not yet".into())),
        4 => Err(StorageError::Lost("cut".into())),
        _ => Ok(()),
    }
}

#[tokio::test(start_paused = true)]
async fn a_database_on_its_way_is_waited_for() {
    let asked = AtomicUsize::new(0);
    let probe = || async { on_its_way(asked.fetch_add(1, Ordering::Relaxed)) };
    await_ready(probe, Duration::from_mins(1), &Ambient).await.unwrap();
    assert_eq!(asked.into_inner(), 6);
}

#[tokio::test(start_paused = true)]
async fn patience_ends_with_the_last_error() {
    let begun = tokio::time::Instant::now();
    let gone = await_ready(|| async { Err(StorageError::Missing) }, Duration::from_mins(1), &Ambient).await;
    assert!(matches!(gone, Err(StorageError::Missing)));
    assert!((30..=60).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_hangs_is_cut_and_made_again() {
    let asked = AtomicUsize::new(0);
    let probe = || async {
        match asked.fetch_add(1, Ordering::Relaxed) {
            0 => std::future::pending().await,
            _ => Ok(()),
        }
    };
    await_ready(probe, Duration::from_mins(1), &Ambient).await.unwrap();
    assert_eq!(asked.into_inner(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_error_that_will_not_pass_is_not_waited_out() {
    let asked = AtomicUsize::new(0);
    let probe = || async {
        asked.fetch_add(1, Ordering::Relaxed);
        Err(StorageError::Corrupt("malformed".into()))
    };
    let error = await_ready(probe, Duration::from_mins(1), &Ambient).await;
    assert!(matches!(error, Err(StorageError::Corrupt(_))));
    assert_eq!(asked.into_inner(), 1);
}

#[tokio::test]
async fn a_new_database_is_waited_for_till_it_answers() {
    let turso = turso().await;
    turso.delay_readiness(Duration::from_millis(400));
    api(&turso).create("parcel-1").await.unwrap();
    let probe = || async { if turso.is_ready("parcel-1") { Ok(()) } else { Err(StorageError::Missing) } };
    assert!(probe().await.is_err());
    let (ready, took) = timed(await_ready(probe, Duration::from_secs(10), &Ambient)).await;
    ready.unwrap();
    assert!(took >= Duration::from_millis(300), "{took:?}");
}
