//! The other side of mail: an SMTP server over real sockets, with and without TLS and a login, that refuses as told.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use mailin::{Action, AuthMechanism, Handler, Response, Session, SessionBuilder, response};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// More mails than any test makes; beyond it the server waits for the test to read.
const MAX_UNREAD: usize = 1_024;
/// The certificate of localhost, its key, and who signed it: for tests only.
const KEYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/delivery/keys");

/// Who signed the server's certificate, as a client is told to trust them.
pub fn authority() -> Vec<u8> {
    std::fs::read(Path::new(KEYS).join("authority.pem")).unwrap()
}

/// A mail as it came.
#[derive(Clone, Debug, Default)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    pub text: String,
    /// Whether the connection was encrypted.
    pub encrypted: bool,
    /// Who logged in.
    pub user: Option<String>,
}

/// When a connection is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encryption {
    /// Never.
    #[default]
    None,
    /// When the client asks for it.
    StartTls,
    /// From the first byte.
    Tls,
}

/// How a server behaves.
#[derive(Clone, Debug, Default)]
pub struct SmtpRules {
    pub encryption: Encryption,
    /// The name and password it wants.
    pub login: Option<(&'static str, &'static str)>,
    /// How many mails it refuses first.
    pub refuse: usize,
}

/// An SMTP server that takes all mail, after refusing as often as told.
pub struct Smtp {
    pub address: SocketAddr,
    pub mails: Receiver<Mail>,
    /// Logins that were refused.
    pub refused: Receiver<String>,
    encryption: Encryption,
}

impl Smtp {
    pub fn start(rules: SmtpRules) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (taken, mails) = channel(MAX_UNREAD);
        let (refusing, refused) = channel(MAX_UNREAD);
        let encryption = rules.encryption;
        let refuse = Arc::new(Mutex::new(rules.refuse));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let inbox = Inbox {
                    mail: Mail::default(),
                    bytes: Vec::new(),
                    login: rules.login,
                    refuse: Arc::clone(&refuse),
                    taken: taken.clone(),
                    refused: refusing.clone(),
                };
                let encryption = rules.encryption;
                std::thread::spawn(move || talk(stream, inbox, encryption));
            }
        });
        Self {
            address,
            mails,
            refused,
            encryption,
        }
    }

    /// How a client is told to reach it: by the name in its certificate where it has one.
    pub fn url(&self) -> String {
        let port = self.address.port();
        match self.encryption {
            Encryption::None => format!("smtp://{}", self.address),
            Encryption::StartTls => format!("smtp://localhost:{port}?tls=required"),
            Encryption::Tls => format!("smtps://localhost:{port}"),
        }
    }
}

struct Inbox {
    mail: Mail,
    bytes: Vec<u8>,
    login: Option<(&'static str, &'static str)>,
    refuse: Arc<Mutex<usize>>,
    taken: Sender<Mail>,
    refused: Sender<String>,
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

    fn auth_plain(&mut self, _: &str, user: &str, password: &str) -> Response {
        if self.login == Some((user, password)) {
            self.mail.user = Some(user.to_owned());
            return response::AUTH_OK;
        }
        let _ = self.refused.blocking_send(user.to_owned());
        response::INVALID_CREDENTIALS
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

fn talk(stream: TcpStream, mut inbox: Inbox, encryption: Encryption) -> Option<()> {
    let peer = stream.peer_addr().ok()?.ip();
    let mut rules = SessionBuilder::new("mail.example.com");
    if encryption != Encryption::None {
        rules.enable_start_tls();
    }
    if inbox.login.is_some() {
        rules.enable_auth(AuthMechanism::Plain);
    }
    inbox.mail.encrypted = encryption != Encryption::None;
    let mut session = rules.build(peer, inbox);
    if encryption == Encryption::Tls {
        session.tls_active();
        let mut stream = encrypted(stream)?;
        session.greeting().write_to(&mut stream).ok()?;
        converse(&mut session, BufReader::new(stream))?;
        return Some(());
    }
    let mut stream = stream;
    session.greeting().write_to(&mut stream).ok()?;
    // Nothing may be read ahead: what follows STARTTLS is encrypted.
    let reader = BufReader::with_capacity(1, stream);
    if let Some(reader) = converse(&mut session, reader) {
        session.tls_active();
        let stream = encrypted(reader.into_inner())?;
        converse(&mut session, BufReader::new(stream))?;
    }
    Some(())
}

/// Answers line by line; gives the stream back when it is to be encrypted.
fn converse<S: Read + Write>(
    session: &mut Session<Inbox>,
    mut reader: BufReader<S>,
) -> Option<BufReader<S>> {
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        let answer = session.process(&line);
        if answer.action != Action::NoReply {
            answer.write_to(reader.get_mut()).ok()?;
            reader.get_mut().flush().ok()?;
        }
        match answer.action {
            Action::Close => return None,
            Action::UpgradeTls => return Some(reader),
            Action::Reply | Action::NoReply => {}
        }
    }
}

fn encrypted(stream: TcpStream) -> Option<StreamOwned<ServerConnection, TcpStream>> {
    let key = |name: &str| Path::new(KEYS).join(name);
    let certificate = CertificateDer::from_pem_file(key("server.pem")).unwrap();
    let secret = PrivateKeyDer::from_pem_file(key("server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], secret)
        .unwrap();
    let connection = ServerConnection::new(Arc::new(config)).ok()?;
    Some(StreamOwned::new(connection, stream))
}
