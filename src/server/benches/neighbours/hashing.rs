//! One workspace keeps the password hasher busy: its owner adds members without end, or everybody signs in there at once.
//! Beside the neighbour's requests its sign-ins are measured, and those of the busy workspace.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::{
    freehold::{Freehold, PASSWORD},
    load::{Load, Probe, status_of},
};

const BUSY: &str = "busy";

/// An owner adds members, all requests at once.
pub(crate) async fn adding(freehold: &Arc<Freehold>) -> Load {
    freehold.sign_up(BUSY).await;
    let token = freehold.sign_in(BUSY, "root", PASSWORD).await;
    let (asked, last) = (Arc::clone(freehold), AtomicU64::new(0));
    let round = move |_| {
        let username = format!("member{}", last.fetch_add(1, Ordering::Relaxed));
        let form = json!({"username": username, "role": "member"});
        status_of(asked.ask(BUSY, Method::POST, "/api/v1/users").bearer_auth(&token).json(&form))
    };
    let probes = vec![signing_in(freehold, crate::NEIGHBOUR), signing_in(freehold, BUSY)];
    Load { name: "an owner adds members".into(), clients: vec![100], round: Arc::new(round), probes }
}

/// Sign-ins from as many addresses as there are clients. After `adding`, which makes the workspace.
pub(crate) fn sign_ins(freehold: &Arc<Freehold>) -> Load {
    let asked = Arc::clone(freehold);
    let round = move |client| status_of(sign_in(&asked, BUSY, &format!("198.51.100.{client}")));
    let probes = vec![signing_in(freehold, crate::NEIGHBOUR)];
    Load { name: "sign-ins elsewhere".into(), clients: vec![120], round: Arc::new(round), probes }
}

fn signing_in(freehold: &Arc<Freehold>, tenant: &'static str) -> Probe {
    let freehold = Arc::clone(freehold);
    Probe::new(&format!("{tenant} in"), move || status_of(sign_in(&freehold, tenant, "203.0.113.1")))
}

/// As a proxy passes it on.
fn sign_in(freehold: &Freehold, tenant: &str, address: &str) -> RequestBuilder {
    let form = json!({"username": "root", "password": PASSWORD});
    freehold.ask(tenant, Method::POST, "/api/v1/auth/sign-in").header("x-forwarded-for", address).json(&form)
}
