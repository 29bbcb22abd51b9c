//! Tests of the spare databases. They are created in the background, under names that are in the catalog first.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use tokio::task::{JoinHandle, yield_now};

use super::{super::Spares, *};
use crate::{DatabaseLocation, StorageError};

/// The calls of `Spares` to its owner, in order.
type Log = Arc<Mutex<Vec<String>>>;

fn location(name: &str) -> DatabaseLocation {
    let tenant = domain::TenantId::new(1, &[0; 10]);
    DatabaseLocation { tenant, storage: domain::Storage::Turso, name: name.into(), host: None }
}

/// Runs the refill. The first `failures` databases cannot be created.
fn run(pool: &Arc<Spares>, log: &Log, failures: usize) -> JoinHandle<()> {
    let (pool, log) = (Arc::clone(pool), Arc::clone(log));
    let (names, left) = (AtomicUsize::new(1), AtomicUsize::new(failures));
    let said = move |what: String| log.lock().unwrap().push(what);
    tokio::spawn(async move {
        let reserve = || async {
            let name = format!("spare-{}", names.fetch_add(1, Ordering::Relaxed));
            said(format!("reserve {name}"));
            Ok(location(&name))
        };
        let (said, left) = (&said, &left);
        let make = |location: DatabaseLocation| async move {
            yield_now().await;
            said(format!("make {}", location.name));
            let fails = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
            if fails {
                Err(StorageError::TimedOut)
            } else {
                Ok(DatabaseLocation { host: Some(format!("{}.example", location.name)), ..location })
            }
        };
        pool.refill(&Ambient, reserve, make).await;
    })
}

/// Waits until there are `count` calls, and then longer, to see that there are no more.
async fn asked(log: &Log, count: usize) -> Vec<String> {
    while log.lock().unwrap().len() < count {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_mins(5)).await;
    log.lock().unwrap().clone()
}

#[tokio::test(start_paused = true)]
async fn so_many_are_kept_ready_each_reserved_before_it_is_made() {
    let (pool, log) = (Arc::new(Spares::new(2)), Log::default());
    assert_eq!(pool.take(), None);
    let task = run(&pool, &log, 0);
    let first = ["reserve spare-1", "make spare-1", "reserve spare-2", "make spare-2"];
    assert_eq!(asked(&log, 4).await, first);
    let spare = pool.take().unwrap();
    assert_eq!((spare.name.as_str(), spare.host.as_deref()), ("spare-1", Some("spare-1.example")));
    assert_eq!(asked(&log, 6).await[4..], ["reserve spare-3", "make spare-3"]);
    assert_eq!(pool.take().unwrap().name, "spare-2");
    task.abort();
}

#[tokio::test(start_paused = true)]
async fn a_name_whose_database_was_not_made_is_tried_again_and_no_other_is_reserved() {
    let (pool, log) = (Arc::new(Spares::new(1)), Log::default());
    let task = run(&pool, &log, 2);
    assert_eq!(asked(&log, 4).await, ["reserve spare-1", "make spare-1", "make spare-1", "make spare-1"]);
    assert_eq!(pool.take().unwrap().name, "spare-1");
    task.abort();
}

#[tokio::test(start_paused = true)]
async fn names_that_the_catalog_has_from_before_come_first() {
    let (pool, log) = (Arc::new(Spares::new(2)), Log::default());
    pool.remember([location("old-1")]);
    let task = run(&pool, &log, 0);
    assert_eq!(asked(&log, 3).await, ["make old-1", "reserve spare-1", "make spare-1"]);
    task.abort();
}

#[tokio::test(start_paused = true)]
async fn none_wanted_means_none_made() {
    let (pool, log) = (Arc::new(Spares::new(0)), Log::default());
    let task = run(&pool, &log, 0);
    assert_eq!(asked(&log, 0).await, [""; 0]);
    assert_eq!(pool.take(), None);
    task.abort();
}
