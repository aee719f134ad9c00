//! What looks unusual in some days: so often, and so much more often than with the others. Each has an ordinary explanation
//! more often than not.

use std::collections::BTreeMap;

use crate::cycle::Window;
use crate::entity::EntityKey;
use crate::id::{CustomerId, MemberId};
use crate::order_statistic::median_of;
use crate::past::PastValue;
use crate::score::{Metric, ScoreEntry, ScoreKind, ScoreSubject, UncreditedReason};
use crate::state::State;
use crate::time::{MICROS_PER_SECOND, Timestamp};

/// Moves below the high water from which they are told of.
pub const MIN_BOUNCES: usize = 5;
/// Credited moves in the last hour of a cycle from which they are told of.
pub const MIN_LAST_HOUR_MOVES: usize = 5;
/// Small deals of one customer from which they are told of.
pub const MIN_SMALL_DEALS: usize = 5;
/// A deal is small below one part in so many of the median of all that were created in the cycle.
pub const SMALL_DEAL_DIVISOR: i64 = 4;
/// Check-ins too soon after the one before from which they are told of.
pub const MIN_CLOSE_CHECK_INS: usize = 5;
/// Amounts raised just before a move from which they are told of.
pub const MIN_RAISED_AMOUNTS: usize = 2;
/// An amount was raised just before a move when it was less within this time before it.
pub const AMOUNT_RAISED_BEFORE_MICROS: i64 = 24 * 60 * 60 * MICROS_PER_SECOND;
/// An amount was raised when it rose by more than one part in so many (20 %).
pub const AMOUNT_RAISED_DIVISOR: i128 = 5;
/// Unusual is what is at least so many times the median of the others.
pub const USUAL_FACTOR: i64 = 3;
/// Facts a pattern names.
pub const MAX_PATTERN_FACTS: usize = 10;
/// The last hour of a cycle.
const HOUR_MICROS: i64 = 60 * 60 * MICROS_PER_SECOND;

/// What looks unusual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PatternKind {
    /// Moved back and forth below the high water.
    Bounces,
    /// Many credited moves in the last hour of the cycle.
    LastHour,
    /// Many small deals created for one customer.
    SmallDeals,
    /// Check-ins too soon after the one before.
    CloseCheckIns,
    /// An amount raised just before a credited move.
    AmountRaised,
}

impl PatternKind {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 5] = [
        Self::Bounces,
        Self::LastHour,
        Self::SmallDeals,
        Self::CloseCheckIns,
        Self::AmountRaised,
    ];

    /// From how often on it is told of.
    pub const fn threshold(self) -> usize {
        match self {
            Self::Bounces => MIN_BOUNCES,
            Self::LastHour => MIN_LAST_HOUR_MOVES,
            Self::SmallDeals => MIN_SMALL_DEALS,
            Self::CloseCheckIns => MIN_CLOSE_CHECK_INS,
            Self::AmountRaised => MIN_RAISED_AMOUNTS,
        }
    }
}

/// An unusual pattern with its facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// What.
    pub kind: PatternKind,
    /// Whom it is about.
    pub member: MemberId,
    /// How often.
    pub count: u32,
    /// The median of the others, in the same count.
    pub usual: u32,
    /// The first of its facts, at most [`MAX_PATTERN_FACTS`]: deals, activities; for small deals the customer first.
    pub subjects: Vec<EntityKey>,
    /// When the first was.
    pub first_at: Timestamp,
    /// When the last was.
    pub last_at: Timestamp,
    /// By how much amounts were raised, or what small deals sum to, in minor units.
    pub amount_minor: i128,
}

/// What happened with a member, of one kind.
#[derive(Clone, Debug, Default)]
struct Facts {
    /// What, when, and for how much.
    found: Vec<(EntityKey, Timestamp, i128)>,
    customer: Option<CustomerId>,
}

/// What looks unusual among some members in some days, by kind and member.
pub(super) fn patterns(state: &State, window: Window, members: &[MemberId]) -> Vec<Pattern> {
    let (from, to) = window.instants(&state.zone());
    let entries: Vec<&ScoreEntry> = state
        .score_entries_between(from, to)
        .map(|entry| &**entry)
        .filter(|entry| entry.kind == ScoreKind::Fact && !entry.imported)
        .collect();
    let mut patterns = Vec::new();
    for kind in PatternKind::ALL {
        let facts = match kind {
            PatternKind::Bounces => picked(&entries, |entry| {
                entry.uncredited_reason == Some(UncreditedReason::BelowHighWater)
            }),
            PatternKind::LastHour => picked(&entries, |entry| {
                let last_hour = entry.at >= to.plus_micros(-HOUR_MICROS);
                last_hour && entry.metric == Metric::Flow && entry.credited()
            }),
            PatternKind::SmallDeals => small_deals(state, &entries),
            PatternKind::CloseCheckIns => picked(&entries, |entry| {
                entry.uncredited_reason == Some(UncreditedReason::TooSoon)
            }),
            PatternKind::AmountRaised => raised_amounts(state, &entries),
        };
        patterns.extend(unusual(kind, &facts, members));
    }
    patterns
}

fn key_of(entry: &ScoreEntry) -> EntityKey {
    match entry.subject {
        ScoreSubject::Opportunity(id) => id.into(),
        ScoreSubject::Activity(id) => id.into(),
    }
}

fn picked(
    entries: &[&ScoreEntry],
    is_one: impl Fn(&ScoreEntry) -> bool,
) -> BTreeMap<MemberId, Facts> {
    let mut facts: BTreeMap<MemberId, Facts> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| is_one(entry)) {
        if let Some(member) = entry.member {
            let own = facts.entry(member).or_default();
            own.found.push((key_of(entry), entry.at, 0));
        }
    }
    facts
}

/// The customer with the most small deals of each member.
fn small_deals(state: &State, entries: &[&ScoreEntry]) -> BTreeMap<MemberId, Facts> {
    let created = || entries.iter().filter(|entry| entry.metric == Metric::New);
    let mut amounts: Vec<i64> = created().map(|entry| entry.amount_minor).collect();
    let limit = median_of(&mut amounts).unwrap_or_default() / SMALL_DEAL_DIVISOR;
    let mut of: BTreeMap<(MemberId, CustomerId), Facts> = BTreeMap::new();
    for entry in created().filter(|entry| entry.amount_minor < limit) {
        let deal = entry.opportunity().and_then(|id| state.opportunity(id));
        let customer = deal.and_then(|deal| deal.customer);
        if let (Some(member), Some(customer)) = (entry.member, customer) {
            let own = of.entry((member, customer)).or_default();
            own.customer = Some(customer);
            let amount = i128::from(entry.amount_minor);
            own.found.push((key_of(entry), entry.at, amount));
        }
    }
    let mut most: BTreeMap<MemberId, Facts> = BTreeMap::new();
    for ((member, _), facts) in of {
        let best = most.entry(member).or_default();
        if facts.found.len() > best.found.len() {
            *best = facts;
        }
    }
    most
}

/// Credited moves of deals whose amount was raised just before.
fn raised_amounts(state: &State, entries: &[&ScoreEntry]) -> BTreeMap<MemberId, Facts> {
    let mut facts: BTreeMap<MemberId, Facts> = BTreeMap::new();
    let moves = entries
        .iter()
        .filter(|entry| entry.metric == Metric::Flow && entry.credited());
    for entry in moves {
        let (Some(member), Some(opportunity)) = (entry.member, entry.opportunity()) else {
            continue;
        };
        let since = entry.at.plus_micros(-AMOUNT_RAISED_BEFORE_MICROS);
        let images = state.past_images_of(opportunity.into());
        let just_before = images.filter(|image| since <= image.until && image.until <= entry.at);
        let lowest = just_before
            .filter_map(|image| match &image.value {
                PastValue::Opportunity(face) => face.amount_minor,
                _ => None,
            })
            .min();
        let Some(lowest) = lowest else {
            continue;
        };
        let risen = i128::from(entry.amount_minor) - i128::from(lowest);
        if risen * AMOUNT_RAISED_DIVISOR > i128::from(lowest) {
            let own = facts.entry(member).or_default();
            own.found.push((key_of(entry), entry.at, risen));
        }
    }
    facts
}

/// Who is far above the others.
fn unusual(
    kind: PatternKind,
    facts: &BTreeMap<MemberId, Facts>,
    members: &[MemberId],
) -> Vec<Pattern> {
    let count_of = |member: &MemberId| {
        let count = facts.get(member).map_or(0, |facts| facts.found.len());
        i64::try_from(count).unwrap_or(i64::MAX)
    };
    let mut found = Vec::new();
    for (member, own) in facts {
        if own.found.len() < kind.threshold() || !members.contains(member) {
            continue;
        }
        let others = members.iter().filter(|other| *other != member);
        let mut others: Vec<i64> = others.map(count_of).collect();
        let usual = median_of(&mut others).unwrap_or_default();
        let count = count_of(member);
        if count < usual.saturating_mul(USUAL_FACTOR) {
            continue;
        }
        let customer = own.customer.map(EntityKey::from);
        let mut subjects: Vec<EntityKey> = customer.into_iter().collect();
        for (key, ..) in &own.found {
            if !subjects.contains(key) && subjects.len() < MAX_PATTERN_FACTS {
                subjects.push(*key);
            }
        }
        let times = || own.found.iter().map(|(_, at, _)| *at);
        let (Some(first_at), Some(last_at)) = (times().min(), times().max()) else {
            continue;
        };
        found.push(Pattern {
            kind,
            member: *member,
            count: u32::try_from(count).unwrap_or(u32::MAX),
            usual: u32::try_from(usual).unwrap_or(u32::MAX),
            subjects,
            first_at,
            last_at,
            amount_minor: own.found.iter().map(|(.., amount)| amount).sum(),
        });
    }
    found
}
