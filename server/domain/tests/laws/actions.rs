//! Random commands that mostly make sense for the state they meet.

use proptest::prelude::*;
use sluice_domain::command::*;
use sluice_domain::import::*;
use sluice_domain::*;

use crate::world::{DAY, HOUR, World, usd};

/// How many verbs there are; those from 37 to 39 import, those from 40 on are `World::duty_of`.
pub const VERBS: u8 = 64;

/// A command before it is known what there is to act on.
#[derive(Clone, Debug)]
pub struct Action {
    pub verb: u8,
    pub picks: [u16; 4],
    pub amount: u32,
    /// Time passing before it.
    pub wait_minutes: u32,
    pub text: String,
}

pub fn actions(max: usize) -> impl Strategy<Value = Vec<Action>> {
    let wait = prop_oneof![Just(0), 0..90_u32, 0..60_000_u32];
    let text = prop_oneof![
        Just("Acme".to_owned()),
        "[a-zA-Z0-9 ]{0,12}",
        "\\PC{0,8}",
        Just("万科Ａ ".to_owned()),
    ];
    let action = (any::<u8>(), any::<[u16; 4]>(), any::<u32>(), wait, text).prop_map(
        |(verb, picks, amount, wait_minutes, text)| Action {
            verb,
            picks,
            amount,
            wait_minutes,
            text,
        },
    );
    proptest::collection::vec(action, 1..max)
}

/// One of the ids there are, or now and then one there is not.
pub fn pick(count: usize, pick: u16) -> u64 {
    u64::from(pick) % (count as u64 + 1) + u64::from(!pick.is_multiple_of(17))
}

pub fn maybe<T>(pick: u16, value: T) -> Option<T> {
    (!pick.is_multiple_of(3)).then_some(value)
}

/// A place not far from the others.
fn place(pick: u16) -> Coordinates {
    Coordinates {
        latitude_e7: 520_000_000 + i32::from(pick % 90) * 1_000,
        longitude_e7: 130_000_000,
    }
}

/// The same action, or a Tick where it would import: imports belong to their own dates.
pub fn without_imports(mut action: Action) -> Action {
    action.verb %= VERBS;
    if (37..40).contains(&action.verb) {
        action.verb = 40;
    }
    action
}

fn claim(action: &Action) -> CheckInClaim {
    let [a, b, c, d] = action.picks;
    let site = maybe(a, "hq".to_owned()).filter(|_| d.is_multiple_of(5));
    match c % 3 {
        0 => CheckInClaim::Named {
            site: "HQ".to_owned(),
        },
        1 => CheckInClaim::Typed {
            place: place(b),
            site,
        },
        _ => CheckInClaim::Device {
            place: place(b),
            accuracy_m: maybe(d, u32::from(d % 400)),
            site,
        },
    }
}

fn gate(action: &Action) -> Gate {
    let [a, b, ..] = action.picks;
    Gate {
        activities: maybe(
            a,
            RequiredActivity {
                kind: None,
                minimum: b % 2 + 1,
            },
        )
        .into_iter()
        .collect(),
        contacts: Vec::new(),
        approval: b.is_multiple_of(2),
    }
}

impl World {
    /// Lets time pass, then does what the action says.
    pub fn act(&mut self, action: &Action) -> Result<Vec<Event>, Rejection> {
        let command = self.prepare(action);
        self.try_run(&command)
    }

    /// Lets time pass, and tells what the action says to do then.
    pub fn prepare(&mut self, action: &Action) -> Command {
        let undone = self.undoes(action);
        let mut wait_minutes = action.wait_minutes;
        if let Some((_, mover)) = undone {
            // Whoever moved it, within the grace or just after.
            self.actor = mover;
            wait_minutes %= 11;
        }
        self.now = self.now.plus_micros(i64::from(wait_minutes) * (HOUR / 60));
        match undone {
            Some((id, _)) => Command::UndoMove(UndoMove { id }),
            None => self.command_of(action),
        }
    }

    /// The deal whose move is taken back instead of what was to be done, and its mover: now and then the one just moved.
    fn undoes(&self, action: &Action) -> Option<(OpportunityId, Option<MemberId>)> {
        let deal = self.last_moved()?;
        let moved_at = deal.undo.as_ref().map(|undo| undo.revision);
        let just_moved = moved_at == Some(self.state.revision());
        let wanted = matches!(self.command_of(action), Command::UndoMove(_));
        let mover = deal.history.last()?.actor;
        (wanted || just_moved && action.picks[2].is_multiple_of(4)).then_some((deal.id, mover))
    }

    /// The deal whose move can be taken back and was the last of those.
    pub fn last_moved(&self) -> Option<&Opportunity> {
        let movable = self.state.opportunities().map(|deal| &**deal);
        movable
            .filter(|deal| deal.undo.is_some())
            .max_by_key(|deal| deal.undo.as_ref().map(|undo| undo.revision))
    }

    fn command_of(&self, action: &Action) -> Command {
        let state = &self.state;
        let [a, b, c, d] = action.picks;
        let opportunity = OpportunityId(pick(state.opportunity_count(), a));
        let member = MemberId(pick(state.member_count(), b));
        let team = TeamId(pick(state.team_count(), c));
        let customer = CustomerId(pick(state.customer_count(), c));
        let contact = ContactId(pick(state.contacts().count(), d));
        let stages = state
            .pipelines()
            .map(|pipeline| pipeline.stages.len())
            .sum();
        let stage = StageId(pick(stages, d));
        let pipeline = PipelineId(pick(state.pipeline_count(), d));
        let text = action.text.clone();
        let amount = usd(i64::from(action.amount));
        let flag = b.is_multiple_of(2);
        match action.verb % VERBS {
            0..=7 => {
                let date = self
                    .state
                    .zone()
                    .date_of(self.now)
                    .plus_days(i32::from(a % 90));
                let mut create = CreateOpportunity::new(format!("{text}x"), amount, date);
                create.owner = maybe(b, member);
                create.customer = maybe(c, customer).filter(|_| flag);
                create.stage = maybe(d, StageId(u64::from(d % 5) + 1)).filter(|_| flag);
                create.note = maybe(a, text);
                Command::CreateOpportunity(Box::new(create))
            }
            8..=17 => Command::MoveOpportunity(MoveOpportunity {
                id: opportunity,
                to: stage,
                override_reason: maybe(b, text).filter(|_| c.is_multiple_of(5)),
            }),
            18 if flag => Command::UndoMove(UndoMove {
                id: self.last_moved().map_or(opportunity, |deal| deal.id),
            }),
            18..=19 => Command::LoseOpportunity(LoseOpportunity {
                id: opportunity,
                reason: text,
                stage: None,
                override_reason: None,
            }),
            20..=21 => Command::ReopenOpportunity(ReopenOpportunity {
                id: opportunity,
                to: stage,
                reason: "mistake".to_owned(),
                override_reason: None,
            }),
            22..=24 => {
                let mut amend = AmendOpportunity::of(opportunity);
                amend.amount = maybe(b, amount);
                amend.owner = maybe(c, member).map_or(Patch::Clear, Patch::Set);
                amend.note = maybe(d, text).map_or(Patch::Keep, Patch::Set);
                amend.collaborators = maybe(a, vec![member, member]).filter(|_| flag);
                amend.win_probability_override_bp =
                    maybe(a, d % 10_001).map_or(Patch::Keep, Patch::Set);
                amend.expected_contract_date = maybe(c, self.state.zone().date_of(self.now))
                    .map(|today| today.plus_days(i32::from(d % 60) - 20))
                    .filter(|_| !flag);
                Command::AmendOpportunity(Box::new(amend))
            }
            25 => Command::ArchiveOpportunity(ArchiveOpportunity { id: opportunity }),
            26 => Command::RestoreOpportunity(RestoreOpportunity { id: opportunity }),
            27 => Command::CreateTeam(CreateTeam {
                name: text,
                parent: maybe(a, team).filter(|_| flag),
                manager: maybe(b, member),
                external_id: None,
            }),
            28 => Command::UpdateTeam(UpdateTeam {
                id: team,
                name: None,
                parent: Patch::Set(TeamId(pick(state.team_count(), a))),
                manager: Patch::Keep,
                external_id: Patch::Set(text),
            }),
            29 => Command::CreateMember(CreateMember {
                name: text,
                role: Role::Rep,
                team: maybe(a, team),
                unix_user: None,
                email: None,
                external_id: None,
            }),
            30 => Command::UpdateMember(UpdateMember {
                id: member,
                name: None,
                role: Some(Role::Manager),
                team: maybe(a, team).map_or(Patch::Clear, Patch::Set),
                unix_user: Patch::Keep,
                email: Patch::Keep,
                external_id: Patch::Keep,
                active: Some(!a.is_multiple_of(4)),
            }),
            31 => Command::CreateCustomer(CreateCustomer {
                name: text.clone(),
                external_id: maybe(a, text),
                owner: maybe(b, member),
                sites: vec![Site {
                    name: "HQ".into(),
                    place: maybe(d, place(c)),
                }],
                ..CreateCustomer::default()
            }),
            32 => Command::UpdateCustomer(UpdateCustomer {
                id: customer,
                name: Some(text),
                industry: Patch::Clear,
                region: Patch::Keep,
                website: Patch::Keep,
                phone: Patch::Keep,
                note: Patch::Keep,
                external_id: Patch::Clear,
                owner: Patch::Keep,
                sites: None,
            }),
            33 if c.is_multiple_of(3) => Command::UpdateContact(UpdateContact {
                id: contact,
                customer: maybe(b, customer).map_or(Patch::Keep, Patch::Set),
                name: None,
                title: Patch::Keep,
                phone: Patch::Keep,
                email: Patch::Keep,
                role: Patch::Clear,
                stance: Patch::Keep,
                reports_to: maybe(d, contact).map_or(Patch::Clear, Patch::Set),
            }),
            33 => Command::CreateContact(CreateContact {
                customer: maybe(b, customer),
                name: text,
                title: None,
                phone: None,
                email: None,
                role: Some(DecisionRole::Champion),
                stance: None,
                reports_to: maybe(d, contact),
            }),
            34 => self.stage_command(action, stage, pipeline),
            35 if flag => Command::LogActivity(LogActivity {
                kind: ActivityKind::Visit,
                purpose: None,
                opportunity: None,
                customer: Some(customer),
                contact: None,
                member: Some(member),
                occurred_at: None,
                note: None,
                follow_up_date: None,
                check_in: Some(claim(action)),
            }),
            35 => Command::LogActivity(LogActivity {
                kind: ActivityKind::Call,
                purpose: None,
                opportunity: Some(opportunity),
                customer: None,
                contact: None,
                member: maybe(b, member),
                occurred_at: maybe(c, self.now.plus_micros(-DAY)),
                note: Some(text),
                follow_up_date: None,
                check_in: None,
            }),
            36 if c.is_multiple_of(2) && d.is_multiple_of(2) => {
                Command::RequestApproval(RequestApproval {
                    opportunity,
                    stage,
                    note: maybe(a, text),
                })
            }
            36 if c.is_multiple_of(2) => Command::DecideApproval(DecideApproval {
                id: ApprovalId(pick(state.approvals().count(), d)),
                approve: flag,
                reason: maybe(a, text),
            }),
            36 => Command::UpdateWorkspace(UpdateWorkspace {
                time_zone: maybe(a, "Asia/Shanghai".to_owned()).filter(|_| flag),
                name: Some(text),
                ..UpdateWorkspace::default()
            }),
            37..=38 => Command::ImportHistory(ImportHistory {
                rows: (0..u64::from(a % 4) + 1)
                    .map(|index| ImportedStageEntry {
                        external_id: format!("x{}", b % 6),
                        stage: StageId((u64::from(c) + index * u64::from(d)) % 7 + 1),
                        at: self.now.plus_micros(-DAY * i64::from(d % 40) - HOUR),
                        actor: None,
                        amount: maybe(c, amount),
                        occurrence: 0,
                        name: None,
                        owner: Some(MemberId(1)),
                    })
                    .collect(),
            }),
            39 => Command::ImportOpportunities(ImportOpportunities {
                rows: vec![ImportedOpportunity {
                    external_id: format!("x{}", b % 6),
                    name: format!("{text}x"),
                    amount,
                    pipeline: None,
                    stage: StageId(u64::from(c) % 7 + 1),
                    created_at: maybe(c, self.now.plus_micros(-DAY * 30)),
                    closed_at: maybe(d, self.now.plus_micros(-DAY * 2)),
                    history: Vec::new(),
                    expected_contract_date: None,
                    owner: maybe(a, MemberId(1)),
                    customer: None,
                    source: None,
                    grade: Some(Grade::B),
                    note: None,
                    loss_reason: None,
                    as_of: self.now,
                }],
            }),
            duty => self.duty_of(&Action {
                verb: duty - 40,
                ..action.clone()
            }),
        }
    }

    fn stage_command(&self, action: &Action, stage: StageId, pipeline: PipelineId) -> Command {
        let [a, b, c, _] = action.picks;
        let new = NewStage {
            name: action.text.clone(),
            kind: StageKind::Open,
            win_probability_bp: Some(a % 10_001),
            stagnation_period_days: maybe(b, b % 30 + 1),
            required_fields: vec![RequiredField::Owner],
            gate: Gate::default(),
        };
        match a % 5 {
            0 => Command::CreateStage(CreateStage {
                pipeline,
                stage: new,
                after: None,
            }),
            1 => Command::UpdateStage(UpdateStage {
                id: stage,
                name: None,
                win_probability_bp: Some(b),
                stagnation_period_days: Patch::Clear,
                required_fields: Some(vec![RequiredField::Customer, RequiredField::Amount]),
                gate: maybe(c, gate(action)),
            }),
            2 => Command::RetireStage(RetireStage {
                id: stage,
                move_to: maybe(b, StageId(u64::from(c) % 7 + 1)),
            }),
            3 => Command::ReorderStages(ReorderStages {
                pipeline,
                stages: self
                    .state
                    .pipeline(pipeline)
                    .map(|pipeline| pipeline.live_stages().map(|stage| stage.id).collect())
                    .map(|mut stages: Vec<StageId>| {
                        stages.swap(0, usize::from(b) % 3);
                        stages
                    })
                    .unwrap_or_default(),
            }),
            _ => Command::CreatePipeline(CreatePipeline {
                name: action.text.clone(),
                stages: vec![
                    new,
                    NewStage {
                        name: "Yes".to_owned(),
                        kind: StageKind::Won,
                        win_probability_bp: None,
                        stagnation_period_days: None,
                        required_fields: Vec::new(),
                        gate: Gate::default(),
                    },
                    NewStage {
                        name: "No".to_owned(),
                        kind: StageKind::Lost,
                        win_probability_bp: None,
                        stagnation_period_days: None,
                        required_fields: Vec::new(),
                        gate: Gate::default(),
                    },
                ],
                allow_skipping: maybe(c, b.is_multiple_of(2)),
                calendar: Calendar::default(),
            }),
        }
    }
}
