//! `Load` and `Probe`: measure a neighbour's requests, one after another, at rest and while clients load the server.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::{Method, RequestBuilder};
use tokio::task::JoinSet;

use crate::freehold::Freehold;

/// One request, or one round of a client's work. It returns the outcome, such as the status.
pub(crate) type Round = Pin<Box<dyn Future<Output = String> + Send>>;

/// The work that clients repeat to load the server.
pub(crate) struct Load {
    pub(crate) name: String,
    /// Numbers of clients at once. Each number is measured.
    pub(crate) clients: Vec<usize>,
    /// A round of the client with this number.
    pub(crate) round: Arc<dyn Fn(usize) -> Round + Send + Sync>,
    /// Probes that are measured in addition to the neighbour's `users/me`.
    pub(crate) probes: Vec<Probe>,
}

/// A request of the neighbour that is measured.
pub(crate) struct Probe {
    name: String,
    round: Arc<dyn Fn() -> Round + Send + Sync>,
}

/// The results of a probe's rounds.
struct Times {
    p50: Duration,
    p99: Duration,
    outcomes: BTreeMap<String, usize>,
}

impl Probe {
    pub(crate) fn new(name: &str, round: impl Fn() -> Round + Send + Sync + 'static) -> Self {
        Self { name: name.to_owned(), round: Arc::new(round) }
    }

    /// `GET /api/v1/users/me`.
    pub(crate) fn users_me(freehold: &Arc<Freehold>, tenant: &'static str, token: String) -> Self {
        let freehold = Arc::clone(freehold);
        Self::new("users/me", move || {
            status_of(freehold.ask(tenant, Method::GET, "/api/v1/users/me").bearer_auth(&token))
        })
    }

    /// Repeats the probe one after another until the time is over.
    async fn measure(&self) -> Times {
        let (began, mut times, mut outcomes) = (Instant::now(), Vec::new(), BTreeMap::new());
        while began.elapsed() < seconds() {
            let asked = Instant::now();
            let outcome = (self.round)().await;
            times.push(asked.elapsed());
            *outcomes.entry(outcome).or_default() += 1;
        }
        times.sort_unstable();
        let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
        Times { p50: at(50), p99: at(99), outcomes }
    }
}

impl Load {
    /// Measures `me` and the load's own probes, at rest and with each number of clients.
    pub(crate) async fn measure(&self, me: &Probe) {
        println!("\n{}", self.name);
        for probe in std::iter::once(me).chain(&self.probes) {
            let rest = probe.measure().await;
            rest.print(&probe.name, "at rest", &rest);
            for &clients in &self.clients {
                let (times, done) = self.run(clients, probe).await;
                times.print(&probe.name, &format!("{clients} clients"), &rest);
                println!("    they got {}", told(&done));
            }
        }
    }

    /// Measures a probe while this many clients load the server.
    async fn run(&self, clients: usize, probe: &Probe) -> (Times, BTreeMap<String, usize>) {
        let (is_over, done) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(BTreeMap::new())));
        let mut all = JoinSet::new();
        for client in 0..clients {
            let (round, is_over, done) = (Arc::clone(&self.round), Arc::clone(&is_over), Arc::clone(&done));
            all.spawn(async move {
                while !is_over.load(Ordering::Relaxed) {
                    let outcome = round(client).await;
                    *done.lock().unwrap().entry(outcome).or_default() += 1;
                }
            });
        }
        tokio::time::sleep(Duration::from_millis(300)).await; // until the load has started
        let times = probe.measure().await;
        is_over.store(true, Ordering::Relaxed);
        all.join_all().await;
        (times, std::mem::take(&mut done.lock().unwrap()))
    }
}

impl Times {
    fn print(&self, what: &str, when: &str, rest: &Self) {
        let part = |time: Duration, rest: Duration| time.as_secs_f64() / rest.as_secs_f64();
        let (p50, p99) = (part(self.p50, rest.p50), part(self.p99, rest.p99));
        println!(
            "  {what:12} {when:>12}  p50 {:>9.2?} ({p50:.2})  p99 {:>9.2?} ({p99:.2})  {}",
            self.p50,
            self.p99,
            told(&self.outcomes)
        );
    }
}

/// Sends a request, reads the whole answer, and returns its status.
pub(crate) fn status_of(request: RequestBuilder) -> Round {
    Box::pin(async move {
        let Ok(answer) = request.send().await else { return "no answer".to_owned() };
        let status = answer.status().as_u16().to_string();
        answer.bytes().await.map_or_else(|_| "half an answer".to_owned(), |_| status)
    })
}

fn told(outcomes: &BTreeMap<String, usize>) -> String {
    outcomes.iter().map(|(outcome, times)| format!("{outcome} × {times}")).collect::<Vec<_>>().join(", ")
}

fn seconds() -> Duration {
    Duration::from_secs(setting("FREEHOLD_BENCH_SECONDS", 4))
}

/// A number from the environment, or the default.
pub(crate) fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().unwrap())
}
