//! The operator's socket: sends a command to the process that owns the data folder. It is a Unix socket that only the server's
//! user may open. The request is one line of JSON, and so is the response. Until the response, the server sends an empty line
//! every second to show that it is at work. This module never logs a password.

use std::{
    fs::{self, File, Permissions},
    io,
    os::{fd::AsRawFd, unix::fs::PermissionsExt},
    path::{Path, PathBuf},
    time::Duration,
};

use domain::{Code, Problem};
use storage::files::beside;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
    task::JoinSet,
    time::{interval, sleep, timeout},
};

use crate::{Operation, Operator, Outcome};

/// The longest request, in bytes.
const LONGEST: u64 = 64 * 1024;
/// How long a client may take to send its request.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often the server shows that the operation is still running.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// How long a client waits for such a sign, or for the response.
const SILENCE: Duration = Duration::from_secs(10);
/// The pause after a connection could not be accepted. The usual cause is a lack of file descriptors.
const BREATH: Duration = Duration::from_millis(100);

/// Why a client has no response.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// No process serves this data folder.
    #[error("no server runs on this data folder")]
    NobodyServes,
    /// Only the user that the server runs as may ask it.
    #[error(
        "the server on this data folder may not be asked by this user: run the command as the user that the server runs as"
    )]
    Denied,
    /// The server sends nothing.
    #[error(
        "the server on this data folder has said nothing for {} seconds: it is stopped, or overloaded. Whether the \
         operation will be done is not known", SILENCE.as_secs()
    )]
    Silent,
    /// The server ended while it ran the operation.
    #[error(
        "the server on this data folder ended before it answered. Whether the operation was done is not known: look, \
         and run the command again if it was not"
    )]
    Ended,
    /// The connection failed.
    #[error("the server did not answer")]
    Io(#[source] io::Error),
}

/// Runs the operations that clients send until `until` completes. Then it removes the socket and finishes the running
/// operations.
///
/// # Errors
/// When the socket cannot be created.
pub async fn serve(operator: Operator, path: &Path, until: impl Future<Output = ()>) -> io::Result<()> {
    let listener = bind(path)?;
    let mut until = std::pin::pin!(until);
    let mut answers = JoinSet::new();
    loop {
        tokio::select! {
            () = &mut until => break,
            Some(_) = answers.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(answers.spawn(answer(operator.clone(), stream))),
                Err(error) => {
                    tracing::warn!(%error, "the operator's socket could not accept a connection");
                    sleep(BREATH).await;
                }
            },
        }
    }
    fs::remove_file(path)?;
    answers.join_all().await; // operations from before the end are still answered
    Ok(())
}

/// Sends an operation to the serving process and returns its result. It waits as long as the server shows that it is at work.
pub async fn call(path: &Path, operation: &Operation) -> Result<Result<Outcome, Problem>, CallError> {
    let mut question = serde_json::to_vec(operation).map_err(|error| CallError::Io(error.into()))?;
    question.push(b'\n');
    let asking = async {
        let mut stream = connect(path).await?;
        stream.write_all(&question).await?;
        Ok(stream)
    };
    let mut answer = BufReader::new(timeout(SILENCE, asking).await.map_err(|_| CallError::Silent)?.map_err(of)?);
    loop {
        let mut line = Vec::new();
        let reading = timeout(SILENCE, answer.read_until(b'\n', &mut line)).await;
        reading.map_err(|_| CallError::Silent)?.map_err(of)?;
        match line.split_last() {
            Some((b'\n', [])) => {}
            Some((b'\n', line)) => return serde_json::from_slice(line).map_err(|error| CallError::Io(error.into())),
            _ => return Err(CallError::Ended),
        }
    }
}

/// Translates an I/O error of the socket.
fn of(error: io::Error) -> CallError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => CallError::NobodyServes,
        io::ErrorKind::PermissionDenied => CallError::Denied,
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => CallError::Ended,
        _ => CallError::Io(error),
    }
}

/// Creates the socket under a temporary name and renames it, so that it is never visible with wider permissions. The caller
/// holds the folder's lock, so it may replace a socket that a crash left behind.
fn bind(path: &Path) -> io::Result<UnixListener> {
    let new = beside(path);
    let _ = fs::remove_file(&new);
    let (_folder, short) = shortened(&new)?;
    let listener = UnixListener::bind(short)?;
    fs::set_permissions(&new, Permissions::from_mode(0o600))?;
    fs::rename(&new, path)?;
    Ok(listener)
}

async fn connect(path: &Path) -> io::Result<UnixStream> {
    let (_folder, short) = shortened(path)?;
    UnixStream::connect(short).await
}

/// Returns a short path of the socket through `/proc/self/fd`, because a socket's address has room for only about 100 bytes.
/// The path is valid while the returned folder is open.
fn shortened(path: &Path) -> io::Result<(File, PathBuf)> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = File::open(folder)?;
    let short = Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string());
    Ok((folder, short.join(path.file_name().unwrap_or_default())))
}

async fn answer(operator: Operator, stream: UnixStream) {
    if let Err(error) = exchange(operator, stream).await {
        tracing::warn!(%error, "a client of the operator's socket got no response");
    }
}

async fn exchange(operator: Operator, mut stream: UnixStream) -> io::Result<()> {
    let (read, mut write) = stream.split();
    let mut line = Vec::new();
    let mut reader = BufReader::new(read.take(LONGEST));
    timeout(PATIENCE, reader.read_until(b'\n', &mut line)).await??;
    let operation: Operation = serde_json::from_slice(&line)?;
    // A task of its own: it continues when the client goes away, and a panic becomes an error.
    let mut work = tokio::spawn(async move { outcome(&operator, operation).await });
    let mut heartbeat = interval(HEARTBEAT); // at once, then every second
    let outcome = loop {
        tokio::select! {
            done = &mut work => break done.unwrap_or_else(|error| Err(panicked(&error))),
            _ = heartbeat.tick() => drop(write.write_all(b"\n").await), // an error means that the client has gone
        }
    };
    let mut reply = serde_json::to_vec(&outcome)?;
    reply.push(b'\n');
    write.write_all(&reply).await
}

/// Runs an operation. A fault goes to the log with the tenant and the operation, and its cause goes to the operator too.
async fn outcome(operator: &Operator, operation: Operation) -> Result<Outcome, Problem> {
    let (name, tenant) = (operation.name(), operation.tenant().cloned());
    operator.run_untold(operation).await.map_err(|error| {
        if error.is_fault() {
            let tenant = tenant.map(tracing::field::display);
            tracing::error!(operation = name, tenant, error = error.chain(), "an operation failed");
        }
        error.for_operator().problem()
    })
}

fn panicked(error: &tokio::task::JoinError) -> Problem {
    tracing::error!(%error, "an operation panicked");
    Problem::detail(
        Code::Internal,
        "The operation broke off by a fault of Freehold. The log of the server has the cause.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_socket_says_is_told_in_words() {
        let told = |kind: io::ErrorKind| of(kind.into()).to_string();
        assert!(told(io::ErrorKind::PermissionDenied).contains("run the command as the user that the server runs as"));
        assert!(told(io::ErrorKind::ConnectionReset).contains("ended before it answered"));
        assert!(matches!(of(io::ErrorKind::ConnectionRefused.into()), CallError::NobodyServes));
    }
}
