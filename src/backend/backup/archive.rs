//! The folder of backups: `<tenant id>/<time>-<name>.db.zst` and `.json`.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use domain::{TenantId, TenantName};

use super::{
    Retention,
    manifest::{About, Backup, FORM, Manifest},
    packing,
};
use crate::{
    Error,
    storage::{
        Image, StorageError,
        local::{beside, blocking, make_folder_of, sync_folder},
    },
};

/// A folder of backups.
#[derive(Debug, Clone)]
pub(crate) struct Archive(PathBuf);

impl Archive {
    /// The folder, by its whole path: a command that is told of a file has another working folder.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self(std::path::absolute(&folder).unwrap_or(folder))
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.0
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
        let new = beside(&file);
        let (plain, packed) = packing::pack(image.path(), &new)?;
        fs::rename(&new, &file)?;
        let manifest = Manifest {
            form: FORM,
            about,
            bytes: plain.bytes,
            sha256: plain.sha256,
            compressed_bytes: packed.bytes,
            compressed_sha256: packed.sha256,
        };
        write_manifest(&manifest, &manifest_of(&file))?;
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
        latest.ok_or_else(|| Error::Refused(format!("There is no backup of {name} in {}.", self.0.display())))
    }

    /// All backups there are, the oldest first.
    pub(crate) async fn all(&self) -> Result<Vec<Backup>, StorageError> {
        let archive = self.clone();
        blocking(move || archive.read_all()).await
    }

    fn read_all(&self) -> Result<Vec<Backup>, StorageError> {
        let mut found = Vec::new();
        for folder in files_in(&self.0)? {
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
            for backup in &over {
                fs::remove_file(manifest_of(&backup.file))?; // first: what has no manifest is no backup
                fs::remove_file(&backup.file)?;
            }
            Ok(over.len() as u64)
        })
        .await
    }

    /// Removes what of the catalog's copies need not be kept.
    pub(crate) async fn retain_catalogs(&self, retention: Retention) -> Result<(), StorageError> {
        let folder = self.0.clone();
        blocking(move || {
            let name =
                |file: &PathBuf| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("catalog-"));
            let mut copies: Vec<_> = files_in(&folder)?.into_iter().filter(name).collect();
            copies.sort(); // their names begin with their times
            Ok(retention.over(copies).iter().try_for_each(fs::remove_file)?)
        })
        .await
    }

    fn of(&self, tenant: TenantId) -> PathBuf {
        self.0.join(tenant.to_string())
    }
}

/// The manifest beside a compressed database; of a manifest, itself.
fn manifest_of(file: &Path) -> PathBuf {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let stem = name.trim_end_matches(".json").trim_end_matches(".db.zst");
    file.with_file_name(format!("{stem}.json"))
}

fn write_manifest(manifest: &Manifest, to: &Path) -> Result<(), StorageError> {
    let new = beside(to);
    let text = serde_json::to_vec_pretty(manifest).map_err(std::io::Error::from)?;
    fs::write(&new, text)?;
    fs::File::open(&new)?.sync_all()?;
    fs::rename(&new, to)?;
    Ok(sync_folder(to)?)
}

/// The backups in one folder. One whose manifest cannot be read is none.
fn read_folder(folder: &Path) -> Result<Vec<Backup>, StorageError> {
    let mut found = Vec::new();
    for file in files_in(folder)?.iter().filter(|file| file.extension().is_some_and(|end| end == "json")) {
        match read(file) {
            Ok(backup) => found.push(backup),
            Err(why) => tracing::warn!(file = %file.display(), why, "a backup's manifest cannot be read"),
        }
    }
    Ok(found)
}

fn read(manifest: &Path) -> Result<Backup, String> {
    let text = fs::read(manifest).map_err(|error| error.to_string())?;
    let read: Manifest = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    if read.form != FORM {
        return Err(format!("it is of form {}, and this program reads {FORM}", read.form));
    }
    Ok(Backup { file: manifest.with_extension("db.zst"), manifest: read })
}

/// What is in a folder; one that is not there is empty.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, StorageError> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}
