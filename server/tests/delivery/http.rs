//! The other side of a webhook: an HTTP server over real sockets that fails as told.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use tokio::sync::mpsc::{Receiver, Sender, channel};

/// More requests than any test makes; beyond it the server waits for the test to read.
const MAX_UNREAD: usize = 1_024;

/// What the HTTP server does with a request.
#[derive(Clone, Debug)]
pub enum Does {
    /// Answers.
    Answer(u16, &'static str),
    /// Takes the request and never answers.
    Hang,
    /// Closes the connection without an answer.
    Close,
    /// Sends the caller elsewhere.
    Redirect(String),
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn header(&self, name: &str) -> &str {
        let found = self
            .headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// An HTTP/1.1 server; answers 200 once its script is over.
pub struct Http {
    pub address: SocketAddr,
    pub requests: Receiver<Request>,
}

impl Http {
    pub fn start(script: impl IntoIterator<Item = Does>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (seen, requests) = channel(MAX_UNREAD);
        let script: Arc<Mutex<VecDeque<Does>>> = Arc::new(Mutex::new(script.into_iter().collect()));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (seen, script) = (seen.clone(), Arc::clone(&script));
                std::thread::spawn(move || serve(stream, &seen, &script));
            }
        });
        Self { address, requests }
    }

    pub fn url(&self) -> String {
        format!("http://{}/in?x=1", self.address)
    }
}

fn serve(stream: TcpStream, seen: &Sender<Request>, script: &Mutex<VecDeque<Does>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    while let Some(request) = read_request(&mut reader) {
        let does = script.lock().unwrap().pop_front();
        let _ = seen.blocking_send(request);
        let (status, location, body) = match does.unwrap_or(Does::Answer(200, "thanks")) {
            Does::Answer(status, body) => (status, String::new(), body),
            Does::Redirect(to) => (302, format!("Location: {to}\r\n"), ""),
            Does::Close => return,
            Does::Hang => {
                // Until the other side gives up.
                let _ = reader.read(&mut [0]);
                return;
            }
        };
        let length = body.len();
        let head =
            format!("HTTP/1.1 {status} X\r\n{location}Content-Length: {length}\r\n\r\n{body}");
        if stream.write_all(head.as_bytes()).is_err() {
            return;
        }
    }
}

fn read_request(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    if reader.read_line(&mut line).ok()? == 0 {
        return None;
    }
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else {
            break;
        };
        headers.push((name.to_owned(), value.to_owned()));
    }
    let mut request = Request {
        line: line.trim_end().to_owned(),
        headers,
        body: Vec::new(),
    };
    let length = request.header("Content-Length").parse().unwrap_or(0);
    request.body = vec![0; length];
    reader.read_exact(&mut request.body).ok()?;
    Some(request)
}
