//! Keeping the fleet: backups, restores, moves' copies, ends, the doctor.

use std::sync::{Arc, Mutex};

use backend::{Error, Operation, Outcome, Step, Steps};
use domain::{AddUserForm, FindUsers, Finding, TenantName};

use crate::{Enter, Freehold, browser, sign_in};

fn name(text: &str) -> TenantName {
    text.parse().unwrap()
}

async fn findings(freehold: &Freehold) -> Vec<Finding> {
    let mut all = Vec::new();
    let Outcome::Tenants(tenants) =
        freehold.operator.run(Operation::TenantList { after: None, limit: 100 }).await.unwrap()
    else {
        panic!()
    };
    let each = tenants.into_iter().map(|tenant| Operation::DoctorTenant { name: tenant.name, deep: true });
    for operation in each.chain([Operation::DoctorStorages { fix: true }]) {
        let Outcome::Findings(found) = freehold.operator.run(operation).await.unwrap() else { panic!() };
        all.extend(found);
    }
    all
}

#[tokio::test]
async fn a_deleted_tenant_comes_back_from_its_final_backup() {
    let freehold = Freehold::new().await;
    freehold.sign_up("acme").await;
    let delete = Operation::TenantDelete { name: name("acme"), backup: true };
    let Outcome::Deleted(Some(kept)) = freehold.operator.run(delete).await.unwrap() else { panic!("no backup") };
    assert!(kept.exists());
    assert!(matches!(freehold.backend.visit(&name("acme")), Err(Error::UnknownTenant)));
    assert!(matches!(freehold.backend.name_is_free(&name("acme")), Err(Error::Taken(_))), "its name waits for it");
    freehold.operator.run(Operation::Restore(name("acme"), None)).await.unwrap();
    let visitor = freehold.backend.visit(&name("acme")).unwrap();
    sign_in(&visitor, &browser()).await;
    assert_eq!(findings(&freehold).await, []);
}

#[tokio::test]
async fn a_restore_brings_the_backup_s_state_and_an_undo_the_one_before() {
    let freehold = Freehold::new().await;
    freehold.sign_up("acme").await;
    freehold.operator.run(Operation::Backup(name("acme"), None)).await.unwrap();
    let add = AddUserForm { username: "ada".into(), ..AddUserForm::default() };
    freehold.operator.run(Operation::UserAdd(name("acme"), add)).await.unwrap();
    let people = async || {
        let list = Operation::UserList(name("acme"), FindUsers::default());
        let Outcome::Users(page) = freehold.operator.run(list).await.unwrap() else { panic!() };
        page.items.len()
    };
    assert_eq!(people().await, 2);
    let before = sign_in(&freehold.visit("acme").unwrap(), &browser()).await;
    freehold.operator.run(Operation::Restore(name("acme"), None)).await.unwrap();
    assert_eq!(people().await, 1);
    let acme = freehold.visit("acme").unwrap();
    assert!(matches!(acme.enter(&before.token).await, Err(Error::Unauthenticated(_))));
    freehold.operator.run(Operation::TenantUndo(name("acme"))).await.unwrap();
    assert_eq!(people().await, 2);
    let Outcome::Removed(1) = freehold.operator.run(Operation::TenantForgetCopies(name("acme"))).await.unwrap() else {
        panic!()
    };
    assert_eq!(findings(&freehold).await, []);
}

/// What is done at a step, once.
type Late = Arc<Mutex<Option<Box<dyn Fn() + Send>>>>;

/// It had passed the door before the tenant was held, and comes to the database when that is about to be another one.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_comes_late_to_a_held_tenant_does_not_open_what_is_left_behind() {
    let late: Late = Arc::default();
    let asks = Arc::clone(&late);
    let listener = move |step| {
        if step == Step::SwitchBegun
            && let Some(ask) = asks.lock().unwrap().take()
        {
            ask();
        }
    };
    let freehold = Freehold::with(|settings| settings.steps = Steps::tell(listener)).await;
    freehold.sign_up("acme").await;
    let acme = freehold.visit("acme").unwrap();
    let token = sign_in(&acme, &browser()).await.token;
    freehold.operator.run(Operation::Backup(name("acme"), None)).await.unwrap();
    let add = AddUserForm { username: "ada".into(), ..AddUserForm::default() };
    freehold.operator.run(Operation::UserAdd(name("acme"), add)).await.unwrap();
    let asking = tokio::runtime::Handle::current();
    *late.lock().unwrap() = Some(Box::new(move || {
        let asked = tokio::task::block_in_place(|| asking.block_on(acme.enter(&token)));
        assert!(matches!(asked, Err(Error::Unavailable { .. })));
    }));
    freehold.operator.run(Operation::Restore(name("acme"), None)).await.unwrap();
    assert!(late.lock().unwrap().is_none(), "it was asked");
    let list = Operation::UserList(name("acme"), FindUsers::default());
    let Outcome::Users(page) = freehold.operator.run(list).await.unwrap() else { panic!() };
    assert_eq!(page.items.len(), 1, "what is read is the backup");
}

/// A sign-up that comes between the two looks of the doctor is no orphan.
#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_takes_nothing_away_of_a_sign_up_that_comes_meanwhile() {
    let (listed, come) = (Arc::new(tokio::sync::Notify::new()), Arc::new(std::sync::Barrier::new(2)));
    let (tell, wait) = (Arc::clone(&listed), Arc::clone(&come));
    let steps = Steps::tell(move |step| {
        if step == Step::DoctorListed {
            tell.notify_one();
            wait.wait();
        }
    });
    let freehold = Freehold::with(|settings| settings.steps = steps).await;
    freehold.sign_up("acme").await;
    let operator = freehold.operator.clone();
    let looking = tokio::spawn(async move { operator.run(Operation::DoctorStorages { fix: true }).await });
    listed.notified().await;
    freehold.sign_up("beta").await;
    tokio::task::spawn_blocking(move || come.wait()).await.unwrap();
    let Outcome::Findings(found) = looking.await.unwrap().unwrap() else { panic!() };
    assert_eq!(found, []);
    sign_in(&freehold.visit("beta").unwrap(), &browser()).await;
}
