//! The pages, each with the server functions of its forms. A subject with more than one page has a folder.

pub mod account;
pub mod activity;
pub mod api_docs;
pub mod dashboard;
mod frame;
pub mod members;
pub mod problem;
pub mod settings;
pub mod sign_in;
pub mod site;
