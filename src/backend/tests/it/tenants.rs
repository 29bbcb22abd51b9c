//! The creation of tenants and their isolation: created completely or not at all, one database for each, and a limit on open
//! databases.

use backend::{Error, OpenError};

use crate::{Enter, Freehold, PASSWORD, browser, form, open, program, settings, sign_in, try_sign_in};

#[tokio::test]
async fn a_sign_up_makes_one_database_named_for_good() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let file = freehold.database("acme");
    let id = acme.id().to_string();
    assert!(file.parent().unwrap().ends_with(&id[id.len() - 2..]), "{}", file.display());
}

#[tokio::test]
async fn taken_and_reserved_names_are_refused_beside_their_field() {
    let freehold = Freehold::new().await;
    freehold.sign_up("acme").await;
    let taken = freehold.backend.sign_up(form("acme"), &browser()).await.err().unwrap();
    assert!(matches!(&taken, Error::Taken(fields) if fields.get("tenant").is_some()), "{taken}");
    let reserved = freehold.backend.sign_up(form("admin"), &browser()).await.err().unwrap();
    assert!(matches!(&reserved, Error::Invalid(fields) if fields.get("tenant").is_some()), "{reserved}");
}

#[tokio::test]
async fn of_many_who_want_one_name_one_gets_it() {
    let freehold = Freehold::new().await;
    let mut race = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let backend = freehold.backend.clone();
        race.spawn(async move { backend.sign_up(form("acme"), &browser()).await.map(drop) });
    }
    let outcomes = race.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(()) | Err(Error::Taken(_)))), "{outcomes:?}");
}

#[tokio::test]
async fn a_tenant_is_there_after_a_restart() {
    let freehold = Freehold::new().await;
    freehold.sign_up("acme").await;
    let freehold = freehold.restarted().await;
    assert!(try_sign_in(&freehold.visit("acme").unwrap(), "root", PASSWORD, &program()).await.is_ok());
}

#[tokio::test]
async fn what_a_crash_left_half_made_is_gone_and_its_name_free() {
    let freehold = Freehold::new().await;
    freehold.sign_up("acme").await;
    let folder = freehold.folder.path().to_owned();
    let half = folder.join("tenants/00/half-aaaaaaaa.db");
    let freehold = {
        freehold.backend.close().await;
        std::fs::create_dir_all(half.parent().unwrap()).unwrap();
        std::fs::copy(folder.join("template.db"), &half).unwrap();
        let catalog = libsql::Builder::new_local(folder.join("catalog.db")).build().await.unwrap().connect().unwrap();
        let insert = "INSERT INTO tenants
                (id, name, display_name, state, state_since, storage, database, key_epoch, created_at)
            VALUES ('0190b8a0-1c2d-7e3f-8a4b-5c6d7e8f9a00', 'half', 'half', 'creating', 1, 'local', 'half-aaaaaaaa', 1, 1);
            INSERT INTO databases (name, tenant, storage, state, since)
            VALUES ('half-aaaaaaaa', '0190b8a0-1c2d-7e3f-8a4b-5c6d7e8f9a00', 'local', 'making', 1)";
        catalog.execute_batch(insert).await.unwrap();
        drop(catalog);
        freehold.restarted().await
    };
    assert!(!half.exists());
    assert!(matches!(freehold.visit("half"), Err(Error::UnknownTenant)));
    freehold.sign_up("half").await;
    assert!(freehold.visit("acme").is_ok());
}

#[tokio::test]
async fn a_folder_has_one_owner() {
    let freehold = Freehold::new().await;
    let second = open(settings(&freehold.folder), &freehold.clock).await.err().unwrap();
    assert!(matches!(second, OpenError::Locked { .. }), "{second}");
}

#[tokio::test]
async fn an_idle_database_makes_room_and_a_leased_one_stays() {
    let freehold = Freehold::with(|settings| settings.max_open = Some(1)).await;
    let (acme, beta) = (freehold.sign_up("acme").await, freehold.sign_up("beta").await);
    for _ in 0..3 {
        sign_in(&acme, &program()).await;
        sign_in(&beta, &program()).await;
    }
    let token = sign_in(&acme, &program()).await.token;
    let session = acme.enter(&token).await.unwrap();
    let refused = try_sign_in(&beta, "root", PASSWORD, &program()).await.unwrap_err();
    assert!(matches!(refused, Error::Unavailable { .. }), "{refused}");
    drop(session);
    assert!(try_sign_in(&beta, "root", PASSWORD, &program()).await.is_ok());
}

#[tokio::test]
async fn many_at_once_open_a_database_once() {
    let freehold = Freehold::new().await;
    let token = sign_in(&freehold.sign_up("acme").await, &program()).await.token;
    let freehold = freehold.restarted().await;
    let acme = freehold.visit("acme").unwrap();
    let mut many = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let (acme, token) = (acme.clone(), token.clone());
        many.spawn(async move { acme.enter(&token).await.map(drop) });
    }
    assert!(many.join_all().await.iter().all(Result::is_ok));
    let open = std::fs::read_dir("/proc/self/fd").unwrap().filter_map(|fd| std::fs::read_link(fd.unwrap().path()).ok());
    let inside = freehold.folder.path().join("tenants");
    assert_eq!(open.filter(|file| file.starts_with(&inside) && file.extension() == Some("db".as_ref())).count(), 1);
}

#[tokio::test]
async fn a_missing_or_damaged_database_stops_its_own_tenant_alone() {
    let freehold = Freehold::new().await;
    for name in ["acme", "beta", "gamma"] {
        freehold.sign_up(name).await;
    }
    freehold.backend.close().await;
    std::fs::remove_file(freehold.database("acme")).unwrap();
    std::fs::write(freehold.database("beta"), "this is no database, whatever its name says".repeat(200)).unwrap();
    for broken in ["acme", "beta"] {
        let refused = try_sign_in(&freehold.visit(broken).unwrap(), "root", PASSWORD, &program()).await.unwrap_err();
        assert!(matches!(refused, Error::Unavailable { .. }), "{broken}: {refused:?}");
    }
    assert!(try_sign_in(&freehold.visit("gamma").unwrap(), "root", PASSWORD, &program()).await.is_ok());
}
