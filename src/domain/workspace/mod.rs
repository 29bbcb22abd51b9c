//! Requests about a workspace itself, and its overview.

mod overview;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use overview::{Action, Activity, Headcount, InvalidAction, NotedAction, NotedName, Overview, Size};

/// A request to delete a workspace.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct DeleteWorkspaceForm {
    /// The workspace's name, as a confirmation.
    #[serde(default)]
    #[schema(required, example = "acme")]
    pub name: String,
}
