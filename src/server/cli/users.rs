//! `freehold users …`: the people of a workspace, as the operator lists them, adds them and lets them back in.

use backend::{Operation, Outcome};
use clap::{Args, Subcommand};
use domain::{AddUserForm, Email, FindUsers, Role, TenantName, User, Username};

use super::{
    operate::{Folder, PasswordFrom},
    table,
};

#[derive(Debug, Subcommand)]
pub(super) enum Users {
    /// List the users of a workspace
    #[command(after_help = "Example:\n  freehold users list acme")]
    List(List),
    /// Add a user to a workspace
    #[command(after_help = "Examples:\n  freehold users add acme grace --role admin --email grace@example.com\n  \
        printf %s \"$PASSWORD\" | freehold users add acme grace --password-stdin")]
    Add(Add),
    /// Give a user a one-time password and end their sessions
    #[command(after_help = "Example:\n  freehold users reset-password acme grace")]
    ResetPassword(ResetPassword),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// The workspace's name
    tenant: TenantName,
    #[command(flatten)]
    folder: Folder,
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// The workspace's name
    tenant: TenantName,
    /// What they sign in with
    username: Username,
    /// What they may do: owner, admin or member
    #[arg(long, default_value = "member")]
    role: Role,
    /// Their e-mail address
    #[arg(long, value_name = "ADDRESS")]
    email: Option<Email>,
    #[command(flatten)]
    password: PasswordFrom,
    #[command(flatten)]
    folder: Folder,
}

#[derive(Debug, Args)]
pub(super) struct ResetPassword {
    /// The workspace's name
    tenant: TenantName,
    /// Who
    username: Username,
    #[command(flatten)]
    folder: Folder,
}

impl Users {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::List(List { tenant, folder }) => {
                print(folder.run(Operation::UserList(tenant, FindUsers::default())).await?)
            }
            Self::Add(add) => add.run().await,
            Self::ResetPassword(ResetPassword { tenant, username, folder }) => {
                print(folder.run(Operation::UserResetPassword(tenant, username)).await?)
            }
        }
    }
}

impl Add {
    async fn run(self) -> anyhow::Result<()> {
        let Self { tenant, username, role, email, password, folder } = self;
        let password = password.read()?;
        let form = AddUserForm {
            username: username.to_string(),
            email: email.map(|email| email.to_string()),
            role: Some(role.to_string()),
            password,
            ..AddUserForm::default()
        };
        print(folder.run(Operation::UserAdd(tenant, form)).await?)
    }
}

fn print(outcome: Outcome) -> anyhow::Result<()> {
    match outcome {
        Outcome::Users(users) => {
            let rows: Vec<_> = users.items.iter().map(row).collect();
            table::print(["USERNAME", "ROLE", "STATE", "EMAIL", "CREATED"], &rows)?;
        }
        Outcome::User { user, one_time_password } => {
            let mut rows = vec![
                ["username".to_owned(), user.username.to_string()],
                ["role".to_owned(), user.role.to_string()],
                ["id".to_owned(), user.id.to_string()],
            ];
            rows.extend(user.email.map(|email| ["email".to_owned(), email.to_string()]));
            rows.extend(one_time_password.map(|password| ["one-time password", password.expose()].map(str::to_owned)));
            table::print_record(&rows)?;
        }
        _ => anyhow::bail!("the answer does not fit the question"),
    }
    Ok(())
}

fn row(user: &User) -> [String; 5] {
    let state = match user {
        User { disabled: true, .. } => "disabled",
        User { password_change_required: true, .. } => "one-time password",
        _ => "active",
    };
    let email = user.email.as_ref().map(ToString::to_string).unwrap_or_default();
    let created = user.created_at.strftime("%Y-%m-%d %H:%M").to_string();
    [user.username.to_string(), user.role.to_string(), state.to_owned(), email, created]
}
