//! Creates a tenant from a downloaded or exported file. The file is not trusted. Its rows go through the domain's parsers into
//! a new database. No schema, password or session is taken from the file.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use domain::{Action, Admission, DisplayName, Role, TenantId, TenantName, TenantState, UserId};
use storage::{
    Database, DatabaseLocation, ExpectedFile, ForeignDatabase, ForeignFile, Image, Summary,
    local::{self, blocking},
};

use super::rows::{ACTIVITY, FIRST_USERS, SIZES, StoredActivity, StoredSize, StoredUser, Table, USERS};

use crate::{Backend, CrashPoint, Error, People, Visitor, fleet::tenants::Tenant, schema::TENANT};

/// What a file must contain.
const EXPECTED: ExpectedFile = ExpectedFile { migrations: TENANT, tables: super::rows::tables };

/// The rows that are taken from a file.
struct Contents {
    users: Vec<StoredUser>,
    activity: Vec<StoredActivity>,
    sizes: Vec<StoredSize>,
}

impl Backend {
    /// Creates a tenant from a file, and gives its first owner a one-time password. It runs as a task of its own, so it
    /// continues when the caller goes away. Without a display name it takes the last one from the file's activity.
    pub(crate) async fn import(
        &self,
        name: TenantName,
        file: &Path,
        display_name: Option<DisplayName>,
    ) -> Result<Admission, Error> {
        self.ensure_name_is_free(&name)?;
        let contents = self.contents_of(file.to_owned()).await?;
        let display_name = display_name.or_else(|| contents.display_name()).unwrap_or_else(|| DisplayName::from(&name));
        let (image, summary) = self.image_of(contents, file).await?;
        self.settings.crash_points.reach(CrashPoint::ImportRead);
        let id = TenantId::new(self.millis(), &self.random());
        let location = DatabaseLocation::first(self.settings.storages.default, id, &name);
        let tenant = Arc::new(Tenant::again(location, name, (display_name, 1), self.now(), self.now()));
        let backend = self.clone();
        let making = tokio::spawn(async move { backend.import_image(&tenant, &image, &summary).await });
        making.await.map_err(|error| Error::Internal(error.into()))?
    }

    async fn import_image(
        &self,
        tenant: &Arc<Tenant>,
        image: &Arc<Image>,
        summary: &Summary,
    ) -> Result<Admission, Error> {
        self.catalog.insert(tenant, self.now()).await?;
        self.settings.crash_points.reach(CrashPoint::ImportNoted);
        let imported = self.provision_from(tenant, image, summary).await;
        if imported.is_err() {
            self.rollback_create(tenant).await;
        }
        imported
    }

    /// Fills the tenant's database from the image, and gives its owner a one-time password before the tenant is active. A crash
    /// therefore leaves no tenant that nobody can sign in to.
    async fn provision_from(
        &self,
        tenant: &Arc<Tenant>,
        image: &Arc<Image>,
        summary: &Summary,
    ) -> Result<Admission, Error> {
        let location = self.fill((*tenant.location()).clone(), image, summary).await?;
        tenant.move_to(location);
        let (visitor, lease) = (Visitor::new(self.clone(), Arc::clone(tenant)), self.lease_unchecked(tenant).await?);
        let people = People::new(&visitor, &lease, None);
        let admission = people.reset_password(people.an_owner().await?.id).await?;
        self.settings.crash_points.reach(CrashPoint::ImportOwned);
        self.catalog.enter(tenant, TenantState::Active, self.now()).await?;
        self.settings.crash_points.reach(CrashPoint::ImportDone);
        Ok(admission)
    }

    /// Reads the rows of a file. The file must be a tenant's database with an owner in it.
    async fn contents_of(&self, file: PathBuf) -> Result<Contents, Error> {
        let (image, from) = (self.new_image(), file.clone());
        let reading =
            blocking(move || Ok(ForeignFile::copy(&from, image).and_then(|copy| copy.read(EXPECTED, Contents::read))));
        reading.await?.map_err(|why| refused(&file, &why))
    }

    /// Writes these rows to a new database with the newest schema.
    async fn image_of(&self, contents: Contents, file: &Path) -> Result<(Arc<Image>, Summary), Error> {
        let (image, now) = (self.new_image(), self.now());
        let path = image.path().to_owned();
        let opening = blocking(move || {
            local::Database::create(&path, TENANT, now)?;
            local::Database::open(&path, TENANT, now)
        });
        let database = Database::Local(opening.await?);
        let filled = contents.insert(&database).await;
        database.close().await;
        filled.map_err(|error| match error {
            Error::Refused(why) => refused(file, &why),
            error => error,
        })?;
        let summary = image.summary().await?;
        Ok((Arc::new(image), summary))
    }
}

impl Contents {
    fn read(database: &ForeignDatabase) -> Result<Self, String> {
        let is_first = database.version() == 1;
        let users = all(database, if is_first { &FIRST_USERS } else { &USERS })?;
        let mut owners = users.iter().filter(|user| user.role == Role::Owner).peekable();
        if owners.peek().is_none() {
            return Err("none of its users is an owner".to_owned());
        }
        if owners.all(|owner| owner.disabled) {
            return Err("all of its owners are disabled, so that nobody could manage the workspace".to_owned());
        }
        let (activity, sizes) =
            if is_first { (vec![], vec![]) } else { (all(database, &ACTIVITY)?, all(database, &SIZES)?) };
        Ok(Self { users, activity, sizes })
    }

    /// The last display name in the activity. The display name itself is in the catalog, which a file does not have.
    fn display_name(&self) -> Option<DisplayName> {
        let renamed = self.activity.iter().rev().find(|entry| entry.action == Action::WorkspaceRenamed);
        renamed.and_then(|entry| entry.detail.clone())
    }

    /// Inserts all rows into a new database.
    async fn insert(self, database: &Database) -> Result<(), Error> {
        let mut transaction = database.write().await?;
        for user in self.users {
            let id = user.id;
            user.insert(&mut transaction).await.map_err(|error| alike(id, error))?;
        }
        for entry in self.activity {
            entry.insert(&mut transaction).await?;
        }
        for size in self.sizes {
            size.insert(&mut transaction).await?;
        }
        Ok(transaction.commit().await?)
    }
}

/// Reads all rows of a table.
fn all<T>(database: &ForeignDatabase, table: &Table<T>) -> Result<Vec<T>, String> {
    let mut rows = Vec::new();
    database.each(table.name, table.sql, |values| {
        rows.push((table.parse)(&values)?);
        Ok(())
    })?;
    Ok(rows)
}

/// The error for a value that must be unique and is in two rows.
fn alike(id: UserId, error: Error) -> Error {
    match error {
        Error::Taken(fields) => {
            let column = fields.0.keys().next().map_or("username", |column| column);
            Error::Refused(format!("table users, row {id}, {column}: another row has the same"))
        }
        error => error,
    }
}

fn refused(file: &Path, why: &str) -> Error {
    Error::Refused(format!("{} cannot be imported: {why}.", file.display()))
}
