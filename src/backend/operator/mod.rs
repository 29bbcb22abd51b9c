//! `Operator`: runs operations on the whole fleet for the process that opened the data folder. Each `Operation` uses the same
//! leases and transactions as a request, and the catalog keeps a log of the changes.

mod databases;
mod operation;
pub mod socket;

use domain::{Admission, FindTenants, SignUp, SignUpForm, TenantName, TenantState, TenantView, User, Username};
use storage::chain;

use crate::{
    Backend, Error, People, Visitor, Workspace,
    fleet::tenants::Lease,
    tables::search::{Words, search_text},
    workspace::sign_up::check_password,
};

pub use operation::{Operation, Outcome};

/// The right to run operations. Only `Backend::open` gives one.
#[derive(Clone)]
pub struct Operator(pub(crate) Backend);

/// The most tenants that are listed or searched in one step.
const PIECE: u32 = 1000;

/// A tenant with a lease for the operator. The operator may enter suspended tenants too.
pub(crate) struct Entered {
    visitor: Visitor,
    pub(crate) lease: Lease,
}

impl Operator {
    pub(crate) fn new(backend: Backend) -> Self {
        Self(backend)
    }

    /// Runs an operation, and logs a change in the catalog. An error includes its cause, because the operator may know it.
    pub async fn run(&self, operation: Operation) -> Result<Outcome, Error> {
        self.run_untold(operation).await.map_err(Error::for_operator)
    }

    /// Runs an operation, and returns its error unchanged.
    pub(crate) async fn run_untold(&self, operation: Operation) -> Result<Outcome, Error> {
        match operation {
            Operation::TenantCreate(form) => self.tenant_create(form).await,
            Operation::TenantList { after, limit, find } => Ok(self.tenant_list(after, limit, &find).await),
            Operation::TenantShow(name) => self.tenant_show(&name),
            Operation::TenantOverview(name) => {
                Ok(Outcome::Overview(self.enter(&name).await?.people().overview().await?))
            }
            Operation::TenantRename(name, display_name) => {
                self.enter(&name).await?.workspace().rename(display_name.clone()).await?;
                self.note("rename", &name, Some(display_name.to_string())).await;
                self.tenant_show(&name)
            }
            Operation::TenantSuspend(name) => self.tenant_state(&name, TenantState::Suspended, "suspend").await,
            Operation::TenantResume(name) => self.tenant_state(&name, TenantState::Active, "resume").await,
            Operation::TenantUsage(_)
            | Operation::BackupCatalog(_)
            | Operation::TenantDelete { .. }
            | Operation::TenantMove(..)
            | Operation::TenantUndo(_)
            | Operation::TenantForgetCopies(_)
            | Operation::Backup(..)
            | Operation::BackupList(_)
            | Operation::BackupDrill(_)
            | Operation::Restore(..)
            | Operation::Export(..)
            | Operation::Import(..)
            | Operation::DoctorStorages { .. }
            | Operation::DoctorTenant { .. } => self.keep_the_fleet(operation).await,
            Operation::TenantSignOut(name) => {
                let ended = self.enter(&name).await?.workspace().sign_everyone_out().await?;
                self.note("sign everyone out", &name, None).await;
                Ok(Outcome::SignedOut(ended))
            }
            Operation::TenantActivity(name, list) => {
                Ok(Outcome::Activity(self.enter(&name).await?.people().activity(&list).await?))
            }
            Operation::UserList(tenant, find) => {
                Ok(Outcome::Users(self.enter(&tenant).await?.people().page(&find).await?))
            }
            Operation::UserShow(tenant, name) => Ok(of(self.enter(&tenant).await?.people().named(&name).await?)),
            Operation::UserAdd(tenant, form) => {
                let admission = self.enter(&tenant).await?.people().add(form).await?;
                Ok(self.admitted("add user", &tenant, admission).await)
            }
            Operation::UserResetPassword(tenant, name) => {
                let entered = self.enter(&tenant).await?;
                let admission = entered.people().reset_password(entered.people().named(&name).await?.id).await?;
                Ok(self.admitted("reset password", &tenant, admission).await)
            }
            Operation::UserChange(tenant, name, form) => {
                let entered = self.enter(&tenant).await?;
                let user = entered.people().change(entered.people().named(&name).await?.id, form).await?;
                Ok(self.done("change user", &tenant, user).await)
            }
            Operation::UserSignOut(tenant, name) => {
                let entered = self.enter(&tenant).await?;
                let user = entered.people().sign_out(entered.people().named(&name).await?.id).await?;
                Ok(self.done("sign user out", &tenant, user).await)
            }
            Operation::UserRemove(tenant, name) => self.user_remove(&tenant, &name).await,
        }
    }

    async fn tenant_create(&self, mut form: SignUpForm) -> Result<Outcome, Error> {
        let one_time_password = form.password.expose().is_empty().then(|| self.0.one_time_password());
        form.password = one_time_password.clone().unwrap_or(form.password);
        let sign_up = SignUp::try_from(form)?;
        if one_time_password.is_none() {
            check_password(&sign_up)?;
        }
        let made = self.0.create(sign_up, one_time_password.is_some(), None).await?;
        self.note("create", made.visitor().name(), None).await;
        let tenant = made.visitor().tenant.view(self.0.base_url());
        Ok(Outcome::Created { tenant, user: made.signed_up().user.clone(), one_time_password })
    }

    /// Searches the catalog in pieces and yields between them, so that requests do not wait for the whole search.
    async fn tenant_list(&self, mut after: Option<TenantName>, limit: u32, find: &FindTenants) -> Outcome {
        let (limit, words, mut found) = (limit.clamp(1, PIECE) as usize, Words::of(&find.q), Vec::new());
        loop {
            let piece = self.0.catalog.page(after.as_ref(), PIECE as usize);
            after = piece.last().map(|tenant| tenant.record().name.clone());
            let is_last = piece.len() < PIECE as usize;
            let views = piece.iter().map(|tenant| tenant.view(self.0.base_url()));
            found.extend(views.filter(|tenant| is_found(tenant, find.state, &words)));
            if is_last || found.len() >= limit {
                found.truncate(limit);
                return Outcome::Tenants(found);
            }
            tokio::task::yield_now().await;
        }
    }

    pub(crate) fn tenant_show(&self, name: &TenantName) -> Result<Outcome, Error> {
        let tenant = self.0.catalog.by_name(name).ok_or(Error::UnknownTenant)?;
        Ok(Outcome::Tenant(tenant.view(self.0.base_url())))
    }

    async fn tenant_state(
        &self,
        name: &TenantName,
        state: TenantState,
        operation: &'static str,
    ) -> Result<Outcome, Error> {
        let tenant = self.0.catalog.by_name(name).ok_or(Error::UnknownTenant)?;
        let current = tenant.record().state;
        if !matches!(current, TenantState::Active | TenantState::Suspended) {
            return Err(Error::busy("the tenant is being made, or deleted"));
        }
        if current != state {
            self.0.set_state(&tenant, state).await?;
            self.note(operation, name, None).await;
        }
        self.tenant_show(name)
    }

    async fn user_remove(&self, tenant: &TenantName, name: &Username) -> Result<Outcome, Error> {
        let entered = self.enter(tenant).await?;
        let user = entered.people().remove(entered.people().named(name).await?.id).await?;
        Ok(self.done("remove user", tenant, user).await)
    }

    pub(crate) async fn enter(&self, name: &TenantName) -> Result<Entered, Error> {
        let tenant = self.0.catalog.by_name(name).ok_or(Error::UnknownTenant)?;
        let lease = self.0.lease_unchecked(&tenant).await?;
        Ok(Entered { visitor: Visitor::new(self.0.clone(), tenant), lease })
    }

    async fn admitted(&self, operation: &'static str, tenant: &TenantName, admission: Admission) -> Outcome {
        let Admission { user, one_time_password } = admission;
        self.note(operation, tenant, Some(user.username.to_string())).await;
        Outcome::User { user, one_time_password }
    }

    async fn done(&self, operation: &'static str, tenant: &TenantName, user: User) -> Outcome {
        self.note(operation, tenant, Some(user.username.to_string())).await;
        of(user)
    }

    /// Writes an operation to the log and to the operator's log in the catalog.
    pub(crate) async fn note(&self, operation: &'static str, tenant: &TenantName, detail: Option<String>) {
        tracing::info!(operation, %tenant, detail, "operator");
        self.0.note(operation, tenant, detail).await;
    }
}

fn is_found(tenant: &TenantView, state: Option<TenantState>, words: &Words) -> bool {
    let text = search_text(tenant.name.as_ref(), Some(tenant.display_name.as_ref()), None);
    state.is_none_or(|state| state == tenant.state) && words.iter().all(|word| text.contains(&**word))
}

impl Backend {
    /// Adds an entry to the operator's log. A failure is only logged: the operation is done, and its result may hold a one-time
    /// password that must reach the operator.
    pub(crate) async fn note(&self, operation: &'static str, tenant: &TenantName, detail: Option<String>) {
        if let Err(error) = self.catalog.log(operation, tenant, detail, self.now()).await {
            tracing::error!(error = chain(&error), "an operation could not be written to the operator's log");
        }
    }
}

impl Entered {
    pub(crate) fn people(&self) -> People<'_> {
        People::new(&self.visitor, &self.lease, None)
    }

    fn workspace(&self) -> Workspace<'_> {
        Workspace::new(&self.visitor, &self.lease, None)
    }
}

fn of(user: User) -> Outcome {
    Outcome::User { user, one_time_password: None }
}
