//! A tenant: its state, its display name and the hue of its parcel. The other files have its name, its address and its
//! sign-up.

mod base_url;
mod name;
mod reserved;
mod sign_up;

use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Storage, TenantId};

pub use base_url::{BaseUrl, InvalidBaseUrl, InvalidHost, Place};
pub use name::{InvalidTenantName, TenantName};
pub use reserved::ReservedNames;
pub use sign_up::{SignUp, SignUpForm, SignedUp};

/// The state of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TenantState {
    /// The sign-up is in progress. The client has no answer yet.
    Creating,
    /// In use.
    Active,
    /// Closed by the operator. Its data is kept.
    Suspended,
    /// Being deleted. It never leaves this state: an interrupted deletion is continued until nothing is left.
    Deleting,
}

/// The text does not name a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such state")]
pub struct InvalidState;

/// A tenant, as the operator sees it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TenantView {
    /// The id.
    pub id: TenantId,
    /// The name in hosts and headers.
    pub name: TenantName,
    /// The display name.
    pub display_name: DisplayName,
    /// The state.
    pub state: TenantState,
    /// When the tenant entered the state.
    #[serde(with = "crate::time")]
    pub state_since: Timestamp,
    /// The storage of its database.
    pub storage: Storage,
    /// The name of its database in that storage.
    pub database: String,
    /// The address of its pages.
    pub url: String,
    /// When it was signed up.
    #[serde(with = "crate::time")]
    pub created_at: Timestamp,
}

/// Filters for a list of tenants.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindTenants {
    /// Only tenants in this state. `None` means every state.
    pub state: Option<TenantState>,
    /// Words, each part of the name or the display name. An empty text matches every tenant.
    pub q: String,
}

/// A display name: 1 to 80 characters, without line breaks, other control characters or invisible characters.
#[derive(Clone, PartialEq, Eq)]
pub struct DisplayName(String);

/// The text is not a display name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Enter a name of 1 to 80 characters on one line, without invisible characters.")]
pub struct InvalidDisplayName;

/// One of the 24 hues in which a workspace's parcel is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hue(u8);

impl Hue {
    /// Returns the hue of a tenant. It is computed from the random end of the id, so that tenants created one after the other
    /// have different hues.
    pub fn of(tenant: TenantId) -> Self {
        Self(tenant.as_bytes()[15] % 24)
    }

    /// Returns the hue as 0 to 23, in steps of 15 degrees.
    pub fn index(self) -> u8 {
        self.0
    }
}

impl TenantState {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Creating, Self::Active, Self::Suspended, Self::Deleting];

    /// Returns the word for the state in JSON, SQL and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Deleting => "deleting",
        }
    }
}

impl FromStr for TenantState {
    type Err = InvalidState;

    fn from_str(text: &str) -> Result<Self, InvalidState> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(InvalidState)
    }
}

impl FromStr for DisplayName {
    type Err = InvalidDisplayName;

    fn from_str(text: &str) -> Result<Self, InvalidDisplayName> {
        let text = text.trim();
        let fits = (1..=80).contains(&text.chars().count())
            && !text.chars().any(|character| character.is_control() || is_unseen(character))
            && text.chars().any(|character| !matches!(character, JOINER | NON_JOINER));
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidDisplayName) }
    }
}

/// The joiner connects two letters, the non-joiner separates them. Some scripts and emoji need them, so a display name may
/// contain them.
const JOINER: char = '\u{200d}';
const NON_JOINER: char = '\u{200c}';

/// Whether a character is invisible or changes the direction of the text. With such characters one name could look like
/// another.
fn is_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{34f}' | '\u{17b4}' | '\u{17b5}' | '\u{2800}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e007f}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}'
    )
}

impl From<&TenantName> for DisplayName {
    fn from(name: &TenantName) -> Self {
        Self(name.to_string())
    }
}

crate::text_type!(DisplayName, Some(80), None, "Grace Hopper");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_for_people_is_one_line_that_can_be_seen() {
        for good in [
            "Acme & S\u{f6}hne",
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
            "\u{1f469}\u{200d}\u{1f680}",
            &"x".repeat(80),
        ] {
            assert!(good.parse::<DisplayName>().is_ok(), "{good}");
        }
        for bad in ["", " ", "a\nb", "\u{200b}", "\u{200d}", "x\u{202e}gpj", "a\u{2066}b", &"x".repeat(81)] {
            assert!(bad.parse::<DisplayName>().is_err(), "{bad:?}");
        }
    }
}
