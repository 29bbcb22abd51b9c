//! `Proxy`: a slow connection. It passes bytes on in both directions and in order, each after a delay. Any number of bytes can
//! be on the way at once.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinSet,
    time::{Instant, sleep_until},
};

use crate::{
    engine::Engine,
    sockets::{Open, Sockets},
};

/// A proxy that runs until it is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    sockets: Sockets,
    _engine: Engine,
}

impl Proxy {
    /// Listens on a free port of 127.0.0.1. Passes bytes on to `target` and back, each time after `delay_each_way`.
    pub async fn start(target: SocketAddr, delay_each_way: Duration) -> io::Result<Self> {
        let engine = Engine::start(1)?;
        let any = (Ipv4Addr::LOCALHOST, 0);
        let listener = engine.handle().spawn(TcpListener::bind(any)).await.map_err(io::Error::other)??;
        let (address, sockets) = (listener.local_addr()?, Sockets::default());
        engine.handle().spawn(accept(listener, target, delay_each_way, sockets.clone()));
        Ok(Self { address, sockets, _engine: engine })
    }

    /// The address to connect to instead of the target.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address as a URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The socket counts of its clients.
    #[must_use]
    pub fn sockets(&self) -> &Sockets {
        &self.sockets
    }
}

async fn accept(listener: TcpListener, target: SocketAddr, delay: Duration, sockets: Sockets) {
    let mut lines = JoinSet::new();
    loop {
        let Ok((client, _)) = listener.accept().await else { continue };
        while lines.try_join_next().is_some() {} // forgets connections that have ended
        lines.spawn(join(client, target, delay, sockets.taken()));
    }
}

async fn join(client: TcpStream, target: SocketAddr, delay: Duration, open: Open) {
    let Ok(server) = TcpStream::connect(target).await else { return };
    drop((client.set_nodelay(true), server.set_nodelay(true))); // without this it is only slower
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    tokio::join!(pass(from_client, to_server, delay), pass(from_server, to_client, delay));
    drop(open);
}

/// Passes bytes on, and then the end of the stream.
async fn pass(mut from: impl AsyncReadExt + Unpin, mut to: impl AsyncWriteExt + Unpin, delay: Duration) {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let reading = async move {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = from.read(&mut buffer).await {
            if sender.send((Instant::now() + delay, buffer[..count].to_vec())).is_err() {
                break;
            }
        }
        drop(sender.send((Instant::now() + delay, Vec::new())));
    };
    let writing = async move {
        while let Some((due, bytes)) = receiver.recv().await {
            sleep_until(due).await;
            if bytes.is_empty() || to.write_all(&bytes).await.is_err() {
                break;
            }
        }
        drop(to.shutdown().await);
    };
    tokio::join!(reading, writing);
}
