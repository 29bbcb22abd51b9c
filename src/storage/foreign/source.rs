//! Copies the foreign file. Its first bytes say what kind of file it is, and a log or journal beside it is refused. No other
//! file is opened, and nothing is changed in the original. Blocking.

use std::{
    fs::{self, File, FileType, Metadata, OpenOptions},
    io::{self, Read},
    os::unix::fs::{FileTypeExt, OpenOptionsExt},
    path::Path,
};

use rustix::fs::OFlags;

use super::Refusal;
use crate::{StorageError, chain, files::with_suffix};

/// Largest file that is accepted, in bytes, after unpacking.
const LARGEST: u64 = 64 << 30;

/// Copies a file to a path that does not exist yet. Unpacks a zstd archive.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), Refusal> {
    let file = open(from)?;
    refuse_companions(from)?;
    let before = file.metadata().map_err(said)?;
    copy_bytes(&file, to, room(to))?;
    refuse_companions(from)?;
    if is_changed(&before, &file.metadata().map_err(said)?) {
        return Err("it was written while it was copied: close the program that uses it".to_owned());
    }
    Ok(())
}

/// Opens a regular file. Opening a FIFO would block, and opening a device might have an effect.
fn open(path: &Path) -> Result<File, Refusal> {
    let found = fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => error.to_string(),
    })?;
    refuse_special(found.file_type())?;
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY; // in case it has become a FIFO since
    let file = OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path).map_err(said)?;
    refuse_special(file.metadata().map_err(said)?.file_type())?;
    Ok(file)
}

fn refuse_special(kind: FileType) -> Result<(), Refusal> {
    let what = match kind {
        kind if kind.is_file() => return Ok(()),
        kind if kind.is_dir() => "it is a folder",
        kind if kind.is_fifo() => "it is a pipe (FIFO): write what comes out of it to a file, and name that",
        kind if kind.is_socket() => "it is a socket",
        _ => "it is a device",
    };
    Err(what.to_owned())
}

/// Refuses a file with a journal or log beside it. Without that, the file may lack its latest writes or be half written.
fn refuse_companions(named: &Path) -> Result<(), Refusal> {
    let meant = fs::canonicalize(named).map_err(said)?; // SQLite looks beside the target of a link
    for file in [named, &meant] {
        for suffix in ["-wal", "-journal"] {
            let companion = with_suffix(file, suffix);
            if fs::symlink_metadata(&companion).is_ok_and(|found| found.len() > 0) {
                return Err(format!(
                    "{} is beside it, so the file may not be whole: close the program that uses it, or make a copy with \
                     `freehold export` or VACUUM INTO, and import that copy",
                    companion.display()
                ));
            }
        }
    }
    Ok(())
}

fn is_changed(before: &Metadata, after: &Metadata) -> bool {
    before.len() != after.len() || before.modified().ok() != after.modified().ok()
}

/// How many bytes may be copied: at most half of the free space. The rows are written a second time, and other tenants are on
/// the same disk.
fn room(to: &Path) -> u64 {
    let folder = to.parent().unwrap_or(Path::new("."));
    rustix::fs::statvfs(folder).map_or(LARGEST, |disk| (disk.f_bavail * disk.f_frsize / 2).min(LARGEST))
}

fn copy_bytes(mut from: &File, to: &Path, most: u64) -> Result<(), Refusal> {
    let mut head = Vec::new();
    from.take(16).read_to_end(&mut head).map_err(said)?;
    let whole = head.as_slice().chain(&mut from);
    let source: Box<dyn Read> = match &*head {
        b"SQLite format 3\0" => Box::new(whole),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(zstd::Decoder::new(whole).map_err(said)?),
        head => return Err(other(head).to_owned()),
    };
    let mut copy = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(said)?;
    let copied = io::copy(&mut source.take(most + 1), &mut copy);
    match copied.map_err(|error| chain(&StorageError::from(error)))? {
        copied if copied <= most => Ok(()),
        _ if most == LARGEST => Err(format!("it has more than {LARGEST} bytes")),
        _ => Err("the disk of the data folder is too full for it: a file may take half of what is free".to_owned()),
    }
}

/// Says what a file is that is not a database.
fn other(head: &[u8]) -> &'static str {
    match head {
        [] => "it is empty",
        [0x1f, 0x8b, ..] => "it is compressed with gzip: unpack it first",
        head if head.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()) => {
            "it is a text, perhaps an SQL dump, and not a SQLite database"
        }
        _ => "it is not a SQLite database",
    }
}

fn said(error: io::Error) -> Refusal {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_larger_than_the_room_for_it_is_refused_packed_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let plain = [b"SQLite format 3\0".to_vec(), vec![0; 1 << 20]].concat();
        let packed = zstd::encode_all(&*plain, 3).unwrap();
        assert!(packed.len() < 1000, "a small file that is a large one");
        for (name, content) in [("plain", &plain), ("packed", &packed)] {
            let file = folder.path().join(name);
            fs::write(&file, content).unwrap();
            let copied = |most| {
                let to = folder.path().join(format!("{name}-{most}"));
                copy_bytes(&File::open(&file).unwrap(), &to, most).map(|()| fs::read(to).unwrap())
            };
            let most = plain.len() as u64;
            assert!(copied(most).unwrap() == plain);
            assert!(copied(most - 1).unwrap_err().contains("too full"), "{name}");
        }
    }

    #[test]
    fn a_companion_where_a_link_leads_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("far")).unwrap();
        fs::write(at("far/a.db"), "SQLite format 3\0").unwrap();
        std::os::unix::fs::symlink(at("far/a.db"), at("b.db")).unwrap();
        copy(&at("b.db"), &at("first")).unwrap();
        fs::write(at("far/a.db-wal"), "frames").unwrap();
        assert!(copy(&at("b.db"), &at("second")).unwrap_err().contains("a.db-wal"));
    }
}
