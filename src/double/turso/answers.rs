//! Answers of the double of the Platform API: routes, statuses and bodies, as Turso describes them.

use serde_json::{Value, json};

use super::{
    Exchange,
    state::{Database, Shared},
};

/// A status, a body, and `Retry-After` in seconds.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
    pub(super) after: Option<u64>,
}

impl Answer {
    pub(super) fn new(status: u16, body: Value) -> Self {
        Self { status, body, after: None }
    }

    pub(super) fn error(status: u16, error: &str) -> Self {
        Self::new(status, json!({ "error": error }))
    }

    fn missing(name: &str) -> Self {
        Self::error(404, &format!("could not find database with name [{name}]: record not found"))
    }
}

/// The answer to one request with this `Authorization`.
pub(super) fn answer(shared: &Shared, authorization: Option<&str>, asked: &Exchange) -> Answer {
    if authorization != Some(format!("Bearer {}", shared.account.token).as_str()) {
        return Answer::error(401, "could not authenticate: invalid token");
    }
    let segments: Vec<_> = asked.path.trim_start_matches('/').split('/').collect();
    let ["v1", "organizations", organization, "databases", rest @ ..] = segments.as_slice() else {
        return Answer::error(404, "not found");
    };
    if *organization != shared.account.organization {
        return Answer::error(403, "you are no member of this organization");
    }
    match (asked.method.as_str(), rest) {
        ("GET", []) => list(shared, &asked.query),
        ("POST", []) => create(shared, &asked.body),
        ("GET", [name]) => retrieve(shared, name),
        ("DELETE", [name]) => delete(shared, name),
        ("GET", [name, "usage"]) => usage(shared, name),
        ("GET", [name, "configuration"]) => configuration(shared, name, &Value::Null),
        ("PATCH", [name, "configuration"]) => configuration(shared, name, &asked.body),
        ("POST", [name, "auth", "tokens"]) => mint(shared, name, &asked.query),
        _ => Answer::error(404, "not found"),
    }
}

fn list(shared: &Shared, query: &str) -> Answer {
    let others = query.split('&').filter_map(|pair| pair.strip_prefix("group=")).any(|it| it != shared.account.group);
    let state = shared.lock();
    let all = state.databases.iter().filter(|_| !others);
    let all: Vec<_> = all.map(|(name, database)| described(shared, name, database)).collect();
    Answer::new(200, json!({ "databases": all }))
}

fn create(shared: &Shared, body: &Value) -> Answer {
    let (Some(name), Some(group)) = (body["name"].as_str(), body["group"].as_str()) else {
        return Answer::error(400, "name and group are required");
    };
    if group != shared.account.group {
        return Answer::error(400, "group not found");
    }
    // The first label of the host name contains both names, and has at most 63 characters.
    let longest = 62_usize.saturating_sub(shared.account.organization.len());
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if !(1..=longest).contains(&name.len()) || !name.chars().all(fits) {
        return Answer::error(400, &format!("database name must be between 1 and {longest} characters of [a-z0-9-]"));
    }
    let id = {
        let mut state = shared.lock();
        if state.databases.contains_key(name) {
            return Answer::error(state.taken, &format!("database with name [{name}] already exists"));
        }
        let database = Database::new(state.exchanges.len());
        let id = database.id.clone();
        state.databases.insert(name.to_owned(), database);
        id
    };
    (shared.hooks.on_create)(name);
    Answer::new(200, json!({ "database": { "DbId": id, "Hostname": shared.hostname(name), "Name": name } }))
}

fn retrieve(shared: &Shared, name: &str) -> Answer {
    match shared.lock().databases.get(name) {
        Some(database) => Answer::new(200, json!({ "database": described(shared, name, database) })),
        None => Answer::missing(name),
    }
}

fn described(shared: &Shared, name: &str, database: &Database) -> Value {
    let setting = |key: &str| database.configuration.get(key).cloned().unwrap_or_default();
    json!({
        "Name": name,
        "DbId": database.id,
        "Hostname": shared.hostname(name),
        "block_reads": setting("block_reads"),
        "block_writes": setting("block_writes"),
        "delete_protection": setting("delete_protection"),
        "primaryRegion": "aws-eu-west-1",
        "regions": ["aws-eu-west-1"],
        "group": shared.account.group,
        "parent": null,
    })
}

fn delete(shared: &Shared, name: &str) -> Answer {
    if shared.lock().databases.remove(name).is_none() {
        return Answer::missing(name);
    }
    (shared.hooks.on_delete)(name);
    Answer::new(200, json!({ "database": name }))
}

/// The numbers differ, so that a client that mixes them up is found out.
fn usage(shared: &Shared, name: &str) -> Answer {
    let state = shared.lock();
    let Some(database) = state.databases.get(name) else { return Answer::missing(name) };
    let total = json!({ "rows_read": 3, "rows_written": 2, "storage_bytes": 4096, "bytes_synced": 1 });
    let instances = json!([{ "uuid": "cd831986-94e5-11ee-a6fe-7a52e1f7759a", "usage": total }]);
    Answer::new(200, json!({ "database": { "uuid": database.id, "instances": instances, "total": total } }))
}

fn configuration(shared: &Shared, name: &str, change: &Value) -> Answer {
    let mut state = shared.lock();
    let Some(database) = state.databases.get_mut(name) else { return Answer::missing(name) };
    for (key, value) in change.as_object().into_iter().flatten() {
        database.configuration.entry(key.clone()).and_modify(|old| old.clone_from(value));
    }
    Answer::new(200, json!(database.configuration))
}

fn mint(shared: &Shared, name: &str, query: &str) -> Answer {
    if !shared.lock().databases.contains_key(name) {
        return Answer::missing(name);
    }
    let value = |key: &str| query.split('&').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='));
    if !value("expiration").is_none_or(is_expiration) {
        return Answer::error(400, "Invalid expiration format");
    }
    if !value("authorization").is_none_or(|it| ["full-access", "read-only"].contains(&it)) {
        return Answer::error(400, "Invalid authorization");
    }
    Answer::new(200, json!({ "jwt": (shared.hooks.mint)(name) }))
}

/// `never`, or numbers each with a unit, such as `2w1d30m`.
fn is_expiration(text: &str) -> bool {
    let numbers = |text: &str| text.split_terminator(['w', 'd', 'h', 'm', 's']).all(|it| it.parse::<u32>().is_ok());
    text == "never" || (text.ends_with(['w', 'd', 'h', 'm', 's']) && numbers(text))
}
