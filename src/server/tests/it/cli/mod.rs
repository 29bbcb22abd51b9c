//! The command line through the real binary: the effect of each command, through a server and without one, and the manual.

mod carrying;
mod deletion;
mod doctor;
mod keeping;
mod manual;
pub(crate) mod many;
mod recovery;
mod removal;
mod said;
mod tenants;
mod users;

use std::path::Path;

use serde_json::Value;

use crate::{
    process::{Output, freehold},
    support::{PASSWORD, TestApp},
};

impl Output {
    /// Parses standard output as one JSON document.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.status, 0, "{self:?}");
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl TestApp {
    /// Adds a member with a password of their own, and signs them in.
    async fn member(&self, name: &str) -> String {
        let added = self.command_with(&["users", "add", "acme", name, "--password-stdin"], PASSWORD).await;
        assert_eq!((added.status, added.err.as_str()), (0, ""), "{added:?}");
        self.sign_in_as("acme", name, PASSWORD).await
    }

    /// Returns the status of an API request with this token.
    async fn status_of(&self, token: &str) -> u16 {
        self.ask_at("acme", "GET", "/api/v1/users/me").bearer(token).send().await.status
    }
}

/// Returns the member names of a JSON object in alphabetical order.
fn members(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// Makes a data folder with the workspace `acme`, whose owner is `ada`. No server runs on it.
pub(crate) fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let made =
        freehold(folder.path(), &["tenants", "create", "acme", "--username", "ada", "--password-stdin"], PASSWORD);
    assert_eq!(made.status, 0, "{made:?}");
    folder
}

/// Runs a command that must succeed.
fn done(data: &Path, arguments: &[&str]) -> Output {
    let output = freehold(data, arguments, "");
    assert_eq!(output.status, 0, "{arguments:?} {output:?}");
    output
}
