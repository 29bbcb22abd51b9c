//! `Problem`: an error as a program (RFC 9457), a page or the command line shows it. The server makes it from an error of the
//! backend. It holds only what the client may know, and no internal details.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Fields;

/// What went wrong, with its status and its title; both are part of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the table below says of each what it is")]
pub enum Code {
    InvalidTenant,
    UnknownTenant,
    TenantSuspended,
    Unavailable,
    Busy,
    Unauthorized,
    AccessDenied,
    CrossSite,
    PasswordChangeRequired,
    SignUpClosed,
    NotFound,
    MethodNotAllowed,
    Taken,
    LastOwner,
    MalformedJson,
    TooLarge,
    RequestTimeout,
    UnsupportedMediaType,
    Invalid,
    TooManyRequests,
    Internal,
}

impl Code {
    /// Returns the HTTP status and the title.
    const fn meaning(self) -> (u16, &'static str) {
        match self {
            Self::InvalidTenant => (400, "Invalid tenant"),
            Self::UnknownTenant => (400, "Tenant does not exist"),
            Self::MalformedJson => (400, "Malformed JSON"),
            Self::Unauthorized => (401, "Unauthorized"),
            Self::TenantSuspended => (403, "Tenant suspended"),
            Self::AccessDenied | Self::CrossSite => (403, "Access denied"),
            Self::PasswordChangeRequired => (403, "Password change required"),
            Self::SignUpClosed => (403, "Sign-up closed"),
            Self::NotFound => (404, "Not found"),
            Self::MethodNotAllowed => (405, "Method not allowed"),
            Self::RequestTimeout => (408, "Request timeout"),
            Self::Taken => (409, "Taken"),
            Self::LastOwner => (409, "Last owner"),
            Self::TooLarge => (413, "Too large"),
            Self::UnsupportedMediaType => (415, "Unsupported media type"),
            Self::Invalid => (422, "Invalid"),
            Self::TooManyRequests => (429, "Too many requests"),
            Self::Internal => (500, "Internal error"),
            Self::Unavailable => (503, "Unavailable"),
            Self::Busy => (503, "Busy"),
        }
    }

    /// Returns the HTTP status.
    pub const fn status(self) -> u16 {
        self.meaning().0
    }

    /// Returns the title, with the exact words of docs/contract.md under "Errors".
    pub const fn title(self) -> &'static str {
        self.meaning().1
    }
}

/// An error as the client may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(from = "Wire", into = "Wire")]
#[error("{}", self.sentence())]
pub struct Problem {
    /// The kind of problem.
    pub code: Code,
    /// A sentence that says what to do about it.
    pub detail: Option<String>,
    /// For `Invalid` and `Taken`: the message for each wrong field.
    pub fields: Fields,
    /// Seconds to wait before a retry (`Retry-After`).
    pub retry_after: Option<u32>,
}

impl Problem {
    /// Makes a problem with nothing but a code.
    pub fn new(code: Code) -> Self {
        Self { code, detail: None, fields: Fields::default(), retry_after: None }
    }

    /// Makes a problem with a sentence that says what to do.
    pub fn detail(code: Code, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..Self::new(code) }
    }

    /// Makes an `Invalid` problem (422) with the message for each wrong field.
    pub fn invalid(fields: Fields) -> Self {
        Self { fields, ..Self::new(Code::Invalid) }
    }

    /// Returns the detail, or the title if there is no detail.
    pub fn sentence(&self) -> &str {
        self.detail.as_deref().unwrap_or(self.code.title())
    }
}

impl From<Fields> for Problem {
    fn from(fields: Fields) -> Self {
        Self::invalid(fields)
    }
}

/// The body of every error (RFC 9457).
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "type": "urn:freehold:problem:invalid", "title": "Invalid", "status": 422, "code": "invalid",
    "fields": {"email": "Enter an email address such as ada@example.com."},
}))]
struct Wire {
    /// A URN that names the kind of problem.
    #[serde(rename = "type", default)]
    #[schema(required)]
    kind: String,
    /// The kind of problem, in words.
    #[serde(default)]
    #[schema(required)]
    title: String,
    /// The HTTP status.
    #[serde(default)]
    #[schema(required)]
    status: u16,
    /// What went wrong, for programs.
    code: Code,
    /// What to do about it, where there is something to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    detail: Option<String>,
    /// For `invalid` and `taken`: what is wrong with which field.
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    fields: Fields,
    /// Seconds to wait before the next attempt.
    #[serde(default, rename = "retryAfter", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    retry_after: Option<u32>,
}

impl utoipa::PartialSchema for Problem {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        Wire::schema()
    }
}

impl ToSchema for Problem {
    fn schemas(all: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
        Wire::schemas(all);
    }
}

impl From<Problem> for Wire {
    fn from(Problem { code, detail, fields, retry_after }: Problem) -> Self {
        let (status, title) = code.meaning();
        Self {
            kind: format!("urn:freehold:problem:{}", title.to_lowercase().replace(' ', "-")),
            title: title.to_owned(),
            status,
            code,
            detail,
            fields,
            retry_after,
        }
    }
}

impl From<Wire> for Problem {
    fn from(Wire { code, detail, fields, retry_after, .. }: Wire) -> Self {
        Self { code, detail, fields, retry_after }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_problem_is_rfc_9457_and_reads_back() {
        let problem = Problem::invalid(Fields::one("tenant", "Choose another name."));
        let wire = serde_json::to_value(&problem).unwrap();
        assert_eq!(
            wire,
            json!({"type": "urn:freehold:problem:invalid", "title": "Invalid", "status": 422, "code": "invalid",
                   "fields": {"tenant": "Choose another name."}})
        );
        assert_eq!(serde_json::from_value::<Problem>(wire).unwrap(), problem);
    }
}
