//! `Notice`: the message that the next page shows after a successful action. A flash carries it to that page.

use serde::{Deserialize, Serialize};

/// A successful action. A variant about one member has that member's name, if the message contains it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// A workspace was created by sign-up.
    WorkspaceReady,
    /// The user changed their own password.
    PasswordChanged,
    /// The user replaced their one-time password.
    PasswordChosen,
    /// The user signed out.
    SignedOut,
    /// A user was added.
    MemberAdded(String),
    /// A user's details or role were changed.
    MemberChanged,
    /// A user became an owner.
    MemberIsOwner(String),
    /// A user was deactivated.
    MemberDisabled(String),
    /// A user was reactivated.
    MemberEnabled(String),
    /// A user got a one-time password.
    PasswordReset(String),
    /// A user was signed out everywhere.
    MemberSignedOut(String),
    /// A user was removed.
    MemberRemoved(String),
    /// The user changed their own name or email address.
    DetailsChanged,
    /// The user ended one of their own sessions.
    SessionEnded,
    /// The user ended all of their own sessions except this one.
    OtherSessionsEnded,
    /// The workspace got another display name.
    WorkspaceRenamed,
    /// All other sessions in the workspace were ended.
    EveryoneSignedOut,
}

impl Notice {
    /// What was done, and what that means for the user.
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
