//! The journal: a file of lines. A process that is killed leaves in it what it has written.

use std::{
    fs::{File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{deed::Deed, model::Model};

/// Where it is.
pub(super) struct Journal(PathBuf);

/// A line of it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Entry {
    /// A deed is about to be done.
    Begun(Deed),
    /// It is acknowledged; it made this backup.
    Done(Option<String>),
    /// It was broken off, and is not done.
    Void,
    /// It was broken off, and all the same it is done, as this says.
    Became(Part),
}

/// What came of a deed that was broken off.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Part {
    /// All of it; it made this backup.
    Whole(Option<String>),
    /// A backup was made and of those before so many were kept with it. Nothing else.
    BackUp(String, usize),
    /// Of its copies so many are kept still, the latest ones.
    Kept(usize),
}

/// What a journal tells.
#[derive(Default)]
pub(super) struct Story {
    pub(super) model: Model,
    /// What was begun and not ended.
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

    /// One that takes further lines.
    pub(super) fn open(&self) -> File {
        OpenOptions::new().create(true).append(true).open(&self.0).unwrap()
    }

    /// What it tells.
    pub(super) fn read(&self) -> Story {
        let text = std::fs::read_to_string(&self.0).unwrap_or_default();
        let mut story = Story::default();
        text.lines().for_each(|line| story.hear(serde_json::from_str(line).unwrap()));
        story
    }
}

/// Writes a line, in one piece.
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
    /// That is what there is now.
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
