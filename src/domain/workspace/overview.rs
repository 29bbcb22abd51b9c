//! `Overview`: the dashboard of a workspace for its managers: users, activity and the size of the database.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{User, Username};

/// The dashboard of a workspace.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// The number of users, by role and by status.
    pub people: Headcount,
    /// The users who signed in last, the latest first.
    pub last_sign_ins: Vec<User>,
    /// The latest entries of the activity list, the latest first.
    pub activity: Vec<Activity>,
    /// The size of the database, at most one measurement a day, the latest last.
    pub sizes: Vec<Size>,
}

/// The number of users, by role and by status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Headcount {
    /// Owners, including disabled ones.
    pub owners: u64,
    /// Admins, including disabled ones.
    pub admins: u64,
    /// Users with the role `member`, including disabled ones.
    pub members: u64,
    /// Owners who may sign in: those who are not disabled.
    pub able_owners: u64,
    /// Disabled users.
    pub disabled: u64,
    /// Enabled users who have not replaced their one-time password, and whose one-time password has not expired.
    pub one_time_password: u64,
    /// Enabled users whose one-time password has expired.
    #[serde(default)]
    pub expired: u64,
    /// Enabled users who have not signed in for 90 days. A user who never signed in counts 90 days after being added.
    pub idle: u64,
}

/// One measurement of the size of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Size {
    /// When it was measured.
    #[serde(with = "crate::time")]
    pub at: Timestamp,
    /// The size, in bytes.
    pub bytes: u64,
}

/// An entry of the activity list: a change of the workspace or of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    /// The time. `None` if the row has no valid time, which is possible in an imported database.
    #[serde(with = "crate::time::optional")]
    pub at: Option<Timestamp>,
    /// The name, at that time, of the acting user. `None` means the operator.
    pub actor: Option<NotedName>,
    /// The action.
    pub action: NotedAction,
    /// The name, at that time, of the changed user. `None` means the workspace itself.
    pub subject: Option<NotedName>,
    /// The role or the name that the action set, if it set one.
    pub detail: Option<String>,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $word:literal),* $(,)?) => {
        /// An action that the activity list records.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Action {
            $($(#[$doc])* #[serde(rename = $word)] $name),*
        }

        impl Action {
            /// Returns the word for the action in the database.
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

/// An action as the row has it. An imported database may have an action that this version does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NotedAction {
    /// A known action.
    Known(Action),
    /// The word for an unknown action.
    Unknown(String),
}

impl NotedAction {
    /// Returns the word for the action.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(action) => action.as_str(),
            Self::Unknown(word) => word,
        }
    }
}

/// A username as the row has it. An imported database may have a text that is not a valid username.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NotedName {
    /// A valid username.
    Known(Username),
    /// Any other text, made safe for one line.
    Unknown(String),
}

impl NotedName {
    /// Returns the username, or `None` for any other text.
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

    /// Never fails. A text that is not a username becomes `Unknown`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.parse().map_or_else(|_| Self::Unknown(on_a_line(text)), Self::Known))
    }
}

/// Returns the first 80 characters of a text. Control characters are replaced, so that it can be shown on one line.
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

    /// Never fails. A text that is not a known action becomes `Unknown`, made safe for one line.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.parse().map_or_else(|InvalidAction| Self::Unknown(on_a_line(text)), Self::Known))
    }
}

/// The text does not name a known action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such action")]
pub struct InvalidAction;

actions! {
    /// A user was added.
    UserAdded = "user added",
    /// A user's display name or email address was changed.
    UserChanged = "user changed",
    /// A user got another role.
    RoleChanged = "role changed",
    /// A user was disabled and can no longer sign in.
    UserDisabled = "user disabled",
    /// A user was enabled and can sign in again.
    UserEnabled = "user enabled",
    /// A user was removed.
    UserRemoved = "user removed",
    /// A user got a one-time password in place of their password.
    PasswordReset = "password reset",
    /// All sessions of a user were ended.
    UserSignedOut = "user signed out",
    /// The workspace got another display name.
    WorkspaceRenamed = "workspace renamed",
    /// An owner tried to delete the workspace. Nothing was deleted, because the final backup could not be made.
    DeletionFailed = "deletion failed",
    /// All sessions were ended, except that of the acting owner. The operator ends all of them.
    EveryoneSignedOut = "everyone signed out",
}

impl Headcount {
    /// Returns the number of all users.
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
