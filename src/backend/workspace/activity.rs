//! What was done in a workspace, and by whom: noted with the deed itself, in its transaction, by name and nothing else, so
//! that it stays readable when its people are gone and tells no more of them than that.

use domain::{Action, Activity, List, Page, Username};
use jiff::Timestamp;
use storage::{Result, Row, Transaction, params};

use crate::{Error, People, auth::cursor::Cursors};

/// Notes what is done in this transaction.
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
    /// A page of what was done, the latest first.
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

/// Of the columns `at, actor, action, subject, detail`. A row that came in by another way spoils no list: what can be shown of
/// it is shown.
fn from_row(row: &Row) -> Result<Activity> {
    Ok(Activity {
        at: row.get(0).ok(),
        actor: row.get(1)?,
        action: row.get(2)?,
        subject: row.get(3)?,
        detail: row.get(4)?,
    })
}
