//! Checks every request of the client and every answer of the double against Turso's own description of its API. The
//! description is the file that `FREEHOLD_TURSO_OPENAPI` names, else one beside the workspace. If it is missing, the test is
//! skipped. It belongs to Turso, so this repository has no copy of it.

use std::{
    collections::BTreeSet,
    io::Write,
    path::{Path, PathBuf},
};

use double::turso::Exchange;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    super::{Configuration, Tokens},
    description::Description,
    *,
};

const BESIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/turso-platform-openapi.json");

/// The eight operations that Freehold uses.
const OPERATIONS: [&str; 8] = [
    "DELETE /v1/organizations/{organizationSlug}/databases/{databaseName}",
    "GET /v1/organizations/{organizationSlug}/databases",
    "GET /v1/organizations/{organizationSlug}/databases/{databaseName}",
    "GET /v1/organizations/{organizationSlug}/databases/{databaseName}/configuration",
    "GET /v1/organizations/{organizationSlug}/databases/{databaseName}/usage",
    "PATCH /v1/organizations/{organizationSlug}/databases/{databaseName}/configuration",
    "POST /v1/organizations/{organizationSlug}/databases",
    "POST /v1/organizations/{organizationSlug}/databases/{databaseName}/auth/tokens",
];

/// Makes every call, so that every described answer occurs.
async fn call_everything() -> Vec<Exchange> {
    let turso = turso().await;
    let api = Arc::new(api(&turso));
    let tokens = Tokens::new(Arc::clone(&api));
    for taken in [409, 400] {
        turso.answer_taken_with(taken);
        api.create("parcel-1").await.unwrap();
        api.create("parcel-1").await.unwrap();
    }
    assert!(client(Account { group: "nowhere".into(), ..account(turso.url()) }).create("parcel-2").await.is_err());
    api.list().await.unwrap();
    api.retrieve("parcel-1").await.unwrap().unwrap();
    tokens.get("parcel-1", Timestamp::UNIX_EPOCH).await.unwrap();
    api.usage("parcel-1").await.unwrap();
    api.configuration("parcel-1").await.unwrap();
    api.configure("parcel-1", &Configuration::default()).await.unwrap();
    let (yes, no) = (Some(true), Some(false));
    let all =
        Configuration { size_limit: Some("1gb".into()), block_reads: no, block_writes: yes, delete_protection: no };
    api.configure("parcel-1", &all).await.unwrap();
    api.delete("parcel-1").await.unwrap();
    api.delete("parcel-1").await.unwrap();
    assert!(api.retrieve("parcel-1").await.unwrap().is_none());
    assert!(api.usage("parcel-1").await.is_err());
    assert!(tokens.get("parcel-2", Timestamp::UNIX_EPOCH).await.is_err());
    turso.exchanges()
}

#[tokio::test]
async fn every_request_and_every_answer_is_one_that_turso_describes() {
    let path = std::env::var_os("FREEHOLD_TURSO_OPENAPI").map_or_else(|| PathBuf::from(BESIDE), PathBuf::from);
    let Ok(document) = std::fs::read(&path) else {
        return skipped(&path);
    };
    let description = Description::new(serde_json::from_slice(&document).unwrap());
    let exchanges = call_everything().await;
    let judged = exchanges.iter().map(|it| description.judge(it).map_err(|why| format!("{why}\n{it:#?}")));
    let met: Result<BTreeSet<_>, _> = judged.collect();
    assert_eq!(met.unwrap_or_else(|why| panic!("{why}")), OPERATIONS.map(str::to_owned).into());
}

/// Writes to stderr itself, because the test runner captures other output and a skipped test must be seen.
fn skipped(path: &Path) {
    let why = format!("Turso's OpenAPI description is not at {}", path.display());
    writeln!(std::io::stderr(), "skipped: {why}; FREEHOLD_TURSO_OPENAPI names another").unwrap();
}

/// Tests the judge itself: a small description, one exchange that follows it, and others that are wrong.
#[test]
fn the_judge_refuses_what_is_not_described() {
    let error = json!({ "type": "object", "properties": { "why": { "type": "string", "nullable": true } } });
    let body =
        json!({ "content": { "application/json": { "schema": { "$ref": "#/components/schemas/SchemaObject" } } } });
    let limit = json!({ "in": "query", "name": "limit", "schema": { "type": "string", "enum": ["1", "2"] } });
    let described = |schema: &Value| json!({ "content": { "application/json": { "schema": schema } } });
    let description = Description::new(json!({
        "paths": { "/things/{thing}": { "post": {
            "parameters": [limit],
            "requestBody": body,
            "responses": { "200": described(&error) },
        } } },
        "components": { "schemas": { "SchemaObject": {
            "type": "object",
            "required": ["name"],
            "properties": { "name": { "type": "string" } },
        } } },
    }));
    let good = Exchange {
        method: "POST".into(),
        path: "/things/7".into(),
        query: "limit=2".into(),
        body: json!({ "name": "x" }),
        status: 200,
        answer: json!({ "why": null }),
    };
    assert_eq!(description.judge(&good).unwrap(), "POST /things/{thing}");
    let wrong = [
        Exchange { method: "PUT".into(), ..good.clone() },
        Exchange { path: "/things".into(), ..good.clone() },
        Exchange { query: "limit=3".into(), ..good.clone() },
        Exchange { query: "limits=1".into(), ..good.clone() },
        Exchange { body: json!({ "nome": "x" }), ..good.clone() },
        Exchange { body: json!({ "name": "x", "more": 1 }), ..good.clone() },
        Exchange { body: json!({ "name": 1 }), ..good.clone() },
        Exchange { status: 201, ..good.clone() },
        Exchange { answer: json!({ "why": 1 }), ..good.clone() },
    ];
    for exchange in wrong {
        assert!(description.judge(&exchange).is_err(), "{exchange:#?}");
    }
}
