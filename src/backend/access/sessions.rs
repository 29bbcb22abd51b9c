//! A member's own sessions: list and end them.

use domain::{List, Page, SessionId, SignedInAt};
use storage::{Row, params};

use crate::{Error, Member, access::sign_in::IDLE, access::user_agent::device, auth::cursor::Cursors};

const COLUMNS_OF_OWN: &str = "SELECT id, user_agent, address, created_at, last_used_at, expires_at FROM sessions
    WHERE user_id = ?1 AND id < ?2 AND expires_at > ?3 AND (door = 'api' OR last_used_at > ?4)
    ORDER BY id DESC LIMIT ?5";

impl Member {
    /// A page of the member's own valid sessions, the latest first.
    pub async fn sessions(&self, list: &List) -> Result<Page<SignedInAt>, Error> {
        let visitor = self.session().visitor();
        let cursors = Cursors::new(&visitor.backend.secrets, visitor.id());
        let before = list.cursor.as_ref().map(|cursor| cursors.open("sessions", cursor)).transpose()?;
        let items = self.own(&before.unwrap_or_else(|| "~".to_owned()), list.limit.one_more()).await?;
        Ok(Page::of(items, list.limit, |last| cursors.seal("sessions", &last.id.to_string())))
    }

    /// Returns one of the member's own sessions.
    pub async fn session_by_id(&self, id: SessionId) -> Result<SignedInAt, Error> {
        // `own` returns sessions with an id below its bound. With `~` appended, the bound is just above the id itself.
        let found = self.own(&format!("{id}~"), 1).await?.into_iter().next();
        found.filter(|session| session.id == id).ok_or(Error::NotFound("session of yours"))
    }

    /// Ends one of the member's own sessions. It may be the current one.
    pub async fn end_session(&self, id: SessionId) -> Result<(), Error> {
        let mut transaction = self.session().lease().write().await?;
        let end = "DELETE FROM sessions WHERE id = ?1 AND user_id = ?2";
        if transaction.run(end, params![id.to_string(), self.me().id.to_string()]).await?.changes == 0 {
            return Err(Error::NotFound("session of yours"));
        }
        Ok(transaction.commit().await?)
    }

    /// Ends all of the member's own sessions except the current one. Returns how many it ended.
    pub async fn end_other_sessions(&self) -> Result<u64, Error> {
        let mut transaction = self.session().lease().write().await?;
        let end = "DELETE FROM sessions WHERE user_id = ?1 AND id <> ?2";
        let params = params![self.me().id.to_string(), self.session().id().to_string()];
        let ended = transaction.run(end, params).await?.changes;
        transaction.commit().await?;
        Ok(ended)
    }

    async fn own(&self, before: &str, limit: i64) -> Result<Vec<SignedInAt>, Error> {
        let now = self.session().visitor().backend.now();
        let (over, idle) = (now.as_millisecond(), (now - IDLE).as_millisecond());
        let params = params![self.me().id.to_string(), before, over, idle, limit];
        let rows = self.session().lease().read(COLUMNS_OF_OWN, params).await?.rows;
        rows.iter().map(|row| Ok(shown(row, self.session().id())?)).collect()
    }
}

fn shown(row: &Row, current: SessionId) -> Result<SignedInAt, storage::StorageError> {
    let id = row.get(0)?;
    Ok(SignedInAt {
        id,
        device: device(&row.get::<String>(1)?),
        address: row.get(2)?,
        current: id == current,
        created_at: row.get(3)?,
        last_used_at: row.get(4)?,
        expires_at: row.get(5)?,
    })
}
