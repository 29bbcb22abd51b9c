//! The overview of a workspace, and the daily measurement of its database's size. The size is measured at a sign-in, so the
//! chart of its growth needs no background task. One measurement a day is kept.

use domain::{Headcount, List, Overview, Role, Size, User};
use jiff::Timestamp;
use storage::{Database, Result, Row, Transaction, params};

use crate::{
    Error, People,
    tables::user::{self, user_columns},
    users::IDLE,
};

const DAY: i64 = 24 * 60 * 60 * 1000;

impl People<'_> {
    /// Returns the overview of the workspace.
    pub async fn overview(&self) -> std::result::Result<Overview, Error> {
        let latest = List { limit: "8".parse().unwrap_or_default(), cursor: None };
        Ok(Overview {
            people: self.headcount().await?,
            last_sign_ins: self.last_sign_ins().await?,
            activity: self.activity(&latest).await?.items,
            sizes: self.sizes().await?,
        })
    }

    async fn headcount(&self) -> Result<Headcount> {
        const COUNT: &str = "SELECT role, count(*), sum(disabled),
                 sum(disabled = 0 AND password_change_required = 1 AND coalesce(one_time_password_expires_at > ?1, 1)),
                 sum(disabled = 0 AND password_change_required = 1 AND coalesce(one_time_password_expires_at <= ?1, 0)),
                 sum(disabled = 0 AND coalesce(last_sign_in_at, created_at) < ?2)
             FROM users GROUP BY role";
        let now = self.visitor.backend.now();
        let params = params![now.as_millisecond(), (now - IDLE).as_millisecond()];
        let rows = self.lease.read_long(COUNT.into(), params).await?.rows;
        rows.iter().try_fold(Headcount::default(), with_role)
    }

    async fn last_sign_ins(&self) -> Result<Vec<User>> {
        const LATEST: &str = concat!(
            "SELECT ",
            user_columns!(),
            " FROM users WHERE last_sign_in_at IS NOT NULL ORDER BY last_sign_in_at DESC LIMIT 5"
        );
        self.lease.read(LATEST, vec![]).await?.rows.iter().map(|row| user::from_row(row, 0)).collect()
    }

    /// The sizes of the last 90 days and the present size. A row that cannot be read is left out.
    async fn sizes(&self) -> Result<Vec<Size>> {
        const MEASURED: &str = "SELECT at, bytes FROM sizes WHERE day > ?1 AND day < ?2 ORDER BY day";
        let now = self.visitor.backend.now();
        let today = now.as_millisecond().div_euclid(DAY);
        let rows = self.lease.read(MEASURED, params![today - 90, today]).await?.rows;
        let measured = rows.iter().filter_map(|row| Some(Size { at: row.get(0).ok()?, bytes: row.get(1).ok()? }));
        let today = Size { at: now, bytes: self.lease.size().await? };
        Ok(measured.chain([today]).collect())
    }
}

/// Adds the users of one role to the headcount.
fn with_role(count: Headcount, row: &Row) -> Result<Headcount> {
    let (role, all, disabled): (Role, u64, u64) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let mut count = Headcount {
        disabled: count.disabled + disabled,
        one_time_password: count.one_time_password + row.get::<u64>(3)?,
        expired: count.expired + row.get::<u64>(4)?,
        idle: count.idle + row.get::<u64>(5)?,
        ..count
    };
    match role {
        Role::Owner => (count.owners, count.able_owners) = (all, all - disabled),
        Role::Admin => count.admins = all,
        Role::Member => count.members = all,
    }
    Ok(count)
}

/// Measures the database and stores its size for this day.
pub(crate) async fn measure(database: &Database, transaction: &mut Transaction, now: Timestamp) -> Result<()> {
    let keep = "INSERT INTO sizes (day, at, bytes) VALUES (?1, ?2, ?3)
                ON CONFLICT (day) DO UPDATE SET at = excluded.at, bytes = excluded.bytes";
    let (bytes, now) = (i64::try_from(database.size().await?).unwrap_or(i64::MAX), now.as_millisecond());
    transaction.run(keep, params![now.div_euclid(DAY), now, bytes]).await.map(drop)
}
