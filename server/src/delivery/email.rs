//! One attempt to send an e-mail through the configured mail server.

use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Message, SmtpTransport, Transport as _};
use sluice_domain::{Delivery, MemberId, Secret, State};

use super::{DeliveryOptions, Sent, render};

/// The mail server, and who the mail is from.
#[derive(Clone, Debug)]
pub struct SmtpOptions {
    url: String,
    from: Mailbox,
    credentials: Option<(String, Secret)>,
}

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
        let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
        if authority
            .split(['/', '?'])
            .next()
            .unwrap_or_default()
            .contains('@')
        {
            return Err(SmtpError::PasswordInUrl);
        }
        SmtpTransport::from_url(url).map_err(|error| SmtpError::Url {
            given: url.to_owned(),
            problem: error.to_string(),
        })?;
        let from = from.parse().map_err(|_| SmtpError::From {
            given: from.to_owned(),
        })?;
        Ok(Self {
            url: url.to_owned(),
            from,
            credentials,
        })
    }

    fn transport(&self, options: &DeliveryOptions) -> Result<SmtpTransport, String> {
        let mut builder = SmtpTransport::from_url(&self.url).map_err(|error| error.to_string())?;
        if let Some((user, password)) = &self.credentials {
            let password = password.reveal().to_owned();
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        Ok(builder.timeout(Some(options.request_timeout)).build())
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
