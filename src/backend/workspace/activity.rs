//! The activity of a workspace: what was done and who did it. Each entry is written in the transaction of the change itself. An
//! entry holds usernames and no ids, so it stays readable after a user is removed and keeps nothing else about them.

use domain::{Action, Activity, List, Page, Username};
use jiff::Timestamp;
use storage::{Result, Row, Transaction, params};

use crate::{Error, People, auth::cursor::Cursors};

/// Writes an entry for the change that this transaction makes.
pub(crate) async fn note(
    transaction: &mut Transaction,
    now: Timestamp,
    actor: Option<&Username>,
    (action, subject): (Action, Option<&Username>),
    detail: Option<String>,
) -> std::result::Result<(), Error> {
    let note = "INSERT INTO activity (at, actor, action, subject, detail) VALUES (?1, ?2, ?3, ?4, ?5)";
    let [actor, subject] = [actor, subject].map(|name| name.map(ToString::to_string));
    transaction.run(note, params![now.as_millisecond(), actor, action.as_str(), subject, detail]).await?;
    Ok(())
}

impl People<'_> {
    /// A page of the activity, the latest entry first.
    pub async fn activity(&self, list: &List) -> std::result::Result<Page<Activity>, Error> {
        const SOME: &str =
            "SELECT at, actor, action, subject, detail, id FROM activity WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
        let cursors = Cursors::new(&self.visitor.backend.secrets, self.visitor.id());
        let before = list.cursor.as_ref().map(|cursor| cursors.open("activity", cursor)).transpose()?;
        let before = before.and_then(|id| id.parse().ok()).unwrap_or(i64::MAX);
        let rows = self.lease.read(SOME, params![before, list.limit.one_more()]).await?.rows;
        let items = rows.iter().map(|row| Ok((row.get::<i64>(5)?, from_row(row)?))).collect::<Result<Vec<_>>>()?;
        let page = Page::of(items, list.limit, |(id, _)| cursors.seal("activity", &id.to_string()));
        Ok(Page { items: page.items.into_iter().map(|(_, item)| item).collect(), next: page.next })
    }
}

/// Reads the columns `at, actor, action, subject, detail`. A time that cannot be read becomes `None`, so that one bad row does
/// not break the list.
fn from_row(row: &Row) -> Result<Activity> {
    Ok(Activity {
        at: row.get(0).ok(),
        actor: row.get(1)?,
        action: row.get(2)?,
        subject: row.get(3)?,
        detail: row.get(4)?,
    })
}
