//! `sluice watch`: every change as it becomes durable, a commit a line, resumable from any of them.

use std::{io::Write as _, time::Duration};

use clap::{Args, ValueEnum};
use sluice_proto::v1::{self, watch_request::Start, watch_response::Message};
use tonic::Status;

use super::{
    failure::{Exit, Failure, Outcome},
    json::Json,
    output::Format,
    reference::short,
    session::Session,
    value::instant,
};
use crate::client::{self, Verdict};

/// Waits between attempts to reach the server again: doubled from the first to the last.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LAST_WAIT: Duration = Duration::from_secs(10);

/// What to watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KindArg {
    /// The workspace
    Workspace,
    /// Teams
    Team,
    /// Members
    Member,
    /// Pipelines with their stages
    Pipeline,
    /// Customers
    Customer,
    /// Contacts
    Contact,
    /// Deals
    Opportunity,
    /// Activities
    Activity,
    /// Alerts
    Alert,
    /// Requests for approval
    Approval,
    /// Saved views
    SavedView,
    /// Notices in inboxes
    Notice,
    /// Webhooks
    Webhook,
    /// Schedules of digests
    DigestSchedule,
    /// Goals
    Goal,
    /// Incentive schemes
    Scheme,
    /// Rewards
    Reward,
    /// Packets of split rewards
    Packet,
    /// Payouts
    Payout,
    /// Badges
    Badge,
}

impl KindArg {
    fn to_proto(self) -> v1::Kind {
        match self {
            Self::Workspace => v1::Kind::Workspace,
            Self::Team => v1::Kind::Team,
            Self::Member => v1::Kind::Member,
            Self::Pipeline => v1::Kind::Pipeline,
            Self::Customer => v1::Kind::Customer,
            Self::Contact => v1::Kind::Contact,
            Self::Opportunity => v1::Kind::Opportunity,
            Self::Activity => v1::Kind::Activity,
            Self::Alert => v1::Kind::Alert,
            Self::Approval => v1::Kind::Approval,
            Self::SavedView => v1::Kind::SavedView,
            Self::Notice => v1::Kind::Notice,
            Self::Webhook => v1::Kind::Webhook,
            Self::DigestSchedule => v1::Kind::DigestSchedule,
            Self::Goal => v1::Kind::Goal,
            Self::Scheme => v1::Kind::Scheme,
            Self::Reward => v1::Kind::Reward,
            Self::Packet => v1::Kind::Packet,
            Self::Payout => v1::Kind::Payout,
            Self::Badge => v1::Kind::Badge,
        }
    }
}

/// Options of `watch`.
#[derive(Clone, Debug, Args)]
pub struct WatchArgs {
    /// Resume after this revision; from now on when absent
    #[arg(long, value_name = "REVISION", conflicts_with = "snapshot")]
    after: Option<u64>,
    /// Print all there is first: a line of resources for each part of it
    #[arg(long)]
    snapshot: bool,
    /// Only what matches; needs exactly one --kind
    #[arg(long, default_value = "")]
    filter: String,
    /// Only these kinds; all when absent
    #[arg(long)]
    kind: Vec<KindArg>,
    /// Refuse to resume in another log than this
    #[arg(long, default_value = "", value_name = "LOG")]
    log_id: String,
    /// End after this many commits
    #[arg(long, value_name = "COMMITS")]
    count: Option<u64>,
}

/// Where a watch is, over all its connections.
struct Cursor {
    start: Start,
    log_id: String,
    printed: u64,
    wait: Duration,
    told: bool,
}

impl Cursor {
    /// Says on standard error that the link is lost, once until it is back.
    fn tell_once(&mut self, reason: &str) {
        if !std::mem::replace(&mut self.told, true) {
            // Whoever reads only standard output misses nothing: no commit is lost or repeated.
            let _ = writeln!(std::io::stderr(), "sluice: {reason}; trying again");
        }
    }
}

/// Runs `watch`.
pub async fn watch(args: WatchArgs, session: &mut Session) -> Outcome {
    if session.output.format == Format::Csv {
        return Err(
            Failure::usage("a watch has no CSV form").with_hint("Use -o json for programs.")
        );
    }
    let start = match (args.after, args.snapshot) {
        (Some(revision), _) => Start::AfterRevision(revision),
        (None, true) => Start::Snapshot(true),
        (None, false) => {
            let info = session
                .api
                .workspace()
                .get_server_info(v1::GetServerInfoRequest {})
                .await?;
            Start::AfterRevision(info.into_inner().revision)
        }
    };
    let mut cursor = Cursor {
        start,
        log_id: args.log_id.clone(),
        printed: 0,
        wait: FIRST_WAIT,
        told: false,
    };
    loop {
        let end = follow(&args, &mut cursor, session).await?;
        let Some(status) = end else {
            return Ok(());
        };
        match client::verdict(&status) {
            Verdict::Retry { after, reason } => {
                cursor.tell_once(&reason);
                tokio::time::sleep(after.unwrap_or(cursor.wait).min(LAST_WAIT)).await;
                cursor.wait = (cursor.wait * 2).min(LAST_WAIT);
                // The folder's owner may have left: then it is ours, or another guest's, to serve.
                if let Some(reviver) = &session.reviver
                    && let Err(reason) = reviver.revive().await
                {
                    cursor.tell_once(&reason);
                }
            }
            Verdict::Refused(_) => return Err(ended(status, &cursor)),
        }
    }
}

/// Follows one connection; the status it ended with, or `None` when enough has been printed.
async fn follow(
    args: &WatchArgs,
    cursor: &mut Cursor,
    session: &mut Session,
) -> Outcome<Option<Status>> {
    let request = v1::WatchRequest {
        start: Some(cursor.start),
        log_id: cursor.log_id.clone(),
        filter: args.filter.clone(),
        kinds: args
            .kind
            .iter()
            .map(|kind| kind.to_proto().into())
            .collect(),
        progress_interval: None,
    };
    let mut stream = match session.api.watches().watch(request).await {
        Ok(answer) => answer.into_inner(),
        Err(status) => return Ok(Some(status)),
    };
    let mut in_snapshot = matches!(cursor.start, Start::Snapshot(_));
    loop {
        let response = match stream.message().await {
            Ok(Some(response)) => response,
            // A watch never ends with OK: whatever ended it, resume.
            Ok(None) => return Ok(Some(Status::unavailable("the server ended the watch"))),
            Err(status) => return Ok(Some(status)),
        };
        cursor.wait = FIRST_WAIT;
        cursor.told = false;
        match response.message {
            // From now on the revision belongs to this log; another one must not be taken for it.
            Some(Message::Opened(opened)) => cursor.log_id = opened.log_id,
            Some(Message::SnapshotChunk(chunk)) => print_chunk(session, &chunk)?,
            Some(Message::SnapshotEnd(_)) => in_snapshot = false,
            Some(Message::CommitBatch(batch)) => {
                for commit in &batch.commits {
                    print_commit(session, commit)?;
                    cursor.start = Start::AfterRevision(commit.revision);
                    cursor.printed += 1;
                    if args.count == Some(cursor.printed) {
                        return Ok(None);
                    }
                }
            }
            Some(Message::Progress(_)) | None => {}
        }
        // A snapshot cut short begins anew; everything else resumes where it was.
        if !in_snapshot && response.revision > 0 {
            cursor.start = Start::AfterRevision(response.revision);
        }
    }
}

fn ended(status: Status, cursor: &Cursor) -> Failure {
    let compacted = client::reason(&status) == "REVISION_COMPACTED";
    let failure = Failure::from(status);
    match cursor.start {
        Start::AfterRevision(revision) if compacted => failure.with_hint(format!(
            "Revision {revision} is older than the log; start anew with --snapshot."
        )),
        Start::AfterRevision(revision)
            if failure.exit == Exit::Failed && failure.hint.is_empty() =>
        {
            failure.with_hint(format!("Resume with --after {revision}."))
        }
        _ => failure,
    }
}

fn print_chunk(session: &mut Session, chunk: &v1::SnapshotChunk) -> Outcome {
    if session.output.format == Format::Json {
        return session.output.json_line(&Json::of("SnapshotChunk", chunk)?);
    }
    for resource in &chunk.resources {
        session
            .output
            .say(&format!("           has {}", describe(resource)))?;
    }
    session.output.flush()
}

fn print_commit(session: &mut Session, commit: &v1::Commit) -> Outcome {
    if session.output.format == Format::Json {
        return session.output.json_line(&Json::of("Commit", commit)?);
    }
    let time = commit
        .time
        .as_ref()
        .and_then(instant)
        .map(|time| time.to_string())
        .unwrap_or_default();
    let by = commit
        .actor
        .as_ref()
        .map(|actor| actor.label.as_str())
        .unwrap_or_default();
    let mut line = format!("{:>8}  {time}  {by}", commit.revision);
    for change in &commit.changes {
        match &change.change {
            Some(v1::change::Change::Put(resource)) => {
                line.push_str("\n           put ");
                line.push_str(&describe(resource));
            }
            Some(v1::change::Change::Remove(removal)) => {
                let why = if removal.left_filter {
                    "left "
                } else {
                    "gone "
                };
                line.push_str("\n           ");
                line.push_str(why);
                line.push_str(&short(&removal.id));
            }
            None => {}
        }
    }
    session.output.say(&line)?;
    session.output.flush()
}

fn describe(resource: &v1::Resource) -> String {
    use v1::resource::Resource;
    let (id, name) = match &resource.resource {
        Some(Resource::Workspace(workspace)) => ("workspace", &workspace.name),
        Some(Resource::Team(team)) => (team.id.as_str(), &team.name),
        Some(Resource::Member(member)) => (member.id.as_str(), &member.name),
        Some(Resource::Pipeline(pipeline)) => (pipeline.id.as_str(), &pipeline.name),
        Some(Resource::Customer(customer)) => (customer.id.as_str(), &customer.name),
        Some(Resource::Contact(contact)) => (contact.id.as_str(), &contact.name),
        Some(Resource::Opportunity(deal)) => (deal.id.as_str(), &deal.name),
        Some(Resource::Activity(activity)) => (activity.id.as_str(), &activity.purpose),
        Some(Resource::Alert(alert)) => (alert.id.as_str(), &alert.opportunity_id),
        Some(Resource::Approval(approval)) => (approval.id.as_str(), &approval.opportunity_id),
        Some(Resource::SavedView(view)) => (view.id.as_str(), &view.name),
        Some(Resource::Notice(notice)) => (notice.id.as_str(), &notice.subject_id),
        Some(Resource::Goal(goal)) => (goal.id.as_str(), &goal.cycle),
        Some(Resource::Webhook(webhook)) => (webhook.id.as_str(), &webhook.name),
        Some(Resource::Scheme(scheme)) => (scheme.id.as_str(), &scheme.name),
        Some(Resource::Reward(reward)) => (reward.id.as_str(), &reward.member_id),
        Some(Resource::Packet(packet)) => (packet.id.as_str(), &packet.receiver_id),
        Some(Resource::Payout(payout)) => (payout.id.as_str(), &payout.note),
        Some(Resource::Badge(badge)) => (badge.id.as_str(), &badge.member_id),
        Some(Resource::DigestSchedule(schedule)) => (schedule.id.as_str(), &schedule.member_id),
        None => return "something newer than this client".into(),
    };
    format!("{} {name}", short(id))
}
