//! What is found through the indexes: things by their owner, customer, stage, name or key in another system.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::State;
use crate::activity::Activity;
use crate::alert::Alert;
use crate::contact::Contact;
use crate::customer::Customer;
use crate::entity::EntityKey;
use crate::id::{
    ActivityId, AlertId, ContactId, CustomerId, MemberId, NoticeId, OpportunityId, PastImageId,
    StageId, TeamId,
};
use crate::member::Member;
use crate::notice::Notice;
use crate::opportunity::Opportunity;
use crate::past::PastImage;
use crate::team::Team;
use crate::text::normal_key;

impl State {
    /// Opportunities that stand in a stage, by id, archived ones included.
    pub fn opportunities_in_stage(
        &self,
        stage: StageId,
    ) -> impl DoubleEndedIterator<Item = &Arc<Opportunity>> {
        self.indexes
            .by_stage
            .range((stage, OpportunityId(0))..=(stage, OpportunityId(u64::MAX)))
            .filter_map(|(_, id)| self.opportunities.get(id))
    }

    /// Opportunities a member owns, by id, archived ones included.
    pub fn opportunities_of_owner(
        &self,
        owner: MemberId,
    ) -> impl DoubleEndedIterator<Item = &Arc<Opportunity>> {
        self.indexes
            .by_owner
            .range((owner, OpportunityId(0))..=(owner, OpportunityId(u64::MAX)))
            .filter_map(|(_, id)| self.opportunities.get(id))
    }

    /// Opportunities of a customer, by id, archived ones included.
    pub fn opportunities_of_customer(
        &self,
        customer: CustomerId,
    ) -> impl DoubleEndedIterator<Item = &Arc<Opportunity>> {
        self.indexes
            .by_customer
            .range((customer, OpportunityId(0))..=(customer, OpportunityId(u64::MAX)))
            .filter_map(|(_, id)| self.opportunities.get(id))
    }

    /// Every customer of an opportunity, with the opportunity.
    pub(crate) fn customers_of_opportunities(
        &self,
    ) -> impl Iterator<Item = (CustomerId, OpportunityId)> {
        self.indexes.by_customer.iter().copied()
    }

    /// Every customer of a contact, with the contact.
    pub(crate) fn customers_of_contacts(&self) -> impl Iterator<Item = (CustomerId, ContactId)> {
        self.indexes.contacts_by_customer.iter().copied()
    }

    /// The customers in the order of their folded names, then by id.
    pub(crate) fn customers_by_name(&self) -> impl Iterator<Item = CustomerId> {
        self.indexes.customers_by_name.iter().map(|(_, id)| *id)
    }

    /// The opportunity with this id in another system.
    pub fn opportunity_by_external_id(&self, external_id: &str) -> Option<&Arc<Opportunity>> {
        let id = self.indexes.opportunities_by_external_id.get(external_id)?;
        self.opportunities.get(id)
    }

    /// The customer with this id in another system.
    pub fn customer_by_external_id(&self, external_id: &str) -> Option<&Arc<Customer>> {
        let id = self.indexes.customers_by_external_id.get(external_id)?;
        self.customers.get(id)
    }

    /// The team with this id in another system.
    pub fn team_by_external_id(&self, external_id: &str) -> Option<&Arc<Team>> {
        self.teams()
            .find(|team| team.external_id.as_deref() == Some(external_id))
    }

    /// The member with this id in another system.
    pub fn member_by_external_id(&self, external_id: &str) -> Option<&Arc<Member>> {
        self.members()
            .find(|member| member.external_id.as_deref() == Some(external_id))
    }

    /// The member who is this user of the operating system (name or number, as recorded).
    pub fn member_by_unix_user(&self, unix_user: &str) -> Option<&Arc<Member>> {
        self.members()
            .find(|member| member.unix_user.as_deref() == Some(unix_user))
    }

    /// Customers whose name is the same but for width, case and spaces, by id.
    pub fn customers_named(&self, name: &str) -> impl DoubleEndedIterator<Item = &Arc<Customer>> {
        let key: Arc<str> = normal_key(name).into();
        let range = (key.clone(), CustomerId(0))..=(key, CustomerId(u64::MAX));
        self.indexes
            .customers_by_name
            .range(range)
            .filter_map(|(_, id)| self.customers.get(id))
    }

    /// Contacts of a customer, by id.
    pub fn contacts_of(
        &self,
        customer: CustomerId,
    ) -> impl DoubleEndedIterator<Item = &Arc<Contact>> {
        self.indexes
            .contacts_by_customer
            .range((customer, ContactId(0))..=(customer, ContactId(u64::MAX)))
            .filter_map(|(_, id)| self.contacts.get(id))
    }

    /// Activities of an opportunity, by id.
    pub fn activities_of(
        &self,
        opportunity: OpportunityId,
    ) -> impl DoubleEndedIterator<Item = &Arc<Activity>> {
        self.indexes
            .activities_by_opportunity
            .range((opportunity, ActivityId(0))..=(opportunity, ActivityId(u64::MAX)))
            .filter_map(|(_, id)| self.activities.get(id))
    }

    /// Activities of a customer, by id.
    pub fn activities_of_customer(
        &self,
        customer: CustomerId,
    ) -> impl DoubleEndedIterator<Item = &Arc<Activity>> {
        self.indexes
            .activities_by_customer
            .range((customer, ActivityId(0))..=(customer, ActivityId(u64::MAX)))
            .filter_map(|(_, id)| self.activities.get(id))
    }

    /// Alerts about an opportunity, by id, resolved ones included.
    pub fn alerts_of(
        &self,
        opportunity: OpportunityId,
    ) -> impl DoubleEndedIterator<Item = &Arc<Alert>> {
        self.indexes
            .alerts_by_opportunity
            .range((opportunity, AlertId(0))..=(opportunity, AlertId(u64::MAX)))
            .filter_map(|(_, id)| self.alerts.get(id))
    }

    /// The members of a team itself, by id, those who have left included. Not for views of the past.
    pub(crate) fn members_in(&self, team: TeamId) -> impl Iterator<Item = &Arc<Member>> {
        self.indexes
            .members_by_team
            .range((team, MemberId(0))..=(team, MemberId(u64::MAX)))
            .filter_map(|(_, id)| self.member(*id))
    }

    /// A team and the teams above it, from the lowest.
    pub fn teams_above(&self, team: Option<TeamId>) -> impl Iterator<Item = &Arc<Team>> {
        let first = team.and_then(|id| self.team(id));
        std::iter::successors(first, |team| self.team(team.parent?))
            .take(crate::limits::MAX_TEAM_DEPTH)
    }

    /// A team and all teams below it, by id.
    pub fn teams_within(&self, team: TeamId) -> BTreeSet<TeamId> {
        // What a view of the past has put back is in no index.
        if self.is_past() {
            let all = self.teams().map(|other| other.id);
            return all.filter(|id| self.team_is_within(*id, team)).collect();
        }
        let mut found = BTreeSet::from([team]);
        let mut open = vec![team];
        while let Some(above) = open.pop() {
            let below = (above, TeamId(0))..=(above, TeamId(u64::MAX));
            for (_, id) in self.indexes.teams_by_parent.range(below) {
                if found.insert(*id) {
                    open.push(*id);
                }
            }
        }
        found
    }

    /// Notices of a member, by id, which is also the order of time.
    pub fn notices_of(&self, recipient: MemberId) -> impl DoubleEndedIterator<Item = &Arc<Notice>> {
        self.indexes
            .notices_by_recipient
            .range((recipient, NoticeId(0))..=(recipient, NoticeId(u64::MAX)))
            .filter_map(|(_, id)| self.notices.get(id))
    }

    /// How many notices are kept of a member.
    pub(crate) fn notice_count(&self, recipient: MemberId) -> usize {
        let count = self.indexes.notice_counts.get(&recipient);
        count.copied().unwrap_or_default()
    }

    /// What a thing was before each of its changes, earliest first.
    pub fn past_images_of(
        &self,
        key: EntityKey,
    ) -> impl DoubleEndedIterator<Item = &Arc<PastImage>> {
        self.indexes
            .past_images_by_key
            .range((key, PastImageId(0))..=(key, PastImageId(u64::MAX)))
            .filter_map(|(_, id)| self.past_images.get(id))
    }

    /// What a thing was before its last change.
    pub(crate) fn last_past_image(&self, key: EntityKey) -> Option<&Arc<PastImage>> {
        self.past_images_of(key).next_back()
    }

    /// Whether a team is another one or below it.
    pub fn team_is_within(&self, team: TeamId, ancestor: TeamId) -> bool {
        let mut next = Some(team);
        // The tree has no cycle; the bound keeps this total even if it had.
        for _ in 0..=self.teams.len() {
            match next {
                Some(id) if id == ancestor => return true,
                Some(id) => next = self.team(id).and_then(|team| team.parent),
                None => return false,
            }
        }
        false
    }
}
