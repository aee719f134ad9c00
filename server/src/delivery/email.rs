//! One attempt to send an e-mail through the configured mail server.

use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Message, SmtpTransport, Transport as _};
use sluice_domain::{Delivery, MemberId, Secret, State};

use super::{DeliveryOptions, Sent, render};

/// The mail server, and who the mail is from.
#[derive(Clone, Debug)]
pub struct SmtpOptions {
    url: String,
    from: Mailbox,
    credentials: Option<(String, Secret)>,
    /// Certificates in PEM that are trusted besides the public ones.
    authorities: Option<Vec<u8>>,
}

/// First line of a certificate in PEM.
const PEM_CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----";
/// Names of this very machine: what goes there is read by nobody on the way.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Why a mail server cannot be used as configured.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SmtpError {
    /// The address is not one.
    #[error(
        "'{given}' is not the address of a mail server: write smtp://host:587?tls=required, smtps://host, or \
         smtp://host:25 without encryption ({problem})"
    )]
    Url {
        /// What was given.
        given: String,
        /// What is wrong.
        problem: String,
    },
    /// Addresses are shown in lists of processes and in logs.
    #[error(
        "the address of the mail server must not hold a name or password: pass --smtp-user, and the password in \
         --smtp-password-file or SLUICE_SMTP_PASSWORD"
    )]
    PasswordInUrl,
    /// A password would be sent for everybody to read.
    #[error(
        "the password would go to {host} unencrypted: use smtps://{host} or smtp://{host}:587?tls=required, or leave out \
         --smtp-user"
    )]
    PasswordInClear {
        /// The mail server.
        host: String,
    },
    /// What should hold certificates does not.
    #[error(
        "--smtp-ca-file holds no certificate that can be used ({problem}): it must be PEM, as written by openssl x509"
    )]
    Authorities {
        /// What is wrong.
        problem: String,
    },
    /// The sender is not an address.
    #[error("'{given}' is not a sender's address: write it as Sluice <sluice@example.com>")]
    From {
        /// What was given.
        given: String,
    },
}

impl SmtpOptions {
    /// A mail server at `smtp://host[:port][?tls=required|opportunistic]` or `smtps://host[:port]`.
    ///
    /// # Errors
    /// What is wrong with the address or the sender.
    pub fn new(
        url: &str,
        from: &str,
        credentials: Option<(String, Secret)>,
    ) -> Result<Self, SmtpError> {
        let authority = authority_of(url);
        if authority.contains('@') {
            return Err(SmtpError::PasswordInUrl);
        }
        SmtpTransport::from_url(url).map_err(|error| SmtpError::Url {
            given: url.to_owned(),
            problem: error.to_string(),
        })?;
        let host = host_of(url);
        if credentials.is_some() && !is_encrypted(url) && !LOOPBACK.contains(&host) {
            return Err(SmtpError::PasswordInClear {
                host: host.to_owned(),
            });
        }
        let from = from.parse().map_err(|_| SmtpError::From {
            given: from.to_owned(),
        })?;
        Ok(Self {
            url: url.to_owned(),
            from,
            credentials,
            authorities: None,
        })
    }

    /// Also trusts the certificates in a PEM file: those of a company's own authority, say.
    ///
    /// # Errors
    /// [`SmtpError::Authorities`] when there is none in it.
    pub fn trusting(mut self, pem: Vec<u8>) -> Result<Self, SmtpError> {
        if !String::from_utf8_lossy(&pem).contains(PEM_CERTIFICATE) {
            return Err(SmtpError::Authorities {
                problem: format!("there is no line {PEM_CERTIFICATE}"),
            });
        }
        self.authorities = Some(pem);
        // Certificates that cannot be read are better told of now than at the first mail.
        self.encryption()
            .map_err(|problem| SmtpError::Authorities { problem })?;
        Ok(self)
    }

    /// How the connection is encrypted where that differs from what the address alone says.
    fn encryption(&self) -> Result<Option<Tls>, String> {
        let Some(pem) = &self.authorities else {
            return Ok(None);
        };
        let host = host_of(&self.url).trim_matches(['[', ']']).to_owned();
        let certificate = Certificate::from_pem(pem).map_err(|error| error.to_string())?;
        let parameters = TlsParameters::builder(host)
            .add_root_certificate(certificate)
            .build()
            .map_err(|error| error.to_string())?;
        Ok(if self.url.starts_with(WRAPPED) {
            Some(Tls::Wrapper(parameters))
        } else if is_encrypted(&self.url) {
            Some(Tls::Required(parameters))
        } else if self.url.contains(OPPORTUNISTIC) {
            Some(Tls::Opportunistic(parameters))
        } else {
            None
        })
    }

    fn transport(&self, options: &DeliveryOptions) -> Result<SmtpTransport, String> {
        let mut builder = SmtpTransport::from_url(&self.url).map_err(|error| error.to_string())?;
        if let Some((user, password)) = &self.credentials {
            let password = password.reveal().to_owned();
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        if let Some(encryption) = self.encryption()? {
            builder = builder.tls(encryption);
        }
        Ok(builder.timeout(Some(options.request_timeout)).build())
    }
}

/// Encrypted from the first byte.
const WRAPPED: &str = "smtps://";
/// Encrypted by STARTTLS, or not used at all.
const REQUIRED: &str = "tls=required";
/// Encrypted by STARTTLS where the server offers it: whoever is in between can take that away.
const OPPORTUNISTIC: &str = "tls=opportunistic";

/// Whether nothing is ever sent in the clear.
fn is_encrypted(url: &str) -> bool {
    url.starts_with(WRAPPED) || url.contains(REQUIRED)
}

/// Host and port, with whatever is wrongly before them.
fn authority_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default()
}

/// The host; a numeric one of version 6 with its brackets.
fn host_of(url: &str) -> &str {
    let authority = authority_of(url);
    match authority.find(']') {
        Some(end) => &authority[..=end],
        None => authority.split(':').next().unwrap_or_default(),
    }
}

pub(super) fn send(
    state: &State,
    member: MemberId,
    delivery: &Delivery,
    log_id: &str,
    options: &DeliveryOptions,
) -> Sent {
    let Some(smtp) = &options.smtp else {
        return Sent::NotNow(
            "no mail server is configured: start the server with --smtp-url".into(),
        );
    };
    let Some(member) = state.member(member).filter(|member| member.active) else {
        return Sent::Never("its recipient has left".into());
    };
    let Some(address) = &member.email else {
        return Sent::Never(format!("{} has no e-mail address", member.id.long()));
    };
    let Ok(address) = address.parse() else {
        return Sent::Never(format!("'{address}' is not an address mail can be sent to"));
    };
    let mail = render::mail(state, delivery);
    let message = Message::builder()
        .from(smtp.from.clone())
        .to(Mailbox::new(Some(member.name.to_string()), address))
        .subject(mail.subject)
        // The same for every attempt, so that a mailbox knows a repeated one.
        .message_id(Some(format!("<{}.{log_id}@sluice>", delivery.id.0)))
        .header(ContentType::TEXT_PLAIN)
        .body(mail.text);
    let message = match message {
        Ok(message) => message,
        Err(error) => return Sent::Never(format!("the mail cannot be written: {error}")),
    };
    let transport = match smtp.transport(options) {
        Ok(transport) => transport,
        Err(problem) => return Sent::NotNow(problem),
    };
    match transport.send(&message) {
        Ok(_) => Sent::Acknowledged,
        // A 5xx may be a mistake of the server's configuration, which somebody mends within the three days.
        Err(error) => Sent::NotNow(format!("the mail server did not take it: {error}")),
    }
}
