//! `Operator`: whoever opened the data folder, and so may do everything to the fleet. Its operations are data, so that
//! the command line may run them here or send them to the process that serves (`operator_socket.rs`): one way of doing.

use domain::{
    Email, Fields, Password, Role, Secret, SignUp, SignUpForm, TenantName, TenantState, TenantView, User, UserId,
    Username,
};
use serde::{Deserialize, Serialize};

use crate::{
    Backend, Error, Visitor,
    error::chain,
    storage::params,
    user::{self, NewUser, user_columns},
};

/// Letters and digits that nobody takes for one another.
const LEGIBLE: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// The right to run operations. Only `Backend::open` gives one.
#[derive(Clone)]
pub struct Operator(Backend);

/// What an operator may ask for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Operation {
    /// Make a tenant; without a password its owner gets a one-time one.
    TenantCreate(SignUpForm),
    /// The next tenants in the order of their names.
    TenantList {
        /// The last name of the page before.
        after: Option<TenantName>,
        /// How many at most.
        limit: u32,
    },
    /// One tenant.
    TenantShow {
        /// Which.
        name: TenantName,
    },
    /// Close a tenant to everyone; nothing is lost.
    TenantSuspend {
        /// Which.
        name: TenantName,
    },
    /// Open it again.
    TenantResume {
        /// Which.
        name: TenantName,
    },
    /// The users of a tenant.
    UserList {
        /// Which.
        tenant: TenantName,
    },
    /// Add a user; without a password they get a one-time one.
    UserAdd {
        /// Where.
        tenant: TenantName,
        /// Their name.
        username: Username,
        /// Their address.
        email: Option<Email>,
        /// What they may do.
        role: Role,
        /// Their password.
        password: Option<Secret>,
    },
    /// Give a user a one-time password and end their sessions.
    UserResetPassword {
        /// Where.
        tenant: TenantName,
        /// Who.
        username: Username,
    },
}

/// What came of an operation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Outcome {
    /// A tenant, as it is now.
    Tenant(TenantView),
    /// A tenant that was made, with its owner.
    Created {
        /// The tenant.
        tenant: TenantView,
        /// Its owner.
        user: User,
        /// The owner's password, shown once.
        one_time_password: Option<Secret>,
    },
    /// Tenants.
    Tenants(Vec<TenantView>),
    /// Users.
    Users(Vec<User>),
    /// A user who was added or changed.
    User {
        /// Who.
        user: User,
        /// Their password, shown once.
        one_time_password: Option<Secret>,
    },
}

impl Operator {
    pub(crate) fn new(backend: Backend) -> Self {
        Self(backend)
    }

    /// Does it, and notes in the catalog that it was done.
    pub async fn run(&self, operation: Operation) -> Result<Outcome, Error> {
        match operation {
            Operation::TenantCreate(form) => self.tenant_create(form).await,
            Operation::TenantList { after, limit } => {
                let page = self.0.catalog.page(after.as_ref(), limit.min(1000) as usize);
                Ok(Outcome::Tenants(page.iter().map(|tenant| tenant.view(self.0.base_url())).collect()))
            }
            Operation::TenantShow { name } => self.tenant_show(&name),
            Operation::TenantSuspend { name } => self.tenant_enter(&name, TenantState::Suspended, "suspend").await,
            Operation::TenantResume { name } => self.tenant_enter(&name, TenantState::Active, "resume").await,
            Operation::UserList { tenant } => self.user_list(&tenant).await,
            Operation::UserAdd { tenant, username, email, role, password } => {
                self.user_add(&tenant, username, email, role, password).await
            }
            Operation::UserResetPassword { tenant, username } => self.user_reset_password(&tenant, &username).await,
        }
    }

    async fn tenant_create(&self, mut form: SignUpForm) -> Result<Outcome, Error> {
        let one_time_password = form.password.expose().is_empty().then(|| self.one_time_password());
        form.password = one_time_password.clone().unwrap_or(form.password);
        let made = self.0.create(SignUp::try_from(form)?, one_time_password.is_some()).await?;
        self.note("create", made.visitor().name(), None).await;
        let tenant = made.visitor().tenant.view(self.0.base_url());
        Ok(Outcome::Created { tenant, user: made.signed_up().user.clone(), one_time_password })
    }

    fn tenant_show(&self, name: &TenantName) -> Result<Outcome, Error> {
        let tenant = self.0.catalog.by_name(name).ok_or(Error::UnknownTenant)?;
        Ok(Outcome::Tenant(tenant.view(self.0.base_url())))
    }

    async fn tenant_enter(
        &self,
        name: &TenantName,
        state: TenantState,
        operation: &'static str,
    ) -> Result<Outcome, Error> {
        let tenant = self.0.catalog.by_name(name).ok_or(Error::UnknownTenant)?;
        let current = tenant.record().state;
        if current == TenantState::Creating {
            return Err(Error::busy("the tenant is being made"));
        }
        if current != state {
            self.0.set_state(&tenant, state).await?;
            self.note(operation, name, None).await;
        }
        self.tenant_show(name)
    }

    /// Also of a suspended tenant: the operator may look at what nobody else may enter.
    async fn user_list(&self, tenant: &TenantName) -> Result<Outcome, Error> {
        let visitor = self.visit(tenant)?;
        let lease = self.0.lease_unasked(&visitor.tenant).await?;
        let all = concat!("SELECT ", user_columns!(), " FROM users ORDER BY username");
        let users = lease.read(all, vec![])?.rows.iter().map(|row| user::from_row(row, 0)).collect::<Result<_, _>>()?;
        Ok(Outcome::Users(users))
    }

    async fn user_add(
        &self,
        tenant: &TenantName,
        username: Username,
        email: Option<Email>,
        role: Role,
        password: Option<Secret>,
    ) -> Result<Outcome, Error> {
        let visitor = self.visit(tenant)?;
        let one_time_password = password.is_none().then(|| self.one_time_password());
        let password = password.or_else(|| one_time_password.clone()).unwrap_or_default();
        let password = Password::try_from(password).map_err(|why| Fields::one("password", why))?;
        let user = NewUser {
            id: UserId::new(self.0.millis(), &self.0.random()),
            username,
            email,
            role,
            password_hash: self.0.hasher.hash(password.secret(), self.0.random()).await?,
            one_time: one_time_password.is_some(),
        };
        let lease = self.0.lease_unasked(&visitor.tenant).await?;
        let mut transaction = lease.write().await?;
        let user = user.insert(&mut transaction, self.0.now()).await?;
        transaction.commit().await?;
        self.note("add user", tenant, Some(user.username.to_string())).await;
        Ok(Outcome::User { user, one_time_password })
    }

    async fn user_reset_password(&self, tenant: &TenantName, username: &Username) -> Result<Outcome, Error> {
        let visitor = self.visit(tenant)?;
        let password = self.one_time_password();
        let hash = self.0.hasher.hash(&password, self.0.random()).await?;
        let lease = self.0.lease_unasked(&visitor.tenant).await?;
        let mut transaction = lease.write().await?;
        let replace = concat!(
            "UPDATE users SET password_hash = ?2, password_change_required = 1 WHERE username = ?1 RETURNING ",
            user_columns!()
        );
        let user = transaction.run(replace, params![username.to_string(), hash]).await?.first();
        let user = user::from_row(&user.ok_or(Error::NotFound("user"))?, 0)?;
        transaction.run("DELETE FROM sessions WHERE user_id = ?1", params![user.id.to_string()]).await?;
        transaction.commit().await?;
        self.note("reset password", tenant, Some(username.to_string())).await;
        Ok(Outcome::User { user, one_time_password: Some(password) })
    }

    fn visit(&self, name: &TenantName) -> Result<Visitor, Error> {
        let tenant = self.0.catalog.by_name(name).ok_or(Error::UnknownTenant)?;
        Ok(Visitor::new(self.0.clone(), tenant))
    }

    /// What is done is done: that it could not be noted is for the log, and takes nobody's one-time password away.
    async fn note(&self, operation: &'static str, tenant: &TenantName, detail: Option<String>) {
        tracing::info!(operation, %tenant, detail, "operator");
        if let Err(error) = self.0.catalog.log(operation, tenant, detail, self.0.now()).await {
            tracing::error!(error = chain(&error), "an operation could not be noted in the catalog");
        }
    }

    /// Four groups of five legible characters: 100 random bits.
    fn one_time_password(&self) -> Secret {
        let letters = self.0.random::<20>().map(|byte| char::from(LEGIBLE[usize::from(byte % 32)]));
        let groups: Vec<String> = letters.chunks(5).map(|group| group.iter().collect()).collect();
        groups.join("-").into()
    }
}
