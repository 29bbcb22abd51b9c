//! The types of Freehold and their rules: names, ids, roles, problems, requests and responses.
//! Text from a browser, a program or a command line is parsed into one of these types once. A parsed value is always valid.
//! Nothing here does IO, waits, reads a clock or draws a random number, so the crate also runs in a browser.

mod answer;
mod id;
mod operator;
mod session;
mod tenant;
mod time;
mod user;
mod workspace;

pub use answer::{Code, Fields, InvalidLimit, Limit, Page, Problem};
pub use id::{InvalidId, RequestId, SessionId, TenantId, UserId};
pub use operator::{Ailment, BackupView, Finding, InvalidStorage, Storage, Usage};
pub use session::{List, ListForm, SignedInAt};
pub use tenant::{
    BaseUrl, DisplayName, FindTenants, Hue, InvalidBaseUrl, InvalidDisplayName, InvalidHost, InvalidTenantName, Place,
    ReservedNames, SignUp, SignUpForm, SignedUp, TenantName, TenantState, TenantView,
};
pub use user::{
    AddUser, AddUserForm, Admission, Change, ChangePassword, ChangePasswordForm, ChangeUser, ChangeUserForm,
    ChooseInstead, Email, FindUsers, FindUsersForm, InvalidEmail, InvalidPassword, InvalidRole, InvalidUserStatus,
    InvalidUsername, Password, Role, Secret, SignIn, SignedIn, User, UserStatus, Username,
};
pub use workspace::{
    Action, Activity, DeleteWorkspaceForm, Headcount, InvalidAction, NotedAction, NotedName, Overview, Size,
};

/// Implements serde, `Display`, `Debug`, `AsRef<str>` and the OpenAPI schema for a text type. Deserializing goes through its
/// `FromStr`. The schema has the maximum length, the format and an example.
macro_rules! text_type {
    ($type:ident, $longest:expr, $format:expr, $example:literal) => {
        impl utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                crate::answer::schema::text($longest, $format, $example)
            }
        }
        impl utoipa::ToSchema for $type {}
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(&self.0, f)
            }
        }
        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.0)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
use text_type;
