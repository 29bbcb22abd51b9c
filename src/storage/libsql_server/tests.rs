//! Tests of tokens, and of the admin API against a scripted server on loopback.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value as Json, json};

use super::{Admin, Minter, Namespace};
use crate::{
    Ambient, StorageError,
    hrana::{
        Client,
        tests::{Reply, Server},
    },
};

/// A minter, and the public half of its key.
pub(crate) fn minter() -> (Minter, Vec<u8>) {
    let (pem, public) = key();
    (Minter::from_pem(pem.as_bytes()).unwrap(), public)
}

/// A private key in PEM, and its public half.
pub(crate) fn key() -> (String, Vec<u8>) {
    let seed = [7; 32];
    // PKCS #8 as `openssl genpkey -algorithm ed25519` writes it.
    let head = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let pem = BASE64.encode(&[&head[..], &seed].concat());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{pem}\n-----END PRIVATE KEY-----\n");
    let public = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap().public_key().as_ref().to_vec();
    (pem, public)
}

fn namespace() -> Namespace {
    "acme-7k2m9xq4".parse().unwrap()
}

#[test]
fn a_token_opens_exactly_one_namespace_for_five_minutes() {
    let (signing, public) = minter();
    let now: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
    let minted = signing.mint(&namespace(), now).unwrap();
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.validate_exp = false; // the time of the test is fixed
    let key = DecodingKey::from_ed_components(&BASE64URL_NOPAD.encode(&public)).unwrap();
    let claims = jsonwebtoken::decode::<Json>(minted.token.expose(), &key, &validation).unwrap().claims;
    let rights = json!({ "rw": { "ns": ["acme-7k2m9xq4"] } });
    assert_eq!(claims, json!({ "exp": now.as_second() + 300, "iat": now.as_second(), "p": rights }));
    assert!(minted.serves(now + SignedDuration::from_secs(239)));
    assert!(!minted.serves(now + SignedDuration::from_secs(240)));
}

#[test]
fn what_is_no_private_key_is_refused_at_start() {
    for bad in ["", "secret", "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n"] {
        assert!(Minter::from_pem(bad.as_bytes()).is_err(), "{bad}");
    }
}

fn admin(server: &Server) -> Admin {
    let client = Client::new(Arc::new(Ambient), Duration::from_secs(2)).unwrap();
    Admin::new(client, server.url.clone(), Some("k3y".to_owned().into()), Duration::from_millis(600))
}

fn config(durability: &str) -> Json {
    json!({
        "block_reads": false, "block_writes": false, "block_reason": null, "max_db_size": "17.6 TB", "heartbeat_url": null,
        "jwt_key": "theirs", "allow_attach": true, "txn_timeout_s": 9, "durability_mode": durability,
    })
}

fn refused(status: u16, why: &str) -> Reply {
    Reply::Whole(status, json!({ "error": why }).to_string())
}

#[tokio::test]
async fn a_namespace_is_made_durable_and_one_that_is_there_is_made_so() {
    let server = Server::start(|number, _| match number {
        1 => refused(400, "Namespace `acme-7k2m9xq4` already exists"),
        2 => Reply::json(config("relaxed")),
        _ => Reply::Whole(200, String::new()),
    })
    .await;
    let admin = admin(&server);
    admin.create(&namespace()).await.unwrap();
    admin.create(&namespace()).await.unwrap();
    let asked = server.asked();
    assert_eq!(asked[0].line, "POST /v1/namespaces/acme-7k2m9xq4/create");
    assert_eq!(asked[0].headers["authorization"], "basic k3y");
    assert_eq!(asked[0].headers["content-type"], "application/json");
    assert_eq!(asked[0].body, json!({ "durability_mode": "strong" }));
    let mut written = config("strong");
    written.as_object_mut().unwrap().remove("max_db_size"); // the server rounds it, so writing it back would change it
    assert_eq!((asked[3].line.as_str(), &asked[3].body), ("POST /v1/namespaces/acme-7k2m9xq4/config", &written));
    assert_eq!(asked.len(), 4);
}

#[tokio::test]
async fn a_half_made_namespace_is_told_and_not_removed() {
    let server = Server::start(|number, _| match number {
        0 => refused(400, "Namespace `acme-7k2m9xq4` already exists"),
        _ => refused(404, "Namespace `acme-7k2m9xq4` doesn't exist"),
    })
    .await;
    assert!(matches!(admin(&server).create(&namespace()).await, Err(StorageError::Missing)));
    assert!(server.asked().iter().all(|asked| !asked.line.starts_with("DELETE")));
}

#[tokio::test]
async fn settings_that_stay_are_not_written() {
    let server = Server::start(|_, _| Reply::json(config("strong"))).await;
    admin(&server).set_config(&namespace(), |_| {}).await.unwrap();
    assert_eq!(server.asked().len(), 1);
    admin(&server).set_config(&namespace(), |config| config.block_writes = true).await.unwrap();
    let body = &server.asked()[2].body;
    assert_eq!(
        (&body["block_writes"], &body["jwt_key"], &body["txn_timeout_s"]),
        (&json!(true), &json!("theirs"), &json!(9))
    );
}

#[tokio::test]
async fn deleting_what_is_not_there_is_done() {
    let server = Server::start(|_, _| refused(404, "Namespace `acme-7k2m9xq4` doesn't exist")).await;
    admin(&server).delete(&namespace()).await.unwrap();
    let asked = server.asked();
    assert_eq!(
        (asked[0].line.as_str(), &asked[0].body),
        ("DELETE /v1/namespaces/acme-7k2m9xq4", &json!({ "keep_backup": false }))
    );
    assert!(matches!(admin(&server).config(&namespace()).await, Err(StorageError::Missing)));
}

#[tokio::test]
async fn a_server_without_the_admin_api_makes_and_removes_nothing() {
    for head in ["200 OK\r\ncontent-type: application/grpc", "404 Not Found"] {
        let answer = format!("HTTP/1.1 {head}\r\ncontent-length: 0\r\n\r\n");
        let server = Server::start(move |_, _| Reply::cut(&answer)).await;
        assert!(matches!(admin(&server).create(&namespace()).await, Err(StorageError::Unusable(_))));
        assert!(matches!(admin(&server).delete(&namespace()).await, Err(StorageError::Unusable(_))));
    }
}

#[tokio::test]
async fn a_wrong_key_and_a_stalled_door_are_named() {
    let server = Server::start(|_, _| Reply::Whole(401, String::new())).await;
    assert!(matches!(admin(&server).config(&namespace()).await, Err(StorageError::Unauthorised(_))));
    let server = Server::start(|_, _| Reply::Nothing).await;
    assert!(matches!(admin(&server).stats(&namespace()).await, Err(StorageError::TimedOut)));
    assert_eq!(server.asked().len(), 1, "what ran out of time is not tried again");
}
