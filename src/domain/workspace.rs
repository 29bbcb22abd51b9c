//! What is asked about a workspace itself.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The end of a workspace, as it is asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct DeleteWorkspaceForm {
    /// The workspace's name, so that nobody deletes another one than they mean.
    #[serde(default)]
    #[schema(required, example = "acme")]
    pub name: String,
}
