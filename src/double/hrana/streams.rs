//! Streams. Each has its own connection and is reached by a baton that is valid once. It ends when it is closed or idle.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use super::job::Asked;
use crate::{connection::Connection, refusal::Refusal, store::lock};

/// All streams of one run of a server.
#[derive(Debug)]
pub(crate) struct Streams {
    /// Distinguishes the batons of this run from those of another.
    run: u64,
    next: AtomicU64,
    idle: Duration,
    all: Mutex<HashMap<u64, Held>>,
}

#[derive(Debug)]
enum Held {
    Free(Stream, Instant),
    Used,
    Expired,
}

/// One stream, with its connection and its stored texts.
#[derive(Debug)]
pub(crate) struct Stream {
    /// `None` after it is closed.
    connection: Option<Arc<Mutex<Connection>>>,
    /// SQL texts that are stored on the stream.
    pub(crate) texts: HashMap<i32, String>,
    /// The number that the next baton must have.
    turn: u64,
}

/// A stream in use. If it is dropped without [`Taken::release`], it ends and its transaction is rolled back.
pub(crate) struct Taken<'a> {
    streams: &'a Streams,
    number: u64,
    /// `None` after it was given back.
    stream: Option<Stream>,
}

impl Streams {
    pub(crate) fn new(idle: Duration) -> Self {
        static RUNS: AtomicU64 = AtomicU64::new(1);
        Self { run: RUNS.fetch_add(1, SeqCst), next: AtomicU64::default(), idle, all: Mutex::default() }
    }

    /// Number of open streams.
    pub(crate) fn open(&self) -> usize {
        lock(&self.all).values().filter(|held| !matches!(held, Held::Expired)).count()
    }

    /// Takes the stream of a baton, or opens a new one.
    pub(crate) async fn take(&self, baton: Option<&str>, asked: &Asked) -> Result<Taken<'_>, Refusal> {
        let (number, stream) = match baton {
            Some(baton) => self.known(baton)?,
            None => self.begin(asked).await?,
        };
        Ok(Taken { streams: self, number, stream: Some(stream) })
    }

    async fn begin(&self, asked: &Asked) -> Result<(u64, Stream), Refusal> {
        let database = asked.database.clone();
        let connection = asked.jobs.run(move || database.connect()).await?.map_err(Refusal::internal)?;
        let number = self.next.fetch_add(1, SeqCst);
        lock(&self.all).insert(number, Held::Used);
        Ok((number, Stream { connection: Some(connection), texts: HashMap::new(), turn: 1 }))
    }

    fn known(&self, baton: &str) -> Result<(u64, Stream), Refusal> {
        let invalid = || Refusal::protocol("Received an invalid baton");
        let reused = || Refusal::protocol("Received a baton that has already been used");
        let (number, turn) = self.read(baton).ok_or_else(invalid)?;
        let mut all = lock(&self.all);
        let held = all.get_mut(&number).ok_or_else(invalid)?;
        match held {
            Held::Free(stream, _) if stream.turn != turn => Err(reused()),
            Held::Free(..) => match std::mem::replace(held, Held::Used) {
                Held::Free(stream, _) => Ok((number, Stream { turn: turn + 1, ..stream })),
                Held::Used | Held::Expired => Err(invalid()),
            },
            Held::Used => Err(reused()),
            Held::Expired => Err(Refusal::expired()),
        }
    }

    fn read(&self, baton: &str) -> Option<(u64, u64)> {
        let mut parts = baton.split('.').map(|part| u64::from_str_radix(part, 16).ok());
        let (run, number, turn) = (parts.next()??, parts.next()??, parts.next()??);
        (run == self.run && parts.next().is_none()).then_some((number, turn))
    }

    /// Ends the streams that were unused for too long.
    pub(crate) fn expire(&self) {
        let mut all = lock(&self.all);
        for held in all.values_mut() {
            if matches!(held, Held::Free(_, since) if since.elapsed() >= self.idle) {
                *held = Held::Expired;
            }
        }
    }

    /// Ends all streams.
    pub(crate) fn close(&self) {
        lock(&self.all).clear();
    }
}

impl Taken<'_> {
    pub(crate) fn connection(&self) -> Result<Arc<Mutex<Connection>>, Refusal> {
        let connection = self.stream.as_ref().and_then(|stream| stream.connection.clone());
        connection.ok_or_else(|| Refusal::protocol("Stream for this baton was closed"))
    }

    pub(crate) fn texts(&mut self) -> Option<&mut HashMap<i32, String>> {
        self.stream.as_mut().map(|stream| &mut stream.texts)
    }

    pub(crate) fn close(&mut self) {
        if let Some(stream) = &mut self.stream {
            stream.connection = None;
        }
    }

    /// Gives the stream back and returns the baton to take it again. `None` means that the stream is closed.
    pub(crate) fn release(mut self) -> Option<String> {
        let stream = self.stream.take_if(|stream| stream.connection.is_some())?;
        let baton = format!("{:x}.{:x}.{:x}", self.streams.run, self.number, stream.turn);
        lock(&self.streams.all).insert(self.number, Held::Free(stream, Instant::now()));
        Some(baton)
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if self.stream.is_some() {
            lock(&self.streams.all).remove(&self.number);
        }
    }
}
