//! The response of a form's server function. An island gets the outcome as JSON, with the status of the problem. A plain form
//! gets a 303 to the next page, or a 303 back to its own page and a flash that says why it was refused.

use crate::{
    UiError,
    forms::{flash, sent::Sent},
    request::context,
    request::response::{by_plain_form, refuse, see_other},
};

/// Responds to the form on `page`. `outcome` is the URL to go to, or the reason for the refusal.
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
