//! `UiError`: how a server function says no. It is a `Problem` and nothing else, made of a backend error (whose chain goes
//! to the log) or of a request that could not be read; it goes to the browser as the problem's JSON.

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

    /// Leptos could not bring question and answer together; on the server, the request was no form of ours.
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
    /// Here the error leaves its chain to the log.
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
