//! `Notice`: something that is done, as the next page says it. A flash carries it there.

use serde::{Deserialize, Serialize};

/// Something done, worth a sentence on the next page. What is about a member has their name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// A workspace was signed up.
    WorkspaceReady,
    /// One's own password was changed.
    PasswordChanged,
    /// The first password of one's own was chosen.
    PasswordChosen,
    /// Signed out.
    SignedOut,
    /// Somebody was added.
    MemberAdded(String),
    /// Somebody was changed.
    MemberChanged,
    /// Somebody became an owner.
    MemberIsOwner(String),
    /// Somebody may sign in no more.
    MemberDisabled(String),
    /// Somebody may sign in again.
    MemberEnabled(String),
    /// Somebody got a one-time password.
    PasswordReset(String),
    /// Somebody was signed out everywhere.
    MemberSignedOut(String),
    /// Somebody was removed.
    MemberRemoved(String),
    /// One's own name or address was changed.
    DetailsChanged,
    /// One of one's sessions was ended.
    SessionEnded,
    /// All of one's other sessions were ended.
    OtherSessionsEnded,
    /// The workspace has another name.
    WorkspaceRenamed,
    /// Everyone else was signed out.
    EveryoneSignedOut,
}

impl Notice {
    /// What is done, and what that means.
    pub(crate) fn sentences(&self) -> (String, String) {
        let (done, meaning) = match self {
            Self::MemberAdded(name) => {
                return (
                    format!("{name} was added."),
                    "They sign in with the one-time password and choose their own.".to_owned(),
                );
            }
            Self::MemberDisabled(name) => {
                return (
                    format!("{name} is deactivated."),
                    "They are signed out everywhere. Nothing was deleted.".to_owned(),
                );
            }
            Self::MemberEnabled(name) => {
                return (format!("{name} is reactivated."), "They sign in with the password they had.".to_owned());
            }
            Self::PasswordReset(name) => {
                return (
                    "Password reset.".to_owned(),
                    format!("{name}’s old password no longer works, and they are signed out."),
                );
            }
            Self::MemberSignedOut(name) => {
                return (format!("{name} is signed out everywhere."), "Their password still works.".to_owned());
            }
            Self::MemberRemoved(name) => {
                return (format!("{name} was removed."), "Their past actions stay in the activity list.".to_owned());
            }
            Self::MemberIsOwner(name) => {
                return (format!("{name} is an owner now."), String::new());
            }
            Self::WorkspaceReady => ("Your workspace is ready.", "Bookmark this address: you sign in here."),
            Self::PasswordChanged => ("Password changed.", "You are signed out on all other devices."),
            Self::PasswordChosen => ("Password set.", "You can use the workspace now."),
            Self::SignedOut => ("You are signed out.", ""),
            Self::MemberChanged => ("Changes saved.", ""),
            Self::DetailsChanged => ("Profile saved.", ""),
            Self::SessionEnded => ("Session ended.", "That device must sign in again."),
            Self::OtherSessionsEnded => ("All other sessions ended.", "Only this device is still signed in."),
            Self::WorkspaceRenamed => ("Workspace name saved.", "The address has not changed."),
            Self::EveryoneSignedOut => ("Everyone is signed out.", "Only this device of yours is still signed in."),
        };
        (done.to_owned(), meaning.to_owned())
    }
}
