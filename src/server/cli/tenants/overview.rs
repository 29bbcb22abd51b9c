//! `freehold tenants overview`: shows the operator what an owner sees on the dashboard.

use backend::{Operation, Outcome};
use domain::{Overview, User};

use super::{Named, activity};
use crate::cli::kit::{
    operator_client::unexpected_answer,
    table::{self, count, minute_or_never, row, size},
};

pub(super) const AFTER_HELP: &str = "\
Examples:
  freehold tenants overview acme
  freehold tenants overview acme --json | jq '.sizes[-1].bytes'

Idle is who may sign in, but has not for 90 days.

JSON: {\"people\": {\"owners\", \"admins\", \"members\", \"ableOwners\", \"disabled\", \"oneTimePassword\", \"idle\"}, \"lastSignIns\":
[users], \"activity\": [what was done], \"sizes\": [{\"at\", \"bytes\"}]}, the sizes a day each, the last one of this moment.";

pub(super) async fn run(Named { name, format, folder }: Named) -> anyhow::Result<()> {
    let outcome = folder.run(Operation::TenantOverview(name)).await?;
    let Outcome::Overview(overview) = outcome else { return Err(unexpected_answer()) };
    format.print(&overview, sections)
}

fn sections(overview: &Overview) -> String {
    let signed_in = |user: &User| [user.username.to_string(), minute_or_never(user.last_sign_in_at)];
    let mut sections = vec![table::record(&rows(overview))];
    if !overview.last_sign_ins.is_empty() {
        sections.push(table::list(["LAST SIGN-INS", "WHEN (UTC)"], overview.last_sign_ins.iter().map(signed_in)));
    }
    if !overview.activity.is_empty() {
        sections.push(activity::table(&overview.activity));
    }
    sections.join("\n")
}

/// Rows about the users of a workspace and the size of its database.
pub(super) fn rows(overview: &Overview) -> Vec<[String; 2]> {
    let people = overview.people;
    let by_role = [(people.owners, "owner"), (people.admins, "admin"), (people.members, "member")];
    let by_role = by_role.map(|(number, role)| count(number, role)).join(", ");
    let expired = if people.expired > 0 { format!(", {} expired", people.expired) } else { String::new() };
    let mut rows = vec![
        row("people", format_args!("{}: {by_role}", people.all())),
        row("disabled", people.disabled),
        row("one-time passwords", format_args!("{} not replaced{expired}", people.one_time_password)),
        row("idle", people.idle),
    ];
    rows.extend(overview.last_sign_ins.first().map(last_sign_in));
    rows.extend(overview.sizes.last().map(|now| row("size", size(now.bytes))));
    rows
}

fn last_sign_in(user: &User) -> [String; 2] {
    row("last sign-in", format_args!("{}, {}", minute_or_never(user.last_sign_in_at), user.username))
}
