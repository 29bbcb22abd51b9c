//! A deed: one operation as data, so that the journal can record it before it runs.

use backend::{Error, Operation, Operator, Outcome};
use domain::{AddUserForm, ChangeUserForm, SignUpForm, TenantName};
use serde::{Deserialize, Serialize};

/// One operation on one tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Deed {
    pub(super) tenant: String,
    pub(super) what: What,
}

/// The kind of a deed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum What {
    SignUp,
    Add(String),
    Call { user: String, name: String },
    Remove(String),
    Rename(String),
    Suspend,
    Resume,
    BackUp,
    Restore,
    Undo,
    ForgetCopies,
    Delete,
    BringBack,
}

/// How many backups of a tenant are kept.
pub(super) const KEPT: usize = 3;

impl Deed {
    /// Runs the operation. Returns the backup that it made.
    pub(super) async fn done(&self, operator: &Operator) -> Result<Option<String>, Error> {
        match operator.run(self.operation()).await? {
            Outcome::Backup(backup) => Ok(Some(backup.file)),
            Outcome::Deleted(kept) => Ok(kept.map(|file| file.display().to_string())),
            _ => Ok(None),
        }
    }

    fn operation(&self) -> Operation {
        let name: TenantName = self.tenant.parse().unwrap();
        match &self.what {
            What::SignUp => Operation::TenantCreate(self.form()),
            What::Add(user) => {
                Operation::UserAdd(name, AddUserForm { username: user.clone(), ..AddUserForm::default() })
            }
            What::Call { user, name: called } => {
                let form = ChangeUserForm { display_name: Some(called.clone()), ..ChangeUserForm::default() };
                Operation::UserChange(name, user.parse().unwrap(), form)
            }
            What::Remove(user) => Operation::UserRemove(name, user.parse().unwrap()),
            What::Rename(called) => Operation::TenantRename(name, called.parse().unwrap()),
            What::Suspend => Operation::TenantSuspend(name),
            What::Resume => Operation::TenantResume(name),
            What::BackUp => Operation::Backup(name, Some(KEPT.to_string().parse().unwrap())),
            What::Restore | What::BringBack => Operation::Restore(name, None),
            What::Undo => Operation::TenantUndo(name),
            What::ForgetCopies => Operation::TenantForgetCopies(name),
            What::Delete => Operation::TenantDelete { name, backup: true },
        }
    }

    fn form(&self) -> SignUpForm {
        let (username, password) = ("root".to_owned(), String::new().into());
        SignUpForm { tenant: self.tenant.clone(), username, password, email: None }
    }
}
