//! The command line of `sluiced`.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::Context as _;
use clap::{Parser, ValueEnum};
use sluice_domain::Secret;
use sluice_server::{ServerOptions, SetUpDefaults, SmtpOptions};

/// Holds the password of the user at the mail server.
const PASSWORD_VARIABLE: &str = "SLUICE_SMTP_PASSWORD";

const EXAMPLES: &str = "Examples:
  sluiced --data /var/lib/sluice
      Serves on /var/lib/sluice/sluice.sock; a fresh folder is set up first.
  sluiced --data ./data --listen 127.0.0.1:7070 --time-zone Asia/Shanghai --currency CNY
      Also listens on the loopback; the settings count for a fresh folder only.
  sluice --server unix:///var/lib/sluice/sluice.sock opportunity list
      Talks to it.

Exit codes: 0 stopped by TERM or INT, 2 could not start, 3 another server owns the folder.
The environment variable SLUICE_LOG says what is logged, for example debug or sluice_server=trace.";

/// Keeps a sales pipeline and streams every change of it.
#[derive(Debug, Parser)]
#[command(name = "sluiced", version, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Folder of the data; made when missing.
    #[arg(long, value_name = "DIR", env = "SLUICE_DATA")]
    pub(crate) data: PathBuf,
    /// TCP address to listen on; none unless given. Port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
    /// Path of the Unix socket [default: sluice.sock in the folder of the data].
    #[arg(long, value_name = "PATH")]
    pub(crate) unix: Option<PathBuf>,
    /// IANA time zone of a fresh workspace [default: the machine's].
    #[arg(long, value_name = "ZONE")]
    pub(crate) time_zone: Option<String>,
    /// ISO 4217 currency of a fresh workspace [default: USD].
    #[arg(long, value_name = "CODE")]
    pub(crate) currency: Option<String>,
    /// Name of a fresh workspace [default: the machine's name].
    #[arg(long, value_name = "NAME")]
    pub(crate) workspace_name: Option<String>,
    /// Mail server for digests: smtp://host:587?tls=required, smtps://host, or smtp://host:25 without encryption.
    #[arg(
        long,
        value_name = "URL",
        env = "SLUICE_SMTP_URL",
        requires = "smtp_from"
    )]
    pub(crate) smtp_url: Option<String>,
    /// Sender of the mail, for example "Sluice <sluice@example.com>".
    #[arg(long, value_name = "ADDRESS", env = "SLUICE_SMTP_FROM")]
    pub(crate) smtp_from: Option<String>,
    /// User at the mail server; the password is in --smtp-password-file or SLUICE_SMTP_PASSWORD.
    #[arg(long, value_name = "NAME", env = "SLUICE_SMTP_USER")]
    pub(crate) smtp_user: Option<String>,
    /// File with the password of the user at the mail server, on one line.
    #[arg(long, value_name = "PATH", env = "SLUICE_SMTP_PASSWORD_FILE")]
    pub(crate) smtp_password_file: Option<PathBuf>,
    /// PEM file of certificates that the mail server's is signed by, when no public authority signed it.
    #[arg(long, value_name = "PATH", env = "SLUICE_SMTP_CA_FILE")]
    pub(crate) smtp_ca_file: Option<PathBuf>,
    /// Allows an address that other machines can reach, although the connection is not encrypted.
    #[arg(long)]
    pub(crate) insecure: bool,
    /// How to write the log, which goes to standard error.
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    pub(crate) log_format: LogFormat,
}

/// Forms of the log.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For programs, one object a line.
    Json,
}

impl Args {
    /// What the library is asked for.
    pub(crate) fn options(self) -> anyhow::Result<ServerOptions> {
        let smtp = self.smtp()?;
        let defaults = SetUpDefaults::from_host();
        let options = ServerOptions::new(self.data);
        Ok(ServerOptions {
            clock: None,
            smtp,
            unix: self.unix.or(options.unix),
            tcp: self.listen,
            insecure: self.insecure,
            set_up: Some(SetUpDefaults {
                workspace_name: self.workspace_name.unwrap_or(defaults.workspace_name),
                time_zone: self.time_zone.unwrap_or(defaults.time_zone),
                currency_code: self.currency.unwrap_or(defaults.currency_code),
            }),
            data_dir: options.data_dir,
        })
    }

    /// The mail server, if one is named. The password is never an argument: those are seen by every user of the machine.
    fn smtp(&self) -> anyhow::Result<Option<SmtpOptions>> {
        let (Some(url), Some(from)) = (&self.smtp_url, &self.smtp_from) else {
            return Ok(None);
        };
        let password = match &self.smtp_password_file {
            Some(path) => std::fs::read_to_string(path)
                .with_context(|| format!("cannot read the password in {}", path.display()))?,
            None => std::env::var(PASSWORD_VARIABLE).unwrap_or_default(),
        };
        let secret = Secret::new(password.trim_end_matches(['\r', '\n']));
        let credentials = self.smtp_user.clone().map(|user| (user, secret));
        let options = SmtpOptions::new(url, from, credentials)?;
        let Some(path) = &self.smtp_ca_file else {
            return Ok(Some(options));
        };
        let pem = std::fs::read(path)
            .with_context(|| format!("cannot read the certificates in {}", path.display()))?;
        Ok(Some(options.trusting(pem)?))
    }
}
