//! Who may do what with a database: a check that each kind of server brings along.

use crate::refusal::Refusal;

/// What a request may do with its database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
    /// To read it from within another database: nobody has that here.
    AttachRead,
}

/// Checks the `Authorization` of a request.
pub(crate) trait Gate: Send + Sync + 'static {
    /// What may be done with the database `key` by whoever sends `authorization`. `own_key` is the public key that stands
    /// in for the server's for this database, if one was set.
    fn admit(&self, key: &str, own_key: Option<&str>, authorization: Option<&str>) -> Result<Access, Refusal>;
}

impl Access {
    /// Refuses what the access is not enough for.
    pub(crate) fn allows(self, wanted: Self, key: &str) -> Result<(), Refusal> {
        if wanted == Self::Read || (wanted == Self::Write && self == Self::Write) {
            return Ok(());
        }
        // The grammar is libsql-server's.
        Err(Refusal::forbidden(&format!("Current session doesn't not have {wanted:?} permission to namespace {key}")))
    }
}
