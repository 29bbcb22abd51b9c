//! The web pages of Freehold: the pages themselves, their server functions, and the islands, which make forms respond faster.
//!
//! With the feature `ssr` this crate is two Leptos apps: [`Site`] on the base host and [`Workspace`] on each tenant's host. A
//! page reads what it shows from the request's extensions (`request/context.rs`). Its forms post to server functions, which
//! call one operation of `backend` and end in `forms/answer.rs`. With the feature `hydrate` only the islands are compiled; the
//! crate `wasm` brings them into the browser.

#![expect(unreachable_pub, reason = "the macros of Leptos make components `pub` inside a module of their own")]
// A page is one deeply nested type, which exceeds the compiler's default limit.
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
