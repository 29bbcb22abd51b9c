//! A minimal HTTP client. It sends exactly what a test says, valid or not, over a new connection, and reads the answer until
//! the connection is closed. A correct client could not send many of these requests.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A request before it is sent.
#[derive(Clone)]
pub(crate) struct Ask {
    address: SocketAddr,
    line: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    verbatim: bool,
}

/// The answer to a request.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    /// The body in bytes, without the framing of chunks.
    pub(crate) bytes: Vec<u8>,
    headers: Vec<(String, String)>,
}

impl Ask {
    pub(crate) fn new(address: SocketAddr, method: &str, target: &str) -> Self {
        Self {
            address,
            line: format!("{method} {target} HTTP/1.1"),
            headers: Vec::new(),
            body: Vec::new(),
            verbatim: false,
        }
    }

    /// Makes it an HTTP/1.0 request.
    pub(crate) fn http_1_0(mut self) -> Self {
        self.line = self.line.replace("HTTP/1.1", "HTTP/1.0");
        self
    }

    /// Adds a header. The same name may be added twice.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.as_bytes().to_owned()));
        self
    }

    pub(crate) fn headers(self, headers: &[(&str, &str)]) -> Self {
        headers.iter().fold(self, |ask, (name, value)| ask.header(name, value))
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn cookie(self, token: &str) -> Self {
        self.header("cookie", &format!("__Host-session={token}"))
    }

    /// Sends this token in the session cookie unchanged, even an API token.
    pub(crate) fn cookie_as_it_is(self, token: &str) -> Self {
        Self { verbatim: true, ..self.cookie(token) }
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.body("application/json", &body.to_string())
    }

    pub(crate) fn form(self, fields: &[(&str, &str)]) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.body("application/x-www-form-urlencoded", &body)
    }

    pub(crate) fn body(mut self, media_type: &str, body: &str) -> Self {
        body.as_bytes().clone_into(&mut self.body);
        self.header("content-type", media_type)
    }

    pub(crate) async fn send(self) -> Answer {
        self.try_send().await.unwrap()
    }

    /// Sends the request. A server that may end meanwhile is an error, not a panic.
    pub(crate) async fn try_send(self) -> std::io::Result<Answer> {
        Answer::parse(&self.exchange().await?).ok_or_else(|| std::io::ErrorKind::UnexpectedEof.into())
    }

    /// Sends the request and returns all bytes of the answer, complete or not.
    pub(crate) async fn exchange(mut self) -> std::io::Result<Vec<u8>> {
        for (_, value) in self.headers.iter_mut().filter(|(name, _)| name == "cookie" && !self.verbatim) {
            if let Ok(cookies) = std::str::from_utf8(value) {
                *value = Box::pin(super::browsers::with_own_tokens(cookies)).await.into_bytes();
            }
        }
        let mut stream = TcpStream::connect(self.address).await?;
        let mut text = format!("{}\r\nconnection: close\r\n", self.line).into_bytes();
        let length = ("content-length".to_owned(), self.body.len().to_string().into_bytes());
        for (name, value) in self.headers.iter().chain((!self.body.is_empty()).then_some(&length)) {
            text.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        text.extend(b"\r\n");
        text.extend(&self.body);
        stream.write_all(&text).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok(answer)
    }
}

impl Answer {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..end]);
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers: Vec<_> = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        let is_chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        let body = &bytes[end + 4..];
        let body = if is_chunked { join(body)? } else { body.to_owned() };
        Some(Self { status, headers, body: String::from_utf8_lossy(&body).into_owned(), bytes: body })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Returns all values of a header.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| &**value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.body))
    }

    /// Checks that the answer is a valid problem, and returns its status, title and code.
    pub(crate) fn problem(&self) -> (u16, String, String) {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.body);
        let problem = self.json();
        assert_eq!(problem["status"], self.status);
        assert!(problem["type"].as_str().is_some_and(|kind| !kind.is_empty()));
        (self.status, problem["title"].as_str().unwrap().to_owned(), problem["code"].as_str().unwrap().to_owned())
    }

    /// Returns whether the answer is an HTML page.
    pub(crate) fn is_page(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.starts_with("text/html"))
    }
}

/// Joins the chunks of a chunked body. `None` means that the body is incomplete or malformed.
fn join(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = rest.windows(2).position(|window| window == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?, 16).ok()?;
        if length == 0 {
            return Some(whole);
        }
        whole.extend(rest.get(end + 2..end + 2 + length)?);
        rest = rest.get(end + length + 4..)?;
    }
}
