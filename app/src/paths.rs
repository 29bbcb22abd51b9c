//! The paths of the pages, each of them once.

/// One's own account.
pub(crate) const ACCOUNT: &str = "/account";
/// Everyone in the workspace.
pub(crate) const MEMBERS: &str = "/members";
/// A new member.
pub(crate) const ADD_MEMBER: &str = "/members/new";
/// The workspace itself.
pub(crate) const SETTINGS: &str = "/settings";
/// Whether to delete the workspace.
pub const DELETE_WORKSPACE: &str = "/settings/delete";
/// The workspace's database as a file.
pub(crate) const DATABASE: &str = "/settings/database";
/// Where an owner stands who has deleted their workspace.
pub(crate) const DELETED: &str = "/deleted";
/// A new workspace.
pub(crate) const SIGN_UP: &str = "/sign-up";
