//! "Download your database": a real SQLite file of all that is a workspace's own, and of nothing that lets anybody in.

use std::{sync::Arc, time::Duration};

use tokio::{sync::OwnedMutexGuard, time::timeout};

use crate::{
    Error, Owner,
    storage::{Database, Image, StorageError},
};

/// What lets somebody in goes: sessions, codes, hashes of passwords.
const SCRUB: &str = "DELETE FROM sessions; DELETE FROM hand_offs; UPDATE users SET password_hash = '';";

/// How long a download waits for the one before it.
const TURN: Duration = Duration::from_secs(5);

/// A file to be sent; it goes when this goes, and then the next may be made.
pub struct Download {
    image: Image,
    _turn: OwnedMutexGuard<()>,
}

impl Owner {
    /// All of the workspace's database, without sessions, hashes and keys; one at a time. A task of its own: whoever asked
    /// may leave, and the file goes when it is written.
    pub async fn download(&self) -> Result<Download, Error> {
        let session = self.member().session().clone();
        let turn = timeout(TURN, Arc::clone(&session.visitor().tenant.downloading).lock_owned()).await;
        let turn = turn.map_err(|_| Error::busy("another download of the workspace is under way"))?;
        let making = tokio::spawn(async move {
            let image = scrubbed(&session.visitor().backend, session.lease()).await?;
            Ok(Download { image, _turn: turn })
        });
        making.await.map_err(|error| Error::Internal(error.into()))?
    }
}

/// An image of a database without what lets anybody in.
pub(crate) async fn scrubbed(backend: &crate::Backend, database: &Database) -> Result<Image, StorageError> {
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
