//! The backups folder. Each backup has the files `<tenant id>/<time>-<name>.db.zst` and `.json`.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use domain::{TenantId, TenantName};
use jiff::Timestamp;
use storage::{
    Image, StorageError,
    files::{beside, remove_database, sync_folder},
    local::blocking,
};

use super::{
    Retention, Seals,
    files::{claim, files_in, is_catalog_copy, manifest_of, open, read_folder, write_manifest},
    manifest::{About, Backup, FORM, Manifest},
    order::in_order,
    packing, unfinished,
};

use crate::{CrashPoint, CrashPoints, Error};

/// The format of a time in a file name.
const TIME: &str = "%Y%m%dT%H%M%S%3fZ";

/// The backups folder.
#[derive(Debug, Clone)]
pub(crate) struct Archive {
    folder: PathBuf,
    seals: Seals,
    steps: CrashPoints,
}

impl Archive {
    /// Opens the folder by its absolute path. The paths go to commands that may have another working directory.
    pub(crate) fn new(folder: PathBuf, seals: Seals, steps: CrashPoints) -> Self {
        Self { folder: std::path::absolute(&folder).unwrap_or(folder), seals, steps }
    }

    /// Whether this Freehold made the backup: its seal is valid, or its file is in the backups folder.
    pub(crate) fn is_own(&self, backup: &Backup) -> bool {
        let file = fs::canonicalize(&backup.file).unwrap_or_else(|_| backup.file.clone());
        let folder = fs::canonicalize(&self.folder).unwrap_or_else(|_| self.folder.clone());
        file.starts_with(folder) || self.seals.verify(&backup.manifest)
    }

    /// Stores an image as a backup. When it returns, the backup is on disk.
    pub(crate) async fn keep(&self, about: About, image: Image) -> Result<Backup, StorageError> {
        let archive = self.clone();
        blocking(move || archive.pack(about, &image)).await
    }

    fn pack(&self, about: About, image: &Image) -> Result<Backup, StorageError> {
        self.is_folder()?;
        let stem = format!("{}-{}", about.taken_at.strftime(TIME), about.name);
        let claimed = claim(&self.of(about.tenant), &stem, ".db.zst").map_err(|error| self.full(error))?;
        let packed = self.pack_to(claimed.clone(), about, image);
        if packed.is_err() {
            unfinished::take_back(&claimed)?;
        }
        packed.map_err(|error| self.full(error))
    }

    /// Turns a full disk into the error that names the backups folder.
    pub(crate) fn full(&self, error: StorageError) -> StorageError {
        if matches!(error, StorageError::Full) { StorageError::BackupsFull(self.folder.clone()) } else { error }
    }

    /// Refuses a backups path that is not a folder.
    fn is_folder(&self) -> Result<(), StorageError> {
        if self.folder.exists() && !self.folder.is_dir() {
            let folder = self.folder.display();
            let what = format!("The backups folder {folder} is not a folder: move that file away, or set --backups.");
            return Err(StorageError::Backup(what));
        }
        Ok(())
    }

    /// Writes a copy of the catalog. The copy gets its final name only when it is complete.
    pub(crate) fn keep_catalog(
        &self,
        at: Timestamp,
        copy: impl FnOnce(&Path) -> Result<(), StorageError>,
    ) -> Result<PathBuf, StorageError> {
        self.is_folder()?;
        if let Err(error) = unfinished::take_back_catalogs(&self.folder, at) {
            tracing::warn!(%error, "unfinished copies of the catalog could not be removed; the next copy tries again");
        }
        let stem = format!("catalog-{}", at.strftime(TIME));
        let file = claim(&self.folder, &stem, ".db").map_err(|error| self.full(error))?;
        let new = beside(&file);
        let copied = copy(&new).and_then(|()| Ok(fs::rename(&new, &file)?)).and_then(|()| Ok(sync_folder(&file)?));
        if copied.is_err() {
            remove_database(&new)?;
        }
        copied.map(|()| file).map_err(|error| self.full(error))
    }

    /// Writes both files under temporary names, and then renames them. The manifest is renamed last.
    fn pack_to(&self, file: PathBuf, about: About, image: &Image) -> Result<Backup, StorageError> {
        let (new, manifest_file) = (beside(&file), manifest_of(&file));
        let (plain, packed) = packing::pack(image.path(), &new)?;
        self.steps.reach(CrashPoint::BackupPacked);
        let before = read_folder(&self.of(about.tenant))?;
        let manifest = Manifest {
            form: FORM,
            sequence: before.iter().map(|backup| backup.manifest.sequence).max().unwrap_or_default() + 1,
            about,
            bytes: plain.bytes,
            sha256: plain.sha256,
            compressed_bytes: packed.bytes,
            compressed_sha256: packed.sha256,
            seal: None,
        };
        let manifest = Manifest { seal: self.seals.seal(&manifest), ..manifest };
        let described = beside(&manifest_file);
        write_manifest(&manifest, &described)?;
        self.steps.reach(CrashPoint::BackupDescribed);
        fs::rename(&new, &file)?;
        self.steps.reach(CrashPoint::BackupNamed);
        fs::rename(&described, &manifest_file)?;
        sync_folder(&file)?;
        self.steps.reach(CrashPoint::BackupDone);
        Ok(Backup { file, manifest })
    }

    /// Unpacks a backup into a new file, and compares both checksums with the manifest.
    pub(crate) async fn unpack(&self, backup: &Backup, to: &Path) -> Result<(), StorageError> {
        let (from, to, manifest) = (backup.file.clone(), to.to_owned(), backup.manifest.clone());
        blocking(move || {
            let damaged = |what: &str| {
                let file = from.display();
                let what = format!("The backup {file} is damaged: {what}. `freehold backups` lists the others.");
                StorageError::Backup(what)
            };
            if !from.is_file() {
                let what = format!("The backup {} is not there, only its manifest is.", from.display());
                return Err(StorageError::Backup(what));
            }
            let (plain, packed) = packing::unpack(&from, &to).map_err(|error| damaged(&error.to_string()))?;
            let is_whole = packed.sha256 == manifest.compressed_sha256 && packed.bytes == manifest.compressed_bytes;
            if is_whole && plain.sha256 == manifest.sha256 && plain.bytes == manifest.bytes {
                Ok(())
            } else {
                Err(damaged("its bytes are not those that were written"))
            }
        })
        .await
    }

    /// Opens a backup, given by either of its files.
    pub(crate) async fn open(&self, file: PathBuf) -> Result<Backup, Error> {
        blocking(move || Ok(open(&file))).await?.map_err(Error::Refused)
    }

    /// The latest backup of the tenant with this name. A deleted tenant is found by its last name.
    pub(crate) async fn latest(&self, name: &TenantName) -> Result<Backup, Error> {
        let all = self.all().await?;
        let latest = all.into_iter().rfind(|backup| backup.manifest.about.name == *name);
        latest.ok_or_else(|| Error::Refused(format!("There is no backup of {name} in {}.", self.folder.display())))
    }

    /// All backups, the oldest first.
    pub(crate) async fn all(&self) -> Result<Vec<Backup>, StorageError> {
        let archive = self.clone();
        blocking(move || archive.read_all()).await
    }

    fn read_all(&self) -> Result<Vec<Backup>, StorageError> {
        self.is_folder()?;
        let mut found = Vec::new();
        for folder in files_in(&self.folder)? {
            found.extend(read_folder(&folder)?);
        }
        Ok(in_order(found))
    }

    /// Removes the backups of a tenant that exceed the retention, but never the one that was just made. Returns how many it
    /// removed.
    pub(crate) async fn retain(&self, made: &Backup, retention: Retention) -> Result<u64, StorageError> {
        let (archive, made) = (self.clone(), made.clone());
        blocking(move || {
            let tenant = made.manifest.about.tenant;
            let mut of_it = read_folder(&archive.of(tenant))?;
            of_it.retain(|backup| backup.manifest.about.tenant == tenant);
            let mut over = retention.over(in_order(of_it));
            over.retain(|backup| backup.file != made.file);
            over.iter().try_for_each(|backup| archive.remove(&backup.file))?;
            Ok(over.len() as u64)
        })
        .await
    }

    /// Removes the copies of the catalog that exceed the retention, but never the one that was just made. A copy with a later
    /// time than that one was made while the clock was ahead, so it is removed first.
    pub(crate) async fn retain_catalogs(&self, made: PathBuf, retention: Retention) -> Result<(), StorageError> {
        let folder = self.folder.clone();
        blocking(move || {
            let mut copies = files_in(&folder)?;
            copies.retain(|file| is_catalog_copy(file, ".db"));
            copies.sort_by_cached_key(|file| (*file <= made, file.clone())); // file names begin with their times
            let over = retention.over(copies);
            over.iter().filter(|file| **file != made).try_for_each(|file| unfinished::remove(file))
        })
        .await
    }

    fn remove(&self, file: &Path) -> Result<(), StorageError> {
        let manifest = manifest_of(file);
        let going = beside(&manifest);
        fs::rename(&manifest, &going)?; // first: a file without a manifest is not a backup
        self.steps.reach(CrashPoint::RetainNoted);
        unfinished::remove(file)?;
        self.steps.reach(CrashPoint::RetainGone);
        unfinished::remove(&going)?;
        self.steps.reach(CrashPoint::RetainDone);
        Ok(())
    }

    /// Removes what a crash left of unfinished backups of these tenants, and of unfinished copies of the catalog. No backup of
    /// these tenants may run at the same time.
    pub(crate) async fn tidy(&self, of: HashSet<TenantId>, now: Timestamp) -> Result<(), StorageError> {
        let folder = self.folder.clone();
        let is_of_these = move |folder: &PathBuf| {
            let name = folder.file_name().and_then(|name| name.to_str());
            name.and_then(|name| name.parse().ok()).is_some_and(|id: TenantId| of.contains(&id))
        };
        blocking(move || {
            let mut theirs = files_in(&folder)?;
            theirs.retain(is_of_these);
            theirs.iter().try_for_each(|folder| unfinished::take_back_all(folder))?;
            unfinished::take_back_catalogs(&folder, now)
        })
        .await
    }

    fn of(&self, tenant: TenantId) -> PathBuf {
        self.folder.join(tenant.to_string())
    }
}
