//! The operator's socket: how a command reaches the process that owns the data folder. A Unix socket that only its user
//! may open; one JSON line asks, one JSON line answers. No password or operation is ever logged here.

use std::{
    fs::{self, File, Permissions},
    io,
    os::{fd::AsRawFd, unix::fs::PermissionsExt},
    path::{Path, PathBuf},
    time::Duration,
};

use domain::Problem;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{Operation, Operator, Outcome, storage::local::beside};

/// The longest question, in bytes.
const LONGEST: u64 = 64 * 1024;
/// How long a caller may take to ask.
const PATIENCE: Duration = Duration::from_secs(5);
/// A pause after a caller could not be taken: most often for want of descriptors.
const BREATH: Duration = Duration::from_millis(100);

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// No process serves this data folder.
    #[error("no server runs on this data folder")]
    NobodyServes,
    /// It broke off.
    #[error("the server did not answer")]
    Io(#[source] io::Error),
}

/// Answers operations until `until` is over; then removes the socket.
///
/// # Errors
/// When the socket cannot be made.
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
                    tracing::warn!(%error, "the operator's socket could not take a caller");
                    sleep(BREATH).await;
                }
            },
        }
    }
    fs::remove_file(path)?;
    answers.join_all().await; // what was asked before the end is answered
    Ok(())
}

/// Sends an operation to the process that serves, and waits for what comes of it.
pub async fn call(path: &Path, operation: &Operation) -> Result<Result<Outcome, Problem>, CallError> {
    let mut stream = connect(path).await.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => CallError::NobodyServes,
        _ => CallError::Io(error),
    })?;
    let mut question = serde_json::to_vec(operation).map_err(|error| CallError::Io(error.into()))?;
    question.push(b'\n');
    stream.write_all(&question).await.map_err(CallError::Io)?;
    let mut line = Vec::new();
    BufReader::new(stream).read_until(b'\n', &mut line).await.map_err(CallError::Io)?;
    serde_json::from_slice(&line).map_err(|error| CallError::Io(error.into()))
}

/// Made under another name and renamed, so that nobody finds it before only its user may open it. Whoever has the
/// folder's lock may replace what a crash left there.
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

/// A socket's address has room for about 100 bytes: its folder is named by a descriptor, good while that is open.
fn shortened(path: &Path) -> io::Result<(File, PathBuf)> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = File::open(folder)?;
    let short = Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string());
    Ok((folder, short.join(path.file_name().unwrap_or_default())))
}

async fn answer(operator: Operator, stream: UnixStream) {
    if let Err(error) = exchange(operator, stream).await {
        tracing::warn!(%error, "a caller of the operator's socket was not answered");
    }
}

async fn exchange(operator: Operator, mut stream: UnixStream) -> io::Result<()> {
    let (read, mut write) = stream.split();
    let mut line = Vec::new();
    let mut reader = BufReader::new(read.take(LONGEST));
    timeout(PATIENCE, reader.read_until(b'\n', &mut line)).await??;
    let outcome = operator.run(serde_json::from_slice(&line)?).await;
    let outcome = outcome.map_err(|error| {
        if error.is_fault() {
            tracing::error!(error = error.chain(), "an operation failed");
        }
        error.problem()
    });
    let mut reply = serde_json::to_vec(&outcome)?;
    reply.push(b'\n');
    write.write_all(&reply).await
}
