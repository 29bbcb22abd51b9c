//! A workspace's database as a file, for a browser at `/settings/database` and for a program at `/api/v1/database`: made when
//! it is asked for, sent as it is read, removed when it is sent.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::Body,
    http::{
        Method,
        header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use backend::{Download, Error};
use tokio::{
    fs::File,
    io::{AsyncRead, ReadBuf},
};
use tokio_util::io::ReaderStream;

use crate::{
    auth::{Client, Owner},
    events,
    problem::Refusal,
};

/// What an SQLite database is called among the registered media types.
pub(crate) const MEDIA_TYPE: &str = "application/vnd.sqlite3";
/// So much is read at once, in bytes.
const PIECE: usize = 64 * 1024;

/// A download on its way; it goes when this goes, sent or broken off.
struct Underway {
    file: File,
    _download: Download,
}

/// The database; to `HEAD` what it would be like, for which none is made.
pub(crate) async fn download(Owner(owner): Owner, Client(client): Client, method: Method) -> Result<Response, Refusal> {
    let visitor = owner.member().session().visitor();
    let name = format!("{}-{}.db", visitor.name(), visitor.now().strftime("%Y-%m-%d"));
    let kind =
        [(CONTENT_TYPE, MEDIA_TYPE.to_owned()), (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))];
    if method == Method::HEAD {
        let unknown = Body::from_stream(ReaderStream::new(tokio::io::empty())); // none is no length, and not one of 0
        return Ok((kind, unknown).into_response());
    }
    let download = owner.download().await?;
    events::download(&owner, &client);
    let (file, length) = Underway::open(download).await.map_err(|why| Error::Internal(why.into()))?;
    let body = Body::from_stream(ReaderStream::with_capacity(file, PIECE));
    Ok((kind, [(CONTENT_LENGTH, length)], body).into_response())
}

impl Underway {
    async fn open(download: Download) -> io::Result<(Self, u64)> {
        let file = File::open(download.path()).await?;
        let length = file.metadata().await?.len();
        Ok((Self { file, _download: download }, length))
    }
}

impl AsyncRead for Underway {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.file).poll_read(context, into)
    }
}
