//! Times for readers. The server does not know the reader's time zone, so it shows a recent time as "how long ago" and an
//! older one as its date. `ago` puts the exact time in UTC into the element's `title`.

use jiff::Timestamp;
use leptos::prelude::*;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The date, such as `3 March 2026`.
pub fn day(time: Timestamp) -> impl IntoView {
    view! { <time datetime=time.to_string()>{on_day(time)}</time> }
}

/// How long ago `time` was, relative to `now`. From 14 days on, the date.
pub fn ago(time: Timestamp, now: Timestamp) -> impl IntoView {
    let exact = time.strftime("%-d %B %Y, %H:%M UTC").to_string();
    view! { <time datetime=time.to_string() title=exact>{in_words(time, now)}</time> }
}

/// `ago` as an `AnyView`, for the entries of a short list.
pub fn some_time_ago(time: Timestamp, now: Timestamp) -> AnyView {
    ago(time, now).into_any()
}

/// How long ago `time` was, followed by the exact time as visible text.
pub fn ago_and_when(time: Timestamp, now: Timestamp) -> AnyView {
    let exact = time.strftime("%-d %b %Y, %H:%M UTC").to_string();
    view! { {ago(time, now)}<span class="exact">{exact}</span> }.into_any()
}

/// The exact time in UTC, for a text that is copied and may be read in any time zone.
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
