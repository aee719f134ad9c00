//! A state from its stored rows, and the proof that a state agrees with itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};

use super::State;
use super::badge_index::BadgeIndex;
use super::digest_index::DigestIndex;
use super::goal_index::GoalIndex;
use super::index::{Indexes, check_in_key};
use super::ledger_index::LedgerIndex;
use super::outbox_index::OutboxIndex;
use super::reward_index::RewardIndex;
use super::score_index::Totals;
use super::search_index::SearchIndex;
use super::stagnation_index::StagnationIndex;
use crate::entity::Entity;
use crate::opportunity::Opportunity;
use crate::search::SEARCHED_KINDS;
use crate::text::shared_key;
use crate::time::{Date, Timestamp, Zone};

/// Remembers the day of the last instant asked for: entries come in runs of one day, and a zone's rules are slow.
struct DayLookup<'a> {
    zone: &'a Zone,
    day: Date,
    from: Timestamp,
    to: Timestamp,
}

impl<'a> DayLookup<'a> {
    fn new(zone: &'a Zone) -> Self {
        Self {
            zone,
            day: Date::default(),
            from: Timestamp(0),
            to: Timestamp(0),
        }
    }

    fn day_of(&mut self, at: Timestamp) -> Date {
        if at < self.from || at >= self.to {
            self.day = self.zone.date_of(at);
            self.from = self.zone.start_of(self.day);
            self.to = self.zone.start_of(self.day.plus_days(1));
        }
        self.day
    }
}

/// A set built from keys in any order; sorting first keeps the insertions at the end of the tree.
pub(super) fn sorted_set<T: Ord + Clone>(keys: impl Iterator<Item = T>) -> OrdSet<T> {
    let mut keys: Vec<T> = keys.collect();
    keys.sort_unstable();
    keys.into_iter().collect()
}

pub(super) fn sorted_map<K: Ord + Clone, V: Clone>(
    pairs: impl Iterator<Item = (K, V)>,
) -> OrdMap<K, V> {
    let mut pairs: Vec<(K, V)> = pairs.collect();
    pairs.sort_by(|left, right| left.0.cmp(&right.0));
    pairs.into_iter().collect()
}

impl State {
    /// A state from its rows, in any order; indexes and totals are computed. Errors name the row.
    pub fn from_rows(revision: u64, rows: impl Iterator<Item = Entity>) -> Result<Self, String> {
        let mut workspace = None;
        let mut teams = Vec::new();
        let mut members = Vec::new();
        let mut pipelines = Vec::new();
        let mut customers = Vec::new();
        let mut contacts = Vec::new();
        let mut opportunities = Vec::new();
        let mut activities = Vec::new();
        let mut score_entries = Vec::new();
        let mut alerts = Vec::new();
        let mut saved_views = Vec::new();
        let mut notices = Vec::new();
        let mut past_images = Vec::new();
        let mut goals = Vec::new();
        let mut approvals = Vec::new();
        let mut webhooks = Vec::new();
        let mut digest_schedules = Vec::new();
        let mut deliveries = Vec::new();
        let mut schemes = Vec::new();
        let mut rewards = Vec::new();
        let mut ledger_transactions = Vec::new();
        let mut packets = Vec::new();
        let mut payouts = Vec::new();
        let mut badges = Vec::new();
        for row in rows {
            if row.revision() > revision {
                return Err(format!(
                    "{} has revision {}, which is after the state's {revision}",
                    row.key().long(),
                    row.revision()
                ));
            }
            match row {
                Entity::Workspace(row) => workspace = Some(row),
                Entity::Team(row) => teams.push((row.id, row)),
                Entity::Member(row) => members.push((row.id, row)),
                Entity::Pipeline(row) => pipelines.push((row.id, row)),
                Entity::Customer(row) => customers.push((row.id, row)),
                Entity::Contact(row) => contacts.push((row.id, row)),
                Entity::Opportunity(row) => opportunities.push((row.id, row)),
                Entity::Activity(row) => activities.push((row.id, row)),
                Entity::ScoreEntry(row) => score_entries.push((row.id, row)),
                Entity::Alert(row) => alerts.push((row.id, row)),
                Entity::SavedView(row) => saved_views.push((row.id, row)),
                Entity::Notice(row) => notices.push((row.id, row)),
                Entity::PastImage(row) => past_images.push((row.id, row)),
                Entity::Goal(row) => goals.push((row.id, row)),
                Entity::Approval(row) => approvals.push((row.id, row)),
                Entity::Webhook(row) => webhooks.push((row.id, row)),
                Entity::DigestSchedule(row) => digest_schedules.push((row.id, row)),
                Entity::Delivery(row) => deliveries.push((row.id, row)),
                Entity::Scheme(row) => schemes.push((row.id, row)),
                Entity::Reward(row) => rewards.push((row.id, row)),
                Entity::LedgerTransaction(row) => ledger_transactions.push((row.id, row)),
                Entity::Packet(row) => packets.push((row.id, row)),
                Entity::Payout(row) => payouts.push((row.id, row)),
                Entity::Badge(row) => badges.push((row.id, row)),
            }
        }
        let mut state = Self {
            revision,
            workspace,
            teams: sorted_map(teams.into_iter()),
            members: sorted_map(members.into_iter()),
            pipelines: sorted_map(pipelines.into_iter()),
            customers: sorted_map(customers.into_iter()),
            contacts: sorted_map(contacts.into_iter()),
            opportunities: sorted_map(opportunities.into_iter()),
            activities: sorted_map(activities.into_iter()),
            score_entries: sorted_map(score_entries.into_iter()),
            alerts: sorted_map(alerts.into_iter()),
            saved_views: sorted_map(saved_views.into_iter()),
            notices: sorted_map(notices.into_iter()),
            past_images: sorted_map(past_images.into_iter()),
            goals: sorted_map(goals.into_iter()),
            approvals: sorted_map(approvals.into_iter()),
            webhooks: sorted_map(webhooks.into_iter()),
            digest_schedules: sorted_map(digest_schedules.into_iter()),
            deliveries: sorted_map(deliveries.into_iter()),
            schemes: sorted_map(schemes.into_iter()),
            rewards: sorted_map(rewards.into_iter()),
            ledger_transactions: sorted_map(ledger_transactions.into_iter()),
            packets: sorted_map(packets.into_iter()),
            payouts: sorted_map(payouts.into_iter()),
            badges: sorted_map(badges.into_iter()),
            indexes: Indexes::default(),
            stagnation: StagnationIndex::default(),
            touched: BTreeMap::new(),
            past: false,
        };
        state.indexes = state.indexes_from_scratch();
        state.stagnation = state.stagnation_from_scratch();
        Ok(state)
    }

    /// The sums of the metrics, computed from all score entries.
    pub(super) fn totals_from_scratch(&self) -> Totals {
        let zone = self.zone();
        let mut lookup = DayLookup::new(&zone);
        let entries = self.score_entries.values();
        Totals::from_scratch(entries.map(|entry| (&**entry, lookup.day_of(entry.at))))
    }

    /// When digests are due and what they are made from, computed from the rows.
    pub(super) fn digests_from_scratch(&self) -> DigestIndex {
        let zone = self.zone();
        let mut lookup = DayLookup::new(&zone);
        let mut index = DigestIndex::default();
        for schedule in self.digest_schedules() {
            index.link_schedule(schedule, &zone);
        }
        let credited = self.score_entries().filter(|entry| entry.credited());
        let keys = credited.map(|entry| (entry.metric, lookup.day_of(entry.at), entry.id));
        index.scores = sorted_set(keys);
        index
    }

    /// What the ledger comes to, computed from all transactions.
    pub(super) fn ledger_from_scratch(&self) -> LedgerIndex {
        let zone = self.zone();
        let mut lookup = DayLookup::new(&zone);
        let mut index = LedgerIndex::default();
        for row in self.ledger_transactions() {
            index.link(row, lookup.day_of(row.at));
        }
        index
    }

    /// The keys of schemes, rewards and packets, computed from the rows.
    pub(super) fn rewards_from_scratch(&self) -> RewardIndex {
        let zone = self.zone();
        let mut lookup = DayLookup::new(&zone);
        let mut index = RewardIndex::default();
        for row in self.schemes() {
            index.link_scheme(None, row);
        }
        for row in self.rewards() {
            let day = lookup.day_of(row.granted_at);
            index.link_reward(None, row, day, self.rewarded_activity_at(row));
        }
        for row in self.packets() {
            index.link_packet(None, row);
        }
        for row in self.members() {
            index.settle_leaver(row.id, row.active);
        }
        index
    }

    fn indexes_from_scratch(&self) -> Indexes {
        let opportunities = || self.opportunities.values();
        Indexes {
            stages: sorted_map(
                self.pipelines.values().flat_map(|pipeline| {
                    pipeline.stages.iter().map(|stage| (stage.id, pipeline.id))
                }),
            ),
            by_stage: sorted_set(opportunities().map(|row| (row.stage, row.id))),
            by_owner: sorted_set(opportunities().filter_map(|row| Some((row.owner?, row.id)))),
            by_customer: sorted_set(
                opportunities().filter_map(|row| Some((row.customer?, row.id))),
            ),
            opportunities_by_external_id: sorted_map(
                opportunities().filter_map(|row| Some((row.external_id.clone()?, row.id))),
            ),
            customers_by_external_id: sorted_map(
                self.customers
                    .values()
                    .filter_map(|row| Some((row.external_id.clone()?, row.id))),
            ),
            customers_by_name: sorted_set(
                self.customers
                    .values()
                    .map(|row| (shared_key(&row.name), row.id)),
            ),
            teams_by_parent: sorted_set(
                self.teams()
                    .filter_map(|team| Some((team.parent?, team.id))),
            ),
            members_by_team: sorted_set(
                self.members()
                    .filter_map(|member| Some((member.team?, member.id))),
            ),
            contacts_by_customer: sorted_set(
                self.contacts
                    .values()
                    .filter_map(|row| Some((row.customer?, row.id))),
            ),
            activities_by_opportunity: sorted_set(
                self.activities
                    .values()
                    .filter_map(|row| Some((row.opportunity?, row.id))),
            ),
            activities_by_customer: sorted_set(
                self.activities
                    .values()
                    .filter_map(|row| Some((row.customer?, row.id))),
            ),
            scores_by_opportunity: sorted_set(
                self.score_entries
                    .values()
                    .filter_map(|row| Some((row.opportunity()?, row.id))),
            ),
            alerts_by_opportunity: sorted_set(
                self.alerts.values().map(|row| (row.opportunity, row.id)),
            ),
            approvals_by_opportunity: sorted_set(
                self.approvals.values().map(|row| (row.opportunity, row.id)),
            ),
            approvals_alive: sorted_set(
                self.approvals
                    .values()
                    .filter(|row| row.state.is_alive())
                    .map(|row| (row.stage, row.id)),
            ),
            check_ins_by_member: sorted_set(
                self.score_entries
                    .values()
                    .filter_map(|row| check_in_key(row)),
            ),
            search: SearchIndex::of(
                SEARCHED_KINDS
                    .into_iter()
                    .flat_map(|kind| self.entities(kind)),
            ),
            scores_by_time: sorted_set(self.score_entries.values().map(|row| (row.at, row.id))),
            totals: self.totals_from_scratch(),
            notice_counts: self.notices().fold(OrdMap::new(), |mut counts, row| {
                *counts.entry(row.recipient).or_default() += 1;
                counts
            }),
            notices_by_recipient: sorted_set(
                self.notices.values().map(|row| (row.recipient, row.id)),
            ),
            funnel: self.funnel_from_scratch(),
            replaced_at: self
                .past_images
                .values()
                .map(|row| row.until)
                .chain(self.pipelines.values().map(|row| row.created_at))
                .max(),
            past_images_by_key: sorted_set(self.past_images.values().map(|row| (row.key, row.id))),
            goals: GoalIndex::from_scratch(self.goals()),
            digests: self.digests_from_scratch(),
            badges: BadgeIndex::of(self.badges().map(|row| &**row)),
            outbox: OutboxIndex::of(self.deliveries().map(|row| &**row)),
            ledger: self.ledger_from_scratch(),
            rewards: self.rewards_from_scratch(),
        }
    }

    /// Rebuilds every index and total and compares; then checks what must hold of the rows. Errors name the row.
    pub fn check(&self) -> Result<(), String> {
        let rebuilt = self.indexes_from_scratch();
        if rebuilt.totals != self.indexes.totals {
            return Err("the totals of the metrics differ from the score entries".to_owned());
        }
        if rebuilt != self.indexes {
            return Err("an index differs from the rows".to_owned());
        }
        if self.stagnation_from_scratch() != self.stagnation {
            return Err("the index of stage clocks differs from the rows".to_owned());
        }
        self.check_rows()
    }

    /// What must hold of each row by itself and of the rows together. After `from_rows`, which has just built the indexes,
    /// this is all there is to check. Errors name the row.
    pub fn check_rows(&self) -> Result<(), String> {
        if self.workspace.is_none() && (self.revision > 0 || !self.pipelines.is_empty()) {
            return Err("the workspace's row is missing".to_owned());
        }
        for opportunity in self.opportunities() {
            self.check_opportunity(opportunity)
                .map_err(|what| format!("{}: {what}", opportunity.id.long()))?;
        }
        self.check_references()?;
        self.check_goals()?;
        self.check_incentives()?;
        self.check_uniqueness()
    }

    fn check_opportunity(&self, opportunity: &Opportunity) -> Result<(), String> {
        let pipeline = self
            .pipeline(opportunity.pipeline)
            .ok_or("its pipeline is missing")?;
        let last = opportunity.history.last().ok_or("its history is empty")?;
        if last.stage != opportunity.stage {
            return Err("its stage is not that of its last stage entry".to_owned());
        }
        let ordered = opportunity
            .history
            .windows(2)
            .all(|pair| pair[0].entered_at <= pair[1].entered_at);
        if !ordered {
            return Err("its history is not in order of time".to_owned());
        }
        for entry in &opportunity.history {
            if pipeline.stage(entry.stage).is_none() {
                return Err(format!("{} is not a stage of its pipeline", entry.stage));
            }
        }
        if pipeline.stage(opportunity.high_water).is_none() {
            return Err("its high-water stage is not a stage of its pipeline".to_owned());
        }
        if opportunity.amount_minor < 0 {
            return Err("its amount is below zero".to_owned());
        }
        let missing = |what: &str, found: bool| {
            if found {
                Ok(())
            } else {
                Err(format!("its {what} is missing"))
            }
        };
        let extra = opportunity.extra();
        missing(
            "owner",
            opportunity.owner.is_none_or(|id| self.member(id).is_some()),
        )?;
        missing(
            "customer",
            opportunity
                .customer
                .is_none_or(|id| self.customer(id).is_some()),
        )?;
        missing(
            "collaborator",
            extra
                .collaborators
                .iter()
                .all(|id| self.member(*id).is_some()),
        )?;
        missing(
            "contact",
            extra.contacts.iter().all(|id| self.contact(*id).is_some()),
        )
    }

    fn check_references(&self) -> Result<(), String> {
        let wrong = |key: String, what: &str| Err(format!("{key}: its {what} is missing"));
        for team in self.teams() {
            if team.parent.is_some_and(|id| self.team(id).is_none()) {
                return wrong(team.id.long(), "parent");
            }
            if team.manager.is_some_and(|id| self.member(id).is_none()) {
                return wrong(team.id.long(), "manager");
            }
            if team
                .parent
                .is_some_and(|parent| self.team_is_within(parent, team.id))
            {
                return Err(format!("{}: it is below itself", team.id.long()));
            }
        }
        for member in self.members() {
            if member.team.is_some_and(|id| self.team(id).is_none()) {
                return wrong(member.id.long(), "team");
            }
        }
        for contact in self.contacts() {
            if contact
                .customer
                .is_some_and(|id| self.customer(id).is_none())
            {
                return wrong(contact.id.long(), "customer");
            }
        }
        for activity in self.activities() {
            if activity
                .opportunity
                .is_some_and(|id| self.opportunity(id).is_none())
            {
                return wrong(activity.id.long(), "opportunity");
            }
        }
        for alert in self.alerts() {
            if self.opportunity(alert.opportunity).is_none() {
                return wrong(alert.id.long(), "opportunity");
            }
            if self.member(alert.recipient).is_none() {
                return wrong(alert.id.long(), "recipient");
            }
        }
        for approval in self.approvals() {
            if self.opportunity(approval.opportunity).is_none() {
                return wrong(approval.id.long(), "opportunity");
            }
            if self.stage(approval.stage).is_none() {
                return wrong(approval.id.long(), "stage");
            }
        }
        for entry in self.score_entries() {
            if entry
                .opportunity()
                .is_some_and(|id| self.opportunity(id).is_none())
            {
                return wrong(entry.id.long(), "opportunity");
            }
            if entry
                .reverses
                .is_some_and(|id| id >= entry.id || self.score_entry(id).is_none())
            {
                return wrong(entry.id.long(), "reversed entry");
            }
        }
        Ok(())
    }

    fn check_uniqueness(&self) -> Result<(), String> {
        let external = |rows: usize, index: usize, what: &str| {
            if rows == index {
                Ok(())
            } else {
                Err(format!("an external id of {what} is there twice"))
            }
        };
        let count = |ids: &mut dyn Iterator<Item = Option<&Arc<str>>>| ids.flatten().count();
        external(
            count(&mut self.opportunities().map(|row| row.external_id.as_ref())),
            self.indexes.opportunities_by_external_id.len(),
            "opportunities",
        )?;
        external(
            count(&mut self.customers().map(|row| row.external_id.as_ref())),
            self.indexes.customers_by_external_id.len(),
            "customers",
        )
    }
}
