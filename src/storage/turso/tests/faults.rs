//! Tests with a Platform API that is busy, broken, slow or gone, sends nonsense, or repeats the token.

use double::turso::Fault;
use tokio::net::TcpSocket;

use super::*;
use crate::StorageError;

#[tokio::test]
async fn what_passes_is_tried_again() {
    let turso = turso().await;
    turso.fail(Fault::TooManyRequests(None), 2);
    turso.fail(Fault::Internal, 2);
    assert_eq!(api(&turso).create("parcel-1").await.unwrap(), "parcel-1-acme.turso.io");
    assert_eq!(count(&turso, "POST", "/databases"), 5);
}

#[tokio::test]
async fn a_database_that_was_made_behind_a_500_is_found() {
    let turso = turso().await;
    turso.fail(Fault::DoneAndInternal, 1);
    assert_eq!(api(&turso).create("parcel-1").await.unwrap(), "parcel-1-acme.turso.io");
    assert_eq!(turso.names(), ["parcel-1"]);
}

#[tokio::test]
async fn nothing_is_tried_before_retry_after() {
    let turso = turso().await;
    turso.fail(Fault::TooManyRequests(Some(1)), 1);
    let (made, took) = timed(api(&turso).retrieve("parcel-1")).await;
    assert_eq!(made.unwrap(), None);
    assert!(took >= Duration::from_secs(1), "{took:?}");
}

#[tokio::test]
async fn a_retry_after_beyond_the_deadline_is_not_waited_for() {
    let turso = turso().await;
    turso.fail(Fault::TooManyRequests(Some(u64::MAX)), 1);
    let (answer, took) = timed(api(&turso).usage("parcel-1")).await;
    assert!(matches!(answer, Err(StorageError::Unusable(why)) if why.contains("429")));
    assert!(took < Duration::from_millis(1500), "{took:?}");
}

#[tokio::test]
async fn it_gives_up_in_time() {
    let turso = turso().await;
    turso.fail(Fault::Internal, 1000);
    let short = Account { deadline: Duration::from_millis(300), ..account(turso.url()) };
    let (answer, took) = timed(client(short).usage("parcel-1")).await;
    assert!(matches!(answer, Err(StorageError::Unusable(why)) if why.ends_with("internal server error")));
    assert!(took < Duration::from_millis(1500), "{took:?}");
    assert!(turso.exchanges().len() > 1);
}

#[tokio::test]
async fn an_api_that_hangs_ends_at_the_deadline() {
    let turso = turso().await;
    turso.fail(Fault::Stall, 1);
    let short = Account { deadline: Duration::from_millis(300), ..account(turso.url()) };
    let (answer, took) = timed(client(short).usage("parcel-1")).await;
    assert!(matches!(answer, Err(StorageError::TimedOut)));
    assert!(took < Duration::from_millis(1500), "{took:?}");
}

#[tokio::test]
async fn an_api_that_is_gone_is_named_without_its_address_or_token() {
    // The socket is bound, so that no other program gets the port, but it does not listen.
    let held = TcpSocket::new_v4().unwrap();
    held.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let gone = held.local_addr().unwrap();
    let short = Account { deadline: Duration::from_millis(200), ..account(&format!("http://{gone}")) };
    let error = client(short).usage("parcel-1").await.unwrap_err();
    assert!(matches!(&error, StorageError::Unusable(why) if why.contains("does not answer")), "{error}");
    assert!(!error.to_string().contains("organizations"), "{error}");
}

#[tokio::test]
async fn statuses_become_the_errors_that_the_operations_act_on() {
    let turso = turso().await;
    let api = api(&turso);
    let error = async |status| {
        turso.fail(Fault::Text(status, r#"{ "error": "because" }"#.into()), 1);
        api.usage("parcel-1").await.unwrap_err()
    };
    assert!(matches!(error(401).await, StorageError::Unauthorised(why) if why == "because"));
    assert!(matches!(error(403).await, StorageError::Unauthorised(why) if why == "because"));
    assert!(matches!(error(402).await, StorageError::Blocked(why) if why == "because"));
    assert!(matches!(error(404).await, StorageError::Missing));
    assert!(matches!(error(418).await, StorageError::Unusable(why) if why.ends_with("because")));
    assert!(matches!(error(302).await, StorageError::Unusable(_)));
    assert_eq!(turso.exchanges().len(), 6);
}

#[tokio::test]
async fn a_wrong_token_is_said_to_be_wrong() {
    let turso = turso().await;
    let api = client(Account { token: Secret::from("another".to_owned()), ..account(turso.url()) });
    assert!(matches!(api.list().await, Err(StorageError::Unauthorised(_))));
}

#[tokio::test]
async fn nonsense_is_cut_to_a_line_and_never_taken_for_success() {
    let turso = turso().await;
    turso.fail(Fault::Text(502, format!("<html>\n\x1b[31m{}", "é".repeat(5000))), 1000);
    let short = Account { deadline: Duration::from_millis(300), ..account(turso.url()) };
    let StorageError::Unusable(why) = client(short).usage("parcel-1").await.unwrap_err() else { panic!() };
    assert!(why.chars().count() < 260 && !why.contains(char::is_control), "{why}");
    turso.heal();
    turso.fail(Fault::Text(200, "it works!".into()), 1);
    assert!(matches!(api(&turso).usage("parcel-1").await, Err(StorageError::Unusable(_))));
}

#[tokio::test]
async fn no_error_and_no_debug_shows_a_token() {
    let turso = turso().await;
    let api = api(&turso);
    // The token is at the position where the text is cut.
    turso.fail(Fault::Text(400, format!("{} Bearer {TOKEN}", "x".repeat(180))), 1);
    let echoed = api.usage("parcel-1").await.unwrap_err();
    turso.fail(Fault::Text(401, format!(r#"{{ "error": "{TOKEN} is not valid" }}"#)), 1);
    let refused = api.usage("parcel-1").await.unwrap_err();
    turso.fail(Fault::Text(200, r#"{ "jwt": { "eyJhbGciOi": 1 } }"#.into()), 1);
    let minted = api.mint("parcel-1", api.soon()).await.unwrap_err();
    let all = format!("{echoed} {echoed:?} {refused} {refused:?} {minted} {minted:?} {api:?}");
    assert!(!all.contains("platform-token") && !all.contains("eyJ"), "{all}");
    assert!(refused.to_string().contains("[secret] is not valid"), "{refused}");
}
