//! Faults: what goes wrong, where, and for how long. A test can set them at any time. Each request meets the fault that is set
//! when it comes in.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A fault that a request can meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The request is accepted, not done, and never answered.
    Stall,
    /// The request is done, and never answered.
    Mute,
    /// The request is done after this delay.
    Slow(Duration),
    /// The socket is closed at once. A new one is closed before anything is read, and an open one when its next request is
    /// read.
    Refuse,
    /// The request is done. The headers and half of the body of its answer are sent, and then the socket is closed.
    Cut,
    /// 404, as for a missing database.
    NotFound,
    /// 429.
    TooMany,
    /// 500.
    Broken,
    /// 200 with an HTML page, as from a captive portal.
    Garbage,
    /// Writing statements fail as on a full disk.
    Full,
    /// Every statement fails as on a damaged file.
    Corrupt,
}

/// The requests that meet a fault.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Those to every database. A fault of a single database has priority.
    Databases,
    /// Those to one database, by its key: the namespace, or the first label of its host.
    Database(String),
    /// Those to the API that creates and deletes databases.
    Control,
}

impl Scope {
    /// The requests to one database.
    pub fn database(key: impl Into<String>) -> Self {
        Self::Database(key.into())
    }
}

/// The faults of one server. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    planned: HashMap<Scope, Planned>,
    met: HashMap<Scope, u64>,
}

#[derive(Debug)]
struct Planned {
    fault: Fault,
    /// Number of requests that pass before without the fault.
    spared: u64,
    /// Number of requests that still meet it. `None` means all, until it is cleared.
    left: Option<u64>,
}

impl Faults {
    /// Sets a fault until it is cleared.
    pub fn set(&self, scope: Scope, fault: Fault) {
        self.state().planned.insert(scope, Planned { fault, spared: 0, left: None });
    }

    /// Sets a fault for the next `requests` requests.
    pub fn next(&self, requests: u64, scope: Scope, fault: Fault) {
        self.state().planned.insert(scope, Planned { fault, spared: 0, left: Some(requests) });
    }

    /// Sets a fault for one request only, after `spared` requests without it.
    pub fn after(&self, spared: u64, scope: Scope, fault: Fault) {
        self.state().planned.insert(scope, Planned { fault, spared, left: Some(1) });
    }

    /// Clears the fault of a scope. Requests that are stalled stay stalled.
    pub fn clear(&self, scope: &Scope) {
        self.state().planned.remove(scope);
    }

    /// Clears all faults.
    pub fn clear_all(&self) {
        self.state().planned.clear();
    }

    /// Number of requests that have met a fault of this scope.
    #[must_use]
    pub fn met(&self, scope: &Scope) -> u64 {
        self.state().met.get(scope).copied().unwrap_or_default()
    }

    /// Returns the fault that a request meets, and counts it.
    pub(crate) fn meet(&self, scope: &Scope) -> Option<Fault> {
        let mut state = self.state();
        let wider = matches!(scope, Scope::Database(_)).then_some(&Scope::Databases);
        let found = [Some(scope), wider].into_iter().flatten().find(|scope| state.planned.contains_key(scope))?;
        state.meet(found)
    }

    /// Whether a socket must be closed before anything is read from it. If so, it is counted.
    pub(crate) fn refuses(&self, scope: &Scope) -> bool {
        let mut state = self.state();
        let refuses = state.planned.get(scope).is_some_and(|planned| planned.fault == Fault::Refuse);
        refuses && state.meet(scope).is_some()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn meet(&mut self, scope: &Scope) -> Option<Fault> {
        let planned = self.planned.get_mut(scope)?;
        if planned.spared > 0 {
            planned.spared -= 1;
            return None;
        }
        let fault = planned.fault;
        planned.left = planned.left.map(|left| left.saturating_sub(1));
        if planned.left == Some(0) {
            self.planned.remove(scope);
        }
        *self.met.entry(scope.clone()).or_default() += 1;
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_for_as_many_requests_as_said() {
        let faults = Faults::default();
        faults.next(2, Scope::database("a"), Fault::Broken);
        let met: Vec<_> = (0..3).map(|_| faults.meet(&Scope::database("a"))).collect();
        assert_eq!(met, [Some(Fault::Broken), Some(Fault::Broken), None]);
        assert_eq!(faults.met(&Scope::database("a")), 2);
    }

    #[test]
    fn a_fault_may_come_later() {
        let faults = Faults::default();
        faults.after(2, Scope::Control, Fault::Mute);
        let met: Vec<_> = (0..4).map(|_| faults.meet(&Scope::Control)).collect();
        assert_eq!(met, [None, None, Some(Fault::Mute), None]);
    }

    #[test]
    fn a_databases_own_fault_comes_before_that_of_all_and_the_control_plane_has_its_own() {
        let faults = Faults::default();
        faults.set(Scope::Databases, Fault::Stall);
        faults.set(Scope::database("a"), Fault::Cut);
        assert_eq!(faults.meet(&Scope::database("a")), Some(Fault::Cut));
        assert_eq!(faults.meet(&Scope::database("b")), Some(Fault::Stall));
        assert_eq!(faults.meet(&Scope::Control), None);
        faults.clear(&Scope::Databases);
        assert_eq!(faults.meet(&Scope::database("b")), None);
    }
}
