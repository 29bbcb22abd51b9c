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
    /// Those who have not replaced their one-time password, and still may.
    pub one_time_password: u64,
    /// Those whose one-time password has expired.
    #[serde(default)]
    pub expired: u64,
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
    /// When; none where a database that came from elsewhere has no time that there is.
    #[serde(with = "crate::time::optional")]
    pub at: Option<Timestamp>,
    /// By whom, by the name of then; none is whoever runs this Freehold.
    pub actor: Option<NotedName>,
    /// What.
    pub action: NotedAction,
    /// To whom, by the name of then; none is the workspace itself.
    pub subject: Option<NotedName>,
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

/// What was done, as it was noted. A database that came from elsewhere may name an action that is unknown here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NotedAction {
    /// One of ours.
    Known(Action),
    /// The word for another.
    Unknown(String),
}

impl NotedAction {
    /// The word for it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(action) => action.as_str(),
            Self::Unknown(word) => word,
        }
    }
}

/// Somebody, as they were noted. A database that came from elsewhere may have a name that nobody can have here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NotedName {
    /// A username.
    Known(Username),
    /// Another text.
    Unknown(String),
}

impl NotedName {
    /// The username, if it is one.
    pub fn username(&self) -> Option<&Username> {
        match self {
            Self::Known(name) => Some(name),
            Self::Unknown(_) => None,
        }
    }
}

impl AsRef<str> for NotedName {
    fn as_ref(&self) -> &str {
        match self {
            Self::Known(name) => name.as_ref(),
            Self::Unknown(text) => text,
        }
    }
}

impl std::fmt::Display for NotedName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_ref())
    }
}

impl std::str::FromStr for NotedName {
    type Err = std::convert::Infallible;

    /// Any text is one, as with actions.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.parse().map_or_else(|_| Self::Unknown(on_a_line(text)), Self::Known))
    }
}

/// What of a text can be shown on a line.
fn on_a_line(text: &str) -> String {
    let shown = |letter: char| if letter.is_control() { char::REPLACEMENT_CHARACTER } else { letter };
    text.chars().take(80).map(shown).collect()
}

impl From<Action> for NotedAction {
    fn from(action: Action) -> Self {
        Self::Known(action)
    }
}

impl std::str::FromStr for NotedAction {
    type Err = std::convert::Infallible;

    /// Any text is one. Of an unknown one that is kept which can be shown on a line.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.parse().map_or_else(|InvalidAction| Self::Unknown(on_a_line(text)), Self::Known))
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_that_is_unknown_is_kept_as_a_text_for_a_line() {
        let of = |text: &str| text.parse::<NotedAction>().unwrap_or_else(|never| match never {});
        assert_eq!(of("user added"), Action::UserAdded.into());
        assert_eq!(of("custom.note").as_str(), "custom.note");
        assert_eq!(of("a\u{1b}[2J\nb").as_str(), "a\u{fffd}[2J\u{fffd}b");
        let told = serde_json::to_string(&[of("user added"), of("x")]);
        assert_eq!(told.ok().as_deref(), Some("[\"user added\",\"x\"]"));
    }
}
