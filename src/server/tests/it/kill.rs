//! `kill -9` during a stream of sign-ups, twenty times. After each restart every workspace that was answered with 201 can sign
//! in. Every other workspace is complete or does not exist.

use std::{collections::BTreeSet, time::Duration};

use serde_json::json;
use tokio::task::JoinHandle;

use crate::{
    process::{Process, freehold},
    storm::databases,
    support::{PASSWORD, http::Ask},
};

const TIMES: u64 = 20;

/// The names of the sign-ups: `made` were answered with 201, `unknown` got no answer.
#[derive(Default)]
struct Names {
    made: BTreeSet<String>,
    unknown: BTreeSet<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_leaves_every_workspace_whole_or_gone() {
    let folder = tempfile::tempdir().unwrap();
    let mut all = BTreeSet::new();
    for time in 0..TIMES {
        let server = Process::serve(folder.path());
        let streams: Vec<_> = (0..4).map(|stream| sign_ups(&server, format!("k{time}-{stream}"))).collect();
        // The delay differs each time, so the kill interrupts different steps of a sign-up.
        tokio::time::sleep(Duration::from_millis(150 + time * 37)).await;
        server.kill();
        let mut names = Names::default();
        for stream in streams {
            let Names { made, unknown } = stream.await.unwrap();
            names.made.extend(made);
            names.unknown.extend(unknown);
        }
        let server = Process::serve(folder.path());
        for name in &names.made {
            assert_eq!(sign_in(&server, name).await, 200, "{name} answered 201");
        }
        for name in &names.unknown {
            let status = sign_in(&server, name).await;
            assert!(matches!(status, 200 | 400), "{name} is neither whole nor gone: {status}");
            all.extend((status == 200).then(|| name.clone()));
        }
        all.extend(names.made);
        let listed = freehold(folder.path(), &["tenants", "list"], "").out.lines().skip(1).count();
        assert_eq!((listed, databases(folder.path())), (all.len(), all.len()));
        assert_eq!(server.terminate(), 0);
    }
    assert!(!all.is_empty());
}

/// Signs up one workspace after the other until the server no longer answers. Returns their names.
fn sign_ups(server: &Process, prefix: String) -> JoinHandle<Names> {
    let ask = Ask::new(server.address, "POST", "/tenants").header("host", "127.0.0.1");
    tokio::spawn(async move {
        let mut names = Names::default();
        for number in 0.. {
            let name = format!("{prefix}-{number}");
            let form = json!({"tenant": name, "username": "root", "password": PASSWORD});
            let Ok(answer) = ask.clone().json(&form).try_send().await else {
                names.unknown.insert(name);
                break;
            };
            assert_eq!(answer.status, 201, "{}", answer.body);
            names.made.insert(name);
        }
        names
    })
}

async fn sign_in(server: &Process, tenant: &str) -> u16 {
    let form = json!({"username": "root", "password": PASSWORD});
    let ask = Ask::new(server.address, "POST", "/api/v1/auth/sign-in");
    ask.headers(&[("host", "127.0.0.1"), ("x-tenant", tenant)]).json(&form).send().await.status
}
