//! Rights on a database. Each kind of server has its own check.

use crate::refusal::Refusal;

/// What a request may do with its database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
    /// To read it from within another database. No request has this right here.
    AttachRead,
}

/// Checks the `Authorization` of a request.
pub(crate) trait Gate: Send + Sync + 'static {
    /// Returns what `authorization` allows on the database `key`. `own_key` is the public key of this database, if one was set.
    /// It replaces the server's key.
    fn admit(&self, key: &str, own_key: Option<&str>, authorization: Option<&str>) -> Result<Access, Refusal>;
}

impl Access {
    /// Refuses `wanted` if this access does not allow it.
    pub(crate) fn allows(self, wanted: Self, key: &str) -> Result<(), Refusal> {
        if wanted == Self::Read || (wanted == Self::Write && self == Self::Write) {
            return Ok(());
        }
        // The wrong grammar is libsql-server's.
        Err(Refusal::forbidden(&format!("Current session doesn't not have {wanted:?} permission to namespace {key}")))
    }
}
