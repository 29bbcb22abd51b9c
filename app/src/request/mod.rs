//! A request and its answer, as pages and server functions see them: who asks for what, the cookies, and how it is refused.

#[cfg(feature = "ssr")]
pub(crate) mod context;
#[cfg(feature = "ssr")]
pub(crate) mod cookies;
pub(crate) mod error;
#[cfg(feature = "ssr")]
pub(crate) mod next;
#[cfg(feature = "ssr")]
pub(crate) mod response;
