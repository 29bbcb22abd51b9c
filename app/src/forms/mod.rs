//! How a form is shown, sent and answered: the islands, what the server's answer says, and what the next page says of it.

#[cfg(feature = "ssr")]
pub(crate) mod answer;
pub(crate) mod confirm;
#[cfg(feature = "ssr")]
pub(crate) mod flash;
pub(crate) mod form;
mod marks;
#[cfg(feature = "ssr")]
pub(crate) mod notice;
#[cfg(feature = "ssr")]
pub(crate) mod sent;
pub(crate) mod summary;
pub(crate) mod tenant_field;
