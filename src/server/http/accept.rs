//! What `Accept` and `Accept-Encoding` say: the items of such a list, each with its quality.

use axum::http::{HeaderMap, header::ACCEPT_ENCODING};

/// Each item with its quality in thousandths; 0 means that the client does not take it.
fn items(list: &str) -> impl Iterator<Item = (&str, u16)> {
    list.split(',').map(|item| {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        let quality = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("q="));
        (name.trim(), quality.map_or(1000, thousandths))
    })
}

/// The quality that an `Accept` header gives a media type: by its most specific range.
pub(crate) fn quality(accept: &str, media_type: &str) -> u16 {
    let general = format!("{}/*", media_type.split('/').next().unwrap_or_default());
    let ranges = items(accept).filter_map(|(name, quality)| {
        let specific = [media_type, &general, "*/*"].iter().position(|known| known.eq_ignore_ascii_case(name))?;
        Some((specific, quality))
    });
    ranges.min_by_key(|(specific, _)| *specific).map_or(0, |(_, quality)| quality)
}

/// The quality that `Accept-Encoding` gives an encoding. One that is not named counts as 0.
pub(crate) fn encoding_quality(headers: &HeaderMap, encoding: &str) -> u16 {
    let lines = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    let named = lines.flat_map(items).filter(|(name, _)| name.eq_ignore_ascii_case(encoding));
    named.map(|(_, quality)| quality).max().unwrap_or(0)
}

/// `0.8` is 800. A text that is no quality counts as 0.
fn thousandths(quality: &str) -> u16 {
    match quality.trim().split_once('.') {
        Some(("0", decimals)) => format!("{decimals:0<3}").get(..3).and_then(|text| text.parse().ok()).unwrap_or(0),
        _ => u16::from(quality.trim().starts_with('1')) * 1000,
    }
}
