//! The operator's socket: how a command reaches the process that owns the data folder. A Unix socket that only its user
//! may open; one JSON line asks, one JSON line answers. No password or operation is ever logged here.

use std::{
    fs::{self, Permissions},
    io,
    os::unix::fs::PermissionsExt,
    path::Path,
};

use domain::Problem;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
};

use crate::{Operation, Operator, Outcome, pool::chain};

/// The longest question.
const LONGEST: u64 = 64 * 1024;

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
    loop {
        tokio::select! {
            () = &mut until => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(tokio::spawn(answer(operator.clone(), stream))),
                Err(error) => tracing::warn!(%error, "the operator's socket could not take a caller"),
            },
        }
    }
    fs::remove_file(path)
}

/// Sends an operation to the process that serves, and waits for what comes of it.
pub async fn call(path: &Path, operation: &Operation) -> Result<Result<Outcome, Problem>, CallError> {
    let mut stream = UnixStream::connect(path).await.map_err(|error| match error.kind() {
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
    let beside = path.with_extension("new");
    let _ = fs::remove_file(&beside);
    let listener = UnixListener::bind(&beside)?;
    fs::set_permissions(&beside, Permissions::from_mode(0o600))?;
    fs::rename(&beside, path)?;
    Ok(listener)
}

async fn answer(operator: Operator, stream: UnixStream) {
    if let Err(error) = exchange(operator, stream).await {
        tracing::warn!(%error, "a caller of the operator's socket was not answered");
    }
}

async fn exchange(operator: Operator, mut stream: UnixStream) -> io::Result<()> {
    let (read, mut write) = stream.split();
    let mut line = Vec::new();
    BufReader::new(read.take(LONGEST)).read_until(b'\n', &mut line).await?;
    let outcome = operator.run(serde_json::from_slice(&line)?).await;
    let outcome = outcome.map_err(|error| {
        if error.is_fault() {
            tracing::error!(error = chain(&error), "an operation failed");
        }
        error.problem()
    });
    let mut reply = serde_json::to_vec(&outcome)?;
    reply.push(b'\n');
    write.write_all(&reply).await
}
