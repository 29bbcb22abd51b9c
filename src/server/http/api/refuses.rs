//! The statuses of refusals, for the description of the routes. A handler names sets of statuses, such as `refuses::Token`.
//! Each status is described once, in the document's components. The refusals themselves come from `problem`.

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses, PartialSchema,
    openapi::{ContentBuilder, HeaderBuilder, Ref, RefOr, Response, ResponseBuilder},
};

/// Each status with its name in the document and its meaning.
const ALL: [(u16, &str, &str); 12] = [
    (
        400,
        "BadRequest",
        "No workspace is selected, or two are (`Invalid tenant`), or no workspace has this name (`Tenant does not exist`), \
         or the body is not JSON (`Malformed JSON`).",
    ),
    (401, "Unauthorized", "The token or password is missing, wrong or expired (`Unauthorized`)."),
    (
        403,
        "Forbidden",
        "The token is for another workspace or lacks the permission (`Access denied`), a one-time password must be replaced \
         first (`Password change required`), sign-up is closed (`Sign-up closed`), or the workspace is suspended (`Tenant \
         suspended`).",
    ),
    (404, "NotFound", "Nothing has this id or path (`Not found`)."),
    (
        409,
        "Conflict",
        "The name or email is taken (`Taken`, with `fields`), or the workspace would have no owner who can sign in (`Last \
         owner`).",
    ),
    (408, "RequestTimeout", "The body did not arrive within 15 seconds (`Request timeout`)."),
    (413, "TooLarge", "The body is larger than 64 KiB (`Too large`)."),
    (415, "UnsupportedMediaType", "The body is not `application/json` (`Unsupported media type`)."),
    (422, "Invalid", "The body or the query is invalid (`Invalid`); `fields` says what is wrong with which field."),
    (
        429,
        "TooManyRequests",
        "Too many requests from one network address, for one account or in one workspace (`Too many requests`). Wait for \
         the time in `Retry-After`.",
    ),
    (500, "Internal", "An error in the server (`Internal error`), logged under the `x-request-id`."),
    (
        503,
        "Unavailable",
        "Temporarily unavailable (`Unavailable`), or as many downloads are under way as may be (`Busy`). Try again after the \
         time in `Retry-After`.",
    ),
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
    /// A sign-up, which names no tenant.
    SignUp: 400 403 404 409 429 500 503;
    /// A request to a tenant, without a token.
    Tenant: 400 403 500 503;
    /// A request with a token.
    Token: 400 401 403 500 503;
    /// A request that tries a password.
    Password: 401 429;
    /// A request with a rate limit for each address or workspace.
    Rate: 429;
    /// A request with a body.
    Body: 408 413 415 422;
    /// A request with a query.
    Query: 422;
    /// A request that names a thing by its id.
    Id: 404;
    /// A request that may conflict with existing data: a name that is taken, or the last owner.
    Conflict: 409;
}

/// All statuses, as the document's components.
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
        429 | 503 => response.header("Retry-After", header::<u32>("Seconds to wait before the next attempt.")),
        _ => response,
    }
    .build()
}

fn header<T: PartialSchema>(meaning: &str) -> utoipa::openapi::Header {
    HeaderBuilder::new().schema(Some(T::schema())).description(Some(meaning)).build()
}
