//! The files of the site, embedded in the binary: the output of `cargo leptos build --release -P` in `target/site`, with a
//! compressed copy beside each file. Under `/pkg` the path begins with a hash of all files, so that a browser may cache them
//! for ever. A release build never uses a path from a request on a file system. A debug build reads the files of `make watch`
//! from `target/watch`, so that they may change while it runs.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::LazyLock,
};

use axum::{
    http::{
        HeaderMap, HeaderValue, StatusCode, Uri,
        header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH, VARY},
    },
    response::{IntoResponse, Response},
};
use domain::Code;
use rust_embed::{Embed, EmbeddedFile};

use crate::http::{accept::encoding_quality, problem::Refusal};

const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// For `make watch`, where a file changes under the same name.
const NEVER: HeaderValue = HeaderValue::from_static("no-store");
const A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

#[derive(Embed)]
#[cfg_attr(not(debug_assertions), folder = "../../target/site")]
#[cfg_attr(debug_assertions, folder = "../../target/watch")]
#[allow_missing = true]
struct Site;

/// The encodings of the compressed copies with their file endings, the smallest first.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// `pkg/` and a hash of all files and their names. One changed byte gives every file a new address. `make watch` uses `pkg`
/// alone, because it reloads a changed stylesheet by its name.
static FOLDER: LazyLock<String> = LazyLock::new(|| {
    if are_watched() {
        return "pkg".to_owned();
    }
    let mut all = DefaultHasher::new();
    for name in Site::iter() {
        (name.as_ref(), Site::get(&name).map(|file| file.metadata.sha256_hash())).hash(&mut all);
    }
    format!("pkg/{:016x}", all.finish())
});

/// The files that browsers request by a fixed name, at the root of every host.
pub(crate) const AT_ROOT: [&str; 10] = [
    "/favicon.ico",
    "/favicon.svg",
    "/apple-touch-icon.png",
    "/icon-192.png",
    "/icon-512.png",
    "/icon-maskable-512.png",
    "/site.webmanifest",
    "/robots.txt",
    "/keys.js",
    "/copy.js",
];

/// Whether `make watch` runs this process. Always false in a release build.
pub(crate) fn are_watched() -> bool {
    cfg!(debug_assertions) && std::env::var_os("LEPTOS_WATCH").is_some()
}

/// The folder of the files in the address of a page.
pub(crate) fn folder() -> &'static str {
    &FOLDER
}

/// `/pkg/<hash>/<file>`. Any other path below `/pkg` is 404, also one with the hash of another build.
pub(crate) async fn package(target: Uri, headers: HeaderMap) -> Response {
    let file = target.path().strip_prefix('/').and_then(|path| path.strip_prefix(folder())?.strip_prefix('/'));
    match file {
        Some(file) => serve(&format!("pkg/{file}"), &headers, FOREVER),
        None => Refusal::from(Code::NotFound).into_response(),
    }
}

/// A file at the root, such as `/favicon.ico`. Its address never changes, so a browser may cache it for one day only.
pub(crate) async fn at_root(target: Uri, headers: HeaderMap) -> Response {
    serve(target.path().trim_start_matches('/'), &headers, A_DAY)
}

fn serve(name: &str, request: &HeaderMap, caching: HeaderValue) -> Response {
    let Some((file, encoding)) = best(name, request) else { return Refusal::from(Code::NotFound).into_response() };
    let tag = tag(&file);
    let mut headers = HeaderMap::from_iter([
        (CACHE_CONTROL, if are_watched() { NEVER } else { caching }),
        (VARY, HeaderValue::from_static("Accept-Encoding")),
    ]);
    headers.extend(HeaderValue::from_str(&media_type(name)).map(|kind| (CONTENT_TYPE, kind)));
    headers.extend(encoding.map(|encoding| (CONTENT_ENCODING, HeaderValue::from_static(encoding))));
    headers.extend(HeaderValue::from_str(&tag).map(|tag| (ETAG, tag)));
    if has(request, &tag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, file.data).into_response()
}

/// The smallest form of a file that the client accepts. A request for a compressed copy by its own name finds nothing.
fn best(name: &str, request: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    if ENCODINGS.iter().any(|(_, ending)| name.ends_with(ending)) {
        return None;
    }
    let taken = ENCODINGS.into_iter().filter(|(encoding, _)| encoding_quality(request, encoding) > 0);
    let mut twins = taken.filter_map(|(encoding, ending)| Some((Site::get(&format!("{name}{ending}"))?, encoding)));
    twins.next().map(|(file, encoding)| (file, Some(encoding))).or_else(|| Some((Site::get(name)?, None)))
}

/// Whether the client has this very version.
fn has(request: &HeaderMap, tag: &str) -> bool {
    list(request, &IF_NONE_MATCH).any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// The items of a header that holds a list.
fn list<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

/// The entity tag: the first half of the content's hash. Each encoding has its own.
fn tag(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    let (half, _) = hash.split_at(16);
    half.iter().fold(String::from('"'), |text, byte| format!("{text}{byte:02x}")) + "\""
}

/// By the file's ending. Every text here is UTF-8.
fn media_type(name: &str) -> String {
    let guessed = mime_guess::from_path(name).first_raw().unwrap_or("application/octet-stream");
    if guessed.starts_with("text/") { format!("{guessed}; charset=utf-8") } else { guessed.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::ACCEPT_ENCODING;

    fn headers(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn what_the_manifest_names_is_there_and_has_a_type() {
        let manifest: serde_json::Value =
            serde_json::from_str(include_str!("../../../public/site.webmanifest")).unwrap();
        for icon in manifest["icons"].as_array().unwrap() {
            assert!(AT_ROOT.contains(&icon["src"].as_str().unwrap()), "{icon}");
        }
        assert!(AT_ROOT.iter().all(|name| media_type(name) != "application/octet-stream"));
    }

    #[test]
    fn a_text_names_its_charset() {
        for (name, expected) in [
            ("freehold.js", "text/javascript; charset=utf-8"),
            ("freehold.css", "text/css; charset=utf-8"),
            ("robots.txt", "text/plain; charset=utf-8"),
            ("freehold.wasm", "application/wasm"),
            ("favicon.ico", "image/x-icon"),
            ("favicon.svg", "image/svg+xml"),
            ("icon-192.png", "image/png"),
            ("site.webmanifest", "application/manifest+json"),
            ("unknown", "application/octet-stream"),
        ] {
            assert_eq!(media_type(name), expected);
        }
    }

    #[test]
    fn an_encoding_is_used_only_where_it_is_taken() {
        for (given, brotli) in [
            ("gzip, deflate, br, zstd", true),
            ("br;q=0.5", true),
            ("gzip, br;q=0", false),
            ("brotli", false),
            ("", false),
        ] {
            assert_eq!(encoding_quality(&headers(ACCEPT_ENCODING, given), "br") > 0, brotli, "{given}");
        }
    }

    #[test]
    fn a_version_that_the_client_has_is_recognised() {
        for (given, known) in [("\"a\"", true), ("\"b\", W/\"a\"", true), ("*", true), ("\"b\"", false), ("a", false)] {
            assert_eq!(has(&headers(IF_NONE_MATCH, given), "\"a\""), known, "{given}");
        }
    }
}
