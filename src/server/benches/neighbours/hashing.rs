//! One workspace keeps the password hasher busy: its owner adds members without a pause, or many clients sign in there at once.
//! The bench measures the neighbour's sign-ins beside its other requests, and the sign-ins of the busy workspace.

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

/// An owner adds members. All clients send at once.
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

/// Each client signs in from an address of its own. Must run after `adding`, which creates the workspace.
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

/// A sign-in from this address, as a trusted proxy passes it on.
fn sign_in(freehold: &Freehold, tenant: &str, address: &str) -> RequestBuilder {
    let form = json!({"username": "root", "password": PASSWORD});
    freehold.ask(tenant, Method::POST, "/api/v1/auth/sign-in").header("x-forwarded-for", address).json(&form)
}
