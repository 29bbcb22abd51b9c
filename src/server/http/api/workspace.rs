//! `/api/v1/database` and `/api/v1/workspace`: owners download the data of their workspace in one file, and delete the
//! workspace.

use axum::{
    http::{Method, StatusCode},
    response::Response,
};
use domain::DeleteWorkspaceForm;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat,
        schema::{SchemaType, Type},
    },
};

use super::{json::Json, refuses};
use crate::http::{
    auth::{Client, Owner},
    download,
    problem::Refusal,
};

/// A file in the description: a binary string.
enum File {}

impl PartialSchema for File {
    fn schema() -> RefOr<Schema> {
        let binary = SchemaFormat::KnownFormat(KnownFormat::Binary);
        ObjectBuilder::new().schema_type(SchemaType::new(Type::String)).format(Some(binary)).into()
    }
}

impl ToSchema for File {}

/// Download the database
///
/// Everything in the workspace as one SQLite file, without passwords, sessions and keys. For owners; one at a time. The copy of
/// a large workspace takes minutes: then the response has no `Content-Length`, and its body follows when the copy is made. A
/// connection that is closed before the end of the body means that the copy failed; the file is not complete.
#[utoipa::path(
    get, path = "/api/v1/database", operation_id = "downloadDatabase", tag = "workspace",
    responses(
        (status = OK, description = "The file.", body = inline(File), content_type = "application/vnd.sqlite3",
            headers(("Content-Disposition" = String, description = "`attachment`, with a name such as `acme-2026-11-25.db`."))),
        refuses::Token,
    ),
)]
pub(super) async fn database(owner: Owner, client: Client, method: Method) -> Result<Response, Refusal> {
    download::download(owner, client, method).await
}

/// Delete the workspace
///
/// Everyone is signed out at once. Requests get 503 until the workspace is deleted, then 400. The provider keeps a final
/// backup, and the name is reserved for 90 days. If the backup fails, the workspace is kept as it was. For owners.
#[utoipa::path(
    delete, path = "/api/v1/workspace", operation_id = "deleteWorkspace", tag = "workspace",
    request_body = DeleteWorkspaceForm,
    responses((status = ACCEPTED, description = "The workspace is being deleted."), refuses::Token, refuses::Body),
)]
pub(super) async fn delete(Owner(owner): Owner, Json(form): Json<DeleteWorkspaceForm>) -> Result<StatusCode, Refusal> {
    owner.delete_workspace(&form.name).await?;
    Ok(StatusCode::ACCEPTED)
}
