//! "Download your database": an SQLite file with all data of a workspace, without password hashes, sessions and codes.

use std::{sync::Arc, time::Duration};

use storage::{Database, Image, StorageError};
use tokio::{
    sync::{OwnedMutexGuard, OwnedSemaphorePermit},
    task::JoinHandle,
    time::timeout,
};

use crate::{Error, Owner};

/// Removes everything that could let a client sign in: sessions, codes and password hashes.
pub(crate) const SCRUB: &str = "DELETE FROM sessions; DELETE FROM hand_offs; UPDATE users SET password_hash = '';";

/// How long a download waits for the previous one of the same workspace.
const TURN: Duration = Duration::from_secs(5);

/// The limits on downloads by owners.
#[derive(Debug, Clone, Copy)]
pub struct Downloads {
    /// How many copies may be made or sent at the same time. Each is a second database on the disk.
    pub at_once: usize,
    /// How long a request waits for its copy before the response begins. Together with `TURN` it must be less than the request
    /// timeout.
    pub prompt: Duration,
}

impl Default for Downloads {
    fn default() -> Self {
        Self { at_once: 3, prompt: Duration::from_secs(20) }
    }
}

/// A copy that is being made. If this is dropped, the copy is still completed, and its file is then removed.
pub struct Copying {
    making: JoinHandle<Result<Download, StorageError>>,
    prompt: Duration,
}

/// A file to send. Dropping it removes the file and lets the next download begin.
pub struct Download {
    image: Image,
    _turn: OwnedMutexGuard<()>,
    _permit: OwnedSemaphorePermit,
}

impl Owner {
    /// Copies the workspace's database without sessions, codes and password hashes. A workspace makes one copy at a time. While
    /// it waits for its turn, it takes no permit from other workspaces.
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
    /// Waits for the copy, but not longer than `Downloads::prompt`. `None` means that it takes longer.
    pub async fn promptly(&mut self) -> Option<Result<Download, Error>> {
        if self.prompt.is_zero() {
            return None; // a timer would wait for up to a millisecond
        }
        timeout(self.prompt, self.made()).await.ok()
    }

    /// Waits for the copy, however long it takes.
    pub async fn made(&mut self) -> Result<Download, Error> {
        let made = (&mut self.making).await.map_err(|error| Error::Internal(error.into()))?;
        Ok(made?)
    }
}

/// Copies a database and removes what could let a client sign in.
async fn scrubbed(backend: &crate::Backend, database: &Database) -> Result<Image, StorageError> {
    let image = backend.new_image();
    database.copy_to(image.path()).await?;
    image.change(SCRUB).await?;
    Ok(image)
}

impl Download {
    /// The path of the file.
    pub fn path(&self) -> &std::path::Path {
        self.image.path()
    }
}
