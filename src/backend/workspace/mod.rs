//! `Workspace`: the workspace itself, for an owner or the operator.

pub(crate) mod activity;
mod delete;
pub(crate) mod overview;
pub(crate) mod sign_up;

use domain::{Action, DisplayName, Role, SessionId, User};
use storage::{Transaction, params};

use crate::{
    Error, Owner, Visitor, access::roles::OWNERS_ONLY, fleet::tenants::Lease, users::role_now,
    workspace::activity::note,
};

/// The workspace itself, for an acting user who may manage it.
pub struct Workspace<'a> {
    visitor: &'a Visitor,
    lease: &'a Lease,
    /// The acting user and their session. `None` means the operator.
    actor: Option<(&'a User, SessionId)>,
}

impl Owner {
    /// The workspace, as this owner may manage it.
    pub fn workspace(&self) -> Workspace<'_> {
        let session = self.member().session();
        Workspace::new(session.visitor(), session.lease(), Some((session.user(), session.id())))
    }
}

impl<'a> Workspace<'a> {
    /// Only `Owner` and `Operator` create one.
    pub(crate) fn new(visitor: &'a Visitor, lease: &'a Lease, actor: Option<(&'a User, SessionId)>) -> Self {
        Self { visitor, lease, actor }
    }

    /// Whether a user has chosen the display name: it differs from the name in the address, or was saved once.
    pub async fn was_named(&self) -> Result<bool, Error> {
        if self.visitor.display_name().to_string() != self.visitor.name().to_string() {
            return Ok(true);
        }
        let renamed = "SELECT 1 FROM activity WHERE action = ?1 LIMIT 1";
        let row = self.lease.read(renamed, params![Action::WorkspaceRenamed.as_str()]).await?.first();
        Ok(row.is_some())
    }

    /// Changes the display name. The name in the address stays. The catalog is written before the activity is committed,
    /// because the name matters more than its entry in the activity.
    pub async fn rename(&self, name: DisplayName) -> Result<(), Error> {
        let mut transaction = self.begin().await?;
        self.note(&mut transaction, Action::WorkspaceRenamed, Some(name.to_string())).await?;
        self.visitor.backend.catalog.rename(&self.visitor.tenant, name).await?;
        Ok(transaction.commit().await?)
    }

    /// Ends all sessions of the workspace except the acting user's. Returns how many it ended.
    pub async fn sign_everyone_out(&self) -> Result<u64, Error> {
        let mut transaction = self.begin().await?;
        let own = self.actor.map(|(_, session)| session.to_string()).unwrap_or_default();
        let ended = transaction.run("DELETE FROM sessions WHERE id <> ?1", params![own]).await?.changes;
        transaction.run("DELETE FROM hand_offs", vec![]).await?;
        self.note(&mut transaction, Action::EveryoneSignedOut, None).await?;
        transaction.commit().await?;
        Ok(ended)
    }

    /// Begins a transaction, and checks that the acting user is still an owner.
    pub(crate) async fn begin(&self) -> Result<Transaction, Error> {
        let mut transaction = self.lease.write().await?;
        if let Some((actor, session)) = self.actor
            && role_now(&mut transaction, actor.id, session).await? != Role::Owner
        {
            return Err(OWNERS_ONLY);
        }
        Ok(transaction)
    }

    async fn note(&self, transaction: &mut Transaction, action: Action, detail: Option<String>) -> Result<(), Error> {
        let actor = self.actor.map(|(actor, _)| &actor.username);
        note(transaction, self.visitor.backend.now(), actor, (action, None), detail).await
    }
}
