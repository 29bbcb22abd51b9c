//! The queries for filtered lists of users: by words, role and status. They may read the whole table.

use domain::{FindUsers, Role, UserStatus};
use jiff::Timestamp;
use libsql::Value;
use storage::params;

use super::IDLE;

use crate::{tables::search::Words, tables::user::user_columns};

/// A page of all users after `?1`.
pub(crate) const EVERYONE: &str =
    concat!("SELECT ", user_columns!(), " FROM users WHERE username > ?1 ORDER BY username LIMIT ?2");

/// The filters except the words: `?2` is a role, `?3` a status, and `?4` the time since which an idle user has not signed in,
/// which is 90 days (7776000000 ms) ago.
const NARROWED: &str = "username > ?1
    AND (?2 IS NULL OR role = ?2)
    AND CASE ?3 WHEN 'active' THEN disabled = 0 AND password_change_required = 0
                WHEN 'one-time-password' THEN disabled = 0 AND password_change_required = 1
                    AND coalesce(one_time_password_expires_at > ?4 + 7776000000, 1)
                WHEN 'expired' THEN disabled = 0 AND password_change_required = 1
                    AND one_time_password_expires_at <= ?4 + 7776000000
                WHEN 'disabled' THEN disabled = 1
                WHEN 'idle' THEN disabled = 0 AND coalesce(last_sign_in_at, created_at) < ?4
                ELSE 1 END";

/// The query for one page of matching users after `after`.
pub(crate) fn page(find: &FindUsers, after: String, now: Timestamp) -> (String, Vec<Value>) {
    let (found, mut params) = found(find, after, now);
    params.push(find.limit.one_more().into());
    let sql = format!("SELECT {} FROM {found} ORDER BY username LIMIT ?{}", user_columns!(), params.len());
    (sql, params)
}

/// The query for the number of matching users.
pub(crate) fn count(find: &FindUsers, now: Timestamp) -> (String, Vec<Value>) {
    let (found, params) = found(find, String::new(), now);
    (format!("SELECT count(*) FROM {found}"), params)
}

/// The matching users after `after`: the SQL from `FROM` on, and its parameters. The index finds candidates, and the `instr`
/// conditions check each of them. Words that are too short for the index are checked by `instr` only.
fn found(find: &FindUsers, after: String, now: Timestamp) -> (String, Vec<Value>) {
    let (role, status) = (find.role.map(Role::as_str), find.status.map(UserStatus::as_str));
    let mut params = params![after, role, status, (now - IDLE).as_millisecond()];
    let words = Words::of(&find.q);
    let mut sql = match words.entries() {
        Some(entries) => {
            params.push(entries.into());
            let joined = "user_search CROSS JOIN users ON users.number = user_search.rowid";
            format!("{joined} WHERE user_search MATCH ?5 AND {NARROWED}")
        }
        None => format!("users WHERE {NARROWED}"),
    };
    for (number, word) in (params.len() + 1..).zip(words.iter()) {
        params.push(word.clone().into());
        sql = format!("{sql} AND instr(users.search, ?{number})");
    }
    (sql, params)
}
