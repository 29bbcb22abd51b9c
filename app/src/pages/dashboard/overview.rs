//! The part of the dashboard for admins and owners: what needs attention, the number of members, the last sign-ins, the growth
//! of the database, and recent changes.

use domain::{Headcount, Overview, User};
use jiff::Timestamp;
use leptos::prelude::*;

use crate::{
    components::{ActivityList, Growth, Known, ago, plural, some_time_ago},
    paths::{ACTIVITY, ADD_MEMBER, MEMBER, MEMBERS, about},
};

/// The overview of the workspace.
#[component]
pub(crate) fn Glance(overview: Overview, known: Known, points: Points, now: Timestamp) -> impl IntoView {
    let Overview { people, last_sign_ins, activity, sizes } = overview;
    view! {
        <Attention people points />
        <div class="cards">
            <People people />
            <section class="sheet stack" aria-labelledby="database">
                <h2 id="database">"Database"</h2>
                <Growth sizes />
            </section>
            <section class="sheet stack whole" aria-labelledby="sign-ins">
                <h2 id="sign-ins">"Last sign-ins"</h2>
                <SignIns users=last_sign_ins now />
            </section>
            <section class="sheet stack whole" aria-labelledby="activity">
                <h2 id="activity">"Recent activity"</h2>
                <Latest deeds=activity known now />
            </section>
        </div>
    }
}

/// Which points the list "Needs attention" may contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Points {
    /// All points.
    All,
    /// All points except the missing second owner, which is one of the first steps.
    AllButOwners,
}

/// The list of points that need attention, each with a link to act on it.
#[component]
fn Attention(people: Headcount, points: Points) -> impl IntoView {
    let points = points_of(people, points);
    (!points.is_empty()).then(|| {
        let point = |(what, why, href)| {
            view! { <li><a href=href><strong>{what}</strong></a>" "<span class="muted">{why}</span></li> }
        };
        view! {
            <section class="sheet stack attention" aria-labelledby="attention">
                <h2 id="attention">"Needs attention"</h2>
                <ul class="ledger">{points.into_iter().map(point).collect_view()}</ul>
            </section>
        }
    })
}

/// A point: what it is, why it matters, and the URL to act on it.
type Point = (String, &'static str, String);

/// The URL of the list of members with this filter.
fn filtered(field: &str, value: &str) -> String {
    format!("{MEMBERS}?{field}={value}")
}

fn points_of(people: Headcount, points: Points) -> Vec<Point> {
    let alone = (points == Points::All && people.able_owners == 1 && people.all() > 1).then(|| {
        let why = "If they lose their password, nobody here can let them back in. Make somebody else an owner too.";
        ("There is only one owner".to_owned(), why, filtered("role", "owner"))
    });
    let one_time = (people.one_time_password > 0).then(|| {
        let what = plural(people.one_time_password, "member is", "members are");
        let why = "They have not chosen a password yet. Remind them, or reset the password if it was lost.";
        (format!("{what} invited"), why, filtered("status", "one-time-password"))
    });
    let expired = (people.expired > 0).then(|| {
        let what = plural(people.expired, "invitation has", "invitations have");
        let why = "The one-time password was not used in time. Reset the password to invite them again.";
        (format!("{what} expired"), why, filtered("status", "expired"))
    });
    let idle = (people.idle > 0).then(|| {
        let what = plural(people.idle, "member has", "members have");
        let why = "Deactivate those who have left.";
        (format!("{what} not signed in for 90 days"), why, filtered("status", "idle"))
    });
    [alone, one_time, expired, idle].into_iter().flatten().collect()
}

#[component]
fn People(people: Headcount) -> impl IntoView {
    let count = |(one, many, number, href): (&'static str, &'static str, u64, String)| {
        let words = plural(number, one, many);
        let (number, noun) = words.split_once(' ').unwrap_or((&words, ""));
        view! { <li><a href=href><span class="figure">{number.to_owned()}</span>" "{noun.to_owned()}</a></li> }
    };
    let counts = [
        ("owner", "owners", people.owners, filtered("role", "owner")),
        ("admin", "admins", people.admins, filtered("role", "admin")),
        ("member", "members", people.members, filtered("role", "member")),
    ];
    let closed = (people.disabled > 0).then(|| {
        let words = format!("{} deactivated", people.disabled);
        view! { <p class="muted"><a href=filtered("status", "disabled")>{words}</a></p> }
    });
    view! {
        <section class="sheet stack" aria-labelledby="people">
            <h2 id="people">"Members"</h2>
            <ul class="figures">{counts.map(count).collect_view()}</ul>
            {closed}
            <p><a href=ADD_MEMBER>"Add a member"</a></p>
        </section>
    }
}

#[component]
fn SignIns(users: Vec<User>, now: Timestamp) -> impl IntoView {
    let line = move |user: User| {
        let (href, name) = (about(MEMBER, user.id), user.name().to_owned());
        let when = user.last_sign_in_at.map(|time| ago(time, now));
        view! { <li><a href=href>{name}</a>" "<span class="when">{when}</span></li> }
    };
    view! { <ul class="ledger">{users.into_iter().map(line).collect_view()}</ul> }
}

#[component]
fn Latest(deeds: Vec<domain::Activity>, known: Known, now: Timestamp) -> impl IntoView {
    if deeds.is_empty() {
        return view! { <p class="muted">"No activity yet. Changes to members and settings appear here."</p> }
            .into_any();
    }
    let some = deeds.into_iter().take(5).collect();
    view! { <ActivityList deeds=some known now when=some_time_ago /><p><a href=ACTIVITY>"All activity"</a></p> }
        .into_any()
}
