//! An owner searches a large workspace in the slowest way: the members have the longest names allowed, all of one letter, and
//! no member matches the text.

use std::sync::Arc;

use domain::UserId;
use reqwest::Method;

use crate::{
    freehold::Freehold,
    load::{Load, setting, status_of},
};

const LARGE: &str = "large";

pub(crate) async fn load(freehold: &Arc<Freehold>) -> Load {
    make_large(freehold).await;
    let token = sign_in_to_large(freehold).await;
    let (freehold, path) = (Arc::clone(freehold), format!("/api/v1/users?q={}", "a".repeat(100)));
    let round = move |_| status_of(freehold.ask(LARGE, Method::GET, &path).bearer_auth(&token));
    Load {
        name: "search among long names".into(),
        clients: vec![1, 2, 4, 8, 16],
        round: Arc::new(round),
        probes: vec![],
    }
}

/// Creates a workspace with many members by importing a file, so that no password is hashed.
async fn make_large(freehold: &Freehold) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("large.db");
    freehold.command(&["export", crate::NEIGHBOUR, file.to_str().unwrap()]).await;
    let database = libsql::Builder::new_local(&file).build().await.unwrap().connect().unwrap();
    database.execute("BEGIN", ()).await.unwrap();
    for number in 0..setting("FREEHOLD_BENCH_PEOPLE", 10_000) {
        let id = UserId::new(1_700_000_000_000 + number, &[0x5a; 10]).to_string();
        let (username, name) = (format!("{}{number:06}", "a".repeat(58)), "a".repeat(80));
        let email = format!("{}{number:06}@{}.example", "a".repeat(58), "a".repeat(60));
        let search = format!("{username}\n{name}\n{email}");
        let add = "INSERT INTO users (id, username, display_name, email, search, role, password_hash, created_at)
                   VALUES (?1, ?2, ?3, ?4, ?5, 'member', '', 1700000000000)";
        database.execute(add, (id, username, name, email, search)).await.unwrap();
    }
    database.execute("COMMIT", ()).await.unwrap();
    drop(database);
    freehold.command(&["import", LARGE, file.to_str().unwrap()]).await;
}

/// Signs its owner in, who first replaces the one-time password.
async fn sign_in_to_large(freehold: &Freehold) -> String {
    let reset = freehold.command(&["users", "reset-password", LARGE, "root", "--json"]).await;
    let reset: serde_json::Value = serde_json::from_str(&reset).unwrap();
    let one_time = reset["oneTimePassword"].as_str().unwrap();
    let token = freehold.sign_in(LARGE, "root", one_time).await;
    let change = serde_json::json!({"currentPassword": one_time, "newPassword": crate::freehold::PASSWORD});
    let changing = freehold.ask(LARGE, Method::PUT, "/api/v1/users/me/password").bearer_auth(token).json(&change);
    assert!(changing.send().await.unwrap().status().is_success());
    freehold.sign_in(LARGE, "root", crate::freehold::PASSWORD).await
}
