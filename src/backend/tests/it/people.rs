//! Users: what each role may do to whom, checked within the transaction, lists of users, and what stays after a user is
//! removed.

use backend::{Admin, Error, Member, Visitor};
use domain::{
    Action, AddUserForm, Admission, ChangePasswordForm, ChangeUserForm, FindUsers, FindUsersForm, List, Role, UserId,
    UserStatus,
};
use jiff::SignedDuration;

use crate::{Enter, Freehold, PASSWORD, program, secret, sign_in, try_sign_in};

/// Adds a user with a password of their own.
async fn add(admin: &Admin, name: &str, role: Role) -> Result<UserId, Error> {
    let form = AddUserForm {
        username: name.to_owned(),
        role: Some(role.to_string()),
        password: Some(secret(PASSWORD)),
        ..AddUserForm::default()
    };
    admin.people().add(form).await.map(|admission| admission.user.id)
}

async fn member(visitor: &Visitor, name: &str) -> Member {
    let token = try_sign_in(visitor, name, PASSWORD, &program()).await.unwrap().token;
    visitor.enter(&token).await.unwrap().member().unwrap()
}

/// An owner, an admin and a member, all signed in.
async fn three(acme: &Visitor) -> [Member; 3] {
    let owner = member(acme, "root").await;
    for (name, role) in [("ada", Role::Admin), ("grace", Role::Member)] {
        add(&owner.admin().unwrap(), name, role).await.unwrap();
    }
    [owner, member(acme, "ada").await, member(acme, "grace").await]
}

fn role(role: Role) -> ChangeUserForm {
    ChangeUserForm { role: Some(role.to_string()), ..ChangeUserForm::default() }
}

fn disabled(disabled: bool) -> ChangeUserForm {
    ChangeUserForm { disabled: Some(disabled), ..ChangeUserForm::default() }
}

#[tokio::test]
async fn owners_manage_everyone_admins_members_and_members_nobody() {
    let freehold = Freehold::new().await;
    let [owner, admin, grace] = three(&freehold.sign_up("acme").await).await;
    let ids = [&owner, &admin, &grace].map(|member| member.me().id);
    assert!(matches!(grace.admin().map(drop), Err(Error::NotAllowed(_))));
    assert!(matches!(admin.owner().map(drop), Err(Error::NotAllowed(_))));
    let of_admin = admin.admin().unwrap();
    for id in [ids[0], ids[1]] {
        assert!(matches!(admin.change(id, role(Role::Member)).await, Err(Error::NotAllowed(_))));
        assert!(matches!(of_admin.people().remove(id).await, Err(Error::NotAllowed(_))));
        assert!(matches!(of_admin.people().reset_password(id).await, Err(Error::NotAllowed(_))));
    }
    assert!(matches!(admin.change(ids[2], role(Role::Owner)).await, Err(Error::NotAllowed(_))), "above their own");
    assert!(matches!(add(&of_admin, "eve", Role::Owner).await, Err(Error::NotAllowed(_))));
    assert_eq!(admin.change(ids[2], role(Role::Admin)).await.unwrap().role, Role::Admin);
    assert_eq!(owner.change(ids[2], role(Role::Member)).await.unwrap().role, Role::Member);
    assert!(matches!(grace.change(ids[0], role(Role::Member)).await, Err(Error::NotAllowed(_))));
    assert!(matches!(grace.change(ids[2], role(Role::Admin)).await, Err(Error::NotAllowed(_))));
}

#[tokio::test]
async fn everyone_says_how_they_are_called_and_reached() {
    let freehold = Freehold::new().await;
    let [owner, _, grace] = three(&freehold.sign_up("acme").await).await;
    let form = |name: &str, email: &str| ChangeUserForm {
        display_name: Some(name.to_owned()),
        email: Some(email.to_owned()),
        ..ChangeUserForm::default()
    };
    let changed = grace.change(grace.me().id, form("Grace Hopper", "grace@example.com")).await.unwrap();
    assert_eq!((changed.name(), changed.role), ("Grace Hopper", Role::Member));
    let taken = owner.change(owner.me().id, form("", "GRACE@example.com")).await;
    assert!(matches!(taken, Err(Error::Taken(fields)) if fields.get("email").is_some()));
    let cleared = grace.change(grace.me().id, form("", "")).await.unwrap();
    assert_eq!((cleared.name(), &cleared.email), ("grace", &None));
}

#[tokio::test]
async fn two_owners_who_demote_each_other_at_once_leave_one() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    for round in 0..10 {
        let root = member(&acme, "root").await;
        let name = format!("owner{round}");
        let other = add(&root.admin().unwrap(), &name, Role::Owner).await.unwrap();
        let second = member(&acme, &name).await;
        let root_id = root.me().id;
        let (one, two) =
            tokio::join!(root.change(other, role(Role::Member)), second.change(root_id, role(Role::Member)));
        assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|done| **done).count(), 1, "{one:?} {two:?}");
        if two.is_ok() {
            second.change(root_id, role(Role::Owner)).await.unwrap();
        }
        let again = member(&acme, "root").await;
        again.change(other, role(Role::Member)).await.unwrap();
    }
}

#[tokio::test]
async fn the_last_owner_who_can_sign_in_stays() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let root = member(&acme, "root").await;
    let second = add(&root.admin().unwrap(), "second", Role::Owner).await.unwrap();
    root.change(second, disabled(true)).await.unwrap();
    assert!(matches!(root.change(root.me().id, role(Role::Member)).await, Err(Error::LastOwner)));
    root.change(second, disabled(false)).await.unwrap();
    assert_eq!(root.change(root.me().id, role(Role::Member)).await.unwrap().role, Role::Member);
    assert!(matches!(root.change(second, disabled(true)).await, Err(Error::NotAllowed(_))), "no owner any more");
    let operator = backend::Operation::UserRemove("acme".parse().unwrap(), "second".parse().unwrap());
    assert!(matches!(freehold.operator.run(operator).await, Err(Error::LastOwner)), "not even by the operator");
}

#[tokio::test]
async fn nobody_disables_removes_or_resets_themselves() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let root = member(&acme, "root").await;
    let (admin, id) = (root.admin().unwrap(), root.me().id);
    add(&admin, "second", Role::Owner).await.unwrap();
    assert!(matches!(root.change(id, disabled(true)).await, Err(Error::NotAllowed(_))));
    assert!(matches!(admin.people().remove(id).await, Err(Error::NotAllowed(_))));
    assert!(matches!(admin.people().reset_password(id).await, Err(Error::NotAllowed(_))));
}

#[tokio::test]
async fn disabling_ends_every_session_for_good_and_enabling_lets_sign_in_again() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let [owner, _, grace] = three(&acme).await;
    let token = try_sign_in(&acme, "grace", PASSWORD, &program()).await.unwrap().token;
    owner.change(grace.me().id, disabled(true)).await.unwrap();
    assert!(acme.enter(&token).await.is_err());
    assert!(matches!(try_sign_in(&acme, "grace", PASSWORD, &program()).await, Err(Error::Deactivated)));
    assert!(matches!(try_sign_in(&acme, "grace", "wrong wrong", &program()).await, Err(Error::Unauthenticated(_))));
    owner.change(grace.me().id, disabled(false)).await.unwrap();
    assert!(acme.enter(&token).await.is_err(), "what was ended stays so");
    assert!(try_sign_in(&acme, "grace", PASSWORD, &program()).await.is_ok());
}

#[tokio::test]
async fn a_reset_password_opens_nothing_but_the_choice_of_ones_own_and_is_shown_once() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let [owner, _, grace] = three(&acme).await;
    let id = grace.me().id;
    let admission: Admission = owner.admin().unwrap().people().reset_password(id).await.unwrap();
    let word = admission.one_time_password.clone().unwrap();
    owner.session().show_once(admission);
    assert_eq!(owner.session().one_time_display(id).unwrap().expose(), word.expose());
    assert!(owner.session().one_time_display(id).is_none());
    let token = try_sign_in(&acme, "grace", word.expose(), &program()).await.unwrap().token;
    let session = acme.enter(&token).await.unwrap();
    assert!(matches!(session.member().map(drop), Err(Error::PasswordChangeRequired)));
    let form = ChangePasswordForm { current_password: word, new_password: secret("a better password") };
    let token = session.change_password(form, &program()).await.unwrap().token;
    assert!(acme.enter(&token).await.unwrap().member().is_ok());
}

#[tokio::test]
async fn who_is_removed_is_gone_and_what_they_did_stays_by_name_alone() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let [owner, admin, grace] = three(&acme).await;
    let token = try_sign_in(&acme, "ada", PASSWORD, &program()).await.unwrap().token;
    admin.change(grace.me().id, disabled(true)).await.unwrap();
    let manager = owner.admin().unwrap();
    manager.people().remove(admin.me().id).await.unwrap();
    assert!(acme.enter(&token).await.is_err());
    assert!(matches!(manager.people().find(admin.me().id).await, Err(Error::NotFound(_))));
    let activity = manager.people().activity(&List::default()).await.unwrap().items;
    let told: Vec<_> = activity.iter().map(|a| (a.action.clone(), a.actor.as_ref().map(AsRef::as_ref))).collect();
    assert_eq!(told[..2], [(Action::UserRemoved.into(), Some("root")), (Action::UserDisabled.into(), Some("ada"))]);
    let file = libsql::Builder::new_local(freehold.database("acme")).build().await.unwrap().connect().unwrap();
    for table in ["users", "sessions"] {
        let mut rows =
            file.query(&format!("SELECT count(*) FROM {table} WHERE '{0}' IN (id)", admin.me().id), ()).await.unwrap();
        assert_eq!(rows.next().await.unwrap().unwrap().get_value(0).unwrap(), 0.into());
    }
}

#[tokio::test]
async fn a_list_is_paged_searched_and_narrowed() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let owner = member(&acme, "root").await;
    let admin = owner.admin().unwrap();
    for (name, display) in [("ada", "Ada Lovelace"), ("alan", "100% Turing"), ("grace", "Grace_Hopper")] {
        let form = AddUserForm {
            username: name.into(),
            display_name: Some(display.into()),
            email: Some(format!("{name}@example.com")),
            ..AddUserForm::default()
        };
        admin.people().add(form).await.unwrap();
    }
    let names = async |find: FindUsers| {
        let page = admin.people().page(&find).await.unwrap();
        page.items.iter().map(|user| user.username.to_string()).collect::<Vec<_>>()
    };
    let search = async |q: &str| names(FindUsers { q: q.into(), ..FindUsers::default() }).await;
    assert_eq!(search("LOVE").await, ["ada"]);
    assert_eq!(search("@example").await, ["ada", "alan", "grace"]);
    for (typed, found) in [("%", vec!["alan"]), ("_", vec!["grace"]), ("\\", vec![])] {
        assert_eq!(search(typed).await, found, "{typed}");
    }
    let status = async |status| names(FindUsers { status: Some(status), ..FindUsers::default() }).await;
    assert_eq!(status(UserStatus::OneTimePassword).await, ["ada", "alan", "grace"]);
    assert_eq!(status(UserStatus::Active).await, ["root"]);
    assert_eq!(names(FindUsers { role: Some(Role::Owner), ..FindUsers::default() }).await, ["root"]);
    freehold.clock.pass(SignedDuration::from_hours(91 * 24));
    assert_eq!(status(UserStatus::Idle).await.len(), 4);

    let two = async |cursor: Option<String>, q: &str| {
        let form = FindUsersForm { limit: Some("2".into()), cursor, q: Some(q.into()), ..FindUsersForm::default() };
        admin.people().page(&form.try_into().unwrap()).await
    };
    let first = two(None, "").await.unwrap();
    let second = two(first.next.clone(), "").await.unwrap();
    assert_eq!((first.items.len(), second.items.len(), &second.next), (2, 2, &None));
    assert!(matches!(two(first.next, "ada").await, Err(Error::Invalid(_))), "a cursor of another search");
    assert_eq!(admin.people().count(&FindUsers { q: "a".into(), ..FindUsers::default() }).await.unwrap(), 3);
}

#[tokio::test]
async fn the_overview_counts_people_and_measures_the_database() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let [owner, _, grace] = three(&acme).await;
    freehold.clock.pass(SignedDuration::from_hours(24));
    let owner = {
        owner.change(grace.me().id, disabled(true)).await.unwrap();
        sign_in(&acme, &program()).await;
        member(&acme, "root").await
    };
    let overview = owner.admin().unwrap().people().overview().await.unwrap();
    let people = overview.people;
    assert_eq!((people.owners, people.admins, people.members, people.disabled, people.all()), (1, 1, 1, 1, 3));
    assert_eq!(overview.last_sign_ins[0].username.as_ref(), "root");
    assert_eq!(overview.sizes.len(), 2, "yesterday and now");
    assert!(overview.sizes.iter().all(|size| size.bytes >= 4096));
    assert_eq!(overview.activity[0].action, Action::UserDisabled.into());
}

#[tokio::test]
async fn a_session_that_was_ended_while_its_request_waited_does_nothing_more() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let [owner, admin, grace] = three(&acme).await;
    let manager = owner.admin().unwrap();
    let waiting = admin.admin().unwrap(); // a request that passed the first check before its session ended
    manager.people().sign_out(admin.me().id).await.unwrap();
    assert!(matches!(add(&waiting, "mallory", Role::Admin).await, Err(Error::Unauthenticated(_))));
    assert!(matches!(admin.change(grace.me().id, disabled(true)).await, Err(Error::Unauthenticated(_))));
    let own = ChangeUserForm { display_name: Some("Mallory".into()), ..ChangeUserForm::default() };
    assert!(matches!(admin.change(admin.me().id, own).await, Err(Error::Unauthenticated(_))));
    let password = ChangePasswordForm { current_password: secret(PASSWORD), new_password: secret("a better password") };
    let kept = admin.session().change_password(password, &program()).await;
    assert!(matches!(kept, Err(Error::Unauthenticated(_))), "no new session comes of an ended one");
    let reset = member(&acme, "ada").await;
    manager.people().reset_password(reset.me().id).await.unwrap();
    assert!(matches!(add(&reset.admin().unwrap(), "mallory", Role::Member).await, Err(Error::Unauthenticated(_))));
}

#[tokio::test]
async fn a_search_knows_no_capitals_in_any_script() {
    let freehold = Freehold::new().await;
    let owner = member(&freehold.sign_up("acme").await, "root").await;
    let form =
        ChangeUserForm { display_name: Some("\u{d6}STEN \u{416}\u{443}\u{43a}".into()), ..ChangeUserForm::default() };
    owner.change(owner.me().id, form).await.unwrap();
    for q in ["\u{f6}sten", "\u{d6}sten", "\u{436}\u{443}\u{41a}"] {
        let find = FindUsers { q: q.into(), ..FindUsers::default() };
        assert_eq!(owner.admin().unwrap().people().count(&find).await.unwrap(), 1, "{q}");
    }
}

#[tokio::test]
async fn a_search_finds_words_in_any_order_without_accents_however_they_are_encoded() {
    let freehold = Freehold::new().await;
    let owner = member(&freehold.sign_up("acme").await, "root").await;
    let admin = owner.admin().unwrap();
    for (username, display) in [
        ("a1", "Zoë Kravitz"),
        ("a2", "Łukasz Żal"),
        ("a3", "Bjo\u{308}rn Müller"),
        ("a4", "Ada Lovelace"),
        ("a5", "田中 がく"),
        ("a6", "NEAR(x* AND \"y\""),
    ] {
        let form =
            AddUserForm { username: username.into(), display_name: Some(display.into()), ..AddUserForm::default() };
        admin.people().add(form).await.unwrap();
    }
    let search = async |q: &str| {
        let find = FindUsers { q: q.into(), ..FindUsers::default() };
        let (page, count) = (admin.people().page(&find).await.unwrap(), admin.people().count(&find).await.unwrap());
        assert_eq!(page.items.len() as u64, count, "{q}");
        page.items.iter().map(|user| user.username.to_string()).collect::<Vec<_>>().join(" ")
    };
    for (q, found) in [
        ("zoe", "a1"),
        ("ZOE\u{308}", "a1"),
        ("lukasz zal", "a2"),
        ("bjorn", "a3"),
        ("björn", "a3"),
        ("muller bj", "a3"),
        ("ada love", "a4"),
        ("  lace   ad  ", "a4"),
        ("ada zoe", ""),
        ("ov", "a4"),
        ("田", "a5"),
        ("がく", "a5"),
        ("かく", ""),
        ("near(", "a6"),
        ("\"y\"", "a6"),
        ("x*", "a6"),
        ("AND", "a6"),
        ("zo%", ""),
        ("z_e", ""),
        ("zo*", ""),
        ("zoe OR ada", ""),
        ("search:zoe", ""),
        ("\"zoe", ""),
        ("-zoe", ""),
        ("^zoe", ""),
        ("zoe\\", ""),
    ] {
        assert_eq!(search(q).await, found, "{q}");
    }
}

#[tokio::test]
async fn a_search_follows_what_is_changed_and_removed() {
    let freehold = Freehold::new().await;
    let acme = freehold.sign_up("acme").await;
    let [owner, _, grace] = three(&acme).await;
    let admin = owner.admin().unwrap();
    let count = async |q: &str| admin.people().count(&FindUsers { q: q.into(), ..FindUsers::default() }).await.unwrap();
    let named = |name: &str| ChangeUserForm { display_name: Some(name.into()), ..ChangeUserForm::default() };
    grace.change(grace.me().id, named("Grâce Hopper")).await.unwrap();
    assert_eq!((count("hopper").await, count("grace hop").await), (1, 1));
    admin.people().change(grace.me().id, named("Amazing")).await.unwrap();
    assert_eq!((count("hopper").await, count("amazing").await), (0, 1));
    admin.people().remove(grace.me().id).await.unwrap();
    assert_eq!((count("amazing").await, count("grace").await), (0, 0));
    add(&admin, "grace", Role::Member).await.unwrap();
    assert_eq!((count("amazing").await, count("grace").await), (0, 1));
}
