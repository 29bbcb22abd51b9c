//! Runs the real binary: commands until they end, and servers that a test can kill.

use std::{
    ffi::OsStr,
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    os::unix::net::UnixStream,
    path::Path,
    process::{Child, Command, Stdio},
};

/// The output of a command and its exit status.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A running server in a process of its own.
pub(crate) struct Process {
    pub(crate) address: SocketAddr,
    child: Child,
}

impl Output {
    /// Returns the rest of the first line of standard output that begins with this word.
    pub(crate) fn after(&self, word: &str) -> String {
        let line = self.out.lines().find_map(|line| line.strip_prefix(word));
        line.unwrap_or_else(|| panic!("no {word}: {self:?}")).trim().to_owned()
    }
}

/// Runs a command until it ends, with this standard input.
pub(crate) fn freehold(data: &Path, arguments: &[impl AsRef<OsStr>], input: &str) -> Output {
    freehold_with(data, arguments, input, &[])
}

/// Runs a command like [`freehold`], with additional environment variables.
pub(crate) fn freehold_with(
    data: &Path,
    arguments: &[impl AsRef<OsStr>],
    input: &str,
    environment: &[(&str, &str)],
) -> Output {
    let mut command = command(data);
    let mut child = command
        .envs(environment.iter().copied())
        .args(arguments)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    drop(stdin.write_all(input.as_bytes())); // a command that reads no input may close it: no error
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    Output {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Process {
    /// Starts `freehold serve` and waits until it answers commands.
    pub(crate) fn serve(data: &Path) -> Self {
        Self::serve_with(data, &[])
    }

    /// Starts `freehold serve` with additional flags.
    pub(crate) fn serve_with(data: &Path, more: &[&str]) -> Self {
        Self::serve_logging(data, more, Stdio::null())
    }

    /// Starts `freehold serve` with additional flags, and sends its log to `log`.
    pub(crate) fn serve_logging(data: &Path, more: &[&str], log: impl Into<Stdio>) -> Self {
        let off = ["--sign-up-rate", "--sign-in-rate"].into_iter().filter(|flag| !more.contains(flag));
        let off = off.flat_map(|flag| [flag, "off"]);
        let mut child =
            command(data).args(["serve", "--listen", "127.0.0.1:0"]).args(off).args(more).stderr(log).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.map_while(Result::ok).find_map(|line| line.strip_prefix("listens on ")?.parse().ok());
        let address = address.expect("the server says where it listens");
        // The server prints its address before it makes the operator socket. A command in between would fail: folder in use.
        while UnixStream::connect(data.join("operator.sock")).is_err() {
            assert!(child.try_wait().unwrap().is_none(), "the server ended at once");
            std::thread::yield_now();
        }
        Self { address, child }
    }

    /// Kills the server with SIGKILL and waits for its end.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends SIGTERM, waits for the end and returns the exit status.
    pub(crate) fn terminate(mut self) -> i32 {
        self.signal();
        self.child.wait().unwrap().code().unwrap()
    }

    /// Sends SIGTERM and does not wait for the end.
    pub(crate) fn signal(&self) {
        self.send(rustix::process::Signal::TERM);
    }

    /// Sends a signal.
    pub(crate) fn send(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), signal).unwrap();
    }
}

fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_freehold"));
    command.env("FREEHOLD_DATA", data).stdout(Stdio::piped());
    command
}
