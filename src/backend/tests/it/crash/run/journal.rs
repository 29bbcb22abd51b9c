//! The journal: a file with one entry on each line. The lines that a process has written are kept when it is killed.

use std::{
    fs::{File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{deed::Deed, model::Model};

/// The path of the journal.
pub(super) struct Journal(PathBuf);

/// An entry of the journal.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Entry {
    /// A deed is about to run.
    Begun(Deed),
    /// The deed was acknowledged. It made this backup.
    Done(Option<String>),
    /// The deed was interrupted and has changed nothing.
    Void,
    /// The deed was interrupted and had this result.
    Became(Part),
}

/// The result of an interrupted deed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Part {
    /// The deed is done completely. It made this backup.
    Whole(Option<String>),
    /// The deed made this backup, and so many backups are left in all. Nothing else is done.
    BackUp(String, usize),
    /// This many of the kept copies are left, the latest ones.
    Kept(usize),
}

/// The content of a journal.
#[derive(Default)]
pub(super) struct Story {
    pub(super) model: Model,
    /// The deed that was begun and has no result yet.
    pub(super) pending: Option<Deed>,
    pub(super) begun: usize,
    pub(super) acknowledged: usize,
}

impl Journal {
    pub(super) fn at(path: PathBuf) -> Self {
        Self(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Opens the journal to append entries.
    pub(super) fn open(&self) -> File {
        OpenOptions::new().create(true).append(true).open(&self.0).unwrap()
    }

    /// Reads the journal.
    pub(super) fn read(&self) -> Story {
        let text = std::fs::read_to_string(&self.0).unwrap_or_default();
        let mut story = Story::default();
        text.lines().for_each(|line| story.hear(serde_json::from_str(line).unwrap()));
        story
    }
}

/// Writes an entry with a single write.
pub(super) fn write(journal: &mut File, entry: &Entry) {
    let line = serde_json::to_string(entry).unwrap() + "\n";
    journal.write_all(line.as_bytes()).unwrap();
}

impl Story {
    fn hear(&mut self, entry: Entry) {
        if let Entry::Begun(deed) = entry {
            self.begun += 1;
            self.pending = Some(deed);
            return;
        }
        let deed = self.pending.take().unwrap();
        match entry {
            Entry::Done(file) => {
                self.acknowledged += 1;
                self.model.apply(&deed, file);
            }
            Entry::Became(part) => part.apply(&mut self.model, &deed),
            Entry::Void | Entry::Begun(_) => {}
        }
    }
}

impl Part {
    /// Applies this result to the model.
    pub(super) fn apply(&self, model: &mut Model, deed: &Deed) {
        match self {
            Self::Whole(file) => model.apply(deed, file.clone()),
            Self::BackUp(file, most) => {
                let tenant = model.0.entry(deed.tenant.clone()).or_default();
                tenant.backed_up(Some(file.clone()));
                tenant.retain(*most);
            }
            Self::Kept(count) => {
                let kept = &mut model.0.entry(deed.tenant.clone()).or_default().kept;
                kept.drain(..kept.len() - count);
            }
        }
    }
}
