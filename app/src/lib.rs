//! The screen of Freehold: the pages, their server functions and the islands that speed their forms up.
//!
//! With `ssr` this is two Leptos apps: [`Site`] on the base host and [`Workspace`] on each tenant's. A page takes what it
//! shows from the request's extensions (`request/context.rs`) and hands its forms to server functions, which call one operation of
//! `backend` and end in `forms/answer.rs`. With `hydrate` only the islands are left, for `wasm` to carry into the browser.

#![expect(unreachable_pub, reason = "the macros of Leptos make components `pub` inside a module of their own")]
// A page is one nested type: the compiler follows it deeper than by default.
#![recursion_limit = "256"]

pub mod components;
mod forms;
pub mod paths;
mod request;

#[cfg(feature = "ssr")]
mod apps;
#[cfg(feature = "ssr")]
mod document;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
mod shell;

pub use forms::{
    confirm::Confirm,
    form::Form,
    tenant_field::{CheckName, TenantField, check_name},
};
pub use request::error::UiError;

#[cfg(feature = "ssr")]
pub use {
    apps::{Site, Workspace},
    document::PageContext,
    forms::notice::Notice,
    forms::sent::{KEY_FIELD, Sent},
    pages::api_docs::api_docs_page,
    pages::problem::{ProblemPlace, problem_page},
    request::cookies::{FLASH_COOKIE, SESSION_COOKIE, removal_of, session_cookie},
    shell::{site_shell, workspace_shell},
};
