//! A scripted server with one task for each connection. It records requests and answers them as the script says, also wrongly.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use reqwest::Url;
use serde_json::Value as Json;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// A recorded request.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Method and path.
    pub(crate) line: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Json,
    /// Number of its connection, counted from 0.
    pub(crate) socket: usize,
}

/// How the server answers a request.
pub(crate) enum Reply {
    /// A whole answer: status and body.
    Whole(u16, String),
    /// Sends these bytes, each after a pause, and then closes the connection.
    Pieces(Vec<(Duration, Vec<u8>)>),
    /// Sends nothing until the client closes the connection.
    Nothing,
    /// Closes the connection without an answer.
    Closed,
}

pub(crate) struct Server {
    pub(crate) url: Url,
    asked: Arc<Mutex<Vec<Asked>>>,
    changed: watch::Receiver<usize>,
}

impl Reply {
    pub(crate) fn json(body: Json) -> Self {
        Self::Whole(200, body.to_string())
    }

    /// Sends these bytes at once and then closes the connection.
    pub(crate) fn cut(bytes: &str) -> Self {
        Self::Pieces(vec![(Duration::ZERO, bytes.as_bytes().to_vec())])
    }
}

impl Server {
    /// Starts a server. `script` gets the number of the request, counted from 0, and the request.
    pub(crate) async fn start(script: impl Fn(usize, &Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let (told, changed) = watch::channel(0);
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (script, told, all) = (Arc::new(script), Arc::new(told), Arc::clone(&asked));
        tokio::spawn(async move {
            for socket in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                let (script, told, all) = (Arc::clone(&script), Arc::clone(&told), Arc::clone(&all));
                tokio::spawn(async move {
                    let mut stream = BufReader::new(stream);
                    while let Some(request) = read(&mut stream, socket).await {
                        let number = {
                            let mut all = all.lock().unwrap();
                            all.push(request.clone());
                            all.len() - 1
                        };
                        told.send_modify(|count| *count += 1);
                        if !answer(&mut stream, script(number, &request)).await {
                            break;
                        }
                    }
                });
            }
        });
        Self { url, asked, changed }
    }

    /// All requests so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Waits for at least `count` requests and returns all of them.
    pub(crate) async fn asked_of(&self, count: usize) -> Vec<Asked> {
        let waiting = async { self.changed.clone().wait_for(|&now| now >= count).await.map(drop) };
        tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("the requests do not come").unwrap();
        self.asked()
    }
}

async fn read(stream: &mut BufReader<TcpStream>, socket: usize) -> Option<Asked> {
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => head.push(line.to_owned()),
        }
    }
    let headers: HashMap<_, _> = head[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    let line = head[0].trim_end_matches(" HTTP/1.1").to_owned();
    Some(Asked { line, headers, body: serde_json::from_slice(&body).unwrap_or_default(), socket })
}

/// Sends a reply. Returns whether the connection stays open.
async fn answer(stream: &mut BufReader<TcpStream>, reply: Reply) -> bool {
    match reply {
        Reply::Whole(status, body) => {
            let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nlocation: /elsewhere\r\n\r\n", body.len());
            stream.write_all(format!("{head}{body}").as_bytes()).await.is_ok()
        }
        Reply::Pieces(pieces) => {
            for (pause, bytes) in pieces {
                tokio::time::sleep(pause).await;
                if stream.write_all(&bytes).await.is_err() {
                    break;
                }
            }
            false
        }
        Reply::Nothing => {
            let _gone = stream.read_u8().await;
            false
        }
        Reply::Closed => false,
    }
}
