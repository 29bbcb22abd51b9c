//! Damaged files: removed, truncated, overwritten or inaccessible. The damage affects only the tenant of the file. Its requests
//! get a 503 with a clear error, and the doctor reports it. No restart is needed after the file is put back.

mod injury;
mod limited;

use backend::{Error, Operation, Outcome};
use domain::{Ailment, Code, TenantName};

use crate::{Freehold, PASSWORD, program, sign_in, try_sign_in};
use injury::Injury;

/// Damages a tenant's file, checks the effects, and puts the file back.
async fn hurts_its_own_tenant_alone(injury: Injury) {
    let freehold = Freehold::new().await;
    for name in ["acme", "beta"] {
        freehold.sign_up(name).await;
    }
    freehold.backend.close().await; // moves the write-ahead log into the file
    let hurt = injury.inflict(&freehold.database("acme")).await;
    refuses(&freehold, "acme", injury.named()).await;
    assert_eq!(ailments(&freehold, "acme").await, [injury.ailment()]);
    let backup = freehold.operator.run(Operation::Backup(name("acme"), None)).await;
    assert!(backup.is_err(), "what is hurt is not backed up as if it were whole");
    serves(&freehold, "beta").await;
    assert_eq!(ailments(&freehold, "beta").await, []);
    hurt.heal();
    serves(&freehold, "acme").await;
    assert_eq!(ailments(&freehold, "acme").await, []);
}

/// Checks that the tenant is unavailable and that the log has the reason.
async fn refuses(freehold: &Freehold, tenant: &str, why: &str) {
    let refused = try_sign_in(&freehold.visit(tenant).unwrap(), "root", PASSWORD, &program()).await.unwrap_err();
    assert!(matches!(refused, Error::Unavailable { source: Some(_), .. }), "{refused:?}");
    assert_eq!(refused.problem().code, Code::Unavailable);
    assert!(refused.problem().retry_after.is_some());
    assert!(refused.chain().contains(why), "{}", refused.chain());
}

async fn serves(freehold: &Freehold, tenant: &str) {
    sign_in(&freehold.visit(tenant).unwrap(), &program()).await;
}

async fn ailments(freehold: &Freehold, tenant: &str) -> Vec<Ailment> {
    let examine = Operation::DoctorTenant { name: name(tenant), deep: true };
    let Outcome::Findings(found) = freehold.operator.run(examine).await.unwrap() else { panic!() };
    assert!(
        found.iter().all(|finding| finding.tenant == Some(name(tenant)) && !finding.detail.is_empty()),
        "{found:?}"
    );
    found.into_iter().map(|finding| finding.ailment).collect()
}

fn name(text: &str) -> TenantName {
    text.parse().unwrap()
}

macro_rules! each_hurts_its_own_tenant_alone {
    ($($test:ident $injury:ident,)*) => {$(
        #[tokio::test]
        async fn $test() {
            hurts_its_own_tenant_alone(Injury::$injury).await;
        }
    )*};
}

each_hurts_its_own_tenant_alone! {
    a_missing_file Missing,
    a_folder_in_its_place Folder,
    a_file_of_half_its_length Half,
    a_file_of_50_bytes Stub,
    a_file_of_no_bytes Empty,
    a_file_that_is_no_database Text,
    a_damaged_file_header FileHeader,
    a_damaged_page_size PageSize,
    a_damaged_schema SchemaPage,
    a_damaged_page_of_users PageOfUsers,
    a_damaged_page_of_migrations PageOfMigrations,
}

#[tokio::test]
async fn a_damaged_tenant_is_restored_beside_what_is_left_of_it() {
    let freehold = Freehold::new().await;
    freehold.sign_up("acme").await;
    freehold.operator.run(Operation::Backup(name("acme"), None)).await.unwrap();
    for injury in [Injury::Missing, Injury::Text, Injury::PageOfUsers] {
        freehold.backend.close().await;
        injury.inflict(&freehold.live_database("acme").await).await;
        refuses(&freehold, "acme", injury.named()).await;
        freehold.operator.run(Operation::Restore(name("acme"), None)).await.unwrap();
        serves(&freehold, "acme").await;
        assert_eq!(ailments(&freehold, "acme").await, []);
    }
    freehold.operator.run(Operation::TenantForgetCopies(name("acme"))).await.unwrap();
    serves(&freehold, "acme").await;
}
