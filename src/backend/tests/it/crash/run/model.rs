//! The expected state after the deeds that were done, and the choice of the next deed.

use std::collections::BTreeMap;

use super::{
    deed::{Deed, KEPT, What},
    random::Chance,
};

/// All tenants that ever existed.
#[derive(Debug, Clone, Default)]
pub(super) struct Model(pub(super) BTreeMap<String, Tenant>);

/// Usernames and display names.
pub(super) type People = BTreeMap<String, Option<String>>;

/// One tenant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tenant {
    pub(super) is_gone: bool,
    pub(super) is_suspended: bool,
    pub(super) called: String,
    pub(super) people: People,
    /// The backups, the oldest first: the file of each, and the display name and the users in it.
    pub(super) backups: Vec<(String, String, People)>,
    /// The copies that moves and restores kept, the oldest first.
    pub(super) kept: Vec<People>,
}

/// The most tenants at the same time (`TENANTS`), and the most users in each (`PEOPLE`).
const TENANTS: usize = 12;
const PEOPLE: usize = 20;

impl Model {
    /// Applies a deed that is done and made this backup.
    pub(super) fn apply(&mut self, deed: &Deed, file: Option<String>) {
        self.0.entry(deed.tenant.clone()).or_default().apply(deed, file);
    }

    /// Chooses a deed that is possible now.
    pub(super) fn next(&self, chance: &mut Chance) -> Deed {
        let of = |is_gone: bool| self.0.iter().filter(move |(_, tenant)| tenant.is_gone == is_gone);
        let (there, gone): (Vec<_>, Vec<_>) = (of(false).collect(), of(true).collect());
        let roll = chance.below(100);
        let new = || Deed { tenant: format!("t{}", self.0.len()), what: What::SignUp };
        let Some((name, tenant)) = chance.one_of(&there) else { return new() };
        match (roll, chance.one_of(&gone)) {
            (0..3, _) if there.len() < TENANTS => new(),
            (3..8, Some((name, _))) if there.len() < TENANTS => Deed { tenant: (*name).clone(), what: What::BringBack },
            (8..11, _) if there.len() > 3 => Deed { tenant: (*name).clone(), what: What::Delete },
            _ => Deed { tenant: (*name).clone(), what: tenant.next(roll, chance) },
        }
    }
}

impl Tenant {
    fn next(&self, roll: usize, chance: &mut Chance) -> What {
        let users: Vec<_> = self.people.keys().filter(|&name| name != "root").cloned().collect();
        let word = format!("Called {}", chance.below(1_000_000));
        match (roll, chance.one_of(&users)) {
            (11..15, _) if users.len() < PEOPLE => What::Add(format!("u{}", chance.next())),
            (15..17, Some(user)) => What::Remove(user.clone()),
            (17..25, _) if self.is_suspended => What::Resume,
            (17..22, _) => What::Suspend,
            (25..35, _) => What::Rename(word),
            (35..47, _) => What::BackUp,
            (47..54, _) if !self.backups.is_empty() => What::Restore,
            (54..59, _) if !self.kept.is_empty() => What::Undo,
            (59..62, _) => What::ForgetCopies,
            (_, user) => What::Call { user: user.cloned().unwrap_or_else(|| "root".into()), name: word },
        }
    }

    fn apply(&mut self, deed: &Deed, file: Option<String>) {
        match &deed.what {
            What::SignUp => {
                self.called.clone_from(&deed.tenant);
                self.people.insert("root".into(), None);
            }
            What::Add(user) => drop(self.people.insert(user.clone(), None)),
            What::Call { user, name } => drop(self.people.insert(user.clone(), Some(name.clone()))),
            What::Remove(user) => drop(self.people.remove(user)),
            What::Rename(called) => self.called.clone_from(called),
            What::Suspend => self.is_suspended = true,
            What::Resume => self.is_suspended = false,
            What::BackUp => {
                self.backed_up(file);
                self.retain(KEPT);
            }
            What::Restore => {
                let (_, _, people) = self.backups.last().cloned().unwrap_or_default();
                self.kept.push(std::mem::replace(&mut self.people, people));
            }
            What::Undo => {
                let last = self.kept.pop().unwrap_or_default();
                self.kept.push(std::mem::replace(&mut self.people, last));
            }
            What::ForgetCopies => self.kept.clear(),
            What::Delete => {
                self.backed_up(file);
                *self = Self { is_gone: true, backups: std::mem::take(&mut self.backups), ..Self::default() };
            }
            What::BringBack => {
                let (_, called, people) = self.backups.last().cloned().unwrap_or_default();
                *self = Self { called, people, backups: std::mem::take(&mut self.backups), ..Self::default() };
            }
        }
    }

    /// Adds a backup of the present state.
    pub(super) fn backed_up(&mut self, file: Option<String>) {
        self.backups.push((file.unwrap_or_default(), self.called.clone(), self.people.clone()));
    }

    /// Removes the oldest backups until at most `most` are left.
    pub(super) fn retain(&mut self, most: usize) {
        self.backups.drain(..self.backups.len().saturating_sub(most));
    }
}
