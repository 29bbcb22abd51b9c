//! The API's description: OpenAPI 3.1, from the same declarations as the routes, built once. `/api/openapi.json` is for
//! programs; every host answers it, whatever tenant it names.

use std::sync::LazyLock;

use axum::Json;
use domain::{Problem, TenantName, UserStatus};
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Components, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, SecurityRequirement,
        path::{Parameter, ParameterBuilder, ParameterIn},
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
        tag::TagBuilder,
    },
};

use super::{all_routes, refuses};
use crate::http::host::X_TENANT;

/// Of the API, not of the program: it changes when a client would have to.
const VERSION: &str = "1.0.0";
const BEARER: &str = "bearer";
const TAGS: [(&str, &str); 5] = [
    ("tenants", "Creating workspaces."),
    ("auth", "Signing in and out."),
    ("users", "The members of a workspace: the current user, and for admins and owners the users they manage."),
    ("sessions", "Where the current user is signed in."),
    ("workspace", "For owners: downloading the workspace's data and deleting the workspace."),
];

pub(super) static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    serde_json::to_value(all_routes().describe()).unwrap_or_default() // it is plain data: there is nothing that could fail
});

/// `GET /api/openapi.json`
pub(crate) async fn openapi() -> Json<&'static Value> {
    Json(&DOCUMENT)
}

/// What the routes do not say themselves.
pub(super) fn base() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Freehold")
        .version(VERSION)
        .description(Some(include_str!("description.md").trim_end()))
        .license(Some(LicenseBuilder::new().name("MIT").identifier(Some("MIT")).build()));
    let tags = TAGS.map(|(name, meaning)| TagBuilder::new().name(name).description(Some(meaning)).build());
    OpenApiBuilder::new()
        .info(info)
        .tags(Some(tags))
        .security(Some([SecurityRequirement::new(BEARER, [""; 0])]))
        .components(Some(components()))
        .build()
}

fn components() -> Components {
    // What no handler takes or gives as a body, and so is not found there.
    let mut schemas = vec![("Problem".to_owned(), Problem::schema()), ("UserStatus".to_owned(), UserStatus::schema())];
    Problem::schemas(&mut schemas);
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
    let scheme = scheme.description(Some("The `token` from the sign-in response."));
    let mut components = Components::new();
    components.schemas.extend(schemas);
    components.responses.extend(refuses::all());
    components.add_security_scheme(BEARER, SecurityScheme::Http(scheme.build()));
    components
}

/// The header that names a tenant.
pub(super) fn x_tenant() -> Parameter {
    ParameterBuilder::new()
        .name(X_TENANT.as_str())
        .parameter_in(ParameterIn::Header)
        .description(Some("The workspace, where the host names none."))
        .schema(Some(TenantName::schema()))
        .build()
}
