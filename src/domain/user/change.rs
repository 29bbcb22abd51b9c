//! A change of a user: display name, email address, role, and whether the user may sign in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{DisplayName, Email, Fields, Role};

/// A change of a user, as it was typed or sent. Fields that are absent stay as they are.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeUserForm {
    /// The display name; null or an empty string removes it.
    #[serde(default, deserialize_with = "null_is_empty", skip_serializing_if = "Option::is_none")]
    #[schema(example = "Grace Hopper")]
    pub display_name: Option<String>,
    /// The email address; null or an empty string removes it.
    #[serde(default, deserialize_with = "null_is_empty", skip_serializing_if = "Option::is_none")]
    #[schema(example = "grace@example.com")]
    pub email: Option<String>,
    /// The role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Role>, nullable = false)]
    pub role: Option<String>,
    /// Whether the user is deactivated and cannot sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub disabled: Option<bool>,
}

/// A change of a user, whose fields are all valid.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ChangeUser {
    /// The display name.
    pub display_name: Change<DisplayName>,
    /// The email address.
    pub email: Change<Email>,
    /// The new role. `None` leaves the role as it is.
    pub role: Option<Role>,
    /// `true` deactivates the user, `false` reactivates the user, `None` changes nothing.
    pub disabled: Option<bool>,
}

/// A change of an optional value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change<T> {
    /// Leaves the value as it is.
    #[default]
    Keep,
    /// Removes the value.
    Clear,
    /// Replaces the value with this one.
    Set(T),
}

/// Deserializes null as an empty text. An empty text removes the value. An absent field leaves the value as it is.
fn null_is_empty<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(Some(Option::<String>::deserialize(from)?.unwrap_or_default()))
}

impl ChangeUser {
    /// Whether the change has neither a role nor `disabled`. Every user may change their own display name and email address.
    pub fn is_personal(&self) -> bool {
        self.role.is_none() && self.disabled.is_none()
    }
}

impl<T> Change<T> {
    /// Returns the value after the change.
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
}
