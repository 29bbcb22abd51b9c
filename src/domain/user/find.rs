//! Which of the people of a workspace to list: a part of a name, a role, a status, a page.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{Fields, Limit, Role, user::add::unless_empty};

/// Which people to list, as it was typed or sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FindUsersForm {
    /// The most items, 1 to 100; default 50.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100)]
    pub limit: Option<String>,
    /// The `next` of the page before.
    pub cursor: Option<String>,
    /// Words, each part of the username, display name or email. Case and accents do not matter.
    pub q: Option<String>,
    /// Only users with this role.
    #[param(value_type = Option<Role>)]
    pub role: Option<String>,
    /// Only users with this status.
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
    /// Words, each a part of the username, the display name or the address; empty is everyone.
    pub q: String,
    /// Only those with this role.
    pub role: Option<Role>,
    /// Only those in this state.
    pub status: Option<UserStatus>,
}

/// The status of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UserStatus {
    /// May sign in, with a password of their own.
    Active,
    /// Has a one-time password and has not chosen another.
    OneTimePassword,
    /// Has a one-time password that has expired.
    Expired,
    /// May not sign in.
    Disabled,
    /// May sign in, but has not for 90 days.
    Idle,
}

/// The text names no status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Choose a status: active, one-time-password, expired, disabled or idle.")]
pub struct InvalidUserStatus;

impl UserStatus {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Active, Self::OneTimePassword, Self::Expired, Self::Disabled, Self::Idle];

    /// The word for it, in addresses, JSON and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::OneTimePassword => "one-time-password",
            Self::Expired => "expired",
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

/// What to look for: a line of a sensible length, or nothing.
fn sought(q: Option<String>) -> Result<String, &'static str> {
    let q = q.unwrap_or_default().trim().to_owned();
    let fits = q.chars().count() <= FindUsers::LONGEST && !q.chars().any(char::is_control);
    if fits { Ok(q) } else { Err("Search for at most 100 characters on one line.") }
}

impl FindUsers {
    /// The most characters to look for.
    pub const LONGEST: usize = 100;

    /// Whether nothing narrows the list.
    pub fn is_everyone(&self) -> bool {
        self.q.is_empty() && self.role.is_none() && self.status.is_none()
    }
}

impl TryFrom<FindUsersForm> for FindUsers {
    type Error = Fields;

    fn try_from(form: FindUsersForm) -> Result<Self, Fields> {
        let mut fields = Fields::default();
        let limit = fields.take("limit", form.limit.map(|limit| limit.parse()).transpose());
        let q = fields.take("q", sought(form.q));
        let role = fields.take("role", unless_empty(form.role));
        let status = fields.take("status", unless_empty(form.status));
        match (limit, q, role, status) {
            (Some(limit), Some(q), Some(role), Some(status)) => {
                Ok(Self { limit: limit.unwrap_or_default(), cursor: form.cursor, q, role, status })
            }
            _ => Err(fields),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_of_a_search_is_named_at_once() {
        let (limit, status, q) = (Some("101".into()), Some("lost".into()), Some("x".repeat(101)));
        let find = FindUsersForm { limit, q, status, ..Default::default() };
        assert_eq!(FindUsers::try_from(find).unwrap_err().0.keys().collect::<Vec<_>>(), ["limit", "q", "status"]);
    }
}
