//! The statements of lists of people that are narrowed: by words, a role, a status. They may look at everyone.

use domain::{FindUsers, Role, UserStatus};
use jiff::Timestamp;
use libsql::Value;

use super::IDLE;
use storage::params;

use crate::{tables::search::Words, tables::user::user_columns};

/// A page of everyone behind `?1`.
pub(crate) const EVERYONE: &str =
    concat!("SELECT ", user_columns!(), " FROM users WHERE username > ?1 ORDER BY username LIMIT ?2");

/// What narrows a list but words: `?2` a role, `?3` a status, `?4` since when one is idle: 90 days, which is 7776000000 ms, ago.
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

/// A page of those who are looked for, behind `after`.
pub(crate) fn page(find: &FindUsers, after: String, now: Timestamp) -> (String, Vec<Value>) {
    let (found, mut params) = found(find, after, now);
    params.push(find.limit.one_more().into());
    let sql = format!("SELECT {} FROM {found} ORDER BY username LIMIT ?{}", user_columns!(), params.len());
    (sql, params)
}

/// How many are looked for.
pub(crate) fn count(find: &FindUsers, now: Timestamp) -> (String, Vec<Value>) {
    let (found, params) = found(find, String::new(), now);
    (format!("SELECT count(*) FROM {found}"), params)
}

/// Those who are looked for behind `after`: from `FROM` on, and its parameters. The index says who may have the words, the
/// text who has them. Short words are in no index.
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
