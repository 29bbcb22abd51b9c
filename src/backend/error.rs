//! `Error`: why an operation was not done, free of any transport. `problem()` is what the asker may know; the source
//! chain is for the log alone. The wire and the screen each turn it into their own words in one place.

use std::sync::Arc;

use domain::{Code, Fields, Problem};

use storage::{StorageError, chain};

/// The error of every operation.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 400: no tenant of this name.
    #[error("there is no such tenant")]
    UnknownTenant,
    /// 403: closed by the operator.
    #[error("the tenant is suspended")]
    Suspended,
    /// 503: not now; `retry_after` is in seconds.
    #[error("{what}")]
    Unavailable {
        /// What is not to be had.
        what: &'static str,
        /// When another try makes sense, in seconds.
        retry_after: u32,
        /// Why, for the log.
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// 503: as much of it goes on as may; what and until when, in a sentence for the asker.
    #[error("busy: {0}")]
    Busy(&'static str),
    /// 401: nobody whom we know; why, for the log alone.
    #[error("not authenticated: {0}")]
    Unauthenticated(&'static str),
    /// 401: somebody who knows the password and may not sign in. Whoever does not know it gets `Unauthenticated`.
    #[error("not authenticated: the user is disabled")]
    Deactivated,
    /// 403: somebody, but not here.
    #[error("not allowed: {0}")]
    Forbidden(&'static str),
    /// 403: somebody who may not do this; why, in a sentence for them.
    #[error("not allowed: {0}")]
    NotAllowed(&'static str),
    /// 409: a workspace without an owner could never be managed again.
    #[error("this is the last owner who can sign in")]
    LastOwner,
    /// 403: a one-time password opens nothing but the choice of one's own.
    #[error("the one-time password must be changed first")]
    PasswordChangeRequired,
    /// 403: only the operator makes workspaces here.
    #[error("sign-up is closed")]
    SignUpClosed,
    /// 403: there are as many workspaces as there may be.
    #[error("there are as many tenants as --max-tenants allows")]
    Full,
    /// 404: not there.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// 409: somebody else has it.
    #[error("taken: {0:?}")]
    Taken(Fields),
    /// 422: it cannot be taken as it is.
    #[error("invalid: {0:?}")]
    Invalid(Fields),
    /// 429: too often.
    #[error("too many requests: {why}")]
    TooManyRequests {
        /// Of what, for the log alone.
        why: &'static str,
        /// When another try makes sense, in seconds.
        retry_after: u32,
    },
    /// 422: it cannot be done to what there is; says why.
    #[error("{0}")]
    Refused(String),
    /// 500: our own fault.
    #[error("a fault of our own")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Not now, with a reason that the log needs no chain for.
    pub(crate) fn busy(what: &'static str) -> Self {
        Self::Unavailable { what, retry_after: 1, source: None }
    }

    /// What the asker may know, and what to do about it.
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

    /// The error for the operator: with its cause, which a client must not see.
    pub(crate) fn for_operator(self) -> Self {
        let is_known = self.is_fault() || matches!(self, Self::Unavailable { .. });
        if is_known { Self::Refused(sentence(&self.chain())) } else { self }
    }

    /// Whether a database does not open since its disk has no room for what is beside an open one.
    pub(crate) fn is_of_a_full_disk(&self) -> bool {
        let Self::Unavailable { source: Some(source), .. } = self else { return false };
        // SQLite says no more than that it cannot where there is some room and not enough.
        let cause = source.downcast_ref::<Arc<StorageError>>();
        cause.is_some_and(|cause| matches!(**cause, StorageError::Full | StorageError::Unusable(_)))
    }

    /// All that is known of it, for one line of the log; no client sees it.
    pub fn chain(&self) -> String {
        chain(self)
    }

    /// Whether the operator should see it: something is broken, not merely refused.
    pub fn is_fault(&self) -> bool {
        matches!(self, Self::Internal(_) | Self::Unavailable { source: Some(_), .. })
    }
}

/// A clause, as a sentence of its own.
fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    let end = if clause.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// Seconds, as a person would say them.
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

/// A database that does not serve is not to be had now; a statement that does not fit its schema is our own fault.
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
