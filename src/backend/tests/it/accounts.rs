//! Sessions and passwords: what begins and ends a session, and what a token is worth at another tenant.

use backend::{Clock, Error};
use domain::{ChangePasswordForm, SignedIn};
use jiff::SignedDuration;

use crate::{Enter, Freehold, PASSWORD, browser, form, program, secret, sign_in, try_sign_in};

#[tokio::test]
async fn the_owner_signs_in_with_any_case_and_is_who_signed_up() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let signed_in = try_sign_in(&acme, " ROOT ", PASSWORD, &program()).await.unwrap();
    let session = acme.enter(&signed_in.token).await.unwrap();
    assert_eq!(session.member().unwrap().me().username.as_ref(), "root");
    assert_eq!(session.user().role, domain::Role::Owner);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_are_one_answer() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    for (name, word) in [("root", "wrong"), ("nobody", PASSWORD), ("", ""), ("no such name!", PASSWORD)] {
        let refused = try_sign_in(&acme, name, word, &program()).await.unwrap_err();
        assert!(matches!(refused, Error::Unauthenticated("wrong username or password")), "{refused}");
    }
}

#[tokio::test]
async fn a_token_of_another_tenant_is_forbidden() {
    let freehold = Freehold::new().await;
    let (acme, beta) = (freehold.sign_up("acme").await, freehold.sign_up("beta").await);
    let SignedIn { token, .. } = sign_in(&acme, &program()).await;
    assert!(matches!(beta.enter(&token).await, Err(Error::Forbidden(_))));
}

#[tokio::test]
async fn an_api_token_lives_an_hour() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let SignedIn { token, .. } = sign_in(&acme, &program()).await;
    freehold.clock.pass(SignedDuration::from_mins(60));
    assert!(acme.enter(&token).await.is_ok(), "within the leeway");
    freehold.clock.pass(SignedDuration::from_secs(5));
    assert!(matches!(acme.enter(&token).await, Err(Error::Unauthenticated(_))));
}

#[tokio::test]
async fn a_browser_session_lasts_while_it_is_used_but_thirty_days_at_most() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let used = sign_in(&acme, &browser()).await.token;
    let idle = sign_in(&acme, &browser()).await.token;
    for day in 1..30 {
        freehold.clock.pass(SignedDuration::from_hours(24));
        assert!(acme.enter(&used).await.is_ok(), "day {day}");
        noted(&freehold).await;
        if day == 7 {
            assert!(acme.enter(&idle).await.is_err(), "seven days idle");
        }
    }
    freehold.clock.pass(SignedDuration::from_hours(25));
    assert!(acme.enter(&used).await.is_err(), "thirty days in all");
}

/// Waits until the last use is stored. It is written to the tenant's file in the background.
async fn noted(freehold: &Freehold) {
    let now = freehold.clock.now().as_millisecond();
    let file = libsql::Builder::new_local(freehold.database("acme")).build().await.unwrap().connect().unwrap();
    let noted = async || {
        let mut rows = file.query("SELECT 1 FROM sessions WHERE last_used_at = ?1", [now]).await.unwrap();
        rows.next().await.unwrap().is_some()
    };
    while !noted().await {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn signing_out_ends_this_session_and_no_other() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let [one, other] = [sign_in(&acme, &program()).await, sign_in(&acme, &program()).await];
    acme.enter(&one.token).await.unwrap().sign_out().await.unwrap();
    assert!(matches!(acme.enter(&one.token).await, Err(Error::Unauthenticated(_))));
    assert!(acme.enter(&other.token).await.is_ok());
}

#[tokio::test]
async fn a_new_password_ends_every_session_and_the_old_password() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let [one, other] = [sign_in(&acme, &program()).await, sign_in(&acme, &browser()).await];
    let session = acme.enter(&one.token).await.unwrap();
    let change = ChangePasswordForm { current_password: secret(PASSWORD), new_password: secret("a new password") };
    let fresh = session.change_password(change, &program()).await.unwrap();
    for ended in [one, other] {
        assert!(acme.enter(&ended.token).await.is_err());
    }
    assert!(acme.enter(&fresh.token).await.is_ok());
    assert!(try_sign_in(&acme, "root", PASSWORD, &program()).await.is_err());
    assert!(try_sign_in(&acme, "root", "a new password", &program()).await.is_ok());
}

#[tokio::test]
async fn a_change_of_password_names_what_is_wrong() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let session = acme.enter(&sign_in(&acme, &program()).await.token).await.unwrap();
    for (current, new, field) in [
        ("", "a new password", "currentPassword"),
        ("wrong wrong", "a new password", "currentPassword"),
        (PASSWORD, "short", "newPassword"),
        (PASSWORD, PASSWORD, "newPassword"),
    ] {
        let form = ChangePasswordForm { current_password: secret(current), new_password: secret(new) };
        let Err(Error::Invalid(fields)) = session.change_password(form, &program()).await else { panic!("{new}") };
        assert_eq!(fields.0.keys().collect::<Vec<_>>(), [field], "{current} {new}");
    }
}

#[tokio::test]
async fn a_hand_off_code_works_once_and_for_a_minute() {
    let freehold = Freehold::new().await;
    let made = freehold.backend.sign_up(form("acme"), &browser()).await.unwrap();
    let (code, late) = (made.hand_off().await.unwrap(), made.hand_off().await.unwrap());
    let acme = made.visitor();
    assert!(acme.welcome(&"A".repeat(43), &browser()).await.is_err());
    assert!(acme.welcome("malformed", &browser()).await.is_err());
    let signed_in = acme.welcome(code.expose(), &browser()).await.unwrap();
    assert!(acme.enter(&signed_in.token).await.is_ok());
    assert!(acme.welcome(code.expose(), &browser()).await.is_err(), "once");
    freehold.clock.pass(SignedDuration::from_secs(60));
    assert!(acme.welcome(late.expose(), &browser()).await.is_err(), "for a minute");
}

#[tokio::test]
async fn a_new_master_secret_signs_and_the_old_one_still_verifies() {
    let freehold = Freehold::new().await;
    let token = sign_in(&freehold.sign_up("acme").await, &browser()).await.token;
    let file = freehold.folder.path().join("secret");
    let old = std::fs::read_to_string(&file).unwrap();
    let new = data_encoding::BASE64.encode(&[9; 32]);
    std::fs::write(&file, format!("2:{new}\n{old}")).unwrap();
    let freehold = freehold.restarted().await;
    let fresh = sign_in(&freehold.visit("acme").unwrap(), &browser()).await.token;
    assert!(freehold.visit("acme").unwrap().enter(&token).await.is_ok());
    std::fs::write(&file, format!("2:{new}\n")).unwrap();
    let freehold = freehold.restarted().await;
    let acme = freehold.visit("acme").unwrap();
    assert!(acme.enter(&token).await.is_err());
    assert!(acme.enter(&fresh).await.is_ok());
}
