//! The values of flags that are words of a fixed set. Help and completions list each word with its meaning.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use domain::{Role, Storage, TenantState, UserStatus};

/// Parses a role.
pub(in crate::cli) fn role() -> impl TypedValueParser<Value = Role> {
    let word = |role: Role| {
        PossibleValue::new(role.as_str()).help(match role {
            Role::Owner => "manages everyone and the workspace itself",
            Role::Admin => "manages members",
            Role::Member => "uses the workspace",
        })
    };
    PossibleValuesParser::new(Role::ALL.map(word)).try_map(|word| word.parse())
}

/// Parses the status of a user.
pub(in crate::cli) fn status() -> impl TypedValueParser<Value = UserStatus> {
    let word = |status: UserStatus| {
        PossibleValue::new(status.as_str()).help(match status {
            UserStatus::Active => "may sign in, with a password of their own",
            UserStatus::OneTimePassword => "has not replaced their one-time password",
            UserStatus::Expired => "has a one-time password that has expired",
            UserStatus::Disabled => "may not sign in",
            UserStatus::Idle => "may sign in, but has not for 90 days",
        })
    };
    PossibleValuesParser::new(UserStatus::ALL.map(word)).try_map(|word| word.parse())
}

/// Parses the state of a workspace.
pub(in crate::cli) fn state() -> impl TypedValueParser<Value = TenantState> {
    let word = |state: TenantState| {
        PossibleValue::new(state.as_str()).help(match state {
            TenantState::Creating => "is being made",
            TenantState::Active => "is in use",
            TenantState::Suspended => "is closed to everyone",
            TenantState::Deleting => "is being deleted",
        })
    };
    PossibleValuesParser::new(TenantState::ALL.map(word)).try_map(|word| word.parse())
}

/// Parses a storage.
pub(in crate::cli) fn storage() -> impl TypedValueParser<Value = Storage> {
    let word = |storage: Storage| {
        PossibleValue::new(storage.as_str()).help(match storage {
            Storage::Local => "a file in the data folder",
            Storage::LibsqlServer => "a namespace of a libsql-server",
            Storage::Turso => "a database of Turso Cloud",
        })
    };
    PossibleValuesParser::new(Storage::ALL.map(word)).try_map(|word| word.parse())
}
