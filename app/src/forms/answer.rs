//! How a form's server function ends. An island gets the outcome as JSON with the problem's own status; a plain form gets
//! 303: on to the next page, or back to its own with a flash that says why.

use crate::{
    UiError,
    forms::{flash, sent::Sent},
    request::context,
    request::response::{by_plain_form, refuse, see_other},
};

/// Ends the server function of the form on `page`: `outcome` says where to go or why not.
pub(crate) fn answer(page: &str, outcome: Result<String, UiError>) -> Result<String, UiError> {
    match &outcome {
        Ok(url) if by_plain_form() => see_other(url),
        Ok(_) => {}
        Err(UiError(problem)) if by_plain_form() => {
            let sent: Sent = context::extension().unwrap_or_default();
            flash::refuse(page, problem, sent.typed());
            see_other(page);
        }
        Err(UiError(problem)) => refuse(problem),
    }
    outcome
}
