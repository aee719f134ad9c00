//! A sales team's past, invented from a seed: who they are, whom they sell to, and how each deal moved until now.
//!
//! Pure: the same seed and the same instant give the same plan.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::names::{self, LOSS_REASONS, SOURCES, Tongue};
use super::random::Random;
use crate::record::{DAY_US, Micros, SECOND_US};

/// Open deals the plan ends with.
pub const OPEN_DEALS: usize = 300;
/// Members, managers included.
pub const MEMBERS: usize = 16;
/// Customers.
pub const CUSTOMERS: usize = 80;
/// Days of which the past shows closed deals.
pub const HISTORY_DAYS: i64 = 90;
/// The oldest deals were created so long ago.
const OLDEST_DAYS: i64 = 150;
/// Activities logged of the last weeks.
pub const ACTIVITIES: usize = 160;
/// Moves of one deal at most; a bounce now and then stays below.
const MAX_MOVES: usize = 16;
/// Attempts at deals; enough by far, and a bound all the same.
const MAX_ATTEMPTS: usize = 6_000;

/// Places of the default pipeline's open stages, then won and lost.
pub const OPEN_STAGES: usize = 5;
/// See [`OPEN_STAGES`].
pub const WON: usize = 5;
/// See [`OPEN_STAGES`].
pub const LOST: usize = 6;

/// Days deals usually stay in each open stage.
const USUAL_DAYS: [i64; OPEN_STAGES] = [6, 9, 8, 7, 6];

/// A deal that nobody moves any more is given up within so many days.
const ABANDONED_DAYS: i64 = 40;

/// How busy the days of the week are, from Monday.
const WEEKDAY_WEIGHTS: [u64; 7] = [24, 22, 20, 18, 14, 1, 1];

/// A member of the team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedMember {
    /// Name.
    pub name: String,
    /// Place of the team in [`Plan::teams`].
    pub team: usize,
    /// Leads it.
    pub manager: bool,
}

/// A stage entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entered {
    /// Place of the stage.
    pub stage: usize,
    /// When.
    pub at: Micros,
}

/// A deal and its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedDeal {
    /// Name.
    pub name: String,
    /// Whole units of the currency.
    pub amount_major: i64,
    /// Place of the customer.
    pub customer: usize,
    /// Place of the member.
    pub owner: usize,
    /// 0 = none, then A to D.
    pub grade: i32,
    /// Where it came from.
    pub source: &'static str,
    /// When the contract is, or was, expected.
    pub contract_date: Date,
    /// Oldest first, never empty; the last is where it stands.
    pub stages: Vec<Entered>,
    /// Why it was lost.
    pub loss_reason: &'static str,
}

impl PlannedDeal {
    /// Place of the stage it stands in.
    pub fn stage(&self) -> usize {
        self.stages.last().map_or(0, |entered| entered.stage)
    }
}

/// An activity of the last weeks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedActivity {
    /// Place of the deal.
    pub deal: usize,
    /// From 1: call, visit, meeting, demo, e-mail.
    pub kind: i32,
    /// What for.
    pub purpose: &'static str,
    /// When.
    pub at: Micros,
    /// The day of the next step, where one was agreed.
    pub follow_up: Option<Date>,
}

/// The whole past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Names of the teams.
    pub teams: Vec<&'static str>,
    /// Managers first.
    pub members: Vec<PlannedMember>,
    /// Names.
    pub customers: Vec<String>,
    /// Contacts, one a customer.
    pub contacts: Vec<String>,
    /// Deals in the order of their creation.
    pub deals: Vec<PlannedDeal>,
    /// Of open deals.
    pub activities: Vec<PlannedActivity>,
}

impl Plan {
    /// What happened until `now`, in the working hours of `zone`.
    pub fn new(seed: u64, now: Micros, zone: &TimeZone) -> Self {
        let mut random = Random::new(seed, 0);
        let teams = vec!["北方区 North", "南方区 South", "Europe"];
        let mut taken = BTreeSet::new();
        let members = (0..MEMBERS)
            .map(|index| {
                let tongue = Tongue::of(index);
                let name = names::unused(&mut taken, || names::person(&mut random, tongue));
                PlannedMember {
                    name,
                    team: index % teams.len(),
                    manager: index < teams.len(),
                }
            })
            .collect::<Vec<_>>();
        let customers = (0..CUSTOMERS)
            .map(|index| {
                names::unused(&mut taken, || {
                    names::company(&mut random, Tongue::of(index))
                })
            })
            .collect::<Vec<_>>();
        let contacts = (0..CUSTOMERS)
            .map(|index| {
                names::unused(&mut taken, || names::person(&mut random, Tongue::of(index)))
            })
            .collect();
        let mut deals = Vec::new();
        let mut open = 0;
        let mut calendar = Calendar {
            now,
            zone: zone.clone(),
        };
        for _ in 0..MAX_ATTEMPTS {
            if open == OPEN_DEALS {
                break;
            }
            let deal = invent(&mut random, &mut calendar, &customers, &members, &mut taken);
            let closed_long_ago = deal.stage() >= WON
                && deal
                    .stages
                    .last()
                    .is_some_and(|entered| entered.at < now - HISTORY_DAYS * DAY_US);
            if closed_long_ago {
                continue;
            }
            open += usize::from(deal.stage() < OPEN_STAGES);
            deals.push(deal);
        }
        deals.sort_by(|one, other| {
            one.stages[0]
                .at
                .cmp(&other.stages[0].at)
                .then_with(|| one.name.cmp(&other.name))
        });
        let activities = activities(&mut random, &calendar, &deals, &customers);
        Self {
            teams,
            members,
            customers,
            contacts,
            deals,
            activities,
        }
    }
}

struct Calendar {
    now: Micros,
    zone: TimeZone,
}

impl Calendar {
    /// A busy moment about so long after another: a working day, in working hours.
    fn working(&self, random: &mut Random, around: Micros) -> Micros {
        let day = self.day_of(around);
        let monday = day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days());
        // The same week, on a day of its rhythm, but never before the moment asked for.
        let offset = i64::try_from(random.weighted(&WEEKDAY_WEIGHTS)).unwrap_or(0);
        let weekday = i64::from(day.weekday().to_monday_zero_offset());
        let chosen =
            monday.saturating_add((if offset < weekday { offset + 7 } else { offset }).days());
        let (hour, minute) = (random.between(8, 18), random.between(0, 59));
        let second = random.between(0, 59);
        let small = |value: i64| i8::try_from(value).unwrap_or(0);
        let moment = chosen.at(small(hour), small(minute), small(second), 0);
        let at = self
            .zone
            .to_ambiguous_zoned(moment)
            .compatible()
            .map_or(around, |zoned| zoned.timestamp().as_microsecond());
        at.max(around)
    }

    fn day_of(&self, at: Micros) -> Date {
        Timestamp::from_microsecond(at)
            .unwrap_or(Timestamp::UNIX_EPOCH)
            .to_zoned(self.zone.clone())
            .date()
    }
}

fn invent(
    random: &mut Random,
    calendar: &mut Calendar,
    customers: &[String],
    members: &[PlannedMember],
    taken: &mut BTreeSet<String>,
) -> PlannedDeal {
    let now = calendar.now;
    let customer = usize::try_from(random.below(customers.len() as u64)).unwrap_or(0);
    let owner = usize::try_from(random.below(members.len() as u64)).unwrap_or(0);
    let age_us = random.between(0, OLDEST_DAYS * 24 * 60) * 60 * SECOND_US;
    let created = calendar
        .working(random, now - age_us)
        .min(now - random.between(1, 600) * SECOND_US);
    let mut stages = vec![Entered {
        stage: 0,
        at: created,
    }];
    // A good seller and a good deal are quicker and lose less.
    let skill = i64::try_from(owner % 5).unwrap_or(0) - 2;
    while stages.len() < MAX_MOVES {
        let Some(last) = stages
            .last()
            .copied()
            .filter(|last| last.stage < OPEN_STAGES)
        else {
            break;
        };
        let usual_hours = USUAL_DAYS[last.stage] * (10 - skill) * 24 / 10;
        let stays_us = random.around(usual_hours) * 3_600 * SECOND_US;
        let at = calendar.working(random, last.at + stays_us);
        if at >= now {
            break;
        }
        let lose = u64::try_from(130 - skill * 20).unwrap_or(100);
        let stage = match random.below(1_000) {
            chance if chance < lose => LOST,
            chance if chance < lose + 70 && last.stage > 0 => last.stage - 1,
            chance if chance < lose + 130 && last.stage + 2 < OPEN_STAGES => last.stage + 2,
            // Nobody moves it any more: it stagnates until somebody clears it away.
            chance if chance < lose + 160 => {
                let cleared_us = random.between(2, ABANDONED_DAYS) * DAY_US;
                let at = calendar.working(random, at + cleared_us);
                if at < now {
                    stages.push(Entered { stage: LOST, at });
                }
                break;
            }
            _ => last.stage + 1,
        };
        stages.push(Entered { stage, at });
    }
    let last = stages[stages.len() - 1];
    let contract_date = if last.stage >= OPEN_STAGES {
        calendar.day_of(last.at)
    } else {
        // Late stages are nearer to the contract; some dates have passed, as they do.
        let left: i64 = USUAL_DAYS[last.stage..].iter().sum();
        let days = if random.chance(80) {
            random.between(-6, -1)
        } else {
            random.between(1, left * 2)
        };
        calendar.day_of(now).saturating_add(days.days())
    };
    let name = names::unused(taken, || names::deal(random, &customers[customer]));
    PlannedDeal {
        name,
        amount_major: random.amount_major(),
        customer,
        owner,
        grade: i32::try_from(random.weighted(&[20, 25, 30, 18, 7])).unwrap_or(0),
        source: random.word(SOURCES),
        contract_date,
        loss_reason: if last.stage == LOST {
            random.word(LOSS_REASONS)
        } else {
            ""
        },
        stages,
    }
}

fn activities(
    random: &mut Random,
    calendar: &Calendar,
    deals: &[PlannedDeal],
    customers: &[String],
) -> Vec<PlannedActivity> {
    let open: Vec<usize> = (0..deals.len())
        .filter(|place| deals[*place].stage() < OPEN_STAGES)
        .collect();
    if open.is_empty() {
        return Vec::new();
    }
    let mut activities: Vec<PlannedActivity> = (0..ACTIVITIES)
        .map(|_| {
            let deal = *random.pick(&open);
            let since = deals[deal].stages[0].at.max(calendar.now - 30 * DAY_US);
            let span_s = ((calendar.now - since) / SECOND_US - 1).max(0);
            let at = since + random.between(0, span_s) * SECOND_US;
            let purpose = names::purpose(random, &customers[deals[deal].customer]);
            PlannedActivity {
                deal,
                kind: i32::try_from(random.between(1, 5)).unwrap_or(1),
                purpose,
                at,
                // Every third visit ends with the next one agreed.
                follow_up: random.chance(330).then(|| {
                    let days = random.between(2, 21);
                    calendar.day_of(at).saturating_add(days.days())
                }),
            }
        })
        .collect();
    activities.sort_by_key(|activity| activity.at);
    activities
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Micros = 1_773_216_000_000_000;

    fn plan(seed: u64) -> Plan {
        Plan::new(seed, NOW, &TimeZone::UTC)
    }

    #[test]
    fn a_seed_gives_the_same_past_and_another_seed_another() {
        assert_eq!(plan(1), plan(1));
        assert_ne!(plan(1).deals, plan(2).deals);
    }

    #[test]
    fn the_past_is_one_a_team_could_have_had() {
        for seed in 0..8 {
            let plan = plan(seed);
            let at = |stage: usize| {
                plan.deals
                    .iter()
                    .filter(|deal| deal.stage() == stage)
                    .count()
            };
            let open: usize = (0..OPEN_STAGES).map(at).sum();
            assert_eq!(open, OPEN_DEALS, "seed {seed}");
            assert!(
                (0..OPEN_STAGES).all(|stage| at(stage) >= 10),
                "seed {seed}: every open stage holds some"
            );
            assert!(
                at(WON) >= 60 && at(LOST) >= 60,
                "seed {seed}: {} won, {} lost",
                at(WON),
                at(LOST)
            );
            assert!(
                plan.deals.len() <= 1_000,
                "seed {seed}: {} deals",
                plan.deals.len()
            );
            let bounced = plan
                .deals
                .iter()
                .filter(|deal| {
                    deal.stages
                        .windows(2)
                        .any(|pair| pair[1].stage < pair[0].stage)
                })
                .count();
            assert!(bounced >= 10, "seed {seed}: {bounced} bounced");
            for deal in &plan.deals {
                assert!(
                    deal.stages
                        .windows(2)
                        .all(|pair| pair[0].at <= pair[1].at && pair[0].stage != pair[1].stage)
                );
                assert!(deal.stages.iter().all(|entered| entered.at < NOW));
                assert!(
                    deal.stages[..deal.stages.len() - 1]
                        .iter()
                        .all(|entered| entered.stage < OPEN_STAGES)
                );
                assert_eq!(deal.stage() == LOST, !deal.loss_reason.is_empty());
            }
            assert!(plan.activities.iter().all(|activity| activity.at < NOW));
        }
    }

    #[test]
    fn most_happens_on_working_days() {
        let plan = plan(3);
        let weekend = |at: Micros| {
            let day = Timestamp::from_microsecond(at)
                .unwrap()
                .to_zoned(TimeZone::UTC)
                .weekday();
            day.to_monday_zero_offset() >= 5
        };
        let moves: Vec<Micros> = plan
            .deals
            .iter()
            .flat_map(|deal| &deal.stages)
            .map(|entered| entered.at)
            .collect();
        let at_weekends = moves.iter().filter(|at| weekend(**at)).count();
        assert!(
            at_weekends * 10 < moves.len(),
            "{at_weekends} of {}",
            moves.len()
        );
    }

    #[test]
    fn names_are_of_three_tongues_and_all_different() {
        let plan = plan(5);
        let mut names: Vec<&str> = plan
            .members
            .iter()
            .map(|member| member.name.as_str())
            .collect();
        names.extend(plan.customers.iter().map(String::as_str));
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!((12..=20).contains(&plan.members.len()));
        assert!(
            names.iter().any(|name| !name.is_ascii()) && names.iter().any(|name| name.is_ascii())
        );
    }

    #[test]
    fn deals_are_named_after_what_is_sold() {
        let plan = plan(6);
        let mut names: Vec<&str> = Vec::new();
        for deal in &plan.deals {
            let customer = &plan.customers[deal.customer];
            assert!(!deal.name.contains(customer.as_str()), "{}", deal.name);
            assert!(crate::text::width(&deal.name) <= 36, "{}", deal.name);
            assert!(
                !deal.name.ends_with(char::is_numeric)
                    || deal.name.contains("20")
                    || deal.name.contains("phase"),
                "{} of {}",
                deal.name,
                plan.deals.len()
            );
            names.push(&deal.name);
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), plan.deals.len());
    }
}
