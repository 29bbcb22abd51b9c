//! `UiError`: the error of a server function. It wraps a `Problem`, made from a backend error or from a request that could not
//! be parsed. The backend error's chain goes to the log; the browser gets the problem as JSON.

use domain::{Code, Problem};
use leptos::{
    prelude::{FromServerFnError, ServerFnErrorErr},
    server_fn::codec::JsonEncoding,
};
use serde::{Deserialize, Serialize};

/// The error of every server function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UiError(pub Problem);

impl From<Problem> for UiError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl FromServerFnError for UiError {
    type Encoder = JsonEncoding;

    /// Converts an error of Leptos itself: on the server, a request that is not a valid form; in the browser, a request or a
    /// response that failed.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let problem = match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Problem::detail(Code::Invalid, "This form could not be read.")
            }
            ServerFnErrorErr::Request(_) => Problem::detail(Code::Unavailable, "The server could not be reached."),
            _ => Problem::new(Code::Internal),
        };
        #[cfg(feature = "ssr")]
        crate::request::response::unreadable(&problem);
        Self(problem)
    }
}

#[cfg(feature = "ssr")]
impl From<backend::Error> for UiError {
    /// Converts a backend error, and logs its whole chain if it is a fault of the server.
    fn from(error: backend::Error) -> Self {
        if error.is_fault() {
            tracing::error!(error = error.chain(), "the request failed");
        }
        // The pages say "member" where the API says "user".
        match error {
            backend::Error::NotFound("user") => backend::Error::NotFound("member").problem().into(),
            error => Self(error.problem()),
        }
    }
}
