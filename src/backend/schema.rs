//! The schemas of this program's databases: the migrations of a tenant's database and of the catalog.

use storage::{Migration, MigrationSet, Schema};

use crate::{CrashPoints, tables::search::FOLD_KEPT_TEXTS, tables::user::KEY_EMAIL_ADDRESSES};

/// The migrations of a tenant's database.
pub(crate) const TENANT: MigrationSet = MigrationSet(&[
    Migration::new(include_str!("../../migrations/tenant/0001_accounts.sql")),
    Migration::new(include_str!("../../migrations/tenant/0002_people.sql")),
    Migration::new(include_str!("../../migrations/tenant/0003_search.sql")).then(FOLD_KEPT_TEXTS),
    Migration::new(include_str!("../../migrations/tenant/0004_sign_in.sql")),
    Migration::new(include_str!("../../migrations/tenant/0005_lookups.sql")).then(KEY_EMAIL_ADDRESSES),
]);

/// The migrations of the catalog.
pub(crate) const CATALOG: MigrationSet = MigrationSet(&[
    Migration::new(include_str!("../../migrations/catalog/0001_tenants.sql")),
    Migration::new(include_str!("../../migrations/catalog/0002_storage.sql")),
    Migration::new(include_str!("../../migrations/catalog/0003_names.sql")),
]);

/// The schema that the storages give to every tenant's database.
pub(crate) fn tenant_schema(steps: &CrashPoints) -> Schema {
    Schema { migrations: TENANT, listener: steps.of_migrations() }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use storage::{
        local::{Database, amend},
        params,
    };

    use super::*;

    #[test]
    fn who_was_signed_in_before_there_was_a_note_of_it_is_not_idle() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        Database::create(&path, MigrationSet(&TENANT.0[..1]), Timestamp::UNIX_EPOCH).unwrap();
        amend(
            &path,
            "INSERT INTO users (id, username, email, role, password_hash, created_at) \
             VALUES ('1', 'ada', 'Ada@Example.com', 'owner', '', 1), ('2', 'bob', NULL, 'member', '', 1); \
             INSERT INTO sessions VALUES ('s', '1', 'browser', '', '', 7, 8, 9)",
        )
        .unwrap();
        let database = Database::open(&path, TENANT, Timestamp::UNIX_EPOCH).unwrap();
        let rows = database.read("SELECT last_sign_in_at, search FROM users ORDER BY id", vec![]).unwrap().rows;
        let told: Vec<(Option<i64>, String)> =
            rows.iter().map(|row| (row.get(0).unwrap(), row.get(1).unwrap())).collect();
        assert_eq!(told, [(Some(7), "ada\n\nada@example.com".into()), (None, "bob\n\n".into())]);
    }

    #[test]
    fn who_was_there_before_the_index_is_found_without_accents() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        Database::create(&path, MigrationSet(&TENANT.0[..2]), Timestamp::UNIX_EPOCH).unwrap();
        amend(
            &path,
            "INSERT INTO users (id, username, display_name, search, role, password_hash, created_at) \
             VALUES ('1', 'zoe', 'Zoë', 'zoe' || char(10) || 'zoë' || char(10), 'owner', '', 1), \
                    ('2', 'bob', NULL, 'bob' || char(10, 10), 'member', '', 1)",
        )
        .unwrap();
        let database = Database::open(&path, TENANT, Timestamp::UNIX_EPOCH).unwrap();
        let found =
            "SELECT users.id, users.search FROM user_search CROSS JOIN users ON users.number = user_search.rowid
                     WHERE user_search MATCH ?1 ORDER BY users.id";
        let found = |entry: &str| -> Vec<(String, String)> {
            let rows = database.read(found, params![entry.to_owned()]).unwrap().rows;
            rows.iter().map(|row| (row.get(0).unwrap(), row.get(1).unwrap())).collect()
        };
        assert_eq!(found("\"zoe\""), [("1".into(), "zoe\nzoe\n".into())]);
        assert_eq!(found("\"bob\""), [("2".into(), "bob\n\n".into())]);
        assert_eq!(found("\"zoë\""), [], "what the index had before is gone from it");
    }

    #[test]
    fn addresses_get_their_key_one_time_passwords_their_end_and_unseen_letters_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        Database::create(&path, MigrationSet(&TENANT.0[..2]), Timestamp::UNIX_EPOCH).unwrap();
        amend(
            &path,
            "INSERT INTO users (id, username, email, display_name, role, password_hash, password_change_required, created_at) \
             VALUES ('1', 'ada', 'Ada@Example.com', 'Ada' || char(917601), 'owner', '', 1, 1), \
                    ('2', 'bob', char(201) || '@x.example', 'Zo' || char(235), 'member', '', 0, 1), \
                    ('3', 'eve', char(233) || '@x.example', NULL, 'member', '', 0, 1)",
        )
        .unwrap();
        let database = Database::open(&path, TENANT, Timestamp::UNIX_EPOCH).unwrap();
        let users = "SELECT email_key, display_name, one_time_password_expires_at > 0 FROM users ORDER BY id";
        let rows = database.read(users, vec![]).unwrap().rows;
        let told: Vec<(Option<String>, Option<String>, Option<i64>)> =
            rows.iter().map(|row| (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap())).collect();
        let name = Some("Zo\u{eb}".to_owned());
        let key = Some("\u{e9}@x.example".to_owned());
        let of_two_alike = [(key, name, None), (None, None, None)];
        assert_eq!(told[0], (Some("ada@example.com".into()), None, Some(1)));
        assert_eq!(told[1..], of_two_alike, "the first of two that are alike keeps the key");
    }

    #[test]
    fn every_migration_file_is_listed() {
        for (folder, migrations) in [("tenant", TENANT), ("catalog", CATALOG)] {
            let files = format!("{}/../../migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
            assert_eq!(std::fs::read_dir(files).unwrap().count(), migrations.0.len(), "{folder}");
        }
    }
}
