//! Request and response as pages and server functions use them: the context of the request, the cookies, errors, redirects.

#[cfg(feature = "ssr")]
pub(crate) mod context;
#[cfg(feature = "ssr")]
pub(crate) mod cookies;
pub(crate) mod error;
#[cfg(feature = "ssr")]
pub(crate) mod next;
#[cfg(feature = "ssr")]
pub(crate) mod response;
