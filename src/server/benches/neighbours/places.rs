//! Clients from nine addresses hold connections whose requests never arrive whole. The bench measures a new client, which has
//! no connection yet and comes from a tenth address.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use crate::{
    freehold::Freehold,
    load::{Load, Probe},
};

/// How long a client holds a connection, unless the server ends it.
const HELD: Duration = Duration::from_secs(10);
/// How long the new client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(8);
const SLOW: &[u8] =
    b"POST /tenants HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n";
const NEW: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n";

pub(crate) fn slow_bodies(freehold: &Arc<Freehold>) -> Load {
    let address = freehold.address;
    let round = move |client: usize| -> crate::load::Round {
        let from = 2 + u8::try_from(client % 9).unwrap_or(0);
        Box::pin(async move {
            match timeout(HELD, ask(address, from, SLOW)).await {
                Ok(Ok(_)) => "answered".to_owned(),
                Ok(Err(_)) => "closed".to_owned(),
                Err(_) => "held".to_owned(),
            }
        })
    };
    let newcomer = Probe::new("newcomer", move || {
        Box::pin(async move {
            match timeout(PATIENCE, ask(address, 100, NEW)).await {
                Ok(Ok(status)) => status,
                Ok(Err(_)) => "closed".to_owned(),
                Err(_) => "no answer".to_owned(),
            }
        })
    });
    Load { name: "slow bodies".into(), clients: vec![1080], round: Arc::new(round), probes: vec![newcomer] }
}

/// Sends a request from an address of this machine, and returns the status of the answer.
async fn ask(to: SocketAddr, from: u8, request: &[u8]) -> io::Result<String> {
    let mut stream = connect(to, from).await?;
    stream.write_all(request).await?;
    let mut status = [0; 12];
    stream.read_exact(&mut status).await?;
    Ok(String::from_utf8_lossy(&status[9..]).into_owned())
}

async fn connect(to: SocketAddr, from: u8) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from(([127, 0, 0, from], 0)))?;
    socket.connect(to).await
}
