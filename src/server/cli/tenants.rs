//! `freehold tenants …`: the workspaces, as the operator makes, lists, closes and opens them.

use backend::{Operation, Outcome};
use clap::{Args, Subcommand};
use domain::{SignUpForm, TenantName, TenantView};

use super::{
    operate::{Desk, Folder, PasswordFrom},
    table,
};

/// How many a page of the list asks for.
const PAGE: u32 = 500;

#[derive(Debug, Subcommand)]
pub(super) enum Tenants {
    /// Make a workspace with its first owner, whether sign-up is open or not
    #[command(after_help = "Examples:\n  freehold tenants create acme --username ada\n  \
        printf %s \"$PASSWORD\" | freehold tenants create acme --username ada --password-stdin")]
    Create(Create),
    /// List all workspaces in the order of their names
    #[command(after_help = "Examples:\n  freehold tenants list\n  freehold tenants list | grep suspended")]
    List(List),
    /// Show one workspace
    #[command(after_help = "Example:\n  freehold tenants show acme")]
    Show(Named),
    /// Close a workspace to everyone; nothing in it is lost
    #[command(after_help = "Example:\n  freehold tenants suspend acme\n\nRequests that have begun are waited for.")]
    Suspend(Named),
    /// Open a suspended workspace again
    #[command(after_help = "Example:\n  freehold tenants resume acme")]
    Resume(Named),
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// The workspace's name: its subdomain
    name: String,
    /// Its first owner
    #[arg(long, value_name = "NAME")]
    username: String,
    /// The owner's e-mail address
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    #[command(flatten)]
    password: PasswordFrom,
    #[command(flatten)]
    folder: Folder,
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    folder: Folder,
}

#[derive(Debug, Args)]
pub(super) struct Named {
    /// The workspace's name
    name: TenantName,
    #[command(flatten)]
    folder: Folder,
}

impl Tenants {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Create(create) => create.run().await,
            Self::List(list) => list.run().await,
            Self::Show(Named { name, folder }) => print(folder.run(Operation::TenantShow(name)).await?),
            Self::Suspend(Named { name, folder }) => print(folder.run(Operation::TenantSuspend(name)).await?),
            Self::Resume(Named { name, folder }) => print(folder.run(Operation::TenantResume(name)).await?),
        }
    }
}

impl Create {
    async fn run(self) -> anyhow::Result<()> {
        let password = self.password.read()?.unwrap_or_default();
        let form = SignUpForm { tenant: self.name, username: self.username, password, email: self.email };
        print(self.folder.run(Operation::TenantCreate(form)).await?)
    }
}

impl List {
    async fn run(self) -> anyhow::Result<()> {
        let mut desk = self.folder.desk()?;
        let tenants = all(&mut desk).await;
        desk.close().await;
        let rows: Vec<_> = tenants?.iter().map(row).collect();
        Ok(table::print(["NAME", "STATE", "CREATED", "ADDRESS"], &rows)?)
    }
}

async fn all(desk: &mut Desk<'_>) -> anyhow::Result<Vec<TenantView>> {
    let mut tenants: Vec<TenantView> = Vec::new();
    loop {
        let after = tenants.last().map(|tenant| tenant.name.clone());
        let Outcome::Tenants(page) = desk.run(Operation::TenantList { after, limit: PAGE }).await? else {
            anyhow::bail!("the answer does not fit the question");
        };
        let is_last = page.len() < PAGE as usize;
        tenants.extend(page);
        if is_last {
            return Ok(tenants);
        }
    }
}

fn row(tenant: &TenantView) -> [String; 4] {
    let created = tenant.created_at.strftime("%Y-%m-%d %H:%M").to_string();
    [tenant.name.to_string(), tenant.state.as_str().to_owned(), created, tenant.url.clone()]
}

fn print(outcome: Outcome) -> anyhow::Result<()> {
    let (tenant, owner, password) = match outcome {
        Outcome::Tenant(tenant) => (tenant, None, None),
        Outcome::Created { tenant, user, one_time_password } => (tenant, Some(user), one_time_password),
        _ => anyhow::bail!("the answer does not fit the question"),
    };
    let mut rows = vec![
        ["name", tenant.name.as_ref()].map(str::to_owned),
        ["display name".to_owned(), tenant.display_name.to_string()],
        ["state".to_owned(), format!("{} since {}", tenant.state.as_str(), tenant.state_since)],
        ["address", &tenant.url].map(str::to_owned),
        ["database", &tenant.database].map(str::to_owned),
        ["id".to_owned(), tenant.id.to_string()],
        ["created".to_owned(), tenant.created_at.to_string()],
    ];
    rows.extend(owner.map(|owner| ["owner".to_owned(), owner.username.to_string()]));
    rows.extend(password.map(|password| ["one-time password", password.expose()].map(str::to_owned)));
    Ok(table::print_record(&rows)?)
}
