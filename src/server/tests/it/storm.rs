//! Two hundred sign-ups from 32 clients at once, some with the same name. Each name is given exactly once, and the databases on
//! disk are those of the catalog.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use serde_json::json;
use tokio::{sync::Semaphore, task::JoinSet};

use crate::support::{PASSWORD, TestApp};

const SIGN_UPS: usize = 200;
const CLIENTS: usize = 32;
const NAMES: usize = 120;

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_sign_ups_at_once_win_each_name_once() {
    let app = Arc::new(TestApp::start().await);
    let clients = Arc::new(Semaphore::new(CLIENTS));
    let mut storm = JoinSet::new();
    for number in 0..SIGN_UPS {
        let (app, clients) = (Arc::clone(&app), Arc::clone(&clients));
        storm.spawn(async move {
            let _client = clients.acquire().await.unwrap();
            let name = format!("storm-{}", number % NAMES);
            let form = json!({"tenant": name, "username": "root", "password": PASSWORD});
            let ask = app.ask("POST", "/tenants").json(&form);
            // 503 means that the password hash waited too long on a busy machine. A client retries.
            let status = loop {
                match ask.clone().send().await.status {
                    503 => {}
                    status => break status,
                }
            };
            (name, status)
        });
    }
    let mut answers: BTreeMap<String, Vec<u16>> = BTreeMap::new();
    for (name, status) in storm.join_all().await {
        answers.entry(name).or_default().push(status);
    }
    for (name, mut statuses) in answers {
        statuses.sort_unstable();
        let losers = statuses.split_off(1);
        assert!(statuses == [201] && losers.iter().all(|status| *status == 409), "{name} {statuses:?} {losers:?}");
    }
    let listed =
        app.command(&["tenants", "list"]).await.out.lines().skip(1).filter(|line| line.contains("active")).count();
    assert_eq!((listed, databases(app.data())), (NAMES, NAMES));
}

/// Returns the number of tenant databases on disk.
pub(crate) fn databases(data: &Path) -> usize {
    let folders = fs::read_dir(data.join("tenants")).unwrap().map(|entry| entry.unwrap().path());
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|ending| ending == "db")).count()
}
