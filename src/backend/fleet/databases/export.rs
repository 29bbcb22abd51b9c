//! `export`: writes a workspace's data to a file outside the data folder. The copy is made in the folder of that file. Nothing
//! is written to the data folder, so an export works when the data folder's disk is full.

use std::{
    fs::{self, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::Arc,
};

use domain::{Storage, TenantName};
use storage::{Image, StorageError, files::sync_folder, local::blocking};

use super::download::SCRUB;

use crate::{Error, Operator, Outcome, fleet::tenants::Tenant};

impl Operator {
    /// Writes a tenant's database to a new file, without password hashes, sessions and codes.
    pub(crate) async fn export(&self, name: &TenantName, file: &Path) -> Result<Outcome, Error> {
        let tenant = self.tenant(name)?;
        let cannot =
            |why: &dyn std::fmt::Display| Error::Refused(format!("{} cannot be written: {why}.", file.display()));
        let told = |error: StorageError| match error {
            StorageError::Full => cannot(&error),
            _ => error.into(),
        };
        let (to, random) = (file.to_owned(), self.0.random());
        let begun = blocking(move || Ok(unfinished(&to, random))).await?;
        let [copy, clean] = begun.map_err(|error| cannot(&error))?;
        self.copy(&tenant, copy.path(), told).await?;
        copy.change_into(SCRUB, &clean).await.map_err(told)?;
        let to = file.to_owned();
        let bytes = blocking(move || Ok(give_name(&clean, &to))).await?.map_err(|error| cannot(&error))?;
        self.note("export", name, Some(file.display().to_string())).await;
        Ok(Outcome::Written(bytes))
    }

    /// Copies a tenant's database while it is in use. If a full disk prevents opening it, it copies the closed database under
    /// the maintenance lock.
    async fn copy(&self, tenant: &Arc<Tenant>, to: &Path, told: impl Fn(StorageError) -> Error) -> Result<(), Error> {
        match self.0.lease_unchecked(tenant).await {
            Ok(lease) => lease.copy_to(to).await.map_err(told),
            Err(error) if tenant.location().storage == Storage::Local && error.is_of_a_full_disk() => {
                let _hold = self.0.hold(tenant).await?;
                let location = tenant.location();
                self.0.stores.of(location.storage)?.copy_closed(&location, to).await.map_err(told)
            }
            Err(error) => Err(error),
        }
    }
}

/// Reserves two hidden files in the folder of a new file. They are removed when they are dropped. The first one is created at
/// once, so that a folder that cannot be written to is reported as the cause. Blocking.
fn unfinished(file: &Path, random: [u8; 8]) -> io::Result<[Image; 2]> {
    is_free(file)?;
    let random = data_encoding::HEXLOWER.encode(&random);
    let [copy, clean] = ["copy", "clean"].map(|what| file.with_file_name(format!(".freehold-{random}.{what}")));
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(&copy)?;
    Ok([copy, clean].map(Image::at))
}

/// Renames a complete file to its final name. Returns its size in bytes. Blocking.
fn give_name(whole: &Image, to: &Path) -> io::Result<u64> {
    is_free(to)?; // another process may have taken the name meanwhile
    fs::rename(whole.path(), to)?;
    sync_folder(to)?;
    Ok(fs::metadata(to)?.len())
}

/// Refuses a name that exists already. A symbolic link counts too, wherever it points.
fn is_free(file: &Path) -> io::Result<()> {
    if file.symlink_metadata().is_ok() {
        return Err(io::Error::other("it is there already; name another file"));
    }
    Ok(())
}
