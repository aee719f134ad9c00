//! What every command has at hand: the server, the output, and names for ids.

use clap::Args;

use super::{
    api::{Api, ListQuery},
    connect::Server,
    failure::Outcome,
    output::{Format, Output},
    reference::{Directory, Titles},
    value::Setting,
};
use crate::{embedded::Reviver, text::Locale};

/// Rows of a list when nothing is said.
const DEFAULT_PAGE_SIZE: u16 = 50;

/// A command's surroundings.
pub struct Session {
    /// The server.
    pub api: Api,
    /// Where results go.
    pub output: Output,
    /// Names to ids and back.
    pub directory: Directory,
    /// How figures are shortened.
    pub locale: Locale,
    /// Serves the folder anew when its owner has left; none for a server named by its address.
    pub reviver: Option<Reviver>,
}

impl Session {
    /// A session with a server.
    pub fn new(server: &Server, format: Format, locale: Locale) -> Self {
        Self {
            directory: Directory::new(server.api.clone()),
            api: server.api.clone(),
            output: Output::new(format),
            locale,
            reviver: server.reviver(),
        }
    }

    /// What dates and amounts mean here.
    pub async fn setting(&mut self) -> Outcome<Setting> {
        let locale = self.locale;
        Setting::new(self.directory.workspace().await?, locale)
    }

    /// Names for the ids of a table; none for JSON, which has no names.
    pub async fn titles(&mut self, with_customers: bool) -> Outcome<Titles> {
        if self.is_json() {
            return Ok(Titles::default());
        }
        self.directory.titles(with_customers).await
    }

    /// Names for the ids of people and teams; none for JSON.
    pub async fn team_titles(&mut self) -> Outcome<Titles> {
        if self.is_json() {
            return Ok(Titles::default());
        }
        self.directory.team_titles().await
    }

    /// Whether the answer itself is printed.
    pub fn is_json(&self) -> bool {
        self.output.format == Format::Json
    }
}

/// Options of every list.
#[derive(Clone, Debug, Args)]
pub struct ListArgs {
    /// Only what matches, e.g. 'owner:kim stage:Proposal amount>=1m !acme'
    #[arg(long, value_name = "FILTER", default_value = "")]
    filter: String,
    /// Sort by a field, e.g. 'amount desc, name'
    #[arg(long, value_name = "FIELDS", default_value = "")]
    order_by: String,
    /// Rows of a page; 0 means all pages in one answer
    #[arg(long, value_name = "ROWS", default_value_t = DEFAULT_PAGE_SIZE)]
    page_size: u16,
    /// Go on where an earlier page ended: its next_page_token
    #[arg(long, value_name = "TOKEN", default_value = "")]
    page_token: String,
}

impl ListArgs {
    /// The query it asks for.
    pub fn query(&self) -> ListQuery {
        ListQuery {
            page_size: i32::from(self.page_size),
            page_token: self.page_token.clone(),
            filter: self.filter.clone(),
            order_by: self.order_by.clone(),
        }
    }
}

/// Options of every change.
#[derive(Clone, Debug, Args)]
pub struct WriteArgs {
    /// Makes a repeated command harmless: the same id gives the same outcome
    #[arg(long, value_name = "ID")]
    request_id: Option<String>,
    /// Check the change and print what would be, changing nothing
    #[arg(long, visible_alias = "dry-run")]
    pub validate_only: bool,
}

impl WriteArgs {
    /// The id given, or a fresh one.
    pub fn request_id(&self) -> String {
        self.request_id.clone().unwrap_or_else(super::request_id)
    }
}

/// Refuses a lost update.
#[derive(Clone, Debug, Args)]
pub struct EtagArgs {
    /// Refuse the change unless the resource still has this etag
    #[arg(long, value_name = "ETAG", default_value = "")]
    pub etag: String,
}

/// The mask of an update: the fields that were given.
#[derive(Clone, Debug, Default)]
pub struct Mask {
    paths: Vec<String>,
}

impl Mask {
    /// Takes a value if it was given, and remembers its field.
    pub fn take<T>(&mut self, field: &str, given: Option<T>, target: &mut T) {
        if let Some(value) = given {
            *target = value;
            self.paths.push(field.to_owned());
        }
    }

    /// Adds a field.
    pub fn add(&mut self, field: &str) {
        self.paths.push(field.to_owned());
    }

    /// The mask, or a usage error that lists what could be changed.
    pub fn finish(self) -> Outcome<Option<prost_types::FieldMask>> {
        if self.paths.is_empty() {
            return Err(super::failure::Failure::usage("nothing to change")
                .with_hint("Give at least one option; --help lists them."));
        }
        Ok(Some(prost_types::FieldMask { paths: self.paths }))
    }
}
