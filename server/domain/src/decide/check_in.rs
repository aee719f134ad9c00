//! Judges where an activity is said to have been, and whether that counts (DOMAIN.md §8).

use super::judge::Judge;
use crate::activity::Activity;
use crate::check_in::{
    CheckIn, CheckInRules, CheckInSource, Site, Trust, nearest_site, site_named,
};
use crate::command::CheckInClaim;
use crate::customer::Customer;
use crate::id::{MemberId, ScoreEntryId};
use crate::limits::{MAX_CHECK_IN_METRES, MAX_SHORT_TEXT_CHARS, MAX_SITES};
use crate::place::Coordinates;
use crate::rejection::Reason;
use crate::score::{Metric, ScoreEntry, ScoreKind, ScoreSubject, UncreditedReason};
use crate::state::State;
use crate::text;
use crate::time::Timestamp;

/// Microseconds of a minute.
const MINUTE_MICROS: i64 = 60 * 1_000_000;

/// What to record of a claim; none where it cannot be judged.
pub(super) fn judge_claim(
    judge: &mut Judge,
    claim: &CheckInClaim,
    customer: Option<&Customer>,
    member: Option<MemberId>,
) -> Option<CheckIn> {
    let rules = judge.state.workspace()?.check_ins;
    let Some(customer) = customer else {
        judge.violations.invalid(
            "check_in",
            "a check-in is at a customer: name one, or a deal that has one",
        );
        return None;
    };
    let Some(member) = member else {
        judge
            .violations
            .invalid("member_id", "a check-in needs to know who was there");
        return None;
    };
    let (source, place, accuracy_m, site) = match claim {
        CheckInClaim::Device {
            place,
            accuracy_m,
            site,
        } => (
            CheckInSource::Device,
            Some(*place),
            *accuracy_m,
            site.as_ref(),
        ),
        CheckInClaim::Typed { place, site } => {
            (CheckInSource::Typed, Some(*place), None, site.as_ref())
        }
        CheckInClaim::Named { site } => (CheckInSource::Named, None, None, Some(site)),
    };
    if let Some(place) = place {
        check_place(judge, "check_in.coordinates", place);
    }
    if accuracy_m.is_some_and(|metres| metres > MAX_CHECK_IN_METRES) {
        judge.violations.invalid(
            "check_in.accuracy_m",
            format!("must be at most {MAX_CHECK_IN_METRES} m"),
        );
    }
    let site = match site {
        Some(name) => Some(named(judge, customer, name)?),
        None => None,
    };
    let measured = place
        .filter(|place| place.in_range())
        .and_then(|place| match site {
            Some(site) => Some((site, site.place?.distance_m(place))),
            None => nearest_site(customer, place),
        });
    let distance_m = measured.map(|(_, distance)| distance);
    let trust = match source {
        CheckInSource::Device => rules.trust_of_device(distance_m, accuracy_m),
        CheckInSource::Typed | CheckInSource::Named => Trust::Unverified,
    };
    let uncredited_reason = match trust {
        Trust::Invalid => Some(UncreditedReason::OutsideRadius),
        _ => too_often(judge.state, rules, member, judge.now()),
    };
    let site = site.or(measured.map(|(site, _)| site));
    Some(CheckIn {
        trust,
        source,
        place,
        accuracy_m,
        site: site.map(|site| site.name.clone()),
        distance_m,
        uncredited_reason,
    })
}

fn named<'a>(judge: &mut Judge, customer: &'a Customer, name: &str) -> Option<&'a Site> {
    let site = site_named(customer, name);
    if site.is_none() {
        let known: Vec<&str> = customer.sites.iter().map(|site| &*site.name).collect();
        let known = match known.as_slice() {
            [] => "none is known: add it to the customer first".to_owned(),
            known => format!("it has {}", known.join(", ")),
        };
        let text = format!("{} has no site '{name}': {known}", customer.name);
        judge
            .violations
            .add(Reason::SiteNotFound, "check_in.site", text);
    }
    site
}

fn check_place(judge: &mut Judge, field: &str, place: Coordinates) {
    if !place.in_range() {
        judge.violations.invalid(
            field,
            "is no place on earth: latitude −90 to 90 degrees, longitude −180 to 180, each × 10,000,000",
        );
    }
}

/// Why one more check-in of a member does not count now: too short a time after the last one that did, or too many today.
fn too_often(
    state: &State,
    rules: CheckInRules,
    member: MemberId,
    now: Timestamp,
) -> Option<UncreditedReason> {
    let gap = i64::from(rules.gap_minutes) * MINUTE_MICROS;
    // Both ways: a clock set back must not let the same hour count twice.
    let (from, to) = (now.plus_micros(1 - gap), now.plus_micros(gap));
    if gap > 0 && state.check_ins_of(member, from, to).next().is_some() {
        return Some(UncreditedReason::TooSoon);
    }
    let cap = usize::try_from(rules.daily_cap).unwrap_or(usize::MAX);
    let zone = state.zone();
    let today = zone.date_of(now);
    let (from, to) = (zone.start_of(today), zone.start_of(today.plus_days(1)));
    let full = cap > 0 && state.check_ins_of(member, from, to).take(cap).count() >= cap;
    full.then_some(UncreditedReason::DailyCap)
}

/// The score entry of an activity's check-in (DOMAIN.md §4): count 1, no amount.
pub(super) fn score(judge: &Judge, activity: &Activity, check_in: &CheckIn) -> ScoreEntry {
    let opportunity = activity
        .opportunity
        .and_then(|id| judge.state.opportunity(id));
    ScoreEntry {
        id: ScoreEntryId(0),
        metric: Metric::CheckIn,
        at: activity.created_at,
        count: 1,
        amount_minor: 0,
        subject: ScoreSubject::Activity(activity.id),
        pipeline: opportunity.map(|opportunity| opportunity.pipeline),
        stage: None,
        member: activity.member,
        team: judge.team_of(activity.member),
        kind: ScoreKind::Fact,
        reverses: None,
        uncredited_reason: check_in.uncredited_reason,
        imported: false,
        recorded_at: None,
        revision: 0,
    }
}

/// A customer's sites, cleaned: each has a name of its own, and is on earth.
pub(super) fn sites(judge: &mut Judge, given: &[Site]) -> Vec<Site> {
    if given.len() > MAX_SITES {
        judge
            .violations
            .invalid("sites", format!("must have at most {MAX_SITES} entries"));
        return Vec::new();
    }
    let mut sites: Vec<Site> = Vec::with_capacity(given.len());
    for (index, site) in given.iter().enumerate() {
        let field = format!("sites[{index}].name");
        let found = &mut judge.violations;
        let name = text::required(&field, &site.name, MAX_SHORT_TEXT_CHARS, found);
        let key = text::normal_key(&name);
        if sites
            .iter()
            .any(|other| text::normal_key(&other.name) == key)
        {
            judge
                .violations
                .invalid(&field, format!("'{name}' is there twice"));
        }
        if let Some(place) = site.place {
            check_place(judge, &format!("sites[{index}].coordinates"), place);
        }
        sites.push(Site {
            name,
            place: site.place,
        });
    }
    sites
}
