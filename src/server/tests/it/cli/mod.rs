//! The command line through the real binary: what each command does, through a server and without one, and its manual.

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
    /// Standard output, as one JSON document.
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

    /// What a token is answered with.
    async fn status_of(&self, token: &str) -> u16 {
        self.ask_at("acme", "GET", "/api/v1/users/me").bearer(token).send().await.status
    }
}

/// The names of the members of an object, in the order of the alphabet.
fn members(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// A folder that nobody serves, with the workspace `acme` of `ada`.
pub(crate) fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let made =
        freehold(folder.path(), &["tenants", "create", "acme", "--username", "ada", "--password-stdin"], PASSWORD);
    assert_eq!(made.status, 0, "{made:?}");
    folder
}

/// A command that must be done.
fn done(data: &Path, arguments: &[&str]) -> Output {
    let output = freehold(data, arguments, "");
    assert_eq!(output.status, 0, "{arguments:?} {output:?}");
    output
}
