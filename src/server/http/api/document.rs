//! The API's description in OpenAPI 3.1. It is built once, from the declarations of the routes. Every host answers
//! `/api/openapi.json`, whatever tenant the request names.

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

/// The version of the API, not of the program. It changes when clients have to change.
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
    serde_json::to_value(all_routes().describe()).unwrap_or_default() // cannot fail: the document is plain data
});

/// `GET /api/openapi.json`.
pub(crate) async fn openapi() -> Json<&'static Value> {
    Json(&DOCUMENT)
}

/// The parts of the description that do not come from the routes.
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
    // Schemas that no handler takes or returns as a body, so that utoipa does not find them by itself.
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

/// The header in which a request names its tenant.
pub(super) fn x_tenant() -> Parameter {
    ParameterBuilder::new()
        .name(X_TENANT.as_str())
        .parameter_in(ParameterIn::Header)
        .description(Some("The workspace, where the host names none."))
        .schema(Some(TenantName::schema()))
        .build()
}
