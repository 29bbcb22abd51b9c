//! Durable file operations. After a power cut, a file that was created, renamed or removed is still created, renamed or
//! removed.

use std::{
    ffi::OsStr,
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use crate::{Result, is_database_name};

/// The name of a file while it is being written. Afterwards the file is renamed to `path`.
pub fn beside(path: &Path) -> PathBuf {
    with_suffix(path, ".new")
}

/// Syncs the folder of a file. A new, renamed or removed name is durable only after that.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

/// Creates the folder of a file, durably.
pub fn make_folder_of(path: &Path) -> io::Result<()> {
    let Some(folder) = path.parent().filter(|folder| !folder.is_dir()) else { return Ok(()) };
    fs::create_dir_all(folder)?;
    sync_folder(folder)
}

/// Copies a file durably, with access for this system user only. `to` exists only once the copy is complete.
pub fn copy_whole(from: &Path, to: &Path) -> io::Result<()> {
    let new = beside(to);
    let mut copy = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    io::copy(&mut File::open(from)?, &mut copy)?;
    copy.sync_all()?;
    fs::rename(&new, to)?;
    sync_folder(to)
}

/// Removes a database's files, durably. Missing files are not an error.
pub fn remove_database(path: &Path) -> Result<()> {
    let new = beside(path);
    let all =
        [with_suffix(path, "-wal"), with_suffix(path, "-shm"), with_suffix(path, "-journal"), new, path.to_owned()];
    for file in all {
        match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    match sync_folder(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// The main files of all databases in the subfolders of a folder. A database is listed even if only its `-wal`, `-shm`,
/// `-journal` or `.new` file is left. Other files are ignored. A missing folder is empty.
pub fn databases_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for inner in entries(folder)? {
        if inner.is_dir() {
            found.extend(entries(&inner)?.iter().filter_map(|file| database_of(file)));
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// The copies of the catalog in a backups folder, the newest first.
pub fn catalog_copies(backups: &Path) -> io::Result<Vec<PathBuf>> {
    let is_copy = |file: &PathBuf| {
        let name = file.file_name().and_then(OsStr::to_str).unwrap_or_default();
        let time = name.strip_prefix("catalog-").and_then(|rest| rest.strip_suffix(".db"));
        time.is_some_and(|time| time.starts_with(|first: char| first.is_ascii_digit()))
    };
    let mut copies = entries(backups)?;
    copies.retain(is_copy);
    copies.sort_unstable_by(|one, other| other.cmp(one)); // the time in the name sorts them
    Ok(copies)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        entries => entries?.map(|entry| entry.map(|entry| entry.path())).collect(),
    }
}

/// Suffixes of the files that a database can have beside its main file.
const COMPANIONS: [&str; 4] = ["-wal", "-shm", "-journal", ".new"];

/// The main file of the database that a file belongs to. `None` means that it belongs to no database.
fn database_of(file: &Path) -> Option<PathBuf> {
    let name = file.file_name().and_then(OsStr::to_str)?;
    let main = COMPANIONS.iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name);
    is_database_name(main.strip_suffix(".db")?).then(|| file.with_file_name(main))
}

/// Moves all files of a database into a folder, the main file last, and returns the new path of the main file. Fails before it
/// moves anything if one of the new names is taken. A database without its log lacks the latest writes. After a crash half-way,
/// a second call moves the rest.
pub fn move_database(path: &Path, folder: &Path) -> Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let to = folder.join(path.file_name().unwrap_or_default());
    let is_there = |path: &Path| fs::symlink_metadata(path).is_ok();
    let all = COMPANIONS.into_iter().chain([""]).map(|suffix| [path, &to].map(|path| with_suffix(path, suffix)));
    let moves: Vec<_> = all.filter(|[from, _]| is_there(from)).collect();
    if let Some(taken) = moves.iter().map(|[_, to]| to).chain([&to]).find(|to| is_there(to)) {
        return Err(io::Error::other(format!("{} is there already", taken.display())).into());
    }
    for [from, to] in &moves {
        fs::rename(from, to)?;
    }
    sync_folder(&to)?;
    sync_folder(path)?;
    Ok(to)
}

/// The path with `suffix` appended to its name.
pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut file = path.as_os_str().to_owned();
    file.push(suffix);
    file.into()
}
