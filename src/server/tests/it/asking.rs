//! Commands sent to a server that hangs, is killed, is starting or is busy. Also the signals that the server ignores.

use std::{
    io::{Read, Write},
    os::unix::net::{UnixListener, UnixStream},
};

use rustix::process::Signal;

use crate::{
    process::{Process, freehold},
    support::http::Ask,
};

#[test]
fn a_command_does_not_wait_for_a_server_that_hangs() {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::serve(folder.path());
    server.send(Signal::STOP);
    let output = freehold(folder.path(), &["tenants", "list"], "");
    server.send(Signal::CONT);
    assert!(output.status == 1 && output.err.contains("has said nothing for 10 seconds"), "{output:?}");
    assert_eq!(server.terminate(), 0);
}

#[test]
fn a_command_whose_server_is_killed_says_so() {
    let folder = tempfile::tempdir().unwrap();
    drop(std::fs::File::create(folder.path().join("lock")).unwrap());
    let listener = UnixListener::bind(folder.path().join("operator.sock")).unwrap();
    let killed = std::thread::spawn(move || {
        let (mut caller, _) = listener.accept().unwrap();
        let mut question = [0; 1];
        caller.read_exact(&mut question).unwrap();
        caller.write_all(b"\n").unwrap(); // one heartbeat, then the connection closes
    });
    let output = freehold(folder.path(), &["tenants", "list"], "");
    killed.join().unwrap();
    assert!(output.status == 1 && output.err.contains("ended before it answered"), "{output:?}");
}

#[test]
fn commands_at_once_take_their_turns() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..8).map(|_| scope.spawn(|| freehold(data, &["tenants", "list"], ""))).collect();
        for output in all.into_iter().map(|running| running.join().unwrap()) {
            assert_eq!(output.status, 0, "{output:?}");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn signals_that_mean_nothing_do_not_end_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::serve(folder.path());
    for signal in [Signal::HUP, Signal::USR1, Signal::USR2] {
        server.send(signal);
    }
    let answer = Ask::new(server.address, "GET", "/healthz").header("host", "localhost").send().await;
    assert_eq!(answer.status, 200);
    assert_eq!(server.terminate(), 0);
}

#[test]
fn the_cause_of_a_failure_is_told_through_the_socket() {
    let folder = super::cli::folder();
    let data = folder.path();
    let server = Process::serve(data);
    std::fs::remove_file(super::cli::many::database(data)).unwrap();
    let output = freehold(data, &["users", "list", "acme"], "");
    assert!(
        output.status == 1 && output.err.contains("the database does not exist where the catalog has it"),
        "{output:?}"
    );
    assert!(UnixStream::connect(data.join("operator.sock")).is_ok());
    assert_eq!(server.terminate(), 0);
}
