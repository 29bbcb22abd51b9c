//! One file for each page, with the server functions that its forms post to.

pub mod account;
mod account_details;
mod account_sessions;
pub mod activity;
pub mod api_docs;
pub mod dashboard;
mod dashboard_overview;
mod dashboard_steps;
pub mod deleted;
pub mod find;
mod frame;
pub mod home;
pub mod member;
mod member_access;
pub mod member_add;
pub mod member_confirm;
pub mod member_owner;
pub mod members;
mod members_pager;
mod members_search;
pub mod problem;
pub mod settings;
pub mod settings_delete;
pub mod sign_in;
pub mod sign_up;
