//! `Sent`: what every form says of itself beside its own fields: which rendering of it this is, on which page it stood,
//! and who was signed in then. With it the server does a form once that is sent twice, refuses a form that was opened as
//! somebody else, and brings people back to a form that was refused, or whose session ended, with what they typed.

use std::collections::BTreeMap;

use domain::{Code, Problem, User, UserId, Username};
use tower_cookies::{Cookies, Key};
use url::form_urlencoded;

use crate::{forms::flash::Flash, request::next::own_path};

/// The field that holds a random text of 128 bits, another one each time that the form is rendered.
pub const KEY_FIELD: &str = "formKey";
/// The field that holds the path and query of the form's page.
pub(crate) const PAGE_FIELD: &str = "formPage";
/// The field that holds the id and the username of whoever was signed in.
pub(crate) const USER_FIELD: &str = "formUser";

/// Fields that nobody typed: a page renders them anew.
const NOT_TYPED: [&str; 9] =
    [KEY_FIELD, PAGE_FIELD, USER_FIELD, "user", "session", "disabled", "roleWas", "next", "probed"];

/// A form as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    page: Option<String>,
    user: Option<(UserId, String)>,
    typed: BTreeMap<String, String>,
}

impl Sent {
    /// What the body of a form says. A field that cannot be read counts as absent.
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

    /// The page where the form stood.
    #[must_use]
    pub fn page(&self) -> Option<&str> {
        self.page.as_deref()
    }

    /// What was typed into it, by field, without secrets.
    pub(crate) fn typed(&self) -> &BTreeMap<String, String> {
        &self.typed
    }

    /// Why the form is not for this user to send: it was opened as somebody else.
    #[must_use]
    pub fn refuse_for(&self, user: &User) -> Option<Problem> {
        let (_, name) = self.user.as_ref().filter(|(id, _)| *id != user.id)?;
        let detail = format!(
            "You are signed in as {} now; this form was opened as {name}. Nothing was changed. Open the page again to go on as {}.",
            user.username, user.username,
        );
        Some(Problem::detail(Code::AccessDenied, detail))
    }

    /// Gives what was typed into the form of the server function at `form` back to its page, with why it was refused. The
    /// answer is that page; none, if there is nothing to give back.
    #[must_use]
    pub fn give_back(&self, form: &str, problem: &Problem, cookies: &Cookies, key: [u8; 64]) -> Option<&str> {
        let page = self.page().filter(|_| !self.typed.is_empty())?;
        self.flash(page, form, problem).leave(cookies, &Key::from(&key));
        Some(page)
    }

    /// Keeps what was typed for when the user whose session has ended is signed in again.
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

/// Whether a field holds what must not be kept.
fn is_secret(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with("password")
}

/// `<id> <username>`, as `FormKey` writes it.
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
