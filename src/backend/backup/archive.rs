//! The folder of backups: `<tenant id>/<time>-<name>.db.zst` and `.json`.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use domain::{TenantId, TenantName};

use super::{
    Retention, Seals,
    files::{files_in, manifest_of, read, read_folder, write_manifest},
    manifest::{About, Backup, FORM, Manifest},
    packing, unfinished,
};
use crate::{
    Error, Step, Steps,
    storage::{
        Image, StorageError,
        local::{beside, blocking, make_folder_of, sync_folder},
    },
};

/// A folder of backups.
#[derive(Debug, Clone)]
pub(crate) struct Archive {
    folder: PathBuf,
    seals: Seals,
    steps: Steps,
}

impl Archive {
    /// The folder, by its whole path: a command that is told of a file has another working folder.
    pub(crate) fn new(folder: PathBuf, seals: Seals, steps: Steps) -> Self {
        Self { folder: std::path::absolute(&folder).unwrap_or(folder), seals, steps }
    }

    /// Whether a backup is this Freehold's own: by its seal, or since it is in the folder of backups.
    pub(crate) fn is_own(&self, backup: &Backup) -> bool {
        let file = fs::canonicalize(&backup.file).unwrap_or_else(|_| backup.file.clone());
        let folder = fs::canonicalize(&self.folder).unwrap_or_else(|_| self.folder.clone());
        file.starts_with(folder) || self.seals.verify(&backup.manifest)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps an image as a backup. When it returns, the backup lasts.
    pub(crate) async fn keep(&self, about: About, image: Image) -> Result<Backup, StorageError> {
        let archive = self.clone();
        blocking(move || archive.pack(about, &image)).await
    }

    fn pack(&self, about: About, image: &Image) -> Result<Backup, StorageError> {
        let stem = format!("{}-{}", about.taken_at.strftime("%Y%m%dT%H%M%S%3fZ"), about.name);
        let file = self.of(about.tenant).join(format!("{stem}.db.zst"));
        make_folder_of(&file)?;
        let packed = self.pack_to(file.clone(), about, image);
        if packed.is_err() {
            unfinished::take_back(&file)?;
        }
        packed
    }

    /// Both files are written before either has its name, and the manifest gets its own last.
    fn pack_to(&self, file: PathBuf, about: About, image: &Image) -> Result<Backup, StorageError> {
        let (new, manifest_file) = (beside(&file), manifest_of(&file));
        let (plain, packed) = packing::pack(image.path(), &new)?;
        self.steps.reach(Step::BackupPacked);
        let manifest = Manifest {
            form: FORM,
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
        self.steps.reach(Step::BackupDescribed);
        fs::rename(&new, &file)?;
        self.steps.reach(Step::BackupNamed);
        fs::rename(&described, &manifest_file)?;
        sync_folder(&file)?;
        self.steps.reach(Step::BackupDone);
        Ok(Backup { file, manifest })
    }

    /// Unpacks a backup into a new file, and compares the sums of both sides with the manifest's.
    pub(crate) async fn unpack(&self, backup: &Backup, to: &Path) -> Result<(), StorageError> {
        let (from, to, manifest) = (backup.file.clone(), to.to_owned(), backup.manifest.clone());
        blocking(move || {
            let damaged = |what: &str| StorageError::Corrupt(format!("the backup {}: {what}", from.display()));
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

    /// A backup, by either of its files.
    pub(crate) async fn open(&self, file: PathBuf) -> Result<Backup, Error> {
        let opening = blocking(move || Ok(read(&manifest_of(&file)).map_err(|why| (file, why)))).await?;
        opening.map_err(|(file, why)| Error::Refused(format!("{} is no backup: {why}", file.display())))
    }

    /// The latest backup of the tenant that has, or had last, this name.
    pub(crate) async fn latest(&self, name: &TenantName) -> Result<Backup, Error> {
        let all = self.all().await?;
        let of_it = all.into_iter().filter(|backup| backup.manifest.about.name == *name);
        let latest = of_it.max_by_key(|backup| backup.manifest.about.taken_at);
        latest.ok_or_else(|| Error::Refused(format!("There is no backup of {name} in {}.", self.folder.display())))
    }

    /// All backups there are, the oldest first.
    pub(crate) async fn all(&self) -> Result<Vec<Backup>, StorageError> {
        let archive = self.clone();
        blocking(move || archive.read_all()).await
    }

    fn read_all(&self) -> Result<Vec<Backup>, StorageError> {
        let mut found = Vec::new();
        for folder in files_in(&self.folder)? {
            found.extend(read_folder(&folder)?);
        }
        found.sort_by_key(|backup| backup.manifest.about.taken_at);
        Ok(found)
    }

    /// Removes what of a tenant's backups need not be kept; says how many.
    pub(crate) async fn retain(&self, tenant: TenantId, retention: Retention) -> Result<u64, StorageError> {
        let archive = self.clone();
        blocking(move || {
            let mut of_it = read_folder(&archive.of(tenant))?;
            of_it.retain(|backup| backup.manifest.about.tenant == tenant);
            of_it.sort_by_key(|backup| backup.manifest.about.taken_at);
            let over = retention.over(of_it);
            over.iter().try_for_each(|backup| archive.remove(&backup.file))?;
            Ok(over.len() as u64)
        })
        .await
    }

    /// Removes what of the catalog's copies need not be kept.
    pub(crate) async fn retain_catalogs(&self, retention: Retention) -> Result<(), StorageError> {
        let folder = self.folder.clone();
        blocking(move || {
            let name =
                |file: &PathBuf| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("catalog-"));
            let mut copies: Vec<_> = files_in(&folder)?.into_iter().filter(name).collect();
            copies.sort(); // their names begin with their times
            Ok(retention.over(copies).iter().try_for_each(fs::remove_file)?)
        })
        .await
    }

    fn remove(&self, file: &Path) -> Result<(), StorageError> {
        let manifest = manifest_of(file);
        let going = beside(&manifest);
        fs::rename(&manifest, &going)?; // first: what has no manifest is no backup
        self.steps.reach(Step::RetainNoted);
        unfinished::remove(file)?;
        self.steps.reach(Step::RetainGone);
        unfinished::remove(&going)?;
        self.steps.reach(Step::RetainDone);
        Ok(())
    }

    /// Removes what a crash left of backups of these tenants. Nobody may be backing them up meanwhile.
    pub(crate) async fn tidy(&self, of: HashSet<TenantId>) -> Result<(), StorageError> {
        let folder = self.folder.clone();
        let is_of_these = move |folder: &PathBuf| {
            let name = folder.file_name().and_then(|name| name.to_str());
            name.and_then(|name| name.parse().ok()).is_some_and(|id: TenantId| of.contains(&id))
        };
        blocking(move || {
            let mut theirs = files_in(&folder)?;
            theirs.retain(is_of_these);
            theirs.iter().try_for_each(|folder| unfinished::take_back_all(folder))
        })
        .await
    }

    fn of(&self, tenant: TenantId) -> PathBuf {
        self.folder.join(tenant.to_string())
    }
}
