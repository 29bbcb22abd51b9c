//! A life: a process that runs deeds in a folder until it is killed.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use backend::{Ambient, Backend, Clock, CrashPoints, Downloads, OpenError, Rate, Settings, SignUpPolicy};
use serde::{Deserialize, Serialize};

use super::{
    journal::{Entry, Journal, write},
    random::Chance,
};

const LIFE: &str = "FREEHOLD_TEST_LIFE";

/// When a life ends.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Death {
    /// The number of deeds before that.
    after: usize,
    then: Then,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
enum Then {
    /// At this crash point after that, counted from 0.
    CrashPoint(i64),
    /// This many microseconds after the next deed began.
    Moment(u64),
}

/// The instructions for a life.
#[derive(Serialize, Deserialize)]
struct Told {
    data: PathBuf,
    journal: PathBuf,
    seed: u64,
    /// Without a death, the life ends when this many deeds have begun in the whole run.
    until: usize,
    death: Option<Death>,
}

impl Death {
    pub(super) fn at_a_step(number: usize) -> Self {
        Self { after: 0, then: Then::CrashPoint(i64::try_from(number).unwrap()) }
    }

    pub(super) fn at_a_moment(micros: usize) -> Self {
        Self { after: 0, then: Then::Moment(micros as u64) }
    }

    pub(super) fn after(self, deeds: usize) -> Self {
        Self { after: deeds, ..self }
    }
}

/// Passes the instructions to a process.
pub(super) fn tell(
    process: &mut Command,
    data: &Path,
    journal: &Journal,
    (seed, until, death): (u64, usize, Option<Death>),
) {
    let told = Told { data: data.to_owned(), journal: journal.path().to_owned(), seed, until, death };
    process.env(LIFE, serde_json::to_string(&told).unwrap());
}

/// Runs a life if this process has instructions for one. Returns whether it had.
pub(crate) fn live_if_told() -> bool {
    let Ok(told) = env::var(LIFE) else { return false };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(live(serde_json::from_str(&told).unwrap()));
    true
}

/// Kills this process at once, without any clean-up.
pub(in super::super) fn die() {
    let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    loop {
        std::thread::park();
    }
}

async fn live(told: Told) {
    let left = Arc::new(AtomicI64::new(i64::MAX));
    let steps = Arc::clone(&left);
    let steps = CrashPoints::tell(move |_| {
        if steps.fetch_sub(1, Ordering::SeqCst) == 0 {
            die();
        }
    });
    let (backend, operator) = open(&told.data, steps, Arc::new(Ambient)).await;
    let journal = Journal::at(told.journal);
    let (mut story, mut journal, mut chance) = (journal.read(), journal.open(), Chance::new(told.seed));
    for number in 0.. {
        if told.death.is_none() && story.begun >= told.until {
            break;
        }
        let deed = story.model.next(&mut chance);
        write(&mut journal, &Entry::Begun(deed.clone()));
        story.begun += 1;
        if let Some(death) = told.death.filter(|death| death.after == number) {
            death.comes(&left);
        }
        let done = deed.done(&operator).await.unwrap_or_else(|error| panic!("{deed:?}: {}", error.chain()));
        write(&mut journal, &Entry::Done(done.clone()));
        story.model.apply(&deed, done);
    }
    backend.close().await;
}

impl Death {
    fn comes(self, steps_left: &AtomicI64) {
        match self.then {
            Then::CrashPoint(number) => steps_left.store(number, Ordering::SeqCst),
            Then::Moment(micros) => drop(std::thread::spawn(move || {
                std::thread::sleep(Duration::from_micros(micros));
                die();
            })),
        }
    }
}

/// Opens a folder with local storage.
pub(super) async fn open(data: &Path, steps: CrashPoints, clock: Arc<dyn Clock>) -> (Backend, backend::Operator) {
    let settings = Settings {
        data: data.to_owned(),
        secret_file: None,
        base_url: domain::BaseUrl::localhost(3000),
        sign_up: SignUpPolicy::Open,
        sign_up_rate: Rate::Off,
        sign_in_rate: Rate::Off,
        account_rate: Rate::Off,
        user_rate: Rate::Off,
        lookup_rate: Rate::Off,
        reserved: domain::ReservedNames::default(),
        max_tenants: None,
        max_open: None,
        storages: backend::StorageSettings {
            default: domain::Storage::Local,
            libsql_server: None,
            turso: None,
            deadline: Duration::from_secs(2),
        },
        downloads: Downloads::default(),
        backups: None,
        crash_points: steps,
    };
    loop {
        match Backend::open(settings.clone(), Arc::clone(&clock), Arc::new(Ambient)).await {
            // A child process that another thread is starting holds a copy of the previous owner's lock until it executes its
            // program.
            Err(OpenError::Locked { .. }) => tokio::time::sleep(Duration::from_millis(10)).await,
            opened => return opened.unwrap(),
        }
    }
}
