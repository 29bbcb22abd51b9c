//! `Role`: what a user may do in the tenant. Roles are ordered: each role includes the rights of the roles below it.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `owner` ⊇ `admin` ⊇ `member`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Uses the workspace.
    Member,
    /// Manages members.
    Admin,
    /// Manages everyone and the workspace itself.
    Owner,
}

/// The text does not name a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Choose a role: owner, admin or member.")]
pub struct InvalidRole;

impl Role {
    /// All roles, the highest first.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Admin, Self::Member];

    /// Returns the word for the role in JSON, SQL and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }

    /// Whether a user with this role may change, disable or remove a user with the other role.
    pub fn manages(self, other: Self) -> bool {
        match self {
            Self::Owner => true,
            Self::Admin => other == Self::Member,
            Self::Member => false,
        }
    }

    /// Whether a user with this role may give a role to a user. Only admins and owners give roles, and none above their own.
    pub fn grants(self, role: Self) -> bool {
        self >= Self::Admin && role <= self
    }
}

impl FromStr for Role {
    type Err = InvalidRole;

    fn from_str(text: &str) -> Result<Self, InvalidRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(InvalidRole)
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_above_an_admin_is_above_a_member() {
        assert!(Role::Owner > Role::Admin && Role::Admin > Role::Member);
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
        assert_eq!("root".parse::<Role>(), Err(InvalidRole));
    }

    #[test]
    fn owners_manage_everyone_admins_members_and_members_nobody() {
        use Role::{Admin, Member, Owner};
        for (role, manages, grants) in [
            (Owner, vec![Owner, Admin, Member], vec![Owner, Admin, Member]),
            (Admin, vec![Member], vec![Admin, Member]),
            (Member, vec![], vec![]),
        ] {
            assert_eq!(Role::ALL.into_iter().filter(|&other| role.manages(other)).collect::<Vec<_>>(), manages);
            assert_eq!(Role::ALL.into_iter().filter(|&other| role.grants(other)).collect::<Vec<_>>(), grants);
        }
    }
}
