//! "Download your database": a real SQLite file of all that is a workspace's own, and of nothing that lets anybody in.

use crate::{
    Error, Owner,
    storage::{Database, Image, StorageError},
};

/// What lets somebody in goes: sessions, codes, hashes of passwords.
const SCRUB: &str = "DELETE FROM sessions; DELETE FROM hand_offs; UPDATE users SET password_hash = '';";

/// A file to be sent; it goes when this goes.
pub struct Download(Image);

impl Owner {
    /// All of the workspace's database, without sessions, hashes and keys.
    pub async fn download(&self) -> Result<Download, Error> {
        let session = self.member().session();
        let image = scrubbed(&session.visitor().backend, session.lease()).await?;
        Ok(Download(image))
    }
}

/// An image of a database without what lets anybody in.
pub(crate) async fn scrubbed(backend: &crate::Backend, database: &Database) -> Result<Image, StorageError> {
    let image = Image::at(backend.scratch("db"));
    database.copy_to(image.path()).await?;
    image.change(SCRUB).await?;
    Ok(image)
}

impl Download {
    /// The file.
    pub fn path(&self) -> &std::path::Path {
        self.0.path()
    }
}
