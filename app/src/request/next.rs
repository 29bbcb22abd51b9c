//! `next`: the page that was requested before sign-in. It comes from a URL, so its content is not trusted. A value is ignored
//! if it could lead to another host or is not valid in a header.

use crate::paths::{DASHBOARD, SIGN_IN};

/// The text, if it is a path on this host and of a page. At most 512 bytes, printable ASCII only.
pub(crate) fn own_path(text: &str) -> Option<&str> {
    let rooted = text.starts_with('/') && !text.starts_with("//");
    let plain = text.len() <= 512 && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_page = text != "/_fn" && !text.starts_with("/_fn/"); // a server function is not a page
    (rooted && plain && is_page).then_some(text)
}

/// The URL of the sign-in page that continues to `next`.
pub(crate) fn sign_in_page(next: &str) -> String {
    match own_path(next) {
        None | Some(DASHBOARD) => SIGN_IN.to_owned(),
        Some(next) => {
            let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
            format!("{SIGN_IN}?{query}")
        }
    }
}

/// `sign_in_page`, with a parameter that says that the browser accepts no cookies. A flash cannot say it, because it is a
/// cookie too.
pub(crate) fn sign_in_page_without_cookies(next: &str) -> String {
    let page = sign_in_page(next);
    format!("{page}{}cookies=refused", if page.contains('?') { '&' } else { '?' })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_this_host_is_one() {
        for path in ["/", "/account", "/members?q=a%20b&limit=3", "/a//b"] {
            assert_eq!(own_path(path), Some(path));
        }
        let long = format!("/{}", "a".repeat(512));
        for path in [
            "",
            "account",
            "//evil.example",
            "/\\evil.example",
            "\\/x",
            "https://x",
            "/ü",
            "/a\r\nb",
            "/a b",
            "/_fn/sign-out",
            &long,
        ] {
            assert_eq!(own_path(path), None, "{path}");
        }
    }

    #[test]
    fn the_sign_in_page_keeps_it() {
        assert_eq!(sign_in_page("/account?a=b"), "/sign-in?next=%2Faccount%3Fa%3Db");
        assert_eq!(sign_in_page("//evil.example"), "/sign-in");
        assert_eq!(sign_in_page("/"), "/sign-in");
        assert_eq!(sign_in_page_without_cookies("/a"), "/sign-in?next=%2Fa&cookies=refused");
        assert_eq!(sign_in_page_without_cookies("/"), "/sign-in?cookies=refused");
    }
}
