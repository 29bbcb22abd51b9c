//! Tests of tokens: which ones are refused, and with which answer.

use double::Options;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::{Bench, execute};

/// A key pair that was made for these tests: `openssl genpkey -algorithm ed25519`.
const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIPKkPYoy8Dz/fAmLbXeoH34o2L0P726+iKqAar6+kYhH
-----END PRIVATE KEY-----
";
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA2kBg2qr1vknjRDA5ykPMIKbUgd0rEhvz0LKSY7354xY=
-----END PUBLIC KEY-----
";
const OTHER: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIEYbCErJi6GPfzXILIsHJAxeBdrlEoXZFKUxYBWGMgVN
-----END PRIVATE KEY-----
";
/// A time in the far future, in seconds since 1970.
const LATE: u64 = 4_000_000_000;

fn signed(key: &str, claims: &Value) -> String {
    encode(&Header::new(Algorithm::EdDSA), claims, &EncodingKey::from_ed_pem(key.as_bytes()).unwrap()).unwrap()
}

/// Sends a write to `a` with this `Authorization`. Returns the status and the answer.
async fn write(bench: &Bench, authorization: &str) -> (u16, Value) {
    let body = json!({ "requests": [execute("CREATE TABLE IF NOT EXISTS t (id)")] });
    let mut request = bench.post("a", "pipeline", &body);
    if !authorization.is_empty() {
        request = request.header("authorization", authorization);
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn a_token_opens_what_it_names() {
    let bench = Bench::new(Options { jwt_public_key_pem: Some(PUBLIC.into()), ..Options::default() }).await;
    for claims in [
        json!({ "exp": LATE, "p": { "rw": { "ns": ["a", "b"] } } }),
        json!({ "id": "a" }),
        json!({ "id": "a", "a": "rw" }),
        json!({}),
    ] {
        let (status, answer) = write(&bench, &format!("Bearer {}", signed(PRIVATE, &claims))).await;
        assert_eq!((status, &answer["results"][0]["type"]), (200, &json!("ok")), "{claims}: {answer}");
    }
}

#[tokio::test]
async fn a_wrong_token_is_refused_as_the_server_does() {
    let bench = Bench::new(Options { jwt_public_key_pem: Some(PUBLIC.into()), ..Options::default() }).await;
    let forbidden = "Authorization forbidden: Current session doesn't not have Write permission to namespace a";
    let token = |key, claims: Value| format!("Bearer {}", signed(key, &claims));
    for (authorization, status, error) in [
        (String::new(), 401, "Unauthorized: `Expected authorization header but none given`"),
        ("Bearer x.y.z".into(), 401, "Unauthorized: `The JWT is invalid`"),
        (token(OTHER, json!({ "exp": LATE, "id": "a" })), 401, "Unauthorized: `The JWT is invalid`"),
        (token(PRIVATE, json!({ "exp": 1, "id": "a" })), 401, "Unauthorized: `The JWT has expired`"),
        (token(PRIVATE, json!({ "exp": 4e9 + 0.5, "id": "a" })), 401, "Unauthorized: `The JWT is invalid`"),
        (token(PRIVATE, json!({ "aud": "x", "id": "a" })), 401, "Unauthorized: `Authentication failed`"),
        (token(PRIVATE, json!({ "id": "b" })), 404, "Namespace `a` doesn't exist"),
        (token(PRIVATE, json!({ "p": { "rw": { "ns": ["b"] } } })), 404, "Namespace `a` doesn't exist"),
        (token(PRIVATE, json!({ "p": {} })), 404, "Namespace `a` doesn't exist"),
        (token(PRIVATE, json!({ "id": "a", "a": "ro" })), 403, forbidden),
        (token(PRIVATE, json!({ "p": { "ro": { "ns": ["a"] } } })), 403, forbidden),
    ] {
        assert_eq!(write(&bench, &authorization).await, (status, json!({ "error": error })), "{authorization}");
    }
}

#[tokio::test]
async fn a_token_that_may_only_read_reads() {
    let bench = Bench::new(Options { jwt_public_key_pem: Some(PUBLIC.into()), ..Options::default() }).await;
    let token = signed(PRIVATE, &json!({ "p": { "ro": { "ns": ["a"] } } }));
    let body = json!({ "requests": [execute("SELECT 1")] });
    let response = bench.post("a", "pipeline", &body).bearer_auth(token).send().await.unwrap();
    assert_eq!(response.json::<Value>().await.unwrap()["results"][0]["type"], "ok");
}

#[tokio::test]
async fn whether_a_namespace_exists_is_asked_before_who_asks() {
    let bench = Bench::new(Options { jwt_public_key_pem: Some(PUBLIC.into()), ..Options::default() }).await;
    let (status, answer) = bench.pipeline("nobody", &Value::Null, json!([])).await;
    assert_eq!((status.as_u16(), answer), (404, json!({ "error": "Namespace `nobody` doesn't exist" })));
}

#[tokio::test]
async fn a_key_of_a_namespace_takes_the_place_of_the_servers() {
    let bench = Bench::plain().await;
    let config = json!({ "block_reads": false, "block_writes": false, "jwt_key": PUBLIC });
    assert_eq!(bench.admin("POST", "a/config").json(&config).send().await.unwrap().status(), 200);
    assert_eq!(write(&bench, "").await.0, 401);
    assert_eq!(write(&bench, &format!("Bearer {}", signed(PRIVATE, &json!({})))).await.0, 200);
}
