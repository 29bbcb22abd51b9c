//! `freehold users …`: the operator lists, adds, changes and removes the users of a workspace, and resets their passwords.

mod add;
mod edit;
mod list;
mod remove;

use backend::{Ambient, Clock, Operation, Outcome};
use clap::{Args, Subcommand};
use domain::{Admission, ChangeUserForm, TenantName, User, UserStatus, Username};

use crate::cli::kit::{
    operator_client::{DataFolderArg, unexpected_answer},
    password::explain,
    print::{Format, say},
    table::{self, minute_or_never, row, second, text},
};

#[derive(Debug, Subcommand)]
pub(super) enum Users {
    /// List the users of a workspace, all or those looked for, in the order of their names
    List(list::List),
    /// Show one user
    #[command(after_help = "Examples:\n  freehold users show acme grace\n  freehold users show acme grace --json")]
    Show(Named),
    /// Add a user to a workspace
    Add(add::Add),
    /// Change a user's display name, email address and role
    Edit(edit::Edit),
    /// Deactivate a user: they can no longer sign in, and their sessions end
    #[command(after_help = "Example:\n  freehold users disable acme grace\n\nThe last owner who can sign in stays.")]
    Disable(Named),
    /// Let a deactivated user sign in again
    #[command(after_help = "Example:\n  freehold users enable acme grace")]
    Enable(Named),
    /// Give a user a one-time password and end their sessions
    #[command(after_help = "Example:\n  freehold users reset-password acme grace\n\n\
        JSON: {\"user\": {…}, \"oneTimePassword\": text}")]
    ResetPassword(Named),
    /// Sign a user out everywhere
    #[command(after_help = "Example:\n  freehold users sign-out acme grace\n\nThey may sign in again at once.")]
    SignOut(Named),
    /// Remove a user for good
    Remove(remove::Remove),
}

#[derive(Debug, Args)]
pub(super) struct Named {
    /// The workspace's name
    tenant: TenantName,
    /// The user's username
    username: Username,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    folder: DataFolderArg,
}

impl Users {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::List(command) => command.run().await,
            Self::Show(named) => named.have(Operation::UserShow).await,
            Self::Add(command) => command.run().await,
            Self::Edit(command) => command.run().await,
            Self::Disable(named) => named.disable(true).await,
            Self::Enable(named) => named.disable(false).await,
            Self::ResetPassword(named) => {
                let operation = Operation::UserResetPassword(named.tenant, named.username);
                print(named.format, &admission(&named.folder, operation).await?)
            }
            Self::SignOut(named) => {
                let said = format!("{} is signed out everywhere.", named.username);
                named.have(Operation::UserSignOut).await.map(|()| say(said))
            }
            Self::Remove(command) => command.run().await,
        }
    }
}

impl Named {
    /// Runs the operation, and prints the user after it.
    async fn have(self, operation: impl FnOnce(TenantName, Username) -> Operation) -> anyhow::Result<()> {
        let Admission { user, .. } = admission(&self.folder, operation(self.tenant, self.username)).await?;
        self.format.print(&user, |user| table::record(&rows(user)))
    }

    async fn disable(self, disabled: bool) -> anyhow::Result<()> {
        let what = if disabled { "can no longer sign in, and is signed out everywhere" } else { "can sign in" };
        let said = format!("{} {what}.", self.username);
        let form = ChangeUserForm { disabled: Some(disabled), ..ChangeUserForm::default() };
        self.have(|tenant, username| Operation::UserChange(tenant, username, form)).await.map(|()| say(said))
    }
}

/// Runs an operation on a user.
async fn admission(folder: &DataFolderArg, operation: Operation) -> anyhow::Result<Admission> {
    match folder.run(operation).await? {
        Outcome::User { user, one_time_password } => Ok(Admission { user, one_time_password }),
        _ => Err(unexpected_answer()),
    }
}

/// Prints a user, with the one-time password if there is one.
fn print(format: Format, admission: &Admission) -> anyhow::Result<()> {
    let password = admission.one_time_password.as_ref();
    let Admission { user: User { username, .. }, .. } = admission;
    let lost = format!(
        "{username} is there, and the one-time password is lost: `freehold users reset-password` gives another"
    );
    format.print_once(admission, &lost, |admission| {
        let password = password.map(|password| row("one-time password", password.expose()));
        table::record(&rows(&admission.user).into_iter().chain(password).collect::<Vec<_>>())
    })?;
    explain(password, admission.user.one_time_password_expires_at);
    Ok(())
}

fn rows(user: &User) -> Vec<[String; 2]> {
    let mut rows = vec![row("username", &user.username)];
    rows.extend(user.display_name.as_ref().map(|name| row("display name", name)));
    rows.extend(user.email.as_ref().map(|email| row("email", email)));
    rows.extend([
        row("role", user.role),
        row("status", status(user).as_str()),
        row("id", user.id),
        row("created", second(user.created_at)),
        row("last sign-in", user.last_sign_in_at.map_or_else(|| "never".to_owned(), second)),
    ]);
    rows
}

/// The status of a user, except idle, which only `list --status idle` finds.
fn status(user: &User) -> UserStatus {
    match user {
        User { disabled: true, .. } => UserStatus::Disabled,
        User { one_time_password_expires_at: Some(until), .. } if *until <= Ambient.now() => UserStatus::Expired,
        User { password_change_required: true, .. } => UserStatus::OneTimePassword,
        _ => UserStatus::Active,
    }
}

/// The cells of a user in a list.
fn line(user: &User) -> [String; 6] {
    let (name, email) = (text(user.display_name.as_ref()), text(user.email.as_ref()));
    let (role, status) = (user.role.to_string(), status(user).as_str().to_owned());
    [user.username.to_string(), role, status, minute_or_never(user.last_sign_in_at), email, name]
}
