//! Files that last: what a new, renamed or removed name needs so that a power cut finds it as it was left.

use std::{
    ffi::OsStr,
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use crate::{Result, is_database_name};

/// The name under which a file is made before it gets its own.
pub fn beside(path: &Path) -> PathBuf {
    with_suffix(path, ".new")
}

/// Writes the folder that a name is in: only then does the name last.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

/// Makes the folder of a file, so that it lasts.
pub fn make_folder_of(path: &Path) -> io::Result<()> {
    let Some(folder) = path.parent().filter(|folder| !folder.is_dir()) else { return Ok(()) };
    fs::create_dir_all(folder)?;
    sync_folder(folder)
}

/// Copies a file, for this user alone: all of it is there under its name, and lasts, or nothing is.
pub fn copy_whole(from: &Path, to: &Path) -> io::Result<()> {
    let new = beside(to);
    let mut copy = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    io::copy(&mut File::open(from)?, &mut copy)?;
    copy.sync_all()?;
    fs::rename(&new, to)?;
    sync_folder(to)
}

/// Removes a database's files; none there is fine. When it returns, they stay away.
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

/// The copies of the catalog in a folder of backups, the newest first.
pub fn catalog_copies(backups: &Path) -> io::Result<Vec<PathBuf>> {
    let is_copy = |file: &PathBuf| {
        let name = file.file_name().and_then(OsStr::to_str).unwrap_or_default();
        let time = name.strip_prefix("catalog-").and_then(|rest| rest.strip_suffix(".db"));
        time.is_some_and(|time| time.starts_with(|first: char| first.is_ascii_digit()))
    };
    let mut copies = entries(backups)?;
    copies.retain(is_copy);
    copies.sort_unstable_by(|one, other| other.cmp(one)); // their names begin with their times
    Ok(copies)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        entries => entries?.map(|entry| entry.map(|entry| entry.path())).collect(),
    }
}

/// What a database has beside its main file.
const COMPANIONS: [&str; 4] = ["-wal", "-shm", "-journal", ".new"];

/// The main file of the database that a file belongs to; none where it belongs to none.
fn database_of(file: &Path) -> Option<PathBuf> {
    let name = file.file_name().and_then(OsStr::to_str)?;
    let main = COMPANIONS.iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name);
    is_database_name(main.strip_suffix(".db")?).then(|| file.with_file_name(main))
}

/// Moves all files of a database into a folder, the main one last; says where that is. Nothing there is replaced, and where
/// something would be, nothing is moved: a database without its log lacks what was written last. What a crash left half
/// moved is moved on.
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

/// The file beside a file whose name goes on so.
pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut file = path.as_os_str().to_owned();
    file.push(suffix);
    file.into()
}
