//! `Error`: why an operation failed, independent of HTTP and HTML. `problem()` returns what the client may know. The source
//! chain is for the log only. The API and the pages each turn an error into their own form in one place.

use std::sync::Arc;

use domain::{Code, Fields, Problem};

use storage::{StorageError, chain};

/// The error of every operation.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 400: no tenant has this name.
    #[error("there is no such tenant")]
    UnknownTenant,
    /// 403: the operator has suspended the tenant.
    #[error("the tenant is suspended")]
    Suspended,
    /// 503: the operation cannot be done now.
    #[error("{what}")]
    Unavailable {
        /// What is unavailable.
        what: &'static str,
        /// The time after which a retry makes sense, in seconds.
        retry_after: u32,
        /// The cause, for the log.
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// 503: too many of these operations run already. The text is a sentence for the client that says what is busy and when to
    /// retry.
    #[error("busy: {0}")]
    Busy(&'static str),
    /// 401: the client has not proved who it is. The reason is for the log only.
    #[error("not authenticated: {0}")]
    Unauthenticated(&'static str),
    /// 401: the user gave the right password and is disabled. With a wrong password the error is `Unauthenticated`.
    #[error("not authenticated: the user is disabled")]
    Deactivated,
    /// 403: the token is valid, but for another tenant.
    #[error("not allowed: {0}")]
    Forbidden(&'static str),
    /// 403: the user may not do this. The text is a sentence for the user that says why.
    #[error("not allowed: {0}")]
    NotAllowed(&'static str),
    /// 409: the change would leave the workspace without an owner who can sign in. Nobody could manage it then.
    #[error("this is the last owner who can sign in")]
    LastOwner,
    /// 403: a session from a one-time password may only choose a new password.
    #[error("the one-time password must be changed first")]
    PasswordChangeRequired,
    /// 403: only the operator creates workspaces here.
    #[error("sign-up is closed")]
    SignUpClosed,
    /// 403: the limit on workspaces is reached.
    #[error("the limit on tenants (--max-tenants) is reached")]
    Full,
    /// 404: it does not exist. The text names its kind.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// 409: another user or tenant has the same value.
    #[error("taken: {0:?}")]
    Taken(Fields),
    /// 422: the input is invalid.
    #[error("invalid: {0:?}")]
    Invalid(Fields),
    /// 429: the rate limit is reached.
    #[error("too many requests: {why}")]
    TooManyRequests {
        /// Which limit, for the log only.
        why: &'static str,
        /// The time after which a retry makes sense, in seconds.
        retry_after: u32,
    },
    /// 422: the operation does not fit the current state. The text says why.
    #[error("{0}")]
    Refused(String),
    /// 500: a bug or a fault of this program.
    #[error("an internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// An `Unavailable` error that needs no source in the log. A retry makes sense after one second.
    pub(crate) fn busy(what: &'static str) -> Self {
        Self::Unavailable { what, retry_after: 1, source: None }
    }

    /// What the client may know, and what it can do about it.
    pub fn problem(&self) -> Problem {
        match self {
            Self::UnknownTenant => {
                Problem::detail(Code::UnknownTenant, "No workspace has this name. Check its spelling.")
            }
            Self::Suspended => Problem::detail(
                Code::TenantSuspended,
                "This workspace is suspended. Its data is kept. Ask your provider.",
            ),
            Self::Unavailable { retry_after, .. } => Problem {
                retry_after: Some(*retry_after),
                ..Problem::detail(
                    Code::Unavailable,
                    "This is temporarily unavailable. Try again in a few seconds. If it stays so, give your provider the request id.",
                )
            },
            Self::Busy(why) => Problem { retry_after: Some(30), ..Problem::detail(Code::Busy, *why) },
            Self::Unauthenticated(_) => Problem::new(Code::Unauthorized),
            Self::Deactivated => Problem::detail(
                Code::Unauthorized,
                "Your account is deactivated. Ask an owner or admin of this workspace.",
            ),
            Self::Forbidden(_) => Problem::new(Code::AccessDenied),
            Self::NotAllowed(why) => Problem::detail(Code::AccessDenied, *why),
            Self::LastOwner => Problem::detail(
                Code::LastOwner,
                "This is the last owner who can sign in. Make somebody else an owner first.",
            ),
            Self::PasswordChangeRequired => Problem::detail(Code::PasswordChangeRequired, "Choose a password first."),
            Self::SignUpClosed => {
                Problem::detail(Code::SignUpClosed, "Only your provider creates new workspaces here. Ask them for one.")
            }
            Self::Full => Problem::detail(
                Code::SignUpClosed,
                "No more workspaces can be created here. Your provider can raise --max-tenants.",
            ),
            Self::NotFound(what) => Problem::detail(Code::NotFound, format!("There is no such {what}.")),
            Self::Taken(fields) => Problem { fields: fields.clone(), ..Problem::new(Code::Taken) },
            Self::Invalid(fields) => Problem::invalid(fields.clone()),
            Self::Refused(why) => Problem::detail(Code::Invalid, why.clone()),
            Self::TooManyRequests { retry_after, .. } => Problem {
                retry_after: Some(*retry_after),
                ..Problem::detail(
                    Code::TooManyRequests,
                    format!("Too many attempts. Wait {} and try again.", wait(*retry_after)),
                )
            },
            Self::Internal(_) => Problem::detail(Code::Internal, "Something went wrong on our side. It was logged."),
        }
    }

    /// The error as the operator sees it: with its cause, which a client must not see.
    pub(crate) fn for_operator(self) -> Self {
        let is_known = self.is_fault() || matches!(self, Self::Unavailable { .. });
        if is_known { Self::Refused(sentence(&self.chain())) } else { self }
    }

    /// Whether a database cannot be opened because the disk has no room for the files that SQLite keeps beside an open
    /// database.
    pub(crate) fn is_of_a_full_disk(&self) -> bool {
        let Self::Unavailable { source: Some(source), .. } = self else { return false };
        // SQLite reports only that it cannot open the file when the disk has some room, but too little.
        let cause = source.downcast_ref::<Arc<StorageError>>();
        cause.is_some_and(|cause| matches!(**cause, StorageError::Full | StorageError::Unusable(_)))
    }

    /// The error with all its causes, for one line of the log. No client may see it.
    pub fn chain(&self) -> String {
        chain(self)
    }

    /// Whether the operator should see the error: something is broken, not merely refused.
    pub fn is_fault(&self) -> bool {
        matches!(self, Self::Internal(_) | Self::Unavailable { source: Some(_), .. })
    }
}

/// Turns a clause into a sentence.
fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    let end = if clause.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// A wait in words.
fn wait(seconds: u32) -> String {
    match seconds {
        ..=1 => "a second".to_owned(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

impl From<Fields> for Error {
    fn from(fields: Fields) -> Self {
        Self::Invalid(fields)
    }
}

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        Arc::new(error).into()
    }
}

/// A database that does not answer is unavailable. A statement that does not fit its schema is a bug in this program.
impl From<Arc<StorageError>> for Error {
    fn from(error: Arc<StorageError>) -> Self {
        use StorageError::{Busy, Changed, Column, Constraint, Migration, Newer, Other, Parameters, TimedOut};
        let (what, retry_after) = match &*error {
            Column { .. } | Parameters { .. } | Constraint(_) | Other { .. } => return Self::Internal(error.into()),
            StorageError::Backup(why) => return Self::Refused(why.clone()),
            Busy => return Self::busy("the database is busy"),
            StorageError::BackupsFull(_) => ("the backup cannot be written", 60),
            TimedOut => ("the database did not answer in time", 1),
            Changed { .. } | Newer { .. } | Migration { .. } => ("the database's schema is not this program's", 60),
            _ => ("the database cannot be used", 5),
        };
        Self::Unavailable { what, retry_after, source: Some(error.into()) }
    }
}
