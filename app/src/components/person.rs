//! How users are shown: the status of their access, and the field to choose a role. The status is always a word, never only a
//! colour.

use domain::{Role, User};
use jiff::Timestamp;
use leptos::prelude::*;

use super::Kept;

/// The status of a user's access as a tag.
#[component]
pub fn StatusTag(user: User, now: Timestamp) -> impl IntoView {
    let has_expired = user.one_time_password_expires_at.is_some_and(|until| until <= now);
    let (look, words) = match user {
        User { disabled: true, .. } => ("tag bad", "Deactivated"),
        User { password_change_required: true, .. } if has_expired => ("tag bad", "Invitation expired"),
        User { password_change_required: true, .. } => ("tag warn", "Invited"),
        _ => ("usual", "Active"),
    };
    view! { <span class=look>{words}</span> }
}

/// The names and roles of the owners and admins, so that a member knows whom to ask. Renders nothing for an empty list.
#[component]
pub fn Managers(people: Vec<User>) -> impl IntoView {
    let line = |user: User| {
        view! { <li><strong>{user.name().to_owned()}</strong>" "<span class="role">{capital(user.role)}</span></li> }
    };
    (!people.is_empty()).then(|| view! { <ul class="managers">{people.into_iter().map(line).collect_view()}</ul> })
}

/// The field to choose a role, among the roles that the acting user may grant.
#[component]
pub fn RoleField(roles: Vec<Role>, kept: Kept) -> impl IntoView {
    let Kept { value, error } = kept;
    let option = move |role: Role| {
        let selected = role.as_str() == value;
        view! {
            <label class="choice">
                <input type="radio" name="role" value=role.as_str() checked=selected />
                <span><strong>{capital(role)}</strong>" "<span class="hint">{may(role)}</span></span>
            </label>
        }
    };
    view! {
        <fieldset class="field" aria-describedby="role-error">
            <legend>"Role"</legend>
            {roles.into_iter().rev().map(option).collect_view()}
            <p class="error" id="role-error">{error}</p>
        </fieldset>
    }
}

/// The role's name with a capital letter.
pub fn capital(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Admin => "Admin",
        Role::Member => "Member",
    }
}

/// What a role may do, in a few words.
fn may(role: Role) -> &'static str {
    match role {
        Role::Owner => "manages all members and the workspace",
        Role::Admin => "adds and manages members",
        Role::Member => "uses the workspace",
    }
}

/// A number and its noun: `1 member`, `10,000 members`.
pub fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// The number with commas between thousands.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let group = |(index, digit): (usize, char)| {
        let comma = index > 0 && (digits.len() - index).is_multiple_of(3);
        comma.then_some(',').into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_reads_as_people_write_it() {
        for (count, words) in [(0, "0 members"), (1, "1 member"), (999, "999 members"), (10_000, "10,000 members")] {
            assert_eq!(plural(count, "member", "members"), words);
        }
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
