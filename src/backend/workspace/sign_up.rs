//! Sign-up of a workspace: a tenant is created completely or not at all. The catalog lists it as `creating` before anything of
//! it exists. It becomes `active` only when its database answers and its owner is in it.

use std::{net::IpAddr, sync::Arc, time::Instant};

use domain::{Role, Secret, SignUp, SignUpForm, SignedUp, TenantState, User, UserId};
use jiff::SignedDuration;
use storage::params;

use crate::{
    Backend, Client, CrashPoint, Error, SignUpPolicy, Visitor,
    access::sign_in::code_hash,
    auth::account_limit::Account,
    auth::fair_queue::{Class, Share},
    auth::new_password,
    auth::rate_limit::subscriber,
    events,
    fleet::tenants::Tenant,
    tables::user::NewUser,
};

/// How long a hand-off code works.
const HAND_OFF: SignedDuration = SignedDuration::from_secs(60);

/// A workspace that was just signed up.
pub struct NewWorkspace {
    visitor: Visitor,
    signed_up: SignedUp,
}

impl Backend {
    /// Signs up a workspace for a client, if the policy and the rate limit allow it.
    pub async fn sign_up(&self, form: SignUpForm, client: &Client) -> Result<NewWorkspace, Error> {
        if self.sign_up_policy() == SignUpPolicy::Closed {
            return Err(Error::SignUpClosed);
        }
        let sign_up = SignUp::try_from(form)?;
        check_password(&sign_up)?;
        self.ensure_name_is_free(&sign_up.tenant)?;
        self.sign_ups.check(client.address).inspect_err(|_| events::sign_up_limited(client))?;
        let made = self.create(sign_up, false, Some(subscriber(client.address))).await?;
        let owner = Account::new(made.visitor.tenant.id, made.signed_up.user.username.as_ref());
        self.accounts.signed_in(owner, client.address, Instant::now());
        Ok(made)
    }

    /// Creates a tenant and its owner. With `one_time`, the owner's password is a one-time password.
    pub(crate) async fn create(
        &self,
        sign_up: SignUp,
        one_time: bool,
        network: Option<IpAddr>,
    ) -> Result<NewWorkspace, Error> {
        self.ensure_name_is_free(&sign_up.tenant)?;
        if self.settings.max_tenants.is_some_and(|most| self.catalog.len() as u64 >= most) {
            return Err(Error::Full);
        }
        let share = Share { class: Class::SignUp, tenant: None, network };
        let password_hash = self.hasher.hash(share, sign_up.password.secret(), self.random()).await?;
        let owner = NewUser {
            id: UserId::new(self.millis(), &self.random()),
            username: sign_up.username,
            display_name: None,
            email: sign_up.email,
            role: Role::Owner,
            password_hash,
            one_time,
        };
        let location = self.location_for(&sign_up.tenant);
        let tenant = Arc::new(Tenant::new(location, sign_up.tenant, self.now()));
        // A task of its own: if the caller goes away, the create still completes or is rolled back.
        let backend = self.clone();
        let making = tokio::spawn(async move { backend.make(tenant, owner).await });
        making.await.map_err(|error| Error::Internal(error.into()))?
    }

    async fn make(self, tenant: Arc<Tenant>, owner: NewUser) -> Result<NewWorkspace, Error> {
        self.catalog.insert(&tenant, self.now()).await?;
        self.settings.crash_points.reach(CrashPoint::CreateNoted);
        match self.provision(&tenant, owner).await {
            Ok(user) => {
                let visitor = Visitor::new(self, tenant);
                let signed_up = SignedUp { tenant: visitor.name().clone(), url: visitor.url(), user };
                Ok(NewWorkspace { visitor, signed_up })
            }
            Err(error) => {
                self.rollback_create(&tenant).await;
                Err(error)
            }
        }
    }

    /// Creates the tenant's database and its owner, and sets the tenant to active.
    async fn provision(&self, tenant: &Arc<Tenant>, owner: NewUser) -> Result<User, Error> {
        let location = self.stores.create((*tenant.location()).clone()).await?;
        self.settings.crash_points.reach(CrashPoint::CreateMade);
        self.catalog.host_of(&location).await?;
        tenant.move_to(location);
        let lease = self.lease_unchecked(tenant).await?;
        self.settings.crash_points.reach(CrashPoint::CreateOpened);
        let mut transaction = lease.write().await?;
        let owner = owner.insert(&mut transaction, self.now()).await?;
        transaction.commit().await?;
        self.settings.crash_points.reach(CrashPoint::CreateOwned);
        self.catalog.enter(tenant, TenantState::Active, self.now()).await?;
        self.settings.crash_points.reach(CrashPoint::CreateDone);
        Ok(owner)
    }
}

/// Refuses a password that is common, or that is made of the other values in the form.
pub(crate) fn check_password(sign_up: &SignUp) -> Result<(), Error> {
    let email = sign_up.email.as_ref().map(AsRef::as_ref);
    let known = [sign_up.tenant.as_ref(), sign_up.username.as_ref()].into_iter().chain(email);
    Ok(new_password::check("password", &sign_up.password, known)?)
}

impl NewWorkspace {
    /// The response for the client that signed up.
    pub fn signed_up(&self) -> &SignedUp {
        &self.signed_up
    }

    /// A visitor of the new tenant.
    pub fn visitor(&self) -> &Visitor {
        &self.visitor
    }

    /// Returns a code with which the owner's browser enters the workspace without another sign-in. It works once, within a
    /// minute.
    pub async fn hand_off(&self) -> Result<Secret, Error> {
        let backend = &self.visitor.backend;
        let code = data_encoding::BASE64URL_NOPAD.encode(&backend.random::<32>());
        let lease = backend.lease(&self.visitor.tenant).await?;
        let expires_at = (backend.now() + HAND_OFF).as_millisecond();
        let owner = self.signed_up.user.id.to_string();
        let keep = "INSERT INTO hand_offs (code_hash, user_id, expires_at) VALUES (?1, ?2, ?3)";
        lease.batch(vec![(keep, params![code_hash(&code), owner, expires_at])]).await?;
        Ok(code.into())
    }
}
