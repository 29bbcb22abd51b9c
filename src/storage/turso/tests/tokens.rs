//! Tests of tokens: they are fetched once, kept, renewed and dropped.

use double::turso::Fault;
use jiff::{SignedDuration, Timestamp};

use super::{super::Tokens, *};
use crate::StorageError;

const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

async fn tokens() -> (Turso, Tokens) {
    let turso = turso().await;
    let short = Account { deadline: Duration::from_millis(500), ..account(turso.url()) };
    let api = Arc::new(client(short));
    api.create("parcel-1").await.unwrap();
    api.create("parcel-2").await.unwrap();
    (turso, Tokens::new(api))
}

fn minted(turso: &Turso) -> usize {
    count(turso, "POST", "/auth/tokens")
}

#[tokio::test]
async fn a_token_is_asked_for_once_and_is_for_one_database() {
    let (turso, tokens) = tokens().await;
    let first = tokens.get("parcel-1", NOW).await.unwrap();
    assert!(tokens.get("parcel-1", NOW + SignedDuration::from_hours(22)).await.unwrap() == first);
    assert_eq!(minted(&turso), 1);
    assert_eq!(turso.exchanges().last().unwrap().query, "expiration=1d&authorization=full-access");
    assert!(tokens.get("parcel-2", NOW).await.unwrap() != first);
}

#[tokio::test]
async fn of_many_at_once_one_asks() {
    let (turso, tokens) = tokens().await;
    let tokens = Arc::new(tokens);
    let all = (0..20).map(|_| Arc::clone(&tokens)).map(async |tokens| tokens.get("parcel-1", NOW).await.unwrap());
    let all: tokio::task::JoinSet<_> = all.collect();
    let all = all.join_all().await;
    assert!(all.iter().all(|token| *token == all[0]));
    assert_eq!(minted(&turso), 1);
}

#[tokio::test]
async fn a_token_is_renewed_an_hour_before_it_runs_out() {
    let (turso, tokens) = tokens().await;
    let first = tokens.get("parcel-1", NOW).await.unwrap();
    let later = NOW + SignedDuration::from_hours(23);
    let second = tokens.get("parcel-1", later).await.unwrap();
    assert!(second != first);
    assert!(tokens.get("parcel-1", later + SignedDuration::from_hours(1)).await.unwrap() == second);
    assert_eq!(minted(&turso), 2);
}

#[tokio::test]
async fn in_its_last_hour_a_token_serves_on_while_no_other_is_to_be_had() {
    let (turso, tokens) = tokens().await;
    let first = tokens.get("parcel-1", NOW).await.unwrap();
    turso.fail(Fault::Internal, 1000);
    let later = NOW + SignedDuration::from_mins(23 * 60 + 30);
    assert!(tokens.get("parcel-1", later).await.unwrap() == first);
    let asked = turso.exchanges().len();
    assert!(tokens.get("parcel-1", later).await.unwrap() == first);
    assert_eq!(turso.exchanges().len(), asked);
    assert!(tokens.get("parcel-1", NOW + SignedDuration::from_hours(24)).await.is_err());
    turso.heal();
    assert!(tokens.get("parcel-1", later + SignedDuration::from_mins(1)).await.unwrap() != first);
}

#[tokio::test]
async fn a_token_that_a_database_refused_is_replaced_once() {
    let (turso, tokens) = tokens().await;
    let first = tokens.get("parcel-1", NOW).await.unwrap();
    tokens.refused("parcel-1", &first);
    let second = tokens.get("parcel-1", NOW).await.unwrap();
    assert!(second != first);
    // A request with the first token is refused late.
    tokens.refused("parcel-1", &first);
    assert!(tokens.get("parcel-1", NOW).await.unwrap() == second);
    assert_eq!(minted(&turso), 2);
}

#[tokio::test]
async fn a_token_that_is_forgotten_is_asked_for_anew() {
    let (turso, tokens) = tokens().await;
    let first = tokens.get("parcel-1", NOW).await.unwrap();
    tokens.forget("parcel-1");
    assert!(tokens.get("parcel-1", NOW).await.unwrap() != first);
    assert_eq!(minted(&turso), 2);
}

#[tokio::test]
async fn all_who_wait_for_a_token_wait_no_longer_than_the_deadline() {
    let (turso, tokens) = tokens().await;
    turso.fail(Fault::Stall, 1000);
    let begun = Instant::now();
    let tokens = Arc::new(tokens);
    let all = (0..10).map(|_| Arc::clone(&tokens)).map(async |tokens| tokens.get("parcel-1", NOW).await);
    let all: tokio::task::JoinSet<_> = all.collect();
    assert!(all.join_all().await.iter().all(|answer| matches!(answer, Err(StorageError::TimedOut))));
    assert!(begun.elapsed() < Duration::from_millis(1500), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_database_that_is_not_there_has_no_token() {
    let (_turso, tokens) = tokens().await;
    assert!(matches!(tokens.get("never-made", NOW).await, Err(StorageError::Missing)));
}

#[tokio::test]
async fn debug_shows_no_token() {
    let (_turso, tokens) = tokens().await;
    let token = tokens.get("parcel-1", NOW).await.unwrap();
    let all = format!("{tokens:?} {token:?}");
    assert!(!all.contains(token.expose()) && !all.contains(TOKEN), "{all}");
}
