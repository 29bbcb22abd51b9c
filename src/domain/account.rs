//! What is asked and answered about accounts: signing in, who one is, a new password.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{DisplayName, Email, Fields, Password, Role, Secret, UserId, Username};

/// A user, as the API and the pages show them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// What they sign in with.
    pub username: Username,
    /// Their name for people, if they gave one.
    #[schema(required)]
    pub display_name: Option<DisplayName>,
    /// Where they can be reached, if they said so.
    #[schema(required)]
    pub email: Option<Email>,
    /// What they may do.
    pub role: Role,
    /// Whether they may sign in no more.
    pub disabled: bool,
    /// Whether they have a one-time password and must choose their own first.
    pub password_change_required: bool,
    /// When they were added.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When they last signed in, if they ever did.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    pub last_sign_in_at: Option<Timestamp>,
}

impl User {
    /// What to call them: their name for people, or else their username.
    pub fn name(&self) -> &str {
        self.display_name.as_ref().map_or(self.username.as_ref(), AsRef::as_ref)
    }
}

/// Credentials as they were typed; no rule but the right answer applies.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct SignIn {
    /// What they sign in with, in capitals or not.
    #[serde(default)]
    #[schema(required, example = "grace")]
    pub username: String,
    /// Theirs, or a one-time password.
    #[serde(default)]
    #[schema(required)]
    pub password: Secret,
}

/// The answer to a program that signed in.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    /// The bearer token: send it as `Authorization: Bearer …`.
    #[schema(value_type = String, example = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiIs…")]
    pub token: Secret,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// Whose it is.
    pub user: User,
}

/// A change of one's own password, as it was typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangePasswordForm {
    /// The password until now.
    #[serde(default)]
    #[schema(required)]
    pub current_password: Secret,
    /// The one from now on: 10 to 256 characters.
    #[serde(default)]
    #[schema(required)]
    pub new_password: Secret,
}

/// A change of one's own password that keeps the rules.
#[derive(Debug, Clone)]
pub struct ChangePassword {
    /// The password until now.
    pub current: Secret,
    /// The one from now on.
    pub new: Password,
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
