//! `/members` and the pages below it, for admins and owners: the list, adding a member, one member, and the actions on one.

mod access;
mod access_forms;
pub mod add;
mod address;
pub mod confirm;
pub mod list;
pub mod make_owner;
mod pager;
mod search;
pub mod show;
