//! What is asked about a workspace itself.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A request to delete a workspace.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct DeleteWorkspaceForm {
    /// The workspace's name, as a confirmation.
    #[serde(default)]
    #[schema(required, example = "acme")]
    pub name: String,
}
