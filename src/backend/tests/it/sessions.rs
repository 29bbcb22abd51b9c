//! A member's own sessions, and how an owner ends all sessions.

use backend::{Client, Error, Member, Visitor};
use domain::{ChangePasswordForm, DisplayName, List, ListForm, SignedIn};
use jiff::SignedDuration;

use crate::{Enter, Freehold, PASSWORD, browser, program, secret, sign_in, try_sign_in};

async fn member(visitor: &Visitor, client: &Client) -> Member {
    visitor.enter(&sign_in(visitor, client).await.token).await.unwrap().member().unwrap()
}

#[tokio::test]
async fn one_sees_where_one_is_signed_in_and_ends_it_there() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let other = member(&acme, &Client { user_agent: firefox.into(), ..browser() }).await;
    freehold.clock.pass(SignedDuration::from_secs(1));
    let me = member(&acme, &program()).await;
    let sessions = me.sessions(&List::default()).await.unwrap().items;
    let told: Vec<_> = sessions.iter().map(|s| (s.device.as_str(), s.address.as_str(), s.current)).collect();
    assert_eq!(told, [("test", "127.0.0.1", true), ("Firefox on Linux", "127.0.0.1", false)]);
    let id = sessions[1].id;
    assert_eq!(me.session_by_id(id).await.unwrap().device, "Firefox on Linux");
    me.end_session(id).await.unwrap();
    assert!(matches!(me.session_by_id(id).await, Err(Error::NotFound(_))));
    assert!(matches!(me.end_session(id).await, Err(Error::NotFound(_))));
    assert!(other.sessions(&List::default()).await.unwrap().items.iter().all(|session| !session.current));
}

#[tokio::test]
async fn nobody_ends_the_session_of_another() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let root = member(&acme, &program()).await;
    let form = domain::AddUserForm {
        username: "ada".into(),
        password: Some(crate::secret(crate::PASSWORD)),
        ..domain::AddUserForm::default()
    };
    root.admin().unwrap().people().add(form).await.unwrap();
    let token = crate::try_sign_in(&acme, "ada", crate::PASSWORD, &program()).await.unwrap().token;
    let ada = acme.enter(&token).await.unwrap().member().unwrap();
    let of_root = root.sessions(&List::default()).await.unwrap().items[0].id;
    assert!(matches!(ada.end_session(of_root).await, Err(Error::NotFound(_))));
    assert!(matches!(ada.session_by_id(of_root).await, Err(Error::NotFound(_))));
    assert_eq!(ada.sessions(&List::default()).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn all_others_end_at_once_and_what_ran_out_is_not_shown() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    for _ in 0..3 {
        sign_in(&acme, &program()).await;
    }
    let me = member(&acme, &browser()).await;
    assert_eq!(me.sessions(&List::default()).await.unwrap().items.len(), 4);
    let two = ListForm { limit: Some("2".into()), cursor: None };
    let first = me.sessions(&two.try_into().unwrap()).await.unwrap();
    let next = List { cursor: first.next, ..List::default() };
    assert_eq!(me.sessions(&next).await.unwrap().items.len(), 2);
    freehold.clock.pass(SignedDuration::from_hours(1));
    assert_eq!(me.sessions(&List::default()).await.unwrap().items.len(), 1);
    assert_eq!(me.end_other_sessions().await.unwrap(), 3);
    assert_eq!(me.sessions(&List::default()).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn an_owner_signs_everyone_out_and_stays() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let gone = sign_in(&acme, &browser()).await.token;
    let token = sign_in(&acme, &program()).await.token;
    let owner = acme.enter(&token).await.unwrap().member().unwrap().owner().unwrap();
    assert!(owner.workspace().sign_everyone_out().await.unwrap() >= 1);
    assert!(acme.enter(&gone).await.is_err());
    assert!(acme.enter(&token).await.is_ok());
}

#[tokio::test]
async fn a_workspace_gets_another_name_for_people_and_keeps_it() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let owner = member(&acme, &program()).await.owner().unwrap();
    let name: DisplayName = "Acme & Söhne".parse().unwrap();
    owner.workspace().rename(name.clone()).await.unwrap();
    assert_eq!(freehold.visit("acme").unwrap().display_name(), &name);
    drop((owner, acme));
    let freehold = freehold.restarted().await;
    assert_eq!(freehold.visit("acme").unwrap().display_name(), &name);
}

/// A browser at an address with this last byte.
fn at(last: u8) -> Client {
    Client { address: [192, 0, 2, last].into(), ..browser() }
}

/// Restarts with a limit of three wrong passwords, and uses them up from an unknown address.
async fn attacked(freehold: Freehold) -> Freehold {
    let change = |settings: &mut backend::Settings| settings.account_rate = "3/h".parse().unwrap();
    let freehold = Freehold::at(freehold.stopped().await, SignedDuration::ZERO, change).await;
    let acme = freehold.visit("acme").unwrap();
    for held_up in [false, false, false, true] {
        let refused = try_sign_in(&acme, "root", "wrong wrong", &at(9)).await.err();
        assert_eq!(matches!(refused, Some(Error::TooManyRequests { .. })), held_up, "{refused:?}");
    }
    freehold
}

async fn change_password(freehold: &Freehold, session: &SignedIn, client: &Client) -> Result<SignedIn, Error> {
    let form = ChangePasswordForm { current_password: secret(PASSWORD), new_password: secret("a new password") };
    freehold.visit("acme")?.enter(&session.token).await?.change_password(form, client).await
}

#[tokio::test]
async fn where_a_session_is_an_attack_on_the_account_holds_nobody_up_after_a_restart() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let session = sign_in(&acme, &at(1)).await;
    let ended = sign_in(&acme, &at(2)).await;
    acme.enter(&ended.token).await.unwrap().sign_out().await.unwrap();
    drop(acme);
    let freehold = attacked(freehold).await;
    let acme = freehold.visit("acme").unwrap();
    for (last, is_held_up) in [(1, false), (2, true), (3, true)] {
        let done = try_sign_in(&acme, "root", PASSWORD, &at(last)).await.err();
        assert_eq!(matches!(done, Some(Error::TooManyRequests { .. })), is_held_up, "{last} {done:?}");
    }
    drop(acme);
    let freehold = attacked(freehold).await;
    let elsewhere = change_password(&freehold, &session, &at(3)).await;
    assert!(matches!(elsewhere, Err(Error::TooManyRequests { .. })), "{elsewhere:?}");
    change_password(&freehold, &session, &at(1)).await.unwrap();
}
