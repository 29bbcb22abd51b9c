//! What a workspace's managers see at a glance: how many people, what happened, how large the database is.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{User, Username};

/// A workspace at a glance.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// How many people, by what they may do and how it stands with them.
    pub people: Headcount,
    /// Who signed in last, the latest first.
    pub last_sign_ins: Vec<User>,
    /// What was done last, the latest first.
    pub activity: Vec<Activity>,
    /// How large the database was, a day each, the latest last.
    pub sizes: Vec<Size>,
}

/// How many people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Headcount {
    /// Owners, disabled ones too.
    pub owners: u64,
    /// Admins.
    pub admins: u64,
    /// Members.
    pub members: u64,
    /// Owners who may sign in.
    pub able_owners: u64,
    /// Those who may not sign in.
    pub disabled: u64,
    /// Those who have not replaced their one-time password.
    pub one_time_password: u64,
    /// Those who may sign in, but have not for 90 days.
    pub idle: u64,
}

/// How large the database was on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Size {
    /// When it was measured.
    #[serde(with = "crate::time")]
    pub at: Timestamp,
    /// Bytes.
    pub bytes: u64,
}

/// Something that was done to the workspace or its people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    /// When.
    #[serde(with = "crate::time")]
    pub at: Timestamp,
    /// By whom, by the name of then; none is whoever runs this Freehold.
    pub actor: Option<Username>,
    /// What.
    pub action: Action,
    /// To whom, by the name of then; none is the workspace itself.
    pub subject: Option<Username>,
    /// The new role or name, where that is what was done.
    pub detail: Option<String>,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $word:literal),* $(,)?) => {
        /// What may be done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Action {
            $($(#[$doc])* #[serde(rename = $word)] $name),*
        }

        impl Action {
            /// The word for it in the database.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }
        }

        impl std::str::FromStr for Action {
            type Err = InvalidAction;

            fn from_str(text: &str) -> Result<Self, InvalidAction> {
                match text { $($word => Ok(Self::$name),)* _ => Err(InvalidAction) }
            }
        }
    };
}

/// The text names no action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such action")]
pub struct InvalidAction;

actions! {
    /// Somebody was added.
    UserAdded = "user added",
    /// Somebody's name or address was changed.
    UserChanged = "user changed",
    /// Somebody got another role.
    RoleChanged = "role changed",
    /// Somebody may sign in no more.
    UserDisabled = "user disabled",
    /// Somebody may sign in again.
    UserEnabled = "user enabled",
    /// Somebody was removed.
    UserRemoved = "user removed",
    /// Somebody got a one-time password.
    PasswordReset = "password reset",
    /// Somebody was signed out everywhere.
    UserSignedOut = "user signed out",
    /// The workspace got another name for people.
    WorkspaceRenamed = "workspace renamed",
    /// An owner deleted the workspace, and its final backup could not be made: nothing was deleted.
    DeletionFailed = "deletion failed",
    /// Everyone was signed out.
    EveryoneSignedOut = "everyone signed out",
}

impl Headcount {
    /// All of them.
    pub fn all(self) -> u64 {
        self.owners + self.admins + self.members
    }
}
