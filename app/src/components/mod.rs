//! What more than one page is made of. Nothing here asks the backend anything: values in, markup out.

mod field;
#[cfg(feature = "ssr")]
mod layout;
#[cfg(feature = "ssr")]
mod parcel;

pub use field::{Field, Kept};
#[cfg(feature = "ssr")]
pub use {
    layout::{NoticeBar, SiteLayout, WorkspaceLayout, day},
    parcel::{Lot, Mark, Plan},
};
