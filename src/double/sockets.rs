//! Counts what goes over a listener: accepted sockets, open sockets, the most that were open at once, and requests.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

/// The socket counts of one listener. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Sockets(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    accepted: AtomicUsize,
    open: AtomicUsize,
    most: AtomicUsize,
    requests: AtomicUsize,
}

impl Sockets {
    /// Number of sockets that were accepted since [`Self::forget`].
    #[must_use]
    pub fn accepted(&self) -> usize {
        self.0.accepted.load(SeqCst)
    }

    /// Number of sockets that are open now.
    #[must_use]
    pub fn open(&self) -> usize {
        self.0.open.load(SeqCst)
    }

    /// The most sockets that were open at once since [`Self::forget`].
    #[must_use]
    pub fn most(&self) -> usize {
        self.0.most.load(SeqCst)
    }

    /// Number of requests since [`Self::forget`], whatever their outcome. Always 0 for a [`crate::Proxy`], which reads none.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.0.requests.load(SeqCst)
    }

    /// Starts to count again. Accepted sockets and requests become 0, and the most becomes the number of sockets open now.
    pub fn forget(&self) {
        self.0.requests.store(0, SeqCst);
        self.0.accepted.store(0, SeqCst);
        self.0.most.store(self.open(), SeqCst);
    }

    /// Counts a request.
    pub(crate) fn asked(&self) {
        self.0.requests.fetch_add(1, SeqCst);
    }

    /// Counts an accepted socket. It counts as open until the guard is dropped.
    pub(crate) fn taken(&self) -> Open {
        self.0.accepted.fetch_add(1, SeqCst);
        let open = self.0.open.fetch_add(1, SeqCst) + 1;
        self.0.most.fetch_max(open, SeqCst);
        Open(self.clone())
    }
}

/// An open socket.
pub(crate) struct Open(pub(crate) Sockets);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.0.open.fetch_sub(1, SeqCst);
    }
}
