//! One row of a file becomes one import message, or the reason why not. Pure: it knows names, not the server.

use std::collections::HashMap;

use jiff::Timestamp;
use sluice_proto::v1;

use super::{
    mapping::{HistoryMapping, MappedKind, Mapping, OpportunityMapping},
    moment::MomentFormat,
    number::NumberFormat,
    reading::{Header, Row, utf8},
    rejects::Reject,
    template::{Bound, Template},
};

/// A stage of the pipeline as an import sees it.
#[derive(Clone, Debug)]
pub struct KnownStage {
    /// `stages/4`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Open, won or lost.
    pub kind: MappedKind,
}

/// What every row is read with.
#[derive(Clone, Debug)]
pub struct RowReader {
    header: Header,
    reason_column: Option<usize>,
    moments: MomentFormat,
    numbers: NumberFormat,
    currency: String,
    minor_digits: u32,
    stages: Vec<KnownStage>,
    stage_places: HashMap<String, usize>,
    translations: HashMap<usize, HashMap<String, String>>,
    product_column: Option<usize>,
}

/// An opportunity, its references still names.
#[derive(Clone, Debug)]
pub struct OpportunityRow {
    /// All but owner and customer.
    pub message: v1::ImportedOpportunity,
    /// Who owns it; may be empty.
    pub owner: String,
    /// Whose it is; may be empty.
    pub customer: String,
    /// The value to check against the products; may be empty.
    pub product: String,
}

/// A stage change, its references still names.
#[derive(Clone, Debug)]
pub struct HistoryRow {
    /// All but member and owner.
    pub message: v1::ImportedStageEntry,
    /// Who moved it; may be empty.
    pub member: String,
    /// Who owns it; may be empty.
    pub owner: String,
    /// Place of the stage in the pipeline.
    pub stage_place: usize,
    /// When it was entered.
    pub entered: Timestamp,
}

/// The columns of `[opportunities]` found in a header.
#[derive(Clone, Debug)]
pub struct OpportunityReader {
    external_id: Bound,
    name: Bound,
    amount: Option<Bound>,
    stage: Option<Bound>,
    created: Option<Bound>,
    contract_date: Option<Bound>,
    owner: Option<Bound>,
    customer: Option<Bound>,
    source: Option<Bound>,
    grade: Option<Bound>,
    note: Option<Bound>,
    loss_reason: Option<Bound>,
    /// By place of the stage.
    entered: Vec<(usize, Bound)>,
    defaults: super::mapping::OpportunityDefaults,
}

/// The columns of `[history]` found in a header.
#[derive(Clone, Debug)]
pub struct HistoryReader {
    external_id: Bound,
    stage: Bound,
    time: Bound,
    member: Option<Bound>,
    amount: Option<Bound>,
    name: Option<Bound>,
    owner: Option<Bound>,
}

/// What the workspace adds to a mapping.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// How moments are written, with the zone decided.
    pub moments: MomentFormat,
    /// The workspace's currency.
    pub currency: String,
    /// Its decimals.
    pub minor_digits: u32,
    /// The pipeline's stages in order.
    pub stages: Vec<KnownStage>,
}

impl RowReader {
    /// Prepares to read rows under this header.
    pub fn new(
        mapping: &Mapping,
        header: &Header,
        reason_column: Option<usize>,
        surroundings: Surroundings,
    ) -> Result<Self, String> {
        let mut translations = HashMap::new();
        for (column, values) in &mapping.values {
            // A mapping may serve two files, of which only one has the column.
            if let Ok(index) = header.find(column) {
                let values = values.iter().map(|(from, to)| (from.clone(), to.clone()));
                translations.insert(index, values.collect());
            }
        }
        let places = surroundings.stages.iter().enumerate();
        let mut stage_places: HashMap<String, usize> = places
            .map(|(place, stage)| (stage.name.clone(), place))
            .collect();
        for (word, name) in &mapping.stages {
            let place = stage_places.get(name).copied().ok_or_else(|| {
                format!(
                    "[stages] translates '{word}' to '{name}', which is no stage of pipeline '{}'",
                    mapping.pipeline.name
                )
            })?;
            stage_places.insert(word.clone(), place);
        }
        let product_column = match &mapping.products {
            Some(products) => header.find(&products.column).ok(),
            None => None,
        };
        Ok(Self {
            header: header.clone(),
            reason_column,
            moments: surroundings.moments,
            numbers: mapping.formats.numbers,
            currency: surroundings.currency,
            minor_digits: surroundings.minor_digits,
            stages: surroundings.stages,
            stage_places,
            translations,
            product_column,
        })
    }

    /// The stages in order.
    pub fn stages(&self) -> &[KnownStage] {
        &self.stages
    }

    /// The names of the columns.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The cells of a row as text: the right number of them, and all of them UTF-8.
    fn cells<'a>(&'a self, row: &'a Row) -> Result<Cells<'a>, Reject> {
        let (found, expected) = (row.cells.len(), self.header.names().len());
        // A rejects file made by hand may lack the reason of some rows.
        let lacks_reason = self.reason_column == Some(expected - 1) && found + 1 == expected;
        if found != expected && !lacks_reason {
            let reason = format!(
                "the row has {found} values and the header {expected} columns; a value with commas or line breaks needs quotation marks"
            );
            return Err(Reject::new(
                row.line,
                "",
                row.cells.get(0).unwrap_or_default(),
                reason,
            ));
        }
        let mut texts = Vec::with_capacity(found);
        for (index, cell) in row.cells.iter().enumerate() {
            let text = utf8(cell)
                .map_err(|reason| Reject::new(row.line, self.header.name(index), cell, reason))?;
            let translated = self
                .translations
                .get(&index)
                .and_then(|values| values.get(text));
            texts.push(translated.map_or(text, String::as_str));
        }
        Ok(Cells {
            reader: self,
            row,
            texts,
        })
    }

    fn find_stage(
        &self,
        cells: &Cells<'_>,
        field: Option<&Bound>,
        default: Option<&str>,
    ) -> Result<usize, Reject> {
        let written = cells.fill(field);
        let name = if written.is_empty() {
            default.unwrap_or_default()
        } else {
            written.as_str()
        };
        if name.is_empty() {
            return Err(cells.reject(
                field,
                "no stage; name one under defaults if empty means something",
            ));
        }
        self.stage_places.get(name).copied().ok_or_else(|| {
            let known: Vec<&str> = self.stages.iter().map(|stage| stage.name.as_str()).collect();
            cells.reject(
                field,
                format!(
                    "'{name}' is no stage of the pipeline ({}); translate it under [stages] of the mapping",
                    known.join(", ")
                ),
            )
        })
    }

    fn money(
        &self,
        cells: &Cells<'_>,
        field: Option<&Bound>,
        default: Option<&str>,
    ) -> Result<Option<v1::Money>, Reject> {
        let written = cells.fill(field);
        let text = if written.is_empty() {
            default.unwrap_or_default()
        } else {
            written.as_str()
        };
        if text.is_empty() {
            return Ok(None);
        }
        self.numbers
            .amount_minor(text, &self.currency, self.minor_digits)
            .map(|amount_minor| {
                Some(v1::Money {
                    amount_minor,
                    currency_code: self.currency.clone(),
                })
            })
            .map_err(|reason| cells.reject(field, reason))
    }

    fn instant(
        &self,
        cells: &Cells<'_>,
        field: Option<&Bound>,
    ) -> Result<Option<Timestamp>, Reject> {
        let text = cells.fill(field);
        if text.is_empty() {
            return Ok(None);
        }
        self.moments
            .instant(&text)
            .map(Some)
            .map_err(|reason| cells.reject(field, reason))
    }
}

/// One row, its cells trimmed and translated.
struct Cells<'a> {
    reader: &'a RowReader,
    row: &'a Row,
    texts: Vec<&'a str>,
}

impl Cells<'_> {
    fn fill(&self, field: Option<&Bound>) -> String {
        field
            .map(|bound| bound.fill(&|index| self.texts.get(index).copied().unwrap_or_default()))
            .unwrap_or_default()
    }

    fn required(&self, field: &Bound) -> Result<String, Reject> {
        let text = self.fill(Some(field));
        if text.is_empty() {
            return Err(self.reject(Some(field), "must not be empty"));
        }
        Ok(text)
    }

    fn or(&self, field: Option<&Bound>, default: Option<&String>) -> String {
        let text = self.fill(field);
        if text.is_empty() {
            default.cloned().unwrap_or_default()
        } else {
            text
        }
    }

    /// A reject that names the column of a field and what the file has there.
    fn reject(&self, field: Option<&Bound>, reason: impl Into<String>) -> Reject {
        let column = field.and_then(Bound::column);
        let name = column.map_or("", |index| self.reader.header.name(index));
        let value = column
            .and_then(|index| self.row.cells.get(index))
            .unwrap_or_default();
        Reject::new(self.row.line, name, value, reason)
    }
}

fn bind(template: &Template, field: &str, header: &Header) -> Result<Bound, String> {
    template
        .bind(header)
        .map_err(|reason| format!("{field}: {reason}"))
}

fn bind_optional(
    template: Option<&Template>,
    field: &str,
    header: &Header,
) -> Result<Option<Bound>, String> {
    template
        .map(|template| bind(template, field, header))
        .transpose()
}

impl OpportunityReader {
    /// Finds the columns; the error names the field and the missing column.
    pub fn new(mapping: &OpportunityMapping, reader: &RowReader) -> Result<Self, String> {
        let columns = &mapping.columns;
        let header = &reader.header;
        let optional =
            |template: &Option<Template>, field| bind_optional(template.as_ref(), field, header);
        let mut entered = Vec::new();
        for (stage, template) in &mapping.entered {
            let place = reader.stage_places.get(stage).copied().ok_or_else(|| {
                format!("opportunities.entered names '{stage}', which is no stage of the pipeline")
            })?;
            entered.push((place, bind(template, "opportunities.entered", header)?));
        }
        entered.sort_by_key(|(place, _)| *place);
        Ok(Self {
            external_id: bind(&columns.external_id, "external_id", header)?,
            name: bind(&columns.name, "name", header)?,
            amount: optional(&columns.amount, "amount")?,
            stage: optional(&columns.stage, "stage")?,
            created: optional(&columns.created, "created")?,
            contract_date: optional(&columns.contract_date, "contract_date")?,
            owner: optional(&columns.owner, "owner")?,
            customer: optional(&columns.customer, "customer")?,
            source: optional(&columns.source, "source")?,
            grade: optional(&columns.grade, "grade")?,
            note: optional(&columns.note, "note")?,
            loss_reason: optional(&columns.loss_reason, "loss_reason")?,
            entered,
            defaults: mapping.defaults.clone(),
        })
    }

    /// Reads one row.
    pub fn read(&self, reader: &RowReader, row: &Row) -> Result<OpportunityRow, Reject> {
        let cells = reader.cells(row)?;
        let defaults = &self.defaults;
        let place = reader.find_stage(&cells, self.stage.as_ref(), defaults.stage.as_deref())?;
        let amount = reader
            .money(&cells, self.amount.as_ref(), defaults.amount.as_deref())?
            .ok_or_else(|| {
                cells.reject(
                    self.amount.as_ref(),
                    "no amount; give one under [opportunities.defaults] if empty means something",
                )
            })?;
        let lost = reader
            .stages
            .get(place)
            .is_some_and(|stage| stage.kind == MappedKind::Lost);
        let message = v1::ImportedOpportunity {
            external_id: cells.required(&self.external_id)?,
            name: cells.required(&self.name)?,
            amount: Some(amount),
            pipeline_id: String::new(),
            stages: self.stages(reader, &cells, place)?,
            create_time: reader.instant(&cells, self.created.as_ref())?.map(to_proto),
            expected_contract_date: self.contract_date(reader, &cells)?,
            owner_id: String::new(),
            customer_id: String::new(),
            source: cells.or(self.source.as_ref(), defaults.source.as_ref()),
            grade: self.grade(&cells)?.into(),
            note: cells.fill(self.note.as_ref()),
            loss_reason: match lost {
                true => cells.or(self.loss_reason.as_ref(), defaults.loss_reason.as_ref()),
                false => String::new(),
            },
        };
        let product = reader
            .product_column
            .and_then(|index| cells.texts.get(index));
        Ok(OpportunityRow {
            message,
            owner: cells.or(self.owner.as_ref(), defaults.owner.as_ref()),
            customer: cells.fill(self.customer.as_ref()),
            product: product.copied().unwrap_or_default().to_owned(),
        })
    }

    /// The stages that the row's dates speak of: open ones before the present one, then the present one.
    fn stages(
        &self,
        reader: &RowReader,
        cells: &Cells<'_>,
        present: usize,
    ) -> Result<Vec<v1::ImportedStage>, Reject> {
        let closed = reader.stages[present].kind != MappedKind::Open;
        let mut stages = Vec::new();
        let mut present_time = None;
        for (place, field) in &self.entered {
            let passed =
                reader.stages[*place].kind == MappedKind::Open && (closed || *place < present);
            if !passed && *place != present {
                continue;
            }
            let time = reader.instant(cells, Some(field))?;
            if *place == present {
                present_time = time;
            } else if time.is_some() {
                stages.push(imported_stage(reader, *place, time));
            }
        }
        stages.push(imported_stage(reader, present, present_time));
        Ok(stages)
    }

    fn contract_date(&self, reader: &RowReader, cells: &Cells<'_>) -> Result<String, Reject> {
        let text = cells.fill(self.contract_date.as_ref());
        if text.is_empty() {
            return Ok(text);
        }
        match reader.moments.date(&text) {
            Ok(date) => Ok(date.to_string()),
            Err(reason) => Err(cells.reject(self.contract_date.as_ref(), reason)),
        }
    }

    fn grade(&self, cells: &Cells<'_>) -> Result<v1::Grade, Reject> {
        let text = cells.or(self.grade.as_ref(), self.defaults.grade.as_ref());
        match text.to_ascii_uppercase().as_str() {
            "" => Ok(v1::Grade::Unspecified),
            "A" => Ok(v1::Grade::A),
            "B" => Ok(v1::Grade::B),
            "C" => Ok(v1::Grade::C),
            "D" => Ok(v1::Grade::D),
            _ => Err(cells.reject(
                self.grade.as_ref(),
                "a grade is A, B, C or D; translate it under [values] of the mapping",
            )),
        }
    }

    /// The column that a field of the message came from, to blame for what the server says about it.
    pub fn column_of(&self, field: &str) -> Option<usize> {
        let bound = match field {
            "external_id" => Some(&self.external_id),
            "name" => Some(&self.name),
            "amount" => self.amount.as_ref(),
            "stages" | "stage_id" | "history" => self.stage.as_ref(),
            "create_time" | "created_at" => self.created.as_ref(),
            "expected_contract_date" => self.contract_date.as_ref(),
            "owner_id" => self.owner.as_ref(),
            "customer_id" => self.customer.as_ref(),
            "source" => self.source.as_ref(),
            "grade" => self.grade.as_ref(),
            "note" => self.note.as_ref(),
            "loss_reason" => self.loss_reason.as_ref(),
            _ => None,
        };
        bound.and_then(Bound::column)
    }
}

fn imported_stage(reader: &RowReader, place: usize, time: Option<Timestamp>) -> v1::ImportedStage {
    v1::ImportedStage {
        stage_id: reader.stages[place].id.clone(),
        entered_time: time.map(to_proto),
    }
}

impl HistoryReader {
    /// Finds the columns; the error names the field and the missing column.
    pub fn new(mapping: &HistoryMapping, reader: &RowReader) -> Result<Self, String> {
        let columns = &mapping.columns;
        let header = &reader.header;
        let optional =
            |template: &Option<Template>, field| bind_optional(template.as_ref(), field, header);
        Ok(Self {
            external_id: bind(&columns.external_id, "external_id", header)?,
            stage: bind(&columns.stage, "stage", header)?,
            time: bind(&columns.time, "time", header)?,
            member: optional(&columns.member, "member")?,
            amount: optional(&columns.amount, "amount")?,
            name: optional(&columns.name, "name")?,
            owner: optional(&columns.owner, "owner")?,
        })
    }

    /// Reads one row.
    pub fn read(&self, reader: &RowReader, row: &Row) -> Result<HistoryRow, Reject> {
        let cells = reader.cells(row)?;
        let external_id = cells.required(&self.external_id)?;
        let stage_place = reader.find_stage(&cells, Some(&self.stage), None)?;
        let entered = reader
            .instant(&cells, Some(&self.time))?
            .ok_or_else(|| cells.reject(Some(&self.time), "must not be empty"))?;
        let message = v1::ImportedStageEntry {
            external_id,
            stage_id: reader.stages[stage_place].id.clone(),
            entered_time: Some(to_proto(entered)),
            member_id: String::new(),
            amount: reader.money(&cells, self.amount.as_ref(), None)?,
            name: cells.fill(self.name.as_ref()),
            owner_id: String::new(),
            occurrence: 0,
        };
        Ok(HistoryRow {
            message,
            member: cells.fill(self.member.as_ref()),
            owner: cells.fill(self.owner.as_ref()),
            stage_place,
            entered,
        })
    }

    /// The column that a field of the message came from.
    pub fn column_of(&self, field: &str) -> Option<usize> {
        let bound = match field {
            "external_id" => Some(&self.external_id),
            "stage_id" => Some(&self.stage),
            "entered_time" | "at" => Some(&self.time),
            "member_id" | "actor_id" => self.member.as_ref(),
            "amount" => self.amount.as_ref(),
            "name" => self.name.as_ref(),
            "owner_id" => self.owner.as_ref(),
            _ => None,
        };
        bound.and_then(Bound::column)
    }
}

/// An instant as the API writes it.
pub fn to_proto(instant: Timestamp) -> prost_types::Timestamp {
    let micros = instant.as_microsecond();
    prost_types::Timestamp {
        seconds: micros.div_euclid(1_000_000),
        nanos: i32::try_from(micros.rem_euclid(1_000_000) * 1_000).unwrap_or(0),
    }
}
