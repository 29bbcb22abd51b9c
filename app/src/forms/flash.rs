//! `Flash`: what a page says once, after a redirect: why its form was refused and what was typed (no secrets), or that
//! something is done. It travels in a cookie that only this server can read and that ends with the page it is for.

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

/// So many bytes fit into a cookie (4 KiB) once they are encrypted, in base64 and with attributes.
const ROOM: usize = 2_600;

/// What to say on one page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Flash {
    page: String,
    pub(crate) notice: Option<Notice>,
    /// The server function that refused.
    form: String,
    problem: Option<Problem>,
    typed: BTreeMap<String, String>,
    /// Whom it is for alone; none is whoever opens the page.
    #[serde(default)]
    user: Option<UserId>,
}

/// What came back to one form of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Returned {
    pub(crate) problem: Option<Problem>,
    typed: BTreeMap<String, String>,
}

impl Notice {
    /// Lets the tenant's page at `page` say it next.
    pub fn leave(self, page: &str, cookies: &Cookies, key: [u8; 64]) {
        let flash = Flash { page: page.to_owned(), notice: Some(self), ..Flash::default() };
        flash.leave(cookies, &Key::from(&key));
    }
}

impl Flash {
    /// Why the form of the server function at `form` on `page` was refused, and what was typed into it.
    pub(crate) fn refused(page: &str, form: &str, problem: &Problem, typed: BTreeMap<String, String>) -> Self {
        let (page, form) = (path_of(page).to_owned(), form.to_owned());
        Self { page, form, problem: Some(problem.clone()), typed, ..Self::default() }
    }

    /// For this user alone.
    pub(crate) fn of_user(self, user: UserId) -> Self {
        Self { user: Some(user), ..self }
    }

    /// Lets its page say it next.
    pub(crate) fn leave(&self, cookies: &Cookies, key: &Key) {
        self.put(FLASH_COOKIE, Duration::minutes(5), cookies, key);
    }

    /// Keeps it until its user has signed in again and opens its page.
    pub(crate) fn keep(&self, cookies: &Cookies, key: &Key) {
        self.put(KEPT_COOKIE, Duration::minutes(30), cookies, key);
    }

    /// What does not fit into a cookie is said without the typed text rather than not at all.
    fn put(&self, name: &'static str, lasts: Duration, cookies: &Cookies, key: &Key) {
        let bare = Self { typed: BTreeMap::new(), ..self.clone() };
        let texts = [self, &bare].map(serde_json::to_string).into_iter().flatten();
        if let Some(text) = { texts }.find(|text| text.len() <= ROOM) {
            let mut cookie = cookie(name, text);
            cookie.set_max_age(lasts);
            cookies.private(key).add(cookie);
        }
    }

    /// What came back to the form of a server function: nothing, if it was another's that was refused.
    pub(crate) fn of(&self, form: &str) -> Returned {
        if self.form == form {
            Returned { problem: self.problem.clone(), typed: self.typed.clone() }
        } else {
            Returned::default()
        }
    }

    /// Why something was refused that is none of these forms: a button, say.
    pub(crate) fn refused_but(&self, forms: &[&str]) -> Option<Problem> {
        self.problem.clone().filter(|_| !forms.contains(&&*self.form))
    }
}

impl Returned {
    /// What came back for a field.
    pub(crate) fn kept(&self, field: &str) -> Kept {
        self.kept_or(field, "")
    }

    /// What came back for a field, or else what it holds anyway.
    pub(crate) fn kept_or(&self, field: &str, value: &str) -> Kept {
        let error = self.problem.as_ref().and_then(|problem| problem.fields.get(field)).map(str::to_owned);
        Kept { value: self.typed.get(field).map_or(value, String::as_str).to_owned(), error }
    }
}

/// Lets this tenant's page at `page` say next that something is done.
pub(crate) fn notice(page: &str, notice: Notice) {
    if let Some((cookies, key)) = jar() {
        Flash { page: page.to_owned(), notice: Some(notice), ..Flash::default() }.leave(&cookies, &key);
    }
}

/// Lets `page` say next why its form was refused, and what was typed into it.
pub(crate) fn refuse(page: &str, problem: &Problem, typed: &BTreeMap<String, String>) {
    if let Some((cookies, key)) = jar() {
        Flash::refused(page, &context::path(), problem, typed.clone()).leave(&cookies, &key);
    }
}

/// What this page has to say, once; nothing if it is another page's.
pub(crate) fn take() -> Flash {
    let Some((cookies, key)) = jar() else { return Flash::default() };
    let user = context::session().map(|session| session.user().id);
    let found =
        [FLASH_COOKIE, KEPT_COOKIE].into_iter().find_map(|name| pick_up(name, &context::path(), &cookies, &key));
    found.filter(|flash| flash.user.is_none() || flash.user == user).unwrap_or_default()
}

/// Whether what was typed on `page` waits there until its user is signed in again.
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

/// The cookies of this request, and the key of its tenant or of the base host.
fn jar() -> Option<(Cookies, Key)> {
    let visitor: Option<Visitor> = context::visitor();
    let key = context::backend().ok()?.flash_key(visitor.as_ref());
    Some((context::cookies()?, Key::from(&key)))
}

/// A page without its query.
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
