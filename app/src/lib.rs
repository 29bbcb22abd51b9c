//! The screen of Freehold: the pages, their server functions and the islands that speed their forms up.
//!
//! With `ssr` this is two Leptos apps: [`Site`] on the base host and [`Workspace`] on each tenant's. A page takes what it
//! shows from the request's extensions (`asked.rs`) and hands its forms to server functions, which call one operation of
//! `backend` and end in `answer.rs`. With `hydrate` only the islands are left, for `wasm` to carry into the browser.

#![expect(unreachable_pub, reason = "the macros of Leptos make components `pub` inside a module of their own")]
// A page is one nested type: the compiler follows it deeper than by default.
#![recursion_limit = "256"]

pub mod components;
mod confirm;
mod error;
mod form;
mod form_marks;
mod summary;
mod tenant_field;

#[cfg(feature = "ssr")]
mod answer;
#[cfg(feature = "ssr")]
mod asked;
#[cfg(feature = "ssr")]
mod cookies;
#[cfg(feature = "ssr")]
mod document;
#[cfg(feature = "ssr")]
mod flash;
#[cfg(feature = "ssr")]
mod next;
#[cfg(feature = "ssr")]
mod notice;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
mod response;
#[cfg(feature = "ssr")]
mod sent;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "ssr")]
mod site;
#[cfg(feature = "ssr")]
mod workspace;

pub use confirm::Confirm;
pub use error::UiError;
pub use form::Form;
pub use tenant_field::{CheckName, TenantField, check_name};

#[cfg(feature = "ssr")]
pub use {
    cookies::{FLASH_COOKIE, SESSION_COOKIE, removal_of, session_cookie},
    document::PageContext,
    notice::Notice,
    pages::api_docs::api_docs_page,
    pages::problem::{ProblemPlace, problem_page},
    pages::settings_delete::PAGE as DELETE_PAGE,
    sent::{KEY_FIELD, Sent},
    shell::{site_shell, workspace_shell},
    site::Site,
    workspace::Workspace,
};
