//! Lists of more than one page are complete, through a server and without one. The users are written directly into the
//! database because hashing 250 passwords would take long.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{done, folder};
use crate::process::Process;

/// Returns the path of the database of `acme`, the first workspace in the data folder.
pub(crate) fn database(data: &Path) -> PathBuf {
    let tenants = done(data, &["tenants", "list", "--json"]).json();
    let [id, name] = ["id", "database"].map(|member| tenants[0][member].as_str().unwrap());
    data.join("tenants").join(&id[id.len() - 2..]).join(format!("{name}.db"))
}

/// Adds this number of users, and one activity row for each.
async fn fill(data: &Path, people: usize) {
    let ada = done(data, &["users", "show", "acme", "ada", "--json"]).json();
    let id = ada["id"].as_str().unwrap();
    let database = libsql::Builder::new_local(database(data)).build().await.unwrap().connect().unwrap();
    database.execute("BEGIN IMMEDIATE", ()).await.unwrap();
    for number in 0..people {
        let (id, name) = (format!("{}{number:04x}", &id[..32]), format!("user{number:03}"));
        let add = "INSERT INTO users (id, username, search, role, password_hash, created_at)
                   VALUES (?1, ?2, ?2, 'member', '', 0)";
        database.execute(add, (id, name.clone())).await.unwrap();
        let note = "INSERT INTO activity (at, action, subject) VALUES (0, 'user added', ?1)";
        database.execute(note, [name]).await.unwrap();
    }
    database.execute("COMMIT", ()).await.unwrap();
}

fn length(data: &Path, arguments: &[&str]) -> usize {
    let list = done(data, &[arguments, &["--json"]].concat()).json();
    list.as_array().map(Vec::len).unwrap()
}

fn whole(data: &Path) {
    let users = done(data, &["users", "list", "acme", "--json"]).json();
    let names: Vec<_> = users.as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap()).collect();
    let all = ["ada".to_owned()].into_iter().chain((0..249).map(|number| format!("user{number:03}")));
    assert_eq!(names, all.collect::<Vec<_>>());
    assert_eq!(done(data, &["users", "list", "acme"]).out.lines().count(), 251, "with their head");
    assert_eq!(length(data, &["users", "list", "acme", "--search", "user1"]), 100);
    assert_eq!(length(data, &["users", "list", "acme", "--role", "member", "--status", "idle"]), 249);
    assert_eq!(length(data, &["tenants", "activity", "acme"]), 50);
    assert_eq!(length(data, &["tenants", "activity", "acme", "--limit", "120"]), 120);
    assert_eq!(length(data, &["tenants", "activity", "acme", "--limit", "1000"]), 249);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_many_pages_are_whole() {
    let folder = folder();
    let data = folder.path();
    fill(data, 249).await;
    whole(data);
    let server = Process::serve(data);
    whole(data);
    let overview: Value = done(data, &["tenants", "overview", "acme", "--json"]).json();
    assert_eq!(overview["people"]["members"], 249);
    assert_eq!(server.terminate(), 0);
}
