//! A workspace driven by commands, which checks every law after every commit.

use std::collections::BTreeMap;

use sluice_domain::command::*;
use sluice_domain::cycle::Cycle;
use sluice_domain::metric::{Grouping, MetricsQuery, metrics};
use sluice_domain::*;

pub const HOUR: i64 = 3_600 * 1_000_000;
pub const DAY: i64 = 24 * HOUR;

/// A state with its log and its stored rows.
pub struct World {
    pub state: State,
    pub log: Vec<Vec<Event>>,
    pub rows: BTreeMap<EntityKey, Entity>,
    pub now: Timestamp,
    pub actor: Option<MemberId>,
}

pub fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

pub fn usd(amount_minor: i64) -> Money {
    Money::new(amount_minor, Currency::USD)
}

impl World {
    /// Nothing set up yet.
    pub fn empty(now: &str) -> Self {
        Self {
            state: State::new(),
            log: Vec::new(),
            rows: BTreeMap::new(),
            now: at(now),
            actor: None,
        }
    }

    /// A workspace with the default pipeline: stages 1 New … 5 Negotiation, 6 Won, 7 Lost; member 1 is Kim.
    pub fn new(now: &str, zone: &str) -> Self {
        let mut world = Self::empty(now);
        world.run(Command::SetUpWorkspace(set_up(zone)));
        world
    }

    pub fn context(&self) -> Context {
        Context {
            now: self.now,
            actor: Actor {
                member: self.actor,
                label: "test".to_owned(),
            },
        }
    }

    /// Runs a command and checks all laws on the way; panics with the law's name.
    pub fn try_run(&mut self, command: &Command) -> Result<Vec<Event>, Rejection> {
        let decided = decide(&self.state, command, &self.context());
        let again = decide(&self.state, command, &self.context());
        assert_eq!(decided, again, "decide is pure");
        let events = decided?;
        if events.is_empty() {
            return Ok(events);
        }
        let before = self.state.clone();
        for event in &events {
            apply(&mut self.state, event);
        }
        let effects = self.state.finish_commit();
        self.state.check().expect("a state agrees with itself");
        assert_eq!(self.state.revision(), before.revision() + 1);
        assert!(!effects.changes.is_empty(), "a commit changes something");
        for change in &effects.changes {
            assert_eq!(change.before, before.entity(change.key));
            assert_eq!(change.after, self.state.entity(change.key));
            if let Some(after) = &change.after {
                let stamped = after.revision();
                assert_eq!(stamped, self.state.revision(), "touched things are stamped");
            }
        }
        for row in self.state.opportunities() {
            let kind = |id| self.state.stage(id).expect("a stage").1.kind;
            let furthest = Opportunity::high_water_of(&row.history, kind);
            assert!(
                furthest.is_none_or(|stage| stage == row.high_water),
                "{row:?}"
            );
        }
        for row in &effects.rows {
            match row.after.clone() {
                Some(after) => self.rows.insert(row.key, after),
                None => self.rows.remove(&row.key),
            };
        }
        self.log.push(events.clone());
        Ok(events)
    }

    pub fn run(&mut self, command: Command) -> Vec<Event> {
        match self.try_run(&command) {
            Ok(events) => events,
            Err(rejection) => panic!("{command:?} was rejected: {rejection}"),
        }
    }

    /// The reasons a command is rejected for, in order, as `field REASON`.
    pub fn rejected(&mut self, command: Command) -> Vec<String> {
        let rejection = self.try_run(&command).expect_err("must be rejected");
        rejection
            .violations
            .iter()
            .map(|violation| format!("{} {}", violation.field, violation.reason.name()))
            .collect()
    }

    /// A further sales representative.
    pub fn hire(&mut self, name: &str, team: Option<TeamId>) -> MemberId {
        self.run(Command::CreateMember(CreateMember {
            name: name.to_owned(),
            role: Role::Rep,
            team,
            unix_user: None,
            email: None,
            external_id: None,
        }));
        MemberId(self.state.member_count() as u64)
    }

    /// A member is made inactive.
    pub fn leave(&mut self, id: MemberId) {
        self.run(Command::UpdateMember(UpdateMember {
            id,
            name: None,
            role: None,
            team: Patch::Keep,
            unix_user: Patch::Keep,
            email: Patch::Keep,
            external_id: Patch::Keep,
            active: Some(false),
        }));
    }

    pub fn deal(&mut self, name: &str, amount_minor: i64) -> OpportunityId {
        let mut command = CreateOpportunity::new(name, usd(amount_minor), date("2026-12-31"));
        command.owner = Some(MemberId(1));
        self.run(Command::CreateOpportunity(Box::new(command)));
        OpportunityId(self.state.opportunity_count() as u64)
    }

    pub fn go(&mut self, id: OpportunityId, to: u64) {
        self.run(Command::MoveOpportunity(MoveOpportunity {
            id,
            to: StageId(to),
            override_reason: None,
        }));
    }

    pub fn opportunity(&self, id: OpportunityId) -> &Opportunity {
        self.state.opportunity(id).unwrap()
    }

    /// The workspace's sums of a cycle, as `METRIC count amount`.
    pub fn sums(&self, cycle: &str) -> Vec<String> {
        self.sums_by(cycle, Grouping::Workspace)
            .iter()
            .map(|row| row.trim_start().to_owned())
            .collect()
    }

    /// The sums of a cycle, as `name METRIC count amount`.
    pub fn sums_by(&self, cycle: &str, by: Grouping) -> Vec<String> {
        let today = self.state.zone().date_of(self.now);
        let query = MetricsQuery::new(Cycle::parse(cycle).unwrap().window(today), by);
        metrics(&self.state, &query)
            .iter()
            .map(|row| {
                let name = match by {
                    Grouping::Workspace => "",
                    _ => &row.subject_name,
                };
                let (metric, count, amount) = (row.metric.name(), row.count, row.amount_minor);
                format!("{name} {metric} {count} {amount}")
            })
            .collect()
    }
}

pub fn set_up(zone: &str) -> SetUpWorkspace {
    SetUpWorkspace {
        name: "Acme".to_owned(),
        time_zone: zone.to_owned(),
        currency: "USD".to_owned(),
        language: Language::En,
        template: PipelineTemplate::Default,
        administrator: Some(NewAdministrator {
            name: "Kim".to_owned(),
            unix_user: Some("kim".to_owned()),
        }),
    }
}
