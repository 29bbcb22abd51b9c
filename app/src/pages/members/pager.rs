//! The position in the list of members, such as `51–100 of 304`, and the links to the pages around it. The list can only
//! continue from a cursor. So the URL has the number of the page and the cursors of the last few pages.

use domain::{FindUsers, Role, UserStatus};
use leptos::prelude::*;

use crate::paths::MEMBERS;

/// The maximum number of earlier pages that the URL remembers. Further back there is only the link to the first page.
const TRAIL: usize = 5;

/// A page of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The number of pages before it.
    before: u64,
    /// The cursors of the pages before it, the nearest last. The first page has no cursor.
    trail: Vec<String>,
}

impl Place {
    /// Parses the parameters of the URL.
    pub(crate) fn of(query: impl Fn(&str) -> Option<String>) -> Self {
        let before = query("page").and_then(|page| page.parse::<u64>().ok()).unwrap_or(1).clamp(1, 1_000_000) - 1;
        let trail = query("trail").unwrap_or_default();
        let trail = trail.split('~').filter(|cursor| !cursor.is_empty()).map(str::to_owned).take(TRAIL).collect();
        Self { before, trail }
    }

    /// The range of rows, such as `51–100 of `. `None` if the numbers in the URL cannot be right.
    pub(crate) fn range(&self, find: &FindUsers, shown: usize, count: u64) -> Option<String> {
        let (limit, shown) = (find.limit.get() as u64, shown as u64);
        let first = self.before * limit + 1;
        let last = first + shown - shown.min(1);
        let is_right = (find.cursor.is_some() == (self.before > 0)) && shown > 0 && last <= count && count > limit;
        is_right.then(|| format!("{first}–{last} of "))
    }

    /// The URL of the next page.
    pub(crate) fn next(&self, find: &FindUsers, cursor: &str) -> String {
        let trail = self.trail.iter().chain(&find.cursor).cloned().collect::<Vec<_>>();
        let kept = trail[trail.len().saturating_sub(TRAIL)..].to_vec();
        address(find, Some(cursor), &Self { before: self.before + 1, trail: kept })
    }

    /// The URL of the previous page. `None` on the first page, and if its cursor is not known.
    pub(crate) fn previous(&self, find: &FindUsers) -> Option<String> {
        find.cursor.as_ref()?;
        let mut before = Self { before: self.before.saturating_sub(1), trail: self.trail.clone() };
        match before.trail.pop() {
            Some(cursor) => Some(address(find, Some(&cursor), &before)),
            None => (self.before == 1).then(|| first(find)),
        }
    }
}

/// The URL of the first page.
pub(crate) fn first(find: &FindUsers) -> String {
    address(find, None, &Place::default())
}

/// The links to the first, previous and next page.
#[component]
pub(crate) fn Pages(place: Place, find: FindUsers, next: Option<String>) -> impl IntoView {
    let next = next.map(|cursor| place.next(&find, &cursor));
    let previous = place.previous(&find);
    let first = find.cursor.as_ref().map(|_| first(&find));
    (first.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="actions" aria-label="Pages">
                {first.map(|href| view! { <a class="button" href=href>"First page"</a> })}
                {previous.map(|href| view! { <a class="button" rel="prev" href=href>"Previous page"</a> })}
                {next.map(|href| view! { <a class="button" rel="next" href=href>"Next page"</a> })}
            </nav>
        }
    })
}

fn address(find: &FindUsers, cursor: Option<&str>, place: &Place) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let (number, trail) = ((place.before + 1).to_string(), place.trail.join("~"));
    let given = [
        ("q", Some(&*find.q).filter(|q| !q.is_empty())),
        ("role", find.role.map(Role::as_str)),
        ("status", find.status.map(UserStatus::as_str)),
        ("cursor", cursor),
        ("page", cursor.map(|_| &*number)),
        ("trail", Some(&*trail).filter(|trail| !trail.is_empty())),
    ];
    query.extend_pairs(given.into_iter().filter_map(|(name, value)| Some((name, value?))));
    match query.finish() {
        query if query.is_empty() => MEMBERS.to_owned(),
        query => format!("{MEMBERS}?{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(cursor: &str, before: u64, trail: &[&str]) -> (FindUsers, Place) {
        let find = FindUsers { cursor: Some(cursor.to_owned()), ..FindUsers::default() };
        (find, Place { before, trail: trail.iter().map(ToString::to_string).collect() })
    }

    #[test]
    fn each_page_knows_the_one_before_it() {
        let (find, place) = (FindUsers::default(), Place::default());
        assert_eq!((place.previous(&find), place.next(&find, "b")), (None, "/members?cursor=b&page=2".to_owned()));
        let (find, place) = at("b", 1, &[]);
        assert_eq!(place.previous(&find).as_deref(), Some("/members"));
        assert_eq!(place.next(&find, "c"), "/members?cursor=c&page=3&trail=b");
        let (find, place) = at("c", 2, &["b"]);
        assert_eq!(place.previous(&find).as_deref(), Some("/members?cursor=b&page=2"));
        let (find, place) = at("z", 9, &[]);
        assert_eq!(place.previous(&find), None, "only the first page is known");
    }

    #[test]
    fn the_range_is_said_only_where_it_can_be_right() {
        let (find, place) = at("b", 1, &[]);
        assert_eq!(place.range(&find, 50, 304).as_deref(), Some("51–100 of "));
        assert_eq!(Place::default().range(&FindUsers::default(), 50, 304).as_deref(), Some("1–50 of "));
        assert_eq!(Place::default().range(&FindUsers::default(), 10, 10), None, "all are on one page");
        assert_eq!(Place { before: 90, ..place }.range(&find, 50, 304), None);
        assert_eq!(Place::default().range(&find, 50, 304), None);
    }
}
