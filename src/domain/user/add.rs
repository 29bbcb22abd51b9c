//! Adding a user: the form as it was typed, the valid request, and the response. `change.rs` changes a user, `find.rs`
//! lists users.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{DisplayName, Email, Fields, Password, Role, Secret, User, Username};

/// A user to add, as it was typed or sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "username": "grace", "displayName": "Grace Hopper", "email": "grace@example.com", "role": "member",
}))]
pub struct AddUserForm {
    /// Used to sign in: 1 to 64 characters of `a-z0-9._-@+`.
    #[serde(default)]
    #[schema(required, example = "grace")]
    pub username: String,
    /// The display name; empty means none.
    #[serde(default)]
    #[schema(example = "Grace Hopper")]
    pub display_name: Option<String>,
    /// The email address; empty means none.
    #[serde(default)]
    #[schema(example = "grace@example.com")]
    pub email: Option<String>,
    /// The role; default `member`. Nobody can give a role above their own.
    #[serde(default)]
    #[schema(value_type = Option<Role>)]
    pub role: Option<String>,
    /// The password, 10 to 256 characters; without it the user gets a one-time password, which is in the response.
    #[serde(default)]
    pub password: Option<Secret>,
}

/// A user to add, whose fields are all valid.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddUser {
    /// The username, used to sign in.
    pub username: Username,
    /// The display name.
    pub display_name: Option<DisplayName>,
    /// The email address.
    pub email: Option<Email>,
    /// The role.
    pub role: Role,
    /// The password. `None` means that the user gets a one-time password.
    pub password: Option<Password>,
}

/// A user who was added or given a new password.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Admission {
    /// The user.
    pub user: User,
    /// The one-time password, shown only here. Null if the user was added with a password.
    #[schema(required, value_type = Option<String>, format = Password, example = "k7mqp-x2dfa-9hwbe-3tnzc")]
    pub one_time_password: Option<Secret>,
}

/// Parses the text. Returns `None` if it is absent or blank.
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

#[cfg(test)]
mod tests {
    use super::*;

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
    }
}
