//! Times as people read them. The server does not know where its reader lives, so that what is near is told by how long
//! ago it was, and what is far by its day; the exact time stands behind it.

use jiff::Timestamp;
use leptos::prelude::*;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A day, as people write it.
pub fn day(time: Timestamp) -> impl IntoView {
    view! { <time datetime=time.to_string()>{on_day(time)}</time> }
}

/// How long ago it was, seen from `now`.
pub fn ago(time: Timestamp, now: Timestamp) -> impl IntoView {
    let exact = time.strftime("%-d %B %Y, %H:%M UTC").to_string();
    view! { <time datetime=time.to_string() title=exact>{in_words(time, now)}</time> }
}

/// How long ago it was, as an entry of a short list.
pub fn some_time_ago(time: Timestamp, now: Timestamp) -> AnyView {
    ago(time, now).into_any()
}

/// How long ago it was, and the exact time for everybody to read.
pub fn ago_and_when(time: Timestamp, now: Timestamp) -> AnyView {
    let exact = time.strftime("%-d %b %Y, %H:%M UTC").to_string();
    view! { {ago(time, now)}<span class="exact">{exact}</span> }.into_any()
}

/// A time for a text that is copied: its reader may be anywhere.
pub fn in_full(time: Timestamp) -> String {
    time.strftime("%-d %B %Y, %H:%M (UTC)").to_string()
}

fn on_day(time: Timestamp) -> String {
    time.strftime("%-d %B %Y").to_string()
}

fn in_words(time: Timestamp, now: Timestamp) -> String {
    match now.as_second() - time.as_second() {
        ..MINUTE => "just now".to_owned(),
        seconds @ MINUTE..HOUR => ago_in(seconds / MINUTE, "minute"),
        seconds @ HOUR..DAY => ago_in(seconds / HOUR, "hour"),
        seconds if seconds < 14 * DAY => ago_in(seconds / DAY, "day"),
        _ => on_day(time),
    }
}

fn ago_in(count: i64, unit: &str) -> String {
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_is_told_by_how_long_ago_it_was() {
        let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        for (time, words) in [
            ("2026-11-24T12:00:05Z", "just now"),
            ("2026-11-24T11:59:30Z", "just now"),
            ("2026-11-24T11:59:00Z", "1 minute ago"),
            ("2026-11-24T09:30:00Z", "2 hours ago"),
            ("2026-11-23T12:00:00Z", "1 day ago"),
            ("2026-11-11T00:00:00Z", "13 days ago"),
            ("2026-11-01T00:00:00Z", "1 November 2026"),
        ] {
            assert_eq!(in_words(time.parse().unwrap(), now), words, "{time}");
        }
    }
}
