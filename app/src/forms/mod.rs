//! Forms: how they are shown, sent and answered, and what the next page says about the result.

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
