//! `Sent`: what a form sends in addition to its own fields: a key for this rendering of the form, the page it was on, and the
//! user who was signed in. With these, the server handles a form once even if it is sent twice. It refuses a form that was
//! opened by another user. After a refusal or the end of a session, it shows the form again with what was typed.

use std::collections::BTreeMap;

use domain::{Code, Problem, User, UserId, Username};
use tower_cookies::{Cookies, Key};
use url::form_urlencoded;

use crate::{forms::flash::Flash, request::next::own_path};

/// The field with a random text of 128 bits, a new one for each rendering of the form.
pub const KEY_FIELD: &str = "formKey";
/// The field with the path and the query of the form's page.
pub(crate) const PAGE_FIELD: &str = "formPage";
/// The field with the id and the username of the user who was signed in.
pub(crate) const USER_FIELD: &str = "formUser";

/// Fields that were not typed. A page renders them again.
const NOT_TYPED: [&str; 9] =
    [KEY_FIELD, PAGE_FIELD, USER_FIELD, "user", "session", "disabled", "roleWas", "next", "probed"];

/// What a form sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    page: Option<String>,
    user: Option<(UserId, String)>,
    typed: BTreeMap<String, String>,
}

impl Sent {
    /// Parses the body of a form. A field that cannot be parsed counts as absent.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        let mut sent = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            match &*name {
                PAGE_FIELD => sent.page = own_path(&value).map(str::to_owned),
                USER_FIELD => sent.user = parsed_user(&value),
                name if NOT_TYPED.contains(&name) || is_secret(name) => {}
                name => _ = sent.typed.insert(name.to_owned(), value.into_owned()),
            }
        }
        sent
    }

    /// The page that the form was on.
    #[must_use]
    pub fn page(&self) -> Option<&str> {
        self.page.as_deref()
    }

    /// The typed text by field name, without secrets.
    pub(crate) fn typed(&self) -> &BTreeMap<String, String> {
        &self.typed
    }

    /// Why this user may not send the form: another user opened it. `None` means that they may.
    #[must_use]
    pub fn refuse_for(&self, user: &User) -> Option<Problem> {
        let (_, name) = self.user.as_ref().filter(|(id, _)| *id != user.id)?;
        let detail = format!(
            "You are signed in as {} now; this form was opened as {name}. Nothing was changed. Open the page again to go on as {}.",
            user.username, user.username,
        );
        Some(Problem::detail(Code::AccessDenied, detail))
    }

    /// Stores the typed text and the problem for the page of the form with the server function at `form`. Returns that page, or
    /// `None` if nothing was typed.
    #[must_use]
    pub fn give_back(&self, form: &str, problem: &Problem, cookies: &Cookies, key: [u8; 64]) -> Option<&str> {
        let page = self.page().filter(|_| !self.typed.is_empty())?;
        self.flash(page, form, problem).leave(cookies, &Key::from(&key));
        Some(page)
    }

    /// Keeps the typed text until the user whose session has ended signs in again.
    pub fn keep(&self, form: &str, cookies: &Cookies, key: [u8; 64]) {
        if let Some((page, (user, _))) = self.page().zip(self.user.as_ref()).filter(|_| !self.typed.is_empty()) {
            let why = "You had been signed out, so this was not sent. What you typed is here: send it again.";
            let flash = self.flash(page, form, &Problem::detail(Code::Unauthorized, why)).of_user(*user);
            flash.keep(cookies, &Key::from(&key));
        }
    }

    fn flash(&self, page: &str, form: &str, problem: &Problem) -> Flash {
        Flash::refused(page, form, problem, self.typed.clone())
    }
}

/// Whether a field is a password, which must not be kept.
fn is_secret(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with("password")
}

/// Parses `<id> <username>`, as `FormKey` writes it.
fn parsed_user(text: &str) -> Option<(UserId, String)> {
    let (id, name) = text.split_once(' ')?;
    Some((id.parse().ok()?, name.parse::<Username>().ok()?.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0190b8a0-1c2d-7e3f-8a4b-5c6d7e8f9a0b";

    #[test]
    fn a_form_keeps_what_was_typed_and_no_secret() {
        let body =
            format!("formKey=k&formPage=%2Faccount%3Fa%3Db&formUser={ID}+ada&displayName=Ada+L.&newPassword=x&user=y");
        let sent = Sent::of(body.as_bytes());
        assert_eq!(sent.page(), Some("/account?a=b"));
        assert_eq!(sent.user, Some((ID.parse().unwrap(), "ada".to_owned())));
        assert_eq!(sent.typed, BTreeMap::from([("displayName".to_owned(), "Ada L.".to_owned())]));
    }

    #[test]
    fn a_page_of_another_host_and_a_user_that_cannot_be_are_not_taken() {
        for page in ["//evil.example", "/%5Cevil.example", "https%3A%2F%2Fevil.example", "/_fn/sign-out", ""] {
            assert_eq!(Sent::of(format!("formPage={page}").as_bytes()).page(), None, "{page}");
        }
        for user in ["", "ada", &format!("{ID} "), &format!("{ID} <b>"), "x ada"] {
            assert_eq!(Sent::of(format!("formUser={user}").as_bytes()).user, None, "{user}");
        }
    }
}
