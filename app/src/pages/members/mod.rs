//! `/members` and all below it, for those who manage people: the list, a new member, one member and what may be done about
//! them.

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
