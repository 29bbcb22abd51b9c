//! Tests of each call with the answers that belong to it.

use super::{
    super::{Configuration, Database, Usage},
    *,
};
use crate::StorageError;

#[tokio::test]
async fn a_database_is_made_found_listed_and_deleted() {
    let turso = turso().await;
    let api = api(&turso);
    let hostname = api.create("parcel-1").await.unwrap();
    assert_eq!(hostname, "parcel-1-acme.turso.io");
    let found = api.retrieve("parcel-1").await.unwrap().unwrap();
    let id = found.id.clone();
    assert!(!id.is_empty());
    assert_eq!(found, Database { name: "parcel-1".into(), hostname, id });
    assert_eq!(api.list().await.unwrap(), ["parcel-1"]);
    api.delete("parcel-1").await.unwrap();
    assert_eq!(turso.names(), [""; 0]);
    assert_eq!(api.retrieve("parcel-1").await.unwrap(), None);
    assert_eq!(api.list().await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn only_the_databases_of_our_group_are_listed() {
    let turso = turso().await;
    api(&turso).create("parcel-1").await.unwrap();
    let other = client(Account { group: "another group".into(), ..account(turso.url()) });
    assert_eq!(other.list().await.unwrap(), [""; 0]);
    assert_eq!(turso.exchanges().last().unwrap().query, "group=another+group");
}

#[tokio::test]
async fn a_name_that_is_taken_is_there_already_whichever_status_says_so() {
    for status in [409, 400] {
        let turso = turso().await;
        let api = api(&turso);
        turso.answer_taken_with(status);
        let hostname = api.create("parcel-1").await.unwrap();
        assert_eq!(api.create("parcel-1").await.unwrap(), hostname);
        let statuses: Vec<_> = turso.exchanges().iter().map(|it| it.status).collect();
        assert_eq!(statuses, [200, status, 200]);
    }
}

#[tokio::test]
async fn a_refusal_to_make_a_database_that_is_not_there_is_an_error_with_tursos_words() {
    let turso = turso().await;
    let api = client(Account { group: "nowhere".into(), ..account(turso.url()) });
    let error = api.create("parcel-1").await.unwrap_err();
    assert!(matches!(error, StorageError::Unusable(_)));
    assert!(error.to_string().ends_with("400 Bad Request: group not found"), "{error}");
    assert_eq!(count(&turso, "POST", "/databases"), 1);
}

#[tokio::test]
async fn what_is_not_there_is_deleted_already() {
    let turso = turso().await;
    api(&turso).delete("never-made").await.unwrap();
    assert_eq!(turso.exchanges()[0].status, 404);
}

#[tokio::test]
async fn a_404_that_is_not_tursos_own_deletes_nothing() {
    let turso = turso().await;
    turso.fail(double::turso::Fault::Text(404, "<h1>no such page</h1>".into()), 2);
    let error = api(&turso).delete("parcel-1").await.unwrap_err();
    assert!(matches!(error, StorageError::Unusable(_)), "{error}");
    assert!(api(&turso).retrieve("parcel-1").await.is_err());
}

#[tokio::test]
async fn usage_tells_bytes_and_rows_apart() {
    let turso = turso().await;
    let api = api(&turso);
    api.create("parcel-1").await.unwrap();
    let usage = api.usage("parcel-1").await.unwrap();
    assert_eq!(usage, Usage { bytes: 4096, rows_read: 3, rows_written: 2 });
    assert!(matches!(api.usage("never-made").await, Err(StorageError::Missing)));
}

#[tokio::test]
async fn only_the_settings_that_are_given_change() {
    let turso = turso().await;
    let api = api(&turso);
    api.create("parcel-1").await.unwrap();
    let change = Configuration { size_limit: Some("256mb".into()), block_writes: Some(true), ..Default::default() };
    let changed = api.configure("parcel-1", &change).await.unwrap();
    let body = turso.exchanges().last().unwrap().body.clone();
    assert_eq!(body, serde_json::json!({ "size_limit": "256mb", "block_writes": true }));
    assert_eq!((changed.block_reads, changed.block_writes), (Some(false), Some(true)));
    assert_eq!(api.configuration("parcel-1").await.unwrap(), changed);
}

#[tokio::test]
async fn each_part_of_a_path_is_escaped() {
    let turso = turso().await;
    let api = client(Account { organization: "a/b c".into(), ..account(&format!("{}/below/", turso.url())) });
    assert!(api.retrieve("x/../y?z#").await.is_ok_and(|found| found.is_none()));
    let path = turso.exchanges()[0].path.clone();
    assert_eq!(path, "/below/v1/organizations/a%2Fb%20c/databases/x%2F..%2Fy%3Fz%23");
}

#[tokio::test]
async fn the_futures_may_be_spawned() {
    let turso = turso().await;
    let api = api(&turso);
    tokio::spawn(async move { api.create("parcel-1").await }).await.unwrap().unwrap();
}
