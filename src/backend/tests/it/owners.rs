//! What owners do with a whole workspace: download its data, and delete it.

use std::{future::poll_fn, path::Path, pin::pin, task::Poll};

use backend::{Error, Operation, Owner, Visitor};
use domain::Code;

use crate::{Enter, Freehold, browser, sign_in};

async fn owner(acme: &Visitor) -> Owner {
    let token = sign_in(acme, &browser()).await.token;
    acme.enter(&token).await.unwrap().member().unwrap().owner().unwrap()
}

async fn connect(file: &Path) -> libsql::Connection {
    libsql::Builder::new_local(file).build().await.unwrap().connect().unwrap()
}

/// The texts in the first column of a query's rows.
async fn texts(file: &Path, sql: &str) -> Vec<String> {
    let connection = connect(file).await;
    let (mut rows, mut texts) = (connection.query(sql, ()).await.unwrap(), Vec::new());
    while let Some(row) = rows.next().await.unwrap() {
        texts.push(row.get_str(0).unwrap().to_owned());
    }
    texts
}

/// The entries of the operator's log.
async fn log(freehold: &Freehold) -> Vec<String> {
    let all = "SELECT operation || ' ' || tenant FROM operator_log ORDER BY rowid";
    texts(&freehold.folder.path().join("catalog.db"), all).await
}

fn scratch(freehold: &Freehold) -> usize {
    std::fs::read_dir(freehold.folder.path().join("scratch")).unwrap().count()
}

#[tokio::test]
async fn a_download_is_a_database_without_what_lets_anybody_in_and_leaves_nothing() {
    let freehold = Freehold::new().await;
    let mut copying = owner(&freehold.sign_up("acme").await).await.download().await.unwrap();
    let download = copying.promptly().await.unwrap().unwrap();
    let people = "SELECT username || ':' || password_hash FROM users UNION ALL SELECT id FROM sessions";
    assert_eq!(texts(download.path(), people).await, ["root:"]);
    let bytes = std::fs::read(download.path()).unwrap();
    assert!(bytes.starts_with(b"SQLite format 3\0") && !bytes.windows(9).any(|some| some == b"$argon2id"));
    drop(download);
    assert_eq!(scratch(&freehold), 0);
}

#[tokio::test]
async fn a_second_download_waits_for_the_first_to_be_over() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let owner = owner(&acme).await;
    let first = owner.download().await.unwrap().made().await.unwrap();
    let mut second = pin!(owner.download());
    for _ in 0..3 {
        let waits = poll_fn(|context| Poll::Ready(second.as_mut().poll(context).is_pending())).await;
        assert!(waits && scratch(&freehold) == 1, "there are two at once");
        sign_in(&acme, &browser()).await; // gives the second download time to start
    }
    drop(first);
    second.await.unwrap();
}

#[tokio::test]
async fn no_more_copies_are_made_at_a_time_than_there_may_be() {
    let freehold = Freehold::with(|settings| settings.downloads.at_once = 2).await;
    let owners = [freehold.sign_up("acme").await, freehold.sign_up("beta").await, freehold.sign_up("gamma").await];
    let [acme, beta, gamma] = [owner(&owners[0]).await, owner(&owners[1]).await, owner(&owners[2]).await];
    let being_made = acme.download().await.unwrap();
    let being_sent = beta.download().await.unwrap().made().await.unwrap();
    let refused = gamma.download().await.err().unwrap().problem();
    assert_eq!((refused.code, refused.retry_after), (Code::Busy, Some(30)));
    drop(being_sent);
    let mut copying = gamma.download().await.unwrap();
    assert!(beta.download().await.is_err());
    drop(being_made); // the copy is still completed, and its permit is free after that
    while beta.download().await.is_err() {
        tokio::task::yield_now().await;
    }
    copying.made().await.unwrap();
}

#[tokio::test]
async fn a_workspace_is_deleted_by_its_owner_who_types_its_name() {
    let freehold = Freehold::new().await;
    let owner = owner(&freehold.sign_up("acme").await).await;
    for typed in ["", "acm", "beta", "acme acme"] {
        let refused = owner.delete_workspace(typed).await.unwrap_err();
        assert!(matches!(&refused, Error::Invalid(fields) if fields.get("name").is_some()), "{typed}: {refused}");
    }
    assert!(freehold.visit("acme").is_ok());
    owner.delete_workspace(" Acme ").await.unwrap();
    assert!(matches!(freehold.visit("acme"), Err(Error::Unavailable { .. })), "at once, and not gone yet");
    assert!(matches!(owner.delete_workspace("acme").await, Err(Error::Unavailable { .. })), "once");
    assert!(owner.member().me().username.as_ref() == "root", "whoever asked is in it still");
    drop(owner);
    freehold.backend.close().await;
    assert!(matches!(freehold.visit("acme"), Err(Error::UnknownTenant)), "closing waits for what has begun");
    assert!(matches!(freehold.backend.ensure_name_is_free(&"acme".parse().unwrap()), Err(Error::Taken(_))));
    assert_eq!(log(&freehold).await, ["delete asked for acme", "delete acme"]);
    freehold.operator.run(Operation::Restore("acme".parse().unwrap(), None)).await.unwrap();
    sign_in(&freehold.visit("acme").unwrap(), &browser()).await;
}

#[tokio::test]
async fn a_workspace_whose_final_backup_fails_opens_again_as_it_was() {
    let elsewhere = tempfile::NamedTempFile::new().unwrap();
    let freehold = Freehold::with(|settings| settings.backups = Some(elsewhere.path().join("no folder"))).await;
    let acme = freehold.sign_up("acme").await;
    let token = sign_in(&acme, &browser()).await.token;
    let owner = acme.enter(&token).await.unwrap().member().unwrap().owner().unwrap();
    owner.delete_workspace("acme").await.unwrap();
    drop(owner);
    freehold.backend.close().await;
    let acme = freehold.visit("acme").unwrap();
    assert!(acme.enter(&token).await.is_ok(), "whoever was signed in is");
    let activity = texts(&freehold.database("acme"), "SELECT actor || ': ' || action FROM activity").await;
    assert_eq!(activity, ["root: deletion failed"], "and the owners are told");
    assert_eq!(log(&freehold).await, ["delete asked for acme", "delete failed acme"]);
    assert_eq!(scratch(&freehold), 0);
}

#[tokio::test]
async fn whoever_is_an_owner_no_more_deletes_nothing() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let owner = owner(&acme).await;
    let connection = connect(&freehold.database("acme")).await;
    connection.execute("UPDATE users SET role = 'admin'", ()).await.unwrap();
    assert!(matches!(owner.delete_workspace("acme").await, Err(Error::NotAllowed(_))));
    assert!(freehold.visit("acme").is_ok());
}
