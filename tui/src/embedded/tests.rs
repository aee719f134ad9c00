//! One folder, several processes' worth of clients: joining, taking over, resuming, and a filled demonstration.

use jiff::civil::date;
use jiff::tz::TimeZone;
use sluice_proto::v1;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::*;
use crate::client::Connection;
use crate::demo::{self, FillOptions};
use crate::effect::{Destination, Effects};
use crate::effect_request::{Action, Draft, NamedRef, PipelineTemplate};
use crate::feed::{Feed, Patience};
use crate::message::{ActionOk, Msg, Refusal, ServerFact};
use crate::record::Resource;
use crate::timeline::What;

/// Longer than anything here takes, even on a machine that does much else.
const BOUND: Duration = Duration::from_secs(60);

/// One person's client: a folder opened, followed and acted on.
struct Person {
    workspace: LocalWorkspace,
    effects: Effects,
    facts: mpsc::Receiver<Msg>,
}

impl Person {
    async fn sits_down(folder: &Path) -> Self {
        let workspace = LocalWorkspace::open(folder, None).await.unwrap();
        let (messages, facts) = mpsc::channel(4_096);
        let patience = Patience {
            longest_wait: Duration::from_millis(200),
            ..Patience::default()
        };
        let reviver = Some(workspace.reviver());
        let endpoint = workspace.endpoint().clone();
        tokio::spawn(
            Feed::new(
                endpoint.clone(),
                reviver.clone(),
                patience,
                messages.clone(),
            )
            .run(),
        );
        let destination = Destination {
            endpoint,
            reviver,
            patience,
            user_name: "Kim".into(),
        };
        Self {
            workspace,
            effects: Effects::start(destination, messages).unwrap(),
            facts,
        }
    }

    /// Reads facts until one is what is waited for.
    async fn until<T>(&mut self, mut wanted: impl FnMut(ServerFact) -> Option<T>) -> T {
        let seen = async {
            loop {
                if let Some(Msg::Server(fact)) = self.facts.recv().await
                    && let Some(found) = wanted(fact)
                {
                    return found;
                }
            }
        };
        timeout(BOUND, seen).await.unwrap()
    }

    async fn does(&mut self, id: &str, action: Action) -> Result<ActionOk, Refusal> {
        self.effects.submit(id.to_owned(), action);
        self.answer(id).await
    }

    async fn answer(&mut self, id: &str) -> Result<ActionOk, Refusal> {
        self.until(|fact| match fact {
            ServerFact::ActionDone { request_id, result } if request_id == id => Some(result),
            _ => None,
        })
        .await
    }

    async fn sees_commit(&mut self, id: &str) -> u64 {
        self.until(|fact| match fact {
            ServerFact::Commit(commit) if commit.request_id == id => Some(commit.revision),
            _ => None,
        })
        .await
    }

    async fn sees_picture(&mut self) -> u64 {
        self.until(|fact| match fact {
            ServerFact::SnapshotEnd { revision } => Some(revision),
            _ => None,
        })
        .await
    }
}

fn set_up() -> Action {
    Action::SetUpWorkspace {
        name: "Riverbend".into(),
        time_zone: "UTC".into(),
        currency: "EUR".into(),
        template: PipelineTemplate::Default,
        chinese: false,
    }
}

fn deal(name: &str) -> Action {
    Action::Create(Box::new(Draft {
        name: name.into(),
        amount_minor: 120_000,
        stage_id: 1,
        contract_date: Some(date(2030, 1, 31)),
        customer: Some(NamedRef::New("Bluefen Foods".into())),
        contact: Some(NamedRef::New("Maren Ashgrove".into())),
        grade: "a".into(),
        ..Draft::default()
    }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_takes_the_folder_over_and_nobody_loses_a_keystroke_or_a_revision() {
    let folder = tempfile::tempdir().unwrap();
    let mut owner = Person::sits_down(folder.path()).await;
    owner
        .until(|fact| (fact == ServerFact::SetUpNeeded).then_some(()))
        .await;
    owner.does("set-up", set_up()).await.unwrap();
    owner.sees_picture().await;

    let mut guest = Person::sits_down(folder.path()).await;
    assert!(owner.workspace.is_owner().await && !guest.workspace.is_owner().await);
    let seen = guest.sees_picture().await;

    let done = owner.does("first", deal("Bluefen retrofit")).await.unwrap();
    assert_eq!(done.subject, Some(1));
    // Customer, contact and deal are three commits; the guest sees them all.
    assert_eq!(guest.sees_commit("first").await, seen + 3);

    // The owner leaves while the guest has an answer outstanding.
    guest
        .effects
        .submit("second".into(), Action::Move { id: 1, stage_id: 3 });
    owner.workspace.close().await;
    drop(owner);
    let moved = guest.answer("second").await.unwrap();
    assert_eq!(moved.revision, seen + 4);
    let after = guest
        .does("third", Action::Move { id: 1, stage_id: 4 })
        .await
        .unwrap();
    assert_eq!(after.revision, seen + 5, "the second move was made once");
    assert!(guest.workspace.is_owner().await);
    // The watch went on: no new picture, every commit.
    let mut revisions = Vec::new();
    let mut pictures = 0;
    let third = guest.does("fourth", Action::Archive { id: 1 });
    third.await.unwrap();
    while let Ok(message) = guest.facts.try_recv() {
        match message {
            Msg::Server(ServerFact::Commit(commit)) => revisions.push(commit.revision),
            Msg::Server(ServerFact::SnapshotEnd { .. }) => pictures += 1,
            _ => {}
        }
    }
    assert_eq!(pictures, 0);
    assert!(
        revisions.windows(2).all(|pair| pair[0] + 1 == pair[1]),
        "{revisions:?}"
    );
    guest.workspace.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_says_which_fields_are_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let mut person = Person::sits_down(folder.path()).await;
    person.does("set-up", set_up()).await.unwrap();
    let nameless = Action::Create(Box::new(Draft {
        amount_minor: -1,
        stage_id: 1,
        ..Draft::default()
    }));
    let refusal = person.does("bad", nameless).await.unwrap_err();
    assert!(refusal.violations.len() >= 2, "{refusal:?}");
    let no_grade = Action::Create(Box::new(Draft {
        grade: "Z".into(),
        ..Draft::default()
    }));
    let refusal = person.does("grade", no_grade).await.unwrap_err();
    assert_eq!(refusal.violations[0].0, "opportunity.grade");
    person.workspace.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filled_demonstration_is_a_whole_picture_with_details() {
    let folder = tempfile::tempdir().unwrap();
    let person = Person::sits_down(folder.path()).await;
    let now = jiff::Timestamp::now().as_microsecond();
    let options = FillOptions {
        seed: 7,
        now,
        zone: TimeZone::UTC,
        user_name: "Kim".into(),
        chinese: false,
        clock: None,
        lived_days: 0,
    };
    let connection = person.workspace.endpoint().connect().unwrap();
    let mut last = None;
    demo::fill(&connection, &options, |progress| last = Some(progress))
        .await
        .unwrap();
    let last = last.unwrap();
    assert_eq!(last.done, last.total);
    // Filling again makes nothing; only the system's own commits (alerts, as deals stagnate) may come between.
    let before = everything(&connection).await;
    demo::fill(&connection, &options, |_| {}).await.unwrap();
    assert_eq!(before, everything(&connection).await);

    // A person who comes now sees all of it.
    person.workspace.close().await;
    let mut visitor = Person::sits_down(folder.path()).await;
    let mut cards = Vec::new();
    visitor
        .until(|fact| match fact {
            ServerFact::Put(resources) => {
                cards.extend(resources.into_iter().filter_map(|resource| match resource {
                    Resource::Opportunity(card) => Some(card),
                    _ => None,
                }));
                None
            }
            ServerFact::SnapshotEnd { .. } => Some(()),
            _ => None,
        })
        .await;
    let open = cards.iter().filter(|card| card.stage_id <= 5).count();
    assert_eq!(open, demo::plan::OPEN_DEALS);
    assert!(cards.iter().all(|card| card.owner_id.is_some()
        && card.customer_id.is_some()
        && card.contract_date.is_some()));
    let moved = cards.iter().find(|card| card.stage_id == 3).unwrap();
    visitor.effects.load_detail(moved.id);
    let detail = visitor
        .until(|fact| match fact {
            ServerFact::DetailLoaded { result, .. } => Some(result),
            _ => None,
        })
        .await
        .unwrap();
    assert_eq!(detail.card.id, moved.id);
    let timeline = &detail.timeline;
    let moves = timeline
        .iter()
        .filter(|happening| matches!(happening.what, What::Entered(_)));
    assert!(
        moves.count() >= 2 && detail.contacts.len() == 1,
        "{detail:?}"
    );
    assert!(
        timeline
            .iter()
            .all(|happening| happening.deal_id == Some(moved.id))
    );
    assert!(timeline.is_sorted_by(|newer, older| newer.at >= older.at));
    visitor.workspace.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_simulated_team_works_until_it_is_told_to_stop() {
    let folder = tempfile::tempdir().unwrap();
    let mut person = Person::sits_down(folder.path()).await;
    let now = jiff::Timestamp::now().as_microsecond();
    let options = FillOptions {
        seed: 3,
        now,
        zone: TimeZone::UTC,
        user_name: "Kim".into(),
        chinese: true,
        clock: None,
        lived_days: 0,
    };
    let connection = person.workspace.endpoint().connect().unwrap();
    demo::fill(&connection, &options, |_| {}).await.unwrap();
    person.sees_picture().await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let team = tokio::spawn(demo::live(connection, 3, async {
        // Either way the team stops.
        let _ = stopped.await;
    }));
    // Commits of the team have ids of their own kind; the fill's begin with its tag.
    person
        .until(|fact| match fact {
            ServerFact::Commit(commit)
                if !commit.request_id.starts_with("demo-") && !commit.request_id.is_empty() =>
            {
                Some(())
            }
            _ => None,
        })
        .await;
    stop.send(()).unwrap();
    timeout(BOUND, team).await.unwrap().unwrap();
    person.workspace.close().await;
}

/// How many teams, members, customers, deals and activities there are, and in which stage every deal stands.
async fn everything(
    connection: &Connection,
) -> (usize, usize, usize, usize, Vec<(String, String)>) {
    let (mut teams, mut members) = (connection.teams(), connection.members());
    let (mut customers, mut deals) = (connection.customers(), connection.opportunities());
    let mut activities = connection.activities();
    let page_size = 1_000;
    let teams = teams.list_teams(v1::ListTeamsRequest {
        page_size,
        ..Default::default()
    });
    let members = members.list_members(v1::ListMembersRequest {
        page_size,
        ..Default::default()
    });
    let customers = customers.list_customers(v1::ListCustomersRequest {
        page_size,
        ..Default::default()
    });
    let activities = activities.list_activities(v1::ListActivitiesRequest {
        page_size,
        ..Default::default()
    });
    let deals = deals.list_opportunities(v1::ListOpportunitiesRequest {
        page_size,
        ..Default::default()
    });
    let (teams, members) = (teams.await.unwrap(), members.await.unwrap());
    let (customers, activities) = (customers.await.unwrap(), activities.await.unwrap());
    let deals = deals.await.unwrap().into_inner().opportunities;
    let stages = deals.into_iter().map(|deal| (deal.id, deal.stage_id));
    (
        teams.into_inner().teams.len(),
        members.into_inner().members.len(),
        customers.into_inner().customers.len(),
        activities.into_inner().activities.len(),
        stages.collect(),
    )
}
