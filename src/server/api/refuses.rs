//! What a route may refuse, for its description: a handler names sets of statuses, such as `refuses::Token`, and each
//! status is described once, in the document's components. Nothing here refuses anything: `problem` does.

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses, PartialSchema,
    openapi::{ContentBuilder, HeaderBuilder, Ref, RefOr, Response, ResponseBuilder},
};

/// Status, its name in the document, and what it means.
const ALL: [(u16, &str, &str); 11] = [
    (
        400,
        "BadRequest",
        "The tenant is not named clearly (`Invalid tenant`), or there is none of this name (`Tenant does not exist`).",
    ),
    (401, "Unauthorized", "There is no token or password that is good here and now (`Unauthorized`)."),
    (
        403,
        "Forbidden",
        "The token is another tenant's or lacks the right (`Access denied`), a one-time password must be replaced first \
         (`Password change required`), sign-up is closed (`Sign-up closed`), or the workspace is (`Tenant suspended`).",
    ),
    (404, "NotFound", "There is nothing by this id or path (`Not found`)."),
    (
        409,
        "Conflict",
        "Somebody has this name or address (`Taken`, with `fields`), or the workspace would be left without an owner who \
         can sign in (`Last owner`).",
    ),
    (413, "TooLarge", "The body is larger than 64 KiB (`Too large`)."),
    (415, "UnsupportedMediaType", "The body is not `application/json` (`Unsupported media type`)."),
    (
        422,
        "Invalid",
        "The body or the query cannot be taken as it is (`Invalid`); `fields` says what is wrong with which.",
    ),
    (429, "TooManyRequests", "Too many tries from one address (`Too many requests`). Wait as `Retry-After` says."),
    (500, "Internal", "A fault of the server's own (`Internal error`), which it has noted under the `x-request-id`."),
    (503, "Unavailable", "Not to be had at this moment (`Unavailable`). Try again when `Retry-After` says."),
];

macro_rules! sets {
    ($($(#[$doc:meta])* $name:ident: $($status:literal)+;)*) => {$(
        $(#[$doc])*
        pub(super) enum $name {}

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                [$($status),+].into_iter().filter_map(reference).collect()
            }
        }
    )*};
}

sets! {
    /// Signing up: nothing is there that could be asked.
    SignUp: 400 403 404 409 429 500 503;
    /// What anyone may ask a tenant.
    Tenant: 400 403 500 503;
    /// What wants a token.
    Token: 400 401 403 500 503;
    /// What tries a password.
    Password: 401 429;
    /// What may be asked so often from one address.
    Rate: 429;
    /// What takes a body.
    Body: 413 415 422;
    /// What takes a query.
    Query: 422;
    /// What names something by its id.
    Id: 404;
    /// What may be somebody else's already, or the last of its kind.
    Conflict: 409;
}

/// All of them, as the document's components.
pub(super) fn all() -> impl Iterator<Item = (String, RefOr<Response>)> {
    ALL.into_iter().map(|(status, name, meaning)| (name.to_owned(), response(status, meaning).into()))
}

fn reference(status: u16) -> Option<(String, RefOr<Response>)> {
    let (_, name, _) = ALL.into_iter().find(|(known, ..)| *known == status)?;
    Some((status.to_string(), Ref::from_response_name(name).into()))
}

fn response(status: u16, meaning: &str) -> Response {
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response = ResponseBuilder::new().description(meaning).content("application/problem+json", problem);
    match status {
        401 => response.header("WWW-Authenticate", header::<String>("`Bearer`.")),
        429 | 503 => response.header("Retry-After", header::<u32>("Seconds after which another try makes sense.")),
        _ => response,
    }
    .build()
}

fn header<T: PartialSchema>(meaning: &str) -> utoipa::openapi::Header {
    HeaderBuilder::new().schema(Some(T::schema())).description(Some(meaning)).build()
}
