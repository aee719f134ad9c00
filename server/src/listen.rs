//! Opens listeners: a private Unix socket that replaces a stale one only, and a TCP address that is safe to use.

use std::{
    fs, io,
    net::SocketAddr,
    os::unix::{
        fs::{DirBuilderExt as _, FileTypeExt as _, PermissionsExt as _},
        net::UnixStream,
    },
    path::{Path, PathBuf},
};

use tokio::net::{TcpListener, UnixListener};

/// Bytes of a socket's path, a bound of the operating system.
const SOCKET_PATH_MAX_BYTES: usize = 107;
/// Who may connect: the user of the server. (The administrator of the machine always may.)
const SOCKET_MODE: u32 = 0o600;
/// Mode of the folder a socket is made in.
const PRIVATE_MODE: u32 = 0o700;

/// A socket file that is removed when the server has stopped.
#[derive(Debug)]
pub struct SocketFile {
    path: PathBuf,
}

impl SocketFile {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Gone already is as good as removed; and whoever finds a stale file replaces it.
        let _ = fs::remove_file(&self.path);
    }
}

/// Opens a Unix socket that only this user can reach. The caller holds the lock of the data folder, so that a socket
/// nobody answers on is left over from a server that was killed.
///
/// # Errors
/// What stands in the way, for people.
pub fn unix(path: &Path) -> io::Result<(UnixListener, SocketFile)> {
    let path = std::path::absolute(path)?;
    if path.as_os_str().len() > SOCKET_PATH_MAX_BYTES {
        let text = format!(
            "the path has more than {SOCKET_PATH_MAX_BYTES} bytes: choose a shorter one with --unix"
        );
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    check_free(&path)?;
    let folder = path.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(folder)?;
    // Made in a private folder, then moved: at no time can another user connect.
    let private = folder.join(format!(".s{}", std::process::id()));
    remove_private(&private);
    fs::DirBuilder::new().mode(PRIVATE_MODE).create(&private)?;
    let made = private.join("s");
    let listener = UnixListener::bind(&made)
        .and_then(|listener| {
            fs::set_permissions(&made, fs::Permissions::from_mode(SOCKET_MODE)).map(|()| listener)
        })
        .and_then(|listener| fs::rename(&made, &path).map(|()| listener));
    remove_private(&private);
    Ok((listener?, SocketFile { path }))
}

fn remove_private(folder: &Path) {
    // What is not there need not be removed; what cannot be removed shows up when the folder is made.
    let _ = fs::remove_file(folder.join("s"));
    let _ = fs::remove_dir(folder);
}

fn check_free(path: &Path) -> io::Result<()> {
    let Ok(metadata) = fs::symlink_metadata(path) else {
        return Ok(());
    };
    if !metadata.file_type().is_socket() {
        let text = "a file that is not a socket is in the way: move it, or choose another path with --unix";
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, text));
    }
    if UnixStream::connect(path).is_ok() {
        let text = "another server answers there: stop it, or choose another path with --unix";
        return Err(io::Error::new(io::ErrorKind::AddrInUse, text));
    }
    Ok(())
}

/// Opens a TCP listener.
///
/// # Errors
/// What the system says.
pub async fn tcp(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[tokio::test]
    async fn a_socket_is_private_replaces_a_stale_one_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sluice.sock");
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists(), "a killed server leaves its socket behind");
        let (listener, file) = unix(&path).unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            SOCKET_MODE
        );
        assert!(
            unix(&path)
                .unwrap_err()
                .to_string()
                .contains("another server answers")
        );
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "nothing else is left behind"
        );
        drop((listener, file));
        assert!(!path.exists());
        fs::write(&path, "precious").unwrap();
        assert!(
            unix(&path)
                .unwrap_err()
                .to_string()
                .contains("not a socket")
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
        assert!(
            unix(&folder.path().join("x".repeat(120)))
                .unwrap_err()
                .to_string()
                .contains("shorter")
        );
    }
}
