//! `Flash`: what the next page shows once after a redirect. It says why the page's form was refused and what was typed (no
//! secrets), or that an action succeeded. It is in an encrypted cookie that only this server can read. The page that shows it
//! removes the cookie.

use std::collections::BTreeMap;

use backend::Visitor;
use domain::{Problem, UserId};
use serde::{Deserialize, Serialize};
use tower_cookies::{Cookies, Key, cookie::time::Duration};

use crate::{
    Notice,
    components::Kept,
    request::{
        context,
        cookies::{FLASH_COOKIE, KEPT_COOKIE, cookie, removal_of},
    },
};

/// The longest JSON that fits into a cookie of 4 KiB, in bytes. It grows through encryption, base64 and the cookie's
/// attributes.
const ROOM: usize = 2_600;

/// What one page shows once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Flash {
    page: String,
    pub(crate) notice: Option<Notice>,
    /// The path of the server function that refused.
    form: String,
    problem: Option<Problem>,
    typed: BTreeMap<String, String>,
    /// The only user who may see it. `None` means anyone who opens the page.
    #[serde(default)]
    user: Option<UserId>,
}

/// What was returned to one form of the page: the problem and the typed text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Returned {
    pub(crate) problem: Option<Problem>,
    typed: BTreeMap<String, String>,
}

impl Notice {
    /// Makes the tenant's page at `page` show this notice once.
    pub fn leave(self, page: &str, cookies: &Cookies, key: [u8; 64]) {
        let flash = Flash { page: page.to_owned(), notice: Some(self), ..Flash::default() };
        flash.leave(cookies, &Key::from(&key));
    }
}

impl Flash {
    /// The flash of a refused form: the server function at `form`, its page, the problem, and what was typed.
    pub(crate) fn refused(page: &str, form: &str, problem: &Problem, typed: BTreeMap<String, String>) -> Self {
        let (page, form) = (path_of(page).to_owned(), form.to_owned());
        Self { page, form, problem: Some(problem.clone()), typed, ..Self::default() }
    }

    /// Restricts the flash to this user.
    pub(crate) fn of_user(self, user: UserId) -> Self {
        Self { user: Some(user), ..self }
    }

    /// Stores the flash for its page, for 5 minutes.
    pub(crate) fn leave(&self, cookies: &Cookies, key: &Key) {
        self.put(FLASH_COOKIE, Duration::minutes(5), cookies, key);
    }

    /// Stores the flash until its user has signed in again and opens its page, for at most 30 minutes.
    pub(crate) fn keep(&self, cookies: &Cookies, key: &Key) {
        self.put(KEPT_COOKIE, Duration::minutes(30), cookies, key);
    }

    /// Writes the cookie. If the typed text makes it too long, the cookie is written without that text.
    fn put(&self, name: &'static str, lasts: Duration, cookies: &Cookies, key: &Key) {
        let bare = Self { typed: BTreeMap::new(), ..self.clone() };
        let texts = [self, &bare].map(serde_json::to_string).into_iter().flatten();
        if let Some(text) = { texts }.find(|text| text.len() <= ROOM) {
            let mut cookie = cookie(name, text);
            cookie.set_max_age(lasts);
            cookies.private(key).add(cookie);
        }
    }

    /// What was returned to the form of a server function. It is empty if another form was refused.
    pub(crate) fn of(&self, form: &str) -> Returned {
        if self.form == form {
            Returned { problem: self.problem.clone(), typed: self.typed.clone() }
        } else {
            Returned::default()
        }
    }

    /// The problem, if the refused form is not one of `forms`. It may be a single button, for example.
    pub(crate) fn refused_but(&self, forms: &[&str]) -> Option<Problem> {
        self.problem.clone().filter(|_| !forms.contains(&&*self.form))
    }
}

impl Returned {
    /// The typed text and the error of a field.
    pub(crate) fn kept(&self, field: &str) -> Kept {
        self.kept_or(field, "")
    }

    /// The typed text and the error of a field. `value` is used if nothing was typed.
    pub(crate) fn kept_or(&self, field: &str, value: &str) -> Kept {
        let error = self.problem.as_ref().and_then(|problem| problem.fields.get(field)).map(str::to_owned);
        Kept { value: self.typed.get(field).map_or(value, String::as_str).to_owned(), error }
    }
}

/// Makes this tenant's page at `page` show the notice once.
pub(crate) fn notice(page: &str, notice: Notice) {
    if let Some((cookies, key)) = jar() {
        Flash { page: page.to_owned(), notice: Some(notice), ..Flash::default() }.leave(&cookies, &key);
    }
}

/// Makes `page` show once why its form was refused, and what was typed into it.
pub(crate) fn refuse(page: &str, problem: &Problem, typed: &BTreeMap<String, String>) {
    if let Some((cookies, key)) = jar() {
        Flash::refused(page, &context::path(), problem, typed.clone()).leave(&cookies, &key);
    }
}

/// Takes the flash for the current page. It is empty if there is none for this page or for this user.
pub(crate) fn take() -> Flash {
    let Some((cookies, key)) = jar() else { return Flash::default() };
    let user = context::session().map(|session| session.user().id);
    let found =
        [FLASH_COOKIE, KEPT_COOKIE].into_iter().find_map(|name| pick_up(name, &context::path(), &cookies, &key));
    found.filter(|flash| flash.user.is_none() || flash.user == user).unwrap_or_default()
}

/// Whether typed text is kept for `page` until its user has signed in again.
pub(crate) fn waits_on(page: &str) -> bool {
    jar().and_then(|(cookies, key)| open(KEPT_COOKIE, &cookies, &key)).is_some_and(|flash| flash.page == path_of(page))
}

fn pick_up(name: &'static str, page: &str, cookies: &Cookies, key: &Key) -> Option<Flash> {
    let flash = open(name, cookies, key).filter(|flash| flash.page == page)?;
    cookies.remove(removal_of(name));
    Some(flash)
}

fn open(name: &str, cookies: &Cookies, key: &Key) -> Option<Flash> {
    serde_json::from_str(cookies.private(key).get(name)?.value()).ok()
}

/// The request's cookies, and the key of its tenant or of the base host.
fn jar() -> Option<(Cookies, Key)> {
    let visitor: Option<Visitor> = context::visitor();
    let key = context::backend().ok()?.flash_key(visitor.as_ref());
    Some((context::cookies()?, Key::from(&key)))
}

/// The path of a page, without its query.
fn path_of(page: &str) -> &str {
    page.split_once('?').map_or(page, |(path, _)| path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Fields;

    fn refused(text: &str) -> Flash {
        let problem = Some(Problem::invalid(Fields::one("tenant", "Choose another name.")));
        Flash {
            page: "/sign-up".into(),
            form: "/_fn/sign-up".into(),
            problem,
            typed: BTreeMap::from([("tenant".into(), text.into())]),
            ..Flash::default()
        }
    }

    fn round_trip(flash: &Flash, page: &str) -> (Cookies, Option<Flash>) {
        let (cookies, key) = (Cookies::default(), Key::from(&[7; 64]));
        flash.leave(&cookies, &key);
        let found = pick_up(FLASH_COOKIE, page, &cookies, &key);
        (cookies, found)
    }

    #[test]
    fn a_flash_is_said_once_and_only_on_its_page() {
        let (cookies, found) = round_trip(&refused("Admin"), "/sign-up");
        let found = found.unwrap();
        assert_eq!(found.of("/_fn/another"), Returned::default());
        let kept = found.of("/_fn/sign-up").kept("tenant");
        assert_eq!(kept, Kept { value: "Admin".into(), error: Some("Choose another name.".into()) });
        assert_eq!(pick_up(FLASH_COOKIE, "/sign-up", &cookies, &Key::from(&[7; 64])), None);
        assert_eq!(round_trip(&refused("Admin"), "/find").1, None);
    }

    #[test]
    fn another_key_reads_nothing() {
        let cookies = Cookies::default();
        refused("a").leave(&cookies, &Key::from(&[7; 64]));
        assert_eq!(pick_up(FLASH_COOKIE, "/sign-up", &cookies, &Key::from(&[8; 64])), None);
    }

    #[test]
    fn what_is_too_much_for_a_cookie_is_left_out() {
        let found = round_trip(&refused(&"a".repeat(9_000)), "/sign-up").1.unwrap();
        assert_eq!(
            found.of("/_fn/sign-up").kept("tenant"),
            Kept { value: String::new(), error: Some("Choose another name.".into()) }
        );
    }
}
