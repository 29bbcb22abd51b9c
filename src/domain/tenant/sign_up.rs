//! Sign-up of a workspace: the form as it was typed, the valid request, and the response.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Email, Fields, Password, Secret, TenantName, User, Username};

/// What was typed or sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct SignUpForm {
    /// The workspace's name: 1 to 40 lower-case letters, digits and single dashes inside.
    #[serde(default)]
    #[schema(required, example = "acme")]
    pub tenant: String,
    /// The username of its first owner: 1 to 64 characters of `a-z0-9._-@+`.
    #[serde(default)]
    #[schema(required, example = "grace")]
    pub username: String,
    /// The owner's password: 10 to 256 characters.
    #[serde(default)]
    #[schema(required)]
    pub password: Secret,
    /// The owner's email address; empty means none.
    #[serde(default)]
    #[schema(example = "grace@example.com")]
    pub email: Option<String>,
}

/// A sign-up whose fields are all valid.
#[derive(Debug, Clone)]
pub struct SignUp {
    /// The workspace's name.
    pub tenant: TenantName,
    /// The username of the first owner.
    pub username: Username,
    /// The owner's password.
    pub password: Password,
    /// The owner's email address.
    pub email: Option<Email>,
}

/// A new workspace.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "tenant": "acme", "url": "https://acme.example.com", "user": {
        "id": "0190b8a0-1c2d-7e3f-8a4b-5c6d7e8f9a0b", "username": "grace", "displayName": null, "email": "grace@example.com",
        "role": "owner", "disabled": false, "passwordChangeRequired": false, "createdAt": "2026-09-01T09:30:00Z",
        "lastSignInAt": null,
    },
}))]
pub struct SignedUp {
    /// The workspace's name.
    pub tenant: TenantName,
    /// Its address.
    pub url: String,
    /// Its first owner.
    pub user: User,
}

impl TryFrom<SignUpForm> for SignUp {
    type Error = Fields;

    fn try_from(form: SignUpForm) -> Result<Self, Fields> {
        let mut fields = Fields::default();
        let tenant = fields.take("tenant", form.tenant.trim().parse());
        let username = fields.take("username", form.username.parse());
        let password = fields.take("password", Password::try_from(form.password));
        let email = form.email.filter(|text| !text.trim().is_empty()).map(|text| text.parse()).transpose();
        match (tenant, username, password, fields.take("email", email)) {
            (Some(tenant), Some(username), Some(password), Some(email)) => {
                Ok(Self { tenant, username, password, email })
            }
            _ => Err(fields),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let form = SignUpForm {
            tenant: "A".into(),
            username: String::new(),
            password: Secret::from("short".to_owned()),
            email: Some("x".into()),
        };
        let fields = SignUp::try_from(form).unwrap_err();
        assert_eq!(fields.0.keys().collect::<Vec<_>>(), ["email", "password", "tenant", "username"]);
    }

    #[test]
    fn an_empty_address_is_no_address() {
        let form = SignUpForm {
            tenant: "acme".into(),
            username: "root".into(),
            password: Secret::from("0123456789abc".to_owned()),
            email: Some(" ".into()),
        };
        assert_eq!(SignUp::try_from(form).unwrap().email, None);
    }
}
