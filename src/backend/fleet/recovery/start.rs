//! Checks the data folder before its catalog is opened, so that a lost catalog or a lost secret is never treated as a new
//! start. Each error names the file and says how to repair it.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use storage::{StorageError, chain, files, local};

use crate::{OpenError, Settings, fleet::catalog::Catalog, fleet::data_folder::DataFolder};

/// A data folder that is about to be opened.
pub(crate) struct Start<'a> {
    folder: &'a DataFolder,
    backups: PathBuf,
    secret: PathBuf,
}

impl<'a> Start<'a> {
    pub(crate) fn new(folder: &'a DataFolder, settings: &Settings) -> Self {
        let backups = settings.backups.clone().unwrap_or_else(|| folder.backups());
        let secret = settings.secret_file.clone().unwrap_or_else(|| folder.default_secret());
        Self { folder, backups: std::path::absolute(&backups).unwrap_or(backups), secret }
    }

    /// The path of the secret file.
    pub(crate) fn secret(&self) -> &Path {
        &self.secret
    }

    /// Refuses a folder whose catalog is lost. It changes nothing. Blocking.
    pub(crate) fn look(&self) -> Result<(), OpenError> {
        let catalog = self.folder.catalog();
        match fs::metadata(&catalog) {
            Ok(file) if file.len() == 0 => Err(self.refused("is empty (0 bytes).")),
            Ok(_) => self.look_at_the_log(&catalog),
            Err(error) if error.kind() != ErrorKind::NotFound => Err(self.folder.failed(error)),
            Err(_) if self.folder.restoring().exists() => {
                Err(self.refused("is missing: a `freehold catalog restore` was interrupted."))
            }
            Err(_) if has_log(&catalog) => Err(self.refused("is missing, and its log catalog.db-wal is there.")),
            Err(_) => match self.databases()? {
                0 => self.look_at_the_copies(),
                count => Err(self.refused(&format!("is missing, and {}.", self.holds(count)))),
            },
        }
    }

    /// Refuses a missing catalog if there are a secret and a copy of the catalog. Workspaces on remote storages leave no other
    /// file in the folder.
    fn look_at_the_copies(&self) -> Result<(), OpenError> {
        if fs::symlink_metadata(&self.secret).is_err() || self.newest_copy().is_none() {
            return Ok(());
        }
        Err(self.refused(&format!("is missing, and {} holds a copy of it.", self.backups.display())))
    }

    /// Refuses an empty catalog if the folder has databases. It was created after the right catalog was lost.
    pub(crate) fn fits(&self, catalog: &Catalog) -> Result<(), OpenError> {
        let is_new = catalog.is_new().map_err(|error| self.unusable(&error))?;
        match if is_new { self.databases()? } else { 0 } {
            0 => Ok(()),
            count => Err(self.refused(&format!("knows no workspace, but {}.", self.holds(count)))),
        }
    }

    /// Says why the catalog cannot be opened and how to repair it.
    pub(crate) fn unusable(&self, error: &StorageError) -> OpenError {
        let cannot = format!("cannot be opened: {}.", chain(error));
        match error {
            StorageError::Newer { .. } => self.told(&cannot, "It was used by a newer Freehold: run that one."),
            StorageError::Corrupt(_) | StorageError::Column { .. } | StorageError::Other { .. } => {
                self.refused(&cannot)
            }
            _ => self.told(&cannot, ""),
        }
    }

    /// Refuses a log that belongs to an earlier catalog. SQLite would apply it to the present one.
    fn look_at_the_log(&self, catalog: &Path) -> Result<(), OpenError> {
        if !has_log(catalog) {
            return Ok(());
        }
        if !local::keeps_a_log(catalog).map_err(|error| self.folder.failed(error))? {
            let foreign = "was put in place by hand, and the log catalog.db-wal beside it belongs to the catalog that was \
                           there before.";
            return Err(self.refused(foreign));
        }
        local::check(catalog, true).map_err(|error| self.unusable(&error))
    }

    fn databases(&self) -> Result<usize, OpenError> {
        files::databases_in(&self.folder.tenants()).map(|found| found.len()).map_err(|error| self.folder.failed(error))
    }

    fn holds(&self, count: usize) -> String {
        let databases = if count == 1 { "the database of a workspace" } else { "databases of workspaces" };
        format!("{} holds {count} {databases}", self.folder.tenants().display())
    }

    fn refused(&self, what: &str) -> OpenError {
        self.told(what, &self.remedy())
    }

    fn told(&self, what: &str, remedy: &str) -> OpenError {
        let text = format!("the catalog {} {what} Nothing was changed. {remedy}", self.folder.catalog().display());
        OpenError::Catalog(text.trim_end().to_owned())
    }

    fn newest_copy(&self) -> Option<PathBuf> {
        files::catalog_copies(&self.backups).unwrap_or_default().into_iter().find(|copy| !is_empty(copy))
    }

    fn remedy(&self) -> String {
        let data = shell(self.folder.root());
        match self.newest_copy() {
            Some(copy) => format!(
                "The newest copy of it is {}. This puts it back:\n  freehold catalog restore --data {data} {}",
                copy.display(),
                shell(&copy)
            ),
            None => format!(
                "There is no copy of it in {}. If there is one elsewhere, this puts it back:\n  \
                 freehold catalog restore --data {data} FILE\nWithout any copy: move {} to another location, start, and \
                 bring each workspace back with `freehold restore` from its backup, or with `freehold import` from its \
                 database.",
                self.backups.display(),
                self.folder.tenants().display()
            ),
        }
    }
}

fn is_empty(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|file| file.len() == 0)
}

fn has_log(catalog: &Path) -> bool {
    fs::metadata(catalog.with_extension("db-wal")).is_ok_and(|log| log.len() > 0)
}

/// Quotes a path for a shell, if that is necessary.
fn shell(path: &Path) -> String {
    let path = path.display().to_string();
    let is_plain = |letter: char| letter.is_alphanumeric() || "/._-:@+,=".contains(letter);
    if path.chars().all(is_plain) { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        assert_eq!(shell(Path::new("/srv/free-hold/a.db")), "/srv/free-hold/a.db");
        assert_eq!(shell(Path::new("/srv/it's mine")), r"'/srv/it'\''s mine'");
    }
}
