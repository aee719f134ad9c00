//! `GoalService`.

use sluice_domain::Entity;
use sluice_proto::v1::{self, goal_service_server::GoalService};
use tonic::{Request, Response};

use super::service;
use crate::grpc::{
    api::{Reply, reply},
    convert::{Resource as _, goal},
    page::{query_hash, slice},
    refuse,
    status::Refusal,
};

service! { GoalService:
    change create_goal(CreateGoalRequest) -> CreateGoalResponse { goal } by goal::create;
    change update_goal(UpdateGoalRequest) -> UpdateGoalResponse { goal } by goal::update;
    change archive_goal(ArchiveGoalRequest) -> ArchiveGoalResponse { goal } by goal::archive;
    get get_goal(GetGoalRequest) -> GetGoalResponse { goal };
    list list_goals(ListGoalsRequest) -> ListGoalsResponse { goals };
    other {
        async fn decompose_goal(&self, request: Request<v1::DecomposeGoalRequest>) -> Reply<v1::DecomposeGoalResponse> {
            let (call, request) = self.open(request)?;
            let mutation = goal::decompose(request, &call);
            let command = mutation.command.clone();
            let outcome = self.submit(&call, mutation).await?;
            reply(v1::DecomposeGoalResponse { goals: goal::write_parts(&command, &outcome.state), revision: outcome.revision })
        }

        async fn import_goals(&self, request: Request<v1::ImportGoalsRequest>) -> Reply<v1::ImportGoalsResponse> {
            let (call, request) = self.open(request)?;
            let mutation = goal::import(request, &call);
            let command = mutation.command.clone();
            let outcome = self.submit(&call, mutation).await?;
            reply(v1::ImportGoalsResponse { results: goal::write_results(&command, &outcome), revision: outcome.revision })
        }

        async fn get_goal_progress(&self, request: Request<v1::GetGoalProgressRequest>) -> Reply<v1::GetGoalProgressResponse> {
            let (call, request) = self.open(request)?;
            let key = v1::Goal::key(&request.id)
                .map_err(|description| Refusal::invalid("INVALID_ID", "id", description))?;
            let Some(Entity::Goal(found)) = call.state.entity(key) else { return Err(refuse::not_found(key).into()) };
            let progress = Some(goal::write_progress(&found, &call.state, self.now()));
            let currency_code = call.currency().code().to_owned();
            reply(v1::GetGoalProgressResponse { progress, currency_code, revision: call.state.revision() })
        }

        async fn list_goal_progress(&self, request: Request<v1::ListGoalProgressRequest>) -> Reply<v1::ListGoalProgressResponse> {
            let (call, request) = self.open(request)?;
            let now = self.now();
            let found = goal::wanted(&request, &call, now)?;
            let (size, token) = (request.page_size, request.page_token.clone());
            let asked = v1::ListGoalProgressRequest { page_size: 0, page_token: String::new(), ..request };
            let page = slice(query_hash(&["goalProgress", &format!("{asked:?}")]), size, &token, found)?;
            let rows = page.items.iter();
            Ok(Response::new(v1::ListGoalProgressResponse {
                progress: rows.map(|it| goal::write_progress(it, &call.state, now)).collect(),
                next_page_token: page.next_page_token,
                currency_code: call.currency().code().to_owned(),
                revision: call.state.revision(),
            }))
        }
    }
}
