//! Reads the reports that screens ask for; one file a family of questions.

mod digest;
mod forecast;
mod funnel;
mod goals;
mod incentive_figures;
mod incentives;
mod leaderboard;
mod search;

pub(super) use goals::{measure, place_of_goal};
pub(super) use incentives::purse;
use tonic::Status;

use crate::client::{Connection, refusal};
use crate::message::Refusal;
use crate::report::{Answer, Ask, Who};
use crate::wire::id;

/// The answer to a question.
pub(super) async fn read(connection: &Connection, ask: &Ask) -> Result<Answer, Refusal> {
    answer(connection, ask)
        .await
        .map_err(|status| refusal(&status))
}

async fn answer(connection: &Connection, ask: &Ask) -> Result<Answer, Status> {
    Ok(match ask {
        Ask::Funnel(scope) => Answer::Funnel(funnel::funnel(connection, scope).await?),
        Ask::Metrics { scope, .. } => Answer::Metrics(funnel::metrics(connection, scope).await?),
        Ask::Stuck(scope) => Answer::Deals(funnel::stuck(connection, scope).await?),
        Ask::Deals { figure, scope } => {
            Answer::Deals(funnel::deals(connection, figure, scope).await?)
        }
        Ask::Scores { metric, scope } => {
            Answer::Scores(funnel::scores(connection, *metric, scope).await?)
        }
        Ask::Outlook(scope) => Answer::Outlook(forecast::outlook(connection, scope).await?),
        Ask::Forecast(scope) => Answer::Forecast(forecast::forecast(connection, scope).await?),
        Ask::Outcomes(scope) => Answer::Outcomes(forecast::outcomes(connection, scope).await?),
        Ask::Changes { from, to, scope } => {
            Answer::Changes(forecast::changes(connection, *from, *to, scope).await?)
        }
        Ask::Progress { scope, cycles } => {
            Answer::Progress(goals::progress(connection, scope, cycles).await?)
        }
        Ask::Goals { of, cycle } => Answer::Goals(goals::goals(connection, *of, cycle).await?),
        Ask::Leaderboard { contest, scope } => Answer::Leaderboard(Box::new(
            leaderboard::leaderboard(connection, *contest, scope).await?,
        )),
        Ask::Digest { member_id, cycle } => {
            Answer::Digest(digest::digest(connection, *member_id, cycle).await?)
        }
        Ask::Search(text) => Answer::Found(search::search(connection, text).await?),
        Ask::Views => Answer::Views(search::views(connection).await?),
        Ask::Incentive(ask) => {
            Answer::Incentive(Box::new(incentives::answer(connection, ask).await?))
        }
    })
}

/// Owner and team of a scope, as the server wants them: at most one is not empty.
fn owner_and_team(who: Who) -> (String, String) {
    match who {
        Who::Everyone => (String::new(), String::new()),
        Who::Team(team) => (String::new(), id::team(team)),
        Who::Member(member) => (id::member(member), String::new()),
    }
}

/// A count; the server never sends one below zero.
fn count(count: i32) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
