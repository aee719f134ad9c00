//! The server inside the client.
