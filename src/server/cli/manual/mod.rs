//! The commands that print the manual: completions for shells, and manual pages.

mod completions;
mod man;

pub(super) use completions::Completions;
pub(super) use man::Man;
