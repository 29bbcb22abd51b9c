//! The words of Freehold and their rules: names, ids, roles, problems, requests and responses.
//! Text from a browser, a program or a command line becomes one of these types here, once; from then on it is valid.
//! Nothing here does IO, waits, reads a clock or draws a random number, so all of it runs in a browser too.

mod account;
mod backup;
mod base_url;
mod change_user;
mod email;
mod fields;
mod find_users;
mod finding;
mod id;
mod overview;
mod page;
mod password;
mod people;
mod problem;
mod reserved;
mod role;
mod schema;
mod sessions;
mod sign_up;
mod storage;
mod tenant;
mod tenant_name;
mod time;
mod username;
mod workspace;

pub use account::{ChangePassword, ChangePasswordForm, ChooseInstead, SignIn, SignedIn, User};
pub use backup::BackupView;
pub use base_url::{BaseUrl, InvalidBaseUrl, InvalidHost, Place};
pub use change_user::{Change, ChangeUser, ChangeUserForm};
pub use email::{Email, InvalidEmail};
pub use fields::Fields;
pub use find_users::{FindUsers, FindUsersForm, InvalidUserStatus, UserStatus};
pub use finding::{Ailment, Finding};
pub use id::{InvalidId, RequestId, SessionId, TenantId, UserId};
pub use overview::{Action, Activity, Headcount, InvalidAction, NotedAction, NotedName, Overview, Size};
pub use page::{InvalidLimit, Limit, Page};
pub use password::{InvalidPassword, Password, Secret};
pub use people::{AddUser, AddUserForm, Admission};
pub use problem::{Code, Problem};
pub use reserved::ReservedNames;
pub use role::{InvalidRole, Role};
pub use sessions::{List, ListForm, SignedInAt};
pub use sign_up::{SignUp, SignUpForm, SignedUp};
pub use storage::{InvalidStorage, Storage, Usage};
pub use tenant::{DisplayName, FindTenants, Hue, InvalidDisplayName, TenantState, TenantView};
pub use tenant_name::{InvalidTenantName, TenantName};
pub use username::{InvalidUsername, Username};
pub use workspace::DeleteWorkspaceForm;

/// Gives a parsed text type its serde, `Display`, `Debug` and `AsRef<str>`, always through its `FromStr`; and its schema,
/// with the longest it may be and an example.
macro_rules! text_type {
    ($type:ident, $longest:expr, $format:expr, $example:literal) => {
        impl utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                crate::schema::text($longest, $format, $example)
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
