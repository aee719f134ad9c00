//! Secrets of webhooks, and the signature that proves a message to be ours.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use sluice_domain::Secret;
use tonic::{Code, Status};

/// Random bytes of a secret.
const SECRET_BYTES: usize = 32;
/// What a secret begins with, so that people and scanners know it when they see it.
const SECRET_PREFIX: &str = "whsec_";

/// A secret nobody can guess, from the operating system.
///
/// # Errors
/// `INTERNAL` when the system has no random numbers.
pub fn new_secret() -> Result<Secret, Status> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| {
        Status::new(
            Code::Internal,
            format!("the system gives no random numbers for a secret: {error}"),
        )
    })?;
    Ok(Secret::new(format!("{SECRET_PREFIX}{}", hex(&bytes))))
}

/// The value of the header `Sluice-Signature`: `t=<seconds>,v1=<hex of HMAC-SHA-256 over "<seconds>.<body>">`.
#[must_use]
pub fn sign(secret: &Secret, unix_seconds: i64, body: &[u8]) -> String {
    let time = unix_seconds.to_string();
    let code = match Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()) {
        Ok(mut mac) => {
            mac.update(time.as_bytes());
            mac.update(b".");
            mac.update(body);
            hex(&mac.finalize().into_bytes())
        }
        // HMAC takes keys of any length.
        Err(_) => String::new(),
    };
    format!("t={time},v1={code}")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn the_signature_is_the_one_others_compute() {
        // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac whsec_test
        let signature = sign(&Secret::new("whsec_test"), 1_700_000_000, b"{\"a\":1}");
        assert_eq!(signature, EXPECTED);
    }

    const EXPECTED: &str =
        "t=1700000000,v1=38877139021993b830af32feea6e18a8da83eb2f6e49ee50bd9e4cf4ca4d3789";

    #[test]
    fn secrets_differ_and_are_never_printed() {
        let (one, other) = (new_secret().unwrap(), new_secret().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.reveal().len(), SECRET_PREFIX.len() + 2 * SECRET_BYTES);
        assert!(!format!("{one:?}").contains(one.reveal()));
    }
}
