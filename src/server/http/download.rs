//! A workspace's database as a file: `/settings/database` for a browser, `/api/v1/database` for a program. The copy is made on
//! request, sent while it is read, and removed after sending. A large database takes longer to copy than the request timeout.
//! The answer then begins without a length, and the body follows when the copy is made.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use axum::{
    body::Body,
    http::{
        Method,
        header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use backend::{Copying, Download, Error};
use tokio::{
    fs::File,
    io::{AsyncRead, ReadBuf},
    task::JoinHandle,
};
use tokio_util::io::ReaderStream;
use tracing::Instrument;

use crate::http::{
    auth::{Client, Owner},
    events,
    problem::Refusal,
};

/// The registered media type of an SQLite database.
pub(crate) const MEDIA_TYPE: &str = "application/vnd.sqlite3";
/// Bytes per read.
const PIECE: usize = 64 * 1024;

/// A download that is being sent. Dropping it removes the copy, whether or not all of it was sent.
struct Underway {
    file: File,
    _download: Download,
}

/// A download whose answer began before the copy was made.
enum Late {
    /// The copy is being made.
    Made(JoinHandle<Result<Underway, Error>>),
    /// The copy is being sent.
    Sent(Underway),
}

/// Answers with the database. `HEAD` gets the headers without a copy being made.
pub(crate) async fn download(Owner(owner): Owner, Client(client): Client, method: Method) -> Result<Response, Refusal> {
    let visitor = owner.member().session().visitor();
    let name = format!("{}-{}.db", visitor.name(), visitor.now().strftime("%Y-%m-%d"));
    let kind =
        [(CONTENT_TYPE, MEDIA_TYPE.to_owned()), (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))];
    if method == Method::HEAD {
        let unknown = Body::from_stream(ReaderStream::new(tokio::io::empty())); // its length is unknown, not 0
        return Ok((kind, unknown).into_response());
    }
    let mut copying = owner.download().await?;
    let Some(made) = copying.promptly().await else {
        return Ok((kind, sent(Late::new(copying, owner, client))).into_response());
    };
    let (underway, length) = Underway::open(made?).await?;
    events::download(&owner, &client);
    Ok((kind, [(CONTENT_LENGTH, length)], sent(underway)).into_response())
}

fn sent(file: impl AsyncRead + Send + 'static) -> Body {
    Body::from_stream(ReaderStream::with_capacity(file, PIECE))
}

impl Underway {
    async fn open(download: Download) -> Result<(Self, u64), Error> {
        let opened = async {
            let file = File::open(download.path()).await?;
            let length = file.metadata().await?.len();
            Ok((file, length))
        };
        let (file, length) = opened.await.map_err(|why: io::Error| Error::Internal(why.into()))?;
        Ok((Self { file, _download: download }, length))
    }
}

impl Late {
    /// Opens the copy in a task of its own. The log then has the result even if the client has left.
    fn new(copying: Copying, owner: backend::Owner, client: backend::Client) -> Self {
        let opening = async move {
            let opened = opened(copying).await;
            match &opened {
                Ok(_) => events::download(&owner, &client),
                Err(error) => events::download_failed(&owner, &client, error),
            }
            opened
        };
        Self::Made(tokio::spawn(opening.in_current_span()))
    }
}

async fn opened(mut copying: Copying) -> Result<Underway, Error> {
    Ok(Underway::open(copying.made().await?).await?.0)
}

impl AsyncRead for Late {
    /// Ends the connection on an error, before the end of the body. The headers are sent by then, and a client must not take
    /// the file for complete.
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            match &mut *self {
                Self::Sent(underway) => return Pin::new(underway).poll_read(context, into),
                Self::Made(opening) => {
                    let opened = ready!(Pin::new(opening).poll(context)).map_err(io::Error::other)?;
                    *self = Self::Sent(opened.map_err(io::Error::other)?);
                }
            }
        }
    }
}

impl AsyncRead for Underway {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.file).poll_read(context, into)
    }
}
