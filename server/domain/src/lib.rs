//! The sales process as a pure, deterministic state machine.
//!
//! A caller's [`Command`] is judged by [`decide()`] against a [`State`], which yields [`Event`]s: facts. [`apply()`] is the
//! only thing that changes a state, and it only ever applies facts. There is no clock, no randomness, no input or output
//! and no float here; time enters as [`Context::now`]. What the words mean is told where each noun is defined.

pub mod activity;
pub mod alert;
pub mod apply;
pub mod approval;
pub mod authority;
pub mod badge;
pub mod calendar;
pub mod check_in;
mod closing;
pub mod command;
pub mod completeness;
pub mod contact;
pub mod customer;
pub mod cycle;
pub mod decide;
pub mod delivery;
pub mod difference;
pub mod digest;
pub mod digest_schedule;
pub mod entity;
pub mod event;
pub mod fairness;
pub mod figure;
pub mod forecast;
pub mod funnel;
pub mod gate;
pub mod goal;
pub mod goal_progress;
pub mod id;
pub mod import;
pub mod leaderboard;
pub mod ledger;
pub mod limits;
pub mod member;
pub mod metric;
pub mod money;
pub mod next_action;
pub mod notice;
pub mod opportunity;
mod order_statistic;
pub mod outcome;
pub mod packet;
pub mod past;
pub mod payout;
pub mod pipeline;
pub mod place;
pub mod preview;
pub mod rehearsal;
pub mod rejection;
pub mod reward;
pub mod reward_statistics;
mod rules;
pub mod saved_view;
pub mod scheme;
pub mod scheme_template;
pub mod scope;
pub mod score;
pub mod search;
pub mod sentence;
pub mod share;
mod sorted;
pub mod stage;
pub mod stagnation;
pub mod stalled;
pub mod state;
pub mod summary;
pub mod team;
mod text;
pub mod time;
pub mod timeline;
pub mod view;
pub mod webhook;
pub mod workspace;

pub use activity::{Activity, ActivityKind};
pub use alert::{Alert, AlertChange, AlertState, Resolution};
pub use apply::apply;
pub use approval::{Approval, ApprovalEnd, ApprovalState};
pub use badge::{Badge, BadgeKind};
pub use calendar::Calendar;
pub use check_in::{CheckIn, CheckInRules, CheckInSource, Site, Trust};
pub use command::{Command, Patch};
pub use completeness::{CustomerField, FieldFill};
pub use contact::{Contact, DecisionRole, Stance};
pub use customer::Customer;
pub use cycle::{Cycle, CycleError, CycleUnit, Window};
pub use decide::{Actor, Context, decide, next_deadline};
pub use delivery::{
    Delivery, DeliveryPayload, DeliveryResult, DeliveryState, DeliveryTarget, Lane,
};
pub use digest::{Digest, DigestScope, Figure, SectionKind};
pub use digest_schedule::{DigestSchedule, LocalTime};
pub use entity::{Change, CommitEffects, Entity, EntityKey, EntityKind, RowChange};
pub use event::{Amendment, Event, Movement, PipelineChange};
pub use gate::{Gate, RequiredActivity, RequiredContact};
pub use goal::{Axis, Goal, GoalKey, GoalSubject, Measure};
pub use id::{
    ActivityId, AlertId, ApprovalId, BadgeId, ContactId, CustomerId, DeliveryId, DigestScheduleId,
    GoalId, LedgerTransactionId, MemberId, NoticeId, OpportunityId, PacketId, ParseIdError,
    PastImageId, PayoutId, PipelineId, RewardId, SavedViewId, SchemeId, ScoreEntryId, StageId,
    TeamId, WebhookId,
};
pub use import::RowOutcome;
pub use ledger::{Account, LedgerTransaction, Posting, Purpose};
pub use member::{Member, Role};
pub use money::{Currency, Money};
pub use notice::{Notice, NoticeKind};
pub use opportunity::{
    Direction, EntryOrigin, Grade, MoveUndo, Opportunity, OpportunityExtra, StageEntry,
};
pub use packet::{Packet, PacketState};
pub use past::{PastFace, PastImage, PastValue};
pub use payout::{Payout, PayoutState};
pub use pipeline::{Pipeline, PipelineTemplate};
pub use place::Coordinates;
pub use rejection::{Category, Reason, Rejection, Violation};
pub use reward::{Cause, Reward, RewardChange, RewardEnd, RewardState, Split, Step};
pub use saved_view::{SavedView, SavedViewProblem};
pub use scheme::{
    ActivityTrigger, AttainmentTier, Audience, Cap, Contender, Payment, RankedBy, Rule, Scheme,
    SchemeState, SchemeVersion, SplitAudience, SplitMethod, System, TaskPeriod, Terms, Trigger,
    Unit,
};
pub use scope::Scope;
pub use score::{Metric, ScoreEntry, ScoreKind, ScoreSubject, UncreditedReason};
pub use stage::{RequiredField, Stage, StageKind};
pub use stagnation::{StageClock, Stagnation, StagnationLevel};
pub use state::State;
pub use team::Team;
pub use text::normal_key;
pub use time::{Date, Timestamp, Zone};
pub use view::{Filter, FilterError, GroupBy, OrderBy};
pub use webhook::{Secret, Webhook, WebhookEvent};
pub use workspace::{Language, Workspace};
