//! Components that more than one page uses. They take values and return markup, and run no operation of the backend.

#[cfg(feature = "ssr")]
mod copy;
#[cfg(feature = "ssr")]
mod deed;
mod field;
#[cfg(feature = "ssr")]
mod form_key;
#[cfg(feature = "ssr")]
mod growth;
#[cfg(feature = "ssr")]
mod layout;
#[cfg(feature = "ssr")]
mod mark;
#[cfg(feature = "ssr")]
mod pager;
#[cfg(feature = "ssr")]
mod parcel;
#[cfg(feature = "ssr")]
mod person;
#[cfg(feature = "ssr")]
mod question;
#[cfg(feature = "ssr")]
mod refusal;
mod show_password;
#[cfg(feature = "ssr")]
mod time;
#[cfg(feature = "ssr")]
mod title;

pub use field::{Field, Kept};
pub use show_password::ShowPassword;
#[cfg(feature = "ssr")]
pub use {
    copy::{CopyButton, CopyScript, copy_script},
    deed::{ActivityList, Known},
    form_key::FormKey,
    growth::Growth,
    layout::{NoticeBar, SiteLayout, WorkspaceLayout},
    mark::{Mark, Vacant, Wordmark, grounds, icon},
    pager::Pager,
    parcel::Lot,
    person::{Managers, RoleField, StatusTag, capital, plural},
    question::asking,
    refusal::{Refused, Sheet, Way, heading},
    time::{ago, ago_and_when, day, in_full, some_time_ago},
    title::PageTitle,
};
