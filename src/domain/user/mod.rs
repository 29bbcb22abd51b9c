//! A user, signing in, and changing the user's own password. The other files have the other requests about users, and the
//! types of a user's fields.

mod add;
mod change;
mod email;
mod find;
mod password;
mod role;
mod username;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{DisplayName, Fields, UserId};

pub use add::{AddUser, AddUserForm, Admission};
pub use change::{Change, ChangeUser, ChangeUserForm};
pub use email::{Email, InvalidEmail};
pub use find::{FindUsers, FindUsersForm, InvalidUserStatus, UserStatus};
pub use password::{InvalidPassword, Password, Secret};
pub use role::{InvalidRole, Role};
pub use username::{InvalidUsername, Username};

/// A user, as the API and the pages show them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The id.
    pub id: UserId,
    /// Used to sign in.
    pub username: Username,
    /// The display name, if there is one.
    #[schema(required)]
    pub display_name: Option<DisplayName>,
    /// The email address, if there is one.
    #[schema(required)]
    pub email: Option<Email>,
    /// The role.
    pub role: Role,
    /// Whether the user is deactivated and cannot sign in.
    pub disabled: bool,
    /// Whether the user has a one-time password and must choose a password first.
    pub password_change_required: bool,
    /// When the one-time password expires. Null if the user has a password of their own.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    #[serde(with = "crate::time::optional", default)]
    pub one_time_password_expires_at: Option<Timestamp>,
    /// When the user was added.
    #[schema(value_type = String, format = DateTime)]
    #[serde(with = "crate::time")]
    pub created_at: Timestamp,
    /// When the user last signed in; null if never.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    #[serde(with = "crate::time::optional", default)]
    pub last_sign_in_at: Option<Timestamp>,
}

impl User {
    /// Returns the display name, or the username if there is none.
    pub fn name(&self) -> &str {
        self.display_name.as_ref().map_or(self.username.as_ref(), AsRef::as_ref)
    }
}

/// Credentials as they were typed; no rule but the right answer applies.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct SignIn {
    /// The username or the email address, in any case.
    #[serde(default)]
    #[schema(required, example = "grace")]
    pub username: String,
    /// The password, or a one-time password.
    #[serde(default)]
    #[schema(required)]
    pub password: Secret,
}

/// The answer to a program that signed in.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    /// The bearer token. Send it as `Authorization: Bearer …`.
    #[schema(value_type = String, example = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiIs…")]
    pub token: Secret,
    /// When the token expires.
    #[schema(value_type = String, format = DateTime)]
    #[serde(with = "crate::time")]
    pub expires_at: Timestamp,
    /// The user it belongs to.
    pub user: User,
}

/// A change of your password, as it was typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangePasswordForm {
    /// The current password. Not needed with a one-time password: the session proves it.
    #[serde(default)]
    pub current_password: Secret,
    /// The new password: 10 to 256 characters.
    #[serde(default)]
    #[schema(required)]
    pub new_password: Secret,
}

/// A valid change of the acting user's own password.
#[derive(Debug, Clone)]
pub struct ChangePassword {
    /// The current password.
    pub current: Secret,
    /// The new password.
    pub new: Password,
}

/// The new password of a user who has a one-time password. The current password is not needed and is ignored.
#[derive(Debug, Clone)]
pub struct ChooseInstead(pub Password);

impl TryFrom<ChangePasswordForm> for ChooseInstead {
    type Error = Fields;

    fn try_from(form: ChangePasswordForm) -> Result<Self, Fields> {
        Password::try_from(form.new_password).map(Self).map_err(|why| Fields::one("newPassword", why))
    }
}

impl TryFrom<ChangePasswordForm> for ChangePassword {
    type Error = Fields;

    fn try_from(form: ChangePasswordForm) -> Result<Self, Fields> {
        let mut fields = Fields::default();
        let current = form.current_password;
        let current = fields.take(
            "currentPassword",
            if current.expose().is_empty() { Err("Enter your current password.") } else { Ok(current) },
        );
        let new = fields.take("newPassword", Password::try_from(form.new_password));
        match (current, new) {
            (Some(current), Some(new)) => Ok(Self { current, new }),
            _ => Err(fields),
        }
    }
}
