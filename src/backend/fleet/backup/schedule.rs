//! Scheduled backups: the serving process backs up every tenant once in each interval. The function `next` alone decides which
//! tenant is next and when. The rest waits and runs the backups, one tenant at a time.

use std::{collections::HashMap, convert::Infallible, str::FromStr, sync::Arc, time::Duration};

use domain::{TenantId, TenantState};
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use storage::chain;

use crate::{Error, Operator, Retention, fleet::tenants::Tenant};

/// How often tenants are backed up, and how many of their backups are kept.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// The interval between two backups of a tenant.
    pub every: Every,
    /// How many of the latest backups of each tenant are kept. `None` means all.
    pub keep: Option<Retention>,
}

/// An interval between a minute and a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Every(SignedDuration);

/// The text is not such an interval.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("it must be a time from a minute to a year, such as `12h`, `24h` or `7d`")]
pub struct InvalidEvery;

/// The longest pause, so that a new tenant is noticed within this time.
const GLANCE: Duration = Duration::from_mins(1);

impl Operator {
    /// Backs up all tenants by the schedule. It never returns: drop the future to stop it. A failed backup is logged, and its
    /// tenant waits for its next turn like all others.
    pub async fn keep_backed_up(&self, schedule: Schedule) -> Infallible {
        let (mut turns, mut catalog_at) = (self.latest_backups().await, Timestamp::MIN);
        loop {
            let now = self.0.now();
            if catalog_at > now || schedule.every.after(catalog_at) <= now {
                catalog_at = now;
                self.copy_catalog(schedule.keep).await;
            }
            // A turn in the future was recorded while the clock was ahead. It is ignored, so that it delays no backup.
            let past = |tenant: &Tenant| turns.get(&tenant.id).copied().filter(|at| *at <= now);
            let known = self.whole_tenants().map(|tenant| (past(&tenant), tenant));
            match next(schedule.every, known) {
                Some((at, tenant)) if at.is_none_or(|at| at <= now) => {
                    turns.insert(tenant.id, now);
                    self.take_turn(&tenant, schedule.keep).await;
                }
                later => tokio::time::sleep(pause(now, later.and_then(|(at, _)| at))).await,
            }
        }
    }

    /// The time of each tenant's last backup. With it, a restart does not back up all tenants again. A backup with a time in
    /// the future is ignored, because the clock was wrong when it was made, or is wrong now.
    async fn latest_backups(&self) -> HashMap<TenantId, Timestamp> {
        let all = self.0.archive().all().await.unwrap_or_else(|error| {
            tracing::error!(error = chain(&error), "the existing backups cannot be listed");
            Vec::new()
        });
        let (now, mut latest) = (self.0.now(), HashMap::new());
        for backup in &all {
            let (tenant, at) = (backup.manifest.about.tenant, backup.manifest.about.taken_at);
            if at > now {
                tracing::warn!(file = %backup.file.display(), taken_at = %at, "a backup is dated in the future: was the clock ahead, or is it behind now?");
            } else {
                let known = latest.entry(tenant).or_insert(at);
                *known = at.max(*known);
            }
        }
        latest
    }

    /// The tenants that are active or suspended.
    fn whole_tenants(&self) -> impl Iterator<Item = Arc<Tenant>> {
        let all = self.0.catalog.page(None, usize::MAX).into_iter();
        all.filter(|tenant| matches!(tenant.record().state, TenantState::Active | TenantState::Suspended))
    }

    async fn copy_catalog(&self, keep: Option<Retention>) {
        match self.0.back_up_catalog(keep).await {
            Ok(copy) => tracing::info!(file = %copy.display(), "the catalog is copied"),
            Err(error) => tracing::error!(error = chain(&error), "the catalog could not be copied"),
        }
    }

    async fn take_turn(&self, tenant: &Tenant, keep: Option<Retention>) {
        let name = tenant.record().name.clone();
        match self.back_up(&name, keep).await {
            Ok(backup) => tracing::info!(tenant = %name, file = backup.file, "backed up"),
            Err(Error::UnknownTenant) => {} // deleted meanwhile
            Err(error) => tracing::error!(tenant = %name, error = chain(&error), "a tenant could not be backed up"),
        }
    }
}

/// The tenant to back up next, and the earliest time for it. `None` means now. It is the tenant with the oldest last backup.
/// Backups are at least `every / tenants` apart, so that they do not all run at once after a pause.
fn next<T>(every: Every, known: impl Iterator<Item = (Option<Timestamp>, T)>) -> Option<(Option<Timestamp>, T)> {
    let (mut count, mut latest, mut first) = (0, None, None);
    for (last, whose) in known {
        count += 1;
        latest = latest.max(last);
        if first.as_ref().is_none_or(|(earliest, _)| last < *earliest) {
            first = Some((last, whose));
        }
    }
    let (last, whose) = first?;
    let due = last.map(|last| every.after(last));
    let apart = latest.map(|latest| Every(every.0 / count).after(latest));
    Some((due.max(apart), whose))
}

/// How long to wait for the next turn. It is at most `GLANCE`, so that a new tenant does not wait for it.
fn pause(now: Timestamp, at: Option<Timestamp>) -> Duration {
    at.and_then(|at| at.duration_since(now).try_into().ok()).unwrap_or(GLANCE).min(GLANCE)
}

impl Every {
    /// The time one interval after this moment.
    fn after(self, moment: Timestamp) -> Timestamp {
        moment.checked_add(self.0).unwrap_or(Timestamp::MAX)
    }
}

impl FromStr for Every {
    type Err = InvalidEvery;

    fn from_str(text: &str) -> Result<Self, InvalidEvery> {
        let span: Span = text.parse().map_err(|_| InvalidEvery)?;
        let time = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| InvalidEvery)?;
        let allowed = SignedDuration::from_mins(1)..=SignedDuration::from_hours(366 * 24);
        if allowed.contains(&time) { Ok(Self(time)) } else { Err(InvalidEvery) }
    }
}

/// Writes the interval in a form that can be parsed again: `24h`.
impl std::fmt::Display for Every {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 60 * 60;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + hours * HOUR).unwrap()
    }

    fn day() -> Every {
        "24h".parse().unwrap()
    }

    /// Takes this many turns, each at its earliest time. Returns who had a turn and in which hour.
    fn turns(known: &mut [Option<Timestamp>], mut now: Timestamp, number: usize) -> Vec<(usize, i64)> {
        let take = |_| {
            let (when, who) = next(day(), known.iter().copied().zip(0..)).unwrap();
            now = now.max(when.unwrap_or(now));
            known[who] = Some(now);
            (who, (now.as_second() - at(0).as_second()) / HOUR)
        };
        (0..number).map(take).collect()
    }

    #[test]
    fn each_has_one_turn_in_the_time_and_the_turns_are_spread_over_it() {
        let mut known = [None; 4];
        let expected = [(0, 0), (1, 6), (2, 12), (3, 18), (0, 24), (1, 30), (2, 36), (3, 42), (0, 48)];
        assert_eq!(turns(&mut known, at(0), 9), expected);
    }

    #[test]
    fn after_a_restart_those_with_a_young_backup_are_not_due() {
        let mut known = [Some(at(-1)), Some(at(-13)), Some(at(-7)), Some(at(-19))];
        assert_eq!(turns(&mut known, at(0), 5), [(3, 5), (1, 11), (2, 17), (0, 23), (3, 29)]);
    }

    #[test]
    fn what_is_due_all_at_once_is_spread() {
        let mut known = [Some(at(-100)); 4];
        assert_eq!(turns(&mut known, at(0), 5), [(0, 0), (1, 6), (2, 12), (3, 18), (0, 24)]);
        let mut known = [Some(at(0)); 4];
        assert_eq!(turns(&mut known, at(1), 5), [(0, 24), (1, 30), (2, 36), (3, 42), (0, 48)]);
    }

    #[test]
    fn who_was_never_backed_up_is_next_and_one_that_fails_holds_nobody_up() {
        let mut known = [Some(at(-12)), Some(at(-6)), None];
        assert_eq!(turns(&mut known, at(2), 1), [(2, 2)]); // the turn counts, whether the backup worked or failed
        assert_eq!(turns(&mut known, at(2), 2), [(0, 12), (1, 20)]);
        assert!(next(day(), std::iter::empty::<(_, ())>()).is_none());
    }

    #[test]
    fn a_pause_ends_when_the_turn_comes_or_somebody_new_may_have_come() {
        assert_eq!(pause(at(0), Some(at(0) + SignedDuration::from_secs(5))), Duration::from_secs(5));
        assert_eq!(pause(at(0), Some(at(1))), GLANCE);
        assert_eq!(pause(at(0), None), GLANCE);
    }

    #[test]
    fn a_time_reads_back_and_nonsense_is_refused() {
        for (text, told) in [("24h", "24h"), ("7d", "168h"), ("90m", "1h 30m"), ("1 day", "24h"), ("1w", "168h")] {
            assert_eq!(text.parse::<Every>().unwrap().to_string(), told);
        }
        for bad in ["", "24", "0s", "59s", "-24h", "1mo", "2y", "often", "99999999h"] {
            assert!(bad.parse::<Every>().is_err(), "{bad}");
        }
    }
}
