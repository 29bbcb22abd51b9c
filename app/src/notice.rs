//! `Notice`: something that is done, as the next page says it. A flash carries it there.

use serde::{Deserialize, Serialize};

/// Something done, worth a sentence on the next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    MemberAdded,
    /// Somebody was changed.
    MemberChanged,
    /// Somebody may sign in no more.
    MemberDisabled,
    /// Somebody may sign in again.
    MemberEnabled,
    /// Somebody got a one-time password.
    PasswordReset,
    /// Somebody was signed out everywhere.
    MemberSignedOut,
    /// Somebody was removed.
    MemberRemoved,
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
    pub(crate) fn sentences(self) -> (&'static str, &'static str) {
        match self {
            Self::WorkspaceReady => ("Your workspace is ready.", "Bookmark this address: it is where you sign in."),
            Self::PasswordChanged => ("Your password is changed.", "Every other sign-in has ended."),
            Self::PasswordChosen => ("Your password is set.", "Welcome: the workspace is open to you now."),
            Self::SignedOut => ("You are signed out.", "Sign in again whenever you like."),
            Self::MemberAdded => ("They are added.", "They sign in with a one-time password and choose their own."),
            Self::MemberChanged => ("The changes are saved.", "They hold from now on."),
            Self::MemberDisabled => ("Their access is closed.", "They are signed out everywhere, and nothing is lost."),
            Self::MemberEnabled => ("Their access is open again.", "They sign in with the password they had."),
            Self::PasswordReset => ("They have a one-time password.", "The old one is void, and they are signed out."),
            Self::MemberSignedOut => ("They are signed out everywhere.", "Their password still works."),
            Self::MemberRemoved => ("They are removed.", "What they did stays in the record, by their name."),
            Self::DetailsChanged => ("Your details are saved.", "This is how others see you now."),
            Self::SessionEnded => ("That sign-in has ended.", "The device must sign in again."),
            Self::OtherSessionsEnded => ("Every other sign-in has ended.", "Only this one is left."),
            Self::WorkspaceRenamed => ("The workspace has its new name.", "Its address has not changed."),
            Self::EveryoneSignedOut => ("Everyone is signed out.", "Only this sign-in of yours is left."),
        }
    }
}
