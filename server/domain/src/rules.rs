//! What a scheme's rule pays for a fact, and why (DOMAIN.md §6): one judgement, for grants as they happen and for rehearsals.
//!
//! A judgement reads the workspace's settings from a [`State`], and everything that rewards themselves change (what was
//! earned, what was paid already, what the fund holds) from a [`Book`]: what is stored and what the commit in progress has
//! added, or what a rehearsal has paid so far. It changes nothing.

use crate::activity::{Activity, ActivityKind};
use crate::check_in::Trust;
use crate::completeness::CustomerField;
use crate::cycle::{Window, window_of};
use crate::goal::Measure;
use crate::id::{CustomerId, MemberId, OpportunityId, PipelineId, SchemeId};
use crate::limits::MAX_REWARD;
use crate::metric::line_of;
use crate::opportunity::Opportunity;
use crate::reward::{Cause, RewardEnd, Step};
use crate::scheme::{ActivityTrigger, Audience, Payment, Rule, TaskPeriod, Terms, Trigger, Unit};
use crate::score::{Metric, ScoreEntry, ScoreKind};
use crate::stage::StageKind;
use crate::stagnation::{StageClock, StagnationLevel};
use crate::state::{OnceKey, State};
use crate::time::{Date, MICROS_PER_DAY, MICROS_PER_SECOND, Timestamp};

/// The whole in basis points.
const WHOLE_BP: i128 = 10_000;
/// Microseconds of a minute.
const MICROS_PER_MINUTE: i64 = 60 * MICROS_PER_SECOND;

/// Something that may be rewarded.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fact<'a> {
    /// A score entry.
    Score(&'a ScoreEntry),
    /// A check-in, with the entry it scored.
    CheckIn(&'a ScoreEntry, &'a Activity),
    /// An activity was recorded.
    Activity(&'a Activity),
    /// Fields of a customer were filled in for the first time.
    CustomerFields {
        customer: CustomerId,
        fields: &'a [CustomerField],
        member: MemberId,
    },
    /// A customer's record became more complete.
    CustomerComplete {
        customer: CustomerId,
        before_bp: u16,
        after_bp: u16,
        member: MemberId,
    },
}

impl Fact<'_> {
    /// The time it is dated; none = now.
    pub(crate) const fn at(&self) -> Option<Timestamp> {
        match self {
            Self::Score(entry) | Self::CheckIn(entry, _) => Some(entry.at),
            _ => None,
        }
    }
}

/// What rewards themselves have changed so far.
pub(crate) trait Book {
    /// What stands of a member's rewards under a scheme, granted on some days.
    fn earned(&self, scheme: SchemeId, member: MemberId, window: Window) -> i128;
    /// How many activities of a member are rewarded under a scheme, from one instant to another, both included.
    fn rewarded_activities(
        &self,
        scheme: SchemeId,
        member: MemberId,
        from: Timestamp,
        to: Timestamp,
    ) -> usize;
    /// What a member reached in a metric in some days; in these pipelines only, where any are named.
    fn value(
        &self,
        member: MemberId,
        metric: Metric,
        measure: Measure,
        pipelines: &[PipelineId],
        window: Window,
    ) -> i128;
    /// Whether a scheme has paid what it pays once.
    fn is_paid(&self, scheme: SchemeId, key: OnceKey) -> bool;
    /// What the scheme's fund holds.
    fn fund(&self, scheme: SchemeId, unit: Unit) -> i128;
}

/// A scheme's terms as they are judged by.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    /// The workspace: settings, members, opportunities, activities.
    pub(crate) state: &'a State,
    /// Which scheme.
    pub(crate) scheme: SchemeId,
    /// What it pays in.
    pub(crate) unit: Unit,
    /// The terms in force.
    pub(crate) terms: &'a Terms,
    /// Whether the fund is bounded by a budget: that of the newest version, which the fund is kept by from its publication.
    pub(crate) bounded: bool,
    /// When it is judged: the time of the grant.
    pub(crate) now: Timestamp,
}

/// What a fact earns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Who earns it.
    pub(crate) member: MemberId,
    /// For what.
    pub(crate) cause: Cause,
    /// How much.
    pub(crate) amount: i64,
    /// Why that much.
    pub(crate) steps: Vec<Step>,
    /// When it vests by time alone; none = it is vested.
    pub(crate) vests_at: Option<Timestamp>,
    /// Why the fund cannot pay it; none = it can.
    pub(crate) unfunded: Option<RewardEnd>,
}

/// An amount in the making.
struct Sum {
    amount: i64,
    steps: Vec<Step>,
}

impl Sum {
    fn fixed(amount: i64) -> Self {
        Self {
            amount,
            steps: vec![Step::Fixed(amount)],
        }
    }
}

/// What a fact earns under some terms; none = nothing.
pub(crate) fn judge(ground: &Ground, fact: &Fact, book: &impl Book) -> Option<Verdict> {
    match (&ground.terms.rule, fact) {
        (
            Rule::Opportunity {
                on,
                payment,
                needs_activity,
                vesting_days,
            },
            Fact::Score(entry),
        ) => {
            let member = earner(ground, entry)?;
            let opportunity = entry.opportunity()?;
            let pays = pays_for(ground, *on, entry)
                && (!*needs_activity
                    || *on != Trigger::Revived
                    || was_worked_on(ground.state, opportunity, entry));
            if !pays {
                return None;
            }
            let cause = Cause::Score {
                entry: entry.id,
                metric: entry.metric,
                opportunity,
            };
            let days = i64::from(*vesting_days) * MICROS_PER_DAY;
            let vests = *on == Trigger::Created && *vesting_days > 0;
            let verdict = settle(ground, member, cause, reckon(ground, payment, entry), book)?;
            Some(Verdict {
                vests_at: vests.then(|| ground.now.plus_micros(days)),
                ..verdict
            })
        }
        (
            Rule::Task {
                metric,
                measure,
                target,
                period,
                amount,
            },
            Fact::Score(entry),
        ) => {
            let member = earner(ground, entry)?;
            let takes_back = entry.count < 0 || entry.amount_minor < 0;
            if entry.metric != *metric || takes_back || !in_pipelines(ground.terms, entry.pipeline)
            {
                return None;
            }
            let window = task_window(*period, ground.state.zone().date_of(entry.at))?;
            if book.is_paid(ground.scheme, OnceKey::task(member, window)) {
                return None;
            }
            let pipelines = &ground.terms.pipelines;
            let value = book.value(member, *metric, *measure, pipelines, window);
            if value < i128::from(*target) {
                return None;
            }
            let value = i64::try_from(value).unwrap_or(i64::MAX);
            let cause = Cause::Task { window, value };
            settle(ground, member, cause, Sum::fixed(*amount), book)
        }
        (
            Rule::Activity {
                on,
                amount,
                daily_cap,
                min_gap_minutes,
            },
            fact,
        ) => {
            let activity = activity_of(ground, on, fact)?;
            let member = activity.member?;
            let zone = ground.state.zone();
            let at = activity.occurred_at;
            let day = zone.date_of(at);
            if *daily_cap > 0 {
                let (from, to) = (zone.start_of(day), zone.start_of(day.plus_days(1)));
                let last = to.plus_micros(-1);
                let paid = book.rewarded_activities(ground.scheme, member, from, last);
                if paid >= usize::try_from(*daily_cap).unwrap_or(usize::MAX) {
                    return None;
                }
            }
            if *min_gap_minutes > 0 {
                let gap = i64::from(*min_gap_minutes) * MICROS_PER_MINUTE - 1;
                let (from, to) = (at.plus_micros(-gap), at.plus_micros(gap));
                if book.rewarded_activities(ground.scheme, member, from, to) > 0 {
                    return None;
                }
            }
            let cause = Cause::Activity {
                activity: activity.id,
                opportunity: activity.opportunity,
            };
            settle(ground, member, cause, Sum::fixed(*amount), book)
        }
        (
            Rule::CustomerData {
                fields, per_field, ..
            },
            Fact::CustomerFields {
                customer,
                fields: filled,
                member,
            },
        ) => {
            let paid: Vec<CustomerField> = filled
                .iter()
                .filter(|field| fields.is_empty() || fields.contains(field))
                .copied()
                .collect();
            let count = u32::try_from(paid.len()).unwrap_or(u32::MAX);
            let result = per_field.saturating_mul(i64::from(count));
            let sum = Sum {
                amount: result,
                steps: vec![Step::PerField {
                    count,
                    each: *per_field,
                    result,
                }],
            };
            let cause = Cause::CustomerFields {
                customer: *customer,
                fields: paid,
            };
            settle(ground, *member, cause, sum, book)
        }
        (
            Rule::CustomerData {
                threshold_bp,
                complete,
                ..
            },
            Fact::CustomerComplete {
                customer,
                before_bp,
                after_bp,
                member,
            },
        ) => {
            let reaches = before_bp < threshold_bp && after_bp >= threshold_bp;
            if !reaches || book.is_paid(ground.scheme, OnceKey::Complete(*customer)) {
                return None;
            }
            let cause = Cause::CustomerComplete {
                customer: *customer,
                completeness_bp: *after_bp,
            };
            settle(ground, *member, cause, Sum::fixed(*complete), book)
        }
        _ => None,
    }
}

/// Whether a member can earn: they are here, and in one of the lists, or all lists are empty.
pub(crate) fn is_in_audience(state: &State, audience: &Audience, member: MemberId) -> bool {
    let Some(found) = state.member(member).filter(|found| found.active) else {
        return false;
    };
    let lists_nobody =
        audience.members.is_empty() && audience.teams.is_empty() && audience.roles.is_empty();
    let by_team = || {
        let mut line = found.team.into_iter().flat_map(|team| line_of(state, team));
        line.any(|team| audience.teams.contains(&team))
    };
    lists_nobody
        || audience.members.contains(&member)
        || audience.roles.contains(&found.role)
        || (!audience.teams.is_empty() && by_team())
}

/// The days a task is counted over that an entry of a day counts in.
pub(crate) fn task_window(period: TaskPeriod, day: Date) -> Option<Window> {
    match period {
        TaskPeriod::Each(unit) => Some(window_of(unit, day)),
        TaskPeriod::Once(window) => window.contains(day).then_some(window),
    }
}

/// The member an entry is credited to. Imported entries and those that do not count pay nobody.
fn earner(ground: &Ground, entry: &ScoreEntry) -> Option<MemberId> {
    let counts = entry.credited() && !entry.imported;
    entry
        .member
        .filter(|_| counts)
        .filter(|member| is_in_audience(ground.state, &ground.terms.audience, *member))
}

fn in_pipelines(terms: &Terms, pipeline: Option<PipelineId>) -> bool {
    terms.pipelines.is_empty() || pipeline.is_some_and(|id| terms.pipelines.contains(&id))
}

/// Whether an entry is what an opportunity rule pays for, in its pipelines and stages.
fn pays_for(ground: &Ground, on: Trigger, entry: &ScoreEntry) -> bool {
    let terms = ground.terms;
    let metric = match on {
        Trigger::Created => Metric::New,
        Trigger::Entered => Metric::Flow,
        Trigger::Won => Metric::Won,
        Trigger::Revived => Metric::Revived,
    };
    let stage_fits = match entry.stage {
        None => terms.stages.is_empty() && on != Trigger::Entered,
        Some(id) => {
            let is_open = || {
                let found = ground.state.stage(id);
                found.is_some_and(|(_, stage)| stage.kind == StageKind::Open)
            };
            (terms.stages.is_empty() || terms.stages.contains(&id))
                && (on != Trigger::Entered || is_open())
        }
    };
    entry.metric == metric
        && entry.kind == ScoreKind::Fact
        && stage_fits
        && in_pipelines(terms, entry.pipeline)
}

/// Whether an activity was recorded while a deal was stalled that a move then set going again.
fn was_worked_on(state: &State, id: OpportunityId, entry: &ScoreEntry) -> bool {
    let Some(since) = state
        .opportunity(id)
        .and_then(|opportunity| stalled_since(state, opportunity, entry))
    else {
        return false;
    };
    // What was recorded after the move, though dated before it, was not known when it was judged. An entry that is being
    // judged has no revision yet.
    let was_known = |revision: u64| entry.revision == 0 || revision < entry.revision;
    state.activities_of(id).rev().any(|activity| {
        (since..=entry.at).contains(&activity.occurred_at) && was_known(activity.revision)
    })
}

/// The instant at which the clock reached the period of the stage that the move of an entry left.
fn stalled_since(state: &State, now: &Opportunity, entry: &ScoreEntry) -> Option<Timestamp> {
    // As it was before the move, whether or not the move is in the history already.
    let is_move = |found: &crate::opportunity::StageEntry| {
        found.entered_at == entry.at && Some(found.stage) == entry.stage
    };
    let at = now.history.iter().rposition(is_move);
    let standing = at.unwrap_or(now.history.len());
    let mut then = now.clone();
    then.history.truncate(standing);
    then.stage = then.history.last()?.stage;
    let (pipeline, stage) = state.stage(then.stage)?;
    let zone = state.zone();
    let clock = StageClock {
        calendar: &pipeline.calendar,
        zone: &zone,
    };
    let virtual_entry = clock.virtual_entry(&then);
    let entered_at = then.entered_at();
    clock.reaches(stage, StagnationLevel::Stalled, virtual_entry, entered_at)
}

/// The activity a fact is about, where the rule pays for it.
fn activity_of<'a>(ground: &Ground, on: &ActivityTrigger, fact: &Fact<'a>) -> Option<&'a Activity> {
    let activity = match (on, fact) {
        (ActivityTrigger::CheckIn, Fact::CheckIn(entry, activity)) => {
            let verified = activity
                .check_in
                .as_ref()
                .is_some_and(|check_in| check_in.trust == Trust::Verified);
            let counts = entry.credited() && !entry.imported && entry.reverses.is_none();
            Some(*activity).filter(|_| verified && counts)
        }
        (ActivityTrigger::Completed(kinds), Fact::Activity(activity)) => {
            let zone = ground.state.zone();
            let day = zone.date_of(activity.occurred_at);
            let today = zone.date_of(activity.created_at);
            let listed = if kinds.is_empty() {
                activity.kind != ActivityKind::Note
            } else {
                kinds.contains(&activity.kind)
            };
            let in_time = (0..=1).contains(&day.days_until(today));
            Some(*activity).filter(|_| listed && in_time)
        }
        _ => None,
    }?;
    let member = activity.member?;
    let pipeline = activity
        .opportunity
        .and_then(|id| ground.state.opportunity(id))
        .map(|opportunity| opportunity.pipeline);
    let fits = in_pipelines(ground.terms, pipeline)
        && is_in_audience(ground.state, &ground.terms.audience, member);
    fits.then_some(activity)
}

/// What a payment comes to for an entry: i128 inside, rounded down.
fn reckon(ground: &Ground, payment: &Payment, entry: &ScoreEntry) -> Sum {
    match *payment {
        Payment::Fixed(amount) => Sum::fixed(amount),
        Payment::Share { bp, floor, cap } => {
            let digits = ground
                .state
                .workspace()
                .map_or(0, |workspace| workspace.currency.minor_digits());
            let of = match ground.unit {
                Unit::Points => entry.amount_minor / 10_i64.pow(digits),
                Unit::Money(_) => entry.amount_minor,
            };
            let exact = i128::from(of) * i128::from(bp) / WHOLE_BP;
            let result = i64::try_from(exact).unwrap_or(i64::MAX);
            let mut sum = Sum {
                amount: result,
                steps: vec![Step::Share { of, bp, result }],
            };
            if sum.amount < floor {
                sum.amount = floor;
                sum.steps.push(Step::Floor(floor));
            }
            if let Some(cap) = cap.filter(|cap| *cap < sum.amount) {
                sum.amount = cap;
                sum.steps.push(Step::Cap(cap));
            }
            sum
        }
    }
}

/// Cuts an amount to what may be paid, and looks whether the fund can pay it; none = nothing is left.
fn settle(
    ground: &Ground,
    member: MemberId,
    cause: Cause,
    mut sum: Sum,
    book: &impl Book,
) -> Option<Verdict> {
    if !is_in_audience(ground.state, &ground.terms.audience, member) {
        return None;
    }
    if sum.amount > MAX_REWARD {
        sum.amount = MAX_REWARD;
        sum.steps.push(Step::Cap(MAX_REWARD));
    }
    let today = ground.state.zone().date_of(ground.now);
    for cap in &ground.terms.caps {
        let window = window_of(cap.unit, today);
        let earned = book.earned(ground.scheme, member, window);
        let left = (i128::from(cap.amount) - earned).clamp(0, i128::from(MAX_REWARD));
        let left = i64::try_from(left).unwrap_or(MAX_REWARD);
        if left < sum.amount {
            sum.amount = left;
            sum.steps.push(Step::MemberCap {
                unit: cap.unit,
                left,
            });
        }
    }
    if sum.amount <= 0 {
        return None;
    }
    Some(Verdict {
        member,
        cause,
        amount: sum.amount,
        unfunded: unfunded(ground, sum.amount, book),
        steps: sum.steps,
        vests_at: None,
    })
}

/// Why a fund cannot pay an amount; none = it can.
fn unfunded(ground: &Ground, amount: i64, book: &impl Book) -> Option<RewardEnd> {
    let currency = ground.state.workspace().map(|workspace| workspace.currency);
    if let Unit::Money(own) = ground.unit
        && Some(own) != currency
    {
        return Some(RewardEnd::OtherCurrency);
    }
    let is_short = || book.fund(ground.scheme, ground.unit) < i128::from(amount);
    (ground.bounded && is_short()).then_some(RewardEnd::FundEmpty)
}

/// What an amount of another origin comes to: a prize, a tier, a personal reward, one that is paid late.
pub(crate) fn settle_given(
    ground: &Ground,
    member: MemberId,
    cause: Cause,
    amount: i64,
    steps: Vec<Step>,
    book: &impl Book,
) -> Option<Verdict> {
    settle(ground, member, cause, Sum { amount, steps }, book)
}
