//! The other side: an HTTP server that fails as told, and an SMTP server. Both speak over real sockets.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use mailin::{Action, Handler, Response, SessionBuilder, response};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// More requests or mails than any test makes; beyond it the server waits for the test to read.
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

/// A mail as it came.
#[derive(Clone, Debug, Default)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    pub text: String,
}

/// An SMTP server that takes all mail, after refusing as often as told.
pub struct Smtp {
    pub address: SocketAddr,
    pub mails: Receiver<Mail>,
}

struct Inbox {
    mail: Mail,
    bytes: Vec<u8>,
    refuse: Arc<Mutex<usize>>,
    taken: Sender<Mail>,
}

impl Handler for Inbox {
    fn mail(&mut self, _: std::net::IpAddr, _: &str, _: &str) -> Response {
        let mut refuse = self.refuse.lock().unwrap();
        if *refuse > 0 {
            *refuse -= 1;
            return response::INTERNAL_ERROR;
        }
        response::OK
    }

    fn data_start(&mut self, _: &str, from: &str, _: bool, to: &[String]) -> Response {
        self.mail.from = from.to_owned();
        self.mail.to = to.to_vec();
        response::OK
    }

    fn data(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        self.mail.text = String::from_utf8_lossy(&self.bytes).into_owned();
        let _ = self.taken.blocking_send(std::mem::take(&mut self.mail));
        response::OK
    }
}

impl Smtp {
    pub fn start(refuse: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (taken, mails) = channel(MAX_UNREAD);
        let refuse = Arc::new(Mutex::new(refuse));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let inbox = Inbox {
                    mail: Mail::default(),
                    bytes: Vec::new(),
                    refuse: Arc::clone(&refuse),
                    taken: taken.clone(),
                };
                std::thread::spawn(move || talk(stream, inbox));
            }
        });
        Self { address, mails }
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }
}

fn talk(stream: TcpStream, inbox: Inbox) -> Option<()> {
    let peer = stream.peer_addr().ok()?.ip();
    let mut session = SessionBuilder::new("mail.example.com").build(peer, inbox);
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut writer = stream;
    session.greeting().write_to(&mut writer).ok()?;
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        let answer = session.process(&line);
        match answer.action {
            Action::Reply => answer.write_to(&mut writer).ok()?,
            Action::Close => return answer.write_to(&mut writer).ok(),
            Action::UpgradeTls | Action::NoReply => {}
        }
    }
}
