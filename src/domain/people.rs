//! What is asked and answered about the people of a workspace: adding, changing and finding them.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{DisplayName, Email, Fields, Limit, Password, Role, Secret, User, Username};

/// Somebody to be added, as it was typed or sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddUserForm {
    /// What they will sign in with: 1 to 64 characters of `a-z0-9._-@+`.
    #[serde(default)]
    #[schema(required, example = "grace")]
    pub username: String,
    /// Their name for people; empty is none.
    #[serde(default)]
    #[schema(example = "Grace Hopper")]
    pub display_name: Option<String>,
    /// Their address; empty is none.
    #[serde(default)]
    #[schema(example = "grace@example.com")]
    pub email: Option<String>,
    /// What they may do; `member` without it. Nobody gives a role above their own.
    #[serde(default)]
    #[schema(value_type = Option<Role>)]
    pub role: Option<String>,
    /// Their password, 10 to 256 characters; without it they get a one-time one, which the answer tells.
    #[serde(default)]
    pub password: Option<Secret>,
}

/// Somebody to be added, every field of which keeps its rules.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddUser {
    /// What they will sign in with.
    pub username: Username,
    /// Their name for people.
    pub display_name: Option<DisplayName>,
    /// Their address.
    pub email: Option<Email>,
    /// What they may do.
    pub role: Role,
    /// Their password; none is a one-time one.
    pub password: Option<Password>,
}

/// A change of somebody, as it was typed or sent. What is absent stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeUserForm {
    /// Their name for people; null or an empty text removes it.
    #[serde(default, deserialize_with = "null_is_empty", skip_serializing_if = "Option::is_none")]
    #[schema(example = "Grace Hopper")]
    pub display_name: Option<String>,
    /// Their address; null or an empty text removes it.
    #[serde(default, deserialize_with = "null_is_empty", skip_serializing_if = "Option::is_none")]
    #[schema(example = "grace@example.com")]
    pub email: Option<String>,
    /// What they may do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Role>, nullable = false)]
    pub role: Option<String>,
    /// Whether they may sign in no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub disabled: Option<bool>,
}

/// A change of somebody, every field of which keeps its rules.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ChangeUser {
    /// Their name for people.
    pub display_name: Change<DisplayName>,
    /// Their address.
    pub email: Change<Email>,
    /// What they may do.
    pub role: Option<Role>,
    /// Whether they may sign in no more.
    pub disabled: Option<bool>,
}

/// What becomes of a value that need not be there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It goes.
    Clear,
    /// This takes its place.
    Set(T),
}

/// A user who was added or given a new password.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Admission {
    /// Who.
    pub user: User,
    /// Their password until they choose their own; told this once. None where they were given one.
    #[schema(required, value_type = Option<String>, format = Password, example = "k7mqp-x2dfa-9hwbe-3tnzc")]
    pub one_time_password: Option<Secret>,
}

/// Which people to list, as it was typed or sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FindUsersForm {
    /// How many at most, 1 to 100; 50 without it.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100)]
    pub limit: Option<String>,
    /// Where to go on: the `next` of the page before.
    pub cursor: Option<String>,
    /// A part of the username, the display name or the address.
    pub q: Option<String>,
    /// Only those with this role.
    #[param(value_type = Option<Role>)]
    pub role: Option<String>,
    /// Only those in this state.
    #[param(value_type = Option<UserStatus>)]
    pub status: Option<String>,
}

/// Which people to list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindUsers {
    /// How many at most.
    pub limit: Limit,
    /// Where to go on.
    pub cursor: Option<String>,
    /// A part of the username, the display name or the address; empty is everyone.
    pub q: String,
    /// Only those with this role.
    pub role: Option<Role>,
    /// Only those in this state.
    pub status: Option<UserStatus>,
}

/// How it stands with a user's access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UserStatus {
    /// May sign in, with a password of their own.
    Active,
    /// Has a one-time password and has not chosen another.
    OneTimePassword,
    /// May not sign in.
    Disabled,
    /// May sign in, but has not for 90 days.
    Idle,
}

/// The text names no status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Choose a status: active, one-time-password, disabled or idle.")]
pub struct InvalidUserStatus;

impl UserStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Active, Self::OneTimePassword, Self::Disabled, Self::Idle];

    /// The word for it, in addresses, JSON and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::OneTimePassword => "one-time-password",
            Self::Disabled => "disabled",
            Self::Idle => "idle",
        }
    }
}

impl std::str::FromStr for UserStatus {
    type Err = InvalidUserStatus;

    fn from_str(text: &str) -> Result<Self, InvalidUserStatus> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(InvalidUserStatus)
    }
}

/// What is there and null is to be removed, as what is there and empty.
fn null_is_empty<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(Some(Option::<String>::deserialize(from)?.unwrap_or_default()))
}

impl ChangeUser {
    /// Whether it is only about how one is called and reached, which everyone may change for themselves.
    pub fn is_personal(&self) -> bool {
        self.role.is_none() && self.disabled.is_none()
    }
}

impl<T> Change<T> {
    /// The value from now on.
    pub fn apply(self, now: Option<T>) -> Option<T> {
        match self {
            Self::Keep => now,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    fn parse(text: Option<String>) -> Result<Self, T::Err>
    where
        T: std::str::FromStr,
    {
        match text.as_deref().map(str::trim) {
            None => Ok(Self::Keep),
            Some("") => Ok(Self::Clear),
            Some(text) => text.parse().map(Self::Set),
        }
    }
}

/// The text, parsed; none where there is nothing in it.
pub(crate) fn unless_empty<T: std::str::FromStr>(text: Option<String>) -> Result<Option<T>, T::Err> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::parse).transpose()
}

impl TryFrom<AddUserForm> for AddUser {
    type Error = Fields;

    fn try_from(form: AddUserForm) -> Result<Self, Fields> {
        let mut fields = Fields::default();
        let username = fields.take("username", form.username.parse());
        let display_name = fields.take("displayName", unless_empty(form.display_name));
        let email = fields.take("email", unless_empty(form.email));
        let role = fields.take("role", unless_empty(form.role));
        let password = fields.take("password", form.password.map(Password::try_from).transpose());
        match (username, display_name, email, role, password) {
            (Some(username), Some(display_name), Some(email), Some(role), Some(password)) => {
                Ok(Self { username, display_name, email, role: role.unwrap_or(Role::Member), password })
            }
            _ => Err(fields),
        }
    }
}

impl TryFrom<ChangeUserForm> for ChangeUser {
    type Error = Fields;

    fn try_from(form: ChangeUserForm) -> Result<Self, Fields> {
        let mut fields = Fields::default();
        let display_name = fields.take("displayName", Change::parse(form.display_name));
        let email = fields.take("email", Change::parse(form.email));
        let role = fields.take("role", form.role.map(|role| role.parse()).transpose());
        match (display_name, email, role) {
            (Some(display_name), Some(email), Some(role)) => {
                Ok(Self { display_name, email, role, disabled: form.disabled })
            }
            _ => Err(fields),
        }
    }
}

/// What to look for: a line of a sensible length, or nothing.
fn sought(q: Option<String>) -> Result<String, &'static str> {
    let q = q.unwrap_or_default().trim().to_owned();
    let fits = q.chars().count() <= FindUsers::LONGEST && !q.chars().any(char::is_control);
    if fits { Ok(q) } else { Err("Search for at most 100 characters on one line.") }
}

impl FindUsers {
    /// The most characters to look for.
    pub const LONGEST: usize = 100;
}

impl TryFrom<FindUsersForm> for FindUsers {
    type Error = Fields;

    fn try_from(form: FindUsersForm) -> Result<Self, Fields> {
        let mut fields = Fields::default();
        let limit = fields.take("limit", unless_empty(form.limit));
        let q = fields.take("q", sought(form.q));
        let role = fields.take("role", unless_empty(form.role));
        let status = fields.take("status", unless_empty(form.status));
        match (limit, q, role, status) {
            (Some(limit), Some(q), Some(role), Some(status)) => Ok(Self {
                limit: limit.unwrap_or_default(),
                cursor: form.cursor.filter(|cursor| !cursor.is_empty()),
                q,
                role,
                status,
            }),
            _ => Err(fields),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_keeps_what_is_absent_and_clears_what_is_empty() {
        let form = ChangeUserForm { display_name: Some(" ".into()), role: Some("admin".into()), ..Default::default() };
        let change = ChangeUser::try_from(form).unwrap();
        assert_eq!((&change.display_name, &change.email), (&Change::Clear, &Change::Keep));
        assert!(!change.is_personal());
        assert!(serde_json::from_str::<ChangeUserForm>(r#"{"username":"new"}"#).is_err(), "a name is for ever");
        let null: ChangeUserForm = serde_json::from_str(r#"{"email":null}"#).unwrap();
        let change = ChangeUser::try_from(null).unwrap();
        assert_eq!((change.display_name, change.email), (Change::Keep, Change::Clear));
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let form = AddUserForm {
            username: "a b".into(),
            display_name: Some("x".repeat(81)),
            email: Some("x".into()),
            role: Some("root".into()),
            password: Some(Secret::from("short".to_owned())),
        };
        let fields = AddUser::try_from(form).unwrap_err();
        assert_eq!(fields.0.keys().collect::<Vec<_>>(), ["displayName", "email", "password", "role", "username"]);
        let (limit, status, q) = (Some("101".into()), Some("lost".into()), Some("x".repeat(101)));
        let find = FindUsersForm { limit, q, status, ..Default::default() };
        assert_eq!(FindUsers::try_from(find).unwrap_err().0.keys().collect::<Vec<_>>(), ["limit", "q", "status"]);
    }
}
