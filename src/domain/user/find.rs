//! Listing users: filters by a part of a name, by role and by status, and the paging.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{Fields, Limit, Role, user::add::unless_empty};

/// Query parameters of a list of users, as they were sent.
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

/// The valid filters and the page of a list of users.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindUsers {
    /// Maximum number of items.
    pub limit: Limit,
    /// The `next` of the previous page. `None` means the first page.
    pub cursor: Option<String>,
    /// Words, each part of the username, the display name or the email address. An empty text matches every user.
    pub q: String,
    /// Only users with this role. `None` means every role.
    pub role: Option<Role>,
    /// Only users with this status. `None` means every status.
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

/// The text does not name a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Choose a status: active, one-time-password, expired, disabled or idle.")]
pub struct InvalidUserStatus;

impl UserStatus {
    /// All statuses.
    pub const ALL: [Self; 5] = [Self::Active, Self::OneTimePassword, Self::Expired, Self::Disabled, Self::Idle];

    /// Returns the word for the status in URLs, JSON and on the command line.
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

/// Returns the trimmed search text, or an empty text if there is none. Refuses more than `LONGEST` characters and control
/// characters.
fn sought(q: Option<String>) -> Result<String, &'static str> {
    let q = q.unwrap_or_default().trim().to_owned();
    let fits = q.chars().count() <= FindUsers::LONGEST && !q.chars().any(char::is_control);
    if fits { Ok(q) } else { Err("Search for at most 100 characters on one line.") }
}

impl FindUsers {
    /// Maximum length of `q` in characters.
    pub const LONGEST: usize = 100;

    /// Whether the list has no filter.
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
