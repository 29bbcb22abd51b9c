//! State of the double of the Platform API: its databases, the recorded exchanges, and the faults to come.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{Account, Exchange, Fault, Hooks};

pub(super) struct Shared {
    pub(super) account: Account,
    pub(super) hooks: Hooks,
    state: Mutex<Inner>,
}

pub(super) struct Inner {
    pub(super) databases: BTreeMap<String, Database>,
    pub(super) exchanges: Vec<Exchange>,
    pub(super) faults: VecDeque<Fault>,
    pub(super) taken: u16,
    pub(super) delay: Duration,
}

pub(super) struct Database {
    pub(super) id: String,
    pub(super) made: Instant,
    /// The configuration, as the API shows it.
    pub(super) configuration: BTreeMap<String, Value>,
}

impl Shared {
    pub(super) fn new(account: Account, hooks: Hooks) -> Self {
        let state = Inner {
            databases: BTreeMap::new(),
            exchanges: Vec::new(),
            faults: VecDeque::new(),
            taken: 409,
            delay: Duration::ZERO,
        };
        Self { account, hooks, state: Mutex::new(state) }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records the request. Returns its number and the fault that it meets.
    pub(super) fn note(&self, exchange: Exchange) -> (usize, Option<Fault>) {
        let mut state = self.lock();
        state.exchanges.push(exchange);
        (state.exchanges.len() - 1, state.faults.pop_front())
    }

    pub(super) fn note_answer(&self, number: usize, status: u16, answer: Value) {
        if let Some(exchange) = self.lock().exchanges.get_mut(number) {
            exchange.status = status;
            exchange.answer = answer;
        }
    }

    /// `{database}-{organization}.turso.io`, as at Turso. Clients should not rely on this form.
    pub(super) fn hostname(&self, name: &str) -> String {
        format!("{name}-{}.turso.io", self.account.organization)
    }
}

impl Database {
    /// A new database. Its id contains `number`.
    pub(super) fn new(number: usize) -> Self {
        let configuration = [
            ("size_limit", json!("0")),
            ("allow_attach", json!(false)),
            ("block_reads", json!(false)),
            ("block_writes", json!(false)),
            ("delete_protection", json!(false)),
            ("allowed_ips", json!([])),
            ("allowed_aws_vpc_ids", json!([])),
        ];
        Self {
            id: format!("0eb771dd-6906-11ee-8553-{number:012x}"),
            made: Instant::now(),
            configuration: configuration.map(|(key, value)| (key.to_owned(), value)).into(),
        }
    }
}
