//! Checks a folder after a life: compares what was acknowledged with what is there.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use backend::{Ambient, Backend, Clock, CrashPoints, Error, Operation, Operator, Outcome};
use domain::{TenantName, TenantState};
use jiff::{SignedDuration, Timestamp};

use super::{
    super::look,
    Report,
    deed::{Deed, KEPT, What},
    journal::{Entry, Journal, Part, write},
    life,
    model::{Model, People, Tenant},
};

/// A clock that is two minutes ahead, because the doctor ignores what began a moment ago.
struct Later;

impl Clock for Later {
    fn now(&self) -> Timestamp {
        Ambient.now() + SignedDuration::from_mins(2)
    }
}

/// The folder, opened as after a restart.
pub(super) struct Inspection<'a> {
    folder: &'a Path,
    backend: Backend,
    operator: Operator,
}

/// The visible state of a tenant.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    /// The display name, whether the tenant is suspended, and its users. `None` means that there is no such tenant.
    there: Option<(String, bool, People)>,
    is_free: bool,
    backups: BTreeSet<String>,
    kept: usize,
}

impl<'a> Inspection<'a> {
    pub(super) async fn of(folder: &'a Path) -> Self {
        let (backend, operator) = life::open(folder, CrashPoints::default(), Arc::new(Later)).await;
        Self { folder, backend, operator }
    }

    /// Compares what is there with the journal, and writes the result of an interrupted deed to the journal.
    pub(super) async fn look(&self, journal: &Journal, report: &mut Report) {
        let story = journal.read();
        if let Some(deed) = &story.pending {
            match self.what_came_of(deed, &story.model).await {
                Ok(entry) => write(&mut journal.open(), &entry),
                Err(found) => report.lost.push(format!("{deed:?} was broken off and left {found:?}")),
            }
        }
        for (name, tenant) in &journal.read().model.0 {
            let (is, must) = (self.see(name).await, Seen::by(tenant));
            if is != must {
                report.lost.push(format!("{name} is {is:?} and must be {must:?}"));
            }
        }
    }

    /// Finds out which of the possible results an interrupted deed had.
    async fn what_came_of(&self, deed: &Deed, before: &Model) -> Result<Entry, Seen> {
        let seen = self.see(&deed.tenant).await;
        let known = before.0.get(&deed.tenant).cloned().unwrap_or_default();
        let new = seen.backups.iter().find(|file| !known.backups.iter().any(|(known, ..)| known == *file)).cloned();
        let in_part = new.iter().filter(|_| matches!(deed.what, What::BackUp | What::Delete));
        let most = known.backups.len() + 1;
        let in_part = in_part.flat_map(|file| (KEPT.min(most)..=most).map(|most| Part::BackUp(file.clone(), most)));
        let kept = (deed.what == What::ForgetCopies).then(|| (1..known.kept.len()).map(Part::Kept));
        let parts = in_part.chain(kept.into_iter().flatten()).chain([Part::Whole(new.clone())]);
        let is_it = |part: &Part| {
            let mut after = before.clone();
            part.apply(&mut after, deed);
            seen == Seen::by(&after.0[&deed.tenant])
        };
        if seen == before.0.get(&deed.tenant).map_or_else(Seen::nothing, Seen::by) {
            return Ok(Entry::Void);
        }
        parts.into_iter().find(is_it).map(Entry::Became).ok_or(seen)
    }

    async fn see(&self, tenant: &str) -> Seen {
        let name: TenantName = tenant.parse().unwrap();
        let shown = match self.operator.run(Operation::TenantShow(name.clone())).await {
            Ok(Outcome::Tenant(view)) => Some(view),
            Err(Error::UnknownTenant) => None,
            other => panic!("{tenant} cannot be shown: {other:?}"),
        };
        let Ok(Outcome::Backups(backups)) = self.operator.run(Operation::BackupList(Some(name.clone()))).await else {
            panic!("the backups of {tenant} cannot be listed")
        };
        let id = shown.as_ref().map(|view| view.id.to_string());
        let kept = look::databases(self.folder).await;
        let kept = kept.iter().filter(|known| known.state == "kept" && Some(&known.tenant) == id.as_ref()).count();
        let there = match shown {
            Some(view) => {
                let people = look::people(&self.operator, tenant).await.into_iter().collect();
                Some((view.display_name.to_string(), view.state == TenantState::Suspended, people))
            }
            None => None,
        };
        let backups = backups.into_iter().map(|backup| backup.file).collect();
        Seen { there, is_free: self.backend.ensure_name_is_free(&name).is_ok(), backups, kept }
    }

    /// Counts leftovers before and after a repair by the doctor. At the end of the run, it restores each backup in a drill.
    pub(super) async fn end(self, is_last: bool, report: &mut Report) {
        report.orphans.extend(look::orphans(self.folder).await);
        let found = look::findings(&self.operator, true).await;
        report.orphans.extend(found.iter().map(|finding| format!("{finding:?}")));
        report.orphans.extend(look::orphans(self.folder).await);
        if is_last {
            let Ok(Outcome::Backups(all)) = self.operator.run(Operation::BackupList(None)).await else { panic!() };
            for backup in all {
                self.operator.run(Operation::BackupDrill(Some(backup.file.into()))).await.unwrap();
                report.drills += 1;
            }
        }
        self.backend.close().await;
    }
}

impl Seen {
    /// The state of a tenant that never existed.
    fn nothing() -> Self {
        Self { there: None, is_free: true, backups: BTreeSet::new(), kept: 0 }
    }

    fn by(tenant: &Tenant) -> Self {
        let there = (tenant.called.clone(), tenant.is_suspended, tenant.people.clone());
        Self {
            there: (!tenant.is_gone).then_some(there),
            is_free: false,
            backups: tenant.backups.iter().map(|(file, ..)| file.clone()).collect(),
            kept: tenant.kept.len(),
        }
    }
}
