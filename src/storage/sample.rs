//! The schema for the tests of this crate: the tenants' own migrations, with a rewrite that only these tests have.

use crate::{Migration, MigrationSet, Rewrite, params};

pub(crate) const TENANT: MigrationSet = MigrationSet(&[
    Migration::new(include_str!("../../migrations/tenant/0001_accounts.sql")),
    Migration::new(include_str!("../../migrations/tenant/0002_people.sql")),
    Migration::new(include_str!("../../migrations/tenant/0003_search.sql")).then(WITHOUT_ACCENTS),
]);

const WITHOUT_ACCENTS: Rewrite = Rewrite {
    rows: "SELECT id, search FROM users WHERE search LIKE '%ë%'",
    change: "UPDATE users SET search = ?2 WHERE id = ?1",
    with: |row| {
        let (id, search): (String, String) = (row.get(0)?, row.get(1)?);
        Ok(params![id, search.replace('ë', "e")])
    },
};
