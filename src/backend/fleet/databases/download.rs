//! "Download your database": a real SQLite file of all that is a workspace's own, and of nothing that lets anybody in.

use std::{sync::Arc, time::Duration};

use storage::{Database, Image, StorageError};
use tokio::{
    sync::{OwnedMutexGuard, OwnedSemaphorePermit},
    task::JoinHandle,
    time::timeout,
};

use crate::{Error, Owner};

/// What lets somebody in goes: sessions, codes, hashes of passwords.
pub(crate) const SCRUB: &str = "DELETE FROM sessions; DELETE FROM hand_offs; UPDATE users SET password_hash = '';";

/// How long a download waits for the one before it.
const TURN: Duration = Duration::from_secs(5);

/// How owners download their databases.
#[derive(Debug, Clone, Copy)]
pub struct Downloads {
    /// How many copies may be made or sent at a time: each is a second database on the disk.
    pub at_once: usize,
    /// How long a copy is waited for before its answer begins. With `TURN` it is less than a request may take.
    pub prompt: Duration,
}

impl Default for Downloads {
    fn default() -> Self {
        Self { at_once: 3, prompt: Duration::from_secs(20) }
    }
}

/// A copy that is being made. It goes on when this goes; then the file goes when it is written.
pub struct Copying {
    making: JoinHandle<Result<Download, StorageError>>,
    prompt: Duration,
}

/// A file to be sent; it goes when this goes, and then the next may be made.
pub struct Download {
    image: Image,
    _turn: OwnedMutexGuard<()>,
    _permit: OwnedSemaphorePermit,
}

impl Owner {
    /// All of the workspace's database, without sessions, hashes and keys. One copy at a time: a workspace that waits for
    /// its turn takes no place from the others.
    pub async fn download(&self) -> Result<Copying, Error> {
        let session = self.member().session().clone();
        let turn = timeout(TURN, Arc::clone(&session.visitor().tenant.downloading).lock_owned()).await;
        let turn = turn.map_err(|_| {
            Error::Busy("The database is being downloaded already. Wait until that download is complete and try again.")
        })?;
        let backend = session.visitor().backend.clone();
        let permit = Arc::clone(&backend.downloads).try_acquire_owned().map_err(|_| {
            Error::Busy("Too many databases are being downloaded at the moment. Try again in half a minute.")
        })?;
        let prompt = backend.settings.downloads.prompt;
        let making = tokio::spawn(async move {
            let image = scrubbed(&backend, session.lease()).await?;
            Ok(Download { image, _turn: turn, _permit: permit })
        });
        Ok(Copying { making, prompt })
    }
}

impl Copying {
    /// The copy, unless it takes longer than an asker is kept waiting.
    pub async fn promptly(&mut self) -> Option<Result<Download, Error>> {
        if self.prompt.is_zero() {
            return None; // a timer would wait for up to a millisecond
        }
        timeout(self.prompt, self.made()).await.ok()
    }

    /// The copy, however long it takes.
    pub async fn made(&mut self) -> Result<Download, Error> {
        let made = (&mut self.making).await.map_err(|error| Error::Internal(error.into()))?;
        Ok(made?)
    }
}

/// An image of a database without what lets anybody in.
async fn scrubbed(backend: &crate::Backend, database: &Database) -> Result<Image, StorageError> {
    let image = backend.new_image();
    database.copy_to(image.path()).await?;
    image.change(SCRUB).await?;
    Ok(image)
}

impl Download {
    /// The file.
    pub fn path(&self) -> &std::path::Path {
        self.image.path()
    }
}
