//! A user's sessions as the API and the pages show them: device, address and times. Also the paging of a list.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{Fields, Limit, SessionId};

/// One place where a user is signed in.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Session)]
pub struct SignedInAt {
    /// The id.
    pub id: SessionId,
    /// The device, from its user agent: `Firefox on Linux`, `curl`.
    #[schema(example = "Firefox on Linux")]
    pub device: String,
    /// The network address of the sign-in.
    #[schema(example = "203.0.113.9")]
    pub address: String,
    /// Whether it is the session of this request.
    pub current: bool,
    /// When the session started.
    #[schema(value_type = String, format = DateTime)]
    #[serde(with = "crate::time")]
    pub created_at: Timestamp,
    /// When it was last used, within five minutes.
    #[schema(value_type = String, format = DateTime)]
    #[serde(with = "crate::time")]
    pub last_used_at: Timestamp,
    /// When it expires.
    #[schema(value_type = String, format = DateTime)]
    #[serde(with = "crate::time")]
    pub expires_at: Timestamp,
}

/// Query parameters of a list, as they were sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListForm {
    /// The most items, 1 to 100; default 50.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100)]
    pub limit: Option<String>,
    /// The `next` of the page before.
    pub cursor: Option<String>,
}

/// A parsed `ListForm`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// Maximum number of items.
    pub limit: Limit,
    /// The `next` of the previous page. `None` means the first page.
    pub cursor: Option<String>,
}

impl TryFrom<ListForm> for List {
    type Error = Fields;

    fn try_from(form: ListForm) -> Result<Self, Fields> {
        let limit = form.limit.map(|limit| limit.parse()).transpose().map_err(|why| Fields::one("limit", why))?;
        Ok(Self { limit: limit.unwrap_or_default(), cursor: form.cursor })
    }
}
