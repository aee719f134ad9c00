//! Follow-ups: what the person promised to come back to. The last activity on a deal decides, so that logging what came of it is all
//! that closes one, and everybody sees in the deal's history that it was done.

use std::collections::HashSet;

use jiff::civil::Date;

use crate::model::Model;
use crate::record::{Activity, Micros, SECOND_US, StageKind};

/// Days ahead that are shown; what is due later stays out of the way.
pub const DAYS_AHEAD: i32 = 7;
/// Most follow-ups kept.
pub const MAX_FOLLOW_UPS: usize = 200;
/// Shortest time between two readings.
pub const FOLLOW_UPS_US: Micros = 3 * SECOND_US;
/// Where the numbers of follow-ups begin in a list that has deals too.
const FIRST_ID: u64 = 1 << 62;

/// Something to come back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// The activity that promised it.
    pub activity_id: u64,
    /// The deal.
    pub opportunity_id: u64,
    /// With whom.
    pub contact_id: Option<u64>,
    /// The day.
    pub day: Date,
    /// What was said last.
    pub words: String,
}

impl FollowUp {
    /// Its number in a list that has deals too.
    pub const fn list_id(&self) -> u64 {
        FIRST_ID | self.activity_id
    }
}

/// The person's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FollowUps {
    /// The earliest first.
    pub rows: Vec<FollowUp>,
    /// They are to be read again.
    pub stale: bool,
    /// When they were last asked for.
    pub asked_us: Option<Micros>,
    /// The day on which the person was last told what is due.
    pub told: Option<Date>,
}

/// What is open, by a member's activities: on each deal the last one decides.
pub fn open(mut activities: Vec<Activity>) -> Vec<FollowUp> {
    activities.sort_by_key(|activity| std::cmp::Reverse((activity.happened_us, activity.id)));
    let mut seen = HashSet::new();
    let mut rows: Vec<FollowUp> = activities
        .into_iter()
        .filter_map(|activity| {
            let opportunity_id = activity.opportunity_id?;
            if !seen.insert(opportunity_id) {
                return None;
            }
            let words = if activity.note.is_empty() {
                activity.purpose
            } else {
                activity.note
            };
            Some(FollowUp {
                activity_id: activity.id,
                opportunity_id,
                contact_id: activity.contact_id,
                day: activity.follow_up?,
                words,
            })
        })
        .collect();
    rows.sort_by_key(|row| (row.day, row.activity_id));
    rows.truncate(MAX_FOLLOW_UPS);
    rows
}

impl Model {
    /// Follow-ups that are due or soon will be, of deals that are still open; the earliest first. They are the person's own, and so are
    /// not among another member's queue.
    pub fn follow_ups(&self) -> impl Iterator<Item = &FollowUp> {
        let today = self.today();
        let last = today.checked_add(jiff::Span::new().days(DAYS_AHEAD));
        let last = last.unwrap_or(today);
        let own = self.next_actions.member.is_none();
        let rows = self.follow_ups.rows.iter().filter(move |_| own);
        rows.filter(move |row| row.day <= last).filter(|row| {
            let card = self.picture.board.card(row.opportunity_id);
            let stage = card.and_then(|card| self.picture.stage(card.stage_id));
            card.is_some_and(|card| !card.archived)
                && stage.is_some_and(|stage| stage.kind == StageKind::Open)
        })
    }

    /// How many are due today or were due before.
    pub fn follow_ups_due(&self) -> usize {
        let today = self.today();
        self.follow_ups().filter(|row| row.day <= today).count()
    }

    /// The follow-up under the cursor.
    pub fn follow_up(&self) -> Option<&FollowUp> {
        if self.screen != crate::screen::Screen::NextActions {
            return None;
        }
        let id = self.list().id?;
        self.follow_ups().find(|row| row.list_id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn activity(id: u64, deal: u64, day: Option<i8>) -> Activity {
        Activity {
            id,
            opportunity_id: Some(deal),
            happened_us: 100 + id as Micros,
            follow_up: day.map(|day| date(2026, 3, day)),
            note: format!("word {id}"),
            ..Activity::default()
        }
    }

    #[test]
    fn the_last_activity_on_a_deal_decides() {
        let rows = open(vec![
            activity(1, 7, Some(9)),
            activity(2, 7, None),
            activity(3, 8, Some(5)),
            activity(4, 8, Some(12)),
            activity(5, 9, Some(6)),
        ]);
        let found: Vec<(u64, i8)> = rows
            .iter()
            .map(|row| (row.opportunity_id, row.day.day()))
            .collect();
        assert_eq!(found, [(9, 6), (8, 12)]);
    }
}
