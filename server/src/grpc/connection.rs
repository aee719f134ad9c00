//! Connections: who is at the other end, and an end to every connection when the server stops.
//!
//! tonic's graceful shutdown waits for connections that never spoke HTTP/2 and for clients that never answer. Here a
//! silent connection ends when the drain begins, and any connection when its bound is over.

use std::{
    fs,
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpStream, UnixStream},
    sync::watch,
};
use tonic::transport::server::Connected;

/// Time a new connection has to say its first byte.
pub const FIRST_BYTE_TIMEOUT: Duration = Duration::from_secs(20);
/// Where the names of users are.
const PASSWD: &str = "/etc/passwd";

/// How far the server is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, PartialOrd)]
pub enum Phase {
    /// Calls are welcome.
    Serving,
    /// Calls under way may end.
    Draining,
    /// Connections are cut.
    Stopped,
}

/// Who is at the other end of a connection.
#[derive(Clone, Debug)]
pub enum Peer {
    /// A process of this machine.
    Unix {
        /// Its user id, as the kernel says.
        uid: Option<u32>,
        /// That user's name, when the machine knows one.
        user: Option<Arc<str>>,
    },
    /// A TCP address.
    Tcp(Option<IpAddr>),
}

impl Peer {
    fn of_uid(uid: Option<u32>) -> Self {
        let user =
            uid.and_then(|uid| user_name(&fs::read_to_string(PASSWD).unwrap_or_default(), uid));
        Self::Unix { uid, user }
    }

    /// The name of the operating-system user, when known.
    pub fn unix_user(&self) -> Option<&str> {
        match self {
            Self::Unix { user, .. } => user.as_deref(),
            Self::Tcp(_) => None,
        }
    }

    /// What a member record may call the operating-system user: the name, or the number.
    pub fn unix_names(&self) -> Vec<String> {
        let number = match self {
            Self::Unix { uid, .. } => uid.map(|uid| uid.to_string()),
            Self::Tcp(_) => None,
        };
        self.unix_user()
            .map(str::to_owned)
            .into_iter()
            .chain(number)
            .collect()
    }

    /// How the caller came in, for people.
    pub fn label(&self) -> String {
        match self {
            Self::Unix {
                uid: Some(uid),
                user: Some(user),
            } => format!("unix:{uid} ({user})"),
            Self::Unix {
                uid: Some(uid),
                user: None,
            } => format!("unix:{uid}"),
            Self::Unix { uid: None, .. } => "unix".to_owned(),
            Self::Tcp(Some(address)) => format!("tcp:{address}"),
            Self::Tcp(None) => "tcp".to_owned(),
        }
    }
}

/// The name of a user in a passwd file.
fn user_name(passwd: &str, uid: u32) -> Option<Arc<str>> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?;
        let found: u32 = fields.nth(1)?.parse().ok()?;
        (found == uid).then(|| Arc::from(name))
    })
}

#[derive(Debug)]
enum Socket {
    Unix(UnixStream),
    Tcp(TcpStream),
}

type Ending = Pin<Box<dyn Future<Output = ()> + Send>>;

/// One accepted connection.
pub struct Connection {
    socket: Socket,
    peer: Peer,
    spoke: bool,
    // Ends a connection that has said nothing yet.
    silence: Ending,
    // Ends any connection.
    stop: Ending,
    ended: bool,
}

impl Connection {
    /// Wraps an accepted Unix connection.
    pub fn unix(stream: UnixStream, phase: &watch::Receiver<Phase>) -> Self {
        let peer = Peer::of_uid(stream.peer_cred().ok().map(|credentials| credentials.uid()));
        Self::new(Socket::Unix(stream), peer, phase)
    }

    /// Wraps an accepted TCP connection.
    pub fn tcp(stream: TcpStream, address: SocketAddr, phase: &watch::Receiver<Phase>) -> Self {
        // Small messages both ways: waiting to fill a packet only adds delay. Without it all still works.
        let _ = stream.set_nodelay(true);
        Self::new(Socket::Tcp(stream), Peer::Tcp(Some(address.ip())), phase)
    }

    fn new(socket: Socket, peer: Peer, phase: &watch::Receiver<Phase>) -> Self {
        let draining = reached(phase.clone(), Phase::Draining);
        let silence = async move {
            let _ = tokio::time::timeout(FIRST_BYTE_TIMEOUT, draining).await;
        };
        let stop = reached(phase.clone(), Phase::Stopped);
        Self {
            socket,
            peer,
            spoke: false,
            silence: Box::pin(silence),
            stop: Box::pin(stop),
            ended: false,
        }
    }

    /// Whether the connection was cut. Registers the task for the moment it is.
    fn is_cut(&mut self, context: &mut Context<'_>) -> bool {
        self.ended = self.ended
            || self.stop.as_mut().poll(context).is_ready()
            || (!self.spoke && self.silence.as_mut().poll(context).is_ready());
        self.ended
    }
}

/// Waits for a phase; a server that is gone has reached them all.
async fn reached(mut phase: watch::Receiver<Phase>, wanted: Phase) {
    let _ = phase.wait_for(|phase| *phase >= wanted).await;
}

fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "the server has stopped")
}

impl Connected for Connection {
    type ConnectInfo = Peer;

    fn connect_info(&self) -> Peer {
        self.peer.clone()
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.is_cut(context) {
            return Poll::Ready(Err(cut()));
        }
        let before = buffer.filled().len();
        let result = match &mut this.socket {
            Socket::Unix(stream) => Pin::new(stream).poll_read(context, buffer),
            Socket::Tcp(stream) => Pin::new(stream).poll_read(context, buffer),
        };
        this.spoke |= buffer.filled().len() > before;
        result
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.is_cut(context) {
            return Poll::Ready(Err(cut()));
        }
        match &mut this.socket {
            Socket::Unix(stream) => Pin::new(stream).poll_write(context, bytes),
            Socket::Tcp(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.is_cut(context) {
            return Poll::Ready(Err(cut()));
        }
        match &mut this.socket {
            Socket::Unix(stream) => Pin::new(stream).poll_write_vectored(context, slices),
            Socket::Tcp(stream) => Pin::new(stream).poll_write_vectored(context, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().socket {
            Socket::Unix(stream) => Pin::new(stream).poll_flush(context),
            Socket::Tcp(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().socket {
            Socket::Unix(stream) => Pin::new(stream).poll_shutdown(context),
            Socket::Tcp(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use futures_util::FutureExt as _;
    use tokio::io::AsyncReadExt as _;

    #[test]
    fn the_user_of_a_uid_is_read_from_passwd() {
        let passwd =
            "root:x:0:0::/root:/bin/sh\n# note\nkim:x:1000:1000:Kim:/home/kim:/bin/sh\n::\n";
        assert_eq!(user_name(passwd, 1000).as_deref(), Some("kim"));
        assert_eq!(user_name(passwd, 7), None);
        let peer = Peer::Unix {
            uid: Some(1000),
            user: Some("kim".into()),
        };
        assert_eq!(peer.label(), "unix:1000 (kim)");
    }

    #[tokio::test]
    async fn a_silent_connection_ends_with_the_drain_and_a_speaking_one_with_the_stop() {
        let (phase, phases) = watch::channel(Phase::Serving);
        let (_quiet_client, quiet) = UnixStream::pair().unwrap();
        let (mut client, speaking) = UnixStream::pair().unwrap();
        let (mut quiet, mut speaking) = (
            Connection::unix(quiet, &phases),
            Connection::unix(speaking, &phases),
        );
        tokio::io::AsyncWriteExt::write_all(&mut client, b"P")
            .await
            .unwrap();
        assert_eq!(speaking.read_u8().await.unwrap(), b'P');
        phase.send(Phase::Draining).unwrap();
        assert!(quiet.read_u8().await.is_err());
        let mut read = Box::pin(speaking.read_u8());
        assert!(read.as_mut().now_or_never().is_none());
        phase.send(Phase::Stopped).unwrap();
        assert!(read.await.is_err());
    }
}
