//! Sends what the outbox holds: webhooks and e-mail.

pub mod signature;
