//! Opportunities counted and added up by group: what a list's group rows and totals show.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;
use std::ops::Range;

use crate::entity::EntityKind;
use crate::id::{CustomerId, MemberId, PipelineId, StageId, TeamId};
use crate::limits::{MAX_FILTER_CHARS, MAX_GROUP_FIELDS};
use crate::opportunity::{Grade, Opportunity};
use crate::stage::{Stage, StageKind};
use crate::stagnation::{StagnationLevel, level};
use crate::state::State;
use crate::text::normal_key;
use crate::time::{Date, Timestamp};
use crate::view::{Filter, FilterError, GroupBy, GroupField};

/// What to add up.
#[derive(Clone, Debug)]
pub struct SummaryQuery {
    /// Which opportunities.
    pub filter: Filter,
    /// By what to group; nothing = totals only.
    pub group_by: GroupBy,
    /// Order of the groups.
    pub order: SummaryOrder,
    /// The instant the stage clocks are read at.
    pub now: Timestamp,
    /// Which of the groups, in their order, are to be shown.
    pub page: Range<usize>,
}

/// Figures of some opportunities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// How many.
    pub count: u64,
    /// Sum of their amounts, in minor units.
    pub amount_minor: i128,
    /// Sum of amount × win probability, in minor units, each rounded half up (DOMAIN.md §5).
    pub weighted_minor: i128,
    /// How many are stalled or critical (DOMAIN.md §3).
    pub stalled_count: u64,
    /// Sum of the amounts of those, in minor units.
    pub stalled_amount_minor: i128,
}

/// The value a group has in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryKey {
    /// Id, word or period; empty for what lacks a value.
    pub value: String,
    /// What people call it.
    pub title: String,
}

/// One group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryGroup {
    /// Its values, one for each field.
    pub keys: Vec<SummaryKey>,
    /// Its figures.
    pub figures: Figures,
}

/// Groups in order, and what they come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The groups asked for; none when nothing was to be grouped.
    pub groups: Vec<SummaryGroup>,
    /// How many groups there are in all.
    pub group_count: usize,
    /// Of everything the filter lets through.
    pub totals: Figures,
}

/// A figure groups are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FigureField {
    Count,
    Amount,
    Weighted,
    Stalled,
    StalledAmount,
}

const FIGURES: [(&str, FigureField); 5] = [
    ("count", FigureField::Count),
    ("amount", FigureField::Amount),
    ("weighted", FigureField::Weighted),
    ("stalled", FigureField::Stalled),
    ("stalled_amount", FigureField::StalledAmount),
];

/// Order of groups: by figures, and among equals by their values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SummaryOrder {
    /// Figure, and whether the largest comes first.
    keys: Vec<(FigureField, bool)>,
}

impl SummaryOrder {
    /// Reads `amount desc, count`; empty = by the groups' values.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let mut keys = Vec::new();
        let mut position = 0;
        if text.trim().is_empty() || text.chars().count() > MAX_FILTER_CHARS {
            let keys = Vec::new();
            return match text.trim() {
                "" => Ok(Self { keys }),
                _ => Err(FilterError::new(0, "the order is too long")),
            };
        }
        for part in text.split(',') {
            let lower = part.trim().to_ascii_lowercase();
            let (name, direction) = lower.split_once(' ').unwrap_or((&lower, "asc"));
            let figure = FIGURES.iter().find(|(known, _)| *known == name);
            let descending = match direction.trim() {
                "asc" => Some(false),
                "desc" => Some(true),
                _ => None,
            };
            let (Some((_, figure)), Some(descending)) = (figure, descending) else {
                let known = FIGURES.map(|(known, _)| known).join(", ");
                let problem = format!(
                    "'{}' is no order of groups: write one of {known}, then asc or desc",
                    part.trim()
                );
                return Err(FilterError::new(position, problem));
            };
            // A figure that is there twice decides nothing the second time.
            if !keys.iter().any(|(other, _)| other == figure) {
                keys.push((*figure, descending));
            }
            position += part.len() + 1;
        }
        Ok(Self { keys })
    }

    fn compare(&self, left: &Figures, right: &Figures) -> Ordering {
        for (field, descending) in &self.keys {
            let of = |figures: &Figures| match field {
                FigureField::Count => i128::from(figures.count),
                FigureField::Amount => figures.amount_minor,
                FigureField::Weighted => figures.weighted_minor,
                FigureField::Stalled => i128::from(figures.stalled_count),
                FigureField::StalledAmount => figures.stalled_amount_minor,
            };
            let ordering = match (of(left), of(right)) {
                (left, right) if *descending => Reverse(left).cmp(&Reverse(right)),
                (left, right) => left.cmp(&right),
            };
            if ordering != Ordering::Equal {
                return ordering;
            }
        }
        Ordering::Equal
    }
}

impl Figures {
    fn add(&mut self, opportunity: &Opportunity, stage: &Stage, level: StagnationLevel) {
        let amount = i128::from(opportunity.amount_minor);
        self.count += 1;
        self.amount_minor += amount;
        if stage.kind != StageKind::Lost {
            self.weighted_minor += i128::from(opportunity.weighted_minor(stage));
        }
        if level >= StagnationLevel::Stalled {
            self.stalled_count += 1;
            self.stalled_amount_minor += amount;
        }
    }
}

/// Adds up the opportunities a filter lets through, whole and by group.
pub fn summarize(state: &State, query: &SummaryQuery) -> Summary {
    let fields = &query.group_by.fields;
    let zone = state.zone();
    let mut keys = Keys::new(state);
    let mut groups: BTreeMap<Numbers, Figures> = BTreeMap::new();
    let mut totals = Figures::default();
    let filter = query.filter.ready(state, EntityKind::Opportunity);
    for opportunity in filter.opportunities() {
        let Some(&(rank, stage)) = keys.stages.get(&opportunity.stage) else {
            continue;
        };
        let Some(pipeline) = state.pipeline(opportunity.pipeline) else {
            continue;
        };
        let level = level(opportunity, stage, &pipeline.calendar, &zone, query.now);
        totals.add(opportunity, stage, level);
        if !fields.is_empty() {
            let mut numbers: Numbers = [None; MAX_GROUP_FIELDS];
            for (number, field) in numbers.iter_mut().zip(fields) {
                *number = keys.number_of(*field, opportunity, rank, stage, level);
            }
            let figures = groups.entry(numbers).or_default();
            figures.add(opportunity, stage, level);
        }
    }
    let ranks: Vec<Ranks> = fields.iter().map(|field| keys.ranks_of(*field)).collect();
    let mut rows: Vec<Row> = groups
        .into_iter()
        .map(|(numbers, figures)| {
            let mut places = [u64::MAX; MAX_GROUP_FIELDS];
            let values = ranks.iter().zip(&numbers);
            for (place, (ranks, number)) in places.iter_mut().zip(values) {
                *place = number.map_or(u64::MAX, |number| ranks.place_of(number));
            }
            Row {
                places,
                numbers,
                figures,
            }
        })
        .collect();
    let compare = |left: &Row, right: &Row| {
        let figures = query.order.compare(&left.figures, &right.figures);
        figures.then_with(|| (left.places, left.numbers).cmp(&(right.places, right.numbers)))
    };
    let group_count = rows.len();
    // Only what is up to the end of the page needs to be in order, and only what is on it a name.
    if query.page.end < rows.len() {
        rows.select_nth_unstable_by(query.page.end, compare);
        rows.truncate(query.page.end);
    }
    rows.sort_unstable_by(compare);
    let shown = rows.into_iter().skip(query.page.start);
    Summary {
        groups: shown
            .map(|row| SummaryGroup {
                keys: fields
                    .iter()
                    .zip(row.numbers)
                    .map(|(field, number)| keys.name_of(*field, number))
                    .collect(),
                figures: row.figures,
            })
            .collect(),
        group_count,
        totals,
    }
}

/// A group before it has names.
struct Row {
    /// Where its values stand among those of their fields; what lacks one comes last.
    places: [u64; MAX_GROUP_FIELDS],
    numbers: Numbers,
    figures: Figures,
}

/// In what order the values of a field stand.
enum Ranks {
    /// As their numbers do.
    Numbers,
    /// By the names of what they mean.
    Names(BTreeMap<u64, u64>),
    /// The same, of things that are many, by number.
    Places(Vec<u64>),
}

impl Ranks {
    /// Of numbers in the order of their names.
    fn of_names(named: impl Iterator<Item = (String, u64)>) -> Self {
        let mut named: Vec<(String, u64)> = named.collect();
        named.sort_unstable();
        let numbers = named.into_iter().map(|(_, number)| number);
        Self::Names(numbers.zip(0..).collect())
    }

    fn place_of(&self, number: u64) -> u64 {
        let place = match self {
            Self::Numbers => Some(number),
            Self::Names(places) => places.get(&number).copied(),
            Self::Places(places) => {
                let index = usize::try_from(number).ok();
                index.and_then(|index| places.get(index)).copied()
            }
        };
        place.unwrap_or(u64::MAX - 1)
    }
}

/// The values of a group as numbers: ids, ranks, months, or the place of a text among those met.
type Numbers = [Option<u64>; MAX_GROUP_FIELDS];

/// Makes numbers of the values opportunities have, and names of the numbers.
struct Keys<'a> {
    state: &'a State,
    /// Every stage with its rank over all pipelines.
    stages: BTreeMap<StageId, (u64, &'a Stage)>,
    /// By rank.
    stage_ids: Vec<StageId>,
    /// Texts as spelled, and as spelled first by somebody.
    spellings: BTreeMap<&'a str, u64>,
    folded: BTreeMap<String, u64>,
    texts: Vec<&'a str>,
}

const GRADES: [(Grade, &str); 4] = [
    (Grade::A, "A"),
    (Grade::B, "B"),
    (Grade::C, "C"),
    (Grade::D, "D"),
];
const STAGE_KINDS: [(StageKind, &str); 3] = [
    (StageKind::Open, "OPEN"),
    (StageKind::Won, "WON"),
    (StageKind::Lost, "LOST"),
];
const LEVELS: [(StagnationLevel, &str); 4] = [
    (StagnationLevel::Flowing, "FLOWING"),
    (StagnationLevel::Approaching, "APPROACHING"),
    (StagnationLevel::Stalled, "STALLED"),
    (StagnationLevel::Critical, "CRITICAL"),
];
const NO_YES: [&str; 2] = ["false", "true"];
const MONTHS: u64 = 12;
const QUARTERS: u64 = 4;

fn place<T: PartialEq>(words: &[(T, &str)], value: &T) -> Option<u64> {
    let place = words.iter().position(|(other, _)| other == value)?;
    u64::try_from(place).ok()
}

fn word<T>(words: &[(T, &'static str)], place: u64) -> &'static str {
    let place = usize::try_from(place).unwrap_or(usize::MAX);
    words.get(place).map_or("", |(_, word)| word)
}

impl<'a> Keys<'a> {
    fn new(state: &'a State) -> Self {
        let mut stages = BTreeMap::new();
        let mut stage_ids = Vec::new();
        for stage in state.pipelines().flat_map(|pipeline| &pipeline.stages) {
            stages.insert(stage.id, (stage_ids.len() as u64, stage));
            stage_ids.push(stage.id);
        }
        Self {
            state,
            stages,
            stage_ids,
            spellings: BTreeMap::new(),
            folded: BTreeMap::new(),
            texts: Vec::new(),
        }
    }

    fn number_of(
        &mut self,
        field: GroupField,
        opportunity: &'a Opportunity,
        rank: u64,
        stage: &Stage,
        level: StagnationLevel,
    ) -> Option<u64> {
        let state = self.state;
        let customer = |of: &Opportunity| state.customer(of.customer?);
        let month = |date: Date| {
            let (year, month, _) = date.year_month_day();
            let year = u64::try_from(year).ok()?;
            Some(year * MONTHS + u64::try_from(month).ok()?.saturating_sub(1))
        };
        let local = |at: Timestamp| {
            let workspace = state.workspace()?;
            month(workspace.time_zone.date_of(at))
        };
        let contract = opportunity.expected_contract_date;
        match field {
            GroupField::Owner => opportunity.owner.map(|id| id.0),
            GroupField::Team => state.member(opportunity.owner?)?.team.map(|id| id.0),
            GroupField::Pipeline => Some(opportunity.pipeline.0),
            GroupField::Stage => Some(rank),
            GroupField::StageKind => place(&STAGE_KINDS, &stage.kind),
            GroupField::Customer => opportunity.customer.map(|id| id.0),
            GroupField::Industry => self.text(customer(opportunity)?.industry.as_deref()?),
            GroupField::Region => self.text(customer(opportunity)?.region.as_deref()?),
            GroupField::Source => self.text(opportunity.source.as_deref()?),
            GroupField::Grade => place(&GRADES, &opportunity.grade?),
            GroupField::Level => place(&LEVELS, &level),
            GroupField::Archived => Some(u64::from(opportunity.archived)),
            GroupField::Month => month(contract?),
            GroupField::Quarter => month(contract?).map(|month| month / (MONTHS / QUARTERS)),
            GroupField::Year => month(contract?).map(|month| month / MONTHS),
            GroupField::CreatedMonth => local(opportunity.created_at),
            GroupField::ClosedMonth => local(opportunity.closed_at?),
        }
    }

    /// The number of a text: the same for all its spellings.
    fn text(&mut self, text: &'a str) -> Option<u64> {
        if let Some(number) = self.spellings.get(text) {
            return Some(*number);
        }
        let next = self.texts.len() as u64;
        let number = *self.folded.entry(normal_key(text)).or_insert(next);
        if number == next {
            self.texts.push(text);
        }
        self.spellings.insert(text, number);
        Some(number)
    }

    /// In what order the values of a field stand that have been met.
    fn ranks_of(&self, field: GroupField) -> Ranks {
        let state = self.state;
        match field {
            GroupField::Owner => {
                Ranks::of_names(state.members().map(|it| (normal_key(&it.name), it.id.0)))
            }
            GroupField::Team => {
                Ranks::of_names(state.teams().map(|it| (normal_key(&it.name), it.id.0)))
            }
            GroupField::Customer => {
                let mut places = Vec::new();
                for (place, id) in (0..).zip(state.customers_by_name()) {
                    let index = usize::try_from(id.0).unwrap_or_default();
                    if index >= places.len() {
                        places.resize(index + 1, u64::MAX - 1);
                    }
                    places[index] = place;
                }
                Ranks::Places(places)
            }
            GroupField::Industry | GroupField::Region | GroupField::Source => {
                Ranks::of_names(self.texts.iter().map(|text| normal_key(text)).zip(0..))
            }
            _ => Ranks::Numbers,
        }
    }

    fn name_of(&self, field: GroupField, number: Option<u64>) -> SummaryKey {
        let Some(number) = number else {
            return SummaryKey {
                value: String::new(),
                title: String::new(),
            };
        };
        let state = self.state;
        let named = |value: String, name: Option<&str>| {
            let title = name.unwrap_or(&value).to_owned();
            SummaryKey { value, title }
        };
        let plain = |value: String| named(value, None);
        let index = usize::try_from(number).unwrap_or(usize::MAX);
        match field {
            GroupField::Owner => {
                let id = MemberId(number);
                named(id.long(), state.member(id).map(|it| &*it.name))
            }
            GroupField::Team => {
                let id = TeamId(number);
                named(id.long(), state.team(id).map(|it| &*it.name))
            }
            GroupField::Customer => {
                let id = CustomerId(number);
                named(id.long(), state.customer(id).map(|it| &*it.name))
            }
            GroupField::Pipeline => {
                let id = PipelineId(number);
                named(id.long(), state.pipeline(id).map(|it| &*it.name))
            }
            GroupField::Stage => {
                let stage = self.stage_ids.get(index).and_then(|id| self.stages.get(id));
                stage.map_or_else(
                    || plain(String::new()),
                    |(_, stage)| named(stage.id.long(), Some(&stage.name)),
                )
            }
            GroupField::Industry | GroupField::Region | GroupField::Source => {
                let text = self.texts.get(index).copied().unwrap_or_default();
                named(text.to_owned(), None)
            }
            GroupField::StageKind => plain(word(&STAGE_KINDS, number).to_owned()),
            GroupField::Grade => plain(word(&GRADES, number).to_owned()),
            GroupField::Level => plain(word(&LEVELS, number).to_owned()),
            GroupField::Archived => {
                plain(NO_YES.get(index).copied().unwrap_or_default().to_owned())
            }
            GroupField::Month | GroupField::CreatedMonth | GroupField::ClosedMonth => {
                plain(format!("{:04}-{:02}", number / MONTHS, number % MONTHS + 1))
            }
            GroupField::Quarter => plain(format!(
                "{:04}-Q{}",
                number / QUARTERS,
                number % QUARTERS + 1
            )),
            GroupField::Year => plain(format!("{number:04}")),
        }
    }
}
