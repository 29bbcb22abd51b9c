//! Kinds of damage to a file, and its repair.

use std::{
    fs,
    io::{Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use domain::Ailment;

/// A kind of damage to a database file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Injury {
    Missing,
    Folder,
    Half,
    Stub,
    Empty,
    Text,
    FileHeader,
    PageSize,
    SchemaPage,
    PageOfUsers,
    PageOfMigrations,
}

/// A damaged file, and an intact copy in another place.
pub(super) struct Hurt {
    file: PathBuf,
    whole: tempfile::TempDir,
}

/// The first bytes of a damaged page. SQLite takes it for no known kind of page.
const NONSENSE: [u8; 16] = [0xff; 16];

impl Injury {
    /// Damages a file that no process has open.
    pub(super) async fn inflict(self, file: &Path) -> Hurt {
        let whole = tempfile::tempdir().unwrap();
        fs::copy(file, whole.path().join("whole.db")).unwrap();
        let length = fs::metadata(file).unwrap().len();
        match self {
            Self::Missing => fs::remove_file(file).unwrap(),
            Self::Folder => {
                fs::remove_file(file).unwrap();
                fs::create_dir(file).unwrap();
            }
            Self::Half => cut(file, length / 2),
            Self::Stub => cut(file, 50),
            Self::Empty => cut(file, 0),
            Self::Text => fs::write(file, "this is no database, whatever its name says".repeat(200)).unwrap(),
            Self::FileHeader => overwrite(file, 0),
            Self::PageSize => overwrite(file, 16),
            Self::SchemaPage => overwrite(file, 100), // the header of the first page follows the header of the file
            Self::PageOfUsers => overwrite(file, page_of(file, "users").await),
            Self::PageOfMigrations => overwrite(file, page_of(file, "migrations").await),
        }
        Hurt { file: file.to_owned(), whole }
    }

    /// The doctor's finding for the damage.
    pub(super) fn ailment(self) -> Ailment {
        if self == Self::Missing { Ailment::Missing } else { Ailment::Damaged }
    }

    /// The error's text for the damage in the log.
    pub(super) fn named(self) -> &'static str {
        match self {
            Self::Missing => "the database does not exist where the catalog has it",
            Self::Folder => "the database is damaged: what is in its place is no file",
            _ => "the database is damaged: ",
        }
    }
}

impl Hurt {
    /// Puts the intact file back.
    pub(super) fn heal(self) {
        if self.file.is_dir() {
            fs::remove_dir(&self.file).unwrap();
        }
        fs::copy(self.whole.path().join("whole.db"), &self.file).unwrap();
    }
}

fn cut(file: &Path, length: u64) {
    fs::File::options().write(true).open(file).unwrap().set_len(length).unwrap();
}

fn overwrite(file: &Path, at: u64) {
    let mut file = fs::File::options().write(true).open(file).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(&NONSENSE).unwrap();
}

/// The position of a table's first page.
async fn page_of(file: &Path, table: &str) -> u64 {
    let database = libsql::Builder::new_local(file).build().await.unwrap().connect().unwrap();
    let first = "SELECT (rootpage - 1) * page_size FROM sqlite_schema, pragma_page_size() WHERE name = ?1";
    let row = database.query(first, [table]).await.unwrap().next().await.unwrap().unwrap();
    u64::try_from(*row.get_value(0).unwrap().as_integer().unwrap()).unwrap()
}
