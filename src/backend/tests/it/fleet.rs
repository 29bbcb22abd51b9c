//! The operator's operations on the fleet, directly and through the socket.

use backend::{Error, Operation, Outcome, operator_socket, socket_path};
use domain::{AddUserForm, SignUpForm, TenantName, TenantState};

use crate::{Enter, Freehold, PASSWORD, form, program, sign_in, try_sign_in};

fn name(text: &str) -> TenantName {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_suspended_tenant_is_closed_and_loses_nothing() {
    let freehold = Freehold::new().await;
    let token = sign_in(&freehold.sign_up("acme").await, &program()).await.token;
    let suspend = freehold.operator.run(Operation::TenantSuspend(name("acme"))).await.unwrap();
    assert!(matches!(suspend, Outcome::Tenant(view) if view.state == TenantState::Suspended));
    assert!(matches!(freehold.visit("acme"), Err(Error::Suspended)));
    let freehold = freehold.restarted().await;
    assert!(matches!(freehold.visit("acme"), Err(Error::Suspended)), "after a restart too");
    freehold.operator.run(Operation::TenantResume(name("acme"))).await.unwrap();
    assert!(freehold.visit("acme").unwrap().enter(&token).await.is_ok());
}

#[tokio::test]
async fn suspending_waits_for_whoever_is_in() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let session = acme.enter(&sign_in(&acme, &program()).await.token).await.unwrap();
    let operator = freehold.operator.clone();
    let suspending = tokio::spawn(async move { operator.run(Operation::TenantSuspend(name("acme"))).await });
    while freehold.visit("acme").is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!suspending.is_finished(), "it did not wait");
    session.sign_out().await.unwrap();
    drop(session);
    suspending.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_added_user_must_choose_a_password_of_their_own() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let ada = AddUserForm { username: "ada".to_owned(), ..AddUserForm::default() };
    let add = Operation::UserAdd(name("acme"), ada);
    let Ok(Outcome::User { one_time_password: Some(word), .. }) = freehold.operator.run(add.clone()).await else {
        panic!()
    };
    let token = try_sign_in(&acme, "ada", word.expose(), &program()).await.unwrap().token;
    let session = acme.enter(&token).await.unwrap();
    assert!(matches!(session.member(), Err(Error::PasswordChangeRequired)));
    let form = domain::ChangePasswordForm { current_password: word, new_password: "my own password".to_owned().into() };
    let fresh = session.change_password(form, &program()).await.unwrap();
    assert!(acme.enter(&fresh.token).await.unwrap().member().is_ok());
    assert!(matches!(freehold.operator.run(add).await, Err(Error::Taken(_))));
}

#[tokio::test]
async fn a_reset_ends_the_sessions_and_the_old_password() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let token = sign_in(&acme, &program()).await.token;
    let reset = Operation::UserResetPassword(name("acme"), "root".parse().unwrap());
    let Ok(Outcome::User { one_time_password: Some(word), .. }) = freehold.operator.run(reset).await else { panic!() };
    assert!(acme.enter(&token).await.is_err());
    assert!(try_sign_in(&acme, "root", PASSWORD, &program()).await.is_err());
    assert!(try_sign_in(&acme, "root", word.expose(), &program()).await.unwrap().user.password_change_required);
    let nobody = Operation::UserResetPassword(name("acme"), "nobody".parse().unwrap());
    assert!(matches!(freehold.operator.run(nobody).await, Err(Error::NotFound("user"))));
}

#[tokio::test]
async fn the_socket_does_what_the_operator_asks_and_only_its_user_may_open_it() {
    use std::os::unix::fs::PermissionsExt;
    let freehold = Freehold::new().await;
    let path = socket_path(freehold.folder.path());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (operator, socket) = (freehold.operator.clone(), path.clone());
    let serving =
        tokio::spawn(async move { operator_socket::serve(operator, &socket, async { drop(stopped.await) }).await });
    while !path.exists() {
        tokio::task::yield_now().await;
    }
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let create = Operation::TenantCreate(SignUpForm { password: String::new().into(), ..form("acme") });
    let created = operator_socket::call(&path, &create).await.unwrap().unwrap();
    assert!(matches!(created, Outcome::Created { one_time_password: Some(_), .. }));
    let again = operator_socket::call(&path, &create).await.unwrap().unwrap_err();
    assert_eq!(again.code, domain::Code::Taken);
    let Ok(Ok(Outcome::Tenants(all))) = operator_socket::call(
        &path,
        &Operation::TenantList { after: None, limit: 10, find: domain::FindTenants::default() },
    )
    .await
    else {
        panic!()
    };
    assert_eq!(all.iter().map(|tenant| tenant.name.as_ref()).collect::<Vec<_>>(), ["acme"]);
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    assert!(matches!(operator_socket::call(&path, &create).await, Err(operator_socket::CallError::NobodyServes)));
}

#[tokio::test]
async fn the_socket_of_a_folder_with_a_long_path_is_reached_too() {
    let deep = tempfile::tempdir().unwrap();
    let data = deep.path().join("d".repeat(120));
    let freehold = Freehold::with(|settings| settings.data.clone_from(&data)).await;
    let path = socket_path(&data);
    let (operator, socket) = (freehold.operator.clone(), path.clone());
    let serving = tokio::spawn(async move { operator_socket::serve(operator, &socket, std::future::pending()).await });
    while !path.exists() {
        tokio::task::yield_now().await;
    }
    let list = Operation::TenantList { after: None, limit: 1, find: domain::FindTenants::default() };
    assert!(operator_socket::call(&path, &list).await.unwrap().is_ok());
    serving.abort();
}

#[tokio::test]
async fn an_operation_that_panics_is_told() {
    let steps = backend::CrashPoints::tell(|step| assert!(step != backend::CrashPoint::BackupImaged, "for a test"));
    let freehold = Freehold::with(|settings| settings.crash_points = steps).await;
    freehold.sign_up("acme").await;
    let path = socket_path(freehold.folder.path());
    let (operator, socket) = (freehold.operator.clone(), path.clone());
    let serving = tokio::spawn(async move { operator_socket::serve(operator, &socket, std::future::pending()).await });
    while !path.exists() {
        tokio::task::yield_now().await;
    }
    let told = operator_socket::call(&path, &Operation::Backup(name("acme"), None)).await.unwrap().unwrap_err();
    assert!(told.sentence().contains("broke off by a fault of Freehold"), "{}", told.sentence());
    serving.abort();
}
